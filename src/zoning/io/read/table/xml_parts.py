"""XML parts of Office files, looked through before a library builds anything of them: entities, sizes, links."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET
from xml.parsers import expat

from zoning.intake import Met
from zoning.io.read.guard import BROKEN_ZIP, require_cells
from zoning.io.read.unreadable import unreadable

__all__ = ["links_of", "opened", "parts_beside", "require_sheets", "require_xml"]

_CHUNK = 1 << 16
_CELL = re.compile(r"\$?([A-Za-z]{1,7})\$?(\d{1,10})")
_RELATED = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_MACROS = ("vbaproject.bin",)
_EMBEDDED = ("/externallinks/", "/embeddings/", "/activex/")

_Start = Callable[[str, dict[str, str]], None]


@contextmanager
def opened(path: Path, file: str) -> Iterator[zipfile.ZipFile]:
    """Open an Office container; what is wrong with it or with a part of it is the finding ``FILE_UNREADABLE``."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except BROKEN_ZIP as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error


def require_xml(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse a container in which a part is no XML or declares a document type (and so, perhaps, entities).

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    for name in archive.namelist():
        if name.lower().endswith((".xml", ".rels")):
            _parse(archive, name, file)


def require_sheets(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse sheets whose filled cells span, or whose merged ranges hold, more than ``tables/limits.csv`` allows.

    One value in a far corner, or one range over the whole sheet, would make a library build 10¹⁰ cells.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    for name in archive.namelist():
        if name.lower().endswith(".xml") and "/worksheets/" in name.lower():
            size = _Size(file)
            _parse(archive, name, file, size.start)
            require_cells(size.count, file, "table_cells")
            require_cells(size.rows * size.columns, file, "table_cells")


class _Size:
    """Counts what a sheet holds while its XML streams by."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = self.rows = self.columns = self.merged = 0
        self._at = (0, 0)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take one opening tag."""
        local = name.rsplit(":", 1)[-1]
        if local == "row":
            self._at = (_whole(attributes.get("r", "")) or self._at[0] + 1, 0)
        elif local == "c":
            self.count += 1
            self._at = _place(attributes.get("r", "")) or (self._at[0], self._at[1] + 1)
        elif local in ("v", "is", "f"):
            self.rows, self.columns = max(self.rows, self._at[0]), max(self.columns, self._at[1])
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _merge(self, reference: str) -> None:
        corners = [_place(part) for part in reference.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (row0, column0), (row1, column1) = corners[0], corners[1]
            self.merged += (abs(row1 - row0) + 1) * (abs(column1 - column0) + 1)
            require_cells(self.merged, self.file, "merged_cells")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _place(reference: str) -> tuple[int, int] | None:
    """(row, column) of a reference like ``B7``; None if it is none."""
    match = _CELL.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _parse(archive: zipfile.ZipFile, name: str, file: str, start: _Start | None = None) -> None:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise unreadable("FILE_UNREADABLE", file, "entity", name=name)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003 - the parser takes no keyword
            parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise unreadable("FILE_UNREADABLE", file, "part", name=name, reason=error) from error


def links_of(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """Return names of macros, embedded objects and external targets of a container; nothing of them is followed.

    A hyperlink counts in a workbook, not in a document, where addresses turn into links as one types; mail addresses
    never do.
    """
    found: dict[str, None] = {}
    for name in archive.namelist():
        lower = f"/{name.lower()}"
        inside = any(mark in lower for mark in _EMBEDDED) and not lower.endswith((".rels", "/"))
        if inside or PurePosixPath(lower).name in _MACROS:
            found[name] = None
        if lower.endswith(".rels"):
            found |= dict.fromkeys(_external(archive.read(name), hyperlinks=lower.startswith("/xl/")))
    return tuple(found)


def parts_beside(archive: zipfile.ZipFile) -> dict[str, tuple[Met, ...]]:
    """Return comments, pictures and embedded objects of a workbook by the part of the sheet they belong to."""
    names = set(archive.namelist())
    met: dict[str, list[Met]] = {}
    for name in sorted(names):
        folder, _, file = name.rpartition("/_rels/")
        if folder.endswith("worksheets") and file.endswith(".rels"):
            found = met.setdefault(f"{folder}/{file.removesuffix('.rels')}", [])
            for kind, part in _related(archive.read(name), folder):
                found += _beside(archive, kind, part) if part in names else []
    return {name: tuple(found) for name, found in met.items()}


def _related(content: bytes, folder: str) -> list[tuple[str, str]]:
    """Kind and part of every relation inside the container."""
    related = []
    for tag in _RELATED.findall(content):
        given = dict(re.findall(r'([\w:]+)\s*=\s*["\']([^"\']*)["\']', tag.decode("utf-8", "replace")))
        target, kind = given.get("Target", ""), given.get("Type", "").rsplit("/", 1)[-1]
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        related.append((kind, part))
    return related


def _beside(archive: zipfile.ZipFile, kind: str, part: str) -> list[Met]:
    if kind == "comments":
        root = ET.fromstring(archive.read(part))  # noqa: S314 - looked through by require_xml: no entities
        notes = [one for one in root.iter() if one.tag.endswith("}comment")]
        return [Met("comment", one.get("ref", ""), "".join(one.itertext()).strip()) for one in notes]
    if kind == "drawing":
        beside = f"{posixpath.dirname(part)}/_rels/{posixpath.basename(part)}.rels"
        kinds = _related(archive.read(beside), posixpath.dirname(part)) if beside in archive.namelist() else []
        return [*_boxes(archive, part), *(Met("picture", "", posixpath.basename(one)) for what, one in kinds
                                          if what == "image")]  # fmt: skip
    return [Met("object", "", posixpath.basename(part))] if kind in ("oleObject", "package") else []


def _boxes(archive: zipfile.ZipFile, part: str) -> list[Met]:
    """Texts in shapes that lie on a sheet."""
    root = ET.fromstring(archive.read(part))  # noqa: S314 - looked through by require_xml: no entities
    texts = ("".join(one.itertext()).strip() for one in root.iter() if one.tag.endswith("}txBody"))
    return [Met("box", "", text) for text in texts if text]


def _external(content: bytes, *, hyperlinks: bool) -> list[str]:
    targets = []
    for tag in _RELATED.findall(content):
        given = dict(re.findall(r'([\w:]+)\s*=\s*["\']([^"\']*)["\']', tag.decode("utf-8", "replace")))
        target = given.get("Target", "")
        kind = given.get("Type", "").rsplit("/", 1)[-1]
        if given.get("TargetMode") != "External" or target.lower().startswith("mailto:"):
            continue
        if hyperlinks or kind != "hyperlink":
            targets.append(target)
    return targets
