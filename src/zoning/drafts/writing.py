"""From a ranked candidate to a draft: its place, number and tag, its evidence, and why."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from zoning.drafts.candidates import Candidate, read_alone
from zoning.drafts.conditions import pollutant_species
from zoning.drafts.inputs import Drafting
from zoning.drafts.manner import cited, in_manner, tag_for
from zoning.drafts.model import Draft
from zoning.drafts.places import Places
from zoning.drafts.settings import zone_name
from zoning.drafts.sharing import said_to_many
from zoning.drafts.subjects import Subject
from zoning.judge import Reason
from zoning.messages import LANGUAGES, say

__all__ = ["draft_of", "evidence_of", "printed", "why_of"]

_TONNES = "t yr-1"


def printed(value: float | str, unit: str) -> str:
    """Write a value of evidence: tonnes and counts in whole numbers, shares in percent.

    Examples
    --------
    >>> printed(70668.4, "t yr-1"), printed(0.25, "1"), printed("甲厂", "text")
    ('70668', '25.0%', '甲厂')
    """
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return "—" if math.isnan(value) else "∞"
    if unit == "1":
        return f"{value:.1%}"
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def evidence_of(subject: Subject, basis: Drafting) -> tuple[tuple[str, str, str], ...]:
    """Return what speaks for a draft, as printed: the evidence of the reason, or the sums of the units it serves."""
    if subject.rule == "ZONE":
        zone = next(one for one in basis.zone_types if one.subtype == subject.zone)
        rows: list[tuple[str, float | str, str]] = [("area", zone.area, "km2"), ("units", len(zone.units), "count")]
        rows += [("co2_t", zone.co2, _TONNES)] if math.isfinite(zone.co2) else []
    elif subject.level == "unit":
        reason = reason_of(subject)
        rows = [(item.column, item.value, item.unit) for item in reason.evidence] if reason else []
        rows = rows or _sums(subject)
    else:
        rows = [("units", len(subject.units), "count"), *_sums(subject)]
    return tuple((column, printed(value, unit), unit) for column, value, unit in rows)


def _sums(subject: Subject) -> list[tuple[str, float | str, str]]:
    columns = sorted({name for unit in subject.units for name in unit.numbers})
    return [(name, sum(unit.numbers.get(name, 0.0) for unit in subject.units), _TONNES) for name in columns] or [
        ("units", len(subject.units), "count")
    ]


def reason_of(subject: Subject) -> Reason | None:
    """Return the reason of a unit that a draft answers, or None (a person's override)."""
    return next((one for one in subject.units[0].reasons if one.rule == subject.rule), None) if subject.units else None


def why_of(subject: Subject, basis: Drafting) -> tuple[str, str]:
    """Return why a clause is drafted, in Chinese and English."""
    if subject.level == "unit":
        reason = reason_of(subject)
        if reason is not None:
            return reason.sentence("zh"), reason.sentence("en")
        return say("drafts.why.override", "zh"), say("drafts.why.override", "en")
    zone = next((one for one in basis.zone_types if one.subtype == subject.zone), None)
    slots: dict[str, object] = {"count": len(subject.units), "rule": subject.rule, "region": subject.name}
    key = "shared" if ":" in subject.code else "region"
    if subject.rule == "ZONE" and zone is not None:
        key = "zone"
        slots |= {"zone": zone_name(subject.zone), "area": f"{zone.area:.1f}", "count": len(zone.units)}
    return say(f"drafts.why.{key}", "zh", **slots), say(f"drafts.why.{key}", "en", **slots)


def _why(one: Candidate, basis: Drafting) -> list[str]:
    """Return why it is drafted in both languages, and that it leaves the gap open where it does."""
    texts = zip(why_of(one.subject, basis), LANGUAGES, strict=True)
    return [text + say("drafts.why.opens", lang) if one.leaves_gap else text for text, lang in texts]


def draft_of(one: Candidate, rank: int, basis: Drafting, places: Mapping[str, Places]) -> Draft:
    """Return a candidate as a draft in the manner of its list; number and tag are given when all drafts are known."""
    subject, template = one.subject, one.template
    text, internal = one.filled.text, one.filled.internal
    if subject.level != "unit":
        text, internal = said_to_many(text), said_to_many(internal)
    where = places.get(subject.level)
    code = where.place_of(subject.code) if where else ""
    if where is not None and code:
        text = cited(in_manner(text, where, code, template.dimension), one.bases, where, template.dimension)
        internal = in_manner(internal, where, code, template.dimension) if internal else ""
    clause = read_alone(text, template.dimension) or one.clause
    zh, en = _why(one, basis)
    owner = subject.code.replace("type:", "zone:")
    return Draft(
        id=f"{owner}|{subject.rule}|{template.id}",
        level=subject.level,
        code=subject.code,
        reason=subject.rule,
        template=template.id,
        dimension=template.dimension,
        action="add",
        target="",
        text=text,
        tag=tag_for(clause, where, code) if where is not None and code else "",
        carbon_state=clause.label.carbon_state,
        modality=clause.label.modality,
        grade=clause.label.grade,
        slots=one.filled.slots,
        bases=one.bases,
        measures=template.measures,
        demands=_demands(one, basis),
        rank=rank,
        units=tuple(unit.code for unit in subject.units),
        evidence=evidence_of(subject, basis),
        why_zh=zh,
        why_en=en,
        when_not=one.when_not,
        status=template.status,
        signs=_signs(one, basis),
        internal=internal,
    )


def _demands(one: Candidate, basis: Drafting) -> tuple[str, ...]:
    """Return the demands behind a template whose year is not over."""
    return tuple(name for name in one.template.demands if name not in basis.spent)


def _signs(one: Candidate, basis: Drafting) -> tuple[tuple[str, str, str], ...]:
    species = ("CO2", *pollutant_species(one.subject))
    known = [name for name in one.template.measures if name in basis.measures]
    return tuple((name, what, str(basis.measures[name].signs[what])) for name in known for what in species)


def numbered(drafts: Iterable[Draft], places: Mapping[str, Places]) -> tuple[Draft, ...]:
    """Return drafts with numbers: those that are written one after the other, alternatives with that of their place."""
    counts: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    first: dict[tuple[str, str], tuple[str, int]] = {}
    found = []
    for draft in drafts:
        where = places.get(draft.level)
        code = where.place_of(draft.code) if where else ""
        if where is None or not code or draft.action != "add":
            found.append(draft)
            continue
        place = (draft.level, code, draft.dimension)
        group = (draft.code, draft.reason)
        if draft.rank == 1:
            first[group] = (draft.dimension, counts[place])
            offset = counts[place]
            counts[place] += 1
        else:
            dimension, taken = first.get(group, ("", 0))
            offset = taken if dimension == draft.dimension else counts[place]
        found.append(replace(draft, number=where.number(code, draft.dimension, offset)))
    return tuple(found)


def unique(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Return drafts with ids of their own: a second one of one place, rule and template takes its first unit along."""
    seen: set[str] = set()
    found = []
    for draft in drafts:
        name = draft.id if draft.id not in seen else f"{draft.id}|{draft.units[0] if draft.units else draft.dimension}"
        seen.add(name)
        found.append(replace(draft, id=name))
    return tuple(found)
