"""Law 1: what the grids hold is in units, counted twice, outside, or taken out; nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.field import Field
from zoning.intake import Blocks, Window, natural_chunk
from zoning.overlay import Coverage
from zoning.supports import CurvedGrid
from zoning.tables import numbers

__all__ = ["TERMS", "LayerSums", "conservation_row", "plain_sum", "stacked", "with_remainder"]

TERMS = (
    "series", "species", "sector", "year", "raster_total", "taken_out", "shortfall", "in_units", "counted_twice",
    "outside", "located", "relative_difference",
)  # fmt: skip
"""Columns of the conservation table, in their order."""


@dataclass(frozen=True)
class LayerSums:
    """What one layer gives, t yr-1: everything a ledger keeps of it.

    Attributes
    ----------
    raster_total : float
        Plain sum of the valid cells as they came.
    taken, shortfall : float
        Taken out of the cells; what emitters asked for and cells could not give.
    short_cells : int
        Cells that held less than their emitters.
    units, fragments : ndarray
        Sums over the units and over the fragments of what is left.
    counted_twice, outside : float
        Σ max(n − 1, 0)·v and Σ max(1 − n, 0)·v of what is left, n = how often the units cover the cell.
    """

    raster_total: float
    taken: float
    shortfall: float
    short_cells: int
    units: NDArray[np.float64]
    fragments: NDArray[np.float64]
    counted_twice: float
    outside: float


def stacked(covers: list[Coverage]) -> Coverage:
    """Return several coverages of one grid as one, row under row: a layer is then read once for all of them."""
    return replace(
        covers[0],
        index=pd.Index(np.concatenate([np.asarray(one.index, dtype=object) for one in covers])),
        cell_ptr=_pointers([one.cell_ptr for one in covers]),
        cell=np.concatenate([one.cell for one in covers]),
        fraction=np.concatenate([one.fraction for one in covers]),
        run_ptr=_pointers([one.run_ptr for one in covers]),
        run_row=np.concatenate([one.run_row for one in covers]),
        run_c0=np.concatenate([one.run_c0 for one in covers]),
        run_c1=np.concatenate([one.run_c1 for one in covers]),
    )


def _pointers(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.append(0, np.cumsum(np.concatenate([np.diff(part) for part in parts])))


def with_remainder(cover: Coverage) -> Coverage:
    """Return two rows: how much more than once, and how much less than once, a coverage covers every cell."""
    times = cover.column_sums()
    more, less = (_row(part, cover) for part in (np.maximum(times - 1.0, 0.0), np.maximum(1.0 - times, 0.0)))
    return stacked([more, less])


def _row(share: NDArray[np.float64], cover: Coverage) -> Coverage:
    """Return a coverage of one row; whole cells of a regular grid go to runs."""
    whole = (share == 1.0) & (not isinstance(cover.grid, CurvedGrid))
    steps = np.diff(whole.astype(np.int8), axis=1, prepend=0, append=0)
    (row, begin), (_, end) = np.nonzero(steps == 1), np.nonzero(steps == -1)
    cells = np.flatnonzero((share != 0.0) & ~whole)
    return replace(
        cover,
        index=pd.Index(["remainder"]),
        cell_ptr=np.array([0, len(cells)]),
        cell=cells.astype(np.int64),
        fraction=share.ravel()[cells],
        run_ptr=np.array([0, len(row)]),
        run_row=row.astype(np.int32),
        run_c0=begin.astype(np.int32),
        run_c1=end.astype(np.int32),
    )


def conservation_row(field: Field, sums: LayerSums, located: float) -> Mapping[str, object]:
    """Return the terms of law 1 for one field, t yr-1, each from its own sum.

    ``raster_total − taken_out = in_units − counted_twice + outside``, where in_units is the sum of the ledger's column.

    Parameters
    ----------
    field : Field
        The layer.
    sums : LayerSums
        What it gave.
    located : float
        Σ of the emitters of this species, sector and year that the ledger counts beside the grid.
    """
    in_units = float(np.nansum(sums.units))
    balance = in_units - sums.counted_twice + sums.outside - (sums.raster_total - sums.taken)
    return {
        "series": field.series,
        "species": field.species,
        "sector": field.sector,
        "year": field.year,
        "raster_total": sums.raster_total,
        "taken_out": sums.taken,
        "shortfall": sums.shortfall,
        "in_units": in_units,
        "counted_twice": sums.counted_twice,
        "outside": sums.outside,
        "located": located,
        "relative_difference": abs(balance) / abs(sums.raster_total) if sums.raster_total else 0.0,
    }


def plain_sum(blocks: Blocks) -> float:
    """Return the sum of the valid cells of a layer, read in bands of rows."""
    rows, cols = blocks.shape
    tall = natural_chunk(blocks)[0]
    step = max(1, int(numbers("limits")["band_cells"]) // (cols * tall)) * tall
    bands = (Window(row, min(row + step, rows), 0, cols) for row in range(0, rows, step))
    return math.fsum(float(np.nansum(blocks.read(band))) for band in bands)
