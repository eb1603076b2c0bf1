"""A workbook's parts: which part is which sheet, what its cells say, its fonts; and one more sheet announced."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

from zoning.redline.refusal import refused
from zoning.redline.runs import Props, Run, props_of, runs_of
from zoning.redline.xml_part import Element, children, first, in_utf8, local, namespace, parsed, serialised

__all__ = ["Book", "Sheet"]

_MAIN = "officeDocument"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name on the tab and its part."""

    name: str
    part: str


@dataclass
class Book:
    """A workbook that is open for reading; what is asked of it is parsed once."""

    archive: zipfile.ZipFile
    file: str
    main: str = ""
    sheets: tuple[Sheet, ...] = ()
    related: dict[str, str] = field(default_factory=dict)
    _strings: list[tuple[Run, ...]] | None = None
    _fonts: tuple[tuple[int, ...], tuple[Props | None, ...]] | None = None

    def __post_init__(self) -> None:
        rels = self.root("_rels/.rels")
        self.main = next(
            (_target("", one) for one in children(rels, "Relationship") if one.get("Type", "").endswith(f"/{_MAIN}")),
            "",
        )
        if not self.main:
            raise refused(self.file, "magic", suffix=".xlsx")
        folder = posixpath.dirname(self.main)
        by_id = {}
        for one in children(self.root(self.rels_name), "Relationship"):
            kind = one.get("Type", "").rsplit("/", 1)[-1]
            if one.get("TargetMode") != "External":
                by_id[one.get("Id")] = (kind, _target(folder, one))
        self.related = {kind: part for kind, part in by_id.values() if kind != "worksheet"}
        named = [(one.get("name", ""), by_id.get(_rel_id(one))) for one in self._listed()]
        self.sheets = tuple(Sheet(name, one[1]) for name, one in named if one and one[0] == "worksheet")

    @property
    def rels_name(self) -> str:
        """Part that relates the workbook to its sheets."""
        return posixpath.join(posixpath.dirname(self.main), "_rels", posixpath.basename(self.main) + ".rels")

    def _listed(self) -> list[Element]:
        sheets = first(self.root(self.main), "sheets")
        return list(children(sheets, "sheet")) if sheets is not None else []

    def content(self, part: str) -> bytes:
        """Return a part as bytes in UTF-8."""
        try:
            return in_utf8(self.archive.read(part), self.file, part)
        except KeyError as error:
            raise refused(self.file, "part", name=part, reason=error) from error

    def root(self, part: str) -> Element:
        """Return the root element of a part."""
        return parsed(self.content(part), self.file, part)

    def sheet(self, name: str) -> Sheet | None:
        """Return a sheet by the name on its tab, the first one for ""."""
        return next((one for one in self.sheets if not name or one.name == name), None)

    def string(self, number: int) -> tuple[Run, ...]:
        """Return a shared string by its number."""
        if self._strings is None:
            part = self.related.get("sharedStrings", "")
            source = BytesIO(self.content(part)) if part else None
            self._strings = [runs_of(one) for one in _items(source)] if source else []
        return self._strings[number] if 0 <= number < len(self._strings) else ()

    def runs(self, cell: Element | None) -> tuple[Run, ...] | None:
        """Return the runs of a cell that holds text, or nothing; None of one that computes or counts."""
        if cell is None:
            return ()
        kind, value = cell.get("t", "n"), first(cell, "v")
        if first(cell, "f") is not None:
            return None
        if kind == "inlineStr":
            item = first(cell, "is")
            return runs_of(item) if item is not None else ()
        text = str(value.text or "") if value is not None else ""
        if kind == "s":
            return self.string(int(text)) if text.strip().isdecimal() else ()
        if not text:
            return ()
        return (Run(text),) if kind == "str" or re.fullmatch(r"\d{1,15}", text) else None

    def font(self, style: str) -> Props | None:
        """Return the font of a style index; None where the workbook has no styles."""
        if self._fonts is None:
            self._fonts = self._read_fonts()
        formats, fonts = self._fonts
        number = int(style) if style.isdecimal() else 0
        at = formats[number] if number < len(formats) else 0
        return fonts[at] if at < len(fonts) else None

    def _read_fonts(self) -> tuple[tuple[int, ...], tuple[Props | None, ...]]:
        part = self.related.get("styles", "")
        if not part:
            return (), ()
        root = self.root(part)
        formats, fonts = first(root, "cellXfs"), first(root, "fonts")
        numbers = () if formats is None else tuple(int(one.get("fontId", "0")) for one in children(formats, "xf"))
        faces = () if fonts is None else tuple(props_of(one, name="rFont") for one in children(fonts, "font"))
        return numbers, faces

    def with_sheet(self, name: str) -> tuple[str, dict[str, bytes]]:
        """Return the part of a sheet that is put behind all others, and the parts that have to announce it."""
        taken = set(self.archive.namelist())
        folder = posixpath.dirname(self.sheets[0].part) if self.sheets else "xl/worksheets"
        part = next(one for at in range(1, len(taken) + 2) if (one := f"{folder}/sheet{at}.xml") not in taken)
        relations, book = self.root(self.rels_name), self.root(self.main)
        ids = {one.get("Id") for one in children(relations, "Relationship")}
        new = next(one for at in range(1, len(ids) + 2) if (one := f"rId{at}") not in ids)
        kind = next(
            one.get("Type") for one in children(relations, "Relationship") if one.get("Type", "").endswith("/worksheet")
        )
        etree.SubElement(
            relations, f"{{{namespace(relations)}}}Relationship", {"Id": new, "Type": kind, "Target": f"/{part}"}
        )
        sheets = first(book, "sheets")
        number = 1 + max((int(one.get("sheetId", "0")) for one in children(sheets, "sheet")), default=0)
        added = etree.SubElement(sheets, f"{{{namespace(book)}}}sheet", {"name": name, "sheetId": str(number)})
        added.set(f"{{{kind.rsplit('/', 1)[0]}}}id", new)
        changed = {self.rels_name: serialised(relations), self.main: serialised(book)}
        changed["[Content_Types].xml"] = _typed(self.root("[Content_Types].xml"), part)
        return part, changed | self._titles(name)

    def _titles(self, name: str) -> dict[str, bytes]:
        """Return the part that lists titles of sheets with one more; nothing if it lists none, or others than ours."""
        part = "docProps/app.xml"
        if part not in self.archive.namelist():
            return {}
        root = self.root(part)
        counts, titles = first(root, "HeadingPairs", "vector"), first(root, "TitlesOfParts", "vector")
        count = None if counts is None else next((one for one in counts.iter() if local(one) == "i4"), None)
        if count is None or titles is None or str(count.text) != str(len(self._listed())):
            return {}
        titles.insert(len(self._listed()), titles.makeelement(titles[0].tag, {}))
        titles[len(self._listed())].text = name
        count.text = str(len(self._listed()) + 1)
        titles.set("size", str(len(titles)))
        return {part: serialised(root)}

    def free_name(self, wanted: str) -> str:
        """Return a name that no sheet has: with a number behind it where needed."""
        taken = {one.get("name", "").lower() for one in self._listed()}
        names = (wanted if at == 1 else f"{wanted}{at}" for at in range(1, len(taken) + 3))
        return next(name for name in names if name.lower() not in taken)


def _items(source: BytesIO) -> list[Any]:
    parser = etree.iterparse(source, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return [one for _, one in parser if local(one) == "si"]


def _rel_id(sheet: Element) -> str:
    return next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")


def _target(folder: str, relation: Element) -> str:
    target = str(relation.get("Target", ""))
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _typed(root: Element, part: str) -> bytes:
    override = etree.SubElement(root, f"{{{namespace(root)}}}Override")
    override.set("PartName", f"/{part}")
    override.set("ContentType", _SHEET_TYPE)
    return serialised(root)
