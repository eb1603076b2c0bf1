"""Where text stands in a document: cells of its tables and paragraphs between them, as a reader counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zoning.redline.sheet_xml import address_of
from zoning.redline.xml_part import Element, first, inside, local

__all__ = [
    "BETWEEN",
    "BREAKS",
    "GONE",
    "Letter",
    "Places",
    "cells_of",
    "letters_of",
    "mark_is_gone",
    "own",
    "paragraphs_of",
    "tables_of",
    "value_of",
]

GONE = ("del", "moveFrom", "txbxContent", "Fallback")
"""What is no part of the text with all changes accepted."""
BETWEEN = "正文"
"""Name under which the paragraphs between the tables go."""
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One character: the element that holds it and its place there; of the end of a paragraph the paragraph."""

    text: str
    holder: Element
    at: int = 0

    @property
    def ends(self) -> bool:
        """Whether it is the end of a paragraph."""
        return local(self.holder) == "p"


def own(element: Element, name: str) -> Iterator[Element]:
    """Descendants of a name that belong to this table, row or cell, not to a table inside it."""
    for child in element:
        kind = local(child)
        if kind == name:
            yield child
        elif kind != "tbl" and kind not in GONE:
            yield from own(child, name)


def tables_of(root: Element) -> list[Element]:
    """Tables of a document in order, those inside cells, text boxes and deleted parts passed over."""
    return [one for one in root.iter() if local(one) == "tbl" and not inside(one, ("tbl", *GONE))]


def paragraphs_of(root: Element) -> list[list[Element]]:
    """Paragraphs between the tables, empty ones too, in the order of their numbers (``¶1``).

    A paragraph whose mark was deleted goes on in the next one: together they are one. Before a table there is no next
    one: what is left of it is a paragraph, and none where nothing is left.
    """
    groups: list[list[Element]] = []
    going_on = False
    for one in root.iter():
        if local(one) not in ("p", "tbl") or inside(one, ("tbl", *GONE)):
            continue
        if local(one) == "tbl":
            if going_on and not letters_of(groups[-1]):
                groups.pop()  # deleted whole: before a table there is no paragraph for it to go on in
            going_on = False
            continue
        if going_on:
            groups[-1].append(one)
        else:
            groups.append([one])
        going_on = mark_is_gone(one)
    return groups


def mark_is_gone(paragraph: Element) -> bool:
    """Tell whether the mark of a paragraph was deleted or moved away."""
    marks = first(paragraph, "pPr", "rPr")
    return marks is not None and any(local(one) in GONE for one in marks)


def value_of(element: Element, part: str, name: str) -> str | None:
    """Attribute ``val`` of a property; empty if it stands without one, None if it does not stand."""
    one = first(element, part, name)
    if one is None:
        return None
    return next((str(given) for key, given in one.attrib.items() if str(key).endswith("val")), "")


def _count(text: str | None, least: int) -> int:
    return max(int(text), least) if text and text.isascii() and text.isdigit() and len(text) < 12 else least


def cells_of(table: Element) -> dict[str, Element]:
    """Cells of a table by address, as the reader of documents counts: a merged cell has all its addresses.

    A deleted row is not counted; a cell over several rows is its first.
    """
    cells: dict[str, Element] = {}
    above: dict[int, Element] = {}
    number = 0
    for line in own(table, "tr"):
        if any(value_of(line, "trPr", kind) is not None for kind in ("del", "moveFrom")):
            continue
        number += 1
        column, held = 1 + _count(value_of(line, "trPr", "gridBefore"), 0), {}
        for cell in [one for one in own(line, "tc") if value_of(one, "tcPr", "cellDel") is None]:
            span = _count(value_of(cell, "tcPr", "gridSpan"), 1)
            merge = value_of(cell, "tcPr", "vMerge")
            stands = above[column] if merge in ("", "continue") and column in above else cell
            for at in range(column, column + span):
                cells[address_of((number, at))] = stands
                if merge is not None:
                    held[at] = stands
            column += span
        above = held
    return cells


def letters_of(paragraphs: list[Element]) -> list[Letter]:
    """Characters of paragraphs with all changes accepted, one for the end of each but the last if it is there."""
    letters: list[Letter] = []
    for number, paragraph in enumerate(paragraphs):
        if number and not mark_is_gone(paragraphs[number - 1]):
            letters.append(Letter("\n", paragraphs[number - 1]))
        letters += _letters(paragraph)
    return letters


def _letters(element: Element) -> Iterator[Letter]:
    for child in element:
        kind = local(child)
        if kind == "t":
            yield from (Letter(text, child, at) for at, text in enumerate(str(child.text or "")))
        elif kind in BREAKS:
            yield Letter(BREAKS[kind], child)
        elif kind not in (*GONE, "pPr", "rPr"):
            yield from _letters(child)


class Places:
    """The places of a document by their addresses; what is asked for is counted once."""

    def __init__(self, root: Element) -> None:
        self.tables = tables_of(root)
        self.paragraphs = paragraphs_of(root)
        self._cells: dict[int, dict[str, Element]] = {}

    def at(self, sheet: str, cell: str) -> list[Element] | None:
        """Return the paragraphs of an address (``表2`` and ``C7``, or ``¶12``); None if there is no such place."""
        if cell.startswith("¶"):
            number = _count(cell[1:], 0)
            return self.paragraphs[number - 1] if 1 <= number <= len(self.paragraphs) else None
        found = self.cells(_count(sheet.removeprefix("表"), 0)).get(cell)
        return None if found is None else list(own(found, "p"))

    def cells(self, number: int) -> dict[str, Element]:
        """Return the cells of a table by address, tables counted from 1; nothing where there is no such table."""
        if not 1 <= number <= len(self.tables):
            return {}
        if number not in self._cells:
            self._cells[number] = cells_of(self.tables[number - 1])
        return self._cells[number]
