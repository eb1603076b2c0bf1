"""Years of department tables: rows of another year than their report, and reports of another year than the study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from zoning.checks.table.departments.sheets import Sheet, listed_rows
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.tables import numbers

__all__ = ["check_years"]


def check_years(sheet: Sheet, years: Sequence[int], base: int) -> list[Finding]:
    """Judge the years of a sheet: its rows against the report, the report against the base year.

    A row of another year is kept under its own year. A workbook of several years has no year of its own.

    Parameters
    ----------
    sheet : Sheet
        For its titles and addresses.
    years : sequence of int
        Year of every row.
    base : int
        Base year of the study.
    """
    report = _report_year(sheet, years)
    findings = _contradiction(sheet)
    if report is None:
        return findings
    stray = [record for record, year in zip(sheet.rows, years, strict=True) if year != report]
    if stray and "year" in sheet.columns:
        rows = listed_rows(stray)
        shown = "、".join(sorted({record.text("year") for record in stray}))
        where = sheet.where("year") | {"row": stray[0].row, "value": shown}
        findings.append(
            finding("YEAR_MISMATCH", "rows", severity=Severity.WARNING, where=where, count=len(stray), rows=rows,
                    report=report)
        )  # fmt: skip
    if report != base and _says_a_year(sheet):
        where = sheet.where() | {"value": str(report)}
        findings.append(finding("YEAR_DIFFERS", "department", where=where, base=base))
    return findings


def _says_a_year(sheet: Sheet) -> bool:
    return sheet.said_year is not None or sheet.declared.year is not None or "year" in sheet.columns


def _report_year(sheet: Sheet, years: Sequence[int]) -> int | None:
    """Return the year a table reports: by its titles, by the study, else the one that most rows are of."""
    stated = sheet.said_year or sheet.declared.year
    if stated is not None or not years:
        return stated
    year, count = Counter(years).most_common(1)[0]
    return year if count > numbers("thresholds")["report_year_share"] * len(years) else None


def _contradiction(sheet: Sheet) -> list[Finding]:
    declared, said = sheet.declared.year, sheet.said_year
    if declared is None or said is None or declared == said:
        return []
    where = sheet.where() | {"value": str(said)}
    return [finding("YEAR_DIFFERS", "declared", where=where, declared=declared)]
