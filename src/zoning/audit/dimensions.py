"""Dimensions of a list: where a unit says nothing or only encourages, and what stands in the column of another."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

from zoning.audit.case import Case
from zoning.audit.patterns import patterns
from zoning.audit.places import cell_of, of_clause, of_entry, quoted
from zoning.audit.wording import gap_of
from zoning.clauses import Clause, Entry
from zoning.clauses.lexicon import default_lexicon
from zoning.clauses.normalise import plain
from zoning.errors import Finding, Severity
from zoning.messages import Both
from zoning.vocab import label

__all__ = ["ORDER", "coverage", "dimension_findings"]

ORDER = ("S", "P", "R", "Z")
"""Dimensions in the order in which lists print them."""

_WEAK = ("HORTATORY", "STATEMENT")


def coverage(case: Case) -> tuple[dict[str, Any], ...]:
    """Return one record for each unit: how many clauses it has in each dimension, and how many of them bind.

    Examples
    --------
    >>> from zoning.clauses import AccessList, clauses_of_cell
    >>> own = AccessList("unit", clauses_of_cell("应建账。", code="ZH35058220001", level="unit", dimension="P"))
    >>> row = coverage(Case((own,), "2026-01-01"))[0]
    >>> row["unit_class"], row["S"], row["P"], row["missing"]
    ('KEY', 0, 1, 'S;R;Z')
    """
    records = []
    for code, held in case.units.items():
        real = [clause for clause in held if gap_of(clause.text) != "empty"]
        counts = Counter(clause.dimension for clause in real)
        records.append(
            {"unit_code": code, "unit_name": case.name(code), "unit_class": case.classes[code]}
            | {name: counts[name] for name in ORDER}
            | {"clauses": len(real), "binding": sum(clause.label.grade > 0 for clause in real),
               "missing": ";".join(name for name in ORDER if not counts[name])}
        )  # fmt: skip
    return tuple(records)


def dimension_findings(case: Case) -> tuple[Finding, ...]:
    """Return what is missing, what only encourages, and what stands in another column than its words say."""
    found: list[Finding] = []
    columns = _columns(case)
    for code, held in case.units.items():
        for name in ORDER:
            inside = [clause for clause in held if clause.dimension == name]
            if not inside:
                found += _missing(case, code, name, columns)
            elif all(gap_of(clause.text) == "empty" for clause in inside):
                found.append(of_clause("LIST_DIMENSION_MISSING", "placeholder", inside[0], **_dimension(name)))
            elif all(clause.label.modality in _WEAK for clause in inside):
                found.append(of_clause("LIST_DIMENSION_MISSING", "hortatory", inside[0], severity=Severity.INFO,
                                       count=len(inside), **_dimension(name)))  # fmt: skip
    found += [_differs(clause) for clause in case.clauses if _stands_wrong(clause)]
    return tuple(found)


def _columns(case: Case) -> set[str]:
    """Return the dimensions that the audited list has a column for, as far as that is known."""
    return {name for entry in case.entries.values() for name, _ in entry.cells} | {
        clause.dimension for held in case.units.values() for clause in held
    }


def _missing(case: Case, code: str, name: str, columns: set[str]) -> list[Finding]:
    """Return the gap of a unit; a dimension that the whole list lacks is said once, at its first unit."""
    if name not in columns and code != next(iter(case.units)):
        return []
    entry = case.entries.get(code) or Entry(code, address=_somewhere(case, code))
    own = next((address for dimension, address in entry.cells if dimension == name), None)
    place = own or entry.address
    key = "column" if name not in columns else "placeholder" if own and own.end > own.start else "unit"
    slots = _dimension(name) | {"count": len(case.units)}
    return [of_entry("LIST_DIMENSION_MISSING", key, entry, place=place, field=f"dimension:{name}", **slots)]


def _somewhere(case: Case, code: str) -> Any:  # noqa: ANN401 - an Address, or the default of one
    held = case.units[code]
    return held[0].address if held else Entry(code).address


def _dimension(name: str) -> dict[str, Any]:
    return {"dimension": Both(label(name), label(name, "en"))}


def _stands_wrong(clause: Clause) -> bool:
    said = clause.label.dimension
    if not any(cue.rule for cue in clause.label.why("dimension")):
        return False  # no words spoke: the modality alone is too little to doubt a column
    if clause.dimension not in ORDER or said not in ORDER or said == clause.dimension or gap_of(clause.text):
        return False
    return not _speaks_of(clause.text, clause.dimension)


@lru_cache(maxsize=100_000)
def _speaks_of(text: str, dimension: str) -> bool:
    """Whether a clause has words of the column it stands in too, or none of its own beside the titles it cites.

    Lists print what belongs to two columns (碳排放强度, 岸线, 禁燃区内禁止新建) in either: that is no fault.
    """
    own = plain(text)
    for one in patterns("title"):
        own = one.regex.sub("", own)
    hits = default_lexicon().all("dimension", own)
    known = (hit.value == dimension for hit in hits)
    printed = (one.value == dimension and one.regex.search(own) is not None for one in patterns("also_column"))
    return not hits or any(known) or any(printed)


def _differs(clause: Clause) -> Finding:
    cue = next(iter(clause.label.why("dimension")), None)
    words = clause.text[cue.span[0] : cue.span[1]] if cue else ""
    said = clause.label.dimension
    return of_clause(
        "LIST_DIMENSION_DIFFERS", "", clause, **_dimension(clause.dimension),
        said=Both(label(said), label(said, "en")), words=quoted(words) or cell_of(clause.address),
    )  # fmt: skip
