"""A docx → RawTables: its tables, cell by cell, and its paragraphs; as accepted or as it was before all revisions.

The rows are read from the XML: what python-docx shows of a row hides that a cell is missing, and what it shows of a
paragraph with revisions is neither version of it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docx.oxml.parser import parse_xml

from zoning.intake import Met, RawCell, RawTable
from zoning.io.read import guard
from zoning.io.read.table.numbering import numbers_of
from zoning.io.read.table.revisions import (
    VERSIONS,
    blocks,
    is_gone,
    local,
    own,
    paragraph_texts,
    paragraphs_with_texts,
    revision_authors,
    struck,
    value_of,
)
from zoning.io.read.table.xml_parts import links_of, opened, require_xml
from zoning.io.read.unreadable import unreadable

__all__ = ["PARAGRAPHS", "read_docx"]

PARAGRAPHS = "正文"
"""Name of the table that holds the paragraphs of a document."""
_MAIN = re.compile(r"word/document\d*\.xml")
_NOTES = {"footnote": "word/footnotes.xml", "endnote": "word/endnotes.xml", "comment": "word/comments.xml"}
_PARTS = {"txbxContent": "box", "blip": "picture", "imagedata": "picture", "OLEObject": "object"}
_Numbers = tuple[tuple[int, str], ...]
_Held = tuple[str, str, _Numbers]
"""Text, address and numbers of a cell that rows below may continue."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What of a document is shown: its version, and the numbers of paragraphs that are in no text."""

    version: str
    numbers: Mapping[Any, str]


def read_docx(
    path: Path, file: str, *, version: str = "accepted", paragraphs: bool = False
) -> tuple[RawTable, ...]:  # fmt: skip
    """Read every table of a document, in order, and its paragraphs if they are wanted.

    A cell over several columns or rows is repeated with ``merged_from``; a row that lacks a cell has fewer of them; a
    table or text box inside a cell is named in ``met``, not read.

    Parameters
    ----------
    path : Path
        Where it lies.
    file : str
        Name as the study writes it, for messages.
    version : str
        ``accepted``: as it stands with all tracked changes accepted; ``original``: with all rejected.
    paragraphs : bool
        Add a last table ``正文`` of the paragraphs outside tables, a row each, in column 0. Its rows count all of them
        from 1 as this version shows them, empty ones too: every ``w:p`` of the body that is in no table and no text
        box and whose paragraph mark is there in the version (that of a deleted paragraph is not in the accepted one,
        that of an inserted one not in the original); what stands before a mark that is not there belongs to the next
        paragraph. Empty paragraphs have a number and no row.

    Raises
    ------
    InputError
        If the file is missing, no docx, encrypted, corrupt or too large.
    ValueError
        If the version is none of the two.
    """
    if version not in VERSIONS:
        raise ValueError(version)
    guard.require_file(path, file, "table_bytes")
    guard.require_magic(path, file)
    guard.require_archive(path, file)
    with opened(path, file) as archive:
        require_xml(archive, file)
        body = _main(archive, file)
        links = (*links_of(archive), *_fields(body))
        notes = _notes(archive)
        shown = _Shown(version, _numbers(archive, body, version, file))
    tables = _tables(body, file, shown)
    text = tables.pop()
    tables = [replace(table, links=links) for table in tables]
    about = (*notes, *(Met("revision", "", author) for author in revision_authors(body)))
    if paragraphs:
        rows = text.rows or ((RawCell("", 1, 0),),)
        tables.append(replace(text, rows=rows, links=links, met=(*text.met, *about)))
    elif tables:
        tables[0] = replace(tables[0], met=(*tables[0].met, *about))
    return tuple(tables)


def _tables(body: Any, file: str, shown: _Shown) -> list[RawTable]:  # noqa: ANN401 - lxml has no types
    """Return the tables of a document with the paragraphs above each, and last the paragraphs themselves."""
    tables: list[RawTable] = []
    cells: list[RawCell] = []
    above: list[RawCell] = []
    met: list[Met] = []
    held: list[Any] = []
    count, version = 0, shown.version
    for one in [*(block for root in body for block in blocks(root, version)), None]:
        if one is not None and local(one) == "p":
            held.append(one)
            continue
        number = count + 1
        for paragraph in held:
            met += _met(paragraph, f"¶{number}", version)
            number += not is_gone(paragraph, version)
        texts = list(paragraphs_with_texts(held, version))
        above += [
            RawCell(text.strip(), at, 0, numbers=_shown_numbers([(text, paragraph)], shown))
            for at, (text, paragraph) in enumerate(texts, count + 1) if text.strip()
        ]  # fmt: skip
        count += len(texts)
        held = []
        cells += above
        if one is not None:
            rows, inside = _rows(one, file, shown)
            sheet = f"表{len(tables) + 1}"
            tables.append(RawTable(file=file, sheet=sheet, rows=rows, above=tuple(above), met=inside))
            above = []
    rows = tuple((cell,) for cell in cells)
    return [*tables, RawTable(file=file, sheet=PARAGRAPHS, rows=rows, met=tuple(met))]


def _main(archive: zipfile.ZipFile, file: str) -> Any:  # noqa: ANN401
    name = next((name for name in archive.namelist() if _MAIN.fullmatch(name)), "")
    if not name:
        raise unreadable("FILE_UNREADABLE", file, "magic", suffix=".docx")
    try:
        return parse_xml(archive.read(name))
    except (SyntaxError, ValueError) as error:  # lxml's errors of syntax are Python's
        raise unreadable("FILE_UNREADABLE", file, "part", name=name, reason=error) from error


def _numbers(archive: zipfile.ZipFile, body: Any, version: str, file: str) -> dict[Any, str]:  # noqa: ANN401
    try:
        return numbers_of(archive, body, version)
    except (SyntaxError, ValueError) as error:
        raise unreadable("FILE_UNREADABLE", file, "part", name="word/numbering.xml", reason=error) from error


def _fields(body: Any) -> list[str]:  # noqa: ANN401
    """Fields that reach out of the document."""
    texts = (str(one.text or "").strip() for one in body.iter() if local(one) == "instrText")
    return [text[:60] for text in texts if re.match(r"DDE|INCLUDE|LINK\b", text)]


def _notes(archive: zipfile.ZipFile) -> list[Met]:
    """Footnotes, endnotes and comments that say something."""
    met = []
    for kind, name in _NOTES.items():
        if name in archive.namelist():
            root = parse_xml(archive.read(name))
            for one in root:
                text = "".join(paragraph_texts((p for p in one.iter() if local(p) == "p"), "accepted")).strip()
                met += [Met(kind, "", text)] if text else []
    return met


def _met(element: Any, address: str, version: str) -> list[Met]:  # noqa: ANN401
    """Return what is in a paragraph or cell beside its text."""
    met: list[Met] = []
    for one in element.iter():
        kind = "table" if local(one) == "tbl" and one is not element else _PARTS.get(local(one), "")
        if kind and not any(local(parent) == "Fallback" for parent in one.iterancestors()):
            inside = "".join(str(t.text or "") for t in one.iter() if local(t) == "t")
            met.append(Met(kind, address, inside.strip()))
    crossed = struck(element, version).strip()
    return [*met, Met("struck", address, crossed)] if crossed else met


def _whole(text: str | None, least: int) -> int:
    digits = text if text and text.isascii() and text.isdigit() and len(text) < 12 else ""
    return max(int(digits), least) if digits else least


def _rows(table: Any, file: str, shown: _Shown) -> tuple[tuple[tuple[RawCell, ...], ...], tuple[Met, ...]]:  # noqa: ANN401
    rows: list[tuple[RawCell, ...]] = []
    above: dict[int, _Held] = {}
    met: list[Met] = []
    cells, version = 0, shown.version
    for line in own(table, "tr", version):
        if is_gone(line, version):
            continue
        spans = [(cell, _whole(value_of(cell, "tcPr", "gridSpan"), 1)) for cell in own(line, "tc", version)
                 if not is_gone(cell, version)]  # fmt: skip
        cells += sum(span for _, span in spans)
        guard.require_cells(cells, file, "table_cells")
        first = 1 + _whole(value_of(line, "trPr", "gridBefore"), 0)
        for at, cell in _placed(spans, first):
            met += _met(cell, RawCell("", len(rows) + 1, at).address, version)
        row, above = _row(spans, len(rows) + 1, first, (above, shown))
        rows.append(row)
    return tuple(rows), tuple(met)


def _placed(spans: list[tuple[Any, int]], first: int) -> Iterator[tuple[int, Any]]:
    for cell, span in spans:
        yield first, cell
        first += span


def _row(
    spans: list[tuple[Any, int]], number: int, first: int, before: tuple[dict[int, _Held], _Shown]
) -> tuple[tuple[RawCell, ...], dict[int, _Held]]:
    """Return the cells of one row, and what the row below may continue, by grid column."""
    above, shown = before
    cells: list[RawCell] = []
    held: dict[int, _Held] = {}
    for column, (cell, span) in zip((at for at, _ in _placed(spans, first)), spans, strict=True):
        merge = value_of(cell, "tcPr", "vMerge")
        text, numbers = _text(cell, shown)
        alone = (text, RawCell("", number, column).address, numbers)
        continued = merge in ("", "continue") and column in above
        text, origin, numbers = above[column] if continued else alone
        for at in range(column, column + span):
            address = RawCell("", number, at).address
            cells.append(RawCell(text, number, at, origin if origin != address else "", numbers=numbers))
            if merge is not None:
                held[at] = (text, origin, numbers)
    return tuple(cells), held


def _text(cell: Any, shown: _Shown) -> tuple[str, _Numbers]:  # noqa: ANN401
    """Return the text of a cell, and the numbers of its paragraphs."""
    parts = list(paragraphs_with_texts(own(cell, "p", shown.version), shown.version))
    return "\n".join(text for text, _ in parts).strip(), _shown_numbers(parts, shown)


def _shown_numbers(parts: Sequence[tuple[str, Any]], shown: _Shown) -> _Numbers:
    """Return where numbered paragraphs begin in the text that all of them make, stripped, with their numbers."""
    if not shown.numbers:
        return ()
    whole = "\n".join(text for text, _ in parts)
    at = len(whole.lstrip()) - len(whole)
    numbers = []
    for text, paragraph in parts:
        number = shown.numbers.get(paragraph, "")
        numbers += [(max(at, 0), number)] if number and text.strip() else []
        at += len(text) + 1
    return tuple(numbers)
