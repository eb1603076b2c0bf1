"""What the field knows, as records around pure functions. ``CATALOGUE`` is what a run computes, in this order."""

from zoning.indicators.base import Facts, Indicator, Reference
from zoning.indicators.control import MUTUAL_CONTROL, UnitControl, clauses_over, unit_control
from zoning.indicators.holding import held_over, regions_of, zones_of
from zoning.indicators.noburn import NO_BURN
from zoning.indicators.origin import COMMON_ORIGIN, LOCATED_SHARE
from zoning.indicators.parts import Part, parts_of_units
from zoning.indicators.pressure import PRESSURE, region_state
from zoning.indicators.reach import covered, reached, touches_existing
from zoning.indicators.uncovered import uncovered_records

__all__ = [
    "CATALOGUE",
    "Facts",
    "Indicator",
    "Part",
    "Reference",
    "UnitControl",
    "clauses_over",
    "covered",
    "held_over",
    "parts_of_units",
    "reached",
    "region_state",
    "regions_of",
    "touches_existing",
    "uncovered_records",
    "unit_control",
    "zones_of",
]

CATALOGUE: tuple[Indicator, ...] = (LOCATED_SHARE, PRESSURE, COMMON_ORIGIN, NO_BURN, MUTUAL_CONTROL)
