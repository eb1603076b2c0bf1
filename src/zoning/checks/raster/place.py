"""Where a raster lies: its system, its cells, and what was met of them while reading."""

from __future__ import annotations

from typing import Any

import numpy as np
from affine import Affine
from pyproj import CRS

from zoning.checks.raster.numbers import where_of
from zoning.checks.vector.systems import ZONE
from zoning.crs import as_crs, is_refused, same_crs, transformer
from zoning.errors import CrsError, Finding, GeometryError
from zoning.intake import RawRaster
from zoning.messages import finding
from zoning.supports import AnyGrid, CurvedGrid, Grid
from zoning.tables import read

__all__ = ["grid_of", "place"]

_TURN, _POLE = 360.0, 90.0
_ZONED = ("EPSG:4513", "EPSG:4491")
_SWAPPED = {True: ("EPSG:4490",), False: ("EPSG:4534", *_ZONED)}

Bounds = tuple[float, float, float, float]


def place(raw: RawRaster, declared_crs: str) -> tuple[AnyGrid | None, list[Finding]]:
    """Judge where a raster lies.

    Parameters
    ----------
    raw : RawRaster
        As it was read.
    declared_crs : str
        What the study says of a raster that carries no system of its own; empty if nothing.

    Returns
    -------
    Grid or None, list of Finding
        No grid if its place is not known for sure.
    """
    findings = _marks(raw)
    faults = _shape(raw)
    if faults:
        return None, findings + faults
    crs, faults = _system(raw, declared_crs)
    findings += faults
    if crs is None:
        return None, findings
    faults = _contradictions(raw, crs)
    if faults:
        return None, findings + faults
    findings += _whole_turn(raw, crs)
    try:
        return grid_of(raw, crs), findings
    except (CrsError, GeometryError) as error:
        return None, [*findings, finding("FILE_UNREADABLE", "grid", where=where_of(raw), reason=error)]


def grid_of(raw: RawRaster, crs: CRS) -> AnyGrid:
    """Return the cells of a raster, regular or curvilinear.

    Raises
    ------
    CrsError, GeometryError
        If they are no grid.
    """
    if raw.corners is None:
        return Grid(crs, raw.transform, raw.blocks.shape)
    return CurvedGrid(crs, raw.corners.x, raw.corners.y)


def _bounds(raw: RawRaster) -> Bounds:
    """Return (west, south, east, north) in units of the system, whatever way rows and columns run."""
    if raw.corners is not None:
        x, y = raw.corners.x, raw.corners.y
        return float(np.nanmin(x)), float(np.nanmin(y)), float(np.nanmax(x)), float(np.nanmax(y))
    rows, cols = raw.blocks.shape
    x_edges = (raw.transform.c, raw.transform.c + cols * raw.transform.a)
    y_edges = (raw.transform.f, raw.transform.f + rows * raw.transform.e)
    return min(x_edges), min(y_edges), max(x_edges), max(y_edges)


def _marks(raw: RawRaster) -> list[Finding]:
    """Say what was met while reading: longitudes to 360, edges that were assumed, rows from south to north."""
    findings = []
    if "lon_0_360" in raw.marks:
        findings.append(finding("LON_0_360", where=where_of(raw, field="lon", value=_largest(raw))))
    if "no_bounds" in raw.marks:
        findings.append(finding("CELL_BOUNDS_MISSING", where=where_of(raw)))
    if raw.corners is None and raw.transform.e > 0 and raw.transform != Affine.identity():
        findings.append(finding("SOUTH_UP", where=where_of(raw)))
    return findings


def _whole_turn(raw: RawRaster, crs: CRS) -> list[Finding]:
    """Say of longitudes beyond 180 that nobody turned that they are those of 0 to 360."""
    _, _, east, _ = _bounds(raw)
    width = raw.transform.a if raw.corners is None else 0.0
    if not crs.is_geographic or "lon_0_360" in raw.marks or east <= _TURN / 2 + width:
        return []
    return [finding("LON_0_360", "kept", where=where_of(raw, field="lon", value=f"{east - width / 2:g}"))]


def _largest(raw: RawRaster) -> str:
    """Return the largest longitude that the file had: as it says, or that of the last column west of Greenwich."""
    if "lon_max" in raw.tags:
        return str(raw.tags["lon_max"])
    if raw.corners is not None:
        return f"{_TURN:g}"
    centres = raw.transform.c + (np.arange(raw.blocks.shape[1]) + 0.5) * raw.transform.a
    west = centres[centres < 0]
    return f"{float(west.max()) + _TURN if west.size else float(centres.max()):g}"


def _shape(raw: RawRaster) -> list[Finding]:
    """Refuse a raster whose cells are not in rows and columns along the axes, or that has no place at all."""
    turned = raw.transform
    if raw.corners is not None:
        return []
    if turned == Affine.identity():
        return [finding("CRS_MISSING", "grid_unplaced", where=where_of(raw))]
    if turned.b or turned.d:
        angle = float(np.degrees(np.arctan2(turned.d, turned.a)))
        return [finding("FILE_UNREADABLE", "rotated", where=where_of(raw, value=f"{angle:.3g}°"))]
    if turned.a < 0:
        return [finding("FILE_UNREADABLE", "mirrored", where=where_of(raw, value=f"{turned.a:g}"))]
    return []


def _system(raw: RawRaster, declared_crs: str) -> tuple[CRS | None, list[Finding]]:
    if not raw.crs and not declared_crs:
        return None, [_missing(raw)]
    try:
        crs = as_crs(raw.crs or declared_crs)
        other = as_crs(declared_crs) if declared_crs else crs
    except CrsError as error:
        return None, [finding("CRS_MISSING", "grid_unknown", where=where_of(raw, field="crs"), reason=error)]
    if not (crs.is_geographic or crs.is_projected):  # a system of its own, of which nobody knows where on Earth it is
        return None, [_missing(raw)]
    if not same_crs(crs, other):
        both = where_of(raw, field="crs", value=declared_crs)
        return None, [finding("CRS_CONTRADICTS", "grid_declared", where=both, crs=crs.name)]
    if is_refused(crs):
        return None, [finding("DATUM_SHIFT_UNKNOWN", "grid", where=where_of(raw, field="crs", value=crs.name))]
    return crs, []


def _missing(raw: RawRaster) -> Finding:
    """Return the finding of a raster without a system, with those that its coordinates could be of."""
    where = where_of(raw, field="crs", value=_shown(_bounds(raw)))
    names = _candidates(_bounds(raw))
    return finding("CRS_MISSING", "grid_range" if names else "grid", where=where, names=names)


def _candidates(bounds: Bounds) -> str:
    """Return the systems of China whose range holds the bounds: to be named, never to be taken."""
    west, south, east, north = bounds
    rows = [
        row["system"] for row in read("raster_systems")
        if float(row["x_low"]) <= west and east <= float(row["x_high"])
        and float(row["y_low"]) <= south and north <= float(row["y_high"])
    ]  # fmt: skip
    return "、".join(rows)


def _shown(bounds: Bounds) -> str:
    west, south, east, north = bounds
    return f"x {west:.10g} … {east:.10g}，y {south:.10g} … {north:.10g}"


def _contradictions(raw: RawRaster, crs: CRS) -> list[Finding]:
    """Find coordinates that cannot be of the system: degrees in metres and the reverse, axes swapped, a zone number."""
    west, south, east, north = bounds = _bounds(raw)
    where = where_of(raw, field="crs", value=_shown(bounds))
    names = _candidates(bounds)
    turned = _candidates((south, west, north, east))
    if not names and any(system in turned for system in _SWAPPED[crs.is_geographic]):
        return [finding("AXES_SWAPPED", "grid", where=where)]
    slots: dict[str, Any] = {"crs": ":".join(crs.to_authority() or (crs.name,)), "names": names or "—"}
    if crs.is_geographic:
        cell = abs(raw.transform.e) if raw.corners is None else 0.0
        outside = max(north, -south) > _POLE + cell or west < -_TURN or east > 2 * _TURN
        return [finding("CRS_CONTRADICTS", "grid_metres", where=where, **slots)] if outside else []
    if max(abs(edge) for edge in bounds) <= _TURN:
        return [finding("CRS_CONTRADICTS", "grid_degrees", where=where, **slots)]
    zoned, false_easting = any(system in names for system in _ZONED), _false_easting(crs)
    if zoned and 0 < false_easting < ZONE:
        return [finding("CRS_ZONE_PREFIX", "grid", where=where, zone=int(west // ZONE), **slots)]
    if false_easting >= ZONE and not zoned:
        return [finding("CRS_ZONE_PREFIX", "grid_lacking", where=where, zone=int(false_easting // ZONE), **slots)]
    return [] if _on_earth(bounds, crs) else [finding("CRS_CONTRADICTS", "grid_nowhere", where=where, **slots)]


def _false_easting(crs: CRS) -> float:
    operation = crs.coordinate_operation
    values = [one.value for one in operation.params if one.name == "False easting"] if operation else []
    return float(values[0]) if values else 0.0


def _on_earth(bounds: Bounds, crs: CRS) -> bool:
    """Tell whether the middle of the raster is a place on Earth."""
    if crs.geodetic_crs is None:
        return True
    west, south, east, north = bounds
    lon, lat = transformer(crs, crs.geodetic_crs).transform((west + east) / 2, (south + north) / 2)
    return bool(np.isfinite(lon) and np.isfinite(lat))
