"""Arrays and a text about them in one sealed file: it is whole and as it was written, or it is not read.

A file holds ::

    zoning coverage   16 bytes that say what it is
    sha256            32 bytes, of everything behind it
    length            8 bytes, of the text that follows
    text (JSON)       what the arrays are; type and length of each
    arrays            one behind the other, each beginning at a multiple of 64 bytes

Nothing in it is ever executed, and memory is taken for what the file truly holds, never for what it declares.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoning.io.whole import whole_file

__all__ = ["Arrays", "read_sealed", "write_sealed"]

Arrays = dict[str, NDArray[Any]]

_MAGIC = b"zoning coverage\n"
_DIGEST, _LENGTH = len(_MAGIC), len(_MAGIC) + 32  # where they begin
_TEXT = _LENGTH + 8
_ALIGN = 64  # a line of the cache
_NUMBERS = ("iufb", (1, 2, 4, 8))  # kinds and widths of arrays; never objects


def write_sealed(path: Path, about: dict[str, Any], arrays: Arrays) -> None:
    """Write beside the place of the file, then move it there: it appears whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written; what was begun is removed.
    """
    pieces = [np.ascontiguousarray(array) for array in arrays.values()]
    listed = [(name, piece.dtype.str, len(piece)) for name, piece in zip(arrays, pieces, strict=True)]
    text = json.dumps(about | {"arrays": listed}).encode("ascii")
    parts: list[Any] = [len(text).to_bytes(8, "little"), text, bytes(-(_TEXT + len(text)) % _ALIGN)]
    for piece in pieces:
        parts += [piece.view(np.uint8).data, bytes(-piece.nbytes % _ALIGN)]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    with whole_file(path) as fresh, fresh.open("xb") as out:
        out.writelines([_MAGIC, digest.digest(), *parts])


def read_sealed(path: Path) -> tuple[dict[str, Any], Arrays]:
    """Return the text and the arrays of a file; the arrays lie in one piece of memory and may be written to.

    Raises
    ------
    OSError
        If there is none that can be read.
    ValueError, KeyError, TypeError, MemoryError
        If it is not whole, or none of ours.
    """
    held = _content(path)
    if hashlib.sha256(held.data[_LENGTH:]).digest() != held[_DIGEST:_LENGTH].tobytes():
        raise ValueError(path)
    at = _TEXT + int.from_bytes(held[_LENGTH:_TEXT].tobytes(), "little")
    about = json.loads(held[_TEXT:at].tobytes())
    arrays = {}
    for name, kind, count in about["arrays"]:
        dtype = np.dtype(str(kind))
        at += -at % _ALIGN
        end = at + dtype.itemsize * int(count)
        if dtype.kind not in _NUMBERS[0] or dtype.itemsize not in _NUMBERS[1] or not at <= end <= len(held):
            raise ValueError(path)
        arrays[str(name)] = held[at:end].view(dtype)
        at = end
    return about, arrays


def _content(path: Path) -> NDArray[np.uint8]:
    """Return the bytes of a file that begins as ours do; a pipe in its place is not waited for."""
    source = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(source, "rb", buffering=0) as opened:
        found = os.fstat(source)
        if not stat.S_ISREG(found.st_mode) or found.st_size < _TEXT or opened.read(len(_MAGIC)) != _MAGIC:
            raise ValueError(path)
        opened.seek(0)
        held = np.empty(found.st_size, dtype=np.uint8)
        view, got = held.data, 0
        while got < len(held):
            more = opened.readinto(view[got:])  # at most 2 GB in one go
            if not more:
                raise ValueError(path)
            got += more
    return held
