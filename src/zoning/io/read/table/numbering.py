"""Numbers that Word puts before paragraphs by itself (一、 1. (1)): they are in no text, yet every reader sees them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.parser import parse_xml

from zoning.io.read.table.revisions import is_gone, local

__all__ = ["numbers_of"]

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_CHINESE = (
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting",
    "taiwaneseCountingThousand", "japaneseDigitalTenThousand",
)  # fmt: skip
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LARGEST = 9999  # beyond it Word itself writes figures, and Roman letters would fill the memory
_LEVELS = 9
_CHAIN = 20  # styles that a style may be based on, one upon the other
_OFF = ("0", "false", "off")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_Level = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Format:
    """How the numbers of a level are written: kind of figures, text with places (``%1.``), first number."""

    kind: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False
    style: str = ""


@dataclass
class _Scheme:
    """Numberings of a document: formats by abstract numbering and level, and what each numbering overrides."""

    formats: dict[str, dict[int, _Format]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, dict[int, _Format]] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)

    def level(self, number: str, at: int) -> _Format | None:
        """Return the format of a level of a numbering."""
        return self.overrides.get(number, {}).get(at) or self.formats.get(self.abstract.get(number, ""), {}).get(at)


def numbers_of(archive: zipfile.ZipFile, body: Any, version: str) -> dict[Any, str]:  # noqa: ANN401 - lxml has no types
    """Return the number that is shown before each paragraph of a document, in a version of it; bullets have none.

    Parameters
    ----------
    archive : ZipFile
        The document, for its parts ``numbering`` and ``styles``.
    body : element
        Its main part.
    version : str
        ``accepted`` or ``original``: paragraphs that are not there do not count.
    """
    names = archive.namelist()
    if "word/numbering.xml" not in names:
        return {}
    scheme = _scheme(parse_xml(archive.read("word/numbering.xml")))
    styles = _styles(parse_xml(archive.read("word/styles.xml"))) if "word/styles.xml" in names else {}
    for abstract, style in scheme.linked.items():
        target = scheme.abstract.get(_of_style(style, styles)[0], abstract)
        scheme.formats[abstract] = scheme.formats.get(target, {})
    counter = _Counter(scheme)
    shown = {}
    for paragraph in body.iter():
        if local(paragraph) == "p" and not is_gone(paragraph, version) and _stands(paragraph, version):
            number, at = _place(paragraph, styles, scheme)
            if text := counter.next(number, at) if number not in ("", "0") else "":
                shown[paragraph] = text
    return shown


def _stands(paragraph: Any, version: str) -> bool:  # noqa: ANN401
    """Whether a paragraph is in no row or cell that is not there, and in no copy for older programs."""
    return not any(
        local(parent) == "Fallback" or (local(parent) in ("tr", "tc") and is_gone(parent, version))
        for parent in paragraph.iterancestors()
    )


def _given(element: Any, *path: str) -> str:  # noqa: ANN401
    """Return the attribute ``val`` at a path below an element; "" where there is none."""
    for part in path:
        element = next((child for child in element if local(child) == part), ())
    return next((str(given) for key, given in getattr(element, "attrib", {}).items() if key.endswith("}val")), "")


def _id(element: Any, name: str) -> str:  # noqa: ANN401
    return next((str(given) for key, given in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _whole(text: str, otherwise: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _scheme(root: Any) -> _Scheme:  # noqa: ANN401
    scheme = _Scheme()
    for one in root:
        if local(one) == "abstractNum":
            name = _id(one, "abstractNumId")
            scheme.formats[name] = _formats(one)
            if style := _given(one, "numStyleLink"):
                scheme.linked[name] = style
        elif local(one) == "num":
            name = _id(one, "numId")
            scheme.abstract[name] = _given(one, "abstractNumId")
            for part in (part for part in one if local(part) == "lvlOverride"):
                at = _whole(_id(part, "ilvl"))
                scheme.overrides.setdefault(name, {}).update(_formats(part))
                if start := _given(part, "startOverride"):
                    scheme.restarts.setdefault(name, {})[at] = _whole(start, 1)
    return scheme


def _formats(element: Any) -> dict[int, _Format]:  # noqa: ANN401
    return {
        _whole(_id(one, "ilvl")): _Format(
            _given(one, "numFmt") or "decimal", _given(one, "lvlText"), _whole(_given(one, "start"), 1),
            any(local(part) == "isLgl" for part in one),
            _given(one, "pStyle"),
        )
        for one in element if local(one) == "lvl"
    }  # fmt: skip


def _styles(root: Any) -> dict[str, tuple[str, str, str]]:  # noqa: ANN401
    """Return, by style, its numbering, its level, and the style it is based on."""
    return {
        _id(one, "styleId"): (
            _given(one, "pPr", "numPr", "numId"), _given(one, "pPr", "numPr", "ilvl"), _given(one, "basedOn"),
        )
        for one in root if local(one) == "style"
    }  # fmt: skip


def _of_style(style: str, styles: Mapping[str, tuple[str, str, str]]) -> tuple[str, str, str]:
    """Return numbering and level that a style gives, and the style in the chain that gives them."""
    for _ in range(_CHAIN):
        number, level, based = styles.get(style, ("", "", ""))
        if number or not based:
            return number, level, style
        style = based
    return "", "", style


def _place(paragraph: Any, styles: Mapping[str, tuple[str, str, str]], scheme: _Scheme) -> _Level:  # noqa: ANN401
    """Return the numbering and level of a paragraph: its own, else those of its style."""
    number, level = (_given(paragraph, "pPr", "numPr", part) for part in ("numId", "ilvl"))
    if number:
        return number, min(_whole(level), _LEVELS - 1)
    number, of_style, style = _of_style(_given(paragraph, "pPr", "pStyle"), styles)
    formats = scheme.formats.get(scheme.abstract.get(number, ""), {})
    linked = next((at for at, one in formats.items() if one.style == style), _whole(of_style))
    return number, min(_whole(level, linked), _LEVELS - 1)


class _Counter:
    """Counts paragraphs; numberings of one abstract numbering count together, a restart holds from its first use."""

    def __init__(self, scheme: _Scheme) -> None:
        self.scheme = scheme
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[_Level] = set()

    def next(self, number: str, at: int) -> str:
        """Return the number of the next paragraph of a level."""
        shape = self.scheme.level(number, at)
        if shape is None:
            return ""
        counts = self.counts.setdefault(self.scheme.abstract.get(number, ""), {})
        for deeper in [level for level in counts if level > at]:
            del counts[deeper]
        restart = self.scheme.restarts.get(number, {}).get(at)
        if restart is not None and (number, at) not in self.begun:
            counts[at] = restart - 1
        self.begun.add((number, at))
        counts[at] = counts.get(at, shape.start - 1) + 1
        return "" if shape.kind in ("bullet", "none") else self._written(number, shape, counts)

    def _written(self, number: str, shape: _Format, counts: Mapping[int, int]) -> str:
        def figures(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            own = self.scheme.level(number, at) or _Format()
            return _figures(counts.get(at, own.start), "decimal" if shape.legal else own.kind)

        return re.sub(r"%([1-9])", figures, shape.text).strip()


def _figures(count: int, kind: str) -> str:
    """Write a number in a format of Word.

    Examples
    --------
    >>> [_figures(12, kind) for kind in ("decimal", "chineseCounting", "lowerRoman", "decimalEnclosedCircle")]
    ['12', '十二', 'xii', '⑫']
    """
    if not 0 < count <= _LARGEST:
        return str(count)
    if kind in _CHINESE:
        return _chinese(count)
    if kind in ("lowerRoman", "upperRoman"):
        return _roman(count) if kind == "lowerRoman" else _roman(count).upper()
    if kind in ("lowerLetter", "upperLetter"):
        letters = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters if kind == "lowerLetter" else letters.upper()
    return _enclosed(count, kind)


def _enclosed(count: int, kind: str) -> str:
    if kind.startswith("decimalEnclosedCircle") and count <= 20:
        return chr(0x2460 + count - 1)
    if kind == "decimalEnclosedParen":
        return f"({count})"
    if kind == "decimalFullWidth":
        return str(count).translate(_WIDE)
    if kind == "ideographTraditional" and count <= len(_STEMS):
        return _STEMS[count - 1]
    return f"{count:02d}" if kind == "decimalZero" else str(count)


def _chinese(count: int) -> str:
    """Return Chinese figures of a number below ten thousand.

    Examples
    --------
    >>> [_chinese(one) for one in (1, 10, 21, 105, 110, 2003)]
    ['一', '十', '二十一', '一百零五', '一百一十', '二千零三']
    """
    said, gap = "", False
    for place, figure in zip(reversed(range(len(str(count)))), map(int, str(count)), strict=True):
        if figure:
            said += ("零" if gap and said else "") + _DIGITS[figure] + _UNITS[place]
        gap = not figure
    return said.removeprefix("一") if said.startswith("一十") else said


def _roman(count: int) -> str:
    said = ""
    for value, letters in _ROMAN:
        times, count = divmod(count, value)
        said += letters * times
    return said
