"""Weighted sums of many layers over covered cells, in one pass over the coverage.

A unit's cells come in two kinds. ::

        ░ █ █ █ █ ░        ░ boundary cell: weight = its fraction (× area of the cell)
        ░ █ █ █ ░ .        █ run (row, c0, c1): weight = 1 (× area of the cell)

The layers are taken band by band of rows, turned so that the values of one cell lie side by side: one step of the loop
adds them all at once, and the values of a cell are fetched together.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints, ShortInts

__all__ = ["Covered", "add_band", "covered_weight"]


class Covered(NamedTuple):
    """What each unit covers, with the weights of the sum to be made.

    ::

        unit │ ptr │ cell, weight of each ░  │ run_ptr │ row, c0, c1 of each █ │      ordered by row inside a unit

    ``area`` is the weight of a whole cell, shape (1, 1), (rows, 1) or (rows, cols); ``cell_weight`` is fraction × area.
    """

    cell_ptr: Ints
    cell: Ints
    cell_weight: Floats
    run_ptr: Ints
    run_row: ShortInts
    run_c0: ShortInts
    run_c1: ShortInts
    area: Floats


@njit(nogil=True, cache=True)
def covered_weight(covered: Covered) -> Floats:
    """Return per unit Σ weight, data or no data.

    ::

        . ░ █ █ █ ░ .      ░ Σ cell_weight   +   █ Σ area: a product where it is the same along the row
    """
    cell_ptr, _, cell_weight, run_ptr, run_row, run_c0, run_c1, area = covered
    by_row = 0 if area.shape[0] == 1 else 1
    by_col = area.shape[1] > 1
    sums = np.zeros(len(cell_ptr) - 1)
    for unit in range(len(sums)):
        total = 0.0
        for i in range(cell_ptr[unit], cell_ptr[unit + 1]):
            total += cell_weight[i]
        for i in range(run_ptr[unit], run_ptr[unit + 1]):
            row = run_row[i] * by_row
            if by_col:
                for col in range(run_c0[i], run_c1[i]):
                    total += area[row, col]
            else:
                total += area[row, 0] * (run_c1[i] - run_c0[i])
        sums[unit] = total
    return sums


@njit(nogil=True, cache=True)
def add_band(
    covered: Covered, tile: Floats, row0: int, row1: int, next_entry: Ints, top: Floats, below: Floats
) -> None:
    """Add what lies in rows ``row0 ≤ r < row1``: Σ weight × value and Σ weight over the cells with data.

    ::

        tile (cells of the band, layers)         next_entry (2, units): where the cells and runs of each unit, which are
          cell 0 │ a b c d │                     ordered by row, continue; moved on to the first one below this band
          cell 1 │ a b c d │
          …      │ a b c d │  w × (a b c d)  →   top, below (units, layers); the value of a unit is top (total) or
                                                 top / below (mean); a NaN enters neither
    """
    cell_ptr, cell, cell_weight, run_ptr, run_row, run_c0, run_c1, area = covered
    cells, layers = tile.shape
    cols = cells // (row1 - row0)
    first = row0 * cols
    by_row = 0 if area.shape[0] == 1 else 1
    by_col = 0 if area.shape[1] == 1 else 1
    for unit in range(len(cell_ptr) - 1):
        i = next_entry[0, unit]
        while i < cell_ptr[unit + 1] and cell[i] < row1 * cols:
            w = cell_weight[i]
            at = cell[i] - first
            for k in range(layers):
                x = tile[at, k]
                data = not np.isnan(x)
                top[unit, k] += w * x if data else 0.0
                below[unit, k] += w if data else 0.0
            i += 1
        next_entry[0, unit] = i
        i = next_entry[1, unit]
        while i < run_ptr[unit + 1] and run_row[i] < row1:
            row = run_row[i] * by_row
            at = (run_row[i] - row0) * cols
            for col in range(run_c0[i], run_c1[i]):
                w = area[row, col * by_col]
                for k in range(layers):
                    x = tile[at + col, k]
                    data = not np.isnan(x)
                    top[unit, k] += w * x if data else 0.0
                    below[unit, k] += w if data else 0.0
            i += 1
        next_entry[1, unit] = i
