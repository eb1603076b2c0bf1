"""A clause in force made stronger: its words kept, a date, a body or a number that it lacks asked for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from zoning.clauses import Clause, classify, counts_for_carbon
from zoning.drafts.inputs import Drafting, UnitCase
from zoning.drafts.model import Slot
from zoning.drafts.places import STOPS
from zoning.tables import read

__all__ = ["best_clause", "strengthened"]


def best_clause(unit: UnitCase, basis: Drafting, inherited: Iterable[str]) -> Clause | None:
    """Return the best counting clause of a unit: its own before inherited ones, the highest grade first.

    Parameters
    ----------
    unit : UnitCase
        The unit.
    basis : Drafting
        Its lists.
    inherited : iterable of str
        Levels above it, nearest first.
    """
    for level in ("unit", *inherited):
        source = basis.list_of(level)
        codes = {unit.code} if level == "unit" else None
        clauses = [one for one in (source.clauses if source else ())
                   if counts_for_carbon(one) and (codes is None or one.code in codes)]  # fmt: skip
        if clauses:
            return min(clauses, key=lambda one: (-one.label.grade, one.code, one.dimension, one.ordinal))
    return None


def strengthened(clause: Clause, basis: Drafting) -> tuple[str, tuple[Slot, ...]]:
    """Return a clause with what it lacks of number, date and body as visible gaps; nothing of it is taken away.

    Examples
    --------
    >>> from zoning.clauses import clauses_of_cell
    >>> from zoning.drafts.inputs import Region
    >>> one = clauses_of_cell("供热企业碳排放不得高于0.11吨/吉焦。", code="U", level="unit")[0]
    >>> strengthened(one, Drafting(Region("350582"), 2020, ()))[0]
    '供热企业碳排放不得高于0.11吨/吉焦，在【待核定：期限】前落实到位。'
    """
    stop = clause.text[-1] if clause.text.endswith(tuple(STOPS)) else ""
    body, slots = clause.text[: len(clause.text) - len(stop)], []
    missing = _missing(body, basis.full_grade)
    for row in sorted(read("draft_upgrades"), key=lambda row: int(row["order"])):
        if row["missing"] not in missing:
            continue
        names = row["slot"].split(";")
        own = [_gap(name, basis) for name in names]
        body += "，" + row["clause_zh"].format_map({slot.name: slot.value for slot in own})
        slots += own
    return body + stop, tuple(slots)


def _gap(name: str, basis: Drafting) -> Slot:
    row = basis.slots[name]
    return Slot(name, row["placeholder_when_missing"], row["ledger_column"], filled=False)


def _missing(body: str, full: int) -> tuple[str, ...]:
    """Return what a clause lacks for the full grade: the fewest of number, date and body that would give it.

    The engine's own reading is asked: with which example behind it does the clause reach the full grade?
    """
    rows = sorted(read("draft_upgrades"), key=lambda row: int(row["order"]))
    for count in range(len(rows) + 1):
        for chosen in combinations(rows, count):
            if classify("，".join((body, *(row["probe_zh"] for row in chosen)))).grade >= full:
                return tuple(row["missing"] for row in chosen)
    return tuple(row["missing"] for row in rows)
