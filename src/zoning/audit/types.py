"""Clauses that do not fit their unit: by class, by 要素细类, by what the text itself calls the unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from zoning.audit.case import Case
from zoning.audit.places import of_clause, of_entry
from zoning.clauses import Clause, Entry
from zoning.clauses.normalise import plain
from zoning.errors import Finding, Severity
from zoning.messages import Both
from zoning.tables import read
from zoning.vocab import UnitClass, label

__all__ = ["type_findings"]

_NEVER = re.compile("(?!)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One row of ``audit_types``; patterns are held against plain text."""

    id: str
    unit_class: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str]
    modality: tuple[str, ...]
    value: str

    def found(self, text: str) -> str:
        """Return the words that speak, "" where none do or others take them back."""
        hit = self.pattern.search(text)
        return "" if hit is None or self.unless.search(text) else hit[0]


@cache
def _rules(scope: str) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            row["id"], row["unit_class"], re.compile(row["pattern"]),
            re.compile(row["unless"]) if row["unless"] else _NEVER,
            tuple(filter(None, row["modality"].split(";"))), row["value"],
        )
        for row in read("audit_types") if row["scope"] == scope
    )  # fmt: skip


def type_findings(case: Case) -> tuple[Finding, ...]:
    """Return what does not fit the class or the sub-types of a unit.

    Examples
    --------
    >>> from zoning.clauses import AccessList, clauses_of_cell
    >>> text = "支持园区内印染企业扩大产能。"
    >>> own = AccessList("unit", clauses_of_cell(text, code="ZH35058210001", level="unit", dimension="S"))
    >>> [one.key for one in type_findings(Case((own,), "2026-01-01"))]
    ['LIST_TYPE_WRONG.industry_admitted']
    """
    if not case.by_unit:
        return ()
    found: list[Finding] = []
    for code, held in case.units.items():
        own = case.classes[code]
        for clause in held:
            found += _of_clause(clause, own, case.entries.get(code))
        found += _of_unit(case, code, held)
    return tuple(found)


def _of_clause(clause: Clause, own: str, entry: Entry | None) -> list[Finding]:
    text = plain(clause.text)
    found: list[Finding] = []
    for rule in _rules("clause"):
        fits = rule.unit_class == own and (not rule.modality or clause.label.modality in rule.modality)
        if fits and (words := rule.found(text)):
            found.append(of_clause("LIST_TYPE_WRONG", rule.value, clause, words=words, own=_class(own)))
            break
    for rule in _rules("named"):
        if own and rule.unit_class != own and (words := rule.found(text)):
            named = _class(rule.unit_class)
            found.append(of_clause("LIST_TYPE_WRONG", "named", clause, words=words, own=_class(own), named=named))
    if entry is not None and entry.subtypes:
        found += _zones(clause, text, entry)
    return found


def _class(code: str) -> Both:
    return Both(label(code), label(code, "en"))


def _zones(clause: Clause, text: str, entry: Entry) -> list[Finding]:
    """Return clauses for inside a zone that 要素细类 does not know; such columns are often incomplete: an info."""
    written = "、".join(entry.subtypes)
    known = _named_zones(written)
    return [
        of_clause("LIST_TYPE_WRONG", "zone", clause, severity=Severity.INFO, words=words, subtypes=written)
        for rule in _rules("zone") if rule.value not in known and (words := rule.found(text))
    ]  # fmt: skip


@lru_cache(maxsize=10_000)
def _named_zones(written: str) -> frozenset[str]:
    """Return the zones that 要素细类 names; many units have the same ones."""
    text = plain(written)
    return frozenset(rule.value for rule in _rules("subtype") if rule.found(text))


def _of_unit(case: Case, code: str, held: Sequence[Clause]) -> list[Finding]:
    entry = case.entries.get(code) or Entry(code, address=held[0].address if held else Entry(code).address)
    own = case.classes[code]
    found = []
    if own and entry.subtypes and (digits := _digits(entry.subtypes)) and UnitClass(own).digit not in digits:
        wanted = _class(next(str(one) for one in UnitClass if one.digit == min(digits)))
        slots: dict[str, Any] = {"own": _class(own), "wanted": wanted, "subtypes": "、".join(entry.subtypes)}
        if own != UnitClass.GENERAL or digits == {"1"}:
            found.append(of_entry("LIST_TYPE_WRONG", "subtypes", entry, field="subtypes", **slots))
    if held and _only_ecological(entry, own, held):
        found.append(of_entry("LIST_TYPE_WRONG", "only_ecological", entry, own=_class(own), count=len(held)))
    return found


def _digits(subtypes: Sequence[str]) -> set[str]:
    """Return the class digits that sub-types speak for; a sub-type that no rule knows speaks for none."""
    return {
        next((rule.unit_class for rule in _rules("digit") if rule.found(plain(one))), "") for one in subtypes
    } - {""}  # fmt: skip


def _only_ecological(entry: Entry, own: str, held: Sequence[Clause]) -> bool:
    """Whether a unit under control that is industrial by name or sub-type has clauses of protection only."""
    named = plain(entry.name + "、" + "、".join(entry.subtypes))
    if not any(rule.unit_class == own and rule.found(named) for rule in _rules("unit_industrial")):
        return False
    rules = [rule for rule in _rules("unit_ecological") if rule.unit_class == own]
    return bool(rules) and all(any(rule.found(plain(clause.text)) for rule in rules) for clause in held)
