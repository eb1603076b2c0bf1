"""Clause numbers as a list writes them: the one after, and the first of a kind, in the same figures."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["family", "first_number", "next_number"]

_FIGURE = re.compile(r"[0-9０-９]+|[一二三四五六七八九十百]+|[①-⑳⑴-⒇⒈-⒛❶-➓㈠-㈩]")
_LAST_OF_FAMILY = "⑳⒇⒛❿➓㈩"
_FIRST_OF_FAMILY = "①⑴⒈❶➀㈠"
_CHINESE = "零一二三四五六七八九"
_TEN = 10


def family(number: str) -> str:
    """Return a number with every figure made the first of its kind: numbers of one style are equal.

    Examples
    --------
    >>> family("2-3."), family("（三）"), family("⑤")
    ('1-1.', '（一）', '①')
    """
    return _FIGURE.sub(lambda match: _write(match[0], 1), number)


def next_number(number: str) -> str:
    """Return the number after one; "" where its kind of figures has no further one.

    Examples
    --------
    >>> next_number("2-3."), next_number("(9)"), next_number("十九、"), next_number("③"), next_number("⑳")
    ('2-4.', '(10)', '二十、', '④', '')
    """
    figures = list(_FIGURE.finditer(number))
    if not figures or figures[-1][0] in _LAST_OF_FAMILY:
        return ""
    return _last(number, _value(figures[-1][0]) + 1)


def first_number(number: str) -> str:
    """Return the first number of the list that a number belongs to.

    Examples
    --------
    >>> first_number("2-3."), first_number("④"), first_number("1.2.5")
    ('2-1.', '①', '1.2.1')
    """
    return _last(number, 1)


def _last(number: str, value: int) -> str:
    figures = list(_FIGURE.finditer(number))
    if not figures:
        return ""
    match = figures[-1]
    return f"{number[: match.start()]}{_write(match[0], value)}{number[match.end() :]}"


def _value(figure: str) -> int:
    if figure.isdecimal():
        return int(figure)
    tens, ten, ones = figure.rpartition("十")
    if not ten:
        return int(unicodedata.numeric(figure[-1]))
    return _TEN * int(unicodedata.numeric(tens[-1]) if tens else 1) + int(unicodedata.numeric(ones) if ones else 0)


def _write(like: str, value: int) -> str:
    """Write a value in the figures of another."""
    if like.isascii():
        return str(value)
    if like.isdecimal():
        return "".join(chr(ord("０") + int(digit)) for digit in str(value))
    if len(like) == 1 and unicodedata.category(like) == "No":
        base = next(first for first in sorted(_FIRST_OF_FAMILY, reverse=True) if first <= like)
        return chr(ord(base) + value - 1)
    return _chinese(value)


def _chinese(value: int) -> str:
    """Write 1 to 99 in Chinese figures.

    Examples
    --------
    >>> [_chinese(value) for value in (3, 10, 12, 20, 45)]
    ['三', '十', '十二', '二十', '四十五']
    """
    tens, ones = divmod(value, _TEN)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens]}十"
    return f"{head}{_CHINESE[ones] if ones else ''}"
