"""Does the balance close: sums within the balance sheet, and the balance sheet against the industries sheet."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.reconciliation.model import Basis
from zoning.inventory.reconciliation.sheet import TOTAL, Cell, Sheet, address_of, place_of
from zoning.messages import Both, finding
from zoning.tables import read

__all__ = ["Closure", "check_closure", "fuel_name", "tonnes"]

Closure = tuple[list[Finding], list[dict[str, object]]]
"""Findings, and rows of disagreements."""


def fuel_name(fuel: str) -> Both:
    """Return the name of a fuel in both languages.

    Examples
    --------
    >>> fuel_name("natural_gas").en
    'natural gas'
    """
    row = next((row for row in read("balance_fuels") if row["fuel"] == fuel), None)
    return Both(row["zh"], row["en"]) if row else Both(fuel, fuel)


def tonnes(amount: float) -> str:
    """Return a signed amount for a sentence, a dash where it is not known.

    Examples
    --------
    >>> tonnes(-1234.5), tonnes(float("nan"))
    ('-1234.5', '—')
    """
    return "—" if math.isnan(amount) else f"{amount:+.6g}"


def check_closure(sheet: Sheet, basis: Basis) -> Closure:
    """Hold every sum of the balance against its parts; differences within rounding are not worth a word.

    Returns
    -------
    findings : list of Finding
        BALANCE_NOT_CLOSED with both cells and the difference.
    disagreements : list of dict
        The same as rows, with the CO2 of the difference.
    """
    findings: list[Finding] = []
    rows: list[dict[str, object]] = []
    for identity in dict.fromkeys(row["identity"] for row in read("balance_identities")):
        findings += _identity(sheet, identity, basis)
    printed = sheet.of("industries")
    for total in printed[printed["item"] == TOTAL].to_dict("records"):
        findings += _printed_total(sheet, total, basis)
    cells = sheet.of("balance")
    for cell in cells[cells["item"] == "industry"].to_dict("records"):
        found = _against_industries(sheet, cell, basis)
        findings += found[0]
        rows += found[1]
    return findings, rows


def _same(cells: pd.DataFrame, cell: Cell) -> pd.DataFrame:
    wanted = cells["fuel"].eq(cell["fuel"]) & cells["unit"].eq(cell["unit"])
    return cells.loc[wanted]


def _apart(one: float, other: float, basis: Basis) -> bool:
    allowed = basis.threshold("balance_closed") * max(abs(one), abs(other))
    return abs(one - other) > max(allowed, basis.threshold("balance_rounding"))


def _identity(sheet: Sheet, identity: str, basis: Basis) -> list[Finding]:
    rows = {row["item"]: row for row in read("balance_identities") if row["identity"] == identity}
    needed = {item for item, row in rows.items() if row["needed"] == "yes"}
    cells = sheet.of("balance")
    cells = cells[cells["item"].isin(rows) & cells["amount"].notna()]
    findings = []
    for _, part in cells.groupby(["fuel", "unit"], sort=True):
        terms = [_term(rows[one["item"]]["sign"], one["amount"]) for one in part.to_dict("records")]
        if not needed <= set(part["item"]) or any(math.isnan(term) for term in terms):
            continue  # a row that the sheet does not have says nothing against the others
        if _apart(sum(max(term, 0.0) for term in terms), -sum(min(term, 0.0) for term in terms), basis):
            first = part[part["item"] == next(iter(rows))].iloc[0].to_dict()
            slots = {"off": tonnes(sum(terms)), "unit": first["unit"], "fuel": fuel_name(first["fuel"])}
            findings.append(_not_closed(identity, first, slots))
    return findings


def _term(sign: str, amount: float) -> float:
    """Return the term of an identity; NaN if the item forbids judging it."""
    if sign == "none":
        return math.nan if amount else 0.0
    return max(-amount, 0.0) if sign == "input" else float(sign) * amount


def _printed_total(sheet: Sheet, total: Cell, basis: Basis) -> list[Finding]:
    parts = _same(sheet.split(), total)
    added = float(parts["amount"].sum())
    if parts.empty or math.isnan(total["amount"]) or not _apart(total["amount"], added, basis):
        return []
    slots = {"added": f"{added:.10g}", "off": tonnes(added - total["amount"]), "unit": total["unit"]}
    return [_not_closed("industries_total", total, slots | {"fuel": fuel_name(total["fuel"])})]


def _against_industries(sheet: Sheet, cell: Cell, basis: Basis) -> Closure:
    parts = _same(sheet.split(), cell)
    added = float(parts["amount"].sum(min_count=1)) if len(parts) else math.nan
    if math.isnan(added - cell["amount"]) or not _apart(cell["amount"], added, basis):
        return [], []
    off = cell["amount"] - added
    printed = sheet.of("industries")
    total = _same(printed[printed["item"] == TOTAL], cell)
    beside = address_of((total if len(total) else parts).iloc[0].to_dict())
    co2 = off * basis.co2_per_unit(cell["fuel"])
    slots = {"fuel": fuel_name(cell["fuel"]), "unit": cell["unit"], "added": f"{added:.10g}", "off": tonnes(off)}
    slots |= {"share": f"{off / added:+.2%}" if added else "—", "beside": beside, "co2": tonnes(co2)}
    row = {"enterprise": "", "name": "", "year": int(cell["year"]), "quantity": cell["fuel"], "unit": cell["unit"]}
    row |= {"left": "balance", "right": "industries", "left_value": cell["amount"], "right_value": added}
    row |= {"difference": off, "co2_t": abs(co2), "left_address": address_of(cell), "right_address": beside}
    return [_not_closed("industries", cell, slots)], [row]


def _not_closed(key: str, cell: Cell, slots: dict[str, Any]) -> Finding:
    item = cell["written"]
    return finding("BALANCE_NOT_CLOSED", key, severity=Severity.WARNING, where=place_of(cell), item=item, **slots)
