"""Printed sums of a table against the sum of its rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from zoning.checks.table.amounts import number
from zoning.checks.table.records import Record, Records
from zoning.errors import Finding
from zoning.messages import finding
from zoning.tables import numbers

__all__ = ["check_sums"]


def check_sums(records: Records, fields: Sequence[str]) -> list[Finding]:
    """Return a finding per column whose printed total, below all rows, is not their sum.

    Only a table with one such row is judged: of several nobody can say which rows each sums up.
    """
    if len(records.totals) != 1 or not records.rows:
        return []
    total = records.totals[0]
    findings = []
    for field in fields:
        printed, added = _amount(total, field), sum(_known(record, field) for record in records.rows)
        off = abs(printed - added)
        if math.isfinite(printed) and off > numbers("thresholds")["printed_sum"] * max(abs(printed), abs(added)):
            findings.append(finding("ARITHMETIC", "rows", where=records.where(total, field), added=f"{added:.10g}"))
    return findings


def _amount(record: Record, field: str) -> float:
    try:
        return number(record.text(field))
    except ValueError:
        return math.nan


def _known(record: Record, field: str) -> float:
    amount = _amount(record, field)
    return amount if math.isfinite(amount) else 0.0
