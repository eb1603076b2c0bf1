"""Up to when the content tables are known: the day by which laws are in force and years are over, never the clock."""

from __future__ import annotations

from functools import cache

from zoning.tables import Row, read

__all__ = ["knowledge_date"]


@cache
def knowledge_date() -> Row:
    """Return the row that says up to when the register of laws is known (``value``, ISO), with its source.

    Examples
    --------
    >>> len(knowledge_date()["value"])
    10
    """
    return next(row for row in read("knowledge_dates") if row["id"] == "as_of")
