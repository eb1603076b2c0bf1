"""An unstructured grid: cells of any shape and number of corners, one after the other."""

from __future__ import annotations

import hashlib
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import as_crs, geodesic_area
from zoning.errors import CrsError, GeometryError
from zoning.messages import fault
from zoning.supports.curved import CurvedGrid

__all__ = ["CellGrid"]

_Floats = NDArray[np.float64]
_POLYGONAL = (3, 6)  # shapely type ids of Polygon and MultiPolygon
_SHOWN = 10


class CellGrid(CurvedGrid):
    """A grid given by the polygons of its cells: of a model on triangles, hexagons, catchments, or a quadtree.

    A curvilinear grid without rows: what a unit covers of each cell is computed as for any two polygons, and nothing is
    resampled. Its shape is (1, cells), and values on it are (…, cells) or (…, 1, cells), in the order of the polygons.
    An empty or missing polygon is an empty cell. Cells may leave gaps; where they overlap, each counts its own mass.
    A point on a border in common belongs to the first of the cells that meet there.

    Parameters
    ----------
    cells : GeoSeries or GeoDataFrame
        Valid polygons and multipolygons with a CRS; the index is kept as :attr:`labels`.

    Raises
    ------
    CrsError
        If the cells have no CRS.
    GeometryError
        If there is no cell, or one is no polygon, is invalid, has no area or coordinates that are not finite.

    Examples
    --------
    >>> triangles = [shapely.Polygon([(0, 0), (900, 0), (0, 900)]), shapely.Polygon([(900, 0), (900, 900), (0, 900)])]
    >>> grid = CellGrid(gpd.GeoSeries(triangles, index=["T1", "T2"], crs="EPSG:4549").translate(5e5, 2.74e6))
    >>> grid, grid.shape, grid.labels.tolist()
    (CellGrid(EPSG:4549, 2 cells), (1, 2), ['T1', 'T2'])
    """

    def __init__(self, cells: gpd.GeoSeries | gpd.GeoDataFrame) -> None:
        if cells.crs is None:
            raise fault(CrsError, "crs.missing")
        self.crs = as_crs(cells.crs)
        shapes = np.array(cells.geometry.array, dtype=object)
        shapes[shapely.is_missing(shapes)] = shapely.Polygon()
        self._polygons: NDArray[np.object_] = shapely.force_2d(shapes)
        self.labels: pd.Index = cells.index
        self.shape = (1, len(shapes))
        self._check()

    def _check(self) -> None:
        shapes = self._polygons
        if shapely.is_empty(shapes).all():
            raise fault(GeometryError, "grid.no_polygons", count=len(shapes))
        filled = ~shapely.is_empty(shapes)
        finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
        sound = np.isin(shapely.get_type_id(shapes), _POLYGONAL) & shapely.is_valid(shapes) & (shapely.area(shapes) > 0)
        bad = filled & ~(finite & sound)
        if bad.any():
            names = ", ".join(str(label) for label in self.labels[bad][:_SHOWN])
            raise fault(GeometryError, "grid.cells", count=int(bad.sum()), labels=names)

    def __eq__(self, other: object) -> bool:
        """Equal by CRS and polygons, whatever the labels."""
        if not isinstance(other, CellGrid):
            return NotImplemented
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"CellGrid({':'.join(self.crs.to_authority() or (self.crs.name,))}, {self.shape[1]} cells)"

    def __getstate__(self) -> dict[str, object]:
        """Leave out what can be computed again."""
        return {name: self.__dict__[name] for name in ("crs", "_polygons", "labels", "shape")}

    @cached_property
    def digest(self) -> str:
        """The sha256 of the polygons; with the CRS it is everything the grid is."""
        found = hashlib.sha256()
        for shape in shapely.to_wkb(self._polygons, byte_order=1):
            found.update(np.int64(len(shape)).tobytes())
            found.update(shape)
        return found.hexdigest()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Extent (west, south, east, north) of the cells in units of the CRS."""
        west, south, east, north = shapely.total_bounds(self._polygons).tolist()
        return west, south, east, north

    @property
    def is_rectilinear(self) -> bool:
        """False: cells have no rows and columns."""
        return False

    @property
    def polygons(self) -> NDArray[np.object_]:
        """Cells as shapely polygons in the CRS, shape (cells,); an empty cell is an empty polygon."""
        return self._polygons

    @cached_property
    def cell_area(self) -> _Floats:
        """True ellipsoidal cell areas, m², shape (1, cells); NaN for an empty cell."""
        areas = geodesic_area(self._polygons, self.crs)
        return np.where(shapely.is_empty(self._polygons), np.nan, areas)[None, :]

    def locate(self, x: _Floats, y: _Floats) -> NDArray[np.int64]:
        """Return the number of the cell that holds each point, the first of several; −1 where none does.

        Parameters
        ----------
        x, y : ndarray (points,)
            In units of the CRS.
        """
        places = np.full(len(x), self.shape[1], dtype=np.int64)
        finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        points = shapely.points(np.asarray(x)[finite], np.asarray(y)[finite])
        point, cell = self._tree.query(points, predicate="intersects")
        np.minimum.at(places, finite[point], cell)
        return np.where(places == self.shape[1], -1, places)
