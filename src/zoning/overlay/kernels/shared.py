"""Areas that two polygons share, from their edges alone: no new geometry, no topological decision, nothing to fail.

A polygon is a sum of signed strips that hang from its edges to the ground; two polygons share, for every pair of edges,
the lower of the two strips. ::

         ╱▒▒▒▒╲ upper edges +          edge e        area(A ∩ B) = Σ  s_e s_f ∫ min(y_e, y_f) dx
        ╱▒▒▒▒▒▒╲                  ╲  ╱ edge f                     e∈A, f∈B
        ╲▒▒▒▒▒▒╱                   ╲╱
         ╲▒▒▒▒╱ lower edges −      ╱╲ ← the lower one counts; where they cross, it changes
    ─────────────── ground        ╱▒▒╲

The ground is the lower side of the window that both bounding boxes share, and everything is cut to that window: what is
below adds nothing, what is above counts as the window's upper side.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Flags, Floats, Ints, grown

__all__ = ["Edges", "blocks", "ring_turns", "shared_areas"]

BLOCK = 32  # edges


class Edges(NamedTuple):
    """The edges of a layer in blocks: vertices, and for each block its ends, box and sign; blocks of the units.

    ::

        •─•─•─•─•╎─•─•─•─•╎─•─•      span (begin, end), box (x0, y0, x1, y1), sign
        ╰─block─╯╰─block─╯╰─ …       ptr (units + 1,)
    """

    x: Floats
    y: Floats
    span: Ints
    box: Floats
    sign: Floats
    ptr: Ints


@njit(nogil=True, cache=True)
def ring_turns(
    x: Floats,
    y: Floats,
    ring_ptr: Ints,
    outer: Flags,
) -> tuple[Floats, Floats]:
    """Return per ring the sign with which its edges count, and per ring its own area (holes negative).

    ::

        ┌──▸──┐                  an edge that runs to the right has the sign of its ring,
        ▴  +  ▾  exterior        one that runs to the left the opposite
        └──◂──┘
    """
    turn = np.ones(len(outer))
    area = np.zeros(len(outer))
    for ring in range(len(outer)):
        first = ring_ptr[ring]
        for i in range(first, ring_ptr[ring + 1] - 1):
            area[ring] += (x[i + 1] - x[i]) * ((y[i] - y[first]) + (y[i + 1] - y[first])) * 0.5
        if (area[ring] >= 0.0) != outer[ring]:
            turn[ring] = -1.0
        area[ring] = abs(area[ring]) if outer[ring] else -abs(area[ring])
    return turn, area


@njit(nogil=True, cache=True)
def blocks(x: Floats, y: Floats, ring_ptr: Ints, turn: Floats, unit_ptr: Ints) -> Edges:
    """Cut rings into blocks of consecutive edges with a box around each, so that far edges are passed over in one step.

    ::

        window ┌───┐
               └───┘        ╭─╮╭──╮
                    ╭─box──╮╰─╯╰──╯   a box that misses the window is one comparison instead of 32
                    ╰──────╯
    """
    count = 0
    for ring in range(len(turn)):
        count += max(0, ring_ptr[ring + 1] - ring_ptr[ring] - 1 + BLOCK - 1) // BLOCK
    span = np.empty((count, 2), np.int64)
    box = np.empty((count, 4))
    sign = np.empty(count)
    ptr = np.zeros(len(unit_ptr), np.int64)
    at = 0
    for unit in range(len(unit_ptr) - 1):
        for ring in range(unit_ptr[unit], unit_ptr[unit + 1]):
            last = ring_ptr[ring + 1] - 1
            for begin in range(ring_ptr[ring], last, BLOCK):
                end = min(begin + BLOCK, last)
                span[at, 0], span[at, 1] = begin, end
                sign[at] = turn[ring]
                box[at, 0] = box[at, 2] = x[begin]
                box[at, 1] = box[at, 3] = y[begin]
                for i in range(begin + 1, end + 1):
                    box[at, 0] = min(box[at, 0], x[i])
                    box[at, 1] = min(box[at, 1], y[i])
                    box[at, 2] = max(box[at, 2], x[i])
                    box[at, 3] = max(box[at, 3], y[i])
                at += 1
        ptr[unit + 1] = at
    return Edges(x, y, span, box, sign, ptr)


@njit(nogil=True, cache=True)
def _put(
    edges: Floats,
    n: int,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    sign: float,
) -> None:
    """Write one piece, left end first, as row ``n`` of (x0, y0, x1, y1, sign)."""
    if x0 < x1:
        edges[n, 0], edges[n, 1], edges[n, 2], edges[n, 3], edges[n, 4] = x0, y0, x1, y1, sign
    else:
        edges[n, 0], edges[n, 1], edges[n, 2], edges[n, 3], edges[n, 4] = x1, y1, x0, y0, -sign


@njit(nogil=True, cache=True)
def _cut(
    edges: Floats, layer: Edges, unit: int, wx: float, wy: float, width: float, height: float
) -> tuple[Floats, int]:
    """Collect the edges of one unit as the window sees them; coordinates from its lower left corner.

    ::

                  ╱╲   ╱╲                      ──────────  above: one flat piece along the upper side for the whole
        ┌────────╱──╲─╱──╲──┐        ┌────────┐          │ stretch, from where it goes out to where it comes in
        │       ╱    ╳    ╲ │   →    │       ╱            │
        └──────╱───────────╲┘        └──────╱─────────────┘
              ╱             ╲                              below, left, right: nothing
    """
    x, y, span, box, sign, ptr = layer
    n = 0
    for b in range(ptr[unit], ptr[unit + 1]):
        if box[b, 3] <= wy or box[b, 2] <= wx or box[b, 0] >= wx + width:
            continue
        begin, end, s = span[b, 0], span[b, 1], sign[b]
        if n + 3 * BLOCK + 2 > len(edges):
            edges = grown(edges, n + 3 * BLOCK + 2)
        if box[b, 1] >= wy + height:
            left = min(max(x[begin] - wx, 0.0), width)
            right = min(max(x[end] - wx, 0.0), width)
            if left != right:
                _put(edges, n, left, height, right, height, s)
                n += 1
            continue
        flat = -1.0  # where a stretch along the upper side began
        flat_end = -1.0
        for i in range(begin, end):
            if x[i] == x[i + 1]:
                continue
            ahead = x[i] < x[i + 1]
            p, q = (i, i + 1) if ahead else (i + 1, i)
            px, py, qx, qy = x[p] - wx, y[p] - wy, x[q] - wx, y[q] - wy
            if qx <= 0.0 or px >= width or (py <= 0.0 and qy <= 0.0):
                continue
            slope_x, slope_y = qx - px, qy - py
            x0, y0, x1, y1 = px, py, qx, qy
            if x0 < 0.0:
                x0, y0 = 0.0, py - px / slope_x * slope_y
            if x1 > width:
                x1, y1 = width, py + (width - px) / slope_x * slope_y
            if min(y0, y1) < height:
                # the part inside: from the ground or the end to the upper side or the end
                a, ya, c, yc = x0, y0, x1, y1
                if y0 < 0.0:
                    a, ya = min(max(px - py / slope_y * slope_x, x0), x1), 0.0
                if y1 < 0.0:
                    c, yc = min(max(px - py / slope_y * slope_x, x0), x1), 0.0
                if y0 > height:
                    a, ya = min(max(px + (height - py) / slope_y * slope_x, x0), x1), height
                if y1 > height:
                    c, yc = min(max(px + (height - py) / slope_y * slope_x, x0), x1), height
                if c > a:
                    _put(edges, n, a, ya, c, yc, s if ahead else -s)
                    n += 1
                if y0 > height:
                    x1 = a
                elif y1 > height:
                    x0 = c
                else:
                    continue
            if x1 <= x0:
                continue
            start, stop = (x0, x1) if ahead else (x1, x0)
            if flat_end == start:
                flat_end = stop
                continue
            if flat >= 0.0 and flat != flat_end:
                _put(edges, n, flat, height, flat_end, height, s)
                n += 1
            flat, flat_end = start, stop
        if flat >= 0.0 and flat != flat_end:
            _put(edges, n, flat, height, flat_end, height, s)
            n += 1
    return edges, n


@njit(nogil=True, cache=True)
def _lower(
    a: Floats,
    i: int,
    b: Floats,
    j: int,
) -> float:
    """Return s_e s_f ∫ min(y_e, y_f) dx over the columns that two pieces share.

    ::

        e ╲    ╱ f      d = y_e - y_f at both ends; one sign: the lower trapezoid;
           ╲  ╱         two signs: they cross at t = d0 / (d0 - d1), a lower triangle pair
           ▒╲╱▒
    """
    left = max(a[i, 0], b[j, 0])
    right = min(a[i, 2], b[j, 2])
    if right <= left:
        return 0.0
    slope_a = (a[i, 3] - a[i, 1]) / (a[i, 2] - a[i, 0])
    slope_b = (b[j, 3] - b[j, 1]) / (b[j, 2] - b[j, 0])
    a0 = a[i, 1] if left == a[i, 0] else a[i, 1] + (left - a[i, 0]) * slope_a
    b0 = b[j, 1] if left == b[j, 0] else b[j, 1] + (left - b[j, 0]) * slope_b
    a1 = a[i, 3] if right == a[i, 2] else a[i, 1] + (right - a[i, 0]) * slope_a
    b1 = b[j, 3] if right == b[j, 2] else b[j, 1] + (right - b[j, 0]) * slope_b
    d0 = a0 - b0
    d1 = a1 - b1
    mean = 0.5 * (min(a0, b0) + min(a1, b1))
    if (d0 < 0.0 and d1 > 0.0) or (d0 > 0.0 and d1 < 0.0):
        # the roof of the two lower sides rises above the straight line between its ends
        mean += 0.5 * abs(d0) * abs(d1) / (abs(d0) + abs(d1))
    return float(a[i, 4] * b[j, 4] * mean * (right - left))


@njit(nogil=True, cache=True)
def shared_areas(
    pairs: Ints, windows: Floats, layer_a: Edges, layer_b: Edges, begin: int, end: int, areas: Floats
) -> None:
    """Fill ``areas[begin:end]`` with the area shared by each pair of units.

    ::

        window │ · │ · │ · │ · │    the pieces of B are listed by the strips they touch; each piece of A meets those of
               0   1   2   3        its own strips; a pair that meets in several strips is counted in the first of them

    Parameters
    ----------
    pairs : int64 (pairs, 2)
        Units of A and B.
    windows : float64 (pairs, 4)
        x0, y0, x1, y1 of the common part of their bounding boxes.
    layer_a, layer_b : Edges
        A and B, as :func:`blocks` cuts them.
    begin, end : int
        Pairs to do.
    areas : float64 (pairs,)
        Filled in place.
    """
    a = np.empty((256, 5))
    b = np.empty((256, 5))
    strip_ptr = np.zeros(66, np.int64)
    listed = np.empty(1024, np.int64)
    for pair in range(begin, end):
        i, j = pairs[pair, 0], pairs[pair, 1]
        wx, wy = windows[pair, 0], windows[pair, 1]
        width, height = windows[pair, 2] - wx, windows[pair, 3] - wy
        areas[pair] = 0.0
        if not (width > 1e-100 and height > 1e-100):
            continue  # also keeps strips / width finite
        a, m = _cut(a, layer_a, i, wx, wy, width, height)
        if m == 0:
            continue
        b, n = _cut(b, layer_b, j, wx, wy, width, height)
        if n == 0:
            continue
        total = 0.0
        strips = min(m, n) // 2 + 1
        per_x = strips / width
        if strips + 2 > len(strip_ptr):
            strip_ptr = np.zeros(2 * strips + 2, np.int64)
        for k in range(strips + 2):
            strip_ptr[k] = 0
        for f in range(n):
            for k in range(min(int(b[f, 0] * per_x), strips - 1), min(int(b[f, 2] * per_x), strips - 1) + 1):
                strip_ptr[k + 2] += 1
        for k in range(2, strips + 2):
            strip_ptr[k] += strip_ptr[k - 1]
        if strip_ptr[strips + 1] > len(listed):
            listed = np.empty(2 * strip_ptr[strips + 1], np.int64)
        for f in range(n):
            for k in range(min(int(b[f, 0] * per_x), strips - 1), min(int(b[f, 2] * per_x), strips - 1) + 1):
                listed[strip_ptr[k + 1]] = f
                strip_ptr[k + 1] += 1
        for e in range(m):
            k0 = min(int(a[e, 0] * per_x), strips - 1)
            for k in range(k0, min(int(a[e, 2] * per_x), strips - 1) + 1):
                for at in range(strip_ptr[k], strip_ptr[k + 1]):
                    f = listed[at]
                    if k == k0 or k == min(int(b[f, 0] * per_x), strips - 1):
                        total += _lower(a, e, b, f)
        areas[pair] = total
