"""The overlay functions that take paths as well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import xarray as xr

from zoning import overlay
from zoning.crs import DENSIFY
from zoning.io.coverages import CoverageFolder
from zoning.io.grids import grid_of_raster
from zoning.io.polygons import read_polygons
from zoning.io.read.raster.rasters import open_layers
from zoning.overlay import Coverage
from zoning.overlay.onto_grid import require_grid
from zoning.supports import AnyGrid

__all__ = ["coverage"]


def coverage(
    polygons: gpd.GeoDataFrame | gpd.GeoSeries | str | Path,
    grid: AnyGrid | xr.DataArray | gpd.GeoSeries | gpd.GeoDataFrame | str | Path,
    *,
    densify: float = DENSIFY,
    workdir: str | Path | None = None,
) -> Coverage:
    """Return which part of every cell each polygon covers, exactly.

    Parameters
    ----------
    polygons : GeoDataFrame, GeoSeries or path
        Polygons in any known CRS; their edges are densified and projected to the grid, which is never resampled. A path
        names any vector file (``file.gpkg#layer`` a layer of it); of a GeoParquet no geometry object is built.
    grid : Grid, CurvedGrid, CellGrid, polygons, DataArray or path of a raster
        The cells; polygons are cells of any shape; a DataArray has evenly spaced axes or 2-D longitudes and latitudes.
    densify : float
        Longest edge that is projected as a straight one, m.
    workdir : str or Path, optional
        A folder that keeps coverages by the content of polygons and grid: what was laid before costs no geometry. It is
        made if it is not there; where it cannot be written, a warning says so and the coverage is made all the same.

    Returns
    -------
    Coverage
        Its ``total`` and ``mean`` accept arrays, DataArrays, Fields, and paths of rasters, which are read part by part:
        one column for each band or time step, named by its description, else its number, or the step.

    Raises
    ------
    CrsError
        If either CRS is unknown or the datum shift is not exact.
    GeometryError
        If a polygon is invalid, or the grid is rotated.
    InputError
        If a path cannot be read.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from affine import Affine
    >>> from zoning.supports import Grid
    >>> grid = Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (2, 2))
    >>> units = gpd.GeoSeries([shapely.box(500_000, 2_749_250, 501_000, 2_750_000)], index=["ZH1"], crs="EPSG:4549")
    >>> coverage(units, grid).to_sparse().toarray()
    array([[1. , 1. , 0.5, 0.5]])
    """
    units = read_polygons(polygons) if isinstance(polygons, str | Path) else polygons
    cells = grid_of_raster(grid) if isinstance(grid, str | Path) else grid
    if workdir is None:
        return overlay.coverage(units, cells, densify=densify, reader=open_layers)
    laying = overlay.Laying(densify, CoverageFolder(workdir))
    return replace(laying.cover(units, require_grid(cells)), reader=open_layers)
