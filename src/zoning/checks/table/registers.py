"""Registers of people's decisions: an entry without reason, author or a known unit is refused, never applied."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict

from zoning.checks.judged import Judged
from zoning.checks.lookalikes import mended_code
from zoning.checks.table.records import Record, Records, records_of
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.register import Override
from zoning.study import TableInput
from zoning.supports import ControlUnits
from zoning.vocab import DecisionCode, allowed, value

__all__ = ["check_overrides", "iso_date"]

_REQUIRED = ("unit", "to", "reason", "who", "date")
_DATE = re.compile(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?|((?:19|20)\d\d)(\d\d)(\d\d)")


def check_overrides(raw: RawTable, declared: TableInput, units: ControlUnits | None) -> Judged[tuple[Override, ...]]:
    """Judge a register of overrides; of several on one unit the latest by date holds, and all are named."""
    records = records_of(raw, "overrides", _REQUIRED, declared.fields)
    findings = list(records.findings)
    if not set(_REQUIRED) <= set(records.fields):
        return Judged(None, tuple(findings))
    kept: list[Override] = []
    for record in records.rows:
        entry, faults = _entry(records, record, units)
        findings += faults
        if entry is not None:
            kept.append(entry)
    findings += _conflicts(records, kept)
    latest = {entry.unit: entry for entry in sorted(kept, key=lambda entry: (entry.date, entry.id))}
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(tuple(latest[unit] for unit in sorted(latest)), tuple(findings))


def _conflicts(records: Records, kept: list[Override]) -> list[Finding]:
    by_unit: dict[str, list[Override]] = defaultdict(list)
    for entry in kept:
        by_unit[entry.unit].append(entry)
    findings = []
    for unit, entries in sorted(by_unit.items()):
        if len(entries) > 1:
            named = "、".join(f"{entry.id}（{entry.date}）" for entry in entries)
            where = records.at("unit") | {"value": unit}
            findings.append(finding("OVERRIDE_CONFLICT", "named", where=where, count=len(entries), named=named))
    return findings


def iso_date(text: str) -> str:
    """Return a date as ISO text; empty if it is none.

    Examples
    --------
    >>> iso_date("2021年4月12日"), iso_date("2021/4/12"), iso_date("20210412"), iso_date("2021-13-01")
    ('2021-04-12', '2021-04-12', '2021-04-12', '')
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return ""
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _entry(records: Records, record: Record, units: ControlUnits | None) -> tuple[Override | None, list[Finding]]:
    kind = record.text("kind")
    if kind not in ("", "decision", "决定"):
        where = records.where(record, "kind")
        return None, [
            finding("VALUE_UNKNOWN", severity=Severity.WARNING, where=where, count=1, allowed="decision（决定）")
        ]
    findings = _unit(records, record, units) + _words(records, record)
    empty = [field for field in ("reason", "who", "date") if not record.text(field)]
    if empty:
        findings.append(finding("OVERRIDE_REASON_MISSING", where=records.where(record, empty[0])))
    elif not iso_date(record.text("date")):
        findings.append(finding("VALUE_UNKNOWN", "date", where=records.where(record, "date")))
    decision, computed = value("decision", record.text("to")), value("decision", record.text("from"))
    if decision is None or any(found.severity is Severity.ERROR for found in findings):
        return None, findings
    return Override(
        id=record.text("id") or f"#{record.row}",
        unit=record.text("unit"),
        computed=DecisionCode(computed) if computed else None,
        decision=DecisionCode(decision),
        who=record.text("who"),
        date=iso_date(record.text("date")),
        reason=record.text("reason"),
        basis=record.text("basis"),
        valid_until=record.text("valid_until"),
        reopen_if=record.text("reopen_if"),
    ), findings


def _unit(records: Records, record: Record, units: ControlUnits | None) -> list[Finding]:
    code = record.text("unit")
    if units is None or code in units.codes:
        return []
    mended = mended_code(code)
    key = "mended" if mended in units.codes else ""
    return [finding("OVERRIDE_TARGET_UNKNOWN", key, where=records.where(record, "unit"), mended=mended)]


def _words(records: Records, record: Record) -> list[Finding]:
    """Judge the two decisions: that which is to hold must be known, that which was computed should be."""
    findings = []
    for field, severity in (("to", Severity.ERROR), ("from", Severity.WARNING)):
        written = record.text(field)
        if value("decision", written) is None and (written or field == "to"):
            where = records.where(record, field)
            findings.append(
                finding("VALUE_UNKNOWN", severity=severity, where=where, count=1, allowed=allowed("decision"))
            )
    return findings
