"""The health of the lists of a result: the audit that planners know from a list by itself, with what geometry adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zoning.audit import Audit, Case, audit_case
from zoning.clauses.comparison import clashes
from zoning.clauses.demands import carbon_demands
from zoning.clauses.inheritance import Chains, Held, Zones, inherited
from zoning.content import knowledge_date
from zoning.indicators import regions_of, zones_of

if TYPE_CHECKING:
    from zoning.result import Result

__all__ = ["audited", "held_of"]

_PLACES = ("province", "city", "county")


def audited(result: Result) -> Audit:
    """Return the audit of the lists of a result, as of the date of its study, else of the state of knowledge.

    Regions and zones of units are those of the layers, so that what units have to keep is what was judged.
    """
    study, frame = result.study, result.units.frame
    chains, zones = _grounds(result)
    date = study.study.date or knowledge_date()["value"]
    named = [study.study.admin_name, *(name for column in _PLACES if column in frame for name in _names(frame[column]))]
    case = Case(
        result.lists,
        date,
        result.plans,
        chains=chains,
        zones=zones,
        places=tuple(sorted({name for name in named if name})),
    )
    return audit_case(case, demands=carbon_demands(lists=result.plans, at=int(date[:4])), compare=clashes)


def held_of(result: Result, code: str) -> tuple[Held, ...]:
    """Return what one unit has to keep: its own clauses, and those of upper lists, the nearest first."""
    return inherited(result.lists, *_grounds(result), units={code}).get(code, ())


def _grounds(result: Result) -> tuple[Chains, Zones]:
    """Return regions and zones of the units as the layers have them."""
    return regions_of(result.units), zones_of(result.ledger, result.study.threshold("zone_share"))


def _names(column: Sequence[object]) -> set[str]:
    return {name for name in column if isinstance(name, str)}
