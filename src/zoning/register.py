"""What people decided: overrides that sit on top of computed decisions, with who, when and why."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.vocab import DecisionCode

__all__ = ["Override"]


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
