"""Sheets → xlsx. The only place that knows xlsxwriter.

Text is always written as text: no cell becomes a formula or a link, whatever the user's files contain. A number that is
absent leaves a grey blank cell, never 0. The bytes depend on the sheets alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from zoning.messages import say
from zoning.symbology import Look, packaged_look
from zoning.workbook.charts import draw_charts
from zoning.workbook.fields import code_label
from zoning.workbook.sheet import Column, Sheet, Table

__all__ = ["CELL_LIMIT", "Formats", "clean", "paint"]

CELL_LIMIT = 32_767  # characters of a cell, as Excel counts them (UTF-16)
_MOST_ROWS = 1_048_000  # of a table; Excel has 1,048,576 rows, some of them above it
_TAB_LIMIT = 31
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # a fixed date, so that equal results give equal bytes
_HEAD_WIDTH = 130  # characters over which the lines above a table are laid
_PAGE_WIDTH = 210  # characters across an A3 page that are still read with ease
_INK, _PAPER, _HEADER, _RULE, _BLANK, _MARK = "#1F2933", "#FFFFFF", "#DCE6EC", "#B8C4CC", "#ECECEC", "#B3261E"
_FILL_IN = "#FFF6CC"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMATS = {
    "number": "[>=1000]#,##0;[<=-1000]-#,##0;#,##0.0##",
    "integer": "#,##0",
    "share": "0.0%",
    "ratio": "0.00",
    "small": "0.0000",
    "science": "0.0E+00",
    "year": "0",
}
_MARKS: dict[str, dict[str, Any]] = {
    "same": {},
    "removed": {"font_color": "#A3211A", "font_strikeout": True},
    "added": {"font_color": "#14562B", "underline": 1},
}
_FORMULA_STARTS = ("=", "+", "-", "@")


class Formats:
    """Fonts and cell formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self._book = book
        self._base = {
            "font_name": "Calibri" if lang == "en" else "微软雅黑",
            "font_size": 10,
            "font_color": _INK,
            "valign": "top",
        }
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **properties: Any) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Return the format with these properties over the base of the workbook."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(self._base | properties)
        return self._made[key]

    def cell(self, kind: str, fill: str = "", *, quoted: bool = False) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Return the format of a body cell: by kind, on a fill; quoted text stays text when it is edited."""
        look: dict[str, Any] = {"border": 1, "border_color": _RULE}
        if kind in _FORMATS:
            look |= {"num_format": _FORMATS[kind], "align": "right"}
        else:
            look |= {"num_format": "@", "text_wrap": kind != "code", "align": "left"}
        if fill:
            look |= {"bg_color": fill, "font_color": _readable(fill)}
        if quoted:
            look |= {"quote_prefix": True}
        return self.of(**look)


@cache
def _readable(fill: str) -> str:
    """Return ink or paper, whichever stands out more from a fill (contrast ratio of WCAG 2.1)."""
    ground, ink, paper = (_luminance(colour) + 0.05 for colour in (fill, _INK, _PAPER))
    return _PAPER if paper / ground > ground / ink else _INK


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def clean(text: str, lang: str = "zh") -> str:
    r"""Return text that a cell can hold: no control characters, no more characters than Excel allows.

    Examples
    --------
    >>> clean("a\x00b\r\nc")
    'ab\nc'
    >>> len(clean("长" * 40_000)) <= CELL_LIMIT
    True
    """
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _length(text) <= CELL_LIMIT:
        return text
    rest = say("book.cut", lang)
    kept = text.encode("utf-16-le")[: 2 * (CELL_LIMIT - _length(rest))].decode("utf-16-le", errors="ignore")
    return kept + rest


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def paint(
    sheets: Sequence[Sheet], path: Path, lang: str, *, study: str, example: bool, look: Look | None = None
) -> None:
    """Write the sheets into one workbook, in their order.

    Parameters
    ----------
    sheets : sequence of Sheet
        What to show.
    path : Path
        File to write.
    lang : str
        ``zh`` or ``en``.
    study : str
        Name of the study, in the title row and footer of every sheet.
    example : bool
        Print the mark of example data in the title row and header of every sheet.
    look : Look, optional
        Look of the study; the packaged one if it is not given.
    """
    look = look or packaged_look()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": clean(study), "created": _CREATED})
        formats = Formats(book, lang)
        mark = say("legend.example", lang) if example else ""
        for sheet in sheets:
            tab = say(f"book.{sheet.key}.tab", lang)[:_TAB_LIMIT]
            painter = _Painter(book.add_worksheet(tab), formats, look, lang)
            painter.sheet(sheet, study, mark)
            draw_charts(book, painter.page, sheet, painter.below, (look, lang))


class _Painter:
    """Paints one sheet from its first row to its last (the memory of a row is given back when the next begins)."""

    def __init__(self, page: Any, formats: Formats, look: Look, lang: str) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._page, self._formats, self._look, self._lang, self._row = page, formats, look, lang, 0
        self._widths: list[float] = []
        self._tops: list[int] = []

    @property
    def page(self) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Sheet that is painted."""
        return self._page

    @property
    def below(self) -> tuple[tuple[int, ...], int]:
        """Header row of every table, and the first row below them all."""
        return tuple(self._tops), self._row

    def sheet(self, sheet: Sheet, study: str, mark: str) -> None:
        """Paint the title, the lines, and the tables one below the other."""
        self._widths = widths = _widths(sheet)
        for number, width in enumerate(widths):
            self._page.set_column(number, number, width)
        self._title(say(f"book.{sheet.key}.title", self._lang), study, mark)
        lines = sheet.lines + ((say("book.blank", self._lang),) if _has_gap(sheet) else ())
        longest = max((len(table.rows) for table in sheet.tables), default=0)
        if longest > _MOST_ROWS:
            lines += (say("book.too_long", self._lang, rows=longest, shown=_MOST_ROWS),)
        for line in lines:
            self._line(line, _head(widths))
        for table in sheet.tables:
            self._table(table, alone=len(sheet.tables) == 1, frozen=sheet.frozen)
        self._print_setup(sum(widths), sheet.frozen, study, mark)

    def _title(self, title: str, study: str, mark: str) -> None:
        strong = self._formats.of(bold=True, font_size=14, valign="vcenter")
        red = self._formats.of(bold=True, font_size=14, font_color=_MARK, valign="vcenter")
        self._page.set_row(0, 26)
        text = clean(f"{title} · {study}")
        if mark:
            self._page.write_rich_string(0, 0, strong, text, red, f"  【{mark}】", strong)
        else:
            self._page.write_string(0, 0, text, strong)
        self._row = 1

    def _line(self, line: str, head: Sequence[float]) -> None:
        look = self._formats.of(text_wrap=True, font_color="#4A5560")
        text = clean(line)
        if len(head) > 1:
            self._page.merge_range(self._row, 0, self._row, len(head) - 1, "", look)
        self._page.write_string(self._row, 0, text, look)
        self._page.set_row(self._row, _height(_lines(text, sum(head))))
        self._row += 1

    def _table(self, table: Table, *, alone: bool, frozen: int) -> None:
        if table.caption:
            self._row += 1
            self._page.write_string(self._row, 0, clean(table.caption), self._formats.of(bold=True, font_size=11))
            self._row += 1
        top = self._row
        self._tops.append(top)
        self._header(table)
        self._choices(table)
        for values in table.rows[:_MOST_ROWS]:
            self._page.set_row(self._row, _height(self._tallest(table.columns, values)))
            for number, (column, value) in enumerate(zip(table.columns, values, strict=True)):
                self._cell(number, column, value)
            self._row += 1
        if alone and table.columns:
            self._page.autofilter(top, 0, max(self._row - 1, top), len(table.columns) - 1)
            self._page.freeze_panes(top + 1, frozen)
            self._page.repeat_rows(top)

    def _choices(self, table: Table) -> None:
        """Offer what may be filled in as a list in the cell, and mark such columns."""
        for at, column in enumerate(table.columns):
            if column.choices and table.rows:
                rule = {"validate": "list", "source": list(column.choices)}
                self._page.data_validation(self._row, at, self._row + len(table.rows) - 1, at, rule)

    def _header(self, table: Table) -> None:
        look = self._formats.of(
            bold=True, text_wrap=True, bg_color=_HEADER, border=1, border_color=_RULE, valign="vcenter"
        )
        # Bold letters are wider, and the button of the filter takes its place.
        widths = [0.9 * width - 1 for width in self._widths]
        titles = [_lines(column.title, width) for column, width in zip(table.columns, widths, strict=False)]
        self._page.set_row(self._row, _height(max(titles, default=1)))
        for number, column in enumerate(table.columns):
            self._page.write_string(self._row, number, clean(column.title), look)
        self._row += 1

    def _cell(self, at: int, column: Column, value: Any) -> None:  # noqa: ANN401 - any plain value
        kind, absent = column.kind, _is_absent(value)
        if kind in _FORMATS and absent:
            self._page.write_blank(self._row, at, None, self._formats.cell(kind, _BLANK))
        elif kind in _FORMATS:
            self._page.write_number(self._row, at, value, self._formats.cell(kind))
        else:
            text = "" if absent else clean(self._shown(kind, value), self._lang)
            fill = (
                self._look.symbol(kind.removeprefix("theme."), value).fill if kind.startswith("theme.") and text else ""
            )
            fill = fill or (_FILL_IN if column.choices else "")
            look = self._formats.cell(kind, fill, quoted=text.startswith(_FORMULA_STARTS))
            if kind == "marks" and text and self._marked(at, value, look):
                return
            self._page.write_string(self._row, at, text, look)

    def _marked(self, at: int, pieces: Sequence[tuple[str, str]], look: Any) -> bool:  # noqa: ANN401 - xlsxwriter has no types
        """Write text with its differences marked; False where it has none or is too long for a cell."""
        shown = [(clean(text, self._lang), kind) for text, kind in pieces]
        parts = [part for text, kind in shown if text for part in (self._formats.of(**_MARKS[kind]), text)]
        if len(parts) <= 2 or sum(_length(text) for text, _ in shown) > CELL_LIMIT:
            return False
        return bool(self._page.write_rich_string(self._row, at, *parts, look) == 0)

    def _tallest(self, columns: Sequence[Column], values: Sequence[Any]) -> int:
        """Return how many lines the fullest cell of a row takes: not every program finds out when it opens the file."""
        shown = (
            _lines(self._shown(column.kind, value), width)
            for column, value, width in zip(columns, values, self._widths, strict=False)
            if column.kind not in _FORMATS and not _is_absent(value)
        )
        return max(shown, default=1)

    def _shown(self, kind: str, value: Any) -> str:  # noqa: ANN401 - any plain value
        if kind.startswith("theme.") and value != "":
            return self._look.symbol(kind.removeprefix("theme."), value).label(self._lang)
        if kind == "flag":
            return say("book.yes" if value else "book.no", self._lang)
        if kind == "marks":
            return "".join(text for text, _ in value)
        return code_label(str(value), self._lang) if kind == "label" else str(value)

    def _print_setup(self, width: float, frozen: int, study: str, mark: str) -> None:
        """Set up printing: A4 or A3 across; what is wider goes over several pages that repeat the first columns."""
        self._page.set_landscape()
        self._page.set_paper(8 if width > _HEAD_WIDTH else 9)  # A3, A4
        self._page.fit_to_pages(math.ceil(width / _PAGE_WIDTH), 0)
        if frozen and width > _PAGE_WIDTH:
            self._page.repeat_columns(0, frozen - 1)
        self._page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        self._page.hide_gridlines(2)
        name = clean(study).replace("&", "&&")[:80]
        self._page.set_header(f"&R{mark}" if mark else "")
        self._page.set_footer(f"&L{name}&R&P / &N")


def _is_absent(value: Any) -> bool:  # noqa: ANN401 - any plain value
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _has_gap(sheet: Sheet) -> bool:
    return any(
        column.kind in _FORMATS and any(_is_absent(row[at]) for row in table.rows)
        for table in sheet.tables
        for at, column in enumerate(table.columns)
    )


def _widths(sheet: Sheet) -> list[float]:
    """Widths of the sheet's columns: what the widest of its tables wants."""
    count = max((len(table.columns) for table in sheet.tables), default=0)
    widths = [9.0] * count
    for table in sheet.tables:
        for at, column in enumerate(table.columns):
            widths[at] = max(widths[at], column.width)
    return widths


def _head(widths: Sequence[float]) -> list[float]:
    """Return the widths of the columns that the lines above a table are merged over: about a screen."""
    head: list[float] = []
    for width in widths:
        if head and sum(head) + width > _HEAD_WIDTH:
            break
        head.append(width)
    return head


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes when it is wrapped at a width in characters of Excel's ruler."""
    return sum(max(1, math.ceil(_shown_width(part) / (width - 1))) for part in text.split("\n"))


def _shown_width(text: str) -> float:
    """Return the width of a text in characters of Excel's ruler; a Chinese one of this font size takes nearly two."""
    wide = (len(text.encode(errors="replace")) - len(text)) / 2  # a Chinese character has three bytes
    return 0.88 * len(text) + 0.97 * wide


def _height(lines: int) -> float:
    """Return the height of a row in points; Excel allows 409."""
    return min(14.5 * lines + 1.5, 409.0)
