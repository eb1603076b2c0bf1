"""How features of one layer lie to each other: overlaps, gaps, slivers, measured areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import EQUAL_AREA, geodesic_area, project, transformer

__all__ = ["Gap", "Overlap", "gaps", "measured_area", "narrow", "overlaps"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two features (positions) and the area they share, m²."""

    one: int
    other: int
    area: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole that no feature fills: longitude, latitude of a point in it, and its area in m²."""

    lon: float
    lat: float
    area: float


def measured_area(geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return areas on the ellipsoid, m²."""
    return geodesic_area(geometries, crs)


def overlaps(geometries: NDArray[np.object_], crs: CRS, tolerance: float) -> tuple[Overlap, ...]:
    """Return pairs of features that share more than ``tolerance`` m², largest first.

    The layer is tested as it was drawn (edges straight in its own system); only the shared parts are measured on the
    ellipsoid. A pair that merely touches along a border is skipped by the relation before any area is computed.
    """
    tree = shapely.STRtree(geometries)
    one, other = tree.query(geometries, predicate="intersects")
    one, other = one[one < other], other[one < other]
    crossing = ~shapely.touches(geometries[one], geometries[other])
    one, other = one[crossing], other[crossing]
    if len(one) == 0:
        return ()
    shared = shapely.intersection(geometries[one], geometries[other])
    areas = np.asarray(shapely.area(project(shared, crs, EQUAL_AREA)), dtype=np.float64)
    pairs = [Overlap(int(a), int(b), float(area)) for a, b, area in zip(one, other, areas, strict=True)]
    return tuple(sorted((pair for pair in pairs if pair.area > tolerance), key=lambda pair: (-pair.area, pair.one)))


def gaps(geometries: NDArray[np.object_], crs: CRS, tolerance: float) -> tuple[Gap, ...]:
    """Return holes of the union of a layer larger than ``tolerance`` m², largest first."""
    union = shapely.union_all(geometries)
    holes = [
        shapely.Polygon(ring) for part in shapely.get_parts(union) if isinstance(part, shapely.Polygon)
        for ring in part.interiors
    ]  # fmt: skip
    if not holes:
        return ()
    areas = geodesic_area(np.asarray(holes, dtype=object), crs)
    geographic = CRS.from_epsg(4490)
    points = [shapely.point_on_surface(hole) for hole in holes]
    lon, lat = transformer(crs, geographic).transform([p.x for p in points], [p.y for p in points])
    found = [Gap(float(x), float(y), float(area)) for x, y, area in zip(lon, lat, areas, strict=True)]
    return tuple(sorted((gap for gap in found if gap.area > tolerance), key=lambda gap: -gap.area))


def narrow(geometries: NDArray[np.object_], crs: CRS, width: float) -> NDArray[np.int64]:
    """Return positions of features narrower than ``width`` metres (2 × area ÷ perimeter)."""
    equal_area = project(geometries, crs, EQUAL_AREA)
    perimeter = np.asarray(shapely.length(equal_area), dtype=np.float64)
    area = np.asarray(shapely.area(equal_area), dtype=np.float64)
    return np.flatnonzero((perimeter > 0) & (2 * area < width * perimeter))
