"""The common part of pairs of polygons drawn by following their borders: where that is sure, many times faster."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs.areas import boxes_of
from zoning.crs.kernels.windows import blocks, ring_turns
from zoning.overlay.intersections import Pairs
from zoning.overlay.kernels.clipping import Outlines, drawn
from zoning.overlay.kernels.soundness import certified
from zoning.overlay.rings import Rings, chunks_of, in_threads

__all__ = ["followed"]

_Shapes = NDArray[np.object_]

_CHUNK_VERTICES = 1_000_000


def followed(pairs: Pairs, allowed: NDArray[np.float64], a: Rings, b: Rings) -> _Shapes:
    """Return common parts as polygons and multipolygons; None where that cannot be done surely.

    Parameters
    ----------
    pairs : Pairs
        Of the plane.
    allowed : float64 (pairs,)
        How far the area of a piece may lie from that of its pair.
    a, b : Rings
        Of both layers, valid.

    Returns
    -------
    ndarray of shapely geometries and None
        None where borders touch or run together, where a piece does not have the area that it must have, and where it
        is not surely valid: a complete overlay has to tell (see :func:`zoning.overlay.pieces.pieces_of`).
    """
    boxes_a, boxes_b = boxes_of(a.x, a.y, a.vertex_ptr)[pairs.a], boxes_of(b.x, b.y, b.vertex_ptr)[pairs.b]
    windows = np.hstack([np.maximum(boxes_a[:, :2], boxes_b[:, :2]), np.minimum(boxes_a[:, 2:], boxes_b[:, 2:])])
    outlines_a, outlines_b = _outlines(a), _outlines(b)
    both = np.column_stack([pairs.a, pairs.b])

    def draw(begin: int, end: int) -> tuple[Rings, NDArray[np.bool_]]:
        x, y, ring_ptr, outer, unit_ptr, area = drawn(both, windows, outlines_a, outlines_b, begin, end)
        right = np.abs(area - pairs.area[begin:end]) <= allowed[begin:end]  # not so for NaN
        return Rings(x, y, ring_ptr, outer, unit_ptr), right & certified(x, y, ring_ptr, outer, unit_ptr)

    work = np.diff(a.vertex_ptr)[pairs.a] + np.diff(b.vertex_ptr)[pairs.b]
    parts = in_threads(draw, chunks_of(np.append(0, np.cumsum(work)), _CHUNK_VERTICES))
    return np.concatenate([np.empty(0, dtype=object), *(_built(rings, sure) for rings, sure in parts)])


def _outlines(rings: Rings) -> Outlines:
    turn, _ = ring_turns(rings.x, rings.y, rings.ring_ptr, rings.outer)
    edges = blocks(rings.x, rings.y, rings.ring_ptr, turn, rings.unit_ptr)
    ring_of = np.searchsorted(rings.ring_ptr, edges.span[:, 0], side="right") - 1
    return Outlines(edges, ring_of, rings.ring_ptr, turn, boxes_of(rings.x, rings.y, rings.ring_ptr), rings.unit_ptr)


def _built(rings: Rings, wanted: NDArray[np.bool_]) -> _Shapes:
    """Return units as polygons, or multipolygons where they have several shells; None where they are not wanted."""
    parts = np.append(np.flatnonzero(rings.outer), len(rings.outer))
    points = np.column_stack([rings.x, rings.y])
    faces = np.asarray(shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (rings.ring_ptr, parts)))
    begins = np.searchsorted(parts, rings.unit_ptr)
    count = np.diff(begins)
    shapes = np.full(len(rings), None)
    single = wanted & (count == 1)
    shapes[single] = faces[begins[:-1][single]]
    for unit in np.flatnonzero(wanted & (count > 1)).tolist():
        shapes[unit] = shapely.multipolygons(faces[begins[unit] : begins[unit + 1]])
    return shapes
