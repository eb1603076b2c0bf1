"""One layer out of a dataset through GDAL: bounded, without GDAL's own words getting out, every fault an error of ours.

Curves come as lines (GDAL's own steps); measures are dropped.
"""

from __future__ import annotations

import lzma
import re
import sqlite3
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from geopandas.array import GeometryDtype
from pyproj.exceptions import ProjError

from zoning.errors import InputError
from zoning.io.read.guard import require_cells
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.encodings import Misfit, Text, choose, sample
from zoning.tables import numbers

__all__ = ["RAW", "Dataset", "bounded", "draw", "quietly", "reason", "whole"]

RAW = "ISO-8859-1"
"""The encoding under which pyogrio hands out the bytes of a text as they are, one character each."""
FAULTS = (
    RuntimeError, ValueError, OSError, LookupError, TypeError, ArithmeticError, EOFError, AssertionError, MemoryError,
    ProjError, shapely.errors.ShapelyError, sqlite3.Error, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
_REASON = 160
_NAMED = 10
_SHAPE = "geometry"


@dataclass(frozen=True)
class Dataset:
    """What GDAL is given: a name of its own, the driver that must answer, and how errors call it.

    Attributes
    ----------
    name : str
        Path, with the prefix of a driver where GDAL knows one.
    driver : str
        GDAL's name of the format; another one that opens it is refused.
    file, suffix : str
        As the study and its user call them.
    options : mapping
        Open options of the driver.
    where : str or None
        A filter that all features pass, for a format whose own count of features may be out of date.
    """

    name: str
    driver: str
    file: str
    suffix: str
    options: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None


def reason(error: BaseException) -> str:
    """Return a short reason without machine paths."""
    text = re.sub(r"(/[^\s/'\"]+){2,}/?", lambda path: path.group().rstrip("/").rsplit("/", 1)[-1], str(error))
    return " ".join(text.split())[:_REASON] or type(error).__name__


@contextmanager
def quietly(file: str, code: str = "FILE_UNREADABLE", key: str = "") -> Iterator[None]:
    """Turn what the libraries raise into our error; keep GDAL's warnings from the user.

    GDAL warns of repeated feature ids, missing statistics and the like; what matters of it is found by our checks.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except FAULTS as error:
            raise unreadable(code, file, key, reason=reason(error)) from error


def draw(dataset: Dataset, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """Read a layer with all attributes, after a look at how large it says it is.

    Parameters
    ----------
    dataset : Dataset
        Where it lies.
    layer : str or None
        None takes the only one.
    encoding : str or None
        Encoding of texts where it is not the format's own.

    Raises
    ------
    InputError
        If it cannot be read, is of another format, too large, without geometry or features, or not UTF-8.
    """
    with quietly(dataset.file):
        try:
            return _drawn(dataset, layer, encoding)
        except UnicodeDecodeError as error:
            raw = pyogrio.read_dataframe(dataset.name, layer=layer, encoding=RAW, use_arrow=False, **dataset.options)
            texts = _texts(raw)
            found = choose(texts)
            if isinstance(found, Misfit):
                raise unreadable("FILE_UNREADABLE", dataset.file, reason=reason(error)) from error
            slots = {"suffix": dataset.suffix, "better": found.encoding.name, "right": sample(texts, found.encoding)}
            at = {"layer": layer or "", "value": "UTF-8"}
            raise unreadable("ENCODING_WRONG", dataset.file, "fixed", at=at, **slots) from error


def _texts(raw: pd.DataFrame) -> list[Text]:
    """Return names and distinct cells of a frame that was read as :data:`RAW`."""
    cells = [str(name) for name in raw.columns]
    for column in raw.columns:
        if raw[column].dtype.kind == "O" and not isinstance(raw[column].dtype, GeometryDtype):
            cells += [cell for cell in raw[column].unique() if isinstance(cell, str)]
    return [Text(cell.encode("latin-1", "replace")) for cell in cells]


def _drawn(dataset: Dataset, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    read: dict[str, Any] = {"layer": layer, "encoding": encoding, **dataset.options}
    about = pyogrio.read_info(dataset.name, **read)
    if about["driver"] != dataset.driver:
        raise unreadable("FILE_UNREADABLE", dataset.file, "driver", suffix=dataset.suffix, driver=about["driver"])
    if about["geometry_type"] is None:
        raise unreadable("FILE_UNREADABLE", dataset.file, "nogeometry")
    if _SHAPE in about["fields"]:  # pyogrio would put the shape in its place
        raise unreadable("FILE_UNREADABLE", dataset.file, "fieldname", at={"field": _SHAPE})
    said = max(int(about["features"]), 0)
    bounded(dataset.file, said, len(about["fields"]))
    try:
        frame = pyogrio.read_dataframe(dataset.name, use_arrow=False, where=dataset.where, **read)
    except (pyogrio.errors.GeometryError, shapely.errors.ShapelyError) as error:
        raise _unbuilt(dataset, layer, read, error) from error
    return whole(dataset.file, frame, 0 if dataset.where else said, layer or PurePath(dataset.file).stem)


def _unbuilt(dataset: Dataset, layer: str | None, read: Mapping[str, Any], error: Exception) -> InputError:
    """Return the error of geometries that cannot be built (rings not closed, too few points), their rows named."""
    _, _, shapes, _ = pyogrio.raw.read(dataset.name, columns=[], **read)
    built = shapely.from_wkb(shapes, on_invalid="ignore")
    rows = [at + 1 for at, (raw, shape) in enumerate(zip(shapes, built, strict=True)) if raw and shape is None]
    if not rows or any(_surface(raw) for raw in shapes if raw):
        return unreadable("FILE_UNREADABLE", dataset.file, "geometry", reason=reason(error))
    at = {"layer": layer or "", "row": rows[0], "value": "、".join(map(str, rows[:_NAMED]))}
    return unreadable("GEOM_INVALID", dataset.file, "unbuilt", at=at, count=len(rows), reason=reason(error))


def _surface(wkb: bytes) -> bool:
    """Tell whether a shape is a polyhedral surface, a triangulated one or a triangle (WKB types 15 to 17)."""
    kind = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") & 0x0FFFFFFF
    return kind % 1000 in (15, 16, 17)


def bounded(file: str, features: int, fields: int) -> None:
    """Refuse a layer that says it has more fields or cells than a row of ``tables/limits.csv``.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    most = int(numbers("limits")["layer_fields"])
    if fields > most:
        raise unreadable("FILE_UNREADABLE", file, "fields", count=f"{fields:,}", limit=f"{most:,}")
    require_cells(features * (fields + 1), file, "table_cells")


def whole(file: str, frame: pd.DataFrame, said: int, layer: str) -> gpd.GeoDataFrame:
    """Return a layer as it is, unless it has no geometry, no features, fewer than it said, or too many vertices.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        raise unreadable("FILE_UNREADABLE", file, "nogeometry")
    if len(frame) < said:
        raise unreadable("FILE_UNREADABLE", file, "partial", count=len(frame), said=said)
    if len(frame) == 0:
        raise unreadable("FILE_UNREADABLE", file, "nofeatures", at={"layer": layer})
    require_cells(float(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum()), file, "vertices")
    return frame
