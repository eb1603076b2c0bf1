"""Proxy audit: is a pollutant's grid a copy of the CO2 grid of the same sector? Blocking for every association."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.checks.raster.numbers import bands
from zoning.field import Field
from zoning.intake import Blocks, Window
from zoning.overlay import take_out
from zoning.overlay.rings import in_threads, workers
from zoning.statistics import correlation_of_ranks, ranks, residual_share, within_group_sd
from zoning.supports import AnyGrid, Emitters
from zoning.tables import numbers

__all__ = ["AUDIT_COLUMNS", "Parents", "audit_pair", "audit_proxies"]

_AT_ONCE = 2  # pairs: each needs a dozen arrays of all cells that are audited

Parents = Callable[[int, int], NDArray[np.int64]]
"""Rows ``begin, end`` → number of the parent geography of each of their cells, −1 outside."""

AUDIT_COLUMNS = (
    "series", "sector", "year", "air_species", "carbon_species", "cells", "log_ratio_sd", "proportional_mass_share",
    "rank_correlation", "residual_share", "declared_proxy", "is_copy",
)  # fmt: skip


def audit_proxies(
    fields: tuple[Field, ...],
    emitters: Emitters | None,
    parents: Mapping[AnyGrid, Parents],
    limits: Mapping[str, float],
) -> pd.DataFrame:
    """Hold every pollutant layer against the CO2 layer of its own sector, year and grid.

    Parameters
    ----------
    fields : tuple of Field
        Layers as they came.
    emitters : Emitters or None
        Those that a grid contains are taken out first: what is located is spread by no proxy, and a few large plants
        would hide how the rest was spread.
    parents : mapping
        Grid → rows ``begin, end`` → number of the parent geography of every cell of them, (rows, cols), −1 outside; a
        missing grid is one parent.
    limits : mapping
        ``proxy_log_ratio_sd, proxy_mass_share, proxy_rank_correlation, proxy_residual_share``.

    Returns
    -------
    DataFrame
        One row per pair; ``is_copy`` if any of three signs holds: SD of ln(AP/C) within parents below its limit on more
        than the limit share of the mass; rank correlation above its limit; residual share below its limit.
    """
    pairs = [
        (field, base)
        for base in fields
        if base.species == "CO2"
        for field in fields
        if field.species != "CO2" and _same_place(field, base)
    ]
    grids = {base.grid: base for _, base in pairs}
    grounds = {grid: _sampled_parents(base, parents.get(grid)) for grid, base in grids.items()}
    bases = {id(base): base for _, base in pairs}
    carbons = {at: _Carbon.of(_sampled(_spread(base, emitters)), grounds[base.grid]) for at, base in bases.items()}

    def audited(begin: int, _: int) -> dict[str, object]:
        field, base = pairs[begin]
        signs = _signs(carbons[id(base)], _sampled(_spread(field, emitters)), limits)
        return {
            "series": field.series, "sector": field.sector, "year": field.year, "air_species": field.species,
            "carbon_species": "CO2", "declared_proxy": field.proxy, **signs,
        }  # fmt: skip

    rows = in_threads(audited, [(at, at + 1) for at in range(len(pairs))], min(workers(), _AT_ONCE))
    return pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))


def _same_place(field: Field, base: Field) -> bool:
    sector = (field.series, field.sector, field.year) == (base.series, base.sector, base.year)
    return sector and field.grid == base.grid


def _spread(field: Field, emitters: Emitters | None) -> Blocks:
    return field.mass if emitters is None else take_out(field, emitters).rest


def _taken(shape: tuple[int, int], band: Window) -> slice:
    """Return which cells of a band are audited, counted from the first cell of the grid.

    Of a grid with more than ``audited_cells`` cells, every second, third … cell is taken: a rank needs all of them at
    once, and so many tell as much.
    """
    every = -(-(shape[0] * shape[1]) // int(numbers("limits")["audited_cells"]))
    return slice(-(band.row0 * shape[1]) % every, None, every)


def _sampled(blocks: Blocks) -> NDArray[np.float64]:
    """Return the mass of the cells that are audited, read in bands."""
    return np.concatenate([
        blocks.read(band).reshape(-1)[_taken(blocks.shape, band)] for band in bands(blocks)
    ])  # fmt: skip


def _sampled_parents(base: Field, parents: Parents | None) -> NDArray[np.int64] | None:
    """Return the parents of the cells that are audited; None is one parent for all."""
    if parents is None:
        return None
    shape = base.grid.shape
    return np.concatenate([
        parents(band.row0, band.row1).reshape(-1)[_taken(shape, band)] for band in bands(base.mass)
    ])  # fmt: skip


def audit_pair(
    air: NDArray[np.float64], carbon: NDArray[np.float64], parents: NDArray[np.int64], limits: Mapping[str, float]
) -> dict[str, object]:
    """Return the signs of a shared proxy for one pair of layers, over cells where both hold mass.

    Parameters
    ----------
    air, carbon : ndarray
        Mass; cells without any, and NaN, are left out.
    parents : ndarray of int
        Parent of each cell, −1 outside.
    limits : mapping
        As :func:`audit_proxies` takes them.

    Examples
    --------
    >>> limits = {"proxy_log_ratio_sd": .05, "proxy_mass_share": .2}
    >>> limits |= {"proxy_rank_correlation": .99, "proxy_residual_share": .01}
    >>> carbon = np.arange(1.0, 26.0).reshape(5, 5)
    >>> audit_pair(carbon * 0.003, carbon, np.zeros((5, 5), dtype=np.int64), limits)["is_copy"]
    True
    """
    return _signs(_Carbon.of(carbon, parents), air, limits)


@dataclass(frozen=True, eq=False)
class _Carbon:
    """The CO2 that several pollutants are held against: cells of a parent that hold some, their mass and parents."""

    cells: NDArray[np.bool_]
    mass: NDArray[np.float64]
    parents: NDArray[np.int64]

    @classmethod
    def of(cls, mass: NDArray[np.float64], parents: NDArray[np.int64] | None) -> _Carbon:
        cells = np.isfinite(mass) & (mass > 0)
        if parents is None:
            return cls(cells, mass[cells], np.zeros(int(cells.sum()), dtype=np.int64))
        cells &= parents >= 0
        return cls(cells, mass[cells], parents[cells])

    @cached_property
    def ranks(self) -> NDArray[np.float64]:
        """Ranks of the mass: a sort that is worth keeping."""
        return ranks(self.mass)

    def where(self, some: NDArray[np.bool_]) -> _Carbon:
        """Return some of the cells; all of them are these."""
        return self if some.all() else _Carbon(self.cells, self.mass[some], self.parents[some])


def _signs(carbon: _Carbon, air: NDArray[np.float64], limits: Mapping[str, float]) -> dict[str, object]:
    a = air[carbon.cells]
    both = np.isfinite(a) & (a > 0)
    a, carbon = a[both], carbon.where(both)
    c, parent = carbon.mass, carbon.parents
    if len(a) < 5:
        return {"cells": len(a), "log_ratio_sd": np.nan, "proportional_mass_share": np.nan,
                "rank_correlation": np.nan, "residual_share": np.nan, "is_copy": False}  # fmt: skip
    ratio = np.log(a / c)
    labels, spread = within_group_sd(ratio, parent)
    tight = labels[spread < limits["proxy_log_ratio_sd"]]
    share = float(c[np.isin(parent, tight)].sum() / c.sum())
    correlation, residual = correlation_of_ranks(ranks(a), carbon.ranks), residual_share(c, a)
    copy = (
        share > limits["proxy_mass_share"]
        or correlation > limits["proxy_rank_correlation"]
        or residual < limits["proxy_residual_share"]
    )
    return {
        "cells": len(a), "log_ratio_sd": float(np.std(ratio)), "proportional_mass_share": share,
        "rank_correlation": correlation, "residual_share": residual, "is_copy": bool(copy),
    }  # fmt: skip
