"""The carbon state of every unit: what its own clauses say, what it inherits, and which clause decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zoning.audit.case import Case
from zoning.audit.places import cell_of, of_entry
from zoning.clauses import ABOUT_CARBON, CARBON_STATES, Clause, Entry, counts_for_carbon
from zoning.clauses.inheritance import Held
from zoning.errors import Finding

__all__ = ["carbon_records", "carbon_words", "silent_findings"]


def carbon_words(clause: Clause) -> str:
    """Return the words that decided the carbon state of a clause; "" where it is NONE."""
    if clause.label.span is None or clause.label.carbon_state == "NONE":
        return ""
    start, end = clause.label.span
    return clause.text[start:end]


def carbon_records(case: Case, held: Mapping[str, tuple[Held, ...]]) -> tuple[dict[str, Any], ...]:
    """Return one record for each unit: its own state, the inherited one, the best grade, and the clause that decides.

    The strongest state decides, within it the highest grade, then the unit's own clause before inherited ones.

    Examples
    --------
    >>> from zoning.audit.levels import held_by_unit
    >>> from zoning.clauses import AccessList, clauses_of_cell
    >>> city = AccessList("city", clauses_of_cell("未开展碳排放评价的，不予审批。", code="350500", level="city"))
    >>> own = AccessList("unit", clauses_of_cell("应建账。", code="ZH35058220001", level="unit"))
    >>> case = Case((city, own), "2026-01-01")
    >>> row = carbon_records(case, held_by_unit(case))[0]
    >>> row["own_state"], row["inherited_state"], row["level"], row["words"]
    ('NONE', 'CARBON', 'city', '碳排放评价')
    """
    records = []
    for code, several in held.items():
        clauses = [one.clause for one in several if one.certain]
        own = [clause for clause in clauses if clause.code == code]
        above = [clause for clause in clauses if clause.code != code]
        first = max(clauses, key=lambda clause: _weight(clause, code), default=None)
        best = first if first is not None and first.label.carbon_state != "NONE" else None
        records.append(
            {"unit_code": code, "unit_name": case.name(code), "unit_class": case.classes[code],
             "own_state": _state(own), "inherited_state": _state(above) if case.uppers else "",
             "own_carbon": sum(clause.label.carbon_state in ABOUT_CARBON for clause in own),
             "best_grade": max((c.label.grade for c in clauses if c.label.carbon_state in ABOUT_CARBON), default=None),
             "counts": any(counts_for_carbon(clause) for clause in clauses)} | _deciding(best)
        )  # fmt: skip
    return tuple(records)


def _weight(clause: Clause, code: str) -> tuple[int, int, bool]:
    return -CARBON_STATES.index(clause.label.carbon_state), clause.label.grade, clause.code == code


def _state(clauses: Iterable[Clause]) -> str:
    return min((clause.label.carbon_state for clause in clauses), key=CARBON_STATES.index, default="NONE")


def _deciding(clause: Clause | None) -> dict[str, Any]:
    if clause is None:
        return {"level": "", "number": "", "words": "", "text": "", "cell": ""}
    return {"level": clause.level, "number": clause.number, "words": carbon_words(clause), "text": clause.text,
            "cell": cell_of(clause.address)}  # fmt: skip


def silent_findings(case: Case, records: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Return the units for which neither their own clauses nor those above say anything of carbon."""
    found = []
    for row in records:
        silent = row["own_state"] not in ABOUT_CARBON and row["inherited_state"] not in ABOUT_CARBON
        if not silent and row["best_grade"]:
            continue
        held = case.units[row["unit_code"]]
        entry = case.entries.get(row["unit_code"])
        entry = entry or Entry(row["unit_code"], address=held[0].address if held else Entry("").address)
        key = "hortatory" if not silent else "unit" if case.uppers else "alone"
        found.append(of_entry("LIST_CARBON_SILENT", key, entry))
    return tuple(found)
