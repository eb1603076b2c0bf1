"""What a sheet of the workbook is before it is painted: tables of plain values under described columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zoning.quantities import convert
from zoning.workbook.fields import Field, fields, with_unit
from zoning.workbook.wide import Spread

_WIDTH = 14.0  # of a ledger column that the table of fields does not know

__all__ = ["Chart", "Column", "Sheet", "Table", "column", "columns", "ledger_column", "ledger_values", "table"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what its header says, and what the data dictionary says about it.

    Attributes
    ----------
    name : str
        Field name (``co2_t``, ``CO2_industry_2020_t``).
    title : str
        Header, unit of measure included.
    unit : str
        Unit of measure of the values; empty for text only.
    kind : str
        How values are shown, see :class:`zoning.workbook.fields.Field`.
    meaning_zh, meaning_en, source : str
        For the data dictionary.
    width : float
        In characters.
    choices : tuple of str
        What a reader may fill in; empty for columns that are only read.
    """

    name: str
    title: str
    unit: str
    kind: str
    meaning_zh: str
    meaning_en: str
    source: str
    width: float
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows under columns. None and NaN are «no data»; codes stay codes until they are painted.

    ``caption`` stands above the header where a sheet has several tables.
    """

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one table of its sheet, drawn by the spreadsheet from the cells, so that it follows them.

    Attributes
    ----------
    title : str
        Above it.
    kind : str
        ``bar`` (lying), ``column``, ``line`` or ``pie``.
    table : int
        Position of the table in the sheet.
    category : str
        Name of the column along the axis.
    values : tuple of str
        Names of the columns that are drawn.
    stacked : bool
        Whether values lie on top of each other.
    rows : int
        First rows that are drawn; 0 draws all.
    """

    title: str
    kind: str
    table: int
    category: str
    values: tuple[str, ...]
    stacked: bool = False
    rows: int = 0


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes
    ----------
    key : str
        ``decisions`` …; its texts have the keys ``book.<key>.tab`` and ``book.<key>.title``.
    lines : tuple of str
        How to read it, and what it found, above the tables.
    tables : tuple of Table
        One below the other; only a single one gets a filter.
    frozen : int
        Columns that stay in sight at the left.
    charts : tuple of Chart
        Below the tables.
    """

    key: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    frozen: int = 0
    charts: tuple[Chart, ...] = ()


def column(entry: Field, lang: str) -> Column:
    """Return the column of an entry in the table of fields."""
    return Column(
        entry.name,
        entry.title(lang),
        entry.unit,
        entry.kind,
        entry.meaning_zh,
        entry.meaning_en,
        entry.source(lang),
        entry.width,
    )


def columns(sheet: str, lang: str) -> tuple[Column, ...]:
    """Return the columns that the table of fields gives a sheet."""
    return tuple(column(entry, lang) for entry in fields(sheet))


def table(sheet: str, records: Iterable[Mapping[Any, Any]], lang: str, caption: str = "") -> Table:
    """Return a table with the columns of a sheet, filled from records by field name; what a record lacks is no data."""
    chosen = columns(sheet, lang)
    return Table(chosen, [tuple(record.get(one.name) for one in chosen) for record in records], caption)


def ledger_column(one: Spread, lang: str) -> Column:
    """Return the column that shows a spread ledger column; its unit of measure is the one for readers (km2 for m2)."""
    known, unit = one.field, _shown_unit(one)
    kind = known.kind if known else ("label" if one.is_text else "number")
    return Column(
        name=one.name,
        title=with_unit(one.title(lang), unit, kind, lang),
        unit=unit,
        kind=kind,
        meaning_zh=known.meaning_zh if known else one.title("zh"),
        meaning_en=known.meaning_en if known else one.title("en"),
        source=one.source,
        width=known.width if known else _WIDTH,
    )


def ledger_values(one: Spread) -> list[Any]:
    """Return the values of a spread ledger column as they are shown: in the unit for readers, classes as codes."""
    if one.is_text:
        return [str(value) for value in one.values]
    if _is_class(one):
        return ["" if math.isnan(value) else str(int(value)) for value in one.values]
    unit = _shown_unit(one)
    factor = 1.0 if unit in ("count", one.unit) else convert(1.0, one.unit, unit)
    return [float(value) * factor for value in one.values]


def _is_class(one: Spread) -> bool:
    return one.field is not None and one.field.kind.startswith("theme.")


def _shown_unit(one: Spread) -> str:
    if one.is_text or _is_class(one):
        return ""
    return one.field.unit if one.field and one.field.unit else one.unit
