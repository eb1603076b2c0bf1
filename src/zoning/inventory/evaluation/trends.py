"""Trends: like with like over the years, at a frozen factor of power."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from zoning.inventory.evaluation.context import Context
from zoning.inventory.evaluation.kendall import mann_kendall
from zoning.inventory.evaluation.loads import species_of
from zoning.messages import say

__all__ = ["trend_table"]

_COLUMNS = (
    "level", "key", "species", "year", "t", "enterprises", "enterprises_in_year", "left_out_t", "change", "mk_s",
    "mk_p", "state", "note_zh", "note_en",
)  # fmt: skip
_POWER, _HEAT = "purchased_power_CO2", "purchased_heat_CO2"


def trend_table(enterprises: pd.DataFrame, records: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return emissions by year of the enterprises that are known in every year compared.

    Parameters
    ----------
    enterprises : DataFrame
        As ``Inventory.enterprises``: ``sector``; only those that count.
    records : DataFrame
        As ``Inventory.records``, all years.
    context : Context
        ``purchased``: power and heat of all years by the factor of the base year, so that a new factor is no change.

    Returns
    -------
    DataFrame
        ``level`` (``city, sector``), ``key``, ``species``, ``year``, ``t``, ``enterprises`` (compared, the same in all
        years), ``enterprises_in_year`` and ``left_out_t`` (known in that year but not in all), ``change`` (to the first
        year), ``mk_s, mk_p`` (Mann–Kendall, only with ``trend_years`` years or more) and ``state`` (``too_short,
        rising, falling, none``). A year that shares no enterprise with the others is left out. A substance known in one
        year only has no rows.
    """
    counted = enterprises[enterprises["counts"].astype(bool)]
    masses = _masses(counted, records, context)
    sectors = counted["sector"].astype(str)
    rows: list[dict[str, object]] = []
    for species in sorted(set(masses["species"])):
        table = masses[masses["species"] == species].pivot(index="enterprise", columns="year", values="t")
        years = _comparable(table)
        if len(years) < 2:
            continue
        same = table[years].dropna()
        rows += _series(("city", "", species), table, same, context)
        for sector in sorted(set(sectors.reindex(same.index))):
            own = sectors.reindex(table.index) == sector
            rows += _series(("sector", sector, species), table[own], same[own.reindex(same.index)], context)
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _masses(counted: pd.DataFrame, records: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return ``enterprise, year, species, t``, known ones only."""
    names = species_of(records)
    own = records[records["enterprise"].isin(counted.index)].sort_values(["enterprise", "year", "fuel", *names])
    sums = own.groupby(["enterprise", "year"], sort=True)[names].sum(min_count=1)
    long = sums.reset_index().melt(["enterprise", "year"], var_name="species", value_name="t").dropna(subset=["t"])
    bought = _purchased(counted, context)
    parts: list[pd.DataFrame] = [part for part in (long, bought) if len(part)]
    return pd.concat(parts or [long], ignore_index=True)


def _purchased(counted: pd.DataFrame, context: Context) -> pd.DataFrame:
    if context.purchased is None:
        return pd.DataFrame()
    own = context.purchased[context.purchased["enterprise"].isin(counted.index)]
    base = own[own["year"] == context.year]
    parts = []
    for amount, factor, species in (("power_mwh", "power_factor", _POWER), ("heat_gj", "heat_factor", _HEAT)):
        frozen = base[factor].median()  # one factor of the base year for everybody; those stated alike are one number
        part = own[["enterprise", "year"]].assign(species=species, t=own[amount] * frozen)
        parts.append(part.dropna(subset=["t"]))
    both = pd.concat(parts, ignore_index=True)
    return both.groupby(["enterprise", "year", "species"], sort=True)["t"].sum().reset_index()


def _comparable(table: pd.DataFrame) -> list[int]:
    """Return the years that share enterprises; the year with the fewest goes first while none is shared."""
    years = sorted(int(year) for year in table.columns)
    while len(years) > 1 and table[years].dropna().empty:
        counts = table[years].notna().sum()
        years.remove(min(years, key=lambda year: (int(counts[year]), year)))
    return years


def _series(
    about: tuple[str, str, str], table: pd.DataFrame, same: pd.DataFrame, context: Context
) -> list[dict[str, object]]:
    sums = [float(same[year].sum()) for year in same.columns]
    count = len(sums)
    tested = count >= context.threshold("trend_years")
    score, p = mann_kendall(sums) if tested else (math.nan, math.nan)
    significant = tested and p < context.threshold("trend_p")
    state = "too_short" if not tested else "none" if not significant else "rising" if score > 0 else "falling"
    slots = {"count": count} | ({} if state == "too_short" else {"p": f"{p:.3g}"})
    notes = {f"note_{lang}": say(f"evaluation.trend.{state}", lang, **slots) for lang in ("zh", "en")}
    rows = []
    for year, mass in zip(same.columns, sums, strict=True):
        known = table[year]
        row: dict[str, object] = dict(zip(("level", "key", "species"), about, strict=True))
        row |= {"year": int(year), "t": mass, "enterprises": len(same), "enterprises_in_year": int(known.notna().sum())}
        row |= {
            "left_out_t": float(known.drop(same.index).sum()),
            "change": mass / sums[0] - 1.0 if sums[0] > 0 else np.nan,
        }
        rows.append(row | {"mk_s": score, "mk_p": p, "state": state} | notes)
    return rows
