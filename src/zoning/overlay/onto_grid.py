"""A layer of polygons onto a grid: which part of every cell each of them covers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from zoning.crs import DENSIFY
from zoning.field import Field
from zoning.overlay.coverage import Coverage, Reader, opened
from zoning.overlay.curved import covered_cells
from zoning.overlay.kernels.cover import cover_units, to_cells
from zoning.overlay.rings import Layer, chunks_of, in_threads, read_layer
from zoning.supports import AnyGrid, CurvedGrid, Grid, grid_of

__all__ = ["coverage", "lay"]

_CHUNK_VERTICES = 200_000


def coverage(
    polygons: gpd.GeoDataFrame | gpd.GeoSeries,
    grid: AnyGrid | xr.DataArray | str | Path,
    *,
    densify: float = DENSIFY,
    reader: Reader | None = None,
) -> Coverage:
    """Lay polygons over a grid: the exact covered fraction of every cell.

    The polygons go to the grid (edges densified, then projected), never the grid to the polygons. Fractions are planar
    in the system of the grid, in float64, and the same for any order of rows and any number of threads. The cells of a
    curvilinear grid are polygons; what a unit and a cell share is computed as for any two polygons.

    Parameters
    ----------
    polygons : GeoDataFrame or GeoSeries
        Polygons and multipolygons with a CRS; empty or missing ones give a row without cells.
    grid : Grid, CurvedGrid, DataArray or path
        Cells. A DataArray has evenly spaced axes or 2-D longitudes and latitudes; a path is opened by ``reader``.
    densify : float
        Longest edge, in metres, that is projected as a straight line. No effect where the systems agree.
    reader : callable, optional
        ``reader(path)`` returns a Field or a DataArray; kept by the result for values given as paths.

    Raises
    ------
    CrsError
        If the layer has no CRS or its datum shift is not exact offline.
    GeometryError
        If a geometry is no polygon, is invalid, or crosses the antimeridian; the message names the labels.
    InputError
        If a path is given and there is no reader.

    Examples
    --------
    >>> import shapely
    >>> from affine import Affine
    >>> grid = Grid("EPSG:4490", Affine(0.1, 0, 118.0, 0, -0.1, 25.0), (2, 2))
    >>> half = gpd.GeoSeries([shapely.box(118.05, 24.8, 118.2, 25.0)], crs="EPSG:4490")
    >>> coverage(half, grid).to_sparse().toarray().round(9)
    array([[0.5, 1. , 0.5, 1. ]])
    """
    given = opened(grid, reader) if isinstance(grid, str | Path) else grid
    if isinstance(given, Field):
        given = given.grid
    cells = grid_of(given) if isinstance(given, xr.DataArray) else given
    return lay(read_layer(polygons).projected(cells.crs, densify), cells, reader)


def lay(layer: Layer, grid: AnyGrid, reader: Reader | None = None, threads: int | None = None) -> Coverage:
    """Lay a checked layer over a grid of its own system."""
    if isinstance(grid, CurvedGrid):
        no_run, no_column = np.zeros(len(layer.index) + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)
        found = covered_cells(layer, grid, threads)
        return Coverage(layer.index, grid, *found, no_run, no_column, no_column, no_column, reader)
    return _lay_regular(layer, grid, reader, threads)


def _lay_regular(layer: Layer, grid: Grid, reader: Reader | None, threads: int | None) -> Coverage:
    """Lay a layer over a regular grid, in chunks of about equal vertex counts."""
    rows, cols = grid.shape
    shift = grid.transform

    def cover(begin: int, end: int) -> tuple[NDArray[Any], ...]:
        part = layer.rings.units(begin, end)
        u, v = to_cells(part.x, float(shift.c), float(shift.a)), to_cells(part.y, float(shift.f), float(shift.e))
        return tuple(cover_units(u, v, part.ring_ptr, part.outer, part.unit_ptr, rows, cols))

    chunks = in_threads(cover, chunks_of(layer.rings.vertex_ptr, _CHUNK_VERTICES), threads) or [cover(0, 0)]
    cell_count, cell_at, fraction, run_count, run_at = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
    return Coverage(
        index=layer.index,
        grid=grid,
        cell_ptr=np.append(0, np.cumsum(cell_count)),
        cell=cell_at[:, 0].astype(np.int64) * cols + cell_at[:, 1],
        fraction=fraction,
        run_ptr=np.append(0, np.cumsum(run_count)),
        run_row=np.ascontiguousarray(run_at[:, 0]),
        run_c0=np.ascontiguousarray(run_at[:, 1]),
        run_c1=np.ascontiguousarray(run_at[:, 2]),
        reader=reader,
    )
