"""Paragraphs of a document → bits: headings say whose clauses follow, in which dimension, under which sub-item."""

from __future__ import annotations

import re
from dataclasses import replace

from zoning.checks.table.list_codes import Head
from zoning.checks.table.list_entries import bit_of
from zoning.checks.table.list_owners import About, Gathered, aside, code_faults, codes_of, stray
from zoning.checks.table.list_rows import text_bits
from zoning.checks.table.list_words import dimension_of, half_width, is_aside, segments, without_codes
from zoning.clauses.normalise import HEAD
from zoning.intake import RawCell, RawTable
from zoning.tables import numbers

__all__ = ["has_dimensions", "read_paragraphs"]

_NUMBER = re.compile(rf"\s*({HEAD})")
_FIGURES = (("[0-9]+", "1"), ("[一二三四五六七八九十百]+", "一"), ("[①-⑳]", "①"))
_STOPS = "。；;"


def has_dimensions(table: RawTable, about: About) -> bool:
    """Tell whether paragraphs are a list: some of them name dimensions."""
    return any(_dimension(cell, about) or segments(cell.text)[0].dimension for line in table.rows for cell in line)


def read_paragraphs(table: RawTable, about: About, into: Gathered) -> None:
    """Read the paragraphs of a document.

    A heading is short and has no stop; one with the number style of the heading of the dimension (一、) ends it, one
    with another style ((一)) is the heading of a sub-item. What stands before the first dimension is no clause.
    """
    reader = _Paragraphs(table, about, into)
    for line in table.rows:
        for cell in line:
            if cell.text:
                reader.take(cell)


def _style(cell: RawCell) -> str:
    """Return the look of a heading's number, be it written or shown by the word processor."""
    shown = cell.numbers[0][1] if cell.numbers else ""
    found = _NUMBER.match(half_width(f"{shown}{cell.text}"))
    if found is None:
        return ""
    style = found[1]
    for figures, one in _FIGURES:
        style = re.sub(figures, one, style)
    return style


def _is_heading(text: str) -> bool:
    letters = int(numbers("limits")["list_heading_letters"])
    return len(text) <= letters and not any(stop in text for stop in _STOPS)


def _dimension(cell: RawCell, about: About) -> tuple[str, str] | None:
    return dimension_of(cell.text, about.ours) if _is_heading(cell.text) else None


class _Paragraphs:
    def __init__(self, table: RawTable, about: About, into: Gathered) -> None:
        self.table, self.about, self.into = table, about, into
        self.owners: tuple[str, ...] = (about.region,) if about.level in ("province", "city") else ()
        self.dimension = self.tag = self.style = self.number_style = ""
        self.under = False

    def take(self, cell: RawCell) -> None:
        """Read one paragraph."""
        if self._owner(cell) or self._named(cell) or self._sub_heading(cell):
            return
        inside = segments(cell.text)
        if is_aside(cell.text):
            self.into.findings.append(aside(self.table, cell))
        elif inside[0].dimension and not self.about.free:
            self._statement(cell, "")
            self.dimension, self.tag, self.under = inside[-1].dimension, inside[-1].heading, True
        elif self.under or (self.about.free and any(stop in cell.text for stop in _STOPS)):
            self._statement(cell, self.dimension)
        else:
            self.into.findings.append(aside(self.table, cell))

    def _owner(self, cell: RawCell) -> bool:
        """Take a heading that says whose clauses follow."""
        if not _is_heading(cell.text) or self.about.level in ("province", "city"):
            return False
        if dimension_of(cell.text, self.about.ours):
            return False
        codes = self._region(cell) if self.about.level == "region" else codes_of(cell.text, self.about)
        if not codes:
            return False
        self.owners, self.dimension, self.tag, self.under = codes, "", "", False
        self.number_style = _style(cell)
        name = without_codes(cell.text) if self.about.level == "unit" else cell.text
        for code in codes:
            self.into.bits.append(bit_of(self.table, code, "code", cell))
            if name and name != cell.text:
                self.into.bits.append(replace(bit_of(self.table, code, "name", cell), text=name))
        if self.about.level == "unit":
            self.into.findings += code_faults(self.table, cell, codes)
            self.into.heads += [Head(code, cell.row, self.table.sheet, "", begins=True) for code in codes]
        return True

    def _region(self, cell: RawCell) -> tuple[str, ...]:
        """Return the region that a heading names: one that is numbered, and not below the heading of a dimension."""
        style = _style(cell)
        if not style or (self.under and style != self.number_style):
            return ()
        return (_without_number(cell.text),)

    def _named(self, cell: RawCell) -> bool:
        """Take the heading of a dimension or of one of its sub-items."""
        found = _dimension(cell, self.about)
        if found is None or self.about.free:
            return False
        self.dimension, self.tag, self.under = found[0], found[1], True
        if not found[1]:
            self.style = _style(cell)
        return True

    def _sub_heading(self, cell: RawCell) -> bool:
        """Take a heading of words of its own; one with the number style of the dimension's heading ends that."""
        if not _is_heading(cell.text):
            return False
        if self.about.free:
            self.tag = _without_number(cell.text)
            return bool(_style(cell))
        if self.under and self.style and _style(cell) == self.style:
            self.dimension, self.tag, self.under = "", "", False
        if not self.under or not cell.text.rstrip().endswith(("：", ":")):
            return False
        self.tag = _without_number(cell.text)
        return True

    def _statement(self, cell: RawCell, dimension: str) -> None:
        if not self.owners:
            self.into.findings.append(stray(self.table, [cell]))
            return
        for code in self.owners:
            bit = replace(bit_of(self.table, code, "text", cell), dimension=dimension, tag=self.tag)
            self.into.bits += [bit] if self.about.free else text_bits(code, bit.at, cell.text, bit)


def _without_number(text: str) -> str:
    found = _NUMBER.match(half_width(text))
    return text[found.end() if found else 0 :].strip().rstrip("：:")
