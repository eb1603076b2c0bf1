"""A sheet of a department table: its columns under our names, the address of every cell, what stands in the titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from zoning.checks.headers import Header
from zoning.checks.table.records import Record, Records
from zoning.intake import RawCell, RawTable
from zoning.study import DepartmentInput
from zoning.vocab import value

__all__ = ["Sheet", "listed_rows"]

_LISTED = 20  # rows in a message; the rest is told as …


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows under our names, where they came from, and what stands in the titles.

    Attributes
    ----------
    kind, role : str
        As in ``tables/department_tables.csv``.
    tag : str
        The kind, with a number for a second file (``permits#2``); first part of every ``ref``.
    raw, header, records : RawTable, Header, Records
        As it was read.
    declared : DepartmentInput
        What the study says of it.
    year : int
        Of rows that have no year of their own.
    said_year : int or None
        Year that the titles say.
    title_unit : str
        Unit that the titles give for the whole table; '' if none.
    """

    kind: str
    role: str
    tag: str
    raw: RawTable
    header: Header
    records: Records
    declared: DepartmentInput
    year: int
    said_year: int | None = None
    title_unit: str = ""

    @cached_property
    def rows(self) -> tuple[Record, ...]:
        """Rows of data, without sums and without the example row of a template."""
        return tuple(record for record in self.records.rows if not _is_example(record))

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Column by field."""
        return {name: column for column, name in self.header.columns.items()}

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """Letter of the column by field."""
        return {name: RawCell("", 0, column).address.removesuffix("0") for name, column in self.columns.items()}

    @cached_property
    def refs(self) -> tuple[str, ...]:
        """Name of every row: ``kind/sheet/row``."""
        head = f"{self.tag}/{self.records.sheet}/"
        return tuple(f"{head}{record.row}" for record in self.rows)

    def texts(self, name: str) -> list[str]:
        """Text of a field in every row; empty where the table has no such column."""
        if name not in self.columns:
            return [""] * len(self.rows)
        return [record.text(name) for record in self.rows]

    def address(self, name: str, row: int) -> str:
        """Address of a cell (``M12``)."""
        return f"{self.letters[name]}{row}" if name in self.letters else ""

    def title(self, name: str) -> str:
        """Header over a field, without line breaks."""
        return self.records.headers.get(name, name).replace("\n", "")

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """Texts of all header rows over a field, from the topmost down («二氧化硫(吨)/排放量»)."""
        first = min((cell.row for cell in self.header.cells.values()), default=0)
        lines = [line for line in self.raw.rows[: self.header.last + 1] if line and line[0].row >= first]
        texts: dict[int, dict[str, None]] = {}
        for cell in (cell for line in lines for cell in line if cell.text):
            texts.setdefault(cell.column, {})["".join(cell.text.split())] = None
        return {name: "/".join(texts.get(column, {})) for name, column in self.columns.items()}

    def at(self, name: str, record: Record, text: str | None = None) -> dict[str, object]:
        """Address of one value, for a finding: file, sheet, row, header, value."""
        found = self.records.where(record, name) | {"field": self.heads.get(name, self.title(name))}
        return found if text is None else found | {"value": text}

    def where(self, name: str = "") -> dict[str, object]:
        """Address of a column, or of the sheet."""
        return self.records.at(name) | {"field": self.heads.get(name, self.title(name)) if name else ""}

    @cached_property
    def repeated_units(self) -> Mapping[int, Mapping[int, str]]:
        """Texts of further columns of units: row → column → text."""
        further = [column for column, name in self.header.repeated.items() if name == "unit"]
        if not further:
            return {}
        return {
            line[0].row: {cell.column: cell.text for cell in line if cell.column in further}
            for line in self.raw.rows[self.header.last + 1 :] if line
        }  # fmt: skip

    def unit_texts(self, name: str) -> list[str]:
        """Return the unit that stands beside the amounts of a field in every row: in the next column of units.

        That is the next one to the right; a table with one column of amounts may have it on either side.
        """
        column = self._unit_column(name)
        if column is None:
            return [""] * len(self.rows)
        if self.columns.get("unit") == column:
            return self.texts("unit")
        return [self.repeated_units.get(record.row, {}).get(column, "") for record in self.rows]

    def _unit_column(self, name: str) -> int | None:
        named = [(column, field) for column, field in self.header.columns.items() if _is_amount(field)]
        units = [column for column, field in (*self.header.columns.items(), *self.header.repeated.items())
                 if field == "unit"]  # fmt: skip
        if not _is_amount(name):
            return next((column for column in units if column == self.columns[name] + 1), None)
        if len(units) == 1 and len(named) == 1:
            return units[0]
        amounts = sorted(column for column, _ in named)
        own = self.columns[name]
        following = next((column for column in amounts if column > own), None)
        right = next((c for c in sorted(units) if c > own and (following is None or c < following)), None)
        beside = right == own + 1 or name not in self.header.units  # a header with a unit needs none farther off
        return right if beside else None


def _is_amount(name: str) -> bool:
    return name.startswith("fuel:") or name in ("amount", "power", "heat", "heat_sold")


def _is_example(record: Record) -> bool:
    first = next((cell.text for cell in record.cells.values() if cell.text), "")
    return value("table_row", first) == "example"


def listed_rows(records: Sequence[Record]) -> str:
    """Return the rows of a finding as its message lists them.

    Examples
    --------
    >>> listed_rows([Record(row, {}) for row in (5, 8)])
    '5、8'
    """
    return "、".join(str(record.row) for record in records[:_LISTED]) + ("…" if len(records) > _LISTED else "")
