"""Borders of the public edition: simplified together, so that neighbours still share them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import EQUAL_AREA, project
from zoning.edition.rules import kept, limit
from zoning.supports import ControlUnits, ElementZones

__all__ = ["coarse_fragments", "coarse_units", "coarse_zones"]


def coarse_units(units: ControlUnits) -> ControlUnits:
    """Return the units with coarse borders and the attributes of the table."""
    return ControlUnits(_coarse(units.frame, "units"))


def coarse_zones(zones: ElementZones) -> ElementZones:
    """Return the zones of one element with coarse borders and the attributes of the table."""
    return ElementZones(zones.element, _coarse(zones.frame, "zones"))


def coarse_fragments(fragments: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the fragments with coarse borders, element by element."""
    coarse = fragments.copy()
    for element in fragments["element"].unique():
        of_element = (fragments["element"] == element).to_numpy()
        shapes = np.asarray(fragments.geometry[of_element].to_numpy(), dtype=object)
        coarse.loc[of_element, coarse.geometry.name] = _simplified(shapes, CRS.from_user_input(fragments.crs))
    return coarse


def _coarse(frame: gpd.GeoDataFrame, part: str) -> gpd.GeoDataFrame:
    names = [name for name in frame.columns if name in kept(part)]
    shapes = _simplified(np.asarray(frame.geometry.to_numpy(), dtype=object), CRS.from_user_input(frame.crs))
    return gpd.GeoDataFrame(frame[names], geometry=shapes, crs=frame.crs)


def _simplified(shapes: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return shapes simplified in metres; one that would vanish stays as it was."""
    plane = project(shapes, crs, EQUAL_AREA, densify=1e7) if crs.is_geographic else shapes
    simple = shapely.coverage_simplify(plane, limit("shapes"))
    back = project(simple, EQUAL_AREA, crs, densify=1e7) if crs.is_geographic else simple
    return np.where(shapely.is_empty(back) | ~shapely.is_valid(back), shapes, back)
