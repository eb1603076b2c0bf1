"""Shapes as a screen needs them: simplified together, so that neighbours still share their borders, in WGS 84."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import EQUAL_AREA, project

__all__ = ["FINEST", "screen_shapes"]

FINEST = 1.0
"""Tolerance (m) that is tried first: finer than a screen shows at the largest scale."""
_COARSEST = 1024.0
_VERTICES = 100_000  # about 2.5 MB of text
_DECIMALS = 6  # 0.1 m; coarser rounding would make rings cross that are simplified to 1 m
_WGS84 = CRS.from_epsg(4326)


def screen_shapes(geometries: NDArray[np.object_], crs: CRS) -> tuple[list[Mapping[str, Any]], float]:
    """Return polygons as GeoJSON geometries in WGS 84, and the tolerance they were simplified with.

    Parameters
    ----------
    geometries : ndarray of shapely polygons
        A coverage (small overlaps do no harm), in ``crs``.
    crs : CRS
        Their coordinate system.

    Returns
    -------
    list of dict
        GeoJSON geometries in the order given, longitude and latitude to six decimals.
    float
        Tolerance in metres: the finest (1, 2, 4 … 1024) that leaves at most 100,000 vertices.

    Examples
    --------
    >>> squares = np.array([shapely.box(118.0, 24.0, 118.1, 24.1), shapely.box(118.1, 24.0, 118.2, 24.1)])
    >>> shapes, tolerance = screen_shapes(squares, CRS.from_epsg(4490))
    >>> shapes[0]["type"], tolerance
    ('Polygon', 1.0)
    """
    plane = project(geometries, crs, EQUAL_AREA, densify=1000.0)
    tolerance = FINEST
    simple = shapely.coverage_simplify(plane, tolerance)
    while int(shapely.get_num_coordinates(simple).sum()) > _VERTICES and tolerance < _COARSEST:
        tolerance *= 2
        simple = shapely.coverage_simplify(plane, tolerance)
    degrees = project(simple, EQUAL_AREA, _WGS84, densify=1e7)
    rounded = shapely.transform(degrees, lambda coordinates: np.round(coordinates, _DECIMALS))
    return [shapely.geometry.mapping(shape) for shape in rounded], tolerance
