"""Units × zones: the areas that two layers share, without building a single piece."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import DENSIFY, EQUAL_AREA, same_crs
from zoning.crs.areas import boxes_of, edges_of
from zoning.crs.ground import PLANE, ground_of, scale_at
from zoning.crs.kernels.windows import Ground
from zoning.overlay.kernels.boxes import box_tree, curve_place, meeting
from zoning.overlay.kernels.shared import shared_areas
from zoning.overlay.polygons import Layer, read_layer
from zoning.overlay.rings import chunks_of, in_threads

__all__ = ["Pairs", "intersection_areas", "on_one_plane", "shared"]

_CHUNK_WORK = 1_000_000
_PAIR_WORK = 200  # what a pair costs besides its vertices, in vertices
_CHUNK_BOXES = 5_000
_COORDINATE_ROUNDING = 8 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class Pairs:
    """Which polygons of two layers overlap, and by how much.

    Attributes
    ----------
    a, b : int64 (pairs,)
        Positions in the two layers, sorted by ``a``, then ``b``.
    area : float64 (pairs,)
        Areas of the common part: of the plane, or of the ground that was given.
    area_a, area_b : float64 (pairs,)
        Plane areas of both polygons.
    noise : float64 (pairs,)
        What rounding of the coordinates may add to ``area`` or take from it.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    area: NDArray[np.float64]
    area_a: NDArray[np.float64]
    area_b: NDArray[np.float64]
    noise: NDArray[np.float64]

    def at(self, rows: NDArray[np.int64]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(*(column[rows] for column in vars(self).values()))


def intersection_areas(
    a: gpd.GeoDataFrame | gpd.GeoSeries, b: gpd.GeoDataFrame | gpd.GeoSeries, *, densify: float = DENSIFY
) -> pd.DataFrame:
    """Return the areas on the CGCS2000 ellipsoid that the polygons of two layers share.

    Edges are straight in the plane of ``a``. There each area is a sum of integrals over pairs of edges, of the ground
    that lies below them, in closed form: exact for edges of any length, without special cases, and continuous, so that
    nothing can fail and no sliver is lost.

    Parameters
    ----------
    a, b : GeoDataFrame or GeoSeries
        Polygons with a CRS each; they need not be the same. ``b`` goes to the system of ``a``.
    densify : float
        Longest edge of ``b``, in metres, that is projected as a straight line. No effect where the systems agree.

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
        If a geometry is no polygon, is invalid, lies off the Earth, or crosses the antimeridian.

    Examples
    --------
    >>> import shapely
    >>> units = gpd.GeoSeries([shapely.box(500_000, 2_740_000, 501_000, 2_741_000)], index=["ZH01"], crs="EPSG:4549")
    >>> zones = gpd.GeoSeries([shapely.box(500_750, 2_740_000, 502_000, 2_742_000)], index=["YS01"], crs="EPSG:4549")
    >>> intersection_areas(units, zones).round(0)
          a     b   area_m2
    0  ZH01  YS01  250000.0
    """
    (one, other), ground = on_one_plane([read_layer(a), read_layer(b)], None, densify)
    pairs = shared(one, other, ground=ground)
    columns = {"a": one.index.take(pairs.a), "b": other.index.take(pairs.b), "area_m2": pairs.area}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(pairs.a)))


def on_one_plane(layers: list[Layer], crs: CRS | None, densify: float) -> tuple[list[Layer], Ground]:
    """Return layers in one system, and the ground that lies below its plane.

    Parameters
    ----------
    layers : list of Layer
        At least one.
    crs : CRS or None
        None takes the system of the first layer, or an equal-area one where its areal scale is too rough to integrate.
    densify : float
        Longest edge that is projected as a straight line, in metres.
    """
    plane = [layer.projected(crs or layers[0].crs, densify) for layer in layers]
    boxes = np.concatenate([boxes_of(layer.rings.x, layer.rings.y, layer.rings.vertex_ptr) for layer in plane])
    filled = boxes[~np.isnan(boxes[:, 0])]
    if not len(filled):
        return plane, PLANE
    ground = ground_of(plane[0].crs, (*filled[:, :2].min(axis=0).tolist(), *filled[:, 2:].max(axis=0).tolist()))
    if ground is not None:
        return plane, ground
    if crs is not None and not same_crs(crs, EQUAL_AREA):
        on_one_plane(layers, EQUAL_AREA, densify)  # names what lies off the Earth
        return plane, PLANE
    return on_one_plane(layers, EQUAL_AREA, densify)


def shared(a: Layer, b: Layer, threads: int | None = None, ground: Ground = PLANE) -> Pairs:
    """Return the overlapping pairs of two layers that lie in one plane.

    Parameters
    ----------
    a, b : Layer
        In one system.
    threads : int or None
        None takes what the machine has; the result is the same.
    ground : Ground
        What a square unit of the plane is; by default one.

    Notes
    -----
    An overlap is numerically zero if it is smaller than w·δ, w the half perimeter of the window that both bounding
    boxes share and δ eight units in the last place of the coordinates: the rounding of a common border.
    """
    boxes_a, boxes_b = (boxes_of(layer.rings.x, layer.rings.y, layer.rings.vertex_ptr) for layer in (a, b))
    candidates = _meeting(boxes_a, boxes_b, threads)
    first, second = candidates[:, 0], candidates[:, 1]
    low = np.maximum(boxes_a[first, :2], boxes_b[second, :2])
    high = np.minimum(boxes_a[first, 2:], boxes_b[second, 2:])
    (edges_a, area_a), (edges_b, area_b) = (
        edges_of(r.x, r.y, r.ring_ptr, r.outer, r.unit_ptr) for r in (a.rings, b.rings)
    )
    areas = np.zeros(len(candidates))
    windows = np.hstack([low, high])
    order = np.argsort(curve_place(windows), kind="stable")
    work = (np.diff(a.rings.vertex_ptr)[first] + np.diff(b.rings.vertex_ptr)[second] + _PAIR_WORK)[order]
    chunks = chunks_of(np.append(0, np.cumsum(work)), _CHUNK_WORK)
    in_threads(
        lambda u, v: shared_areas(order, candidates, windows, edges_a, edges_b, ground, u, v, areas), chunks, threads
    )
    largest = np.maximum(np.abs(low), np.abs(high)).max(axis=1, initial=0.0)
    scale = scale_at(ground, *((low + high).T / 2))
    noise = scale * (high - low).sum(axis=1) * largest * _COORDINATE_ROUNDING
    real = areas > noise
    first, second = first[real], second[real]
    return Pairs(first, second, areas[real], area_a[first], area_b[second], noise[real])


def _meeting(boxes_a: NDArray[np.float64], boxes_b: NDArray[np.float64], threads: int | None) -> NDArray[np.int64]:
    """Return the pairs whose boxes share more than a border, sorted by a, then b, (pairs, 2)."""
    order = np.argsort(curve_place(boxes_b), kind="stable")
    order = np.ascontiguousarray(order[: np.count_nonzero(~np.isnan(boxes_b[:, 0]))])
    nodes, level = box_tree(boxes_b, order)
    chunks = chunks_of(np.arange(len(boxes_a) + 1), _CHUNK_BOXES)
    found = in_threads(lambda begin, end: meeting(nodes, level, order, boxes_a, begin, end), chunks, threads)
    pairs = np.concatenate([np.zeros((0, 2), dtype=np.int64), *(table[:count] for table, count in found)])
    return np.ascontiguousarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])
