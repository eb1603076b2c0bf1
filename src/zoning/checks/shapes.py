"""Coordinate system and geometry of a layer: known, plausible, valid, and lying well beside each other."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.topology import gaps, narrow, overlaps
from zoning.crs import as_crs, is_refused, same_crs, transformer
from zoning.errors import CrsError, Finding, Severity
from zoning.intake import RawLayer
from zoning.messages import finding
from zoning.study import Tolerance

__all__ = ["check_crs", "check_shapes", "check_topology"]

_CHINA = (70.0, 0.0, 140.0, 60.0)


def check_crs(raw: RawLayer, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return the layer with its coordinate system, declared where the file has none, and what contradicts it."""
    where = {"file": raw.file, "layer": raw.layer}
    crs, faults = _system(frame, raw.declared.get("crs", ""), where)
    if crs is None:
        return frame, faults
    placed = frame if frame.crs is not None else frame.set_crs(crs)
    bounds = tuple(float(edge) for edge in placed.total_bounds)
    shown = where | {"value": ", ".join(f"{edge:.6g}" for edge in bounds)}
    if _zone_prefix(bounds, crs):
        return placed, (finding("CRS_ZONE_PREFIX", where=shown, crs=crs.name, zone=int(bounds[0] // 1e6)),)
    if not _plausible(bounds, crs):
        return placed, (finding("CRS_CONTRADICTS", where=shown, crs=crs.name),)
    return placed, ()


def _system(frame: gpd.GeoDataFrame, declared: str, where: dict[str, str]) -> tuple[CRS | None, tuple[Finding, ...]]:
    """Return the system of a layer; a declared one never wins over the file's own."""
    if frame.crs is None and not declared:
        return None, (finding("CRS_MISSING", where=where),)
    try:
        crs = as_crs(frame.crs if frame.crs is not None else declared)
        agrees = not declared or same_crs(crs, as_crs(declared))
    except CrsError as error:
        return None, (finding("CRS_MISSING", where=where | {"value": error}),)
    if not agrees:
        return None, (finding("CRS_CONTRADICTS", "declared", where=where | {"value": declared}, crs=crs.name),)
    if is_refused(crs):
        return None, (finding("DATUM_SHIFT_UNKNOWN", where=where | {"value": crs.name}),)
    return crs, ()


def _zone_prefix(bounds: tuple[float, ...], crs: CRS) -> bool:
    """Tell whether eastings carry the number of a Gauss-Krueger zone (13 to 45) that the system does not have."""
    if crs.is_geographic or not np.all(np.isfinite(bounds)):
        return False
    zone = bounds[0] // 1e6
    false_easting = next((one.value for one in _parameters(crs) if "easting" in one.name.lower()), 0.0)
    return bool(13 <= zone <= 45 and zone == bounds[2] // 1e6 and false_easting < 1e6)


def _parameters(crs: CRS) -> list[Any]:
    return list(crs.coordinate_operation.params) if crs.coordinate_operation is not None else []


def _plausible(bounds: tuple[float, ...], crs: CRS) -> bool:
    """Tell whether the extent lies in or around China once it is in degrees; an empty layer is judged elsewhere."""
    if not np.all(np.isfinite(bounds)):
        return True
    west, south, east, north = bounds
    lon, lat = [west, east], [south, north]
    if not crs.is_geographic and max(abs(edge) for edge in bounds) <= 360:
        return False  # degrees under the name of metres
    if not crs.is_geographic and crs.geodetic_crs is not None:
        lon, lat = transformer(crs, crs.geodetic_crs).transform(lon, lat)
    inside = np.isfinite([*lon, *lat]).all() and _CHINA[0] <= min(lon) and max(lon) <= _CHINA[2]
    return bool(inside and _CHINA[1] <= min(lat) and max(lat) <= _CHINA[3])


def check_shapes(raw: RawLayer, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return the layer in two dimensions, and the findings on its single geometries."""
    shapes = frame.geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    foreign = ~missing & ~np.isin(kinds, (3, 6))
    invalid = ~missing & ~foreign & ~shapely.is_valid(shapes)
    findings = [
        *_first(raw, frame, missing, "GEOM_EMPTY", ""),
        *_first(raw, frame, foreign, "GEOM_INVALID", "type"),
        *_first(raw, frame, invalid, "GEOM_INVALID", ""),
    ]
    with_z = shapely.has_z(shapes)
    if with_z.any():
        where = {"file": raw.file, "layer": raw.layer}
        findings.append(finding("GEOM_Z", where=where, count=int(with_z.sum())))
    parts = shapely.get_num_geometries(shapes)
    several = (kinds == 6) & (parts > 1)
    findings += _first(raw, frame, several, "GEOM_MULTIPART", "")
    return frame.set_geometry(gpd.GeoSeries(shapely.force_2d(shapes), index=frame.index, crs=frame.crs)), tuple(
        findings
    )


def _first(raw: RawLayer, frame: gpd.GeoDataFrame, which: NDArray[np.bool_], code: str, key: str) -> list[Finding]:
    positions = np.flatnonzero(which)
    if not len(positions):
        return []
    first = int(positions[0])
    where = {"file": raw.file, "layer": raw.layer, "row": raw.row(first), "value": frame["code"].iloc[first]}
    reason = shapely.is_valid_reason(frame.geometry.iloc[first])
    return [finding(code, key, where=where, count=len(positions), reason=reason)]


def check_topology(
    raw: RawLayer, frame: gpd.GeoDataFrame, tolerance: Tolerance, *, gapless: bool
) -> tuple[Finding, ...]:
    """Find overlaps, gaps (of a layer that must be gap-free) and slivers above the tolerances."""
    shapes, codes, crs = frame.geometry.to_numpy(), frame["code"].to_numpy(), CRS.from_user_input(frame.crs)
    where: dict[str, Any] = {"file": raw.file, "layer": raw.layer}
    findings: list[Finding] = []
    pairs = overlaps(shapes, crs, tolerance.area)
    if pairs:
        worst = pairs[0]
        numbers: dict[str, Any] = {
            "area": f"{worst.area:.1f}",
            "count": len(pairs),
            "total": f"{sum(p.area for p in pairs):.1f}",
        }
        named = f"{codes[worst.one]}、{codes[worst.other]}"
        row = raw.row(worst.one)
        # Sub-types of one element may overlap in provincial data ; units may not.
        key, severity = ("", Severity.ERROR) if gapless else ("zones", Severity.WARNING)
        pair = where | {"value": named, "row": row}
        findings.append(finding("LAYER_OVERLAP", key, severity=severity, where=pair, **numbers))
    holes = gaps(shapes, crs, tolerance.area) if gapless else ()
    if holes:
        numbers = {"area": f"{holes[0].area:.1f}", "count": len(holes), "total": f"{sum(g.area for g in holes):.1f}"}
        place = f"{holes[0].lon:.6f}, {holes[0].lat:.6f}"
        findings.append(finding("LAYER_GAP", where=where | {"value": place}, **numbers))
    thin = narrow(shapes, crs, tolerance.width)
    if len(thin):
        first = {"row": raw.row(int(thin[0])), "value": codes[thin[0]]}
        findings.append(finding("LAYER_SLIVER", where=where | first, count=len(thin), width=tolerance.width))
    return tuple(findings)
