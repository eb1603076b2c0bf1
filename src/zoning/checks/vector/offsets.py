"""Is one layer shifted against another as a whole? Told by what coincides once it is moved back by a known shift.

Layers of one plan share many borders: where hardly a vertex of a layer lies on a border of the units as the coordinates
stand, and many do once the layer is moved by GCJ-02, BD-09 or one constant step, the layer is shifted. Layers that
share no borders may still cover the same ground: then the area that only one of them covers shrinks to a fraction. A
layer that does neither gives no evidence, and nothing is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.vector.topology import Layout
from zoning.crs import GEOD, same_crs, transformer
from zoning.crs.gcj02 import SHIFTS, from_shifted
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.study import Study
from zoning.supports import ControlUnits, ElementZones

__all__ = ["Offset", "check_layer_offset", "check_offset"]

_DEGREES = CRS.from_epsg(4490)
_METRES = np.radians(1.0) * GEOD.a
"""Metres of a degree along the equator."""
_PLENTY = 50  # vertices to one of the sample: of more, not all are put in order first
_FEW = 100  # vertices of an outline that tell how far a shift moves it
_Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Offset:
    """How a layer is shifted: the name of the shift (empty: a constant one), metres, bearing, and the evidence.

    ``before`` and ``after`` are shares as the coordinates stand and once moved back: by ``kind`` that of vertices on
    borders of the reference (``borders``), or that of its area which only one of the layers covers (``outline``).
    """

    kind: str
    shift: str
    metres: float
    bearing: float
    before: float
    after: float


def check_layer_offset(
    units: ControlUnits, layer: ControlUnits | ElementZones, file: str, study: Study
) -> tuple[Finding, ...]:
    """Find a layer (``file``) that lies nowhere near the units, or is shifted against them."""
    where: dict[str, object] = {"file": file}
    kilometres = _apart(units, layer)
    if kilometres > 0:
        return (finding("CRS_CONTRADICTS", "apart", where=where, kilometres=f"{kilometres:.0f}"),)
    offset = check_offset(layer.geometries, layer.crs, units, study)
    if offset is None:
        return ()
    numbers: dict[str, Any] = {"metres": f"{offset.metres:.0f}", "bearing": f"{offset.bearing:.0f}",
               "before": f"{offset.before:.1%}", "after": f"{offset.after:.1%}"}  # fmt: skip
    where["value"] = f"{offset.metres:.0f} m, {offset.bearing:.0f}°"
    if offset.shift:
        return (finding("DATUM_GCJ02_SUSPECTED", offset.kind, where=where, system=offset.shift, **numbers),)
    return (finding("DATUM_SHIFT_UNKNOWN", "offset", severity=Severity.WARNING, where=where, **numbers),)


def check_offset(geometries: NDArray[np.object_], crs: CRS, reference: ControlUnits, study: Study) -> Offset | None:
    """Return how a layer is shifted against the borders of a reference, None without strong evidence.

    Parameters
    ----------
    geometries : ndarray of polygons
        The layer that may be shifted, in ``crs``.
    crs : CRS
        Its system.
    reference : ControlUnits
        The layer that is taken for right.
    study : Study
        For the thresholds ``offset_…``.
    """
    places = _in_degrees(_sample(shapely.get_coordinates(geometries), int(study.threshold("offset_sample"))), crs)
    if len(places) < study.threshold("offset_vertices"):
        return None
    borders = _borders(reference, study.threshold("offset_near"))
    return _by_borders(places, borders, study) or _by_outline(geometries, crs, reference, study)


def _by_outline(geometries: NDArray[np.object_], crs: CRS, reference: ControlUnits, study: Study) -> Offset | None:
    """Move the whole outline back by every known shift and see how much only one of the two layers covers."""
    other = _ground_of(reference)
    alike = study.threshold("offset_alike")
    if _at_most(geometries, crs) * alike <= other.area:
        return None  # not even all its features together make such a whole
    own = _ground(geometries, crs)
    if not 1 / alike < own.area / other.area < alike:
        return None  # a layer of parts of the land, which says nothing of its whole
    before = shapely.symmetric_difference(own, other).area / other.area
    if before < _told_apart(own, study.threshold("offset_factor")):
        return None
    moved = {name: shapely.transform(own, partial(from_shifted, shift=shift)) for name, shift in SHIFTS.items()}
    after = {name: shapely.symmetric_difference(back, other).area / other.area for name, back in moved.items()}
    name = min(after, key=lambda one: after[one])
    if after[name] * study.threshold("offset_factor") > before:
        return None
    metres, bearing = _step(shapely.get_coordinates(moved[name]), shapely.get_coordinates(own))
    return Offset("outline", name, metres, bearing, before, after[name])


def _told_apart(ground: shapely.Geometry, factor: float) -> float:
    """Return the share of a ground that only one of two layers covers, below which no known shift is to be thought of.

    By the triangle inequality a shift explains a difference d only if ground and shifted ground differ by no more than
    d (1 + 1/factor); ground of area A and width W that is moved by x < W differs from itself by 2 A x / W at least.
    Half of that is asked for, as a shift is not quite the same everywhere.
    """
    places = shapely.get_coordinates(ground)
    few = places[:: max(1, len(places) // _FEW)]
    size = np.ptp(places, axis=0)
    moves = [np.abs(from_shifted(few, shift) - few).min(axis=0) / size for shift in SHIFTS.values()]
    return float(np.max(moves, axis=1).min()) / (1 + 1 / factor)


def _ground(geometries: NDArray[np.object_], crs: CRS) -> shapely.Geometry:
    """Return the ground that a layer covers, in degrees."""
    union = Layout(geometries, crs).union()
    return shapely.set_coordinates(union, _in_degrees(shapely.get_coordinates(union), crs))


@lru_cache(maxsize=1)
def _ground_of(reference: ControlUnits) -> shapely.Geometry:
    """Return the ground of the units, once for all layers that are held against them."""
    return _ground(reference.geometries, reference.crs)


def _at_most(geometries: NDArray[np.object_], crs: CRS) -> float:
    """Return the area of all features in square degrees, what they share counted as often as they share it."""
    if same_crs(crs, _DEGREES):
        return float(shapely.area(geometries).sum())
    placed = shapely.set_coordinates(geometries.copy(), _in_degrees(shapely.get_coordinates(geometries), crs))
    return float(shapely.area(placed).sum())


@lru_cache(maxsize=1)
def _borders(reference: ControlUnits, near: float) -> _Borders:
    """Return the borders of the units, once for all layers that are held against them."""
    return _Borders(reference, near)


class _Borders:
    """Borders of the reference in local metres, and how many places lie on them."""

    def __init__(self, reference: ControlUnits, near: float) -> None:
        lines = shapely.boundary(reference.geometries)
        self.vertices = _in_degrees(shapely.get_coordinates(lines), reference.crs)
        middle = np.radians((self.vertices[:, 1].min() + self.vertices[:, 1].max()) / 2)
        self.scale = np.array([_METRES * np.cos(middle), _METRES])
        self.tree = shapely.STRtree(shapely.set_coordinates(lines.copy(), self.vertices * self.scale))
        self.near = near

    def share(self, places: _Places) -> float:
        """Return the share of places that lie on a border."""
        points = shapely.points(places * self.scale)
        hit = self.tree.query(points, predicate="dwithin", distance=self.near)[0]
        return len(np.unique(hit)) / len(places)

    def commonest_step(self, places: _Places, reach: float, cell: float) -> _Places:
        """Return the step in degrees that most often leads from a vertex of the reference to a place within reach."""
        own, points = self.vertices * self.scale, places * self.scale
        tree = shapely.STRtree(shapely.points(own))
        place, vertex = tree.query(shapely.points(points), predicate="dwithin", distance=reach)
        steps = points[place] - own[vertex]
        if not len(steps):
            return np.zeros(2)
        cells, counts = np.unique(np.floor(steps / cell).astype(np.int64), axis=0, return_counts=True)
        peak = (cells[int(np.argmax(counts))] + 0.5) * cell
        around = np.abs(steps - peak).max(axis=1) <= cell
        return np.asarray(np.median(steps[around], axis=0) / self.scale)


def _by_borders(places: _Places, borders: _Borders, study: Study) -> Offset | None:
    """Move the places back by every known shift and by the commonest step; the named shifts come first."""
    before = borders.share(places)
    least = max(study.threshold("offset_share"), study.threshold("offset_factor") * before)
    if least > 1:
        return None
    moved = {name: from_shifted(places, shift) for name, shift in SHIFTS.items()}
    few = places[:: max(1, len(places) // int(study.threshold("offset_votes")))]
    step = borders.commonest_step(few, study.threshold("offset_reach"), study.threshold("offset_bin"))
    moved[""] = places - step
    shares = {name: borders.share(back) for name, back in moved.items()}
    name = max(shares, key=lambda one: (shares[one], one))
    named = [one for one in SHIFTS if shares[one] >= max(least, study.threshold("offset_named") * shares[name])]
    name = max(named, key=lambda one: shares[one]) if named else name
    if shares[name] < least or (not name and shares[name] < study.threshold("offset_constant_share")):
        return None  # a step that is not known beforehand fits two sides of an outline that is merely smaller
    metres, bearing = _step(moved[name], places)
    if metres < study.threshold("offset_least"):
        return None
    return Offset("borders", name, metres, bearing, before, shares[name])


def _step(start: _Places, end: _Places) -> tuple[float, float]:
    """Return the median length and the bearing of the median step from where places should be to where they are."""
    azimuth, _, length = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    turn = np.radians(azimuth)
    bearing = np.degrees(np.arctan2(np.median(np.sin(turn)), np.median(np.cos(turn)))) % 360
    return float(np.median(length)), float(bearing)


def _sample(vertices: _Places, count: int) -> _Places:
    """Return at most ``count`` vertices, spread evenly over the layer and free of repeats."""
    every = max(1, len(vertices) // (_PLENTY * count))
    unique = np.unique(vertices[::every], axis=0)
    if len(unique) <= count:
        return unique
    return np.asarray(unique[np.linspace(0, len(unique) - 1, count).astype(np.int64)])


def _in_degrees(vertices: _Places, crs: CRS) -> _Places:
    if same_crs(crs, _DEGREES):
        return vertices
    lon, lat = transformer(crs, _DEGREES).transform(vertices[:, 0], vertices[:, 1])
    return np.column_stack([lon, lat])


def _apart(units: ControlUnits, zones: ControlUnits | ElementZones) -> float:
    """Return how far apart two layers lie, km; 0 if their boxes meet."""
    one, other = (_box(layer) for layer in (units, zones))
    gap = np.maximum(np.maximum(one[:2] - other[2:], other[:2] - one[2:]), 0)
    middle = np.radians((one[1] + one[3]) / 2)
    return float(np.hypot(gap[0] * np.cos(middle), gap[1]) * _METRES / 1000)


def _box(layer: ControlUnits | ElementZones) -> NDArray[np.float64]:
    west, south, east, north = shapely.total_bounds(layer.geometries)
    corners = np.array([[west, south], [east, south], [west, north], [east, north]])
    places = _in_degrees(corners, layer.crs)
    return np.concatenate([places.min(axis=0), places.max(axis=0)])
