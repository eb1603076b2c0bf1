"""Whom a clause of an upper list names: classes of units, types of zones, places; and whether a unit is one of them.

Only words at the head of a sentence, or words of a place followed by 内, address a clause: «重点管控单元内…»,
«大气受体敏感区…», «晋江市、石狮市…». A clause that names nobody is for everybody. The words are rows of
``tables/addressee_words.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from zoning.clauses.lexicon import SENTENCES, Lexicon
from zoning.clauses.model import Clause, Entry
from zoning.clauses.normalise import normalise, plain
from zoning.tables import read
from zoning.vocab import UnitClass, value, zone_subtype

__all__ = [
    "EVERYBODY", "Addressed", "Bearer", "addressed", "bearer_of", "names_nobody", "place_names", "words_of_lists",
    "zone_types",
]  # fmt: skip

_KEPT = 100_000
_UNIT_CODE = re.compile(r"[A-Z]{2}([0-9]{6})([0-9])")
_JOINING = "、和及与以在对由除"
_DISTRICT, _TOWN = ("市", "县", "区", "旗"), ("镇", "乡", "街道")


@dataclass(frozen=True, slots=True)
class Bearer:
    """A control unit with everything that decides which clauses of upper lists hold for it.

    Attributes
    ----------
    code, name : str
        Of the unit.
    unit_class : str
        ``PRIORITY, KEY, GENERAL``; "" if nobody says.
    zones : tuple of (str, str)
        Code of every zone it lies in ("" where only the type is known) and the type (``AIR_HIGH`` …).
    place : tuple of str
        Names of its province, city, county, township, as far as they are known.
    chain : tuple of str
        Codes of its regions from the smallest to the largest.
    elements : frozenset of str
        Elements (first word of the types) for which the zones of all units are known, so that a type that is not
        among ``zones`` is known not to be there.
    """

    code: str
    name: str = ""
    unit_class: str = ""
    zones: tuple[tuple[str, str], ...] = ()
    place: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    elements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whether a clause holds for a unit, how certain that is, and the words that say so ("" if it names nobody)."""

    holds: bool
    certain: bool = True
    words: str = ""


EVERYBODY = Addressed(holds=True)
"""What a clause that names nobody says of every unit."""


@dataclass(frozen=True, slots=True)
class _Named:
    """What one text names."""

    everybody: bool = True
    classes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    excepted: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


@cache
def words_of_lists() -> Lexicon:
    """Return the rules by which clauses name their addressees and other lists."""
    return Lexicon(read("addressee_words"))


def bearer_of(
    entry: Entry,
    *,
    chain: tuple[str, ...] = (),
    zones: tuple[tuple[str, str], ...] | None = None,
    elements: frozenset[str] = frozenset(),
) -> Bearer:
    """Return a unit as the lists see it; what the list does not say of it, its code may.

    Parameters
    ----------
    entry : Entry
        Of the unit in its list.
    chain : tuple of str
        Codes of its regions from the smallest to the largest; () takes them from the code of the unit.
    zones : tuple of (str, str), optional
        Code and type of the zones it lies in, by geometry; None takes the types from 要素细类.
    elements : frozenset of str
        Elements whose zones are known of all units.

    Examples
    --------
    >>> bearer = bearer_of(Entry("ZH35058220002", subtypes=("大气环境高排放重点管控区",)))
    >>> bearer.unit_class, bearer.chain, bearer.zones
    ('KEY', ('350582', '350500', '350000'), (('', 'AIR_HIGH'),))
    """
    found = _UNIT_CODE.match(entry.code)
    if not chain and found:
        county = found[1]
        chain = (county, f"{county[:4]}00", f"{county[:2]}0000")
    by_code = next((one.value for one in UnitClass if found and one.digit == found[2]), "")
    if zones is None:
        zones = tuple(("", code) for code in dict.fromkeys(t for text in entry.subtypes for t in zone_types(text)))
    place = tuple(plain(name) for name in entry.place if name.strip())
    own = value("unit_class", entry.unit_class) or by_code
    return Bearer(entry.code, plain(entry.name), own, zones, place, chain, elements)


@lru_cache(maxsize=_KEPT)
def zone_types(text: str) -> tuple[str, ...]:
    """Return the types of zones that a cell of 要素细类, or the name of a zone, names.

    Examples
    --------
    >>> zone_types("大气弱扩散重点管控区"), zone_types("水环境城镇生活污染重点管控区"), zone_types("某单元")
    (('AIR_WEAK',), ('WATER_URBAN',), ())
    """
    words = plain(text)
    elements = [hit.value for hit in words_of_lists().all("element", words)]
    codes = [code for element in dict.fromkeys(elements) if (code := zone_subtype(element, words, words))]
    if codes:
        return tuple(codes)
    # a name alone, or an element without fixed sub-types
    hits = words_of_lists().all("zone", f"{words}内" if not words.endswith("内") else words)
    return tuple(hit.value for hit in hits[:1] if "|" not in hit.value)


def place_names(text: str) -> frozenset[str]:
    """Return the names of administrative places in a text; of a nested name (甲市乙镇) the last one.

    Examples
    --------
    >>> sorted(place_names("晋江市、石狮市和南安市水头镇")), place_names("各县(市、区)城市建成区")
    (['晋江市', '水头镇', '石狮市'], frozenset())
    """
    words, normal = words_of_lists(), plain(text)
    found = [(hit, normal[hit.start : hit.end]) for hit in words.all("place.one", normal)]
    named = [(hit, said, said.lstrip(_JOINING)) for hit, said in found]
    kept = [one for one in named if one[2] and words.first("place.not", one[2]) is None]
    inner = {hit.start for hit, said, name in kept if said == name}  # goes on from the name before it
    return frozenset(name for hit, _, name in kept if hit.end not in inner)


@lru_cache(maxsize=_KEPT)
def _named(text: str) -> _Named:
    normal = normalise(text).text
    words = words_of_lists()
    sentences = [match[0] for match in SENTENCES.finditer(normal)]
    excepted = frozenset(
        n for hit in words.all("place.except", normal) for n in place_names(normal[hit.start : hit.end])
    )
    if not sentences or words.first("place.all", sentences[0]) or not _parts_named(sentences[0])[3]:
        return _Named(excepted=excepted)
    parts = [_parts_named(sentence) for sentence in sentences]
    return _Named(
        everybody=False,
        classes=frozenset(code for part in parts for code in part[0]),
        types=frozenset(code for part in parts for code in part[1]),
        places=frozenset(name for part in parts for name in part[2]),
        excepted=excepted,
        words=tuple(dict.fromkeys(word for part in parts for word in part[3])),
    )


def _parts_named(sentence: str) -> tuple[set[str], set[str], frozenset[str], list[str]]:
    """Return classes, types and places that one sentence addresses, and its words for them."""
    words = words_of_lists()
    classes = words.all("class.names", sentence)
    zones = words.all("zone", sentence)
    heads = [hit for hit in words.all("place.names", sentence) if place_names(sentence[hit.start : hit.end])]
    places = frozenset(name for hit in heads for name in place_names(sentence[hit.start : hit.end]))
    said = [sentence[hit.start : hit.end] for hit in (*classes, *zones, *heads)]
    types = {code for hit in zones for code in hit.value.split("|")}
    kinds = {one.value for hit in classes for one in words.all("class", sentence[hit.start : hit.end])}
    return kinds, types, places, said


def names_nobody(text: str) -> bool:
    """Tell whether a clause is for everybody, and nobody is excepted.

    Examples
    --------
    >>> names_nobody("禁止新设入河排污口。"), names_nobody("重点管控单元内禁止新设入河排污口。")
    (True, False)
    """
    named = _named(text)
    return named.everybody and not named.excepted


def addressed(clause: Clause, bearer: Bearer) -> Addressed:
    """Tell whether a clause of an upper list holds for a unit, by the classes, zones and places that it names.

    Of several classes (types, places) one is enough; class, zone and place must each be met.

    Examples
    --------
    >>> clause = Clause("3505", "city", "S", "重点管控单元内严格控制新建两高项目。")
    >>> addressed(clause, Bearer("U", unit_class="PRIORITY"))
    Addressed(holds=False, certain=True, words='重点管控单元')
    >>> clause = Clause("3505", "city", "S", "晋江市、石狮市应淘汰燃煤锅炉。")
    >>> addressed(clause, Bearer("U", place=("泉州市", "晋江市"))).holds
    True
    """
    named = _named(clause.text)
    if named.everybody and not named.excepted:
        return EVERYBODY
    if named.excepted and any(_lies_in(name, bearer)[0] for name in named.excepted if _lies_in(name, bearer)[1]):
        return Addressed(holds=False, words="、".join(sorted(named.excepted)))
    if named.everybody:
        return EVERYBODY
    answers = [_class_met(named.classes, bearer), _type_met(named.types, bearer), _place_met(named.places, bearer)]
    # clauses name a class or a zone as alternatives: what is surely met settles it; places always narrow
    holds = all(answer[0] for answer in answers)
    refused = [answer for answer in answers if not answer[0]]
    certain = any(answer[1] for answer in refused) if refused else all(answer[1] for answer in answers)
    return Addressed(holds, certain, "、".join(named.words))


def _class_met(classes: frozenset[str], bearer: Bearer) -> tuple[bool, bool]:
    if not classes:
        return True, True
    return (bearer.unit_class in classes, True) if bearer.unit_class else (True, False)


def _type_met(types: frozenset[str], bearer: Bearer) -> tuple[bool, bool]:
    if not types or any(code in types for _, code in bearer.zones):
        return True, True
    if {code.split("_")[0] for code in types} <= bearer.elements:
        return False, True
    return True, False


def _place_met(places: frozenset[str], bearer: Bearer) -> tuple[bool, bool]:
    if not places:
        return True, True
    answers = [_lies_in(name, bearer) for name in places]
    if any(lies and certain for lies, certain in answers):
        return True, True
    unknown = any(not certain for _, certain in answers)
    return unknown, not unknown


def _lies_in(name: str, bearer: Bearer) -> tuple[bool, bool]:
    """Tell whether a unit lies in a place, and whether that is certain."""
    if name in bearer.place or name in bearer.name:
        return True, True
    suffixes = _TOWN if name.endswith(_TOWN) else ("省", "自治区") if name.endswith(("省", "自治区")) else _DISTRICT
    known = any(own.endswith(suffixes) for own in bearer.place) or (
        suffixes is _TOWN and any(suffix in bearer.name for suffix in _TOWN)
    )
    return False, known
