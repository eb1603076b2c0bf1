"""Areas of the cells of a regular grid, from polynomials along its rows and its columns."""

import numpy as np
from numba import njit

from zoning.crs.kernels.arrays import Floats, Ints

__all__ = ["cells_of"]


@njit(nogil=True, cache=True)
def cells_of(down: Floats, along: Floats, node: Ints) -> Floats:
    """Return Σ_l down[l, row] × along[node of the row, l, col].

    ::

              along   a0 a1 a2 …      one set of polynomials for each row of nodes
        down   v0  │  v0·a0 + v1·a1 + v2·a2 …     the same order of additions for any part of the grid
               v1  │
    """
    powers, rows = down.shape
    cols = along.shape[2]
    out = np.empty((rows, cols))
    for row in range(rows):
        at = node[row]
        for col in range(cols):
            total = 0.0
            for power in range(powers):
                total += down[power, row] * along[at, power, col]
            out[row, col] = total
    return out
