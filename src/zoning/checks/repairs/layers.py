"""A vector layer: headers, codes, text, shapes and borders mended where that is safe."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.repairs.changes import Change, ChangeKind, change
from zoning.checks.repairs.coverage import snap_slight
from zoning.checks.repairs.texts import clean_code, clean_header, clean_text, doubtful_code
from zoning.checks.repairs.validity import mend_invalid
from zoning.checks.vector.addressed import Addressed
from zoning.checks.vector.placing import check_crs
from zoning.errors import Severity
from zoning.intake import RawLayer
from zoning.study import Study, Tolerance
from zoning.vocab import field_name, normalise_header

__all__ = ["repair_layer"]

_KEPT = ("shp", "gpkg", "geojson", "json", "fgb", "parquet", "geoparquet")
_DBF_TEXT, _DBF_HEADER = 254, 10  # bytes a dBASE III file has room for


def repair_layer(raw: RawLayer, kind: str, study: Study) -> tuple[RawLayer, tuple[Change, ...]]:
    """Return a layer with what is safe to mend mended, and every change, refusal and question.

    Parameters
    ----------
    raw : RawLayer
        As it was read.
    kind : str
        Kind of layer (``units``, ``zones.air`` …): its field names; the borders of ``units`` only are snapped.
    study : Study
        Region, and how much may be moved: gaps and overlaps below ``tolerance.area`` (m²) and ``tolerance.width`` (m)
        are slight; mending changes a shape by ``repair_area_share`` of its area at most.

    Returns
    -------
    RawLayer, tuple of Change
        The layer itself where no change was applied. Numbers, rows and their order are always as they were.
    """
    frame, headers = _headers(raw, kind)
    frame, texts = _texts(raw, frame, kind, {one.after: one.before for one in headers if one.applied})
    frame, shapes = _shapes(raw, frame, kind, study)
    changes = (*headers, *texts, *shapes)
    encoding, stated = _encoding(raw, frame, any(one.applied for one in changes))
    if not any(one.applied for one in (*changes, *stated)):
        return raw, changes
    source = raw.encoding_source if encoding == raw.encoding else "cpg"
    mended = dataclasses.replace(raw, frame=frame, encoding=encoding, encoding_source=source)
    return mended, (*changes, *stated, *_format(raw))


def _where(raw: RawLayer, **more: object) -> dict[str, Any]:
    return {"file": raw.file, "layer": raw.layer, **more}


def _headers(raw: RawLayer, kind: str) -> tuple[gpd.GeoDataFrame, tuple[Change, ...]]:
    """Rename headers that are a known one but for their spelling; not where two would be called the same."""
    geometry = raw.frame.geometry.name
    written = {str(name): clean_header(kind, str(name)) for name in raw.frame.columns if name != geometry}
    declared = {normalise_header(header) for ours, header in raw.declared.items() if ours != "crs"}
    counts = Counter(written.values())
    names: dict[str, str] = {}
    changes = []
    for before, after in written.items():
        if before == after or normalise_header(before) in declared:
            continue
        where = _where(raw, field=before, before=before, after=after)
        if counts[after] > 1 or after == geometry:
            changes.append(change(ChangeKind.REFUSED, "header.taken", where))
        else:
            names[before] = after
            changes.append(change(ChangeKind.HEADER, "header", where))
    return raw.frame.rename(columns=names), tuple(changes)


def _texts(
    raw: RawLayer, frame: gpd.GeoDataFrame, kind: str, original: dict[str, str]
) -> tuple[gpd.GeoDataFrame, tuple[Change, ...]]:
    """Mend codes and text, column by column; ``original`` names the headers that were just renamed."""
    declared = {normalise_header(header): ours for ours, header in raw.declared.items() if ours != "crs"}
    changes: list[Change] = []
    frame = frame.copy()
    for column in frame.columns:
        if column == frame.geometry.name or pd.api.types.is_numeric_dtype(frame[column]):
            continue
        header = original.get(str(column), str(column))
        ours = declared.get(normalise_header(header)) or field_name(kind, header)
        cells = list(frame[column])
        mended, found = _codes(raw, header, cells) if ours == "code" else _cells(raw, header, cells)
        if any(one.applied for one in found):
            frame[column] = pd.Series(mended, index=frame.index, dtype=object)
        changes += found
    return frame, tuple(changes)


def _cells(raw: RawLayer, header: str, cells: list[Any]) -> tuple[list[Any], list[Change]]:
    mended = [clean_text(cell) if isinstance(cell, str) else cell for cell in cells]
    changes = [
        change(ChangeKind.TEXT_TRIM, "text", _where(raw, row=raw.row(row), field=header, before=old, after=new))
        for row, (old, new) in enumerate(zip(cells, mended, strict=True))
        if isinstance(old, str) and old != new
    ]
    return mended, changes


def _codes(raw: RawLayer, header: str, cells: list[Any]) -> tuple[list[Any], list[Change]]:
    """Mend codes; two features that would come to carry one code keep what they have."""
    cleaned = [clean_code(clean_text(cell)) if isinstance(cell, str) else cell for cell in cells]
    counts = Counter(code for code in cleaned if isinstance(code, str))
    mended, changes = list(cells), []
    for row, (old, new) in enumerate(zip(cells, cleaned, strict=True)):
        if not isinstance(old, str):
            continue
        where = _where(raw, row=raw.row(row), field=header, before=old, after=new)
        if old != new and new and counts[new] > 1:
            changes.append(change(ChangeKind.REFUSED, "code.taken", where))
            continue
        mended[row] = new
        if old != new:
            changes.append(change(ChangeKind.CODE_BLANKS, "code", where))
        if doubtful_code(new):
            asked = where | {"before": new, "after": ""}
            changes.append(change(ChangeKind.QUESTION, "code.letters", asked, candidate=doubtful_code(new)))
    return mended, changes


def _shapes(
    raw: RawLayer, frame: gpd.GeoDataFrame, kind: str, study: Study
) -> tuple[gpd.GeoDataFrame, tuple[Change, ...]]:
    """Mend invalid polygons and, of units, slight gaps and overlaps; nothing where no metre is known."""
    shapes = frame.geometry.to_numpy()
    if not np.isin(shapely.get_type_id(shapes), (3, 6)).any():
        return frame, ()
    share = study.threshold("repair_area_share")
    placed, faults = check_crs(Addressed(raw, np.asarray(_names(raw, frame), dtype=object)), frame, study)
    if placed.crs is None or any(found.severity is Severity.ERROR for found in faults):
        return frame, (change(ChangeKind.NOT_REPAIRED, "crs", _where(raw)),)
    crs = CRS.from_user_input(placed.crs)
    mended, changes = mend_invalid(shapes, crs, _where(raw), share)
    if kind == "units":
        mended, snapped = _snapped(raw, frame, mended, crs, (study.tolerance, share))
        changes += snapped
    if not any(one.applied for one in changes):
        return frame, changes
    return frame.set_geometry(gpd.GeoSeries(mended, index=frame.index, crs=frame.crs)), changes


def _snapped(
    raw: RawLayer, frame: gpd.GeoDataFrame, shapes: NDArray[np.object_], crs: CRS, limits: tuple[Tolerance, float]
) -> tuple[NDArray[np.object_], tuple[Change, ...]]:
    """Snap a layer of valid polygons; beside a shape that is not one, what is a gap and what is not cannot be told."""
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    sound = np.isin(shapely.get_type_id(shapes), (3, 6)) & shapely.is_valid(shapes)
    if (present & ~sound).any():
        count = int((present & ~sound).sum())
        return shapes, (change(ChangeKind.NOT_REPAIRED, "snap.invalid", _where(raw), count=count),)
    return snap_slight(shapes, _names(raw, frame), crs, limits[0], _where(raw), limits[1])


def _names(raw: RawLayer, frame: gpd.GeoDataFrame) -> list[str]:
    """Return the codes of the features, else their row numbers."""
    declared = {normalise_header(header): ours for ours, header in raw.declared.items() if ours != "crs"}
    for column in frame.columns:
        if (declared.get(normalise_header(column)) or field_name("units", column)) == "code":
            return [str(code) for code in frame[column]]
    return [str(raw.row(position)) for position in range(len(frame))]


def _encoding(raw: RawLayer, frame: gpd.GeoDataFrame, changed: bool) -> tuple[str, tuple[Change, ...]]:  # noqa: FBT001
    """Return what the text of a shapefile is to be written in, and the change that is.

    A declared encoding (by the study, by .cpg) is kept. One that was found by trial becomes UTF-8 with a .cpg, unless
    that would cut a text or a header: a Chinese letter takes three bytes in it, two in GBK.
    """
    zipped = _suffix(raw) == "zip" and raw.encoding_source not in ("utf-8", "ascii")
    if _suffix(raw) != "shp" and not zipped:
        return raw.encoding, ()
    kept = raw.encoding_source in ("declared", "cpg", "ldid", "utf-8", "ascii")
    first = raw.encoding if kept else "UTF-8"
    if kept and not changed:
        return raw.encoding, ()
    texts = [
        cell
        for column in frame.columns
        if column != frame.geometry.name
        for cell in frame[column]
        if isinstance(cell, str)
    ]
    headers = [str(column) for column in frame.columns if column != frame.geometry.name]
    after = next((one for one in (first, "GBK", "GB18030") if _fits(one, texts, headers)), first)
    if after == raw.encoding and kept:
        return raw.encoding, ()
    key = "encoding" if after == "UTF-8" else "encoding.cut"
    return after, (change(ChangeKind.ENCODING, key, _where(raw, before=raw.encoding, after=after)),)


def _fits(encoding: str, texts: list[str], headers: list[str]) -> bool:
    try:
        wide = max((len(text.encode(encoding)) for text in texts), default=0)
        head = max((len(header.encode(encoding)) for header in headers), default=0)
    except UnicodeEncodeError:
        return False
    return wide <= _DBF_TEXT and head <= _DBF_HEADER


def _format(raw: RawLayer) -> tuple[Change, ...]:
    """Say it where a copy cannot be written in the format of the original."""
    suffix = _suffix(raw)
    if suffix in _KEPT or suffix == "zip":
        return ()
    return (change(ChangeKind.FORMAT, "format.gpkg", _where(raw, before=suffix or "—", after="gpkg")),)


def _suffix(raw: RawLayer) -> str:
    return PurePosixPath(raw.file.replace("\\", "/")).suffix.lower().lstrip(".")
