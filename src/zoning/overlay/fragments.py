"""Units ∩ zones as geometry: the pieces on which demands of both layers hold at once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import DENSIFY, as_crs, geodesic_area
from zoning.overlay.intersections import Pairs, shared
from zoning.overlay.polygons import read_layer
from zoning.overlay.rings import chunks_of, in_threads

__all__ = ["fragments"]

_WHOLE = 1 - 1e-13  # of a polygon: a piece that large is the polygon
_CHUNK_VERTICES = 20_000


def fragments(
    a: gpd.GeoDataFrame | gpd.GeoSeries, b: gpd.GeoDataFrame | gpd.GeoSeries, crs: object, *, densify: float = DENSIFY
) -> gpd.GeoDataFrame:
    """Return the pieces a ∩ b, computed in one given system.

    Give the system of a grid: the same densified, projected edges are cut there that a coverage of ``a`` on this grid
    reads, so that the masses of a unit's fragments add up to the mass of the unit (to 1e-9 where ``b`` covers it).

    Parameters
    ----------
    a, b : GeoDataFrame or GeoSeries
        Polygons with a CRS each.
    crs : CRS or anything pyproj understands
        System to compute in, and system of the result.
    densify : float
        Longest edge, in metres, that is projected as a straight line.

    Returns
    -------
    GeoDataFrame, RangeIndex
        ``a``, ``b`` (labels), ``area_m2`` (CGCS2000 ellipsoid), ``geometry`` (polygons and multipolygons in ``crs``);
        one row per pair that overlaps, sorted by position in ``a``, then in ``b``. Slivers stay; only overlaps thinner
        than the rounding of coordinates are left out, as in :func:`zoning.overlay.intersection_areas`.

    Raises
    ------
    CrsError
        If a layer or ``crs`` is unknown, or a datum shift is not exact offline.
    GeometryError
        If a geometry is no polygon, is invalid, or crosses the antimeridian.

    Examples
    --------
    >>> units = gpd.GeoSeries([shapely.box(500_000, 2_740_000, 501_000, 2_741_000)], index=["ZH01"], crs="EPSG:4549")
    >>> zones = gpd.GeoSeries([shapely.box(500_750, 2_740_000, 502_000, 2_742_000)], index=["YS01"], crs="EPSG:4549")
    >>> piece = fragments(units, zones, "EPSG:4549")
    >>> piece[["a", "b"]].values.tolist(), piece.geometry[0].bounds
    ([['ZH01', 'YS01']], (500750.0, 2740000.0, 501000.0, 2741000.0))
    """
    target = as_crs(crs)
    one, other = (read_layer(layer).projected(target, densify) for layer in (a, b))
    pairs = shared(one, other)
    pieces = _pieces(pairs, one.rings.geometries(), other.rings.geometries())
    solid = shapely.area(pieces) > 0
    pieces = pieces[solid]
    columns = {
        "a": one.index.take(pairs.a[solid]),
        "b": other.index.take(pairs.b[solid]),
        "area_m2": geodesic_area(pieces, target, densify),
    }
    return gpd.GeoDataFrame(columns, geometry=pieces, crs=target, index=pd.RangeIndex(len(pieces)))


def _pieces(pairs: Pairs, a: NDArray[np.object_], b: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the common part of every pair: a polygon that lies whole in the other is taken as it is."""
    pieces = np.where(pairs.area >= _WHOLE * pairs.area_a, a[pairs.a], b[pairs.b])
    cut = np.flatnonzero((pairs.area < _WHOLE * pairs.area_a) & (pairs.area < _WHOLE * pairs.area_b))
    left, right = _sound(a, pairs.a[cut]), _sound(b, pairs.b[cut])
    work = np.append(0, np.cumsum(shapely.get_num_coordinates(left) + shapely.get_num_coordinates(right)))
    parts = in_threads(
        lambda begin, end: shapely.intersection(left[begin:end], right[begin:end]), chunks_of(work, _CHUNK_VERTICES)
    )
    pieces[cut] = np.concatenate([np.empty(0, object), *parts])
    return _polygonal(pieces)


def _sound(geometries: NDArray[np.object_], positions: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return geometries at positions; what rounding made invalid in the projection (a spike folded over) is mended."""
    used = np.unique(positions)
    folded = used[~shapely.is_valid(geometries[used])]
    sound = geometries.copy()
    sound[folded] = _polygonal(shapely.make_valid(geometries[folded]))
    return sound[positions]


def _polygonal(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygons of each geometry, without the points and lines where two polygons only touch."""
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(geometries), (3, 6)))
    polygonal = geometries.copy()
    for position in mixed:
        parts = shapely.get_parts(geometries[position])
        faces = shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), (3, 6))])
        polygonal[position] = shapely.multipolygons(faces) if len(faces) else shapely.Polygon()
    single = shapely.get_num_geometries(polygonal) == 1
    polygonal[single] = shapely.get_geometry(polygonal[single], 0)
    return polygonal
