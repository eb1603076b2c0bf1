"""First sheet of an inventory: what it was made from, what it found, and what it cannot bear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from zoning.inventory import PERMIT_ONLY, Inventory, open_pairs, residual_co2
from zoning.messages import say
from zoning.study import Study
from zoning.symbology.figures import amount, share
from zoning.workbook.fields import listed
from zoning.workbook.sheet import Sheet, Table, table

__all__ = ["inventory_cover"]


def inventory_cover(inventory: Inventory, study: Study, lang: str) -> Sheet:
    """Return the read-me of an inventory."""
    parts = (
        _part("found", _found(inventory, lang), lang),
        _part(
            "method",
            ((say(f"book.inv.method.{n}.item", lang), say(f"book.inv.method.{n}", lang)) for n in range(1, 8)),
            lang,
        ),
        table("inv_sources", _sources(inventory, study, lang), lang, say("book.inv.sources", lang)),
    )
    lead = say("book.inv.lead", lang, year=inventory.year, count=int(inventory.enterprises["counts"].sum()))
    return Sheet("inv_cover", (lead, say("book.inv.next", lang)), parts)


def _part(key: str, rows: Iterable[tuple[str, str]], lang: str) -> Table:
    records = ({"item": item, "content": content} for item, content in rows)
    return table("cover", records, lang, say(f"book.inv.{key}", lang))


def _found(inventory: Inventory, lang: str) -> list[tuple[str, str]]:
    firms, records = inventory.enterprises, inventory.records
    own = records[(records["year"] == inventory.year) & records["enterprise"].map(firms["counts"])]
    carbon = own["CO2"].sum(min_count=1)
    measured = own.loc[own["tier"] == "measured", "CO2"].sum()
    left = residual_co2(inventory.reconciliation)
    facts = {
        "enterprises": str(int(firms["counts"].sum())),
        "outside": str(int((~firms["counts"]).sum())),
        "permit_only": str(int((firms["status"] == PERMIT_ONLY).sum())),
        "co2": amount(float(carbon), "t yr-1", lang),
        "measured": share(float(measured / carbon) if carbon else float("nan"), lang),
        "residual": amount(float(left), "t yr-1", lang),
        "unsure": str(open_pairs(inventory)),
        "corrections": str(len(inventory.corrections)),
    }
    return [(say(f"book.inv.fact.{name}", lang), text) for name, text in facts.items()]


def _sources(inventory: Inventory, study: Study, lang: str) -> list[dict[str, Any]]:
    """Return a row per table of the study: how many rows and enterprises it gave."""
    links = inventory.links.assign(table=inventory.links["ref"].str.split("/").str[0])
    seen: dict[str, int] = {}
    rows = []
    for declared in study.inventory.tables if study.inventory else ():
        seen[declared.kind] = seen.get(declared.kind, 0) + 1
        number = seen[declared.kind]
        own = links[links["table"] == (declared.kind if number == 1 else f"{declared.kind}#{number}")]
        rows.append(
            {
                "kind": declared.kind,
                "file": declared.path,
                "rows": len(own) or None,
                "enterprises": own["enterprise"].nunique() or None,
                "years": listed(_years(inventory, own), lang),
                "source": declared.source,
            }
        )
    return rows


def _years(inventory: Inventory, own: pd.DataFrame) -> list[str]:
    records = inventory.records[inventory.records["ref"].isin(own["ref"])]
    return [str(year) for year in sorted(set(records["year"]))]
