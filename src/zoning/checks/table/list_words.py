"""Words by which the parts of an access list are known: codes in a text, labels, headings inside a cell, asides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from zoning.checks.headers import header_of
from zoning.clauses.normalise import HEAD
from zoning.tables import numbers, read
from zoning.vocab import field_name, normalise_header, value, zone_subtype

__all__ = [
    "Segment",
    "codes_in",
    "dimension_of",
    "field_of",
    "half_width",
    "is_aside",
    "segments",
    "unit_class",
    "without_codes",
    "zone_type",
]

_UNIT = re.compile(r"(?<![0-9A-Z])(?:ZH|HY)[0-9]{6}[123][0-9]{4}(?![0-9])")
_ZONE = re.compile(r"(?<![0-9A-Z])YS[0-9]{10,14}(?![0-9])")
_BARE = re.compile(rf"^\s*(?:{HEAD})?\s*[【\[(〔<《]*(.*?)[】\])〕>》]*\s*[::]*\s*$", re.DOTALL)
_AROUND = " \t\r\n　、,，;；:：()（）[]【】/|-—_"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a cell below one heading: ``text[start:end]``; dimension and heading are "" before the first."""

    start: int
    end: int
    dimension: str
    heading: str


def half_width(text: str) -> str:
    """Return a text in half width, every character in its place.

    Examples
    --------
    >>> half_width("ＺＨ３５（①）")
    'ZH35(①)'
    """
    return text if text.isascii() else text.translate(_HALF)


class _Half(dict[int, str]):
    """Letters → the same in half width, each worked out once; numbers in circles stay."""

    def __missing__(self, letter: int) -> str:
        char = chr(letter)
        plain = char if unicodedata.category(char) == "No" else unicodedata.normalize("NFKC", char)
        self[letter] = plain if len(plain) == 1 else char
        return self[letter]


_HALF = _Half()


def codes_in(text: str, level: str = "unit") -> tuple[str, ...]:
    """Return the codes of units (or of zones) that a text holds, each once, in half width.

    Examples
    --------
    >>> codes_in("ＺＨ３５０５８２１０００１ 某镇；ZH35058210002"), codes_in("甲")
    (('ZH35058210001', 'ZH35058210002'), ())
    """
    pattern = _ZONE if level == "zone" else _UNIT
    return tuple(dict.fromkeys(pattern.findall(half_width(text).upper())))


def without_codes(text: str) -> str:
    """Return what a text says beside its codes: the name that stands in the same cell.

    Examples
    --------
    >>> without_codes("ZH35058210001（某镇重点管控单元）"), without_codes("ZH35058210001")
    ('某镇重点管控单元', '')
    """
    plain = half_width(text).upper()
    spans = [match.span() for pattern in (_UNIT, _ZONE) for match in pattern.finditer(plain)]
    kept = "".join(char if not any(start <= at < end for start, end in spans) else "\n" for at, char in enumerate(text))
    said = " ".join(kept.split()).strip(_AROUND)
    number = re.match(HEAD, half_width(said))
    return said[number.end() if number else 0 :].strip(_AROUND)


def field_of(text: str, ours: Mapping[str, str]) -> str:
    """Return our name of a header or label (``code, dimension:S, item:S, demand`` …), number and brackets left off.

    Examples
    --------
    >>> field_of("（一）空间布局约束：", {}), field_of("禁止开发建设活动", {}), field_of("甲", {})
    ('dimension:S', 'item:S', '')
    """
    if not text or len(text) > int(numbers("limits")["list_label_letters"]):
        return ""
    for written in dict.fromkeys((text, _bare(text))):
        name = ours.get(normalise_header(written)) or field_name("list.loose", written)
        if name or (name := header_of(written, "list", ours)[0]):
            return name
    return ""


def _bare(text: str) -> str:
    match = _BARE.match(half_width(text))
    return text[slice(*match.span(1))] if match else text


def dimension_of(text: str, ours: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the dimension that a label names and, where it is the label of a sub-item, its own words; None if none.

    Examples
    --------
    >>> dimension_of("污染物和碳排放管控", {}), dimension_of("禁燃区要求", {}), dimension_of("序号", {})
    (('P', ''), ('Z', '禁燃区要求'), None)
    """
    kind, _, dimension = field_of(text, ours).partition(":")
    if kind not in ("dimension", "item") or not dimension:
        return None
    return dimension, " ".join(_bare(text).split()) if kind == "item" else ""


@cache
def _headings() -> re.Pattern[str]:
    """Heads of stretches inside a cell: a known name alone in its line, in brackets, or before a colon."""
    names = {
        row["alias"] for row in read("field_aliases")
        if row["layer"] in ("list", "list.loose") and row["field"].startswith(("dimension:", "item:"))
        and not row["alias"].isascii()
    }  # fmt: skip
    name = "|".join(re.escape(half_width(word)) for word in sorted(names, key=lambda word: (-len(word), word)))
    return re.compile(
        rf"(?:^|(?<=[\n。;]))[ \t　]*(?:{HEAD})?[ \t　]*"
        rf"(?:【(?P<a>{name})】[ \t]*:?|[\[(<〔]?(?P<b>{name})[\])>〕]?[ \t]*(?::|(?=\n|$)))"
    )


def segments(text: str, own: str = "") -> tuple[Segment, ...]:
    r"""Cut a cell before its headings (dimensions and sub-items); the headings themselves are in no segment.

    Parameters
    ----------
    text : str
        The cell as written.
    own : str
        Dimension of its column; headings of another one are then text like any other.

    Examples
    --------
    >>> cell = "空间布局约束：\n1.禁止新建。\n资源利用效率\n1.应节水。"
    >>> [(cell[one.start : one.end].strip(), one.dimension) for one in segments(cell)]
    [('1.禁止新建。', 'S'), ('1.应节水。', 'Z')]
    """
    cuts: list[tuple[int, int, str, str]] = [(0, 0, own, "")]
    for found in _headings().finditer(half_width(text)):
        written = text[slice(*found.span("a" if found["a"] else "b"))]
        dimension, item = dimension_of(written, {}) or ("", "")
        if dimension and own in ("", dimension):
            cuts.append((found.start(), found.end(), dimension, item))
    ends = [start for start, _, _, _ in cuts[1:]] + [len(text)]
    cut = (Segment(begin, end, dimension, item)
           for (_, begin, dimension, item), end in zip(cuts, ends, strict=True))  # fmt: skip
    return tuple(one for one in cut if len(cuts) == 1 or text[one.start : one.end].strip())


@cache
def _asides() -> re.Pattern[str]:
    words = [row["written"] for row in read("value_aliases") if row["domain"] == "table_row" and row["code"] == "note"]
    heads = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?:{heads})[0-9一二三四五六七八九十]*(?:[:.、()]|$)")


def is_aside(text: str) -> bool:
    """Tell whether a text is a remark below a list (注：…, 填表人：…).

    Examples
    --------
    >>> is_aside("注：本表自印发之日起施行"), is_aside("备注1：甲"), is_aside("注册资本应实缴")
    (True, True, False)
    """
    return _asides().match(half_width(text).replace(" ", "")) is not None


@cache
def _classes() -> tuple[re.Pattern[str], dict[str, str]]:
    """Words of classes, the longest first: 一般生态空间 is no 一般."""
    codes = {normalise_header(row["word"]): row["unit_class"] for row in read("unit_class_words")}
    return re.compile("|".join(map(re.escape, sorted(codes, key=lambda word: (-len(word), word))))), codes


def unit_class(text: str) -> str:
    """Return the code of the class of control units that a text says; empty if it says none, or two.

    Examples
    --------
    >>> unit_class("产业集聚重点管控单元"), unit_class("优先保护区（一般生态空间）"), unit_class("某区")
    ('KEY', 'PRIORITY', '')
    """
    if known := value("unit_class", text):
        return known
    pattern, codes = _classes()
    said = {codes[word] for word in pattern.findall(normalise_header(text))}
    return said.pop() if len(said) == 1 else ""


@cache
def _elements() -> tuple[tuple[str, str], ...]:
    """Element and the word that says it, as zone names begin with it."""
    named = {row["code"]: row["element_zh"] for row in read("zone_vocab")}
    rows = read("zone_subtype_words")
    return tuple(dict.fromkeys((row["element"], named[row["code"]]) for row in rows))


@cache
def _lone_words() -> tuple[tuple[str, str], ...]:
    """Element and word of sub-types whose word is of one element only: 高排放 is of air whoever says it."""
    of: dict[str, set[str]] = {}
    for row in read("zone_subtype_words"):
        of.setdefault(row["word"], set()).add(row["element"])
    return tuple((next(iter(elements)), word) for word, elements in of.items() if len(elements) == 1)


def zone_type(text: str) -> str:
    """Return the code of the zone sub-type that a text names; empty if it names none.

    Examples
    --------
    >>> zone_type("大气环境高排放重点管控区"), zone_type("高污染燃料禁燃区Ⅱ类"), zone_type("一般管控区")
    ('AIR_HIGH', 'NOBURN_2', '')
    """
    said = normalise_header(text)
    for element, word in (*_elements(), *_lone_words()):
        if word in said and (code := zone_subtype(element, text, text)):
            return code
    return ""
