"""Bits of a list (a cell, or a stretch of it, said of one owner) → clauses and entries; nothing is lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zoning.checks.table.list_numbers import Shown
from zoning.checks.table.list_words import unit_class
from zoning.clauses import AccessList, Address, Clause, Entry, clauses_of_cell
from zoning.intake import RawCell, RawTable
from zoning.vocab import value

__all__ = ["PLACES", "SAID", "Bit", "bit_of", "list_of"]

PLACES = ("province", "city", "county", "township")
SAID = ("name", "unit_class", "subtypes", *PLACES)
"""What a list says of a unit beside its code and clauses."""
_SEPARATORS = re.compile(r"[、,，;；/\n]+")
_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Bit:
    """What one cell says of one owner.

    Attributes
    ----------
    code : str
        Owner.
    field : str
        ``code, name, unit_class, subtypes``, one of ``PLACES``, ``text`` (clauses), or ``other``.
    at : Address
        File, sheet and cell; the characters of the stretch.
    text : str
        All characters of the cell.
    header : str
        Of its column, or the label beside it.
    dimension, tag, number : str
        Of clauses: dimension that the list gives, words of the sub-item, number that stands in a cell of its own.
    shown : tuple of (int, str)
        Numbers that are shown before paragraphs and are in no text: where the paragraph begins, number.
    """

    code: str
    field: str
    at: Address
    text: str
    header: str = ""
    dimension: str = ""
    tag: str = ""
    number: str = ""
    shown: tuple[tuple[int, str], ...] = ()


def bit_of(table: RawTable, code: str, field: str, cell: RawCell, header: str = "") -> Bit:
    """Return the bit of a whole cell."""
    at = Address(table.file, table.sheet, cell.address, 0, len(cell.text))
    return Bit(code, field, at, cell.text, header, shown=cell.numbers)


def list_of(level: str, bits: Iterable[Bit]) -> AccessList:
    """Return the list that the bits of all sheets make, whatever the order of the sheets."""
    ordered = sorted(bits, key=_place)
    clauses = [clause for bit in ordered if bit.field == "text" for clause in _clauses(bit, level)]
    owners: dict[str, list[Bit]] = defaultdict(list)
    for bit in ordered:
        owners[bit.code].append(bit)
    return AccessList(level, clauses, [_entry(code, own) for code, own in owners.items()])


def _place(bit: Bit) -> tuple[object, ...]:
    letters, *rest = _NUMBER.split(bit.at.cell)
    row = int(rest[0]) if rest else 0
    return bit.code, bit.at.file, bit.at.sheet, row, len(letters), letters, bit.at.start, bit.field, bit.dimension


def _clauses(bit: Bit, level: str) -> list[Clause]:
    """Return the clauses of a bit with the addresses of the whole cell."""
    begin, end = bit.at.start, bit.at.end
    if value("list_nothing", bit.text[begin:end]):
        return []
    text = Shown(bit.text[begin:end], [(at - begin, number) for at, number in bit.shown if begin <= at < end])
    found = clauses_of_cell(
        text.whole, code=bit.code, level=level, dimension=bit.dimension,
        file=bit.at.file, sheet=bit.at.sheet, cell=bit.at.cell,
    )  # fmt: skip
    clauses = []
    for place, one in enumerate(found):
        start, stop = text.span(one.address.start, one.address.end)
        clauses.append(replace(
            one,
            text=text.text[start:stop],
            number=text.number(one.address.start) or one.number or ("" if place else bit.number),
            tag=one.tag or bit.tag,
            address=replace(one.address, start=start + begin, end=stop + begin),
        ))  # fmt: skip
    return clauses


def _entry(code: str, bits: Sequence[Bit]) -> Entry:
    said: dict[str, str] = {}
    for bit in bits:
        if bit.text and bit.field != "text":
            said.setdefault(bit.field, bit.text)
    heads = [bit.at for bit in bits if bit.field == "code"]
    kind = unit_class(said.get("unit_class", ""))
    kept = ("name", "subtypes", *PLACES, *(("unit_class",) if kind else ()))
    return Entry(
        code=code,
        name=said.get("name", ""),
        unit_class=kind,
        subtypes=tuple(part.strip() for part in _SEPARATORS.split(said.get("subtypes", "")) if part.strip()),
        place=tuple(said.get(field, "") for field in PLACES) if any(field in said for field in PLACES) else (),
        address=heads[0] if heads else Address(),
        cells=tuple((bit.dimension, bit.at) for bit in bits if bit.field == "text"),
        others=tuple(
            (bit.header, bit.text, bit.at) for bit in bits
            if bit.field == "other" or (bit.field in (*kept, "unit_class") and _differs(bit, said, kept))
        ),
    )  # fmt: skip


def _differs(bit: Bit, said: dict[str, str], kept: tuple[str, ...]) -> bool:
    """Whether a cell says something that the entry itself does not hold."""
    return bool(bit.text) and (bit.field not in kept or said[bit.field] != bit.text)
