"""What every unit has to keep after inheritance: its own clauses and those of the lists above."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from zoning.audit.case import Case
from zoning.audit.places import cell_of
from zoning.clauses.inheritance import Held, inherited
from zoning.tables import numbers

__all__ = ["held_by_unit", "held_records"]


def held_by_unit(case: Case) -> Mapping[str, tuple[Held, ...]]:
    """Return for every unit (or zone) of the audited list what it has to keep, its own clauses first.

    Examples
    --------
    >>> from zoning.clauses import AccessList, Clause
    >>> city = AccessList("city", [Clause("350500", "city", "P", "甲。")])
    >>> own = AccessList("unit", [Clause("ZH35058220001", "unit", "P", "乙。")])
    >>> [one.level for one in held_by_unit(Case((city, own), "2026-01-01"))["ZH35058220001"]]
    ['unit', 'city']
    """
    if not case.by_unit or case.own is None:
        return {}
    if case.own.level != "unit":  # a list by zones: units lie in them, the zones inherit nothing here
        return {code: tuple(Held(code, clause) for clause in own) for code, own in case.units.items()}
    held = inherited(tuple(case.by_level.values()), case.chains, case.zones)
    return {code: held.get(code, ()) for code in case.units}


def held_records(case: Case, held: Mapping[str, tuple[Held, ...]]) -> tuple[dict[str, Any], ...]:
    """Return one record for each unit and clause that it has to keep, with the level the demand comes from.

    The clauses of upper lists come once for every unit: no more than ``audit_held_rows`` records are made.
    """
    every = ((code, one) for code, several in held.items() for one in several)
    return tuple(
        {
            "unit_code": code, "unit_name": case.name(code), "level": one.level, "via": one.via,
            "certain": one.certain, "dimension": one.clause.dimension, "number": one.clause.number,
            "text": one.clause.text, "carbon_state": one.clause.label.carbon_state,
            "grade": one.clause.label.grade, "cell": cell_of(one.clause.address),
        }
        for code, one in islice(every, int(numbers("limits")["audit_held_rows"]))
    )  # fmt: skip
