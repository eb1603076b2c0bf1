"""The study area as control units: which unit holds a point, and how far around the units it reaches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import CRS

from zoning.crs import transformer
from zoning.supports import ControlUnits
from zoning.tables import numbers

__all__ = ["Region"]

_DEGREES = CRS.from_epsg(4490)


class Region:
    """Control units to look points up in.

    Parameters
    ----------
    units : ControlUnits

    Examples
    --------
    >>> import geopandas as gpd
    >>> square = shapely.box(118.5, 24.5, 118.6, 24.6)
    >>> frame = gpd.GeoDataFrame({"code": ["U1"], "name": [""], "unit_class": ["KEY"], "admin_code": [""]},
    ...                          geometry=[square], crs="EPSG:4490")
    >>> Region(ControlUnits(frame)).units_of([(118.55, 24.55), (118.7, 24.55)])
    ['U1', '']
    """

    def __init__(self, units: ControlUnits) -> None:
        self._codes = units.codes
        self._tree = shapely.STRtree(units.geometries)
        self._into = transformer(_DEGREES, units.crs)
        box = transformer(units.crs, _DEGREES).transform_bounds(*shapely.total_bounds(units.geometries))
        self.bounds = tuple(float(side) for side in box)

    def units_of(self, places: Sequence[tuple[float, float]]) -> list[str]:
        """Return the code of the unit of each place (lon, lat in degrees), '' outside; on a border the first code."""
        found = [""] * len(places)
        if not places:
            return found
        x, y = self._into.transform(*np.array(places, dtype="float64").T)
        finite = np.isfinite(x) & np.isfinite(y)
        points = shapely.points(np.where(finite, x, 0.0), np.where(finite, y, 0.0))
        pairs = self._tree.query(points, predicate="intersects")
        for point, unit in sorted(zip(*pairs.tolist(), strict=True), reverse=True):
            if finite[point]:
                found[point] = self._codes[unit]
        return found

    def is_near(self, place: tuple[float, float]) -> bool:
        """Tell whether a place lies in the box around the units or not far from it."""
        west, south, east, north = self.bounds
        reach = numbers("linkage_settings")["sea_reach"]
        return west - reach <= place[0] <= east + reach and south - reach <= place[1] <= north + reach
