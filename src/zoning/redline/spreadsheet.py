"""Edits written into the user's own workbook as marks, every part and every cell that needs no change kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from zoning.drafts import Edit
from zoning.errors import Finding
from zoning.messages import say
from zoning.redline.atoms import marked_runs, texts_of
from zoning.redline.book import Book
from zoning.redline.container import opened, rewrite
from zoning.redline.explanation import explanation_xml, with_styles
from zoning.redline.listing import rows
from zoning.redline.model import Revision
from zoning.redline.refusal import moved
from zoning.redline.runs import Run, item_xml
from zoning.redline.sheet_xml import At, Scan, address_of, at_of, merges_of, scan, spliced
from zoning.redline.wording import overlapping
from zoning.redline.xml_part import Element, namespace
from zoning.tables import numbers

__all__ = ["by_sheet", "cell_xml", "redline_xlsx"]


def redline_xlsx(source: Path, edits: Sequence[Edit], out: Path, about: Revision) -> tuple[Finding, ...]:
    """Write a workbook with its revisions marked: what goes is struck, what comes is underlined, each in its colour.

    Only the changed cells differ, in a sheet (修订说明) behind all others the changes are listed. The same source and
    edits give the same bytes.

    Parameters
    ----------
    source, out : Path
        xlsx or xlsm; ``out`` is replaced only by a whole file.
    edits : sequence of Edit
        Of this file. Offsets count in the text of the cell as it was read: stripped, all runs together.
    about : Revision
        What the sheet of changes says at its head, names of units, evidence.

    Returns
    -------
    tuple of Finding
        ``REDLINE_MOVED`` for every edit whose place does not hold its old words; then nothing is written.

    Raises
    ------
    InputError
        If the source is no sound workbook.
    """
    with opened(source) as archive:
        book = Book(archive, source.name)
        found: list[Finding] = []
        changed: dict[str, bytes] = {}
        for sheet, given in by_sheet(edits).items():
            part = book.sheet(sheet)
            if part is None:
                found += [moved(edit, "sheet") for edit in given]
                continue
            content, faults = _marked_sheet(book, part.part, given)
            found += faults
            changed[part.part] = content
        if found:
            return tuple(found)
        changed |= _explained(book, edits, about) if edits else {}
    rewrite(source, out, changed)
    return ()


def by_sheet(edits: Sequence[Edit]) -> dict[str, list[Edit]]:
    """Return edits by the sheet they are made in, sheets in their alphabetical order."""
    groups: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.at.sheet):
        groups.setdefault(edit.at.sheet, []).append(edit)
    return groups


def _marked_sheet(book: Book, part: str, edits: Sequence[Edit]) -> tuple[bytes, list[Finding]]:
    """Return a sheet with its edits marked, and what is wrong with them."""
    content = book.content(part)
    found = [moved(edit, "address", edit.at.cell) for edit in edits if at_of(edit.at.cell) is None]
    places = [(at, edit) for edit in edits if (at := at_of(edit.at.cell)) is not None]
    merged = merges_of(content, {at for at, _ in places})
    groups: dict[At, list[Edit]] = {}
    for at, edit in places:
        groups.setdefault(merged.get(at, at), []).append(edit)
    scanned = scan(content, groups, book.file, part)
    cells: dict[At, str] = {}
    for at, group in sorted(groups.items()):
        runs, fault = _marked_cell(book, scanned, at, group)
        found += fault
        cells[at] = cell_xml(scanned, at, runs, book) if runs else ""
    return (content, found) if found else (spliced(scanned, cells), found)


def _marked_cell(book: Book, scanned: Scan, at: At, edits: Sequence[Edit]) -> tuple[tuple[Run, ...], list[Finding]]:
    cell: Element | None = scanned.cell(at)
    runs = book.runs(cell)
    if runs is None:
        return (), [moved(edit, "formula") for edit in edits]
    crossing = overlapping(edits)
    if crossing is not None:
        return (), [moved(crossing, "overlap")]
    texts = texts_of(runs)
    text = next((one for one in texts if one.fits(edits)), None)
    if text is None:
        shown = texts[0].shown
        wrong = [edit for edit in edits if not any(one.fits([edit]) for one in texts)] or list(edits)
        return (), [moved(edit, "", shown[edit.at.start : edit.at.end]) for edit in wrong]
    new = marked_runs(text, edits, book.font(scanned.style(at)))
    if sum(len(run.text) for run in new) > numbers("redline_limits")["cell_letters"]:
        return (), [moved(edit, "long") for edit in edits]
    return new, []


def cell_xml(scanned: Scan, at: At, runs: Sequence[Run], book: Book) -> str:
    """Return a cell that holds these runs, with the style it has (or, if it is new, that of its neighbours)."""
    style = scanned.style(at)
    styled = f' s="{style}"' if style else ""
    item = item_xml(runs, scanned.prefix, book.font(style))
    return f'<{scanned.prefix}c r="{address_of(at)}"{styled} t="inlineStr">{item}</{scanned.prefix}c>'


def _explained(book: Book, edits: Sequence[Edit], about: Revision) -> Mapping[str, bytes]:
    """Return the parts that add the sheet of changes."""
    part, changed = book.with_sheet(book.free_name(say("redline.sheet")))
    styles: dict[str, str] = {}
    named = book.related.get("styles", "")
    if named:
        changed[named], styles = with_styles(book.content(named), book.file)
    strict = "purl.oclc.org" in namespace(book.root(book.main))
    changed[part] = explanation_xml(rows(edits, about), about, styles, strict=strict)
    return changed
