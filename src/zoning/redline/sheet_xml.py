"""The XML of one sheet as bytes: where its cells lie, and new cells spliced in with every other byte kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from zoning.redline.refusal import refused
from zoning.redline.xml_part import Element, parsed

__all__ = ["At", "Scan", "address_of", "areas_of", "at_of", "merges_of", "scan", "spliced"]

At = tuple[int, int]
"""(row, column), from 1."""

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']([^\"']+)[\"']")
_HEIGHT = re.compile(rb"\s(?:\w+:)?ht\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_FIXED = re.compile(rb"\scustomHeight\s*=\s*[\"'](?:1|true)[\"']")


def at_of(address: str) -> At | None:
    """Return (row, column) of an address, None if it is none.

    Examples
    --------
    >>> at_of("AB12"), at_of("表")
    ((12, 28), None)
    """
    match = _CELL.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def address_of(at: At) -> str:
    """Return the address of (row, column).

    Examples
    --------
    >>> address_of((12, 28))
    'AB12'
    """
    letters, number = "", at[1]
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{at[0]}"


def merges_of(content: bytes, wanted: Iterable[At]) -> dict[At, At]:
    """Return, for every wanted cell that lies in a merged range, its upper left cell."""
    areas = areas_of(content)
    return {
        at: low for at in wanted for low, high in areas if low[0] <= at[0] <= high[0] and low[1] <= at[1] <= high[1]
    }


def areas_of(content: bytes) -> tuple[tuple[At, At], ...]:
    """Return the corners of every merged range of a sheet."""
    areas = []
    for found in _MERGE.finditer(content):
        corners = [at_of(part) for part in found[1].decode("ascii", "replace").split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            areas.append((corners[0], corners[1]))
    return tuple(areas)


@dataclass(slots=True)
class Line:
    """One wanted row: its opening tag, where its cells end (-1 if the tag closes itself), its cells by column."""

    start: int
    tag_end: int
    style: str
    inner_end: int = -1
    cells: dict[int, tuple[int, int, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Scan:
    """What is known of a sheet: prefix of its names, its root tag, wanted rows, where missing ones belong."""

    content: bytes
    prefix: str = ""
    root: bytes = b""
    lines: dict[int, Line] = field(default_factory=dict)
    homes: dict[int, int] = field(default_factory=dict)
    data: tuple[int, int, int] = (0, 0, -1)
    above: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    columns: list[tuple[int, int, str]] = field(default_factory=list)

    def cell(self, at: At) -> Element | None:
        """Return the element of a cell; None where the sheet has none."""
        line = self.lines.get(at[0])
        spot = line.cells.get(at[1]) if line else None
        if spot is None:
            return None
        closing = f"</{self.prefix}worksheet>".encode()
        return parsed(self.root + self.content[spot[0] : spot[1]] + closing)[0]

    def style(self, at: At) -> str:
        """Return the style index of a cell; of a missing one that of its row, of the cell above, of its column."""
        line = self.lines.get(at[0])
        if line and at[1] in line.cells:
            return line.cells[at[1]][2]
        if line and line.style:
            return line.style
        over = [style for row, style in self.above.get(at[1], []) if row < at[0]]
        if over:
            return over[-1]
        return next((style for low, high, style in self.columns if low <= at[1] <= high), "")


class _Scanner:
    def __init__(self, content: bytes, wanted: Iterable[At]) -> None:
        self.found = Scan(content)
        wanted = set(wanted)
        self.rows = sorted({row for row, _ in wanted}, reverse=True)
        self.wide = {column for _, column in wanted}
        self.row = self.column = 0
        self.line: Line | None = None
        self.names: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.spot = (0, "")

    def tag_end(self, start: int) -> int:
        match = _TAG.match(self.found.content, start)
        return match.end() if match else start

    def closes_itself(self, start: int) -> bool:
        """Tell whether a tag has no content; where its end is then told to be differs between versions of expat."""
        return self.found.content[self.tag_end(start) - 2 : self.tag_end(start)] == b"/>"

    def start(self, name: str, given: dict[str, str]) -> None:
        if not self.names:
            self.open_root(name)
        kind = self.names.get(name)
        if kind == "c":
            at = at_of(given.get("r", ""))
            self.column = at[1] if at else self.column + 1
            self.spot = (self.parser.CurrentByteIndex, given.get("s", ""))
            if self.column in self.wide:
                self.found.above.setdefault(self.column, []).append((self.row, given.get("s", "")))
        elif kind == "row":
            self.open_row(given)
        elif kind == "col" and given.get("style"):
            self.found.columns.append((int(given["min"]), int(given["max"]), given["style"]))
        elif kind == "sheetData":
            at_byte = self.parser.CurrentByteIndex
            self.found.data = (at_byte, self.tag_end(at_byte), -1)

    def open_root(self, name: str) -> None:
        prefix = f"{name.partition(':')[0]}:" if ":" in name else ""
        self.names = {f"{prefix}{one}": one for one in ("row", "c", "sheetData", "col")}
        start = self.parser.CurrentByteIndex
        self.found.prefix, self.found.root = prefix, self.found.content[start : self.tag_end(start)]

    def open_row(self, given: dict[str, str]) -> None:
        number = given.get("r", "")
        self.row = int(number) if number.isascii() and number.isdigit() else self.row + 1
        self.column = 0
        start = self.parser.CurrentByteIndex
        while self.rows and self.rows[-1] < self.row:
            self.found.homes[self.rows.pop()] = start
        self.line = None
        if self.rows and self.rows[-1] == self.row:
            style = given.get("s", "") if given.get("customFormat") in ("1", "true") else ""
            self.line = self.found.lines.setdefault(self.rows.pop(), Line(start, self.tag_end(start), style))

    def end(self, name: str) -> None:
        kind = self.names.get(name)
        at = self.parser.CurrentByteIndex
        if kind == "c" and self.line is not None:
            start, style = self.spot
            self.line.cells[self.column] = (start, self.tag_end(start if self.closes_itself(start) else at), style)
        elif kind == "row" and self.line is not None:
            self.line.inner_end = -1 if self.closes_itself(self.line.start) else at
            self.line = None
        elif kind == "sheetData":
            self.close_data(at)

    def close_data(self, at: int) -> None:
        start, tag_end, _ = self.found.data
        self.found.data = (start, tag_end, -1 if self.closes_itself(start) else at)
        for row in self.rows:
            self.found.homes[row] = at


def scan(content: bytes, wanted: Iterable[At], file: str = "", name: str = "") -> Scan:
    """Return where the wanted cells of a sheet (UTF-8) lie; it is read once, from front to back.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE`` if the part is no XML.
    """
    scanner = _Scanner(content, wanted)
    try:
        scanner.parser.Parse(content, True)  # noqa: FBT003 - the parser takes no keyword
    except (expat.ExpatError, ValueError, KeyError) as error:
        raise refused(file, "part", name=name, reason=error) from error
    return scanner.found


def spliced(found: Scan, cells: Mapping[At, str]) -> bytes:
    """Return a sheet with cells (whole ``<c>`` elements) in their places: replaced, or put in, in row and column order.

    The height that a program remembered for a changed row is forgotten, unless a person fixed it, so that new words
    are seen.
    """
    cuts: list[tuple[int, int, bytes]] = []
    fresh: dict[int, list[tuple[int, str]]] = {}
    for at, xml in sorted(cells.items()):
        if at[0] in found.lines:
            continue
        fresh.setdefault(at[0], []).append((at[1], xml))
    for row in sorted({row for row, _ in cells} & set(found.lines)):
        cuts += _row_cuts(found, found.lines[row], {at[1]: xml for at, xml in cells.items() if at[0] == row})
    cuts += _fresh_rows(found, {row: "".join(xml for _, xml in given) for row, given in fresh.items()})
    parts, last = [], 0
    for start, end, new in sorted(cuts, key=lambda cut: (cut[0], cut[1])):
        parts += [found.content[last:start], new]
        last = end
    return b"".join([*parts, found.content[last:]])


def _row_cuts(found: Scan, line: Line, cells: Mapping[int, str]) -> list[tuple[int, int, bytes]]:
    tag = found.content[line.start : line.tag_end]
    cuts = []
    shorter = tag if _FIXED.search(tag) else _HEIGHT.sub(b"", tag)
    missing: dict[int, bytes] = {}
    for column, xml in sorted(cells.items()):
        if column in line.cells:
            start, end, _ = line.cells[column]
            cuts.append((start, end, xml.encode()))
        else:
            behind = [start for other, (start, _, _) in line.cells.items() if other > column]
            home = min(behind, default=line.inner_end)
            missing[home] = missing.get(home, b"") + xml.encode()
    if line.inner_end < 0:
        inner = missing.pop(-1, b"")
        closing = f"</{found.prefix}row>".encode()
        return [(line.start, line.tag_end, shorter[:-2].rstrip() + b">" + inner + closing)]
    cuts += [(home, home, xml) for home, xml in missing.items()]
    return cuts if shorter == tag else [(line.start, line.tag_end, shorter), *cuts]


def _fresh_rows(found: Scan, rows: Mapping[int, str]) -> list[tuple[int, int, bytes]]:
    homes: dict[int, bytes] = {}
    for row, inner in sorted(rows.items()):
        xml = f'<{found.prefix}row r="{row}">{inner}</{found.prefix}row>'.encode()
        homes[found.homes[row]] = homes.get(found.homes[row], b"") + xml
    start, tag_end, inner_end = found.data
    if homes and inner_end < 0:
        opened = found.content[start:tag_end][:-2].rstrip() + b">"
        return [(start, tag_end, opened + b"".join(homes.values()) + f"</{found.prefix}sheetData>".encode())]
    return [(home, home, xml) for home, xml in homes.items()]
