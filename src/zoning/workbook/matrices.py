"""Sheets of the coherence matrix: a row is a unit or type of zone, dimension and kind of clause, a column a demand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from zoning.audit import LEAD, Audit
from zoning.messages import knows, say
from zoning.vocab import label
from zoning.workbook.sheet import Column, Sheet, Table, columns

__all__ = ["demand_type", "matrix_sheets"]

_WIDTH = 11.0
_KIND = "theme.relation"


def matrix_sheets(found: Audit, lang: str) -> tuple[Sheet, ...]:
    """Return the matrices of an audit that have rows; what was left out is said above the table."""
    made = (_sheet(name, found, lang) for name in ("matrix_units", "matrix_zones") if len(_frame(name, found)))
    return tuple(made)


def demand_type(code: str, lang: str) -> str:
    """Return the name of a type of demand on carbon.

    Examples
    --------
    >>> demand_type("cap", "zh"), demand_type("", "en")
    ('总量', 'other')
    """
    key = f"book.demand.{code}"
    return say(key if knows(key) else "book.demand.other", lang)


def _frame(name: str, found: Audit) -> pd.DataFrame:
    return found.tables.get(name, pd.DataFrame())


def _sheet(name: str, found: Audit, lang: str) -> Sheet:
    frame = _frame(name, found)
    lines = [say(f"book.{name}.read", lang), say("book.matrix.read", lang)]
    if name in found.cut:
        shown, total = found.cut[name]
        lines.append(say("book.matrix.cut", lang, shown=shown, total=total))
    demands = [str(column) for column in frame.columns if column not in LEAD]
    head = columns(name, lang)
    heads = (*head, *(_column(code, lang) for code in demands))
    rows = [_row(record, [one.name for one in head], demands, lang) for record in frame.to_dict("records")]
    return Sheet(name, tuple(lines), (Table(heads, rows),), frozen=sum(one.name in LEAD[:4] for one in head))


def _row(record: dict[Any, Any], head: list[str], demands: list[str], lang: str) -> tuple[Any, ...]:
    known = record | {"name": record["name"] or (label(record["group"], lang) if "name" not in head else "")}
    verdicts = (verdict if isinstance(verdict := record[code], str) else "" for code in demands)
    return (*(known[name] for name in head), *verdicts)


def _column(code: str, lang: str) -> Column:
    zh, en = (say("book.matrix.demand", tongue, type=demand_type(code, tongue)) for tongue in ("zh", "en"))
    source = say("book.matrix.source", lang)
    return Column(f"demand_{code or 'other'}", demand_type(code, lang), "", _KIND, zh, en, source, _WIDTH)
