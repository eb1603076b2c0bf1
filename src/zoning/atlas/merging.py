"""Parts bound into one PDF: page numbers, bookmarks, jumps to the sheets, metadata. No date and no machine is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf, Rectangle, String

from zoning.atlas.model import Imprint

__all__ = ["Part", "PlacedSheet", "bind", "first_pages", "page_count"]

_JUMP = "sheet:"


@dataclass(frozen=True, slots=True)
class PlacedSheet:
    """A sheet in the atlas: its place in the bookmarks, and its first page, from 1 (within its part until it is bound)."""

    id: str
    group: str
    title: str
    page: int

    @property
    def name(self) -> str:
        """Named destination: ``unit:CODE`` for the sheet of a unit, ``sheet:ID`` for others."""
        return self.id if self.id.startswith("unit:") else f"{_JUMP}{self.id}"


@dataclass(frozen=True, slots=True)
class Part:
    """Some sheets, set: a file with its number of pages."""

    path: Path
    pages: int
    sheets: tuple[PlacedSheet, ...]


def page_count(path: Path) -> int:
    """Return the number of pages of a file."""
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def first_pages(path: Path) -> tuple[int, ...]:
    """Return on which page, from 1, each sheet of a part begins, in order: where its bookmarks lead."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        return tuple(numbers[_destination(pdf, item).objgen] for item in outline.root)


def _destination(pdf: Pdf, item: OutlineItem) -> pikepdf.Object:
    found = item.destination
    if isinstance(found, Array):
        return found[0]
    if isinstance(found, String | Name):
        tree = pikepdf.NameTree(pdf.Root.Names.Dests)
        place = tree[str(found)]
        return place.D[0] if isinstance(place, Dictionary) else place[0]
    raise TypeError(type(found))


def bind(target: Path, parts: Sequence[Part], numbers: Path, imprint: Imprint, words: Mapping[str, str]) -> None:
    """Write the atlas: parts in order, a page number on every page, bookmarks by group.

    Parameters
    ----------
    target : Path
        Written anew.
    parts : sequence of Part
        The first holds cover and contents.
    numbers : Path
        As many pages as the atlas has, each with nothing but its number.
    imprint : Imprint
        Title, author and language of the document.
    words : mapping of str to str
        Texts of cover and contents.
    """
    pdf = Pdf.new()
    sheets: list[PlacedSheet] = []
    with pikepdf.open(numbers) as printed:
        for part in parts:
            start = len(pdf.pages)
            with pikepdf.open(part.path) as source:
                pdf.pages.extend(source.pages)
            sheets += [PlacedSheet(one.id, one.group, one.title, start + one.page) for one in part.sheets]
        for page, number in list(zip(pdf.pages, printed.pages, strict=True))[1:]:
            Page(page).add_overlay(number, Rectangle(page.mediabox))
        _jumps(pdf)
        _destinations(pdf, sheets)
        _bookmarks(pdf, sheets, words)
        _describe(pdf, imprint)
        pdf.remove_unreferenced_resources()
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True, linearize=False)


def _jumps(pdf: Pdf) -> None:
    """Turn the links ``sheet:ID`` of the contents into jumps to the named places."""
    for page in pdf.pages:
        for note in page.get("/Annots", ()):
            action = note.get("/A")
            if action is not None and str(action.get("/URI", "")).startswith(_JUMP):
                name = str(action.URI)
                del note["/A"]
                note.Dest = String(name.removeprefix(_JUMP) if name.startswith(f"{_JUMP}unit:") else name)


def _destinations(pdf: Pdf, sheets: Iterable[PlacedSheet]) -> None:
    tree = pikepdf.NameTree.new(pdf)
    for one in sheets:
        tree[one.name] = Array([pdf.pages[one.page - 1].obj, Name.Fit])
    pdf.Root.Names = pdf.make_indirect(Dictionary(Dests=tree.obj))


def _bookmarks(pdf: Pdf, sheets: Sequence[PlacedSheet], words: Mapping[str, str]) -> None:
    with pdf.open_outline() as outline:
        outline.root.clear()
        outline.root.append(OutlineItem(words["cover"], 0))
        outline.root.append(OutlineItem(words["contents"], 1))
        branch, group = None, ""
        for one in sheets:
            if branch is None or one.group != group:
                branch, group = OutlineItem(one.group, one.page - 1), one.group
                outline.root.append(branch)
            branch.children.append(OutlineItem(one.title, one.page - 1))
    pdf.Root.PageMode = Name.UseOutlines


def _describe(pdf: Pdf, imprint: Imprint) -> None:
    """Write title, author and language; no dates, and page labels that equal the numbers printed."""
    for name in list(pdf.docinfo):
        del pdf.docinfo[name]
    pdf.docinfo["/Title"], pdf.docinfo["/Author"] = imprint.title, imprint.compiler
    pdf.docinfo["/Subject"] = imprint.study
    pdf.docinfo["/Keywords"] = "; ".join(text for text in (imprint.status, imprint.edition, imprint.mark) if text)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        about.load_from_docinfo(pdf.docinfo, delete_missing=True)
        about["dc:language"] = {_language(imprint.lang)}
    pdf.Root.Lang = String(_language(imprint.lang))
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))


def _language(lang: str) -> str:
    return "en" if lang == "en" else "zh-CN"
