"""What a comment names: codes, names, serial numbers, dimensions, clause numbers, quotations, themes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.lexicon import Hit, Lexicon
from zoning.clauses.normalise import plain
from zoning.clauses.reading import BLOT, blotted
from zoning.consultation.model import Place
from zoning.tables import read

__all__ = ["Mentions", "Quote", "consultation_words", "mentions_of", "number_key"]

_CODE = re.compile(r"(?:ZH|HY)[0-9OIl]{11}(?![0-9])", re.IGNORECASE)
_SHORT = re.compile(r"((?:ZH|HY)[0-9]{3,10})(?:\.{2,}|\*+|~|-{2,}|—+)([0-9]{2,8})", re.IGNORECASE)
_SPACED_CODE = re.compile(r"(?:ZH|HY)(?:[ \u3000]?[0-9]){11}(?![0-9])", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<=[0-9A-Za-z])\s+(?=[0-9])")
_SERIAL = re.compile(
    r"第([0-9]{1,4})号?(?:环境)?(?:管控)?单元|序号(?:为|是)?:?第?([0-9]{1,4})|第([0-9]{1,4})(?:号|行)(?=[,、。的]|单元)"
)
_QUOTE = re.compile(r"[“\"「『]([^“”\"」』]*)[”\"」』]")
_DOTTED = re.compile(
    r"((?:[0-9]{1,2}(?:[-.][0-9]{1,2}){1,2}[、,和及]?)+)(?=条|款|项|建议|请|应|与|的|中|[:;。“\"「□]|$)"
)
_ORDINAL = re.compile(
    r"第?\(([0-9]{1,2}|[一二三四五六七八九十]{1,3})\)(?:条|款|项)|第([0-9]{1,2}|[一二三四五六七八九十]{1,3})[条款项]"
)
_CIRCLED = re.compile(r"[①-⑳]")
_COLUMN = re.compile(r"第([一二三四五六1-6])列")
_FIGURES = {figure: number for number, figure in enumerate("一二三四五六七八九十", start=1)}
_PARTS = re.compile(r"[0-9]{1,2}(?:[-.][0-9]{1,2})+")


@lru_cache(maxsize=1)
def consultation_words() -> Lexicon:
    """Return the words by which comments are read."""
    return Lexicon(read("consultation_words"))


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: ``cited`` from the list, to ``replace`` its words, or to be put in (``insert``)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one comment names, each in the order of its text; "" and empty where it names none."""

    codes: tuple[str, ...] = ()
    short: tuple[tuple[str, str], ...] = ()
    named: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    dimension: str = ""
    column: int = 0
    numbers: tuple[str, ...] = ()
    ordinals: tuple[int, ...] = ()
    quotes: tuple[Quote, ...] = ()
    level: str = ""
    everyone: bool = False
    unit_class: str = ""
    theme: str = ""
    own: bool = False

    def cited(self) -> tuple[str, ...]:
        """Return the quotations from the list."""
        return tuple(quote.text for quote in self.quotes if quote.kind == "cited")


def number_key(number: str) -> str:
    """Return a clause number without its dress: ``2-1.`` and ``2-1``, ``（4）`` and ``4、`` are the same number.

    Examples
    --------
    >>> number_key("2-1."), number_key("（4）"), number_key("1、"), number_key("第三条"), number_key("③")
    ('2-1', '4', '1', '3', '3')
    """
    text = plain(number).strip("第条款项().、。:")
    if _CIRCLED.fullmatch(text):
        return str(ord(text) - ord("①") + 1)
    return str(_figure(text)) if text and not text[0].isascii() else text


def _figure(text: str) -> int:
    """Return a number of one or two figures, Chinese or not; 0 if it is none."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _FIGURES.get(text, 0)
    return 10 * (_FIGURES.get(tens, 0) if tens else 1) + (_FIGURES.get(ones, 0) if ones else 0)


def _quotes(text: str) -> tuple[Quote, ...]:
    """Return the quotations with what the words in front of each make of it."""
    found = []
    for match in _QUOTE.finditer(text):
        before = text[: match.start()]
        before = before[max(before.rfind(stop) for stop in '。;,”"') + 1 :]
        hit = consultation_words().first("consult.proposal", before)
        if match[1]:
            found.append(Quote(hit.value if hit else "cited", match[1]))
    return tuple(found)


def _named(text: str, places: Iterable[Place]) -> tuple[str, ...]:
    """Return codes of the units whose name stands in the text; the longest name wins, and no digit may follow it."""
    found: list[tuple[int, int, str]] = []
    for place in places:
        name = plain(place.name)
        at = text.find(name) if len(name) > 1 else -1
        if at >= 0 and not text[at + len(name) : at + len(name) + 1].isdecimal():
            found.append((at, at + len(name), place.code))
    kept = [
        one for one in found
        if not any(o is not one and o[0] <= one[0] and one[1] <= o[1] and o[1] - o[0] > one[1] - one[0] for o in found)
    ]  # fmt: skip
    return tuple(code for _, _, code in sorted(kept))


def _first_value(kind: str, text: str) -> str:
    """Return the value of the earliest hit of a kind, "" without one."""
    hits: list[Hit] = consultation_words().all(kind, text)
    return min(hits, key=lambda hit: (hit.start, -hit.end)).value if hits else ""


def _theme(text: str) -> str:
    for rule in consultation_words().rules("consult.theme"):
        match = rule.pattern.search(text)
        if match is not None:
            return match[1].strip("□的")
    return ""


def mentions_of(text: str, places: Iterable[Place] = ()) -> Mentions:
    """Return what a comment names.

    Parameters
    ----------
    text : str
        As written.
    places : iterable of Place
        Units by whose names it is searched.

    Examples
    --------
    >>> found = mentions_of("清单第52号单元，污染物排放管控第4条，建议删除。")
    >>> found.serials, found.dimension, found.ordinals
    (('52',), 'P', (4,))
    >>> mentions_of("请将“甲乙丙丁”统一为“戊己”。").quotes
    (Quote(kind='cited', text='甲乙丙丁'), Quote(kind='replace', text='戊己'))
    """
    whole = plain(_parted(text))
    names = _named(whole, places)
    outside = _QUOTE.sub(lambda match: BLOT * len(match[0]), whole)
    words = consultation_words()
    codes = tuple(dict.fromkeys(match[0].upper() for match in _CODE.finditer(outside)))
    bare = _without(outside, places)
    plain_numbers = _CODE.sub("", _SHORT.sub("", bare))
    return Mentions(
        codes=codes,
        short=tuple((match[1].upper(), match[2]) for match in _SHORT.finditer(outside)),
        named=names,
        serials=tuple(next(filter(None, match.groups())) for match in _SERIAL.finditer(bare)),
        dimension=_first_value("consult.dimension", bare),
        column=_column(blotted(bare, words.all("consult.part", bare))),
        numbers=tuple(part for match in _DOTTED.finditer(plain_numbers) for part in _PARTS.findall(match[1])),
        ordinals=tuple(_figure(match[1] or match[2]) for match in _ORDINAL.finditer(bare)),
        quotes=_quotes(whole),
        level=_first_value("consult.level", bare),
        everyone=words.first("consult.all", bare) is not None,
        unit_class=_first_value("consult.class", bare),
        theme=_theme(bare),
        own=words.first("consult.own", bare) is not None,
    )


def _parted(text: str) -> str:
    """Keep apart what a blank keeps apart (``…025 4-4条``): plain text has no blanks; codes lose theirs."""
    joined = _SPACED_CODE.sub(lambda match: re.sub(r"\s", "", match[0]), text)
    return _BETWEEN.sub(",", joined)


def _column(text: str) -> int:
    match = _COLUMN.search(text)
    return _figure(match[1]) if match else 0


def _without(text: str, places: Iterable[Place]) -> str:
    """Blot the names of units out, so that their words and digits are not read as anything else."""
    for name in sorted({plain(place.name) for place in places if place.name}, key=len, reverse=True):
        text = text.replace(name, BLOT * len(name))
    return text
