"""Slips of unit in pollutants: an emission against what was made, what is permitted, and what the fuel can give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zoning.errors import Finding
from zoning.factors import Registry
from zoning.inventory.emissions.book import Amount
from zoning.inventory.emissions.evidence import made_of, off_by, verdict
from zoning.inventory.emissions.facts import Facts
from zoning.inventory.emissions.model import OF_FUEL
from zoning.inventory.emissions.slips import POWERS, mended, moved
from zoning.inventory.emissions.treatments import removal
from zoning.inventory.model import Correction
from zoning.messages import Both, say
from zoning.tables import numbers

__all__ = ["mend_amounts"]


@dataclass(frozen=True, slots=True)
class _Judged:
    score: int
    against: int
    nearness: float
    speaks: tuple[Both, ...]


def mend_amounts(
    amounts: Sequence[Amount], facts: Mapping[str, Facts], registry: Registry, rejected: frozenset[tuple[str, str]]
) -> tuple[list[Amount], list[Finding], list[Correction]]:
    """Return amounts of pollutants of one year with slips in what was emitted mended or set aside.

    An emission is suspect where what is known speaks against it: the amount made less what the treatment removes, the
    permitted amount, and (SO2, NOx) fuel × factor less what the treatment removes. It is mended where at least two
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
        after.append(one if found is None else replace(one, amount=found[1]))
    return after, findings, corrections


def _slip(one: Amount, facts: Facts, registry: Registry) -> tuple[int, float, tuple[Both, ...]] | None:
    """Return the power of ten an emission is off by, what it becomes (NaN: set aside), and who agrees; else None."""
    references = _references(one, facts, registry)
    written = _judge(one.amount, references)
    few, far = numbers("thresholds")["slip_witnesses"], numbers("thresholds")["slip_above_made"]
    if written.score >= 0 or (written.against < few and not one.amount > far * facts.made.get(one.species, math.nan)):
        return None
    tried = [(_judge(moved(one.amount, power), references), power) for power in POWERS]
    best, power = max(tried, key=lambda pair: (pair[0].score, -pair[0].nearness, -abs(pair[1])))
    if best.score <= 0:
        return None
    return power, moved(one.amount, power) if best.score >= few else math.nan, best.speaks


def _references(one: Amount, facts: Facts, registry: Registry) -> dict[str, float]:
    """Return what the emission should be near to, by name of the witness."""
    left = 1.0 - removal(facts.texts(one.species), one.species, registry)[0]
    fuels = [
        made_of(registry, one.species, use.fuel, facts.device(use.fuel)) * use.amount / 1000.0
        for use in facts.uses
        if use.what == "fuel" and use.firm.table == one.firm.table
    ]
    known = [value for value in fuels if not math.isnan(value)]
    burnt = math.fsum(known) * left if known and one.species in OF_FUEL else math.nan
    made = facts.made.get(one.species, math.nan)
    made = (
        math.nan
        if verdict(made, burnt / left if left else math.nan, numbers("thresholds")["slip_output"]) < 0
        else made
    )
    return {"treated": made * left, "permit": facts.permitted.get(one.species, math.nan), "fuel": burnt}


def _judge(value: float, references: Mapping[str, float]) -> _Judged:
    width = numbers("thresholds")["slip_output"]
    said = {name: verdict(value, reference, width) for name, reference in references.items()}
    near = math.fsum(abs(off_by(value, references[name])) for name, one in said.items() if one)
    speaks = tuple(Both(say(f"witness.{name}", "zh"), say(f"witness.{name}", "en"))
                   for name, one in said.items() if one > 0)  # fmt: skip
    return _Judged(sum(said.values()), sum(each < 0 for each in said.values()), near, speaks)
