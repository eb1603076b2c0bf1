"""Energy use in coal equivalent, and output."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from zoning.checks.table.departments.columns import column_of_numbers, not_negative
from zoning.checks.table.departments.measures import converted
from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding
from zoning.messages import finding
from zoning.quantities import convert, dimension

__all__ = ["energy_rows"]


def energy_rows(sheet: Sheet, years: Sequence[int]) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    """Return ``energy``: tce by calorific and by equivalent value, and output in 10⁴ yuan.

    Energy of which a table does not say by which value it counts is an error: the two differ by more than a third.
    """
    names = ("tce_calorific", "tce_equivalent", "output")
    if not {*names, "tce"} & set(sheet.columns):
        return [], []
    findings: list[Finding] = []
    columns: list[list[float]] = []
    for name in names:
        column, faults = _column(sheet, name)
        columns.append(column)
        findings += faults
    if "tce" in sheet.columns and not {"tce_calorific", "tce_equivalent"} & set(sheet.columns):
        columns, faults = _undeclared(sheet, columns)
        findings += faults
    rows: list[tuple[Any, ...]] = [
        (ref, year, *cells)
        for ref, year, *cells in zip(sheet.refs, years, *columns, strict=True)
        if not all(math.isnan(float(cell)) for cell in cells)
    ]
    return rows, findings


def _column(sheet: Sheet, name: str) -> tuple[list[float], list[Finding]]:
    if name not in sheet.columns:
        return [math.nan] * len(sheet.rows), []
    amounts, findings = column_of_numbers(sheet, name)
    findings += not_negative(sheet, name, amounts)
    if name == "output":
        unit = sheet.header.units.get(name, "")
        if not unit or dimension(unit) != dimension("万元"):
            where = sheet.where(name)
            return [math.nan] * len(amounts), [*findings, finding("UNIT_UNCLEAR", "output", where=where)]
        factor = convert(1.0, unit, "万元")
        return [amount * factor for amount in amounts], findings
    kept, faults = converted(sheet, name, amounts, ["tce"] * len(amounts))
    return kept, [*findings, *faults]


def _undeclared(sheet: Sheet, columns: list[list[float]]) -> tuple[list[list[float]], list[Finding]]:
    """Read one column of energy whose value (当量 or 等价) only the unit says."""
    kept, findings = _column(sheet, "tce")
    unit = sheet.header.units.get("tce", "")
    if "等价" in unit or "等价" in sheet.title("tce"):
        return [columns[0], kept, columns[2]], findings
    if "当量" in unit or "当量" in sheet.title("tce"):
        return [kept, *columns[1:]], findings
    return columns, [*findings, finding("UNIT_UNCLEAR", "tce", where=sheet.where("tce"))]
