"""What every unit has to keep after inheritance: its own clauses and those of the lists above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zoning.audit.case import Case
from zoning.audit.places import cell_of
from zoning.clauses import Clause

__all__ = ["Held", "held_by_unit", "held_records"]


@dataclass(frozen=True, slots=True)
class Held:
    """One clause that a unit has to keep."""

    unit: str
    clause: Clause


def held_by_unit(case: Case) -> Mapping[str, tuple[Held, ...]]:
    """Return for every unit what it has to keep, uppermost level first.

    A list above a unit list binds every unit of it; of a list by zones it is not known here which units lie in them.

    Examples
    --------
    >>> from zoning.clauses import AccessList
    >>> lists = (AccessList("city", [Clause("C", "city", "P", "甲。")]),
    ...          AccessList("unit", [Clause("U", "unit", "P", "乙。")]))
    >>> [one.clause.level for one in held_by_unit(Case(lists, "2026-01-01"))["U"]]
    ['city', 'unit']
    """
    if not case.by_unit:
        return {}
    above = [clause for one in case.uppers if one.level != "zone" for clause in one.clauses]
    return {code: tuple(Held(code, clause) for clause in (*above, *own)) for code, own in case.units.items()}


def held_records(case: Case) -> tuple[dict[str, Any], ...]:
    """Return one record for each unit and clause that it has to keep, with the level the demand comes from."""
    return tuple(
        {
            "unit_code": code, "unit_name": case.name(code), "level": one.clause.level,
            "dimension": one.clause.dimension, "number": one.clause.number, "text": one.clause.text,
            "carbon_state": one.clause.label.carbon_state, "grade": one.clause.label.grade,
            "cell": cell_of(one.clause.address),
        }
        for code, held in held_by_unit(case).items() for one in held
    )  # fmt: skip
