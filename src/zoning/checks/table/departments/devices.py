"""Boilers and kilns: what each is, how large, what it burns, since when, and whether it is in use."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from zoning.checks.table.amounts import number
from zoning.checks.table.departments.columns import column_of_years, numbers_of
from zoning.checks.table.departments.enterprises import status_of
from zoning.checks.table.departments.sheets import Sheet
from zoning.checks.table.departments.uses import fuels_in_rows
from zoning.errors import Finding, Severity

__all__ = ["device_rows"]

_BRACKET = re.compile(r".*[（(]([^（()）]+)[)）]\s*")
_WITH_UNIT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([^\d\s.,%].*?)\s*")
_TYPE = {"boilers": ("boiler", "what", "锅炉"), "kilns": ("kiln", "kiln", "炉窑")}


def device_rows(sheet: Sheet) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    """Return ``devices`` of a table of boilers or of kilns."""
    kind, field, general = _TYPE[sheet.kind]
    fuels, findings = fuels_in_rows(sheet, Severity.WARNING)  # no amount hangs on it
    capacity, own_units, faults = _capacities(sheet)
    findings += faults
    commissioned, faults = _commissioned(sheet)
    findings += faults
    units = [own or unit for own, unit in zip(own_units, _units(sheet), strict=True)]
    what = [text or general for text in sheet.texts(field)]
    states = [status_of(text) or "" for text in sheet.texts("status")]
    parts = (
        sheet.refs, [kind] * len(sheet.rows), what, capacity, units,
        [fuel.name if fuel is not None else "" for fuel in fuels], sheet.texts("fuel"), commissioned, states,
        sheet.texts("control"),
    )  # fmt: skip
    return list(zip(*parts, strict=True)), findings


def _capacities(sheet: Sheet) -> tuple[list[float], list[str], list[Finding]]:
    """Return capacities and the units that stand in their own cells (14MW); no amount hangs on what is none."""
    matches = [_WITH_UNIT.fullmatch(text) for text in sheet.texts("capacity")]
    texts = [match[1] if match else text for match, text in zip(matches, sheet.texts("capacity"), strict=True)]
    amounts, faults = numbers_of(sheet, "capacity", texts, number)
    return (
        amounts, [match[2] if match else "" for match in matches],
        [replace(found, severity=Severity.WARNING) for found in faults],
    )  # fmt: skip


def _units(sheet: Sheet) -> Sequence[str]:
    """Return the unit of the capacity as written: in its own column, else in the brackets of the header."""
    own = sheet.texts("capacity_unit")
    match = _BRACKET.fullmatch(sheet.title("capacity"))
    return [text or (match[1] if match else "") for text in own]


def _commissioned(sheet: Sheet) -> tuple[list[float], list[Finding]]:
    if "commissioned" not in sheet.columns:
        return [math.nan] * len(sheet.rows), []
    years, findings = column_of_years(sheet, "commissioned")
    texts = sheet.texts("commissioned")
    return [float(year) if text else math.nan for year, text in zip(years, texts, strict=True)], findings
