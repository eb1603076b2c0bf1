"""How an audit knows citations, deadlines, gaps and references: the rows of ``audit_patterns``, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from zoning.tables import read

__all__ = ["Pattern", "patterns"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row: what it looks for in plain text (no blanks, half width), and what it stands for."""

    id: str
    regex: re.Pattern[str]
    value: str


@cache
def patterns(kind: str) -> tuple[Pattern, ...]:
    """Return the patterns of a kind in the order of the table.

    Examples
    --------
    >>> [found[1] for one in patterns("title") for found in one.regex.finditer("按《甲办法》执行")]
    ['甲办法']
    """
    rows = (row for row in read("audit_patterns") if row["kind"] == kind)
    return tuple(Pattern(row["id"], re.compile(row["pattern"]), row["value"]) for row in rows)
