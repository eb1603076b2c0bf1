"""The table of changes as a document of its own: for meetings where nobody opens the list itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from zoning.drafts import Edit
from zoning.messages import say
from zoning.redline.container import rewrite
from zoning.redline.listing import Row, columns, heading, kind_of, rows
from zoning.redline.model import Revision
from zoning.redline.tracking import printable
from zoning.redline.wording import DEL, INS, KEEP, Piece, changes
from zoning.tables import read

__all__ = ["changes_docx"]

_FONT, _HEADING = "宋体", "黑体"
_SHOWN = ("number", "code", "name", "dimension", "cell", "kind", "before", "after", "reason", "why", "basis")


def changes_docx(edits: Sequence[Edit], out: Path, about: Revision) -> None:
    """Write the table of changes as a document: title, who and when, one row per edit, header repeated on every page.

    What goes is struck in 修订前, what comes underlined in 修订后. The same edits give the same bytes.
    """
    document = docx.Document()
    _dress(document, about)
    document.add_heading(printable(heading(about)), level=1)
    document.add_paragraph(say("redline.by", author=printable(about.author), date=about.date[:10], count=len(edits)))
    titles = [(name, title) for name, title in columns(review=False) if name in _SHOWN]
    table = document.add_table(rows=1, cols=len(titles), style="Table Grid")
    table.autofit = False
    for cell, (_, title) in zip(table.rows[0].cells, titles, strict=True):
        cell.paragraphs[0].add_run(title).bold = True
    _flag(table.rows[0], "tblHeader")
    for row in rows(edits, about):
        _fill(table.add_row(), row, [name for name, _ in titles])
    _widths(table, [name for name, _ in titles])
    _save(document, out)


def _dress(document: Any, about: Revision) -> None:  # noqa: ANN401 - docx has no useful types
    """Landscape pages, Chinese fonts in place of those of the theme, author and date of the revision."""
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(1.5)
    for name, size, font in (("Normal", 9, _FONT), ("Heading 1", 15, _HEADING)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[key]
        for side in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{side}"), font)
    known = document.core_properties
    known.author = known.last_modified_by = printable(about.author)
    known.title, known.comments, known.revision = printable(heading(about)), "", 1
    known.created = known.modified = dt.datetime.fromisoformat(about.date[:10])


def _fill(line: Any, row: Row, names: Sequence[str]) -> None:  # noqa: ANN401
    _flag(line, "cantSplit")
    texts = {name: text for (name, _), text in zip(columns(), row.texts, strict=False)}
    pieces = changes(texts["before"], texts["after"]) if kind_of(row.edit) == "change" else ()
    shown = {
        "before": [piece for piece in pieces if piece.state != INS] or [Piece(DEL, texts["before"])],
        "after": [piece for piece in pieces if piece.state != DEL] or [Piece(INS, texts["after"])],
    }
    for cell, name in zip(line.cells, names, strict=True):
        for piece in shown.get(name, [Piece(KEEP, texts[name])]):
            _write(cell.paragraphs[0], piece)


def _write(paragraph: Any, piece: Piece) -> None:  # noqa: ANN401
    if not piece.text:
        return
    run = paragraph.add_run(printable(piece.text))
    if piece.state != KEEP:
        run.font.strike = piece.state == DEL or None
        run.font.underline = piece.state == INS or None
        run.font.color.rgb = RGBColor.from_string(_colour(piece.state))


def _colour(mark: str) -> str:
    return next(row["colour"].lstrip("#").upper() for row in read("redline_marks") if row["mark"] == mark)


def _flag(line: Any, name: str) -> None:  # noqa: ANN401
    line._tr.get_or_add_trPr().append(OxmlElement(f"w:{name}"))  # noqa: SLF001 - docx offers no other way


def _widths(table: Any, names: Sequence[str]) -> None:  # noqa: ANN401
    """Share the width of the page among the columns as the table of widths weighs them."""
    weights = {row["column"]: float(row["centimetres"]) for row in read("redline_columns")}
    room = 26.7 / sum(weights[name] for name in names)
    for column, name in zip(table.columns, names, strict=True):
        column.width = Cm(weights[name] * room)
        for cell in column.cells:
            cell.width = column.width


def _save(document: Any, out: Path) -> None:  # noqa: ANN401
    """Save with fixed dates in the container: docx writes the time of day into it."""
    store = BytesIO()
    document.save(store)
    raw = out.with_name(f".{out.name}.raw")
    try:
        raw.write_bytes(store.getvalue())
        rewrite(raw, out, {})
    finally:
        raw.unlink(missing_ok=True)
