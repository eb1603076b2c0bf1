"""Where the rows of a table lie: coordinates of every spelling, their system, and whether they can be right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.table.amounts import number
from zoning.checks.table.coordinates import degrees, suggestion
from zoning.checks.table.records import Record, Records
from zoning.crs import as_crs, is_refused, project
from zoning.errors import CrsError, Finding, Severity
from zoning.messages import Both, finding
from zoning.supports import ControlUnits
from zoning.tables import numbers
from zoning.vocab import value

__all__ = ["check_datum", "coordinate", "placed", "system_of", "units_around"]

_SHOWN = 5
_SHIFTED = ("GCJ-02", "BD-09")
_REFUSED = ("Beijing 1954", "Xian 1980")
_XY = NDArray[np.float64]


def system_of(records: Records, crs: str) -> tuple[CRS | None, list[Finding]]:
    """Return the declared coordinate system of a table, or None with what is wrong about it."""
    try:
        system = as_crs(crs)
    except CrsError as error:
        return None, [finding("CRS_MISSING", where=records.at("crs") | {"value": error})]
    if is_refused(system):
        return None, [finding("DATUM_SHIFT_UNKNOWN", where=records.at("crs") | {"value": crs})]
    return system, []


def coordinate(records: Records, record: Record, field: str, system: CRS | None) -> tuple[float, list[Finding]]:
    """Return one coordinate of a row.

    An angle written with its marks (118°34′12″) is taken as the degrees it says, with a warning, where the system is
    one of degrees; anything else that is no number is an error that names what it most likely means. An error gives
    infinity, so that a faulty coordinate is not taken for an absent one.
    """
    text = record.text(field)
    try:
        return number(text), []
    except ValueError:
        where = records.where(record, field)
    angle = degrees(text)
    if angle is not None and system is not None and system.is_geographic:
        return angle, [finding("POINT_FORMAT", "read", where=where, degrees=f"{angle:.6f}")]
    meant = suggestion(text)
    hint = f"{meant:.6f}" if meant is not None else "—"
    return math.inf, [finding("POINT_FORMAT", "text", severity=Severity.ERROR, where=where, degrees=hint)]


def placed(
    records: Records, rows: Sequence[Mapping[str, object]], system: CRS
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Return the rows as points, and findings on coordinates that are absent or cannot be in the declared system.

    Parameters
    ----------
    records : Records
        For addresses.
    rows : sequence of mapping
        With ``lon``, ``lat`` (in the system's own units), ``row`` and further columns.
    system : CRS
        Declared system.
    """
    columns = list(rows[0]) if rows else ["lon", "lat", "row"]
    table = pd.DataFrame(list(rows), columns=columns)
    xy = table[["lon", "lat"]].to_numpy(float)
    names = table.get("name", pd.Series([""] * len(table)))
    findings = _impossible(records, xy, (table["row"].to_numpy(), names.to_numpy()), system)
    frame = gpd.GeoDataFrame(
        table.drop(columns=["lon", "lat"]), geometry=shapely.points(xy[:, 0], xy[:, 1]), crs=system
    )
    return frame, findings


def _impossible(
    records: Records, xy: _XY, about: tuple[NDArray[np.generic], NDArray[np.object_]], system: CRS
) -> list[Finding]:
    """Absent coordinates; metres where degrees are declared and the reverse; axes swapped; off the globe."""
    bounds = numbers("thresholds")
    x, y = xy[:, 0], xy[:, 1]
    absent = np.isnan(x) | np.isnan(y) | ((x == 0) & (y == 0))
    known = ~absent & np.isfinite(x) & np.isfinite(y)
    size = np.maximum(np.abs(x), np.abs(y))
    kinds: list[tuple[str, str, NDArray[np.bool_]]] = [("POINT_OUTSIDE", "absent", absent)]
    if system.is_geographic:
        metres = known & (size >= bounds["metres_least"])
        swapped = known & _inside(y, "lon") & _inside(x, "lat")
        off = known & ~metres & ~swapped & ((np.abs(x) > 180) | (np.abs(y) > 90))
        kinds += [
            ("CRS_CONTRADICTS", "point_metres", metres),
            ("POINT_AXES_SWAPPED", "", swapped),
            ("POINT_OUTSIDE", "globe", off),
        ]
    else:
        kinds.append(("CRS_CONTRADICTS", "point_degrees", known & _inside(x, "lon") & _inside(y, "lat")))
        kinds.append(("CRS_CONTRADICTS", "point_degrees", known & _inside(y, "lon") & _inside(x, "lat")))
    return [
        _named(records, (code, key), mask, (xy, *about), crs=system.to_string())
        for code, key, mask in kinds if mask.any()
    ]  # fmt: skip


def _inside(values: _XY, axis: str) -> NDArray[np.bool_]:
    bounds = numbers("thresholds")
    return np.asarray((values >= bounds[f"china_{axis}_low"]) & (values <= bounds[f"china_{axis}_high"]))


def _named(
    records: Records,
    text: tuple[str, str],
    mask: NDArray[np.bool_],
    about: tuple[_XY, NDArray[np.generic], NDArray[np.object_]],
    severity: Severity | None = None,
    **slots: object,
) -> Finding:
    """One finding for all rows of a mask, examples named."""
    xy, rows, names = about
    chosen = np.flatnonzero(mask)
    shown = "；".join(f"{xy[one, 0]:.10g}, {xy[one, 1]:.10g}" for one in chosen[:_SHOWN])
    where = records.at("lon") | {"row": int(rows[chosen[0]]), "value": shown}
    named = "、".join(dict.fromkeys(str(names[one]) for one in chosen[:_SHOWN] if names[one]))
    listed = "、".join(str(rows[one]) for one in chosen[:_SHOWN])
    slots |= {"count": len(chosen), "name": named or "—", "rows": listed}
    return finding(text[0], text[1], severity=severity, where=where, **slots)


def units_around(
    records: Records, frame: gpd.GeoDataFrame, units: ControlUnits | None, severity: Severity
) -> list[Finding]:
    """Find points outside every unit, and among them those whose axes are swapped."""
    if units is None or frame.empty:
        return []
    shapes = project(units.geometries, units.crs, as_crs(frame.crs))
    points = frame.geometry.to_numpy()
    within = np.zeros(len(frame), dtype=bool)
    within[np.unique(shapely.STRtree(shapes).query(points, predicate="intersects")[0])] = True
    xy = shapely.get_coordinates(points)
    west, south, east, north = shapely.total_bounds(shapes)
    swapped = ~within & (xy[:, 1] >= west) & (xy[:, 1] <= east) & (xy[:, 0] >= south) & (xy[:, 0] <= north)
    names = frame["name"].to_numpy() if "name" in frame else np.array([""] * len(frame), dtype=object)
    about = (xy, frame["row"].to_numpy(), names)
    findings = []
    for code, mask in (("POINT_AXES_SWAPPED", swapped), ("POINT_OUTSIDE", ~within & ~swapped)):
        if mask.any():
            findings.append(_named(records, (code, ""), mask, about, severity=severity))
    return findings


def check_datum(records: Records, crs: str) -> list[Finding]:
    """Judge what a table itself says of the system of each row, against the one system that the study declares."""
    if "datum" not in records.fields:
        return []
    said = [(record, value("datum", record.text("datum"))) for record in records.rows]
    findings = [
        finding("DATUM_SHIFT_UNKNOWN", where=records.where(record, "datum"))
        for record, datum in said if datum in _REFUSED
    ][:1]  # fmt: skip
    shifted = [record for record, datum in said if datum in _SHIFTED]
    if shifted:
        mixed = len(shifted) < len(said)
        rows = "、".join(str(record.row) for record in shifted[:_SHOWN])
        where = records.where(shifted[0], "datum")
        code = "DATUM_MIXED" if mixed else "DATUM_GCJ02_SUSPECTED"
        rest = (
            Both("其余行未写或另写", "the other rows say otherwise or nothing") if mixed else Both("全部行", "all rows")
        )
        findings.append(finding(code, "table", where=where, count=len(shifted), rows=rows, rest=rest, crs=crs))
    return findings
