"""Energy balance tables: sector × fuel, and final use by industry."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from typing import Any

from zoning.checks.table.departments.columns import column_of_numbers
from zoning.checks.table.departments.fuels import fuel_unit
from zoning.checks.table.departments.measures import converted, factor_of, known_unit
from zoning.checks.table.departments.sheets import Sheet
from zoning.checks.table.departments.uses import fuel_columns
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.tables import read
from zoning.vocab import normalise_header, value

__all__ = ["balance_rows", "item_of"]

_NUMBERED = re.compile(r"^\s*(?:[一二三四五六七八九十]+|\(?[0-9一二三四五六七八九十]+\))?\s*[、.．)）]?\s*")
_OWN_UNIT = re.compile(r"(.*?)[（(]([^（()）,，]+)(?:[,，][^（()）]*)?[)）]")
_SIGNS = re.compile(r"\([+-]\)")
Line = tuple[Any, ...]


@cache
def _items() -> dict[str, str]:
    return {_SIGNS.sub("", normalise_header(row["written"])): row["item"] for row in read("balance_items")}


@cache
def item_of(written: str) -> str:
    """Return the code of a row of a balance, '' if it is not known.

    Examples
    --------
    >>> item_of("二、加工转换投入(-)产出(+)量"), item_of("  火力发电"), item_of("其中：工业"), item_of("某行")
    ('transformation', 'thermal_power', 'industry', '')
    """
    plain = normalise_header(_NUMBERED.sub("", written, count=1))
    bare = _SIGNS.sub("", plain)
    for form in (bare, bare.removeprefix("#"), re.sub(r"^(其中:?|\d+[.、]?)", "", bare), _unit_of_row(bare)[0]):
        if form in _items():
            return _items()[form]
    return ""


def _unit_of_row(written: str) -> tuple[str, str]:
    """Label of a row without its own unit, and that unit («能源消费总量(万吨标准煤,电力按…)»)."""
    match = _OWN_UNIT.fullmatch(written.strip())
    return (match[1], match[2].strip()) if match and known_unit(match[2].strip()) else (written, "")


def balance_rows(sheet: Sheet) -> tuple[list[Line], list[Finding]]:
    """Return ``balance`` of a sheet; amounts in coal equivalent stay in tce, by their column or by their row."""
    everything = sorted((*sheet.rows, *sheet.records.totals), key=lambda record: record.row)
    whole = replace(sheet, records=replace(sheet.records, rows=tuple(everything), totals=()))
    findings: list[Finding] = []
    rows: list[Line] = []
    labels = [record.text("item") for record in whole.rows]
    own_units = [_unit_of_row(label)[1] for label in labels]
    items = [_item(sheet, label) for label in labels]
    for record, label, item in zip(whole.rows, labels, items, strict=True):
        if not item and label:
            where = sheet.at("item", record)
            findings.append(finding("VALUE_UNKNOWN", "item", severity=Severity.WARNING, where=where))
    for name, fuel in fuel_columns(whole):
        column, faults = _column(whole, (name, fuel), list(zip(labels, items, own_units, strict=True)))
        rows += column
        findings += faults
    return sorted(rows, key=lambda row: (row[2], row[3])), findings


def _item(sheet: Sheet, label: str) -> str:
    if sheet.role == "balance":
        return item_of(label)
    return "industries_total" if value("table_row", label) == "total" else label.strip()


def _column(sheet: Sheet, about: tuple[str, str], rows: list[tuple[str, str, str]]) -> tuple[list[Line], list[Finding]]:
    name, fuel = about
    amounts, findings = column_of_numbers(sheet, name)
    plain = [math.nan if own else amount for amount, (_, _, own) in zip(amounts, rows, strict=True)]
    in_tce = not math.isnan(factor_of(sheet.header.units.get(name, "") or sheet.title_unit or "—", "tce"))
    in_tce = in_tce and "标准煤" in (sheet.header.units.get(name, "") or sheet.title_unit)
    unit = "tce" if in_tce else fuel_unit(fuel)
    kept, faults = converted(sheet, name, plain, [unit] * len(plain))
    findings += faults
    file, tab, letter = sheet.records.file, sheet.records.sheet, sheet.letters[name]
    lines: list[Line] = []
    for record, (label, item, own), amount, raw in zip(sheet.rows, rows, kept, amounts, strict=True):
        head = (file, tab, record.row, f"{letter}{record.row}", sheet.year, sheet.role, item, label.strip())
        if own and not math.isnan(raw):
            lines.append((*head, "energy", raw * factor_of(own, "tce"), "tce"))
        elif not math.isnan(amount):
            lines.append((*head, fuel, amount, unit))
    return lines, findings
