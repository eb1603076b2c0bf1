"""Sheet of the drafted clauses: what is proposed, for whom, on what evidence, with what gaps."""

from __future__ import annotations

from typing import Any

from zoning.drafts import Draft
from zoning.messages import say
from zoning.result import Result
from zoning.workbook.fields import code_label, listed, unit_label
from zoning.workbook.sheet import Sheet, table

__all__ = ["drafts_sheet"]


def drafts_sheet(result: Result, lang: str) -> Sheet:
    """Return every candidate clause, those of first rank before their alternatives."""
    names = dict(zip(result.units.frame["code"], result.units.frame["name"], strict=True))
    for zones in result.zones:
        names |= dict(zip(zones.frame["code"], zones.frame["name"], strict=True))
    records = [_record(draft, names, lang) for draft in result.drafts]
    first = [draft for draft in result.drafts if draft.rank == 1]
    shared = sum(draft.level != "unit" for draft in first)
    gaps = sum(bool(draft.gaps) for draft in first)
    found = say("book.drafts.found", lang, total=len(result.drafts), first=len(first), shared=shared, gaps=gaps)
    return Sheet("drafts", (found, say("book.drafts.read", lang)), (table("drafts", records, lang),), frozen=2)


def _record(draft: Draft, names: dict[str, str], lang: str) -> dict[str, Any]:
    return {
        "id": draft.id,
        "rank": str(draft.rank),
        "level": draft.level,
        "code": draft.code,
        "name": names.get(draft.code, "") or _type_name(draft.code, lang),
        "reason": draft.reason,
        "dimension": draft.dimension,
        "action": draft.action,
        "before": draft.before,
        "text": draft.text,
        "gaps": listed(draft.gaps, lang),
        "basis": listed((basis.printed for basis in draft.bases), lang),
        "carbon_state": draft.carbon_state,
        "grade": draft.grade,
        "units": len(draft.units),
        "why": draft.why(lang),
        "evidence": "\n".join(_evidence(one, lang) for one in draft.evidence),
        "when_not": draft.when_not,
        "measures": listed(draft.measures, lang),
        "demands": listed(draft.demands, lang),
        "template": draft.template,
        "status": draft.status,
    }


def _type_name(code: str, lang: str) -> str:
    """Return what a zone type (``type:AIR_HIGH``) or a class of units (``class:KEY``) is called."""
    kind, _, name = code.partition(":")
    return code_label(name, lang) if kind in ("type", "class") and name else ""


def _evidence(one: tuple[str, str, str], lang: str) -> str:
    column, value, unit = one
    return f"{column} = {value}" + (f" {unit_label(unit, lang)}" if unit not in ("", "1") else "")
