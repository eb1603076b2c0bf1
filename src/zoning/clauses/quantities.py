"""The quantities of a clause (value, unit, comparator, years, what is measured) and the dates by which it is due.

Words stand in the lexicon (kinds ``quantity.*`` and ``deadline.*``), units in ``clause_units`` and the unit tables.
Numbers of standards, documents, dates and formulas are no quantities; Chinese numerals are, if a unit follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.lexicon import Lexicon, Rule, default_lexicon
from zoning.clauses.modality import demands
from zoning.clauses.normalise import Normal, plain
from zoning.clauses.reading import blotted, read_clause
from zoning.errors import QuantityError
from zoning.quantities import canonical
from zoning.tables import read

__all__ = ["Quantity", "deadline", "deadlines", "quantities"]

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:年|(?=[^0-9.%]|$))|十([一二三四五六])五")
_PERIOD = re.compile(r"(?:19|20)[0-9]{2}[-—~至到](?=(?:19|20)[0-9]{2}年)")
_FIRST_PERIOD_END = 2005  # 十五 ended in 2005, every further plan period five years later
_STOPS = ",;。!?"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a clause.

    Attributes
    ----------
    value : float
        The number in its unit: 12 of ``12%`` and ``百分之十二``, 30 of ``三成``, the larger ÷ the smaller of ``1:1.2``.
    unit : str
        Canonical form where the unit tables know it (``mg m-3``, ``10ktce``, ``percent``), else as written; ``1`` for
        a bare number.
    comparator : str
        ``≤``, ``≥``, ``=``, ``↓`` (a decrease by) or ``↑`` (an increase by).
    year, base_year : int or None
        Year for which it holds, year that it is compared with.
    span : tuple of int
        Number and unit in the text as given.
    word : str
        What it measures (``单位产品综合能耗``), "" where no such word stands before it.
    """

    value: float
    unit: str
    comparator: str
    year: int | None
    base_year: int | None
    span: tuple[int, int]
    word: str


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in normal text: values (two of a range), unit, places of number and unit."""

    values: tuple[float, ...]
    unit: str
    start: int
    end: int


def quantities(text: str, lexicon: Lexicon | None = None) -> tuple[Quantity, ...]:
    """Return the quantities of a clause, in the order of the text; a range gives two, its floor and its ceiling.

    Examples
    --------
    >>> text = "到2028年单位产品综合能耗较2020年下降12%，烟尘不超过20毫克/立方米。"
    >>> fall, limit = quantities(text)
    >>> fall.value, fall.unit, fall.comparator, fall.year, fall.base_year, fall.word
    (12.0, 'percent', '↓', 2028, 2020, '单位产品综合能耗')
    >>> limit.value, limit.unit, limit.comparator, text[slice(*limit.span)]
    (20.0, 'mg m-3', '≤', '20毫克/立方米')
    >>> [(one.value, one.comparator) for one in quantities("含氧量20~30%，按1:1.2替代，降低三成。")]
    [(20.0, '≥'), (30.0, '≤'), (1.2, '='), (30.0, '↓')]
    """
    lexicon = lexicon or default_lexicon()
    reading = read_clause(text, lexicon)
    words = reading.normal.text
    for rule in (*lexicon.rules("mask.title"), *lexicon.rules("quantity.name")):
        words = blotted(words, rule.hits(words))
    normal = Normal(words, reading.normal.at)
    found = [one for number in _numbers(normal.text, lexicon) for one in _told(number, normal, lexicon)]
    return tuple(found)


def _told(number: _Number, normal: Normal, lexicon: Lexicon) -> Iterator[Quantity]:
    text = normal.text
    start = max(text.rfind(stop, 0, number.start) for stop in _STOPS) + 1
    before = text[start : number.start]
    year, base = _years(text, number, lexicon)
    comparators = ("≥", "≤") if len(number.values) > 1 else (_comparator(before, text[number.end :], lexicon),)
    word = _word(before, lexicon)
    for value, comparator in zip(number.values, comparators, strict=True):
        yield Quantity(value, number.unit, comparator, year, base, normal.span(number.start, number.end), word)


def _comparator(before: str, after: str, lexicon: Lexicon) -> str:
    for kind, words in (("quantity.before", before), ("quantity.after", after)):
        if hit := lexicon.first(kind, words):
            return hit.value
    return "="


def _word(before: str, lexicon: Lexicon) -> str:
    """Return the measured thing that stands last before a number, without the words that lead to it."""
    hits = lexicon.all("quantity.word", before)
    if not hits:
        return ""
    word = before[hits[-1].start : hits[-1].end]
    trim = lexicon.first("quantity.trim", word)
    return word[trim.end :] if trim else word


# ---------------------------------------------------------------------------------------------------- years


def _year(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1])
    return _FIRST_PERIOD_END + 5 * _DIGITS[match[2]]


def _years(text: str, number: _Number, lexicon: Lexicon) -> tuple[int | None, int | None]:
    """Return the year a number holds for and the year it is compared with, both of its own sentence."""
    start = max(text.rfind(stop, 0, number.start) for stop in ";。!?") + 1
    ends = [at for stop in ";。!?" if (at := text.find(stop, number.end)) >= 0]
    sentence = _PERIOD.sub(lambda match: "□" * len(match[0]), text[start : min(ends, default=len(text))])
    bases = lexicon.all("quantity.base", sentence)
    found = [(match.start() + start, _year(match)) for match in _YEAR.finditer(sentence)]
    based = [any(hit.start <= at - start < hit.end for hit in bases) for at, _ in found]
    due = [one for one, is_base in zip(found, based, strict=True) if not is_base]
    base = [one for one, is_base in zip(found, based, strict=True) if is_base]
    return _nearest(due, number), _nearest(base, number)


def _nearest(years: list[tuple[int, int]], number: _Number) -> int | None:
    """Return the last year before a number, else the first behind it."""
    before = [year for at, year in years if at < number.start]
    return before[-1] if before else next((year for at, year in years if at >= number.end), None)


# ---------------------------------------------------------------------------------------------------- numbers

_FIGURE = r"[0-9]+(?:\.[0-9]+)?"
_HAN = "[一二三四五六七八九十百千两零〇]+(?:点[一二三四五六七八九零]+)?"


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    known = {plain(row["written"]): row["unit"] for row in read("unit_aliases") if not row["written"][0].isdigit()}
    return known | {plain(row["written"]): row["unit"] for row in read("clause_units")}


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of numbers: in figures (with or without a unit), in Chinese (with one)."""
    atoms = "|".join(sorted(map(re.escape, _units()), key=lambda atom: (-len(atom), atom)))
    unit = rf"(?P<unit>(?:[十百千万亿]*(?:{atoms})(?![A-Za-z]))(?:/(?:{atoms}|[一-鿿]{{1,4}}产品)(?![A-Za-z]))*)"
    ratio = rf"(?P<left>{_FIGURE}):(?P<right>{_FIGURE})"
    figures = rf"(?P<low>{_FIGURE})(?:(?:{atoms})?[-~—–至到](?P<high>{_FIGURE}))?(?:{unit}|(?P<scale>[百千万亿]+))?"
    han = rf"百分之(?P<share>{_HAN})|(?P<tenths>[一二三四五六七八九两])成(?![本为立交都果品员熟])|(?P<han>{_HAN}){unit}"
    return re.compile(f"{ratio}|{figures}"), re.compile(han)


def _numbers(text: str, lexicon: Lexicon) -> list[_Number]:
    for rule in lexicon.rules("quantity.date"):
        text = blotted(text, rule.hits(text))
    figures, han = _patterns()
    found = [_figures(match) for match in figures.finditer(text)]
    spoken = [_spoken(match) for match in han.finditer(text)]
    free = [one for one in spoken if not any(one.start < other.end and other.start < one.end for other in found)]
    return sorted([*found, *free], key=lambda number: number.start)


def _figures(match: re.Match[str]) -> _Number:
    if match["left"]:
        sides = sorted((float(match["left"]), float(match["right"])))
        return _Number((sides[1] / sides[0] if sides[0] else 0.0,), "times", *match.span())
    ends = [float(match[name]) for name in ("low", "high") if match[name]]
    scale, unit = _unit(match["scale"] or match["unit"] or "")
    return _Number(tuple(_scaled(end, scale) for end in ends), unit, *match.span())


def _spoken(match: re.Match[str]) -> _Number:
    if match["share"]:
        return _Number((_read(match["share"]),), "percent", *match.span())
    if match["tenths"]:
        return _Number((10.0 * _read(match["tenths"]),), "percent", *match.span())
    scale, unit = _unit(match["unit"])
    return _Number((_scaled(_read(match["han"]), scale),), unit, *match.span())


def _scaled(value: float, scale: float) -> float:
    return value * scale if scale != 1.0 else value


def _read(word: str) -> float:
    """Return a Chinese numeral.

    Examples
    --------
    >>> _read("十二"), _read("三百五十"), _read("两"), _read("一点五")
    (12.0, 350.0, 2.0, 1.5)
    """
    whole, _, parts = word.partition("点")
    total = digit = 0
    for char in whole:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = 10 * digit + _DIGITS[char]
    places = "".join(str(_DIGITS[char]) for char in parts)
    return float(f"{total + digit}.{places or 0}")


@lru_cache(maxsize=4096)
def _unit(written: str) -> tuple[float, str]:
    """Return the scale that a unit cannot carry itself, and its canonical form."""
    if not written:
        return 1.0, "1"
    scale = 1.0
    while True:
        try:
            return scale, canonical(written)
        except QuantityError:
            top, *below = written.split("/")
            if top in _units() or top[0] not in _SCALES or len(top) == 1:
                return (scale, _composed(top, below)) if top not in _SCALES else (scale * _SCALES[top], "1")
            scale, written = scale * _SCALES[top[0]], written[1:]


def _composed(top: str, below: list[str]) -> str:
    """Write a quotient in the canonical way: every unit below with a negative power."""
    parts = [_units().get(top, top)]
    for name in below:
        unit = _units().get(name, name)
        base = unit.rstrip("0123456789")
        parts.append(f"{base}-{unit[len(base) :] or 1}")
    return " ".join(parts)


# ---------------------------------------------------------------------------------------------------- deadlines


def deadlines(text: str, lexicon: Lexicon | None = None) -> tuple[tuple[int, int, tuple[int, int]], ...]:
    """Return every year, month and place by which something of a clause is due, in the order of the text.

    Years that others are compared with, editions of documents, beginnings (2025年起) and reports of facts are none.

    Examples
    --------
    >>> [one[:2] for one in deadlines("2026年6月底前完成10台，到2027年全部淘汰。")]
    [(2026, 6), (2027, 12)]
    """
    lexicon = lexicon or default_lexicon()
    if "20" not in plain(text) and "五" not in text:
        return ()
    reading = read_clause(text, lexicon)
    bound = [demand for demand in demands(reading, lexicon) if demand.cue.value != "STATEMENT"]
    words = reading.stated
    for kind in ("quantity.base", "deadline.not"):
        words = blotted(words, lexicon.all(kind, words))
    found: list[tuple[int, int, int, int]] = []
    for rule in lexicon.rules("deadline.due"):
        found += [(match.start(), match.end(), *_due(rule, match)) for match in rule.pattern.finditer(words)]
        words = rule.pattern.sub(lambda match: "□" * len(match[0]), words)
    inside = [one for one in sorted(found) if any(demand.start <= one[0] < demand.end for demand in bound)]
    return tuple((year, month, reading.normal.span(start, end)) for start, end, year, month in inside)


def _due(rule: Rule, match: re.Match[str]) -> tuple[int, int]:
    named = match.groupdict()
    period = named.get("p")
    year = _FIRST_PERIOD_END + 5 * _DIGITS[period] if period else int(named.get("y") or named["y2"] or 0)
    return year, int(named.get("m") or rule.value or 12)


def deadline(text: str, lexicon: Lexicon | None = None) -> tuple[int, int, tuple[int, int]] | None:
    """Return year, month and place of the first date by which a demand of the clause is due, or None.

    Month 12 for 年底前 and a year by itself, 6 for 上半年; 十四五 is due in December 2025.

    Examples
    --------
    >>> deadline("2025年底前淘汰燃煤锅炉。")
    (2025, 12, (0, 7))
    >>> deadline("碳排放较2020年下降。") is None
    True
    """
    return min(deadlines(text, lexicon), default=None)
