"""Sheets of who is who: pairs that a person may accept or reject, and what was taken otherwise than written."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from zoning.inventory import Correction, Inventory
from zoning.messages import say
from zoning.workbook.inventory.words import table_names
from zoning.workbook.sheet import Sheet, Table, table

__all__ = ["DECISIONS", "corrections_sheet", "pairs_sheet"]

DECISIONS = ("accept", "reject")
_LEVELS = ("probable", "possible", "apart", "sure")


def pairs_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return the pairs to look at, those that are held as one without proof first."""
    frame = inventory.pairs
    order = frame["level"].map({level: rank for rank, level in enumerate(_LEVELS)})
    ranked = frame.assign(rank=order, reasons=frame[f"reasons_{lang}"]).sort_values(
        ["rank", "score", "pair"], ascending=[True, False, True], kind="stable"
    )
    made = table("inv_pairs", ranked.to_dict("records"), lang)
    heads = tuple(replace(head, choices=DECISIONS) if head.name == "decision" else head for head in made.columns)
    return Sheet("inv_pairs", (say("book.inv_pairs.read", lang),), (Table(heads, made.rows),), frozen=4)


def corrections_sheet(inventory: Inventory, lang: str) -> Sheet:
    """Return every value that was taken otherwise than it is written, with the reason."""
    records = [_correction(one, lang) for one in inventory.corrections]
    made = table("inv_corrections", records, lang)
    return Sheet("inv_corrections", (say("book.inv_corrections.read", lang, count=len(records)),), (made,), frozen=2)


def _correction(one: Correction, lang: str) -> dict[str, Any]:
    kind, sheet, row = one.ref.split("/", 2)
    number = int(row) if row.isdigit() else None
    return asdict(one) | {
        "file": table_names(kind.partition("#")[0], lang),
        "sheet": sheet,
        "row": number,
        "evidence": one.evidence_en if lang == "en" else one.evidence_zh,
    }
