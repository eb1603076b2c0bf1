"""A regular grid: cells of one size, in rows and columns along the axes of a coordinate system."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from operator import index

import numpy as np
import xarray as xr
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import Ground, as_crs, cell_areas, ground_of, same_crs
from zoning.errors import GeometryError
from zoning.intake import Window
from zoning.messages import fault
from zoning.supports.dataarrays import declared_crs, require_rows_first

__all__ = ["Grid"]


class Grid:
    """A regular grid: where its cells are, and how large each of them truly is.

    Parameters
    ----------
    crs : CRS or anything pyproj understands
        Coordinate system of the transform.
    transform : affine.Affine
        As rasterio gives it: cell (row, col) → coordinates of its upper left corner. South-up grids are allowed,
        rotated ones are not.
    shape : tuple of int
        (rows, cols).

    Raises
    ------
    CrsError
        If the CRS is missing or unknown.
    GeometryError
        If the grid is rotated, sheared, has no extent or no cells.

    Examples
    --------
    >>> from affine import Affine
    >>> grid = Grid("EPSG:4490", Affine(0.1, 0, 118.0, 0, -0.1, 25.0), (3, 4))
    >>> [round(edge, 6) for edge in grid.bounds]
    [118.0, 24.7, 118.4, 25.0]
    >>> round(float(grid.cell_area[0, 0]) / 1e6, 1)
    111.9
    """

    def __init__(self, crs: object, transform: Affine, shape: tuple[int, int]) -> None:
        self.crs: CRS = as_crs(crs)
        self.transform, self.shape = _terms(transform), _counts(shape)
        if self.transform.b or self.transform.d:
            raise fault(GeometryError, "grid.rotated")
        if not (self.transform.a > 0 and self.transform.e):
            raise fault(GeometryError, "grid.empty", shape=self.shape, dx=self.transform.a, dy=self.transform.e)
        if not np.isfinite(self.bounds).all():
            raise fault(GeometryError, "grid.transform", transform=tuple(transform))

    @classmethod
    def from_dataarray(cls, array: xr.DataArray) -> Grid:
        """Return the grid of a DataArray whose last two dimensions are (y, x) with evenly spaced centres.

        The CRS is taken from ``array.rio.crs``-style metadata: the attribute ``crs``, or ``crs_wkt`` of a
        ``spatial_ref`` coordinate.
        """
        require_rows_first(array)
        y_name, x_name = array.dims[-2:]
        x, y = np.asarray(array[x_name], float), np.asarray(array[y_name], float)
        dx, dy = _step(x), _step(y)
        return cls(declared_crs(array), Affine(dx, 0, x[0] - dx / 2, 0, dy, y[0] - dy / 2), (len(y), len(x)))

    def __eq__(self, other: object) -> bool:
        """Equal by CRS, transform and shape; a subclass with the same values is the same grid."""
        if not isinstance(other, Grid):
            return NotImplemented
        return self.shape == other.shape and self.transform == other.transform and same_crs(self.crs, other.crs)

    def __hash__(self) -> int:
        return hash((self.shape, tuple(self.transform)))

    def __repr__(self) -> str:
        rows, cols = self.shape
        return f"Grid({self.crs.to_authority() or self.crs.name}, {rows}×{cols}, {self.dx:g}×{self.dy:g})"

    @property
    def dx(self) -> float:
        """Cell width in units of the CRS, positive."""
        return float(self.transform.a)

    @property
    def dy(self) -> float:
        """Cell height in units of the CRS, positive."""
        return abs(float(self.transform.e))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Extent (west, south, east, north) in units of the CRS."""
        rows, cols = self.shape
        one, other = self.transform.f, self.transform.f + rows * self.transform.e
        west = self.transform.c
        return (west, min(one, other), west + cols * self.dx, max(one, other))

    @cached_property
    def cell_area(self) -> NDArray[np.float64]:
        """True ellipsoidal cell areas, m²; shape (rows, 1) for a geographic grid, (rows, cols) for a projected one."""
        return self.areas_of(Window(0, self.shape[0], 0, self.shape[1]))

    def areas_of(self, window: Window) -> NDArray[np.float64]:
        """Return the areas of the cells of a window, the same bits as in :attr:`cell_area`; as many columns as it has.

        Examples
        --------
        >>> grid = Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (40, 30))
        >>> bool((grid.areas_of(Window(7, 9, 3, 30)) == grid.cell_area[7:9, 3:30]).all())
        True
        """
        x = self.transform.c + (np.arange(window.col0, window.col1, dtype=np.float64) + 0.5) * self.dx
        y = self.transform.f + (np.arange(window.row0, window.row1, dtype=np.float64) + 0.5) * float(self.transform.e)
        return cell_areas(self.crs, x, y, self.dx, self.dy, self._ground)

    def touched(self, box: tuple[float, float, float, float]) -> Window | None:
        """Return the rows and columns that a box (west, south, east, north, in the grid's system) touches, if any.

        Examples
        --------
        >>> grid = Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (40, 30))
        >>> grid.touched((500_600, 2_749_100, 501_400, 2_749_900))
        Window(row0=0, row1=2, col0=1, col1=3)
        """
        west, south, east, north = box
        cols = ((west - self.transform.c) / self.transform.a, (east - self.transform.c) / self.transform.a)
        rows = sorted(((north - self.transform.f) / self.transform.e, (south - self.transform.f) / self.transform.e))
        window = Window(
            max(math.floor(rows[0]), 0),
            min(math.ceil(rows[1]), self.shape[0]),
            max(math.floor(cols[0]), 0),
            min(math.ceil(cols[1]), self.shape[1]),
        )
        return window if window.row0 < window.row1 and window.col0 < window.col1 else None

    def part(self, window: Window) -> Grid:
        """Return the grid of the cells of a window.

        Examples
        --------
        >>> grid = Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (40, 30))
        >>> grid.part(Window(0, 2, 1, 3)).bounds
        (500500.0, 2749000.0, 501500.0, 2750000.0)
        """
        across, _, left, _, down, top = tuple(self.transform)[:6]
        corner = Affine(across, 0, left + window.col0 * across, 0, down, top + window.row0 * down)
        return Grid(self.crs, corner, window.shape)

    @cached_property
    def _ground(self) -> Ground | None:
        """The ground under the whole of a projected grid."""
        return None if self.crs.is_geographic else ground_of(self.crs, self.bounds)


def _terms(transform: Iterable[float]) -> Affine:
    """Return six finite numbers as an affine transform."""
    try:
        terms = [float(term) for term in tuple(transform)[:6]]
    except (TypeError, ValueError) as error:
        raise fault(GeometryError, "grid.transform", transform=transform) from error
    if len(terms) != 6 or not np.isfinite(terms).all():
        raise fault(GeometryError, "grid.transform", transform=tuple(terms))
    return Affine(*terms)


def _counts(shape: Iterable[int]) -> tuple[int, int]:
    """Return two whole numbers of rows and columns that fit into 31 bits each."""
    try:
        rows, cols = (index(count) for count in tuple(shape))
    except (TypeError, ValueError) as error:
        raise fault(GeometryError, "grid.shape", shape=shape) from error
    if not (0 < rows < 2**31 and 0 < cols < 2**31):
        raise fault(GeometryError, "grid.shape", shape=(rows, cols))
    return rows, cols


def _step(centres: NDArray[np.float64]) -> float:
    if len(centres) < 2:
        raise fault(GeometryError, "grid.uneven")
    steps = np.diff(centres)
    if not np.allclose(steps, steps[0], rtol=1e-4, atol=0):
        raise fault(GeometryError, "grid.uneven")
    return float((centres[-1] - centres[0]) / (len(centres) - 1))
