"""How features of one layer lie to each other: overlaps, nesting, gaps, slivers; each piece measured on the ellipsoid.

A layer of tens of thousands of units is judged in seconds because sound borders cost no overlay at all: edges that two
neighbours share vertex by vertex are matched by hashing, and only features with an edge that matches no neighbour are
held against those around them (``coverage_invalid_edges``), and cut against them if they do not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.vector.borders import lone
from zoning.crs import GEOD, geodesic_area, local_areas, transformer
from zoning.tables import numbers

__all__ = ["Layout", "Patches", "measured_area", "narrow"]

_DEGREES = CRS.from_epsg(4490)
_LIMITS = numbers("thresholds")
_FEW = 10  # edges to one lone edge: with more of these, joining features costs less than outlining them


def measured_area(geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return areas on the ellipsoid, m²: small pieces by the areal scale where they lie, others with dense edges."""
    degree = 111_320.0 if crs.is_geographic else crs.axis_info[0].unit_conversion_factor
    bounds = shapely.bounds(geometries) * degree
    large = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > _LIMITS["fault_local"]
    areas = np.zeros(len(geometries))
    areas[~large] = local_areas(geometries[~large], crs)
    areas[large] = geodesic_area(geometries[large], crs, _LIMITS["fault_densify"])
    return areas


@dataclass(frozen=True, eq=False)
class Patches:
    """Connected pieces of a fault, largest first.

    Attributes
    ----------
    shapes : ndarray of Polygon
        In the system of the layer.
    one, other : ndarray of int
        Positions of the two features a piece belongs to; −1 for a gap, which belongs to none.
    area, width : ndarray of float
        m² on the ellipsoid, and 2 × area ÷ perimeter in metres.
    """

    shapes: NDArray[np.object_]
    one: NDArray[np.int64]
    other: NDArray[np.int64]
    area: NDArray[np.float64]
    width: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.shapes)

    def where(self, chosen: NDArray[np.bool_]) -> Patches:
        """Return some of the pieces."""
        return Patches(self.shapes[chosen], self.one[chosen], self.other[chosen], self.area[chosen], self.width[chosen])


def _misfits(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(~shapely.is_empty(shapely.coverage_invalid_edges(geometries)))


class Layout:
    """Polygons of one layer, valid and not empty, and how they lie to each other.

    Parameters
    ----------
    geometries : ndarray of Polygon or MultiPolygon
        Two-dimensional, valid, in the system of the layer; edges are straight in that system.
    crs : CRS
        For measuring.
    fillers : ndarray of geometries or None
        Repaired copies of faulty features of the layer: judged by themselves elsewhere, here only no gaps.
    """

    def __init__(self, geometries: NDArray[np.object_], crs: CRS, fillers: NDArray[np.object_] | None = None) -> None:
        self.geometries = geometries
        self.crs = crs
        self.fillers = np.zeros(0, dtype=object) if fillers is None else fillers

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index over the boxes of the features."""
        return shapely.STRtree(self.geometries)

    @cached_property
    def lone(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Features with an edge that is no common border bit for bit, and those edges, (edges, 2, 2)."""
        return lone(self.geometries)

    @cached_property
    def unmatched(self) -> NDArray[np.bool_]:
        """Features with an edge that lies in, or runs along without matching, a neighbour.

        Only lone edges can do so at first hand. If none does, no two features overlap anywhere: how many features cover
        a place changes across lone edges alone, and across each of them it changes from one to none.
        """
        if len(self.geometries) < 2:
            return np.zeros(len(self.geometries), dtype=bool)
        likely = np.flatnonzero(self.lone[0])
        if 2 * len(likely) < len(self.geometries):
            around = np.unique(self.tree.query(self.geometries[likely])[1])
            if not _misfits(self.geometries[around])[np.searchsorted(around, likely)].any():
                return np.zeros(len(self.geometries), dtype=bool)
        return _misfits(self.geometries)

    def overlaps(self) -> Patches:
        """Return every piece that two features share.

        An overlap, a repeated feature and one inside another all leave unmatched edges in at least one of the two.
        """
        flagged = np.flatnonzero(self.unmatched)
        if not len(flagged):
            return _patches([], [], [], self.crs)
        one, other = self.tree.query(self.geometries[flagged], predicate="intersects")
        one = flagged[one]
        keep = (one < other) | ~self.unmatched[other]
        one, other = np.minimum(one, other)[keep], np.maximum(one, other)[keep]
        shared = shapely.intersection(self.geometries[one], self.geometries[other])
        parts, pair = shapely.get_parts(shared, return_index=True)
        areal = shapely.area(parts) > 0
        return _patches(parts[areal], one[pair[areal]], other[pair[areal]], self.crs)

    def gaps(self) -> Patches:
        """Return every hole of the union of all features."""
        union = self.union()
        if len(self.fillers):
            union = shapely.union_all(np.append(self.fillers, union))
        rings, part = shapely.get_rings(shapely.get_parts(union), return_index=True)
        inner = np.flatnonzero(part[1:] == part[:-1]) + 1  # the first ring of a part is its outer one
        holes = shapely.polygons(rings[inner])
        none = np.full(len(holes), -1, dtype=np.int64)
        return _patches(holes, none, none, self.crs)

    def union(self) -> shapely.Geometry:
        """Return the union of all features; those with matched edges are joined without any overlay."""
        sound, rest = self.geometries[~self.unmatched], self.geometries[self.unmatched]
        if not len(rest):
            return self._outlined()
        if len(sound) < len(rest):
            return shapely.union_all(self.geometries)
        return shapely.union_all(np.append(rest, shapely.coverage_union_all(sound)))

    def _outlined(self) -> shapely.Geometry:
        """Return the union of features that fit: what lies within the lone edges, if these are few."""
        edges = self.lone[1]
        if not 0 < len(edges) * _FEW < shapely.get_num_coordinates(self.geometries).sum():
            return shapely.coverage_union_all(self.geometries)
        return shapely.build_area(shapely.geometrycollections(shapely.linestrings(edges)))

    def beside(self, shape: shapely.Geometry) -> NDArray[np.int64]:
        """Return positions of the features that touch a piece."""
        return np.sort(self.tree.query(shape, predicate="intersects"))


def _patches(
    shapes: NDArray[np.object_] | list[object],
    one: NDArray[np.int64] | list[int],
    other: NDArray[np.int64] | list[int],
    crs: CRS,
) -> Patches:
    pieces = np.asarray(shapes, dtype=object)
    area = measured_area(pieces, crs) if len(pieces) else np.zeros(0)
    order = np.argsort(-area, kind="stable")
    width = widths(pieces, area, crs)
    first, second = np.asarray(one, dtype=np.int64), np.asarray(other, dtype=np.int64)
    return Patches(pieces[order], first[order], second[order], area[order], width[order])


def widths(shapes: NDArray[np.object_], area: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """Return mean widths in metres: 2 × area ÷ perimeter, the perimeter on the ellipsoid."""
    perimeter = _perimeters(shapes, crs)
    return np.divide(2 * area, perimeter, out=np.zeros(len(area)), where=perimeter > 0)


def _perimeters(shapes: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return lengths of all rings on the ellipsoid, m (straight edges as geodesics: off by less than 1e-6)."""
    parts, feature = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return np.zeros(len(shapes))
    if not crs.is_geographic:
        xy = np.column_stack(transformer(crs, _DEGREES).transform(xy[:, 0], xy[:, 1]))
    inner = ring[1:] == ring[:-1]
    start, end = xy[:-1][inner], xy[1:][inner]
    _, _, length = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return np.asarray(np.bincount(feature[part[ring[1:][inner]]], length, len(shapes)), dtype=np.float64)


def narrow(layout: Layout, width: float) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return positions, areas (m²) and widths (m) of features narrower than ``width`` metres.

    A first look in the plane of the layer, generous by the scale of any map in use, leaves few to measure.
    """
    metre = 111_320.0 if layout.crs.is_geographic else layout.crs.axis_info[0].unit_conversion_factor
    length = np.asarray(shapely.length(layout.geometries), dtype=np.float64)
    area = np.asarray(shapely.area(layout.geometries), dtype=np.float64)
    plane = np.divide(2 * area * metre, length, out=np.zeros(len(area)), where=length > 0)
    likely = np.flatnonzero(plane < 3 * width)
    if not len(likely):
        return likely, np.zeros(0), np.zeros(0)
    shapes = layout.geometries[likely]
    exact = measured_area(shapes, layout.crs)
    breadth = widths(shapes, exact, layout.crs)
    thin = breadth < width
    return likely[thin], exact[thin], breadth[thin]
