"""The rule table (docs/method.md §5): each rule answers true, false or undetermined for one unit, with its evidence.

A rule is a pure function of a case and the limits. Two laws hold for each: adding uncovered tonnes never weakens the
answer, adding a counting clause never strengthens it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from zoning.clauses import Clause, counts_for_carbon
from zoning.indicators import Part, covered
from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.messages import say
from zoning.vocab import DecisionCode, label

__all__ = ["RULES", "Rule", "answer_rules"]


@dataclass(frozen=True)
class Verdict:
    """What a rule found, before it is put into words: answer, what it gives, numbers, and the text key."""

    answer: Answer
    key: str
    gives: DecisionCode | None = None
    evidence: tuple[Evidence, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of the rule table.

    Attributes
    ----------
    code : str
        ``R1-KEY`` …
    limits : tuple of str
        Thresholds it uses.
    dimension : str
        Dimension of the list that is to be edited where it is true (S, P, R, Z).
    judge : callable
        Case, limits → verdict.
    """

    code: str
    limits: tuple[str, ...]
    dimension: str
    judge: Callable[[Case, Limits], Verdict]


def answer_rules(case: Case, limits: Limits) -> tuple[Reason, ...]:
    """Return the answers of every rule for one unit, in the order of the table."""
    return tuple(_in_words(rule, rule.judge(case, limits), case, limits) for rule in RULES)


def _in_words(rule: Rule, verdict: Verdict, case: Case, limits: Limits) -> Reason:
    texts = {}
    for lang in ("zh", "en"):
        slots: dict[str, object] = {name: _shown(limits[name], limits.row(name).unit) for name in rule.limits}
        slots |= {item.column: _shown(item.value, item.unit) for item in verdict.evidence}
        slots |= {"missing": say(verdict.missing, lang) if verdict.missing else ""}
        slots |= {f"{name}_label": label(str(slots[name]), lang) for name in ("indicator",) if name in slots}
        texts[lang] = (say(verdict.key, lang, **slots), say(f"{verdict.key}.cf", lang, **slots))
    return Reason(
        rule=rule.code,
        unit=case.unit,
        answer=verdict.answer,
        gives=verdict.gives,
        evidence=verdict.evidence,
        threshold_ids=rule.limits,
        sentence_zh=texts["zh"][0],
        sentence_en=texts["en"][0],
        counterfactual_zh=texts["zh"][1],
        counterfactual_en=texts["en"][1],
        missing=verdict.missing,
        evidence_class=case.evidence_class,
    )


def _shown(value: float | str, unit: str) -> str:
    """Write a number as sentences carry it: shares as percent, tonnes and counts rounded, no data as a dash."""
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return "—"
    if unit == "1":
        return f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _tonnes(column: str, value: float) -> Evidence:
    return Evidence(column, float(value), "t yr-1")


def _share(column: str, value: float) -> Evidence:
    return Evidence(column, float(value), "1")


def _count(column: str, value: float) -> Evidence:
    return Evidence(column, float(value), "count")


def _false(key: str, *evidence: Evidence) -> Verdict:
    return Verdict(Answer.FALSE, key, None, evidence)


def _open(key: str, missing: str, gives: DecisionCode, *evidence: Evidence) -> Verdict:
    return Verdict(Answer.UNDETERMINED, key, gives, evidence, missing)


# R1 ------------------------------------------------------------------------------------------------------------------


def key_emitter(case: Case, limits: Limits) -> Verdict:
    """R1-KEY: a located key emitter that no counting clause reaches → NEED."""
    if not case.has_emitters:
        if case.parts and case.control.uncovered[1] <= 0 < case.control.governable:
            return _false("rule.R1.covered", _tonnes("governable_co2", case.control.governable))
        return _open("rule.R1.open", "missing.emitters", DecisionCode.NEED)
    firms = _enterprises(case)
    keys = {name: parts for name, parts in firms.items() if _is_key(parts, limits)}
    if keys:
        return _key_emitters(case, keys)
    unstated = [name for name, parts in firms.items() if not all(part.co2_known for part in parts)]
    if unstated:
        return _open("rule.R1.unstated", "missing.emitter_co2", DecisionCode.NEED, _count("count", len(unstated)))
    return _false("rule.R1.none", _tonnes("located_co2", case.located_co2))


def _key_emitters(case: Case, keys: dict[str, tuple[Part, ...]]) -> Verdict:
    """Judge the key emitters of a unit by how far the counting clauses reach them."""
    bounds = [(name, _co2(parts), *_reach(case, parts)) for name, parts in keys.items()]
    free = sorted(((co2, name) for name, co2, _, high in bounds if high <= 0), reverse=True)
    if free:
        shown = "、".join(name for _, name in free[:3])
        largest = _tonnes("emitter_co2", free[0][0])
        numbers: tuple[Evidence, ...] = (Evidence("emitters", shown, "text"), largest, _count("count", len(free)))
        return Verdict(Answer.TRUE, "rule.R1.true", DecisionCode.NEED, numbers)
    vague = sorted(name for name, _, low, _ in bounds if low <= 0)
    if vague:
        numbers = (Evidence("emitters", "、".join(vague[:3]), "text"), _count("count", len(vague)))
        return _open("rule.R1.vague", "missing.scope", DecisionCode.NEED, *numbers)
    return _false("rule.R1.reached", _count("count", len(keys)))


def _enterprises(case: Case) -> dict[str, tuple[Part, ...]]:
    found: dict[str, list[Part]] = {}
    for part in case.located:
        found.setdefault(part.name or part.emitter, []).append(part)
    return {name: tuple(parts) for name, parts in found.items()}


def _co2(parts: tuple[Part, ...]) -> float:
    return sum(part.co2 for part in parts)


def _is_key(parts: tuple[Part, ...], limits: Limits) -> bool:
    energy = max((part.energy for part in parts if math.isfinite(part.energy)), default=0.0)
    heavy = _co2(parts) >= limits["key_emitter_co2"] or energy >= limits["key_emitter_energy"]
    return heavy or any(part.ets for part in parts)


def _reach(case: Case, parts: tuple[Part, ...]) -> tuple[float, float]:
    """Return how far the counting clauses reach an enterprise: the largest bounds of its records."""
    clauses = [clause for clause in case.clauses if counts_for_carbon(clause)]
    bounds = [covered(clauses, part) for part in parts]
    return max(low for low, _ in bounds), max(high for _, high in bounds)


# R2 ------------------------------------------------------------------------------------------------------------------


def no_burn_zone(case: Case, limits: Limits) -> Verdict:
    """R2a-NOBURN: much of the located fuel (else of the area) in a no-burn zone, list silent → NEED (else WATCH)."""
    if not case.silent:
        return _false("rule.R2a.spoken", _share("noburn_area_share", case.noburn_area))
    if not case.has_energy_zones:
        return _open("rule.R2a.nolayer", "missing.energy_zones", DecisionCode.NEED)
    return _no_burn_by_fuel(case, limits) if case.has_emitters else _no_burn_by_area(case, limits)


def _no_burn_by_fuel(case: Case, limits: Limits) -> Verdict:
    area, fuel = _share("noburn_area_share", case.noburn_area), _share("noburn_fuel_share", case.noburn_fuel)
    if not math.isfinite(case.noburn_fuel):
        return _false("rule.R2a.nofuel", area)
    if case.noburn_fuel >= limits["noburn_share"]:
        return Verdict(Answer.TRUE, "rule.R2a.fuel", DecisionCode.NEED, (fuel, area))
    return _false("rule.R2a.little", fuel, area)


def _no_burn_by_area(case: Case, limits: Limits) -> Verdict:
    area = _share("noburn_area_share", case.noburn_area)
    if case.noburn_area >= limits["noburn_share"]:
        return Verdict(Answer.TRUE, "rule.R2a.area", DecisionCode.WATCH, (area,))
    if case.noburn_area > 0:
        return _open("rule.R2a.open", "missing.emitters", DecisionCode.NEED, area)
    return _false("rule.R2a.outside", area)


def behind_path(case: Case, limits: Limits) -> Verdict:
    """R2b-CAP: the region is behind its dated target, the unit holds a material part of its use, list silent."""
    if not case.silent:
        return _false("rule.R2b.spoken")
    if not case.has_targets:
        return _open("rule.R2b.notargets", "missing.targets", DecisionCode.NEED)
    if case.path is None:
        return _open("rule.R2b.nopath", "missing.use", DecisionCode.NEED)
    numbers: tuple[Evidence, ...] = (
        Evidence("indicator", case.path.target.indicator, "text"),
        Evidence("region", case.path.target.region_name or case.path.target.region_code, "text"),
        _share("deviation", case.path.deviation),
    )
    if case.path.deviation < limits["behind_path"]:
        return _false("rule.R2b.ontrack", *numbers)
    share = case.region_share_located if case.has_emitters else case.region_share
    numbers = (*numbers, _share("region_share", share))
    if not math.isfinite(share) or share < limits["material_share"]:
        return _false("rule.R2b.small", *numbers)
    gives = DecisionCode.NEED if case.has_emitters else DecisionCode.WATCH
    return Verdict(Answer.TRUE, "rule.R2b.located" if case.has_emitters else "rule.R2b.gridded", gives, numbers)


# R3, S2 --------------------------------------------------------------------------------------------------------------


def uncovered_tonnes(case: Case, limits: Limits) -> Verdict:
    """R3-GAP: uncovered governable tonnes at the lower bound: located → NEED; gridded, well resolved → WATCH."""
    line = limits["key_emitter_co2"]
    low, high = case.control.uncovered_located
    located = (_tonnes("uncovered_located_co2_lo", low), _tonnes("uncovered_located_co2_hi", high))
    if low >= line:
        return Verdict(Answer.TRUE, "rule.R3.located", DecisionCode.NEED, located)
    gridded = _gridded_gap(case, limits)
    if gridded.answer is Answer.TRUE:
        return gridded
    if high >= line:
        return _open("rule.R3.vague", "missing.scope", DecisionCode.NEED, *located)
    if not all(part.co2_known for part in case.located if part.governable):
        return _open("rule.R3.unstated", "missing.emitter_co2", DecisionCode.NEED, *located)
    return gridded


def _gridded_gap(case: Case, limits: Limits) -> Verdict:
    line = limits["key_emitter_co2"]
    low, high = case.control.uncovered
    numbers = (
        _tonnes("uncovered_co2_lo", low), _tonnes("uncovered_co2_hi", high),
        _count("grid_cells", case.cells), Evidence("grid_ratio", case.grid_ratio, "factor"),
    )  # fmt: skip
    if not case.grid_known:
        return _open("rule.R3.nodata", "missing.grid_data", DecisionCode.WATCH, *numbers)
    if high < line:
        return _false("rule.R3.small", *numbers)
    if low < line:
        return _open("rule.R3.bounds", "missing.emitters", DecisionCode.WATCH, *numbers)
    if not case.cells >= limits["cells_per_unit"]:
        return _open("rule.R3.coarse", "missing.finer_grid", DecisionCode.WATCH, *numbers)
    if math.isfinite(case.grid_ratio) and case.grid_ratio > limits["grid_ratio"]:
        return _open("rule.R3.disagree", "missing.agreeing_grid", DecisionCode.WATCH, *numbers)
    return Verdict(Answer.TRUE, "rule.R3.gridded", DecisionCode.WATCH, numbers)


def covered_by_list(case: Case, limits: Limits) -> Verdict:
    """S2-COV: the counting clauses leave less than a key emitter uncovered, at the upper bound → COVERED or UPGRADE."""
    line = limits["key_emitter_co2"]
    low, high = case.control.uncovered
    grade = case.best_grade
    numbers = (
        _tonnes("governable_co2", case.control.governable), _tonnes("uncovered_co2_hi", high),
        Evidence("best_grade", float(grade), "grade"),
    )  # fmt: skip
    if case.control.governable < line:
        return _false("rule.S2.small", *numbers)
    if not case.counting:
        return _false("rule.S2.noclause", *numbers)
    if low >= line:
        return _false("rule.S2.gap", *numbers)
    if high >= line:
        return _open("rule.S2.open", "missing.scope", DecisionCode.COVERED, *numbers)
    if grade < limits["full_grade"]:
        return Verdict(Answer.TRUE, "rule.S2.upgrade", DecisionCode.UPGRADE, numbers)
    return Verdict(Answer.TRUE, "rule.S2.covered", DecisionCode.COVERED, numbers)


# R8 ------------------------------------------------------------------------------------------------------------------


def new_projects(case: Case, limits: Limits) -> Verdict:
    """R8-NEW: approved projects that no counting clause on new ones reaches add as much as a key emitter → NEED."""
    if not case.has_projects:
        return _open("rule.R8.open", "missing.projects", DecisionCode.NEED)
    unknown = any(not math.isfinite(project.co2) for project in case.projects)
    low, high = _planned_uncovered(case)
    line = limits["key_emitter_co2"]
    planned = (_tonnes("planned_co2_lo", low), _tonnes("planned_co2_hi", high))
    numbers = (*planned, _tonnes("located_co2", case.located_co2))
    if low >= line:
        return Verdict(Answer.TRUE, "rule.R8.true", DecisionCode.NEED, numbers)
    if unknown:
        return _open("rule.R8.unstated", "missing.project_co2", DecisionCode.NEED, *numbers)
    if high >= line:
        return _open("rule.R8.vague", "missing.scope", DecisionCode.NEED, *numbers)
    return _false("rule.R8.small", *numbers)


def _planned_uncovered(case: Case) -> tuple[float, float]:
    """Bounds of the planned t CO2 yr-1 that no counting clause on new projects reaches."""
    clauses = [
        replace(clause, scope=replace(clause.scope, gate="EXISTING"))
        for clause in case.counting if clause.scope.gate in ("PIPELINE", "BOTH")
    ]  # fmt: skip
    low, high = 0.0, 0.0
    for project in case.projects:
        if math.isfinite(project.co2):
            sector = "power" if project.industry.startswith("44") else "industry"
            part = Part(case.unit, sector, project.co2, 0.0, located=True, industry=project.industry)
            reach = covered(clauses, part)
            low, high = low + project.co2 * (1 - reach[1]), high + project.co2 * (1 - reach[0])
    return low, high


# S1 ------------------------------------------------------------------------------------------------------------------


def sink_clause(case: Case, limits: Limits) -> Verdict:  # noqa: ARG001 - every rule has one signature
    """S1-SINK: a priority unit without an industrial emitter and without a sink clause → NEED of a sink clause."""
    if case.unit_class != "PRIORITY":
        return _false("rule.S1.class")
    if any(_protects_sinks(clause) for clause in case.clauses):
        return _false("rule.S1.spoken")
    if not case.has_emitters:
        return _open("rule.S1.open", "missing.emitters", DecisionCode.NEED)
    industrial = [part for part in case.located if part.governable]
    if industrial:
        return _false("rule.S1.industry", _count("count", len(industrial)))
    return Verdict(Answer.TRUE, "rule.S1.true", DecisionCode.NEED, (_tonnes("located_co2", case.located_co2),))


def _protects_sinks(clause: Clause) -> bool:
    """Tell whether a clause is about carbon sinks; an inherited one has to bind, a slogan of the city is not enough."""
    about = clause.scope.reach == "SINK" and clause.label.carbon_state == "CARBON"
    return about and (clause.level == "unit" or clause.label.grade >= 1)


RULES: tuple[Rule, ...] = (
    Rule("R1-KEY", ("key_emitter_co2", "key_emitter_energy"), "S", key_emitter),
    Rule("R2a-NOBURN", ("noburn_share",), "Z", no_burn_zone),
    Rule("R2b-CAP", ("behind_path", "material_share"), "Z", behind_path),
    Rule("R3-GAP", ("key_emitter_co2", "cells_per_unit", "grid_ratio"), "P", uncovered_tonnes),
    Rule("R8-NEW", ("key_emitter_co2",), "S", new_projects),
    Rule("S1-SINK", (), "S", sink_clause),
    Rule("S2-COV", ("key_emitter_co2", "full_grade"), "", covered_by_list),
)
