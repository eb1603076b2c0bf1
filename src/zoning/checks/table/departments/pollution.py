"""Pollutants that are made, emitted or permitted, and what treats them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from zoning.checks.table.departments.columns import column_of_numbers, not_negative
from zoning.checks.table.departments.measures import converted
from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding
from zoning.vocab import value

__all__ = ["control_rows", "pollutant_rows"]

_WHAT = ("made", "emitted", "permitted")
_NOTHING = ("无", "否", "none", "no")


def pollutant_rows(sheet: Sheet, years: Sequence[int]) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    """Return ``pollutants`` in t yr-1, by the unit of each header; below 0 is an error."""
    rows: list[tuple[Any, ...]] = []
    findings: list[Finding] = []
    for name in (one for _, one in sorted(sheet.header.columns.items()) if one.partition(":")[0] in _WHAT):
        what, _, species = name.partition(":")
        amounts, faults = column_of_numbers(sheet, name)
        findings += [*faults, *not_negative(sheet, name, amounts)]
        kept, faults = converted(sheet, name, amounts, ["t"] * len(amounts))
        findings += faults
        title, letter = sheet.heads[name], sheet.letters[name]
        rows += [
            (ref, year, species, what, amount, title, f"{letter}{record.row}")
            for ref, year, amount, record in zip(sheet.refs, years, kept, sheet.rows, strict=True)
            if not math.isnan(amount)
        ]
    return rows, findings


def control_rows(sheet: Sheet) -> list[tuple[Any, ...]]:
    """Return ``controls``: the treatment of each pollutant as written; «无» is none."""
    return [
        (ref, name.removeprefix("control:"), text)
        for _, name in sorted(sheet.header.columns.items()) if name.startswith("control:")
        for ref, text in zip(sheet.refs, sheet.texts(name), strict=True)
        if text and text not in _NOTHING and not value("no_data", text)
    ]  # fmt: skip
