"""What is looked at before a file is opened: that it is a file, not too large, what its suffix says, and no bomb.

Everything a user loads is untrusted. GDAL opens by content and would follow a virtual format to any file or address, so
the first bytes must be those of the suffix; zip containers (xlsx, docx, zip) are measured before a part is unpacked.
"""

from __future__ import annotations

import lzma
import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from zoning.io.read.unreadable import unreadable
from zoning.tables import numbers

__all__ = ["BROKEN_ZIP", "require_archive", "require_blocks", "require_cells", "require_file", "require_magic"]

BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, OSError, EOFError,
    LookupError, ValueError,
)  # fmt: skip
"""What reading a damaged zip container raises: of its directory, of its packing, of a name that is no text."""
_HEAD = 4096
_MAGIC: dict[str, tuple[bytes, ...]] = {
    ".shp": (b"\x00\x00\x27\x0a",),
    ".gpkg": (b"SQLite format 3\x00",),
    ".fgb": (b"fgb\x03", b"fgb"),
    ".parquet": (b"PAR1",),
    ".geoparquet": (b"PAR1",),
    ".tif": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    ".tiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    ".nc": (b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"CDF\x02", b"CDF\x05"),
    ".nc4": (b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"CDF\x02", b"CDF\x05"),
    ".xlsx": (b"PK\x03\x04",),
    ".xlsm": (b"PK\x03\x04",),
    ".docx": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04",),
    ".xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def require_file(path: Path, file: str, limit: str = "file_bytes") -> None:
    """Refuse what is missing, no regular file (device, pipe, folder), or larger than a row of ``tables/limits.csv``.

    Raises
    ------
    InputError
        With the finding ``PATH_MISSING`` or ``FILE_UNREADABLE``.
    """
    try:
        about = path.stat()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise unreadable("PATH_MISSING", file) from error
    if not stat.S_ISREG(about.st_mode):
        raise unreadable("FILE_UNREADABLE", file, "special")
    largest = numbers("limits")[limit]
    if about.st_size > largest:
        raise unreadable("FILE_UNREADABLE", file, "large", size=about.st_size, limit=int(largest))
    if about.st_size == 0:
        raise unreadable("FILE_UNREADABLE", file, "empty")


def require_magic(path: Path, file: str) -> None:
    """Refuse a file whose first bytes are not those of its suffix; an encrypted Office file is named as such.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if suffix in (".geojson", ".json"):
        if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
            raise unreadable("FILE_UNREADABLE", file, "magic", suffix=suffix)
        return
    if suffix not in _MAGIC or head.startswith(_MAGIC[suffix]):
        return
    if suffix in (".xlsx", ".xlsm", ".docx") and head.startswith(_OLE):
        raise unreadable("FILE_UNREADABLE", file, "locked")
    raise unreadable("FILE_UNREADABLE", file, "magic", suffix=suffix)


def require_archive(path: Path, file: str) -> None:
    """Refuse a zip container with too much in it, names that leave it, links, or XML that declares entities.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    limits = numbers("limits")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > limits["archive_members"] or sum(p.file_size for p in parts) > limits["archive_bytes"]:
                raise unreadable("FILE_UNREADABLE", file, "bomb")
            for part in parts:
                _require_part(archive, part, file)
    except BROKEN_ZIP as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error


def _require_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, file: str) -> None:
    limits = numbers("limits")
    large = part.file_size > limits["archive_ratio_bytes"]
    if large and part.file_size > limits["archive_ratio"] * max(part.compress_size, 1):
        raise unreadable("FILE_UNREADABLE", file, "bomb")
    name = part.filename
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or ".." in re.split(r"[\\/]", name):
        raise unreadable("FILE_UNREADABLE", file, "traversal", name=name)
    if stat.S_ISLNK(part.external_attr >> 16):
        raise unreadable("FILE_UNREADABLE", file, "traversal", name=name)
    if part.flag_bits & 1:
        raise unreadable("FILE_UNREADABLE", file, "locked")
    if name.lower().endswith((".xml", ".rels")):
        with archive.open(part) as stream:
            if _ENTITY.search(stream.read(_HEAD)):
                raise unreadable("FILE_UNREADABLE", file, "entity", name=name)


def require_cells(count: float, file: str, limit: str, key: str = "cells") -> None:
    """Refuse a size above a row of ``tables/limits.csv`` before any memory is asked for.

    ``key`` chooses the text: ``cells`` where a header declares it, ``span`` where a caller asks for it at once.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    largest = numbers("limits")[limit]
    if count > largest:
        raise unreadable("FILE_UNREADABLE", file, key, count=f"{count:,.0f}", limit=f"{largest:,.0f}")


def require_blocks(block: tuple[int, int], values: float, file: str) -> None:
    """Refuse blocks of a file that have to be unpacked whole and do not fit into memory, however little is asked for.

    Parameters
    ----------
    block : tuple of int
        Their (rows, cols).
    values : float
        Values in one of them (times the layers that lie side by side in it).
    file : str
        Its name as the study writes it.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    largest = numbers("limits")["raster_cells"]
    if values > largest:
        count, limit = f"{values:,.0f}", f"{largest:,.0f}"
        raise unreadable("FILE_UNREADABLE", file, "block", rows=block[0], cols=block[1], count=count, limit=limit)
