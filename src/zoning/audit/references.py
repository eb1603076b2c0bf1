"""References of clauses to other lists (市级总体清单第4.9条, 附件3, a dimension); what is not there is dead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zoning.audit.case import Case
from zoning.audit.patterns import patterns
from zoning.audit.places import of_clause
from zoning.clauses import AccessList, Clause
from zoning.clauses.normalise import plain
from zoning.errors import Finding, Severity
from zoning.messages import Both
from zoning.vocab import label

__all__ = ["Pointer", "reference_findings", "references_of"]

_LEVELS = {"province": Both("省级", "province"), "region": Both("区域（流域）", "region"), "city": Both("市级", "city"),
           "unit": Both("本", "own"), "upper": Both("上级总体", "upper")}  # fmt: skip
_AFTER = 40  # characters behind the name of a list in which its clause or dimension is named
_STOP = re.compile("[。;；]")
_JOINS = str.maketrans("．·", "..")


@dataclass(frozen=True, slots=True)
class Pointer:
    """One reference: its words, the level it points to, the clause number or dimension it names (or neither)."""

    words: str
    level: str
    number: str = ""
    dimension: str = ""
    carbon: bool = False
    annex: bool = False


@lru_cache(maxsize=100_000)
def references_of(text: str) -> tuple[Pointer, ...]:
    """Return the references to lists and annexes in a text.

    Examples
    --------
    >>> [(one.level, one.number, one.dimension) for one in references_of("执行市级总体清单第4.9条。")]
    [('city', '4.9', '')]
    >>> references_of("详见附件3。")[0].annex
    True
    """
    line = plain(text)
    return (*_to_lists(line), *_to_annexes(line))


def _to_lists(line: str) -> Iterator[Pointer]:
    taken: list[tuple[int, int]] = []
    for one in patterns("reference"):
        for found in one.regex.finditer(line):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            taken.append(found.span())
            level = one.value or _level(found["where"])
            if level:
                yield _pointer(line, found, level)


def _pointer(line: str, found: re.Match[str], level: str) -> Pointer:
    behind = _STOP.split(line[found.end() : found.end() + _AFTER])[0]
    number = next((hit["no"] for one in patterns("reference_number") if (hit := one.regex.search(behind))), "")
    words = line[found.start() : found.end()]
    if number:
        words += behind[: behind.find(number) + len(number) + 1].rstrip(",、。")
    names = [one.value for one in patterns("dimension") if one.regex.search(behind)]
    carbon = any(one.regex.search(behind) for one in patterns("carbon_part"))
    return Pointer(words, level, number.translate(_JOINS), names[0] if names and not number else "", carbon)


def _level(where: str) -> str:
    return next((one.value for one in patterns("level") if one.regex.search(where)), "")


def _to_annexes(line: str) -> Iterator[Pointer]:
    for one in patterns("reference_annex"):
        for found in one.regex.finditer(line):
            if found["no"]:
                yield Pointer(found[0], "", annex=True)


def reference_findings(case: Case) -> tuple[Finding, ...]:
    """Return references to what the given lists do not hold; of lists that were not given, an info says so."""
    found: list[Finding] = []
    for clause in case.clauses:
        for pointer in references_of(clause.text):
            found += _judged(case, clause, pointer)
    return tuple(found)


def _judged(case: Case, clause: Clause, pointer: Pointer) -> list[Finding]:
    words = pointer.words
    if pointer.annex:
        return [of_clause("REFERENCE_DEAD", "annex", clause, severity=Severity.INFO, words=words)]
    target = _target(case, clause, pointer.level)
    slots: dict[str, Any] = {"words": words, "level": _LEVELS[pointer.level]}
    if target is None:
        return [of_clause("REFERENCE_DEAD", "not_given", clause, severity=Severity.INFO, **slots)]
    if pointer.number:
        return _number(target, clause, pointer, slots)
    if pointer.carbon and not any(one.label.carbon_state == "CARBON" for one in target.clauses):
        return [of_clause("REFERENCE_DEAD", "carbon", clause, **slots)]
    if pointer.dimension and not any(one.dimension == pointer.dimension for one in target.clauses):
        name = Both(label(pointer.dimension), label(pointer.dimension, "en"))
        return [of_clause("REFERENCE_DEAD", "dimension", clause, dimension=name, **slots)]
    return []


def _target(case: Case, clause: Clause, level: str) -> AccessList | None:
    if level == "unit":
        return AccessList("unit", case.units.get(clause.code, ()))
    if level == "upper":
        return next((one for one in reversed(case.uppers) if one.level != "zone"), None)
    return case.by_level.get(level)


def _number(target: AccessList, clause: Clause, pointer: Pointer, slots: dict[str, Any]) -> list[Finding]:
    """Judge a numbered reference; a list without numbers cannot say whether it has the clause."""
    numbers = {_plain_number(one.number) for one in target.clauses} - {""}
    if not numbers:
        return [of_clause("REFERENCE_DEAD", "no_numbers", clause, severity=Severity.INFO, **slots)]
    if _plain_number(pointer.number) in numbers:
        return []
    return [of_clause("REFERENCE_DEAD", "", clause, wanted=pointer.number, last=_last(numbers), **slots)]


def _plain_number(written: str) -> str:
    """Return a clause number as numbers are compared: ``4-9.`` and ``(4.9)`` are one."""
    return re.sub("[-—–]", ".", plain(written)).strip(".、()第条款项 ")


def _last(numbers: set[str]) -> str:
    return max(numbers, key=lambda one: ([int(part) for part in re.findall("[0-9]+", one)], one))
