"""The atlas part by part: sheets are drawn and set some at a time, and bound when all are there.

A finished part is kept under the digest of what it was made from, so that an atlas that was stopped goes on where it
was; memory holds one part at a time.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar
from weakref import ReferenceType, ref

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.atlas.drawing import draw_panels
from zoning.atlas.layout import Orientation, Paper, atlas_setting, frames_of
from zoning.atlas.legends import symbol_data
from zoning.atlas.merging import Part, PlacedSheet, bind, first_pages, lay, page_count
from zoning.atlas.model import Absent, Drawn, Imprint, Plate
from zoning.atlas.typesetting import Press, book_data, plate_data, texts_of
from zoning.cartography import Entry
from zoning.errors import Finding
from zoning.fonts import check_texts
from zoning.messages import say
from zoning.symbology import Look

__all__ = ["Bound", "Edition", "Progress", "make_parts", "write_book"]

Progress = Callable[[int, int], None]
_DRAWING = "panels.pdf"
_MAKERS = ("atlas", "cartography", "fonts", "symbology", "tables")
_LIBRARIES = ("matplotlib", "pikepdf", "shapely", "typst")
_COMPILED, _BEGUN = ".pyc", ".begun"
_CONVENTIONS = ("limits", "outline", "north", "approval")


@dataclass(frozen=True, slots=True)
class Bound:
    """What an atlas came to.

    Attributes
    ----------
    pages, bookmarks : int
        How many it has.
    sheet_pages : mapping of str to int
        Id of a sheet → its first page, from 1.
    """

    pages: int
    bookmarks: int
    sheet_pages: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """How an atlas is made: marginalia, look, paper, fonts, and where its parts are kept until it is whole."""

    imprint: Imprint
    look: Look
    work: Path
    paper: Paper = "A3"
    orientation: Orientation = "landscape"
    fonts: tuple[Path, ...] = ()

    @property
    def shared(self) -> dict[str, Any]:
        """What all its pages share."""
        return book_data(self.imprint, self.paper, self.orientation, self.fonts)


@dataclass
class _Making:
    """One atlas under way."""

    edition: Edition
    press: Press
    findings: list[Finding] = field(default_factory=list)

    def part(self, plates: Sequence[Plate]) -> Part | None:
        """Return a part of sheets, from the work folder if it is there; None once a text cannot be written."""
        edition = self.edition
        texts = {one.title: texts_of(one, edition.look, edition.imprint.lang) for one in plates}
        self.findings += check_texts(texts, edition.fonts)
        if self.findings:
            return None
        path = edition.work / f"{_digest(plates, edition)}.pdf"
        about = path.with_suffix(".json")
        if not about.exists():
            self._set(plates, path)
            begun = about.with_suffix(_BEGUN)  # a part counts from the moment on in which all is known of it
            begun.write_text(json.dumps({"pages": page_count(path), "first": first_pages(path)}), encoding="utf-8")
            begun.replace(about)
        known = json.loads(about.read_text(encoding="utf-8"))
        placed = (
            PlacedSheet(one.id, one.group, one.title, page) for one, page in zip(plates, known["first"], strict=True)
        )
        return Part(path, known["pages"], tuple(placed))

    def _set(self, plates: Sequence[Plate], path: Path) -> None:
        edition = self.edition
        panels = [panel for plate in plates for panel in plate.panels]
        frames = [frame for plate in plates for frame in frames_of(plate, edition.paper, edition.orientation)]
        drawing = edition.work / _DRAWING
        drawn: Iterator[Drawn] = iter(())
        if panels:
            drawn = iter(draw_panels(panels, frames, drawing, edition.imprint.lang, edition.fonts))
        form = (edition.paper, edition.orientation, edition.look, edition.imprint)
        sheets = [plate_data(one, list(islice(drawn, len(one.panels))), form) for one in plates]
        lay(self.press.set({"kind": "sheets", "book": edition.shared, "plates": sheets}), drawing, path)


def make_parts(
    plates: Iterable[Plate], edition: Edition, total: int, progress: Progress | None = None
) -> tuple[tuple[Part, ...], tuple[Finding, ...]]:
    """Draw and set the sheets, some at a time.

    Parameters
    ----------
    plates : iterable of Plate
        In their order; read as they are needed.
    edition : Edition
        How.
    total : int
        How many sheets there will be, for ``progress``.
    progress : callable, optional
        Told (done, total) after every part.

    Returns
    -------
    parts, findings
        No parts if a text cannot be written with the fonts there are: then the findings say which characters.
    """
    making = _Making(edition, Press(edition.work, edition.fonts))
    making.findings += check_texts({edition.imprint.title: "\n".join(_strings(edition.shared))}, edition.fonts)
    parts: list[Part] = []
    done = 0
    for some in _chunks(plates, int(atlas_setting("chunk"))):
        part = making.part(some)
        parts += [part] if part is not None else []
        done += len(some)
        if progress is not None:
            progress(done, max(total, done))
    return (() if making.findings else tuple(parts)), tuple(making.findings)


def write_book(target: Path, parts: Sequence[Part], absent: Sequence[Absent], edition: Edition) -> Bound:
    """Set cover, contents and page numbers, and bind everything into a file."""
    press = Press(edition.work, edition.fonts)
    front, pages = edition.work / "front.pdf", 0
    placed: tuple[PlacedSheet, ...] = ()
    for _ in range(3):  # the contents take as many pages with right numbers as with wrong ones, but for a digit
        placed = _placed(parts, pages)
        front.write_bytes(press.set(_front(placed, absent, edition)))
        before, pages = pages, page_count(front)
        if before == pages:
            break
    total = pages + sum(part.pages for part in parts)
    numbers = edition.work / "numbers.pdf"
    texts = [f"{number} / {total}" for number in range(1, total + 1)]
    numbers.write_bytes(press.set({"kind": "numbers", "book": edition.shared, "numbers": texts}))
    bind(target, (Part(front, pages, ()), *parts), numbers, edition.imprint, edition.shared["words"])
    groups = sum(one.group != other for one, other in zip(placed, ["", *(one.group for one in placed)], strict=False))
    return Bound(total, 2 + groups + len(placed), {one.id: one.page for one in placed})


def _placed(parts: Sequence[Part], before: int) -> tuple[PlacedSheet, ...]:
    placed: list[PlacedSheet] = []
    for part in parts:
        placed += [replace(one, page=one.page + before) for one in part.sheets]
        before += part.pages
    return tuple(placed)


def _front(placed: Sequence[PlacedSheet], absent: Sequence[Absent], edition: Edition) -> dict[str, Any]:
    groups: list[dict[str, Any]] = []
    for one in placed:
        if not groups or groups[-1]["title"] != one.group:
            groups.append({"title": one.group, "sheets": []})
        groups[-1]["sheets"].append({"id": one.id, "title": one.title, "page": str(one.page)})
    return {
        "kind": "front",
        "book": edition.shared,
        "groups": groups,
        "absent": [{"title": one.title, "missing": one.missing} for one in absent],
        "conventions": _conventions(edition),
    }


def _conventions(edition: Edition) -> list[dict[str, Any]]:
    lang, nothing = edition.imprint.lang, edition.look.no_data
    entry = Entry(nothing.code, nothing.label(lang), nothing.fill, nothing.outline, nothing.hatch)
    shown = [{"symbol": symbol_data(entry), "mark": "", "text": say("atlas.convention.no_data", lang)}]
    keys = [*_CONVENTIONS, *(["example"] if edition.imprint.mark else [])]
    return shown + [{"symbol": None, "mark": "·", "text": say(f"atlas.convention.{key}", lang)} for key in keys]


def _digest(plates: Sequence[Plate], edition: Edition) -> str:
    """Return what a part is kept under: another text, shape, size, look, font or program makes another part."""
    made = hashlib.sha256(json.dumps(edition.shared, sort_keys=True).encode())
    made.update(_makers())
    made.update(repr(edition.look).encode())
    for font in edition.fonts:
        made.update(hashlib.sha256(font.read_bytes()).digest())
    for plate in plates:
        flat = BytesIO()
        _Flat(flat, protocol=5).dump(plate)
        made.update(flat.getvalue())
    return made.hexdigest()[:32]


class _Flat(pickle.Pickler):
    """Pickles a plate with a hash in the place of its shapes: those of the region are the same on every sheet."""

    hashed: ClassVar[dict[int, tuple[ReferenceType[NDArray[Any]], str]]] = {}

    def persistent_id(self, value: Any) -> str | None:  # noqa: ANN401 - whatever a plate holds
        if not isinstance(value, np.ndarray) or value.dtype != object or not shapely.is_geometry(value).all():
            return None
        known = self.hashed.get(id(value))
        if known is None or known[0]() is not value:  # the number of an array that is gone is given to another
            shape = hashlib.sha256(repr(value.shape).encode())
            for one in shapely.to_wkb(value.ravel()):
                shape.update(one)
            self.hashed[id(value)] = known = ref(value), shape.hexdigest()
        return known[1]


@cache
def _makers() -> bytes:
    """Return a hash of what draws and sets: code, templates, tables and fonts of ours, releases of the libraries."""
    made = hashlib.sha256(repr([(name, version(name)) for name in _LIBRARIES]).encode())
    for name in _MAKERS:
        room = Path(str(files(f"zoning.{name}")))
        for file in sorted(one for one in room.rglob("*") if one.is_file() and one.suffix != _COMPILED):
            made.update(f"{name}/{file.relative_to(room).as_posix()}\n".encode())
            made.update(hashlib.sha256(file.read_bytes()).digest())
    return made.digest()


def _chunks(plates: Iterable[Plate], size: int) -> Iterator[list[Plate]]:
    rest = iter(plates)
    while some := list(islice(rest, size)):
        yield some


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)
