"""Enterprises that ceased and the ones they went into: by what a note says, or by the fuels that moved.

A verification is repeated every year. Where an enterprise is not in it any more, and another of the same division of
industry suddenly burns more, fuel by fuel about as much as the one that is gone, the one has gone into the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.inventory.linkage.names import parse_name
from zoning.inventory.rows import rows_of
from zoning.tables import numbers, read

__all__ = ["Merger", "find_mergers"]

_YEAR = re.compile(r"(?:19|20)\d{2}")
_Burnt = Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Merger:
    """An enterprise that ceased.

    Attributes
    ----------
    enterprise, successor : str
        ``successor`` is '' where nothing says who it is.
    year : int
        First year in which it is reported by its successor, or not at all.
    ref : str
        Row that says so.
    said : str
        ``words`` or ``fuels``.
    explained : float
        Share of its fuels that the growth of the successor explains (NaN by words).
    """

    enterprise: str
    successor: str
    year: int
    ref: str
    said: str
    explained: float


@cache
def _merged_words() -> tuple[str, ...]:
    return tuple(row["word"] for row in read("linkage_words") if row["kind"] == "merged")


def find_mergers(tables: DepartmentTables, links: pd.DataFrame) -> tuple[Merger, ...]:
    """Find enterprises that ceased.

    Parameters
    ----------
    tables : DepartmentTables
    links : DataFrame
        ``ref, enterprise, counts``.

    Returns
    -------
    tuple of Merger
        One per enterprise, what a note says before what the fuels say.
    """
    rows = tables.firms.merge(links[["ref", "enterprise", "counts"]], on="ref").sort_values("ref", kind="stable")
    by_words = {one.enterprise: one for one in _by_words(rows)}
    by_fuels = {one.enterprise: one for one in _by_fuels(tables, rows)}
    for enterprise, merger in by_words.items():
        fuels = by_fuels.get(enterprise)
        if fuels is None or (merger.successor and merger.successor != fuels.successor):
            by_fuels[enterprise] = merger
    return tuple(by_fuels[enterprise] for enterprise in sorted(by_fuels))


def _by_words(rows: pd.DataFrame) -> Iterator[Merger]:
    cores = {
        str(enterprise): {core for name in names for core in (parse_name(str(name)).core,) if len(core) >= 3}
        for enterprise, names in rows.groupby("enterprise")["name"]
    }
    for row in rows_of(rows):
        note, enterprise = str(row["note"]), str(row["enterprise"])
        worded = any(word in note for word in _merged_words())
        if row["status"] != "merged" and not worded:
            continue
        named = sorted(
            other
            for other, words in cores.items()
            if other != enterprise and any(word in note for word in words) and not words & cores[enterprise]
        )
        other = named[0] if len(named) == 1 else ""
        years = _YEAR.findall(note)
        year = int(years[0] if years else str(row["year"]))
        if row["status"] == "merged" or "被" in note or "并入" in note:
            yield Merger(enterprise, other, year, str(row["ref"]), "words", float("nan"))
        elif other:
            yield Merger(other, enterprise, year, str(row["ref"]), "words", float("nan"))


def _by_fuels(tables: DepartmentTables, rows: pd.DataFrame) -> Iterator[Merger]:
    """Yield mergers that show in a table of several years, by its fuels."""
    uses = tables.uses[tables.uses["what"] == "fuel"]
    told = uses.drop(columns="year").merge(rows[["ref", "enterprise", "table", "counts", "year"]], on="ref")
    told = told[told["counts"] & (told["amount"] > 0)]
    divisions = {
        str(enterprise): {str(code)[:2] for code in codes if code}
        for enterprise, codes in rows.groupby("enterprise")["industry"]
    }
    for _, listed in told.groupby("table"):
        years = sorted(listed["year"].unique())
        if len(years) < 2:
            continue
        burnt: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        sums = listed.groupby(["enterprise", "year", "fuel"], as_index=False)["amount"].sum()
        for owner, year, fuel, amount in sums.itertuples(index=False):
            burnt[str(owner)][int(year)][str(fuel)] = float(amount)
        first = listed.sort_values(["year", "ref"]).groupby("enterprise")["ref"].last()
        for enterprise in sorted(burnt):
            last = max(burnt[enterprise])
            if last < years[-1]:
                following = int(next(year for year in years if year > last))
                alike = [one for one in sorted(burnt) if one != enterprise and divisions[one] & divisions[enterprise]]
                successor, share = _best(burnt, enterprise, alike, last, following)
                if successor:
                    yield Merger(enterprise, successor, following, str(first[enterprise]), "fuels", share)


def _best(
    burnt: Mapping[str, _Burnt], enterprise: str, alike: list[str], last: int, following: int
) -> tuple[str, float]:
    """Return who grew by what is gone, and how much of it that explains; '' if nobody did, or two did."""
    shares = {
        other: _explained(burnt[enterprise][last], burnt[other][last], burnt[other][following])
        for other in alike
        if last in burnt[other] and following in burnt[other]
    }
    least = numbers("linkage_settings")["merger_explained"]
    good = sorted((other for other in shares if shares[other] >= least), key=lambda one: (-shares[one], one))
    if not good or (len(good) > 1 and shares[good[0]] == shares[good[1]]):
        return "", 0.0
    return good[0], shares[good[0]]


def _explained(gone: Mapping[str, float], before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Return the share of the fuels (by their heat) that another enterprise burns more by about as much."""
    settings, weights = numbers("linkage_settings"), _heat_values()
    total = explained = 0.0
    for fuel, amount in gone.items():
        weight = amount * weights.get(fuel, 0.0)
        growth = after.get(fuel, 0.0) - before.get(fuel, 0.0)
        near = abs(growth - amount) <= settings["merger_gap"] * amount
        total += weight
        explained += weight * (near and growth >= settings["merger_growth"] * before.get(fuel, 0.0))
    return explained / total if total else 0.0


@cache
def _heat_values() -> Mapping[str, float]:
    """Return fuel → GJ per unit of any series: only for weighing fuels against each other."""
    return {row["fuel"]: float(row["ncv"]) for row in read("fuel_factors")}
