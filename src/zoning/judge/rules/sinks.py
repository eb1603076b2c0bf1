"""S1: priority units without industry whose lists do not speak of sinks."""

from __future__ import annotations

from zoning.clauses import Clause
from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer
from zoning.judge.rules.verdict import Verdict, count, false, tonnes, undetermined
from zoning.vocab import DecisionCode

__all__ = ["sink_clause"]


def sink_clause(case: Case, limits: Limits) -> Verdict:  # noqa: ARG001 - every rule has one signature
    """S1-SINK: a priority unit without an industrial emitter and without a sink clause → NEED of a sink clause."""
    if case.unit_class != "PRIORITY":
        return false("rule.S1.class")
    if any(_protects_sinks(clause) for clause in case.clauses):
        return false("rule.S1.spoken")
    if not case.has_emitters:
        return undetermined("rule.S1.open", "missing.emitters", DecisionCode.NEED)
    industrial = [part for part in case.located if part.governable]
    if industrial:
        return false("rule.S1.industry", count("count", len(industrial)))
    return Verdict(Answer.TRUE, "rule.S1.true", DecisionCode.NEED, (tonnes("located_co2", case.located_co2),))


def _protects_sinks(clause: Clause) -> bool:
    """Tell whether a clause is about carbon sinks; an inherited one has to bind, a slogan of the city is not enough."""
    about = clause.scope.reach == "SINK" and clause.label.carbon_state == "CARBON"
    return about and (clause.level == "unit" or clause.label.grade >= 1)
