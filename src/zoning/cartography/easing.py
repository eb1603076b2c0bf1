"""Shapes as a scale needs them: a coverage is simplified as one, so that neighbours keep their common borders."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.cartography.model import Extent
from zoning.tables import numbers

__all__ = ["eased", "polygonal", "seen", "tolerance_of"]

_Shapes = NDArray[np.object_]
_POLYGONAL = (3, 6)  # shapely type ids of Polygon and MultiPolygon


def tolerance_of(per_mm: float) -> float:
    """Return the tolerance for a scale, in units of the plane: about 0.1 mm on paper, in steps that scales share.

    Examples
    --------
    >>> tolerance_of(50.0), tolerance_of(60.0), tolerance_of(100.0)
    (4.0, 4.0, 8.0)
    """
    settings = numbers("drawing_settings")
    step = settings["easing_step"]
    return float(step ** math.floor(math.log(per_mm * settings["easing"], step) + 1e-9))


def polygonal(shapes: _Shapes) -> _Shapes:
    """Return the polygons in each shape as one (multi)polygon; an empty one where there are none.

    Examples
    --------
    >>> polygonal(np.array([None, shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])).tolist()
    [<POLYGON EMPTY>, <POLYGON EMPTY>, <POLYGON ((1 0, 1 1, 0 1, 0 0, 1 0))>]
    """
    made = np.array(shapes, dtype=object)
    for place in np.flatnonzero(~np.isin(shapely.get_type_id(made), _POLYGONAL)):
        parts = [] if made[place] is None else shapely.get_parts(shapely.get_parts(made[place]))
        faces = [part for part in parts if part.geom_type == "Polygon"]
        made[place] = shapely.MultiPolygon(faces) if faces else shapely.Polygon()
    return made


def eased(shapes: _Shapes, tolerance: float) -> _Shapes:
    """Return polygons with fewer vertices, common borders still in common, none gone.

    Simplified as a coverage (Visvalingam-Whyatt, as GEOS does it): what two shapes share is simplified once, so no gap
    opens and nothing overlaps that did not before. A shape that would be left empty stays as it was.

    Parameters
    ----------
    shapes : ndarray of polygons and multipolygons
        A coverage; shapes that overlap are simplified too, each border by itself.
    tolerance : float
        Square root of the area of the triangles that may go, in units of the shapes.
    """
    if not len(shapes):
        return shapes
    try:
        made = np.asarray(shapely.coverage_simplify(shapes, tolerance))
    except shapely.errors.GEOSException:
        return shapes
    lost = shapely.is_empty(made) | shapely.is_missing(made)
    return np.where(lost, shapes, made) if lost.any() else made


def seen(shapes: _Shapes, extent: Extent) -> _Shapes:
    """Return what is to be drawn of shapes that reach beyond an extent: cut off at twice its size."""
    west, south, east, north = extent
    wide, high = (east - west) / 2, (north - south) / 2
    box = (west - wide, south - high, east + wide, north + high)
    bounds = shapely.bounds(shapes)
    beyond = (bounds[:, 0] < box[0]) | (bounds[:, 1] < box[1]) | (bounds[:, 2] > box[2]) | (bounds[:, 3] > box[3])
    if not beyond.any():
        return shapes
    made = np.array(shapes, dtype=object)
    made[beyond] = polygonal(np.asarray(shapely.clip_by_rect(shapely.make_valid(made[beyond]), *box)))
    return made
