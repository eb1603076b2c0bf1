"""Two versions of a list (动态更新): which unit became which, and what became of every clause."""

from zoning.versions.comparing import compare
from zoning.versions.evidence import Ground, Unit, units_of
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
from zoning.versions.similarity import marks
from zoning.versions.units import match_units

__all__ = [
    "CARBON_CHANGES",
    "RECORD_KINDS",
    "UNIT_KINDS",
    "Change",
    "Comparison",
    "EntryChange",
    "Ground",
    "Pair",
    "Record",
    "Unit",
    "UnitMatch",
    "compare",
    "marks",
    "match_units",
    "units_of",
]
