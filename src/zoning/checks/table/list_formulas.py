"""Formulas of a list: nothing is evaluated, and what a program once left in the cell is nobody's clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zoning.checks.table.cells import Line
from zoning.errors import Finding
from zoning.intake import RawTable
from zoning.messages import finding

__all__ = ["formula_cells", "rows_of", "without_formulas"]

_SHOWN = 20


def formula_cells(table: RawTable, lines: Sequence[Line]) -> list[Finding]:
    """Return one finding that names the formula cells of some rows and says that they were left out, or none."""
    cells = [cell for line in lines for cell in line if cell.formula]
    if not cells:
        return []
    shown = "、".join(cell.address for cell in cells[:_SHOWN])
    where = {"file": table.file, "layer": table.sheet, "row": cells[0].row, "value": shown}
    return [finding("FORMULA_CELL", "list", where=where, count=len(cells))]


def without_formulas(table: RawTable, lines: Sequence[Line]) -> RawTable:
    """Return a table whose formula cells in some rows are empty, with the merged cells that repeat them.

    The other rows (titles and headers) keep what was shown there.

    Examples
    --------
    >>> from zoning.intake import RawCell
    >>> row = (RawCell("甲", 2, 1), RawCell("=A1", 2, 2, formula=True), RawCell("=A1", 2, 3, "B2"))
    >>> [cell.text for cell in without_formulas(RawTable("l.xlsx", (row,)), [row]).rows[0]]
    ['甲', '', '']
    """
    gone = {cell.address for line in lines for cell in line if cell.formula}
    if not gone:
        return table
    return replace(
        table,
        rows=tuple(
            tuple(replace(cell, text="") if {cell.address, cell.merged_from} & gone else cell for cell in line)
            for line in table.rows
        ),
    )


def rows_of(table: RawTable, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the rows of a table that stand where others stood."""
    numbers = {line[0].row for line in lines if line}
    return tuple(line for line in table.rows if line and line[0].row in numbers)
