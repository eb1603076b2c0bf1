"""Numbers that are shown before paragraphs and are in no text: the text as a reader sees it, and the way back."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from zoning.checks.table.list_words import half_width
from zoning.clauses.normalise import HEAD

__all__ = ["Shown"]

_HEAD = re.compile(HEAD)
_TAGS = re.compile(r"\s*(?:【[^】]*】\s*)*")


class Shown:
    r"""A text with the numbers that are shown before its paragraphs.

    Examples
    --------
    >>> shown = Shown("应达标。\n应建账。", [(0, "1."), (5, "2.")])
    >>> shown.whole, shown.span(2, 6), shown.number(9)
    ('1.应达标。\n2.应建账。', (0, 4), '2.')
    """

    def __init__(self, text: str, numbers: Sequence[tuple[int, str]]) -> None:
        self.text = text
        self._numbers = [number for _, number in numbers]
        self._gone: list[tuple[int, int]] = []
        parts, last, taken = [], 0, 0
        for at, number in numbers:
            head = _head(number, text[at:])
            parts += [text[last:at], head]
            self._gone.append((at + taken, len(head)))
            last, taken = at, taken + len(head)
        self.whole = "".join([*parts, text[last:]])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the whole stands in the text."""
        return self._back(start), self._back(end)

    def _back(self, place: int) -> int:
        taken = 0
        for at, letters in self._gone:
            if at < place:
                taken += min(letters, place - at)
        return place - taken

    def number(self, start: int) -> str:
        """Return the shown number of the clause that begins at a place of the whole; empty if it has none."""
        last = bisect_right(self._gone, (start, len(self.whole))) - 1
        if last < 0:
            return ""
        at, letters = self._gone[last]
        between = self.whole[at + letters : start]
        return self._numbers[last] if _TAGS.fullmatch(between) else ""


def _head(number: str, text: str) -> str:
    """Return the number as it may be put before a text to be read with it: empty if it would not be known again."""
    if text[:1].isdecimal() and number.endswith("."):
        number = f"{number[:-1]}、"  # «1.» before «2025年» would be a figure
    known = _HEAD.match(half_width(f"{number}{text}"))
    return number if known is not None and known.end() == len(number) else ""
