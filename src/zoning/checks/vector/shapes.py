"""Single geometries of a layer: there, polygons, valid, in two dimensions. Nothing is repaired, its cost is said."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.judged import FaultShape
from zoning.checks.vector.addressed import Addressed
from zoning.checks.vector.neighbours import Faults
from zoning.checks.vector.places import map_shapes, place_text
from zoning.checks.vector.topology import measured_area
from zoning.errors import Severity
from zoning.messages import Both, finding
from zoning.overlay.kernels.soundness import certified
from zoning.overlay.rings import Rings, chunks_of, in_threads
from zoning.tables import read

__all__ = ["check_shapes", "repaired"]

_POLYGON, _MULTIPOLYGON = 3, 6
_CHUNK_VERTICES = 200_000
_REASON = re.compile(r"(?P<reason>[^\[]+)(?:\[(?P<x>\S+) (?P<y>[^\s\]]+).*\])?")


def check_shapes(named: Addressed, shapes: NDArray[np.object_], crs: CRS | None) -> tuple[NDArray[np.bool_], Faults]:
    """Judge every geometry by itself.

    Parameters
    ----------
    named : Addressed
        The layer.
    shapes : ndarray of geometries
        As they were read.
    crs : CRS or None
        Of the coordinates; None leaves out what needs one.

    Returns
    -------
    sound : ndarray of bool
        Features that are valid polygons.
    faults : Faults
        Findings, and the points where rings cross.
    """
    if not len(shapes):
        return np.zeros(0, dtype=bool), Faults((finding("GEOM_EMPTY", "layer", where=named.file),))
    kinds = shapely.get_type_id(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    foreign = ~empty & ~np.isin(kinds, (_POLYGON, _MULTIPOLYGON))
    invalid = np.zeros(len(shapes), dtype=bool)
    areal = ~empty & ~foreign
    invalid[areal] = ~_valid(shapes[areal])
    faults = _empty(named, empty) + _foreign(named, shapes, foreign) + _invalid(named, shapes, invalid, crs)
    faults += _heights(named, shapes, ~empty & shapely.has_z(shapes))
    faults += _multipart(named, shapes, areal & (shapely.get_num_geometries(shapes) > 1))
    return areal & ~invalid, faults


def _valid(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which polygons are valid: those that the kernel cannot certify are judged by GEOS."""
    rings = Rings.of(shapes)
    chunks = chunks_of(rings.vertex_ptr, _CHUNK_VERTICES)

    def judged(begin: int, end: int) -> NDArray[np.bool_]:
        part = rings.units(begin, end)
        valid = certified(part.x, part.y, part.ring_ptr, part.outer, part.unit_ptr)
        valid[~valid] = shapely.is_valid(shapes[begin:end][~valid])
        return valid

    return np.concatenate([np.zeros(0, dtype=bool), *in_threads(judged, chunks)])


def repaired(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what make_valid leaves of faulty shapes, to see what they fill; never kept as a value."""
    areal = shapes[np.isin(shapely.get_type_id(shapes), (_POLYGON, _MULTIPOLYGON)) & ~shapely.is_empty(shapes)]
    finite = [bool(np.isfinite(shapely.get_coordinates(shape)).all()) for shape in areal]
    return np.asarray(shapely.make_valid(areal[np.asarray(finite, dtype=bool)]), dtype=object)


def _empty(named: Addressed, empty: NDArray[np.bool_]) -> Faults:
    at = np.flatnonzero(empty)
    if not len(at):
        return Faults()
    return Faults((finding("GEOM_EMPTY", where=named.where(at), count=len(at), named=named.named(at)),))


def _foreign(named: Addressed, shapes: NDArray[np.object_], foreign: NDArray[np.bool_]) -> Faults:
    at = np.flatnonzero(foreign)
    if not len(at):
        return Faults()
    kinds = ", ".join(sorted(Counter(shape.geom_type for shape in shapes[at])))
    found = finding("GEOM_INVALID", "type", where=named.where(at), count=len(at), kinds=kinds, named=named.named(at))
    return Faults((found,))


def _invalid(named: Addressed, shapes: NDArray[np.object_], invalid: NDArray[np.bool_], crs: CRS | None) -> Faults:
    at = np.flatnonzero(invalid)
    if not len(at):
        return Faults()
    details = {int(one): _Invalid(shapes[one], crs) for one in at}
    text = named.named(at, lambda one: details[one].text)
    found = finding("GEOM_INVALID", where=named.where(at), count=len(at), named=text)
    points = [(one, detail) for one, detail in details.items() if detail.point is not None]
    if crs is None or not points:
        return Faults((found,))
    spots = map_shapes(np.array([detail.point for _, detail in points], dtype=object), crs)
    return Faults((found,), tuple(
        FaultShape("GEOM_INVALID", Severity.ERROR, named.raw.file, named.name(one), abs(detail.change), spot)
        for (one, detail), spot in zip(points, spots, strict=True)
    ))  # fmt: skip


class _Invalid:
    """Why one polygon is invalid, where, and what repairing would do to its area (m², NaN without a system)."""

    def __init__(self, shape: shapely.Geometry, crs: CRS | None) -> None:
        found = _REASON.match(shapely.is_valid_reason(shape))
        self.reason = _in_words(found["reason"].strip() if found else "")
        self.crs = crs
        place = (float(found["x"]), float(found["y"])) if found and found["x"] else (np.nan, np.nan)
        self.point = shapely.Point(place) if np.isfinite(place).all() else None
        self.before, self.after = _areas(shape, crs)

    @property
    def change(self) -> float:
        """Area after repair minus area before."""
        return self.after - self.before

    @property
    def text(self) -> Both:
        """Reason, place and both areas."""
        zh, en = self.reason.zh, self.reason.en
        if self.point is not None:
            place = place_text(self.point.x, self.point.y, self.crs)
            zh, en = f"{zh}，{place.zh}", f"{en} at {place.en}"
        if np.isfinite(self.change):
            zh = f"{zh}；有向面积 {self.before:.1f} m²，修复（make_valid）后 {self.after:.1f} m²"
            en = f"{en}; signed area {self.before:.1f} m², after make_valid {self.after:.1f} m²"
        return Both(zh, en)


def _areas(shape: shapely.Geometry, crs: CRS | None) -> tuple[float, float]:
    """Return the area as drawn and after repair: in the plane of a projected layer, as a GIS shows it, else true m²."""
    if crs is None or not np.isfinite(shapely.get_coordinates(shape)).all():
        return np.nan, np.nan
    both = np.array([shape, shapely.make_valid(shape)], dtype=object)
    if crs.is_geographic:
        before, after = measured_area(both, crs)
        return float(before), float(after)
    metre = crs.axis_info[0].unit_conversion_factor
    before, after = shapely.area(both) * metre * metre
    return float(before), float(after)


def _in_words(reason: str) -> Both:
    row = next((row for row in read("invalid_reasons") if row["reason"] == reason), None)
    return Both(row["zh"], row["en"]) if row else Both(reason, reason)


def _heights(named: Addressed, shapes: NDArray[np.object_], with_z: NDArray[np.bool_]) -> Faults:
    at = np.flatnonzero(with_z)
    if not len(at):
        return Faults()
    heights = shapely.get_coordinates(shapes[at], include_z=True)[:, 2]
    heights = heights[np.isfinite(heights)]
    low, high = (float(heights.min()), float(heights.max())) if len(heights) else (np.nan, np.nan)
    shown = f"Z = {low:g}" if low == high else f"Z = {low:g} … {high:g}"
    return Faults((finding("GEOM_Z", where=named.file | {"value": shown}, count=len(at)),))


def _multipart(named: Addressed, shapes: NDArray[np.object_], several: NDArray[np.bool_]) -> Faults:
    at = np.flatnonzero(several)
    if not len(at):
        return Faults()
    parts = shapely.get_num_geometries(shapes)
    text = named.named(at, lambda one: Both(f"{parts[one]} 个部分", f"{parts[one]} parts"))
    return Faults((finding("GEOM_MULTIPART", where=named.where(at), count=len(at), named=text),))
