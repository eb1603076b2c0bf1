"""Headers of the files of a shapefile: how many rows, how wide the fields, which language, and whether all is there."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.drawing import bounded

__all__ = ["DbfHeader", "dbf_header", "shape_count"]

_HEADER, _FIELD, _END = 32, 32, 0x0D
_SHAPES = 100


@dataclass(frozen=True)
class DbfHeader:
    """What the header of a DBF says.

    Attributes
    ----------
    rows : int
        Rows, deleted ones counted.
    ldid : int
        Language driver byte; 0 says nothing.
    widths : tuple of int
        Bytes of each field.
    """

    rows: int
    ldid: int
    widths: tuple[int, ...]


def dbf_header(path: Path, file: str) -> DbfHeader:
    """Read the header of a DBF and hold the size of the file against it.

    Raises
    ------
    InputError
        If the header is damaged or rows are missing: GDAL would give empty attributes without a word.
    """
    with path.open("rb") as stream:
        start = stream.read(_HEADER)
        if len(start) < _HEADER:
            raise unreadable("FILE_UNREADABLE", file, "partheader", part=path.name)
        rows, length, width, ldid = struct.unpack("<4xLHH17xB2x", start)
        fields = stream.read(max(length - _HEADER, 0))
    widths = []
    for at in range(0, len(fields) - _FIELD + 1, _FIELD):
        if fields[at] == _END:
            break
        widths.append(fields[at + 16])
    if not widths or sum(widths) + 1 > width:
        raise unreadable("FILE_UNREADABLE", file, "partheader", part=path.name)
    _complete(path, file, length + rows * width)
    bounded(file, rows, len(widths))
    return DbfHeader(rows, ldid, tuple(widths))


def shape_count(shp: Path, shx: Path, file: str) -> int:
    """Return how many shapes the index holds, after holding both sizes against their headers.

    Raises
    ------
    InputError
        If either file is damaged or cut short.
    """
    lengths = []
    for path in (shp, shx):
        with path.open("rb") as stream:
            header = stream.read(_SHAPES)
        if len(header) < _SHAPES:
            raise unreadable("FILE_UNREADABLE", file, "partheader", part=path.name)
        lengths.append(2 * int.from_bytes(header[24:28], "big"))
        _complete(path, file, lengths[-1])
    return max(lengths[1] - _SHAPES, 0) // 8


def _complete(path: Path, file: str, said: int) -> None:
    size = path.stat().st_size
    if size < said:
        raise unreadable("FILE_UNREADABLE", file, "partcut", part=path.name, said=said, size=size)
