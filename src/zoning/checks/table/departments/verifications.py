"""Sheets of a carbon verification: fossil fuels, process emissions, power and heat, and what it adds up itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from zoning.checks.table.departments.arithmetic import check_factors, check_stated, check_terms
from zoning.checks.table.departments.columns import column_of_numbers, not_negative
from zoning.checks.table.departments.fuels import fuel_unit
from zoning.checks.table.departments.measures import converted, factor_of
from zoning.checks.table.departments.processes import process_of, terms_of
from zoning.checks.table.departments.sheets import Sheet, listed_rows
from zoning.checks.table.departments.stated_factors import stated_factors, traded_factors
from zoning.checks.table.departments.uses import fuels_in_rows
from zoning.checks.table.records import Record
from zoning.errors import Finding, Severity
from zoning.messages import finding

__all__ = ["burnt", "processed", "purchased", "stated"]

_NAN = math.nan
_ITEMS = {"combustion": "combustion", "process": "process", "power_co2": "power", "heat_co2": "heat", "total": "total"}
Line = tuple[Any, ...]


def burnt(sheet: Sheet, years: Sequence[int]) -> tuple[list[Line], list[Finding]]:
    """Return ``uses`` of the sheet of fossil fuels, with the factors it states (GJ per unit, tC/GJ, 0 to 1)."""
    fuels, findings = fuels_in_rows(sheet)
    amounts, faults = column_of_numbers(sheet, "amount")
    findings += [*faults, *not_negative(sheet, "amount", amounts)]
    units = [fuel.unit if fuel is not None else "t" for fuel in fuels]
    known = [amount if fuel is not None else _NAN for amount, fuel in zip(amounts, fuels, strict=True)]
    kept, faults = converted(sheet, "amount", known, units)
    findings += faults
    columns, faults = stated_factors(sheet, fuels)
    findings += faults
    columns["co2_t"], faults = _emitted(sheet, "co2_t")
    findings += faults
    said = zip(sheet.texts("note"), sheet.texts("measured"), strict=True)
    measured = [any("实测" in text or "measured" in text.lower() for text in texts) for texts in said]
    title, letter = sheet.title("amount"), sheet.letters["amount"]
    rows: list[Line] = [
        (sheet.refs[at], years[at], "fuel", fuel.name, sheet.rows[at].text("fuel"), kept[at], fuel.unit,
         columns["ncv"][at], columns["carbon"][at], columns["oxidation"][at], _NAN, measured[at],
         columns["co2_t"][at], title, f"{letter}{sheet.rows[at].row}")
        for at, fuel in enumerate(fuels) if fuel is not None and not math.isnan(kept[at])
    ]  # fmt: skip
    return rows, [*findings, *check_factors(sheet, rows)]


def processed(sheet: Sheet, years: Sequence[int]) -> tuple[list[Line], list[Finding]]:
    """Return ``uses`` of the sheet of process emissions: one row per term of the explanation, or per material."""
    printed, findings = _emitted(sheet, "co2_t")
    if "explained" not in sheet.columns:
        lines, faults = _materials(sheet, years, printed)
        return lines, [*findings, *faults]
    title = sheet.title("explained")
    rows: list[Line] = []
    unknown: dict[str, list[Record]] = {}
    for at, record in enumerate(sheet.rows):
        text = record.text("explained")
        address = sheet.address("explained", record.row)
        terms = terms_of(text)
        head = (sheet.refs[at], years[at], "process")
        for term in terms:
            amount = term.amount * factor_of(term.unit, "t")
            tail = (_NAN, _NAN, _NAN, term.factor, False, amount * term.factor, title, address)
            rows.append((*head, term.process or "", term.written, amount, "t", *tail))
            if term.process is None:
                unknown.setdefault(term.written, []).append(record)
        if not terms and (text or not math.isnan(printed[at])):
            tail = (_NAN, _NAN, _NAN, _NAN, False, printed[at], title, address)
            rows.append((*head, process_of(text) or "", text, _NAN, "t", *tail))
            findings.append(
                finding("EVIDENCE_MISSING", "terms", severity=Severity.WARNING, where=sheet.at("explained", record))
            )
    return rows, [*findings, *check_terms(sheet, rows, printed), *_unknown_processes(sheet, unknown)]


def _materials(sheet: Sheet, years: Sequence[int], printed: Sequence[float]) -> tuple[list[Line], list[Finding]]:
    """Return one row per material: what is processed, its amount and its factor in columns of their own."""
    amounts, findings = column_of_numbers(sheet, "amount")
    findings += not_negative(sheet, "amount", amounts)
    kept, faults = converted(sheet, "amount", amounts, ["t"] * len(amounts))
    findings += faults
    factors, faults = column_of_numbers(sheet, "factor")
    findings += faults
    title = sheet.title("amount")
    unknown: dict[str, list[Record]] = {}
    rows: list[Line] = []
    for at, (record, text, amount) in enumerate(zip(sheet.rows, sheet.texts("process"), kept, strict=True)):
        if math.isnan(amount) and math.isnan(printed[at]):
            continue
        if math.isnan(amount):
            findings.append(
                finding("EVIDENCE_MISSING", "terms", severity=Severity.WARNING, where=sheet.at("process", record))
            )
        process = process_of(text)
        if process is None:
            unknown.setdefault(text, []).append(record)
        tail = (_NAN, _NAN, _NAN, factors[at], False, printed[at], title, sheet.address("amount", record.row))
        rows.append((sheet.refs[at], years[at], "process", process or "", text, amount, "t", *tail))
    return rows, [*findings, *_unknown_processes(sheet, unknown)]


def _unknown_processes(sheet: Sheet, unknown: Mapping[str, Sequence[Record]]) -> list[Finding]:
    """Return one finding for each name of a process that is not known, however many rows have it."""
    found = []
    for written, records in unknown.items():
        where = sheet.at("explained" if "explained" in sheet.columns else "process", records[0], written)
        if len(records) == 1:
            found.append(finding("VALUE_UNKNOWN", "process", severity=Severity.WARNING, where=where))
            continue
        said = {"count": len(records), "rows": listed_rows(records)}
        found.append(finding("VALUE_UNKNOWN", "processes", severity=Severity.WARNING, where=where, **said))
    return found


def purchased(sheet: Sheet, years: Sequence[int]) -> tuple[list[Line], list[Finding]]:
    """Return ``uses`` of the sheet of power and heat: net amounts, and heat sold beside them."""
    rows: list[Line] = []
    findings: list[Finding] = []
    nothing = [_NAN] * len(sheet.rows)
    for name, what, fuel in (("power", "power", "power"), ("heat", "heat", "heat"), ("heat_sold", "heat_sold", "heat")):
        if name not in sheet.columns:
            continue
        amounts, faults = column_of_numbers(sheet, name)
        findings += faults
        kept, faults = converted(sheet, name, amounts, [fuel_unit(fuel)] * len(amounts))
        findings += faults
        factors, faults = column_of_numbers(sheet, f"{name}_factor") if name != "heat_sold" else (nothing, [])
        findings += faults
        factors, faults = traded_factors(sheet, f"{name}_factor", factors) if name != "heat_sold" else (nothing, [])
        findings += faults
        co2, faults = _emitted(sheet, f"{name}_co2") if name != "heat_sold" else (nothing, [])
        findings += faults
        title, letter = sheet.title(name), sheet.letters[name]
        rows += [
            (ref, year, what, fuel, title, amount, fuel_unit(fuel), _NAN, _NAN, _NAN, factor, False, tonnes, title,
             f"{letter}{record.row}")
            for ref, year, amount, factor, tonnes, record
            in zip(sheet.refs, years, kept, factors, co2, sheet.rows, strict=True) if not math.isnan(amount)
        ]  # fmt: skip
    return rows, [*findings, *check_factors(sheet, rows)]


def stated(sheet: Sheet, years: Sequence[int]) -> tuple[list[Line], list[Finding]]:
    """Return ``stated``: what the verification adds up itself, t CO2."""
    rows: list[Line] = []
    findings: list[Finding] = []
    for name, item in _ITEMS.items():
        if name not in sheet.columns:
            continue
        amounts, faults = _emitted(sheet, name)
        findings += faults
        title, letter = sheet.title(name), sheet.letters[name]
        rows += [
            (ref, year, item, amount, title, f"{letter}{record.row}")
            for ref, year, amount, record in zip(sheet.refs, years, amounts, sheet.rows, strict=True)
            if not math.isnan(amount)
        ]
    return rows, [*findings, *check_stated(sheet, rows)]


def _emitted(sheet: Sheet, name: str) -> tuple[list[float], list[Finding]]:
    """Return emissions in tonnes by the unit of their header; without one they are tonnes, as verifications count."""
    amounts, findings = column_of_numbers(sheet, name)
    unit = sheet.header.units.get(name, "t")
    factor = factor_of(unit, "t")
    if math.isnan(factor):
        where = sheet.where(name)
        return amounts, [*findings, finding("UNIT_MISSING", "emitted", where=where, unit=unit, allowed="t")]
    return [amount * factor for amount in amounts], findings
