"""The wording of a list: cells that hold no text, orders to nobody, orders without content, numbers that jump."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from zoning.audit.case import Case
from zoning.audit.patterns import patterns
from zoning.audit.places import of_clause
from zoning.clauses import Clause
from zoning.clauses.normalise import plain
from zoning.errors import Finding, Severity

__all__ = ["Weakness", "figures_of", "gap_of", "number_findings", "pending_findings", "weaknesses"]

_FIGURES = re.compile(r"[0-9]+|[一二三四五六七八九十]+|[①-⑳]")
_CHINESE = {figure: value for value, figure in enumerate("一二三四五六七八九十", start=1)}
_KEPT = 100_000


@dataclass(frozen=True)
class Weakness:
    """A clause whose wording cannot be carried out as it stands: ``kind`` is ``NO_SUBJECT, VAGUE`` or ``PENDING``."""

    kind: str
    clause: Clause
    words: str


@lru_cache(maxsize=_KEPT)
def gap_of(text: str) -> str:
    """Return ``empty`` for a text that says nothing, ``pending`` for one with a gap still to be filled, else "".

    Examples
    --------
    >>> gap_of("／"), gap_of("暂无。"), gap_of("待定"), gap_of("COD排放量不超过XX吨。"), gap_of("应建账。")
    ('empty', 'empty', 'pending', 'pending', '')
    """
    line = plain(text)
    return next((kind for kind in ("empty", "pending") if _words(kind, line) is not None), "")


def _words(kind: str, line: str) -> str | None:
    """Return the words that a kind of pattern finds in plain text; None where it finds nothing."""
    return next((found[0] for one in patterns(kind) if (found := one.regex.search(line))), None)


def weaknesses(clauses: Iterable[Clause]) -> tuple[Weakness, ...]:
    """Return the clauses with gaps, without a subject, or without content, in the order given.

    Examples
    --------
    >>> clauses = [Clause("U", "unit", "P", text) for text in ("应达标排放。", "甲应建账。")]
    >>> [one.kind for one in weaknesses(clauses)]
    ['NO_SUBJECT']
    """
    found = []
    for clause in clauses:
        line = plain(clause.text)
        if gap_of(clause.text) == "empty":
            continue
        for kind in ("pending", "no_subject", "vague"):
            if (words := _words(kind, line)) is not None:
                found.append(Weakness(kind.upper(), clause, words))
                break
    return tuple(found)


def pending_findings(found: Iterable[Weakness]) -> tuple[Finding, ...]:
    """Return a finding for every gap that is still to be filled."""
    return tuple(
        of_clause("LIST_DIMENSION_MISSING", "pending", one.clause, words=one.words)
        for one in found if one.kind == "PENDING"
    )  # fmt: skip


def number_findings(case: Case) -> tuple[Finding, ...]:
    """Return the places where numbers of one cell or column jump or stand twice: a clause may have been lost there."""
    found = []
    for one in case.by_level.values():
        groups: dict[tuple[str, ...], list[tuple[int, Clause]]] = defaultdict(list)
        for clause in one.clauses:
            series, value = _number(clause.number)
            if value:
                place = clause.address
                groups[clause.code, clause.dimension, place.file, place.sheet, series].append((value, clause))
        for several in groups.values():
            for (before, last), (value, clause) in pairwise(several):
                if value not in (before + 1, 1):
                    key = "number_twice" if value == before else "number_jumps"
                    found.append(of_clause("LIST_PART_UNREAD", key, clause, severity=Severity.INFO, before=last.number))
    return tuple(found)


def _number(written: str) -> tuple[str, int]:
    """Return what a clause number has in common with its neighbours, and its last figure; 0 if it has none."""
    line = plain(written)
    figures = list(_FIGURES.finditer(line))
    if not figures:
        return "", 0
    last = figures[-1]
    return f"{line[: last.start()]}#{line[last.end() :]}", _value(last[0])


def figures_of(number: str) -> list[int]:
    """Return the figures of a clause number, in any of the ways they are written.

    Examples
    --------
    >>> figures_of("第十九条"), figures_of("4-1."), figures_of("③")
    ([19], [4, 1], [3])
    """
    return [_value(found[0]) for found in _FIGURES.finditer(number)]


def _value(figure: str) -> int:
    if figure.isdecimal():
        return int(figure)
    if len(figure) == 1 and figure in _CHINESE:
        return _CHINESE[figure]
    if len(figure) == 1:
        return ord(figure) - ord("①") + 1
    tens, _, ones = figure.partition("十")
    return _CHINESE.get(tens, 1) * 10 + _CHINESE.get(ones, 0)
