"""Header of a classic NetCDF file (CDF-1, CDF-2, CDF-5), measured before the C library opens it.

The library trusts the counts of a classic header: a damaged length makes it ask for gigabytes or never return, and the
part of the data that a broken download cut off is read as zeros. Both are refused here: everything that the header
declares must lie inside the file. (Headers of NetCDF-4 carry checksums; for the rest of them see ``netcdf_heaps``.)
Layout: NetCDF Classic Format Specification, docs.unidata.ucar.edu/nug.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zoning.io.read.unreadable import unreadable

__all__ = ["require_classic"]

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8}
_TAGS = {"dimension": 10, "variable": 11, "attribute": 12}


class _DamagedError(Exception):
    """The header contradicts itself or the length of the file."""


@dataclass
class _Header:
    """Reads the parts of a header in order; nothing is read that the file cannot hold."""

    stream: BinaryIO
    length: int
    count_bytes: int
    offset_bytes: int

    def number(self, size: int = 4) -> int:
        part = self.stream.read(size)
        if len(part) < size:
            raise _DamagedError
        return int.from_bytes(part, "big")

    def count(self) -> int:
        """Return a number of things, each of which takes at least one byte of the file."""
        found = self.number(self.count_bytes)
        if found > self.length:
            raise _DamagedError
        return found

    def skip(self, size: int) -> None:
        """Step over bytes, padded to four."""
        target = self.stream.tell() + size + (-size % 4)
        if target > self.length:
            raise _DamagedError
        self.stream.seek(target)

    def items(self, kind: str) -> int:
        tag, found = self.number(), self.count()
        if tag not in (0, _TAGS[kind]) or (tag == 0 and found):
            raise _DamagedError
        return found

    def kind_size(self) -> int:
        kind = self.number()
        if kind not in _SIZES:
            raise _DamagedError
        return _SIZES[kind]

    def attributes(self) -> None:
        for _ in range(self.items("attribute")):
            self.skip(self.count())
            size = self.kind_size()
            self.skip(self.count() * size)


def require_classic(path: Path, file: str) -> None:
    """Refuse a classic NetCDF file whose header declares more than the file holds; others pass untouched.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    length = path.stat().st_size
    with path.open("rb") as stream:
        if stream.read(3) != b"CDF":
            return
        version = stream.read(1)
        header = _Header(stream, length, 8 if version == b"\x05" else 4, 4 if version == b"\x01" else 8)
        try:
            needed = _declared(header)
        except _DamagedError as error:
            raise unreadable("FILE_UNREADABLE", file, "header") from error
    if needed > length:
        raise unreadable("FILE_UNREADABLE", file, "cut", size=length, needed=needed)


def _declared(header: _Header) -> int:
    """Return how long the file must be to hold all the data its header declares."""
    records = header.number(header.count_bytes)
    if records == 256**header.count_bytes - 1:
        raise _DamagedError  # «streaming»: the number of records was never written
    sizes = []
    for _ in range(header.items("dimension")):
        header.skip(header.count())
        sizes.append(header.number(header.count_bytes))
    header.attributes()
    return _data_end(header, sizes, records)


def _data_end(header: _Header, sizes: list[int], records: int) -> int:
    end, per_record, first_record = 0, [], math.inf
    for _ in range(header.items("variable")):
        begin, size, by_record = _variable(header, sizes)
        if by_record:
            per_record.append(size)
            first_record = min(first_record, begin)
        else:
            end = max(end, begin + size)
    if not per_record or not records:
        return end
    padded = [size + (-size % 4) for size in per_record] if len(per_record) > 1 else per_record
    return max(end, int(first_record) + records * sum(padded) - (padded[-1] - per_record[-1]))


def _variable(header: _Header, sizes: list[int]) -> tuple[int, int, bool]:
    """Return where the data of a variable begin, their bytes (of one record), and whether they lie in records."""
    header.skip(header.count())
    dims = [header.number(header.count_bytes) for _ in range(header.count())]
    if any(dim >= len(sizes) for dim in dims):
        raise _DamagedError
    header.attributes()
    element = header.kind_size()
    header.number(header.count_bytes)  # vsize: redundant, and wrong in large files by specification
    begin = header.number(header.offset_bytes)
    by_record = bool(dims) and sizes[dims[0]] == 0
    shape = [sizes[dim] for dim in (dims[1:] if by_record else dims)]
    return begin, element * math.prod(shape), by_record
