"""Which tables there are (``tables/department_tables.csv``), what each needs, and how well a header fits one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from zoning.checks.headers import Header, find_header
from zoning.intake import RawTable
from zoning.tables import Row, numbers, read

__all__ = ["fit", "kinds", "layer_name", "looks_like", "names_firms", "required", "roles"]

_TABLES = "department_tables"


@cache
def roles(kind: str) -> tuple[Row, ...]:
    """Return the tables of a kind: one, or one per sheet of a workbook (``tables/department_tables.csv``)."""
    return tuple(row for row in read(_TABLES) if row["kind"] == kind)


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of department tables.

    Examples
    --------
    >>> kinds()[:3]
    ('env_statistics', 'permits', 'carbon_verification')
    """
    return tuple(dict.fromkeys(row["kind"] for row in read(_TABLES)))


def required(row: Row, header: Header | None) -> tuple[str, ...]:
    """Return the fields without which a table cannot be used; of alternatives (``name|code``) the one that is there."""
    names = set(header.columns.values()) if header is not None else set()
    chosen = []
    for entry in row["required"].split(";"):
        alternatives = entry.split("|")
        chosen.append(next((one for one in alternatives if one in names), alternatives[0]))
    return tuple(chosen)


def layer_name(row: Row) -> str:
    """Return the layer of ``tables/field_aliases.csv`` that knows the headers of a table."""
    return ".".join(filter(None, (row["kind"], row["role"])))


def fit(header: Header | None, row: Row) -> float:
    """Share of the typical fields of a table that a header names; 0 without the first required one.

    Where fuels are columns at least one must be there.
    """
    if header is None:
        return 0.0
    names = set(header.columns.values())
    typical = row["typical"].split(";")
    if required(row, header)[0] not in names:
        return 0.0
    if row["fuels"] == "columns" and len(typical) == 1 and not any(name.startswith("fuel:") for name in names):
        return 0.0
    return sum(name in names for name in typical) / len(typical)


def names_firms(raw: RawTable) -> bool:
    """Tell whether a table names enterprises: their industry beside them makes no table of industries.

    Its header is wider than it is deep; a list that explains headers one below the other is none.
    """
    header = find_header(raw.rows, "key_energy_users", {})
    return (
        header is not None
        and len(header.columns) > header.last
        and bool({"name", "code"} & set(header.columns.values()))
    )


def looks_like(raws: Sequence[RawTable], least: float = 0.0) -> Row | None:
    """Return the table of any kind that the sheets look like most, and more than ``least``; None if like none."""
    if least >= 1.0:
        return None
    fits = [
        (fit(find_header(raw.rows, layer_name(row), {}), row), row)
        for raw in raws for row in read(_TABLES)
        if row["kind"] != "energy_balance" or not names_firms(raw)
    ]  # fmt: skip
    share, row = max(fits, key=lambda one: one[0])
    return row if share > least and share >= numbers("thresholds")["kind_fit"] else None
