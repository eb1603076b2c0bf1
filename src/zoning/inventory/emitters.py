"""An inventory → Emitters: the located records that the ledger counts, one per enterprise × year × fuel or process."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.inventory.enterprises import PERMIT_ONLY
from zoning.inventory.model import Inventory
from zoning.supports import Emitters

__all__ = ["SPECIES", "emitters_of", "with_context"]

SPECIES = ("CO2", "SO2", "NOx", "PM2.5", "VOC", "PM", "CH4", "N2O")
"""Species of an inventory in the order of the ledger; CO2 is scope 1, PM all particles."""


def emitters_of(inventory: Inventory, in_grid: str, not_in_grid: Collection[str] = ()) -> Emitters:
    """Return the emitters of an inventory.

    Enterprises outside the study area are left out, as are those that nothing places: their tonnes are in the tables of
    the inventory. An enterprise that only a permit knows is a record without amounts: its unit cannot be judged as if
    nobody were there.

    Parameters
    ----------
    inventory : Inventory
        Its enterprises and records.
    in_grid : str
        ``yes, no, unknown``: are they contained in the grids of the study.
    not_in_grid : collection of str
        Credit codes of those that no grid contains, whatever ``in_grid`` says.
    """
    placed = inventory.enterprises[inventory.enterprises["counts"] & ~inventory.enterprises.geometry.isna()]
    known = inventory.records[inventory.records["enterprise"].isin(placed.index)]
    silent = placed.index[placed["status"] == PERMIT_ONLY].difference(known["enterprise"])
    records = pd.concat([known, _silent(silent, inventory.year)], ignore_index=True) if len(silent) else known
    own = placed.loc[records["enterprise"]]
    frame = pd.DataFrame(
        {
            "record": records["record"].to_numpy(object),
            "emitter": records["enterprise"].to_numpy(object),
            "name": own["name"].to_numpy(object),
            "industry": own["industry"].to_numpy(object),
            "sector": own["sector"].to_numpy(object),
            "fuel": records["fuel_class"].to_numpy(object),
            "activity": records["activity"].to_numpy(float),
            "activity_unit": records["unit"].to_numpy(object),
            "energy_tce": own["tce_calorific"].to_numpy(float),
            "ets": False,
            "tier": records["tier"].to_numpy(object),
            "table": records["table"].to_numpy(object),
            "year": records["year"].to_numpy("int64"),
            "in_grid": np.where(own["code"].isin(not_in_grid), "no", in_grid).astype(object),
            **{name: records[name].to_numpy(float) for name in SPECIES},
        }
    )
    layer = gpd.GeoDataFrame(frame, geometry=own.geometry.to_numpy(), crs=placed.crs)
    ordered = layer.sort_values(["emitter", "year", "fuel", "record"], kind="stable").reset_index(drop=True)
    return Emitters(ordered, SPECIES)


def with_context(emitters: Emitters, context: Emitters) -> Emitters:
    """Return the emitters of an inventory with points of context beside them: shown, and in no sum.

    ``in_grid`` of a point of context becomes ``unknown``, which every sum leaves out; its species columns are kept.
    """
    if context.counted or not len(context):
        return emitters
    more = context.frame.to_crs(emitters.crs)
    beside = more.assign(record="context|" + more["record"], in_grid="unknown")
    columns = list(dict.fromkeys((*emitters.frame.columns, *beside.columns)))
    joined = pd.concat([emitters.frame.reindex(columns=columns), beside.reindex(columns=columns)], ignore_index=True)
    texts = [name for name in columns if name != "geometry" and joined[name].dtype == object]
    joined[texts] = joined[texts].fillna("")
    species = tuple(dict.fromkeys((*emitters.species, *context.species)))
    return Emitters(gpd.GeoDataFrame(joined, crs=emitters.crs), species)


def _silent(enterprises: pd.Index, year: int) -> pd.DataFrame:
    """Return a record without amounts for each enterprise."""
    texts = {"fuel_class": "", "unit": "", "tier": "", "table": "permits"}
    rows = pd.DataFrame({"record": [f"{one}|permit" for one in enterprises], "enterprise": list(enterprises)})
    return rows.assign(year=year, activity=float("nan"), **texts, **dict.fromkeys(SPECIES, float("nan")))
