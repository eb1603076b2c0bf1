"""Make texts comparable and remember where every character came from.

Full width and subscripts become plain (NFKC), blanks disappear, traditional characters become simplified, clause
numbers and bracket tags at the head are taken off. Every character of the result knows the character of the original
it came from, so that a span found here can be shown in the user's own file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from zoning.tables import read

__all__ = ["HEAD", "Normal", "mapped", "normalise", "numbered", "plain"]

_MEASURE = "倍|吨|公里|公斤|公顷|克|瓦|米|平方|立方|毫|兆|年|月|日|个|台|家(?!具)|蒸|小时|元|级|类|亩"
_NO_MEASURE = rf"(?![0-9.%:℃°]|[百千万亿]*(?:{_MEASURE}))"
HEAD = (
    r"(?:[①-⒛❶-➓㈠-㈩]"
    r"|\((?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\)"
    r"|[一二三四五六七八九十]{1,3}、"
    r"|第[0-9一二三四五六七八九十百]{1,4}[条款](?=[^第])"
    rf"|[0-9]{{1,2}}-[0-9]{{1,2}}(?:-[0-9]{{1,2}})?(?:[.、](?![0-9]*[-%:])|{_NO_MEASURE})"
    rf"|[0-9]{{1,2}}[.][0-9]{{1,2}}(?:[.][0-9]{{1,2}})?[.、]?{_NO_MEASURE}(?=[【〈《\u4e00-\u9fff])"
    r"|[0-9]{1,2}(?:[、)]|[.](?![0-9])|[.](?=20[0-9]{2}年))"
    r"|\[[0-9]{1,2}\]"
    r"|(?:[IVX]{1,4}|[A-Za-z])[.、)](?=[【《\u4e00-\u9fff]))"
)
"""Clause numbers as lists write them: ``1-2.  1.2  (3)  ③  3、  3.  三、  (三)  第三条  a)  A.  [1]  II.``."""

_KEPT = 1024  # texts: a clause is asked about several times in a row (its words, its references, its labels)

_HEAD = re.compile(HEAD)
_SPACED = re.compile(
    r"\s*[0-9]{1,2}(?:[-.][0-9]{1,2}){1,2}[ \t\u3000]+(?=[0-9])"
)  # «1-1 2026年»: the blank is the border
_TAG = re.compile(r"【([^】]*)】")
_CIRCLED = re.compile(r"[①-⒛❶-➓㈠-㈩]")
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp"}


class _Plain(dict[str, str]):
    """Characters → what stands for them in normal text; every character is worked out once."""

    def __missing__(self, char: str) -> str:
        normal = char if _CIRCLED.match(char) else unicodedata.normalize("NFKC", char)
        simple = _simplified()
        text = "".join(simple.get(c, c) for c in normal if unicodedata.category(c) not in _INVISIBLE)
        self[char] = text
        return text


_PLAIN = _Plain()


_UNEVEN = "\ue000"
"""Marks a character that nothing or several characters stand for (no such character is ever normal text)."""


class _Even(dict[int, str]):
    """Characters → the one character that stands for them, as ``str.translate`` asks for them; else the mark."""

    def __missing__(self, code: int) -> str:
        text = _PLAIN[chr(code)]
        self[code] = text if len(text) == 1 else _UNEVEN
        return self[code]


_EVEN = _Even()


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    return {
        a: b for row in read("clause_traditional") for a, b in zip(row["traditional"], row["simplified"], strict=True)
    }


def plain(text: str) -> str:
    """Return a text without blanks, in half width and simplified characters; numbers and tags stay.

    Examples
    --------
    >>> plain("單位 ＣＯ₂ 排放，１．５倍")
    '单位CO2排放,1.5倍'
    """
    return "".join(map(_PLAIN.__getitem__, text))


class Normal(NamedTuple):
    """A normalised text (a tuple, for one is made for every clause).

    Attributes
    ----------
    text : str
        What is left to judge.
    at : sequence of int
        Of every character of ``text``, the index of its original.
    number, tags : str, tuple of str
        What was taken off: the clause number as written, the contents of the bracket tags.
    """

    text: str
    at: Sequence[int]
    number: str = ""
    tags: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the original."""
        return (self.at[start], self.at[end - 1] + 1) if end > start else (0, 0)


@lru_cache(maxsize=_KEPT)
def normalise(text: str) -> Normal:
    """Return the normal form of a clause.

    Examples
    --------
    >>> normal = normalise("1-2. 【大气/限制类】嚴禁新增 燃煤鍋爐。")
    >>> normal.text, normal.number, normal.tags
    ('严禁新增燃煤锅炉。', '1-2.', ('大气/限制类',))
    >>> normal.span(0, 2)
    (13, 15)
    """
    body, at = mapped(text)
    number, begin = "", 0
    if spaced := _SPACED.match(text):
        number = spaced[0].strip()
        begin = len(plain(number))
    tags: list[str] = []
    while True:
        if tag := _TAG.match(body, begin):
            tags.append(tag[1])
            begin = tag.end()
        elif not number and (head := _HEAD.match(body, begin)):
            number, begin = text[at[begin] : at[head.end() - 1] + 1], head.end()
        else:
            break
    if not begin and "【" not in body:
        return Normal(body, at)
    if "【" not in body[begin:]:
        return Normal(body[begin:], at[begin:], number, tuple(tags))
    return _without_tags(body, at, begin, (number, tags))


def numbered(text: str) -> bool:
    """Tell whether a text begins with a clause number, behind bracket tags or not.

    Examples
    --------
    >>> numbered("1-2. 甲应建账。"), numbered("【水】(3)甲应建账。"), numbered("2027年底前建账。")
    (True, True, False)
    """
    body, _ = mapped(text)
    if body.startswith("【"):
        return bool(normalise(text).number)
    return _HEAD.match(body) is not None or _SPACED.match(text) is not None


def mapped(text: str) -> tuple[str, Sequence[int]]:
    """Return the plain text and, of each of its characters, the index of its original."""
    even = text.translate(_EVEN)
    if _UNEVEN not in even:  # nearly every text: nothing was taken out, nothing became two characters
        return even, range(len(text))
    chars: list[str] = []
    at: list[int] = []
    for index, char in enumerate(text):
        for normal in _PLAIN[char]:
            chars.append(normal)
            at.append(index)
    return "".join(chars), at


def _without_tags(body: str, at: Sequence[int], begin: int, head: tuple[str, list[str]]) -> Normal:
    """Take out tags that stand inside or behind a clause."""
    number, tags = head
    kept: list[str] = []
    origin: list[int] = []
    for tag in _TAG.finditer(body, begin):
        tags.append(tag[1])
        kept.append(body[begin : tag.start()])
        origin.extend(at[begin : tag.start()])
        begin = tag.end()
    return Normal("".join([*kept, body[begin:]]), (*origin, *at[begin:]), number, tuple(tags))
