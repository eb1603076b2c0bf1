"""What people say of a result: overrides that sit on top of what was computed, and comments of departments."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.vocab import DecisionCode

__all__ = ["ClauseReading", "Comment", "Override", "Register", "Unapplied"]


class _Lasting:
    """An entry that holds until a date."""

    __slots__ = ()
    valid_until: str

    def has_ended(self, as_of: str) -> bool:
        """Tell whether it ran out before a date; "" asks nothing."""
        return bool(as_of and self.valid_until and self.valid_until < as_of)


@dataclass(frozen=True, slots=True)
class Override(_Lasting):
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
        As entered; never empty for who, date and reason. ``valid_until`` is a date, "" without an end.
    evidence : str
        Digest of the evidence at the time of the decision; another one now re-opens it. "" asks nothing.
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
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ClauseReading(_Lasting):
    """How a person reads the carbon state of one clause: ``target`` is ``ZH…|P|2-1``, unit, dimension, number.

    Other fields as those of :class:`Override`; ``computed`` is the carbon state that was computed when it was entered,
    ``state`` what it is to be.
    """

    id: str
    target: str
    computed: str
    state: str
    who: str
    date: str
    reason: str
    basis: str = ""
    valid_until: str = ""
    reopen_if: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Unapplied:
    """An entry that stays in the register and is not applied.

    Attributes
    ----------
    id, kind, target : str
        The entry, as written.
    before, after : str
        Its two values, as written.
    who, date, reason : str
        As written; may be empty.
    why : str
        ``superseded`` by a later entry, ``elsewhere`` (a place of an enterprise is set in the inventory), or
        ``reason, unit, value, date, target, kind``: what is wrong with it.
    by : str
        Entry that superseded it.
    """

    id: str
    kind: str
    target: str
    before: str
    after: str
    who: str
    date: str
    reason: str
    why: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """All entries of a register: at most one decision a unit and one reading a clause, and what is not applied."""

    decisions: tuple[Override, ...] = ()
    readings: tuple[ClauseReading, ...] = ()
    unapplied: tuple[Unapplied, ...] = ()


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
