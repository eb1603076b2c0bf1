"""Registers of people's decisions: an entry without reason, author or a known unit is refused, never applied."""

from __future__ import annotations

from collections import Counter

from zoning.checks.judged import Judged
from zoning.checks.records import Record, Records, records_of
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.register import Override
from zoning.study import TableInput
from zoning.supports import ControlUnits
from zoning.vocab import DecisionCode, allowed, value

__all__ = ["check_overrides"]


def check_overrides(raw: RawTable, declared: TableInput, units: ControlUnits | None) -> Judged[tuple[Override, ...]]:
    """Judge a register of overrides; of several on one unit the latest by date holds, and all are named."""
    records = records_of(raw, "overrides", ("unit", "to", "reason", "who", "date"), declared.fields)
    findings = list(records.findings)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    kept: list[Override] = []
    for record in records.rows:
        entry, faults = _entry(records, record, units)
        findings += faults
        if entry is not None:
            kept.append(entry)
    for unit, count in sorted(Counter(entry.unit for entry in kept).items()):
        if count > 1:
            where = {"file": records.file, "layer": records.sheet, "field": "unit", "value": unit}
            findings.append(finding("OVERRIDE_CONFLICT", where=where, count=count))
    latest = {entry.unit: entry for entry in sorted(kept, key=lambda entry: (entry.date, entry.id))}
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(tuple(latest[unit] for unit in sorted(latest)), tuple(findings))


def _entry(records: Records, record: Record, units: ControlUnits | None) -> tuple[Override | None, list[Finding]]:
    kind = record.text("kind")
    if kind not in ("", "decision"):
        where = records.where(record, "kind")
        return None, [
            finding("VALUE_UNKNOWN", severity=Severity.WARNING, where=where, count=1, allowed="decision（决定）")
        ]
    findings: list[Finding] = []
    decision = value("decision", record.text("to"))
    if decision is None:
        where = records.where(record, "to")
        findings.append(finding("VALUE_UNKNOWN", where=where, count=1, allowed=allowed("decision")))
    if units is not None and record.text("unit") not in units.codes:
        findings.append(finding("OVERRIDE_TARGET_UNKNOWN", where=records.where(record, "unit")))
    empty = [field for field in ("reason", "who", "date") if not record.text(field)]
    if empty:
        findings.append(finding("OVERRIDE_REASON_MISSING", where=records.where(record, empty[0])))
    if findings or decision is None:
        return None, findings
    computed = value("decision", record.text("from"))
    return Override(
        id=record.text("id") or f"#{record.row}",
        unit=record.text("unit"),
        computed=DecisionCode(computed) if computed else None,
        decision=DecisionCode(decision),
        who=record.text("who"),
        date=record.text("date"),
        reason=record.text("reason"),
        basis=record.text("basis"),
        valid_until=record.text("valid_until"),
        reopen_if=record.text("reopen_if"),
    ), []
