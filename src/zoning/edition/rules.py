"""What the table says of a column: kept, rounded, withheld where few enterprises stand behind it, or left out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from zoning.tables import Row, read

__all__ = ["kept", "limit", "rules"]


@cache
def rules(part: str) -> Mapping[str, Row]:
    """Return field → row of one part of the table (``ledger``, ``decisions`` …)."""
    return {row["field"]: row for row in read("edition_rules") if row["part"] == part}


@cache
def kept(part: str) -> tuple[str, ...]:
    """Return the fields of a part that the public edition has at all, in the order of the table."""
    return tuple(rules(part))


def limit(part: str, field: str = "*") -> float:
    """Return a number of a part that is ruled as a whole.

    Examples
    --------
    >>> limit("enterprises")
    3.0
    """
    return float(rules(part)[field]["value"])
