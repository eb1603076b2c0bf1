"""xlsx and xlsm → RawTable: merged cells filled from their first, formulas marked, nothing linked ever followed."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from zoning.intake import RawCell, RawTable
from zoning.io.read import guard
from zoning.io.read.table.xml_parts import links_of, opened, require_sheets, require_xml
from zoning.io.read.unreadable import unreadable

__all__ = ["read_xlsx", "text_of"]

_CALLS_OUT = re.compile(
    r"HYPERLINK\s*\(|WEBSERVICE\s*\(|\bDDE|\[\d+\]|\[[^\]]+\.xl\w+\]|^=\s*[\w.+]+\s*\|", re.IGNORECASE
)
_At = tuple[int, int]


def read_xlsx(path: Path, file: str, sheet: str = "") -> tuple[RawTable, ...]:
    """Read one sheet, or all: visible ones first, sheets without a value last.

    Of a formula the cached value is taken, its text where there is none, and the cell is marked. Dates are ISO text, a
    number shown as a percentage keeps its sign (``85%``), an error cell its text (``#REF!``). Rows without a value are
    left out; every cell keeps its address.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``, or ``PATH_MISSING`` for a sheet that is not there.
    """
    guard.require_archive(path, file)
    with opened(path, file) as archive:
        require_xml(archive, file)
        require_sheets(archive, file)
        links = links_of(archive)
    book = _load(path, file, cached=False)
    sheets = [one for one in book.worksheets if isinstance(one, Worksheet)]
    names = [str(one.title) for one in sheets]
    if sheet and sheet not in names:
        raise unreadable("PATH_MISSING", file, "layer", layer=sheet, layers="、".join(names))
    chosen = [one for one in sheets if not sheet or one.title == sheet]
    formulas = {str(one.title): _formulas(one) for one in chosen}
    values = _load(path, file, cached=True) if any(formulas.values()) else book
    chosen.sort(key=lambda one: (not _cells(one), one.sheet_state != "visible"))
    return tuple(
        RawTable(
            file=file,
            rows=_rows(values[one.title], formulas[str(one.title)], file),
            sheet=str(one.title),
            links=(*links, *_calls(formulas[str(one.title)])),
        )
        for one in chosen
    )


def _load(path: Path, file: str, *, cached: bool) -> Workbook:
    try:
        with warnings.catch_warnings():
            # A Chinese header or footer makes openpyxl warn; nothing of it is used here.
            warnings.simplefilter("ignore")
            # A damaged part makes openpyxl raise anything, from KeyError to TypeError: hence the wide except.
            return openpyxl.load_workbook(path, data_only=cached, keep_vba=False, keep_links=False)
    except Exception as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error


def _cells(sheet: Worksheet) -> dict[_At, Any]:
    """Cells with something in them; ``iter_rows`` would build every cell of the box around them."""
    return {at: cell for at, cell in sheet._cells.items() if cell.value is not None}  # noqa: SLF001


def _formulas(sheet: Worksheet) -> dict[_At, str]:
    """Text of every formula, by (row, column)."""
    found = {}
    for at, cell in _cells(sheet).items():
        if str(cell.data_type) == "f":
            found[at] = str(getattr(cell.value, "text", None) or cell.value)
    return found


def _calls(formulas: dict[_At, str]) -> list[str]:
    """Addresses of formulas that reach out of the workbook, with what they call."""
    return [
        f"{RawCell('', row, column).address} {text[:60]}"
        for (row, column), text in sorted(formulas.items())
        if _CALLS_OUT.search(text)
    ]


def _rows(sheet: Worksheet, formulas: dict[_At, str], file: str) -> tuple[tuple[RawCell, ...], ...]:
    cells = _cells(sheet)
    taken = sorted({row for row, _ in (*cells, *formulas)})
    width = max((column for _, column in (*cells, *formulas)), default=0)
    guard.require_cells(len(taken) * width, file, "table_cells")
    merged = _merged(sheet, set(taken), width)
    return tuple(
        tuple(_cell((row, column), cells, formulas, merged) for column in range(1, width + 1)) for row in taken
    )


def _merged(sheet: Worksheet, rows: set[int], width: int) -> dict[_At, _At]:
    """Return, for every cell of a merged range that is read, its upper left cell."""
    return {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        if row in rows
        for column in range(area.min_col, min(area.max_col, width) + 1)
    }


def _cell(at: _At, cells: dict[_At, Any], formulas: dict[_At, str], merged: dict[_At, _At]) -> RawCell:
    origin = merged.get(at, at)
    held = cells.get(origin)
    text = formulas.get(origin, "") if held is None else text_of(held.value, str(held.number_format))
    source = RawCell("", *origin).address if origin != at else ""
    return RawCell(text, *at, source, at in formulas)


def text_of(value: object, number_format: str = "") -> str:
    """Return the text of a value of a workbook as a reader of the sheet knows it.

    Examples
    --------
    >>> text_of(350582.0), text_of(0.28, "0%"), text_of(dt.datetime(2021, 4, 12))
    ('350582', '28%', '2021-04-12')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, int | float) and "%" in number_format:
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
