"""A reviewed sheet of pairs: which rows of the tables a person accepted as one enterprise, and which not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from zoning.checks.headers import find_header
from zoning.checks.judged import Judged
from zoning.checks.table.records import Record, Records, records_of
from zoning.checks.table.registers import iso_date
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.vocab import allowed, value

__all__ = ["REVIEW_COLUMNS", "check_review"]

REVIEW_COLUMNS = ("pair", "decision", "by", "date", "note")
_NEEDED = ("pair", "decision")


def check_review(sheets: Sequence[RawTable]) -> Judged[pd.DataFrame]:
    """Judge a reviewed sheet: rows without a decision are passed over, a decision that is neither is an error.

    Parameters
    ----------
    sheets : sequence of RawTable
        The workbook of an inventory with its sheet of pairs filled in, or any table with its columns; at least one.

    Returns
    -------
    Judged of DataFrame
        ``pair, decision`` (``accept, reject``), ``by, date`` (ISO, as written where it is no date), ``note``.
    """
    records = records_of(next(filter(_has_pairs, sheets), sheets[0]), "review", _NEEDED, {})
    findings = list(records.findings)
    if not set(_NEEDED) <= set(records.fields):
        return Judged(None, tuple(findings))
    rows = []
    for record in records.rows:
        if not record.text("decision"):
            continue
        row, faults = _decision(records, record)
        findings += faults
        rows.append(row)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(pd.DataFrame(rows, columns=list(REVIEW_COLUMNS)), tuple(findings))


def _has_pairs(sheet: RawTable) -> bool:
    header = find_header(sheet.rows, "review", {})
    return header is not None and set(_NEEDED) <= set(header.columns.values())


def _decision(records: Records, record: Record) -> tuple[dict[str, str], list[Finding]]:
    findings = []
    decision = value("review", record.text("decision"))
    if decision is None:
        where = records.where(record, "decision")
        findings.append(
            finding("VALUE_UNKNOWN", severity=Severity.ERROR, where=where, count=1, allowed=allowed("review"))
        )
    if not record.text("pair"):
        findings.append(finding("VALUE_UNKNOWN", "review_pair", where=records.where(record, "pair")))
    if not record.text("by"):
        findings.append(finding("OVERRIDE_REASON_MISSING", "review", where=records.where(record, "by")))
    date = iso_date(record.text("date")) or record.text("date")
    texts = {name: record.text(name) for name in ("pair", "by", "note")}
    return texts | {"decision": decision or "", "date": date}, findings
