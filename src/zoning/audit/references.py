"""References of clauses to other lists (市级总体清单第4.9条, 附件3, a dimension); what is not there is dead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from zoning.audit.case import Case
from zoning.audit.patterns import patterns
from zoning.audit.places import of_clause
from zoning.audit.wording import figures_of
from zoning.clauses import Clause
from zoning.clauses.normalise import plain
from zoning.clauses.pointing import Pointer, dead, pointers
from zoning.clauses.references import references
from zoning.errors import Finding, Severity
from zoning.messages import Both, say
from zoning.vocab import label

__all__ = ["reference_findings"]


def reference_findings(case: Case) -> tuple[Finding, ...]:
    """Return references to what the given lists do not hold; of lists that were not given, an info says so.

    Examples
    --------
    >>> from zoning.clauses import AccessList, clauses_of_cell
    >>> city = AccessList("city", clauses_of_cell("1.1 甲应建账。", code="350500", level="city", dimension="S"))
    >>> text = "执行市级总体清单第4.9条。"
    >>> own = AccessList("unit", clauses_of_cell(text, code="ZH35058220001", level="unit", dimension="P"))
    >>> [(one.key, one.value) for one in reference_findings(Case((city, own), "2026-01-01"))]
    [('REFERENCE_DEAD', '执行市级总体清单第4.9条。')]
    """
    return tuple(found for clause in case.clauses for found in _of_clause(case, clause))


def _of_clause(case: Case, clause: Clause) -> Iterator[Finding]:
    yield from _annexes(clause)
    if not _names_a_list(clause.text):
        return
    yield from _own(case, clause)
    lost = dead(clause, case.lists)
    for pointer in pointers(clause):
        slots: dict[str, Any] = {"words": _words(pointer), "level": _level(pointer.level)}
        if pointer in lost:
            yield _lost(case, clause, pointer, slots)
        elif not _given(case, pointer, clause):
            yield of_clause("REFERENCE_DEAD", "not_given", clause, severity=Severity.INFO, **slots)


@lru_cache(maxsize=100_000)
def _names_a_list(text: str) -> bool:
    return any(one.kind == "list" for one in references(text))


def _words(pointer: Pointer) -> str:
    number = pointer.number
    return pointer.words if not number or number in plain(pointer.words) else f"{pointer.words}{number}"


def _level(level: str) -> Both:
    key = f"audit.level.{level or 'upper'}"
    return Both(say(key, "zh"), say(key, "en"))


def _given(case: Case, pointer: Pointer, clause: Clause) -> bool:
    above = tuple(case.by_level)[: tuple(case.by_level).index(clause.level)]
    return pointer.level in above if pointer.level else bool(above)


def _lost(case: Case, clause: Clause, pointer: Pointer, slots: dict[str, Any]) -> Finding:
    """Return what is lost: a number, a dimension, or a topic; a list without numbers cannot say that it lacks one."""
    if pointer.number:
        numbers = _numbers(case, pointer.level, clause)
        if not numbers:
            return of_clause("REFERENCE_DEAD", "no_numbers", clause, severity=Severity.INFO, **slots)
        return of_clause("REFERENCE_DEAD", "", clause, wanted=_bare(pointer.number), last=_last(numbers), **slots)
    if pointer.dimension:
        name = Both(label(pointer.dimension), label(pointer.dimension, "en"))
        return of_clause("REFERENCE_DEAD", "dimension", clause, dimension=name, **slots)
    return of_clause("REFERENCE_DEAD", "carbon", clause, **slots)


def _numbers(case: Case, level: str, clause: Clause) -> set[str]:
    above = [one for one in case.lists if one.level == level or (not level and one.level != clause.level)]
    return {_bare(other.number) for one in above for other in one.clauses} - {""}


def _bare(written: str) -> str:
    """Return a clause number as numbers are compared: ``4-9.`` and ``(4.9)`` are one."""
    return re.sub("[-—–]", ".", plain(written)).strip("().、第条款项 ")


def _last(numbers: set[str]) -> str:
    return max(numbers, key=lambda one: (figures_of(one), one))


def _own(case: Case, clause: Clause) -> Iterator[Finding]:
    """Give numbered references to the unit's own list that it does not hold."""
    for one in references(clause.text):
        number = next((hit["no"] for p in patterns("reference_number") if (hit := p.regex.search(plain(one.text)))), "")
        named = any(p.regex.search(plain(one.text)) for p in patterns("reference_word"))
        if one.kind != "list" or one.level != "own" or not number or not named:
            continue
        held = {_bare(other.number) for other in case.clauses if other.code == clause.code} - {""}
        if held and _bare(number) not in held:
            yield of_clause("REFERENCE_DEAD", "", clause, words=one.text, level=_level("own"), wanted=_bare(number),
                            last=_last(held))  # fmt: skip


def _annexes(clause: Clause) -> Iterator[Finding]:
    for one in patterns("reference_annex"):
        for found in one.regex.finditer(plain(clause.text)):
            yield of_clause("REFERENCE_DEAD", "annex", clause, severity=Severity.INFO, words=found[0])
