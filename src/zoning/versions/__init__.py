"""Two versions of a list (动态更新): which unit became which, and what became of every clause."""

from zoning.versions.backtest import OUTCOMES, Backtest, Score, UnitOutcome, backtest
from zoning.versions.comparing import compare
from zoning.versions.evidence import Ground, Unit, units_of
from zoning.versions.expectations import Expectation, expected_by_words
from zoning.versions.findings import findings_of
from zoning.versions.model import (
    CARBON_CHANGES,
    RECORD_KINDS,
    UNIT_KINDS,
    Change,
    Comparison,
    EntryChange,
    Pair,
    Record,
    UnitMatch,
)
from zoning.versions.shares import Share
from zoning.versions.similarity import Mark, marks
from zoning.versions.units import match_units

__all__ = [
    "CARBON_CHANGES",
    "OUTCOMES",
    "RECORD_KINDS",
    "UNIT_KINDS",
    "Backtest",
    "Change",
    "Comparison",
    "EntryChange",
    "Expectation",
    "Ground",
    "Mark",
    "Pair",
    "Record",
    "Score",
    "Share",
    "Unit",
    "UnitMatch",
    "UnitOutcome",
    "backtest",
    "compare",
    "expected_by_words",
    "findings_of",
    "marks",
    "match_units",
    "units_of",
]
