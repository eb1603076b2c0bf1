"""Areas on the ellipsoid of cells with four straight sides: an integral over each cell, nothing is cut or projected.

The plane of a coordinate system stretches areas by a factor that changes from place to place. The true area of a cell
is the integral of its inverse; a few points per cell give it (Gauss and Legendre). The cell is mapped from a square,
and the mapping's own stretch is part of the integrand, so that any four sides will do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Proj

from zoning.crs import GEOD, transformer

__all__ = ["quadrilateral_areas"]

_Floats = NDArray[np.float64]

_POINTS_DEGREES = 4  # per direction: right to 5e-16 for a cell of 10 degrees
_POINTS_PLANE = 2  # per direction: right to 1e-14 for a cell of 27 km in a transverse Mercator zone


def quadrilateral_areas(crs: CRS, x: _Floats, y: _Floats) -> _Floats:
    """Return true areas (m²) of quadrilaterals whose sides are straight in the plane of their system.

    Parameters
    ----------
    crs : CRS
        Geographic (degrees) or projected.
    x, y : ndarray (…, 4)
        Corners in turn, either way round, in units of the CRS; a NaN gives NaN.

    Returns
    -------
    ndarray (…)
        m² on the CGCS2000 ellipsoid.

    Examples
    --------
    >>> one_degree = np.array([118.0, 119.0, 119.0, 118.0]), np.array([24.0, 24.0, 25.0, 25.0])
    >>> round(float(quadrilateral_areas(CRS("EPSG:4490"), *one_degree)) / 1e6)
    11226
    """
    knots, weights = np.polynomial.legendre.leggauss(_POINTS_DEGREES if crs.is_geographic else _POINTS_PLANE)
    knots, weights = (knots + 1) / 2, weights / 2  # of the square 0 ≤ u, v ≤ 1
    x_of, y_of = _sides(x), _sides(y)
    total = np.zeros(x.shape[:-1])
    for u, weight_u in zip(knots, weights, strict=True):
        for v, weight_v in zip(knots, weights, strict=True):
            (at_x, x_u, x_v), (at_y, y_u, y_v) = _point(x_of, u, v), _point(y_of, u, v)
            stretch = x_u * y_v - x_v * y_u
            total += weight_u * weight_v * stretch * _true_area(crs, x[..., 0] + at_x, y[..., 0] + at_y)
    return np.abs(total)


def _sides(corners: _Floats) -> tuple[_Floats, _Floats, _Floats]:
    """Return one coordinate's first side, last side and twist, from the first corner so that no digit is lost."""
    first, second, third, fourth = np.moveaxis(corners, -1, 0)
    return second - first, fourth - first, (third - fourth) - (second - first)


def _point(sides: tuple[_Floats, _Floats, _Floats], u: float, v: float) -> tuple[_Floats, _Floats, _Floats]:
    """Return one coordinate at (u, v), from the first corner, and how it grows with u and with v."""
    along, down, twist = sides
    return along * u + down * v + twist * (u * v), along + twist * v, down + twist * u


def _true_area(crs: CRS, x: _Floats, y: _Floats) -> _Floats:
    """Return the m² on the ellipsoid of one square unit of the plane, at points of any shape."""
    if crs.is_geographic:
        phi, squared = np.radians(y), GEOD.es
        radii = GEOD.a**2 * (1 - squared) / (1 - squared * np.sin(phi) ** 2) ** 2  # meridian × prime vertical
        return np.asarray(radii * np.cos(phi) * np.radians(1.0) ** 2)
    lon, lat = transformer(crs, CRS.from_user_input(crs.geodetic_crs)).transform(x, y)
    metre = crs.axis_info[0].unit_conversion_factor
    scale = Proj(crs).get_factors(lon, lat, errcheck=False).areal_scale
    return np.asarray(metre * metre / np.where(np.isfinite(x), scale, np.nan))
