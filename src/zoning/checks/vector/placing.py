"""Coordinate system of a layer: known, exact, and in agreement with where the coordinates lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.vector.addressed import Addressed
from zoning.checks.vector.systems import (
    CHINA,
    ZONE,
    Belt,
    Region,
    belt_of,
    looks_like,
    region_of,
    with_zone,
    without_zone,
)
from zoning.crs import as_crs, is_refused, same_crs, transformer
from zoning.errors import CrsError, Finding
from zoning.messages import Both, finding
from zoning.study import Study

__all__ = ["check_crs", "system_of"]

_ZONES = (13, 45)
"""First zone number of the 6-degree belts of China and last one of the 3-degree belts."""


@dataclass(frozen=True, eq=False)
class _Placed:
    """Middles of the features as the file has them, their system, and where they should lie."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    crs: CRS
    region: Region | None
    where: dict[str, object]

    @property
    def middle(self) -> tuple[float, float]:
        return float(np.median(self.x)), float(np.median(self.y))

    @property
    def degrees(self) -> CRS:
        """Degrees on the datum of the layer."""
        return self.crs.geodetic_crs or self.crs

    @property
    def system(self) -> str:
        return _named(self.crs)


def check_crs(named: Addressed, frame: gpd.GeoDataFrame, study: Study) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return the layer with its coordinate system, declared where the file has none, and what contradicts it.

    A system is never guessed: candidates are named in the finding with the reasons for them.
    """
    region = region_of(study.study.admin_code, named.codes)
    extents, at = _extents(frame.geometry.to_numpy())
    x, y = (extents[:, 0] + extents[:, 2]) / 2, (extents[:, 1] + extents[:, 3]) / 2
    shown = named.file | {"value": _extent(extents)}
    crs, faults = system_of(frame, named.raw.declared.get("crs", ""), shown, (x, y, region))
    if crs is None:
        return frame, faults
    placed = frame if frame.crs is not None else frame.set_crs(crs)
    if not len(x):
        return placed, ()
    layer = _Placed(x, y, crs, region, shown)
    whole = _geographic(layer) if crs.is_geographic else _projected(layer, study)
    return placed, whole or _strays(layer, extents, at, named, study)


def _extents(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return west, south, east, north of every feature that has finite coordinates, and which features these are."""
    bounds = shapely.bounds(shapes)
    at = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    return bounds[at], at


def _extent(extents: NDArray[np.float64]) -> str:
    if not len(extents):
        return ""
    edges = [*extents[:, :2].min(axis=0), *extents[:, 2:].max(axis=0)]
    return ", ".join(f"{edge:.10g}" for edge in np.round(edges, 4))


def system_of(
    frame: gpd.GeoDataFrame,
    declared: str,
    where: dict[str, object],
    middles: tuple[NDArray[np.float64], NDArray[np.float64], Region | None],
) -> tuple[CRS | None, tuple[Finding, ...]]:
    """Return the system of a layer; a declared one never wins over the file's own.

    Parameters
    ----------
    frame : GeoDataFrame
        As it was read.
    declared : str
        What the study declares; empty if nothing.
    where : dict
        Address for findings.
    middles : tuple
        East and north coordinates of the middles of the features, and where they should lie (None: anywhere).

    Returns
    -------
    crs : CRS or None
        None where it is missing, not understood, contradicted or has no exact shift.
    findings : tuple of Finding
        Why it is None.
    """
    x, y, region = middles
    guess = looks_like(float(np.median(x)), float(np.median(y)), region).text if len(x) else Both("", "")
    if frame.crs is None and not declared:
        return None, (finding("CRS_MISSING", "layer", where=where, guess=guess),)
    try:
        crs = as_crs(frame.crs if frame.crs is not None else declared)
        agrees = not declared or same_crs(crs, as_crs(declared))
    except CrsError as error:
        return None, (finding("CRS_MISSING", "unknown", where=where, reason=error, guess=guess),)
    if not agrees:
        return None, (finding("CRS_CONTRADICTS", "declared", where=where | {"value": declared}, crs=_named(crs)),)
    if is_refused(crs):
        key = "local" if crs.geodetic_crs is None else ""
        return None, (finding("DATUM_SHIFT_UNKNOWN", key, where=where | {"value": _datum(crs)}),)
    return crs, ()


def _named(crs: CRS) -> str:
    authority = crs.to_authority(min_confidence=70)
    return f"{':'.join(authority)} ({crs.name})" if authority else crs.name


def _datum(crs: CRS) -> str:
    geodetic = crs.geodetic_crs
    return f"{crs.name} ({geodetic.datum.name})" if geodetic is not None and geodetic.datum else crs.name


def _geographic(layer: _Placed) -> tuple[Finding, ...]:
    x, y = layer.middle
    if abs(x) > 360 or abs(y) > 360:
        return (_contradiction(layer, "metres"),)
    if CHINA.holds(x, y):
        return _elsewhere(layer, x, y)
    if CHINA.holds(y, x):
        return (_swapped(layer),)
    return (_contradiction(layer, ""),)


def _projected(layer: _Placed, study: Study) -> tuple[Finding, ...]:
    x, y = layer.middle
    if max(abs(x), abs(y)) <= 360:
        return (_contradiction(layer, "degrees"),)
    belt = belt_of(layer.crs)
    guess = looks_like(x, y, layer.region)
    if belt is not None and guess.swapped:
        return (_swapped(layer),)
    prefixed = _zone_numbers(layer, belt, study) if belt is not None and guess.family != "mercator" else ()
    if prefixed:
        return prefixed
    lon, lat = (float(one) for one in transformer(layer.crs, layer.degrees).transform(x, y))
    if not CHINA.holds(lon, lat):
        return (_swapped(layer) if guess.swapped else _contradiction(layer, ""),)
    if belt is not None and abs(lon - belt.meridian) > study.threshold("belt_degrees"):
        return (_contradiction(layer, ""),)
    return _elsewhere(layer, lon, lat)


def _zone_numbers(layer: _Placed, belt: Belt, study: Study) -> tuple[Finding, ...]:
    """Hold the zone numbers that the eastings carry against that of the system, both ways.

    A wide province may reach over the range of its number; it is a mixture only if each part lies in mid zone.
    """
    carried = [int(one) for one in np.unique(layer.x // ZONE)]
    if carried == [belt.zone or 0] or not all(one == 0 or _ZONES[0] <= one <= _ZONES[1] for one in carried):
        return ()
    if len(carried) > 1:
        off = [np.median(np.abs(layer.x[layer.x // ZONE == one] % ZONE - ZONE / 2)) for one in carried]
        if max(off) > study.threshold("belt_half_width"):
            return ()
        mixed = "、".join(str(one) for one in carried)
        return (finding("CRS_ZONE_PREFIX", "mixed", where=layer.where, crs=layer.system, zones=mixed),)
    zone = carried[0]
    key = "absent" if zone == 0 else "" if belt.zone is None else "other"
    suggested = without_zone(belt.meridian) if zone == 0 else with_zone(zone)
    return (
        finding("CRS_ZONE_PREFIX", key, where=layer.where, crs=layer.system, zone=zone or belt.zone, own=belt.zone,
                suggested=suggested),
    )  # fmt: skip


def _elsewhere(layer: _Placed, lon: float, lat: float) -> tuple[Finding, ...]:
    """Judge a layer that lies in China but perhaps not in the province of the study."""
    region = layer.region
    if region is None or region.holds(lon, lat):
        return ()
    place = f"{lon:.3f}°E {lat:.3f}°N"
    guess = looks_like(*layer.middle, region)
    name = Both(f"{region.name}（{region.code}）", region.code)
    if layer.crs.is_projected and guess.inside:
        return (_contradiction(layer, "province", place=place, region=name),)
    box = f"{region.west:g}–{region.east:g}°E {region.south:g}–{region.north:g}°N"
    return (finding("ADMIN_MISMATCH", "place", where=layer.where, place=place, region=name, box=box),)


def _swapped(layer: _Placed) -> Finding:
    guess = looks_like(*layer.middle, layer.region)
    return finding("AXES_SWAPPED", where=layer.where, crs=layer.system, guess=guess.text)


def _contradiction(layer: _Placed, key: str, **slots: Any) -> Finding:  # noqa: ANN401 - anything that prints
    guess = looks_like(*layer.middle, layer.region)
    return finding("CRS_CONTRADICTS", key or "layer", where=layer.where, crs=layer.system, guess=guess.text, **slots)


def _strays(
    layer: _Placed, extents: NDArray[np.float64], at: NDArray[np.int64], named: Addressed, study: Study
) -> tuple[Finding, ...]:
    """Find single features that reach far from all others: out of the country, or far out of the province."""
    corners = np.concatenate([extents[:, :2], extents[:, 2:]])
    lon, lat = corners[:, 0], corners[:, 1]
    if not layer.crs.is_geographic:
        lon, lat = transformer(layer.crs, layer.degrees).transform(lon, lat)
    region = layer.region or CHINA
    margin = study.threshold("stray_degrees")
    near = (lon >= region.west - margin) & (lon <= region.east + margin)
    near &= (lat >= region.south - margin) & (lat <= region.north + margin)
    far = ~near.reshape(2, -1).all(axis=0)
    if not far.any():
        return ()
    where = named.where(at[far])
    return (finding("CRS_CONTRADICTS", "strays", where=where, count=int(far.sum()), named=named.named(at[far])),)
