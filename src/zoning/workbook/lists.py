"""The workbook of a list audit: how to read it, what was found, and the tables behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from zoning.audit import ORDER, Audit, kinds_of, lists_said
from zoning.clauses import CARBON_STATES
from zoning.content import knowledge_date
from zoning.messages import say
from zoning.tables import numbers
from zoning.vocab import label
from zoning.workbook.inputs import faults_sheet
from zoning.workbook.matrices import matrix_sheets
from zoning.workbook.paint import paint
from zoning.workbook.sheet import Chart, Sheet, Table, table

__all__ = ["audit_sheets", "health_sheets", "write_audit"]

_TABLES = ("clauses", "coverage", "carbon", "held", "clashes", "copies", "laws", "deadlines", "wording", "coherence",
           "penalties", "zones")  # fmt: skip
_FIRST = ("coverage", "carbon", "held")
_FROZEN = {"clauses": 3, "coverage": 2, "carbon": 2, "held": 2}
_DRAWN = 12  # kinds of findings in the chart


def write_audit(title: str, found: Audit, path: Path, lang: str = "zh") -> None:
    """Write the workbook of an audit; no cell is a formula or a link, whatever the list contains.

    Parameters
    ----------
    title : str
        Name of the list.
    found : Audit
        What was found.
    path : Path
        File to write.
    lang : str
        ``zh`` or ``en``.
    """
    paint(audit_sheets(found, lang), path, lang, study=title, example=False)


def audit_sheets(found: Audit, lang: str) -> tuple[Sheet, ...]:
    """Return the sheets of an audit in their order; tables that the audit does not have are left out."""
    sheets = (_sheet(name, found, lang) for name in _TABLES if name in found.tables)
    head = (_cover(found, lang), _summary(found, lang), faults_sheet(found.findings, lang))
    return (*head, *sheets, *matrix_sheets(found, lang))


def health_sheets(found: Audit, lang: str) -> tuple[Sheet, ...]:
    """Return the sheets on the lists in the workbook of a run: the clauses stand in it anyway, empty tables do not."""
    if not found.lists:
        return ()
    sheets = {name: _sheet(name, found, lang) for name in _TABLES if name != "clauses" and len(found.tables[name])}
    first = (sheets.pop(name) for name in _FIRST if name in sheets)
    head = (replace(_summary(found, lang), key="list_health"), _findings(found, lang))
    return (*head, *first, *matrix_sheets(found, lang), *sheets.values())


def _findings(found: Audit, lang: str) -> Sheet:
    """Return what is wrong with the lists, one row a place; of very many the first, which are the most harmful."""
    most = int(numbers("limits")["audit_sheet_rows"])
    made = faults_sheet(found.findings[:most], lang)
    cut = (say("audit.sheet.cut", lang, total=len(found.findings), shown=most),) if len(found.findings) > most else ()
    lines = (made.lines[0], say("book.list_findings.read", lang), *cut)
    return replace(made, key="list_findings", lines=lines)


def _cover(found: Audit, lang: str) -> Sheet:
    known = knowledge_date()["value"]
    status = say("audit.status.second-hand", lang)
    rows = [
        (say("audit.cover.what", lang), say("audit.cover.what.text", lang)),
        (say("audit.cover.lists", lang), lists_said(found.lists, lang)),
        (say("audit.cover.date", lang), found.date),
        (say("audit.cover.register", lang), say("audit.as_of", lang, known=known, status=status)),
        (say("audit.cover.order", lang), say("audit.cover.order.text", lang)),
        (say("audit.cover.limits", lang), say("audit.cover.limits.text", lang)),
    ]
    records = ({"item": item, "content": content} for item, content in rows)
    return Sheet("audit_cover", (say("audit.subtitle", lang, date=found.date),), (table("audit_cover", records, lang),))


def _summary(found: Audit, lang: str) -> Sheet:
    parts = {"kinds": _kinds(found, lang), "dimensions": _dimensions(found), "states": _states(found),
             "years": _years(found)}  # fmt: skip
    tables = tuple(table(f"audit_{name}", rows, lang, say(f"audit.sheet.{name}", lang)) for name, rows in parts.items())
    titles = {name: say(f"audit.sheet.{name}", lang) for name in parts}
    charts = (
        Chart(titles["kinds"], "bar", 0, "meaning", ("count",), rows=_DRAWN),
        Chart(titles["dimensions"], "column", 1, "dimension", ("missing",)),
        Chart(titles["states"], "column", 2, "state", ("own", "all")),
        Chart(titles["years"], "column", 3, "year", ("over", "ahead"), stacked=True),
    )
    return Sheet("audit_summary", (say("book.audit_summary.read", lang),), tables, charts=charts)


def _kinds(found: Audit, lang: str) -> Iterable[Mapping[str, Any]]:
    return [
        {"severity": str(one.severity), "code": str(one.code), "meaning": one.meaning(lang), "count": one.count,
         "units": one.units, "first": one.first}
        for one in kinds_of(found.findings)
    ]  # fmt: skip


def _dimensions(found: Audit) -> Iterable[Mapping[str, Any]]:
    rows = found.tables.get("coverage", pd.DataFrame())
    for name in ORDER if len(rows) else ():
        covered = int((rows[name] > 0).sum())
        yield {"dimension": name, "covered": covered, "missing": len(rows) - covered}


def _states(found: Audit) -> Iterable[Mapping[str, Any]]:
    rows = found.tables.get("carbon", pd.DataFrame())
    if not len(rows):
        return
    both = [min(states, key=_strength) for states in zip(rows["own_state"], rows["inherited_state"], strict=True)]
    own, all_ = Counter(rows["own_state"]), Counter(both)
    for state in CARBON_STATES:
        yield {"state": state, "own": own[state], "all": all_[state]}


def _strength(state: str) -> int:
    return CARBON_STATES.index(state) if state in CARBON_STATES else len(CARBON_STATES)


def _years(found: Audit) -> Iterable[Mapping[str, Any]]:
    rows = found.tables.get("deadlines", pd.DataFrame())
    counts = Counter((row["day"][:4], bool(row["over"])) for row in rows.to_dict("records"))
    for year in sorted({year for year, _ in counts}):
        yield {"year": year, "over": counts[year, True], "ahead": counts[year, False]}


def _sheet(name: str, found: Audit, lang: str) -> Sheet:
    frame = found.tables[name]
    most = int(numbers("limits")["audit_held_rows" if name == "held" else "audit_sheet_rows"])
    records = frame.head(most).to_dict("records")
    lines = [say(f"book.audit_{name}.read", lang)]
    shown, total = found.cut.get(name, (min(len(frame), most), len(frame)))
    if shown < total:
        lines.append(say("audit.sheet.cut", lang, total=total, shown=shown))
    made = table(f"audit_{name}", (_shown(record, lang) for record in records), lang)
    return Sheet(f"audit_{name}", tuple(lines), (Table(made.columns, made.rows),), frozen=_FROZEN.get(name, 0))


def _shown(record: Mapping[Any, Any], lang: str) -> Mapping[Any, Any]:
    """Return a record as a reader reads it: what is no number and absent is blank, dimensions in words."""
    plain = {name: None if isinstance(value, float) and pd.isna(value) else value for name, value in record.items()}
    if isinstance(plain.get("missing"), str):
        plain["missing"] = "、".join(label(part, lang) for part in plain["missing"].split(";") if part)
    return plain
