"""How the lists of provinces, regions, cities and zones reach units: what does not depend on the unit is read once.

A list is for the region or zone by whose code or name its clauses stand; a province has tens of thousands of units, so
every code is read once, and units of one region (or with zones of the same types) share the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.addressees import Bearer, names_nobody, place_names, zone_types
from zoning.clauses.model import AccessList, Clause, Entry
from zoning.clauses.normalise import normalise, plain

__all__ = ["Listed", "Reach", "Upper", "Way", "in_chain", "same_words"]

_MARKS = re.compile(r"[,.;:。、!?()《》\"“”‘’\-—]")
_ADMIN = re.compile(r"[0-9]{2,6}")

Way = tuple[str, bool]
"""Through which list a clause comes (code of the region or zone, ``type:…`` or level), and whether that is certain."""


@lru_cache(maxsize=100_000)
def same_words(text: str) -> str:
    """Return what two copies of a clause have in common: its words without number, tag, blanks and marks.

    Examples
    --------
    >>> same_words("2-1.【水/禁止类】禁止新设入河排污口。") == same_words("禁止新设 入河排污口")
    True
    """
    return _MARKS.sub("", normalise(text).text)


@dataclass(frozen=True, slots=True)
class Upper:
    """A clause of an upper list: its id, its words without dress, whether it is for everybody whom the list reaches."""

    clause: Clause
    id: str
    words: str
    everybody: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The clauses that stand by one code of a list, and what the code and its entry say of the place.

    Attributes
    ----------
    via : str
        The code, or the level where there is none.
    code : str
        Of the region or zone, in normal characters.
    single : bool
        The code of one zone, not the name of a type.
    types : frozenset of str
        Types of zones that the list is for.
    places : frozenset of str
        Places that it is named after.
    """

    level: str
    via: str
    code: str
    single: bool
    types: frozenset[str]
    places: frozenset[str]
    clauses: tuple[Upper, ...]


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


class Reach:
    """One upper list, read once for all units.

    Examples
    --------
    >>> city = AccessList("city", [Clause("350500", "city", "P", "推广绿电。")])
    >>> [(one.code, way) for one, way in Reach(city).ways(Bearer("U", chain=("350582",)))]
    [('350500', ('350500', True))]
    """

    def __init__(self, group: AccessList) -> None:
        entries = {entry.code: entry for entry in group.entries}
        self._zonal = group.level == "zone"
        self._listed = tuple(
            _listed(code, entries.get(code, Entry(code)), clauses) for code, clauses in group.by_code().items()
        )
        self._numbers = {one.clauses[0].clause.code: number for number, one in enumerate(self._listed)}
        self._shared: dict[object, dict[int, Way]] = {}

    def ways(self, bearer: Bearer) -> list[tuple[Listed, Way]]:
        """Return the codes of the list that reach a unit, in the order of the list, and how they do."""
        found = self._by_zones(bearer) if self._zonal else self._by_regions(bearer)
        return [(self._listed[number], found[number]) for number in sorted(found)]

    def _by_zones(self, bearer: Bearer) -> dict[int, Way]:
        codes = {code for code, _ in bearer.zones if code}
        kinds = frozenset(kind for _, kind in bearer.zones)
        key = kinds, bool(codes), bearer.elements
        if key not in self._shared:
            self._shared[key] = _reached(_by_type(one, kinds, bearer, zoned=bool(codes)) for one in self._listed)
        return self._shared[key] | {self._numbers[code]: (code, True) for code in codes if code in self._numbers}

    def _by_regions(self, bearer: Bearer) -> dict[int, Way]:
        key = bearer.chain, bearer.place, bearer.name if any(one.places for one in self._listed) else ""
        if key not in self._shared:
            self._shared[key] = _reached(_by_region(one, bearer) for one in self._listed)
        return self._shared[key]


def _reached(ways: Iterable[Way | None]) -> dict[int, Way]:
    return {number: way for number, way in enumerate(ways) if way is not None}


def _listed(code: str, entry: Entry, clauses: Sequence[Clause]) -> Listed:
    level = clauses[0].level
    zonal = level == "zone"
    region = plain(code)
    texts = (region, entry.name, *entry.place, *(text for _, text, _ in entry.others))
    return Listed(
        level=level,
        via=code or level,
        code=region,
        single=bool(_ADMIN.search(code)),
        types=frozenset(kind for text in (code, entry.name, *entry.subtypes) for kind in zone_types(text))
        if zonal
        else frozenset(),
        places=frozenset() if zonal else frozenset(name for text in texts for name in place_names(text)),
        clauses=tuple(Upper(one, one.id, same_words(one.text), names_nobody(one.text)) for one in clauses),
    )


def _by_type(listed: Listed, kinds: frozenset[str], bearer: Bearer, *, zoned: bool) -> Way | None:
    """Return how the list of a zone, or of a type of zones, reaches a unit that does not lie in a zone of its code."""
    shared = sorted(listed.types & kinds)
    if shared and not (listed.single and zoned):
        return f"type:{shared[0]}", not listed.single
    elements = {kind.split("_")[0] for kind in listed.types}
    if bearer.zones and (not listed.types or listed.single or elements <= bearer.elements):
        return None
    return listed.via, False


def _by_region(listed: Listed, bearer: Bearer) -> Way | None:
    """Return how the list of a province, region or city reaches a unit."""
    if _ADMIN.fullmatch(listed.code):
        if not bearer.chain:
            return listed.via, False
        return (listed.via, True) if in_chain(listed.code, bearer.chain) else None
    if not listed.places:
        return listed.via, listed.level != "region"
    if any(name in bearer.place or name in bearer.name for name in listed.places):
        return listed.via, True
    return (listed.via, False) if not bearer.place else None
