"""What one draft is about: a unit and a rule, a class, a zone type or a region, with the sources behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from zoning.clauses import Clause, Scope
from zoning.drafts.inputs import Drafting, UnitCase
from zoning.drafts.settings import rows_by, setting
from zoning.indicators import Part, reached, touches_existing
from zoning.judge import Reason

__all__ = [
    "Subject",
    "about_unit",
    "answers",
    "asks_for_number",
    "gap_of",
    "gate_answers",
    "gate_fits",
    "region_of",
    "rule_templates",
]


@dataclass(frozen=True)
class Subject:
    """Of whom a clause speaks.

    Attributes
    ----------
    level, code, name : str
        List it goes into, whose entry there, and how the text calls it.
    rule : str
        Rule code, or ``ZONE``.
    units : tuple of UnitCase
        Units it serves.
    zone : str
        Zone sub-type it is about; "" without.
    parts : tuple of Part
        Sources the reason is about.
    codes : tuple of str
        Industries of these, or of the planned projects, the heaviest first.
    """

    level: str
    code: str
    name: str
    rule: str
    units: tuple[UnitCase, ...]
    zone: str = ""
    parts: tuple[Part, ...] = ()
    codes: tuple[str, ...] = ()


def about_unit(unit: UnitCase, reason: Reason | None, rule: str) -> Subject:
    """Return the subject of a unit clause: the sources that its reason names, else all located ones it can govern."""
    located = tuple(part for part in unit.parts if part.located and part.governable)
    evidence = {item.column: item.value for item in reason.evidence} if reason else {}
    named = str(evidence.get("emitters", ""))
    keys = tuple(part for part in located if (part.name or part.emitter) and (part.name or part.emitter) in named)
    parts = tuple(sorted(keys or located, key=lambda part: (-part.co2, part.name, part.record)))
    masses = [(part.industry, part.co2) for part in parts]
    if _reach(rule) == "new":
        masses = [(one.industry, one.co2) for one in unit.projects]
    zone = unit.subtypes[0] if unit.subtypes else ""
    return Subject("unit", unit.code, unit.name, rule, (unit,), zone, parts, _heaviest(masses))


def _heaviest(masses: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    sums: dict[str, float] = {}
    for industry, co2 in masses:
        if industry and math.isfinite(co2):
            sums[industry] = sums.get(industry, 0.0) + co2
    total, least = sum(sums.values()), setting("industry_share")
    held = [(mass, code) for code, mass in sums.items() if total > 0 and mass >= least * total]
    return tuple(code for _, code in sorted(held, key=lambda one: (-one[0], one[1])))


def _reach(rule: str) -> str:
    rows = rows_by("draft_reasons", "rule").get(rule, ())
    return rows[0]["reach"] if rows else "any"


def gate_fits(subject: Subject, template_reach: str) -> bool:
    """Tell whether a template for existing or new sources (or both) is for those that the rule is about."""
    other = {"existing": "new", "new": "existing"}
    return template_reach != other.get(_reach(subject.rule), "")


def answers(subject: Subject, clause: Clause) -> bool:
    """Tell whether a clause, as the engine reads it, reaches what the rule is about.

    Existing mass for R1 and R3, planned projects for R8, sinks for S1, polluting fuel for R2a.
    """
    scope, wanted = clause.scope, _reach(subject.rule)
    if wanted == "existing":
        return gate_answers(subject.rule, scope) and any(reached(scope, one)[1] > 0 for one in subject.parts)
    if wanted == "new":
        return gate_answers(subject.rule, scope)
    if wanted == "sink":
        return scope.reach == "SINK" and clause.label.carbon_state == "CARBON"
    return wanted == "any" or bool(scope.fuels) or scope.zone == "NOBURN"


def gate_answers(rule: str, scope: Scope) -> bool:
    """Tell whether a clause governs what a rule is about, existing sources or new ones; of other rules always so.

    Examples
    --------
    >>> from zoning.clauses import scope_of
    >>> new = scope_of("新建项目应实施碳排放评价。")
    >>> gate_answers("R3-GAP", new), gate_answers("R8-NEW", new), gate_answers("S2-COV", new)
    (False, True, True)
    """
    wanted = _reach(rule)
    if wanted == "existing":
        return touches_existing(scope)
    return wanted != "new" or scope.gate in ("PIPELINE", "BOTH")


def gap_of(subject: Subject) -> bool:
    """Tell whether the rule is about existing mass that no counting clause reaches, which only such a clause mends."""
    return _reach(subject.rule) == "existing"


def asks_for_number(subject: Subject) -> bool:
    """Tell whether the rule stays true until a clause that counts reaches its sources or its planned projects."""
    return _reach(subject.rule) in ("existing", "new")


def rule_templates(rule: str) -> tuple[str, ...]:
    """Return the reason codes of templates that answer a rule, its own first."""
    rows = rows_by("draft_reasons", "rule").get(rule) or rows_by("draft_reasons", "rule")[""]
    return tuple(rows[0]["templates"].split(";"))


def region_of(subject: Subject, basis: Drafting) -> tuple[str, str]:
    """Return code and name of the region a subject's regional numbers belong to: the smallest with targets of all."""
    shared = set.intersection(*(set(unit.regions) for unit in subject.units)) if subject.units else set()
    if subject.level == "province":
        return f"{basis.region.code[:2]}0000", basis.region.province
    names = {row.region_code: row.region_name for row in basis.targets.rows} if basis.targets else {}
    if subject.level == "unit":
        order = subject.units[0].regions
        known = next((code for code in order if code in shared and code in names), "")
        if known:
            return known, names[known]
    return basis.region.code, basis.region.name or names.get(basis.region.code, "")
