"""The whole audit: every check over the lists, its findings and its tables as one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from zoning.audit.carbon import carbon_records, silent_findings
from zoning.audit.case import Case
from zoning.audit.clashing import Compare, clash_findings, clash_records, no_comparison
from zoning.audit.coherent import (
    coherence_findings,
    coherence_records,
    penalties_of,
    penalty_findings,
    penalty_records,
    related,
)
from zoning.audit.copies import copies, copy_findings, repeats
from zoning.audit.deadlines import deadline_findings, deadlines
from zoning.audit.dimensions import coverage, dimension_findings
from zoning.audit.inventory import clause_records, copy_records, deadline_records, law_records, wording_records
from zoning.audit.laws import citations, law_findings
from zoning.audit.levels import held_by_unit, held_records
from zoning.audit.matrices import matrix_of_units, matrix_of_zones
from zoning.audit.references import reference_findings
from zoning.audit.types import type_findings
from zoning.audit.wording import number_findings, pending_findings, weaknesses
from zoning.audit.zones import open_demands, zone_findings, zone_records
from zoning.clauses import AccessList
from zoning.clauses.coherence import Demand
from zoning.content import knowledge_date
from zoning.errors import COLUMNS, Finding, Severity
from zoning.tables import read

__all__ = ["Audit", "audit_case", "audit_lists"]


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    lists, carbon : tuple of AccessList
        What was audited, uppermost level first.
    date : str
        ``YYYY-MM-DD``: as of when.
    findings : tuple of Finding
        Errors, then warnings, then infos; one for each place.
    tables : mapping of str to DataFrame
        ``clauses, coverage, carbon, held, laws, deadlines, copies, wording, clashes, coherence, penalties, zones,
        matrix_units, matrix_zones``; codes stay codes.
    cut : mapping of str to (int, int)
        Tables that hold a part only: how much of how much (clauses of ``held``, units of ``matrix_units``).
    """

    lists: tuple[AccessList, ...]
    date: str
    findings: tuple[Finding, ...]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    carbon: tuple[AccessList, ...] = ()
    cut: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def unhealthy(self) -> bool:
        """Whether there is an error or a warning."""
        return any(one.severity is not Severity.INFO for one in self.findings)


def audit_lists(
    lists: Iterable[AccessList],
    *,
    date: str = "",
    carbon: Iterable[AccessList] = (),
    demands: Iterable[Demand] = (),
    compare: Compare = no_comparison,
    findings: Iterable[Finding] = (),
) -> Audit:
    """Audit lists of one or several levels; the lowest one is judged, the others are what it is held against.

    Parameters
    ----------
    lists : iterable of AccessList
        At most one of a level.
    date : str
        As of when; empty: the state of knowledge of the register of laws.
    carbon : iterable of AccessList
        The user's own texts on carbon.
    demands : iterable of Demand
        Demands on carbon that clauses are held against.
    compare : function
        Finds contradictions and weaker clauses among what units have to keep.
    findings : iterable of Finding
        What reading the files found.

    Examples
    --------
    >>> from zoning.clauses import clauses_of_cell
    >>> text = "2025年底前完成VOCs治理。"
    >>> own = AccessList("unit", clauses_of_cell(text, code="ZH35058220001", level="unit", dimension="P"))
    >>> [str(one.code) for one in audit_lists([own], date="2026-11-20").findings if one.field == "dimension:P"]
    ['DEADLINE_PASSED']
    """
    case = Case(tuple(lists), date or knowledge_date()["value"], tuple(carbon))
    return audit_case(case, demands=demands, compare=compare, findings=findings)


def audit_case(
    case: Case,
    *,
    demands: Iterable[Demand] = (),
    compare: Compare = no_comparison,
    findings: Iterable[Finding] = (),
) -> Audit:
    """Audit lists of which more is known than their words: see :class:`~zoning.audit.case.Case`.

    Parameters
    ----------
    case : Case
        The lists, with the regions and zones of units as geometry has them.
    demands, compare, findings
        As of :func:`audit_lists`.
    """
    dates, cited = deadlines(case.clauses, case.date), citations(case.clauses, case.date)
    pasted, weak = copies(case), weaknesses(case.clauses)
    held = held_by_unit(case)
    states, clashing = carbon_records(case, held), tuple(compare(one for several in held.values() for one in several))
    costly, relating, unmet = penalties_of(case), related(case, demands), open_demands(case, held)
    found = (
        *findings, *type_findings(case), *dimension_findings(case), *copy_findings(pasted), *repeats(case),
        *law_findings(cited), *reference_findings(case), *deadline_findings(dates), *pending_findings(weak),
        *number_findings(case), *silent_findings(case, states), *clash_findings(clashing),
        *coherence_findings(case, relating), *penalty_findings(costly),
        *zone_findings(case, unmet),
    )  # fmt: skip
    records = {
        "clauses": clause_records(case, dates, cited), "coverage": coverage(case), "carbon": states,
        "held": held_records(case, held), "laws": law_records(cited), "deadlines": deadline_records(case, dates),
        "copies": copy_records(pasted), "wording": wording_records(case, weak),
        "clashes": clash_records(case, clashing), "coherence": coherence_records(case, relating),
        "penalties": penalty_records(costly), "zones": zone_records(case, unmet),
    }  # fmt: skip
    by_unit, shown = matrix_of_units(case, relating)
    tables = {name: _frame(rows) for name, rows in records.items()}
    tables |= {"matrix_units": by_unit, "matrix_zones": matrix_of_zones(case, relating)}
    cut = {"held": (len(records["held"]), sum(map(len, held.values()))), "matrix_units": (shown, len(case.units))}
    cut = {name: counts for name, counts in cut.items() if counts[0] < counts[1]}
    return Audit(tuple(case.by_level.values()), case.date, _ordered(found), tables, case.carbon, cut)


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame.from_records(list(rows))


@cache
def _ranks() -> Mapping[str, int]:
    return {row["code"]: int(row["rank"]) for row in read("finding_harm")}


def _ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, harm, kind and place; what is said twice word for word is said once."""
    severities = list(Severity)

    def key(one: Finding) -> tuple[Any, ...]:
        texts = tuple(str(getattr(one, name)) for name in COLUMNS)
        place = one.file, one.layer, one.row is None, one.row or 0, one.field
        return severities.index(one.severity), _ranks()[one.code], one.key, *place, texts

    return tuple(sorted(set(found), key=key))
