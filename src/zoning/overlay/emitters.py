"""Emitters × cells: what a grid already counts of located emitters is taken out of their cells."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import as_crs, transformer
from zoning.field import Field
from zoning.intake import Blocks, Window, natural_chunk, require_window
from zoning.supports import AnyGrid, CurvedGrid, Emitters

__all__ = ["TakenOut", "take_out"]

_SINGLE_PRECISION = 1e-6  # a float32 grid cannot tell smaller differences from none


@dataclass(frozen=True)
class TakenOut:
    """A field with located emitters taken out of their cells.

    Attributes
    ----------
    rest : Blocks
        t yr-1 that is left, never below 0 by taking out; NaN is no data. Read when it is asked for, window by window.
    taken : float
        t yr-1 taken out.
    shortfall : float
        t yr-1 of emitters that their cells could not give, or that lie outside the grid.
    short_cells : int
        Cells that held less than their emitters.
    """

    rest: Blocks
    taken: float
    shortfall: float
    short_cells: int


@dataclass(frozen=True, eq=False)
class RestBlocks:
    """Values less what is taken out of some cells. Picklable.

    Attributes
    ----------
    whole : Blocks
        Values before.
    cells : int64 (n,)
        Flat row-major numbers of the cells, ascending, each once.
    taken : float64 (n,)
        What is taken out of them.
    """

    whole: Blocks
    cells: NDArray[np.int64]
    taken: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return self.whole.shape

    @property
    def chunk(self) -> tuple[int, int]:
        """Rows and columns that are read best together."""
        return natural_chunk(self.whole)

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return what is left in the cells of a window."""
        box = require_window(window, self.shape)
        values = self.whole.read(box)
        some = slice(*np.searchsorted(self.cells, [box.row0 * self.shape[1], box.row1 * self.shape[1]]))
        row, col = np.divmod(self.cells[some], self.shape[1])
        inside = (col >= box.col0) & (col < box.col1)
        if inside.any():
            values = values.copy()
            values[row[inside] - box.row0, col[inside] - box.col0] -= self.taken[some][inside]
        return values


def take_out(field: Field, emitters: Emitters) -> TakenOut:
    """Take emitters that the grid contains (``in_grid`` yes, same species, sector and year) out of their cells.

    Each cell gives what it holds, down to 0; the rest is the shortfall, a term of the conservation table. Only the
    blocks that hold emitters are read.
    """
    whole = field.mass
    frame = emitters.frame
    if field.species not in emitters.species or not emitters.counted:
        return TakenOut(whole, 0.0, 0.0, 0)
    chosen = frame[(frame["in_grid"] == "yes") & (frame["sector"] == field.sector) & (frame["year"] == field.year)]
    amounts = chosen[field.species].to_numpy(dtype=np.float64)
    known = np.isfinite(amounts)
    inside, rows, cols = _cells(chosen[known], field.grid)
    cells, of_emitter = np.unique(rows * field.grid.shape[1] + cols, return_inverse=True)
    demand = np.zeros(len(cells))
    np.add.at(demand, of_emitter, amounts[known][inside])
    values = _values_of(whole, cells)
    held = np.where(np.isfinite(values), np.maximum(values, 0.0), 0.0)
    taken = np.minimum(demand, held)
    short = demand > held * (1 + _SINGLE_PRECISION)
    shortfall = float(amounts[known].sum() - taken.sum())
    rest = RestBlocks(whole, cells, taken)
    return TakenOut(rest, float(taken.sum()), max(shortfall, 0.0), int(short.sum()))


def _values_of(blocks: Blocks, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the values of some cells (flat numbers, ascending), each block that holds any of them read once."""
    row, col = np.divmod(cells, blocks.shape[1])
    height, width = natural_chunk(blocks)
    block = (row // height) * (-(-blocks.shape[1] // width)) + col // width
    order = np.argsort(block, kind="stable")
    ends = np.flatnonzero(np.diff(block[order])) + 1
    values = np.empty(len(cells))
    for some in np.split(order, ends) if len(order) else ():
        box = Window(int(row[some].min()), int(row[some].max()) + 1, int(col[some].min()), int(col[some].max()) + 1)
        values[some] = blocks.read(box)[row[some] - box.row0, col[some] - box.col0]
    return values


def _cells(points: gpd.GeoDataFrame, grid: AnyGrid) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Return which points lie in the grid, with row and column (half-open: a border belongs to the next cell)."""
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    x, y = transformer(as_crs(points.crs), grid.crs).transform(xy[:, 0], xy[:, 1])
    if isinstance(grid, CurvedGrid):
        cell = grid.locate(np.asarray(x), np.asarray(y))
        held = cell >= 0
        return held, *np.divmod(cell[held], grid.shape[1])
    col = np.floor((np.asarray(x) - grid.transform.c) / grid.transform.a)
    row = np.floor((np.asarray(y) - grid.transform.f) / grid.transform.e)
    inside = (row >= 0) & (row < grid.shape[0]) & (col >= 0) & (col < grid.shape[1])
    return inside, row[inside].astype(np.int64), col[inside].astype(np.int64)
