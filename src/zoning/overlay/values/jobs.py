"""What is done with a part of the values once it is in memory: its pieces are added up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoning.intake import Window
from zoning.overlay.kernels.moments import MOMENTS, piece_moments
from zoning.overlay.kernels.pieces import Frame
from zoning.overlay.kernels.sums import (
    WIDTH,
    add_layer,
    add_layer_with_care,
    add_tile,
    add_tile_with_care,
    piece_weights,
    turn,
)
from zoning.overlay.values.bands import Part, Pieces, frozen
from zoning.overlay.values.sources import AreaSource, ArraySource, Source
from zoning.supports import AnyGrid, Grid

__all__ = ["Floats", "Job", "Loaded", "Room", "Sums", "Weight", "blocks_of"]

Floats = NDArray[np.float64]
Sums = tuple[Floats, Floats]

_ALONE = 3  # so few layers are added one by one: a tile costs as much as a few of them
_KEPT = 1 << 20  # numbers, 8 MB: more than this is not kept
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

    area: Floats
    cells: Source | None = None

    @classmethod
    def of(cls, area: Floats, rows: int) -> Weight:
        """Return the weight for areas of shape (1, 1), (rows, 1) or (rows, cols)."""
        if area.shape[1] == 1:
            return cls(frozen(np.ascontiguousarray(np.broadcast_to(area[:, 0], rows), dtype=np.float64)))
        return cls(frozen(np.ones(rows)), ArraySource(area[None]))

    @classmethod
    def of_cells(cls, grid: AnyGrid) -> Weight:
        """Return the true areas of the cells of a grid, (rows,) where they are the same along a row."""
        if isinstance(grid, Grid) and not grid.crs.is_geographic:
            return cls(frozen(np.ones(grid.shape[0])), AreaSource(grid))
        return cls.of(grid.cell_area, grid.shape[0])

    def only(self, part: Part) -> Weight:
        """Return the weight for a part: what another process has to be sent."""
        return self if self.cells is None else Weight(self.area, self.cells.only((0, 1), part.window))

    def read(self, part: Part) -> NDArray[Any] | None:
        """Return the weights of the cells of a part, (rows, cols), if they have any of their own."""
        return None if self.cells is None else self.cells.read((0, 1), part.window)[0]


@dataclass(frozen=True, eq=False)
class Loaded:
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

    def turn(self, block: tuple[int, int], window: Window, out: Floats) -> None:
        """Write values × weights of some cells as float64, NaN where there is no data; out (rows, cols, layers)."""
        rows, cols = self._place(window)
        values = self.values[block[0] - self.first_layer : block[1] - self.first_layer, rows, cols]
        if values.dtype in _AS_THEY_LIE and len(values) > 1 and not np.ma.isMA(values):
            turn(frozen(values), out)
        else:
            self._copy(values, out)
        if self.cells is not None:
            out *= self.weights(window).reshape(*out.shape[:2], 1)

    @staticmethod
    def _copy(values: NDArray[Any], out: Floats) -> None:
        np.copyto(out, np.moveaxis(np.ma.getdata(values), 0, -1), casting="unsafe")
        if np.ma.isMA(values):
            out[np.moveaxis(np.ma.getmaskarray(values), 0, -1)] = np.nan

    def weights(self, window: Window) -> Floats:
        """Return the weights of some cells, flat; nothing if all cells of a row weigh the same."""
        if self.cells is None:
            return _NO_WEIGHTS
        part = self.cells[self._place(window)].astype(np.float64)
        return np.asarray(np.ma.filled(part, np.nan)).reshape(-1)

    def _place(self, window: Window) -> tuple[slice, slice]:
        row, col = self.window.row0, self.window.col0
        return slice(window.row0 - row, window.row1 - row), slice(window.col0 - col, window.col1 - col)


@dataclass(frozen=True, eq=False)
class Span:
    """Pieces of one band or of many: where they stand in the job and in the sums, their weights and cells."""

    table: NDArray[np.int64]
    own: slice
    slots: NDArray[np.int64]
    weights: Floats
    frame: Frame
    window: Window

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the cells."""
        return self.window.row1 - self.window.row0, self.frame.width


@dataclass(frozen=True, eq=False)
class Job:
    """Some bands of a part, and how to add them up."""

    pieces: Pieces
    loaded: Loaded
    area: Floats
    bands: tuple[int, int]

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """The pieces."""
        return self.pieces.of(*self.bands)

    @cached_property
    def row_weights(self) -> Floats:
        """Σ weight of the pieces, where all cells of a row weigh the same: found once for all layers."""
        frame = Frame(self.pieces.shape[1], 0, 0, 0)
        return piece_weights(self.pieces.covered, self.table, frame, self.area, _NO_WEIGHTS)

    def add_to_units(self, block: tuple[int, int], sums: Sums) -> None:
        """Add a block of layers to Σ weight × value and Σ weight of the units, (units, layers) each, contiguous."""
        self._add(block, frozen(np.ascontiguousarray(self.table[:, 0])), sums)

    def sums(self, block: tuple[int, int]) -> Sums:
        """Return Σ weight × value and Σ weight of each piece, (pieces, layers) each."""
        top, below = np.zeros((2, len(self.table), block[1] - block[0]))
        self._add(block, frozen(np.arange(len(self.table))), (top, below))
        return top, below

    def moments(self, block: tuple[int, int]) -> Floats:
        """Return the moments of each piece, (pieces, layers, MOMENTS)."""
        found = np.empty((block[1] - block[0], len(self.table), MOMENTS))
        for layer in range(*block):
            for span, values, cells in self.flat_bands(layer):
                given = (self.pieces.covered, span.table, span.frame, self.area, cells, values)
                piece_moments(*given, found[layer - block[0], span.own])
        return np.ascontiguousarray(np.moveaxis(found, 0, 1))

    def flat_bands(self, layer: int) -> Iterator[tuple[Span, Floats, Floats]]:
        """Yield the bands of a layer one by one: values as float64, not yet weighed, and weights of cells if any."""
        plain = Loaded(self.loaded.values, None, self.loaded.window, self.loaded.first_layer)
        for span, buffer in self._bands(1, np.zeros(len(self.table), dtype=np.int64)):
            plain.turn((layer, layer + 1), span.window, buffer)
            yield span, frozen(buffer.reshape(-1)), frozen(self.loaded.weights(span.window))

    def _add(self, block: tuple[int, int], slots: NDArray[np.int64], sums: Sums) -> None:
        with np.errstate(invalid="ignore", over="ignore"):
            if block[1] - block[0] > 1:
                self._add_turned(block, slots, sums)
            else:
                self._add_alone(block[0], slots, (sums[0].reshape(-1), sums[1].reshape(-1)))

    def _add_alone(self, layer: int, slots: NDArray[np.int64], sums: Sums) -> None:
        flat = self.loaded.flat(layer)
        if flat is not None:
            window = self.loaded.window
            own = Span(self.table, slice(None), slots, self.row_weights, self._frame(window), window)
            self._add_flat(own, flat, sums)
            return
        for span, buffer in self._bands(1, slots):
            self.loaded.turn((layer, layer + 1), span.window, buffer)
            self._add_flat(span, frozen(buffer.reshape(-1)), sums)

    def _add_flat(self, span: Span, flat: NDArray[Any], sums: Sums) -> None:
        cells, weights = self._weights(span)
        given = (self.pieces.covered, span.table, span.slots, flat, span.frame, self.area)
        done = add_layer(*given, weights, *sums)
        if done < len(span.table):
            add_layer_with_care(*given, cells, done, *sums)

    def _add_turned(self, block: tuple[int, int], slots: NDArray[np.int64], sums: Sums) -> None:
        for span, tile in self._bands(WIDTH, slots):
            tile[..., block[1] - block[0] :] = 0.0
            self.loaded.turn(block, span.window, tile[..., : block[1] - block[0]])
            cells, weights = self._weights(span)
            given = (
                self.pieces.covered,
                span.table,
                span.slots,
                frozen(tile.reshape(-1, WIDTH)),
                span.frame,
                self.area,
            )
            done = add_tile(*given, weights, *sums)
            if done < len(span.table):
                add_tile_with_care(*given, cells, done, *sums)

    def _weights(self, span: Span) -> tuple[Floats, Floats]:
        """Return the weights of the cells, and those of the pieces."""
        cells = frozen(self.loaded.weights(span.window))
        if not len(cells):
            return cells, span.weights
        return cells, piece_weights(self.pieces.covered, span.table, span.frame, self.area, cells)

    def _bands(self, depth: int, slots: NDArray[np.int64]) -> Iterator[tuple[Span, Floats]]:
        """Yield the bands one by one, each with room (rows, cols, depth), which is the same for all of them."""
        begin = self.pieces.band_ptr[self.bands[0]]
        for band in range(*self.bands):
            table = self.pieces.of(band, band + 1)
            if not len(table):
                continue
            window = self.pieces.window(band, band + 1)
            own = slice(self.pieces.band_ptr[band] - begin, self.pieces.band_ptr[band + 1] - begin)
            span = Span(table, own, slots[own], self.row_weights[own], self._frame(window), window)
            size = span.shape[0] * span.shape[1] * depth
            yield span, _SCRATCH.of(size).reshape(*span.shape, depth)

    def _frame(self, window: Window) -> Frame:
        return Frame(self.pieces.shape[1], window.row0, window.col0, window.col1 - window.col0)


class Room:
    """Memory that is used again: to be given fresh memory takes longer than to fill it."""

    def __init__(self) -> None:
        self._numbers = np.empty(0)

    def of(self, size: int) -> Floats:
        """Return room for so many numbers; what was in it before is gone."""
        if size > len(self._numbers):
            self._numbers = np.empty(size)
        return self._numbers[:size]


class _Scratch(threading.local):
    """Room for one band, kept by its thread between calls."""

    def __init__(self) -> None:
        self.room = Room()

    def of(self, size: int) -> Floats:
        """Return room for so many numbers; more than a little is not kept."""
        return self.room.of(size) if size <= _KEPT else np.empty(size)


_SCRATCH = _Scratch()


def blocks_of(first: int, end: int) -> list[tuple[int, int]]:
    """Cut layers into tiles, and a last block; so few that they are cheaper one by one are a block each."""
    edges = [*range(first, end, WIDTH), end]
    if first == end:
        return []
    if edges[-1] - edges[-2] <= _ALONE:
        edges = [*edges[:-1], *range(edges[-2] + 1, end + 1)]
    return list(pairwise(edges))
