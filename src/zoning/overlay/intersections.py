"""Units × zones: the areas that two layers share, without building a single piece."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import DENSIFY, EQUAL_AREA
from zoning.overlay.kernels.shared import Edges, blocks, ring_turns, shared_areas
from zoning.overlay.polygons import Layer, read_layer
from zoning.overlay.rings import Rings, chunks_of, in_threads

__all__ = ["Pairs", "intersection_areas", "shared"]

_CHUNK_WORK = 2_000_000
_PAIR_WORK = 200  # what a pair costs besides its vertices, in vertices
_COORDINATE_ROUNDING = 8 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class Pairs:
    """Which polygons of two layers overlap, and by how much.

    Attributes
    ----------
    a, b : int64 (pairs,)
        Positions in the two layers, sorted by ``a``, then ``b``.
    area, area_a, area_b : float64 (pairs,)
        Plane areas of the common part and of both polygons.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    area: NDArray[np.float64]
    area_a: NDArray[np.float64]
    area_b: NDArray[np.float64]


def intersection_areas(
    a: gpd.GeoDataFrame | gpd.GeoSeries, b: gpd.GeoDataFrame | gpd.GeoSeries, *, densify: float = DENSIFY
) -> pd.DataFrame:
    """Return the areas on the CGCS2000 ellipsoid that the polygons of two layers share.

    Both layers go, densified, to an equal-area projection of the ellipsoid; there each area is a sum of integrals over
    pairs of edges, which has no special cases and is continuous: nothing can fail, no sliver is lost.

    Parameters
    ----------
    a, b : GeoDataFrame or GeoSeries
        Polygons with a CRS each; they need not be the same.
    densify : float
        Longest edge, in metres, that is projected as a straight line.

    Returns
    -------
    DataFrame
        ``a``, ``b`` (labels of the two indices), ``area_m2``; one row per pair that overlaps, sorted by position in
        ``a``, then in ``b``. An overlap is numerically zero, and left out, if it is thinner than the rounding of the
        coordinates (see :func:`shared`): about 2e-8 m.

    Raises
    ------
    CrsError
        If a layer has no CRS or its datum shift is not exact offline.
    GeometryError
        If a geometry is no polygon, is invalid, or crosses the antimeridian.

    Examples
    --------
    >>> units = gpd.GeoSeries([shapely.box(500_000, 2_740_000, 501_000, 2_741_000)], index=["ZH01"], crs="EPSG:4549")
    >>> zones = gpd.GeoSeries([shapely.box(500_750, 2_740_000, 502_000, 2_742_000)], index=["YS01"], crs="EPSG:4549")
    >>> intersection_areas(units, zones).round(0)
          a     b   area_m2
    0  ZH01  YS01  250000.0
    """
    one, other = (read_layer(layer).projected(EQUAL_AREA, densify) for layer in (a, b))
    pairs = shared(one, other)
    columns = {"a": one.index.take(pairs.a), "b": other.index.take(pairs.b), "area_m2": pairs.area}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(pairs.a)))


def shared(a: Layer, b: Layer, threads: int | None = None) -> Pairs:
    """Return the overlapping pairs of two layers that lie in one plane.

    Notes
    -----
    An overlap is numerically zero if it is smaller than w·δ, w the half perimeter of the window that both bounding
    boxes share and δ eight units in the last place of the coordinates: the rounding of a common border.
    """
    boxes_a, boxes_b = _boxes(a.rings), _boxes(b.rings)
    candidates = shapely.STRtree(_as_box(boxes_b)).query(_as_box(boxes_a)).T.astype(np.int64)
    candidates = np.ascontiguousarray(candidates[np.lexsort((candidates[:, 1], candidates[:, 0]))])
    first, second = candidates[:, 0], candidates[:, 1]
    low = np.maximum(boxes_a[first, :2], boxes_b[second, :2])
    high = np.minimum(boxes_a[first, 2:], boxes_b[second, 2:])
    edges_a, area_a = _edges(a.rings)
    edges_b, area_b = _edges(b.rings)
    areas = np.zeros(len(candidates))
    windows = np.hstack([low, high])
    work = np.diff(a.rings.vertex_ptr)[first] + np.diff(b.rings.vertex_ptr)[second] + _PAIR_WORK
    chunks = chunks_of(np.append(0, np.cumsum(work)), _CHUNK_WORK)
    in_threads(lambda u, v: shared_areas(candidates, windows, edges_a, edges_b, u, v, areas), chunks, threads)
    largest = np.maximum(np.abs(low), np.abs(high)).max(axis=1, initial=0.0)
    real = areas > (high - low).sum(axis=1) * largest * _COORDINATE_ROUNDING
    return Pairs(first[real], second[real], areas[real], area_a[first[real]], area_b[second[real]])


def _edges(rings: Rings) -> tuple[Edges, NDArray[np.float64]]:
    """Return what the kernel needs of one layer, and the plane areas of its units."""
    turn, ring_area = ring_turns(rings.x, rings.y, rings.ring_ptr, rings.outer)
    area = np.zeros(len(rings))
    filled = np.diff(rings.unit_ptr) > 0
    if filled.any():  # each from its own rings: a running sum would give the last unit the rounding of all others
        area[filled] = np.add.reduceat(ring_area, rings.unit_ptr[:-1][filled])
    return blocks(rings.x, rings.y, rings.ring_ptr, turn, rings.unit_ptr), area


def _boxes(rings: Rings) -> NDArray[np.float64]:
    """Return the bounding boxes of the units, (units, 4); NaN for an empty unit."""
    boxes = np.full((len(rings), 4), np.nan)
    filled = np.flatnonzero(np.diff(rings.vertex_ptr) > 0)
    if len(filled):
        starts = rings.vertex_ptr[filled]
        for column, (ufunc, values) in enumerate(
            ((np.minimum, rings.x), (np.minimum, rings.y), (np.maximum, rings.x), (np.maximum, rings.y))
        ):
            boxes[filled, column] = ufunc.reduceat(values, starts)
    return boxes


def _as_box(boxes: NDArray[np.float64]) -> NDArray[np.object_]:
    shapes = np.full(len(boxes), shapely.Polygon(), dtype=object)
    filled = ~np.isnan(boxes[:, 0])
    shapes[filled] = shapely.box(*boxes[filled].T)
    return shapes
