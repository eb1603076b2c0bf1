"""R8: approved projects that no counting clause on new ones reaches."""

from __future__ import annotations

import math
from dataclasses import replace

from zoning.indicators import Part, covered
from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer
from zoning.judge.rules.verdict import Verdict, false, tonnes, undetermined
from zoning.vocab import DecisionCode

__all__ = ["new_projects"]


def new_projects(case: Case, limits: Limits) -> Verdict:
    """R8-NEW: approved projects that no counting clause on new ones reaches add as much as a key emitter → NEED."""
    if not case.has_projects:
        return undetermined("rule.R8.open", "missing.projects", DecisionCode.NEED)
    unknown = any(not math.isfinite(project.co2) for project in case.projects)
    low, high = _planned_uncovered(case)
    line = limits["key_emitter_co2"]
    planned = (tonnes("planned_co2_lo", low), tonnes("planned_co2_hi", high))
    numbers = (*planned, tonnes("located_co2", case.located_co2))
    if low >= line:
        return Verdict(Answer.TRUE, "rule.R8.true", DecisionCode.NEED, numbers)
    if unknown:
        return undetermined("rule.R8.unstated", "missing.project_co2", DecisionCode.NEED, *numbers)
    if high >= line:
        return undetermined("rule.R8.vague", "missing.scope", DecisionCode.NEED, *numbers)
    return false("rule.R8.small", *numbers)


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
