"""What an old list lets one expect of its revision, by its words alone: the rows of ``backtest_expectations``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zoning.clauses.model import CARBON_STATES, AccessList, Clause
from zoning.messages import Both
from zoning.tables import Row, read
from zoning.versions.evidence import units_of

__all__ = ["Expectation", "expected_by_words"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected of one unit of the old list.

    Attributes
    ----------
    unit : str
        Code in the old list.
    flagged : bool
        Whether a carbon clause was expected to come or to be strengthened.
    reason : str
        Rule that drives it: a rule of the engine, or a row of ``backtest_expectations``.
    dimension : str
        Where the clause was expected; "" where nothing says so.
    sentence : Both
        Why, as a sentence.
    counterfactual : Both or None
        What would change it; None where nothing was asked.
    decision : str
        Decision of the study; "" without one.
    undetermined : tuple of str
        Rules that could not be answered.
    missing : tuple of str
        Text keys of what they lacked.
    """

    unit: str
    flagged: bool
    reason: str
    sentence: Both
    dimension: str = ""
    counterfactual: Both | None = None
    decision: str = ""
    undetermined: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def expected_by_words(one: AccessList) -> tuple[Expectation, ...]:
    """Return what every unit of a list lets one expect, in code order.

    Examples
    --------
    >>> from zoning.clauses import clauses_of_cell
    >>> old = AccessList("unit", clauses_of_cell("禁止新设入河排污口。", code="ZH1", level="unit"))
    >>> [(found.unit, found.flagged, found.reason) for found in expected_by_words(old)]
    [('ZH1', True, 'SILENT')]
    """
    rows = {(row["strongest_state"], row["binding"]): row for row in read("backtest_expectations")}
    return tuple(_expected(code, unit.clauses, rows) for code, unit in units_of(one).items())


def _expected(code: str, clauses: Sequence[Clause], rows: Mapping[tuple[str, str], Row]) -> Expectation:
    states = {clause.label.carbon_state for clause in clauses}
    strongest = next((state for state in CARBON_STATES if state in states), "")
    binding = any(clause.label.grade for clause in clauses if clause.label.carbon_state == strongest)
    row = rows.get((strongest, "yes" if binding else "no")) or rows.get((strongest, "any")) or rows["", ""]
    return Expectation(code, row["flag"] == "yes", row["id"], Both(row["zh"], row["en"]))
