"""Factors that a verification states: shares written as percentages, carbon per TJ, calorific values per another unit.

What can only be meant in one way is converted and said once a column; what cannot is set aside and named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

from zoning.checks.table.departments.columns import column_of_numbers
from zoning.checks.table.departments.fuels import Fuel
from zoning.checks.table.departments.measures import factor_of, known_unit
from zoning.checks.table.departments.sheets import Sheet, listed_rows
from zoning.errors import Finding, QuantityError, Severity
from zoning.factors import fuel_factor, fuel_series
from zoning.messages import finding
from zoning.quantities import convert
from zoning.tables import numbers, read

__all__ = ["stated_factors", "traded_factors"]

_Reading = tuple[float, str]  # value, and how it was taken ('' as written, 'aside' not at all)


def stated_factors(sheet: Sheet, fuels: Sequence[Fuel | None]) -> tuple[dict[str, list[float]], list[Finding]]:
    """Return ``ncv`` (GJ per unit), ``carbon`` (tC/GJ) and ``oxidation`` (0 to 1) of every row.

    Parameters
    ----------
    sheet : Sheet
        Sheet of fossil fuels.
    fuels : sequence of Fuel or None
        Fuel of every row.
    """
    units = [_per(text, fuel) for text, fuel in zip(sheet.unit_texts("amount"), fuels, strict=True)]
    columns: dict[str, list[float]] = {}
    findings: list[Finding] = []
    readers: dict[str, Callable[[float, int], _Reading]] = {
        "ncv": lambda at, place: _ncv(at, fuels[place], _in_gj(sheet.header.units.get("ncv", "")), units[place]),
        "carbon": lambda at, _: _carbon(at, sheet.header.units.get("carbon", "")),
        "oxidation": lambda at, place: _share(at, sheet, place),
    }
    for name, reader in readers.items():
        amounts, faults = column_of_numbers(sheet, name)
        findings += faults
        read_as = [reader(at, place) if math.isfinite(at) else (at, "") for place, at in enumerate(amounts)]
        columns[name] = [at for at, _ in read_as]
        findings += _said(sheet, name, [how for _, how in read_as])
    return columns, findings


def traded_factors(sheet: Sheet, name: str, amounts: Sequence[float]) -> tuple[list[float], list[Finding]]:
    """Return factors of purchased power (t CO2/MWh) or heat (t CO2/GJ); one out of all proportion is set aside.

    Parameters
    ----------
    sheet : Sheet
        Sheet of power and heat.
    name : str
        ``power_factor`` or ``heat_factor``.
    amounts : sequence of float
        As written.
    """
    most = numbers("thresholds")[f"{name}_most"]
    ways = ["" if math.isnan(at) or 0 <= at <= most else "aside" for at in amounts]
    kept = [math.nan if way else at for at, way in zip(amounts, ways, strict=True)]
    return kept, _said(sheet, name, ways) if name in sheet.columns else []


def _said(sheet: Sheet, name: str, ways: Sequence[str]) -> list[Finding]:
    """Say once a column and way what was converted or set aside."""
    findings = []
    for way in sorted({way for way in ways if way}):
        records = [record for record, one in zip(sheet.rows, ways, strict=True) if one == way]
        rows = listed_rows(records)
        shown = "、".join(dict.fromkeys(record.text(name) for record in records[:5]))
        where = sheet.where(name) | {"row": records[0].row, "value": shown}
        findings.append(
            finding("UNIT_UNCLEAR", way, severity=Severity.WARNING, where=where, count=len(records), rows=rows)
        )
    return findings


def _share(at: float, sheet: Sheet, place: int) -> _Reading:
    """Return an oxidised share as a fraction: 93, 93% and 93 under a header in % are all .93."""
    least = numbers("thresholds")["oxidation_least"]
    percent = known_unit(sheet.header.units.get("oxidation", "")) == "%"
    own = "%" in sheet.rows[place].text("oxidation")
    if least <= at <= 1.0:
        return at, "fraction" if percent and not own else ""
    if 100.0 * least <= at <= 100.0 and not own:
        return at / 100.0, "" if percent else "percent"
    return math.nan, "aside"


def _carbon(at: float, unit: str) -> _Reading:
    """Return carbon per energy in tC/GJ."""
    least, most = numbers("thresholds")["carbon_least"], numbers("thresholds")["carbon_most"]
    declared = at * _per_gj(unit)
    if least <= declared <= most:
        return declared, ""
    if least <= at / 1000.0 <= most:
        return at / 1000.0, "per_tj"
    return math.nan, "aside"


@cache
def _per_gj(unit: str) -> float:
    """Return tC/GJ in a unit of the header; 1 where it is none of carbon per energy."""
    try:
        return convert(1.0, unit, "tC/GJ")
    except QuantityError:
        return 1.0


def _per(text: str, fuel: Fuel | None) -> float:
    """Return what one unit of the row is in the unit that the fuel is kept in."""
    factor = factor_of(text, fuel.unit) if fuel is not None and text else 1.0
    return 1.0 if math.isnan(factor) else factor


@cache
def _in_gj(unit: str) -> float:
    """Return GJ per t (or per 10⁴ m³) in a unit of the header; NaN where it does not say, or says «per unit»."""
    for target in ("GJ/t", "GJ/万立方米"):
        try:
            return convert(1.0, unit, target)
        except QuantityError:
            continue
    return math.nan


def _ncv(at: float, fuel: Fuel | None, declared: float, per: float) -> _Reading:
    """Return a calorific value in GJ per unit of the fuel.

    A header in a unit of its own (kJ/kg) decides. Else the value is per unit of the row (GJ per m³ where the row is in
    m³), or in kJ/kg or MJ: whichever alone lies near the default of the fuel.
    """
    usual = _usual(fuel.name) if fuel is not None else ()
    ratio = numbers("thresholds")["ncv_ratio"]

    def near(value: float) -> bool:
        return not usual or min(usual) / ratio <= value <= max(usual) * ratio

    if not math.isnan(declared) and near(at * declared):
        return at * declared, ""
    if near(at):
        return at, ""
    gas = fuel is not None and fuel.unit == "10kNm3"
    others = (at / 100.0, at * 10.0) if gas else (at / 1000.0,)  # kJ/m³ and MJ/m³; kJ/kg
    meant = [value for value in (at / per, *others) if value != at and near(value)]
    if len({f"{value:.9g}" for value in meant}) == 1:
        return meant[0], "ncv"
    return math.nan, "aside"


@cache
def _usual(fuel: str) -> tuple[float, ...]:
    """Return the default calorific values of a fuel in every series."""
    known = {(row["fuel"], row["series"]) for row in read("fuel_factors")}
    return tuple(fuel_factor(fuel, series).ncv for series in fuel_series() if (fuel, series) in known)
