"""Mended layers → copies in the format of the original: same order, same types, same CRS, other layers as they were."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyogrio
import shapely

from zoning.checks.repairs import Change
from zoning.errors import ResultError
from zoning.intake import RawLayer
from zoning.io.write.repaired.dbf import DbfError
from zoning.io.write.repaired.placing import placed
from zoning.io.write.repaired.shapefiles import SIDECARS, write_shapefile
from zoning.messages import fault

__all__ = ["write_repaired_layers"]

_DRIVERS: dict[str, tuple[str, dict[str, str]]] = {
    ".gpkg": ("GPKG", {}),
    ".geojson": ("GeoJSON", {"COORDINATE_PRECISION": "15", "RFC7946": "NO"}),
    ".json": ("GeoJSON", {"COORDINATE_PRECISION": "15", "RFC7946": "NO"}),
    ".fgb": ("FlatGeobuf", {"SPATIAL_INDEX": "NO"}),  # an index would put the features into another order
}
_UNWRITABLE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FieldError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pa.ArrowException,
    zipfile.BadZipFile,
    DbfError,
    UnicodeError,
)
_PARQUET = (".parquet", ".geoparquet")


def write_repaired_layers(
    raws: Sequence[RawLayer], changes: Sequence[Change], source: Path, target_folder: Path
) -> Path:
    """Write the copy of a file with its mended layers and return where it lies.

    Parameters
    ----------
    raws : sequence of RawLayer
        Mended layers of one file, as :func:`~zoning.checks.repairs.repair_layer` gives them.
    changes : sequence of Change
        Theirs; what is not listed is taken from the original as it is.
    source : Path
        The original (a shapefile, GeoPackage, GeoJSON, FlatGeobuf, GeoParquet, zip, geodatabase).
    target_folder : Path
        Another folder than that of the original. The copy has its name; of a format that cannot be written (a
        geodatabase, a database) it is a GeoPackage.

    Raises
    ------
    ResultError
        If the target is the folder of the original, or the copy cannot be written.
    """
    suffix = source.suffix.lower()
    try:
        with placed(source, target_folder) as work, tempfile.TemporaryDirectory() as unpacked:
            if suffix == ".zip":
                source, suffix = _unzipped(source, raws[0].layer, Path(unpacked))
            target = _write(raws, changes, source, work / f"{source.stem}{_written_as(suffix)}")
    except _UNWRITABLE as error:
        raise fault(ResultError, "repair.unwritable", file=source, reason=error) from error
    return target_folder / target.name


def _written_as(suffix: str) -> str:
    return suffix if suffix in _DRIVERS or suffix in (".shp", *_PARQUET) else ".gpkg"


def _write(raws: Sequence[RawLayer], changes: Sequence[Change], source: Path, target: Path) -> Path:
    if target.suffix == ".shp":
        write_shapefile(raws[0], _of(raws[0], changes), source, target)
    elif target.suffix in _PARQUET:
        raws[0].frame.to_parquet(target, index=False, schema_version="1.1.0")
    elif not source.exists() or source.suffix.lower() == ".zip":
        for raw in raws:
            pyogrio.write_dataframe(raw.frame, target, layer=raw.layer, driver="GPKG")
    else:
        _write_layers(raws, changes, source, target)
    return target


def _unzipped(source: Path, layer: str, folder: Path) -> tuple[Path, str]:
    """Unpack the shapefile of a layer, by the names of its parts only; of other archives return the source itself."""
    with zipfile.ZipFile(source) as archive:
        names = [name for name in archive.namelist() if PurePosixPath(name).suffix.lower() == ".shp"]
        chosen = [name for name in names if PurePosixPath(name).stem == layer] or (names if len(names) == 1 else [])
        if not chosen:
            return source, ".zip"
        stem = str(PurePosixPath(chosen[0]).with_suffix(""))
        for name in archive.namelist():
            own = PurePosixPath(name)
            if str(own.with_suffix("")) == stem and own.suffix.lower() in (".shp", *SIDECARS):
                (folder / f"{source.stem}{own.suffix.lower()}").write_bytes(archive.read(name))
    return folder / f"{source.stem}.shp", ".shp"


def _of(raw: RawLayer, changes: Sequence[Change]) -> list[Change]:
    return [one for one in changes if one.applied and one.layer == raw.layer]


@dataclass(frozen=True)
class _Table:
    """A layer as Arrow columns with what GDAL says of it."""

    meta: dict[str, Any]
    columns: pa.Table


def _write_layers(raws: Sequence[RawLayer], changes: Sequence[Change], source: Path, target: Path) -> None:
    """Copy every layer in its order, the mended ones with their changes."""
    mended = {raw.layer: raw for raw in raws}
    driver, options = _DRIVERS[target.suffix]
    for layer in [str(name) for name, _ in pyogrio.list_layers(source)]:
        table = _Table(*pyogrio.read_arrow(source, layer=layer))
        if layer in mended:
            table = _changed(table, mended[layer], _of(mended[layer], changes))
        located = table.meta["geometry_type"] is not None
        named = {"GEOMETRY_NAME": table.meta["geometry_name"] or "geom"} if driver == "GPKG" and located else {}
        pyogrio.write_arrow(
            table.columns,
            target,
            layer=layer,
            driver=driver,
            geometry_name=_geometry(table) if located else None,
            geometry_type=table.meta["geometry_type"],
            crs=table.meta["crs"],
            layer_options=options | named,
        )


def _geometry(table: _Table) -> str:
    return table.meta["geometry_name"] or "wkb_geometry"


def _changed(table: _Table, raw: RawLayer, changes: list[Change]) -> _Table:
    """Put the changed cells and shapes into a layer; everything else keeps its bytes."""
    columns, shape = table.columns, _geometry(table)
    names = [name for name in raw.frame.columns if name != raw.frame.geometry.name]
    fields = [name for name in columns.column_names if name != shape]
    if len(names) != len(fields) or len(raw.frame) != len(columns):
        raise DbfError("the layer is no longer what was read")
    after = {one.before: one.after for one in changes if one.kind == "header"}
    for header in {one.field for one in changes if one.row is not None and one.field}:
        position = names.index(after.get(header, header))
        column = columns.column(fields[position])
        cells = column.to_pylist()
        for one in changes:
            if one.row is not None and one.field == header:
                cells[one.row - 1] = one.after
        index = columns.column_names.index(fields[position])
        columns = columns.set_column(index, fields[position], pa.array(cells, type=column.type))
    rows = {one.row - 1 for one in changes if one.area_m2 is not None and one.row is not None}
    meta = table.meta
    if rows:
        columns, meta = _reshaped(columns, meta, raw, rows, shape)
    renamed = dict(zip(fields, names, strict=True))
    return _Table(meta, columns.rename_columns([renamed.get(name, name) for name in columns.column_names]))


def _reshaped(
    columns: pa.Table, meta: dict[str, Any], raw: RawLayer, rows: set[int], shape: str
) -> tuple[pa.Table, dict[str, Any]]:
    """Put changed shapes in; where one became several parts, a layer of polygons becomes one of multipolygons."""
    index = columns.column_names.index(shape)
    cells = columns.column(shape).to_pylist()
    for row in rows:
        cells[row] = shapely.to_wkb(raw.frame.geometry.iloc[row], flavor="iso")
    kind = str(meta["geometry_type"])
    several = any(raw.frame.geometry.iloc[row].geom_type == "MultiPolygon" for row in rows)
    if kind.startswith("Polygon") and several:
        meta = meta | {"geometry_type": f"Multi{kind}"}
    if str(meta["geometry_type"]).startswith("MultiPolygon"):
        cells = [_multiple(cell) for cell in cells]
    field = columns.schema.field(index)
    return columns.set_column(index, field, pa.array(cells, type=field.type)), meta


def _multiple(content: bytes | None) -> bytes | None:
    """Return the WKB of a polygon as that of a multipolygon."""
    shape = None if content is None else shapely.from_wkb(content)
    if shape is None or shape.geom_type != "Polygon" or shape.is_empty:
        return content
    return bytes(shapely.to_wkb(shapely.MultiPolygon([shape]), flavor="iso"))
