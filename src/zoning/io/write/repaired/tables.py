"""Mended tables → copies: a csv that spreadsheets open, a workbook with only the changed cells written anew."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlrd
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException

from zoning.checks.repairs import Change, ChangeKind
from zoning.checks.repairs.changes import change
from zoning.errors import ResultError
from zoning.intake import RawTable
from zoning.io.read.table.spreadsheets import TEXT_SUFFIXES
from zoning.io.write.repaired.placing import placed
from zoning.messages import fault

__all__ = ["copied_formulas", "write_repaired_tables"]

_OUTSIDE = re.compile(r"\[\d+\]|\|")
_QUOTED = re.compile(r'"[^"]*"')


def write_repaired_tables(
    raws: Sequence[RawTable], changes: Sequence[Change], source: Path, target_folder: Path
) -> Path:
    """Write the copy of a file with its mended tables and return where it lies.

    Parameters
    ----------
    raws : sequence of RawTable
        Mended sheets of one file, as :func:`~zoning.checks.repairs.repair_table` gives them.
    changes : sequence of Change
        Theirs; cells that are not listed are taken from the original as they are.
    source : Path
        The original (csv, xlsx, xlsm, xls).
    target_folder : Path
        Another folder than that of the original. A csv is written in the encoding the study declares, else UTF-8 with
        a byte order mark; xlsm and xls become xlsx.

    Raises
    ------
    ResultError
        If the target is the folder of the original, or the copy cannot be written.

    Notes
    -----
    No formula is evaluated and no link followed. Formulas that refer to other files or programs become text, links to
    other workbooks and macros are left out: :func:`copied_formulas` lists it.
    """
    suffix = source.suffix.lower()
    applied = [one for one in changes if one.applied]
    try:
        with placed(source, target_folder) as work:
            if suffix in TEXT_SUFFIXES:
                target = work / source.name
                target.write_bytes(_csv(raws[0]))
            else:
                target = work / f"{source.stem}.xlsx"
                book = _old_book(source) if suffix == ".xls" else _book(source)
                _put(book, raws, applied)
                book.save(target)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IllegalCharacterError,
        xlrd.XLRDError,
    ) as error:
        raise fault(ResultError, "repair.unwritable", file=source, reason=error) from error
    return target_folder / target.name


def _csv(raw: RawTable) -> bytes:
    """Return a table as csv, every cell in its column."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    for line in raw.rows:
        texts = [""] * max((cell.column for cell in line), default=0)
        for cell in line:
            texts[cell.column - 1] = cell.text
        writer.writerow(texts)
    return stream.getvalue().encode(raw.declared.get("encoding") or "utf-8-sig")


def _book(source: Path) -> Workbook:
    """Return the workbook with formulas, without links to others and without macros."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that openpyxl does not carry over
        book = openpyxl.load_workbook(source, keep_links=False, keep_vba=False)
    for cell in _formulas(book):
        if _reaches_out(cell):
            _as_text(cell, str(cell.value))
    return book


def _formulas(book: Workbook) -> list[Cell]:
    return [
        cell
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell, Cell) and cell.data_type == "f"
    ]


def _reaches_out(cell: Cell) -> bool:
    """Tell whether a formula refers to another workbook (``[1]Sheet``) or starts a program (``cmd|'…'!A0``)."""
    return bool(_OUTSIDE.search(_QUOTED.sub("", str(cell.value))))


def _as_text(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = True


def _old_book(source: Path) -> Workbook:
    """Return the values and merged cells of every sheet of an xls; dates stay dates."""
    old = xlrd.open_workbook(source, formatting_info=True, logfile=io.StringIO())
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in old.sheets():
        page = book.create_sheet(sheet.name)
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                _copied(page.cell(row + 1, column + 1), sheet.cell(row, column), old.datemode)
        for top, bottom, left, right in sheet.merged_cells:
            page.merge_cells(start_row=top + 1, end_row=bottom, start_column=left + 1, end_column=right)
    return book


def _copied(cell: Cell | MergedCell, old: Any, datemode: int) -> None:  # noqa: ANN401 - xlrd has no types
    if old.ctype == xlrd.XL_CELL_TEXT and isinstance(cell, Cell):
        _as_text(cell, old.value)
        cell.alignment = Alignment(wrap_text="\n" in old.value)
    elif old.ctype == xlrd.XL_CELL_NUMBER:
        cell.value = int(old.value) if float(old.value).is_integer() else old.value
    elif old.ctype == xlrd.XL_CELL_DATE:
        cell.value = xlrd.xldate_as_datetime(old.value, datemode)
    elif old.ctype == xlrd.XL_CELL_BOOLEAN:
        cell.value = bool(old.value)
    elif old.ctype == xlrd.XL_CELL_ERROR:
        cell.value = xlrd.error_text_from_code.get(old.value, "#N/A")


def _put(book: Workbook, raws: Sequence[RawTable], changes: Sequence[Change]) -> None:
    """Write the changed cells; a text that looks like a formula stays text."""
    known = {raw.sheet for raw in raws}
    for one in changes:
        if one.row is not None and one.layer in known:
            _as_plain(book[one.layer][one.field], one.after)


def _as_plain(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"


def copied_formulas(file: str, source: Path) -> tuple[Change, ...]:
    """Return what has to be said of the formulas of a workbook whose copy is written.

    Parameters
    ----------
    file : str
        Name as the study writes it.
    source : Path
        The original.

    Returns
    -------
    tuple of Change
        One for each formula that became text, and one for all that stayed: the copy holds no results of theirs until a
        spreadsheet has saved it. Empty for other files than xlsx and xlsm.
    """
    if source.suffix.lower() not in (".xlsx", ".xlsm"):
        return ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(source, keep_links=False)
    cells = _formulas(book)
    out = [cell for cell in cells if _reaches_out(cell)]
    listed = [
        change(ChangeKind.ESCAPED, "formula.external",
               {"file": file, "layer": cell.parent.title, "row": cell.row, "field": cell.coordinate,
                "before": str(cell.value), "after": str(cell.value)})
        for cell in out
    ]  # fmt: skip
    if len(cells) > len(out):
        listed.append(change(ChangeKind.FORMAT, "formulas", {"file": file, "before": str(len(cells) - len(out))}))
    return tuple(listed)
