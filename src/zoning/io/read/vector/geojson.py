"""GeoJSON → RawLayer: UTF-8, longitude and latitude unless it names another system, and never another JSON.

GDAL opens JSON by content, and some of it would run a pipeline over other files; with the driver named it cannot.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
from pyproj import CRS
from pyproj.exceptions import CRSError

from zoning.intake import RawLayer
from zoning.io.read.guard import require_file, require_magic
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.drawing import Dataset, draw
from zoning.io.read.vector.encoding_faults import contradicted, declared_name
from zoning.io.read.vector.encodings import Choice, Encoding, Misfit, Text, choose, sample
from zoning.study import LayerInput

__all__ = ["read_geojson"]

_BLOCK = 1 << 20
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FEATURES = re.compile(rb'"features"\s*:\s*\[')
_TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')
_ESRI = re.compile(rb'"esriGeometry|"rings"\s*:')
_STRING = re.compile(rb'"([^"]*)"')
_ABSENT = object()
_GEO = re.compile(rb'"type"\s*:\s*"(FeatureCollection|Feature|(Multi)?(Point|LineString|Polygon)|GeometryCollection)"')


def read_geojson(path: Path, declared: LayerInput) -> RawLayer:
    """Read a GeoJSON, or the JSON of features that ArcGIS exports.

    Without a ``crs`` member it is in WGS 84 longitude and latitude (RFC 7946); an old-style member is honoured, and one
    that names no known system gives a layer without one.

    Raises
    ------
    InputError
        If it is not UTF-8 (``ENCODING_WRONG``), or no GeoJSON (``FILE_UNREADABLE``).
    """
    file = declared.path
    require_file(path, file)
    with path.open("rb") as stream:
        head = stream.read(_BLOCK)
    if head.startswith(_WIDE):
        text = head.decode("utf-16", "replace")
        at, shown = {"value": "UTF-8"}, "".join(re.findall(r"[^\x00-\x7f]+", text))[:40] or text[:40]
        raise unreadable("ENCODING_WRONG", file, "fixed", at=at, suffix=".geojson", better="UTF-16", right=shown)
    require_magic(path, file)
    kind = _kind(head, file)
    encoding, source = _encoding(path, declared)
    with _as_utf8(path, encoding) as place:
        frame = draw(Dataset(f"{kind}:{place}", kind, file, path.suffix))
    if kind == "GeoJSON":
        frame = _placed(frame, _crs_member(path), declared)
    about = dict(declared.fields) | {"crs": declared.crs}
    return RawLayer(file, path.stem, frame, about, encoding.name, source)


def _kind(head: bytes, file: str) -> str:
    if _TOPOLOGY.search(head):
        raise unreadable("FILE_UNREADABLE", file, "topojson")
    if _GEO.search(head):
        return "GeoJSON"
    if _ESRI.search(head):
        return "ESRIJSON"
    raise unreadable("FILE_UNREADABLE", file, "geojson")


def _encoding(path: Path, declared: LayerInput) -> tuple[Encoding, str]:
    """Return the encoding and why: UTF-8 as the format demands, or what the study declares and the bytes bear out."""
    utf8 = _is_utf8(path)
    if utf8 and not declared.encoding:
        return Encoding("UTF-8", "utf-8"), "utf-8"
    texts = [Text(cell) for cell in _STRING.findall(path.read_bytes()) if not cell.isascii()]
    found = choose(texts, declared_name(declared))
    if isinstance(found, Choice) and (utf8 or declared.encoding):
        return found.encoding, found.source
    if isinstance(found, Misfit) and declared.encoding:
        raise contradicted(declared.path, found, texts)
    slots = {"suffix": ".geojson", "better": found.encoding.name, "right": sample(texts, found.encoding)}
    raise unreadable("ENCODING_WRONG", declared.path, "fixed", at={"value": "UTF-8"}, **slots)


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as stream:
        try:
            for _ in codecs.iterdecode(iter(partial(stream.read, _BLOCK), b""), "utf-8"):
                pass
        except UnicodeDecodeError:
            return False
    return True


@contextmanager
def _as_utf8(path: Path, encoding: Encoding) -> Iterator[Path]:
    if encoding.codec == "utf-8":
        yield path.absolute()
        return
    with TemporaryDirectory(prefix="zoning-") as folder:
        place = Path(folder) / "layer.geojson"
        place.write_text(path.read_bytes().decode(encoding.codec, "replace"), encoding="utf-8")
        yield place


def _crs_member(path: Path) -> object:
    """Return the ``crs`` member of the collection, :data:`_ABSENT` if there is none.

    Only what stands around the features is parsed: they may be far larger than memory.
    """
    with path.open("rb") as stream:
        head = stream.read(_BLOCK)
        stream.seek(max(path.stat().st_size - _BLOCK, 0))
        tail = stream.read()
    features = _FEATURES.search(head)
    whole = head if features is None else head[: features.start()] + b'"features":[]' + tail[tail.rfind(b"]") + 1 :]
    try:
        members = json.loads(whole.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return _ABSENT
    return members.get("crs", _ABSENT) if isinstance(members, dict) else _ABSENT


def _placed(frame: gpd.GeoDataFrame, member: object, declared: LayerInput) -> gpd.GeoDataFrame:
    """Return the layer in the system it names; GDAL takes WGS 84 for any name it does not know."""
    if member is _ABSENT:
        return frame
    name = _crs_name(member)
    try:
        crs = CRS.from_user_input(name) if name else None
    except CRSError as error:
        if not declared.crs:
            raise unreadable("CRS_MISSING", declared.path, "prj", at={"value": name}) from error
        crs = None
    if crs is not None and frame.crs is not None and frame.crs.equals(crs, ignore_axis_order=True):
        return frame
    shapes = frame.geometry
    return gpd.GeoDataFrame(frame.drop(columns=shapes.name), geometry=shapes.to_numpy(), crs=crs)


def _crs_name(member: object) -> str:
    """Return what a member names (``urn:ogc:def:crs:EPSG::4549``, an EPSG code, an address); empty for ``null``."""
    about = member.get("properties") if isinstance(member, dict) else None
    if not isinstance(about, dict):
        return ""
    if "code" in about:
        return f"EPSG:{about['code']}"
    return str(about.get("name") or about.get("href") or "")
