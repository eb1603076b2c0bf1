"""Slips of unit in pollutants: an emission against what was made, what is permitted, and what the fuel can give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zoning.errors import Finding, Severity
from zoning.factors import Registry
from zoning.inventory.emissions.book import Amount, printed
from zoning.inventory.emissions.evidence import made_of, verdict
from zoning.inventory.emissions.facts import Facts
from zoning.inventory.emissions.slips import POWERS, mended
from zoning.inventory.emissions.treatments import removal
from zoning.inventory.model import Correction
from zoning.messages import Both, finding, say
from zoning.tables import numbers

__all__ = ["mend_amounts"]

_FEW = 2


@dataclass(frozen=True, slots=True)
class _Judged:
    score: int
    nearness: float
    speaks: tuple[Both, ...]


def mend_amounts(
    amounts: Sequence[Amount], facts: Mapping[str, Facts], registry: Registry, rejected: frozenset[tuple[str, str]]
) -> tuple[list[Amount], list[Finding], list[Correction]]:
    """Return amounts of pollutants of one year with slips in what was emitted mended or set aside.

    An emission is suspect where what is known speaks against it: the amount made less what the treatment removes, the
    permitted amount, and (not for VOC) fuel × factor less what the treatment removes. It is mended where at least two
    of them agree after a power of ten and none speaks against it, else it is set aside.
    """
    after, findings, corrections = [], [], []
    for one in amounts:
        kept = one.what == "emitted" and one.amount > 0 and (one.firm.ref, one.field) not in rejected
        found = _slip(one, facts[one.firm.enterprise], registry) if kept else None
        if found is not None:
            power, amount, speaks = found
            about = one.where() | {"name": one.firm.name, "what": one.species, "unit": "t"}
            said, correction = mended(one.firm.ref, about, power, amount, speaks)
            findings.append(said)
            corrections.append(correction)
            after.append(replace(one, amount=amount))
            continue
        after.append(one)
        findings += _more_than_made(one, facts[one.firm.enterprise]) if kept else []
    return after, findings, corrections


def _slip(one: Amount, facts: Facts, registry: Registry) -> tuple[int, float, tuple[Both, ...]] | None:
    """Return the power of ten an emission is off by, what it becomes (NaN: set aside), and who agrees; else None."""
    references = _references(one, facts, registry)
    if _judge(one.amount, references, facts.made.get(one.species, math.nan)).score >= 0:
        return None
    tried = [(_judge(one.amount / 10.0**power, references, math.inf), power) for power in POWERS]
    best, power = max(tried, key=lambda pair: (pair[0].score, -pair[0].nearness, -abs(pair[1])))
    if best.score <= 0:
        return None
    return power, one.amount / 10.0**power if best.score >= _FEW else math.nan, best.speaks


def _references(one: Amount, facts: Facts, registry: Registry) -> dict[str, float]:
    """Return what the emission should be near to, by name of the witness."""
    left = 1.0 - removal(facts.texts(one.species), one.species, registry)[0]
    fuels = [
        made_of(registry, one.species, use.fuel, facts.device(use.fuel)) * use.amount / 1000.0
        for use in facts.uses
        if use.what == "fuel" and use.firm.table == one.firm.table
    ]
    known = [value for value in fuels if not math.isnan(value)]
    burnt = math.fsum(known) * left if known and one.species != "VOC" else math.nan
    made = facts.made.get(one.species, math.nan)
    made = (
        math.nan
        if verdict(made, burnt / left if left else math.nan, numbers("thresholds")["slip_output"]) < 0
        else made
    )
    return {"treated": made * left, "permit": facts.permitted.get(one.species, math.nan), "fuel": burnt}


def _judge(value: float, references: Mapping[str, float], most: float) -> _Judged:
    width = numbers("thresholds")["slip_output"]
    said = {name: verdict(value, reference, width) for name, reference in references.items()}
    impossible = value > most * 10.0 and most > 0
    near = math.fsum(abs(math.log10(value / references[name])) for name, one in said.items() if one)
    speaks = tuple(Both(say(f"witness.{name}", "zh"), say(f"witness.{name}", "en"))
                   for name, one in said.items() if one > 0)  # fmt: skip
    return _Judged(-1 if impossible and -1 in said.values() else sum(said.values()), near, speaks)


def _more_than_made(one: Amount, facts: Facts) -> list[Finding]:
    """More emitted than made, where it is no slip of unit: said, and kept as reported."""
    made = facts.made.get(one.species, math.nan)
    if not one.amount > made * (1.0 + numbers("thresholds")["sources_disagree"]):
        return []
    slots = {"name": one.firm.name, "species": one.species, "made": printed(made)}
    return [finding("ARITHMETIC", "made", severity=Severity.WARNING, where=one.where(), **slots)]
