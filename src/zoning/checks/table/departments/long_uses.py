"""Tables with one row per enterprise and fuel (燃料品种, 消耗量, 单位) instead of one column per fuel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from zoning.checks.table.departments.columns import column_of_numbers, not_negative
from zoning.checks.table.departments.measures import converted
from zoning.checks.table.departments.sheets import Sheet
from zoning.checks.table.departments.uses import fuels_in_rows
from zoning.errors import Finding

__all__ = ["heads_of", "is_long", "long_uses"]

_NAN = math.nan
_NET = ("power", "heat")


def is_long(sheet: Sheet) -> bool:
    """Tell whether fuels stand in rows."""
    return {"fuel", "amount"} <= set(sheet.columns)


def heads_of(sheet: Sheet, years: Sequence[int]) -> list[int]:
    """Return for every row the place of the first row of the same enterprise and year, which stands for all of them."""
    first: dict[tuple[str, str, int], int] = {}
    keys = zip(sheet.texts("code"), sheet.texts("name"), years, strict=True)
    return [first.setdefault(key, place) for place, key in enumerate(keys)]


def long_uses(sheet: Sheet, years: Sequence[int]) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    """Return ``uses`` under the ``ref`` of the first row of each enterprise; the address is that of the amount."""
    fuels, findings = fuels_in_rows(sheet)
    amounts, faults = column_of_numbers(sheet, "amount")
    findings += faults
    net = [fuel is not None and fuel.name in _NET for fuel in fuels]
    burnt = [_NAN if one else amount for one, amount in zip(net, amounts, strict=True)]
    findings += not_negative(sheet, "amount", burnt)
    known = [amount if fuel is not None else _NAN for amount, fuel in zip(amounts, fuels, strict=True)]
    kept, faults = converted(sheet, "amount", known, [fuel.unit if fuel is not None else "t" for fuel in fuels])
    heads = heads_of(sheet, years)
    title, letter = sheet.title("amount"), sheet.letters["amount"]
    rows = [
        (sheet.refs[heads[at]], years[at], fuel.name if net[at] else "fuel", fuel.name, sheet.rows[at].text("fuel"),
         kept[at], fuel.unit, _NAN, _NAN, _NAN, _NAN, False, _NAN, title, f"{letter}{sheet.rows[at].row}")
        for at, fuel in enumerate(fuels) if fuel is not None and not math.isnan(kept[at])
    ]  # fmt: skip
    return rows, [*findings, *faults]
