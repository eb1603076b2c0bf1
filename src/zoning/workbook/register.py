"""Sheet of the decision register: every entry of people, how it stands today, and why."""

from __future__ import annotations

from typing import Any

from zoning.messages import say
from zoning.result import Result
from zoning.workbook.fields import code_label
from zoning.workbook.sheet import Sheet, table

__all__ = ["register_sheet"]

_STATES = ("applied", "reopened", "expired", "refused")


def register_sheet(result: Result, lang: str) -> Sheet:
    """Return every entry of the register: who decided what and why, and whether it is applied."""
    records = [_record(row, lang) for row in result.register.to_dict("records")]
    counts = result.register["state"].value_counts()
    found = say("book.register.found", lang, total=len(records), **{name: int(counts.get(name, 0)) for name in _STATES})
    return Sheet("register", (found, say("book.register.read", lang)), (table("register", records, lang),), frozen=3)


def _record(row: dict[Any, Any], lang: str) -> dict[str, Any]:
    words = {name: code_label(str(row[name]), lang) if row[name] else "" for name in ("from", "to", "now")}
    kind = say(f"book.register.kind.{row['kind']}", lang) if row["kind"] in ("decision", "clause", "place") else ""
    state = say(f"book.register.state.{row['state']}", lang)
    return row | words | {"kind": kind or row["kind"], "state": state, "why": row[f"why_{lang}"]}
