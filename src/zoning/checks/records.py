"""RawTable → records: finds the header row, knows the fields in any dialect, keeps the address of every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoning.checks.headers import unknown_headers
from zoning.errors import Finding
from zoning.intake import RawCell, RawTable
from zoning.messages import Both, finding
from zoning.vocab import field_name, normalise_header

__all__ = ["A_NUMBER", "Record", "Records", "number", "records_of"]

A_NUMBER = Both("数字", "a number")


@dataclass(frozen=True)
class Record:
    """One row of a table under our field names."""

    row: int
    cells: Mapping[str, RawCell]

    def text(self, field: str) -> str:
        """Text of a field; empty if the table has no such column."""
        cell = self.cells.get(field)
        return cell.text if cell else ""


@dataclass(frozen=True)
class Records:
    """Rows of a table with what is wrong about its header."""

    file: str
    sheet: str
    rows: tuple[Record, ...]
    fields: tuple[str, ...]
    findings: tuple[Finding, ...]

    def where(self, record: Record, field: str) -> dict[str, object]:
        """Address of one value, for a finding."""
        return {"file": self.file, "layer": self.sheet, "row": record.row, "field": field, "value": record.text(field)}


def records_of(raw: RawTable, layer: str, required: tuple[str, ...], declared: Mapping[str, str]) -> Records:
    """Return the rows below the header, which is the first row that names at least two known fields.

    Empty rows are passed over; a row with another number of filled cells than the header is a finding and kept.
    """
    ours = {normalise_header(header): field for field, header in declared.items()}
    for position, line in enumerate(raw.rows):
        names = {cell.column: _name(cell.text, layer, ours) for cell in line if cell.text}
        if len({name for name in names.values() if name}) >= 2:
            return _below(raw, position, names, layer, required)
    where = {"file": raw.file, "layer": raw.sheet}
    headers = "、".join(cell.text for cell in (raw.rows[0] if raw.rows else ()))
    found = tuple(finding("FIELD_MISSING", where=where | {"field": field}, headers=headers) for field in required)
    return Records(raw.file, raw.sheet, (), (), found)


def _name(header: str, layer: str, declared: Mapping[str, str]) -> str | None:
    return declared.get(normalise_header(header)) or field_name(layer, header)


def _below(
    raw: RawTable, position: int, names: dict[int, str | None], layer: str, required: tuple[str, ...]
) -> Records:
    fields: dict[int, str] = {}
    for column, name in names.items():
        if name is not None and name not in fields.values():
            fields[column] = name
    unknown = [cell.text for cell in raw.rows[position] if cell.text and names[cell.column] is None]
    where = {"file": raw.file, "layer": raw.sheet}
    findings = unknown_headers(where | {"row": raw.rows[position][0].row}, layer, unknown)
    headers = "、".join(cell.text for cell in raw.rows[position] if cell.text)
    for field in required:
        if field not in fields.values():
            findings.append(finding("FIELD_MISSING", where=where | {"field": field}, headers=headers))
    rows = []
    for line in raw.rows[position + 1 :]:
        cells = {fields[cell.column]: cell for cell in line if cell.column in fields}
        if any(cell.text for cell in cells.values()):
            rows.append(Record(line[0].row, cells))
            findings += _formulas(raw, cells)
    return Records(raw.file, raw.sheet, tuple(rows), tuple(fields.values()), tuple(findings))


def _formulas(raw: RawTable, cells: Mapping[str, RawCell]) -> list[Finding]:
    return [
        finding("FORMULA_CELL", where={"file": raw.file, "layer": raw.sheet, "row": cell.row, "field": field,
                                       "value": cell.address})
        for field, cell in cells.items() if cell.formula
    ]  # fmt: skip


def number(text: str) -> float:
    """Return a number as tables write it (``1,234.5``); NaN for an empty cell.

    Raises
    ------
    ValueError
        If it is no number.

    Examples
    --------
    >>> number("1,234.5")
    1234.5
    """
    return float(text.replace(",", "").replace("，", "")) if text else float("nan")
