"""The gaps of a template and what fills them: only what the study knows; dates and bodies are never made up."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zoning.clauses.crosswalk import LIST_TAG
from zoning.clauses.industries import tag_codes
from zoning.drafts.inputs import Drafting
from zoning.drafts.model import Slot
from zoning.drafts.settings import setting, wording, words, zone_name
from zoning.drafts.subjects import Subject, region_of
from zoning.drafts.templates import Template
from zoning.tables import read
from zoning.targets import Target
from zoning.vocab import label

__all__ = ["Filled", "filled"]


@dataclass(frozen=True)
class Filled:
    """A template with its slots: the text of the public edition, that of the internal one, the slots."""

    text: str
    internal: str
    slots: tuple[Slot, ...]


def filled(template: Template, subject: Subject, basis: Drafting) -> Filled:
    """Return a template filled for a subject; what nothing fills is its placeholder (【待核定：…】)."""
    target = _target(template, subject, basis)
    slots, internal = [], {}
    for name in template.slots:
        row = basis.slots[name]
        value, column = _value(name, row["ledger_column"], subject, basis, target)
        slots.append(Slot(name, value or row["placeholder_when_missing"], column, bool(value)))
        internal[name] = _named(row["ledger_column"], subject)
    public = {slot.name: slot.value for slot in slots}
    inside = {name: internal[name] or public[name] for name in public}
    text, whole = template.text.format_map(public), template.text.format_map(inside)
    return Filled(text, "" if whole == text else whole, tuple(slots))


def _value(
    name: str, column: str, subject: Subject, basis: Drafting, target: tuple[Target, Mapping[str, str]] | None
) -> tuple[str, str]:
    """Return the text of a slot ("" if nothing fills it), and the column it came from."""
    if target is not None and name in target[1]:
        return target[1][name], f"{column}:{target[0].region_code}"
    if column in _COUNTED:
        public, kind, names = _COUNTED[column]
        count = len(names(subject))
        return (wording(kind, count=count) if count else ""), public
    return (_VALUES[column](subject, basis) if column in _VALUES else ""), column


def _target(template: Template, subject: Subject, basis: Drafting) -> tuple[Target, Mapping[str, str]] | None:
    """Return the dated limit a template speaks of, and the slots it fills; None if there is none.

    A region's limit fills only a sentence about the region; a unit's own limit (its code in the targets) any.
    """
    rows = (row for row in read("draft_targets") if row["slot"] in template.slots and row["words"] in template.text)
    row = next(rows, None)
    if row is None or basis.targets is None:
        return None
    code = region_of(subject, basis)[0] if "区域" in template.slots else subject.code
    limits = [one for one in basis.targets.rows if one.region_code == code and one.indicator == row["indicator"]]
    due = next((one for one in limits if one.year >= basis.year), None)
    if due is None:
        return None
    value = _limit(due, row["kind"], basis)
    if not value:
        return None
    return due, {row["slot"]: value, "目标年": f"{due.year}年", "单位": due.unit, "指标": label(due.indicator)}


def _limit(due: Target, kind: str, basis: Drafting) -> str:
    if kind == "cut":
        known = math.isfinite(due.use) and due.use_year == basis.base_year and 0 < due.limit < due.use
        return _rounded(100 * (1 - due.limit / due.use)) if known else ""
    return f"{due.limit:.10g}{due.unit if kind == 'limit_unit' else ''}"


def _rounded(value: float) -> str:
    """Write a number with the digits that a clause carries, in plain figures.

    Examples
    --------
    >>> _rounded(1330971.2), _rounded(0.12345), _rounded(float("nan"))
    ('1330000', '0.123', '')
    """
    if not math.isfinite(value) or value == 0:
        return ""
    places = int(setting("digits")) - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):.{max(places, 0)}f}"


def _industry(subject: Subject, basis: Drafting) -> str:  # noqa: ARG001 - every source of a slot has one signature
    if not subject.codes:
        return ""
    known = [(len(code), tag) for tag, codes in tag_codes().items() for code in codes
             if subject.codes[0].startswith(code)]  # fmt: skip
    return wording("industry", name=max(known)[1]) if known else ""


def _firms(subject: Subject) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.name or part.emitter for part in subject.parts))


def _sum(subject: Subject, column: str) -> str:
    return _rounded(sum(unit.numbers.get(column, math.nan) for unit in subject.units))


def _planned(subject: Subject) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for unit in subject.units for one in unit.projects))


def _two_high(basis: Drafting) -> str:
    """Return title and version of the province's own catalogue, if its content is known."""
    for row in reversed(read("lianggao_membership")):
        own = bool(row["province"]) and basis.region.province.startswith(row["province"])
        if own and row["gb_t_4754"] and LIST_TAG in row["list_name_zh"]:
            return row["list_name_zh"]
    return ""


_Source = Callable[[Subject, Drafting], str]
_VALUES: Mapping[str, _Source] = {
    "unit.name": lambda subject, _: subject.name,
    "zone.name": lambda subject, _: zone_name(subject.zone) if subject.zone else "",
    "region.name": lambda subject, basis: region_of(subject, basis)[1],
    "reason.industry_zh": _industry,
    "enterprise.key_count": lambda subject, _: str(len(_firms(subject)) or ""),
    "study.base_year": lambda _, basis: f"{basis.base_year}年",
    "ledger.co2_t": lambda subject, _: _sum(subject, "co2_t"),
    "ledger.uncovered_co2_t": lambda subject, _: _sum(subject, "uncovered_lo_t"),
    "pipeline.co2_increment_t": lambda subject, _: _rounded(
        sum(one.co2 for unit in subject.units for one in unit.projects)
    ),
    "ledger.binding_pollutant": lambda subject, _: _pollutant(subject),
    "zone.fuel_class": lambda subject, _: words("fuel_class").get(subject.zone, ""),
    "lianggao.list_title": lambda _, basis: _two_high(basis),
}
"""Ledger column of ``clause_slots`` → what fills it; a column that is not here is never filled."""

_COUNTED: Mapping[str, tuple[str, str, Callable[[Subject], tuple[str, ...]]]] = {
    "enterprise.key_list": ("enterprise.key_count", "firms", _firms),
    "pipeline.project_list": ("pipeline.project_count", "projects", _planned),
}
"""Lists of names → column, wording and names of the count that stands for them outside the internal edition."""


def _named(column: str, subject: Subject) -> str:
    return "、".join(_COUNTED[column][2](subject)) if column in _COUNTED else ""


def _pollutant(subject: Subject) -> str:
    bound = {unit.pollutant for unit in subject.units}
    species = {row["indicator"]: row["species"] for row in read("target_indicators")}
    return words("species").get(species[next(iter(bound))], "") if len(bound) == 1 and bound <= set(species) else ""
