"""Tables of a docx → RawTable; a cell is addressed by table, row and grid column as a reader of the document counts.

The rows are read from the XML: what python-docx shows of a row hides that a cell is missing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx.oxml.parser import parse_xml

from zoning.intake import RawCell, RawTable
from zoning.io.read import guard
from zoning.io.read.table.xml_parts import links_of, opened, require_xml
from zoning.io.read.unreadable import unreadable

__all__ = ["read_docx"]

_MAIN = re.compile(r"word/document\d*\.xml")
_GONE = ("del", "moveFrom", "txbxContent", "Fallback")
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_Held = tuple[str, str]
"""Text and address of a cell that rows below may continue."""


def read_docx(path: Path, file: str) -> tuple[RawTable, ...]:
    """Read every table of a document, in order, as it stands with all tracked changes accepted.

    A cell over several columns or rows is repeated with ``merged_from``; a row that lacks a cell has fewer of them; a
    table inside a cell is passed over.

    Raises
    ------
    InputError
        If the file is missing, no docx, encrypted, corrupt or too large.
    """
    guard.require_file(path, file, "table_bytes")
    guard.require_magic(path, file)
    guard.require_archive(path, file)
    with opened(path, file) as archive:
        require_xml(archive, file)
        body = _main(archive, file)
        links = (*links_of(archive), *_fields(body))
    tables = [one for one in body.iter() if _local(one) == "tbl" and not _inside(one, ("tbl", *_GONE))]
    return tuple(
        RawTable(file=file, sheet=f"表{number}", rows=_rows(table, file), links=links)
        for number, table in enumerate(tables, start=1)
    )


def _main(archive: zipfile.ZipFile, file: str) -> Any:  # noqa: ANN401 - an element of lxml, which has no types
    name = next((name for name in archive.namelist() if _MAIN.fullmatch(name)), "")
    if not name:
        raise unreadable("FILE_UNREADABLE", file, "magic", suffix=".docx")
    try:
        return parse_xml(archive.read(name))
    except (SyntaxError, ValueError) as error:  # lxml's errors of syntax are Python's
        raise unreadable("FILE_UNREADABLE", file, "part", name=name, reason=error) from error


def _fields(body: Any) -> list[str]:  # noqa: ANN401
    """Fields that reach out of the document."""
    texts = (str(one.text or "").strip() for one in body.iter() if _local(one) == "instrText")
    return [text[:60] for text in texts if re.match(r"DDE|INCLUDE|LINK\b", text)]


def _local(element: Any) -> str:  # noqa: ANN401
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _inside(element: Any, names: tuple[str, ...]) -> bool:  # noqa: ANN401
    return any(_local(parent) in names for parent in element.iterancestors())


def _own(element: Any, name: str) -> Iterator[Any]:  # noqa: ANN401
    """Descendants of a name that belong to this table or row, not to a table inside it."""
    for child in element:
        local = _local(child)
        if local == name:
            yield child
        elif local != "tbl" and local not in _GONE:
            yield from _own(child, name)


def _value(element: Any, part: str, name: str) -> str | None:  # noqa: ANN401
    """Attribute ``val`` of a property; empty if it stands without one, None if it does not stand."""
    for properties in element:
        if _local(properties) == part:
            for one in properties:
                if _local(one) == name:
                    return next((str(given) for key, given in one.attrib.items() if key.endswith("val")), "")
    return None


def _whole(text: str | None, least: int) -> int:
    digits = text if text and text.isascii() and text.isdigit() and len(text) < 12 else ""
    return max(int(digits), least) if digits else least


def _rows(table: Any, file: str) -> tuple[tuple[RawCell, ...], ...]:  # noqa: ANN401
    rows: list[tuple[RawCell, ...]] = []
    above: dict[int, _Held] = {}
    cells = 0
    for line in _own(table, "tr"):
        if _value(line, "trPr", "del") is not None:
            continue
        spans = [(cell, _whole(_value(cell, "tcPr", "gridSpan"), 1)) for cell in _own(line, "tc")]
        cells += sum(span for _, span in spans)
        guard.require_cells(cells, file, "table_cells")
        first = 1 + _whole(_value(line, "trPr", "gridBefore"), 0)
        row, above = _row(spans, len(rows) + 1, first, above)
        rows.append(row)
    return tuple(rows)


def _row(
    spans: list[tuple[Any, int]], number: int, first: int, above: dict[int, _Held]
) -> tuple[tuple[RawCell, ...], dict[int, _Held]]:
    """Return the cells of one row, and what the row below may continue, by grid column."""
    cells: list[RawCell] = []
    held: dict[int, _Held] = {}
    column = first
    for cell, span in spans:
        merge = _value(cell, "tcPr", "vMerge")
        own = (_text(cell), RawCell("", number, column).address)
        continued = merge in ("", "continue") and column in above
        text, origin = above[column] if continued else own
        for at in range(column, column + span):
            address = RawCell("", number, at).address
            cells.append(RawCell(text, number, at, origin if origin != address else ""))
            if merge is not None:
                held[at] = (text, origin)
        column += span
    return tuple(cells), held


def _text(cell: Any) -> str:  # noqa: ANN401
    return "\n".join("".join(_letters(paragraph)) for paragraph in _own(cell, "p")).strip()


def _letters(element: Any) -> Iterator[str]:  # noqa: ANN401
    for child in element:
        local = _local(child)
        if local == "t":
            yield str(child.text or "")
        elif local in _BREAKS:
            yield _BREAKS[local]
        elif local not in (*_GONE, "pPr", "rPr"):
            yield from _letters(child)
