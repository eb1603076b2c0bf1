"""Global heaps of an HDF5 file, walked before the C library does.

Headers of a NetCDF-4 file carry checksums; its global heaps (lists of which dimension a variable has) do not. A heap
object of length nought makes the library go round for ever, so every heap must be one walk from its start to its end.
Layout: HDF5 File Format Specification, III.E (global heap), support.hdfgroup.org.
"""

from __future__ import annotations

import mmap
from pathlib import Path

from zoning.io.read.unreadable import unreadable

__all__ = ["require_heaps"]

_SIGNATURE, _HEAP = b"\x89HDF\r\n\x1a\n", b"GCOL\x01\x00\x00\x00"
_HEAD, _SIZE, _ALIGNED = 16, 8, 8  # bytes before the objects and before each object's data; of a length; of a step


def require_heaps(path: Path, file: str) -> None:
    """Refuse an HDF5 file with a global heap that cannot be walked; other files pass untouched.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[: len(_SIGNATURE)] != _SIGNATURE:
            return
        at = content.find(_HEAP)
        while at >= 0:
            if not _is_whole(content, at):
                raise unreadable("FILE_UNREADABLE", file, "header")
            at = content.find(_HEAP, at + len(_HEAP))


def _is_whole(content: mmap.mmap, start: int) -> bool:
    """Tell whether the objects of a heap lie end to end within it."""
    end = start + _length(content, start + _SIZE)
    at = start + _HEAD
    if not at <= end <= len(content):
        return False
    while at + _HEAD <= end:
        index = int.from_bytes(content[at : at + 2], "little")
        length = _length(content, at + _SIZE)
        at += _HEAD + length + (-length % _ALIGNED) if index else length
        if not index:  # free space: its length counts its own head, and it is the last
            return length >= _HEAD and at <= end
    return at <= end


def _length(content: mmap.mmap, at: int) -> int:
    return int.from_bytes(content[at : at + _SIZE], "little")
