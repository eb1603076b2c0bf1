"""Every clause of every list with how it was read: the table that experts go through."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from zoning.audit.carbon import carbon_words
from zoning.audit.case import Case
from zoning.audit.copies import Copy
from zoning.audit.deadlines import Deadline
from zoning.audit.laws import Citation
from zoning.audit.places import cell_of
from zoning.audit.wording import Weakness
from zoning.clauses import Clause
from zoning.clauses.quantities import quantities
from zoning.tables import numbers

__all__ = ["clause_records", "copy_records", "deadline_records", "law_records", "wording_records"]


def clause_records(
    case: Case, dates: Iterable[Deadline], cited: Iterable[Citation]
) -> tuple[dict[str, Any], ...]:  # fmt: skip
    """Return one record for each clause, uppermost list first."""
    days, documents = _of_clauses(dates, cited)
    return tuple(_clause(case, one, days.get(_place(one), ""), documents.get(_place(one), "")) for one in case.clauses)


def _place(clause: Clause) -> tuple[str, str, str]:
    return clause.level, clause.id, str(clause.address)


def _of_clauses(
    dates: Iterable[Deadline], cited: Iterable[Citation]
) -> tuple[Mapping[tuple[str, str, str], str], Mapping[tuple[str, str, str], str]]:
    """Return the dates and the documents of every clause as words."""
    days: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    documents: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for deadline in dates:
        days[_place(deadline.clause)].append(deadline.day)
    for citation in cited:
        documents[_place(citation.clause)].append(citation.words)
    return (
        {place: "；".join(words) for place, words in days.items()},
        {place: "；".join(words) for place, words in documents.items()},
    )


def _clause(case: Case, one: Clause, day: str, documents: str) -> dict[str, Any]:
    label, place = one.label, one.address
    return {
        "level": one.level, "code": one.code, "name": case.name(one.code), "dimension": one.dimension,
        "number": one.number, "tag": one.tag, "text": one.text, "said": label.dimension,
        "carbon_state": label.carbon_state, "words": carbon_words(one), "modality": label.modality,
        "strength": label.strength, "grade": label.grade, "industries": "；".join(label.industries),
        "quantities": _quantities(one.text),
        "deadline": day, "documents": documents, "rule": label.rule, "file": place.file, "cell": cell_of(place),
        "start": place.start, "end": place.end, "id": one.id,
    }  # fmt: skip


@lru_cache(maxsize=100_000)
def _quantities(text: str) -> str:
    """Return the numbers of a clause with their units, as written."""
    return "；".join(text[start:end] for start, end in dict.fromkeys(one.span for one in quantities(text)))


def deadline_records(case: Case, dates: Iterable[Deadline]) -> tuple[dict[str, Any], ...]:
    """Return one record for each date, the earliest first."""
    ordered = sorted(dates, key=lambda one: (one.day, one.clause.id))
    return tuple(
        {"day": one.day, "over": one.over, "kind": one.kind, "words": one.words, "modality": one.clause.label.modality}
        | _where(case, one.clause)
        for one in ordered
    )


def law_records(cited: Iterable[Citation]) -> tuple[dict[str, Any], ...]:
    """Return one record for each document as it is named, those that no longer hold first, then the most cited."""
    groups: dict[tuple[str, str], list[Citation]] = defaultdict(list)
    for one in cited:
        groups[one.words, one.state].append(one)
    order = ("repealed", "superseded", "older", "expired", "draft", "not_yet", "not_a_norm", "unlisted", "unknown")
    ranks = {state: rank for rank, state in enumerate(order)}
    ordered = sorted(
        groups.values(), key=lambda all_: (ranks.get(all_[0].state, len(ranks)), -len(all_), all_[0].words)
    )
    return tuple(_law(several) for several in ordered)


def _law(several: list[Citation]) -> dict[str, Any]:
    first = several[0]
    row, follower = first.row or {}, first.successor or {}
    return {
        "words": first.words, "state": first.state, "id": row.get("id", ""), "title": row.get("title", ""),
        "repealed_on": row.get("repealed_on", ""), "follower": follower.get("title", ""),
        "status": row.get("status", ""), "count": len(several), "cells": _cells(one.clause for one in several),
    }  # fmt: skip


def copy_records(found: Iterable[Copy]) -> tuple[dict[str, Any], ...]:
    """Return one record for each text that many units share."""
    return tuple(
        {"kind": one.kind, "text": one.clauses[0].text, "dimension": one.clauses[0].dimension, "count": len(one.units),
         "share": one.share, "wordings": one.wordings, "unit_class": one.unit_class, "cells": _cells(one.clauses)}
        for one in found
    )  # fmt: skip


def wording_records(case: Case, found: Iterable[Weakness]) -> tuple[dict[str, Any], ...]:
    """Return one record for each clause that cannot be carried out as it is worded."""
    return tuple({"kind": one.kind, "words": one.words} | _where(case, one.clause) for one in found)


def _where(case: Case, clause: Clause) -> dict[str, Any]:
    return {
        "level": clause.level, "code": clause.code, "name": case.name(clause.code), "dimension": clause.dimension,
        "number": clause.number, "text": clause.text, "cell": cell_of(clause.address),
    }  # fmt: skip


def _cells(clauses: Iterable[Clause]) -> str:
    """Return the cells of clauses as words; of very many, the first and how many there are."""
    cells = list(Counter(cell_of(clause.address) for clause in clauses))
    most = int(numbers("limits")["page_places"])
    return "、".join(cells[:most]) + (f" …（{len(cells)}）" if len(cells) > most else "")
