"""xls (BIFF, Excel 97–2003) → RawTable. The format is read by xlrd, which gives values only: a formula is not seen."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlrd

from zoning.intake import RawCell, RawTable
from zoning.io.read.guard import require_cells
from zoning.io.read.table.xlsx import text_of
from zoning.io.read.unreadable import unreadable

__all__ = ["read_xls"]

_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_At = tuple[int, int]


def read_xls(path: Path, file: str, sheet: str = "") -> tuple[RawTable, ...]:
    """Read one sheet, or all: visible ones first, sheets without a value last; merged cells filled from their first.

    What a cell shows is read; whether a formula stands behind it cannot be seen in this format, nor external links.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``, or ``PATH_MISSING`` for a sheet that is not there.
    """
    content = path.read_bytes()
    book = _open(content, file)
    if sheet and sheet not in book.sheet_names():
        raise unreadable("PATH_MISSING", file, "layer", layer=sheet, layers="、".join(book.sheet_names()))
    links = ("VBA",) if _MACROS in content else ()
    try:
        chosen = [one for one in book.sheets() if not sheet or one.name == sheet]
        chosen.sort(key=lambda one: (one.nrows == 0, one.visibility != 0))
        return tuple(RawTable(file, _rows(book, one, file), sheet=str(one.name), links=links) for one in chosen)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError) as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error


def _open(content: bytes, file: str) -> Any:  # noqa: ANN401 - xlrd has no types
    """Open with the formats, which hold the merged ranges; without them where only they are damaged."""
    reason: Exception | None = None
    for formats in (True, False):
        try:
            return xlrd.open_workbook(
                file_contents=content, formatting_info=formats, ragged_rows=True, logfile=io.StringIO()
            )
        except Exception as error:  # noqa: BLE001 - damaged BIFF makes xlrd raise anything, from struct.error on
            reason = reason or error
    key = "locked" if "encrypted" in str(reason).lower() else ""
    raise unreadable("FILE_UNREADABLE", file, key, reason=reason) from reason


def _rows(book: Any, sheet: Any, file: str) -> tuple[tuple[RawCell, ...], ...]:  # noqa: ANN401
    lengths = [sheet.row_len(row) for row in range(sheet.nrows)]
    width = max(lengths, default=0)
    taken = [row for row in range(sheet.nrows) if any(sheet.row_types(row)[: lengths[row]])]
    require_cells(len(taken) * width, file, "table_cells")
    texts = {
        (row, column): _text(book, sheet.cell_type(row, column), sheet.cell_value(row, column))
        for row in taken
        for column in range(lengths[row])
    }
    merged = _merged(sheet, taken, width, file)
    return tuple(tuple(_cell((row, column), texts, merged) for column in range(width)) for row in taken)


def _merged(sheet: Any, taken: list[int], width: int, file: str) -> dict[_At, _At]:  # noqa: ANN401
    rows, held = set(taken), 0
    origins: dict[_At, _At] = {}
    for row0, row1, column0, column1 in sheet.merged_cells:
        held += max(row1 - row0, 0) * max(column1 - column0, 0)
        require_cells(held, file, "merged_cells")
        origins |= {
            (row, column): (row0, column0)
            for row in range(row0, row1)
            if row in rows
            for column in range(column0, min(column1, width))
        }
    return origins


def _cell(at: _At, texts: dict[_At, str], merged: dict[_At, _At]) -> RawCell:
    origin = merged.get(at, at)
    source = RawCell("", origin[0] + 1, origin[1] + 1).address if origin != at else ""
    return RawCell(texts.get(origin, ""), at[0] + 1, at[1] + 1, source)


def _text(book: Any, kind: int, value: Any) -> str:  # noqa: ANN401
    if kind == xlrd.XL_CELL_DATE:
        try:
            return text_of(xlrd.xldate.xldate_as_datetime(value, book.datemode))
        except (xlrd.xldate.XLDateError, ValueError, OverflowError):
            return text_of(value)
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return text_of(bool(value))
    return text_of(value)
