"""The clauses that hold over a unit: its own, then those of upper lists that really reach it, carbon words marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from zoning.cards.model import ClauseLine
from zoning.clauses import Address, Clause, counts_for_carbon
from zoning.clauses.inheritance import OWN, Held
from zoning.indicators import held_over, regions_of
from zoning.result import Result

__all__ = ["clause_lines", "held_by_unit", "marked"]

_NONE = "NONE"
_BETWEEN = " · "


def held_by_unit(result: Result) -> Mapping[str, tuple[Held, ...]]:
    """Return unit → the clauses that hold over it, as they were judged; computed for all units at once."""
    if not result.lists:
        return {}
    least = result.study.threshold("zone_share")
    return held_over(result.lists, regions_of(result.units), result.ledger, least)


def clause_lines(held: Iterable[Held]) -> tuple[ClauseLine, ...]:
    """Return what holds over one unit as lines: its own clauses in the order of the list, then the nearest list first.

    Of upper clauses those that surely hold come before those of which nobody says whether they do.
    """
    ranked = sorted(held, key=lambda one: (one.via != OWN, not one.certain))
    return tuple(_line(one.clause, certain=one.certain) for one in ranked)


def _line(clause: Clause, *, certain: bool) -> ClauseLine:
    return ClauseLine(
        level=clause.level,
        number=clause.number,
        dimension=clause.dimension,
        text=clause.text,
        carbon_state=clause.label.carbon_state,
        grade=clause.label.grade,
        spans=marked(clause),
        place=_place(clause.address),
        counts=counts_for_carbon(clause),
        certain=certain,
    )


def marked(clause: Clause) -> tuple[tuple[int, int], ...]:
    """Return the characters of a clause that make it speak of carbon or energy, in order, without overlap.

    Words that look so and were left out (the state stays NONE) are not marked.

    Examples
    --------
    >>> from zoning.clauses import classify
    >>> text = "禁止新建燃煤锅炉。"
    >>> [text[start:end] for start, end in marked(Clause("U", "unit", "S", text, label=classify(text)))]
    ['禁止新建燃煤']
    """
    spans: list[tuple[int, int]] = []
    cues = [cue.span for cue in clause.label.evidence if cue.decision == "carbon_state" and cue.value != _NONE]
    for start, end in sorted((max(0, start), min(len(clause.text), end)) for start, end in cues):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        elif start < end:
            spans.append((start, end))
    return tuple(spans)


def _place(address: Address) -> str:
    """Return file, sheet and cell; of a path the name of the file alone."""
    return _BETWEEN.join([part for part in (_file_name(address.file), address.sheet, address.cell) if part])


@lru_cache(maxsize=1024)
def _file_name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name
