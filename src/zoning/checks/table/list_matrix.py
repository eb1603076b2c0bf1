"""Tables with a column for each unit and a row for each dimension → bits."""

from __future__ import annotations

from dataclasses import replace

from zoning.checks.table.cells import Line, filled
from zoning.checks.table.list_codes import Head
from zoning.checks.table.list_entries import SAID, Bit, bit_of
from zoning.checks.table.list_owners import About, Gathered, aside, code_faults, codes_of, stray
from zoning.checks.table.list_rows import text_bits
from zoning.checks.table.list_sheets import distinct, layout_of
from zoning.checks.table.list_words import codes_in, dimension_of, field_of, is_aside, without_codes
from zoning.intake import RawCell, RawTable

__all__ = ["is_matrix", "read_matrix"]

_LEVELS = ("unit", "zone")


def is_matrix(table: RawTable, about: About) -> bool:
    """Tell whether a table has its units side by side, and the names of dimensions left of their clauses."""
    return _first_unit(table, about) is not None


def _first_unit(table: RawTable, about: About) -> RawCell | None:
    """Return the first of the cells that name units side by side, in a table whose rows begin with dimensions."""
    sheet = layout_of(table, about.ours)
    if about.level not in _LEVELS or (sheet is not None and sheet.has("text")):
        return None
    for line in table.rows:
        cells = distinct(line)
        named = [cell for cell in cells if codes_in(cell.text, about.level)]
        if len(named) < 2 or cells[-len(named) :] != named or named[0].column == line[0].column:
            continue
        left = (cell for one in table.rows for cell in one if cell.column < named[0].column)
        return named[0] if any(dimension_of(cell.text, about.ours) for cell in left) else None
    return None


def read_matrix(table: RawTable, about: About, into: Gathered) -> None:
    """Read a table for which ``is_matrix`` holds.

    What a merged cell says over several units is said of each. A row without a label goes on with the row above.
    """
    first = _first_unit(table, about)
    if first is not None:
        reader = _Matrix(table, about, into, first)
        for line in table.rows:
            reader.take(line)
        reader.close()


class _Matrix:
    def __init__(self, table: RawTable, about: About, into: Gathered, first: RawCell) -> None:
        self.table, self.about, self.into, self.first = table, about, into, first
        self.cells = {cell.address: cell for line in table.rows for cell in line}
        heads = next(line for line in table.rows if line[0].row == first.row)
        self.owners = {
            cell.column: (cell, codes_of(cell.text, about))
            for cell in heads if cell.column >= first.column and codes_in(cell.text, about.level)
        }  # fmt: skip
        self.label = ("", "", "")
        self.kinds: dict[str, str] = {}
        self.dimensions: dict[str, set[str]] = {}
        self.named = False

    def take(self, line: Line) -> None:
        """Read one row: its labels on the left, and what stands under each unit."""
        if line[0].row == self.first.row:
            return
        labels = [cell for cell in distinct(line) if cell.column < self.first.column]
        if labels and is_aside(labels[0].text):
            self.into.findings += [aside(self.table, cell) for cell in filled(line)]
            return
        if labels:
            self._label(labels)
        if line[0].row < self.first.row and not self.label[0]:
            return
        for cell in line:
            if cell.column in self.owners:
                self._cell(cell)
            elif cell.column > self.first.column and cell.text and not cell.merged_from:
                self.into.findings.append(stray(self.table, [cell]))

    def _label(self, labels: list[RawCell]) -> None:
        """Take the labels of a row: a dimension, under it the words of a sub-item; or a field of the units."""
        dimension = tag = ""
        for cell in labels:
            found = dimension_of(cell.text, self.about.ours)
            if found:
                dimension, tag = found[0], found[1] or tag
            elif dimension:
                tag = cell.text
        own = next((name for cell in labels if (name := field_of(cell.text, self.about.ours))), "")
        self.label = (f"text:{dimension}" if dimension else own or "other", tag, labels[-1].text)
        self.named = self.named or own == "name"

    def _cell(self, cell: RawCell) -> None:
        origin = self.cells.get(cell.merged_from, cell) if cell.merged_from else cell
        field, tag, header = self.label
        for code in self.owners[cell.column][1]:
            bit = bit_of(self.table, code, field if field in SAID else "other", origin, header)
            if field.startswith("text:"):
                dimension = field.removeprefix("text:")
                self.into.bits += text_bits(code, bit.at, bit.text, replace(bit, dimension=dimension, tag=tag))
                self.dimensions.setdefault(code, set()).update({dimension} if origin.text else ())
            elif origin.text:
                self.into.bits.append(bit)
                if field == "unit_class":
                    self.kinds[code] = origin.text

    def close(self) -> None:
        """Note the units themselves."""
        for cell, codes in self.owners.values():
            if self.about.level == "unit":
                self.into.findings += code_faults(self.table, cell, codes)
            for code in codes:
                bit = bit_of(self.table, code, "code", cell)
                self.into.bits += [bit, *self._name(bit)]
                if self.about.level == "unit":
                    dimensions = frozenset(self.dimensions.get(code, ()))
                    kind = self.kinds.get(code, "")
                    head = Head(code, cell.row, self.table.sheet, kind, begins=True, dimensions=dimensions)
                    self.into.heads.append(head)

    def _name(self, bit: Bit) -> list[Bit]:
        name = without_codes(bit.text)
        return [replace(bit, field="name", text=name)] if name and not self.named else []
