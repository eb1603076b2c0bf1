"""Uncovered tonnes enterprise by enterprise, fuel by fuel: what U_C of a unit consists of."""

from __future__ import annotations

import pandas as pd

from zoning.clauses import counts_for_carbon
from zoning.indicators.base import Facts
from zoning.indicators.control import clauses_over
from zoning.indicators.reach import covered

__all__ = ["UNCOVERED", "uncovered_records"]

UNCOVERED = ("unit", "enterprise", "name", "sector", "fuel", "CO2", "uncovered_lo_t", "uncovered_hi_t", "clauses")
"""Columns of :func:`uncovered_records`."""


def uncovered_records(facts: Facts) -> pd.DataFrame:
    """Return, for every located governable record, the t CO2 that no counting clause reaches, as bounds.

    Over the records of a unit they add up to its ``uncovered_located_co2_lo`` and ``_hi``.

    Parameters
    ----------
    facts : Facts
        Parts of the units, and the lists over them.

    Returns
    -------
    DataFrame
        Columns :data:`UNCOVERED`, t yr-1, most uncovered tonnes (upper bound) first; ``clauses`` counts the clauses
        over the unit that count for carbon. Records whose CO2 is not known are left out.
    """
    over = clauses_over(facts)
    rows = []
    for unit, parts in facts.parts.items():
        counting = [clause for clause in over[unit] if counts_for_carbon(clause)]
        for part in parts:
            if part.located and part.governable and part.co2_known:
                low, high = covered(counting, part)
                left = (part.co2 * (1.0 - high), part.co2 * (1.0 - low))
                rows.append((unit, part.emitter, part.name, part.sector, part.fuel, part.co2, *left, len(counting)))
    frame = pd.DataFrame(rows, columns=list(UNCOVERED))
    keys = ["uncovered_hi_t", "CO2", "unit", "enterprise", "fuel"]
    return frame.sort_values(keys, ascending=[False, False, True, True, True], kind="stable").reset_index(drop=True)
