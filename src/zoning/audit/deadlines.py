"""Dates by which clauses want something done, and which of them are over."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from zoning.audit.patterns import patterns
from zoning.audit.places import of_clause
from zoning.clauses import Clause
from zoning.clauses.normalise import plain
from zoning.errors import Finding

__all__ = ["Deadline", "dates_of", "deadline_findings", "deadlines"]

_BLOT = "□"
_CHINESE_YEAR = re.compile("二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_FIGURES = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Deadline:
    """A date that a clause names: its words, the last day (``YYYY-MM-DD``), how exact it is, and whether it is over.

    ``kind`` is ``day, month, half, year`` or ``plan`` (a five-year plan).
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

    Titles, base years (较2020年) and dates from which something holds are no deadlines.

    Examples
    --------
    >>> dates_of("2025年单位产值能耗较2020年下降18%，按《某方案（2023年版）》执行。")
    (('2025年', '2025-12-31', 'year'),)
    >>> dates_of("“十四五”期间完成，自2024年起执行。")
    (('十四五期间', '2025-12-31', 'plan'),)
    """
    line = _CHINESE_YEAR.sub(lambda found: found[0].translate(_FIGURES), plain(text))
    for kind in ("title", "quote", "not_deadline"):
        for one in patterns(kind):
            line = one.regex.sub("" if kind == "quote" else _blotted, line)
    return tuple(sorted(_dates(line), key=lambda one: one[1:]))


def _blotted(found: re.Match[str]) -> str:
    return _BLOT * len(found[0])


def _dates(line: str) -> Iterator[tuple[str, str, str]]:
    """Give the dates in a text, the most exact pattern first; what one has read is blotted for the others."""
    for one in patterns("deadline"):
        for found in list(one.regex.finditer(line)):
            part = found.groupdict()
            day = _last_day(int(part["y"]), int(part.get("m") or 0), int(part.get("d") or 0), one.value)
            if day:
                yield found[0].strip(",;。、:("), day, one.value
                line = line[: found.start()] + _blotted(found) + line[found.end() :]
    for one in patterns("plan"):
        for found in one.regex.finditer(line):
            yield found[0], one.value, "plan"


def _last_day(year: int, month: int, day: int, kind: str) -> str:
    """Return the last day of a date; "" if there is no such day."""
    month = 6 if kind == "half" else month or 12
    last = calendar.monthrange(year, month)[1]
    return f"{year:04d}-{month:02d}-{day or last:02d}" if day <= last else ""


def deadline_findings(found: Iterable[Deadline]) -> tuple[Finding, ...]:
    """Return a finding for every date that is over, unless the clause only states a fact."""
    return tuple(
        of_clause("DEADLINE_PASSED", "plan" if one.kind == "plan" else "", one.clause, words=one.words, day=one.day)
        for one in found if one.over and one.clause.label.modality != "STATEMENT"
    )  # fmt: skip
