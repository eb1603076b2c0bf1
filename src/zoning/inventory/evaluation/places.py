"""Areas and units: how much is located in each control unit and township, and how dense it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from zoning.inventory.evaluation.context import Context

__all__ = ["town_table", "unit_table"]

_MEASURES = ("CO2", "AP_eq")


def unit_table(enterprises: pd.DataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return located loads of every control unit; enterprises in no unit stand in a row of their own (``''``).

    Parameters
    ----------
    enterprises : DataFrame
        As ``Inventory.enterprises``: ``unit``.
    loads : DataFrame
        As :func:`~zoning.inventory.evaluation.loads.loads_of` gives them.
    context : Context
        ``unit_km2``; a unit without enterprises has no load, not a load of 0.

    Returns
    -------
    DataFrame
        ``place, enterprises``, a column per species and ``AP_eq``, ``km2``; of CO2 and AP_eq also ``_per_km2``,
        ``share_``, ``rank_`` (1 is the largest, ties share the best) and ``concentration_`` (share of the load ÷ share
        of the area).
    """
    return _table(enterprises.loc[loads.index, "unit"].fillna("").astype(str), loads, context.unit_km2)


def town_table(enterprises: pd.DataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return located loads of every township: of the enterprise where it is known, else of its unit."""
    units = enterprises.loc[loads.index, "unit"].fillna("").astype(str)
    towns = [
        context.towns.get(str(one)) or context.town_of_unit.get(unit, "")
        for one, unit in zip(loads.index, units, strict=True)
    ]
    return _table(pd.Series(towns, index=loads.index, dtype=object), loads, context.town_km2)


def _table(places: pd.Series, loads: pd.DataFrame, km2: Mapping[str, float]) -> pd.DataFrame:
    grouped = loads.groupby(places.to_numpy(), sort=True)
    names = sorted({*places, *km2})
    sums = grouped.sum(min_count=1).reindex(names).astype("float64")
    table = sums.assign(enterprises=grouped.size().reindex(names).fillna(0).astype("int64"))
    table = table.assign(km2=[km2.get(name, np.nan) for name in names])
    area = table["km2"].where(table["km2"] > 0)
    for measure in _MEASURES:
        total = table[measure].sum(min_count=1)
        share = table[measure] / total if total > 0 else table[measure] * np.nan
        table = table.assign(
            **{
                f"{measure}_per_km2": table[measure] / area,
                f"share_{measure}": share,
                f"rank_{measure}": table[measure].rank(method="min", ascending=False),
                f"concentration_{measure}": share / (area / area.sum()) if area.notna().any() else np.nan,
            }
        )
    table = table.reset_index(names="place")
    first = ["place", "enterprises"]
    return table[[*first, *(name for name in table.columns if name not in first)]]
