"""Inheritance (province → region → city → zone → unit): what the list of a unit really demands, and from where.

A clause of an upper list holds for the units of its region, for the zones a unit lies in, and among them for those it
names (``zoning.clauses.addressees``). A clause copied unchanged from an upper list counts once: as the unit's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from zoning.clauses.addressees import Bearer, addressed, bearer_of, place_names, zone_types
from zoning.clauses.model import LEVELS, AccessList, Clause, Entry
from zoning.clauses.normalise import normalise, plain
from zoning.clauses.pointing import resolve

__all__ = ["OWN", "Chains", "Held", "Zones", "bearers", "in_chain", "inherited", "same_words"]

OWN = "own"
"""``via`` of a clause of the unit's own list."""

_UPPER = tuple(reversed(LEVELS[:-1]))  # the nearest list first
_MARKS = re.compile(r"[,.;:。、!?()《》\"“”‘’\-—]")
_ADMIN = re.compile(r"[0-9]{2,6}")

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


@lru_cache(maxsize=100_000)
def same_words(text: str) -> str:
    """Return what two copies of a clause have in common: its words without number, tag, blanks and marks.

    Examples
    --------
    >>> same_words("2-1.【水/禁止类】禁止新设入河排污口。") == same_words("禁止新设 入河排污口")
    True
    """
    return _MARKS.sub("", normalise(text).text)


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
    lists = sorted(lists, key=lambda group: [(one.code, one.id, one.text) for one in group.clauses])
    own: dict[str, list[Clause]] = {}
    for group in lists:
        if group.level == LEVELS[-1]:
            for clause in group.clauses:
                own.setdefault(clause.code, []).append(clause)
    upper = {level: [group for group in lists if group.level == level] for level in _UPPER}
    return {
        bearer.code: _held_by(bearer, own.get(bearer.code, []), upper)
        for bearer in bearers(lists, chains or {}, zones or {})
        if units is None or bearer.code in units
    }


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


def _held_by(bearer: Bearer, own: Sequence[Clause], upper: Mapping[str, list[AccessList]]) -> tuple[Held, ...]:
    held = [Held(bearer.code, clause) for clause in own]
    nearest: dict[str, list[int]] = {}
    for number, one in enumerate(held):
        nearest.setdefault(same_words(one.clause.text), []).append(number)
    for level in _UPPER:
        for group in upper[level]:
            entries = {entry.code: entry for entry in group.entries}
            ways: dict[str, tuple[str, bool] | None] = {}
            for clause in group.clauses:
                if clause.code not in ways:
                    ways[clause.code] = _way(clause, entries.get(clause.code, Entry(clause.code)), bearer)
                reaching = _reaching(clause, ways[clause.code], bearer)
                if reaching is not None:
                    _add(reaching, held, nearest)
    return _cited(held, [group for level in _UPPER for group in upper[level]])


def _add(one: Held, held: list[Held], nearest: dict[str, list[int]]) -> None:
    """Add an upper clause, or note on the nearer clauses with the same words that they are copies of it."""
    words = same_words(one.clause.text)
    copies = [number for number in nearest.get(words, []) if held[number].level != one.level]
    for number in copies:
        held[number] = replace(held[number], copied_from=one.clause.id)
    if not copies:
        nearest.setdefault(words, []).append(len(held))
        held.append(one)


def _cited(held: list[Held], upper: Sequence[AccessList]) -> tuple[Held, ...]:
    citing: dict[tuple[str, str], list[str]] = {}
    for one in held:
        if one.via == OWN:
            for clause in resolve(one.clause, upper):
                citing.setdefault((clause.level, clause.id), []).append(one.clause.id)
    if not citing:
        return tuple(held)
    return tuple(replace(one, cited_by=tuple(citing.get((one.level, one.clause.id), ()))) for one in held)


def _way(clause: Clause, entry: Entry, bearer: Bearer) -> tuple[str, bool] | None:
    """Return how the list that a clause stands in reaches a unit, and how certain that is; None if it does not."""
    return _by_zone(clause, entry, bearer) if clause.level == "zone" else _by_region(clause, entry, bearer)


def _reaching(clause: Clause, way: tuple[str, bool] | None, bearer: Bearer) -> Held | None:
    """Return an upper clause as the unit holds it, or None if it is not for this unit."""
    if way is None:
        return None
    via, certain = way
    named = addressed(clause, bearer)
    if not named.holds:
        return None
    return Held(bearer.code, clause, via, certain and named.certain, words=named.words)


def _by_zone(clause: Clause, entry: Entry, bearer: Bearer) -> tuple[str, bool] | None:
    """Return how the list of a zone, or of a type of zones, reaches a unit."""
    codes = {code for code, _ in bearer.zones if code}
    if clause.code in codes:
        return clause.code, True
    types = _types_of(clause.code, entry)
    shared = sorted(types & {kind for _, kind in bearer.zones})
    single = bool(_ADMIN.search(clause.code))  # the code of one zone, not the name of a type
    if shared and not (single and codes):
        return f"type:{shared[0]}", not single
    if bearer.zones and (not types or single or {kind.split("_")[0] for kind in types} <= bearer.elements):
        return None
    return clause.code or clause.level, False


def _types_of(code: str, entry: Entry) -> frozenset[str]:
    return frozenset(kind for text in (code, entry.name, *entry.subtypes) for kind in zone_types(text))


def _by_region(clause: Clause, entry: Entry, bearer: Bearer) -> tuple[str, bool] | None:
    """Return how the list of a province, region or city reaches a unit."""
    code, via = plain(clause.code), clause.code or clause.level
    if _ADMIN.fullmatch(code):
        if not bearer.chain:
            return via, False
        return (via, True) if in_chain(code, bearer.chain) else None
    named = _place_of_list(code, entry)
    if named:
        return _by_names(named, via, bearer)
    return via, clause.level != "region"


def in_chain(code: str, chain: tuple[str, ...]) -> bool:
    """Tell whether a region (code of administrative division) is one of a chain or holds one of it.

    Examples
    --------
    >>> in_chain("350500", ("350582",)), in_chain("411000", ("411100",))
    (True, False)
    """
    short = code
    while len(short) > 2 and short.endswith("00"):
        short = short[:-2]
    return any(region.startswith(short) for region in chain)


def _place_of_list(code: str, entry: Entry) -> frozenset[str]:
    """Return the places that a list is for: the place it is named after, or the members it names."""
    texts = (code, entry.name, *entry.place, *(text for _, text, _ in entry.others))
    return frozenset(name for text in texts for name in place_names(text))


def _by_names(named: frozenset[str], via: str, bearer: Bearer) -> tuple[str, bool] | None:
    if any(name in bearer.place or name in bearer.name for name in named):
        return via, True
    return (via, False) if not bearer.place else None
