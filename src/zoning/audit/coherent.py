"""Clauses against demands on carbon: what goes together, what collides, and what end-of-pipe treatment costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from zoning.audit.case import Case
from zoning.audit.places import cell_of, of_clause
from zoning.clauses.coherence import VERDICTS, Demand, Penalty, Relation, penalties, relations
from zoning.errors import Finding
from zoning.messages import Both

__all__ = ["coherence_findings", "coherence_records", "penalties_of", "penalty_findings", "penalty_records", "related"]


def related(case: Case, demands: Iterable[Demand]) -> tuple[Relation, ...]:
    """Return how every clause stands to every demand on carbon; without demands there is nothing to compare."""
    places = {part for entry in case.entries.values() for part in entry.place if part}
    return relations(case.clauses, demands, places=places)


def coherence_findings(found: Iterable[Relation]) -> tuple[Finding, ...]:
    """Return a finding for every clause that surely collides with a demand."""
    return tuple(
        of_clause("CLAUSE_CONFLICT", "audit", one.clause, words=one.clause.text[slice(*one.hit.span)],
                  demand=one.demand.text, rule=one.rule, reason=Both(one.reason_zh, one.reason_en),
                  suggestion=one.suggestion_zh)
        for one in found if one.verdict == "CONFLICT"
    )  # fmt: skip


def coherence_records(found: Iterable[Relation]) -> tuple[dict[str, Any], ...]:
    """Return one record for each text, demand and rule, with how many units have the text; the gravest first."""
    groups: dict[tuple[str, str, str, str], list[Relation]] = {}
    for one in found:
        groups.setdefault((one.clause.text, one.demand.id, one.rule, one.verdict), []).append(one)
    ordered = sorted(groups.values(), key=lambda all_: (VERDICTS.index(all_[0].verdict), -len(all_), all_[0].rule))
    return tuple(_relation(several) for several in ordered)


def _relation(several: Sequence[Relation]) -> dict[str, Any]:
    one = several[0]
    return {
        "relation": one.verdict, "level": one.clause.level, "count": len({each.clause.code for each in several}),
        "number": one.clause.number, "text": one.clause.text, "demand": one.demand.text, "rule": one.rule,
        "condition": one.condition_zh, "cell": cell_of(one.clause.address),
    }  # fmt: skip


def penalties_of(case: Case) -> tuple[Penalty, ...]:
    """Return the end-of-pipe measures that clauses order and that cost energy."""
    return penalties(case.clauses)


def penalty_findings(found: Iterable[Penalty]) -> tuple[Finding, ...]:
    """Return an info for every such clause."""
    return tuple(
        of_clause("CLAUSE_PENALTY", "audit", one.clause, words=one.clause.text[slice(*one.span)], id=one.measure.id,
                  measure=Both(one.measure.name_zh, one.measure.name_en))
        for one in found
    )  # fmt: skip


def penalty_records(found: Iterable[Penalty]) -> tuple[dict[str, Any], ...]:
    """Return one record for each such clause; what the signs depend on is quoted from the measure."""
    return tuple(
        {"code": one.clause.code, "number": one.clause.number, "text": one.clause.text,
         "measure": f"{one.measure.id} {one.measure.name_zh}", "words": one.clause.text[slice(*one.span)],
         "note": one.measure.depends_zh, "cell": cell_of(one.clause.address)}
        for one in found
    )  # fmt: skip
