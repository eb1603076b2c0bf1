"""Units ∩ zones as geometry: the pieces on which demands of both layers hold at once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import DENSIFY, as_crs, geodesic_area, same_crs
from zoning.crs.ground import ground_of
from zoning.crs.kernels.windows import Ground
from zoning.overlay.pairs.following import Faces
from zoning.overlay.pairs.intersections import Pairs, shared
from zoning.overlay.pairs.pieces import pieces_of, sound_faces
from zoning.overlay.polygons import Layer, read_layer, require_length

__all__ = ["fragments"]

_Shapes = NDArray[np.object_]
_Floats = NDArray[np.float64]


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
        one row per pair that overlaps, sorted by position in ``a``, then in ``b``: the pairs of
        :func:`zoning.overlay.intersection_areas`. Slivers stay; one that is too thin to be drawn in float64 stays with
        its area and an empty geometry.

    Raises
    ------
    CrsError
        If a layer or ``crs`` is unknown, or a datum shift is not exact offline.
    GeometryError
        If a geometry is no polygon, is invalid, or crosses the antimeridian; or if a piece cannot be drawn with the
        area that the two polygons share (to 1e-9 of the smaller one).

    Examples
    --------
    >>> units = gpd.GeoSeries([shapely.box(500_000, 2_740_000, 501_000, 2_741_000)], index=["ZH01"], crs="EPSG:4549")
    >>> zones = gpd.GeoSeries([shapely.box(500_750, 2_740_000, 502_000, 2_742_000)], index=["YS01"], crs="EPSG:4549")
    >>> piece = fragments(units, zones, "EPSG:4549")
    >>> piece[["a", "b"]].values.tolist(), piece.geometry[0].bounds
    ([['ZH01', 'YS01']], (500750.0, 2740000.0, 501000.0, 2741000.0))
    """
    target = as_crs(crs)
    one, other = (_in(target, layer, densify) for layer in (a, b))
    pairs = shared(one[0], other[0])
    pieces, areas = pieces_of(pairs, one[1], other[1], _ground(one[0], target))
    columns = {
        "a": one[0].index.take(pairs.a),
        "b": other[0].index.take(pairs.b),
        "area_m2": _areas(areas, pieces, pairs, one[1], target),
    }
    return gpd.GeoDataFrame(columns, geometry=pieces, crs=target, index=pd.RangeIndex(len(pieces)))


def _in(target: CRS, polygons: gpd.GeoDataFrame | gpd.GeoSeries, densify: float) -> tuple[Layer, Faces]:
    """Return a layer in a system, and its polygons there, valid."""
    require_length(densify)
    given = read_layer(polygons)
    if same_crs(given.crs, target):
        return Layer(given.index, given.rings, target), Faces(given.rings)
    layer = given.projected(target, densify)
    return layer, sound_faces(layer.rings)


def _ground(layer: Layer, crs: CRS) -> Ground | None:
    """Return the ground below a layer; None where it is too rough to integrate, and areas have to be projected."""
    if not len(layer.rings.x):
        return None
    sides = layer.rings.x.min(), layer.rings.y.min(), layer.rings.x.max(), layer.rings.y.max()
    return ground_of(crs, (float(sides[0]), float(sides[1]), float(sides[2]), float(sides[3])))


def _areas(known: _Floats, pieces: _Shapes, pairs: Pairs, faces: Faces, crs: CRS) -> _Floats:
    """Return the true areas of pieces; one that is too thin to be drawn has the plane's, scaled as its polygon is."""
    areas = known.copy()
    other = np.flatnonzero(np.isnan(known))
    areas[other] = geodesic_area(pieces[other], crs)
    thin = other[shapely.is_empty(pieces[other])]
    scale = geodesic_area(faces.shapes(pairs.a[thin]), crs) / pairs.area_a[thin]
    areas[thin] = pairs.area[thin] * scale
    return areas
