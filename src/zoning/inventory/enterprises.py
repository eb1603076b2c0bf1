"""Rows that are one enterprise → the enterprise: what it is called, what it makes, whether it works at all."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.clauses import sector_of_industry
from zoning.departments import DepartmentTables
from zoning.inventory.model import Placement
from zoning.tables import read
from zoning.vocab import value

__all__ = ["MERGED", "PERMIT_ONLY", "WORKING", "describe_enterprises"]

WORKING, MERGED, PERMIT_ONLY = "working", "merged", "permit_only"
_TEXTS = ("name", "code", "industry", "industry_name", "town", "address")
_AMOUNTS = ("output", "tce_calorific", "tce_equivalent")


def describe_enterprises(
    tables: DepartmentTables, links: pd.DataFrame, placement: Placement, energy: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return one row per enterprise.

    Of a text that several tables have, the first table in the order of ``tables/enterprise_naming.csv``
    that has it wins, and in it the latest year and the lowest row; a code only counts where it is valid.

    Parameters
    ----------
    tables : DepartmentTables
        Every row.
    links : DataFrame
        ``ref, enterprise`` (:class:`zoning.inventory.Linkage`).
    placement : Placement
        Where each enterprise operates.
    energy : DataFrame
        ``enterprise, tce_calorific, tce_equivalent, output`` of the base year, slips of unit corrected.

    Returns
    -------
    GeoDataFrame
        Index ``enterprise``, sorted; columns as in :class:`zoning.inventory.Inventory`, EPSG:4490.
    """
    of = links.set_index("ref")["enterprise"]
    rows = tables.firms.assign(enterprise=tables.firms["ref"].map(of)).dropna(subset=["enterprise"])
    rows = rows.assign(code=rows["code"].where(rows["code_state"] == "valid", ""))
    ranked = rows.assign(rank=rows["table"].map(_rank()), late=-rows["year"])
    ranked = ranked.sort_values(["enterprise", "rank", "late", "row", "ref"], kind="stable")
    frame = pd.DataFrame({name: _first_text(ranked, name) for name in _TEXTS})
    frame["sector"] = [_sector(industry) for industry in frame["industry"]]
    frame["status"] = _status(tables, of, frame.index, set(links.loc[links["merged_into"] != "", "enterprise"]))
    # Of several rows the largest: one may be a part of the other.
    frame = frame.join(energy.groupby("enterprise")[list(_AMOUNTS)].max().astype(np.float64))
    places = placement.places.reindex(frame.index)
    frame["unit"] = places["unit"].fillna("")
    frame["counts"] = places["counts"].fillna(value=False).astype(bool)
    frame["place_ref"], frame["place_method"] = places["ref"].fillna(""), places["method"].fillna("none")
    return gpd.GeoDataFrame(frame, geometry=places.geometry.to_numpy(), crs=placement.places.crs)


@cache
def _rank() -> dict[str, int]:
    return {row["kind"]: int(row["rank"]) for row in read("enterprise_naming")}


def _first_text(ranked: pd.DataFrame, name: str) -> pd.Series:
    """Return the first text of every enterprise that is none of an empty cell."""
    texts = ranked.loc[ranked[name].astype(str).str.strip() != ""].groupby("enterprise")[name].first()
    return texts.reindex(sorted(set(ranked["enterprise"])), fill_value="").astype(object)


def _sector(industry: str) -> str:
    """Return the sector of an industry; what has none is industry, as every table here is one of enterprises."""
    found = sector_of_industry(industry) if industry else None
    return (value("sector", found) if found else None) or "industry"


def _status(tables: DepartmentTables, of: pd.Series, index: pd.Index, merged: set[str]) -> list[str]:
    """Tell enterprises with any activity or emission from those that only a permit (or a boiler, a kiln) knows."""
    refs = [tables.uses["ref"], tables.pollutants.loc[tables.pollutants["what"] != "permitted", "ref"]]
    active = set(pd.concat(refs).map(of).dropna())
    return [MERGED if one in merged else WORKING if one in active else PERMIT_ONLY for one in index]
