"""What each enterprise emits in the base year, pollutants also as pollution equivalents."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zoning.factors import equivalents_per_kg
from zoning.inventory.model import SPECIES

__all__ = ["equivalents", "loads_of", "species_of"]

_DUST = ("PM2.5", "PM", "PM10")
"""Particulates as they are counted, as they are reported, and the row whose equivalent stands for the latter."""


def species_of(records: pd.DataFrame) -> list[str]:
    """Return the species that records hold, in the order of :data:`~zoning.inventory.model.SPECIES`."""
    return [name for name in SPECIES if name in records.columns]


def equivalents(masses: pd.DataFrame) -> pd.Series:
    """Return pollution equivalents (污染当量): Σ tonnes ÷ kg per equivalent (``tables/ap_equivalents.csv``), thousands.

    Parameters
    ----------
    masses : DataFrame
        Columns of species, t yr-1. PM2.5 counts as particulates; PM only where PM2.5 is not known, as it is a part.

    Returns
    -------
    Series
        10³ equivalents; NaN where no pollutant is known.

    Examples
    --------
    >>> equivalents(pd.DataFrame({"SO2": [0.95, np.nan], "PM": [4.0, np.nan]})).tolist()
    [2.0, nan]
    """
    weights = equivalents_per_kg()
    known = {name: masses[name] for name in weights if name in masses.columns}
    fine, dust, alike = _DUST
    if dust in masses.columns:
        known[fine] = (masses[fine] * weights[fine] if fine in masses.columns else masses[dust] * np.nan).fillna(
            masses[dust] * weights[alike]
        )
        weights = weights | {fine: 1.0}
    if not known:
        return pd.Series(np.nan, index=masses.index)
    return pd.DataFrame({name: column * weights[name] for name, column in known.items()}).sum(axis=1, min_count=1)


def loads_of(enterprises: pd.DataFrame, records: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the emissions of every counted enterprise in a year.

    Parameters
    ----------
    enterprises : DataFrame
        As ``Inventory.enterprises``.
    records : DataFrame
        As ``Inventory.records``.
    year : int
        Base year.

    Returns
    -------
    DataFrame
        Index enterprise, sorted: a column per species (t yr-1) and ``AP_eq`` (10³ equivalents); NaN where no record
        tells.
    """
    counted = enterprises[enterprises["counts"].astype(bool)].sort_index(kind="stable")
    own = records[(records["year"] == year) & records["enterprise"].isin(counted.index)]
    names = species_of(records)
    own = own.sort_values(["enterprise", "fuel", *names], kind="stable")  # sums do not depend on the order of rows
    sums = own.groupby("enterprise", sort=True)[names].sum(min_count=1).reindex(counted.index)
    return sums.assign(AP_eq=equivalents(sums))
