"""Rows of content tables with their addresses, the packaged ones and those of a study alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from zoning.tables import Row, read

__all__ = ["Placed", "Tables", "extendable", "key_columns", "key_of", "packaged", "purposes"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and where it stands: file, row number as a spreadsheet counts it (the header is 1), cells by column."""

    file: str
    row: int
    cells: Row
    user: bool = False


Tables = Mapping[str, Sequence[Placed]]


@cache
def purposes() -> Mapping[str, Row]:
    """Return table → its row of ``table_purposes``: what every packaged table is for.

    Examples
    --------
    >>> purposes()["measures"]["extendable"]
    'yes'
    """
    return {row["table"]: row for row in read("table_purposes")}


def extendable() -> tuple[str, ...]:
    """Return the names of the tables that a study may extend, in the order of ``table_purposes``.

    Examples
    --------
    >>> extendable()[:2]
    ('measures', 'clause_templates')
    """
    return tuple(name for name, row in purposes().items() if row["extendable"] == "yes")


def key_columns(table: str) -> tuple[str, ...]:
    """Return the columns whose cells together name a row of an extendable table; the first is never empty.

    Examples
    --------
    >>> key_columns("fuel_factors")
    ('fuel', 'series')
    """
    return tuple(purposes()[table]["key"].split(";"))


def key_of(table: str, cells: Row) -> str:
    """Return what names a row of a table; several cells are joined by a bar.

    Examples
    --------
    >>> key_of("fuel_factors", {"fuel": "coke", "series": "industry-guides"})
    'coke|industry-guides'
    """
    return "|".join(cells[column] for column in key_columns(table))


def packaged(names: Sequence[str] | None = None) -> dict[str, tuple[Placed, ...]]:
    """Return the packaged tables, all extendable ones by default, every row with its address.

    Examples
    --------
    >>> packaged()["measures"][0].row
    2
    """
    return {
        name: tuple(Placed(f"{name}.csv", number, row) for number, row in enumerate(read(name), start=2))
        for name in (extendable() if names is None else names)
    }
