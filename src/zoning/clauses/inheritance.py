"""Inheritance (province → region → city → zone → unit): what the list of a unit really demands, and from where.

A clause of an upper list holds for the units of its region, for the zones a unit lies in, and among them for those it
names (``zoning.clauses.addressees``). A clause copied unchanged from an upper list counts once: as the unit's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from zoning.clauses.addressees import EVERYBODY, Addressed, Bearer, addressed, bearer_of
from zoning.clauses.model import LEVELS, AccessList, Clause, Entry
from zoning.clauses.pointing import resolve
from zoning.clauses.reaching import Reach, Upper, in_chain, same_words

__all__ = ["OWN", "Chains", "Held", "Zones", "bearers", "in_chain", "inherited", "same_words"]

OWN = "own"
"""``via`` of a clause of the unit's own list."""

_UPPER = tuple(reversed(LEVELS[:-1]))  # the nearest list first

Chains = Mapping[str, tuple[str, ...]]
Zones = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """A clause that holds for a unit.

    Attributes
    ----------
    unit : str
        Code of the unit.
    clause : Clause
        With the level it comes from.
    via : str
        ``own``; the code of the region or zone whose list it stands in (its level, where the list has no code); or
        ``type:AIR_HIGH`` for the list of a type of zones.
    certain : bool
        False where nobody says whether the unit belongs to the region, zone or place that the clause is for.
    copied_from : str
        Id of the uppermost clause with the same words; "" if there is none.
    cited_by : tuple of str
        Ids of the unit's own clauses that refer to it («执行市级总体清单…»).
    words : str
        Words by which the clause names its addressees; "" if it is for everybody.
    """

    unit: str
    clause: Clause
    via: str = OWN
    certain: bool = True
    copied_from: str = ""
    cited_by: tuple[str, ...] = ()
    words: str = ""

    @property
    def level(self) -> str:
        """Level of the list it comes from."""
        return self.clause.level


def inherited(
    lists: Sequence[AccessList],
    chains: Chains | None = None,
    zones: Zones | None = None,
    units: Collection[str] | None = None,
) -> dict[str, tuple[Held, ...]]:
    """Return, for every unit, its own clauses and those it inherits, the nearest list first.

    Parameters
    ----------
    lists : sequence of AccessList
        Of any levels, several of one level allowed.
    chains : mapping, optional
        Unit → codes of its regions from the smallest to the largest; without, the code of the unit says it.
    zones : mapping, optional
        Unit → (code, type) of the zones it lies in, by geometry; without, 要素细类 of its list says the types.
    units : collection of str, optional
        Units that are asked about; without, all.

    Examples
    --------
    >>> unit = AccessList("unit", [Clause("ZH35058220002", "unit", "P", "禁止新设入河排污口。")])
    >>> city = AccessList("city", [Clause("350500", "city", "P", t) for t in ("禁止新设入河排污口", "推广绿电。")])
    >>> for held in inherited([unit, city])["ZH35058220002"]:
    ...     print(held.via, held.clause.text, held.copied_from or "—")
    own 禁止新设入河排污口。 350500|P||2
    350500 推广绿电。 —
    """
    by_level = {level: _in_order([group for group in lists if group.level == level]) for level in LEVELS}
    own: dict[str, list[Clause]] = {}
    for group in by_level[LEVELS[-1]]:
        for code, clauses in group.by_code().items():
            own.setdefault(code, []).extend(clauses)
    upper = [group for level in _UPPER for group in by_level[level]]
    above = _Above(upper, [Reach(group) for group in upper])
    return {
        bearer.code: _held_by(bearer, own.get(bearer.code, []), above)
        for bearer in bearers(lists, chains or {}, zones or {})
        if units is None or bearer.code in units
    }


def _in_order(groups: Sequence[AccessList]) -> list[AccessList]:
    """Return several lists of one level in an order of their own."""
    if len(groups) == 1:  # the keys of a province are long
        return list(groups)
    return sorted(groups, key=lambda group: [(one.code, one.id, one.text) for one in group.clauses])


class _Above(NamedTuple):
    """The upper lists, the nearest first, and how they reach units."""

    lists: list[AccessList]
    reaches: list[Reach]


def bearers(lists: Sequence[AccessList], chains: Chains, zones: Zones) -> tuple[Bearer, ...]:
    """Return every unit of the lists (and of ``chains`` and ``zones``), in the order of the codes."""
    entries = {entry.code: entry for group in lists if group.level == LEVELS[-1] for entry in group.entries}
    codes = {clause.code for group in lists if group.level == LEVELS[-1] for clause in group.clauses}
    codes |= {*entries, *chains, *zones}
    first = [
        bearer_of(entries.get(code, Entry(code)), chain=chains.get(code, ()), zones=zones.get(code))
        for code in sorted(codes)
    ]
    elements = frozenset(kind.split("_")[0] for bearer in first for _, kind in bearer.zones)
    return tuple(replace(bearer, elements=elements) if bearer.zones else bearer for bearer in first)


def _held_by(bearer: Bearer, own: Sequence[Clause], above: _Above) -> tuple[Held, ...]:
    held = [Held(bearer.code, clause) for clause in own]
    nearest: dict[str, list[int]] = {}
    for number, one in enumerate(held):
        nearest.setdefault(same_words(one.clause.text), []).append(number)
    for reach in above.reaches:
        for listed, way in reach.ways(bearer):
            for upper in listed.clauses:
                if (named := EVERYBODY if upper.everybody else addressed(upper.clause, bearer)).holds:
                    _add(upper, (*way, named), bearer.code, (held, nearest))
    return _cited(held, above.lists)


def _add(
    upper: Upper, way: tuple[str, bool, Addressed], unit: str, into: tuple[list[Held], dict[str, list[int]]]
) -> None:
    """Add an upper clause, or note on the nearer clauses with the same words that they are copies of it."""
    held, nearest = into
    near = nearest.setdefault(upper.words, [])
    copies = [number for number in near if held[number].level != upper.clause.level] if near else near
    for number in copies:
        one = held[number]
        held[number] = Held(one.unit, one.clause, one.via, one.certain, upper.id, one.cited_by, one.words)
    if not copies:
        via, certain, named = way
        near.append(len(held))
        held.append(Held(unit, upper.clause, via, certain and named.certain, words=named.words))


def _cited(held: list[Held], upper: Sequence[AccessList]) -> tuple[Held, ...]:
    citing: dict[tuple[str, str], list[str]] = {}
    for one in held:
        if one.via == OWN:
            for clause in resolve(one.clause, upper):
                citing.setdefault((clause.level, clause.id), []).append(one.clause.id)
    if not citing:
        return tuple(held)
    ids = [() if one.via == OWN else tuple(citing.get((one.level, one.clause.id), ())) for one in held]
    return tuple(replace(one, cited_by=by) if by else one for one, by in zip(held, ids, strict=True))
