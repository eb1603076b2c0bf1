"""Slips of unit (10³, 10⁴) in tables of emitters: an emission against what its fuel or its energy can give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

from zoning.checks.table.amounts import without_year
from zoning.checks.table.records import Records
from zoning.errors import Finding, QuantityError, Severity, TableError
from zoning.factors import fuel_factor, fuel_series
from zoning.messages import finding
from zoning.quantities import convert, dimension
from zoning.tables import numbers

__all__ = ["energy_slips", "factor_slips"]

_POWERS = (3, 4)


@cache
def _factor(fuel: str) -> tuple[float, str]:
    """(t CO2 per unit, unit) of a fuel in the first series that has it; NaN if none has."""
    for series in fuel_series():
        try:
            found = fuel_factor(fuel, series)
        except TableError:
            continue
        return found.co2_per_unit, "万立方米" if found.unit == "10kNm3" else found.unit
    return math.nan, ""


@cache
def _per_unit(fuel: str, unit: str) -> float:
    """T CO2 per unit of activity; NaN where the fuel has no factor or the unit is not one of it."""
    factor, of_unit = _factor(fuel)
    try:
        bare = without_year(unit)
        return factor * convert(1.0, bare, of_unit) if dimension(bare) == dimension(of_unit) else math.nan
    except QuantityError:
        return math.nan


def factor_slips(records: Records, rows: Sequence[Mapping[str, object]]) -> list[Finding]:
    """Name rows whose CO2 is 10³ or 10⁴ off activity × factor (``tables/fuel_factors.csv``).

    Parameters
    ----------
    records : Records
        For addresses.
    rows : sequence of mapping
        Emitters: ``fuel`` (code), ``activity``, ``activity_unit``, ``CO2`` (t yr-1), ``row``.
    """
    by_row = {record.row: record for record in records.rows}
    width = numbers("thresholds")["factor_slip_width"]
    findings = []
    for row in rows:
        written = by_row[int(str(row["row"]))].text("fuel")
        unit = str(row["activity_unit"])
        each = _per_unit(written, unit)
        each = each if math.isfinite(each) else _per_unit(str(row["fuel"]), unit)
        expected = float(str(row["activity"])) * each
        given = float(str(row.get("CO2", math.nan)))
        power = _power(given, expected, width)
        if power:
            where = records.where(by_row[int(str(row["row"]))], "species:CO2")
            slots = {"expected": f"{expected:.4g}", "power": f"10^{power}"}
            findings.append(finding("UNIT_SLIP", "factor", severity=Severity.WARNING, where=where, **slots))
    return findings


def _power(given: float, expected: float, width: float) -> int:
    if not (given > 0 and expected > 0 and math.isfinite(given / expected)):
        return 0
    off = math.log10(given / expected)
    return next((sign * power for power in _POWERS for sign in (1, -1) if abs(off - sign * power) <= width), 0)


def energy_slips(records: Records, rows: Sequence[Mapping[str, object]], co2: str) -> list[Finding]:
    """Name rows with more direct CO2 than their energy use (``energy_tce``, tce) can give with any fuel or process."""
    by_row = {record.row: record for record in records.rows}
    most = numbers("thresholds")["co2_per_tce"]
    findings = []
    for row in rows:
        energy, given = float(str(row.get("energy_tce", math.nan))), float(str(row.get(co2, math.nan)))
        if energy > 0 and given / energy > most:
            where = records.where(by_row[int(str(row["row"]))], "energy_tce")
            slots = {"co2": f"{given:g}", "ratio": f"{given / energy:.4g}", "most": f"{most:g}"}
            findings.append(finding("UNIT_SLIP", "energy", severity=Severity.WARNING, where=where, **slots))
    return findings
