"""Every packaged table in one line: what it is for, how many rows, and how far they are to be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zoning.content.rows import purposes
from zoning.tables import Row, names, read

__all__ = ["STATUSES", "Overview", "overview"]

STATUSES = ("official-seen", "second-hand", "memory", "ours")
"""How far a row is to be trusted, best first."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One table: name, purpose, rows, and rows by status (none where the table holds no facts)."""

    name: str
    zh: str
    en: str
    rows: int
    statuses: Mapping[str, int]
    extendable: bool

    def purpose(self, lang: str = "zh") -> str:
        """Return what the table is for."""
        return self.en if lang == "en" else self.zh


def overview(own: Mapping[str, Sequence[Row]] | None = None) -> tuple[Overview, ...]:
    """Return all packaged tables in the order of ``table_purposes``, those without a purpose behind.

    Parameters
    ----------
    own : mapping of str to rows
        Tables of a study, counted in place of the packaged ones of the same name.

    Examples
    --------
    >>> first = overview()[0]
    >>> first.name, first.rows, first.statuses["second-hand"]
    ('measures', 95, 40)
    """
    own = own or {}
    said = purposes()
    found = names()
    ordered = (*(name for name in said if name in found), *(name for name in found if name not in said))
    return tuple(_one(name, said.get(name, {}), own.get(name) or read(name)) for name in ordered)


def _one(name: str, purpose: Row, rows: Sequence[Row]) -> Overview:
    counts = Counter(row["status"] for row in rows if "status" in row)
    return Overview(
        name=name,
        zh=purpose.get("zh", ""),
        en=purpose.get("en", ""),
        rows=len(rows),
        statuses={status: counts[status] for status in STATUSES} if counts else {},
        extendable=purpose.get("extendable") == "yes",
    )
