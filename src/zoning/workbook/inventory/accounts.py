"""Sheets of tonnes: enterprises, records, purchased power and heat, and the factors that were used."""

from __future__ import annotations

import math

import pandas as pd

from zoning.inventory import SPECIES, Inventory
from zoning.messages import say
from zoning.workbook.inventory.words import sheets_and_rows, with_fuel_names
from zoning.workbook.sheet import Chart, Sheet, table

__all__ = ["enterprises_sheet", "factors_sheet", "purchased_sheet", "records_sheet"]

_TIERS = ("default", "supplier", "measured")
_MOST = 20  # enterprises in a chart


def enterprises_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return one row per enterprise, largest CO2 of the base year first; unknown CO2 last, never as 0."""
    firms = inventory.enterprises
    own = inventory.records[inventory.records["year"] == inventory.year]
    sums = own.groupby("enterprise")[list(SPECIES)].sum(min_count=1)
    lowest = own["tier"].map({tier: rank for rank, tier in enumerate(_TIERS)}).groupby(own["enterprise"]).min()
    rows = inventory.links.groupby("enterprise")["ref"].agg(lambda refs: sheets_and_rows(refs, lang))
    frame = pd.DataFrame(firms.drop(columns=firms.geometry.name)).join(sums)
    frame["tier"] = ["" if math.isnan(rank) else _TIERS[int(rank)] for rank in lowest.reindex(frame.index)]
    frame["rows"] = rows.reindex(frame.index)
    frame["lon"], frame["lat"] = firms.geometry.x, firms.geometry.y
    ordered = frame.sort_values(["CO2", "name"], ascending=[False, True], kind="stable", na_position="last")
    made = table("inv_enterprises", ordered.reset_index(names="enterprise").to_dict("records"), lang)
    chart = Chart(say("book.inv.chart.largest", lang, count=_MOST), "bar", 0, "name", ("CO2",), rows=_MOST)
    return Sheet("inv_enterprises", (say("book.inv_enterprises.read", lang),), (made,), frozen=3, charts=(chart,))


def records_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return every record of the inventory, with activity, factors, tier, source and tonnes."""
    named = inventory.records.assign(name=inventory.records["enterprise"].map(inventory.enterprises["name"]))
    made = table("inv_records", with_fuel_names(named, lang).to_dict("records"), lang)
    return Sheet("inv_records", (say("book.inv_records.read", lang),), (made,), frozen=3)


def purchased_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return power and heat bought and sold: scope 2, beside scope 1 and never in it."""
    frame = inventory.purchased
    named = frame.assign(name=frame["enterprise"].map(inventory.enterprises["name"]))
    made = table("inv_purchased", named.to_dict("records"), lang)
    return Sheet("inv_purchased", (say("book.inv_purchased.read", lang),), (made,), frozen=2)


def factors_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return every factor that was used, with source and status, other vintages beside it."""
    frame = inventory.factors
    kinds = [say(f"book.factor.{kind}", lang) for kind in frame["kind"]]
    shown = with_fuel_names(with_fuel_names(frame, lang), lang, "name").assign(kind=kinds)
    unverified = int((frame["status"] != "official-seen").sum()) if len(frame) else 0
    lines = (
        say("book.inv_factors.read", lang),
        say("book.inv_factors.unverified", lang, count=unverified, total=len(frame)),
    )
    return Sheet("inv_factors", lines, (table("inv_factors", shown.to_dict("records"), lang),), frozen=1)
