"""File geodatabase (a folder ``x.gdb``) → RawLayer, through GDAL's own reader of the format."""

from __future__ import annotations

import stat
from contextlib import nullcontext
from pathlib import Path

import pyogrio

from zoning.intake import RawLayer
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.drawing import Dataset, draw, quietly
from zoning.io.read.vector.encoding_faults import require_utf8
from zoning.io.read.vector.layers import chosen
from zoning.io.read.vector.staging import misleading, staged
from zoning.study import LayerInput
from zoning.tables import numbers

__all__ = ["CATALOGUE", "geodatabase_files", "read_geodatabase"]

CATALOGUE = "a00000001.gdbtable"
"""The table of tables, which every file geodatabase has."""


def geodatabase_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a geodatabase, without the locks that programs leave in it."""
    return tuple(sorted(part for part in folder.iterdir() if part.is_file() and part.suffix.lower() != ".lock"))


def read_geodatabase(path: Path, declared: LayerInput) -> RawLayer:
    """Read the layer that is named, or the only one with geometry.

    Raises
    ------
    InputError
        If it is no geodatabase, or too large (``FILE_UNREADABLE``), or if several layers are there and none is named
        (``PATH_MISSING``).
    """
    file = declared.path
    if not path.exists():
        raise unreadable("PATH_MISSING", file)
    if not path.is_dir() or not (path / CATALOGUE).is_file():
        raise unreadable("FILE_UNREADABLE", file, "geodatabase")
    require_utf8(declared, ".gdb")
    _require_size(path, file)
    with staged({"layer.gdb": path}) if misleading(path) else nullcontext(path.absolute().parent) as folder:
        place = folder / ("layer.gdb" if misleading(path) else path.name)
        layer = _layer(place, declared)
        frame = draw(Dataset(str(place), "OpenFileGDB", file, ".gdb"), layer)
    return RawLayer(file, layer, frame, dict(declared.fields) | {"crs": declared.crs})


def _require_size(path: Path, file: str) -> None:
    """Refuse a folder with other things than files, or with more bytes than one file may have."""
    about = [part.stat() for part in path.iterdir()]
    if not all(stat.S_ISREG(one.st_mode) for one in about):
        raise unreadable("FILE_UNREADABLE", file, "geodatabase")
    size, limit = sum(one.st_size for one in about), numbers("limits")["file_bytes"]
    if size > limit:
        raise unreadable("FILE_UNREADABLE", file, "large", size=size, limit=int(limit))


def _layer(path: Path, declared: LayerInput) -> str:
    with quietly(declared.path):
        kinds = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    spatial = [name for name, kind in kinds.items() if kind is not None]
    return chosen(declared, tuple(kinds), spatial)
