"""One rule of the lexicon: where in a normal text its words stand, and whether they count there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Hit", "Rule", "part_of"]


def part_of(text: str, start: int, end: int, stops: str = ",;。") -> str:
    """Return the stretch between stops around ``text[start:end]``.

    Examples
    --------
    >>> part_of("甲乙,丙丁,戊", 3, 4)
    '丙丁'
    """
    begin, last = 0, len(text)
    for stop in stops:
        before, after = text.rfind(stop, begin, start), text.find(stop, end, last)
        begin = before + 1 if before >= 0 else begin
        last = after if after >= 0 else last
    return text[begin:last]


class Hit(NamedTuple):
    """Where a rule was found (a tuple, for some dozens are made for every clause)."""

    rule: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled row of the lexicon."""

    id: str
    value: str
    where: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    anywhere: bool = field(init=False)
    """Whether nothing around the words is asked about."""

    def __post_init__(self) -> None:
        """Note whether the rule asks for more than its words."""
        object.__setattr__(self, "anywhere", self.when is None and self.unless is None)

    def first(self, text: str) -> Hit | None:
        """Return the first place where the rule holds, or None."""
        if self.needs and not any(word in text for word in self.needs):
            return None
        search = self.pattern.search
        match = search(text)
        while match is not None:
            start, end = match.span()
            if self.anywhere or self._holds(text, start, end):
                return Hit(self.id, self.value, start, end)
            match = search(text, end if end > start else start + 1)
        return None

    def hits(self, text: str) -> list[Hit]:
        """Return every place where the rule holds."""
        found: list[Hit] = []
        if self.needs and not any(word in text for word in self.needs):
            return found
        search = self.pattern.search
        match = search(text)
        while match is not None:
            start, end = match.span()
            if self.anywhere or self._holds(text, start, end):
                found.append(Hit(self.id, self.value, start, end))
            match = search(text, end if end > start else start + 1)
        return found

    def _holds(self, text: str, start: int, end: int) -> bool:
        around = self._around(text, start, end)
        if self.when is not None and not self.when.search(around):
            return False
        return self.unless is None or not self.unless.search(around)

    def _around(self, text: str, start: int, end: int) -> str:
        if self.where == "hit":
            return text[start:end]
        if self.where == "clause":
            return text
        return part_of(text, start, end, ",;。" if self.where == "part" else ";。")
