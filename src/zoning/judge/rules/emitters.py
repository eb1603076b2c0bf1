"""R1: key emitters that no counting clause reaches."""

from __future__ import annotations

import math

from zoning.indicators import Part, covered
from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer, Evidence
from zoning.judge.rules.verdict import Verdict, count, false, tonnes, undetermined
from zoning.vocab import DecisionCode

__all__ = ["key_emitter"]


def key_emitter(case: Case, limits: Limits) -> Verdict:
    """R1-KEY: a located key emitter that no counting clause reaches → NEED."""
    if not case.has_emitters:
        if case.parts and case.control.uncovered[1] <= 0 < case.control.governable:
            return false("rule.R1.covered", tonnes("governable_co2", case.control.governable))
        return undetermined("rule.R1.open", "missing.emitters", DecisionCode.NEED)
    firms = _enterprises(case)
    keys = {name: parts for name, parts in firms.items() if _is_key(parts, limits)}
    if keys:
        return _key_emitters(case, keys, limits)
    unstated = [name for name, parts in firms.items() if not all(part.co2_known for part in parts)]
    if unstated:
        return undetermined("rule.R1.unstated", "missing.emitter_co2", DecisionCode.NEED, count("count", len(unstated)))
    return false("rule.R1.none", tonnes("located_co2", case.located_co2))


def _key_emitters(case: Case, keys: dict[str, tuple[Part, ...]], limits: Limits) -> Verdict:
    """Judge the key emitters of a unit by how far the counting clauses reach them."""
    bounds = [(name, _co2(parts), *_reach(case, parts)) for name, parts in keys.items()]
    free = sorted(((co2, name) for name, co2, _, high in bounds if high <= 0), reverse=True)
    if free:
        shown = "、".join(name for _, name in free[:3])
        largest = tonnes("emitter_co2", free[0][0])
        numbers: tuple[Evidence, ...] = (Evidence("emitters", shown, "text"), largest, count("count", len(free)))
        most = max(_energy(keys[name]) for _, name in free)
        if free[0][0] < limits["key_emitter_co2"] and most >= limits["key_emitter_energy"]:
            numbers = (*numbers, Evidence("emitter_energy", most, "tce yr-1"))
            return Verdict(Answer.TRUE, "rule.R1.energy", DecisionCode.NEED, numbers)
        return Verdict(Answer.TRUE, "rule.R1.true", DecisionCode.NEED, numbers)
    vague = sorted(name for name, _, low, _ in bounds if low <= 0)
    if vague:
        numbers = (Evidence("emitters", "、".join(vague[:3]), "text"), count("count", len(vague)))
        return undetermined("rule.R1.vague", "missing.scope", DecisionCode.NEED, *numbers)
    return false("rule.R1.reached", count("count", len(keys)))


def _enterprises(case: Case) -> dict[str, tuple[Part, ...]]:
    found: dict[str, list[Part]] = {}
    for part in case.located:
        found.setdefault(part.name or part.emitter, []).append(part)
    return {name: tuple(parts) for name, parts in found.items()}


def _co2(parts: tuple[Part, ...]) -> float:
    return sum(part.co2 for part in parts)


def _energy(parts: tuple[Part, ...]) -> float:
    return max((part.energy for part in parts if math.isfinite(part.energy)), default=0.0)


def _is_key(parts: tuple[Part, ...], limits: Limits) -> bool:
    heavy = _co2(parts) >= limits["key_emitter_co2"] or _energy(parts) >= limits["key_emitter_energy"]
    return heavy or any(part.ets for part in parts)


def _reach(case: Case, parts: tuple[Part, ...]) -> tuple[float, float]:
    """Return how far the counting clauses reach an enterprise: the largest bounds of its records."""
    bounds = [covered(case.counting, part) for part in parts]
    return max(low for low, _ in bounds), max(high for _, high in bounds)
