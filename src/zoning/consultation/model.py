"""What a department wrote (意见), which clauses it is about, and what the engine proposes to answer."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.clauses import Clause
from zoning.register import Comment

__all__ = ["ACTIONS", "DECISIONS", "Comment", "Matched", "Place", "Suggestion", "Target"]

ACTIONS = ("none", "support", "keep", "delete", "modify", "add", "question")
"""What a comment asks for."""

DECISIONS = ("ADOPT", "PART", "REJECT", "STUDY", "NONE")
"""采纳, 部分采纳, 不采纳, 待研究; NONE where nothing is asked."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as comments name it: code, name, serial number in the list, class."""

    code: str
    name: str = ""
    serial: str = ""
    unit_class: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a comment is about.

    Attributes
    ----------
    notation : str
        ``ZH…|P|2-1|1`` a clause of a unit (code, dimension, number, place in its dimension), ``ZH…|P|`` a dimension of
        it, ``CITY|Z|4.2`` a clause of an upper list, ``ALL|R|`` all units, ``CLASS=KEY||`` those of a class,
        ``PARK=…||`` a park, ``THEME=…||`` all clauses on a theme, ``UNKNOWN:…||`` what the list does not have,
        ``NONE||`` nothing.
    clauses : tuple of Clause
        The clauses meant, as they stand; empty where the list has none.
    """

    notation: str
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """A comment with its targets.

    Attributes
    ----------
    comment : Comment
        The comment.
    targets : tuple of Target
        At least one.
    how : str
        By what they were found: ``code, name, serial, quote, theme, level, all, class, park, none``.
    action : str
        One of :data:`ACTIONS`.
    words : str
        Words of the comment that decided the action.
    proposed : str
        Text that the comment proposes for the clause, whole; "" where it gives none.
    softens : bool
        It asks for less than the clause demands.
    conflicts : tuple of Comment
        Comments of other departments that ask for the opposite of the same clause.
    """

    comment: Comment
    targets: tuple[Target, ...]
    how: str
    action: str
    words: str = ""
    proposed: str = ""
    softens: bool = False
    conflicts: tuple[Comment, ...] = ()

    @property
    def notation(self) -> str:
        """Notations of its targets, joined by ``;``."""
        return ";".join(target.notation for target in self.targets)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses meant."""
        return tuple(clause for target in self.targets for clause in target.clauses)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the engine proposes to answer: one of :data:`DECISIONS` with its reason; a person decides."""

    decision: str
    reason_zh: str
    reason_en: str
