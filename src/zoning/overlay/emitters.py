"""Emitters × cells: what a grid already counts of located emitters is taken out of their cells."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import as_crs, transformer
from zoning.field import Field
from zoning.supports import AnyGrid, CurvedGrid, Emitters

__all__ = ["TakenOut", "take_out"]

_SINGLE_PRECISION = 1e-6  # a float32 grid cannot tell smaller differences from none


@dataclass(frozen=True)
class TakenOut:
    """A field with located emitters taken out of their cells.

    Attributes
    ----------
    rest : ndarray (rows, cols)
        t yr-1 that is left, never below 0 by taking out; NaN is no data.
    taken : float
        t yr-1 taken out.
    shortfall : float
        t yr-1 of emitters that their cells could not give, or that lie outside the grid.
    short_cells : int
        Cells that held less than their emitters.
    """

    rest: NDArray[np.float64]
    taken: float
    shortfall: float
    short_cells: int


def take_out(field: Field, emitters: Emitters) -> TakenOut:
    """Take emitters that the grid contains (``in_grid`` yes, same species, sector and year) out of their cells.

    Each cell gives what it holds, down to 0; the rest is the shortfall, a term of the conservation table.
    """
    values = field.tonnes()
    frame = emitters.frame
    if field.species not in emitters.species or not emitters.counted:
        return TakenOut(values, 0.0, 0.0, 0)
    chosen = frame[(frame["in_grid"] == "yes") & (frame["sector"] == field.sector) & (frame["year"] == field.year)]
    amounts = chosen[field.species].to_numpy(dtype=np.float64)
    known = np.isfinite(amounts)
    inside, rows, cols = _cells(chosen[known], field.grid)
    demand = np.zeros(field.grid.shape)
    np.add.at(demand, (rows, cols), amounts[known][inside])
    held = np.where(np.isfinite(values), np.maximum(values, 0.0), 0.0)
    taken = np.minimum(demand, held)
    short = demand > held * (1 + _SINGLE_PRECISION)
    shortfall = float(amounts[known].sum() - taken.sum())
    return TakenOut(values - taken, float(taken.sum()), max(shortfall, 0.0), int(short.sum()))


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
