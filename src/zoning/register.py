"""What people say of a result: overrides that sit on top of what was computed, and comments of departments."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.vocab import DecisionCode

__all__ = ["Comment", "Override"]


@dataclass(frozen=True, slots=True)
class Override:
    """A decision of a person about one unit.

    Attributes
    ----------
    id, unit : str
        Identifier of the entry; unit code.
    computed : DecisionCode or None
        The computed decision it was made against; another one now means its evidence changed, and it is re-opened.
    decision : DecisionCode
        What it is to be instead.
    who, date, reason, basis, valid_until, reopen_if : str
        As entered; never empty for who, date and reason.
    """

    id: str
    unit: str
    computed: DecisionCode | None
    decision: DecisionCode
    who: str
    date: str
    reason: str
    basis: str = ""
    valid_until: str = ""
    reopen_if: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment of one department.

    Attributes
    ----------
    file, sheet : str
        Where it stands.
    row, part : int
        Row as the user sees it; which of the comments of its cell it is, from 1.
    department, text : str
        Who says what; ``text`` as written, without the number in front.
    place : str
        What a column of its own says of the clause meant (原条款, 清单条款); "" without one.
    answer : str
        What stands in the column of the answer already; it is the planner's.
    """

    file: str
    sheet: str
    row: int
    part: int
    department: str
    text: str
    place: str = ""
    answer: str = ""

    @property
    def id(self) -> str:
        """Row, and which of the comments of its cell where there are several: ``12``, ``12-2``."""
        return f"{self.row}-{self.part}" if self.part > 1 else str(self.row)
