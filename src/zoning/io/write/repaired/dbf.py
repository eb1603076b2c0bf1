"""The attribute table of a shapefile (dBASE III), byte by byte: only the cells that were changed are written anew.

Field types, widths and the digits of every number stay as they are, which quality checks of deliverables ask for and no
general writer keeps. Layout: 32 bytes of header, 32 a field, 0x0D, then records of fixed width, each with a mark of
deletion before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["DbfError", "rewritten"]

_WIDEST = 254
_NAME = 10
_CODE_PAGE_BYTE = 29
_CODE_PAGES = {"gbk": 0x4D, "cp936": 0x4D}


class DbfError(ValueError):
    """The table is not laid out as its header says, or a text does not fit."""


@dataclass(frozen=True)
class _Field:
    """A descriptor, and where its cells are in a record."""

    descriptor: bytes
    start: int
    width: int

    @property
    def is_text(self) -> bool:
        """Whether the cells are text."""
        return self.descriptor[11:12] == b"C"


def rewritten(
    content: bytes,
    headers: Sequence[str],
    cells: Mapping[tuple[int, int], str],
    encodings: tuple[str, str],
) -> bytes:
    """Return a table with other headers, cells and encoding, and without its deleted records.

    Parameters
    ----------
    content : bytes
        Of the original.
    headers : sequence of str
        One a field, in the order of the file.
    cells : mapping
        (record, field) → text, both counted from 0 over what is not deleted.
    encodings : (str, str)
        What the text is in, and what it is to be in.

    Raises
    ------
    DbfError
        If the table contradicts its header or a text cannot be written.
    """
    fields, records = _parsed(content)
    if len(fields) != len(headers):
        raise DbfError(f"{len(fields)} fields, {len(headers)} headers")
    before, after = encodings
    columns = []
    for number, field in enumerate(fields):
        parts = [record[field.start : field.start + field.width] for record in records]
        if field.is_text:
            own = [cells.get((row, number)) for row in range(len(parts))]
            parts = [_text(part, text, before, after) for part, text in zip(parts, own, strict=True)]
        columns.append(parts)
    widths = [max([field.width, *map(len, parts)]) for field, parts in zip(fields, columns, strict=True)]
    return _laid_out(content, [(_named(f, h, w, after), w) for f, h, w in zip(fields, headers, widths, strict=True)],
                     columns, after)  # fmt: skip


def _parsed(content: bytes) -> tuple[list[_Field], list[bytes]]:
    count = int.from_bytes(content[4:8], "little")
    head, size = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    if head < 33 or size < 1 or len(content) < head + count * size:
        raise DbfError("header and size disagree")
    fields, start = [], 1
    for place in range(32, head - 1, 32):
        descriptor = content[place : place + 32]
        if descriptor[:1] == b"\r":
            break
        fields.append(_Field(descriptor, start, descriptor[16]))
        start += descriptor[16]
    if start != size:
        raise DbfError("record and fields disagree")
    records = [content[head + row * size : head + (row + 1) * size] for row in range(count)]
    return fields, [record for record in records if record[:1] != b"*"]


def _text(part: bytes, text: str | None, before: str, after: str) -> bytes:
    """Return the bytes of a text cell: its own where neither text nor encoding changed."""
    if text is None and before.lower() == after.lower():
        return part
    written = part.rstrip(b"\x00 ").decode(before) if text is None else text
    content = written.encode(after)
    if len(content) > _WIDEST:
        raise DbfError(f"text longer than {_WIDEST} bytes")
    return content


def _named(field: _Field, header: str, width: int, encoding: str) -> bytes:
    name = header.encode(encoding)
    if len(name) > _NAME:
        raise DbfError(f"header longer than {_NAME} bytes: {header}")
    return name.ljust(11, b"\x00") + field.descriptor[11:16] + bytes([width]) + field.descriptor[17:]


def _laid_out(content: bytes, fields: list[tuple[bytes, int]], columns: list[list[bytes]], encoding: str) -> bytes:
    rows = list(zip(*columns, strict=True))
    head, size = 32 + 32 * len(fields) + 1, 1 + sum(width for _, width in fields)
    if size > 0xFFFF:
        raise DbfError("record longer than 65,535 bytes")
    top = bytearray(content[:32])
    top[4:8], top[8:10], top[10:12] = (
        len(rows).to_bytes(4, "little"),
        head.to_bytes(2, "little"),
        size.to_bytes(2, "little"),
    )
    top[_CODE_PAGE_BYTE] = _CODE_PAGES.get(encoding.lower(), 0)
    body = [b" " + b"".join(part.ljust(width) for part, (_, width) in zip(row, fields, strict=True)) for row in rows]
    return bytes(top) + b"".join(name for name, _ in fields) + b"\r" + b"".join(body) + b"\x1a"
