"""A comparison and a backtest as plain rows for other programs."""

from __future__ import annotations

from typing import Any

from zoning.clauses.model import Clause
from zoning.messages import LANGUAGES
from zoning.versions.backtest import Backtest, Score, UnitOutcome
from zoning.versions.model import Comparison, Record
from zoning.versions.shares import Share
from zoning.versions.wording import outcome_words

__all__ = ["backtest_rows", "comparison_rows"]


def comparison_rows(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain lists and texts: counts, units, clauses, entries, headers.

    Examples
    --------
    >>> from zoning.clauses import AccessList
    >>> from zoning.versions import compare
    >>> sorted(comparison_rows(compare(AccessList("unit"), AccessList("unit"))))
    ['clauses', 'counts', 'entries', 'headers', 'units']
    """
    return {
        "counts": {"units": found.unit_counts, "clauses": found.record_counts, "carbon": found.carbon_counts},
        "units": [
            {
                "kind": match.kind,
                "old": match.old,
                "new": match.new,
                "certainty": match.certainty,
                "score": match.score,
                "evidence": dict(match.evidence),
            }
            for match in found.matches
        ],
        "clauses": [_record(record) for record in found.records],
        "entries": [
            {"old_code": one.old_code, "new_code": one.new_code, "field": one.field, "old": one.old, "new": one.new}
            for one in found.entries
        ],
        "headers": [{"dimension": dimension, "old": old, "new": new} for dimension, old, new in found.headers],
    }


def _record(record: Record) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "carbon": record.carbon,
        "unit": record.match,
        "old": [_clause(clause) for clause in record.old],
        "new": [_clause(clause) for clause in record.new],
        "absent": record.absent,
        "pairs": [
            {
                "old": pair.old.id,
                "new": pair.new.id,
                "similarity": pair.similarity,
                "changes": [
                    {"aspect": one.aspect, "old": one.old, "new": one.new, "direction": one.direction}
                    for one in pair.changes
                ],
            }
            for pair in record.pairs
        ],
    }


def _clause(clause: Clause) -> dict[str, str]:
    label = clause.label
    return {
        "id": clause.id,
        "text": clause.text,
        "carbon_state": label.carbon_state,
        "modality": label.modality,
        "address": str(clause.address),
    }


def backtest_rows(tested: Backtest) -> dict[str, Any]:
    """Return a backtest as plain lists and texts: counts, scores, units."""
    return {
        "with_study": tested.with_study,
        "counts": tested.counts,
        "overall": _score(tested.overall),
        "by_reason": [_score(one) for one in tested.by_reason],
        "by_dimension": [_score(one) for one in tested.by_dimension],
        "by_decision": [{"decision": name} | _share(share) for name, share in tested.by_decision],
        "units": [_unit(unit) for unit in tested.units],
    }


def _score(one: Score) -> dict[str, Any]:
    shares = {"precision": one.precision, "recall": one.recall, "base": one.base}
    return (
        {"name": one.name}
        | {name: _share(share) for name, share in shares.items()}
        | {"lift": one.lift, "lift_interval": one.lift_interval}
    )


def _share(one: Share) -> dict[str, Any]:
    return {"count": one.count, "total": one.total, "value": one.value, "interval": one.interval}


def _unit(unit: UnitOutcome) -> dict[str, Any]:
    expected = unit.expectation
    return {
        "unit": expected.unit,
        "outcome": unit.outcome,
        "decision": expected.decision,
        "reason": expected.reason,
        "expected_dimension": expected.dimension,
        "dimensions": unit.dimensions,
        "in_place": unit.in_place,
        "undetermined": expected.undetermined,
        "missing": expected.missing,
        "clauses": [
            {"carbon": record.carbon, "old": [one.id for one in record.old], "new": [one.id for one in record.new]}
            for record in (*unit.more, *unit.less)
        ],
    } | {f"sentence_{lang}": outcome_words(unit, lang) for lang in LANGUAGES}
