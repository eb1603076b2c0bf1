"""References from one list to another («执行市级总体清单…要求»): which clauses they make apply, and which are dead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.addressees import words_of_lists
from zoning.clauses.lexicon import default_lexicon
from zoning.clauses.model import LEVELS, AccessList, Clause
from zoning.clauses.normalise import Normal, normalise, plain
from zoning.clauses.references import references

__all__ = ["Pointer", "dead", "pointers", "resolve"]

_FIGURES = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Pointer:
    """One reference to an upper list.

    Attributes
    ----------
    level : str
        Of the list that is meant; "" if the words leave it open (上级, 总体).
    dimension, number : str
        Of the part that is meant; "" if all of it.
    states : frozenset of str
        Carbon states of the clauses that are meant («碳排放控制应执行…»); empty if all.
    words : str
        As written.
    """

    level: str
    dimension: str = ""
    number: str = ""
    states: frozenset[str] = frozenset()
    words: str = ""


def pointers(clause: Clause) -> tuple[Pointer, ...]:
    """Return the references of a clause to lists above it, in the order of the text.

    Examples
    --------
    >>> clause = Clause("ZH1", "unit", "P", "执行泉州市总体准入清单污染物排放管控要求。")
    >>> [(one.level, one.dimension) for one in pointers(clause)]
    [('city', 'P')]
    """
    return _pointers(clause.text, clause.level)


@lru_cache(maxsize=50_000)
def _pointers(text: str, level: str) -> tuple[Pointer, ...]:
    normal = normalise(text)
    if not default_lexicon().narrowed(normal.text).rules("reference.list"):
        return ()
    words = words_of_lists()
    found: list[Pointer] = []
    for one in references(text):
        if one.kind != "list" or (one.level and not _is_above(one.level, level)):
            continue
        behind = text[one.span[1] :].partition("。")[0]
        number = words.first("reference.number", plain(f"{one.text}{behind}"))
        about = "" if number else normal.text[: _begin(normal, one.span[0])]
        states = frozenset(code for topic in words.all("reference.topic", about) for code in topic.value.split("|"))
        said = plain(f"{one.text}{behind}")[number.start : number.end] if number else ""
        # «能源与碳排放控制应执行…» names a topic, not the dimension 污染物排放管控
        about_dimension = "" if states else one.dimension
        numbers = (said, *_more(plain(f"{one.text}{behind}")[number.end :] if number else ""))
        found += [
            Pointer(one.level, about_dimension, each, states, one.text.replace(said, each) if said else one.text)
            for each in numbers
        ]
    return tuple(found)


def _more(behind: str) -> list[str]:
    """Return the numbers that an enumeration goes on with (第八条、第九条和第十条)."""
    words = words_of_lists()
    found: list[str] = []
    while words.first("reference.also", behind) and (number := words.first("reference.number", behind)):
        found.append(behind[number.start : number.end])
        behind = behind[number.end :]
    return found


def _begin(normal: Normal, at: int) -> int:
    """Return where in the normal text a place of the original stands."""
    return next((index for index, origin in enumerate(normal.at) if origin >= at), len(normal.at))


def _is_above(level: str, own: str) -> bool:
    return level in LEVELS and LEVELS.index(level) < LEVELS.index(own)


def resolve(reference_clause: Clause, lists: Sequence[AccessList]) -> tuple[Clause, ...]:
    """Return the clauses of upper lists that a clause makes apply; () if it refers to nothing that is there.

    A topic in front of the reference («碳排放控制应执行…») narrows it to the clauses on that topic.

    Examples
    --------
    >>> city = AccessList("city", [Clause("3505", "city", "P", "甲。"), Clause("3505", "city", "S", "乙。")])
    >>> [one.text for one in resolve(Clause("U", "unit", "P", "执行市级总体清单污染物排放管控要求。"), [city])]
    ['甲。']
    """
    found: dict[str, Clause] = {}
    for pointer in pointers(reference_clause):
        for clause in _meant(pointer, reference_clause, lists):
            found.setdefault(f"{clause.level}|{clause.id}", clause)
    return tuple(found.values())


def _meant(pointer: Pointer, reference: Clause, lists: Sequence[AccessList]) -> list[Clause]:
    return [
        clause
        for group in _lists_meant(pointer, reference, lists)
        for clause in group.clauses
        if not pointer.dimension or clause.dimension == pointer.dimension
        if not pointer.number or _figures(clause.number) == _figures(pointer.number)
        if not pointer.states or clause.label.carbon_state in pointer.states
    ]


def _figures(number: str) -> list[str]:
    return _FIGURES.findall(plain(number)) or [plain(number).strip("第条款项、.")]


def _lists_meant(pointer: Pointer, reference: Clause, lists: Sequence[AccessList]) -> list[AccessList]:
    above = [group for group in lists if _is_above(group.level, reference.level)]
    above.sort(key=lambda group: LEVELS.index(group.level))
    return [group for group in above if not pointer.level or group.level == pointer.level]


def dead(reference_clause: Clause, lists: Sequence[AccessList]) -> tuple[Pointer, ...]:
    """Return the references of a clause that lead nowhere, though the list they mean is at hand.

    A reference to a list that nobody gave is not dead: it cannot be followed.

    Examples
    --------
    >>> city = AccessList("city", [Clause("3505", "city", "S", "乙。")])
    >>> [one.words for one in dead(Clause("U", "unit", "P", "执行市级总体清单污染物排放管控要求。"), [city])]
    ['市级总体清单']
    """
    return tuple(
        pointer
        for pointer in pointers(reference_clause)
        if any(group.clauses for group in _lists_meant(pointer, reference_clause, lists))
        and not _meant(pointer, reference_clause, lists)
    )
