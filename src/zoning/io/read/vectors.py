"""Vector layers through GDAL: shapefile (GBK or UTF-8), GeoPackage, GeoJSON → RawLayer."""

from __future__ import annotations

import codecs
from pathlib import Path

import geopandas as gpd
import pyogrio

from zoning.intake import RawLayer
from zoning.io.read.unreadable import unreadable
from zoning.study import LayerInput

__all__ = ["VECTOR_SUFFIXES", "layer_files", "read_layer"]

VECTOR_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json")
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg")


def layer_files(path: Path) -> tuple[Path, ...]:
    """Return every file a layer consists of: a shapefile and its sidecars, else the file itself."""
    if path.suffix.lower() != ".shp":
        return (path,)
    stem = path.stem.lower()
    sidecars = sorted(p for p in path.parent.iterdir() if p.stem.lower() == stem and p.suffix.lower() in _SIDECARS)
    return (path, *sidecars)


def read_layer(path: Path, declared: LayerInput) -> RawLayer:
    """Read one layer with all its attributes.

    Parameters
    ----------
    path : Path
        Where the layer lies.
    declared : LayerInput
        What the study says of it: layer, encoding, field maps.

    Raises
    ------
    InputError
        If the file is missing or cannot be read as a vector layer; it carries the finding.
    """
    if not path.is_file():
        raise unreadable("PATH_MISSING", declared.path)
    encoding, source = _encoding(path, declared.encoding)
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        layer = declared.layer or layers[0]
        if layer not in layers:
            raise unreadable("PATH_MISSING", declared.path, "layer", layer=layer, layers="、".join(layers))
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding or None)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, ValueError) as error:
        raise unreadable("FILE_UNREADABLE", declared.path, reason=error) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise unreadable("FILE_UNREADABLE", declared.path, "nogeometry")
    return RawLayer(
        file=declared.path,
        layer=layer,
        frame=frame,
        declared=dict(declared.fields) | {"crs": declared.crs},
        encoding=encoding or "UTF-8",
        encoding_source=source,
    )


def _encoding(path: Path, declared: str) -> tuple[str, str]:
    """Return the encoding to decode with and why; an empty encoding leaves the format its own (always UTF-8)."""
    if declared:
        return _known(declared), "declared"
    if path.suffix.lower() != ".shp":
        return "", "utf-8"
    cpg = next((p for p in layer_files(path) if p.suffix.lower() == ".cpg"), None)
    if cpg is not None:
        return _known(cpg.read_text(encoding="ascii", errors="replace").strip()), "cpg"
    return _guess(next((p for p in layer_files(path) if p.suffix.lower() == ".dbf"), path.with_suffix(".dbf")))


def _known(name: str) -> str:
    alias = {"936": "GBK", "CP936": "GBK", "54936": "GB18030", "65001": "UTF-8", "950": "BIG5"}.get(name.upper(), name)
    try:
        return codecs.lookup(alias).name
    except LookupError:
        return "utf-8"


def _guess(dbf: Path) -> tuple[str, str]:
    """Trial decoding: a DBF without a declaration is UTF-8 if its bytes allow it, else GB18030 (finding by checks)."""
    content = dbf.read_bytes() if dbf.is_file() else b""
    if content.isascii():
        return "utf-8", "ascii"
    try:
        content[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030", "guessed"
    return "utf-8", "guessed"
