"""Which cells the units of a coverage lie in, and which unit has most of each, band by band of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.overlay import Coverage

__all__ = ["CoveredRows"]


@dataclass(frozen=True, eq=False)
class CoveredRows:
    """What units cover, ordered so that any rows are found at once.

    A grid of 20,000 × 20,000 cells is never expanded: runs of whole cells are, for the rows that are asked for.

    Attributes
    ----------
    shape : tuple of int
        (rows, cols) of the grid.
    cell, cell_unit : int64 (n,)
        Cells that are covered in part, ascending, and the unit that has the largest share of each (of equal ones the
        last).
    run_row, run_c0, run_c1, run_unit : int (m,)
        Runs of whole cells by row, then by unit.
    """

    shape: tuple[int, int]
    cell: NDArray[np.int64]
    cell_unit: NDArray[np.int64]
    run_row: NDArray[np.int32]
    run_c0: NDArray[np.int32]
    run_c1: NDArray[np.int32]
    run_unit: NDArray[np.int64]

    @classmethod
    def of(cls, cover: Coverage) -> CoveredRows:
        """Order a coverage by rows."""
        units = np.arange(len(cover))
        unit = np.repeat(units, np.diff(cover.cell_ptr))
        order = np.lexsort((unit, cover.fraction, cover.cell))
        cell = cover.cell[order]
        last = np.append(cell[1:] != cell[:-1], True) if len(cell) else np.zeros(0, dtype=bool)
        runs = np.argsort(cover.run_row, kind="stable")
        run_unit = np.repeat(units, np.diff(cover.run_ptr))[runs]
        by_row = (cover.run_row[runs], cover.run_c0[runs], cover.run_c1[runs], run_unit)
        return cls(cover.grid.shape, cell[last], unit[order][last], *by_row)

    def inside(self, begin: int, end: int) -> NDArray[np.bool_]:
        """Tell which cells of rows ``begin ≤ r < end`` meet a unit; (rows, cols)."""
        return self.unit(begin, end) >= 0

    def unit(self, begin: int, end: int) -> NDArray[np.int64]:
        """Return the unit that has most of each cell of some rows, −1 where there is none; (rows, cols)."""
        cols = self.shape[1]
        found = np.full((end - begin) * cols, -1, dtype=np.int64)
        some = slice(*np.searchsorted(self.cell, [begin * cols, end * cols]))
        found[self.cell[some] - begin * cols] = self.cell_unit[some]
        runs = slice(*np.searchsorted(self.run_row, [begin, end]))
        lengths = (self.run_c1[runs] - self.run_c0[runs]).astype(np.int64)
        first = (self.run_row[runs].astype(np.int64) - begin) * cols + self.run_c0[runs]
        ends = np.cumsum(lengths)
        whole = np.repeat(first - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)
        found[whole] = np.repeat(self.run_unit[runs], lengths)
        return found.reshape(end - begin, cols)
