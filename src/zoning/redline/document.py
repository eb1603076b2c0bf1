"""Edits written into the user's own document as tracked changes of Word, every other part of it kept."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Sequence
from pathlib import Path

from zoning.drafts import Edit
from zoning.errors import Finding
from zoning.redline.container import opened, rewrite
from zoning.redline.listing import in_file_order
from zoning.redline.model import Revision
from zoning.redline.paragraphs import Letter, Places, letters_of
from zoning.redline.refusal import moved, refused
from zoning.redline.tracking import Tracker
from zoning.redline.wording import DEL, INS, Piece, marked, overlapping
from zoning.redline.xml_part import Element, children, parsed, serialised

__all__ = ["main_part", "redline_docx"]


def redline_docx(source: Path, edits: Sequence[Edit], out: Path, about: Revision) -> tuple[Finding, ...]:
    """Write a document with its revisions as tracked changes; earlier ones by others stay as they are.

    Rejecting ours gives the document as it was, accepting them the new text. A line break in an edit begins a paragraph
    with the properties of its neighbour. The same source and edits give the same bytes.

    Parameters
    ----------
    source, out : Path
        docx; ``out`` is replaced only by a whole file.
    edits : sequence of Edit
        Of this file: cells of tables (sheet ``表1``, cell ``C7``) or paragraphs (cell ``¶12``). Offsets count in the
        text with all earlier changes accepted, stripped, paragraphs of a cell joined by line breaks.
    about : Revision
        Author and date of every change.

    Returns
    -------
    tuple of Finding
        ``REDLINE_MOVED`` for every edit whose place does not hold its old words; then nothing is written.

    Raises
    ------
    InputError
        If the source is no sound document.
    """
    with opened(source) as archive:
        part = main_part(archive, source.name)
        root = parsed(archive.read(part), source.name, part)
    places, found = _places(root, edits)
    if found:
        return tuple(found)
    tracker = Tracker(root, about.author, about.moment)
    for letters, paragraphs, pieces in places:
        _carry_out(tracker, letters, paragraphs, pieces)
    rewrite(source, out, {part: serialised(root)} if edits else {})
    return ()


def main_part(archive: zipfile.ZipFile, file: str) -> str:
    """Return the part that holds the text of a document.

    Raises
    ------
    InputError
        If the container has none.
    """
    if "_rels/.rels" in archive.namelist():
        for one in children(parsed(archive.read("_rels/.rels"), file, "_rels/.rels"), "Relationship"):
            if one.get("Type", "").endswith("/officeDocument"):
                target = posixpath.normpath(posixpath.join("/", one.get("Target", ""))).lstrip("/")
                if target in archive.namelist():
                    return target
    raise refused(file, "magic", suffix=".docx")


_Place = tuple[list[Letter], list[Element], tuple[Piece, ...]]


def _places(root: Element, edits: Sequence[Edit]) -> tuple[list[_Place], list[Finding]]:
    """Return the letters and the pieces of every place that is edited, found before anything is written."""
    groups: dict[int, tuple[list[Element], list[Edit]]] = {}
    found: list[Finding] = []
    counted = Places(root)
    for edit in in_file_order(edits):
        paragraphs = counted.at(edit.at.sheet, edit.at.cell)
        if not paragraphs:
            found.append(moved(edit, "address", edit.at.cell))
        else:
            groups.setdefault(id(paragraphs[0]), (paragraphs, []))[1].append(edit)
    places: list[_Place] = []
    for paragraphs, given in groups.values():
        letters = letters_of(paragraphs)
        text = "".join(letter.text for letter in letters)
        shift = len(text) - len(text.lstrip())
        faults = _faults(text.strip(), given)
        found += faults
        if not faults:
            lead = Piece("keep", text[:shift])
            places.append((letters, paragraphs, (lead, *marked(text.strip(), given))))
    return places, found


def _faults(text: str, edits: Sequence[Edit]) -> list[Finding]:
    crossing = overlapping(edits)
    if crossing is not None:
        return [moved(crossing, "overlap")]
    return [
        moved(edit, "", text[edit.at.start : edit.at.end])
        for edit in edits
        if not 0 <= edit.at.start <= edit.at.end <= len(text) or text[edit.at.start : edit.at.end] != edit.old
    ]


def _carry_out(tracker: Tracker, letters: list[Letter], paragraphs: list[Element], pieces: Sequence[Piece]) -> None:
    """Write the pieces of one place from its end to its beginning, so that what lies in front stays where it is."""
    at = sum(len(piece.text) for piece in pieces if piece.state != INS)
    for piece in reversed(pieces):
        if piece.state == INS:
            _put(tracker, letters, paragraphs, at, piece.text)
            continue
        if piece.state == DEL:
            tracker.remove(letters[at - len(piece.text) : at])
        at -= len(piece.text)


def _put(tracker: Tracker, letters: list[Letter], paragraphs: list[Element], at: int, text: str) -> None:
    before = letters[at - 1] if at else None
    behind = letters[at] if at < len(letters) else None
    if before is not None and not before.ends:
        tracker.insert_behind(before, text)
    elif behind is not None and not behind.ends:
        tracker.insert_before(behind, text)
    else:
        tracker.insert_into(_paragraph_at(letters, paragraphs, at), text)


def _paragraph_at(letters: list[Letter], paragraphs: list[Element], at: int) -> Element:
    """Return the empty paragraph that a place between two ends of paragraphs lies in."""
    return letters[at].holder if at < len(letters) else paragraphs[-1]
