"""Shapes as arcs: a border that two neighbours share is written once, and both refer to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Topology", "topology_of"]

_Ints = NDArray[np.int64]
_CLOSED = 4  # vertices of the smallest ring, its first one twice


@dataclass(frozen=True)
class Topology:
    """Lines of whole numbers, and shapes that are made of them.

    Attributes
    ----------
    arcs : tuple of ndarray (vertices, 2)
        Lines; each is there once, whatever the direction.
    shapes : tuple
        Per shape its parts, per part its rings, per ring the arcs in order: ``n`` forwards, ``~n`` backwards.
    """

    arcs: tuple[_Ints, ...]
    shapes: tuple[list[list[list[int]]], ...]


def topology_of(geometries: NDArray[np.object_], west: float, south: float, step: float) -> Topology:
    """Return shapes on a lattice, with common borders in common.

    Parameters
    ----------
    geometries : ndarray of shapely geometries
        Polygons or lines, of one or many parts. A ring that falls onto less than three points of the lattice is
        left out, unless nothing else would be left of its shape.
    west, south, step : float
        Origin of the lattice and its step, in units of the geometries.

    Examples
    --------
    >>> squares = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> known = topology_of(squares, 0.0, 0.0, 1.0)
    >>> len(known.arcs), [len(rings[0]) for rings in known.shapes[0]]
    (3, [2])
    """
    rings, closed = _rings(geometries, west, south, step)
    lines = [ring for parts in rings for part in parts for ring in part]
    if not lines:
        return Topology((), tuple([] for _ in rings))
    cut = _junctions(lines, closed=closed)
    arcs: list[_Ints] = []
    known: dict[bytes, int] = {}
    numbered = iter([_arcs_of(line, marks, known, arcs) for line, marks in zip(lines, cut, strict=True)])
    shapes = tuple([[next(numbered) for _ in part] for part in parts] for parts in rings)
    return Topology(tuple(arcs), shapes)


def _rings(
    geometries: NDArray[np.object_], west: float, south: float, step: float
) -> tuple[list[list[list[_Ints]]], bool]:
    """Return per shape and part the rings as vertices on the lattice, and whether they are closed."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    closed = bool(np.isin(shapely.get_type_id(parts), (3,)).all())
    lines, part = shapely.get_rings(parts, return_index=True) if closed else (parts, np.arange(len(parts)))
    points, line = shapely.get_coordinates(lines, return_index=True)
    lattice = np.column_stack([np.rint((points[:, 0] - west) / step), np.rint((points[:, 1] - south) / step)])
    lattice = lattice.astype(np.int64)
    moved = np.ones(len(lattice), dtype=bool)
    moved[1:] = (lattice[1:] != lattice[:-1]).any(axis=1) | (line[1:] != line[:-1])
    lattice, line = lattice[moved], line[moved]
    bounds = np.searchsorted(line, np.arange(len(lines) + 1))
    shapes: list[list[list[_Ints]]] = [[] for _ in geometries]
    last = -1
    for number in range(len(lines)):
        vertices = lattice[bounds[number] : bounds[number + 1]]
        if part[number] != last:
            shapes[owner[part[number]]].append([])
            last = part[number]
        shapes[owner[part[number]]][-1].append(vertices)
    return [_kept(parts_, closed=closed) for parts_ in shapes], closed


def _kept(parts: list[list[_Ints]], *, closed: bool) -> list[list[_Ints]]:
    """Drop rings that have fallen together; of a shape of which nothing is left, the first one stays."""
    least = _CLOSED if closed else 2
    kept = [[ring for ring in part if len(ring) >= least] for part in parts if len(part[0]) >= least]
    return kept or [part[:1] for part in parts[:1]]


def _junctions(lines: list[_Ints], *, closed: bool) -> list[NDArray[np.bool_]]:
    """Return for each vertex of each line whether lines part there: a vertex with other neighbours in another line."""
    sizes = np.array([len(line) for line in lines])
    points = np.vstack(lines)
    low_x, low_y = points.min(axis=0)
    rows = int(points[:, 1].max() - low_y) + 1
    _, number = np.unique((points[:, 0] - low_x) * rows + (points[:, 1] - low_y), return_inverse=True)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    before, after = np.roll(number, 1), np.roll(number, -1)
    if closed:  # the first vertex is there twice
        before[starts], after[ends - 1] = number[np.maximum(ends - 2, starts)], number[np.minimum(starts + 1, ends - 1)]
    else:
        before[starts] = after[ends - 1] = -1
    low, high = np.minimum(before, after), np.maximum(before, after)
    order = np.lexsort((high, low, number))
    sorted_ = np.column_stack([number, low, high])[order]
    same = sorted_[1:, 0] == sorted_[:-1, 0]
    parting = same & (sorted_[1:, 1:] != sorted_[:-1, 1:]).any(axis=1)
    junction = np.zeros(int(number.max()) + 1, dtype=bool)
    junction[sorted_[1:, 0][parting]] = True
    marks = junction[number]
    if not closed:
        marks[starts] = marks[ends - 1] = True
    return np.split(marks, ends[:-1])


def _arcs_of(line: _Ints, marks: NDArray[np.bool_], known: dict[bytes, int], arcs: list[_Ints]) -> list[int]:
    """Cut a line at its junctions and return the numbers of its pieces; new ones are added to ``arcs``."""
    return [_number(piece, known, arcs) for piece in _pieces(line, marks)]


def _pieces(line: _Ints, marks: NDArray[np.bool_]) -> Iterator[_Ints]:
    places = np.flatnonzero(marks)
    if len(line) > 1 and (line[0] == line[-1]).all():
        # A ring may begin anywhere: begin at a junction, else at its least vertex, so that neighbours agree.
        begin = int(places[0]) if len(places) else int(np.lexsort((line[:-1, 1], line[:-1, 0]))[0])
        line = np.vstack([line[begin:-1], line[: begin + 1]])
        marks = np.concatenate([marks[begin:-1], marks[: begin + 1]])
        places = np.flatnonzero(marks)
    cuts = sorted({0, len(line) - 1, *(int(place) for place in places)})
    if len(cuts) == 1:
        yield line
    for one, other in itertools.pairwise(cuts):
        yield line[one : other + 1]


def _number(piece: _Ints, known: dict[bytes, int], arcs: list[_Ints]) -> int:
    forwards, backwards = piece.tobytes(), piece[::-1].tobytes()
    if forwards in known:
        return known[forwards]
    if backwards in known:
        return ~known[backwards]
    known[forwards] = len(arcs)
    arcs.append(piece)
    return known[forwards]
