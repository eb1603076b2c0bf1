"""How alike two clauses are, and which letters differ: symmetric, so that neither version is the first.

Two measures are averaged: the longest common subsequence 2·LCS / (m + n), and the Dice coefficient of letter pairs.
The first alone is high for sentences that share nothing but common words, the second alone is low for short ones.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache

from zoning.clauses.normalise import normalise
from zoning.tables import numbers

__all__ = ["Mark", "comparable", "contained", "marks", "masked", "similarity"]

Mark = tuple[str, str]
"""A piece of text and what became of it: ``same``, ``removed`` (only in the old text) or ``added``."""

_KEPT = 200_000  # distinct texts and pairs that are remembered
_STOPS = ".。;；,，、 "


@lru_cache(maxsize=_KEPT)
def comparable(text: str) -> str:
    """Return the words of a clause as they are compared: half width, simplified, no number, tag, blank or last stop.

    Examples
    --------
    >>> comparable("1-1. 【大气】 禁止新建 燃煤鍋爐；")
    '禁止新建燃煤锅炉'
    """
    return normalise(text).text.strip(_STOPS)


@lru_cache(maxsize=_KEPT)
def masked(text: str) -> str:
    """Return a text with every run of digits replaced by one 0: what it says apart from its numbers.

    Examples
    --------
    >>> masked("2025年下降15.5%")
    '0年下降0%'
    """
    out: list[str] = []
    for at, char in enumerate(text):
        point = char == "." and 0 < at < len(text) - 1 and text[at - 1].isdecimal() and text[at + 1].isdecimal()
        if not (char.isdecimal() or point):
            out.append(char)
        elif not out or out[-1] != "0":
            out.append("0")
    return "".join(out)


@lru_cache(maxsize=_KEPT)
def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _common(one: str, other: str) -> int:
    """Return the length of the longest common subsequence (Hyyrö 2004: one addition a letter, over whole words)."""
    places: dict[str, int] = {}
    for at, char in enumerate(one):
        places[char] = places.get(char, 0) | 1 << at
    everything = (1 << len(one)) - 1
    rest = everything
    for char in other:
        met = rest & places.get(char, 0)
        rest = (rest + met) | (rest - met)
    return len(one) - (rest & everything).bit_count()


def similarity(one: str, other: str) -> float:
    """Return how alike two comparable texts are, from 0 to 1; the order of the two never matters.

    A text that stands wholly in a longer one is alike by the share of its letter pairs that stand there, times
    ``containment`` of ``version_settings``: a clause that got a second half is still that clause.

    Examples
    --------
    >>> similarity("禁止新设入河排污口", "禁止新设入河排污口"), similarity("甲", "乙")
    (1.0, 0.0)
    >>> round(similarity("禁止新设入河排污口", "严禁新设入河排污口"), 2)
    0.82
    """
    if one == other:
        return 1.0
    return _similarity(*sorted((one, other)))


@lru_cache(maxsize=_KEPT)
def _similarity(one: str, other: str) -> float:
    a, b = _pairs(one), _pairs(other)
    if not a or not b:
        return 0.0
    shared, least, total = (a & b).total(), min(a.total(), b.total()), a.total() + b.total()
    settings = numbers("version_settings")
    whole = min(len(one), len(other)) >= settings["containment_whole"] and (one in other or other in one)
    enough = whole or least >= settings["containment_letters"]
    inside = settings["containment"] * shared / least if enough else 0.0
    dice = 2 * shared / total
    if (dice + 1) / 2 < min(settings["pair"], settings["containment"]) and inside < settings["pair"]:
        return max(inside, dice)  # even the same letters in order could not make it a pair
    order = 2 * _common(one, other) / (len(one) + len(other))
    return max(inside, (order + dice) / 2)


def contained(part: str, whole: str) -> float:
    """Return the share of the letter pairs of one text that stand in another.

    Examples
    --------
    >>> contained("禁止新建锅炉", "禁止新建锅炉,淘汰旧锅炉")
    1.0
    """
    a = _pairs(part)
    return (a & _pairs(whole)).total() / a.total() if a else 0.0


def marks(old: str, new: str) -> tuple[Mark, ...]:
    """Return the texts of two versions letter by letter: what stayed, what went, what came.

    Joined without ``added`` the pieces are the old text, without ``removed`` the new one. Clauses longer than
    ``marked_letters`` are marked as a whole.

    Examples
    --------
    >>> marks("2027年底前完成。", "2026年底前完成。")
    (('202', 'same'), ('7', 'removed'), ('6', 'added'), ('年底前完成。', 'same'))
    """
    if old == new:
        return ((old, "same"),) if old else ()
    if max(len(old), len(new)) > numbers("version_settings")["marked_letters"]:
        return tuple((text, kind) for text, kind in ((old, "removed"), (new, "added")) if text)
    found: list[Mark] = []
    for _, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[i:j] == new[k:m]:
            found.append((old[i:j], "same"))
            continue
        found += [(text, kind) for text, kind in ((old[i:j], "removed"), (new[k:m], "added")) if text]
    return tuple(found)
