"""Which scale fits a frame: a nice denominator, true on the ground at the middle of the frame; scale bar and north.

A view is a window on the page and the piece of the plane that is seen through it. The scale holds along the page's
horizontal at the middle of the window: a projection stretches ground by its own factor there, which is measured on the
ellipsoid and taken out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.crs import GeographicCRS, ProjectedCRS
from pyproj.crs.coordinate_operation import (
    AlbersEqualAreaConversion,
    TransverseMercatorConversion,
)

from zoning.cartography.model import Extent
from zoning.crs import transformer
from zoning.errors import GeometryError
from zoning.messages import fault
from zoning.tables import numbers, read

__all__ = ["Bar", "View", "fitted", "ground_per_unit", "north_angle", "plane_for", "scale_bar", "series"]

_Floats = NDArray[np.float64]
_ZONE = 3.0  # degrees of longitude of a zone of CGCS2000 / 3-degree Gauss-Krüger, GB/T 17798
_WIDEST_ZONE = 2 * _ZONE


@dataclass(frozen=True, slots=True)
class View:
    """A window on the page, and what is seen through it.

    Attributes
    ----------
    crs : CRS
        A projected system.
    extent : tuple
        West, south, east, north of the window, in units of ``crs``.
    window : tuple
        Left, bottom, right, top of the window on the page, mm.
    scale : int
        Denominator.
    """

    crs: CRS
    extent: Extent
    window: Extent
    scale: int

    @property
    def per_mm(self) -> float:
        """Units of the CRS on a millimetre of paper."""
        return (self.extent[2] - self.extent[0]) / (self.window[2] - self.window[0])

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the window, in units of the CRS."""
        west, south, east, north = self.extent
        return (west + east) / 2, (south + north) / 2

    def to_paper(self, places: _Floats) -> _Floats:
        """Return where places (n, 2) of the plane lie on the page, mm."""
        return (np.asarray(places, dtype=np.float64) - self.extent[:2]) / self.per_mm + self.window[:2]

    def to_plane(self, places: _Floats) -> _Floats:
        """Return which places of the plane lie at points (n, 2) of the page."""
        return (np.asarray(places, dtype=np.float64) - self.window[:2]) * self.per_mm + self.extent[:2]


@dataclass(frozen=True, slots=True)
class Bar:
    """A scale bar: metres of ground, millimetres of paper, equal blocks."""

    metres: float
    length: float
    blocks: int


def series(name: str) -> tuple[float, ...]:
    """Return a series of steps of the table ``map_steps``, ascending.

    Examples
    --------
    >>> series("bar")
    (1.0, 2.0, 5.0)
    """
    return tuple(sorted(float(row["value"]) for row in read("map_steps") if row["series"] == name))


def plane_for(crs: CRS, extent: Extent) -> CRS:
    """Return the plane a map is drawn in: the system itself if it is projected, else one of its own datum.

    Up to six degrees wide the transverse Mercator projection of the nearest zone of three degrees (with the datum of
    CGCS2000 that is the national system of coordinates), beyond that an Albers projection with its parallels a sixth
    of the height from the edges.

    Examples
    --------
    >>> plane_for(CRS("EPSG:4490"), (116.4, 24.5, 116.8, 24.9)).name
    'China Geodetic Coordinate System 2000 / TM 117°E'
    """
    if not crs.is_geographic:
        return crs
    west, south, east, north = extent
    if east - west <= _WIDEST_ZONE:
        meridian = _ZONE * round((west + east) / 2 / _ZONE)
        conversion: TransverseMercatorConversion | AlbersEqualAreaConversion = TransverseMercatorConversion(
            longitude_natural_origin=meridian, false_easting=500_000
        )
        name = f"TM {meridian:g}°E"
    else:
        sixth = (north - south) / 6
        conversion = AlbersEqualAreaConversion(
            latitude_first_parallel=round(south + sixth, 1),
            latitude_second_parallel=round(north - sixth, 1),
            longitude_false_origin=round((west + east) / 2),
            latitude_false_origin=0,
        )
        name = f"Albers {round((west + east) / 2):g}°E"
    return ProjectedCRS(conversion, name=f"{crs.name} / {name}", geodetic_crs=GeographicCRS.from_user_input(crs))


def ground_per_unit(crs: CRS, place: tuple[float, float], reach: float) -> float:
    """Return the metres of ground on one unit of a plane, along its x axis, between ``place`` ± ``reach``."""
    (west, east), (lower, upper) = _degrees(crs, np.array([[place[0] - reach, place[1]], [place[0] + reach, place[1]]]))
    geod = crs.get_geod()
    assert geod is not None  # noqa: S101 - every system that maps the Earth has an ellipsoid
    return float(geod.inv(west, lower, east, upper)[2]) / (2 * reach)


def fitted(crs: CRS, extent: Extent, window: Extent) -> View:
    """Return the view of the nicest scale that shows the whole of an extent, with a margin, in a window of the page.

    Parameters
    ----------
    crs : CRS
        A projected system, see :func:`plane_for`.
    extent : tuple
        What must be seen.
    window : tuple
        Left, bottom, right, top on the page, mm.

    Raises
    ------
    GeometryError
        If the extent is not finite.

    Examples
    --------
    >>> view = fitted(CRS("EPSG:4549"), (650_000, 2_700_000, 690_000, 2_730_000), (5.0, 5.0, 255.0, 205.0))
    >>> view.scale
    200000
    """
    if not np.isfinite(extent).all():
        raise fault(GeometryError, "scale.extent", extent=extent)
    settings = numbers("drawing_settings")
    west, south, east, north = extent
    wide, high = (window[2] - window[0]) / 1000, (window[3] - window[1]) / 1000
    x, y = (west + east) / 2, (south + north) / 2
    ground = ground_per_unit(crs, (x, y), max((east - west) / 2, 1.0))
    room = 1 + 2 * settings["margin"]
    needed = max((east - west) * ground / wide, (north - south) * ground / high) * room
    scale = _nice_scale(max(needed, settings["scale_least"]))
    for _ in range(3):  # the factor is that of the width which is seen in the end
        half = wide * scale / ground / 2
        ground = ground_per_unit(crs, (x, y), half / 4)
    half_x, half_y = wide * scale / ground / 2, high * scale / ground / 2
    return View(crs, (x - half_x, y - half_y, x + half_x, y + half_y), window, scale)


def scale_bar(view: View, longest: float) -> Bar:
    """Return the longest scale bar of a nice length that is no longer than ``longest`` (mm).

    Examples
    --------
    >>> view = View(CRS("EPSG:4549"), (0, 0, 1, 1), (0, 0, 1, 1), 50_000)
    >>> scale_bar(view, 50)
    Bar(metres=2000.0, length=40.0, blocks=4)
    """
    metres = longest * view.scale / 1000
    power = 10.0 ** math.floor(math.log10(metres) + 1e-9)
    step = max(step for step in series("bar") if step * power <= metres * (1 + 1e-9))
    return Bar(step * power, step * power * 1000 / view.scale, 4)


def north_angle(view: View, at: tuple[float, float]) -> float:
    """Return the direction of true north at a point of the page (mm), degrees clockwise from the page's upward.

    Examples
    --------
    >>> view = fitted(CRS("EPSG:4549"), (490_000, 2_700_000, 510_000, 2_710_000), (0.0, 0.0, 100.0, 100.0))
    >>> round(north_angle(view, (50.0, 50.0)), 6) + 0.0
    0.0
    """
    geodetic = view.crs.geodetic_crs
    assert geodetic is not None  # noqa: S101 - every plane of a view maps the Earth
    (lon,), (lat,) = _degrees(view.crs, view.to_plane(np.array([at])))
    step = 1e-4
    x, y = transformer(geodetic, view.crs).transform(np.array([lon, lon]), np.array([lat - step, lat + step]))
    return math.degrees(math.atan2(x[1] - x[0], y[1] - y[0]))


def _degrees(crs: CRS, places: _Floats) -> tuple[_Floats, _Floats]:
    geodetic = crs.geodetic_crs
    assert geodetic is not None  # noqa: S101 - see above
    lon, lat = transformer(crs, geodetic).transform(places[:, 0], places[:, 1])
    return np.asarray(lon), np.asarray(lat)


def _nice_scale(least: float) -> int:
    power = 10.0 ** math.floor(math.log10(least) + 1e-9)
    steps = (round(step * factor * power) for factor in (0.1, 1, 10) for step in series("scale"))
    return next(step for step in steps if step >= least * (1 - 1e-9))
