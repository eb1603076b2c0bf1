"""Tables by township: fuel of vehicles, and what homes use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from zoning.checks.table.departments.columns import column_of_numbers, not_negative
from zoning.checks.table.departments.fuels import fuel_unit
from zoning.checks.table.departments.measures import converted
from zoning.checks.table.departments.sheets import Sheet
from zoning.checks.table.departments.uses import fuel_columns, fuels_in_rows, kept_amounts
from zoning.errors import Finding

__all__ = ["home_rows", "vehicle_rows"]

Line = tuple[Any, ...]


def vehicle_rows(sheet: Sheet, years: Sequence[int]) -> tuple[list[Line], list[Finding]]:
    """Return ``areas`` of a table with one row per township and vehicle; a row without any amount is none."""
    return _in_rows(sheet, years, "transport", sheet.texts("what"))


def _in_rows(sheet: Sheet, years: Sequence[int], sector: str, what: Sequence[str]) -> tuple[list[Line], list[Finding]]:
    fuels, findings = fuels_in_rows(sheet)
    amounts, faults = column_of_numbers(sheet, "amount")
    findings += [*faults, *not_negative(sheet, "amount", amounts)]
    units = [fuel.unit if fuel is not None else "t" for fuel in fuels]
    counted = [
        math.nan if fuel is None or (amount == 0 and not own) else amount
        for amount, fuel, own in zip(amounts, fuels, sheet.unit_texts("amount"), strict=True)
    ]
    kept, faults = converted(sheet, "amount", counted, units)
    findings += faults
    rows = [
        (*head, years[at], sector, what[at], fuel.name, kept[at], fuel.unit)
        for at, (head, fuel) in enumerate(zip(_heads(sheet), fuels, strict=True))
        if fuel is not None and not math.isnan(kept[at])
    ]
    return rows, findings


def home_rows(sheet: Sheet, years: Sequence[int]) -> tuple[list[Line], list[Finding]]:
    """Return ``areas`` of a table with one row per township and one column per fuel, or with fuels in rows."""
    if {"fuel", "amount"} <= set(sheet.columns):
        return _in_rows(sheet, years, "residential", sheet.texts("what"))
    rows: list[Line] = []
    findings: list[Finding] = []
    heads = _heads(sheet)
    for name, fuel in fuel_columns(sheet):
        kept, faults = kept_amounts(sheet, name, fuel)
        findings += faults
        title = sheet.title(name)
        rows += [
            (*head, year, "residential", title, fuel, amount, fuel_unit(fuel))
            for head, year, amount in zip(heads, years, kept, strict=True) if not math.isnan(amount)
        ]  # fmt: skip
    return rows, findings


def _heads(sheet: Sheet) -> list[Line]:
    file, name = sheet.records.file, sheet.records.sheet
    towns = zip(sheet.refs, sheet.rows, sheet.texts("town"), sheet.texts("town_name"), strict=True)
    return [(ref, file, name, record.row, town, label) for ref, record, town, label in towns]
