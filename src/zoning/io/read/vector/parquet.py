"""GeoParquet → RawLayer, measured part by part before it is built: a few packed bytes may stand for a terabyte."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
from geopandas.array import GeometryDtype

from zoning.intake import RawLayer
from zoning.io.read.guard import require_file, require_magic
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.drawing import bounded, quietly, whole
from zoning.io.read.vector.encoding_faults import require_utf8
from zoning.study import LayerInput
from zoning.tables import numbers

__all__ = ["read_geoparquet"]

_ROWS = 256


def read_geoparquet(path: Path, declared: LayerInput) -> RawLayer:
    """Read a GeoParquet; one that names no system is in WGS 84 longitude and latitude, ``null`` means unknown.

    Raises
    ------
    InputError
        If it is damaged, too large, or has no geometry (``FILE_UNREADABLE``).
    """
    file = declared.path
    require_file(path, file)
    require_magic(path, file)
    require_utf8(declared, path.suffix)
    with quietly(file):
        _require_sound(path, file)
        frame = gpd.read_parquet(path.absolute())
    frame = whole(file, _plain(frame), len(frame), path.stem)
    return RawLayer(file, path.stem, frame, dict(declared.fields) | {"crs": declared.crs})


def _plain(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the layer with a stored index as a column again, and with its main geometry only."""
    named = any(name is not None for name in frame.index.names)
    main = frame.geometry.name
    others = [name for name, kind in frame.dtypes.items() if isinstance(kind, GeometryDtype) and name != main]
    return frame.reset_index(drop=not named).drop(columns=others)


def _require_sound(path: Path, file: str) -> None:
    limit = numbers("limits")["archive_bytes"]
    with pq.ParquetFile(path) as content:
        about = content.metadata
        bounded(file, about.num_rows, about.num_columns)
        if b"geo" not in (about.metadata or {}):
            raise unreadable("FILE_UNREADABLE", file, "nogeometry")
        size = 0
        for batch in content.iter_batches(batch_size=_ROWS):
            batch.validate(full=True)
            size += batch.nbytes
            if size > limit:
                raise unreadable("FILE_UNREADABLE", file, "bomb")
