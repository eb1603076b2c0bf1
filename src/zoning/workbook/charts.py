"""Charts of a sheet: drawn by the spreadsheet itself from the cells above, so that who edits a cell sees it."""

from __future__ import annotations

from typing import Any

from zoning.symbology import Look
from zoning.workbook.sheet import Chart, Sheet

__all__ = ["draw_charts"]

_Below = tuple[tuple[int, ...], int]
_TYPES = {"bar": "bar", "column": "column", "line": "line", "pie": "pie"}
_WIDE, _HIGH = 760, 460  # pixels of one chart
_ROWS = 24  # rows of the default height that a chart lies over, with some air


def draw_charts(book: Any, page: Any, sheet: Sheet, below: _Below, manner: tuple[Look, str]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Draw the charts of a sheet below its tables.

    Parameters
    ----------
    book, page : xlsxwriter objects
        Workbook, and the painted sheet.
    sheet : Sheet
        What was painted.
    below : tuple
        Header row of every table, and the first row below them all.
    manner : tuple
        Look of the study, whose series give the colours; language, which chooses the font.
    """
    (tops, row), (look, lang) = below, manner
    for number, chart in enumerate(one for one in sheet.charts if sheet.tables[one.table].rows):
        made = book.add_chart({"type": _TYPES[chart.kind]} | ({"subtype": "stacked"} if chart.stacked else {}))
        _fill(made, (page.get_name(), tops[chart.table]), (sheet, chart), look)
        _dress(made, chart, _number_format(sheet, chart), lang)
        page.insert_chart(row + 1 + number * _ROWS, 0, made)


def _fill(made: Any, place: tuple[str, int], drawn: tuple[Sheet, Chart], look: Look) -> None:  # noqa: ANN401 - see draw_charts
    (tab, top), (sheet, chart) = place, drawn
    table = sheet.tables[chart.table]
    names = [column.name for column in table.columns]
    count = min(chart.rows, len(table.rows)) if chart.rows else len(table.rows)
    for number, name in enumerate(chart.values, start=1):
        colour = look.symbol("series", str(number)).fill
        at, along = names.index(name), names.index(chart.category)
        series: dict[str, Any] = {
            "name": [tab, top, at],
            "categories": [tab, top + 1, along, top + count, along],
            "values": [tab, top + 1, at, top + count, at],
        }
        if chart.kind == "line":
            series |= {"line": {"color": colour, "width": 2.25}, "marker": {"type": "circle", "size": 6}}
        elif chart.kind != "pie":
            series |= {"fill": {"color": colour}, "gap": 60}
        made.add_series(series)


def _number_format(sheet: Sheet, chart: Chart) -> str:
    """Return how the values along the axis are written: amounts in whole numbers, shares and ratios as they are."""
    kinds = {column.kind for column in sheet.tables[chart.table].columns if column.name in chart.values}
    return "#,##0" if kinds == {"number"} else "General"


def _dress(made: Any, chart: Chart, written: str, lang: str) -> None:  # noqa: ANN401 - see draw_charts
    font = {"name": "Calibri" if lang == "en" else "微软雅黑", "size": 9}
    made.set_title({"name": chart.title, "name_font": font | {"size": 12, "bold": True}})
    made.set_size({"width": _WIDE, "height": _HIGH})
    several = len(chart.values) > 1 or chart.kind == "pie"
    made.set_legend({"position": "bottom", "font": font} if several else {"none": True})
    if chart.kind == "pie":
        return
    values = {
        "num_font": font,
        "num_format": written,
        "major_gridlines": {"visible": True, "line": {"color": "#E1E6EA"}},
    }
    if chart.kind == "bar":  # lying: the axis of the categories stands, and reads from the top
        made.set_y_axis({"num_font": font, "reverse": True, "interval_unit": 1})
        made.set_x_axis(values)
    else:
        made.set_x_axis({"num_font": font})
        made.set_y_axis(values)
