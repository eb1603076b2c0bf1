"""Clauses against demands on carbon: what goes together, what collides, and what end-of-pipe treatment costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zoning.audit.case import Case
from zoning.audit.places import cell_of, of_clause
from zoning.clauses import Clause
from zoning.clauses.coherence import VERDICTS, Demand, Penalty, Relation, penalties, relations
from zoning.errors import Finding
from zoning.messages import Both

__all__ = ["coherence_findings", "coherence_records", "penalties_of", "penalty_findings", "penalty_records", "related"]


def related(case: Case, demands: Iterable[Demand]) -> tuple[Relation, ...]:
    """Return how every text stands to every demand on carbon, at its first place; without demands there is nothing."""
    places = {part for entry in case.entries.values() for part in entry.place if part} | set(case.places)
    return relations((alike[0] for alike in _texts(case).values()), demands, places=places)


def _texts(case: Case) -> dict[tuple[str, str], list[Clause]]:
    """Return the clauses of every text of a level: what the words say is the same for all of them."""
    groups: dict[tuple[str, str], list[Clause]] = {}
    for clause in case.clauses:
        groups.setdefault((clause.level, clause.text), []).append(clause)
    return groups


def coherence_findings(case: Case, found: Iterable[Relation]) -> tuple[Finding, ...]:
    """Return a finding at every place of a text that surely collides with a demand."""
    texts = _texts(case)
    return tuple(
        of_clause("CLAUSE_CONFLICT", "audit", clause, words=one.clause.text[slice(*one.hit.span)],
                  demand=one.demand.text, rule=one.rule, reason=Both(one.reason_zh, one.reason_en),
                  suggestion=one.suggestion_zh)
        for one in found if one.verdict == "CONFLICT"
        for clause in texts[one.clause.level, one.clause.text]
    )  # fmt: skip


def coherence_records(case: Case, found: Iterable[Relation]) -> tuple[dict[str, Any], ...]:
    """Return one record for each text, demand and rule, with how many units have the text; the gravest first."""
    texts = _texts(case)
    counts = {key: len({clause.code for clause in alike}) for key, alike in texts.items()}
    records = [_relation(one, counts[one.clause.level, one.clause.text]) for one in found]
    return tuple(sorted(records, key=lambda row: (VERDICTS.index(row["relation"]), -row["count"], row["rule"])))


def _relation(one: Relation, count: int) -> dict[str, Any]:
    return {
        "relation": one.verdict, "level": one.clause.level, "count": count, "number": one.clause.number,
        "text": one.clause.text, "demand": one.demand.text, "rule": one.rule, "condition": one.condition_zh,
        "cell": cell_of(one.clause.address),
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
         "magnitude": _magnitude(one), "note": one.measure.depends_zh, "cell": cell_of(one.clause.address)}
        for one in found
    )  # fmt: skip


def _magnitude(one: Penalty) -> str:
    """Return the factor of a measure with its unit and basis; "" for nearly all, of which only the sign is known."""
    known = one.measure.magnitude
    return f"{known.text} {known.unit}（{known.basis}）" if known else ""
