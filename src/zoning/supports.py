"""How space is divided: control units, element zones, emitters and grids. A value that exists is valid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import xarray as xr
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import as_crs, cell_areas, same_crs
from zoning.errors import CrsError, GeometryError
from zoning.messages import fault

__all__ = ["ControlUnits", "ElementZones", "Emitters", "Grid"]


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
        self.transform = Affine(*tuple(transform)[:6])
        self.shape = (int(shape[0]), int(shape[1]))
        if self.transform.b or self.transform.d:
            raise fault(GeometryError, "grid.rotated")
        if not (self.transform.a > 0 and self.transform.e and self.shape[0] > 0 and self.shape[1] > 0):
            raise fault(GeometryError, "grid.empty", shape=self.shape, dx=self.transform.a, dy=self.transform.e)

    @classmethod
    def from_dataarray(cls, array: xr.DataArray) -> Grid:
        """Return the grid of a DataArray whose last two dimensions are (y, x) with evenly spaced centres.

        The CRS is taken from ``array.rio.crs``-style metadata: the attribute ``crs``, or ``crs_wkt`` of a
        ``spatial_ref`` coordinate.
        """
        y_name, x_name = array.dims[-2:]
        x, y = np.asarray(array[x_name], float), np.asarray(array[y_name], float)
        reference = array.coords.get("spatial_ref")
        crs = array.attrs.get("crs") or (reference.attrs.get("crs_wkt") if reference is not None else None)
        dx, dy = _step(x), _step(y)
        return cls(crs, Affine(dx, 0, x[0] - dx / 2, 0, dy, y[0] - dy / 2), (len(y), len(x)))

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
        rows, cols = self.shape
        x = self.transform.c + (np.arange(cols, dtype=np.float64) + 0.5) * self.dx
        y = self.transform.f + (np.arange(rows, dtype=np.float64) + 0.5) * float(self.transform.e)
        return cell_areas(self.crs, x, y, self.dx, self.dy)


def _step(centres: NDArray[np.float64]) -> float:
    if len(centres) < 2:
        raise fault(GeometryError, "grid.uneven")
    steps = np.diff(centres)
    if not np.allclose(steps, steps[0], rtol=1e-4, atol=0):
        raise fault(GeometryError, "grid.uneven")
    return float((centres[-1] - centres[0]) / (len(centres) - 1))


class _Frame:
    """A GeoDataFrame that is copied on entry, keyed by ``code``, with a known CRS and the promised columns."""

    columns: tuple[str, ...] = ("code", "name")

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        if frame.crs is None:
            raise fault(CrsError, "crs.missing")
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise fault(GeometryError, "frame.columns", missing=", ".join(missing))
        copied = frame.copy().sort_values("code", kind="stable").reset_index(drop=True)
        if copied["code"].duplicated().any():
            raise fault(GeometryError, "frame.duplicate", codes=", ".join(copied["code"][copied["code"].duplicated()]))
        self._frame = copied

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """A copy of the table, sorted by code."""
        return self._frame.copy()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in their fixed order (sorted)."""
        return tuple(self._frame["code"])

    @property
    def crs(self) -> CRS:
        """Coordinate system of the geometries."""
        return CRS.from_user_input(self._frame.crs)

    @property
    def geometries(self) -> NDArray[np.object_]:
        """Geometries in the order of :attr:`codes`."""
        return np.asarray(self._frame.geometry.to_numpy(), dtype=object)

    def __len__(self) -> int:
        return len(self._frame)


class ControlUnits(_Frame):
    """Environmental control units (环境管控单元): ``code, name, unit_class, admin_code, geometry``.

    ``unit_class`` is ``PRIORITY``, ``KEY`` or ``GENERAL`` (vocab); further columns of the source are kept.
    """

    columns = ("code", "name", "unit_class", "admin_code")


class ElementZones(_Frame):
    """Element-control zones (要素管控分区) of one element: ``code, name, subtype, geometry``.

    ``subtype`` is a code of ``tables/zone_vocab.csv`` (``AIR_HIGH``, ``NOBURN_2`` …).
    """

    columns = ("code", "name", "subtype")

    def __init__(self, element: str, frame: gpd.GeoDataFrame) -> None:
        super().__init__(frame)
        self.element = element


@dataclass(frozen=True)
class Emitters:
    """Located emitters: one row per enterprise (or stack) × fuel or process.

    Attributes
    ----------
    frame : GeoDataFrame
        ``record`` (unique), ``emitter`` (enterprise id), ``name``, ``industry`` (GB/T 4754 digits), ``sector``,
        ``fuel`` (``coal, oil, gas, …`` or ``process``), ``activity``, ``activity_unit``, ``year``, ``in_grid``
        (``yes, no, unknown``), point geometry, and one column per species in t yr-1.
    species : tuple of str
        Names of the species columns; NaN in them means not determined, never 0.
    counted : bool
        False for emitters that are context only; they enter no sum.
    """

    frame: gpd.GeoDataFrame
    species: tuple[str, ...]
    counted: bool = True

    @property
    def crs(self) -> CRS:
        """Coordinate system of the points."""
        return CRS.from_user_input(self.frame.crs)

    def __len__(self) -> int:
        return len(self.frame)
