"""Polygons out of a file for the overlay alone: shapes and labels; of a GeoParquet no geometry object is built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from zoning.crs import as_crs
from zoning.errors import CrsError
from zoning.io.read.guard import require_cells, require_file, require_magic
from zoning.io.read.vector.drawing import quietly
from zoning.io.read.vector.vectors import read_layer
from zoning.messages import fault
from zoning.overlay import WkbPolygons
from zoning.study import LayerInput
from zoning.tables import numbers

__all__ = ["read_polygons"]

_ROWS = 65_536
_VERTEX_BYTES = 16
_NO_CRS_NAMED = "OGC:CRS84"  # what GeoParquet 1.1 says of a column that names no system
_PARQUET = (".parquet", ".geoparquet")


def read_polygons(reference: str | Path) -> gpd.GeoDataFrame | WkbPolygons:
    """Read the polygons of a layer.

    Parameters
    ----------
    reference : str or Path
        Any vector file that a study may name; ``file.gpkg#layer`` chooses a layer.

    Returns
    -------
    WkbPolygons or GeoDataFrame
        Labels are the stored index of a GeoParquet, else 0, 1, … in file order.

    Raises
    ------
    InputError
        If it is missing, damaged or too large.
    CrsError
        If a GeoParquet says that its system is unknown.
    """
    path, layer = Path(reference), ""
    if not path.exists() and "#" in str(reference):
        name, _, layer = str(reference).rpartition("#")
        path = Path(name)
    if path.suffix.lower() in _PARQUET and path.is_file():
        packed = _packed(path)
        if packed is not None:
            return packed
    frame: gpd.GeoDataFrame = read_layer(path, LayerInput(path=str(path), layer=layer)).frame
    return frame


def _packed(path: Path) -> WkbPolygons | None:
    """Return the polygons of a GeoParquet; None if its geometry is not well-known binary."""
    require_file(path, path.name)
    require_magic(path, path.name)
    with quietly(path.name), pq.ParquetFile(path) as content:
        stored = content.schema_arrow.metadata or {}
        about = json.loads(stored.get(b"geo", b"{}"))
        name = about.get("primary_column", "")
        column = about.get("columns", {}).get(name, {})
        if column.get("encoding") != "WKB" or name not in content.schema_arrow.names:
            return None
        data, offsets = _bytes(content, name, path.name)
        index = _labels(content, json.loads(stored.get(b"pandas", b"{}")), len(offsets) - 1)
    return WkbPolygons(index, _system(column), data, offsets)


def _bytes(content: pq.ParquetFile, name: str, file: str) -> tuple[Any, Any]:
    """Return a column of bytes as one buffer with offsets, measured while it is unpacked.

    Room is had for what the file says, as far as the limits allow, and more when it is needed: memory that is not
    written to costs nothing, and memory that is written to twice costs as much as laying the polygons.
    """
    about, column = content.metadata, content.schema_arrow.names.index(name)
    said = sum(about.row_group(group).column(column).total_uncompressed_size for group in range(about.num_row_groups))
    data = np.empty(max(0, min(said, int(numbers("limits")["archive_bytes"]))), np.uint8)
    sizes, total = [np.zeros(0, np.int64)], 0
    for batch in content.iter_batches(batch_size=_ROWS, columns=[name]):
        batch.validate(full=True)
        packed = batch.column(0).cast(pa.large_binary())
        _, ends, held = packed.buffers()
        at = np.frombuffer(ends, np.int64)[packed.offset : packed.offset + len(packed) + 1]
        size = int(at[-1] - at[0])
        require_cells((total + size) / _VERTEX_BYTES, file, "vertices")
        if total + size > len(data):
            data = np.concatenate([data[:total], np.empty(max(size, total), np.uint8)])
        if size:
            data[total : total + size] = np.frombuffer(held, np.uint8)[at[0] : at[-1]]
        total += size
        sizes.append(np.diff(at))
    return data[:total], np.append(0, np.cumsum(np.concatenate(sizes)))


def _labels(content: pq.ParquetFile, about: Mapping[str, Any], count: int) -> pd.Index:
    """Return the index that pandas stored with the layer, else 0, 1, …."""
    stored = [one for one in about.get("index_columns", []) if one in content.schema_arrow.names]
    if not stored:
        return pd.RangeIndex(count)
    index: pd.Index = content.read(columns=stored, use_pandas_metadata=True).to_pandas().index
    return index


def _system(column: Mapping[str, Any]) -> CRS:
    if "crs" in column and column["crs"] is None:
        raise fault(CrsError, "crs.missing")
    return as_crs(column.get("crs", _NO_CRS_NAMED))
