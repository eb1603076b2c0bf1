"""Gaps and overlaps of a unit layer, and how thick they are in metres on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.repairs.validity import polygonal
from zoning.crs import GEOD, geodesic_area, project, transformer
from zoning.study import Tolerance
from zoning.tables import numbers

__all__ = ["Fault", "Ground", "slight_faults", "together"]

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Fault:
    """A piece that two features share, or that lies between them and belongs to none."""

    one: int
    other: int
    piece: shapely.Polygon
    shared: bool
    slight: bool = True


@dataclass(frozen=True)
class Ground:
    """How large pieces are in metres: in a plane that touches the ellipsoid in the middle of the layer."""

    crs: CRS
    plane: CRS
    tolerance: Tolerance

    @classmethod
    def under(cls, shapes: Shapes, crs: CRS, tolerance: Tolerance) -> Ground:
        """Return the ground of a layer."""
        west, south, east, north = shapely.total_bounds(shapes)
        lon, lat = transformer(crs, CRS.from_epsg(4490)).transform((west + east) / 2, (south + north) / 2)
        plane = CRS.from_proj4(f"+proj=laea +lat_0={lat} +lon_0={lon} +ellps=GRS80 +units=m +no_defs +type=crs")
        return cls(crs, plane, tolerance)

    @property
    def metre(self) -> float:
        """A metre in units of the CRS (north to south where it is geographic: the shorter one, so the safer)."""
        return 180 / (np.pi * GEOD.a) if self.crs.is_geographic else 1 / self.crs.axis_info[0].unit_conversion_factor

    @property
    def width(self) -> float:
        """Tolerance of width in units of the CRS."""
        return self.tolerance.width * self.metre

    @property
    def rounding(self) -> float:
        """Distance in units of the CRS below which two points are one."""
        return numbers("thresholds")["repair_least_width"] * self.metre

    def areas(self, shapes: Shapes) -> NDArray[np.float64]:
        """Areas on the ellipsoid, m²."""
        return geodesic_area(shapes, self.crs)

    def moved(self, before: Shapes, after: Shapes) -> NDArray[np.float64]:
        """Metres by which the borders of shapes moved at most, at their vertices; a hole that was filled is no move."""
        distances = []
        for old, new in zip(before, after, strict=True):
            outer = shapely.get_exterior_ring(shapely.get_parts(old))
            distances.append(max(self._off(new, shapely.boundary(old)), self._off(outer, shapely.boundary(new))))
        return np.array(distances, dtype=np.float64)

    def _off(self, shape: shapely.Geometry | Shapes, border: shapely.Geometry) -> float:
        """Return the largest distance in metres of the vertices of a shape from a border; 0 for those it has too."""
        own = {(float(x), float(y)) for x, y in shapely.get_coordinates(border)}
        loose = [place for x, y in shapely.get_coordinates(shape) if (place := (float(x), float(y))) not in own]
        ways = shapely.shortest_line(shapely.points(loose), border) if loose else np.array([], dtype=object)
        ways = ways[shapely.length(ways) > 0]
        return float(np.max(shapely.length(project(ways, self.crs, self.plane)), initial=0.0))

    def slight(self, pieces: Shapes) -> NDArray[np.bool_]:
        """Tell which pieces are slight faults."""
        local = project(pieces, self.crs, self.plane)
        narrow = shapely.is_empty(shapely.buffer(local, -self.tolerance.width / 2, join_style="mitre"))
        return np.asarray(narrow | (shapely.area(local) <= self.tolerance.area))

    def real(self, pieces: Shapes) -> NDArray[np.bool_]:
        """Tell which pieces are more than rounding of coordinates."""
        local = project(pieces, self.crs, self.plane)
        least = numbers("thresholds")["repair_least_width"]
        return np.asarray(2 * shapely.area(local) > least * shapely.length(local))

    def about(self, pieces: Shapes) -> list[dict[str, str]]:
        """Return what a planner needs to find pieces: mean width, area and place."""
        local = project(pieces, self.crs, self.plane)
        places = shapely.get_coordinates(shapely.point_on_surface(pieces))
        lon, lat = transformer(self.crs, CRS.from_epsg(4490)).transform(places[:, 0], places[:, 1])
        around = shapely.length(local)  # none is left of a piece that is thinner than the coordinates can tell
        widths = np.divide(2 * shapely.area(local), around, out=np.zeros_like(around), where=around > 0)
        return [
            {"width": f"{width:.3g}", "area": f"{area:.4g}", "place": f"{x:.6f}, {y:.6f}"}
            for width, area, x, y in zip(widths, self.areas(pieces), lon, lat, strict=True)
        ]

    def overlaps(self, shapes: Shapes) -> list[Fault]:
        """Return every piece that two features share, slight or not."""
        if shapely.coverage_is_valid(shapes):
            return []
        tree = shapely.STRtree(shapes)
        one, other = tree.query(shapes, predicate="intersects")
        one, other = one[one < other], other[one < other]
        crossing = ~shapely.touches(shapes[one], shapes[other])
        one, other = one[crossing], other[crossing]
        pieces, pair = shapely.get_parts(shapely.intersection(shapes[one], shapes[other]), return_index=True)
        solid = (shapely.get_type_id(pieces) == 3) & ~shapely.is_empty(pieces)
        pieces, pair = pieces[solid], pair[solid]
        kept = self.real(pieces)
        pieces, pair = pieces[kept], pair[kept]
        return [
            Fault(int(one[number]), int(other[number]), piece, shared=True, slight=bool(slight))
            for number, piece, slight in zip(pair, pieces, self.slight(pieces), strict=True)
        ]

    def holes(self, union: shapely.Geometry) -> Shapes:
        """Return the slight holes of the union of a layer."""
        rings = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
        holes = np.array(rings, dtype=object)
        return np.asarray(holes[self.real(holes) & self.slight(holes)], dtype=object)

    def slits(self, union: shapely.Geometry) -> Shapes:
        """Return narrow strips open at an end that are larger than the tolerance of area: less is the tip of a bay."""
        outer = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(union)])
        wide = shapely.buffer(outer, self.width / 2, join_style="mitre")
        pieces = _parts(shapely.difference(shapely.buffer(wide, -self.width / 2, join_style="mitre"), outer))
        pieces = np.asarray(pieces[self.areas(pieces) > self.tolerance.area], dtype=object)
        return np.asarray(pieces[self.slight(pieces)], dtype=object)


def together(shapes: Shapes) -> shapely.Geometry:
    """Return the union of a layer; of one that is a coverage, which most are, the quick way."""
    return shapely.coverage_union_all(shapes) if shapely.coverage_is_valid(shapes) else shapely.union_all(shapes)


def slight_faults(shapes: Shapes, ground: Ground) -> tuple[Fault, ...]:
    """Return the slight overlaps and gaps of a layer of valid polygons; a slit only where it lies between features."""
    found = [fault for fault in ground.overlaps(shapes) if fault.slight]
    tree = shapely.STRtree(shapes)
    union = together(shapes)
    gaps = [(piece, 1) for piece in ground.holes(union)] + [(piece, 2) for piece in ground.slits(union)]
    for piece, fewest in gaps:
        near = tree.query(piece, predicate="dwithin", distance=ground.rounding)
        edges = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), piece.buffer(ground.rounding)))
        along = near[np.argsort(-edges, kind="stable")][: np.count_nonzero(edges > ground.width)]
        if len(along) >= fewest:
            found.append(Fault(int(along[0]), int(along[min(1, len(along) - 1)]), piece, shared=False))
    return tuple(found)


def _parts(shape: shapely.Geometry) -> Shapes:
    parts = shapely.get_parts(polygonal(shape))
    return np.asarray(parts[~shapely.is_empty(parts)], dtype=object)
