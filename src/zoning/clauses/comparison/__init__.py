"""Comparison of clauses of two levels on the same subject: contradictions, and clauses weaker than the upper ones.

>>> from zoning.clauses import Clause
>>> from zoning.clauses.inheritance import Held
>>> city = Held("U", Clause("3505", "city", "P", "工业用水重复利用率应达到90%以上。"), "3505")
>>> unit = Held("U", Clause("U", "unit", "P", "工业用水重复利用率不低于80%。"))
>>> (clash,) = clashes([city, unit])
>>> clash.kind, clash.reason, clash.subject, clash.lower_words
('WEAKER', 'number', 'WATER_REUSE', '工业用水重复利用率不低于80%')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.comparison.pairs import CONTRADICTION, WEAKER, clash_of, same_subject, subject_of
from zoning.clauses.comparison.statements import Statement, statements
from zoning.clauses.comparison.words import subject_label
from zoning.clauses.inheritance import Held, same_words
from zoning.clauses.model import LEVELS, Clause

__all__ = ["CONTRADICTION", "WEAKER", "Clash", "clashes", "subject_label"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A clause that does not go with one of an upper level on the same subject.

    Attributes
    ----------
    kind : str
        ``CONTRADICTION`` or ``WEAKER``.
    upper, lower : Clause
        The two clauses.
    subject : str
        Act and things (``BUILD:BOILER``), a measure or a family of grades; :func:`subject_label` has its words.
    upper_words, lower_words : str
        The parts of the texts that clash, as written.
    reason : str
        ``permit, retain, granted, opposite, number, size, later, rank, modality`` or ``exception`` (texts
        ``clash.…`` of the messages).
    unit : str
        Unit for which both hold.
    certain : bool
        Both surely hold for it.
    """

    kind: str
    upper: Clause
    lower: Clause
    subject: str
    upper_words: str
    lower_words: str
    reason: str = ""
    unit: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    reason: str
    upper: Statement
    lower: Statement


def clashes(held: Iterable[Held]) -> tuple[Clash, ...]:
    """Return the clashes among the clauses that hold for a unit (or several), whatever their order.

    A copy of an upper clause clashes with nothing of it; a weaker clause beside another one of the same list that
    meets the upper demand is no clash.

    Parameters
    ----------
    held : iterable of Held
        As :func:`zoning.clauses.inheritance.inherited` gives them.
    """
    units: dict[str, list[Held]] = {}
    for one in held:
        units.setdefault(one.unit, []).append(one)
    return tuple(clash for unit in sorted(units) for clash in _of_unit(units[unit]))


def _of_unit(held: list[Held]) -> list[Clash]:
    held = sorted(held, key=lambda one: (LEVELS.index(one.level), one.clause.id, one.clause.text))
    found = []
    for lower in held:
        for upper in held:
            if LEVELS.index(upper.level) < LEVELS.index(lower.level):
                one = _between(upper.clause.text, lower.clause.text)
                if one is not None and not (one.kind == WEAKER and _met_elsewhere(one, lower, held)):
                    found.append(_told(one, upper, lower))
    return found


@lru_cache(maxsize=200_000)
def _between(upper: str, lower: str) -> _Found | None:
    """Return the gravest clash of two texts."""
    if same_words(upper) == same_words(lower):
        return None
    best: _Found | None = None
    for one in statements(upper):
        for other in statements(lower):
            clash = clash_of(one, other)
            if clash and (best is None or (clash[1], best.kind) == (CONTRADICTION, WEAKER)):
                best = _Found(clash[1], clash[0], one, other)
    return best


def _met_elsewhere(found: _Found, lower: Held, held: list[Held]) -> bool:
    """Tell whether another clause of the same list asks for what the upper one does."""
    others = [
        statement
        for one in held
        if one.level == lower.level and one.clause.code == lower.clause.code and one.clause is not lower.clause
        for statement in statements(one.clause.text)
    ]
    return any(
        statement.act == found.lower.act
        and statement.posture in (found.upper.posture, "PROHIBIT")
        and bool(statement.due) >= bool(found.upper.due)
        and {one.key for one in statement.figures} >= {one.key for one in found.upper.figures}
        and same_subject(found.upper, statement)
        and clash_of(found.upper, statement) is None
        for statement in others
    )


def _told(found: _Found, upper: Held, lower: Held) -> Clash:
    return Clash(
        kind=found.kind,
        upper=upper.clause,
        lower=lower.clause,
        subject=subject_of(found.lower, found.upper, found.reason),
        upper_words=upper.clause.text[slice(*found.upper.span)],
        lower_words=lower.clause.text[slice(*found.lower.span)],
        reason=found.reason,
        unit=lower.unit,
        certain=upper.certain and lower.certain,
    )
