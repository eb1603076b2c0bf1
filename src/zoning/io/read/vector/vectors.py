"""Vector layers → RawLayer: shapefile, GeoPackage, GeoJSON, file geodatabase, GeoParquet, FlatGeobuf, zip, PostGIS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from zoning.intake import RawLayer
from zoning.io.read.guard import require_file, require_magic
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.archives import unpacked
from zoning.io.read.vector.drawing import Dataset, draw
from zoning.io.read.vector.encoding_faults import require_utf8
from zoning.io.read.vector.geodatabase import geodatabase_files, read_geodatabase
from zoning.io.read.vector.geojson import read_geojson
from zoning.io.read.vector.geopackages import journals, read_geopackage
from zoning.io.read.vector.parquet import read_geoparquet
from zoning.io.read.vector.postgis import is_database, masked, read_postgis
from zoning.io.read.vector.shapefile import read_shapefile, sidecars
from zoning.io.read.vector.staging import misleading, staged
from zoning.study import LayerInput

__all__ = ["VECTOR_SUFFIXES", "is_database", "layer_files", "masked", "read_layer"]


def layer_files(path: Path) -> tuple[Path, ...]:
    """Return every file a layer consists of: a shapefile and its sidecars, all of a geodatabase, else the file itself.

    Examples
    --------
    >>> layer_files(Path("units.fgb"))
    (...Path('units.fgb'),)
    """
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return (path, *sidecars(path).values())
    if suffix == ".gdb" and path.is_dir():
        return geodatabase_files(path)
    if suffix == ".gpkg":
        return (path, *journals(path))
    return (path,)


def read_layer(path: Path, declared: LayerInput) -> RawLayer:
    """Read one layer with all its attributes.

    Curves become lines, as GDAL draws them; measures are dropped.

    Parameters
    ----------
    path : Path
        Where the layer lies; without meaning where ``declared.path`` is the connection string of a database.
    declared : LayerInput
        What the study says of it: layer, encoding, field maps.

    Raises
    ------
    InputError
        If the layer is missing or cannot be read with certainty; it carries the finding.
    """
    if is_database(declared.path):
        return read_postgis(declared)
    suffix = path.suffix.lower()
    if suffix in _READERS:
        return _READERS[suffix](path, declared)
    if path.is_file():
        raise unreadable("FILE_UNREADABLE", declared.path, "format", allowed=" ".join(VECTOR_SUFFIXES))
    raise unreadable("PATH_MISSING", declared.path)


def _read_flatgeobuf(path: Path, declared: LayerInput) -> RawLayer:
    file = declared.path
    require_file(path, file)
    require_magic(path, file)
    require_utf8(declared, ".fgb")
    parts = {"layer.fgb": path} if misleading(path) else {}
    with staged(parts) as folder:
        place = folder / "layer.fgb" if parts else path.absolute()
        frame = draw(Dataset(str(place), "FlatGeobuf", file, ".fgb"))
    return RawLayer(file, path.stem, frame, dict(declared.fields) | {"crs": declared.crs})


def _read_archive(path: Path, declared: LayerInput) -> RawLayer:
    with unpacked(path, declared) as (place, meant, name):
        raw = _READERS[place.suffix](place, meant)
    return replace(raw, layer=name) if raw.layer == place.stem else raw


_READERS: Mapping[str, Callable[[Path, LayerInput], RawLayer]] = {
    ".shp": read_shapefile,
    ".gpkg": read_geopackage,
    ".geojson": read_geojson,
    ".json": read_geojson,
    ".gdb": read_geodatabase,
    ".parquet": read_geoparquet,
    ".geoparquet": read_geoparquet,
    ".fgb": _read_flatgeobuf,
    ".zip": _read_archive,
}
VECTOR_SUFFIXES = tuple(_READERS)
