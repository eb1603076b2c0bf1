"""Sheets of what adds up and what does not: the energy balance, departments against each other, uncertainty."""

from __future__ import annotations

from zoning.inventory import Inventory
from zoning.messages import say
from zoning.workbook.inventory.words import table_names, with_fuel_names
from zoning.workbook.sheet import Chart, Sheet, table

__all__ = ["disagreements_sheet", "reconciliation_sheet", "uncertainty_sheet"]


def reconciliation_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return the balance against the sum of the enterprises by sector, industry and fuel, then the townships."""
    rows = with_fuel_names(inventory.reconciliation, lang).to_dict("records")
    balance = table("inv_reconciliation", rows, lang, say("book.inv.balance", lang))
    areas = with_fuel_names(inventory.areas, lang).to_dict("records")
    towns = table("inv_areas", areas, lang, say("book.inv.towns", lang))
    return Sheet("inv_reconciliation", (say("book.inv_reconciliation.read", lang),), (balance, towns))


def disagreements_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return what departments say differently, most tonnes first: the one page to take to a meeting."""
    named = with_fuel_names(inventory.disagreements, lang, "quantity")
    sides = {side: [table_names(str(codes), lang) for codes in named[side]] for side in ("left", "right")}
    frame = named.assign(**sides)
    made = table("inv_disagreements", frame.to_dict("records"), lang)
    lines = (say("book.inv_disagreements.read", lang, count=len(frame)),)
    return Sheet("inv_disagreements", lines, (made,), frozen=2)


def uncertainty_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return 95 % ranges, the city first, then sectors, then enterprises by their mean."""
    frame = inventory.uncertainty
    rank = frame["level"].map({"city": 0, "sector": 1, "enterprise": 2})
    ordered = frame.assign(rank=rank, name=frame["key"].map(inventory.enterprises["name"]))
    ordered = ordered.sort_values(
        ["rank", "mean", "key", "species"], ascending=[True, False, True, True], kind="stable"
    )
    made = table("inv_uncertainty", ordered.to_dict("records"), lang)
    sectors = Chart(say("book.inv.chart.range", lang), "column", 0, "species", ("low", "mean", "high"), rows=8)
    return Sheet("inv_uncertainty", (say("book.inv_uncertainty.read", lang),), (made,), frozen=3, charts=(sectors,))
