"""Polygons as flat arrays of ring vertices: what every kernel reads, and the checks that make it safe to read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import same_crs, transformer
from zoning.overlay.kernels.edges import densified

__all__ = ["Rings", "chunks_of", "in_threads", "joined", "workers"]

_METRES_PER_DEGREE = 111_320.0
_FARTHEST = 1e100  # of any unit: beyond, an area is no number
_TORN = 100.0  # times the longest edge before projecting: no projection stretches a place of a city so far
_T = TypeVar("_T")


@dataclass(frozen=True)
class Rings:
    """Closed rings of many units, vertex after vertex.

    Attributes
    ----------
    x, y : float64 (vertices,)
        Coordinates; the last vertex of a ring repeats the first.
    ring_ptr : int64 (rings + 1,)
        Where the vertices of each ring begin.
    outer : bool (rings,)
        True for an exterior ring, False for a hole. The direction of rings is not trusted.
    unit_ptr : int64 (units + 1,)
        Where the rings of each unit begin; an empty unit has none.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ring_ptr: NDArray[np.int64]
    outer: NDArray[np.bool_]
    unit_ptr: NDArray[np.int64]

    @classmethod
    def of(cls, geometries: NDArray[np.object_]) -> Rings:
        """Flatten polygons and multipolygons; z is left out, empty and missing geometries have no ring."""
        if not len(geometries):
            return cls.empty(0)
        _, points, offsets = shapely.to_ragged_array(geometries, include_z=False)
        rings, parts = offsets[0], offsets[1]
        outer = np.zeros(len(rings) - 1, dtype=bool)
        outer[parts[:-1][np.diff(parts) > 0]] = True
        units = parts[offsets[2]] if len(offsets) == 3 else parts
        x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        return cls(x, y, rings.astype(np.int64), outer, units.astype(np.int64))

    @classmethod
    def empty(cls, units: int) -> Rings:
        """Return units without a ring."""
        none, start = np.zeros(0), np.zeros(1, dtype=np.int64)
        return cls(none, none, start, np.zeros(0, dtype=bool), np.zeros(units + 1, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.unit_ptr) - 1

    @property
    def vertex_ptr(self) -> NDArray[np.int64]:
        """Where the vertices of each unit begin, shape (units + 1,)."""
        return self.ring_ptr[self.unit_ptr]

    def units(self, begin: int, end: int) -> Rings:
        """Return the rings of the units ``begin ≤ unit < end``."""
        r0, r1 = self.unit_ptr[begin], self.unit_ptr[end]
        v0, v1 = self.ring_ptr[r0], self.ring_ptr[r1]
        ring_ptr, unit_ptr = self.ring_ptr[r0 : r1 + 1] - v0, self.unit_ptr[begin : end + 1] - r0
        return Rings(self.x[v0:v1], self.y[v0:v1], ring_ptr, self.outer[r0:r1], unit_ptr)

    def projected(self, source: CRS, target: CRS, densify: float) -> Rings:
        """Return the rings in another system, edges first cut to at most ``densify`` metres.

        Same rule as :func:`zoning.crs.project`, but points are set on an edge in one fixed order, so that a border
        shared by two polygons stays the same bit for bit. Unchanged where both systems agree.
        """
        if same_crs(source, target):
            return self
        step = _step(source, densify)
        x, y, ring_ptr = densified(self.x, self.y, self.ring_ptr, step)
        x, y = transformer(source, target).transform(x, y)
        return Rings(np.asarray(x), np.asarray(y), ring_ptr, self.outer, self.unit_ptr)

    def geometries(self) -> NDArray[np.object_]:
        """Return the units as shapely multipolygons."""
        parts = np.append(np.flatnonzero(self.outer), len(self.outer))
        units = np.searchsorted(parts, self.unit_ptr)
        offsets = (self.ring_ptr, parts, units)
        points = np.column_stack([self.x, self.y])
        return np.asarray(shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, points, offsets))

    def units_where(self, vertex_is_bad: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which units own a vertex that is marked."""
        if not vertex_is_bad.any():
            return np.zeros(len(self), dtype=bool)
        return np.diff(np.append(0, np.cumsum(vertex_is_bad))[self.vertex_ptr]) > 0

    def finite(self) -> NDArray[np.bool_]:
        """Tell which vertices have two numbers for coordinates, of a size whose square is one too."""
        return (np.abs(self.x) < _FARTHEST) & (np.abs(self.y) < _FARTHEST)

    def off_earth(self) -> NDArray[np.bool_]:
        """Tell which vertices, in degrees, lie beyond a pole or more than a turn away."""
        return (np.abs(self.y) > 90.0 + 1e-9) | (np.abs(self.x) > 360.0 + 1e-9)

    def wraps(self) -> NDArray[np.bool_]:
        """Tell which units have an edge that jumps by more than 180 degrees of longitude."""
        return self._leaps(self.x, 180.0)

    def torn(self, crs: CRS, densify: float) -> NDArray[np.bool_]:
        """Tell which units have an edge that projecting has drawn across the map: from one edge of it to the other.

        Before, no edge was longer than ``densify`` metres.
        """
        longest = _TORN * _step(crs, densify)
        return self._leaps(self.x, longest) | self._leaps(self.y, longest)

    def _leaps(self, along: NDArray[np.float64], longest: float) -> NDArray[np.bool_]:
        with np.errstate(invalid="ignore"):  # a vertex without a place is told elsewhere
            jumps = np.append(np.abs(np.diff(along)) > longest, False)
        ends = self.ring_ptr[1:] - 1
        jumps[ends[ends >= 0]] = False
        return self.units_where(jumps)


def joined(parts: Sequence[Rings]) -> Rings:
    """Return the units of several parts as one, in their order."""
    if len(parts) == 1:
        return parts[0]
    parts = [Rings.empty(0), *parts]
    return Rings(
        np.concatenate([part.x for part in parts]),
        np.concatenate([part.y for part in parts]),
        _end_to_end([part.ring_ptr for part in parts]),
        np.concatenate([part.outer for part in parts]),
        _end_to_end([part.unit_ptr for part in parts]),
    )


def _end_to_end(pointers: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return pointers into parts as pointers into the parts laid end to end."""
    shifts = np.cumsum([0, *(pointer[-1] for pointer in pointers[:-1])])
    moved = [pointer[1:] + shift for pointer, shift in zip(pointers, shifts, strict=True)]
    return np.concatenate([pointers[0][:1], *moved])


def chunks_of(work_ptr: NDArray[np.int64], size: int) -> list[tuple[int, int]]:
    """Cut units into consecutive chunks of about ``size`` vertices; ``work_ptr`` says where each unit begins."""
    cuts = np.searchsorted(work_ptr, np.arange(size, work_ptr[-1], size))
    edges = np.unique(np.concatenate([[0], cuts, [len(work_ptr) - 1]]))
    return [(int(a), int(b)) for a, b in pairwise(edges)]


@cache
def workers() -> int:
    """Return how many threads may work at once; asked once, for the system takes half a millisecond to tell."""
    return os.cpu_count() or 1


def in_threads(task: Callable[[int, int], _T], chunks: list[tuple[int, int]], threads: int | None = None) -> list[_T]:
    """Run a task over chunks of units, in threads if there are several; results in the order of the chunks."""
    threads = min(threads or workers(), len(chunks))
    if threads < 2:
        return [task(begin, end) for begin, end in chunks]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(task, *zip(*chunks, strict=True)))


def _step(crs: CRS, metres: float) -> float:
    if crs.is_geographic:
        return metres / _METRES_PER_DEGREE
    return metres / float(crs.axis_info[0].unit_conversion_factor)
