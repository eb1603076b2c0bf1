"""Cells of a fragment unit ∩ zone, from the cells of both, row by row; no geometry but where both borders meet."""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints, ShortInts, grown
from zoning.overlay.kernels.pieces import Covered

__all__ = ["BOTH", "cell_boxes", "common_cells"]

BOTH = -1.0
"""In place of a fraction: the cell is a boundary cell of both, and what they share in it has to be computed."""


@njit(nogil=True, cache=True)
def cell_boxes(cell_ptr: Ints, run_ptr: Ints, covered: Covered, cols: int) -> Ints:
    """Return first row, first column, last row, last column of the cells of every unit, (units, 4); none: an empty box.

    ::

        ┌─────────┐
        │. ░ █ ░ .│
        │░ █ █ █ ░│
        └─────────┘
    """
    cell, _, run_row, run_c0, run_c1 = covered
    boxes = np.empty((len(cell_ptr) - 1, 4), np.int64)
    for unit in range(len(cell_ptr) - 1):
        row0, col0, row1, col1 = np.int64(2**62), np.int64(2**62), np.int64(-1), np.int64(-1)
        for i in range(cell_ptr[unit], cell_ptr[unit + 1]):
            row = cell[i] // cols
            col = cell[i] - row * cols
            row0, col0, row1, col1 = min(row0, row), min(col0, col), max(row1, row), max(col1, col)
        for j in range(run_ptr[unit], run_ptr[unit + 1]):
            row0, row1 = min(row0, np.int64(run_row[j])), max(row1, np.int64(run_row[j]))
            col0, col1 = min(col0, np.int64(run_c0[j])), max(col1, np.int64(run_c1[j]) - 1)
        boxes[unit, 0], boxes[unit, 1], boxes[unit, 2], boxes[unit, 3] = row0, col0, row1, col1
    return boxes


@njit(nogil=True, cache=True)
def _first_cell(cell: Ints, begin: int, end: int, place: int) -> int:
    """Return the first boundary cell at or after a flat number.

    ::

        . ░ . . ░ .      halving: a zone has thousands of cells, a unit looks for some of them
              ↑ ──▸
    """
    while begin < end:
        middle = (begin + end) // 2
        if cell[middle] < place:
            begin = middle + 1
        else:
            end = middle
    return begin


@njit(nogil=True, cache=True)
def _first_run(run_row: ShortInts, run_c1: ShortInts, begin: int, end: int, row: int, col: int) -> int:
    """Return the first run that ends after a column of a row, or lies in a later row.

    ::

        █ █ . . █ █ █
              ↑ ──▸
    """
    while begin < end:
        middle = (begin + end) // 2
        if run_row[middle] < row or (run_row[middle] == row and run_c1[middle] <= col):
            begin = middle + 1
        else:
            end = middle
    return begin


@njit(nogil=True, cache=True)
def common_cells(
    pairs: Ints,
    begin: int,
    end: int,
    ptr_a: tuple[Ints, Ints],
    covered_a: Covered,
    boxes_a: Ints,
    ptr_b: tuple[Ints, Ints],
    covered_b: Covered,
    boxes_b: Ints,
    cols: int,
) -> tuple[Ints, Ints, Floats, Ints, ShortInts]:
    """Return the cells and runs that the two polygons of each pair have in common.

    Boundary cells and runs of a row are one sequence of stretches from left to right, for A and for B; both are walked
    at once. ::

        A   . ░ █ █ █ █ ░ .        a whole cell of one takes the fraction of the other
        B   . . . ░ █ █ ▒ █        two boundary cells have BOTH: only their edges can tell
            . . . ░ █ █ ? .

    Parameters
    ----------
    pairs : int64 (pairs, 2)
        Polygons of A and B.
    begin, end : int
        Pairs to do.
    ptr_a, covered_a, boxes_a, ptr_b, covered_b, boxes_b
        Pointers (cells, runs), cells and :func:`cell_boxes` of both coverages.
    cols : int
        Width of the grid.

    Returns
    -------
    cell_count, cell, fraction, run_count, run_at (row, c0, c1)
        Counts per pair; the others pair by pair, ordered by row and column.
    """
    cell_a, part_a, row_a, c0_a, c1_a = covered_a
    cell_b, part_b, row_b, c0_b, c1_b = covered_b
    cell_count = np.zeros(end - begin, np.int64)
    run_count = np.zeros(end - begin, np.int64)
    at_cell = np.empty((1024, 1), np.int64)
    fraction = np.empty((1024, 1), np.float64)
    run_at = np.empty((1024, 3), np.int32)
    cells = 0
    runs = 0
    for pair in range(begin, end):
        a, b = pairs[pair, 0], pairs[pair, 1]
        low, high = max(boxes_a[a, 1], boxes_b[b, 1]), min(boxes_a[a, 3], boxes_b[b, 3])
        cells_before, runs_before = cells, runs
        i, j = ptr_a[0][a], ptr_b[0][b]
        m, n = ptr_a[1][a], ptr_b[1][b]
        last_i, last_j, last_m, last_n = ptr_a[0][a + 1], ptr_b[0][b + 1], ptr_a[1][a + 1], ptr_b[1][b + 1]
        for row in range(max(boxes_a[a, 0], boxes_b[b, 0]), min(boxes_a[a, 2], boxes_b[b, 2]) + 1):
            start = row * cols
            i, j = _first_cell(cell_a, i, last_i, start + low), _first_cell(cell_b, j, last_j, start + low)
            m, n = _first_run(row_a, c1_a, m, last_m, row, low), _first_run(row_b, c1_b, n, last_n, row, low)
            while True:
                # the stretch of A that comes next: a cell or a run, whichever lies further left
                ca = cell_a[i] - start if i < last_i else np.int64(2**62)
                ra = np.int64(c0_a[m]) if m < last_m and row_a[m] == row else np.int64(2**62)
                cb = cell_b[j] - start if j < last_j else np.int64(2**62)
                rb = np.int64(c0_b[n]) if n < last_n and row_b[n] == row else np.int64(2**62)
                from_a, from_b = min(ca, ra), min(cb, rb)
                if from_a > high or from_b > high:
                    break
                to_a = ca + 1 if ca < ra else np.int64(c1_a[m])
                to_b = cb + 1 if cb < rb else np.int64(c1_b[n])
                left, right = max(from_a, from_b), min(to_a, to_b)
                if left < right:
                    if ca > ra and cb > rb:
                        if runs + 1 > len(run_at):
                            run_at = grown(run_at, runs + 1)
                        run_at[runs, 0], run_at[runs, 1], run_at[runs, 2] = row, left, right
                        runs += 1
                    else:
                        if cells + 1 > len(at_cell):
                            at_cell = grown(at_cell, cells + 1)
                            fraction = grown(fraction, cells + 1)
                        at_cell[cells, 0] = start + left
                        if ca > ra:
                            fraction[cells, 0] = part_b[j]
                        elif cb > rb:
                            fraction[cells, 0] = part_a[i]
                        else:
                            fraction[cells, 0] = BOTH
                        cells += 1
                if to_a <= to_b:
                    if ca < ra:
                        i += 1
                    else:
                        m += 1
                if to_b <= to_a:
                    if cb < rb:
                        j += 1
                    else:
                        n += 1
        cell_count[pair - begin] = cells - cells_before
        run_count[pair - begin] = runs - runs_before
    return cell_count, at_cell[:cells, 0], fraction[:cells, 0], run_count, run_at[:runs]
