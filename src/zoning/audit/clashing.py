"""Where the list of a unit and a list above it do not go together: contradictions, and what is weaker than above."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from zoning.audit.case import Case
from zoning.audit.places import cell_of, of_clause, quoted
from zoning.clauses import Clause
from zoning.clauses.comparison import subject_label
from zoning.clauses.inheritance import Held
from zoning.errors import Finding
from zoning.messages import Both, say

__all__ = ["Compare", "Opposed", "clash_findings", "clash_records", "no_comparison"]


class Opposed(Protocol):
    """A clause and one of an upper list that do not go together, as a comparison gives them."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - CONTRADICTION or WEAKER
    @property
    def upper(self) -> Clause: ...  # noqa: D102
    @property
    def lower(self) -> Clause: ...  # noqa: D102
    @property
    def subject(self) -> str: ...  # noqa: D102
    @property
    def upper_words(self) -> str: ...  # noqa: D102
    @property
    def lower_words(self) -> str: ...  # noqa: D102


Compare = Callable[[Iterable[Held]], Iterable[Opposed]]
"""What finds them among the clauses that units have to keep."""


def no_comparison(_held: Iterable[Held]) -> tuple[Opposed, ...]:
    """Return nothing: lists are not compared."""
    return ()


def clash_findings(found: Iterable[Opposed]) -> tuple[Finding, ...]:
    """Return a finding at every lower clause, with the words of both; the same pair of places is said once."""
    seen: dict[tuple[str, str, str], Opposed] = {}
    for one in found:
        seen.setdefault((one.kind, str(one.upper.address), str(one.lower.address)), one)
    return tuple(_finding(one) for one in seen.values())


def _finding(one: Opposed) -> Finding:
    upper, key = one.upper, f"audit.level.{one.upper.level}"
    return of_clause(
        f"LIST_{one.kind}", "", one.lower, level=Both(say(key, "zh"), say(key, "en")),
        upper_number=upper.number or f"#{upper.ordinal}", upper_cell=cell_of(upper.address),
        upper=quoted(upper.text), upper_words=quoted(one.upper_words), words=quoted(one.lower_words),
    )  # fmt: skip


def clash_records(case: Case, found: Iterable[Opposed]) -> tuple[dict[str, Any], ...]:
    """Return one record for each pair."""
    return tuple(_record(case, one) for one in found)


def _record(case: Case, one: Opposed) -> dict[str, Any]:
    return {
        "unit_code": one.lower.code, "unit_name": case.name(one.lower.code), "kind": one.kind,
        "subject": subject_label(one.subject), "level": one.upper.level, "upper_number": one.upper.number,
        "upper_text": one.upper.text, "upper_words": one.upper_words, "lower_number": one.lower.number,
        "lower_text": one.lower.text, "lower_words": one.lower_words, "cell": cell_of(one.lower.address),
    }  # fmt: skip
