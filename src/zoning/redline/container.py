"""The zip container of an Office file: measured before it is unpacked, copied part by part, changed where needed."""

from __future__ import annotations

import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from zoning.redline.refusal import refused
from zoning.tables import numbers

__all__ = ["opened", "rewrite"]

_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, OSError, EOFError, LookupError,
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a container that is whole, not encrypted and no bomb.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``, also where reading a part of it fails.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(len(_OLE)) == _OLE:
                raise refused(path.name, "locked")
        with zipfile.ZipFile(path) as archive:
            _require_size(archive, path.name)
            yield archive
    except _BROKEN as error:
        raise refused(path.name, reason=error) from error


def _require_size(archive: zipfile.ZipFile, file: str) -> None:
    limits = numbers("limits")
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise refused(file, "locked")
    large = (part for part in parts if part.file_size > limits["archive_ratio_bytes"])
    if (
        len(parts) > limits["archive_members"]
        or sum(part.file_size for part in parts) > limits["archive_bytes"]
        or any(part.file_size > limits["archive_ratio"] * max(part.compress_size, 1) for part in large)
    ):
        raise refused(file, "bomb")


def rewrite(source: Path, out: Path, changed: Mapping[str, bytes]) -> None:
    """Copy a container: same parts in the same order, those in ``changed`` replaced or, if they are new, appended.

    Every date is the same fixed one, so that equal content gives equal bytes. ``out`` appears whole or not at all.
    """
    partial = out.with_name(f".{out.name}.partial")
    try:
        with opened(source) as archive, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as written:
            for part in archive.infolist():
                if part.filename in changed:
                    written.writestr(_entry(part.filename, part.compress_type), changed[part.filename])
                else:
                    _copy(archive, part, written)
            for name in sorted(set(changed) - set(archive.namelist())):
                written.writestr(_entry(name, zipfile.ZIP_DEFLATED), changed[name])
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _entry(name: str, compress_type: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_STORED if compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    entry.create_system = 0  # the same on every system
    return entry


def _copy(archive: zipfile.ZipFile, part: zipfile.ZipInfo, written: zipfile.ZipFile) -> None:
    entry = _entry(part.filename, part.compress_type)
    entry.file_size = part.file_size
    with archive.open(part) as taken, written.open(entry, "w") as given:
        shutil.copyfileobj(taken, given)
