"""Words of a clause → rows of ``sector_industry``: inventory sectors, industry codes, objects.

The longest word wins where words overlap; a word inside one of the ``not_words_zh`` of a row does not name that row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from zoning.clauses.industries import industries, tag_codes
from zoning.clauses.lexicon import Hit, Lexicon, default_lexicon
from zoning.tables import Row, read

__all__ = ["LIST_TAG", "Named", "list_codes", "named", "sector_of_industry", "shortest"]

LIST_TAG = "两高"
"""The one tag that is a list, not an industry."""

_PARENTHESES = re.compile(r"（[^）]*）")


class Named(NamedTuple):
    """What a clause names: sectors, codes of industries, ids of object rows, and whether it says 两高."""

    sectors: tuple[str, ...]
    codes: tuple[str, ...]
    objects: tuple[str, ...]
    two_high: bool


_NOBODY = Named((), (), (), two_high=False)


class _Meant(NamedTuple):
    """What a word of the crosswalk means, and the longer words in which it does not."""

    id: str
    kind: str
    sector: str
    codes: tuple[str, ...]
    not_words: tuple[str, ...]


class _Index(NamedTuple):
    """Words by the two characters they begin with, and what they mean."""

    pairs: frozenset[str]
    words: dict[str, list[str]]
    meanings: dict[str, tuple[_Meant, ...]]


@cache
def _split(cell: str) -> list[str]:
    return [word for word in _PARENTHESES.sub("", cell).split(";") if len(word) > 1]


@lru_cache(maxsize=1)
def _index() -> _Index:
    rows: dict[str, list[Row]] = {}
    for row in read("sector_industry"):
        cells = [row["synonyms_zh"]]
        cells += [row["object_words_zh"]] if row["row_type"] == "object" else []
        cells += [row["industry_zh"]] if row["row_type"] == "industry" else []
        for word in dict.fromkeys(word for cell in cells for word in _split(cell)):
            rows.setdefault(word, []).append(row)
    words: dict[str, list[str]] = {}
    for word in rows:
        words.setdefault(word[:2], []).append(word)
    meanings = {word: tuple(_meant(row, word) for row in group) for word, group in rows.items()}
    return _Index(frozenset(words), words, meanings)


def _meant(row: Row, word: str) -> _Meant:
    longer = tuple(other for other in _split(row["not_words_zh"]) if word in other)
    return _Meant(row["id"], row["row_type"], row["inventory_sector"], _digits(row), longer)


def _inside_other_word(words: tuple[str, ...], text: str, start: int, end: int) -> bool:
    for word in words:
        at = text.find(word, max(0, start - len(word)))
        if 0 <= at <= start and end <= at + len(word):
            return True
    return False


def _words(text: str, pairs: Collection[str]) -> list[tuple[int, int, str]]:
    """Return the words of the crosswalk in a text: from left to right, the longest first, none over another."""
    index = _index()
    places: list[tuple[int, int, str]] = []
    for pair in index.pairs.intersection(pairs):
        for word in index.words[pair]:
            start = text.find(word)
            while start >= 0:
                places.append((start, -len(word), word))
                start = text.find(word, start + 1)
    kept: list[tuple[int, int, str]] = []
    for start, length, word in sorted(places):
        if not kept or start >= kept[-1][1]:
            kept.append((start, start - length, word))
    return kept


def _meanings(text: str, pairs: Collection[str]) -> list[tuple[int, int, _Meant]]:
    return [
        (start, end, meant)
        for start, end, word in _words(text, pairs)
        for meant in _index().meanings[word]
        if not (meant.not_words and _inside_other_word(meant.not_words, text, start, end))
    ]


def _digits(row: Row) -> tuple[str, ...]:
    codes = row["gb_t_4754_4"] or row["gb_t_4754_3"] or row["gb_t_4754_2"]
    return tuple(code for code in codes.split(";") if code.isdecimal())


def shortest(codes: Iterable[str]) -> tuple[str, ...]:
    """Drop codes that a shorter one already reaches."""
    kept: list[str] = []
    for code in sorted(set(codes), key=lambda code: (len(code), code)):
        if not code.startswith(tuple(kept)):
            kept.append(code)
    return tuple(sorted(kept))


@cache
def _sectors_of(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        row["inventory_sector"]
        for row in read("sector_industry")
        if row["row_type"] == "industry" and any(have.startswith(codes) for have in _digits(row))
    )


def _by_tag(hit: Hit, found: list[tuple[int, int, _Meant]], text: str) -> tuple[set[str], set[str]]:
    """Return sectors and codes of one named industry: by its own word where the crosswalk has it, else by its tag."""
    meant = [one for start, end, one in found if one.kind == "industry" and start < hit.end and hit.start < end]
    own = tag_codes().get(hit.value, ())
    if not meant:
        return set(_sectors_of(own)), set(own)
    codes = {code for one in meant for code in one.codes}
    if text[hit.start : hit.end] == hit.value:
        codes |= set(own)
    return {one.sector for one in meant}, codes


def named(text: str, lexicon: Lexicon | None = None) -> Named:
    """Return what a normal text names.

    Examples
    --------
    >>> named("水泥企业回转窑应改造")
    Named(sectors=('industry',), codes=('3011',), objects=('SI065',), two_high=False)
    >>> named("水泥制品企业").codes
    ('30',)
    """
    lexicon = lexicon or default_lexicon()
    tags = industries(text, lexicon)
    found = _meanings(text, lexicon.pairs(text))
    if not tags and not found:
        return _NOBODY
    sectors: set[str] = set()
    codes: set[str] = set()
    for hit in tags:
        if hit.value != LIST_TAG:
            more, digits = _by_tag(hit, found, text)
            sectors |= more
            codes |= digits
    objects = {one.id for _, _, one in found if one.kind == "object"}
    free = [one for start, end, one in found if not any(start < hit.end and hit.start < end for hit in tags)]
    codes |= {code for one in free if one.kind == "industry" for code in one.codes}
    sectors |= {one.sector for one in free if one.kind != "object" or not codes}
    two_high = any(hit.value == LIST_TAG for hit in tags)
    return Named(tuple(sorted(sectors)), shortest(codes), tuple(sorted(objects)), two_high)


@cache
def sector_of_industry(code: str) -> str | None:
    """Return the inventory sector (in MEIC's words) of a GB/T 4754 code by its division; None where no row says.

    Examples
    --------
    >>> sector_of_industry("3011"), sector_of_industry("4411"), sector_of_industry("45")
    ('industry', 'power', None)
    """
    sectors = {
        row["meic_sector"]
        for row in read("sector_industry")
        if row["row_type"] == "sector" and row["meic_sector"] != "none" and _has_division(row, code[:2])
    }
    return sectors.pop() if len(sectors) == 1 else None


def _has_division(row: Row, division: str) -> bool:
    ranges = (part.partition("-") for part in row["gb_t_4754_2"].split(";") if part)
    return any(first <= division <= (last or first) for first, _, last in ranges)


@cache
def list_codes(list_id: str) -> tuple[str, ...]:
    """Return the codes of a list of ``lianggao_membership``; empty if its content is not known.

    Examples
    --------
    >>> list_codes("L-NAT-45")
    ('25', '26', '30', '31', '321', '4411', '4412')
    """
    rows = [row for row in read("lianggao_membership") if row["list_id"] == list_id]
    return shortest(code for row in rows for code in row["gb_t_4754"].split(";") if code)
