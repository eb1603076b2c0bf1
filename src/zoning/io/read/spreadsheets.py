"""csv and xlsx → RawTable: every cell with its address, merged cells filled from their first cell, formulas marked."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from zoning.intake import RawCell, RawTable
from zoning.io.read.unreadable import unreadable

__all__ = ["read_csv", "read_table", "read_xlsx"]


def read_table(path: Path, file: str, *, sheet: str = "", encoding: str = "") -> tuple[RawTable, ...]:
    """Read a table by its suffix: one RawTable per sheet (csv: one).

    Raises
    ------
    InputError
        If the file is missing, of another format, or corrupt.
    """
    if not path.is_file():
        raise unreadable("PATH_MISSING", file)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return (read_csv(path, file, encoding),)
    if suffix in (".xlsx", ".xlsm"):
        return read_xlsx(path, file, sheet)
    raise unreadable("FILE_UNREADABLE", file, "format", allowed=".csv .xlsx")


def read_csv(path: Path, file: str, encoding: str = "") -> RawTable:
    """Read a csv: declared encoding, else UTF-8 (with or without BOM), else GB18030."""
    content = path.read_bytes()
    text, used = _decode(content, encoding, file)
    rows = tuple(
        tuple(RawCell(cell.strip(), number, column) for column, cell in enumerate(line, start=1))
        for number, line in enumerate(csv.reader(io.StringIO(text)), start=1)
    )
    return RawTable(file=file, rows=rows, encoding=used)


def _decode(content: bytes, declared: str, file: str) -> tuple[str, str]:
    for encoding in [declared] if declared else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    raise unreadable("ENCODING_WRONG", file, encoding=declared or "UTF-8/GB18030")


def read_xlsx(path: Path, file: str, sheet: str = "") -> tuple[RawTable, ...]:
    """Read one sheet, or all; of a formula its cached value is taken, and it is marked."""
    book = _load(path, file, data_only=False)
    names = [sheet] if sheet else book.sheetnames
    if sheet and sheet not in book.sheetnames:
        raise unreadable("PATH_MISSING", file, "layer", layer=sheet, layers="、".join(book.sheetnames))
    sheets = [book[name] for name in names if isinstance(book[name], Worksheet)]
    formulas = {
        (one.title, cell.coordinate) for one in sheets for row in one.iter_rows() for cell in row if _formula(cell)
    }
    if formulas:
        cached = _load(path, file, data_only=True)
        sheets = [cached[one.title] for one in sheets]
    return tuple(_sheet(file, one, formulas) for one in sheets)


def _load(path: Path, file: str, *, data_only: bool) -> Workbook:
    try:
        with warnings.catch_warnings():
            # A Chinese header or footer makes openpyxl warn; nothing of it is used here.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, data_only=data_only)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error


def _formula(cell: Cell | MergedCell) -> bool:
    return str(cell.data_type) == "f"


def _sheet(file: str, sheet: Worksheet, formulas: set[tuple[str, str]]) -> RawTable:
    merged = _merged(sheet)
    rows = tuple(
        tuple(_cell(cell, (sheet.title, cell.coordinate) in formulas, merged) for cell in line)
        for line in sheet.iter_rows()
    )
    return RawTable(file=file, rows=rows, sheet=sheet.title)


def _merged(sheet: Worksheet) -> dict[tuple[int, int], Cell]:
    """Return, for every cell of a merged range, its upper left cell."""
    return {
        (row, column): sheet.cell(area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }


def _cell(cell: Cell | MergedCell, is_formula: bool, merged: dict[tuple[int, int], Cell]) -> RawCell:  # noqa: FBT001
    origin = merged.get((cell.row, cell.column))
    shown = origin.value if origin is not None else cell.value
    from_address = origin.coordinate if origin is not None and origin.coordinate != cell.coordinate else ""
    return RawCell(_text(shown), cell.row, cell.column, from_address, is_formula)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
