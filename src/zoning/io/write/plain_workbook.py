"""Tables that were read → a workbook with the same words in the same cells: for formats that carry no revisions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from zoning.intake import RawTable
from zoning.io.write.row_heights import height_of
from zoning.messages import say
from zoning.tables import read

__all__ = ["write_plain_workbook", "write_rows"]

_OPTIONS = {
    "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "constant_memory": False,
}  # fmt: skip
_FIXED = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the same bytes every day
_TAB = re.compile(r"[\[\]:*?/\\']")
_TAB_LETTERS = 31
_A3 = 8  # number of the paper in a workbook
_WIDTHS = (8, 50)


def write_plain_workbook(tables: Sequence[RawTable], path: Path) -> tuple[str, ...]:
    """Write tables as text, each on a sheet of its own, merged cells merged; return the names of the sheets."""
    names: list[str] = []
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"created": _FIXED})
        look = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
        for table in tables:
            names.append(_free(table.sheet or say("redline.table"), names))
            sheet = book.add_worksheet(names[-1])
            for column, width in _widths(table).items():
                sheet.set_column(column - 1, column - 1, width)
            for cell in (cell for row in table.rows for cell in row if not cell.merged_from):
                sheet.write_string(cell.row - 1, cell.column - 1, cell.text, look)
            for (row0, column0, row1, column1), text in _merged(table).items():
                sheet.merge_range(row0 - 1, column0 - 1, row1 - 1, column1 - 1, "", look)
                sheet.write_string(row0 - 1, column0 - 1, text, look)
    return tuple(names)


def _free(wanted: str, taken: Sequence[str]) -> str:
    name = _TAB.sub("_", wanted)[:_TAB_LETTERS]
    lower = {one.lower() for one in taken}
    names = (name if at == 1 else f"{name[: _TAB_LETTERS - 3]}_{at}" for at in range(1, len(taken) + 2))
    return next(one for one in names if one.lower() not in lower)


def _widths(table: RawTable) -> dict[int, float]:
    """Return widths that follow the longest line of each column, double for Chinese, between a least and a most."""
    texts: dict[int, list[str]] = {}
    for cell in (cell for row in table.rows for cell in row if not cell.merged_from):
        texts.setdefault(cell.column, []).append(cell.text)
    return {column: _width(group) for column, group in texts.items()}


def _width(texts: Sequence[str]) -> float:
    """Return the width that the longest line of a column asks for, within bounds."""
    longest = max((len(part.encode("gb18030", "replace")) for text in texts for part in text.split("\n")), default=0)
    return min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1])


def _merged(table: RawTable) -> dict[tuple[int, int, int, int], str]:
    """Return the merged ranges of a table, with the text of their first cells."""
    first = {cell.address: cell for row in table.rows for cell in row if not cell.merged_from}
    corners: dict[str, tuple[int, int]] = {}
    for cell in (cell for row in table.rows for cell in row if cell.merged_from in first):
        row, column = corners.get(cell.merged_from, (0, 0))
        corners[cell.merged_from] = (max(row, cell.row), max(column, cell.column))
    ranges = {}
    for address, (row, column) in sorted(corners.items()):
        start = first[address]
        ranges[start.row, start.column, max(row, start.row), max(column, start.column)] = start.text
    return ranges


def _head_colour() -> str:
    return next(row["colour"] for row in read("redline_marks") if row["mark"] == "head")


def write_rows(sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]], path: Path) -> None:
    """Write tables of words, name of the sheet → (header, rows): header frozen and filtered, every cell text."""
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"created": _FIXED})
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": _head_colour()}
        )
        look = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
        for name, (header, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            widths = [_width([title, *(row[column] for row in rows)]) for column, title in enumerate(header)]
            for column, (title, width) in enumerate(zip(header, widths, strict=True)):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, title, head)
            for number, row in enumerate(rows, start=1):
                sheet.set_row(number, height_of(zip(row, widths, strict=True)))
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text, look)
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.set_paper(_A3)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            if rows:
                sheet.autofilter(0, 0, len(rows), len(header) - 1)
