"""Sheets of department tables: which of a kind's tables each is, its columns under our names, the year it is of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from zoning.checks.headers import Header, find_header
from zoning.checks.table.records import Record, Records, records_of
from zoning.errors import Finding, Severity
from zoning.intake import RawCell, RawTable
from zoning.messages import finding
from zoning.study import DepartmentInput
from zoning.tables import Row, numbers, read
from zoning.vocab import value

__all__ = ["Sheet", "fit", "kinds", "layer_name", "opened", "roles"]

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*年|\s*年度)?(?!\d)")
_UNITS = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s，,；;。]+)")


@cache
def roles(kind: str) -> tuple[Row, ...]:
    """Return the tables of a kind: one, or one per sheet of a workbook (``tables/department_tables.csv``)."""
    return tuple(row for row in read("department_tables") if row["kind"] == kind)


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of department tables.

    Examples
    --------
    >>> kinds()[:3]
    ('env_statistics', 'permits', 'carbon_verification')
    """
    return tuple(dict.fromkeys(row["kind"] for row in read("department_tables")))


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

    def at(self, name: str, record: Record, text: str | None = None) -> dict[str, object]:
        """Address of one value, for a finding: file, sheet, row, header, value."""
        found = self.records.where(record, name) | {"field": self.title(name)}
        return found if text is None else found | {"value": text}

    def where(self, name: str = "") -> dict[str, object]:
        """Address of a column, or of the sheet."""
        return self.records.at(name) | {"field": self.title(name) if name else ""}

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
        if len(units) == 1 and len(named) == 1:
            return units[0]
        amounts = sorted(column for column, _ in named)
        own = self.columns[name]
        following = next((column for column in amounts if column > own), None)
        return next((c for c in sorted(units) if c > own and (following is None or c < following)), None)


def _is_amount(name: str) -> bool:
    return name.startswith("fuel:") or name in ("amount", "power", "heat", "heat_sold")


def _is_example(record: Record) -> bool:
    first = next((cell.text for cell in record.cells.values() if cell.text), "")
    return value("table_row", first) == "example"


@dataclass(frozen=True)
class Opened:
    """The sheets of a file that are tables of its kind, and what is wrong with the file."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = field(default_factory=tuple)


def opened(raws: Sequence[RawTable], declared: DepartmentInput, tag: str, base: int) -> Opened:
    """Return the sheets of a file that are tables of its kind.

    A sheet that is none (cover, explanations) is passed over and named; a file without any is an error.

    Parameters
    ----------
    raws : sequence of RawTable
        All sheets.
    declared : DepartmentInput
        What the study says of the file.
    tag : str
        First part of every ``ref``.
    base : int
        Base year of the study.
    """
    wanted = [raw for raw in raws if not declared.sheet or raw.sheet == declared.sheet]
    chosen = [(raw, _role(raw, declared)) for raw in wanted]
    fitting = [(raw, row) for raw, row in chosen if row is not None]
    if not fitting:
        return Opened((), tuple(_none(wanted, declared)))
    findings = _passed_over([raw for raw, row in chosen if row is None and _holds_rows(raw)])
    sheets = []
    for raw, row in fitting:
        sheet = _sheet(raw, row, (declared, tag, base))
        findings += sheet.records.findings
        if not sheet.records.faulty:
            sheets.append(sheet)
    return Opened(tuple(sheets), tuple(findings))


def _role(raw: RawTable, declared: DepartmentInput) -> Row | None:
    """Return which table of the declared kind a sheet is: one that has all it needs, else one that it looks like."""
    fits = []
    for row in roles(declared.kind):
        header = find_header(raw.rows, layer_name(row), declared.fields)
        share = fit(header, row)
        names = set(header.columns.values()) if header is not None else set()
        fits.append((share > 0 and set(required(row, header)) <= names, share, row))
    whole, share, row = max(fits, key=lambda one: one[:2])
    return row if whole or share >= numbers("thresholds")["kind_fit"] else None


def _none(raws: Sequence[RawTable], declared: DepartmentInput) -> list[Finding]:
    """Say what the table of the kind would need, of the sheet that comes nearest."""
    if not raws:
        where = {"file": declared.path, "layer": declared.sheet, "value": declared.kind}
        return [finding("HEADER_UNKNOWN", "department", where=where, kind=declared.kind, headers="—", wanted="—")]
    row = roles(declared.kind)[0]
    header, raw = max(
        ((find_header(one.rows, layer_name(row), declared.fields), one) for one in raws),
        key=lambda pair: fit(pair[0], row),
    )
    records = records_of(raw, layer_name(row), required(row, header), declared.fields)
    if any(found.severity is Severity.ERROR for found in records.findings):
        return list(records.findings)
    where = {"file": raw.file, "layer": raw.sheet, "value": declared.kind}
    headers = header.texts[:300] if header else "—"
    return [finding("HEADER_UNKNOWN", "department", where=where, kind=row["zh"], headers=headers,
                    wanted=row["typical"].replace(";", "、"))]  # fmt: skip


def _holds_rows(raw: RawTable) -> bool:
    return any(cell.text for line in raw.rows for cell in line)


def _passed_over(raws: Sequence[RawTable]) -> list[Finding]:
    if not raws:
        return []
    where = {"file": raws[0].file, "value": "、".join(raw.sheet for raw in raws)}
    return [finding("HEADER_UNKNOWN", "passed", severity=Severity.INFO, where=where, count=len(raws))]


def _sheet(raw: RawTable, row: Row, about: tuple[DepartmentInput, str, int]) -> Sheet:
    declared, tag, base = about
    layer = layer_name(row)
    header = find_header(raw.rows, layer, declared.fields) or Header({}, {})
    records = records_of(raw, layer, required(row, header), declared.fields)
    titles = _titles(raw, header)
    said = _said_year(titles, raw.sheet)
    year = said or declared.year or base
    return Sheet(row["kind"], row["role"], tag, raw, header, records, declared, year, said, _title_unit(titles))


def _titles(raw: RawTable, header: Header) -> list[str]:
    """Texts above the header."""
    first = min((cell.row for cell in header.cells.values()), default=0)
    above = [line for line in raw.rows if line and line[0].row < first]
    heads = {cell.text for cell in header.cells.values()}
    return [
        cell.text for line in above for cell in line if cell.text and not cell.merged_from and cell.text not in heads
    ]


def _said_year(titles: Sequence[str], sheet: str) -> int | None:
    """Year of the titles, else of the name of the sheet; of several (2019-2021) none."""
    for text in (*titles, sheet):
        years = {int(match[1]) for match in _YEAR.finditer(text)}
        if len(years) == 1:
            return years.pop()
        if years:
            return None
    return None


def _title_unit(titles: Sequence[str]) -> str:
    """Return the unit that the titles give for all columns (单位：万吨标准煤)."""
    units = {match[1] for text in titles for match in _UNITS.finditer(text)}
    return units.pop() if len(units) == 1 else ""
