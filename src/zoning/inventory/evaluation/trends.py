"""Trends: like with like over the years, at a frozen factor of power."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from zoning.inventory.evaluation.context import Context
from zoning.inventory.evaluation.loads import species_of
from zoning.messages import say
from zoning.statistics import mann_kendall

__all__ = ["trend_table"]

_COLUMNS = (
    "level", "key", "species", "year", "t", "enterprises", "enterprises_in_year", "left_out_t", "change", "mk_s",
    "mk_p", "state", "note_zh", "note_en",
)  # fmt: skip
_BASES = {"PM2.5": ("PM2.5_basis", "PM_basis")}
"""Columns that say how a species came about, where it is not its own: PM2.5 is a share of PM."""

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
        rising, falling, none``). A year that shares no enterprise with the others is left out. An
        enterprise whose emission is reported in one year and estimated in another, measured in one and by default in
        another, or bought power by another table, is not compared. A substance known in one year only has no rows.
    """
    counted = enterprises[enterprises["counts"].astype(bool)]
    masses = _masses(counted, records, context)
    sectors = counted["sector"].astype(str)
    rows: list[dict[str, object]] = []
    for species in sorted(set(masses["species"])):
        own = masses[masses["species"] == species]
        table = own.pivot(index="enterprise", columns="year", values="t")
        bases = own.pivot(index="enterprise", columns="year", values="basis")
        years = _comparable(table)
        same = table[years].dropna()
        same = same[bases.loc[same.index, years].nunique(axis=1) == 1]  # reported once and estimated once is no change
        if len(years) < 2 or same.empty:
            continue
        rows += _series(("city", "", species), table, same, context)
        for sector in sorted(set(sectors.reindex(same.index))):
            inside = sectors.reindex(table.index) == sector
            rows += _series(("sector", sector, species), table[inside], same[inside.reindex(same.index)], context)
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _masses(counted: pd.DataFrame, records: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return ``enterprise, year, species, t, basis``, known ones only."""
    names = species_of(records)
    own = records[records["enterprise"].isin(counted.index)].sort_values(["enterprise", "year", "fuel", *names])
    parts = [_mass(own, name) for name in names]
    parts += _purchased(counted, context)
    columns = ["enterprise", "year", "species", "t", "basis"]
    return pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=columns)], ignore_index=True)


def _mass(own: pd.DataFrame, species: str) -> pd.DataFrame:
    """Return the sums of a species, and how its parts came about: reported or by factor, measured or by default."""
    said = [name for name in _BASES.get(species, (f"{species}_basis",)) if name in own.columns]
    said = said or [name for name in ("tier",) if name in own.columns]
    basis = own[said].astype(str).agg("/".join, axis=1) if said and len(own) else ""
    known = own[["enterprise", "year"]].assign(t=own[species], basis=basis)
    # what emits nothing (plants' CO2, a fuel not used) says nothing of how the rest was found
    known = known.assign(basis=known["basis"].mask(known["t"] == 0, ""))
    grouped = known.dropna(subset=["t"]).groupby(["enterprise", "year"], sort=True)
    bases = grouped["basis"].agg(lambda texts: "+".join(sorted({one for one in texts if one})))
    return grouped["t"].sum().to_frame().assign(basis=bases, species=species).reset_index()


def _purchased(counted: pd.DataFrame, context: Context) -> list[pd.DataFrame]:
    """Return purchased power and heat by one factor of the base year for everybody; their basis is the table."""
    if context.purchased is None:
        return []
    own = context.purchased[context.purchased["enterprise"].isin(counted.index)]
    base = own[own["year"] == context.year]
    table = own["ref"].astype(str).str.split("/").str[0] if "ref" in own.columns else ""
    parts = []
    for amount, factor, species in (("power_mwh", "power_factor", _POWER), ("heat_gj", "heat_factor", _HEAT)):
        frozen = base[factor].median()
        part = own[["enterprise", "year"]].assign(t=own[amount] * frozen, basis=table).dropna(subset=["t"])
        grouped = part.groupby(["enterprise", "year"], sort=True)
        sums = grouped["t"].sum().to_frame().assign(basis=grouped["basis"].max(), species=species)
        parts.append(sums.reset_index())
    return parts


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
