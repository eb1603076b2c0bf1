"""Whether rings are surely valid: no two edges meet but neighbours in their common vertex, and every ring lies right.

A certificate and not a verdict: what cannot be certified in plain float64 (rings that touch in a point, an angle within
the rounding of its own determinant, a repeated vertex) is left to be judged by a complete test. Almost every unit of a
real layer is certified, at a tenth of the cost of that test.
"""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Flags, Floats, Ints, grown

__all__ = ["certified", "side_of"]

LEAF = 10  # edges of a leaf: fewer make the tree tall, more make the leaves quadratic
FAN = 4  # children of a node
ROUNDING = (3.0 + 16.0 * 1.1102230246251565e-16) * 1.1102230246251565e-16  # Shewchuk 1997, bound A of orient2d
MANY = 2_000_000_000  # vertex comparisons: above, the nesting of rings is left to the complete test


@njit(nogil=True, cache=True)
def side_of(
    ax: float,
    ay: float,
    bx: float,
    by: float,
    cx: float,
    cy: float,
) -> int:
    """Return on which side of the line a → b the point c lies: 1 left, -1 right, 0 too near to tell.

    ::

             • c   1       determinant (b - a) × (c - a), trusted where it is larger than its own rounding
        a •─────────• b
                 • c  -1   doi:10.1007/PL00009321, bound A
    """
    one = (bx - ax) * (cy - ay)
    other = (by - ay) * (cx - ax)
    det = one - other
    slack = ROUNDING * (abs(one) + abs(other))
    if det > slack:
        return 1
    if det < -slack:
        return -1
    return 0


@njit(nogil=True, cache=True)
def _apart(x: Floats, y: Floats, e: int, f: int) -> bool:
    """Tell whether two edges surely do not meet.

    ::

        e •────•        both ends of f on one side of e, or both ends of e on one side of f
              • f
              │
    """
    a = side_of(x[e], y[e], x[e + 1], y[e + 1], x[f], y[f])
    if a != 0 and a == side_of(x[e], y[e], x[e + 1], y[e + 1], x[f + 1], y[f + 1]):
        return True
    a = side_of(x[f], y[f], x[f + 1], y[f + 1], x[e], y[e])
    return a != 0 and a == side_of(x[f], y[f], x[f + 1], y[f + 1], x[e + 1], y[e + 1])


@njit(nogil=True, cache=True)
def _turns(x: Floats, y: Floats, e: int, f: int) -> bool:
    """Tell whether edge f, which begins where e ends, surely does not fold back over e.

    ::

        e •────•           ahead (the angle is over 90°), or to a side;      •──•══•  folded: no
                ╲ f
    """
    ux, uy = x[e + 1] - x[e], y[e + 1] - y[e]
    vx, vy = x[f + 1] - x[f], y[f + 1] - y[f]
    if ux * vx + uy * vy > 0.0:
        return True
    return side_of(x[e], y[e], x[e + 1], y[e + 1], x[f + 1], y[f + 1]) != 0


@njit(nogil=True, cache=True)
def _ahead(x: Floats, y: Floats, begin: int, end: int) -> bool:
    """Tell whether a chain of edges surely runs ahead all along, so that it cannot meet itself.

    ::

        •─•╲       ╱•─•        every edge has a part along the straight line from the first vertex to the last
            •─•──•╯
    """
    ux, uy = x[end] - x[begin], y[end] - y[begin]
    ahead = True
    for i in range(begin, end):
        one, other = (x[i + 1] - x[i]) * ux, (y[i + 1] - y[i]) * uy
        ahead &= one + other > 4.0 * ROUNDING * (abs(one) + abs(other))
    return ahead


@njit(nogil=True, cache=True)
def _leaves_apart(x: Floats, y: Floats, span: Ints, box: Floats, n: int, m: int) -> bool:
    """Tell whether no edge of leaf n meets one of leaf m (n may be m), neighbours in their common vertex set aside.

    ::

        n •─•─•─•╎          an edge of n is held against the box of m first, then against its edges' boxes
                 •─•─•─• m
    """
    x0, y0, x1, y1 = box[m, 0], box[m, 1], box[m, 2], box[m, 3]
    ring_n = span[n, 2]
    same_ring = ring_n == span[m, 2]
    for e in range(span[n, 0], span[n, 1]):
        left, right = min(x[e], x[e + 1]), max(x[e], x[e + 1])
        low, high = min(y[e], y[e + 1]), max(y[e], y[e + 1])
        if right < x0 or left > x1 or high < y0 or low > y1:
            continue
        for f in range(e + 1 if n == m else span[m, 0], span[m, 1]):
            if (
                max(x[f], x[f + 1]) < left
                or min(x[f], x[f + 1]) > right
                or max(y[f], y[f + 1]) < low
                or min(y[f], y[f + 1]) > high
            ):
                continue
            if same_ring and f == e + 1:
                if not _turns(x, y, e, f):
                    return False
            elif same_ring and e == ring_n and f == span[n, 3] - 1:
                if not _turns(x, y, f, e):
                    return False
            elif not _apart(x, y, e, f):
                return False
    return True


@njit(nogil=True, cache=True)
def _inside(x: Floats, y: Floats, first: int, last: int, px: float, py: float) -> int:
    """Return whether a point lies inside a ring: 1 inside, 0 outside, -1 too near to an edge to tell.

    ::

        •───────•
        │  p ───┼──▸     a ray to the right crosses the ring an odd number of times
        •───────•
    """
    odd = 0
    for i in range(first, last):
        if (y[i] > py) == (y[i + 1] > py):
            continue
        if max(x[i], x[i + 1]) < px:
            continue
        side = side_of(x[i], y[i], x[i + 1], y[i + 1], px, py)
        if side == 0:
            return -1
        if (side > 0) == (y[i + 1] > y[i]):
            odd = 1 - odd
    return odd


@njit(nogil=True, cache=True)
def _nested(x: Floats, y: Floats, ring_ptr: Ints, outer: Flags, first: int, last: int) -> bool:
    """Tell whether rings that do not meet surely lie as a multipolygon has them.

    ::

        ╭───────────────╮     a hole lies in its own shell and in no other hole of it;
        │  ╭──────╮ ╭─╮ │     a shell lies in no interior of another part: in none of its rings, or in shell and hole
        │  │ ╭──╮ │ ╰─╯ │
        │  │ ╰──╯ │     │     one vertex of a ring speaks for the whole ring
        ╰──┴──────┴─────╯
    """
    if (last - first) * (ring_ptr[last] - ring_ptr[first]) > MANY:
        return False
    box = np.empty((last - first, 4))
    for r in range(first, last):
        a, b = ring_ptr[r], ring_ptr[r + 1]
        box[r - first, 0], box[r - first, 2] = x[a:b].min(), x[a:b].max()
        box[r - first, 1], box[r - first, 3] = y[a:b].min(), y[a:b].max()
    part = -1  # shell of the part that ring r belongs to
    for r in range(first, last):
        if outer[r]:
            part = r
        px, py = x[ring_ptr[r]], y[ring_ptr[r]]
        shell = -1
        odd = 0
        for q in range(first, last + 1):
            if q == last or outer[q]:
                if shell >= 0:  # the part of ``shell`` is complete
                    own = shell == part
                    if own and not outer[r] and odd != 1:
                        return False
                    if outer[r] and not own and odd != 0:
                        return False
                if q == last:
                    break
                shell, odd = q, 0
            if q == r or (not outer[r] and shell != part):
                continue
            k = q - first
            if px < box[k, 0] or px > box[k, 2] or py < box[k, 1] or py > box[k, 3]:
                continue
            found = _inside(x, y, ring_ptr[q], ring_ptr[q + 1] - 1, px, py)
            if found < 0:
                return False
            odd ^= found
    return True


@njit(nogil=True, cache=True)
def certified(
    x: Floats,
    y: Floats,
    ring_ptr: Ints,
    outer: Flags,
    unit_ptr: Ints,
) -> Flags:
    """Return which units are surely valid.

    ::

        edges    •─•─•─•─•─•╎─•─•─•─•─•─•╎ …      leaves of a few edges, in the order of the rings, with their boxes
        tree     ╰───leaf───╯╰───leaf────╯        four boxes make a box above them, up to one root
                 ╰──────────node─────────╯
        join     root with itself → all pairs of children whose boxes meet → … → pairs of leaves, edge by edge

    A border is nearly a line: only neighbouring leaves meet, and the join costs about as much as walking the ring.

    Parameters
    ----------
    x, y : float64 (vertices,)
        Closed rings.
    ring_ptr, outer, unit_ptr : int64 (rings + 1,), bool (rings,), int64 (units + 1,)
        As :class:`zoning.overlay.rings.Rings` has them.
    """
    units = len(unit_ptr) - 1
    sure = np.zeros(units, np.bool_)
    span = np.empty((64, 4), np.int64)  # of a leaf: its edges begin, end; edges of its ring begin, end
    box = np.empty((128, 4))
    simple = np.empty((64, 2), np.bool_)  # of a leaf: it alone, it and the next one, run ahead
    stack = np.empty((256, 3), np.int64)
    level_at = np.zeros(64, np.int64)
    for unit in range(units):
        first, last = unit_ptr[unit], unit_ptr[unit + 1]
        sound = True
        leaves = 0
        for ring in range(first, last):
            begin, end = ring_ptr[ring], ring_ptr[ring + 1] - 1
            if end - begin < 3 or x[begin] != x[end] or y[begin] != y[end]:
                sound = False
                break
            room = leaves + (end - begin) // LEAF + 2
            if room > len(span):
                span = grown(span, room)
            for e in range(begin, end, LEAF):
                span[leaves, 0], span[leaves, 1], span[leaves, 2], span[leaves, 3] = e, min(e + LEAF, end), begin, end
                leaves += 1
        if not sound:
            continue
        if leaves == 0:
            sure[unit] = True
            continue
        if 2 * leaves + 64 > len(box):
            box = grown(box, 2 * leaves + 64)
            simple = np.empty((len(box), 2), np.bool_)
        for n in range(leaves):
            x0 = x1 = x[span[n, 0]]
            y0 = y1 = y[span[n, 0]]
            finite = True
            for i in range(span[n, 0], span[n, 1] + 1):
                finite &= np.isfinite(x[i]) and np.isfinite(y[i])
                x0, x1, y0, y1 = min(x0, x[i]), max(x1, x[i]), min(y0, y[i]), max(y1, y[i])
            sound &= finite
            box[n, 0], box[n, 1], box[n, 2], box[n, 3] = x0, y0, x1, y1
        if not sound:
            continue
        for n in range(leaves):
            simple[n, 1] = n + 1 < leaves and span[n, 1] < span[n, 3] and _ahead(x, y, span[n, 0], span[n + 1, 1])
            simple[n, 0] = simple[n, 1] or (n > 0 and simple[n - 1, 1] and span[n, 0] > span[n, 2])
            simple[n, 0] = simple[n, 0] or _ahead(x, y, span[n, 0], span[n, 1])
        levels = 0
        level_at[0], level_at[1] = 0, leaves
        while level_at[levels + 1] - level_at[levels] > 1:
            at, below = level_at[levels + 1], level_at[levels]
            for c in range(below, level_at[levels + 1]):
                if (c - below) % FAN == 0:
                    box[at, 0], box[at, 1], box[at, 2], box[at, 3] = box[c, 0], box[c, 1], box[c, 2], box[c, 3]
                    at += 1
                else:
                    box[at - 1, 0], box[at - 1, 1] = min(box[at - 1, 0], box[c, 0]), min(box[at - 1, 1], box[c, 1])
                    box[at - 1, 2], box[at - 1, 3] = max(box[at - 1, 2], box[c, 2]), max(box[at - 1, 3], box[c, 3])
            levels += 1
            level_at[levels + 1] = at
        # join ---------------------------------------------------------------------------------------------------------
        depth = 1
        stack[0, 0], stack[0, 1], stack[0, 2] = levels, 0, 0
        while depth > 0 and sound:
            depth -= 1
            level, n, m = stack[depth, 0], stack[depth, 1], stack[depth, 2]
            if level == 0:
                if m > n + 1 or (m == n + 1 and not simple[n, 1]) or (m == n and not simple[n, 0]):
                    sound = _leaves_apart(x, y, span, box, n, m)
                continue
            below = level_at[level - 1]
            count = level_at[level] - below
            if depth + FAN * FAN > len(stack):
                stack = grown(stack, depth + FAN * FAN)
            for c in range(n * FAN, min(n * FAN + FAN, count)):
                for d in range(c if n == m else m * FAN, min(m * FAN + FAN, count)):
                    p, q = below + c, below + d
                    if (
                        box[p, 0] <= box[q, 2]
                        and box[q, 0] <= box[p, 2]
                        and box[p, 1] <= box[q, 3]
                        and box[q, 1] <= box[p, 3]
                    ):
                        stack[depth, 0], stack[depth, 1], stack[depth, 2] = level - 1, c, d
                        depth += 1
        sure[unit] = sound and (last - first == 1 or _nested(x, y, ring_ptr, outer, first, last))
    return sure
