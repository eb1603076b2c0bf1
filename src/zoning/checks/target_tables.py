"""Tables of regional targets → Targets."""

from __future__ import annotations

import math

from zoning.checks.judged import Judged
from zoning.checks.records import A_NUMBER, Record, Records, number, records_of
from zoning.errors import Finding, QuantityError, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.quantities import canonical
from zoning.study import Study, TableInput
from zoning.targets import Target, Targets
from zoning.vocab import value

__all__ = ["check_targets"]

_REQUIRED = ("region_code", "indicator", "unit", "year", "limit")


def check_targets(raw: RawTable, declared: TableInput, study: Study) -> Judged[Targets]:
    """Judge a long table of targets: one row per region × indicator × year.

    ``use`` without a year of its own is of the base year.
    """
    records = records_of(raw, "targets", _REQUIRED, declared.fields)
    findings = list(records.findings)
    rows: list[Target] = []
    if not any(found.severity is Severity.ERROR for found in findings):
        for record in records.rows:
            target, faults = _target(records, record, study, declared)
            findings += faults
            if target is not None:
                rows.append(target)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(Targets(tuple(rows)), tuple(findings))


def _target(
    records: Records, record: Record, study: Study, declared: TableInput
) -> tuple[Target | None, list[Finding]]:
    findings: list[Finding] = []
    numbers: dict[str, float] = {}
    for field in ("year", "limit", "use", "use_year"):
        try:
            numbers[field] = number(record.text(field))
        except ValueError:
            where = records.where(record, field)
            findings.append(finding("VALUE_UNKNOWN", where=where, count=1, allowed=A_NUMBER))
    unit = record.text("unit")
    try:
        canonical(unit)
    except QuantityError as error:
        findings.append(finding("UNIT_MISSING", "unknown", where=records.where(record, "unit"), reason=error))
    if findings:
        return None, findings
    if not (math.isfinite(numbers["year"]) and math.isfinite(numbers["limit"]) and numbers["limit"] > 0):
        return None, [finding("TARGET_RANGE", where=records.where(record, "limit"))]
    indicator = record.text("indicator")
    use_year = numbers["use_year"]
    return Target(
        region_code=record.text("region_code"),
        region_name=record.text("region_name"),
        level=value("region_level", record.text("region_level")) or record.text("region_level"),
        indicator=value("indicator", indicator) or indicator,
        unit=unit,
        year=int(numbers["year"]),
        limit=numbers["limit"],
        use=numbers["use"],
        use_year=int(use_year) if math.isfinite(use_year) else study.years.base,
        source=record.text("source") or declared.source or records.file,
    ), []
