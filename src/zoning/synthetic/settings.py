"""The numbers by which regions are invented, read from ``tables/synthetic_settings.csv``."""

from __future__ import annotations

from functools import cache

from zoning.tables import read

__all__ = ["WRITTEN", "setting"]

WRITTEN = "2021-04-12"  # one day for everything that a file format wants a date for: same values, same bytes


@cache
def setting(name: str) -> float:
    """Return one number of the table.

    Examples
    --------
    >>> setting("key_emitter")
    26000.0
    """
    return next(float(row["value"]) for row in read("synthetic_settings") if row["id"] == name)
