"""A layer of polygons onto a grid: which part of every cell each of them covers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from zoning.crs import DENSIFY
from zoning.errors import InputError
from zoning.field import Field
from zoning.messages import fault
from zoning.overlay.coverage import Coverage, Reader, opened
from zoning.overlay.curved import covered_cells
from zoning.overlay.kernels.cover import cover_units, to_cells
from zoning.overlay.polygons import (
    Faults,
    Layer,
    WkbPolygons,
    checked_rings,
    polygons_of,
    raise_faults,
    read_layer,
    refuse,
    require_length,
)
from zoning.overlay.rings import Rings, chunks_of, in_threads
from zoning.supports import AnyGrid, CurvedGrid, Grid, grid_of

__all__ = ["coverage", "lay", "require_grid"]

_CHUNK_VERTICES = 200_000


def coverage(
    polygons: gpd.GeoDataFrame | gpd.GeoSeries | WkbPolygons,
    grid: AnyGrid | xr.DataArray | gpd.GeoSeries | gpd.GeoDataFrame | str | Path,
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
    grid : Grid, CurvedGrid, CellGrid, polygons, DataArray or path
        Cells. Polygons are cells of any shape. A DataArray has evenly spaced axes or 2-D longitudes and latitudes; a
        path is opened by ``reader``.
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
    cells = require_grid(given)
    require_length(densify)
    if isinstance(cells, CurvedGrid):
        layer = read_layer(polygons).projected(cells.crs, densify)
        refuse(layer.index, turned(layer.rings, cells), "overlay.turned")
        return lay(layer, cells, reader)
    source = polygons_of(polygons)
    faults: dict[int, Faults] = {}

    def rings_of(begin: int, end: int) -> Rings:
        checked = checked_rings(source, begin, end, cells.crs, densify)
        marks = turned(checked.rings, cells) if checked.sound else np.zeros(0, dtype=bool)
        if checked.sound and not marks.any():
            return checked.rings
        faults[begin] = {**checked.faults, "overlay.turned": marks}
        return Rings.empty(end - begin)

    laid = _regular(rings_of, source.vertex_ptr, (source.index, cells, reader))
    raise_faults(source, faults, cells.crs)
    return laid


def require_grid(given: object) -> AnyGrid:
    """Return the grid that something is, or has under it; refuse what has none.

    Raises
    ------
    InputError
        If it is anything else than a grid, a DataArray or polygons: an array has values and no place.
    """
    if isinstance(given, xr.DataArray | gpd.GeoSeries | gpd.GeoDataFrame):
        return grid_of(given)
    if not isinstance(given, Grid | CurvedGrid):
        raise fault(InputError, "overlay.no_grid", type=type(given).__name__)
    return given


def turned(rings: Rings, grid: AnyGrid) -> NDArray[np.bool_]:
    """Tell which units reach cells of a grid in degrees only after a turn of 360 degrees: in none is their value."""
    if not grid.crs.is_geographic or not len(rings.x):
        return np.zeros(len(rings), dtype=bool)
    west, south, east, north = grid.bounds
    near = 1e-9 * 360.0  # degrees: what a border on the border of the grid may be off
    marks = np.zeros(len(rings), dtype=bool)
    if rings.x.min() + 360.0 >= east - near and rings.x.max() - 360.0 <= west + near:
        return marks
    filled = np.flatnonzero(np.diff(rings.vertex_ptr))
    starts = rings.vertex_ptr[filled]
    left, right = np.minimum.reduceat(rings.x, starts), np.maximum.reduceat(rings.x, starts)
    level = (np.minimum.reduceat(rings.y, starts) < north) & (np.maximum.reduceat(rings.y, starts) > south)
    for turn in (-360.0, 360.0):
        marks[filled] |= level & (left + turn < east - near) & (right + turn > west + near)
    return marks


def lay(layer: Layer, grid: AnyGrid, reader: Reader | None = None, threads: int | None = None) -> Coverage:
    """Lay a checked layer over a grid of its own system."""
    if isinstance(grid, CurvedGrid):
        no_run, no_column = np.zeros(len(layer.index) + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)
        parts = covered_cells(layer, grid, threads)
        return Coverage(layer.index, grid, *parts, no_run, no_column, no_column, no_column, reader)
    return _regular(layer.rings.units, layer.rings.vertex_ptr, (layer.index, grid, reader), threads)


def _regular(
    rings_of: Callable[[int, int], Rings],
    work_ptr: NDArray[np.int64],
    about: tuple[pd.Index, Grid, Reader | None],
    threads: int | None = None,
) -> Coverage:
    """Return the coverage of a regular grid, laid in chunks of about equal vertex counts."""
    index, grid, reader = about
    rows, cols = grid.shape
    shift = grid.transform

    def cover(begin: int, end: int) -> tuple[NDArray[Any], ...]:
        part = rings_of(begin, end)
        u, v = to_cells(part.x, float(shift.c), float(shift.a)), to_cells(part.y, float(shift.f), float(shift.e))
        count, at, fraction, runs, run = cover_units(u, v, part.ring_ptr, part.outer, part.unit_ptr, rows, cols)
        flat = at[:, 0].astype(np.int64) * cols + at[:, 1]
        return count, flat, fraction.copy(), runs, *run.T.copy()  # copies: a kernel has room for more than it fills

    chunks = in_threads(cover, chunks_of(work_ptr, _CHUNK_VERTICES), threads) or [cover(0, 0)]
    count, cell, fraction, runs, row, c0, c1 = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
    ptr, run_ptr = np.append(0, np.cumsum(count)), np.append(0, np.cumsum(runs))
    return Coverage(index, grid, ptr, cell, fraction, run_ptr, row, c0, c1, reader)
