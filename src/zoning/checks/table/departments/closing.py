"""Whether an energy balance closes by itself: sums of its parts, its difference, and the sheet of industries."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from zoning.checks.table.departments.measures import factor_of
from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.tables import numbers, read

__all__ = ["check_closing"]

Line = tuple[Any, ...]
_FILE, _SHEET, _ROW, _ADDRESS, _ITEM, _WRITTEN, _FUEL, _AMOUNT, _UNIT = 0, 1, 2, 3, 6, 7, 8, 9, 10


@dataclass(frozen=True)
class _Column:
    """Amounts of one fuel by item, with the address of each and the unit that is printed over the column."""

    amounts: Mapping[str, float]
    lines: Mapping[str, Line]
    printed: float

    def get(self, item: str) -> float:
        return self.amounts.get(item, math.nan)


@cache
def _parts() -> dict[str, tuple[tuple[str, float], ...]]:
    """Parts of every sum of a balance with their signs."""
    parts: dict[str, dict[str, float]] = defaultdict(dict)
    for row in read("balance_items"):
        if row["part_of"]:
            parts[row["part_of"]][row["item"]] = float(row["sign"])
    return {whole: tuple(items.items()) for whole, items in parts.items()}


def check_closing(sheet: Sheet, lines: Sequence[Line]) -> list[Finding]:
    """Judge a sheet of an energy balance, fuel by fuel; nothing is changed by it.

    Available + transformation − losses − final use = difference (transformation input negative, as printed); every
    sum of parts of which at least one is given; of industries the printed total.
    """
    columns = _columns(sheet, lines)
    if sheet.role == "industries":
        return [one for column in columns.values() for one in _industries(column)]
    findings: list[Finding] = []
    for column in columns.values():
        for whole, parts in _parts().items():
            findings += _sum(column, whole, parts)
        findings += _whole(column)
    return findings


def _columns(sheet: Sheet, lines: Iterable[Line]) -> dict[str, _Column]:
    grouped: dict[str, dict[str, Line]] = defaultdict(dict)
    for line in lines:
        if line[_ITEM] and line[_FUEL] != "energy":
            grouped[line[_FUEL]].setdefault(line[_ITEM], line)
    units = {name.removeprefix("fuel:"): unit for name, unit in sheet.header.units.items()}
    columns = {}
    for fuel, by_item in grouped.items():
        ours = str(next(iter(by_item.values()))[_UNIT])
        printed = factor_of(units.get(fuel, "") or sheet.title_unit or "—", ours)
        amounts = {item: float(line[_AMOUNT]) for item, line in by_item.items()}
        columns[fuel] = _Column(amounts, by_item, 1.0 if math.isnan(printed) else printed)
    return columns


def _open(column: _Column, printed: float, computed: float, terms: Sequence[float]) -> bool:
    """Whether two amounts differ by more than rounding of the printed digits and the tolerance."""
    limits = numbers("thresholds")
    scale = max((abs(term) for term in terms), default=0.0)
    rounding = limits["balance_rounding"] * column.printed * (len(terms) + 1)
    return abs(printed - computed) > max(rounding, limits["balance_closed"] * scale)


def _said(line: Line, key: str, computed: float, **slots: object) -> Finding:
    amount, unit = float(line[_AMOUNT]), line[_UNIT]
    where = {"file": line[_FILE], "layer": line[_SHEET], "row": line[_ROW], "field": line[_FUEL],
             "value": f"{amount:.10g} {unit}"}  # fmt: skip
    about = {"item": line[_WRITTEN], "address": line[_ADDRESS], "computed": f"{computed:.10g} {unit}",
             "difference": f"{amount - computed:.6g} {unit}"}  # fmt: skip
    return finding("BALANCE_NOT_CLOSED", key, severity=Severity.WARNING, where=where, **about, **slots)


def _sum(column: _Column, whole: str, parts: Sequence[tuple[str, float]]) -> list[Finding]:
    """Judge a sum of parts; those that are not there count as nothing, all of them missing as no sum.

    What is sent away stands as printed: negative amounts are not turned again.
    """
    terms = [
        column.get(item) if sign > 0 else -abs(column.get(item))
        for item, sign in parts if math.isfinite(column.get(item))
    ]  # fmt: skip
    printed = column.get(whole)
    if not terms or math.isnan(printed) or not _open(column, printed, sum(terms), [printed, *terms]):
        return []
    return [_said(column.lines[whole], "parts", sum(terms))]


def _whole(column: _Column) -> list[Finding]:
    available, final = column.get("available"), column.get("final")
    if math.isnan(available) or math.isnan(final):
        return []
    turned, lost, stated = (column.amounts.get(item, 0.0) for item in ("transformation", "loss", "difference"))
    difference = available + turned - abs(lost) - final
    terms = [available, turned, lost, final]
    if not _open(column, stated, difference, terms):
        return []
    line = column.lines.get("difference", column.lines["final"])
    return [_said(line, "whole", difference)]


def _industries(column: _Column) -> list[Finding]:
    total = column.get("industries_total")
    parts = [amount for item, amount in column.amounts.items() if item != "industries_total"]
    if math.isnan(total) or not parts or not _open(column, total, sum(parts), [total, *parts]):
        return []
    return [_said(column.lines["industries_total"], "parts", sum(parts))]
