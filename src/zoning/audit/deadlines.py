"""Dates by which clauses want something done, and which of them are over."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zoning.audit.patterns import patterns
from zoning.audit.places import of_clause
from zoning.clauses import Clause
from zoning.clauses.normalise import plain
from zoning.clauses.quantities import deadlines as due_in
from zoning.errors import Finding

__all__ = ["Deadline", "dates_of", "deadline_findings", "deadlines"]

_DAY = re.compile("([0-9]{1,2})日")
_PLAN = re.compile("五")


@dataclass(frozen=True)
class Deadline:
    """A date that a clause names: its words, the last day (``YYYY-MM-DD``), what it is, and whether it is over.

    ``kind`` is ``date``, or ``plan`` for the end of a five-year plan.
    """

    clause: Clause
    words: str
    day: str
    kind: str
    over: bool


def deadlines(clauses: Iterable[Clause], date: str) -> tuple[Deadline, ...]:
    """Return the dates of clauses that demand something, in the order of the clauses.

    Examples
    --------
    >>> clause = Clause("U", "unit", "P", "2025年底前完成治理，2030年前达峰。")
    >>> [(one.day, one.over) for one in deadlines([clause], "2026-11-20")]
    [('2025-12-31', True), ('2030-12-31', False)]
    """
    return tuple(
        Deadline(clause, words, day, kind, day < date)
        for clause in clauses
        for words, day, kind in dates_of(clause.text)
    )


@lru_cache(maxsize=100_000)
def dates_of(text: str) -> tuple[tuple[str, str, str], ...]:
    """Return the dates that a text sets: its words, the last day, and the kind of date.

    What was built or permitted before a date (2018年底前建成的锅炉) is a condition and no deadline.

    Examples
    --------
    >>> dates_of("2025年单位产值能耗较2020年下降18%，“十五五”末达峰。")
    (('2025年', '2025-12-31', 'date'), ('十五五', '2030-12-31', 'plan'))
    >>> dates_of("2018年底前建成的锅炉应改造。")
    ()
    """
    found = []
    for year, month, (start, end) in due_in(text):
        behind = plain(text[start:])
        if any(one.regex.match(behind) for one in patterns("condition")):
            continue
        words = text[start:end]
        last = calendar.monthrange(year, month)[1]
        named = _DAY.search(plain(words))
        day = min(int(named[1]), last) if named else last
        found.append((words, f"{year:04d}-{month:02d}-{day:02d}", "plan" if _PLAN.search(words) else "date"))
    return tuple(found)


def deadline_findings(found: Iterable[Deadline]) -> tuple[Finding, ...]:
    """Return a finding for every date that is over."""
    return tuple(
        of_clause("DEADLINE_PASSED", "plan" if one.kind == "plan" else "", one.clause, words=one.words, day=one.day)
        for one in found if one.over
    )  # fmt: skip
