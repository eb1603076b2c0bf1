"""What a unit covers, cut where the bands of rows are cut."""

from typing import NamedTuple

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints, ShortInts

__all__ = ["FIELDS", "Covered", "Frame", "cut_pieces", "first_row"]

FIELDS = 8  # of a piece: unit, band, first and last boundary cell, first and last run, first and last column


class Covered(NamedTuple):
    """Boundary cells and runs of all units, ordered by row inside a unit.

    ::

        . ░ █ █ █ ░ .      ░ boundary cell: flat number, fraction      █ run of whole cells: row, c0 ≤ column < c1
    """

    cell: Ints
    fraction: Floats
    run_row: ShortInts
    run_c0: ShortInts
    run_c1: ShortInts


class Frame(NamedTuple):
    """Where values lie that are a part of the grid, flat and row-major.

    ::

        grid, ``cols`` wide  . . . . . . .
                             . ┌───────┐ .  row0        value of (row, col): (row - row0) × width + col - col0
                             . └───────┘ .
                               col0, width
    """

    cols: int
    row0: int
    col0: int
    width: int


@njit(nogil=True, cache=True)
def first_row(cell: Ints, run_row: ShortInts, i: int, last_i: int, j: int, last_j: int, cols: int) -> int:
    """Return the row in which the cells ``i`` to ``last_i`` and the runs ``j`` to ``last_j`` begin.

    ::

        . . ░ █ ░   ← this one: of the first boundary cell or of the first run
        . ░ █ █ ░
    """
    row = np.int64(2**62)
    if i < last_i:
        row = cell[i] // cols
    if j < last_j:
        row = min(row, np.int64(run_row[j]))
    return int(row)


@njit(nogil=True, cache=True)
def cut_pieces(cell_ptr: Ints, run_ptr: Ints, covered: Covered, cols: int, rows_of_band: int, out: Ints) -> int:
    """Cut every unit at the borders of the bands; return how many pieces there are, write as many as fit.

    ::

        band 0  ┌─────┐            out: a row of FIELDS for every piece, by unit, then by band;
        ────────│─ a ─│──┐              a band in which a unit has nothing gives no piece
        band 1  └─────┘ b│
    """
    cell, _, run_row, run_c0, run_c1 = covered
    count = 0
    per_band = cols * rows_of_band
    for unit in range(len(cell_ptr) - 1):
        i, last_i = cell_ptr[unit], cell_ptr[unit + 1]
        j, last_j = run_ptr[unit], run_ptr[unit + 1]
        while i < last_i or j < last_j:
            band = np.int64(2**62)
            if i < last_i:
                band = cell[i] // per_band
            if j < last_j:
                band = min(band, np.int64(run_row[j]) // rows_of_band)
            first_i, first_j, row = i, j, band * rows_of_band
            west, east = np.int64(cols), np.int64(0)
            while i < last_i and cell[i] < (band + 1) * per_band:
                while cell[i] >= (row + 1) * cols:
                    row += 1
                west, east = min(west, cell[i] - row * cols), max(east, cell[i] - row * cols + 1)
                i += 1
            while j < last_j and run_row[j] < (band + 1) * rows_of_band:
                west, east = min(west, np.int64(run_c0[j])), max(east, np.int64(run_c1[j]))
                j += 1
            if count < len(out):
                out[count, 0] = unit
                out[count, 1] = band
                out[count, 2] = first_i
                out[count, 3] = i
                out[count, 4] = first_j
                out[count, 5] = j
                out[count, 6] = west
                out[count, 7] = east
            count += 1
    return count
