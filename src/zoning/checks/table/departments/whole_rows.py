"""Rows as wholes: the same row twice, rows that name nobody, amounts in a column of no named fuel."""

from __future__ import annotations

from collections import defaultdict

from zoning.checks.table.departments.sheets import Sheet, listed_rows
from zoning.checks.table.records import Record
from zoning.errors import Finding, Severity
from zoning.messages import finding

__all__ = ["check_rows"]


def check_rows(sheet: Sheet) -> list[Finding]:
    """Judge the rows of a table of enterprises as wholes."""
    return [*_twice(sheet), *_nameless(sheet), *_unnamed_fuel(sheet)]


def _twice(sheet: Sheet) -> list[Finding]:
    """Name rows that are the same in every cell but their number; who is the same enterprise is not judged here."""
    groups: dict[tuple[tuple[str, str], ...], list[Record]] = defaultdict(list)
    for record in sheet.rows:
        key = tuple((name, cell.text) for name, cell in record.cells.items() if name != "number" and cell.text)
        groups[key].append(record)
    findings = []
    for records in groups.values():
        if len(records) > 1 and sheet.kind not in ("boilers", "kilns"):
            where = sheet.where("name") | {"row": records[1].row, "value": records[0].text("name")}
            listed = listed_rows(records)
            findings.append(finding("FIRM_DUPLICATE", "rows", severity=Severity.WARNING, where=where, rows=listed))
    return findings


def _nameless(sheet: Sheet) -> list[Finding]:
    rows = [record for record in sheet.rows if not record.text("name") and not record.text("code")]
    if not rows:
        return []
    listed = listed_rows(rows)
    where = sheet.where("name") | {"row": rows[0].row}
    return [finding("FIRM_MATCH_UNCERTAIN", "nameless", where=where, count=len(rows), rows=listed)]


def _unnamed_fuel(sheet: Sheet) -> list[Finding]:
    """Name amounts under 其他: nobody can tell which fuel they are of."""
    rows = [record for record in sheet.rows if record.text("other") not in ("", "0", "无", "—", "-")]
    if not rows:
        return []
    listed = listed_rows(rows)
    where = sheet.at("other", rows[0])
    return [
        finding("EVIDENCE_MISSING", "unnamed", severity=Severity.WARNING, where=where, count=len(rows), rows=listed)
    ]
