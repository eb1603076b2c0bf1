"""Bands of rows: what a coverage is cut into, so that its values need never lie in memory whole.

Where the bands are cut depends on the grid and on nothing else. What a unit covers in a band is a piece; its sum begins
at 0, and the sums of the pieces are added in the order of the bands. So the bits of a result are the same however many
bands are read at once, and whoever adds them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoning.intake import Window
from zoning.overlay.kernels.pieces import FIELDS, Covered, cut_pieces
from zoning.overlay.values.sources import Source

__all__ = ["Part", "Pieces", "cut", "frozen", "parts_of"]

_BAND_CELLS = 16_384  # with sixteen layers turned, 2 MB: about what the cache of one core holds
_BAND_ROWS = 8  # and no fewer rows than this, or a unit falls into as many pieces as it has rows


@dataclass(frozen=True, eq=False)
class Pieces:
    """What the units cover, cut into bands.

    Attributes
    ----------
    covered : Covered
        Boundary cells and runs, as in the coverage.
    table : int64 (pieces, FIELDS)
        Unit, band, and where its cells and runs are: by band, then by unit.
    band_ptr : int64 (bands + 1,)
        Where the pieces of each band begin.
    west, east : int64 (bands,)
        Columns ``west ≤ c < east`` that the pieces of a band lie in; 0, 0 where there is none.
    rows : int
        Rows of a band; the last may have fewer.
    shape : tuple of int
        (rows, cols) of the grid.
    """

    covered: Covered
    table: NDArray[np.int64]
    band_ptr: NDArray[np.int64]
    west: NDArray[np.int64]
    east: NDArray[np.int64]
    rows: int
    shape: tuple[int, int]

    def __len__(self) -> int:
        """Count the bands."""
        return len(self.west)

    def of(self, begin: int, end: int) -> NDArray[np.int64]:
        """Return the pieces of the bands ``begin ≤ band < end``."""
        return self.table[self.band_ptr[begin] : self.band_ptr[end]]

    def window(self, begin: int, end: int) -> Window:
        """Return the cells that the pieces of some bands lie in."""
        row0, row1 = begin * self.rows, min(end * self.rows, self.shape[0])
        if end == begin + 1:
            return Window(row0, row1, int(self.west[begin]), int(self.east[begin]))
        some = np.flatnonzero(np.diff(self.band_ptr[begin : end + 1])) + begin
        if not len(some):
            return Window(row0, row1, 0, 0)
        return Window(row0, row1, int(self.west[some].min()), int(self.east[some].max()))

    def only(self, begin: int, end: int) -> Pieces:
        """Return the bands ``begin ≤ band < end`` alone, with nothing of the rest but the numbers of rows and units."""
        table = self.of(begin, end).copy()
        cells, table[:, 2:4] = _gathered(table[:, 2:4])
        runs, table[:, 4:6] = _gathered(table[:, 4:6])
        cell, fraction, *run = self.covered
        covered = Covered(
            *(frozen(array[cells]) for array in (cell, fraction)), *(frozen(array[runs]) for array in run)
        )
        band_ptr = np.clip(self.band_ptr - self.band_ptr[begin], 0, len(table))
        return Pieces(covered, frozen(table), band_ptr, self.west, self.east, self.rows, self.shape)

    def of_units(self, chosen: NDArray[np.bool_]) -> Pieces:
        """Return the pieces of some units."""
        return _indexed(self.covered, self.table[chosen[self.table[:, 0]]], self.rows, self.shape)

    def sizes(self, units: int) -> NDArray[np.int64]:
        """Return how many cells each unit covers, whole or in part."""
        lengths = np.append(0, np.cumsum(self.covered.run_c1 - self.covered.run_c0, dtype=np.int64))
        _, _, i, last_i, j, last_j, _, _ = self.table.T
        sizes = np.zeros(units, dtype=np.int64)
        np.add.at(sizes, self.table[:, 0], last_i - i + lengths[last_j] - lengths[j])
        return sizes


@dataclass(frozen=True)
class Part:
    """Layers and bands that are read together, and the cells they lie in."""

    layers: tuple[int, int]
    bands: tuple[int, int]
    window: Window


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view: kernels meet one type of argument, whether or not an array came from a read-only map."""
    view = array.view()
    view.flags.writeable = False
    return view


def cut(cell_ptr: NDArray[np.int64], run_ptr: NDArray[np.int64], covered: Covered, shape: tuple[int, int]) -> Pieces:
    """Cut what units cover into the bands of their grid."""
    cols = shape[1]
    rows_of_band = max(_BAND_ROWS, _BAND_CELLS // cols)
    covered = Covered(*(frozen(array) for array in covered[:]))
    pointers = frozen(cell_ptr), frozen(run_ptr)
    table = np.empty((2 * len(cell_ptr) + len(covered.cell) // rows_of_band, FIELDS), np.int64)
    count = cut_pieces(*pointers, covered, cols, rows_of_band, table)
    if count > len(table):  # more bands a unit than was thought
        table = np.empty((count, FIELDS), np.int64)
        cut_pieces(*pointers, covered, cols, rows_of_band, table)
    table = table[:count]
    few = -(-shape[0] // rows_of_band) <= np.iinfo(np.uint16).max  # numbers this short are sorted by counting
    order = np.argsort(table[:, 1].astype(np.uint16 if few else np.int64), kind="stable")
    return _indexed(covered, table[order], rows_of_band, shape)


def parts_of(
    pieces: Pieces, source: Source, memory: float, at_least: int = 1, layers: tuple[int, int] | None = None
) -> Iterator[Part]:
    """Yield the parts to be read one after the other, by layers, then by bands; bands that nobody covers are left out.

    A part holds whole blocks of the source where ``memory`` (bytes, for its values as float64) allows, and never less
    than one band of one layer; ``at_least`` so many parts are made if there are as many bands. ``layers`` are all of
    them if not given.
    """
    lead, block = source.chunk
    from_layer, to_layer = layers or (0, source.shape[0])
    if source.in_memory and at_least == 1:
        yield Part((from_layer, to_layer), (0, len(pieces)), source.window)
        return
    row_bytes = 8.0 * max(1, int((pieces.east - pieces.west).max(initial=0)))
    block_bytes = row_bytes * max(block, pieces.rows)
    depth = int(min(to_layer - from_layer, max(1, memory // block_bytes)))
    depth = depth // lead * lead or depth
    bands = int(max(1, min(memory // (depth * row_bytes * pieces.rows), -(-len(pieces) // at_least))))
    for begin in range(from_layer, to_layer, depth):
        for first, end in _runs(pieces, bands, block):
            yield Part((begin, min(begin + depth, to_layer)), (first, end), pieces.window(first, end))


def _indexed(covered: Covered, table: NDArray[np.int64], rows_of_band: int, shape: tuple[int, int]) -> Pieces:
    bands = -(-shape[0] // rows_of_band)
    band_ptr = np.searchsorted(table[:, 1], np.arange(bands + 1)).astype(np.int64)
    some = np.flatnonzero(np.diff(band_ptr))
    west, east = np.zeros((2, bands), np.int64)
    if len(some):
        west[some] = np.minimum.reduceat(table[:, 6], band_ptr[some])
        east[some] = np.maximum.reduceat(table[:, 7], band_ptr[some])
    return Pieces(covered, frozen(table), band_ptr, west, east, rows_of_band, shape)


def _runs(pieces: Pieces, bands: int, block: int) -> Iterator[tuple[int, int]]:
    """Yield runs of at most so many bands that end where a block of rows ends, if there is such a place."""
    first, count = 0, len(pieces)
    while first < count:
        end = min(first + bands, count)
        full = end * pieces.rows // block * block // pieces.rows
        if end < count and full > first:
            end = full
        some = np.flatnonzero(np.diff(pieces.band_ptr[first : end + 1]))
        if len(some):
            yield first + int(some[0]), first + int(some[-1]) + 1
        first = end


def _gathered(spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places that spans name, one span after the other, and where each span lies among them."""
    lengths = spans[:, 1] - spans[:, 0]
    ends = np.cumsum(lengths)
    places = np.repeat(spans[:, 0] - (ends - lengths), lengths) + np.arange(lengths.sum())
    return places, np.column_stack([ends - lengths, ends])
