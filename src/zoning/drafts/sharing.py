"""Not the same paragraph in six hundred units: what many need goes to the zone type, the class or the region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zoning.drafts.candidates import Candidate, fill_again, ranked
from zoning.drafts.inputs import Drafting, UnitCase
from zoning.drafts.settings import setting, words, zone_name
from zoning.drafts.subjects import Subject
from zoning.drafts.templates import ANY

__all__ = ["Group", "shared_out"]


@dataclass(frozen=True)
class Group:
    """Candidates for one place, the best first, and the rule they answer."""

    rule: str
    candidates: tuple[Candidate, ...]

    @property
    def subject(self) -> Subject:
        """Of whom the best one speaks."""
        return self.candidates[0].subject


def shared_out(groups: Iterable[Group], basis: Drafting) -> tuple[Group, ...]:
    """Return the groups with those that would repeat one text in many units put together, a level up.

    A text moves up if more than ``shared_units`` units, or more than ``shared_share`` of the units of a class (two at
    least), would carry it, the unit's name aside: to the zone type where the template is about one and a zone list is
    at hand, else to the class, else (several classes) to the list of the region.
    """
    kept: list[Group] = []
    alike: defaultdict[tuple[str, str, str], list[Group]] = defaultdict(list)
    for group in groups:
        alike[_text_without_name(group, basis)].append(group)
    for same in alike.values():
        kept += _moved_up(same, basis) if _many(same, basis) else same
    return tuple(kept)


def _text_without_name(group: Group, basis: Drafting) -> tuple[str, str, str]:
    best = group.candidates[0]
    nameless = fill_again(best, replace(best.subject, name="{name}"), basis)
    text = nameless.filled.text if nameless else best.filled.text
    return best.template.id, text, _home(group, basis)


def _home(group: Group, basis: Drafting) -> str:
    """Return what a text would move up to: ``type:…`` or ``class:…``."""
    template = group.candidates[0].template
    if template.zone.casefold() != ANY and basis.list_of("zone") is not None:
        return f"type:{template.zone}"
    return f"class:{group.subject.units[0].unit_class.lower()}"


def _many(same: list[Group], basis: Drafting) -> bool:
    units = {unit.code for group in same for unit in group.subject.units}
    kind, _, key = _home(same[0], basis).partition(":")
    of_class = sum(key in unit.subtypes if kind == "type" else unit.unit_class == key.upper() for unit in basis.units)
    share = len(units) / of_class if of_class else 0.0
    return len(units) > setting("shared_units") or (len(units) > 1 and share > setting("shared_share"))


def _moved_up(same: list[Group], basis: Drafting) -> list[Group]:
    """Return one group for many, spoken to their class or zone type; the many where its text cannot be said so."""
    units = tuple(sorted({unit.code: unit for group in same for unit in group.subject.units}.values(), key=_code))
    code = _home(same[0], basis)
    first = min(same, key=lambda group: group.subject.code)
    common = set.intersection(*({one.template.id for one in group.candidates} for group in same))
    found = []
    for one in first.candidates:
        if one.template.id in common:
            again = fill_again(one, _subject(one, code, units, same), basis)
            found += [again] if again is not None else []
    best = first.candidates[0].template.id
    if not found or found[0].template.id != best:
        return same
    rules = sorted({group.rule for group in same})
    return [Group(rules[0] if len(rules) == 1 else first.rule, (found[0], *ranked(found[1:])))]


def _code(unit: UnitCase) -> str:
    return unit.code


def _subject(one: Candidate, code: str, units: tuple[UnitCase, ...], same: list[Group]) -> Subject:
    kind, _, key = code.partition(":")
    zone = one.subject.zone
    name = (
        words("shared")["zone"].format(name=zone_name(key))
        if kind == "type"
        else words("class_name").get(key.upper(), key)
    )
    parts = {id(part): part for group in same for part in group.subject.parts}
    return replace(
        one.subject,
        level="zone" if kind == "type" else "city",
        code=code,
        name=name,
        units=units,
        zone=zone,
        parts=tuple(parts.values()),
    )


def said_to_many(text: str) -> str:
    """Return a clause with the words that speak of one unit turned to many (本单元 → 各单元)."""
    swaps: Mapping[str, str] = {key: word for key, word in words("shared").items() if key != "zone"}
    for old, new in swaps.items():
        text = text.replace(old, new)
    return text
