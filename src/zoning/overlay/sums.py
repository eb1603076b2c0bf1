"""Σ weight × value and Σ weight of the cells with data, of any number of layers, band by band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoning.intake import Window
from zoning.overlay.bands import Pieces, frozen, parts_of
from zoning.overlay.kernels.pieces import Frame
from zoning.overlay.kernels.sums import (
    WIDTH,
    add_layer,
    add_layer_with_care,
    add_pieces,
    add_tile,
    add_tile_with_care,
    piece_weights,
)
from zoning.overlay.rings import in_threads, workers
from zoning.overlay.sources import ArraySource, Source

__all__ = ["Weight", "covered_weight", "weighted_sums"]

_Floats = NDArray[np.float64]
_Sums = tuple[_Floats, _Floats]

_ALONE = 3  # so few layers are added one by one: a tile of eight costs as much as four of them
_MANY_VALUES = 2_000_000  # below this, threads cost more than they give
_AS_THEY_LIE = (np.dtype(np.float32), np.dtype(np.float64))
_NO_WEIGHTS = frozen(np.zeros(0))


@dataclass(frozen=True, eq=False)
class Weight:
    """What a whole cell weighs.

    Attributes
    ----------
    area : float64 (rows,)
        The same for all cells of a row.
    cells : Source or None
        One layer that it is multiplied by, cell by cell; NaN is no data.
    """

    area: _Floats
    cells: Source | None = None

    @classmethod
    def of(cls, area: _Floats, rows: int) -> Weight:
        """Return the weight for areas of shape (1, 1), (rows, 1) or (rows, cols)."""
        if area.shape[1] == 1:
            return cls(frozen(np.ascontiguousarray(np.broadcast_to(area[:, 0], rows), dtype=np.float64)))
        return cls(frozen(np.ones(rows)), ArraySource(area[None]))


@dataclass(frozen=True, eq=False)
class _Loaded:
    """A part of the values in memory: (layers, rows, cols) of a window, with the weights of its cells or None."""

    values: NDArray[Any]
    cells: NDArray[Any] | None
    window: Window
    first_layer: int

    def flat(self, layer: int) -> NDArray[Any] | None:
        """Return the values of a layer one after the other, if a kernel can read them where they lie."""
        values = self.values[layer - self.first_layer]
        fit = values.dtype in _AS_THEY_LIE and values.flags.c_contiguous and not np.ma.isMA(values)
        return frozen(values.reshape(-1)) if fit and self.cells is None else None

    def turn(self, block: tuple[int, int], window: Window, out: _Floats) -> None:
        """Write values × weights of some cells as float64, NaN where there is no data; out (rows, cols, layers)."""
        rows, cols = self._place(window)
        values = self.values[block[0] - self.first_layer : block[1] - self.first_layer, rows, cols]
        np.copyto(out, np.moveaxis(np.ma.getdata(values), 0, -1), casting="unsafe")
        if np.ma.isMA(values):
            out[np.moveaxis(np.ma.getmaskarray(values), 0, -1)] = np.nan
        if self.cells is not None:
            out *= self.weights(window).reshape(*out.shape[:2], 1)

    def weights(self, window: Window) -> _Floats:
        """Return the weights of some cells, flat; nothing if all cells of a row weigh the same."""
        if self.cells is None:
            return _NO_WEIGHTS
        part = self.cells[self._place(window)].astype(np.float64)
        return np.asarray(np.ma.filled(part, np.nan)).reshape(-1)

    def _place(self, window: Window) -> tuple[slice, slice]:
        row, col = self.window.row0, self.window.col0
        return slice(window.row0 - row, window.row1 - row), slice(window.col0 - col, window.col1 - col)


@dataclass(frozen=True, eq=False)
class _Span:
    """Pieces of one band or of many, their places in the sums, their weights, and the cells that they lie in."""

    table: NDArray[np.int64]
    slots: NDArray[np.int64]
    weights: _Floats
    frame: Frame
    window: Window

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the cells."""
        return self.window.row1 - self.window.row0, self.frame.width


@dataclass(frozen=True, eq=False)
class _Job:
    """Some bands of a part: what is to be added, and where the sum of each piece belongs."""

    pieces: Pieces
    loaded: _Loaded
    area: _Floats
    bands: tuple[int, int]
    by_piece: bool = False

    @cached_property
    def row_weights(self) -> _Floats:
        """Σ weight of the pieces, where all cells of a row weigh the same: found once for all layers."""
        table = self.pieces.of(*self.bands)
        frame = Frame(self.pieces.shape[1], 0, 0, 0)
        return piece_weights(self.pieces.covered, table, frame, self.area, _NO_WEIGHTS)

    def slots(self) -> NDArray[np.int64]:
        """Return the place of each piece in the sums: its unit, or a place of its own."""
        table = self.pieces.of(*self.bands)
        return frozen(np.arange(len(table)) if self.by_piece else np.ascontiguousarray(table[:, 0]))

    def add(self, block: tuple[int, int], sums: _Sums) -> None:
        """Add a block of layers; sums (slots, layers) each, contiguous."""
        with np.errstate(invalid="ignore", over="ignore"):
            if block[1] - block[0] > 1:
                self._add_turned(block, sums)
            else:
                self._add_alone(block[0], (sums[0].reshape(-1), sums[1].reshape(-1)))

    def _add_alone(self, layer: int, sums: _Sums) -> None:
        flat = self.loaded.flat(layer)
        if flat is not None:
            window = self.loaded.window
            own = _Span(self.pieces.of(*self.bands), self.slots(), self.row_weights, self._frame(window), window)
            self._add_flat(own, flat, sums)
            return
        for span, buffer in self._bands(1):
            self.loaded.turn((layer, layer + 1), span.window, buffer)
            self._add_flat(span, frozen(buffer.reshape(-1)), sums)

    def _add_flat(self, span: _Span, flat: NDArray[Any], sums: _Sums) -> None:
        cells, weights = self._weights(span)
        given = (self.pieces.covered, span.table, span.slots, flat, span.frame, self.area)
        done = add_layer(*given, weights, *sums)
        if done < len(span.table):
            add_layer_with_care(*given, cells, done, *sums)

    def _add_turned(self, block: tuple[int, int], sums: _Sums) -> None:
        for span, tile in self._bands(WIDTH):
            tile[..., block[1] - block[0] :] = 0.0
            self.loaded.turn(block, span.window, tile[..., : block[1] - block[0]])
            cells, weights = self._weights(span)
            flat = frozen(tile.reshape(-1, WIDTH))
            given = (self.pieces.covered, span.table, span.slots, flat, span.frame, self.area)
            done = add_tile(*given, weights, *sums)
            if done < len(span.table):
                add_tile_with_care(*given, cells, done, *sums)

    def _weights(self, span: _Span) -> tuple[_Floats, _Floats]:
        """Return the weights of the cells, and those of the pieces."""
        cells = frozen(self.loaded.weights(span.window))
        if not len(cells):
            return cells, span.weights
        return cells, piece_weights(self.pieces.covered, span.table, span.frame, self.area, cells)

    def _bands(self, depth: int) -> Iterator[tuple[_Span, _Floats]]:
        """Yield the bands one by one, each with a buffer (rows, cols, depth): memory is had once, for all of them."""
        buffer = np.empty(0)
        slots = self.slots()
        begin = self.pieces.band_ptr[self.bands[0]]
        for band in range(*self.bands):
            table = self.pieces.of(band, band + 1)
            if not len(table):
                continue
            window = self.pieces.window(band, band + 1)
            own = slice(self.pieces.band_ptr[band] - begin, self.pieces.band_ptr[band + 1] - begin)
            span = _Span(table, slots[own], self.row_weights[own], self._frame(window), window)
            size = span.shape[0] * span.shape[1] * depth
            if size > len(buffer):
                buffer = np.empty(size)
            yield span, buffer[:size].reshape(*span.shape, depth)

    def _frame(self, window: Window) -> Frame:
        return Frame(self.pieces.shape[1], window.row0, window.col0, window.col1 - window.col0)


def weighted_sums(pieces: Pieces, units: int, source: Source, weight: Weight, memory: float) -> _Sums:
    """Return Σ weight × value and Σ weight over the cells with data, each (units, layers).

    Parameters
    ----------
    pieces : Pieces
        What the units cover.
    units : int
        How many there are.
    source : Source
        Values; read in parts of at most ``memory`` bytes if they are not in memory.
    weight : Weight
        What a cell weighs besides the covered fraction of it.
    """
    top, below = np.zeros((2, units, source.shape[0]))
    for part in parts_of(pieces, source, memory):
        values = source.read(part.layers, part.window)
        cells = None if weight.cells is None else weight.cells.read((0, 1), part.window)[0]
        loaded = _Loaded(values, cells, part.window, part.layers[0])
        _add(_Job(pieces, loaded, weight.area, part.bands), _blocks(*part.layers), (top, below))
    return top, below


def covered_weight(pieces: Pieces, units: int, weight: Weight) -> _Floats:
    """Return Σ weight of each unit, data or no data; (units,)."""
    if weight.cells is not None:
        return weighted_sums(pieces, units, weight.cells, Weight(weight.area), np.inf)[0][:, 0]
    frame = Frame(pieces.shape[1], 0, 0, 0)
    weights = piece_weights(pieces.covered, pieces.table, frame, weight.area, _NO_WEIGHTS)
    into = np.zeros((units, 1))
    add_pieces(pieces.table, weights[:, None], into)
    return into[:, 0]


def _add(job: _Job, blocks: list[tuple[int, int]], into: _Sums) -> None:
    """Add a part to the sums of the units: each thread takes layers, or bands where there are too few layers."""
    threads = workers() if job.loaded.values.size > _MANY_VALUES else 1
    if len(blocks) >= threads:
        in_threads(partial(_add_to_units, job, into), blocks, threads)
        return
    shares = _shares(job, threads)
    own = [_Job(job.pieces, job.loaded, job.area, bands, by_piece=True) for bands in shares]
    for block in blocks:
        found = in_threads(partial(_sums_of_shares, own, block), [(n, n + 1) for n in range(len(own))])
        for bands, sums in zip(shares, found, strict=True):
            _add_pieces(job.pieces.of(*bands), sums, block, into)


def _add_to_units(job: _Job, into: _Sums, first: int, end: int) -> None:
    block, columns = (first, end), slice(first, end)
    sums = np.ascontiguousarray(into[0][:, columns]), np.ascontiguousarray(into[1][:, columns])
    job.add(block, sums)
    into[0][:, columns], into[1][:, columns] = sums


def _sums_of_shares(jobs: list[_Job], block: tuple[int, int], number: int, _: int) -> _Sums:
    return _sums_of_pieces(jobs[number], block)


def _sums_of_pieces(job: _Job, block: tuple[int, int]) -> _Sums:
    top, below = np.zeros((2, len(job.pieces.of(*job.bands)), block[1] - block[0]))
    job.add(block, (top, below))
    return top, below


def _add_pieces(table: NDArray[np.int64], sums: _Sums, block: tuple[int, int], into: _Sums) -> None:
    for whole, own in zip(into, sums, strict=True):
        total = np.ascontiguousarray(whole[:, slice(*block)])
        add_pieces(table, own, total)
        whole[:, slice(*block)] = total


def _blocks(first: int, end: int) -> list[tuple[int, int]]:
    """Cut layers into eights, and a last block; so few that they are cheaper one by one are a block each."""
    edges = [*range(first, end, WIDTH), end]
    if edges[-1] - edges[-2] <= _ALONE:
        edges = [*edges[:-1], *range(edges[-2] + 1, end + 1)]
    return list(pairwise(edges))


def _shares(job: _Job, count: int) -> list[tuple[int, int]]:
    """Cut the bands of a job into shares with about as many boundary cells and runs each."""
    pieces, (begin, end) = job.pieces, job.bands
    work = np.append(
        0, np.cumsum(pieces.of(begin, end)[:, (3, 5)].sum(axis=1) - pieces.of(begin, end)[:, (2, 4)].sum(axis=1))
    )
    at = work[pieces.band_ptr[begin : end + 1] - pieces.band_ptr[begin]]
    cuts = np.searchsorted(at, np.linspace(0, at[-1], count + 1)[1:-1]) + begin
    return [(int(a), int(b)) for a, b in pairwise(np.unique([begin, *cuts, end]))]
