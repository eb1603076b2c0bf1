"""Pollution equivalents (污染当量): what makes tonnes of different pollutants one number."""

from __future__ import annotations

from zoning.tables import read

__all__ = ["equivalents_per_kg"]


def equivalents_per_kg() -> dict[str, float]:
    """Return species → equivalents per kg (``tables/ap_equivalents.csv``); per tonne it is thousands of them.

    Examples
    --------
    >>> equivalents_per_kg()["PM2.5"]
    0.25
    """
    return {row["species"]: 1.0 / float(row["kg_per_equivalent"]) for row in read("ap_equivalents")}
