"""True areas that two polygons share, from their edges alone: no new geometry, no topology, nothing to fail.

A polygon is a sum of signed strips that hang from its edges to the ground; two polygons share, for every pair of edges,
the lower of the two strips. ::

         ╱▒▒▒▒╲ upper edges +          edge e        area(A ∩ B) = Σ  s_e s_f ∫ K(x, min(y_e, y_f)) dx
        ╱▒▒▒▒▒▒╲                  ╲  ╱ edge f                     e∈A, f∈B
        ╲▒▒▒▒▒▒╱                   ╲╱
         ╲▒▒▒▒╱ lower edges −      ╱╲ ← the lower one counts; where they cross, it changes
    ─────────────── ground        ╱▒▒╲

The ground is the lower side of the window that both bounding boxes share, and everything is cut to that window: what is
below adds nothing, what is above counts as the window's upper side. K is the true area of the ground below a point (see
:mod:`zoning.crs.kernels.windows`); in an even plane it is the height.
"""

import numpy as np
from numba import njit

from zoning.crs.kernels.windows import ANYWHERE, EVEN, NORTHWARD, PIECE, Edges, Ground, below, cut, windowed
from zoning.overlay.kernels.arrays import Floats, Ints

__all__ = ["shared_areas"]


@njit(nogil=True, cache=True)
def _met(a: Floats, m: int, b: Floats, strip_ptr: Ints, per_x: float, local: Floats, change: int) -> float:
    """Return Σ s_e s_f ∫ K(x, min(y_e, y_f)) dx over all pieces e of A and what they meet of B, listed by strips.

    ::

        e ╲    ╱ f      d = y_e - y_f at both ends; one sign: the area below the lower one;
           ╲  ╱         two signs: they cross at t = d0 / (d0 - d1), one lower on each side of it
           ▒╲╱▒
    """
    strips = len(strip_ptr) - 2
    even, northward = change == EVEN, change == NORTHWARD
    q0, q1, q2, q3, q4 = local[0, 0], local[1, 0], local[2, 0], local[3, 0], local[4, 0]
    total = 0.0
    for e in range(m):
        ax, ay, bx, slope, sign = a[e, 0], a[e, 1], a[e, 2], a[e, 5], a[e, 4]
        k0 = min(int(ax * per_x), strips - 1)
        for k in range(k0, min(int(bx * per_x), strips - 1) + 1):
            for f in range(strip_ptr[k], strip_ptr[k + 1]):
                left, right = max(ax, b[f, 0]), min(bx, b[f, 2])
                if right <= left or (k != k0 and b[f, 6] != k):
                    continue  # met before, in the first strip that both touch
                other = b[f, 5]
                width = right - left
                a0, b0 = ay + (left - ax) * slope, b[f, 1] + (left - b[f, 0]) * other
                a1, b1 = a0 + width * slope, b0 + width * other
                d0, d1 = a0 - b0, a1 - b1
                if (d0 < 0.0 and d1 > 0.0) or (d0 > 0.0 and d1 < 0.0):
                    t = d0 / (d0 - d1)
                    middle = left + width * t
                    height = a0 + width * t * slope if abs(slope) < abs(other) else b0 + width * t * other
                    part = below(local, change, left, min(a0, b0), middle, height)
                    part += below(local, change, middle, height, right, min(a1, b1))
                elif even:
                    part = 0.5 * (min(a0, b0) + min(a1, b1)) * q0 * width
                elif northward:  # as in below(), written out: this is where all the time goes
                    y0, y1 = (a0, a1) if d0 + d1 < 0.0 else (b0, b1)
                    y, d = 0.5 * (y0 + y1), 0.25 * (y1 - y0) * (y1 - y0)
                    part = y * (q0 + y * (q1 + y * (q2 + y * (q3 + y * q4))))
                    part += d * (
                        (q1 + y * (3.0 * q2 + y * (6.0 * q3 + y * 10.0 * q4))) / 3.0 + d * (q3 + 5.0 * q4 * y) * 0.2
                    )
                    part *= width
                else:
                    part = below(local, change, left, min(a0, b0), right, min(a1, b1))
                total += sign * b[f, 4] * part
    return total


@njit(nogil=True, cache=True)
def shared_areas(
    order: Ints,
    pairs: Ints,
    windows: Floats,
    layer_a: Edges,
    layer_b: Edges,
    ground: Ground,
    begin: int,
    end: int,
    areas: Floats,
) -> None:
    """Fill ``areas[order[begin:end]]`` with the area shared by each pair of units.

    ::

        window │ · │ · │ · │ · │    the pieces of B are listed by the strips they touch; each piece of A meets those of
               0   1   2   3        its own strips; a pair that meets in several strips is counted in the first of them

    A window larger than a step of the ground is done part by part, each down to a ground of its own.

    Parameters
    ----------
    order : int64 (pairs,)
        Pairs in the order they are done: near ones one after the other, so that their vertices are at hand.
    pairs : int64 (pairs, 2)
        Units of A and B.
    windows : float64 (pairs, 4)
        x0, y0, x1, y1 of the common part of their bounding boxes.
    layer_a, layer_b : Edges
        A and B, as :func:`zoning.crs.kernels.windows.blocks` cuts them.
    ground : Ground
        Areas to add up.
    begin, end : int
        Places in ``order`` to do.
    areas : float64 (pairs,)
        Filled in place.
    """
    a = np.empty((256, PIECE))
    b = np.empty((256, PIECE))
    strip_ptr = np.zeros(66, np.int64)
    listed = np.empty((1024, PIECE + 1))
    local = np.zeros((5, 5))
    for place in range(begin, end):
        pair = order[place]
        i, j = pairs[pair, 0], pairs[pair, 1]
        wide, high = windows[pair, 2] - windows[pair, 0], windows[pair, 3] - windows[pair, 1]
        areas[pair] = 0.0
        if not (wide > 1e-100 and high > 1e-100):
            continue  # also keeps strips / width finite
        columns = int(np.ceil(wide / ground.step)) if ground.change == ANYWHERE else 1
        rows = int(np.ceil(high / ground.step)) if ground.change != EVEN else 1
        for part in range(columns * rows):
            row, column = part // columns, part % columns
            wx, wy = windows[pair, 0] + wide * column / columns, windows[pair, 1] + high * row / rows
            width = windows[pair, 0] + wide * (column + 1) / columns - wx
            height = windows[pair, 1] + high * (row + 1) / rows - wy
            a, m = cut(a, layer_a, i, wx, wy, width, height)
            if m == 0:
                continue
            b, n = cut(b, layer_b, j, wx, wy, width, height)
            if n == 0:
                continue
            windowed(ground, wx, wy, width, height, local)
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
                listed = np.empty((2 * strip_ptr[strips + 1], PIECE + 1))
            for f in range(n):
                first = min(int(b[f, 0] * per_x), strips - 1)
                for k in range(first, min(int(b[f, 2] * per_x), strips - 1) + 1):
                    at = strip_ptr[k + 1]
                    for field in range(PIECE):
                        listed[at, field] = b[f, field]
                    listed[at, PIECE] = first
                    strip_ptr[k + 1] = at + 1
            areas[pair] += _met(a, m, listed, strip_ptr[: strips + 2], per_x, local, ground.change)
