"""Common origin over enterprise × fuel, and the CO2 that a list can govern, record by record."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zoning.inventory.evaluation.loads import equivalents, species_of
from zoning.statistics import shared_minimum
from zoning.vocab import GOVERNABLE

__all__ = ["governable_table", "origin_table"]

_CARBON = "CO2"
_GASES = (_CARBON, "CH4", "N2O")


def _located(enterprises: pd.DataFrame, records: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return masses per unit, enterprise and fuel or process of counted enterprises."""
    counted = enterprises[enterprises["counts"].astype(bool)]
    own = records[(records["year"] == year) & records["enterprise"].isin(counted.index)]
    names = species_of(records)
    own = own.assign(unit=own["enterprise"].map(counted["unit"]).fillna("").astype(object))
    own = own.assign(sector=own["enterprise"].map(counted["sector"]).astype(object))
    own = own.sort_values(["unit", "enterprise", "what", "fuel", *names], kind="stable")
    keys = ["unit", "enterprise", "sector", "what", "fuel"]
    return own.groupby(keys, sort=True)[names].sum(min_count=1).reset_index()


def origin_table(enterprises: pd.DataFrame, records: pd.DataFrame, year: int) -> pd.DataFrame:
    r"""Return :math:`O_p = \sum_s \min(a_s, c_s)` over enterprise × fuel or process, of the city and of every unit.

    a, c are shares of the pollutant's and of the CO2 mass (docs/method.md §3). What an enterprise reports as a whole
    lies with the fuel or process that its record gives it to.

    Returns
    -------
    DataFrame
        ``level`` (``city, unit``), ``key`` (unit), ``species`` (pollutants and ``AP_eq``), ``common_origin``,
        ``reference`` (the city's), ``difference``, ``parts`` (enterprise × fuel). NaN where either has no mass.
    """
    located = _located(enterprises, records, year)
    located = located.assign(AP_eq=equivalents(located))
    pollutants = [name for name in [*species_of(located), "AP_eq"] if name not in _GASES]
    rows: list[tuple[str, str, str, float, float, int]] = []
    for species in pollutants:
        known = located[[species, _CARBON]].notna().any(axis=1)
        city = _overlap(located, species)
        rows.append(("city", "", species, city, city, int(known.sum())))
        for unit, part in located.groupby("unit", sort=True):
            if unit:
                rows.append(
                    ("unit", str(unit), species, _overlap(part, species), city, int(known.loc[part.index].sum()))
                )
    columns = ["level", "key", "species", "common_origin", "reference", "parts"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(difference=table["common_origin"] - table["reference"])


def _overlap(part: pd.DataFrame, species: str) -> float:
    one, other = (part[name].to_numpy(dtype=np.float64) for name in (species, _CARBON))
    return float(shared_minimum(one, other)) if len(part) else float("nan")


def governable_table(enterprises: pd.DataFrame, records: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the located CO2 of industry and energy supply per enterprise × fuel or process, largest first.

    Which of it no clause covers (U_C) is judged elsewhere; these are the rows that it works on.

    Returns
    -------
    DataFrame
        ``unit, enterprise, name, sector, what, fuel, CO2, share`` (of the governable CO2 of the city).
    """
    located = _located(enterprises, records, year)
    own = located[located["sector"].isin(GOVERNABLE) & (located[_CARBON] > 0)]
    own = own.assign(name=own["enterprise"].map(enterprises["name"]), share=own[_CARBON] / own[_CARBON].sum())
    own = own.assign(order=-own[_CARBON]).sort_values(["order", "enterprise", "what", "fuel"], kind="stable")
    return own[["unit", "enterprise", "name", "sector", "what", "fuel", _CARBON, "share"]].reset_index(drop=True)
