"""Coordinate systems that may be used, and transforms that are exact.

Axis order is always east, north. WGS 84 ↔ CGCS2000 is an allowed null shift (they differ by centimetres). A datum whose
shift is not exact offline (Beijing 54, Xi'an 80) is refused: PROJ would pass coordinates through unchanged and be wrong
by tens to over a hundred metres. So is every datum on an ellipsoid of its own (Krassowsky 1940 and IAG 1975 are Beijing
54 and Xi'an 80 under no name), and a local system that lies nowhere on the globe.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer

from zoning.errors import CrsError
from zoning.messages import fault
from zoning.tables import numbers

__all__ = [
    "DENSIFY",
    "EQUAL_AREA",
    "GEOD",
    "as_crs",
    "is_refused",
    "project",
    "same_crs",
    "transformer",
]

GEOD = Geod(a=6378137.0, rf=298.257222101)  # CGCS2000 ellipsoid, GB 22021-2008
DENSIFY = numbers("tolerances")["densify"]
"""Longest edge before projecting, in metres, where a caller gives none."""
EQUAL_AREA = CRS.from_proj4("+proj=cea +lat_ts=30 +lon_0=105 +ellps=GRS80 +units=m +no_defs +type=crs")
_REFUSED_DATUMS = ("beijing 1954", "xian 1980", "xi'an 1980", "new beijing", "beijing 54", "xian 80")


def as_crs(value: object) -> CRS:
    """Return a CRS from anything pyproj understands.

    Raises
    ------
    CrsError
        If the value is empty or not understood.

    Examples
    --------
    >>> as_crs("EPSG:4490").name
    'China Geodetic Coordinate System 2000'
    """
    if value is None or value == "":
        raise fault(CrsError, "crs.missing")
    try:
        return CRS.from_user_input(value)
    except Exception as error:
        raise fault(CrsError, "crs.unknown", crs=value) from error


def is_refused(crs: CRS) -> bool:
    """Tell whether the datum has no exact shift to CGCS2000 offline, or lies nowhere on the globe.

    Told by the name of the datum, or by an ellipsoid that is neither that of CGCS2000 (GRS80, WGS 84) nor a sphere:
    definitions without a name carry the ellipsoid of Beijing 54 (Krassowsky 1940) or Xi'an 80 (IAG 1975) all the same.

    Examples
    --------
    >>> is_refused(CRS("EPSG:2433")), is_refused(CRS("+proj=longlat +ellps=krass")), is_refused(CRS("EPSG:4326"))
    (True, True, False)
    """
    geodetic = crs.geodetic_crs
    if geodetic is None or crs.is_geocentric:
        return True
    datum = geodetic.datum.name.replace("_", " ").lower() if geodetic.datum else ""
    return any(name in datum for name in _REFUSED_DATUMS) or not _accepted_ellipsoid(geodetic)


def _accepted_ellipsoid(geodetic: CRS) -> bool:
    ellipsoid = geodetic.ellipsoid
    if ellipsoid is None or not ellipsoid.inverse_flattening:
        return True  # a sphere: Web Mercator, grids of weather models
    metre_alike = abs(ellipsoid.semi_major_metre - GEOD.a) < 1
    return metre_alike and abs(1 / ellipsoid.inverse_flattening - GEOD.f) < 1e-8


@lru_cache(maxsize=256)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def transformer(source: CRS, target: CRS) -> Transformer:
    """Return the transformer between two systems, x = east, y = north.

    Raises
    ------
    CrsError
        If either datum is one that cannot be shifted exactly offline and the datums differ.
    """
    if (is_refused(source) or is_refused(target)) and not same_crs(source.geodetic_crs, target.geodetic_crs):
        raise fault(CrsError, "crs.datum", source=source.name, target=target.name)
    return _transformer(source, target)


def same_crs(one: CRS | None, other: CRS | None) -> bool:
    """Tell whether two systems give the same coordinates, whatever their axis order is called."""
    return one is not None and other is not None and one.equals(other, ignore_axis_order=True)


def project(geometries: NDArray[np.object_], source: CRS, target: CRS, densify: float = DENSIFY) -> NDArray[np.object_]:
    """Transform geometries with their edges densified first, so that straight edges stay where they were.

    Parameters
    ----------
    geometries : ndarray of shapely geometries
        Coordinates in ``source``.
    source, target : CRS
        A pair that :func:`transformer` allows.
    densify : float
        Longest edge that is left, in metres (about 1e-5 degrees a metre for a geographic source).

    Returns
    -------
    ndarray of shapely geometries
        Coordinates in ``target``; the input itself where both systems agree.
    """
    if same_crs(source, target):
        return geometries
    step = densify / 111_320.0 if source.is_geographic else densify / source.axis_info[0].unit_conversion_factor
    dense = shapely.segmentize(geometries, step)
    change = transformer(source, target)
    coordinates = shapely.get_coordinates(dense)
    x, y = change.transform(coordinates[:, 0], coordinates[:, 1])
    return np.asarray(shapely.set_coordinates(dense.copy(), np.column_stack([x, y])))
