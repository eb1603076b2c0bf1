"""The files of a mended shapefile: shapes, attributes, encoding; the projection file is that of the original."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio

from zoning.checks.repairs import Change
from zoning.intake import RawLayer
from zoning.io.write.repaired.dbf import DbfError, rewritten

__all__ = ["SIDECARS", "write_shapefile"]

SIDECARS = (".dbf", ".shx", ".prj", ".cpg")


def write_shapefile(raw: RawLayer, changes: Sequence[Change], source: Path, target: Path) -> None:
    """Write the copy of a shapefile.

    Parameters
    ----------
    raw : RawLayer
        The mended layer; ``encoding`` is what the copy is to be in.
    changes : sequence of Change
        Its applied changes.
    source, target : Path
        The ``.shp`` of the original and of the copy.

    Raises
    ------
    DbfError
        If the attribute table is damaged or is no longer what was read.
    """
    parts = {part.suffix.lower(): part for part in source.parent.iterdir() if part.stem == source.stem}
    if ".dbf" not in parts:
        raise DbfError("no .dbf")
    before = next((one.before for one in changes if one.kind == "encoding"), raw.encoding)
    names = [str(name) for name in raw.frame.columns if name != raw.frame.geometry.name]
    original = {one.before: one.after for one in changes if one.kind == "header"}
    cells = {
        (one.row - 1, names.index(original.get(one.field, one.field))): one.after
        for one in changes
        if one.row is not None and one.field
    }
    table = parts[".dbf"].read_bytes()
    content = rewritten(table, names, cells, (before, raw.encoding))
    whole = int.from_bytes(table[4:8], "little") == len(raw.frame)  # no deleted records
    shapes = gpd.GeoDataFrame({"row": range(len(raw.frame))}, geometry=raw.frame.geometry.to_numpy(), crs=raw.frame.crs)
    if whole and ".shx" in parts and not any(one.area_m2 is not None for one in changes):
        shutil.copyfile(source, target)
        shutil.copyfile(parts[".shx"], target.with_suffix(".shx"))
    else:
        pyogrio.write_dataframe(shapes, target, driver="ESRI Shapefile", geometry_type=_geometry_type(source))
    target.with_suffix(".prj").unlink(missing_ok=True)
    if ".prj" in parts:
        shutil.copyfile(parts[".prj"], target.with_suffix(".prj"))
    target.with_suffix(".dbf").write_bytes(content)
    if ".cpg" in parts and before == raw.encoding:
        shutil.copyfile(parts[".cpg"], target.with_suffix(".cpg"))
    else:
        target.with_suffix(".cpg").write_text(raw.encoding.upper(), encoding="ascii")


def _geometry_type(source: Path) -> str:
    return str(pyogrio.read_info(source)["geometry_type"])
