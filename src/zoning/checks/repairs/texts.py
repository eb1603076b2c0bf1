"""Text that says the same without its invisible marks: cells, headers, codes; and what a spreadsheet would run."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from zoning.tables import read
from zoning.vocab import normalise_header

__all__ = ["clean_code", "clean_header", "clean_text", "disarmed", "doubtful_code"]

_CODE = re.compile(r"(ZH|HY)\d{6}[123]\d{4}|YS\d{6}[123]\d{6}", re.ASCII)
_LETTERED = re.compile(r"(ZH|HY)[\dOIL]{11}|YS[\dOIL]{13}", re.ASCII)
_INVISIBLE = dict.fromkeys(map(ord, "\x00\ufeff\u200b\u200c\u200d\u2060"), None)
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+\-－＋]?[\d.,，\s]*(e[+\-]?\d+)?\s*[%‰％]?", re.IGNORECASE)


def clean_text(text: str) -> str:
    r"""Return a text without NUL, BOM and zero-width marks, non-breaking blanks as blanks, no blanks around it.

    Paragraphs inside a cell and the indent of a Chinese paragraph stay.

    Examples
    --------
    >>> clean_text("\ufeff禁止新建\u00a0燃煤锅炉\n"), clean_text("　　一、二")
    ('禁止新建 燃煤锅炉', '　　一、二')
    """
    return text.translate(_INVISIBLE).translate(_BLANKS).rstrip().lstrip(" \t\r\n")


@cache
def _written(kind: str) -> dict[str, str]:
    """Return normalised header → header as the field tables write it; of two spellings the first."""
    written: dict[str, str] = {}
    for row in read("field_aliases"):
        if row["layer"] in (kind, "any"):
            written.setdefault(normalise_header(row["alias"]), row["alias"])
    return written


@cache
def _spellings(kind: str) -> frozenset[str]:
    return frozenset(row["alias"] for row in read("field_aliases") if row["layer"] in (kind, "any"))


def clean_header(kind: str, header: str) -> str:
    r"""Return the known header that a header is but for blanks, newlines, marks or width; else itself.

    A known header is never put into the words of another dialect. Capitals are no fault: every reader knows ``NAME``.

    Examples
    --------
    >>> clean_header("units", "环境管控单元编码\n"), clean_header("units", "ＭＪ"), clean_header("units", "HJGKDYBM")
    ('环境管控单元编码', 'MJ', 'HJGKDYBM')
    >>> clean_header("units", "NAME")
    'NAME'
    """
    known = _written(kind).get(normalise_header(header.translate(_INVISIBLE)), header)
    return header if header in _spellings(kind) or header.lower() == known.lower() else known


def clean_code(code: str) -> str:
    """Return a code of a unit or zone in half width, capitals and without blanks; any other text as it is.

    Examples
    --------
    >>> clean_code(" zh35058210008 "), clean_code("甲 1")
    ('ZH35058210008', '甲 1')
    """
    plain = _plain(code)
    return plain if _CODE.fullmatch(plain) else code


def doubtful_code(code: str) -> str:
    """Return what a code would be if its letters O, I, L among the digits were 0 and 1; empty if there are none.

    Examples
    --------
    >>> doubtful_code("ZH3505821000O8"[:13]), doubtful_code("ZH35058210008")
    ('ZH35058210000', '')
    """
    plain = _plain(code)
    if not _LETTERED.fullmatch(plain) or plain[2:].isdigit():
        return ""
    read_as = plain[:2] + plain[2:].translate(str.maketrans("OIL", "011"))
    return read_as if _CODE.fullmatch(read_as) else ""


def _plain(code: str) -> str:
    half = unicodedata.normalize("NFKC", code.translate(_INVISIBLE))
    return re.sub(r"\s+", "", half).upper()


def disarmed(text: str) -> str:
    """Return the text of a csv cell with an apostrophe before it if a spreadsheet would run it; numbers as they are.

    Examples
    --------
    >>> disarmed("=HYPERLINK(1)"), disarmed("-0.28"), disarmed("-")
    ("'=HYPERLINK(1)", '-0.28', '-')
    """
    if not text.startswith(_FORMULA_STARTS) or len(text) == 1 or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"
