"""Emitters placed exactly: which unit and which zones hold each record, and what a grid already counts of it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import as_crs, project, transformer
from zoning.field import Field
from zoning.supports import ControlUnits, ElementZones, Emitters, Grid

__all__ = ["TakenOut", "holders", "place", "take_out"]

_SINGLE_PRECISION = 1e-6  # a float32 grid cannot tell smaller differences from none


def holders(points: gpd.GeoSeries, shapes: NDArray[np.object_], crs: object, labels: tuple[str, ...]) -> list[str]:
    """Return, for every point, the label of the first shape (in label order) that holds it; empty if none does.

    A point on a shared border belongs to exactly one shape, so that nothing is counted twice.
    """
    target = as_crs(crs)
    placed = project(points.to_numpy(), as_crs(points.crs), target)
    tree = shapely.STRtree(shapes)
    which, shape = tree.query(placed, predicate="intersects")
    found = np.full(len(points), len(labels))
    np.minimum.at(found, which, shape)
    return [labels[position] if position < len(labels) else "" for position in found]


def place(emitters: Emitters, units: ControlUnits, zones: tuple[ElementZones, ...]) -> pd.DataFrame:
    """Return the counted records with the unit that holds them and, per element, the zone (``zone_air`` …).

    Records whose ``in_grid`` is unknown are context and left out.
    """
    frame = emitters.frame[emitters.frame["in_grid"].isin(["yes", "no"])] if emitters.counted else emitters.frame[:0]
    points = gpd.GeoSeries(frame.geometry)
    table = pd.DataFrame(frame.drop(columns="geometry"))
    table["unit"] = holders(points, units.geometries, units.crs, units.codes)
    for layer in zones:
        table[f"zone_{layer.element}"] = holders(points, layer.geometries, layer.crs, layer.codes)
    return table.sort_values(["unit", "emitter", "record"], kind="stable").reset_index(drop=True)


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


def _cells(points: gpd.GeoDataFrame, grid: Grid) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Return which points lie in the grid, with row and column (half-open: a border belongs to the next cell)."""
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    x, y = transformer(as_crs(points.crs), grid.crs).transform(xy[:, 0], xy[:, 1])
    col = np.floor((np.asarray(x) - grid.transform.c) / grid.transform.a)
    row = np.floor((np.asarray(y) - grid.transform.f) / grid.transform.e)
    inside = (row >= 0) & (row < grid.shape[0]) & (col >= 0) & (col < grid.shape[1])
    return inside, row[inside].astype(np.int64), col[inside].astype(np.int64)
