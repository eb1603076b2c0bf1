"""Do the two sheets of an energy balance agree: industry as a whole, and the industries one by one."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.names import fuel_name
from zoning.inventory.reconciliation.model import Basis
from zoning.inventory.reconciliation.sheet import TOTAL, Cell, Sheet, address_of, place_of
from zoning.messages import finding

__all__ = ["Closure", "check_closure", "tonnes"]

Closure = tuple[list[Finding], list[dict[str, object]]]
"""Findings, and rows of disagreements."""


def tonnes(amount: float) -> str:
    """Return a signed amount for a sentence, a dash where it is not known.

    Examples
    --------
    >>> tonnes(-1234.5), tonnes(float("nan"))
    ('-1234.5', '—')
    """
    return "—" if math.isnan(amount) else f"{amount:+.6g}"


def check_closure(sheet: Sheet, basis: Basis) -> Closure:
    """Hold industry as the balance sheet has it against the sum of the industries sheet, fuel by fuel.

    Whether each sheet adds up by itself is judged where it is read.

    Returns
    -------
    findings : list of Finding
        BALANCE_NOT_CLOSED with both cells and the difference.
    disagreements : list of dict
        The same as rows, with the CO2 of the difference.
    """
    findings: list[Finding] = []
    rows: list[dict[str, object]] = []
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
    allowed = basis.threshold("residual_closed") * max(abs(one), abs(other))
    return abs(one - other) > max(allowed, basis.threshold("residual_rounding"))


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
    slots: dict[str, Any] = {
        "fuel": fuel_name(cell["fuel"]),
        "unit": cell["unit"],
        "added": f"{added:.10g}",
        "off": tonnes(off),
    }
    slots |= {"share": f"{off / added:+.2%}" if added else "—", "beside": beside, "co2": tonnes(co2)}
    row = {"enterprise": "", "name": "", "year": int(cell["year"]), "quantity": cell["fuel"], "unit": cell["unit"]}
    row |= {"left": "balance", "right": "industries", "left_value": cell["amount"], "right_value": added}
    row |= {"difference": off, "co2_t": abs(co2), "left_address": address_of(cell), "right_address": beside}
    where, severity = place_of(cell), Severity.WARNING
    return [finding("BALANCE_NOT_CLOSED", "industries", severity=severity, where=where, **slots)], [row]
