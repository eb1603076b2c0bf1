"""Two versions of a list → what became of every unit and every clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from zoning.clauses.model import AccessList, Clause
from zoning.tables import numbers
from zoning.versions.alignment import aligned, in_order
from zoning.versions.changes import carbon_change, changes_between, kind_of
from zoning.versions.evidence import Ground, Unit, units_of
from zoning.versions.model import RECORD_KINDS, Comparison, EntryChange, Pair, Record, UnitMatch
from zoning.versions.similarity import comparable, similarity
from zoning.versions.units import match_units
from zoning.vocab import field_name

__all__ = ["compare"]

_FIELDS = ("name", "unit_class", "subtypes", "place")


def compare(
    old: AccessList,
    new: AccessList,
    ground: Ground | None = None,
    headers: Sequence[Mapping[str, str]] = ({}, {}),
) -> Comparison:
    """Compare two versions of a list, clause by clause.

    Parameters
    ----------
    old, new : AccessList
        Two versions of one level.
    ground : Ground, optional
        Areas of the units of both versions, where both layers are at hand.
    headers : sequence of mapping
        Dimension → its header, of the old and of the new list.

    Returns
    -------
    Comparison
        Every unit in exactly one match, every clause in exactly one record.

    Examples
    --------
    >>> one = AccessList("unit", [Clause("A", "unit", "S", "禁止新建锅炉。"), Clause("A", "unit", "P", "废水应达标。")])
    >>> other = AccessList("unit", [Clause("A", "unit", "S", "禁止新建锅炉。")])
    >>> [(record.kind, [clause.text for clause in record.old]) for record in compare(one, other).records]
    [('SAME', ['禁止新建锅炉。']), ('REMOVED', ['废水应达标。'])]
    """
    units = units_of(old), units_of(new)
    ground = ground or Ground()
    matches = match_units(*units, ground)
    records = tuple(record for place, match in enumerate(matches) for record in _records(place, match, *units))
    entries = tuple(change for place, match in enumerate(matches) for change in _entries(place, match, units, ground))
    return Comparison(
        matches=matches,
        records=records,
        entries=entries,
        headers=tuple(
            (dimension, headers[0][dimension], headers[1][dimension])
            for dimension in sorted(headers[0].keys() & headers[1].keys())
            if headers[0][dimension] != headers[1][dimension]
        ),
        names={
            side: {code: unit.name for code, unit in own.items()}
            for side, own in zip(("old", "new"), units, strict=True)
        },
    )


def _records(place: int, match: UnitMatch, old: Mapping[str, Unit], new: Mapping[str, Unit]) -> list[Record]:
    before = [in_order(old[code].clauses) for code in match.old]
    after = [in_order(new[code].clauses) for code in match.new]
    pairs = [_pair(one, other) for one, other in aligned(before, after)]
    found = [_record(place, match, group) for group in _groups(pairs)]
    had = {id(pair.old) for pair in pairs} | {id(pair.new) for pair in pairs}
    gone, come = ([clause for unit in side for clause in unit if id(clause) not in had] for side in (before, after))
    found += [Record("REMOVED", place, old=(one,), carbon=carbon_change((one,), ())) for one in gone]
    found += [Record("ADDED", place, new=(one,), carbon=carbon_change((), (one,))) for one in come]
    return found


def _pair(old: Clause, new: Clause) -> Pair:
    alike = similarity(comparable(old.text), comparable(new.text))
    return Pair(old, new, round(alike, 6), changes_between(old, new))


def _groups(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Return the pairs by what hangs together, in the order of their first pair."""
    groups: list[list[Pair]] = []
    home: dict[int, list[Pair]] = {}
    for pair in pairs:
        mine, theirs = home.get(id(pair.old)), home.get(id(pair.new))
        group = mine if mine is not None else theirs
        if group is None:
            group = []
            groups.append(group)
        if mine is not None and theirs is not None and mine is not theirs:
            mine += theirs
            groups = [one for one in groups if one is not theirs]
            home |= {id(side): mine for other in theirs for side in (other.old, other.new)}
        group.append(pair)
        home[id(pair.old)] = home[id(pair.new)] = group
    return groups


def _record(place: int, match: UnitMatch, pairs: list[Pair]) -> Record:
    old = tuple({id(pair.old): pair.old for pair in pairs}.values())
    new = tuple({id(pair.new): pair.new for pair in pairs}.values())
    kinds = {kind_of(pair.changes) for pair in pairs}
    if _repeats(old, match.old):
        kinds.add("MERGED")
    if _repeats(new, match.new):
        kinds.add("SPLIT")
    absent = (set(match.new) - {clause.code for clause in new}) | (set(match.old) - {clause.code for clause in old})
    return Record(
        kind=min(kinds, key=RECORD_KINDS.index),
        match=place,
        old=old,
        new=new,
        pairs=tuple(pairs),
        carbon=carbon_change(old, new, (change for pair in pairs for change in pair.changes)),
        absent=tuple(sorted(absent)),
    )


def _repeats(clauses: Sequence[Clause], units: Sequence[str]) -> bool:
    """Tell whether one unit has several of the clauses: then a clause was split or merged, and not only units were."""
    return len(clauses) > len({clause.code for clause in clauses}) and bool(units)


def _entries(
    place: int, match: UnitMatch, units: tuple[Mapping[str, Unit], Mapping[str, Unit]], ground: Ground
) -> list[EntryChange]:
    """Return what the list says otherwise of the units of a match, pair by pair."""
    least = numbers("version_settings")["area_same"]
    found: list[EntryChange] = []
    for one, other in ((units[0][a], units[1][b]) for a in match.old for b in match.new):
        said = {name: (_text(getattr(one, name)), _text(getattr(other, name))) for name in _FIELDS}
        columns = dict(one.others), dict(other.others)
        both = [header for header in columns[0] if header in columns[1] and field_name("list", header) != "serial"]
        said |= {header: (columns[0][header], columns[1][header]) for header in both}
        found += [
            EntryChange(place, one.code, other.code, name, *pair) for name, pair in said.items() if _differ(*pair)
        ]
        areas = ground.old.get(one.code), ground.new.get(other.code)
        if areas[0] and areas[1] and abs(areas[0] - areas[1]) > least * max(areas[0], areas[1]):
            shown = [f"{area / 1e6:.3f} km²" for area in areas if area]
            found.append(EntryChange(place, one.code, other.code, "area", *shown))
    return found


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "、".join(part for part in value if part)


def _differ(old: str, new: str) -> bool:
    """Tell whether two cells say different things; what one version leaves out altogether is not known, not changed."""
    return bool(old and new) and comparable(old) != comparable(new)
