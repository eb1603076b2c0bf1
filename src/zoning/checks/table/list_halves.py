"""A sheet with two blocks of the same columns side by side is two tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zoning.checks.table.cells import Line
from zoning.checks.table.list_sheets import distinct
from zoning.checks.table.list_words import codes_in, dimension_of, field_of
from zoning.intake import RawTable
from zoning.tables import numbers
from zoning.vocab import normalise_header

__all__ = ["halves"]


def halves(table: RawTable, ours: Mapping[str, str]) -> tuple[RawTable, ...]:
    """Return the blocks of a sheet from left to right, each with all rows and cells of its own columns only.

    Blocks are told by a header row that begins anew: its first label, a column of codes and a dimension or a column
    of demands come once more. Rows above the header (titles) stay with the first block.
    """
    for line in table.rows[: int(numbers("limits")["header_rows"])]:
        starts = _starts(line, ours)
        if len(starts) > 1:
            ends = [*starts[1:], 1 << 30]
            return tuple(_part(table, line[0].row, (start, end)) for start, end in zip(starts, ends, strict=True))
    return (table,)


def _starts(line: Line, ours: Mapping[str, str]) -> list[int]:
    """Return the first column of every block that a header row names."""
    cells = distinct(line)
    if not cells or any(codes_in(cell.text) for cell in cells):
        return []
    first = normalise_header(cells[0].text)
    starts = [cell.column for cell in cells if normalise_header(cell.text) == first]
    ends = [*starts[1:], 1 << 30]
    for start, end in zip(starts, ends, strict=True):
        block = [cell.text for cell in cells if start <= cell.column < end]
        names = {field_of(text, ours) for text in block}
        if "code" not in names or not (
            names & {"demands", "demand"} or any(dimension_of(text, ours) for text in block)
        ):
            return []
    return starts


def _part(table: RawTable, header: int, columns: tuple[int, int]) -> RawTable:
    """Return the table with the cells outside some columns empty; rows keep their number of cells."""
    rows = []
    for line in table.rows:
        above = bool(line) and line[0].row < header and columns[1] < 1 << 30
        own = [above or columns[0] <= cell.column < columns[1] for cell in line]
        rows.append(tuple(
            cell if mine else replace(cell, text="", merged_from="", formula=False)
            for cell, mine in zip(line, own, strict=True)
        ))  # fmt: skip
    return replace(table, rows=tuple(rows))
