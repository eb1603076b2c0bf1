"""Where areas hold: coordinate systems that may be used, transforms that are exact, areas on the ellipsoid.

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
from pyproj import CRS, Geod, Proj, Transformer

from zoning.errors import CrsError
from zoning.messages import fault
from zoning.tables import numbers

__all__ = [
    "DENSIFY",
    "GEOD",
    "as_crs",
    "cell_areas",
    "geodesic_area",
    "is_refused",
    "local_areas",
    "project",
    "same_crs",
    "transformer",
]

GEOD = Geod(a=6378137.0, rf=298.257222101)  # CGCS2000 ellipsoid, GB 22021-2008
DENSIFY = numbers("tolerances")["densify"]
"""Longest edge before projecting, in metres, where a caller gives none."""
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


def geodesic_area(geometries: NDArray[np.object_], crs: CRS, densify: float = DENSIFY) -> NDArray[np.float64]:
    """Return areas on the CGCS2000 ellipsoid, m², whatever the system of the coordinates is.

    Computed exactly enough (1.5e-8 relative) as the plane area in a cylindrical equal-area projection of the same
    ellipsoid, after densifying.
    """
    equal_area = project(geometries, crs, EQUAL_AREA, densify)
    return np.asarray(shapely.area(equal_area), dtype=np.float64)


def local_areas(geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return areas on the CGCS2000 ellipsoid, m², from plane areas and the areal scale at each centroid.

    Hundreds of times cheaper than :func:`geodesic_area`, since no edge is densified; off by about the square of the
    size of a feature over the radius of the Earth (1e-5 at 20 km, 1e-3 at 200 km). For screening, never for results.

    Examples
    --------
    >>> square = np.array([shapely.box(118.5, 24.6, 118.6, 24.7)])
    >>> float(abs(local_areas(square, CRS("EPSG:4490")) / geodesic_area(square, CRS("EPSG:4490")) - 1)[0]) < 1e-5
    True
    """
    if not len(geometries):
        return np.zeros(0)
    centres = shapely.get_coordinates(shapely.centroid(geometries))
    plane = np.asarray(shapely.area(geometries), dtype=np.float64)
    if crs.is_geographic:
        sine = np.sin(np.radians(centres[:, 1]))
        bend = 1 - GEOD.es * sine**2
        return np.asarray(plane * np.radians(1.0) ** 2 * GEOD.a**2 * (1 - GEOD.es) * np.sqrt(1 - sine**2) / bend**2)
    metre = crs.axis_info[0].unit_conversion_factor
    return np.asarray(plane * metre * metre / _areal_scale(crs, centres[:, 0], centres[:, 1]))


EQUAL_AREA = CRS.from_proj4("+proj=cea +lat_ts=30 +lon_0=105 +ellps=GRS80 +units=m +no_defs +type=crs")


def cell_areas(crs: CRS, x: NDArray[np.float64], y: NDArray[np.float64], dx: float, dy: float) -> NDArray[np.float64]:
    """Return true areas (m²) of the cells of a regular grid.

    Parameters
    ----------
    crs : CRS
        Geographic (degrees) or projected.
    x, y : ndarray
        Cell centres: ``x`` of the columns, ``y`` of the rows, in units of the CRS.
    dx, dy : float
        Positive cell sizes in units of the CRS.

    Returns
    -------
    ndarray, shape (rows, 1) for a geographic grid, (rows, cols) for a projected one
        Geographic: the exact zone between two parallels of the ellipsoid times dλ (authalic latitude). Projected: plane
        area divided by the areal scale of the projection at the cell centre (second order in the cell size).
    """
    if crs.is_geographic:
        return _zone_areas(y, dx, dy)[:, None]
    metre = crs.axis_info[0].unit_conversion_factor
    plane = dx * dy * metre * metre
    columns, rows = np.meshgrid(x, y)
    return plane / _areal_scale(crs, columns, rows)


def _zone_areas(latitudes: NDArray[np.float64], dx: float, dy: float) -> NDArray[np.float64]:
    eccentricity2 = GEOD.es
    eccentricity = np.sqrt(eccentricity2)

    def authalic(phi: NDArray[np.float64]) -> NDArray[np.float64]:
        sine = np.sin(np.radians(phi))
        return np.asarray(
            (1 - eccentricity2)
            * (sine / (1 - eccentricity2 * sine**2) + np.arctanh(eccentricity * sine) / eccentricity)
        )

    north, south = np.clip(latitudes + dy / 2, -90, 90), np.clip(latitudes - dy / 2, -90, 90)
    return np.asarray(GEOD.a**2 * np.radians(dx) * np.abs(authalic(north) - authalic(south)) / 2)


def _areal_scale(crs: CRS, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    to_degrees = _transformer(crs, crs.geodetic_crs) if crs.geodetic_crs else None
    if to_degrees is None:
        raise fault(CrsError, "crs.unknown", crs=crs.name)
    lon, lat = to_degrees.transform(x, y)
    factors = Proj(crs).get_factors(lon, lat, errcheck=False)
    return np.asarray(factors.areal_scale, dtype=np.float64)
