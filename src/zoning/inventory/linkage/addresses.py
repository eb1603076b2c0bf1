"""Addresses: written one way, the township they name, and how alike two of them are."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["compare_addresses", "normalise_address", "town_of"]

_HAN = r"[\u4e00-\u9fff]{2,3}"
_BEFORE_TOWN = re.compile(rf"^(?:{_HAN}(?:自治区|省))?(?:{_HAN}市)?(?:{_HAN}[市县区])?")
_TOWN = re.compile(r"([\u4e00-\u9fff]{2,6}?(?:街道办事处|街道|镇|乡|开发区|工业区|工业园))")
_NUMBER = re.compile(r"\d+")


@lru_cache(maxsize=200_000)
def normalise_address(text: str) -> str:
    """Return an address without province, city and county, blanks and brackets, in half width.

    Examples
    --------
    >>> normalise_address("福建省泉州市晋江市青阳街道 示例路１２号（厂内）")
    '青阳街道示例路12号厂内'
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())
    shorter = _BEFORE_TOWN.sub("", plain)
    return shorter or plain


def town_of(address: str, town: str) -> str:
    """Return the township: as the row has it, else as its address begins; '' if neither says.

    Examples
    --------
    >>> town_of("晋江市池店镇示例路3号", ""), town_of("", "青阳街道办事处")
    ('池店镇', '青阳街道')
    """
    named = _TOWN.match(normalise_address(town)) or _TOWN.match(normalise_address(address))
    return named.group(1).replace("街道办事处", "街道") if named else normalise_address(town)


@lru_cache(maxsize=200_000)
def _numbers(address: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(address))


def compare_addresses(left: frozenset[str], right: frozenset[str]) -> str:
    """Return ``equal``, ``alike`` (one within the other, with the same numbers), ``differs`` or ``missing``.

    Examples
    --------
    >>> compare_addresses(frozenset({"示例路3号"}), frozenset({"青阳街道示例路3号", "青阳街道大厦9层"}))
    'alike'
    """
    if not left or not right:
        return "missing"
    if any(_numbers(one) for one in left & right):
        return "equal"
    for one in left:
        for other in right:
            if (one in other or other in one) and _numbers(one) and _numbers(one) == _numbers(other):
                return "alike"
    return "alike" if left & right else "differs"
