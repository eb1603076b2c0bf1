"""The common part of pairs of polygons drawn by following their borders: where that is sure, many times faster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs.areas import boxes_of, edges_of
from zoning.crs.kernels.windows import Ground, blocks, own_areas, ring_turns
from zoning.overlay.kernels.clipping import Outlines, drawn
from zoning.overlay.kernels.soundness import certified
from zoning.overlay.pairs.intersections import Pairs
from zoning.overlay.rings import Rings, chunks_of, in_threads

__all__ = ["Faces", "followed"]

_Shapes = NDArray[np.object_]
_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_Marks = NDArray[np.bool_]

_CHUNK_VERTICES = 1_000_000


@dataclass(frozen=True, eq=False)
class Faces:
    """The valid polygons of a layer as rings, of which shapes are built only where they are wanted."""

    rings: Rings

    def __len__(self) -> int:
        return len(self.rings)

    def shapes(self, positions: _Ints) -> _Shapes:
        """Return some of the polygons as shapely geometries; the same one for the same position."""
        units, back = np.unique(positions, return_inverse=True)
        return _built(_taken(self.rings, units), np.ones(len(units), dtype=bool))[back]


def followed(
    pairs: Pairs, allowed: _Floats, a: Rings, b: Rings, ground: Ground | None = None
) -> tuple[_Shapes, _Floats]:
    """Return common parts as polygons and multipolygons, and their areas; None and NaN where that is not sure.

    Parameters
    ----------
    pairs : Pairs
        Of the plane.
    allowed : float64 (pairs,)
        How far the area of a piece may lie from that of its pair.
    a, b : Rings
        Of both layers, valid.
    ground : Ground or None
        What areas are measured on; None measures none.

    Returns
    -------
    shapes : ndarray of shapely geometries and None
        None where borders touch or run together, where a piece does not have the area that it must have, and where it
        is not surely valid: a complete overlay has to tell (see :func:`zoning.overlay.pairs.pieces.pieces_of`).
    area : float64 (pairs,)
    """
    boxes_a, boxes_b = boxes_of(a.x, a.y, a.vertex_ptr)[pairs.a], boxes_of(b.x, b.y, b.vertex_ptr)[pairs.b]
    windows = np.hstack([np.maximum(boxes_a[:, :2], boxes_b[:, :2]), np.minimum(boxes_a[:, 2:], boxes_b[:, 2:])])
    outlines_a, outlines_b = _outlines(a), _outlines(b)
    both = np.column_stack([pairs.a, pairs.b])

    def draw(begin: int, end: int) -> tuple[Rings, _Marks, _Floats]:
        x, y, ring_ptr, outer, unit_ptr, area = drawn(both, windows, outlines_a, outlines_b, begin, end)
        right = np.abs(area - pairs.area[begin:end]) <= allowed[begin:end]  # not so for NaN
        rings = Rings(x, y, ring_ptr, outer, unit_ptr)
        sure = right & certified(x, y, ring_ptr, outer, unit_ptr)
        return rings, sure, np.where(sure, _measured(rings, ground), np.nan)

    work = np.diff(a.vertex_ptr)[pairs.a] + np.diff(b.vertex_ptr)[pairs.b]
    parts = in_threads(draw, chunks_of(np.append(0, np.cumsum(work)), _CHUNK_VERTICES))
    shapes = np.concatenate([np.empty(0, dtype=object), *(_built(rings, sure) for rings, sure, _ in parts)])
    return shapes, np.concatenate([np.empty(0), *(area for _, _, area in parts)])


def _measured(rings: Rings, ground: Ground | None) -> _Floats:
    areas = np.full(len(rings), np.nan)
    if ground is not None:
        edges, _ = edges_of(rings.x, rings.y, rings.ring_ptr, rings.outer, rings.unit_ptr)
        own_areas(edges, boxes_of(rings.x, rings.y, rings.vertex_ptr), ground, 0, len(rings), areas)
    return areas


def _outlines(rings: Rings) -> Outlines:
    turn, _ = ring_turns(rings.x, rings.y, rings.ring_ptr, rings.outer)
    edges = blocks(rings.x, rings.y, rings.ring_ptr, turn, rings.unit_ptr)
    ring_of = np.searchsorted(rings.ring_ptr, edges.span[:, 0], side="right") - 1
    return Outlines(edges, ring_of, rings.ring_ptr, turn, boxes_of(rings.x, rings.y, rings.ring_ptr), rings.unit_ptr)


def _taken(rings: Rings, units: _Ints) -> Rings:
    """Return the rings of some units."""
    of_unit = _ranges(rings.unit_ptr, units)
    vertices = _ranges(rings.ring_ptr, of_unit)
    ring_ptr = np.append(0, np.cumsum(np.diff(rings.ring_ptr)[of_unit]))
    unit_ptr = np.append(0, np.cumsum(np.diff(rings.unit_ptr)[units]))
    return Rings(rings.x[vertices], rings.y[vertices], ring_ptr, rings.outer[of_unit], unit_ptr)


def _ranges(pointers: _Ints, rows: _Ints) -> _Ints:
    """Return ``pointers[row] … pointers[row + 1] - 1`` of each row, end to end."""
    length = np.diff(pointers)[rows]
    ends = np.cumsum(length)
    return np.repeat(pointers[rows] - ends + length, length) + np.arange(ends[-1] if len(ends) else 0)


def _built(rings: Rings, wanted: _Marks) -> _Shapes:
    """Return units as polygons, or multipolygons where they have several shells; None where they are not wanted."""
    parts = np.append(np.flatnonzero(rings.outer), len(rings.outer))
    points = np.column_stack([rings.x, rings.y])
    faces = np.asarray(shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (rings.ring_ptr, parts)))
    begins = np.searchsorted(parts, rings.unit_ptr)
    count = np.diff(begins)
    shapes = np.full(len(rings), None)
    single, several = wanted & (count == 1), np.flatnonzero(wanted & (count > 1))
    shapes[single] = faces[begins[:-1][single]]
    if len(several):
        numbers = np.repeat(np.arange(len(several)), count[several])
        shapes[several] = shapely.multipolygons(faces[_ranges(begins, several)], indices=numbers)
    shapes[wanted & (count == 0)] = shapely.Polygon()
    return shapes
