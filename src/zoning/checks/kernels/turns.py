"""How much of the mass of a raster lies inside, as it is and after each turn, in one pass over its cells."""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Flags, Floats

__all__ = ["turned_masses"]


@njit(nogil=True, cache=True)
def turned_masses(values: Floats, here: Flags, across: Flags) -> tuple[float, float, float, float, float, float]:
    """Return cells with mass, their mass, and the mass inside: now, rows turned, columns turned, both.

    ::

        values  ▒▒··     here ■■□□     across □□□■     what lies inside after a turn is what lies now in the cells
                ▒···          ■□□□            □□■■     that are inside when those are turned; a row is added up first

    Parameters
    ----------
    values : float64 (rows, cols)
        Mass; what is not above 0, NaN and infinity are none.
    here, across : bool (rows, cols)
        Cells that are inside: of these rows, and of the rows that are as far from the other end of the raster.
    """
    last = values.shape[1] - 1
    cells, whole, now, rows, columns, both = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for r in range(values.shape[0]):
        of_row, in_now, in_rows, in_columns, in_both = 0.0, 0.0, 0.0, 0.0, 0.0
        for c in range(last + 1):
            mass = values[r, c]
            if not (mass > 0.0 and mass < np.inf):
                continue
            cells += 1.0
            of_row += mass
            in_now += mass if here[r, c] else 0.0
            in_rows += mass if across[r, c] else 0.0
            in_columns += mass if here[r, last - c] else 0.0
            in_both += mass if across[r, last - c] else 0.0
        whole += of_row
        now += in_now
        rows += in_rows
        columns += in_columns
        both += in_both
    return cells, whole, now, rows, columns, both
