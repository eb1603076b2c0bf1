"""Tables with labels beside what they name (单元编码 | ZH…; 空间布局约束 | 1.…) → bits: a small table for each unit."""

from __future__ import annotations

from dataclasses import replace

from zoning.checks.table.cells import Line
from zoning.checks.table.list_cards import cards_of
from zoning.checks.table.list_codes import Head
from zoning.checks.table.list_entries import SAID, bit_of
from zoning.checks.table.list_owners import About, Gathered, aside, code_faults, codes_of, stray
from zoning.checks.table.list_rows import text_bits
from zoning.checks.table.list_sheets import distinct
from zoning.checks.table.list_words import dimension_of, field_of, is_aside, without_codes
from zoning.intake import RawCell, RawTable

__all__ = ["read_pairs"]

_ONCE = ("code", "name", "unit_class", "serial", "zone_code", "zone_type", "region")
_HEADINGS = {"category", "demand", "demands", "item"}
_OWNING = {"unit": ("code",), "zone": ("zone_code", "zone_type", "code"), "region": ("region",)}


def read_pairs(table: RawTable, about: About, into: Gathered, context: tuple[str, ...] = ()) -> None:
    """Read a table of labels and values.

    A label that the block above has already begins the block of the next unit. The last label holds for what stands
    right of it, and below it where its cell is merged or the cells below are empty.
    """
    reader = _Pairs(table, about, into, context)
    for line in table.rows:
        reader.take(line)
    reader.close()


class _Pairs:
    def __init__(self, table: RawTable, about: About, into: Gathered, context: tuple[str, ...]) -> None:
        self.table, self.about, self.into, self.context = table, about, into, context
        self.owners: tuple[str, ...] = ()
        self.met: set[str] = set()
        self.held: list[tuple[str, str, RawCell]] = []
        self.heads: list[RawCell] = []
        self.label = ("", "")
        self.cards = cards_of(table, about.ours)

    def take(self, line: Line) -> None:
        """Read one row: labels, and what stands beside them."""
        cells = distinct(line)
        if line and line[0].row in self.cards:
            self._values(self.cards[line[0].row], cells)
            return
        if len(cells) == 1 and self._alone(cells[0], line):
            return
        if len(cells) > 1 and {field_of(cell.text, self.about.ours) for cell in cells} <= _HEADINGS:
            self.label = ("", "")
            return
        if not any(field_of(cell.text, self.about.ours) for cell in cells) and not self.label[0]:
            self.held += [("", "", cell) for cell in cells if not cell.merged_from]
            return
        for position, cell in enumerate(cells):
            name = field_of(cell.text, self.about.ours)
            if name and not (position and self.label[0] == "category"):
                self._label(name, cell)
            elif not cell.merged_from or cell.merged_from.endswith(str(line[0].row)):
                self.held.append((*self.label, cell))
        self._empty(line, cells)

    def _values(self, labels: dict[int, tuple[str, str]], cells: list[RawCell]) -> None:
        """Take a row whose labels stand above it; a row of labels has none and begins the block of the next unit."""
        if "code" in self.met and any(field == "code" for field, _, _ in self.held):
            self._begin()
        for cell in cells if labels else ():
            name, label = labels.get(cell.column, ("", ""))
            self.met |= {name} & set(_ONCE)
            self.held.append((name, label, cell))
        self.label = ("", "")

    def _alone(self, cell: RawCell, line: Line) -> bool:
        """Take a row with one text: a title, a heading with the code of a unit, a remark."""
        if is_aside(cell.text):
            self.into.findings.append(aside(self.table, cell))
            return True
        wide = len(line) == 1 or all(one.text for one in line)
        if not wide or field_of(cell.text, self.about.ours):
            return False
        if self.about.level == "unit" and codes_of(cell.text, self.about):
            self._begin()
            self.held.append(("code", "", cell))
        return wide and not cell.merged_from

    def _label(self, name: str, cell: RawCell) -> None:
        if name in _ONCE and not cell.merged_from:
            if name in self.met:
                self._begin()
            self.met.add(name)
        self.label = (name, cell.text)

    def _empty(self, line: Line, cells: list[RawCell]) -> None:
        """Note the empty cell beside the label of a dimension: a clause can be written there."""
        if not cells or cells[-1].text != self.label[1] or cells[-1].merged_from:
            return
        if dimension_of(self.label[1], self.about.ours):
            beside = [one for one in line if one.column > cells[-1].column and not one.merged_from and not one.text]
            self.held += [(*self.label, one) for one in beside[:1]]

    def _begin(self) -> None:
        self.close()
        self.met, self.label = set(), ("", "")

    def close(self) -> None:
        """Give what was held to the owner that it names."""
        names = _OWNING.get(self.about.level, ())
        said = [cell for name in names for field, _, cell in self.held if field == name]
        owners = next((codes for cell in said if (codes := codes_of(cell.text, self.about))), self.context)
        if self.about.level in ("province", "city"):
            owners = (self.about.region,)
        texts = [cell for _, label, cell in self.held if dimension_of(label, self.about.ours) and cell.text]
        if not owners:
            self.into.findings += [stray(self.table, [cell]) for cell in texts]
        elif self.about.level == "unit" and said:
            self._head(said[0], owners)
        for code in owners:
            for name, label, cell in self.held:
                self._give(code, name, label, cell)
        self.held = []

    def _head(self, cell: RawCell, owners: tuple[str, ...]) -> None:
        self.into.findings += code_faults(self.table, cell, owners)
        kind = next((one.text for name, _, one in self.held if name == "unit_class"), "")
        dimensions = frozenset(
            named[0] for _, label, one in self.held if one.text and (named := dimension_of(label, self.about.ours))
        )
        self.into.heads += [
            Head(code, cell.row, self.table.sheet, kind, begins=True, dimensions=dimensions) for code in owners
        ]

    def _give(self, code: str, name: str, label: str, cell: RawCell) -> None:
        bit = bit_of(self.table, code, "other", cell, label)
        named = dimension_of(label, self.about.ours)
        if named is not None:
            about = replace(bit, dimension=named[0], tag=named[1])
            self.into.bits += text_bits(code, bit.at, cell.text, about)
        elif name in ("demand", "demands"):
            self.into.bits += text_bits(code, bit.at, cell.text, bit)
        elif name in _OWNING.get(self.about.level, ()):
            self.into.bits.append(replace(bit, field="code"))
            if (beside := without_codes(cell.text)) and beside != cell.text and "name" not in self.met:
                self.into.bits.append(replace(bit, field="name", text=beside))
        elif name in SAID:
            self.into.bits.append(replace(bit, field=name))
        elif cell.text:
            self.into.bits.append(bit)
