"""Which shape on the map belongs to which finding, where it is in degrees, and how large it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from zoning.checks.judged import FaultShape
from zoning.errors import Finding
from zoning.symbology.figures import amount

__all__ = ["Place", "places", "shapes_of"]

_KM2 = 1e6  # m²
_SMALL = 1e5  # m²: below it an area is said in square metres


@dataclass(frozen=True, slots=True)
class Place:
    """One shape on the map: its number, what it is, its box and a point on it in degrees."""

    number: int
    shape: FaultShape
    box: tuple[float, float, float, float]
    lon: float
    lat: float

    def size(self, lang: str) -> str:
        """Return the area of the fault, with its unit; empty where it has none."""
        area = self.shape.area_m2
        if math.isnan(area) or area <= 0:
            return ""
        return amount(area, "m2", lang) if area < _SMALL else amount(area / _KM2, "km2", lang)


def places(shapes: Sequence[FaultShape]) -> tuple[Place, ...]:
    """Return the places of shapes, numbered from 1 in the order given; a shape without a finite vertex has none."""
    found = []
    for number, one in enumerate(shapes, start=1):
        points = shapely.get_coordinates(one.geometry)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            lon, lat = _point_on(one.geometry, points[0])
            found.append(Place(number, one, (west, south, east, north), lon, lat))
    return tuple(found)


def _point_on(geometry: shapely.Geometry, first: np.typing.NDArray[np.float64]) -> tuple[float, float]:
    """Return a point on a geometry; its first vertex where the geometry is too faulty to say."""
    try:
        point = shapely.point_on_surface(geometry)
    except shapely.GEOSException:
        point = shapely.Point()
    if point is None or point.is_empty or not np.isfinite([point.x, point.y]).all():
        return float(first[0]), float(first[1])
    return float(point.x), float(point.y)


def shapes_of(findings: Sequence[Finding], drawn: Sequence[Place]) -> tuple[list[list[Place]], list[Place]]:
    """Return the places of each finding, and those that no finding speaks of.

    A shape belongs to the finding of its code and file; of several to the one that names its value, else to the first.
    """
    owned: list[list[Place]] = [[] for _ in findings]
    alone: list[Place] = []
    kinds: dict[tuple[str, str], list[int]] = {}
    for at, one in enumerate(findings):
        kinds.setdefault((str(one.code), one.file), []).append(at)
    for place in drawn:
        shape = place.shape
        same = kinds.get((str(shape.code), shape.file), [])
        naming = [
            at for at in same if shape.value and shape.value in f"{findings[at].value}\n{findings[at].message_zh}"
        ]
        if same:
            owned[(naming or same)[0]].append(place)
        else:
            alone.append(place)
    return owned, alone
