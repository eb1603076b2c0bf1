"""Coordinates as people write them: decimal degrees, degrees minutes seconds, and what is neither."""

from __future__ import annotations

import re
import unicodedata

from zoning.checks.table.amounts import number

__all__ = ["decimal_of", "degrees", "suggestion"]

_NUMBER = r"\d+(?:\.\d+)?"
_MARKED = re.compile(
    rf"(?P<d>{_NUMBER})\s*[°度º](?:\s*(?P<m>{_NUMBER})\s*[′'’‘`分](?:\s*(?P<s>{_NUMBER})\s*(?:[″\"”“秒]|[′'’]{{2}})?)?)?"
)
_BARE = re.compile(rf"(?P<d>\d{{1,3}})\s*[-.:：\s]\s*(?P<m>\d{{1,2}})\s*[-.:：\s]\s*(?P<s>{_NUMBER})")
_SIDE = re.compile(r"^(东经|西经|北纬|南纬|经度|纬度|[EWNS])[:：\s]*|\s*([EWNS]|东经|北纬)$", re.IGNORECASE)


def _angle(pattern: re.Pattern[str], text: str) -> float | None:
    match = pattern.fullmatch(_SIDE.sub("", text.strip()).strip())
    if match is None:
        return None
    whole, minutes, seconds = (float(match[name] or 0.0) for name in "dms")
    if minutes >= 60 or seconds >= 60:
        return None
    return whole + minutes / 60 + seconds / 3600


def degrees(text: str) -> float | None:
    """Return decimal degrees of an angle written with its marks; None if it is not.

    Examples
    --------
    >>> degrees("118°34′12″"), degrees("118度34分12秒"), degrees("东经118.57°"), degrees("118-34-12")
    (118.57, 118.57, 118.57, None)
    """
    return _angle(_MARKED, text)


def suggestion(text: str) -> float | None:
    """Return what a text most likely means in decimal degrees, to be named and not taken; None if nothing fits.

    Examples
    --------
    >>> suggestion("118-34-12"), suggestion("118.34.12"), suggestion("118,57"), suggestion("１１８。５７")
    (118.57, 118.57, 118.57, 118.57)
    """
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").strip()
    for pattern, written in ((_MARKED, text), (_MARKED, plain), (_BARE, plain)):
        angle = _angle(pattern, written)
        if angle is not None:
            return round(angle, 6)
    match = re.fullmatch(rf"({_NUMBER}|\d+,\d+)", _SIDE.sub("", plain).strip())
    return float(match[1].replace(",", ".")) if match else None


def decimal_of(text: str) -> float | None:
    """Return the value of a coordinate in any of these forms; None if it is none."""
    try:
        at = number(text)
    except ValueError:
        return suggestion(text)
    return None if at != at else at  # noqa: PLR0124 - NaN: an empty cell
