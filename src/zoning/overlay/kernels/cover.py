"""Covered fractions of grid cells, from the edges of polygons alone.

Coordinates here are cell coordinates: ``u`` grows with the column, ``v`` with the row, cell (r, c) is the square
r ≤ v ≤ r+1, c ≤ u ≤ c+1. No polygon is ever cut: every edge adds signed areas to the cells it crosses, and their sum is
the covered area. ::

            c       c+1                  an edge that rises by dv inside cell (r, c) covers, to its right,
        r   ┌────────┬────────┬───          dv · (c + 1 - ū)   of the cell itself      «area»
            │    ╱▒▒▒│▒▒▒▒▒▒▒▒│▒▒▒          dv                 of every cell beyond    «cover»
            │   ╱▒▒▒▒│▒▒▒▒▒▒▒▒│▒▒▒
        r+1 └────────┴────────┴───       fraction(c) = cover of all cells to the left + area(c)

The left border of a polygon adds, its right border takes away; a hole is a ring that counts the other way round.
"""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Flags, Floats, Ints, ShortInts, grown

__all__ = ["cover_units", "to_cells"]

SNAP = 1e-11  # a cover this near to a whole number may be that number, and is if its additions can have done it
ROUNDING = 4.4e-16  # of one addition of heights of at most 1, twice over
WHOLE = 1e-13  # a fraction this near to 1 is 1: the cell belongs to a run
WHOLE_FROM = 1.0 - WHOLE
DENSE = 32  # cells of the bounding box per boundary cell, about: below, adding in place is cheaper than sorting
MOST = 2_000_000  # cells of a box that is kept: 32 MB a thread
EVENT = 0xFFFFFFFF  # low half of a sorting key: the number of the event; the high half is its column
SHORT = 24  # events: rows shorter than this are sorted by plain insertion
TINY = 1e-12  # a fraction below this (of a cell, or of the unit if that is smaller) is rounding, not cover


@njit(nogil=True, cache=True)
def to_cells(
    x: Floats,
    origin: float,
    step: float,
) -> Floats:
    """Turn coordinates into cell coordinates; a vertex on a grid line, within its own rounding, lies on it exactly.

    ::

        ──┼────────┼──•─────┼──     u = (x - origin) / step      the origin is taken away first: full precision is left
          0        1        2       |u - round(u)| < 4 ε max(|x|, |origin|) / step   →   u = round(u)

    Without the second step a polygon drawn along the lines of the grid would own 1e-12 of the cells next to it.
    """
    u = np.empty(len(x))
    for i in range(len(x)):
        at = (x[i] - origin) / step
        line = np.rint(at)
        slack = 4.0 * 2.220446049250313e-16 * max(abs(x[i]), abs(origin)) / abs(step)
        u[i] = line if abs(at - line) <= slack else at
    return u


@njit(nogil=True, cache=True)
def _signed_area(
    u: Floats,
    v: Floats,
    first: int,
    last: int,
) -> float:
    """Return the sum of «area» a ring will add, before it gets its sign; positive if its left border runs down.

    ::

        ┌──◂──┐
        ▾  +  ▴      measured from its first vertex, so that a small ring far from the origin keeps its digits
        └──▸──┘
    """
    total = 0.0
    u0 = u[first]
    for i in range(first, last - 1):
        total -= (v[i + 1] - v[i]) * ((u[i] - u0) + (u[i + 1] - u0)) * 0.5
    return total


@njit(nogil=True, cache=True)
def _crossing(
    a: float,
    b: float,
    at: float,
    pa: float,
    pb: float,
) -> float:
    """Return the other coordinate where an edge from (a, pa) to (b, pb) meets ``at``, never beyond its ends.

    ::

        pa •──────┐
                  ├ • result       pa + t (pb - pa), t = (at - a) / (b - a), clamped: rounding must not visit
                  └──────• pb      a cell that the edge does not reach
    """
    p = pa + (at - a) / (b - a) * (pb - pa)
    return min(max(p, min(pa, pb)), max(pa, pb))


@njit(nogil=True, cache=True)
def cover_units(
    u: Floats,
    v: Floats,
    ring_ptr: Ints,
    ring_outer: Flags,
    unit_ptr: Ints,
    rows: int,
    cols: int,
) -> tuple[Ints, ShortInts, Floats, Ints, ShortInts]:
    """Return the covered fractions of a chunk of units, run-length encoded.

    ::

        1 walk    every edge, always from its low end to its high end and inside a row from left to right, whatever way
                  the ring runs: two neighbours compute bit for bit the same crossings
                  ╭ row r ─────────╮
                  │   ·  ╱·     ·  │   one event (row, col, area, cover) per cell passed; edges that stay in the cell
                  │   ╱  ·      ·  │   of the last event are added to it
                  ╰────────────────╯
                                     a unit whose bounding box holds few cells adds them up in place, in a box
        2 sort    (else) events by row (counting), in a row by column (Shell: plain insertion in short rows)
        3 sweep   ░ cell with its own fraction     █ run of whole cells
                  . . ░ █ █ █ █ ░ . .   cover 0 → between → 1 ……… 1 → between → 0
                  . . ░ ░ ░ ░ ░ ░ . .   cover 0.3 all along: a horizontal border, which adds nothing by itself, so
                                        the cells it cuts are written one by one with 0.3
        outside   left of the grid: as if on column 0's left wall; right: nothing; above, below: cut off

    Parameters
    ----------
    u, v : float64 (vertices,)
        Cell coordinates; rings are closed.
    ring_ptr : int64 (rings + 1,)
        Vertices of the rings.
    ring_outer : bool (rings,)
        Exterior or hole; the direction in which a ring runs is not trusted but measured.
    unit_ptr : int64 (units + 1,)
        Rings of the units.
    rows, cols : int
        Shape of the grid.

    Returns
    -------
    cell_count, cell_at (row, col), cell_fraction, run_count, run_at (row, c0, c1)
        Counts per unit; the others unit by unit, ordered by row and column.
    """
    units = len(unit_ptr) - 1
    cell_count = np.zeros(units, np.int64)
    run_count = np.zeros(units, np.int64)
    size = len(u) + 64
    cell_at = np.empty((size, 2), np.int32)  # row, col
    cell_fraction = np.empty((size, 1), np.float64)
    run_at = np.empty((size, 3), np.int32)  # row, c0, c1
    cells = 0
    runs = 0
    ev_at = np.empty((256, 2), np.int32)  # row, col
    ev_add = np.empty((256, 2), np.float64)  # area, cover
    keys = np.empty(256, np.int64)
    box = np.zeros((1024, 2))  # area, cover of the cells of a small unit; all 0 between units
    row_start = np.zeros(rows + 1, np.int64)

    for unit in range(units):
        # 1 walk ------------------------------------------------------------------------------------------------------
        u_min = v_min = np.inf
        u_max = v_max = -np.inf
        for i in range(ring_ptr[unit_ptr[unit]], ring_ptr[unit_ptr[unit + 1]]):
            u_min, u_max = min(u_min, u[i]), max(u_max, u[i])
            v_min, v_max = min(v_min, v[i]), max(v_max, v[i])
        west = int(min(max(np.floor(u_min), -1.0), float(cols)))
        east = int(max(min(np.floor(u_max), cols - 1.0), -2.0))
        low = int(min(max(np.floor(v_min), 0.0), float(rows)))
        high = int(max(min(np.ceil(v_max), float(rows)), 0.0)) - 1
        if west > east or low > high:
            continue
        width = east - west + 1
        vertices = ring_ptr[unit_ptr[unit + 1]] - ring_ptr[unit_ptr[unit]]
        within = width * (high - low + 1)
        dense = within <= DENSE * (vertices + width + high - low) and within <= MOST
        if dense and within > len(box):
            box = np.zeros((max(within, 2 * len(box)), 2))
        n = 0
        size_of_unit = 0.0
        cur_row = low if dense else -1
        cur_col = west if dense else -1
        cur_area = 0.0
        cur_cover = 0.0
        in_row = np.inf  # the current cell as numbers of the same kind as coordinates
        in_col = np.inf
        for ring in range(unit_ptr[unit], unit_ptr[unit + 1]):
            first = ring_ptr[ring]
            last = ring_ptr[ring + 1]
            turn = _signed_area(u, v, first, last)
            sign = 1.0 if (turn >= 0.0) == ring_outer[ring] else -1.0
            size_of_unit += abs(turn) if ring_outer[ring] else -abs(turn)
            for i in range(first, last - 1):
                if v[i] == v[i + 1]:
                    continue  # a horizontal edge has no height to add
                if v[i] < v[i + 1]:
                    d, ul, vl, uh, vh = sign, u[i], v[i], u[i + 1], v[i + 1]
                else:
                    d, ul, vl, uh, vh = -sign, u[i + 1], v[i + 1], u[i], v[i]
                if vh <= 0.0 or vl >= rows or (ul >= cols and uh >= cols):
                    continue
                left = min(ul, uh)
                right = max(ul, uh)
                if vl >= in_row and vh <= in_row + 1.0 and left >= in_col and right <= in_col + 1.0:
                    cur_area += d * (vh - vl) * (1.0 - 0.5 * ((ul - in_col) + (uh - in_col)))
                    cur_cover += d * (vh - vl)
                    continue
                r = np.floor(vl)
                c = np.floor(left)
                if vl >= 0.0 and vh <= r + 1.0 and left >= 0.0 and right <= c + 1.0:
                    if dense:
                        at = (cur_row - low) * width + (cur_col - west)
                        box[at, 0] += cur_area
                        box[at, 1] += cur_cover
                    elif cur_row >= 0:
                        if n + 2 > len(ev_at):
                            ev_at = grown(ev_at, n + 2)
                            ev_add = grown(ev_add, n + 2)
                        ev_at[n, 0], ev_at[n, 1], ev_add[n, 0], ev_add[n, 1] = cur_row, cur_col, cur_area, cur_cover
                        n += 1
                    cur_row, cur_col, cur_cover = int(r), int(c), d * (vh - vl)
                    cur_area = d * (vh - vl) * (1.0 - 0.5 * ((ul - c) + (uh - c)))
                    in_row, in_col = r, c
                    continue
                r0 = int(max(r, 0.0))
                r1 = int(min(np.ceil(vh), float(rows))) - 1
                span = max(min(np.ceil(right), float(cols)) - max(c, 0.0), 0.0)
                bound = n + 4 * (r1 - r0 + 1) + int(span) + 8
                if bound > len(ev_at) and not dense:
                    ev_at = grown(ev_at, bound)
                    ev_add = grown(ev_add, bound)
                va = max(vl, 0.0)
                ua = ul if vl >= 0.0 else _crossing(vl, vh, 0.0, ul, uh)
                for row in range(r0, r1 + 1):
                    vb = min(row + 1.0, vh)
                    ub = uh if vb == vh else _crossing(vl, vh, vb, ul, uh)
                    if ua <= ub:
                        pu, pv, qu, qv = ua, va, ub, vb
                    else:
                        pu, pv, qu, qv = ub, vb, ua, va
                    ua, va = ub, vb
                    if pu >= cols:
                        continue
                    # (pu, pv) → (qu, qv): the piece in this row, left to right; (su, sv) → (tu, tv): its part in one
                    # column, column -1 being all that lies left of the grid and counts as lying on its edge: cover
                    # of all cells, and an area of 0
                    su, sv = pu, pv
                    col = int(max(np.floor(pu), -1.0))
                    while col < cols:
                        done = qu <= col + 1.0
                        tu = qu if done else col + 1.0
                        tv = qv if done else _crossing(pu, qu, tu, pv, qv)
                        height = d * abs(tv - sv)
                        if cur_row != row or cur_col != col:
                            if dense:
                                at = (cur_row - low) * width + (cur_col - west)
                                box[at, 0] += cur_area
                                box[at, 1] += cur_cover
                            elif cur_row >= 0:
                                ev_at[n, 0], ev_at[n, 1], ev_add[n, 0], ev_add[n, 1] = (
                                    cur_row,
                                    cur_col,
                                    cur_area,
                                    cur_cover,
                                )
                                n += 1
                            cur_row, cur_col, cur_area, cur_cover = row, col, 0.0, 0.0
                            in_row, in_col = float(row), float(col) if col >= 0 else np.inf
                        cur_area += height * (1.0 - 0.5 * ((max(su, 0.0) - col) + (max(tu, 0.0) - col)))
                        cur_cover += height
                        if done:
                            break
                        su, sv = tu, tv
                        col += 1
        height_of_unit = min(1.0, v_max - v_min)
        tiny = TINY * min(1.0, size_of_unit)
        cells_before = cells
        runs_before = runs
        if dense:
            at = (cur_row - low) * width + (cur_col - west)
            box[at, 0] += cur_area
            box[at, 1] += cur_cover
            snap = min(SNAP, ROUNDING * (vertices + width)) * height_of_unit
            for row in range(low, high + 1):
                if cells + width > len(cell_at):
                    cell_at = grown(cell_at, cells + width)
                    cell_fraction = grown(cell_fraction, cells + width)
                if runs + width > len(run_at):
                    run_at = grown(run_at, runs + width)
                cover = 0.0  # as in the sweep below
                beyond = 0.0
                opened = -1
                at = (row - low) * width
                for col in range(west, east + 1):
                    value = beyond
                    if box[at, 0] != 0.0 or box[at, 1] != 0.0:
                        cover += box[at, 1]
                        whole = np.rint(cover)
                        value = min(beyond + box[at, 0], 1.0)
                        beyond = whole if abs(cover - whole) <= snap else cover
                        box[at, 0] = box[at, 1] = 0.0
                    at += 1
                    if value > WHOLE_FROM:
                        if opened < 0:
                            opened = col
                        continue
                    if opened >= 0:
                        run_at[runs, 0], run_at[runs, 1], run_at[runs, 2] = row, opened, col
                        runs += 1
                        opened = -1
                    if value > tiny:
                        cell_at[cells, 0], cell_at[cells, 1], cell_fraction[cells, 0] = row, col, value
                        cells += 1
                if opened >= 0:
                    run_at[runs, 0], run_at[runs, 1], run_at[runs, 2] = row, opened, east + 1
                    runs += 1
            cell_count[unit] = cells - cells_before
            run_count[unit] = runs - runs_before
            continue
        if cur_row < 0:
            continue
        ev_at[n, 0], ev_at[n, 1], ev_add[n, 0], ev_add[n, 1] = cur_row, cur_col, cur_area, cur_cover
        n += 1

        # 2 sort ------------------------------------------------------------------------------------------------------
        for row in range(low, high + 1):
            row_start[row] = 0
        for e in range(n):
            row_start[ev_at[e, 0]] += 1
        at = 0
        for row in range(low, high + 1):
            at += row_start[row]
            row_start[row] = at  # the end of the row; filling from behind moves it to the start
        if n > len(keys):
            keys = np.empty(2 * n, np.int64)
        for e in range(n - 1, -1, -1):
            row_start[ev_at[e, 0]] -= 1
            keys[row_start[ev_at[e, 0]]] = (np.int64(ev_at[e, 1]) << 32) | e  # column first, then order of arrival

        # 3 sweep -----------------------------------------------------------------------------------------------------
        for row in range(low, high + 1):
            begin = row_start[row]
            end = n if row == high else row_start[row + 1]
            if begin == end:
                continue
            gap = 1
            if end - begin > SHORT:
                while 8 * gap < end - begin:
                    gap = 3 * gap + 1
            while gap > 0:
                for i in range(begin + gap, end):
                    key = keys[i]
                    j = i
                    while j >= begin + gap and keys[j - gap] > key:
                        keys[j] = keys[j - gap]
                        j -= gap
                    keys[j] = key
                gap //= 3
            room = cells + cols + 1 - (keys[begin] >> 32)
            if room > len(cell_at):
                cell_at = grown(cell_at, room)
                cell_fraction = grown(cell_fraction, room)
            room = runs + (end - begin) + 2
            if room > len(run_at):
                run_at = grown(run_at, room)
            snap = min(SNAP, ROUNDING * (vertices + end - begin)) * height_of_unit
            cover = 0.0  # as it adds up, never rounded: what is below ``snap`` in each cell may be more in all of them
            beyond = 0.0  # the same with its rounding taken off: what the cells up to the next event own
            opened = -1  # column where the current run of whole cells began
            i = begin
            while i < end:
                col = keys[i] >> 32
                value = beyond
                while i < end and keys[i] >> 32 == col:
                    e = keys[i] & EVENT
                    value += ev_add[e, 0]
                    cover += ev_add[e, 1]
                    i += 1
                whole = np.rint(cover)
                beyond = whole if abs(cover - whole) <= snap else cover
                value = min(value, 1.0)  # a cover that was rounded up to 1 lifts its cell with it, by ``snap`` at most
                # the cell of the events, then the stretch up to the next ones
                if abs(value - 1.0) <= WHOLE:
                    if opened < 0:
                        opened = col
                else:
                    if opened >= 0:
                        run_at[runs, 0], run_at[runs, 1], run_at[runs, 2] = row, opened, col
                        runs += 1
                        opened = -1
                    if value > tiny:
                        cell_at[cells, 0], cell_at[cells, 1], cell_fraction[cells, 0] = row, col, value
                        cells += 1
                ahead = keys[i] >> 32 if i < end else cols
                if ahead == col + 1:
                    continue
                if abs(beyond - 1.0) <= WHOLE:
                    if opened < 0:
                        opened = col + 1
                    continue
                if opened >= 0:
                    run_at[runs, 0], run_at[runs, 1], run_at[runs, 2] = row, opened, col + 1
                    runs += 1
                    opened = -1
                if beyond > tiny:
                    for c in range(col + 1, ahead):
                        cell_at[cells, 0], cell_at[cells, 1], cell_fraction[cells, 0] = row, c, beyond
                        cells += 1
            if opened >= 0:
                run_at[runs, 0], run_at[runs, 1], run_at[runs, 2] = row, opened, cols
                runs += 1
        cell_count[unit] = cells - cells_before
        run_count[unit] = runs - runs_before
    return cell_count, cell_at[:cells], cell_fraction[:cells, 0], run_count, run_at[:runs]
