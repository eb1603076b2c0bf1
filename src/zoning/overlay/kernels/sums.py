"""Weighted sums over covered cells: Σ weight × value, and Σ weight of the cells with data, piece by piece.

A piece is what one unit covers inside one band of rows. Its cells come in two kinds. ::

        ░ █ █ █ █ ░        ░ boundary cell: weight = its fraction       █ run (row, c0, c1): weight = 1
        ░ █ █ █ ░ .        the sum of a row is multiplied by the area that the cells of that row have

One layer is read as it lies, row by row. Of many layers sixteen are turned, so that the values of one cell lie side by
side and one step of the loop adds them all. Both add in the same order, so that a layer has the same bits alone and
among others: a piece starts at 0 and goes row by row; in a row cells come before runs; a run is added in two strands ::

        █ █ █ █ █ █ █      a: 1st + 3rd + 5th + 7th        b: 2nd + 4th + 6th        run: a + b

A sum is first taken without asking for NaN, because a NaN shows in the sum; only what came out NaN is taken again, with
care. Where there is no NaN both ways give the same bits, so it does not matter which of them was gone.
"""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints
from zoning.overlay.kernels.pieces import Covered, Frame, first_row

__all__ = [
    "WIDTH",
    "add_layer",
    "add_layer_with_care",
    "add_pieces",
    "add_tile",
    "add_tile_with_care",
    "piece_weights",
    "turn",
]

WIDTH = 16  # layers of a tile: float64 in two registers of the widest kind
_ONE = np.uint64(1)  # an index without a sign is not asked whether it counts from the end
_TWO = np.uint64(2)


@njit(nogil=True, cache=True)
def turn(values: Floats, out: Floats) -> None:
    """Write the values of some layers side by side, as float64; out (rows, cols, at least as many).

    ::

        layer 0  a0 a1 a2 …            a0 b0 c0 … │ a1 b1 c1 … │ …
        layer 1  b0 b1 b2 …     →      cell 0       cell 1
        layer 2  c0 c1 c2 …            a loop of known length is turned in registers: twice as fast as a strided copy
    """
    layers, rows, cols = values.shape
    if layers == WIDTH:
        for row in range(rows):
            for col in range(cols):
                for k in range(WIDTH):
                    out[row, col, k] = values[k, row, col]
        return
    for row in range(rows):
        for col in range(cols):
            for k in range(layers):
                out[row, col, k] = values[k, row, col]


@njit(nogil=True, cache=True)
def piece_weights(covered: Covered, pieces: Ints, frame: Frame, area: Floats, cell_weight: Floats) -> Floats:
    """Return Σ weight of every piece, data or no data.

    ::

        ░ █ █ █ ░      area of the row × (Σ weight of ░ + Σ weight of █)
    """
    weights = np.zeros(len(pieces))
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    by_cell = len(cell_weight) > 0
    for p in range(len(pieces)):
        i, last_i, j, last_j = pieces[p, 2], pieces[p, 3], pieces[p, 4], pieces[p, 5]
        row = first_row(cell, run_row, i, last_i, j, last_j, cols)
        below = 0.0
        while i < last_i or j < last_j:
            start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
            w = n = 0.0
            while i < last_i and cell[i] < end:
                w += fraction[i] * cell_weight[cell[i] - skipped + start] if by_cell else fraction[i]
                i += 1
            while j < last_j and run_row[j] == row:
                if by_cell:
                    for at in range(start + run_c0[j], start + run_c1[j]):
                        n += cell_weight[at]
                else:
                    n += run_c1[j] - run_c0[j]
                j += 1
            below += area[row] * (w + n)
            row += 1
        weights[p] = below
    return weights


@njit(nogil=True, cache=True)
def add_layer(
    covered: Covered,
    pieces: Ints,
    slot: Ints,
    values: Floats,
    frame: Frame,
    area: Floats,
    weights: Floats,
    top: Floats,
    below: Floats,
) -> int:
    """Add Σ weight × value of pieces to ``top`` and their ``weights`` to ``below``; return the first piece with a NaN.

    That piece and those after it are left to ``add_layer_with_care``; the number of pieces means that there is none.

    ::

        values  … ░ █ █ █ ░ …    one row after the other; ``frame`` says which part of the grid they are
        slot    where in ``top`` and ``below`` each piece is added: at its unit, or at a place of its own
        area    (rows,) weight of a whole cell of a row; its own weight, if it has one, is already in its value
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    for p in range(len(pieces)):
        i, last_i, j, last_j = pieces[p, 2], pieces[p, 3], pieces[p, 4], pieces[p, 5]
        row = first_row(cell, run_row, i, last_i, j, last_j, cols)
        t = 0.0
        while i < last_i or j < last_j:
            start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
            s = 0.0
            while i < last_i and cell[i] < end:
                at = np.uint64(cell[i] - skipped + start)
                s += fraction[i] * values[at]
                i += 1
            while j < last_j and run_row[j] == row:
                at, stop = np.uint64(start + run_c0[j]), np.uint64(start + run_c1[j])
                a = b = 0.0
                while at + _ONE < stop:
                    a += values[at]
                    b += values[at + _ONE]
                    at += _TWO
                if at < stop:
                    a += values[at]
                s += a + b
                j += 1
            t += area[row] * s
            row += 1
        if np.isnan(t):
            return p
        top[slot[p]] += t
        below[slot[p]] += weights[p]
    return len(pieces)


@njit(nogil=True, cache=True)
def add_layer_with_care(
    covered: Covered,
    pieces: Ints,
    slot: Ints,
    values: Floats,
    frame: Frame,
    area: Floats,
    cell_weight: Floats,
    first: int,
    top: Floats,
    below: Floats,
) -> None:
    """Add the pieces from ``first`` on: Σ weight × value to ``top``, Σ weight to ``below``, of the cells with data.

    ::

        values  … ░ █ N █ ░ …    N adds neither value nor weight; everything else as in ``add_layer``
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    by_cell = len(cell_weight) > 0
    for p in range(first, len(pieces)):
        i, last_i, j, last_j = pieces[p, 2], pieces[p, 3], pieces[p, 4], pieces[p, 5]
        row = first_row(cell, run_row, i, last_i, j, last_j, cols)
        t = u = 0.0
        while i < last_i or j < last_j:
            start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
            s = w = n = 0.0
            while i < last_i and cell[i] < end:
                at = np.uint64(cell[i] - skipped + start)
                weight = fraction[i] * cell_weight[at] if by_cell else fraction[i]
                x = values[at]
                data = not np.isnan(x)
                s += fraction[i] * x if data else 0.0
                w += weight if data else 0.0
                i += 1
            while j < last_j and run_row[j] == row:
                at, stop = np.uint64(start + run_c0[j]), np.uint64(start + run_c1[j])
                a = b = 0.0
                while at < stop:
                    x = values[at]
                    data = not np.isnan(x)
                    a += x if data else 0.0
                    n += (cell_weight[at] if by_cell else 1.0) if data else 0.0
                    at += _ONE
                    if at < stop:
                        x = values[at]
                        data = not np.isnan(x)
                        b += x if data else 0.0
                        n += (cell_weight[at] if by_cell else 1.0) if data else 0.0
                        at += _ONE
                s += a + b
                j += 1
            t += area[row] * s
            u += area[row] * (w + n)
            row += 1
        top[slot[p]] += t
        below[slot[p]] += u


@njit(nogil=True, cache=True)
def add_tile(
    covered: Covered,
    pieces: Ints,
    slot: Ints,
    tile: Floats,
    frame: Frame,
    area: Floats,
    weights: Floats,
    top: Floats,
    below: Floats,
) -> int:
    """Add pieces of up to sixteen layers, as ``add_layer`` does; return the first piece with a NaN in any of them.

    ::

        tile (cells, 16)  cell 0 │ a b c d … p │        into   0 │ sums of the piece │   2 │ strand a │
                          cell 1 │ a b c d … p │               1 │ sums of the row   │   3 │ strand b │
        top, below (slots, layers): what stands behind the last layer is left out
    """
    into = np.zeros((4, WIDTH))
    layers = top.shape[1]
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    for p in range(len(pieces)):
        i, last_i, j, last_j = pieces[p, 2], pieces[p, 3], pieces[p, 4], pieces[p, 5]
        row = first_row(cell, run_row, i, last_i, j, last_j, cols)
        for k in range(WIDTH):
            into[0, k] = 0.0
        while i < last_i or j < last_j:
            start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
            for k in range(WIDTH):
                into[1, k] = 0.0
            while i < last_i and cell[i] < end:
                at = np.uint64(cell[i] - skipped + start)
                f = fraction[i]
                for k in range(WIDTH):
                    into[1, k] += f * tile[at, k]
                i += 1
            while j < last_j and run_row[j] == row:
                at, stop = np.uint64(start + run_c0[j]), np.uint64(start + run_c1[j])
                for k in range(WIDTH):
                    into[2, k] = into[3, k] = 0.0
                while at + _ONE < stop:
                    for k in range(WIDTH):
                        into[2, k] += tile[at, k]
                    for k in range(WIDTH):
                        into[3, k] += tile[at + _ONE, k]
                    at += _TWO
                if at < stop:
                    for k in range(WIDTH):
                        into[2, k] += tile[at, k]
                for k in range(WIDTH):
                    into[1, k] += into[2, k] + into[3, k]
                j += 1
            for k in range(WIDTH):
                into[0, k] += area[row] * into[1, k]
            row += 1
        for k in range(layers):
            if np.isnan(into[0, k]):
                return p
        for k in range(layers):
            top[slot[p], k] += into[0, k]
            below[slot[p], k] += weights[p]
    return len(pieces)


@njit(nogil=True, cache=True)
def add_tile_with_care(
    covered: Covered,
    pieces: Ints,
    slot: Ints,
    tile: Floats,
    frame: Frame,
    area: Floats,
    cell_weight: Floats,
    first: int,
    top: Floats,
    below: Floats,
) -> None:
    """Add the pieces from ``first`` on of up to sixteen layers, as ``add_layer_with_care`` does.

    ::

        cell 0 │ a b N d … p │      N adds neither value nor weight; everything else as in ``add_tile``
        into   0 … 3 as there     4 │ weights of the piece │     5 │ ░ of the row │     6 │ █ of the row │
    """
    into = np.zeros((7, WIDTH))
    layers = top.shape[1]
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    by_cell = len(cell_weight) > 0
    for p in range(first, len(pieces)):
        i, last_i, j, last_j = pieces[p, 2], pieces[p, 3], pieces[p, 4], pieces[p, 5]
        row = first_row(cell, run_row, i, last_i, j, last_j, cols)
        for k in range(WIDTH):
            into[0, k] = 0.0
        for k in range(WIDTH):
            into[4, k] = 0.0
        while i < last_i or j < last_j:
            start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
            for k in range(WIDTH):
                into[1, k] = into[5, k] = into[6, k] = 0.0
            while i < last_i and cell[i] < end:
                at = np.uint64(cell[i] - skipped + start)
                f = fraction[i]
                weight = f * cell_weight[at] if by_cell else f
                for k in range(WIDTH):
                    x = tile[at, k]
                    into[1, k] += f * x if x == x else 0.0  # noqa: PLR0124 - only a NaN is unlike itself
                    into[5, k] += weight if x == x else 0.0  # noqa: PLR0124
                i += 1
            while j < last_j and run_row[j] == row:
                at, stop = np.uint64(start + run_c0[j]), np.uint64(start + run_c1[j])
                for k in range(WIDTH):
                    into[2, k] = into[3, k] = 0.0
                while at + _ONE < stop:
                    u = cell_weight[at] if by_cell else 1.0
                    v = cell_weight[at + _ONE] if by_cell else 1.0
                    for k in range(WIDTH):
                        x, y = tile[at, k], tile[at + _ONE, k]
                        into[2, k] += x if x == x else 0.0  # noqa: PLR0124
                        into[3, k] += y if y == y else 0.0  # noqa: PLR0124
                        n = into[6, k] + (u if x == x else 0.0)  # noqa: PLR0124
                        into[6, k] = n + (v if y == y else 0.0)  # noqa: PLR0124
                    at += _TWO
                if at < stop:
                    u = cell_weight[at] if by_cell else 1.0
                    for k in range(WIDTH):
                        x = tile[at, k]
                        into[2, k] += x if x == x else 0.0  # noqa: PLR0124
                        into[6, k] += u if x == x else 0.0  # noqa: PLR0124
                for k in range(WIDTH):
                    into[1, k] += into[2, k] + into[3, k]
                j += 1
            for k in range(WIDTH):
                into[0, k] += area[row] * into[1, k]
                into[4, k] += area[row] * (into[5, k] + into[6, k])
            row += 1
        for k in range(layers):
            top[slot[p], k] += into[0, k]
            below[slot[p], k] += into[4, k]


@njit(nogil=True, cache=True)
def add_pieces(pieces: Ints, sums: Floats, into: Floats) -> None:
    """Add the sums of pieces, of which each has its own place, to those of their units, one piece after the other.

    ::

        sums (pieces, layers)   unit 3, band 0 │ a b │        into (units, layers)
                                unit 3, band 1 │ c d │          unit 3 │ a + c   b + d │
    """
    for p in range(len(pieces)):
        for k in range(sums.shape[1]):
            into[pieces[p, 0], k] += sums[p, k]
