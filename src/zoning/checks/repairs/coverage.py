"""Slight gaps and overlaps of a unit layer → none: the border is moved by less than the tolerance, and only there.

A fault is slight if it is nowhere wider than ``tolerance.width`` or not larger than ``tolerance.area``, and more than
rounding of coordinates. An overlap is cut out of the larger feature. A gap goes to the neighbour it shares most of its
edge with; so does a slit that is open at its ends, where it is a gap by its area. All else stays as it was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.repairs.changes import Change, ChangeKind, change
from zoning.checks.repairs.edges import joined, matched, tidy
from zoning.checks.repairs.validity import polygonal
from zoning.crs import GEOD, geodesic_area, project, transformer
from zoning.study import Tolerance
from zoning.tables import numbers

__all__ = ["snap_slight"]

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class _Ground:
    """How thick pieces are in metres: in a plane that touches the ellipsoid in the middle of the layer."""

    crs: CRS
    plane: CRS
    tolerance: Tolerance

    @classmethod
    def under(cls, shapes: Shapes, crs: CRS, tolerance: Tolerance) -> _Ground:
        west, south, east, north = shapely.total_bounds(shapes)
        lon, lat = transformer(crs, CRS.from_epsg(4490)).transform((west + east) / 2, (south + north) / 2)
        plane = CRS.from_proj4(f"+proj=laea +lat_0={lat} +lon_0={lon} +ellps=GRS80 +units=m +no_defs +type=crs")
        return cls(crs, plane, tolerance)

    @property
    def metre(self) -> float:
        """A metre in units of the CRS (north to south, where it is geographic)."""
        return 180 / (np.pi * GEOD.a) if self.crs.is_geographic else 1 / self.crs.axis_info[0].unit_conversion_factor

    @property
    def rounding(self) -> float:
        """Distance in units of the CRS below which two points are one."""
        return numbers("thresholds")["repair_least_width"] * self.metre

    def slight(self, pieces: Shapes) -> NDArray[np.bool_]:
        """Tell which pieces are slight faults."""
        width, least = self.tolerance.width, numbers("thresholds")["repair_least_width"]
        local = project(pieces, self.crs, self.plane)
        area, perimeter = shapely.area(local), shapely.length(local)
        narrow = shapely.is_empty(shapely.buffer(local, -width / 2, join_style="mitre"))
        return np.asarray((narrow | (area <= self.tolerance.area)) & (2 * area > least * perimeter))

    def about(self, piece: shapely.Geometry) -> dict[str, str]:
        """Return what a planner needs to find a piece: mean width, area and place."""
        local = project(np.array([piece], dtype=object), self.crs, self.plane)
        point = shapely.point_on_surface(piece)
        lon, lat = transformer(self.crs, CRS.from_epsg(4490)).transform(point.x, point.y)
        width = 2 * shapely.area(local[0]) / shapely.length(local[0])
        area = self.area(piece)
        return {"width": f"{width:.3g}", "area": f"{area:.4g}", "place": f"{lon:.6f}, {lat:.6f}"}

    def area(self, shape: shapely.Geometry) -> float:
        """Area on the ellipsoid, m²."""
        return float(geodesic_area(np.array([shape], dtype=object), self.crs)[0])


def snap_slight(
    shapes: Shapes, names: list[str], crs: CRS, tolerance: Tolerance, where: dict[str, Any]
) -> tuple[Shapes, tuple[Change, ...]]:
    """Return the shapes of a unit layer without slight overlaps and gaps, and every piece that changed its owner.

    Parameters
    ----------
    shapes : ndarray of shapely geometries
        Valid polygons; empty or absent ones are passed over.
    names : list of str
        Codes, to name the features by.
    crs : CRS
        Of the shapes.
    tolerance : Tolerance
        Area in m² and width in m below which a fault is slight.
    where : dict
        File and layer.
    """
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(present):
        return shapes, ()
    ground = _Ground.under(shapes[present], crs, tolerance)
    work = shapes[present]
    steps = [*_cut_overlaps(work, ground), *_fill_gaps(work, ground)]
    labels = [names[position] for position in present]
    rows = [int(position) + 1 for position in present]
    changes = [_moved(step, labels, where | {"row": rows[step.row]}, ground) for step in steps]
    moved = {step.row for step in steps}
    for position, count in matched(work, [step.piece for step in steps], ground.rounding):
        if position not in moved:
            listed = where | {"row": rows[position], "area_m2": 0.0}
            changes.append(change(ChangeKind.SNAPPED, "vertex", listed, unit=labels[position], count=count))
    snapped = shapes.copy()
    snapped[present] = work
    return snapped, tuple(changes)


@dataclass(frozen=True)
class _Step:
    """A piece that a feature lost to another, or gained."""

    row: int
    other: int
    piece: shapely.Polygon
    gained: bool


def _moved(step: _Step, labels: list[str], where: dict[str, Any], ground: _Ground) -> Change:
    area = ground.area(step.piece) * (1 if step.gained else -1)
    listed = where | {"area_m2": area, "after": f"{area:+.4g} m²"}
    slots = ground.about(step.piece) | {"unit": labels[step.row], "other": labels[step.other]}
    return change(ChangeKind.SNAPPED, "gap" if step.gained else "overlap", listed, **slots)


def _cut_overlaps(work: Shapes, ground: _Ground) -> list[_Step]:
    """Cut slight overlaps out of the larger feature, in place."""
    tree, sizes = shapely.STRtree(work), shapely.area(work)
    one, other = tree.query(work, predicate="intersects")
    one, other = one[one < other], other[one < other]
    crossing = ~shapely.touches(work[one], work[other])
    steps: list[_Step] = []
    for pair in zip(one[crossing], other[crossing], strict=True):
        small, large = sorted(pair, key=lambda position: (float(sizes[position]), -position))
        shared = _parts(shapely.intersection(work[large], work[small]))
        slight = ground.slight(shared)
        if not slight.any():
            continue
        cut = work[small] if slight.all() else shapely.union_all(shared[slight])
        rest = polygonal(shapely.difference(work[large], cut))
        if rest.is_empty:
            continue  # one feature drawn twice: which of them holds is not ours to say
        near = tree.query(work[large])
        for piece in shared[slight]:
            rest = tidy(rest, piece, work[near[near != large]], ground.rounding)
            steps.append(_Step(int(large), int(small), piece, gained=False))
        work[large] = rest
    return steps


def _parts(shape: shapely.Geometry) -> Shapes:
    parts = shapely.get_parts(polygonal(shape))
    return np.asarray(parts[~shapely.is_empty(parts)], dtype=object)


def _fill_gaps(work: Shapes, ground: _Ground) -> list[_Step]:
    """Give slight gaps to the neighbour that shares most of their edge, in place."""
    tree, union = shapely.STRtree(work), shapely.union_all(work)
    pieces = [*_holes(union), *_slits(union, ground)]
    closed = len(_holes(union))
    steps: list[_Step] = []
    for number in np.flatnonzero(ground.slight(np.array(pieces, dtype=object))):
        piece = pieces[number]
        near = tree.query(piece, predicate="dwithin", distance=ground.rounding)
        edges = shapely.length(
            shapely.intersection(shapely.boundary(work[near]), shapely.buffer(piece, ground.rounding))
        )
        order = near[np.lexsort((near, -edges))]
        between = np.count_nonzero(edges > ground.tolerance.width * ground.metre) > 1
        if not len(near) or not (number < closed or between):
            continue  # an inlet of one feature, not a slit between two
        taker = int(order[0])
        whole = joined(work[taker], piece, work[order[1:]], ground.rounding)
        if whole is not None:
            work[taker] = whole
            steps.append(_Step(taker, int(order[min(1, len(order) - 1)]), piece, gained=True))
    return steps


def _holes(union: shapely.Geometry) -> list[shapely.Polygon]:
    return [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]


def _slits(union: shapely.Geometry, ground: _Ground) -> list[shapely.Polygon]:
    """Return narrow strips open at an end, larger than the tolerance of area: less is the tip of a bay."""
    half = ground.tolerance.width * ground.metre / 2
    outer = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(union)])
    if ground.crs.is_geographic:
        latitude = np.radians((outer.bounds[1] + outer.bounds[3]) / 2)
        half /= np.cos(latitude)
    wide = shapely.buffer(outer, half, join_style="mitre")
    closed = shapely.buffer(wide, -half, join_style="mitre")
    pieces = _parts(shapely.difference(closed, outer))
    if not len(pieces):
        return []
    return list(pieces[geodesic_area(pieces, ground.crs) > ground.tolerance.area])
