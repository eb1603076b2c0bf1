"""Energy use in standard coal against the fuels, power and heat of the same table."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from zoning.errors import Finding, Severity
from zoning.factors import Registry
from zoning.inventory.emissions.book import Book, Firm, Use, printed
from zoning.inventory.emissions.evidence import energy_of, off_by
from zoning.inventory.emissions.facts import Facts
from zoning.inventory.emissions.slips import POWERS, mended, moved
from zoning.inventory.model import Correction
from zoning.messages import Both, finding, say
from zoning.tables import numbers

__all__ = ["mend_energy"]

_BASES = ("tce_calorific", "tce_equivalent")


def mend_energy(
    book: Book, facts: Mapping[str, Facts], registry: Registry
) -> tuple[pd.DataFrame, list[Finding], list[Correction]]:
    """Return energy use and output by enterprise and row, slips of unit mended where the sum of the fuels agrees.

    Only the calorific value is held against the fuels; the equivalent value of the same row is moved with it. What is
    sold is not taken off: tables differ in it, so gross and net input both agree.
    """
    rows, findings, corrections = [], [], []
    for ref in sorted(book.energy):
        firm, row = book.firms[ref], book.energy[ref]
        uses = [use for use in facts[firm.enterprise].uses if use.firm.ref == ref]
        values = {name: float(row[name]) for name in (*_BASES, "output")}
        parts = _parts(uses, registry)
        power = _power(values["tce_calorific"], parts)
        if power:
            found = _mended(firm, values, power, parts)
            findings.append(found[0])
            corrections += found[1]
            values |= {name: moved(values[name], power) for name in _BASES}
        elif _differs(values["tce_calorific"], parts):
            findings.append(_disagreeing(firm, values["tce_calorific"], parts[0]))
        rows.append({"enterprise": firm.enterprise, "ref": ref, "year": int(row["year"])} | values)
    columns = ["enterprise", "ref", "year", *_BASES, "output"]
    return pd.DataFrame(rows, columns=columns), findings, corrections


def _parts(uses: list[Use], registry: Registry) -> tuple[float, float]:
    """Σ of what came in, and the same less what was sold; NaN where a part is not known."""
    each = [use.amount * energy_of(registry, use.fuel) for use in uses if use.what in ("fuel", "power", "heat")]
    if not each:
        return math.nan, math.nan
    return math.fsum(max(one, 0.0) if not math.isnan(one) else one for one in each), math.fsum(each)


def _power(value: float, parts: tuple[float, float]) -> int:
    close = math.log10(1.0 + numbers("thresholds")["tce_disagreement"])
    return next((power for power in POWERS for part in parts if abs(off_by(value, part) - power) <= close), 0)


def _differs(value: float, parts: tuple[float, float]) -> bool:
    tolerance = numbers("thresholds")["tce_disagreement"]
    known = [part for part in parts if part > 0 and value > 0]
    return bool(known) and all(abs(value / part - 1.0) > tolerance for part in known)


def _mended(
    firm: Firm, values: Mapping[str, float], power: int, parts: tuple[float, float]
) -> tuple[Finding, list[Correction]]:
    """One finding for the row, and a correction for each of its two columns."""
    total = printed(round(parts[0], 2))
    who = Both(say("witness.parts", "zh", value=total), say("witness.parts", "en", value=total))
    corrections = []
    said = None
    for name in _BASES:
        if not math.isnan(values[name]):
            about = firm.at(printed(values[name]), name) | {"name": firm.name, "unit": "tce", "what": name}
            found, correction = mended(firm.ref, about, power, moved(values[name], power), [who])
            said = said or found
            corrections.append(correction)
    assert said is not None  # noqa: S101 - the calorific value is what was found to be off
    return said, corrections


def _disagreeing(firm: Firm, value: float, total: float) -> Finding:
    slots = {"name": firm.name, "total": printed(round(total, 2))}
    where = firm.at(printed(value), _BASES[0])
    return finding("SOURCES_DISAGREE", "energy", severity=Severity.WARNING, where=where, **slots)
