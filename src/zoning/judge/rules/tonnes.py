"""R3 and S2: what the counting clauses leave uncovered, and what they cover."""

from __future__ import annotations

from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer, Evidence
from zoning.judge.rules.verdict import Verdict, count, false, tonnes, undetermined
from zoning.vocab import DecisionCode

__all__ = ["covered_by_list", "uncovered_tonnes"]


def uncovered_tonnes(case: Case, limits: Limits) -> Verdict:
    """R3-GAP: uncovered governable tonnes at the lower bound: located → NEED; gridded, well resolved → WATCH."""
    line = limits["key_emitter_co2"]
    low, high = case.control.uncovered_located
    located = (tonnes("uncovered_located_co2_lo", low), tonnes("uncovered_located_co2_hi", high))
    if low >= line:
        return Verdict(Answer.TRUE, "rule.R3.located", DecisionCode.NEED, located)
    gridded = _gridded_gap(case, limits)
    if gridded.answer is Answer.TRUE:
        return gridded
    if high >= line:
        return undetermined("rule.R3.vague", "missing.scope", DecisionCode.NEED, *located)
    if not all(part.co2_known for part in case.located if part.governable):
        return undetermined("rule.R3.unstated", "missing.emitter_co2", DecisionCode.NEED, *located)
    return gridded


def _gridded_gap(case: Case, limits: Limits) -> Verdict:
    line = limits["key_emitter_co2"]
    low, high = case.control.uncovered
    numbers = (
        tonnes("uncovered_co2_lo", low), tonnes("uncovered_co2_hi", high),
        count("grid_cells", case.cells), Evidence("grid_ratio", case.grid_ratio, "factor"),
    )  # fmt: skip
    if not case.grid_known:
        return undetermined("rule.R3.nodata", "missing.grid_data", DecisionCode.WATCH, *numbers)
    if high < line:
        return false("rule.R3.small", *numbers)
    if low < line:
        return undetermined("rule.R3.bounds", "missing.emitters", DecisionCode.WATCH, *numbers)
    if not case.cells >= limits["cells_per_unit"]:
        return undetermined("rule.R3.coarse", "missing.finer_grid", DecisionCode.WATCH, *numbers)
    if case.grid_ratio > limits["grid_ratio"]:
        return undetermined("rule.R3.disagree", "missing.agreeing_grid", DecisionCode.WATCH, *numbers)
    return Verdict(Answer.TRUE, "rule.R3.gridded", DecisionCode.WATCH, numbers)


def covered_by_list(case: Case, limits: Limits) -> Verdict:
    """S2-COV: the counting clauses leave less than a key emitter uncovered, at the upper bound → COVERED or UPGRADE."""
    line = limits["key_emitter_co2"]
    low, high = case.control.uncovered
    grade = case.best_grade
    numbers = (
        tonnes("governable_co2", case.control.governable), tonnes("uncovered_co2_hi", high),
        Evidence("best_grade", float(grade), "grade"),
    )  # fmt: skip
    if case.control.governable < line:
        return false("rule.S2.small", *numbers)
    if not case.counting:
        return false("rule.S2.noclause", *numbers)
    if low >= line:
        return false("rule.S2.gap", *numbers)
    if high >= line:
        return undetermined("rule.S2.open", "missing.scope", DecisionCode.COVERED, *numbers)
    if grade < limits["full_grade"]:
        return Verdict(Answer.TRUE, "rule.S2.upgrade", DecisionCode.UPGRADE, numbers)
    return Verdict(Answer.TRUE, "rule.S2.covered", DecisionCode.COVERED, numbers)
