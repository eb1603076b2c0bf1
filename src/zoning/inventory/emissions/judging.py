"""Uses that nothing can be computed from: negative, endless, in a unit of another dimension, shares above one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from zoning.errors import Finding, Severity
from zoning.inventory.emissions.book import Amount, Use
from zoning.messages import finding
from zoning.tables import numbers, read

__all__ = ["judge_amounts", "judge_uses"]

_UNITS = {"power": "MWh", "heat": "GJ", "heat_sold": "GJ", "process": "t"}
_SIGNED = ("power", "heat")


@cache
def _fuel_units() -> dict[str, str]:
    return {row["fuel"]: row["unit"] for row in read("fuel_kinds")}


def judge_uses(uses: Iterable[Use]) -> tuple[list[Use], list[Finding]]:
    """Return the uses that can be computed with, and a finding for every fault of the others.

    Severity is ERROR: a value that cannot be understood stops a run. An amount that is not there (NaN) is said and is
    kept: it is not determined, and never 0.
    """
    kept, findings = [], []
    for use in uses:
        faults = _faults(use)
        findings += [finding(code, key, severity=Severity.ERROR, where=use.where(), **slots)
                     for code, key, slots in faults]  # fmt: skip
        if not faults:
            kept.append(use)
    return kept, findings


def _faults(use: Use) -> list[tuple[str, str, dict[str, str]]]:
    found: list[tuple[str, str, dict[str, str]]] = []
    about = {"name": use.firm.name, "fuel": use.written or use.fuel}
    if math.isinf(use.amount) or (use.amount < 0 and use.what not in _SIGNED):
        found.append(("VALUE_UNKNOWN", "use", about))
    unit = _fuel_units().get(use.fuel) if use.what == "fuel" else _UNITS.get(use.what)
    if unit is not None and use.unit != unit:
        found.append(("UNIT_UNCLEAR", "use", about | {"unit": use.unit or "-", "allowed": unit}))
    most = {"oxidation": 1.0, "carbon": numbers("thresholds")["carbon_content_most"], "ncv": math.inf,
            "factor": math.inf}  # fmt: skip
    for column, limit in most.items():
        value = float(getattr(use, column))
        if value < 0 or value > limit or math.isinf(value):
            slots = about | {"quantity": column, "number": f"{value:g}", "limit": f"{limit:g}"}
            found.append(("UNIT_UNCLEAR", column if column in ("oxidation", "carbon") else "stated", slots))
    return found


def judge_amounts(amounts: Iterable[Amount]) -> tuple[list[Amount], list[Finding]]:
    """Return the amounts of pollutants that can be used, and a finding for every negative or endless one."""
    kept, findings = [], []
    for one in amounts:
        if one.amount < 0 or math.isinf(one.amount):
            slots = {"name": one.firm.name, "fuel": one.species}
            findings.append(finding("VALUE_UNKNOWN", "use", severity=Severity.ERROR, where=one.where(), **slots))
        else:
            kept.append(one)
    return kept, findings
