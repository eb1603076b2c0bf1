"""What stands in a cell after a review: its words with the marks left in them, held against the edits made there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from zoning.drafts import Edit
from zoning.redline.model import Outcome
from zoning.redline.wording import DEL, INS, ordered, revised, similarity, squeezed

__all__ = ["Found", "Stand", "Standing", "found_in", "judged"]


@dataclass(frozen=True, slots=True)
class Stand:
    """Characters with one mark of ours (``ins``, ``del``) or none (``keep``)."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A cell or paragraph as it stands; ``touched`` names who else changed it and when, as far as the file says."""

    stands: tuple[Stand, ...] = ()
    touched: tuple[tuple[str, str], ...] = ()

    @property
    def accepted(self) -> str:
        """The text with our marks carried out."""
        return "".join(one.text for one in self.stands if one.state != DEL)

    @property
    def rejected(self) -> str:
        """The text with our marks taken back."""
        return "".join(one.text for one in self.stands if one.state != INS)


@dataclass(frozen=True, slots=True)
class Found:
    """Where each edit of a cell stands in a text: ``start:end`` of each, and whether the rest is as it was."""

    spans: tuple[tuple[int, int], ...]
    rest_kept: bool


_OCCURRENCES = 20
"""Places of a surrounding that are tried: it may be a mere full stop."""


def found_in(text: str, old: str, edits: Sequence[Edit]) -> Found:
    """Find the edits of a cell in what stands there now, white space left aside.

    Parameters
    ----------
    text : str
        What stands.
    old : str
        The cell as the edits count in it.
    edits : sequence of Edit
        All edits of the cell.

    Examples
    --------
    >>> from zoning.clauses import Address
    >>> edit = Edit("D1", Address(start=2, end=4), "乙乙", "丙", "U", "S")
    >>> found_in("甲甲丁丁甲", "甲甲乙乙甲", [edit])
    Found(spans=((2, 4),), rest_kept=True)
    """
    edits = ordered(edits)
    at = [number for number, letter in enumerate(text) if not letter.isspace()]
    around = [squeezed(one) for one in _around(old, edits)]
    spans = _anchored(squeezed(text), around, edits)
    kept = spans is not None
    if spans is None:
        spans = _aligned(squeezed(text), old, edits)
    at.append(len(text))
    return Found(tuple((at[start], at[end - 1] + 1 if end > start else at[start]) for start, end in spans), kept)


def _around(old: str, edits: Sequence[Edit]) -> list[str]:
    """Return what stands in front of, between and behind the edits."""
    cuts = [0, *(cut for edit in edits for cut in (edit.at.start, edit.at.end)), len(old)]
    return [old[cuts[number] : cuts[number + 1]] for number in range(0, len(cuts), 2)]


_Spans = tuple[tuple[int, int], ...]


def _anchored(text: str, around: Sequence[str], edits: Sequence[Edit]) -> _Spans | None:
    """Return the spans where everything around the edits is unchanged: those that hold the fewest other words."""

    @cache
    def best(number: int, at: int) -> tuple[int, _Spans] | None:
        if not text.startswith(around[number], at):
            return None
        start = at + len(around[number])
        if number == len(edits):
            return (0, ()) if start == len(text) else None
        choices = []
        for end, cost in _ends(text, start, around[number + 1], edits[number]):
            rest = best(number + 1, end)
            if rest is not None:
                choices.append((cost + rest[0], ((start, end), *rest[1])))
        return min(choices, key=lambda choice: choice[0], default=None)

    result = best(0, 0)
    return None if result is None else result[1]


def _ends(text: str, start: int, behind: str, edit: Edit) -> list[tuple[int, int]]:
    """Return where an edit that begins here may end, with the cost of holding words that are neither new nor old."""
    both = (squeezed(edit.new), squeezed(edit.old))
    ends = [(start + len(words), 0) for words in both if text.startswith(words, start)]
    if not behind:
        return [*ends, (len(text), 1)]
    at = text.find(behind, start)
    while at >= 0 and len(ends) < _OCCURRENCES:
        ends.append((at, 1))
        at = text.find(behind, at + 1)
    last = text.rfind(behind)
    return [*ends, (last, 1)] if last >= start else ends


def _aligned(text: str, old: str, edits: Sequence[Edit]) -> _Spans:
    """Return the spans where the surroundings have changed too, by aligning the letters of both texts."""
    new = revised(old, edits)
    taken_new = similarity(text, new) >= similarity(text, old)
    at, spans = 0, []
    for before, edit in zip(_around(old, edits), edits, strict=False):
        start = at + len(squeezed(before))
        at = start + len(squeezed(edit.new if taken_new else edit.old))
        spans.append((start, at))
    base = squeezed(new if taken_new else old)
    blocks = [block for block in SequenceMatcher(None, base, text, autojunk=False).get_matching_blocks() if block.size]
    mapped = []
    for start, end in spans:
        front = [block.b + start - block.a for block in blocks if block.a < start <= block.a + block.size]
        behind = [block.b + end - block.a for block in blocks if block.a <= end < block.a + block.size]
        earlier = [block.b + block.size for block in blocks if block.a + block.size <= start]
        later = [block.b for block in blocks if block.a >= end]
        low = front[0] if front else max(earlier, default=0)
        high = behind[-1] if behind else min(later, default=len(text))
        mapped.append((low, max(low, high)))
    return tuple(mapped)


def judged(standing: Standing, old: str, edits: Sequence[Edit]) -> list[tuple[Outcome, str, bool]]:
    """Return outcome and standing text of every edit of a cell, in their order, and whether the marks are unclear."""
    edits = ordered(edits)
    views = [
        [text[start:end] for start, end in found_in(text, old, edits).spans]
        for text in (standing.accepted, standing.rejected)
    ]
    return [_judged(edit, taken, back) for edit, taken, back in zip(edits, *views, strict=True)]


def _judged(edit: Edit, taken: str, back: str) -> tuple[Outcome, str, bool]:
    """Judge one edit by what stands with its marks carried out (``taken``) and taken back (``back``)."""
    now, then, new, old = (squeezed(text) for text in (taken, back, edit.new, edit.old))
    if now == then:
        outcome = Outcome.ACCEPTED if now == new else Outcome.REJECTED if now == old else Outcome.REWORDED
        return outcome, taken, False
    if now == new:
        return (Outcome.OPEN if then == old else Outcome.ACCEPTED), taken, False
    if then == old and not now:
        return Outcome.OPEN, back, True
    return Outcome.REWORDED, taken, False
