"""Energy in coal equivalent against the fuels beside it: a slip of unit shows as a power of ten."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding, Severity
from zoning.factors import fuel_factor, fuel_series
from zoning.messages import finding
from zoning.quantities import convert
from zoning.tables import numbers, read

__all__ = ["check_energy"]

Line = tuple[Any, ...]
_POWERS = (3, 4)


def check_energy(sheet: Sheet, uses: Iterable[Line], energy: Iterable[Line]) -> list[Finding]:
    """Name rows whose energy in tce is a power of ten off what their fuels, power and heat hold.

    It is an order of magnitude only: default calorific values, power at its calorific value. Nothing is changed.
    """
    held: dict[object, float] = defaultdict(float)
    for line in uses:
        held[line[0]] += abs(float(line[5])) * _tce(line[3])
    places = {ref: place for place, ref in enumerate(sheet.refs)}
    findings = []
    for line in energy:
        for name, at in (("tce_calorific", 2), ("tce_equivalent", 3)):
            stated, added = float(line[at]), held.get(line[0], math.nan)
            power = _slip(stated, added)
            if power:
                record = sheet.rows[places[line[0]]]
                where = sheet.at(name, record)
                slots = {"name": record.text("name"), "added": f"{added:.6g}", "power": abs(power)}
                key = "tce_above" if power > 0 else "tce_below"
                findings.append(finding("UNIT_SLIP", key, severity=Severity.WARNING, where=where, **slots))
    return findings


def _slip(stated: float, added: float) -> int:
    if not (math.isfinite(stated) and math.isfinite(added) and stated > 0 and added > 0):
        return 0
    off = math.log10(stated / added)
    width = numbers("thresholds")["tce_slip_width"]
    return next((sign * power for power in _POWERS for sign in (1, -1) if abs(off - sign * power) <= width), 0)


@cache
def _tce(fuel: str) -> float:
    """Return tce per unit of a fuel, by its default calorific value; NaN where there is none."""
    if fuel == "power":
        return convert(1.0, "MWh", "tce")
    if fuel == "heat":
        return convert(1.0, "GJ", "tce")
    known = {(row["fuel"], row["series"]) for row in read("fuel_factors")}
    ncv = next((fuel_factor(fuel, one).ncv for one in fuel_series() if (fuel, one) in known), math.nan)
    return ncv * convert(1.0, "GJ", "tce")
