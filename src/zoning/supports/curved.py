"""A curvilinear grid: cells with four corners each, in rows and columns that follow no axis."""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np
import shapely
import xarray as xr
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import as_crs, same_crs
from zoning.errors import GeometryError
from zoning.intake import Window
from zoning.messages import fault
from zoning.supports.areas import quadrilateral_areas
from zoning.supports.dataarrays import declared_crs, degrees
from zoning.supports.meshes import check_mesh, corners_between, outlines, refuse_jumps

__all__ = ["CurvedGrid"]

_Floats = NDArray[np.float64]


class CurvedGrid:
    """A grid given by the corners of its cells: of a model's own projection, of a swath, or of uneven steps.

    The sides of a cell are straight in the plane of the CRS. The grid is never resampled: its cells are polygons, and
    what a unit covers of each is computed as any two polygons are.

    A cell with a NaN corner is empty (outside a swath): it has no place, no unit covers it, its area is NaN, and a mass
    in it counts as outside of all units. A point belongs to the cell that holds it; of its border a cell owns its first
    corner (row, col) and the two sides that start there, without their ends: the others are the next cells' own. So a
    point on a common side is in exactly one cell, and the last row and column own no outer side, as in :class:`Grid`.

    Parameters
    ----------
    crs : CRS or anything pyproj understands
        Coordinate system of the corners.
    corners_x, corners_y : ndarray (rows + 1, cols + 1)
        East and north coordinate of the corners, in units of the CRS; rows and columns may run any way.

    Raises
    ------
    CrsError
        If the CRS is missing or unknown.
    GeometryError
        If the corners have no such shape, are infinite or off the Earth, if a cell has no area, crosses itself or runs
        the other way round than the rest, if cells overlap, cross the antimeridian or hold a pole (in degrees).

    Examples
    --------
    >>> x, y = np.meshgrid([0.0, 100.0, 300.0], [0.0, 100.0])
    >>> grid = CurvedGrid("EPSG:4549", 500_000 + x - y, 2_750_000 + y + x)
    >>> grid.shape, grid.bounds
    ((1, 2), (499900.0, 2750000.0, 500300.0, 2750400.0))
    >>> grid.cell_area.round()
    array([[20000., 40000.]])
    """

    def __init__(self, crs: object, corners_x: _Floats, corners_y: _Floats) -> None:
        self.crs: CRS = as_crs(crs)
        x, y = (np.array(corners, dtype=np.float64) + 0.0 for corners in (corners_x, corners_y))  # -0.0 is 0.0
        if x.ndim != 2 or x.shape != y.shape or min(x.shape) < 2:
            raise fault(GeometryError, "grid.corners", x=x.shape, y=y.shape)
        nowhere = np.isnan(x) | np.isnan(y)
        x[nowhere] = y[nowhere] = np.nan
        check_mesh(self.crs, x, y)
        x.setflags(write=False)
        y.setflags(write=False)
        self.corners_x, self.corners_y = x, y
        self.shape: tuple[int, int] = (x.shape[0] - 1, x.shape[1] - 1)

    @classmethod
    def from_edges(cls, crs: object, x_edges: _Floats, y_edges: _Floats) -> CurvedGrid:
        """Return a rectilinear grid of uneven steps from the edges of its columns and of its rows.

        Examples
        --------
        >>> CurvedGrid.from_edges("EPSG:4490", [118.0, 118.5, 120.0], [25.0, 24.5, 24.4, 24.0])
        CurvedGrid(EPSG:4490, 3×2)
        """
        x, y = np.meshgrid(np.asarray(x_edges, dtype=np.float64), np.asarray(y_edges, dtype=np.float64))
        return cls(crs, x, y)

    @classmethod
    def from_dataarray(cls, array: xr.DataArray) -> CurvedGrid:
        """Return the grid of a DataArray with two-dimensional longitudes and latitudes of the cell centres.

        Corners are set half way between the centres, and half a cell outside the outer ones. The CRS is that of
        :meth:`Grid.from_dataarray`; of a projected one the geographic system that belongs to it.

        Raises
        ------
        CrsError
            If the CRS is missing or unknown.
        GeometryError
            If there are no such coordinates, fewer than two rows or columns, or no sound cells.
        """
        centres = degrees(array)
        if centres is None:
            raise fault(GeometryError, "grid.no_centres", dims=", ".join(map(str, array.dims[-2:])))
        refuse_jumps(centres[0])
        return cls(as_crs(declared_crs(array)).geodetic_crs, *corners_between(*centres))

    def __eq__(self, other: object) -> bool:
        """Equal by CRS and corners; a regular grid is another kind of grid and never equal."""
        if not isinstance(other, CurvedGrid):
            return NotImplemented
        return self.digest == other.digest and same_crs(self.crs, other.crs)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        rows, cols = self.shape
        return f"CurvedGrid({':'.join(self.crs.to_authority() or (self.crs.name,))}, {rows}×{cols})"

    def __getstate__(self) -> dict[str, object]:
        """Leave out what can be computed again: a grid goes to other processes with every layer."""
        return {name: self.__dict__[name] for name in ("crs", "corners_x", "corners_y", "shape")}

    @cached_property
    def digest(self) -> str:
        """The sha256 of the corners; with the CRS it is everything the grid is."""
        found = hashlib.sha256(repr(self.corners_x.shape).encode())
        found.update(np.where(np.isnan(self.corners_x), np.nan, self.corners_x).tobytes())  # one NaN of many
        found.update(np.where(np.isnan(self.corners_y), np.nan, self.corners_y).tobytes())
        return found.hexdigest()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Extent (west, south, east, north) of the cells in units of the CRS."""
        west, south = np.nanmin(self.rings, axis=(0, 1))
        east, north = np.nanmax(self.rings, axis=(0, 1))
        return (float(west), float(south), float(east), float(north))

    @property
    def is_rectilinear(self) -> bool:
        """Whether columns and rows follow the axes of the CRS, in steps of any size."""
        x, y = self.corners_x, self.corners_y
        return bool((x == x[:1]).all() and (y == y[:, :1]).all())

    @cached_property
    def rings(self) -> _Floats:
        """Closed outlines of all cells, row-major, shape (rows × cols, 5, 2); NaN for an empty cell."""
        return outlines(self.corners_x, self.corners_y)

    @cached_property
    def polygons(self) -> NDArray[np.object_]:
        """Cells as shapely polygons in the CRS, row-major, shape (rows × cols,); an empty cell is an empty polygon."""
        shapes = np.full(len(self.rings), shapely.Polygon(), dtype=object)
        filled = ~np.isnan(self.rings[:, 0, 0])
        shapes[filled] = shapely.polygons(self.rings[filled])
        return shapes

    @cached_property
    def cell_area(self) -> _Floats:
        """True ellipsoidal cell areas, m², shape (rows, cols); NaN for an empty cell."""
        around = self.rings[:, :4].reshape(*self.shape, 4, 2)
        return quadrilateral_areas(self.crs, around[..., 0], around[..., 1])

    def areas_of(self, window: Window) -> _Floats:
        """Return the areas of the cells of a window, m²."""
        return self.cell_area[window.row0 : window.row1, window.col0 : window.col1]

    def locate(self, x: _Floats, y: _Floats) -> NDArray[np.int64]:
        """Return the row-major number of the cell that holds each point; −1 where none does.

        A point on a common side or corner belongs to exactly one cell, see the class.

        Parameters
        ----------
        x, y : ndarray (points,)
            In units of the CRS.

        Examples
        --------
        >>> grid = CurvedGrid.from_edges("EPSG:4549", [0.0, 1.0, 3.0], [0.0, 2.0])
        >>> grid.locate(np.array([0.5, 1.0, 3.0, 9.0]), np.array([1.0, 0.0, 1.0, 1.0]))
        array([ 0,  1, -1, -1])
        """
        places = np.full(len(x), -1, dtype=np.int64)
        finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        points = shapely.points(np.asarray(x)[finite], np.asarray(y)[finite])
        point, cell = self._tree.query(points, predicate="intersects")
        next_sides = shapely.linestrings(self.rings[cell, 1:4])
        own = ~shapely.intersects(next_sides, points[point])
        np.maximum.at(places, finite[point[own]], cell[own])
        return places

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.polygons)
