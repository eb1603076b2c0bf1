"""RawTable → records: finds the header, knows the fields in any dialect, keeps the address of every value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from zoning.checks.headers import Header, find_header, missing_fields, unknown_headers
from zoning.checks.table.amounts import A_NUMBER, number
from zoning.checks.table.cells import Line, filled, formula_texts, formulas, links, ragged, undeclared
from zoning.errors import Finding, Severity
from zoning.intake import RawCell, RawTable
from zoning.messages import finding
from zoning.vocab import normalise_header, value

__all__ = ["Record", "Records", "amount_of", "records_of"]

_SIGNED = re.compile(r"[^\d\s:：]{2,10}[:：]")  # 单位负责人：… 填表人：… below a form
_UNUSED = "unused"  # known columns of a form that no inventory needs
_MAY_BE_EMPTY = ("overrides", "projects", "review", "carbon_verification.process", "carbon_verification.purchased")


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
    """Rows of a table with what is wrong about its header; rows of sums are kept apart."""

    file: str
    sheet: str
    rows: tuple[Record, ...]
    fields: tuple[str, ...]
    findings: tuple[Finding, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    totals: tuple[Record, ...] = ()

    def where(self, record: Record, field: str) -> dict[str, object]:
        """Address of one value, for a finding."""
        return self.at(field) | {"row": record.row, "value": record.text(field)}

    def at(self, field: str = "") -> dict[str, object]:
        """Address of a column by its header in the file, or of the table."""
        return {"file": self.file, "layer": self.sheet, "field": self.headers.get(field, field)}

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.findings)


def records_of(raw: RawTable, layer: str, required: tuple[str, ...], declared: Mapping[str, str]) -> Records:
    """Return the rows below the header, and everything that is wrong with the table whatever it is about.

    Titles above the header, empty rows, repeated headers, and rows that begin with 注, 说明 or 填表人 are passed over;
    rows that begin with 合计 or 小计 are kept apart, so that no sum is taken for one more thing.

    Parameters
    ----------
    raw : RawTable
        Table as it was read.
    layer : str
        Kind of table, for its field names.
    required : tuple of str
        Fields without which it cannot be used.
    declared : mapping
        Header by field, as the study declares it.
    """
    read = [*undeclared(raw), *links(raw)]
    header = find_header(raw.rows, layer, declared)
    if header is None:
        return Records(raw.file, raw.sheet, (), (), (*read, *missing_fields(raw, None, layer, required)))
    lines = [line for line in raw.rows[header.last + 1 :] if not _aside(line, header)]
    lines = lines[1:] if lines and _is_numbering(lines[0]) else lines
    findings = [
        *read,
        *_unknown(raw, header, layer),
        *missing_fields(raw, header, layer, required),
        *_undelivered(raw, header, declared),
        *formulas(raw, lines),
        *formula_texts(raw, lines),
        *ragged(raw, lines, header.width),
    ]
    rows: list[Record] = []
    totals: list[Record] = []
    for line in lines:
        cells = {header.columns[cell.column]: cell for cell in line if cell.column in header.columns}
        if any(cell.text for cell in cells.values()):
            (totals if _is_total(line) else rows).append(Record(line[0].row, cells))
    if not rows and layer not in _MAY_BE_EMPTY:
        findings.append(finding("FILE_UNREADABLE", "norows", where={"file": raw.file, "layer": raw.sheet}))
    fields = tuple(header.columns.values())
    texts = {name: header.named(name) for name in fields}
    return Records(
        raw.file, raw.sheet, tuple(rows), fields, tuple(findings), header.units, texts, tuple(totals)
    )  # fmt: skip


def _aside(line: Line, header: Header) -> bool:
    """Whether a row is none of the data: empty, a remark below the table, or the header printed once more."""
    own = filled(line)
    if not own:
        return True
    first = normalise_header(own[0].text)
    if len(own) <= 2 and value("table_row", first[:2]) == "note":
        return True
    if len(own) > 1 and all(_SIGNED.match(cell.text) for cell in own):
        return True
    repeated = [cell for cell in own if cell.column in header.cells and cell.text == header.cells[cell.column].text]
    return len(own) > 1 and len(repeated) == len(own)


def _is_numbering(line: Line) -> bool:
    """Whether a row numbers the columns of a form (甲, 乙, 1, 2, 3)."""
    texts = [cell.text for cell in filled(line) if value("table_row", cell.text) != "column"]
    counted = [int(text) for text in texts if text.isdecimal()]
    return len(texts) > 2 and len(counted) == len(texts) and counted == list(range(1, len(texts) + 1))


def _is_total(line: Line) -> bool:
    return any(value("table_row", cell.text) == "total" for cell in filled(line)[:2])


def _unknown(raw: RawTable, header: Header, layer: str) -> list[Finding]:
    cells = header.cells
    unknown = [cell.text for column, cell in sorted(cells.items()) if column not in (*header.columns, *header.repeated)]
    where = {"file": raw.file, "layer": raw.sheet}
    findings = unknown_headers(where | {"row": raw.rows[header.last][0].row}, layer, unknown)
    for column, name in header.repeated.items():
        if name == _UNUSED:
            continue
        first = next(at for at, taken in header.columns.items() if taken == name)
        if _differ(raw.rows[header.last + 1 :], first, column):
            shown = f"{cells[first].text}（{_letter(cells[first])}）、{cells[column].text}（{_letter(cells[column])}）"
            findings.append(finding("FIELD_UNKNOWN", "repeated", where=where | {"field": name, "value": shown}))
    return findings


def _undelivered(raw: RawTable, header: Header, declared: Mapping[str, str]) -> list[Finding]:
    """Name headers that the study declares and the table does not have."""
    there = {normalise_header(cell.text) for line in raw.rows[: header.last + 1] for cell in line}
    where = {"file": raw.file, "layer": raw.sheet}
    return [
        finding("FIELD_MISSING", "declared", where=where | {"field": name, "value": text}, headers=header.texts[:300])
        for name, text in declared.items()
        if normalise_header(text) not in there
    ]


def _letter(cell: RawCell) -> str:
    return cell.address.removesuffix(str(cell.row))


def _differ(rows: Sequence[Line], first: int, second: int) -> bool:
    """Whether two columns of one field hold numbers that differ: of names the first column is as good as any."""
    for line in rows:
        by_column = {cell.column: cell.text for cell in line}
        try:
            one, other = number(by_column.get(first, "")), number(by_column.get(second, ""))
        except ValueError:
            return False
        if math.isfinite(other) and one != other:
            return True
    return False


def amount_of(
    records: Records, record: Record, field: str, parse: Callable[[str], float] = number
) -> tuple[float, list[Finding]]:
    """Return the number of a field, NaN and a finding where it is none."""
    try:
        return parse(record.text(field)), []
    except ValueError:
        where = records.where(record, field)
        return math.nan, [finding("VALUE_UNKNOWN", "number", where=where, allowed=A_NUMBER)]
