"""Numbers of the public edition: rounded, or withheld."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from zoning.edition.rules import rules
from zoning.edition.withheld import Withheld
from zoning.ledger import Ledger
from zoning.messages import say
from zoning.symbology.figures import named
from zoning.tables import Row

__all__ = ["public_conservation", "public_decisions", "public_ledger", "rounded"]

_LANGUAGES = ("zh", "en")


def rounded(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    """Return numbers to so many significant digits; NaN and 0 stay, and a larger number never becomes the smaller one.

    Examples
    --------
    >>> rounded(np.array([26431.0, -0.0123, 0.0, 998.0]), 2).tolist()
    [26000.0, -0.012, 0.0, 1000.0]
    """
    return np.array([float(f"{value:.{digits - 1}e}") for value in values.ravel()]).reshape(values.shape)


def public_ledger(ledger: Ledger, withheld: Withheld) -> Ledger:
    """Return the ledger with the columns of the table alone; sectors added up: one may be a single enterprise."""
    rows = rules("ledger")
    data = ledger.data.drop_vars([name for name in ledger.columns if name not in rows])
    changed = {str(name): _column(data[name], rows[str(name)], withheld) for name in data.data_vars}
    return Ledger(xr.Dataset(changed, coords=data.drop_dims("sector", errors="ignore").coords))


def _column(column: xr.DataArray, row: Row, withheld: Withheld) -> xr.DataArray:
    if row["action"] == "keep":
        return column
    attributes = column.attrs | {"source": say("edition.source", "zh")}
    if row["action"] == "withhold":
        column = column.where(~_hidden(column, withheld))
    if "sector" in column.dims:
        place = column.dims.index("sector")
        column = column.sum("sector", min_count=1).expand_dims({"sector": np.array(["all"], dtype=object)}, axis=place)
    values = rounded(column.values.astype(np.float64), int(row["value"]))
    return column.copy(data=values).assign_attrs(attributes)


def _hidden(column: xr.DataArray, withheld: Withheld) -> xr.DataArray:
    """Return where a column is withheld: by its species and years, else wherever any CO2 is."""
    hidden = xr.zeros_like(column, dtype=bool)
    for (species, year), units in withheld.items():
        where = {"unit": hidden["unit"].isin(sorted(units)).values}
        if "species" in column.dims:
            where["species"] = hidden["species"].isin([species]).values
        if "year" in column.dims:
            where["year"] = hidden["year"].isin([year]).values
        if "year" not in column.dims and species == "CO2":  # no mass, but a ratio to CO2 or a part of it
            hidden[{"unit": where["unit"]}] = True
        elif "species" in column.dims:
            hidden[where] = True
    return hidden


def public_decisions(decisions: pd.DataFrame, withheld: Withheld) -> pd.DataFrame:
    """Return the decisions: outcome and rules as they are, numbers rounded or withheld, sentences without numbers."""
    table, rows = decisions.copy(), rules("decisions")
    units = frozenset(unit for (species, _), few in withheld.items() if species == "CO2" for unit in few)
    for name in table.columns:
        if name not in rows:
            table[name] = np.nan if pd.api.types.is_float_dtype(table[name]) else ""
        elif rows[name]["action"] == "withhold":
            table[name] = rounded(table[name].to_numpy(dtype=np.float64), int(rows[name]["value"]))
            table.loc[table.index.isin(units), name] = np.nan
    for lang in _LANGUAGES:
        table[f"sentence_{lang}"] = [_sentence(str(rule), lang) for rule in table["driving_rule"]]
    return table


def _sentence(rule: str, lang: str) -> str:
    return say("edition.sentence", lang, rule=named(rule, lang)) if rule else say("edition.sentence.none", lang)


def public_conservation(table: pd.DataFrame, few: Container[str]) -> pd.DataFrame:
    """Return the totals of the region, rounded; sectors added up, species of few enterprises left out.

    Parameters
    ----------
    table : DataFrame
        Terms by series, species, sector and year.
    few : container of str
        Species that so few enterprises emit in the whole region that its total tells of one.
    """
    if table.empty:
        return table
    digits = int(rules("conservation")["*"]["value"])
    numeric = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    how = dict.fromkeys(numeric, "sum") | {"relative_difference": "max"}
    shown = table[[species not in few for species in table["species"]]]
    sums = shown.groupby(["series", "species", "year"], sort=False, as_index=False).agg(how).assign(sector="all")
    return sums[list(table.columns)].assign(
        **{name: rounded(sums[name].to_numpy(dtype=np.float64), digits) for name in numeric}
    )
