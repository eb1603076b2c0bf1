"""Pressure: where a unit's region stands on its path to dated targets; a region's number, labelled as such."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from zoning.indicators.base import Facts, Indicator, Reference
from zoning.ledger import Columns, known_columns
from zoning.tables import read
from zoning.targets import PathState, Targets

__all__ = ["PRESSURE", "region_state"]


@cache
def _order(axis: str) -> tuple[str, ...]:
    rows = [row for row in read("target_indicators") if row["axis"] == axis]
    return tuple(row["indicator"] for row in sorted(rows, key=lambda row: int(row["rank"])))


def region_state(facts: Facts, unit: str, axis: str) -> PathState | None:
    """Return the path of the smallest region of a unit that has a judged target on an axis (``air`` or ``carbon``).

    Among the indicators of that axis the one furthest above its path binds.
    """
    return _state(facts.targets, facts.regions.get(unit, ()), axis) if facts.targets else None


def _state(targets: Targets, regions: tuple[str, ...], axis: str) -> PathState | None:
    for region in regions:
        states = [targets.state(region, name) for name in _order(axis)]
        judged = [state for state in states if state is not None and np.isfinite(state.deviation)]
        if judged:
            return max(judged, key=lambda state: state.deviation)
    return None


def pressure(facts: Facts) -> Columns:
    """Return use ÷ path of the unit's region on the air and on the carbon-and-energy axis, with the binding indicator.

    The path runs straight between dated limits (a limit alone says little: ceilings are set near use). NaN: no target.
    """
    columns: Columns = {}
    for axis in ("air", "carbon"):
        states = [region_state(facts, unit, axis) for unit in facts.ledger.units]
        values = {
            f"pressure_{axis}": np.array([np.nan if state is None else 1 + state.deviation for state in states]),
            f"binding_{axis}": _texts([state.target.indicator if state else "" for state in states]),
            f"binding_region_{axis}": _texts([state.target.region_code if state else "" for state in states]),
        }
        columns |= known_columns(("unit",), "targets", **values)
    return columns


def _texts(values: list[str]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)


PRESSURE = Indicator(
    id="pressure",
    zh="压力（区域性）",
    en="pressure (regional)",
    formula="P = use ÷ path(year of the use); the path runs straight between dated limits",
    unit="1",
    needs=("area",),
    compute=pressure,
    pitfalls_zh="是区域的数，不是单元的数；同一区域内各单元相同",
    pitfalls_en="a number of the region and not of the unit; equal for all units of one region",
    references=(Reference("docs/method.md §3 P", "ours"),),
)
