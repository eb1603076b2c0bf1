"""How much ground lies on a square unit of a plane, for every coordinate system, to the last digits.

In degrees it is the formula of the ellipsoid. For a projected system it is the Jacobian of the way to an equal-area
plane of the ellipsoid: that way is sampled at Chebyshev points of large squares and differentiated as a polynomial,
which is right to about 1e-13, whatever the projection. What the kernels read are polynomials about the nodes of a
lattice, see :class:`zoning.crs.kernels.windows.Ground`. Nodes lie at multiples of the step, so that an area does not
depend on what else is in a layer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs.kernels.windows import ANYWHERE, EVEN, NORTHWARD, Ground
from zoning.crs.systems import EQUAL_AREA, GEOD, transformer

__all__ = ["PLANE", "POWERS", "ground_of", "scale_at"]

_Floats = NDArray[np.float64]

PLANE = Ground(np.append(1.0, np.zeros(14)).reshape(1, 1, 15), 0.0, 0.0, 1.0, EVEN)
"""A plane taken as it is: one square unit is one."""

_DEGREE = 4
_STEP_DEGREES = 0.5  # the rest of degree 4 within ±0.5°: 2 (h / 2)^5 / 5! = 3e-14
_STEP_METRES = 50_000.0
_FINER = (1, 4, 16)  # steps that are tried, where a projection bends more than usual
_REACH = 4  # a square reaches so many steps from its middle; its nodes so many less one
_NODES = 2 * _REACH - 1  # of a square, along one side
_SAMPLES = 9  # Chebyshev points of a square: the rest for ±2° is below 1e-16, and noise is not blown up
_FITTED = 6  # points around a node, along one side: more than the degree needs, so that the rest shows
_EQUAL_AREA_METHODS = frozenset({
    "Albers Equal Area", "Equal Earth", "Lambert Azimuthal Equal Area",
    "Lambert Cylindrical Equal Area",
})  # fmt: skip
_REST = 1e-11
_MANY_SQUARES = 20_000  # the Earth has 13,000
_CENTRES = 30.0  # degrees between the centres of equal-area planes: few transforms to set up
_DEGREES = CRS.from_proj4("+proj=longlat +ellps=GRS80 +no_defs +type=crs")
POWERS = [(k, n) for n in range(_DEGREE + 1) for k in range(_DEGREE + 1 - n)]
"""Powers of u and v that the 15 coefficients of a node belong to."""


def ground_of(crs: CRS, bounds: tuple[float, float, float, float]) -> Ground | None:
    """Return the ground under a plane, right to 1e-11 at worst and to about 1e-13 for any usual projection.

    Parameters
    ----------
    crs : CRS
        Geographic or projected.
    bounds : tuple
        West, south, east, north of all that is measured, in units of the CRS.

    Returns
    -------
    Ground or None
        None where the system has no smooth ground there (beyond what the projection maps).

    Raises
    ------
    CrsError
        If the datum shift is not exact offline.

    Examples
    --------
    >>> ground = ground_of(CRS("EPSG:4490"), (118, 24, 119, 31))
    >>> round(scale_at(ground, np.array([118.0]), np.array([30.0])).item() / 1e6)  # km² of a square degree
    10696
    """
    transformer(crs, EQUAL_AREA)  # refuses what has no place on the ellipsoid
    if not np.isfinite(bounds).all():
        return None
    if crs.is_geographic:
        return _of_degrees(float(crs.axis_info[0].unit_conversion_factor), bounds[1], bounds[3])
    metre = float(crs.axis_info[0].unit_conversion_factor)
    if _is_equal_area(crs):
        return PLANE._replace(coefficients=PLANE.coefficients * metre**2)
    for finer in _FINER:
        found = _of_plane(crs, bounds, _STEP_METRES / metre / finer)
        if found is not None:
            return found
    return None


def scale_at(ground: Ground, x: _Floats, y: _Floats) -> _Floats:
    """Return w at the nodes nearest to points, m² per square unit: good to some thousandths."""
    rows, columns, _ = ground.coefficients.shape
    row = np.clip(np.rint((y - ground.y0) / ground.step), 0, rows - 1).astype(np.int64)
    column = np.clip(np.rint((x - ground.x0) / ground.step), 0, columns - 1).astype(np.int64)
    return np.asarray(ground.coefficients[row, column, 0])


def _is_equal_area(crs: CRS) -> bool:
    """Tell whether a plane is equal-area by construction: its inverse, as PROJ computes it, is only so to 1e-9."""
    operation, ellipsoid = crs.coordinate_operation, crs.ellipsoid
    round_earth = ellipsoid is None or not ellipsoid.inverse_flattening
    return operation is not None and operation.method_name in _EQUAL_AREA_METHODS and not round_earth


def _of_degrees(radians: float, south: float, north: float) -> Ground | None:
    if not (np.degrees(south * radians) >= -90.0 and np.degrees(north * radians) <= 90.0):
        return None
    step = np.radians(_STEP_DEGREES) / radians
    rows = np.arange(np.floor(south / step), np.ceil(north / step) + 1)
    knots = chebyshev.chebpts1(_DEGREE + 1)
    values = _meridian_strip((rows[:, None] + knots) * step * radians) * radians**2
    powers = values @ np.linalg.inv(np.vander(knots, increasing=True)).T
    coefficients = np.zeros((len(rows), 1, len(POWERS)))
    coefficients[:, 0, [POWERS.index((0, n)) for n in range(_DEGREE + 1)]] = powers
    return Ground(coefficients, 0.0, float(rows[0] * step), float(step), NORTHWARD)


def _meridian_strip(phi: _Floats) -> _Floats:
    """Return dA / (dλ dφ), the radii of the ellipsoid along a meridian and across it, times cos φ."""
    bend = 1 - GEOD.es * np.sin(phi) ** 2
    return np.asarray(GEOD.a**2 * (1 - GEOD.es) * np.cos(phi) / bend**2)


def _of_plane(crs: CRS, bounds: tuple[float, float, float, float], step: float) -> Ground | None:
    """Return the ground of a projected system from squares of 7 × 7 nodes; None where a square cannot be mapped."""
    west, south, east, north = (np.array(bounds) / step).tolist()
    first = np.floor(np.array([np.rint(west), np.rint(south)]) / _NODES).astype(np.int64)
    last = np.floor(np.array([np.rint(east), np.rint(north)]) / _NODES).astype(np.int64)
    columns, rows = (last - first + 1).tolist()
    if columns * rows > _MANY_SQUARES:
        return None
    down, along = np.divmod(np.arange(rows * columns), columns)
    middles = (np.column_stack([first[0] + along, first[1] + down]) * _NODES + _NODES // 2) * step
    found = _squares(crs, middles, step)
    if found is None:
        return None
    lattice = found.reshape(rows, columns, _NODES, _NODES, -1).swapaxes(1, 2)
    coefficients = np.ascontiguousarray(lattice.reshape(rows * _NODES, columns * _NODES, len(POWERS)))
    x0, y0 = (first * _NODES * step).tolist()
    return Ground(coefficients, x0, y0, step, ANYWHERE)


def _squares(crs: CRS, middles: _Floats, step: float) -> _Floats | None:
    """Return the coefficients of the nodes of squares, (squares, 49, 15)."""
    knots = chebyshev.chebpts1(_SAMPLES)
    reach = _REACH * step
    x = middles[:, 0, None, None] + np.broadcast_to(knots * reach, (_SAMPLES, _SAMPLES))
    y = middles[:, 1, None, None] + np.broadcast_to((knots * reach)[:, None], (_SAMPLES, _SAMPLES))
    mapped = _equal_area(crs, middles, x, y)
    if mapped is None:
        return None
    value, slope, fit, back = _matrices()
    east, north = mapped
    along = (value @ east @ slope.T) * (slope @ north @ value.T)
    values = np.abs(along - (slope @ east @ value.T) * (value @ north @ slope.T)) / reach**2
    nodes = values.reshape(-1, _NODES, _FITTED, _NODES, _FITTED).swapaxes(2, 3)
    nodes = nodes.reshape(-1, _NODES * _NODES, _FITTED * _FITTED)
    coefficients = nodes @ fit.T
    rest = np.abs(coefficients @ back.T - nodes).max(axis=2)
    return np.asarray(coefficients) if (rest <= _REST * nodes.max(axis=2)).all() else None


@lru_cache(maxsize=1)
def _matrices() -> tuple[NDArray[Any], ...]:
    """Return what takes the samples of a square to values and slopes around its nodes, and values to coefficients.

    ``value, slope`` (42, 9): along one side, six points around each of seven nodes. ``fit`` (15, 36) is the least
    squares of one node, ``back`` (36, 15) its polynomials at the points.
    """
    knots = chebyshev.chebpts1(_SAMPLES)
    around = chebyshev.chebpts1(_FITTED)
    middles = np.arange(_NODES) - _NODES // 2
    points = (middles[:, None] + around).ravel() / _REACH
    inverse = np.linalg.inv(chebyshev.chebvander(knots, _SAMPLES - 1))
    value = chebyshev.chebvander(points, _SAMPLES - 1) @ inverse
    first = chebyshev.chebder(np.eye(_SAMPLES))
    slope = chebyshev.chebvander(points, _SAMPLES - 2) @ first @ inverse
    v, u = (grid.ravel() for grid in np.meshgrid(around, around, indexing="ij"))
    back = np.stack([u**k * v**n for k, n in POWERS], axis=1)
    return value, slope, np.asarray(np.linalg.pinv(back)), back


def _equal_area(crs: CRS, middles: _Floats, x: _Floats, y: _Floats) -> tuple[_Floats, _Floats] | None:
    """Return the points of squares on equal-area planes of the ellipsoid, each square on one whose centre is near."""
    lon, lat = transformer(crs, _DEGREES).transform(middles[:, 0], middles[:, 1])
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    centres = np.rint(np.column_stack([lon, lat]) / _CENTRES) * _CENTRES
    east, north = np.empty_like(x), np.empty_like(y)
    for centre in np.unique(centres, axis=0):
        near = (centres == centre).all(axis=1)
        way = transformer(crs, _plane_around(*centre.tolist()))
        east[near], north[near] = way.transform(x[near], y[near])
    return (east, north) if np.isfinite(east).all() and np.isfinite(north).all() else None


@lru_cache(maxsize=128)
def _plane_around(lon: float, lat: float) -> CRS:
    return CRS.from_proj4(f"+proj=laea +lon_0={lon} +lat_0={lat} +ellps=GRS80 +units=m +no_defs +type=crs")
