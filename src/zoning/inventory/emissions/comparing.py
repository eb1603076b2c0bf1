"""Departments against each other: amounts that differ, heat that may count twice, permits exceeded, nothing known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.emissions.book import Amount, Book, Use, printed, table_name
from zoning.inventory.emissions.facts import Facts
from zoning.messages import Both, finding
from zoning.tables import numbers

__all__ = ["disagreements", "heat_twice", "over_permits", "without_evidence"]

_COLUMNS = [
    "enterprise", "name", "year", "quantity", "left", "right", "left_value", "right_value", "unit", "difference",
]  # fmt: skip


def disagreements(uses: Sequence[Use], kept: Sequence[Use], year: int) -> tuple[pd.DataFrame, list[Finding]]:
    """Return where another department gives another amount of fuel than the one that counts, and a finding for each.

    The amounts of a kind of fuel are added within each table. A table that covers the fuel and does not list it says 0;
    power and heat are not compared, for net and gross amounts differ by definition.
    """
    fuels = [use for use in uses if use.what == "fuel" and not math.isnan(use.amount)]
    sums: dict[tuple[str, str], dict[str, float]] = {}
    some: dict[tuple[str, str, str], Use] = {}
    for use in fuels:
        tables = sums.setdefault((use.firm.enterprise, use.kind), {})
        tables[use.firm.table] = tables.get(use.firm.table, 0.0) + use.amount
        some.setdefault((use.firm.enterprise, use.kind, use.firm.table), use)
    counted = {(use.firm.enterprise, use.kind): use.firm.table for use in kept}
    rows, findings = [], []
    for (enterprise, kind), tables in sorted(sums.items()):
        left = counted.get((enterprise, kind), "")
        other = _farthest(tables, left)
        if other and not (left and math.isnan(tables.get(left, math.nan))):
            use = some[enterprise, kind, other]
            row = _row(use, year, left, tables.get(left, 0.0), tables[other])
            rows.append(row)
            findings.append(_finding(use, row))
    return pd.DataFrame(rows, columns=_COLUMNS), findings


def _farthest(tables: Mapping[str, float], left: str) -> str:
    """Table whose amount is farthest from the one that counts, '' if all are within the tolerance."""
    value, tolerance = tables.get(left, 0.0), numbers("thresholds")["sources_disagree"]
    off = {table: abs(amount - value) for table, amount in tables.items()
           if table != left and abs(amount - value) > tolerance * max(value, amount)}  # fmt: skip
    return max(off, key=lambda table: (off[table], table), default="")


def _row(use: Use, year: int, left: str, left_value: float, right_value: float) -> dict[str, object]:
    base = left_value or math.nan
    return {
        "enterprise": use.firm.enterprise, "name": use.firm.name, "year": year, "quantity": use.kind, "left": left,
        "right": use.firm.table, "left_value": left_value, "right_value": right_value, "unit": use.unit,
        "difference": right_value / base - 1.0,
    }  # fmt: skip


def _finding(use: Use, row: Mapping[str, object]) -> Finding:
    left = table_name(str(row["left"])) if row["left"] else Both("优先的部门表", "the table that comes first")
    slots = {
        "name": use.firm.name, "fuel": use.written or use.fuel, "unit": use.unit, "left": left,
        "right": table_name(use.firm.table), "used": printed(float(str(row["left_value"]))),
        "other": printed(float(str(row["right_value"]))),
    }  # fmt: skip
    return finding("SOURCES_DISAGREE", "uses", severity=Severity.WARNING, where=use.where(), **slots)


def heat_twice(kept: Sequence[Use]) -> list[Finding]:
    """Say of every seller of heat that its buyers' heat is the same steam, which counts where the fuel burns."""
    sold: dict[str, Use] = {}
    for use in kept:
        if (use.what == "heat_sold" and use.amount > 0) or (use.what == "heat" and use.amount < 0):
            held = sold.get(use.firm.enterprise)
            sold[use.firm.enterprise] = use if held is None or abs(use.amount) > abs(held.amount) else held
    buyers = [use for use in kept if use.what == "heat" and use.amount > 0]
    bought = printed(math.fsum(use.amount for use in buyers))
    return [
        finding("HEAT_DOUBLE_COUNT", "sold", severity=Severity.WARNING, where=use.where(), name=use.firm.name,
                sold=printed(abs(use.amount)), bought=bought, buyers=len({one.firm.enterprise for one in buyers}))
        for _, use in sorted(sold.items())
    ]  # fmt: skip


def over_permits(amounts: Sequence[Amount], facts: Mapping[str, Facts], year: int) -> list[Finding]:
    """Name emissions above what is permitted; the permitted amount is a ceiling and never an emission."""
    added: dict[tuple[str, str], list[Amount]] = {}
    for one in amounts:
        if one.what == "emitted" and one.year == year and not math.isnan(one.amount):
            added.setdefault((one.firm.enterprise, one.species), []).append(one)
    findings = []
    for (enterprise, species), ones in sorted(added.items()):
        emitted = math.fsum(one.amount for one in ones)
        permitted = facts[enterprise].permitted.get(species, math.nan)
        if emitted > permitted * (1.0 + numbers("thresholds")["permit_tolerance"]):
            slots = {"name": ones[0].firm.name, "species": species, "emitted": printed(emitted),
                     "permitted": printed(permitted)}  # fmt: skip
            where = ones[0].where()
            findings.append(finding("PERMIT_EXCEEDED", "species", severity=Severity.WARNING, where=where, **slots))
    return findings


def without_evidence(book: Book, facts: Mapping[str, Facts], year: int) -> list[Finding]:
    """Name enterprises without any activity or emission in the base year: not determined, and never 0."""
    told: dict[str, set[int]] = {}
    for use in book.uses:
        told.setdefault(use.firm.enterprise, set()).add(use.year)
    for one in book.pollutants:
        if one.what != "permitted":
            told.setdefault(one.firm.enterprise, set()).add(one.year)
    findings = []
    for enterprise, known in facts.items():
        years = told.get(enterprise, set())
        if year not in years and enterprise not in book.merged:
            firm = known.row_of("permits")
            slots = {"name": firm.name, "year": year, "years": ", ".join(str(each) for each in sorted(years))}
            key = "years" if years else "permit_only"
            where = firm.at(firm.name)
            findings.append(finding("EVIDENCE_MISSING", key, severity=Severity.WARNING, where=where, **slots))
    return findings
