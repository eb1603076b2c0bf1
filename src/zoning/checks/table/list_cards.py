"""Which tables have their labels beside what they name, or right above the values of each unit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from zoning.checks.table.cells import Line
from zoning.checks.table.list_sheets import distinct, is_head, layout_of
from zoning.checks.table.list_words import codes_in, dimension_of, field_of
from zoning.intake import RawTable

__all__ = ["cards_of", "is_pairs"]


def is_pairs(table: RawTable, ours: Mapping[str, str]) -> bool:
    """Tell whether a table has its labels to the left of what they name (单元编码 | ZH…), not above it."""
    for line in table.rows:
        cells = distinct(line)
        for label, beside in pairwise(cells):
            if field_of(label.text, ours) == "code" and codes_in(beside.text) and not codes_in(label.text):
                return True
    if cards_of(table, ours):
        return True
    if layout_of(table, ours) is not None:
        return False
    rows = [distinct(line) for line in table.rows]
    alone = {cells[0].text for cells in rows if len(cells) == 1 and dimension_of(cells[0].text, ours)}
    return len(alone) > 1 or any(
        dimension_of(label.text, ours) and not field_of(beside.text, ours)
        for cells in rows for label, beside in pairwise(cells)
    )  # fmt: skip


def cards_of(table: RawTable, ours: Mapping[str, str]) -> dict[int, dict[int, tuple[str, str]]]:
    """Return by row our name and header of every column, of a table whose units have labels above their values.

    Such a table has a row of labels (环境管控单元编码 | 单元名称 | 省 …), a row of values below it, and below these
    rows that begin with a dimension (空间布局约束 | 1.…). Rows of labels are there too, with nothing in them.
    """
    cards: dict[int, dict[int, tuple[str, str]]] = {}
    labels: dict[int, tuple[str, str]] = {}
    column, dimensions = 0, False
    for line in table.rows:
        found = _code_column(line, ours)
        if found:
            column, labels = found, {}
        if column and not codes_in(text := _at(line, column)) and (found or field_of(text, ours) == "code"):
            labels = labels | {one.column: (field_of(one.text, ours), one.text) for one in line if one.text}
            cards[line[0].row] = {}
        elif column and codes_in(text):
            cards[line[0].row] = labels
        elif column and (cells := distinct(line)):
            own = [cell for cell in cells if field_of(cell.text, ours) not in ("demands", "demand", "category")]
            begins = bool(own) and own[0].column < max(labels) and cells[0].column == line[0].column
            dimensions = dimensions or (begins and dimension_of(own[0].text, ours) is not None)
    return cards if dimensions and any(cards.values()) else {}


def _at(line: Line, column: int) -> str:
    return next((cell.text for cell in line if cell.column == column), "")


def _code_column(line: Line, ours: Mapping[str, str]) -> int:
    """Return the column of codes that a row of labels names, where it names no dimension and no clauses; else 0."""
    names = {cell.column: field_of(cell.text, ours) for cell in distinct(line)}
    others = {name.partition(":")[0] for name in names.values()}
    if len(names) < 2 or others & {"dimension", "item", "demand", "demands", "category"} or not is_head(line):
        return 0
    return next((column for column, name in names.items() if name == "code"), 0)
