"""A zip with a layer in it → the layer in a private folder, under names of ours.

It is unpacked by the same reader that judged it: two readers of zip may see different parts in one file, and names
without the mark of UTF-8 are GBK on Chinese machines, which GDAL does not know.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from zoning.io.read.guard import require_archive, require_file, require_magic
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.drawing import quietly
from zoning.io.read.vector.geodatabase import CATALOGUE
from zoning.study import LayerInput

__all__ = ["unpacked"]

_SINGLE = (".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".geoparquet")
_CONTAINERS = ("layer.gdb", "layer.gpkg")
_SHAPE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ALLOWED = ".shp .gdb .gpkg .geojson .fgb .parquet"
_NAMES_ARE_UTF8 = 0x800


@dataclass(frozen=True)
class _Packed:
    """A layer, or a container of layers, inside the archive: its name there, and where each part of it goes."""

    stem: str
    place: str
    parts: Mapping[str, zipfile.ZipInfo]


@contextmanager
def unpacked(path: Path, declared: LayerInput) -> Iterator[tuple[Path, LayerInput, str]]:
    """Yield the place of the only layer or container of a zip (or the one named), what is declared of it, its name.

    Raises
    ------
    InputError
        If the archive is damaged, a bomb, or holds no layer (``FILE_UNREADABLE``); if it holds several and none is
        named (``PATH_MISSING``).
    """
    file = declared.path
    require_file(path, file)
    require_magic(path, file)
    require_archive(path, file)
    with quietly(file):
        archive = zipfile.ZipFile(path)
    with archive, TemporaryDirectory(prefix="zoning-") as folder:
        with quietly(file):
            inside = _inside(archive)
        packed, layer = _chosen(inside, declared)
        for name, part in packed.parts.items():
            place = Path(folder) / name
            place.parent.mkdir(exist_ok=True)
            with quietly(file), archive.open(part) as source, place.open("wb") as target:
                shutil.copyfileobj(source, target)
        yield Path(folder) / packed.place, declared.model_copy(update={"layer": layer}), packed.stem


def _inside(archive: zipfile.ZipFile) -> list[_Packed]:
    files = {_name(part): part for part in archive.infolist() if not part.is_dir()}
    files = {name: part for name, part in files.items() if not _of_the_system(name)}
    databases = {name.parent for name in files if name.name.lower() == CATALOGUE}
    loose = [name for name in files if name.parent not in databases]
    return [
        *(_database(folder, files, archive) for folder in sorted(databases)),
        *(_shapefile(name, files) for name in sorted(loose) if name.suffix.lower() == ".shp"),
        *(
            _Packed(name.stem, f"layer{name.suffix.lower()}", {f"layer{name.suffix.lower()}": files[name]})
            for name in sorted(loose)
            if name.suffix.lower() in _SINGLE
        ),
    ]


def _name(part: zipfile.ZipInfo) -> PurePosixPath:
    """Return the name of a part; one without the mark of UTF-8 is tried as UTF-8 and as GBK."""
    name = part.filename
    if not part.flag_bits & _NAMES_ARE_UTF8:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                return PurePosixPath(raw.decode(encoding).replace("\\", "/"))
            except UnicodeDecodeError:
                continue
    return PurePosixPath(name.replace("\\", "/"))


def _of_the_system(name: PurePosixPath) -> bool:
    return "__MACOSX" in name.parts or name.name.startswith("._")


def _shapefile(shp: PurePosixPath, files: Mapping[PurePosixPath, zipfile.ZipInfo]) -> _Packed:
    stem = shp.stem.lower()
    beside = [name for name in files if name.parent == shp.parent and name.stem.lower() == stem]
    parts = {f"layer{name.suffix.lower()}": files[name] for name in beside if name.suffix.lower() in _SHAPE}
    return _Packed(shp.stem, "layer.shp", parts)


def _database(
    folder: PurePosixPath, files: Mapping[PurePosixPath, zipfile.ZipInfo], archive: zipfile.ZipFile
) -> _Packed:
    parts = {f"layer.gdb/{name.name}": part for name, part in files.items() if name.parent == folder}
    stem = folder.stem or Path(str(archive.filename)).name.removesuffix(".zip").removesuffix(".gdb")
    return _Packed(stem, "layer.gdb", parts)


def _chosen(inside: list[_Packed], declared: LayerInput) -> tuple[_Packed, str]:
    """Return what is meant and the layer within it; of several containers a layer is named «container/layer»."""
    file = declared.path
    if not inside:
        raise unreadable("FILE_UNREADABLE", file, "nolayer", allowed=_ALLOWED)
    stem, _, layer = declared.layer.partition("/")
    named = [packed for packed in inside if packed.stem == stem]
    if len(named) == 1:
        return named[0], layer
    if len(inside) == 1 and (not declared.layer or inside[0].place in _CONTAINERS):
        return inside[0], declared.layer
    layers = "、".join(packed.stem for packed in inside)
    if declared.layer:
        raise unreadable("PATH_MISSING", file, "layer", layer=declared.layer, layers=layers)
    raise unreadable("PATH_MISSING", file, "several", layers=layers)
