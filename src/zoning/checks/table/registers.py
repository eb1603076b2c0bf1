"""Registers of people's decisions: an entry without reason, author or a known target is refused, never applied."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from zoning.checks.judged import Judged
from zoning.checks.lookalikes import mended_code
from zoning.checks.table.records import Record, Records, records_of
from zoning.clauses import CARBON_STATES
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.register import ClauseReading, Override, Register, Unapplied
from zoning.study import TableInput
from zoning.supports import ControlUnits
from zoning.vocab import DecisionCode, allowed, value

__all__ = ["check_overrides", "check_register", "iso_date", "last_day"]

_REQUIRED = ("unit", "to", "reason", "who", "date")
_DATE = re.compile(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?|((?:19|20)\d\d)(\d\d)(\d\d)")
_MONTH = re.compile(r"((?:19|20)\d\d)(?:[-/.年](\d{1,2})月?|年)?底?")
_CLAUSE = re.compile(r"\s*([^|\s]+)\s*\|\s*([SPRZ])\s*\|\s*([^|]*?)\s*(?:\|\s*(\d*)\s*)?")
_WHY = {"OVERRIDE_TARGET_UNKNOWN": "unit", "OVERRIDE_REASON_MISSING": "reason"}
_E = TypeVar("_E", Override, ClauseReading)


def check_overrides(raw: RawTable, declared: TableInput, units: ControlUnits | None) -> Judged[tuple[Override, ...]]:
    """Judge a register for its decisions on units; of several on one unit the latest by date holds, all are named."""
    judged = check_register(raw, declared, units)
    if judged.value is None or any(found.severity is Severity.ERROR for found in judged.findings):
        return Judged(None, judged.findings)
    return Judged(judged.value.decisions, judged.findings)


def check_register(raw: RawTable, declared: TableInput, units: ControlUnits | None) -> Judged[Register]:
    """Judge a register: decisions on units, readings of clauses, places of enterprises.

    Of several entries on one target the latest by date holds and all are named. Entries that cannot be applied are
    kept with what is wrong with them; the value is None only for a table that is no register.

    Parameters
    ----------
    raw : RawTable
        Table as it was read.
    declared : TableInput
        Field map of the study.
    units : ControlUnits or None
        Units of the study, to hold targets against.
    """
    records = records_of(raw, "overrides", _REQUIRED, declared.fields)
    findings = list(records.findings)
    if not set(_REQUIRED) <= set(records.fields):
        return Judged(None, tuple(findings))
    decisions: list[Override] = []
    readings: list[ClauseReading] = []
    unapplied: list[Unapplied] = []
    for record in records.rows:
        entry, faults = _entry(records, record, units)
        findings += faults
        if isinstance(entry, Override):
            decisions.append(entry)
        elif isinstance(entry, ClauseReading):
            readings.append(entry)
        else:
            unapplied.append(entry)
    held, late, faults = _latest(records, [(entry.unit, entry) for entry in decisions])
    read, later, more = _latest(records, [(_clause_key(entry.target), entry) for entry in readings])
    register = Register(tuple(held), tuple(read), (*unapplied, *late, *later))
    return Judged(register, (*findings, *faults, *more))


def _clause_key(target: str) -> str:
    return "|".join(part.strip() for part in target.split("|"))


def _latest(records: Records, entries: Iterable[tuple[str, _E]]) -> tuple[list[_E], list[Unapplied], list[Finding]]:
    """Return the latest entry of every target in the order of targets, the others, and a finding that names both."""
    groups: dict[str, list[_E]] = defaultdict(list)
    for target, entry in entries:
        groups[target].append(entry)
    held: list[_E] = []
    others: list[Unapplied] = []
    findings: list[Finding] = []
    for target, group in sorted(groups.items()):
        ranked = sorted(group, key=lambda entry: (entry.date, entry.id))
        held.append(ranked[-1])
        others += [_superseded(entry, ranked[-1].id) for entry in ranked[:-1]]
        if len(group) > 1:
            named = "、".join(f"{entry.id}（{entry.date}）" for entry in group)
            where = records.at("unit") | {"value": target}
            findings.append(finding("OVERRIDE_CONFLICT", "named", where=where, count=len(group), named=named))
    return held, others, findings


def _superseded(entry: Override | ClauseReading, by: str) -> Unapplied:
    if isinstance(entry, Override):
        what = ("decision", entry.unit, str(entry.computed or ""), str(entry.decision))
    else:
        what = ("clause", entry.target, entry.computed, entry.state)
    return Unapplied(entry.id, *what, entry.who, entry.date, entry.reason, "superseded", by)


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


def last_day(text: str) -> str:
    """Return the last day of a date, month or year as ISO text; empty if it is none.

    Examples
    --------
    >>> last_day("2022-12-31"), last_day("2022年"), last_day("2024/2"), last_day("长期")
    ('2022-12-31', '2022-12-31', '2024-02-29', '')
    """
    if day := iso_date(text):
        return day
    match = _MONTH.fullmatch(text.strip())
    if match is None:
        return ""
    year, month = int(match[1]), int(match[2] or 12)
    return dt.date(year, month, calendar.monthrange(year, month)[1]).isoformat() if 1 <= month <= 12 else ""


def _entry(
    records: Records, record: Record, units: ControlUnits | None
) -> tuple[Override | ClauseReading | Unapplied, list[Finding]]:
    kind = value("override_kind", record.text("kind") or "decision")
    if kind is None:
        where = records.where(record, "kind")
        words = allowed("override_kind")
        found = finding("VALUE_UNKNOWN", severity=Severity.WARNING, where=where, count=1, allowed=words)
        return _unapplied(record, record.text("kind"), "kind"), [found]
    if kind == "location":
        where = records.where(record, "unit")
        return _unapplied(record, kind, "elsewhere"), [finding("VALUE_UNKNOWN", "override_location", where=where,
                                                               severity=Severity.WARNING)]  # fmt: skip
    findings = _signed(records, record) + _ends(records, record)
    findings += _target(records, record, units, kind) + _words(records, record, kind)
    errors = [found for found in findings if found.severity is Severity.ERROR]
    if errors:
        return _unapplied(record, kind, _why(errors[0])), findings
    return (_decision if kind == "decision" else _reading)(record), findings


def _why(found: Finding) -> str:
    return _WHY.get(str(found.code)) or {"date": "date", "override_clause": "target"}.get(
        found.key.rpartition(".")[2], "value"
    )


def _unapplied(record: Record, kind: str, why: str) -> Unapplied:
    return Unapplied(
        id=_id(record),
        kind=kind,
        target=record.text("unit"),
        before=record.text("from"),
        after=record.text("to"),
        who=record.text("who"),
        date=iso_date(record.text("date")) or record.text("date"),
        reason=record.text("reason"),
        why=why,
    )


def _id(record: Record) -> str:
    return record.text("id") or f"#{record.row}"


def _signed(records: Records, record: Record) -> list[Finding]:
    """Judge who, when and why."""
    empty = [field for field in ("reason", "who", "date") if not record.text(field)]
    if empty:
        return [finding("OVERRIDE_REASON_MISSING", where=records.where(record, empty[0]))]
    if not iso_date(record.text("date")):
        return [finding("VALUE_UNKNOWN", "date", where=records.where(record, "date"))]
    return []


def _ends(records: Records, record: Record) -> list[Finding]:
    written = record.text("valid_until")
    if not written or last_day(written):
        return []
    where = records.where(record, "valid_until")
    return [finding("VALUE_UNKNOWN", "override_until", severity=Severity.WARNING, where=where)]


def _entered(record: Record) -> dict[str, str]:
    """Return what every entry says: who, when, why, on what basis, until when."""
    words = {name: record.text(name) for name in ("who", "reason", "basis", "reopen_if", "evidence")}
    return words | {"date": iso_date(record.text("date")), "valid_until": last_day(record.text("valid_until"))}


def _decision(record: Record) -> Override:
    computed = value("decision", record.text("from"))
    decision = value("decision", record.text("to")) or ""
    return Override(
        id=_id(record),
        unit=record.text("unit"),
        computed=DecisionCode(computed) if computed else None,
        decision=DecisionCode(decision),
        **_entered(record),
    )


def _reading(record: Record) -> ClauseReading:
    return ClauseReading(
        id=_id(record),
        target=_clause_key(record.text("unit")),
        computed=_state(record.text("from")),
        state=_state(record.text("to")),
        **_entered(record),
    )


def _state(text: str) -> str:
    found = value("clause_state", text) or ""
    return found if found in CARBON_STATES else ""


def _target(records: Records, record: Record, units: ControlUnits | None, kind: str) -> list[Finding]:
    """Judge the unit of an entry; that of a clause stands before its dimension and number."""
    code = record.text("unit")
    if kind == "clause":
        match = _CLAUSE.fullmatch(code)
        if match is None:
            where = records.where(record, "unit")
            return [finding("VALUE_UNKNOWN", "override_clause", severity=Severity.ERROR, where=where)]
        code = match[1]
    if units is None or code in units.codes:
        return []
    mended = mended_code(code)
    key = "mended" if mended in units.codes else ""
    return [finding("OVERRIDE_TARGET_UNKNOWN", key, where=records.where(record, "unit"), mended=mended)]


def _words(records: Records, record: Record, kind: str) -> list[Finding]:
    """Judge the two values: that which is to hold must be known, that which was computed should be."""
    domain = "decision" if kind == "decision" else "clause_state"
    findings = []
    for field, severity in (("to", Severity.ERROR), ("from", Severity.WARNING)):
        written = record.text(field)
        if value(domain, written) is None and (written or field == "to"):
            where = records.where(record, field)
            findings.append(finding("VALUE_UNKNOWN", severity=severity, where=where, count=1, allowed=allowed(domain)))
    return findings
