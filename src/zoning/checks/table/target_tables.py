"""Tables of regional targets → Targets."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict

from zoning.checks.judged import Judged
from zoning.checks.table.amounts import year_of
from zoning.checks.table.records import Record, Records, amount_of, records_of
from zoning.checks.table.target_ranges import TargetRow, check_parts, check_plausible, measures
from zoning.errors import Finding, QuantityError, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.quantities import canonical, convert, dimension
from zoning.study import Study, TableInput
from zoning.targets import Target, Targets
from zoning.vocab import allowed, value

__all__ = ["check_targets"]

_REQUIRED = ("region_code", "indicator", "unit", "year", "limit")


def check_targets(raw: RawTable, declared: TableInput, study: Study) -> Judged[Targets]:
    """Judge a long table of targets: one row per region × indicator × year.

    ``use`` without a year of its own is of the base year. Several units of one indicator of one region are brought to
    the first of them. The unit may stand in brackets behind the header of the limit instead of in a column.
    """
    records = records_of(raw, "targets", _REQUIRED, declared.fields)
    findings = [found for found in records.findings if not _unit_in_header(records, found)]
    if "unit" not in records.fields and "limit" in records.fields and "limit" not in records.units:
        findings.append(finding("UNIT_MISSING", "column", where=records.at("unit"), headers=_headers(records)))
    rows: list[TargetRow] = []
    if all(name in records.fields for name in _REQUIRED if name != "unit"):
        for record in records.rows:
            row, faults = _target(records, record, study, declared)
            findings += faults
            if row is not None:
                rows.append(row)
    findings += _mixed_units(records, rows) + _repeated(records, rows)
    rows = _one_unit(rows)
    findings += check_plausible(rows, study) + check_parts(rows, study) + _past(records, rows, study)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(Targets(tuple(row.target for row in rows)), tuple(findings))


def _headers(records: Records) -> str:
    return "、".join(text.replace("\n", "") for text in records.headers.values())


def _unit_in_header(records: Records, found: Finding) -> bool:
    return str(found.code) == "FIELD_MISSING" and found.field == "unit" and "limit" in records.units


def _target(
    records: Records, record: Record, study: Study, declared: TableInput
) -> tuple[TargetRow | None, list[Finding]]:
    numbers, findings = _numbers(records, record)
    unit = record.text("unit") or records.units.get("limit", "")
    findings += _unit(records, record, unit)
    findings += _codes(records, record, study)
    if not unit or any(found.severity is Severity.ERROR for found in findings):
        return None, findings
    out, faults = _out_of_range(records, record, numbers, study)
    if out:
        return None, findings + faults
    target = _made(record, numbers, study)
    target = dataclasses.replace(target, unit=unit, source=target.source or declared.source or records.file)
    wanted = measures(target)
    if wanted:
        where = records.where(record, "unit") | {"value": unit}
        findings.append(finding("VALUE_UNKNOWN", "measure", where=where, indicator=record.text("indicator"),
                                allowed=wanted))  # fmt: skip
        return None, findings
    written = (record.text(name) for name in ("indicator", "limit", "use"))
    return TargetRow(target, records.at(), record.row, *written), findings


def _numbers(records: Records, record: Record) -> tuple[dict[str, float], list[Finding]]:
    numbers: dict[str, float] = {}
    findings: list[Finding] = []
    for field in ("limit", "use"):
        numbers[field], faults = amount_of(records, record, field)
        findings += faults
    for field in ("year", "use_year"):
        numbers[field], faults = amount_of(records, record, field, year_of)
        findings += faults
    return numbers, findings


def _unit(records: Records, record: Record, unit: str) -> list[Finding]:
    if not unit:
        known = "unit" in records.fields
        return [finding("UNIT_MISSING", "cell", where=records.where(record, "unit"))] if known else []
    try:
        canonical(unit)
    except QuantityError as error:
        return [finding("UNIT_MISSING", "unknown", where=records.where(record, "unit"), reason=error)]
    return []


def _codes(records: Records, record: Record, study: Study) -> list[Finding]:
    """Judge region and indicator: an empty region, one of another province, an indicator that no rule knows."""
    findings = []
    code, indicator = record.text("region_code"), record.text("indicator")
    province = study.study.admin_code[:2]
    if not (code.isdigit() and len(code) >= 6):
        findings.append(finding("VALUE_UNKNOWN", "region", where=records.where(record, "region_code")))
    elif province != "00" and not code.startswith(province):  # 00: the region of a file by itself is not known
        where = records.where(record, "region_code")
        findings.append(finding("ADMIN_MISMATCH", "region", where=where, admin=study.study.admin_code))
    if value("indicator", indicator) is None:
        where = records.where(record, "indicator")
        findings.append(
            finding("VALUE_UNKNOWN", "indicator", severity=Severity.WARNING, where=where, allowed=allowed("indicator"))
        )
    return findings


def _out_of_range(
    records: Records, record: Record, numbers: dict[str, float], study: Study
) -> tuple[bool, list[Finding]]:
    low, high = study.threshold("target_year_low"), study.threshold("target_year_high")
    findings = []
    if not (math.isfinite(numbers["limit"]) and numbers["limit"] > 0):
        findings.append(finding("TARGET_RANGE", "positive", where=records.where(record, "limit")))
    if not (low <= numbers["year"] <= high and numbers["year"].is_integer()):
        span = f"{low:.0f}–{high:.0f}"
        findings.append(finding("TARGET_RANGE", "year", where=records.where(record, "year"), allowed=span))
    if numbers["use"] < 0:
        findings.append(finding("TARGET_RANGE", "positive", where=records.where(record, "use")))
    return bool(findings), findings


def _made(record: Record, numbers: dict[str, float], study: Study) -> Target:
    indicator = record.text("indicator")
    use_year = numbers["use_year"]
    return Target(
        region_code=record.text("region_code"),
        region_name=record.text("region_name"),
        level=value("region_level", record.text("region_level")) or record.text("region_level"),
        indicator=value("indicator", indicator) or indicator,
        unit="",
        year=int(numbers["year"]),
        limit=numbers["limit"],
        use=numbers["use"],
        use_year=int(use_year) if math.isfinite(use_year) else study.years.base,
        source=record.text("source"),
    )


def _mixed_units(records: Records, rows: list[TargetRow]) -> list[Finding]:
    """Name indicators with several units: rows that can be converted are, others make an error."""
    units: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        units[row.indicator].setdefault(row.target.unit)
    findings = []
    for indicator, named in units.items():
        if len({canonical(unit) for unit in named}) > 1:
            apart = len({dimension(unit) for unit in named}) > 1
            key, severity = ("apart", Severity.ERROR) if apart else ("", None)
            where = records.at("unit") | {"value": "、".join(named)}
            findings.append(finding("UNIT_MIXED", key, severity=severity, where=where, indicator=indicator))
    return findings


def _one_unit(rows: list[TargetRow]) -> list[TargetRow]:
    """Bring the rows of one region and indicator to the unit of the first: a path is drawn through their numbers."""
    first: dict[tuple[str, str], str] = {}
    same = []
    for row in rows:
        target = row.target
        unit = first.setdefault((target.region_code, target.indicator), target.unit)
        if canonical(unit) != canonical(target.unit) and dimension(unit) == dimension(target.unit):
            target = dataclasses.replace(
                target, unit=unit, limit=convert(target.limit, target.unit, unit),
                use=convert(target.use, target.unit, unit),
            )  # fmt: skip
        same.append(dataclasses.replace(row, target=target))
    return same


def _repeated(records: Records, rows: list[TargetRow]) -> list[Finding]:
    """Name targets that are there twice: an error where they differ, else a row too many."""
    groups: dict[tuple[str, str, int], list[TargetRow]] = defaultdict(list)
    for row in rows:
        groups[row.target.region_code, row.target.indicator, row.target.year].append(row)
    findings = []
    for (region, _, year), group in groups.items():
        if len(group) > 1:
            differ = len({(row.target.limit, row.target.unit) for row in group}) > 1
            named = f"{region} {group[0].indicator} {year}"
            where = records.at("region_code") | {"row": group[1].row, "value": named}
            shown = "、".join(f"{row.row}（{row.limit}）" for row in group)
            severity = Severity.ERROR if differ else Severity.WARNING
            findings.append(finding("CODE_DUPLICATE", "target", severity=severity, where=where, rows=shown))
    return findings


def _past(records: Records, rows: list[TargetRow], study: Study) -> list[Finding]:
    """Say so if every target is due before the base year."""
    if not rows or max(row.target.year for row in rows) >= study.years.base:
        return []
    latest = max(row.target.year for row in rows)
    return [finding("YEAR_DIFFERS", "targets", where=records.at("year") | {"value": latest}, base=study.years.base)]
