"""xlsx and xlsm → RawTable: merged cells filled from their first, formulas marked, nothing linked ever followed."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from zoning.intake import Met, RawCell, RawTable
from zoning.io.read import guard
from zoning.io.read.table.xml_parts import links_of, opened, parts_beside, require_sheets, require_xml
from zoning.io.read.unreadable import unreadable

__all__ = ["read_xlsx", "text_of"]

_CALLS_OUT = re.compile(
    r"HYPERLINK\s*\(|WEBSERVICE\s*\(|\bDDE|\[\d+\]|\[[^\]]+\.xl\w+\]|^=\s*[\w.+]+\s*\|", re.IGNORECASE
)
_At = tuple[int, int]
_Area = tuple[int, int, int, int]


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
        beside = parts_beside(archive)
    sheets = _load(path, file, cached=False)
    names = [one.title for one in sheets]
    if sheet and sheet not in names:
        raise unreadable("PATH_MISSING", file, "layer", layer=sheet, layers="、".join(names))
    chosen = [
        replace(one, met=(*one.met, *beside.get(one.part, ()))) for one in sheets if not sheet or one.title == sheet
    ]
    formulas = {one.title: one.formulas() for one in chosen}
    values = {one.title: one for one in (_load(path, file, cached=True) if any(formulas.values()) else sheets)}
    chosen.sort(key=lambda one: (not one.cells, not one.visible))
    return tuple(
        RawTable(
            file=file,
            rows=_rows(values[one.title], formulas[one.title], file),
            sheet=one.title,
            links=(*links, *_calls(formulas[one.title])),
            met=one.met,
        )
        for one in chosen
    )


@dataclass(frozen=True)
class _Sheet:
    """Cells with something in them by (row, column), as (value, kind, number format); of a merged range the first."""

    title: str
    visible: bool
    cells: dict[_At, tuple[Any, str, str]]
    merged: tuple[_Area, ...]
    met: tuple[Met, ...] = ()
    part: str = ""

    def formulas(self) -> dict[_At, str]:
        """Text of every formula, by (row, column)."""
        return {
            at: str(getattr(value, "text", None) or value) for at, (value, kind, _) in self.cells.items() if kind == "f"
        }


def _load(path: Path, file: str, *, cached: bool) -> list[_Sheet]:
    try:
        with warnings.catch_warnings():
            # A Chinese header or footer makes openpyxl warn; nothing of it is used here.
            warnings.simplefilter("ignore")
            # A damaged part makes openpyxl raise anything, from KeyError to TypeError: hence the wide except.
            book = openpyxl.load_workbook(
                path, read_only=True, data_only=cached, keep_vba=False, keep_links=False, rich_text=True
            )
            with closing(book):
                return [_parsed(one, cached=cached) for one in book.worksheets if isinstance(one, ReadOnlyWorksheet)]
    except Exception as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error


def _parsed(sheet: ReadOnlyWorksheet, *, cached: bool) -> _Sheet:
    """Return a sheet from the parser of openpyxl: its own sheets style every cell of a merged range, at great cost."""
    book = sheet.parent
    formats = [_format(book, style.numFmtId) for style in book._cell_styles]  # noqa: SLF001
    fonts = [bool(book._fonts[style.fontId].strike) for style in book._cell_styles]  # noqa: SLF001
    cells: dict[_At, tuple[Any, str, str]] = {}
    met = [] if sheet.sheet_state == "visible" else [Met("hidden", str(sheet.title))]
    with sheet._get_source() as source:  # noqa: SLF001
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            data_only=cached,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
            rich_text=True,
        )
        for _, row in parser.parse():
            for cell in row:
                if cell["value"] is not None:
                    at = (cell["row"], cell["column"])
                    crossed = _struck(cell["value"], fonts[cell["style_id"]])
                    met += [Met("struck", RawCell("", *at).address, crossed)] if crossed else []
                    cells[at] = (_plain(cell["value"]), str(cell["data_type"]), formats[cell["style_id"]])
    ranges = parser.merged_cells.mergeCell if parser.merged_cells else ()
    merged = tuple((one.min_row, one.min_col, one.max_row, one.max_col) for one in ranges)
    for row0, column0, row1, column1 in merged:
        for at in product(range(row0, row1 + 1), range(column0, column1 + 1)):
            if at != (row0, column0):
                cells.pop(at, None)
    met += _hidden(parser, cells)
    part = str(sheet._worksheet_path)  # noqa: SLF001
    return _Sheet(str(sheet.title), sheet.sheet_state == "visible", cells, merged, tuple(met), part)


def _plain(value: object) -> Any:  # noqa: ANN401
    """Return a value without the formats of its letters."""
    return str(value) if isinstance(value, CellRichText) else value


def _struck(value: object, whole: bool) -> str:  # noqa: FBT001 - a format of the cell
    """Return what of a text is struck through, all of it or some of its letters."""
    if isinstance(value, CellRichText):
        blocks = [one for one in value if isinstance(one, TextBlock)]
        return "".join(one.text for one in blocks if whole or (one.font is not None and one.font.strike))
    return str(value) if whole and isinstance(value, str) else ""


def _hidden(parser: WorkSheetParser, cells: dict[_At, tuple[Any, str, str]]) -> list[Met]:
    """Return hidden rows and columns that hold something; they are read like the others."""
    rows = {row for row, _ in cells}
    met = [
        Met("hidden", row) for row, given in parser.row_dimensions.items()
        if given.get("hidden") in ("1", "true") and int(row) in rows
    ]  # fmt: skip
    for given in parser.column_dimensions.values():
        if given.get("hidden") in ("1", "true"):
            first, last = int(given["min"]), int(given["max"])
            held = sorted({column for _, column in cells if first <= column <= last})
            met += [Met("hidden", RawCell("", 0, column).address.removesuffix("0")) for column in held]
    return met


def _format(book: Any, number: int) -> str:  # noqa: ANN401 - openpyxl has no useful types
    """Return the number format of a style."""
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(number, "General"))
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])  # noqa: SLF001


def _calls(formulas: dict[_At, str]) -> list[str]:
    """Addresses of formulas that reach out of the workbook, with what they call."""
    return [
        f"{RawCell('', row, column).address} {text[:60]}"
        for (row, column), text in sorted(formulas.items())
        if _CALLS_OUT.search(text)
    ]


def _rows(sheet: _Sheet, formulas: dict[_At, str], file: str) -> tuple[tuple[RawCell, ...], ...]:
    taken = sorted({row for row, _ in (*sheet.cells, *formulas)})
    width = max((column for _, column in (*sheet.cells, *formulas)), default=0)
    guard.require_cells(len(taken) * width, file, "table_cells")
    merged = _merged(sheet, set(taken), width)
    return tuple(
        tuple(_cell((row, column), sheet.cells, formulas, merged) for column in range(1, width + 1)) for row in taken
    )


def _merged(sheet: _Sheet, rows: set[int], width: int) -> dict[_At, _At]:
    """Return, for every cell of a merged range that is read, its upper left cell."""
    return {
        (row, column): (row0, column0)
        for row0, column0, row1, column1 in sheet.merged
        for row in range(row0, row1 + 1)
        if row in rows
        for column in range(column0, min(column1, width) + 1)
    }


def _cell(at: _At, cells: dict[_At, tuple[Any, str, str]], formulas: dict[_At, str], merged: dict[_At, _At]) -> RawCell:
    origin = merged.get(at, at)
    held = cells.get(origin)
    text = formulas.get(origin, "") if held is None else text_of(held[0], held[2])
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
