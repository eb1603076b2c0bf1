"""Polygons as edges in blocks, cut to windows, and the true area of the ground below what is left of them.

A coordinate system stretches areas by a factor that changes from place to place. Its inverse w, the m² of ground on one
square unit of the plane, is smooth: near any place a polynomial of degree 4 gives it to the last digits. So the true
area below an edge is an integral in closed form, and edges may be as long as they like. ::

         e ╱▔▔╲                  A = Σ s_e ∫ K(x, y_e(x)) dx,     K(x, y) = ∫ w(x, t) dt  from the ground to y
          ╱    ╲                      e
    ─────┴──────┴───── ground
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from zoning.crs.kernels.arrays import Flags, Floats, Ints, grown

__all__ = ["EVEN", "NORTHWARD", "Edges", "Ground", "below", "blocks", "cut", "own_areas", "ring_turns", "windowed"]

BLOCK = 32  # edges
EVEN, NORTHWARD, ANYWHERE = 0, 1, 2
"""How w changes: nowhere (an equal-area plane), along y alone (degrees), along both (any other plane)."""
PIECE = 6
"""Columns of a piece of an edge: x0, y0, x1, y1, sign, slope."""
_G = 0.5 * np.sqrt(0.6)  # three points of Gauss and Legendre: right up to degree 5, as K has along an edge


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


class Ground(NamedTuple):
    """The m² of ground on one square unit of a plane, as polynomials about the nodes of a lattice.

    ::

        ┌ ─ ─ ─ ┬ ─ ─ ─ ┐    about each node •, for |u|, |v| ≤ 1, u = (x - x_node) / step, v = (y - y_node) / step:
        ╎   ┌───┼───┐   ╎        w = Σ c_kl u^k v^l,  k + l ≤ 4
        ├ ─ ┼ ─ • ─ ┼ ─ ┤    so that a window no larger than a step, its middle nearest to this node, lies inside
        ╎   └───┼───┘   ╎
        └ ─ ─ ─ ┴ ─ ─ ─ ┘
    """

    coefficients: Floats  # (rows, columns, 15): k from 0 up for l = 0, then for l = 1 …
    x0: float  # of the first node
    y0: float
    step: float
    change: int


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
    slope: float,
) -> None:
    """Write one piece, left end first, as row ``n`` of (x0, y0, x1, y1, sign, slope).

    ::

        •╲           x0 < x1; an edge that runs to the left is turned round, and its sign with it
          ╲•
    """
    edges[n, 5] = slope
    if x0 < x1:
        edges[n, 0], edges[n, 1], edges[n, 2], edges[n, 3], edges[n, 4] = x0, y0, x1, y1, sign
    else:
        edges[n, 0], edges[n, 1], edges[n, 2], edges[n, 3], edges[n, 4] = x1, y1, x0, y0, -sign


@njit(nogil=True, cache=True)
def cut(
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
                _put(edges, n, left, height, right, height, s, 0.0)
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
            run, rise = qx - px, qy - py
            x0, y0, x1, y1 = px, py, qx, qy
            if x0 < 0.0:
                x0, y0 = 0.0, py - px / run * rise
            if x1 > width:
                x1, y1 = width, py + (width - px) / run * rise
            if min(y0, y1) < height:
                # the part inside: from the ground or the end to the upper side or the end
                a, ya, c, yc = x0, y0, x1, y1
                if y0 < 0.0:
                    a, ya = min(max(px - py / rise * run, x0), x1), 0.0
                if y1 < 0.0:
                    c, yc = min(max(px - py / rise * run, x0), x1), 0.0
                if y0 > height:
                    a, ya = min(max(px + (height - py) / rise * run, x0), x1), height
                if y1 > height:
                    c, yc = min(max(px + (height - py) / rise * run, x0), x1), height
                if c > a:
                    _put(edges, n, a, ya, c, yc, s if ahead else -s, (yc - ya) / (c - a))
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
                _put(edges, n, flat, height, flat_end, height, s, 0.0)
                n += 1
            flat, flat_end = start, stop
        if flat >= 0.0 and flat != flat_end:
            _put(edges, n, flat, height, flat_end, height, s, 0.0)
            n += 1
    return edges, n


@njit(nogil=True, cache=True)
def windowed(ground: Ground, wx: float, wy: float, width: float, height: float, local: Floats) -> None:
    """Fill ``local`` (5, 5) with the coefficients of K as a window sees it: x, y from its lower left corner.

    ::

        node • ─ ─ ─ ╮          w(u, v) about the node → Σ q_kl x^k y^l about the corner (moved by repeated division),
             ╎   ┌───┼──┐       K = y · Σ q_kl / (l + 1) x^k y^l: row l of ``local`` holds the powers of x
                 ╰───┴──┘
    """
    coefficients, x0, y0, step, change = ground
    row = min(max(int(np.rint((wy + 0.5 * height - y0) / step)), 0), coefficients.shape[0] - 1)
    column = min(max(int(np.rint((wx + 0.5 * width - x0) / step)), 0), coefficients.shape[1] - 1)
    at = 0
    for degree in range(5):
        for k in range(5 - degree):
            local[degree, k] = coefficients[row, column, at]
            at += 1
    if change == EVEN:
        return
    u = (wx - (x0 + column * step)) / step
    v = (wy - (y0 + row * step)) / step
    width_of_x = 1 if change == NORTHWARD else 5
    for k in range(width_of_x):  # along y
        for done in range(4 - k):
            for degree in range(3 - k, done - 1, -1):
                local[degree, k] += v * local[degree + 1, k]
    if change == ANYWHERE:
        for degree in range(5):  # along x
            for done in range(4 - degree):
                for k in range(3 - degree, done - 1, -1):
                    local[degree, k] += u * local[degree, k + 1]
    scale_y = 1.0
    for degree in range(5):
        scale = scale_y
        for k in range(5 - degree):
            local[degree, k] *= scale / (degree + 1)
            scale /= step
        scale_y /= step


@njit(nogil=True, cache=True)
def _depth(q: Floats, x: float, y: float) -> float:
    """Return K, the ground below one point of a window.

    ::

        •        K = y (q₀(x) + y (q₁(x) + …))
        ┆
        ┴──── ground
    """
    r0 = q[0, 0] + x * (q[0, 1] + x * (q[0, 2] + x * (q[0, 3] + x * q[0, 4])))
    r1 = q[1, 0] + x * (q[1, 1] + x * (q[1, 2] + x * q[1, 3]))
    r2 = q[2, 0] + x * (q[2, 1] + x * q[2, 2])
    return float(y * (r0 + y * (r1 + y * (r2 + y * (q[3, 0] + x * q[3, 1] + y * q[4, 0])))))


@njit(nogil=True, cache=True)
def below(q: Floats, change: int, x0: float, y0: float, x1: float, y1: float) -> float:
    """Return the true area below one straight piece of an edge, down to the ground of its window.

    ::

           ╱•  (x1, y1)     degrees: K changes with y alone, and its mean along the edge is
        •╱▒▒                K + K″ δ² / 6 + K⁗ δ⁴ / 120 at the middle, δ = (y1 - y0) / 2
        ▒▒▒▒                other planes: three points of Gauss and Legendre; both right to degree 5
        ┴──┴
    """
    y = 0.5 * (y0 + y1)
    if change == EVEN:
        return float(q[0, 0] * y * (x1 - x0))
    if change == NORTHWARD:
        q1, q2, q3, q4 = q[1, 0], q[2, 0], q[3, 0], q[4, 0]
        d = 0.5 * (y1 - y0)
        d *= d
        mean = y * (q[0, 0] + y * (q1 + y * (q2 + y * (q3 + y * q4))))
        mean += d * ((q1 + y * (3.0 * q2 + y * (6.0 * q3 + y * 10.0 * q4))) / 3.0 + d * (q3 + 5.0 * q4 * y) * 0.2)
        return float(mean * (x1 - x0))
    return float(_three_points(q, x0, y0, x1, y1))


@njit(nogil=True, cache=True)
def _three_points(q: Floats, x0: float, y0: float, x1: float, y1: float) -> float:
    """Return the true area below one piece of an edge where K changes along both axes.

    ::

        •╱•╱•     mean of K = (5 K₁ + 8 K₂ + 5 K₃) / 18
        ▒▒▒▒▒
    """
    x, y = 0.5 * (x0 + x1), 0.5 * (y0 + y1)
    dx, dy = _G * (x1 - x0), _G * (y1 - y0)
    ends = _depth(q, x - dx, y - dy) + _depth(q, x + dx, y + dy)
    return float((5.0 * ends + 8.0 * _depth(q, x, y)) * (x1 - x0) / 18.0)


@njit(nogil=True, cache=True)
def own_areas(edges: Edges, boxes: Floats, ground: Ground, begin: int, end: int, areas: Floats) -> None:
    """Fill ``areas[begin:end]`` with the true areas of units, windows no larger than a step of the ground each.

    ::

        ┌───┬───┬───┐     each window of the unit's box by itself, down to its own ground:
        │ ╱▔│▔▔▔│▔╲ │     nothing is large that is taken from something large
        ├╱──┼───┼──╲┤
        │╲__│___│__╱│
        └───┴───┴───┘
    """
    pieces = np.empty((256, PIECE))
    local = np.zeros((5, 5))
    step = ground.step
    for unit in range(begin, end):
        areas[unit] = 0.0
        wx, wy = boxes[unit, 0], boxes[unit, 1]
        width, height = boxes[unit, 2] - wx, boxes[unit, 3] - wy
        if not (width > 1e-100 and height > 1e-100):
            continue
        columns = 1 if ground.change != ANYWHERE else int(np.ceil(width / step))
        rows = 1 if ground.change == EVEN else int(np.ceil(height / step))
        for row in range(rows):
            low, top = wy + height * row / rows, wy + height * (row + 1) / rows
            for column in range(columns):
                left, right = wx + width * column / columns, wx + width * (column + 1) / columns
                pieces, n = cut(pieces, edges, unit, left, low, right - left, top - low)
                if n == 0:
                    continue
                windowed(ground, left, low, right - left, top - low, local)
                total = 0.0
                for i in range(n):
                    total += pieces[i, 4] * below(
                        local, ground.change, pieces[i, 0], pieces[i, 1], pieces[i, 2], pieces[i, 3]
                    )
                areas[unit] += total
