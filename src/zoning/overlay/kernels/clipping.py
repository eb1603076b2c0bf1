"""The common part of two polygons drawn by following their borders, where plain float64 surely tells which way to turn.

Borders run so that the interior lies to the left. Where they cross, the one that goes inside the other is followed. ::

        ╭──◂───╮ A           at ○ A enters B: follow A;  at ● B enters A: follow B;
        │   ╭──●──◂─╮        so each crossing is left once, and the walk closes.
        │   │▒▒│    │        A ring that crosses nothing is in or out as a whole.
        ╰─▸─○──╯    │
          B ╰───▸───╯        a vertex on a border, a common border: not told here, left to a complete overlay

Nothing is trusted: who calls holds the area of each result against the one known, and its validity is certified.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from zoning.crs.kernels.windows import BLOCK, Edges
from zoning.overlay.kernels.arrays import Flags, Floats, Ints, grown
from zoning.overlay.kernels.soundness import side_of

__all__ = ["Outlines", "drawn"]

MANY_BLOCKS = 50_000_000  # pairs of blocks: above, a complete overlay is no slower
MANY_CROSSINGS = 20_000  # they are sorted by insertion
X, Y, T_A, T_B = 0, 1, 2, 3
EDGE_A, EDGE_B, RING_A, RING_B, ENTERS = 0, 1, 2, 3, 4


class Outlines(NamedTuple):
    """The rings of a layer and their edges in blocks.

    ::

        ring_ptr, turn, box (rings): vertices, sign as in ``Edges`` (positive: the interior lies to the right), x0 … y1
        ring_of (blocks): ring of each block          unit_ptr (units + 1): rings of the units
    """

    edges: Edges
    ring_of: Ints
    ring_ptr: Ints
    turn: Floats
    box: Floats
    unit_ptr: Ints


@njit(nogil=True, cache=True)
def _blocks_in(listed: Ints, edges: Edges, unit: int, window: Floats) -> tuple[Ints, int]:
    """List the blocks of a unit that touch a window.

    ::

        ┌──window──┐╭──╮
        │        ╭─┼╯  │ ×
        │      ╭─╯✓│   ╰──╮ ×
    """
    n = 0
    for k in range(edges.ptr[unit], edges.ptr[unit + 1]):
        if (
            edges.box[k, 0] <= window[2]
            and edges.box[k, 2] >= window[0]
            and edges.box[k, 1] <= window[3]
            and edges.box[k, 3] >= window[1]
        ):
            if n == len(listed):
                bigger = np.empty(2 * n, np.int64)
                bigger[:n] = listed
                listed = bigger
            listed[n] = k
            n += 1
    return listed, n


@njit(nogil=True, cache=True)
def _edges_in(listed: Ints, edges: Edges, block: int, x0: float, y0: float, x1: float, y1: float) -> int:
    """List the edges of a block whose boxes touch a box, and return how many there are.

    ::

        •─•─┌•─•─•┐─•
            └─────┘
    """
    x, y = edges.x, edges.y
    n = 0
    for i in range(edges.span[block, 0], edges.span[block, 1]):
        if (
            min(x[i], x[i + 1]) <= x1
            and max(x[i], x[i + 1]) >= x0
            and min(y[i], y[i + 1]) <= y1
            and max(y[i], y[i + 1]) >= y0
        ):
            listed[n] = i
            n += 1
    return n


@njit(nogil=True, cache=True)
def _cross(one: Edges, e: int, other: Edges, f: int, place: Floats) -> int:
    """Return how edge f of the other layer passes edge e: 1 to its left, -1 to its right, 0 not at all, 2 unsure.

    ::

            •            ``place``: x, y, and the share of e and of f before the crossing
        e ──┼──▸   1
            • f
    """
    ax, ay, bx, by = one.x[e], one.y[e], one.x[e + 1], one.y[e + 1]
    cx, cy, dx, dy = other.x[f], other.y[f], other.x[f + 1], other.y[f + 1]
    c, d = side_of(ax, ay, bx, by, cx, cy), side_of(ax, ay, bx, by, dx, dy)
    if c != 0 and c == d:
        return 0
    a, b = side_of(cx, cy, dx, dy, ax, ay), side_of(cx, cy, dx, dy, bx, by)
    if a != 0 and a == b:
        return 0
    if a == 0 or b == 0 or c == 0 or d == 0:
        return 2
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    wx, wy = cx - ax, cy - ay
    det = ux * vy - uy * vx
    if det == 0.0:
        return 2
    t = (wx * vy - wy * vx) / det
    place[T_A], place[T_B] = t, (wx * uy - wy * ux) / det
    x, y = (ax + t * ux, ay + t * uy) if t < 0.5 else (bx - (1.0 - t) * ux, by - (1.0 - t) * uy)
    place[X] = min(max(x, min(ax, bx)), max(ax, bx))
    place[Y] = min(max(y, min(ay, by)), max(ay, by))
    return d


@njit(nogil=True, cache=True)
def _crossings(a: Outlines, of_a: Ints, b: Outlines, of_b: Ints, at: Floats, who: Ints) -> tuple[Floats, Ints, int]:
    """Collect the crossings of the edges in two lists of blocks; -1 of them if one is unsure, or there are too many.

    ::

        at (x, y, share of edge A, of edge B)    who (edge A, edge B, ring A, ring B, 1 if B enters A or -1)
    """
    edges_a, edges_b = a.edges, b.edges
    e_list, f_list = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    count = 0
    for p in of_a:
        for q in of_b:
            x0, x1 = max(edges_a.box[p, 0], edges_b.box[q, 0]), min(edges_a.box[p, 2], edges_b.box[q, 2])
            y0, y1 = max(edges_a.box[p, 1], edges_b.box[q, 1]), min(edges_a.box[p, 3], edges_b.box[q, 3])
            if x0 > x1 or y0 > y1:
                continue
            m = _edges_in(e_list, edges_a, p, x0, y0, x1, y1)
            n = _edges_in(f_list, edges_b, q, x0, y0, x1, y1) if m > 0 else 0
            for e in e_list[:m]:
                left, right = min(edges_a.x[e], edges_a.x[e + 1]), max(edges_a.x[e], edges_a.x[e + 1])
                low, high = min(edges_a.y[e], edges_a.y[e + 1]), max(edges_a.y[e], edges_a.y[e + 1])
                for f in f_list[:n]:
                    if (
                        max(edges_b.x[f], edges_b.x[f + 1]) < left
                        or min(edges_b.x[f], edges_b.x[f + 1]) > right
                        or max(edges_b.y[f], edges_b.y[f + 1]) < low
                        or min(edges_b.y[f], edges_b.y[f + 1]) > high
                    ):
                        continue
                    if count == len(at):
                        at, who = grown(at, 2 * count), grown(who, 2 * count)
                    passes = _cross(edges_a, e, edges_b, f, at[count])
                    if passes == 2 or count == MANY_CROSSINGS:
                        return at, who, -1
                    if passes != 0:
                        who[count, EDGE_A], who[count, EDGE_B] = e, f
                        who[count, RING_A], who[count, RING_B] = a.ring_of[p], b.ring_of[q]
                        same = a.turn[a.ring_of[p]] * b.turn[b.ring_of[q]] > 0.0
                        who[count, ENTERS] = passes if same else -passes
                        count += 1
    return at, who, count


@njit(nogil=True, cache=True)
def _sorted(order: Ints, rank: Ints, edge: Ints, share: Floats) -> None:
    """Sort crossings along the rings of one layer: by edge, then by the share of the edge before them.

    ::

        •──1──2──•──3──•      order: which crossing is at a place; rank: at which place a crossing is
    """
    for k in range(len(edge)):
        at = k
        while at > 0:
            c = order[at - 1]
            if edge[c] < edge[k] or (edge[c] == edge[k] and share[c] <= share[k]):
                break
            order[at] = c
            at -= 1
        order[at] = k
    for k in range(len(edge)):
        rank[order[k]] = k


@njit(nogil=True, cache=True)
def _following(order: Ints, rank: Ints, ring: Ints, c: int, way: int) -> tuple[int, int]:
    """Return the crossing that follows on the same ring, and 1 if the ring begins anew on the way there.

    ::

        ╭─c───n─╮      way 1: as the vertices run, -1: against them
        ╰───────╯
    """
    k = rank[c] + way
    if 0 <= k < len(order) and ring[order[k]] == ring[c]:
        return order[k], 0
    k = rank[c]
    while 0 <= k - way < len(order) and ring[order[k - way]] == ring[c]:
        k -= way
    return order[k], 1


@njit(nogil=True, cache=True)
def _point(points: Floats, n: int, first: int, x: float, y: float) -> int:
    """Write a point of the ring that began at ``first`` unless it repeats the last one; return where the next goes.

    ::

        •──•──•  ← n
    """
    if n > first and points[n - 1, 0] == x and points[n - 1, 1] == y:
        return n
    points[n, 0], points[n, 1] = x, y
    return n + 1


@njit(nogil=True, cache=True)
def _walk(
    points: Floats, n: int, first: int, layer: Outlines, ring: int, start: int, stop: int, way: int, anew: int
) -> tuple[Floats, int]:
    """Write the vertices of a ring between a crossing on edge ``start`` and one on edge ``stop``.

    ::

        way 1:  start ─○─•─•─•─○─ stop      start + 1 … stop           anew: … by way of the end of the ring, whose
        way -1: stop ─○─•─•─•─○─ start      start … stop + 1           last vertex is its first
    """
    x, y = layer.edges.x, layer.edges.y
    begin, end = layer.ring_ptr[ring], layer.ring_ptr[ring + 1] - 1
    if n + (end - begin) * 2 + 4 > len(points):
        points = grown(points, n + (end - begin) * 2 + 4)
    at, last = (start + 1, stop + 1) if way > 0 else (start, stop)
    if anew == 1:
        while begin <= at < end if way > 0 else at >= begin:
            n = _point(points, n, first, x[at], y[at])
            at += way
        at = begin if way > 0 else end - 1
    while at != last:
        n = _point(points, n, first, x[at], y[at])
        at += way
    return points, n


@njit(nogil=True, cache=True)
def _holds(layer: Outlines, unit: int, px: float, py: float) -> int:
    """Return whether a point lies in a unit: 1 inside, 0 outside, -1 too near to an edge to tell.

    ::

        p ─┼──▸ ╭box╮      a ray to the right; a block that lies right of the point counts by its ends alone
    """
    x, y, span, box, _, ptr = layer.edges
    odd = False
    for k in range(ptr[unit], ptr[unit + 1]):
        if box[k, 1] > py or box[k, 3] < py or box[k, 2] < px:
            continue
        if box[k, 0] > px:
            odd ^= (y[span[k, 0]] > py) != (y[span[k, 1]] > py)
            continue
        for i in range(span[k, 0], span[k, 1]):
            if (y[i] > py) == (y[i + 1] > py) or max(x[i], x[i + 1]) < px:
                continue
            side = side_of(x[i], y[i], x[i + 1], y[i + 1], px, py)
            if side == 0:
                return -1
            odd ^= (side > 0) == (y[i + 1] > y[i])
    return 1 if odd else 0


@njit(nogil=True, cache=True)
def _closed(
    points: Floats, n: int, first: int, rings: Ints, areas: Floats, count: int
) -> tuple[Ints, Floats, int, int]:
    """Close the ring that began at ``first``, note its end and area; one of less than three points is left out.

    ::

        first •──•      area > 0: the interior is within, a shell; < 0: a hole
              │  │
            n ╰──•
    """
    if n > first and points[n - 1, 0] == points[first, 0] and points[n - 1, 1] == points[first, 1]:
        n -= 1
    if n - first < 3:
        return rings, areas, count, first
    points[n, 0], points[n, 1] = points[first, 0], points[first, 1]
    area = 0.0
    for i in range(first, n):
        low = (points[i, 1] - points[first, 1]) + (points[i + 1, 1] - points[first, 1])
        area -= 0.5 * (points[i + 1, 0] - points[i, 0]) * low
    if count + 2 > len(rings):
        more_rings, more_areas = np.zeros(2 * len(rings), np.int64), np.zeros(2 * len(rings))
        more_rings[: len(rings)], more_areas[: len(rings)] = rings, areas
        rings, areas = more_rings, more_areas
    areas[count] = area
    rings[count + 1] = n + 1
    return rings, areas, count + 1, n + 1


@njit(nogil=True, cache=True)
def _followed(
    a: Outlines, b: Outlines, at: Floats, who: Ints, points: Floats, rings: Ints, areas: Floats
) -> tuple[Floats, Ints, Floats, int]:
    """Write the rings that go through crossings; -1 of them if the crossings contradict one another.

    ::

        ○─A─•─•─●─B─•─○      from each crossing that is left over, until the walk is back
    """
    count = len(at)
    order_a, rank_a = np.empty(count, np.int64), np.empty(count, np.int64)
    order_b, rank_b = np.empty(count, np.int64), np.empty(count, np.int64)
    _sorted(order_a, rank_a, who[:, EDGE_A], at[:, T_A])
    _sorted(order_b, rank_b, who[:, EDGE_B], at[:, T_B])
    left = np.zeros(count, np.bool_)
    found, n = 0, 0
    for begin in range(count):
        if left[begin]:
            continue
        first, c = n, begin
        while not left[c]:
            left[c] = True
            if n + 2 > len(points):
                points = grown(points, n + 2)
            n = _point(points, n, first, at[c, X], at[c, Y])
            if who[c, ENTERS] > 0:
                ring = who[c, RING_B]
                way = -1 if b.turn[ring] > 0.0 else 1
                to, anew = _following(order_b, rank_b, who[:, RING_B], c, way)
                points, n = _walk(points, n, first, b, ring, who[c, EDGE_B], who[to, EDGE_B], way, anew)
            else:
                ring = who[c, RING_A]
                way = -1 if a.turn[ring] > 0.0 else 1
                to, anew = _following(order_a, rank_a, who[:, RING_A], c, way)
                points, n = _walk(points, n, first, a, ring, who[c, EDGE_A], who[to, EDGE_A], way, anew)
            if who[to, ENTERS] == who[c, ENTERS]:
                return points, rings, areas, -1
            c = to
        if c != begin:
            return points, rings, areas, -1
        rings, areas, found, n = _closed(points, n, first, rings, areas, found)
        rings[found] = n
    return points, rings, areas, found


@njit(nogil=True, cache=True)
def _uncrossed(
    layer: Outlines,
    unit: int,
    crossed: Ints,
    partner: Outlines,
    other: int,
    window: Floats,
    points: Floats,
    rings: Ints,
    areas: Floats,
    found: int,
) -> tuple[Floats, Ints, Floats, int]:
    """Write the rings of a unit that cross nothing and lie in the partner; -1 if one of them is too near to tell.

    ::

        ╭──────────╮ partner
        │   ╭──╮   │      only a ring whose box lies in the window of both can lie in the partner
        ╰───┴──┴───╯
    """
    x, y = layer.edges.x, layer.edges.y
    for ring in range(layer.unit_ptr[unit], layer.unit_ptr[unit + 1]):
        box = layer.box[ring]
        if box[0] < window[0] or box[1] < window[1] or box[2] > window[2] or box[3] > window[3]:
            continue
        if (crossed == ring).any():
            continue
        begin, end = layer.ring_ptr[ring], layer.ring_ptr[ring + 1] - 1
        inside = _holds(partner, other, x[begin], y[begin])
        if inside < 0:
            return points, rings, areas, -1
        if inside == 0:
            continue
        first = n = rings[found]
        way = -1 if layer.turn[ring] > 0.0 else 1
        if n + end - begin + 2 > len(points):
            points = grown(points, n + end - begin + 2)
        for i in range(begin, end):
            vertex = i if way > 0 else begin + end - 1 - i
            n = _point(points, n, first, x[vertex], y[vertex])
        rings, areas, found, n = _closed(points, n, first, rings, areas, found)
        rings[found] = n
    return points, rings, areas, found


@njit(nogil=True, cache=True)
def _shell_of(points: Floats, rings: Ints, areas: Floats, count: int, hole: int) -> int:
    """Return the smallest shell that a hole lies in, or -1.

    ::

        ╭────────────╮
        │ ╭────╮ ╭─╮ │      a shell can lie in the hole of another
        │ │▒╭╮▒│ ╰─╯ │
        ╰─┴────┴─────╯
    """
    px, py = points[rings[hole], 0], points[rings[hole], 1]
    best = -1
    for ring in range(count):
        if areas[ring] <= 0.0 or (best >= 0 and areas[ring] >= areas[best]):
            continue
        odd = False
        for i in range(rings[ring], rings[ring + 1] - 1):
            x0, y0, x1, y1 = points[i, 0], points[i, 1], points[i + 1, 0], points[i + 1, 1]
            if (y0 > py) != (y1 > py):
                odd ^= (side_of(x0, y0, x1, y1, px, py) > 0) == (y1 > y0)
        if odd:
            best = ring
    return best


@njit(nogil=True, cache=True)
def _arranged(points: Floats, rings: Ints, areas: Floats, count: int, order: Ints) -> bool:
    """Fill ``order`` with the rings, each shell followed by its holes; false if a hole lies in none.

    ::

        S H H S S H …
    """
    shells = 0
    for ring in range(count):
        if areas[ring] > 0.0:
            shells += 1
    if shells == 0:
        return False
    of = np.empty(count, np.int64)
    for ring in range(count):
        of[ring] = ring if areas[ring] > 0.0 else -1
    if shells < count:
        only = int(np.argmax(areas[:count]))
        for ring in range(count):
            if areas[ring] <= 0.0:
                of[ring] = only if shells == 1 else _shell_of(points, rings, areas, count, ring)
                if of[ring] < 0:
                    return False
    n = 0
    for shell in range(count):
        if of[shell] != shell:
            continue
        order[n] = shell
        n += 1
        if shells == count:
            continue
        for ring in range(count):
            if ring != shell and of[ring] == shell:
                order[n] = ring
                n += 1
    return True


@njit(nogil=True, cache=True)
def drawn(
    pairs: Ints, windows: Floats, a: Outlines, b: Outlines, begin: int, end: int
) -> tuple[Floats, Floats, Ints, Flags, Ints, Floats]:
    """Return the common parts of pairs of units as rings, and their areas; NaN and no ring where it is left undone.

    ::

        blocks in the window → crossings → rings through them, rings that cross nothing → shells with their holes

    Parameters
    ----------
    pairs : int64 (pairs, 2)
        Units of A and B.
    windows : float64 (pairs, 4)
        x0, y0, x1, y1 of the common part of their bounding boxes.
    a, b : Outlines
        Both layers.
    begin, end : int
        Pairs to do.

    Returns
    -------
    x, y, ring_ptr, outer, unit_ptr
        As :class:`zoning.overlay.rings.Rings` has them, a unit per pair.
    area : float64 (end - begin,)
        Of the plane.
    """
    out = np.empty((4096, 2))
    out_rings = np.zeros((1024, 2), np.int64)  # end of a ring, 1 for a shell
    unit_ptr = np.zeros(end - begin + 1, np.int64)
    area = np.full(end - begin, np.nan)
    of_a, of_b = np.empty(64, np.int64), np.empty(64, np.int64)
    at, who = np.empty((64, 4)), np.empty((64, 5), np.int64)
    points = np.empty((1024, 2))
    rings, areas = np.zeros(64, np.int64), np.zeros(64)
    size, total = 0, 0
    for pair in range(begin, end):
        unit_ptr[pair - begin + 1] = total
        i, j, window = pairs[pair, 0], pairs[pair, 1], windows[pair]
        of_a, m = _blocks_in(of_a, a.edges, i, window)
        of_b, n = _blocks_in(of_b, b.edges, j, window)
        if m * n > MANY_BLOCKS:
            continue
        at, who, crossings = _crossings(a, of_a[:m], b, of_b[:n], at, who)
        if crossings < 0:
            continue
        seen = who[:crossings]
        points, rings, areas, found = _followed(a, b, at[:crossings], seen, points, rings, areas)
        if found >= 0:
            points, rings, areas, found = _uncrossed(a, i, seen[:, RING_A], b, j, window, points, rings, areas, found)
        if found >= 0:
            points, rings, areas, found = _uncrossed(b, j, seen[:, RING_B], a, i, window, points, rings, areas, found)
        if found <= 0:
            continue
        order = np.empty(found, np.int64)
        if not _arranged(points, rings, areas, found, order):
            continue
        if size + rings[found] > len(out):
            out = grown(out, size + rings[found])
        if total + found > len(out_rings):
            out_rings = grown(out_rings, total + found)
        area[pair - begin] = 0.0
        for ring in order:
            for k in range(rings[ring], rings[ring + 1]):
                out[size, 0], out[size, 1] = points[k, 0], points[k, 1]
                size += 1
            area[pair - begin] += areas[ring]
            out_rings[total, 0], out_rings[total, 1] = size, areas[ring] > 0.0
            total += 1
        unit_ptr[pair - begin + 1] = total
    ring_ptr = np.zeros(total + 1, np.int64)
    ring_ptr[1:] = out_rings[:total, 0]
    return out[:size, 0].copy(), out[:size, 1].copy(), ring_ptr, out_rings[:total, 1] == 1, unit_ptr, area
