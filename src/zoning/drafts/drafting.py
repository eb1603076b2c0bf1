"""Which clauses are drafted, in which order: zone types, classes, units, the city and the province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from zoning.clauses import Clause
from zoning.drafts.candidates import Candidate, candidates, candidates_of
from zoning.drafts.fits import templates_of
from zoning.drafts.inputs import Drafting, UnitCase
from zoning.drafts.manner import name_in_list
from zoning.drafts.model import Draft
from zoning.drafts.places import Places, places_of
from zoning.drafts.settings import setting
from zoning.drafts.sharing import Group, shared_out
from zoning.drafts.subjects import Subject, about_unit, rule_templates
from zoning.drafts.upgrades import best_clause, strengthened
from zoning.drafts.writing import draft_of, evidence_of, numbered, reason_of, unique, why_of
from zoning.judge import RULES
from zoning.messages import say
from zoning.vocab import DecisionCode

__all__ = ["draft_clauses"]

_ZONE_RULE = "ZONE"
_COVERED = "S2-COV"
_ADVERSE = "R6-ANT"
_ABOVE = ("zone", "city", "region", "province")


def draft_clauses(basis: Drafting) -> tuple[Draft, ...]:
    """Return the drafted clauses: one set per zone type, what units share, unit exceptions, city and province.

    Every unit that needs a clause (NEED, UPGRADE) is served by at least one draft; WATCH units only where a clause set
    is adverse (R6-ANT); UNDETERMINED units by none, they are to be given data. The order of the inputs does not matter.

    Parameters
    ----------
    basis : Drafting
        Units with their reasons, zone types, lists, targets, content tables.
    """
    places = places_of(basis.lists)
    units = tuple(_named(unit, places.get("unit")) for unit in basis.units)
    named = replace(basis, units=units, lists=tuple(one.source for one in places.values()))
    groups = [*_zone_sets(named), *shared_out(_unit_groups(named), named), *_additions(named)]
    drafts = [*_written(groups, named, places), *_upgrades(named, places)]
    return unique(numbered(_sorted(drafts), places))


def _named(unit: UnitCase, places: Places | None) -> UnitCase:
    """Return a unit under the name that its clauses use; the code where it has none."""
    written = " ".join(name_in_list(places, unit.code, unit.name).split())
    return replace(unit, name=written or unit.code)


def _zone_sets(basis: Drafting) -> Iterator[Group]:
    """Yield, for every zone type of the region and every dimension, the requirements of that type."""
    units = {unit.code: unit for unit in basis.units}
    for zone in basis.zone_types:
        held = tuple(units[code] for code in zone.units if code in units)
        parts = tuple(part for unit in held for part in unit.parts if zone.subtype in (part.zones or {}))
        subject = Subject("zone", f"type:{zone.subtype}", zone.subtype, _ZONE_RULE, held, zone.subtype, parts)
        fitting = [one for one in templates_of(basis, "zone", (_ZONE_RULE,)) if one.zone == zone.subtype]
        for dimension in sorted({one.dimension for one in fitting}):
            found = candidates_of([one for one in fitting if one.dimension == dimension], subject, basis)
            if found:
                yield Group(_ZONE_RULE, found)


def rules_of(unit: UnitCase) -> tuple[str, ...]:
    """Return the rules a unit is drafted for, the driving one first; ("",) where a person alone asks for a clause."""
    true = [reason.rule for reason in unit.reasons]
    if unit.decision == DecisionCode.WATCH:
        return tuple(rule for rule in true if rule == _ADVERSE)
    if unit.decision != DecisionCode.NEED:
        return ()
    other = [one for one in unit.reasons if one.rule != _COVERED]
    needs = [one for one in other if one.gives is DecisionCode.NEED] or other
    order = {rule.code: place for place, rule in enumerate(RULES)}
    ranked = sorted(
        {one.rule for one in needs}, key=lambda rule: (rule != unit.driving, order.get(rule, len(order)), rule)
    )
    return tuple(ranked) or ("",)


def _unit_groups(basis: Drafting) -> Iterator[Group]:
    """Yield the candidates of every flagged unit, rule by rule; a text that a unit has already is not offered again."""
    for unit in basis.units:
        had: set[str] = set()
        for rule in rules_of(unit):
            reason = next((one for one in unit.reasons if one.rule == rule), None)
            found = [one for one in candidates(about_unit(unit, reason, rule), basis) if one.filled.text not in had]
            if found:
                had.add(found[0].filled.text)
                yield Group(rule, tuple(found))


def _additions(basis: Drafting) -> Iterator[Group]:
    """Yield what city and province add for the rules that flag units of theirs, dimension by dimension."""
    by_reason: defaultdict[str, list[UnitCase]] = defaultdict(list)
    for unit in basis.units:
        for rule in rules_of(unit):
            by_reason[rule_templates(rule)[0]].append(unit)
    for level in ("city", "province"):
        name = basis.region.name if level == "city" else basis.region.province
        code = basis.region.code if level == "city" else f"{basis.region.code[:2]}0000"
        for reason, flagged in sorted(by_reason.items()):
            units = tuple({unit.code: unit for unit in flagged}.values())
            subject = Subject(level, code, name, reason, units)
            fitting = [one for one in templates_of(basis, level, (reason,)) if _zone_here(one.zone, basis)]
            for dimension in sorted({one.dimension for one in fitting}):
                found = candidates_of([one for one in fitting if one.dimension == dimension], subject, basis)
                if found:
                    yield Group(reason, found)


def _zone_here(zone: str, basis: Drafting) -> bool:
    return zone == "any" or any(one.subtype == zone for one in basis.zone_types)


def _written(groups: Iterable[Group], basis: Drafting, places: Mapping[str, Places]) -> Iterator[Draft]:
    """Yield the drafts of groups: the best is written, the next are alternatives, one of them in place of a slogan."""
    most = int(setting("candidates"))
    for group in groups:
        best = draft_of(group.candidates[0], 1, basis, places)
        yield best
        slogan = _slogan(group.candidates[0], best, basis)
        found = [slogan] if slogan else []
        found += [draft_of(one, 1, basis, places) for one in group.candidates[1:most]]
        for rank, draft in enumerate(found[: most - 1], start=2):
            yield replace(draft, rank=rank)


def _slogan(one: Candidate, best: Draft, basis: Drafting) -> Draft | None:
    """Return the draft that puts the best text in place of a hortatory clause of the unit on the same subject."""
    source = basis.list_of("unit")
    if source is None or best.level != "unit":
        return None
    own = [clause for clause in source.clauses if clause.code == best.code and clause.dimension == best.dimension]
    target = next((clause for clause in own if _same_subject(clause, one.clause)), None)
    if target is None:
        return None
    return replace(best, id=f"{best.id}|replace", action="replace", target=target.id, before=target.text,
                   number=target.number, tag=target.tag)  # fmt: skip


def _same_subject(clause: Clause, draft: Clause) -> bool:
    """Tell whether a clause only encourages what a draft demands: both speak of carbon or energy, or of one object."""
    if clause.label.modality != "HORTATORY":
        return False
    same = set(clause.scope.objects) & set(draft.scope.objects) or set(clause.label.industries) & set(
        draft.label.industries
    )
    return clause.label.carbon_state == draft.label.carbon_state != "NONE" or bool(same)


def _upgrades(basis: Drafting, places: Mapping[str, Places]) -> Iterator[Draft]:
    """Yield the strengthened wordings of clauses in force; one that serves several units is written once."""
    levels = tuple(level for level in _ABOVE if basis.list_of(level) is not None)
    served: defaultdict[tuple[str, str], list[UnitCase]] = defaultdict(list)
    targets: dict[tuple[str, str], Clause] = {}
    for unit in basis.units:
        if unit.decision != DecisionCode.UPGRADE:
            continue
        clause = best_clause(unit, basis, levels)
        if clause is None:
            yield from _written(shared_out(_as_needed(unit, basis), basis), basis, places)
            continue
        key = (clause.level, clause.id)
        served[key].append(unit)
        targets[key] = clause
    for key, units in sorted(served.items(), key=lambda item: item[0]):
        yield _upgrade(targets[key], tuple(units), basis)


def _as_needed(unit: UnitCase, basis: Drafting) -> Iterator[Group]:
    """Yield the candidates of a unit whose clause a person wants upgraded where it has none."""
    found = candidates(about_unit(unit, None, ""), basis)
    if found:
        yield Group("", found)


def _upgrade(clause: Clause, units: tuple[UnitCase, ...], basis: Drafting) -> Draft:
    text, slots = strengthened(clause, basis)
    subject = Subject(clause.level, clause.code, units[0].name, _COVERED, units)
    zh, en = why_of(subject, basis) if clause.level == "unit" and reason_of(subject) else _why_upgrade(clause)
    return Draft(
        id=f"{clause.code}|{_COVERED}|{clause.id}",
        level=clause.level,
        code=clause.code,
        reason=_COVERED,
        template="",
        dimension=clause.dimension,
        action="replace",
        target=clause.id,
        text=text,
        number=clause.number,
        tag=clause.tag,
        before=clause.text,
        carbon_state=clause.label.carbon_state,
        modality=clause.label.modality,
        grade=clause.label.grade,
        slots=slots,
        units=tuple(unit.code for unit in units),
        evidence=evidence_of(subject, basis),
        why_zh=zh,
        why_en=en,
    )


def _why_upgrade(clause: Clause) -> tuple[str, str]:
    grade = clause.label.grade
    return say("drafts.why.upgrade", "zh", grade=grade), say("drafts.why.upgrade", "en", grade=grade)


def _sorted(drafts: Iterable[Draft]) -> list[Draft]:
    """Return drafts as they are read: zone types, shared ones, units, city, province; the written one first."""
    order = {"zone": 0, "unit": 2, "province": 4, "region": 3, "city": 3}
    groups: dict[tuple[str, str, str], int] = {}
    for draft in drafts:
        groups.setdefault((draft.level, draft.code, draft.reason), len(groups))
    return sorted(
        drafts,
        key=lambda one: (1 if one.code.startswith("class:") else order[one.level], one.code,
                         groups[one.level, one.code, one.reason]),
    )  # fmt: skip
