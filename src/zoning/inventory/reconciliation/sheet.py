"""The energy balance of the base year as amounts per sector, industry and fuel, each with the cells it came from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.reconciliation.groups import SheetIndustries, nested, read_industries, without
from zoning.messages import finding
from zoning.tables import read

__all__ = ["Cell", "Sheet", "address_of", "industry_amounts", "place_of", "read_sheet", "sector_amounts", "where_of"]

Cell = Mapping[Hashable, Any]
"""One row of ``DepartmentTables.balance``."""

TOTAL = "industries_total"
_KEY = ["part", "item", "fuel", "unit"]


@dataclass(frozen=True)
class Sheet:
    """The balance of one year.

    Attributes
    ----------
    cells : DataFrame
        Rows of ``DepartmentTables.balance`` of the base year, one per part, item, fuel and unit.
    industries : SheetIndustries
        What the industries sheet splits industry into.
    findings : tuple of Finding
        YEAR_MISMATCH, VERSION_MIXED.
    """

    cells: pd.DataFrame
    industries: SheetIndustries
    findings: tuple[Finding, ...] = ()

    def of(self, part: str) -> pd.DataFrame:
        """Return the cells of a part (``balance, industries``)."""
        return self.cells[self.cells["part"] == part]

    def split(self) -> pd.DataFrame:
        """Return the cells of the industries sheet that count: no totals, no sums over other rows."""
        cells = self.of("industries")
        aside = {TOTAL, *self.industries.subtotals}
        return cells[~cells["item"].isin(aside)]


def place_of(cell: Cell) -> dict[str, object]:
    """Return the address of a cell of the balance as a finding has it."""
    value = f"{cell['amount']:.10g} {cell['unit']}"
    row = int(cell["row"])
    return {"file": cell["file"], "layer": cell["sheet"], "row": row, "field": cell["address"], "value": value}


def where_of(addresses: str) -> dict[str, object]:
    """Return the first of the addresses ``file/sheet!cell`` as a finding has it.

    Examples
    --------
    >>> where_of("b.xlsx/平衡表!C4; b.xlsx/平衡表!C5")
    {'file': 'b.xlsx', 'layer': '平衡表', 'row': 4, 'field': 'C4'}
    """
    path, _, cell = addresses.split("; ", maxsplit=1)[0].rpartition("!")
    file, _, layer = path.rpartition("/")
    row = "".join(one for one in cell if one.isdigit())
    return {"file": file, "layer": layer, "row": int(row) if row else None, "field": cell}


def address_of(cell: Cell) -> str:
    """Return ``file/sheet!cell``.

    Examples
    --------
    >>> address_of({"file": "b.xlsx", "sheet": "平衡表", "address": "C4"})
    'b.xlsx/平衡表!C4'
    """
    return f"{cell['file']}/{cell['sheet']}!{cell['address']}"


def read_sheet(balance: pd.DataFrame, year: int) -> Sheet:
    """Return the balance of a year; a cell that stands twice counts once.

    Parameters
    ----------
    balance : DataFrame
        As ``DepartmentTables.balance``.
    year : int
        Base year.
    """
    findings: list[Finding] = []
    cells = balance[balance["year"] == year].sort_values(["file", "sheet", "row", "address"], kind="stable")
    if cells.empty and not balance.empty:
        first = balance.sort_values(["file", "sheet", "row", "address"], kind="stable").iloc[0]
        years = "、".join(str(one) for one in sorted({int(one) for one in balance["year"]}))
        where = {"file": first["file"], "layer": first["sheet"], "value": years}
        findings.append(finding("YEAR_MISMATCH", "balance", severity=Severity.WARNING, where=where, base=year))
    again = cells.duplicated(_KEY)
    repeats = cells[again].groupby(["file", "sheet"], sort=True, as_index=False).head(1)
    findings += [_twice(cell, cells) for cell in repeats.to_dict("records")]
    cells = cells[~again].reset_index(drop=True)
    named = cells.loc[(cells["part"] == "industries") & (cells["item"] != TOTAL), "item"]
    sheet = Sheet(cells, read_industries(str(name) for name in named), tuple(findings))
    inside = nested(sheet.industries)
    return replace(sheet, industries=without(sheet.industries, inside)) if _add_up_without(sheet, inside) else sheet


def _add_up_without(sheet: Sheet, inside: tuple[str, ...]) -> bool:
    """Tell whether the printed totals say that some rows are parts of others: every fuel adds up better without."""
    printed = sheet.of("industries")
    totals = printed[printed["item"] == TOTAL].set_index(["fuel", "unit"])["amount"].dropna()
    cells = sheet.split()
    parts = cells[cells["item"].isin(inside)].groupby(["fuel", "unit"])["amount"].sum()
    off = (cells.groupby(["fuel", "unit"])["amount"].sum() - totals).dropna()
    parts = parts.reindex(off.index).fillna(0.0)
    told = parts.abs() > 0
    return bool(told.any()) and bool(((off - parts).abs() < off.abs())[told].all())


def _twice(cell: Cell, cells: pd.DataFrame) -> Finding:
    same = cells[(cells[_KEY] == pd.Series({name: cell[name] for name in _KEY})).all(axis=1)]
    first = same.iloc[0].to_dict()
    kept = f"{first['amount']:.10g}"
    return finding("VERSION_MIXED", "balance", where=place_of(cell), first=address_of(first), kept=kept)


def sector_amounts(sheet: Sheet) -> pd.DataFrame:
    """Return ``sector, fuel, unit, balance, addresses`` of the balance sheet, one row each.

    Which item is of which sector stands in ``tables/balance_sectors.csv``; sums over other rows are in none.
    """
    known = pd.DataFrame([dict(row) for row in read("balance_sectors")])[["item", "sector", "sign"]]
    cells = sheet.of("balance").merge(known, on="item", how="inner")
    cells = cells.assign(
        balance=cells["sign"].astype("float64") * cells["amount"],
        addresses=[address_of(cell) for cell in cells.to_dict("records")],
    )
    # the output of a transformation is no use of it: power and heat, and coke, oil products or gas made of coal
    made = cells["sector"].isin(["power", "transformation"]) & (cells["balance"] < 0)
    return _summed(cells[~made], ["sector", "fuel", "unit"])


def industry_amounts(sheet: Sheet) -> pd.DataFrame:
    """Return ``group, fuel, unit, balance, addresses`` of the industries sheet, one row each."""
    cells = sheet.split()
    cells = cells.assign(
        group=cells["item"], balance=cells["amount"], addresses=[address_of(cell) for cell in cells.to_dict("records")]
    )
    return _summed(cells, ["group", "fuel", "unit"])


def _summed(cells: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    groups = cells.groupby(by, sort=True)
    found = groups.agg(addresses=("addresses", "; ".join))
    return found.assign(balance=groups["balance"].sum(min_count=1)).reset_index()
