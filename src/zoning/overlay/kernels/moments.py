"""Weight, mean, spread, least and greatest value of every piece, over its cells with data; and how pieces are joined.

The spread of a piece is taken around its own mean, in a second pass over cells that are in the cache by then; pieces
are joined with what their means differ by (Chan, Golub and LeVeque 1979). Nothing is ever squared before its mean was
taken off, so that a large level does not drown a small spread. ::

        piece      0 Σ w    1 mean    2 Σ w (x - mean)²    3 least    4 greatest    5 Σ fraction of the cells with data
                   6 what the mean lacks: a sum of large numbers has lost the digits that two means differ by
"""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints
from zoning.overlay.kernels.pieces import Covered, Frame, first_row

__all__ = ["MOMENTS", "collect_values", "join_moments", "piece_moments"]

MOMENTS = 7


@njit(nogil=True, cache=True)
def _values(
    covered: Covered, pieces: Ints, frame: Frame, area: Floats, cell_weight: Floats, values: Floats, out: Floats
) -> int:
    """Write value, weight and fraction of the cells with data of some pieces one after the other; return how many.

    ::

        ░ █ N █ ░   →   out   x  │ 3.0  1.5  2.0  4.1 │        in the order of rows and, in a row, of columns;
                              w  │ .2a  a    a    .7a │        a: area of a cell of the row, × its own weight
                              f  │ .2   1    1    .7  │        N: no value, or no weight of its own: left out
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    by_cell = len(cell_weight) > 0
    count = 0
    for p in range(len(pieces)):
        i, last_i, j, last_j = pieces[p, 2], pieces[p, 3], pieces[p, 4], pieces[p, 5]
        row = first_row(cell, run_row, i, last_i, j, last_j, cols)
        while i < last_i or j < last_j:
            start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
            in_cells, in_runs = i < last_i and cell[i] < end, j < last_j and run_row[j] == row
            while in_cells or in_runs:
                f = 1.0
                if in_cells and (not in_runs or cell[i] - skipped < run_c0[j]):
                    f = fraction[i]
                    first = cell[i] - skipped
                    last = first + 1
                    i += 1
                else:
                    first, last = np.int64(run_c0[j]), np.int64(run_c1[j])
                    j += 1
                for at in range(start + first, start + last):
                    own = cell_weight[at] if by_cell else 1.0
                    if not (np.isnan(values[at]) or np.isnan(own)):
                        out[0, count] = values[at]
                        out[1, count] = f * own * area[row]
                        out[2, count] = f
                        count += 1
                in_cells, in_runs = i < last_i and cell[i] < end, j < last_j and run_row[j] == row
            row += 1
    return count


@njit(nogil=True, cache=True)
def _room(covered: Covered, pieces: Ints, p: int) -> int:
    """Return how many cells a piece has.

    ::

        ░ █ █ █ ░      2 boundary cells and a run of 3
    """
    size = pieces[p, 3] - pieces[p, 2]
    for j in range(pieces[p, 4], pieces[p, 5]):
        size += covered.run_c1[j] - covered.run_c0[j]
    return int(size)


@njit(nogil=True, cache=True)
def collect_values(
    covered: Covered, pieces: Ints, frame: Frame, area: Floats, cell_weight: Floats, values: Floats
) -> tuple[Ints, Floats]:
    """Return how many cells with data each piece has, and their values and weights, piece after piece.

    ::

        counts │ 4 │ 2 │ …        x │ . . . . │ . . │ …
                                  w │ . . . . │ . . │ …
    """
    counts = np.zeros(len(pieces), np.int64)
    room = 0
    for p in range(len(pieces)):
        room += _room(covered, pieces, p)
    out = np.empty((3, room))
    done = 0
    for p in range(len(pieces)):
        counts[p] = _values(covered, pieces[p : p + 1], frame, area, cell_weight, values, out[:, done:])
        done += counts[p]
    return counts, out[:, :done]


@njit(nogil=True, cache=True)
def piece_moments(
    covered: Covered, pieces: Ints, frame: Frame, area: Floats, cell_weight: Floats, values: Floats, out: Floats
) -> None:
    """Write the moments of pieces; out (pieces, MOMENTS).

    ::

        ░ █ N █ ░   →   x, w, f of the piece side by side   →   Σ w, mean   →   Σ w (x - mean)²
    """
    room = 0
    for p in range(len(pieces)):
        room = max(room, _room(covered, pieces, p))
    cells = np.empty((3, room))
    for p in range(len(pieces)):
        count = _values(covered, pieces[p : p + 1], frame, area, cell_weight, values, cells[:, 0:])
        w = s = f = 0.0
        least, greatest = np.inf, -np.inf
        for c in range(count):
            w += cells[1, c]
            s += cells[1, c] * cells[0, c]
            f += cells[2, c]
            least, greatest = min(least, cells[0, c]), max(greatest, cells[0, c])
        mean = s / w if w > 0 else 0.0
        spread = rest = 0.0
        for c in range(count):
            off = cells[0, c] - mean
            rest += cells[1, c] * off
            spread += cells[1, c] * off * off
        lacks = rest / w if w > 0 else 0.0  # what rounding left in the mean shows in the deviations
        out[p, 0], out[p, 1], out[p, 2] = w, mean, spread - rest * lacks
        out[p, 3], out[p, 4], out[p, 5], out[p, 6] = least, greatest, f, lacks


@njit(nogil=True, cache=True)
def join_moments(pieces: Ints, moments: Floats, into: Floats) -> None:
    """Join pieces (pieces, layers, MOMENTS) to their units (units, layers, MOMENTS), one piece after the other.

    ::

        unit  ├──── w, mean, spread ────┤          mean moves by the share of the piece in the weight;
        piece              ├─ w', mean', spread' ─┤    spread grows by the squared distance of the means
    """
    for p in range(len(pieces)):
        for k in range(moments.shape[1]):
            piece, unit = moments[p, k], into[pieces[p, 0], k]
            w = unit[0] + piece[0]
            if piece[0] > 0:
                off = (piece[1] - unit[1]) + (piece[6] - unit[6])
                unit[2] += piece[2] + off * off * (unit[0] / w * piece[0])
                before = piece[1] if unit[0] == 0 else unit[1]
                lacks = piece[6] if unit[0] == 0 else unit[6] + off * (piece[0] / w)
                unit[1] = before + lacks
                unit[6] = lacks - (unit[1] - before)
            unit[0] = w
            unit[3], unit[4] = min(unit[3], piece[3]), max(unit[4], piece[4])
            unit[5] += piece[5]
