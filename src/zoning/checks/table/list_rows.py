"""Rows of a list whose labels stand above its columns → bits: a row for each unit, or a row for each clause."""

from __future__ import annotations

from dataclasses import replace

from zoning.checks.table.cells import Line, filled
from zoning.checks.table.list_codes import Head, begins
from zoning.checks.table.list_entries import SAID, Bit, bit_of
from zoning.checks.table.list_owners import About, Gathered, aside, code_faults, codes_of, name_of, stray
from zoning.checks.table.list_sheets import Column, Sheet, distinct
from zoning.checks.table.list_words import dimension_of, is_aside, segments, without_codes
from zoning.clauses import Address
from zoning.errors import Severity
from zoning.intake import RawCell
from zoning.messages import Both, finding
from zoning.vocab import value

__all__ = ["DIMENSION_NAMES", "read_rows", "text_bits"]

DIMENSION_NAMES = Both(
    "空间布局约束、污染物排放管控、环境风险防控、资源开发效率要求",
    "space (空间布局约束), pollutants (污染物排放管控), risk (环境风险防控), resources (资源开发效率要求)",
)
_OWNING = {"unit": ("code",), "zone": ("zone_code", "code", "zone_type", "subtypes", "name"), "region": ("region",)}


def read_rows(sheet: Sheet, about: About, into: Gathered, context: tuple[str, ...] = ()) -> None:
    """Read the rows of a sheet.

    Parameters
    ----------
    sheet : Sheet
        Layout and rows.
    about : About
        Level and region of the list.
    into : Gathered
        Takes bits, heads and findings; its owners are those of the row before the first.
    context : tuple of str
        Owners that the sheet's name or titles say, for rows that name none.
    """
    reader = _Rows(sheet, about, into, context)
    for line in sheet.lines:
        reader.take(line)


def text_bits(code: str, at: Address, text: str, about: Bit) -> list[Bit]:
    """Return the bits of clauses of one cell: one for each heading in it, one for the whole where there is none.

    Parameters
    ----------
    code : str
        Owner.
    at : Address
        Of the cell.
    text : str
        The cell.
    about : Bit
        Dimension, sub-item, number and header that the columns give.
    """
    return [
        replace(
            about, code=code, field="text", text=text, at=replace(at, start=one.start, end=one.end),
            dimension=one.dimension, tag=one.heading or about.tag,
        )
        for one in segments(text, about.dimension)
    ]  # fmt: skip


class _Rows:
    """Goes through the rows of one sheet; what a row does not say the row above has said."""

    def __init__(self, sheet: Sheet, about: About, into: Gathered, context: tuple[str, ...]) -> None:
        self.sheet, self.about, self.into = sheet, about, into
        self.owners = context or into.owners
        if about.level in ("province", "city"):
            self.owners = (about.region,)
        self.name = ""
        self.category = ""
        self.seen: set[tuple[str, str]] = set()
        self.before: dict[str, str] = {}
        self.cells = {cell.address: cell for line in sheet.table.rows for cell in line}

    def take(self, line: Line) -> None:
        """Read one row."""
        own = filled(line)
        if not own or self._is_apart(line, own):
            return
        fields = self._fields(line)
        owner = self._owner(fields)
        if owner is None and self._is_hidden(fields):
            self.owners = ()
        elif owner is not None:
            self.owners = codes_of(owner.text, self.about) or ((owner.text,) if self.about.level == "unit" else ())
        elif self._is_stranger(fields):
            self.owners = ()
        self.into.owners = self.owners
        if not self.owners:
            self.into.findings.append(stray(self.sheet.table, own))
            return
        if owner is not None and not owner.merged_from:
            self.name = without_codes(owner.text)
            self._head(owner, fields, line)
        self._category(fields)
        for column, cell in self._columns(line):
            self._cell(column, cell, fields, first=owner is not None and not owner.merged_from)

    def _columns(self, line: Line) -> list[tuple[Column, RawCell]]:
        columns = self.sheet.columns
        return [
            (columns.get(cell.column, Column("other", "")), cell)
            for cell in line
            if cell.text or cell.column in columns
        ]

    def _fields(self, line: Line) -> dict[str, RawCell]:
        """Return the cells that are not of clauses by field."""
        found: dict[str, RawCell] = {}
        for column, cell in self._columns(line):
            if column.field not in ("text", "other") and (column.field not in found or cell.text):
                found[column.field] = cell
        return found

    def _owner(self, fields: dict[str, RawCell]) -> RawCell | None:
        """Return the cell that says whose row it is."""
        for name in _OWNING.get(self.about.level, ()):
            cell = fields.get(name)
            if cell is not None and cell.text and (self.about.level != "zone" or codes_of(cell.text, self.about)):
                return cell
        return None

    def _is_hidden(self, fields: dict[str, RawCell]) -> bool:
        """Whether a formula, which is never evaluated, stands where the row would say whose it is."""
        return any(name in fields and fields[name].formula for name in _OWNING.get(self.about.level, ()))

    def _is_stranger(self, fields: dict[str, RawCell]) -> bool:
        """Whether a row without a code names another unit than the row above, or a zone of no known type."""
        if self.about.level == "zone":
            return any(
                (cell := fields.get(name)) is not None and cell.text and not cell.merged_from
                for name in ("zone_code", "zone_type")
            )
        cell = fields.get("name")
        said = cell is not None and bool(cell.text) and not cell.merged_from
        return said and cell is not None and self.about.level == "unit" and cell.text != self.name

    def _is_apart(self, line: Line, own: list[RawCell]) -> bool:
        """Take headings between the rows, remarks and sums below them: none is a clause of the last unit."""
        whole = distinct(line)
        total = any(value("table_row", cell.text) == "total" for cell in own[:2])
        if not total and not (len(whole) <= 2 and is_aside(own[0].text)):
            numbered = self._is_numbered(whole)
            if not numbered and (len(whole) > 1 or not self._is_heading(line, own[0])):
                return False
            if not numbered and self._heading(own[0]):
                return True
        self.owners = (self.about.region,) if self.about.level in ("province", "city") else ()
        self.into.owners = self.owners
        self.into.findings += [aside(self.sheet.table, cell) for cell in own]
        return True

    def _is_numbered(self, whole: list[RawCell]) -> bool:
        """Whether a row is a heading whose number has a cell of its own (一 | 优先保护单元), under codes and names."""
        fields = [self.sheet.columns.get(cell.column, Column("other", "")).field for cell in whole]
        return (
            self.about.level == "unit" and len(whole) == 2 and fields in (["serial", "code"], ["serial", "name"])
            and not any(letter.isascii() for letter in whole[1].text) and not whole[1].merged_from
        )  # fmt: skip

    def _is_heading(self, line: Line, cell: RawCell) -> bool:
        """Whether the only text of a row is a heading: it spans columns of several kinds, or stands in the first."""
        spans = {
            (self.sheet.columns[one.column].field, self.sheet.columns[one.column].dimension)
            for one in line if one.column in self.sheet.columns and cell.address in (one.address, one.merged_from)
        }  # fmt: skip
        column = self.sheet.columns.get(cell.column)
        first = min(self.sheet.columns, default=0) == cell.column and column is not None and column.field != "text"
        return len(spans) > 1 or (first and not codes_of_unit(cell, self.about))

    def _heading(self, cell: RawCell) -> bool:
        """Take a heading that says whose rows or which dimension follow; False if it says neither."""
        if dimension_of(cell.text, self.about.ours):
            self.category = cell.text
            return True
        codes = codes_of(cell.text, self.about) if self.about.level in ("unit", "zone", "region") else ()
        if not codes or (self.about.level == "region" and self.sheet.has("region")):
            return False
        self.owners = self.into.owners = codes
        self.name = without_codes(cell.text)
        for code in codes:
            self.into.bits.append(bit_of(self.sheet.table, code, "code", cell))
            if self.name and self.about.level == "unit":
                self.into.bits.append(replace(bit_of(self.sheet.table, code, "name", cell), text=self.name))
        return True

    def _head(self, owner: RawCell, fields: dict[str, RawCell], line: Line) -> None:
        """Note a row with a code of its own."""
        if self.about.level != "unit":
            return
        if self.before.get("code") != owner.text:
            self.category = ""
        self.into.findings += code_faults(self.sheet.table, owner, self.owners)
        columns = self._columns(line)
        texts = {name: cell.text for name, cell in fields.items() if cell.text} | {"code": owner.text}
        texts |= {f"text{cell.column}": cell.text for column, cell in columns if column.field == "text" and cell.text}
        category = dimension_of(texts.get("category", ""), self.about.ours)
        dimensions = {
            column.dimension or (category[0] if category else "")
            for column, cell in columns if column.field == "text" and cell.text
        }  # fmt: skip
        first = begins(self.before, texts, long=self.sheet.long)
        self.into.heads += [
            Head(
                code, owner.row, self.sheet.table.sheet, texts.get("unit_class", ""), first, frozenset(dimensions),
                self.sheet.long,
            )
            for code in self.owners
        ]  # fmt: skip
        self.before = texts

    def _category(self, fields: dict[str, RawCell]) -> None:
        cell = fields.get("category")
        if cell is not None and cell.formula:
            self.category = ""
        if cell is None or not cell.text:
            return
        self.category = cell.text
        if dimension_of(cell.text, self.about.ours) is None and not cell.merged_from and not self.about.free:
            table = self.sheet.table
            where = {"file": table.file, "layer": table.sheet, "row": cell.row, "field": "category", "value": cell.text}
            self.into.findings.append(
                finding("VALUE_UNKNOWN", "category", severity=Severity.WARNING, where=where, allowed=DIMENSION_NAMES)
            )

    def _cell(self, column: Column, cell: RawCell, fields: dict[str, RawCell], *, first: bool) -> None:
        origin = self.cells.get(cell.merged_from, cell) if cell.merged_from else cell
        for code in self.owners:
            if (code, origin.address) in self.seen:
                continue
            self.seen.add((code, origin.address))
            bit = bit_of(self.sheet.table, code, self._kind(column), origin, column.header)
            if column.field == "name" and len(self.owners) > 1:
                bit = replace(bit, text=name_of(origin.text, self.owners.index(code), len(self.owners)))
            if column.field == "text":
                self.into.bits += self._texts(bit, column, fields)
            elif origin.text or (first and column.header):
                self.into.bits += self._said(bit, column)

    def _kind(self, column: Column) -> str:
        if column.field in (*SAID, "code"):
            return column.field
        if self.about.level == "zone" and column.field in ("zone_code", "zone_type"):
            return "code" if column.field == "zone_code" or not self.sheet.has("zone_code") else "name"
        return "code" if self.about.level == column.field == "region" else "other"

    def _said(self, bit: Bit, column: Column) -> list[Bit]:
        """Return what a cell says of its owner; a name that stands in the cell of the code is one too."""
        name = without_codes(bit.text) if bit.field == "code" else ""
        if bit.field == "code" and self.about.level in ("zone", "region") and column.field in ("zone_type", "region"):
            return [bit, replace(bit, field="name")]
        if column.field != "code" or not name or self.sheet.has("name") or name == bit.text:
            return [bit]
        return [bit, replace(bit, field="name", text=name)]

    def _texts(self, bit: Bit, column: Column, fields: dict[str, RawCell]) -> list[Bit]:
        dimension, tag = column.dimension, column.tag
        if not dimension and self.category:
            dimension, tag = dimension_of(self.category, self.about.ours) or ("", self.category)
        item = fields.get("item")
        number = fields.get("number") or (fields.get("serial") if self.about.level != "unit" else None)
        own = number.text if number is not None and not number.merged_from else ""
        said = replace(bit, dimension=dimension, tag=item.text if item is not None and item.text else tag, number=own)
        if self.about.free or (self.sheet.long and not dimension):
            return [replace(said, field="text", at=replace(bit.at, start=0, end=len(bit.text)))]
        return text_bits(bit.code, bit.at, bit.text, said)


def codes_of_unit(cell: RawCell, about: About) -> bool:
    """Whether a cell says whose its row is by a code."""
    return about.level in ("unit", "zone") and bool(codes_of(cell.text, about))
