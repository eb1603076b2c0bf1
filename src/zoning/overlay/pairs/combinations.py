"""Many layers at once: unit ∩ air ∩ energy ∩ park, as the parts on which one and the same set of polygons lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import DENSIFY, as_crs, geodesic_area
from zoning.crs.ground import PLANE
from zoning.errors import InputError
from zoning.messages import fault
from zoning.overlay.pairs.following import Faces
from zoning.overlay.pairs.intersections import Pairs, on_one_plane, shared
from zoning.overlay.pairs.pieces import mended, pieces_of, rest_of
from zoning.overlay.polygons import Layer, read_layer
from zoning.overlay.rings import Rings

__all__ = ["combinations"]

_Shapes = NDArray[np.object_]
_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_NONE = -1
_LAST = np.iinfo(np.int64).max
_ROUNDING = 1e-12  # of a polygon: what is left of it after its parts is nothing


def combinations(
    layers: Mapping[str, gpd.GeoDataFrame | gpd.GeoSeries],
    crs: object,
    *,
    geometry: bool = True,
    densify: float = DENSIFY,
) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return the parts of space on which one and the same polygons of several layers lie.

    The parts do not overlap, and together they are everything that any layer covers: the parts of a unit add up to the
    unit, whatever other layers do or do not cover it. The order of layers changes the order of columns and rows only.

    Parameters
    ----------
    layers : mapping of str to GeoDataFrame or GeoSeries
        Polygons with a CRS each, by the name of their column.
    crs : CRS or anything pyproj understands
        System to compute in (see :func:`zoning.overlay.pairs.fragments`), and system of the result.
    geometry : bool
        False returns areas alone.
    densify : float
        Longest edge, in metres, that is projected as a straight line.

    Returns
    -------
    GeoDataFrame, or DataFrame without geometry; RangeIndex
        One column of labels per layer, ``area_m2`` (CGCS2000 ellipsoid) and ``geometry``; sorted by position in the
        first layer, then in the next. A label is missing where its layer does not cover the part. Where polygons of one
        layer overlap, their common part is a row of its own, with the tuple of their labels in the order of the layer.

    Raises
    ------
    CrsError
        If a layer or ``crs`` is unknown, or a datum shift is not exact offline.
    GeometryError
        If a geometry is no polygon, is invalid, or crosses the antimeridian; or if a part cannot be drawn with the area
        that it has.
    InputError
        If no layer is given, or one is called ``area_m2`` or ``geometry``.

    Examples
    --------
    >>> unit = gpd.GeoSeries([shapely.box(500_000, 2_740_000, 501_000, 2_741_000)], index=["ZH01"], crs="EPSG:4549")
    >>> air = gpd.GeoSeries([shapely.box(500_000, 2_740_000, 500_750, 2_741_000)], index=["YS01"], crs="EPSG:4549")
    >>> park = gpd.GeoSeries([shapely.box(500_500, 2_740_000, 501_000, 2_740_500)], index=["P"], crs="EPSG:4549")
    >>> combinations({"unit": unit, "air": air, "park": park}, "EPSG:4549", geometry=False).round(0)
       unit   air park   area_m2
    0  ZH01  YS01    P  125000.0
    1  ZH01  YS01  NaN  625000.0
    2  ZH01   NaN    P  125000.0
    3  ZH01   NaN  NaN  125000.0
    """
    taken = [name for name in layers if name in ("area_m2", "geometry")]
    if taken or not layers:
        raise fault(InputError, "overlay.layer_names", names=", ".join(layers) or "—")
    target = as_crs(crs)
    given = [read_layer(layer) for layer in layers.values()]
    sheets = [sheet for number, layer in enumerate(given) for sheet in _sheets(number, layer, target, densify)]
    parts = _Parts(np.zeros(0, dtype=object), np.zeros(0), np.zeros((0, len(sheets)), dtype=np.int64))
    for column, sheet in enumerate(sheets):
        drawn = geometry or column < len(sheets) - 1
        parts = _laid(parts if drawn else _true(parts, sheets, target), column, sheet, target, drawn=drawn)
    parts = _true(parts, sheets, target) if geometry else parts
    table, order = _labelled(parts, sheets, dict(zip(layers, given, strict=True)))
    table["area_m2"] = parts.area[order]
    return gpd.GeoDataFrame(table, geometry=parts.shapes[order], crs=target) if geometry else table


@dataclass(frozen=True)
class _Sheet:
    """Polygons of one layer that do not overlap one another, and where they stand in it."""

    layer: int
    positions: _Ints
    shapes: _Shapes


@dataclass(frozen=True)
class _Parts:
    """Parts that do not overlap, their true areas, and for each sheet the polygon on it (its number there), or −1."""

    shapes: _Shapes
    area: _Floats
    labels: _Ints


def _sheets(number: int, given: Layer, target: CRS, densify: float) -> list[_Sheet]:
    """Return a layer as few sheets without overlaps: one, unless polygons of the layer overlap."""
    layer = given.projected(target, densify)
    shapes = layer.rings.geometries()
    if layer.rings is not given.rings:
        shapes = mended(shapes)
    pairs = shared(layer, layer)
    before = pairs.b < pairs.a
    later, first = np.unique(pairs.a[before], return_index=True)
    level = np.zeros(len(shapes), dtype=np.int64)
    for position, others in zip(later, np.split(pairs.b[before], first[1:]), strict=False):
        taken = set(level[others].tolist())
        level[position] = next(free for free in range(len(taken) + 1) if free not in taken)
    filled = np.diff(layer.rings.unit_ptr) > 0
    found = [np.flatnonzero((level == height) & filled) for height in range(int(level.max(initial=0)) + 1)]
    return [_Sheet(number, positions, shapes[positions]) for positions in found]


def _laid(parts: _Parts, column: int, sheet: _Sheet, target: CRS, *, drawn: bool) -> _Parts:
    """Return parts with one more sheet laid over them: what both cover, what is left of the parts, and of the sheet.

    Areas are those of the plane while parts are drawn, true ones in the last step of a table without geometry.
    """
    below, above = (Layer(pd.RangeIndex(len(s)), Rings.of(s), target) for s in (parts.shapes, sheet.shapes))
    ground = PLANE if drawn else on_one_plane([below, above], target, DENSIFY)[1]
    pairs = shared(below, above, ground=ground)
    fresh = np.full((len(sheet.shapes), parts.labels.shape[1]), _NONE)
    fresh[:, column] = np.arange(len(fresh))
    common = parts.labels[pairs.a]
    common[:, column] = pairs.b
    own = parts.area, (shapely.area if drawn else lambda shapes: geodesic_area(shapes, target))(sheet.shapes)
    (under, under_area), (over, over_area) = (
        _left(area, at, pairs) for area, at in zip(own, (pairs.a, pairs.b), strict=True)
    )
    labels = np.concatenate([common, parts.labels[under], fresh[over]])
    area = np.concatenate([pairs.area, under_area, over_area])
    if not drawn:
        return _Parts(np.full(len(area), None), area, labels)
    shapes = (
        pieces_of(pairs, Faces(below.rings), Faces(above.rings))[0],
        rest_of(parts.shapes, under, under_area, sheet.shapes, (pairs.a, pairs.b)),
        rest_of(sheet.shapes, over, over_area, parts.shapes, (pairs.b, pairs.a)),
    )
    return _Parts(np.concatenate(shapes), area, labels)


def _left(own: _Floats, at: _Ints, pairs: Pairs) -> tuple[_Ints, _Floats]:
    """Return which polygons are not covered to the last digit by their pairs, and the area that is left of each."""
    left = own - np.bincount(at, weights=pairs.area, minlength=len(own))
    rounding = np.bincount(at, weights=pairs.noise, minlength=len(own)) + _ROUNDING * own
    found = np.flatnonzero(left > np.where(np.bincount(at, minlength=len(own)) > 0, rounding, 0.0))
    return found, left[found]


def _true(parts: _Parts, sheets: list[_Sheet], crs: CRS) -> _Parts:
    """Return parts with true areas; one that is too thin to be drawn has its plane area, scaled as its polygon is."""
    area = geodesic_area(parts.shapes, crs)
    for thin in np.flatnonzero(shapely.is_empty(parts.shapes)):
        column = int(np.argmax(parts.labels[thin] != _NONE))
        polygon = sheets[column].shapes[parts.labels[thin, column]]
        area[thin] = parts.area[thin] * geodesic_area(np.array([polygon]), crs)[0] / shapely.area(polygon)
    return replace(parts, area=area)


def _labelled(parts: _Parts, sheets: list[_Sheet], layers: Mapping[str, Layer]) -> tuple[pd.DataFrame, _Ints]:
    """Return the columns of labels, sorted, and the parts in that order."""
    places = np.full(parts.labels.shape, _LAST, dtype=np.int64)
    for column, sheet in enumerate(sheets):
        covered = parts.labels[:, column] != _NONE
        places[covered, column] = sheet.positions[parts.labels[covered, column]]
    of_layer = np.array([sheet.layer for sheet in sheets])
    ranked = [np.sort(places[:, of_layer == number], axis=1) for number in range(len(layers))]
    order = np.lexsort(np.hstack(ranked).T[::-1])
    columns: dict[str, NDArray[np.object_]] = {}
    for (name, layer), found in zip(layers.items(), ranked, strict=True):
        names = np.full(len(found), None, dtype=object)
        alone = (found[:, 0] != _LAST) & (found[:, 1:] == _LAST).all(axis=1)
        names[alone] = layer.index.take(found[alone, 0]).to_numpy(dtype=object)
        for row in np.flatnonzero((found[:, 1:] != _LAST).any(axis=1)):
            names[row] = tuple(layer.index.take(found[row][found[row] != _LAST]))
        columns[name] = names[order]
    return pd.DataFrame(columns, index=pd.RangeIndex(len(order))), order
