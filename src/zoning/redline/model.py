"""What a revision says of itself, and what a reviewer made of every edit of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.errors import Finding

__all__ = ["Cell", "Further", "Outcome", "Review", "Reviewed", "Revision", "Signed"]


@dataclass(frozen=True, slots=True)
class Revision:
    """Who proposes the changes, when, and what stands at the head of the table of changes.

    Attributes
    ----------
    author : str
        Name that a docx shows beside every change.
    date : str
        ISO date, or date and time; never taken from the clock.
    title : str
        Of the table of changes; "" for none.
    example : bool
        Data of an example: said wherever the title stands.
    names : mapping
        Name of a unit by its code.
    evidence : mapping
        What speaks for an edit, by its id, as printed.
    """

    author: str
    date: str
    title: str = ""
    example: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def moment(self) -> str:
        """Date and time as documents write them.

        Examples
        --------
        >>> Revision("甲", "2026-05-04").moment
        '2026-05-04T00:00:00Z'
        """
        return f"{self.date}T00:00:00Z" if len(self.date) == 10 else self.date


class Outcome(StrEnum):
    """What became of an edit: LOST if its place cannot be found any more, OPEN while nobody has decided."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    REWORDED = "REWORDED"
    OPEN = "OPEN"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a reviewer made of one edit.

    Attributes
    ----------
    edit : Edit
        As it was written.
    outcome : Outcome
        Decided by the table of changes first, then by the text that stands.
    text : str
        What stands where the edit was made: new, old, or other words.
    at : Address
        Where it stands now, the whole cell.
    by, when : str
        Who decided, as far as the file says it.
    note : str
        The reviewer's opinion (审核意见).
    similarity : float
        Of what stands to what was proposed, 0 to 1 (shared pairs of characters).
    """

    edit: Edit
    outcome: Outcome
    text: str = ""
    at: Address = field(default_factory=Address)
    by: str = ""
    when: str = ""
    note: str = ""
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Further:
    """A cell or paragraph that the reviewer changed where nothing was proposed; an empty side was not there."""

    at: Address
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that was edited.

    Attributes
    ----------
    sheet, at
        Where it was.
    old : str
        Its text before.
    edits, fitted : tuple of Edit
        In the order of the text: as they were given, and with offsets and words as they count in ``old``.
    place : tuple or None
        Sheet and place where it is now, None if it is lost.
    rows : int
        Paragraphs that it is now, between the tables of a document.
    """

    sheet: str
    at: tuple[int, int]
    old: str
    edits: tuple[Edit, ...]
    fitted: tuple[Edit, ...]
    place: tuple[str, tuple[int, int]] | None = None
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose tracked changes are ours: those of an author, or, if no name is known, all that ``known`` does not hold."""

    author: str = ""
    known: frozenset[tuple[str, str]] = frozenset()

    def ours(self, by: str, when: str) -> bool:
        """Tell whether a change of an author at a time is one of ours."""
        return by == self.author if self.author else (by, when) not in self.known


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewed file read back: every edit in the order it was given, changes beside them, and what is unclear.

    ``cells`` are the edited cells with their places, ``signed`` tells our tracked changes: a clean copy needs both.
    """

    reviewed: tuple[Reviewed, ...]
    further: tuple[Further, ...] = ()
    findings: tuple[Finding, ...] = ()
    cells: tuple[Cell, ...] = ()
    signed: Signed = Signed()

    def count(self, outcome: Outcome) -> int:
        """Return how many edits came out so."""
        return sum(1 for one in self.reviewed if one.outcome == outcome)
