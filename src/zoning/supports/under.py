"""Which grid it is that values lie on."""

from __future__ import annotations

import geopandas as gpd
import xarray as xr

from zoning.crs import as_crs
from zoning.errors import GeometryError
from zoning.messages import fault
from zoning.supports.cells import CellGrid
from zoning.supports.curved import CurvedGrid
from zoning.supports.dataarrays import declared_crs, degrees
from zoning.supports.grid import Grid

__all__ = ["AnyGrid", "grid_of"]

AnyGrid = Grid | CurvedGrid
"""What a field lies on."""


def grid_of(cells: xr.DataArray | gpd.GeoSeries | gpd.GeoDataFrame) -> AnyGrid:
    """Return the grid that lies under an array, or that polygons are.

    Of a DataArray: regular from evenly spaced axes, curvilinear from 2-D longitudes and latitudes. Of polygons: the
    polygons, in their order.
    Axes of a projected CRS come before longitudes and latitudes, which such a file only adds.

    Raises
    ------
    CrsError
        If the CRS is missing or unknown.
    GeometryError
        If the last two dimensions have neither, or the axes are uneven: half way between uneven centres is not where
        cells end, so that their edges must be given (:meth:`CurvedGrid.from_edges`). If polygons are no sound cells.
    """
    if isinstance(cells, gpd.GeoSeries | gpd.GeoDataFrame):
        return CellGrid(cells)
    axes = all(name in cells.coords for name in cells.dims[-2:])
    if degrees(cells) is not None and (not axes or as_crs(declared_crs(cells)).is_geographic):
        return CurvedGrid.from_dataarray(cells)
    if not axes:
        raise fault(GeometryError, "grid.no_centres", dims=", ".join(map(str, cells.dims[-2:])))
    return Grid.from_dataarray(cells)
