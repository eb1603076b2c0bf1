"""A polygon and a piece of border: joined and tidied so that its vertices are those of its neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.checks.repairs.validity import polygonal

__all__ = ["joined", "matched", "tidy"]

_Vertices = set[tuple[float, float]]


def joined(
    shape: shapely.Geometry, piece: shapely.Polygon, beside: NDArray[np.object_], rounding: float
) -> shapely.Geometry | None:
    """Return a shape with a piece at its border, or None if they do not join into a valid polygon.

    Parameters
    ----------
    shape, piece : shapely geometries
        Of one CRS, edge at edge.
    beside : ndarray of shapely geometries
        Other features at the piece, whose vertices the new border takes over.
    rounding : float
        Distance in units of the CRS below which two points are one.
    """
    fitted = shapely.snap(piece, shape, rounding)
    whole = shapely.union(shapely.snap(shape, fitted, rounding), fitted)
    if not whole.is_valid:
        return None
    if len(beside):
        whole = shapely.difference(whole, shapely.union_all(_meeting(whole, beside)))
    return tidy(polygonal(whole), piece, beside, rounding)


def _meeting(shape: shapely.Geometry, beside: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the neighbours whose interiors meet that of a shape by rounding."""
    return np.asarray(beside[~shapely.touches(shape, beside)], dtype=object)


def tidy(
    shape: shapely.Geometry, piece: shapely.Polygon, beside: NDArray[np.object_], rounding: float
) -> shapely.Geometry:
    """Return a shape whose border along a piece has the vertices of its neighbours and no superfluous ones.

    Without this a neighbour's vertex on a straight edge, or an old corner left on one, would keep the layer from being
    a coverage. The area does not change but by rounding.
    """
    points = shapely.points(shapely.get_coordinates(beside)) if len(beside) else np.array([], dtype=object)
    near = points[shapely.dwithin(points, piece, rounding)] if len(points) else points
    fitted = shapely.snap(shape, shapely.MultiPoint(near), rounding) if len(near) else shape
    kept = {(point.x, point.y) for point in near}
    thinned = shapely.MultiPolygon(
        [
            shapely.Polygon(
                _thin(part.exterior, piece, kept, rounding), [_thin(r, piece, kept, rounding) for r in part.interiors]
            )
            for part in shapely.get_parts(fitted)
        ]
    )
    plain = thinned.geoms[0] if len(thinned.geoms) == 1 and shape.geom_type == "Polygon" else thinned
    return next((one for one in (plain, fitted) if one.is_valid), shape)


def _thin(ring: shapely.LinearRing, piece: shapely.Polygon, kept: _Vertices, rounding: float) -> NDArray[np.float64]:
    """Return the vertices of a ring without those along a piece that lie on a straight edge and are no neighbour's."""
    corners = shapely.get_coordinates(ring, include_z=ring.has_z)[:-1]
    loose = np.flatnonzero(shapely.dwithin(shapely.points(corners[:, :2]), piece, rounding))
    stays = np.ones(len(corners), dtype=bool)
    for position in loose:
        if stays.sum() <= 3 or (corners[position][0], corners[position][1]) in kept:
            continue
        before, after = _beside(stays, int(position))
        chord = shapely.LineString([corners[before][:2], corners[after][:2]])
        stays[position] = shapely.distance(chord, shapely.Point(corners[position][:2])) > rounding
    return np.asarray(corners[stays])


def _beside(stays: NDArray[np.bool_], position: int) -> tuple[int, int]:
    """Return the positions of the vertices that stay before and after one."""
    order = np.flatnonzero(stays)
    place = int(np.searchsorted(order, position))
    return int(order[place - 1]), int(order[(place + 1) % len(order)])


def matched(work: NDArray[np.object_], pieces: Sequence[shapely.Polygon], rounding: float) -> list[tuple[int, int]]:
    """Give features, in place, the vertices that their neighbours have on their straight edges along some pieces.

    A coverage needs every vertex of a shared edge in both features; no edge moves by it but by rounding.

    Returns
    -------
    list of (int, int)
        Position and number of vertices added.
    """
    added: Counter[int] = Counter()
    tree = shapely.STRtree(work)
    for piece in pieces:
        near = tree.query(piece, predicate="dwithin", distance=rounding)
        vertices = shapely.MultiPoint(_distinct(shapely.get_coordinates(work[near]), piece, rounding))
        for position in near if len(vertices.geoms) else ():
            fitted = shapely.snap(work[position], vertices, rounding)
            if fitted.is_valid and not shapely.equals_exact(fitted, work[position], 0.0):
                added[int(position)] += int(shapely.get_num_coordinates([fitted, work[position]]) @ [1, -1])
                work[position] = fitted
    return sorted(added.items())


def _distinct(coordinates: NDArray[np.float64], piece: shapely.Polygon, rounding: float) -> list[shapely.Point]:
    """Return the vertices at a piece, one for all that differ by rounding: that which most features have."""
    places, counts = np.unique(coordinates, axis=0, return_counts=True)
    points = shapely.points(places)
    chosen: list[shapely.Point] = []
    for number in np.argsort(-counts, kind="stable"):
        point = points[number]
        if shapely.dwithin(point, piece, rounding) and not shapely.dwithin(point, chosen, rounding).any():
            chosen.append(point)
    return chosen
