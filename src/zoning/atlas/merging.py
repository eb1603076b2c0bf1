"""Parts bound into one PDF: page numbers, bookmarks, jumps to the sheets, metadata. No date and no machine is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf, Rectangle, String

from zoning.atlas.model import Imprint

__all__ = ["Part", "PlacedSheet", "bind", "first_pages", "lay", "page_count", "sheet_pages"]

_JUMP = "sheet:"
_PANEL = "panel:"


@dataclass(frozen=True, slots=True)
class PlacedSheet:
    """A sheet in the atlas: its bookmark, and its first page, from 1 (of its part until it is bound)."""

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
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        return tuple(numbers[_destination(pdf, item).objgen] for item in outline.root)


def sheet_pages(path: Path) -> dict[str, int]:
    """Return the named places of a finished atlas: ``sheet:ID`` or ``unit:CODE`` → page, from 1."""
    with pikepdf.open(path) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        places = pikepdf.NameTree(pdf.Root.Names.Dests)
        return {str(name): numbers[place[0].objgen] for name, place in places.items()}


def _destination(pdf: Pdf, item: OutlineItem) -> pikepdf.Object:
    found = item.destination
    if isinstance(found, Array):
        return found[0]
    if isinstance(found, String | Name):
        tree = pikepdf.NameTree(pdf.Root.Names.Dests)
        place = tree[str(found)]
        return place.D[0] if isinstance(place, Dictionary) else place[0]
    raise TypeError(type(found))


def lay(sheets: bytes, drawing: Path, target: Path) -> None:
    """Write the pages of a part with its drawings in the places that are held for them by links ``panel:N``."""
    with pikepdf.open(BytesIO(sheets)) as pdf, ExitStack() as stack:
        drawings = stack.enter_context(pikepdf.open(drawing)) if drawing.exists() else None
        for page in pdf.pages:
            kept = []
            for note in page.get("/Annots", Array()):
                name = str(note.get("/A", Dictionary()).get("/URI", ""))
                if drawings is None or not name.startswith(_PANEL):
                    kept.append(note)
                    continue
                number = int(name.removeprefix(_PANEL))
                _place(pdf, page, drawings.pages[number - 1], f"/Panel{number}", Rectangle(*map(float, note["/Rect"])))
            page.obj.Annots = Array(kept)
        _save(pdf, target)


def _place(pdf: Pdf, page: Page, drawing: Page, name: str, room: Rectangle) -> None:
    """Lay a page of another file over a page, under a name that is the same in every run."""
    form = pdf.copy_foreign(drawing.as_form_xobject())
    used = page.add_resource(form, Name.XObject, Name(name))
    page.contents_add(b"q\n", prepend=True)
    placed = page.calc_form_xobject_placement(
        form, used, room, invert_transformations=True, allow_shrink=True, allow_expand=True
    )
    page.contents_add(b"\nQ\n" + placed)


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
            _place(pdf, Page(page), number, "/Number", Rectangle(page.mediabox))
        _jumps(pdf)
        _destinations(pdf, sheets)
        _bookmarks(pdf, sheets, words)
        _describe(pdf, imprint)
        pdf.remove_unreferenced_resources()
        _share_forms(pdf)
        _save(pdf, target)


def _share_forms(pdf: Pdf) -> None:
    """Let equal drawings of different parts be one: borders and units stand on many sheets.

    Forms hold forms: those that are equal but for what they hold are found equal in the next round.
    """
    while equal := _equal_forms(pdf):
        for holder in (*(page.obj for page in pdf.pages), *_forms(pdf)):
            held = holder.get("/Resources", Dictionary()).get("/XObject", Dictionary())
            for name in list(held.keys()):
                if held[name].objgen in equal:
                    held[name] = equal[held[name].objgen]
        pdf.remove_unreferenced_resources()


def _equal_forms(pdf: Pdf) -> dict[tuple[int, int], pikepdf.Object]:
    """Return number of a form → the first form that equals it, for all that are in use and have an earlier equal."""
    first: dict[tuple[bytes, bytes], pikepdf.Object] = {}
    equal: dict[tuple[int, int], pikepdf.Object] = {}
    for form in _forms(pdf):
        key = (hashlib.sha256(form.read_raw_bytes()).digest(), form.stream_dict.unparse())
        if key in first:
            equal[form.objgen] = first[key]
        first.setdefault(key, form)
    return equal


def _forms(pdf: Pdf) -> list[pikepdf.Object]:
    """Return every form that a page draws, or that a form draws which a page draws, each once."""
    found: dict[tuple[int, int], pikepdf.Object] = {}
    holders: list[pikepdf.Object] = [page.obj for page in pdf.pages]
    while holders:
        held = holders.pop().get("/Resources", Dictionary()).get("/XObject", Dictionary())
        new = [one for one in held.values() if one.get("/Subtype") == Name.Form and one.objgen not in found]
        found |= {one.objgen: one for one in new}
        holders += new
    return [found[number] for number in sorted(found)]


def _save(pdf: Pdf, target: Path) -> None:
    """Write a file by way of memory: on a full disk the library would end the program instead of raising an error."""
    made = BytesIO()
    pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    target.write_bytes(made.getbuffer())


def _jumps(pdf: Pdf) -> None:
    """Turn the links ``sheet:ID`` of the contents into jumps to the named places."""
    for page in pdf.pages:
        for note in page.get("/Annots", ()):
            name = str(note.get("/A", Dictionary()).get("/URI", ""))
            if name.startswith(_JUMP):
                del note.A
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
    for name in list(pdf.docinfo.keys()):
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
