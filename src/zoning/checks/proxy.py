"""Proxy audit: is a pollutant's grid a copy of the CO2 grid of the same sector? Blocking for every association."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.checks.raster.numbers import bands
from zoning.field import Field
from zoning.intake import Blocks
from zoning.overlay import take_out
from zoning.statistics import rank_correlation, residual_share, within_group_sd
from zoning.supports import AnyGrid, Emitters
from zoning.tables import numbers

__all__ = ["AUDIT_COLUMNS", "Parents", "audit_pair", "audit_proxies"]

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
    rows = []
    for base in (field for field in fields if field.species == "CO2"):
        others = [field for field in fields if field.species != "CO2" and _same_place(field, base)]
        carbon = _spread(base, emitters) if others else None
        for field in others:
            both = _held_by_both(_spread(field, emitters), carbon or base.mass, parents.get(base.grid))
            signs = audit_pair(*both, limits)
            rows.append({
                "series": field.series, "sector": field.sector, "year": field.year, "air_species": field.species,
                "carbon_species": "CO2", "declared_proxy": field.proxy, **signs,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))


def _same_place(field: Field, base: Field) -> bool:
    sector = (field.series, field.sector, field.year) == (base.series, base.sector, base.year)
    return sector and field.grid == base.grid


def _spread(field: Field, emitters: Emitters | None) -> Blocks:
    return field.mass if emitters is None else take_out(field, emitters).rest


def _held_by_both(
    air: Blocks, carbon: Blocks, parents: Parents | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return mass of either and parent of the cells where both hold mass, read in bands.

    Of a grid with more than ``audited_cells`` cells, every second, third … cell is taken: a rank needs all of them at
    once, and so many tell as much.
    """
    every = -(-(air.shape[0] * air.shape[1]) // int(numbers("limits")["audited_cells"]))
    found = []
    for band in bands(air, carbon):
        first = -(band.row0 * air.shape[1]) % every  # counted from the first cell of the grid
        a, c = (blocks.read(band).reshape(-1)[first::every] for blocks in (air, carbon))
        group = (
            np.zeros(len(a), np.int64) if parents is None else parents(band.row0, band.row1).reshape(-1)[first::every]
        )
        both = np.isfinite(a) & np.isfinite(c) & (a > 0) & (c > 0) & (group >= 0)
        found.append((a[both], c[both], group[both]))
    a, c, group = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return a, c, group


def audit_pair(
    air: NDArray[np.float64], carbon: NDArray[np.float64], parents: NDArray[np.int64], limits: Mapping[str, float]
) -> dict[str, object]:
    """Return the signs of a shared proxy for one pair of layers, over cells where both hold mass.

    Examples
    --------
    >>> limits = {"proxy_log_ratio_sd": .05, "proxy_mass_share": .2}
    >>> limits |= {"proxy_rank_correlation": .99, "proxy_residual_share": .01}
    >>> carbon = np.arange(1.0, 26.0).reshape(5, 5)
    >>> audit_pair(carbon * 0.003, carbon, np.zeros((5, 5), dtype=np.int64), limits)["is_copy"]
    True
    """
    both = np.isfinite(air) & np.isfinite(carbon) & (air > 0) & (carbon > 0) & (parents >= 0)
    a, c, parent = air[both], carbon[both], parents[both]
    if len(a) < 5:
        return {"cells": len(a), "log_ratio_sd": np.nan, "proportional_mass_share": np.nan,
                "rank_correlation": np.nan, "residual_share": np.nan, "is_copy": False}  # fmt: skip
    ratio = np.log(a / c)
    labels, spread = within_group_sd(ratio, parent)
    tight = labels[spread < limits["proxy_log_ratio_sd"]]
    share = float(c[np.isin(parent, tight)].sum() / c.sum())
    correlation, residual = rank_correlation(a, c), residual_share(c, a)
    copy = (
        share > limits["proxy_mass_share"]
        or correlation > limits["proxy_rank_correlation"]
        or residual < limits["proxy_residual_share"]
    )
    return {
        "cells": len(a), "log_ratio_sd": float(np.std(ratio)), "proportional_mass_share": share,
        "rank_correlation": correlation, "residual_share": residual, "is_copy": bool(copy),
    }  # fmt: skip
