"""What a table shows of itself, whatever it is about: how its text was decoded, links, formulas, ragged rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zoning.errors import Finding, Severity
from zoning.intake import RawCell, RawTable
from zoning.messages import finding

__all__ = ["filled", "formula_texts", "formulas", "links", "ragged", "undeclared"]

_SHOWN = 20
_LIKE_FORMULA = re.compile(r"=\S|@\w+\(|[+-][A-Za-z]\w*[(|!]")
Line = tuple[RawCell, ...]


def filled(line: Line) -> list[RawCell]:
    """Cells of a row with a text of their own (what a merged range repeats is not)."""
    return [cell for cell in line if cell.text and not cell.merged_from]


def undeclared(table: RawTable) -> list[Finding]:
    """Return a warning with a sample, if nobody said how the text of a table is encoded and it is not UTF-8.

    Examples
    --------
    >>> [found.value for found in undeclared(RawTable("t.csv", ((RawCell("编码", 1, 1),),), encoding="gb18030"))]
    ['GB18030']
    """
    used = table.encoding.upper()
    if not used or used.startswith("UTF-8") or table.declared.get("encoding"):
        return []
    texts = (cell.text for line in table.rows for cell in line if cell.text and not cell.text.isascii())
    sample = " ".join(text for text, _ in zip(texts, range(8), strict=False))[:60]
    where = {"file": table.file, "layer": table.sheet, "value": used}
    return [finding("ENCODING_UNDECLARED", "table", where=where, sample=sample)]


def links(table: RawTable) -> list[Finding]:
    """Return a warning that names external links and macros, or none."""
    if not table.links:
        return []
    where = {"file": table.file, "value": "、".join(table.links[:_SHOWN])}
    return [finding("LINK_EXTERNAL", where=where, count=len(table.links))]


def formulas(table: RawTable, lines: Sequence[Line]) -> list[Finding]:
    """Return one finding that names the address of every formula cell of some rows, or none."""
    cells = [cell for line in lines for cell in line if cell.formula]
    if not cells:
        return []
    shown = "、".join(cell.address for cell in cells[:_SHOWN])
    where = {"file": table.file, "layer": table.sheet, "row": cells[0].row, "value": shown}
    return [finding("FORMULA_CELL", "cells", where=where, count=len(cells))]


def formula_texts(table: RawTable, lines: Sequence[Line]) -> list[Finding]:
    """Return a warning that names texts which a spreadsheet would take for formulas, or none.

    Here they are text and stay text; written out they are escaped. Opened in a spreadsheet the file itself runs them.
    """
    cells = [cell for line in lines for cell in filled(line) if not cell.formula and _LIKE_FORMULA.match(cell.text)]
    if not cells:
        return []
    shown = "、".join(cell.address for cell in cells[:_SHOWN])
    where = {"file": table.file, "layer": table.sheet, "row": cells[0].row, "value": shown}
    sample = cells[0].text[:40]
    return [finding("FORMULA_CELL", "text", severity=Severity.WARNING, where=where, count=len(cells), sample=sample)]


def ragged(table: RawTable, lines: Sequence[Line], width: int) -> list[Finding]:
    """Return a finding for rows with fewer cells than the header, and one for rows with more.

    Parameters
    ----------
    table : RawTable
        For its address.
    lines : sequence of rows
        Rows of data; empty ones are passed over, as are empty cells beyond the header.
    width : int
        Cells of the header up to its last text.
    """
    counts = [
        (line[0].row, len(line), max(cell.column for cell in line if cell.text)) for line in lines if filled(line)
    ]
    short = [(row, cells) for row, cells, _ in counts if cells < width]
    long = [(row, last) for row, cells, last in counts if cells >= width and last > width]
    # A workbook has cells everywhere: what stands beside the table is a remark, not a row that is out of step.
    even = len({len(line) for line in table.rows}) == 1
    findings = []
    for key, rows in (("short", short), ("long", [] if even else long)):
        if rows:
            shown = "、".join(str(row) for row, _ in rows[:_SHOWN])
            where = {"file": table.file, "layer": table.sheet, "row": rows[0][0], "value": shown}
            findings.append(
                finding("TABLE_RAGGED", key, where=where, count=len(rows), cells=rows[0][1], expected=width)
            )
    return findings
