"""Weighted sums over covered cells: Σ weight × value, and Σ weight of the cells with data, piece by piece.

A piece is what one unit covers inside one band of rows. Its cells come in two kinds. ::

        ░ █ █ █ █ ░        ░ boundary cell: weight = its fraction       █ run (row, c0, c1): weight = 1
        ░ █ █ █ ░ .        the sum of a row is multiplied by the area that the cells of that row have

One layer is read as it lies, row by row. Of many layers eight are turned, so that the values of one cell lie side by
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

__all__ = ["WIDTH", "add_layer", "add_pieces", "add_tile", "add_weights"]

WIDTH = 8  # layers of a tile: float64 in one register of the widest kind
_ONE = np.uint64(1)  # an index without a sign is not asked whether it counts from the end
_TWO = np.uint64(2)


@njit(nogil=True, cache=True)
def _layer(
    covered: Covered, piece: Ints, values: Floats, frame: Frame, area: Floats, cell_weight: Floats
) -> tuple[float, float]:
    """Return Σ weight × value, NaN if there is one among the values, and Σ weight.

    ::

        … ░ █ █ █ ░ …     the values as they lie
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    i, j = piece[2], piece[4]
    by_cell = len(cell_weight) > 0
    row = first_row(covered, piece, cols)
    top = below = 0.0
    while i < piece[3] or j < piece[5]:
        start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
        s = w = n = 0.0
        while i < piece[3] and cell[i] < end:
            at = np.uint64(cell[i] - skipped + start)
            s += fraction[i] * values[at]
            w += fraction[i] * cell_weight[at] if by_cell else fraction[i]
            i += 1
        while j < piece[5] and run_row[j] == row:
            at, stop = np.uint64(start + run_c0[j]), np.uint64(start + run_c1[j])
            if by_cell:
                for c in range(at, stop):
                    n += cell_weight[c]
            else:
                n += run_c1[j] - run_c0[j]
            a = b = 0.0
            while at + _ONE < stop:
                a += values[at]
                b += values[at + _ONE]
                at += _TWO
            if at < stop:
                a += values[at]
            s += a + b
            j += 1
        top += area[row] * s
        below += area[row] * (w + n)
        row += 1
    return top, below


@njit(nogil=True, cache=True)
def _layer_with_care(
    covered: Covered, piece: Ints, values: Floats, frame: Frame, area: Floats, cell_weight: Floats
) -> tuple[float, float]:
    """Return Σ weight × value and Σ weight over the cells with data.

    ::

        … ░ █ N █ ░ …     N adds neither value nor weight; everything else as in ``_layer``
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    i, j = piece[2], piece[4]
    by_cell = len(cell_weight) > 0
    row = first_row(covered, piece, cols)
    top = below = 0.0
    while i < piece[3] or j < piece[5]:
        start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
        s = w = n = 0.0
        while i < piece[3] and cell[i] < end:
            at = np.uint64(cell[i] - skipped + start)
            weight = fraction[i] * cell_weight[at] if by_cell else fraction[i]
            x = values[at]
            data = not np.isnan(x)
            s += fraction[i] * x if data else 0.0
            w += weight if data else 0.0
            i += 1
        while j < piece[5] and run_row[j] == row:
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
        top += area[row] * s
        below += area[row] * (w + n)
        row += 1
    return top, below


@njit(nogil=True, cache=True)
def _tile(
    covered: Covered,
    piece: Ints,
    tile: Floats,
    frame: Frame,
    area: Floats,
    cell_weight: Floats,
    into: Floats,
) -> float:
    """Return Σ weight; ``into[0]`` holds the eight sums, each NaN if there is one among its values.

    ::

        tile (cells, 8)   cell 0 │ a b c d e f g h │        into   0 │ sums of the piece │   2 │ strand a │
                          cell 1 │ a b c d e f g h │               1 │ sums of the row   │   3 │ strand b │
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    i, j = piece[2], piece[4]
    by_cell = len(cell_weight) > 0
    row = first_row(covered, piece, cols)
    below = 0.0
    into[0] = 0.0
    while i < piece[3] or j < piece[5]:
        start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
        w = n = 0.0
        for k in range(WIDTH):
            into[1, k] = 0.0
        while i < piece[3] and cell[i] < end:
            at = np.uint64(cell[i] - skipped + start)
            f = fraction[i]
            w += f * cell_weight[at] if by_cell else f
            for k in range(WIDTH):
                into[1, k] += f * tile[at, k]
            i += 1
        while j < piece[5] and run_row[j] == row:
            at, stop = np.uint64(start + run_c0[j]), np.uint64(start + run_c1[j])
            if by_cell:
                for c in range(at, stop):
                    n += cell_weight[c]
            else:
                n += run_c1[j] - run_c0[j]
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
        below += area[row] * (w + n)
        row += 1
    return below


@njit(nogil=True, cache=True)
def _tile_with_care(
    covered: Covered,
    piece: Ints,
    tile: Floats,
    frame: Frame,
    area: Floats,
    cell_weight: Floats,
    into: Floats,
) -> None:
    """Leave the eight sums over the cells with data in ``into[0]`` and their weights in ``into[4]``.

    ::

        cell 0 │ a b N d e f g h │      N adds neither value nor weight; everything else as in ``_tile``
        into   0 … 3 as there     4 │ weights of the piece │     5 │ ░ of the row │     6 │ █ of the row │
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    cols, row0, col0, width = frame
    i, j = piece[2], piece[4]
    by_cell = len(cell_weight) > 0
    row = first_row(covered, piece, cols)
    into[0] = 0.0
    into[4] = 0.0
    while i < piece[3] or j < piece[5]:
        start, skipped, end = (row - row0) * width - col0, row * cols, (row + 1) * cols
        for k in range(WIDTH):
            into[1, k] = into[5, k] = into[6, k] = 0.0
        while i < piece[3] and cell[i] < end:
            at = np.uint64(cell[i] - skipped + start)
            f = fraction[i]
            weight = f * cell_weight[at] if by_cell else f
            for k in range(WIDTH):
                x = tile[at, k]
                into[1, k] += f * x if x == x else 0.0  # noqa: PLR0124 - only a NaN is unlike itself
            for k in range(WIDTH):
                x = tile[at, k]
                into[5, k] += weight if x == x else 0.0  # noqa: PLR0124
            i += 1
        while j < piece[5] and run_row[j] == row:
            at, stop = np.uint64(start + run_c0[j]), np.uint64(start + run_c1[j])
            for k in range(WIDTH):
                into[2, k] = into[3, k] = 0.0
            strand = 2
            while at < stop:
                weight = cell_weight[at] if by_cell else 1.0
                for k in range(WIDTH):
                    x = tile[at, k]
                    into[strand, k] += x if x == x else 0.0  # noqa: PLR0124
                for k in range(WIDTH):
                    x = tile[at, k]
                    into[6, k] += weight if x == x else 0.0  # noqa: PLR0124
                strand = 5 - strand
                at += _ONE
            for k in range(WIDTH):
                into[1, k] += into[2, k] + into[3, k]
            j += 1
        for k in range(WIDTH):
            into[0, k] += area[row] * into[1, k]
            into[4, k] += area[row] * (into[5, k] + into[6, k])
        row += 1


@njit(nogil=True, cache=True)
def add_layer(
    covered: Covered,
    pieces: Ints,
    slot: Ints,
    values: Floats,
    frame: Frame,
    area: Floats,
    cell_weight: Floats,
    top: Floats,
    below: Floats,
) -> None:
    """Add pieces of one layer to the sums: Σ weight × value to ``top``, Σ weight of the cells with data to ``below``.

    ::

        values  │ row 7 │ row 8 │ …    flat; ``frame`` says which rows and columns of the grid they are
        slot    where in ``top`` and ``below`` a piece is added: at its unit, or at a place of its own
        area    (rows,) weight of a cell of a row; cell_weight: that of each cell, already in the values, or nothing
    """
    care = False
    for p in range(len(pieces)):
        if care:
            t, w = _layer_with_care(covered, pieces[p], values, frame, area, cell_weight)
        else:
            t, w = _layer(covered, pieces[p], values, frame, area, cell_weight)
            if np.isnan(t):
                t, w = _layer_with_care(covered, pieces[p], values, frame, area, cell_weight)
                care = True
        top[slot[p]] += t
        below[slot[p]] += w


@njit(nogil=True, cache=True)
def add_tile(
    covered: Covered,
    pieces: Ints,
    slot: Ints,
    tile: Floats,
    frame: Frame,
    area: Floats,
    cell_weight: Floats,
    top: Floats,
    below: Floats,
) -> None:
    """Add pieces of up to eight layers to the sums, arguments as in ``add_layer``.

    ::

        tile (cells, 8) → into (8,) → top, below (slots, layers): what stands behind the last layer is left out
    """
    layers = top.shape[1]
    into = np.zeros((7, WIDTH))
    care = False
    for p in range(len(pieces)):
        if not care:
            w = _tile(covered, pieces[p], tile, frame, area, cell_weight, into)
            for k in range(layers):
                care = care or np.isnan(into[0, k])
            into[4] = w
        if care:
            _tile_with_care(covered, pieces[p], tile, frame, area, cell_weight, into)
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


@njit(nogil=True, cache=True)
def add_weights(covered: Covered, pieces: Ints, cols: int, area: Floats, into: Floats) -> None:
    """Add Σ weight of pieces, data or no data, to ``into`` (units,); in the order of ``add_layer``.

    ::

        ░ █ █ █ ░      area of the row × (Σ fraction of ░ + number of █)
    """
    cell, fraction, run_row, run_c0, run_c1 = covered
    for p in range(len(pieces)):
        i, j = pieces[p, 2], pieces[p, 4]
        row = first_row(covered, pieces[p], cols)
        total = 0.0
        while i < pieces[p, 3] or j < pieces[p, 5]:
            w = n = 0.0
            while i < pieces[p, 3] and cell[i] < (row + 1) * cols:
                w += fraction[i]
                i += 1
            while j < pieces[p, 5] and run_row[j] == row:
                n += run_c1[j] - run_c0[j]
                j += 1
            total += area[row] * (w + n)
            row += 1
        into[pieces[p, 0]] += total
