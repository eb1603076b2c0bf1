"""Candidates for one place: templates that fit, filled, read by the engine's own classifier, and ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from zoning.clauses import Clause, clauses_of_cell, counting_grade
from zoning.drafts.bases import bases_of
from zoning.drafts.conditions import adverse, open_condition, stale
from zoning.drafts.fits import industry_fit, templates_of, unit_class_fit, zone_fit
from zoning.drafts.inputs import Drafting
from zoning.drafts.model import Basis
from zoning.drafts.slots import Filled, filled
from zoning.drafts.subjects import Subject, answers, asks_for_number, gap_of, gate_fits, rule_templates
from zoning.drafts.templates import ANY, Template
from zoning.judge import RULES
from zoning.tables import read

__all__ = ["Candidate", "candidates", "candidates_of", "fill_again", "read_alone"]

_TAG = "【"


@dataclass(frozen=True)
class Candidate:
    """A template for one subject: its text, what fills it, how the engine reads it, how it ranks."""

    template: Template
    subject: Subject
    filled: Filled
    clause: Clause
    bases: tuple[Basis, ...]
    when_not: str
    keys: tuple[tuple[str, float], ...]

    @property
    def gaps(self) -> int:
        """Number of slots that nothing fills."""
        return sum(not slot.filled for slot in self.filled.slots)

    @property
    def leaves_gap(self) -> bool:
        """Whether the rule asks for a clause that counts, and this one would not even with its gaps filled."""
        return asks_for_number(self.subject) and self.template.grade < counting_grade()

    @property
    def order(self) -> tuple[object, ...]:
        """What it is ranked by: the keys of ``draft_ranking`` in their order, the best first."""
        keys = dict(self.keys)
        return *(-keys[row["key"]] for row in _ranking() if row["key"] in keys), self.template.id


def _ranking() -> tuple[Mapping[str, str], ...]:
    return tuple(sorted(read("draft_ranking"), key=lambda row: int(row["order"])))


def read_alone(text: str, dimension: str) -> Clause | None:
    """Return a clause as the engine reads it when it stands by itself under a number; None if it is not one clause."""
    found = clauses_of_cell(f"1、{text}", code="", level="unit", dimension=dimension)
    return found[0] if len(found) == 1 else None


def candidates(subject: Subject, basis: Drafting) -> tuple[Candidate, ...]:
    """Return the candidates for a unit and a rule, the best first, each text once."""
    reasons = rule_templates(subject.rule)
    found = (_candidate(one, subject, basis) for one in templates_of(basis, "unit", reasons))
    return ranked(one for one in found if one is not None)


def candidates_of(templates: Iterable[Template], subject: Subject, basis: Drafting) -> tuple[Candidate, ...]:
    """Return the candidates of given templates (of a zone type, a city, a province), the best first."""
    found = (_read(one, subject, basis, {}) for one in templates)
    return ranked(one for one in found if one is not None)


def ranked(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return candidates in the order of ``draft_ranking``, each text once."""
    first: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda one: one.order):
        first.setdefault(one.filled.text, one)
    return tuple(first.values())


def fill_again(one: Candidate, subject: Subject, basis: Drafting) -> Candidate | None:
    """Return a candidate for another subject (the class of its units, say), with the fit it had."""
    return _read(one.template, subject, basis, dict(one.keys))


def _candidate(template: Template, subject: Subject, basis: Drafting) -> Candidate | None:
    unit = subject.units[0]
    fits = {
        "industry": industry_fit(template, unit, subject.codes, basis.region.province),
        "zone": zone_fit(template, unit),
        "unit_class": unit_class_fit(template, unit),
    }
    known = {name: float(fit) for name, fit in fits.items() if fit is not None}
    if len(known) < len(fits):
        return None
    place = subject if template.zone.casefold() == ANY else replace(subject, zone=template.zone)
    return _read(template, place, basis, known)


def _read(template: Template, subject: Subject, basis: Drafting, fits: Mapping[str, float]) -> Candidate | None:
    """Return a candidate, or None if it must not be used or is not read as its template says."""
    if stale(template, basis) or adverse(template, subject, basis.measures):
        return None
    text = filled(template, subject, basis)
    if text.text.startswith(_TAG):
        return None  # what it begins with is not known; a list would read the gap as a tag
    when_not = open_condition(template, subject, basis, text.slots)
    clause = read_alone(text.text, template.dimension)
    if when_not is None or clause is None or not _as_expected(clause, template):
        return None
    bases = bases_of(template, basis)
    one = Candidate(template, subject, text, clause, bases, when_not, ())
    keys = {name: float(measure(one)) for name, measure in _KEYS.items()} | dict(fits)
    return Candidate(template, subject, text, clause, bases, when_not, tuple(sorted(keys.items())))


def _as_expected(clause: Clause, template: Template) -> bool:
    """Tell whether the engine reads a text as its template promises: its carbon state, and that it binds."""
    return clause.label.carbon_state == template.state and (template.grade < 1 or clause.label.grade >= 1)


def _dimension(rule: str) -> str:
    return next((one.dimension for one in RULES if one.code == rule), "")


_KEYS: Mapping[str, Callable[[Candidate], float]] = {
    "gate": lambda one: gate_fits(one.subject, one.template.reach),
    "closes": lambda one: one.template.grade >= counting_grade() and gap_of(one.subject),
    "reaches": lambda one: answers(one.subject, one.clause),
    "reason": lambda one: one.template.reason == rule_templates(one.subject.rule)[0],
    "grade": lambda one: min(one.clause.label.grade, 1) if one.gaps else one.clause.label.grade,
    "basis": lambda one: all(basis.citable for basis in one.bases),
    "gaps": lambda one: -one.gaps,
    "condition": lambda one: not one.when_not,
    "dimension": lambda one: one.template.dimension == _dimension(one.subject.rule),
}
"""Keys of ``draft_ranking`` that a filled text has; industry, zone and unit_class come from the fit to the unit."""
