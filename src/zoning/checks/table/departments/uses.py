"""What enterprises burn and buy, where each fuel has a column of its own, or fuels stand in rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from zoning.checks.table.departments.columns import column_of_numbers, not_negative
from zoning.checks.table.departments.fuels import Fuel, fuel_of, fuel_unit, nearest_fuels
from zoning.checks.table.departments.measures import converted
from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding, Severity
from zoning.messages import finding

__all__ = ["fuel_columns", "fuels_in_rows", "kept_amounts", "wide_uses"]

_NAN = math.nan
_SIGNED = ("power", "heat")  # net amounts: what is sold is negative


def fuel_columns(sheet: Sheet) -> list[tuple[str, str]]:
    """Return (field, fuel) of every column of a fuel, in their order."""
    return [(name, name.removeprefix("fuel:")) for _, name in sorted(sheet.header.columns.items())
            if name.startswith("fuel:")]  # fmt: skip


def kept_amounts(sheet: Sheet, name: str, fuel: str) -> tuple[list[float], list[Finding]]:
    """Return the amounts of a column of one fuel in the unit that it is kept in; fuel below 0 is an error."""
    amounts, findings = column_of_numbers(sheet, name)
    if fuel not in _SIGNED:
        findings += not_negative(sheet, name, amounts)
    out, faults = converted(sheet, name, amounts, [fuel_unit(fuel)] * len(amounts))
    return out, [*findings, *faults]


def wide_uses(sheet: Sheet, years: Sequence[int]) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    """Return ``uses`` of a table with one column per fuel; an empty cell is no row, 0 is one."""
    rows: list[tuple[Any, ...]] = []
    findings: list[Finding] = []
    assumed: list[str] = []
    sold = [("heat_sold", "heat")] if "heat_sold" in sheet.columns else []
    for name, fuel in (*fuel_columns(sheet), *sold):
        amounts, faults = kept_amounts(sheet, name, fuel)
        findings += faults
        title, letter = sheet.title(name), sheet.letters[name]
        what, unit = ("heat_sold" if name == "heat_sold" else fuel if fuel in _SIGNED else "fuel"), fuel_unit(fuel)
        known = fuel_of(title.partition("(")[0].partition("（")[0])
        given = sum(not math.isnan(amount) for amount in amounts)
        assumed += [title] * given if fuel == "bituminous" and (known is None or known.assumed) else []
        rows += [
            (ref, year, what, fuel, title, amount, unit, _NAN, _NAN, _NAN, _NAN, False, _NAN, title,
             f"{letter}{record.row}")
            for ref, year, amount, record in zip(sheet.refs, years, amounts, sheet.rows, strict=True)
            if not math.isnan(amount)
        ]  # fmt: skip
    return rows, [*findings, *_assumed(sheet, assumed, "")]


def fuels_in_rows(sheet: Sheet, severity: Severity = Severity.ERROR) -> tuple[list[Fuel | None], list[Finding]]:
    """Return the fuel of every row; a name that is not known is an error (or less) that names what is near.

    An empty cell, and a dash, is no fuel and no fault where no amount stands in the row.
    """
    fuels: list[Fuel | None] = []
    findings: list[Finding] = []
    assumed: list[str] = []
    amounts = sheet.texts("amount")
    for record, text, amount in zip(sheet.rows, sheet.texts("fuel"), amounts, strict=True):
        fuel = fuel_of(text) if text else None
        if fuel is None and (text or amount):
            near = nearest_fuels(text)
            findings.append(
                finding("VALUE_UNKNOWN", "fuel", severity=severity, where=sheet.at("fuel", record), near=near)
            )
        if fuel is not None and fuel.assumed:
            assumed.append(text)
        fuels.append(fuel)
    return fuels, [*findings, *_assumed(sheet, assumed, "fuel")]


def _assumed(sheet: Sheet, words: Sequence[str], name: str) -> list[Finding]:
    """Say once that coal of no stated kind counts as bituminous."""
    if not words:
        return []
    shown = "、".join(dict.fromkeys(words))
    where = (sheet.where(name) if name else sheet.where()) | {"value": shown}
    return [finding("VALUE_UNKNOWN", "coal", severity=Severity.INFO, where=where, count=len(words))]
