"""Polygons out of well-known binary, straight into flat arrays: no geometry object is built on the way.

::

    order │ type │ rings │ points │ x y x y …        Polygon, little-endian (order 1)
    order │ type │ parts │ Polygon │ Polygon │ …      MultiPolygon

Types 3 and 6, also with z, m or both (ISO 1000, 2000, 3000 above; flags of extended WKB): what follows x and y is
passed over. OGC 06-103r4, 8.2.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from zoning.overlay.kernels.arrays import Flags, Ints

__all__ = ["DAMAGED", "OTHER", "POLYGONAL", "wkb_rings", "wkb_sizes"]

POLYGONAL, OTHER, DAMAGED = 0, 1, 2

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
States = NDArray[np.uint8]


@njit(nogil=True, cache=True)
def _word(data: Bytes, at: int) -> int:
    """Return four bytes as a number, the low one first.

    ::

        │ 03 │ 00 │ 00 │ 20 │  →  0x20000003
    """
    return int(data[at]) | int(data[at + 1]) << 8 | int(data[at + 2]) << 16 | int(data[at + 3]) << 24


@njit(nogil=True, cache=True)
def _kind(data: Bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return type (3, 6; 0 for any other, -1 for damage), bytes of a point, and where the contents begin.

    ::

        order │ type │ (srid) │ contents
    """
    if at + 9 > end or data[at] != 1:
        return (0 if at < end and data[at] == 0 else -1), 16, at  # big-endian: not read here
    code = _word(data, at + 1)
    start = at + 5
    size = 16
    if code & 0x20000000:
        start += 4
    if code & 0x80000000:
        size += 8
    if code & 0x40000000:
        size += 8
    code &= 0x0FFFFFFF
    dims = code // 1000
    if 0 < dims <= 3:
        size += 16 if dims == 3 else 8
    code %= 1000
    return (code if code in (3, 6) and dims <= 3 else 0), size, start


@njit(nogil=True, cache=True)
def wkb_sizes(
    data: Bytes,
    offsets: Ints,
) -> tuple[Ints, Ints, States]:
    """Return how many rings and vertices every feature has, and whether it can be read here; every length is checked.

    ::

        data     │ feature 0 │ feature 1 │ …           state  POLYGONAL, OTHER (another type or byte order),
        offsets  ╰0          ╰n0         ╰n0+n1               DAMAGED (a count that does not fit its bytes)
    """
    count = len(offsets) - 1
    rings = np.zeros(count, np.int64)
    vertices = np.zeros(count, np.int64)
    state = np.zeros(count, np.uint8)
    for feature in range(count):
        at, end = offsets[feature], offsets[feature + 1]
        if at == end:
            continue
        code, size, start = _kind(data, at, end)
        if code <= 0 or start + 4 > end:
            state[feature] = OTHER if code == 0 else DAMAGED
            continue
        parts = 1
        at = start
        if code == 6:
            parts = _word(data, at)
            at += 4
        for _ in range(parts):
            if code == 6:
                inner, size, at = _kind(data, at, end)
                if inner != 3:
                    state[feature] = DAMAGED if inner else OTHER
                    break
            if at + 4 > end:
                state[feature] = DAMAGED
                break
            of_part = _word(data, at)
            at += 4
            for _ in range(of_part):
                if at + 4 > end:
                    state[feature] = DAMAGED
                    break
                points = _word(data, at)
                if points > (end - at - 4) // size:
                    state[feature] = DAMAGED
                    break
                at += 4 + points * size
                rings[feature] += 1
                vertices[feature] += points
            if state[feature] != POLYGONAL:
                break
        if state[feature] != POLYGONAL:
            rings[feature] = vertices[feature] = 0
    return rings, vertices, state


@njit(nogil=True, cache=True)
def wkb_rings(data: Bytes, offsets: Ints, wanted: Flags, x: Words, y: Words, ring_ptr: Ints, outer: Flags) -> None:
    """Fill coordinates (as the bits they are), ring pointers and exterior flags of the wanted, measured features.

    ::

        │ 8 bytes of x │ 8 bytes of y │ (z) │  →  x[i], y[i]: any alignment, put together byte by byte
    """
    vertex = 0
    ring = 0
    ring_ptr[0] = 0
    for feature in range(len(offsets) - 1):
        at, end = offsets[feature], offsets[feature + 1]
        if at == end or not wanted[feature]:
            continue
        code, size, at = _kind(data, at, end)
        parts = 1
        if code == 6:
            parts = _word(data, at)
            at += 4
        for _ in range(parts):
            if code == 6:
                _, size, at = _kind(data, at, end)
            of_part = _word(data, at)
            at += 4
            for k in range(of_part):
                points = _word(data, at)
                at += 4
                for _ in range(points):
                    one = np.uint64(0)
                    other = np.uint64(0)
                    for b in range(8):
                        one |= np.uint64(data[at + b]) << np.uint64(8 * b)
                        other |= np.uint64(data[at + 8 + b]) << np.uint64(8 * b)
                    x[vertex] = one
                    y[vertex] = other
                    vertex += 1
                    at += size
                outer[ring] = k == 0
                ring += 1
                ring_ptr[ring] = vertex
