"""Shapes as a screen needs them: simplified together, so that neighbours still share their borders, in WGS 84."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import EQUAL_AREA, project
from zoning.tables import numbers
from zoning.webmap.topology import Topology, topology_of

__all__ = ["Shapes", "screen_shapes"]

_WGS84 = CRS.from_epsg(4326)
_METRES_PER_DEGREE = 111_320.0
_DENSE = 1000.0  # m; longest edge that is projected as it is
_POLYGONS = (3, 6)  # shapely type ids


@dataclass(frozen=True)
class Shapes:
    """What the map draws of one layer.

    Attributes
    ----------
    topology : Topology
        Whole steps from the south-west corner, borders in common.
    west, south, step : float
        Origin and step in degrees.
    tolerance : float
        What the shapes were simplified with, m.
    open : bool
        Lines, not polygons.
    """

    topology: Topology
    west: float
    south: float
    step: float
    tolerance: float
    open: bool = False

    def packed(self) -> dict[str, Any]:
        """Return it as plain values: arcs as differences, each first vertex relative to the last one of the arc before.

        Examples
        --------
        >>> squares = np.array([shapely.box(118.0, 24.0, 118.1, 24.1), shapely.box(118.1, 24.0, 118.2, 24.1)])
        >>> packed = screen_shapes(squares, CRS.from_epsg(4490), 1000).packed()
        >>> sorted(packed), len(packed["arcs"])
        (['arcs', 'open', 'shapes', 'south', 'step', 'west'], 3)
        """
        last = np.zeros(2, dtype=np.int64)
        arcs = []
        for arc in self.topology.arcs:
            arcs.append(np.diff(arc, axis=0, prepend=last[None, :]).ravel().tolist())
            last = arc[-1]
        shapes = list(self.topology.shapes)
        return {
            "west": self.west,
            "south": self.south,
            "step": self.step,
            "arcs": arcs,
            "shapes": shapes,
            "open": self.open,
        }


def screen_shapes(geometries: NDArray[np.object_], crs: CRS, most: int) -> Shapes:
    """Return polygons or lines for the screen, simplified with the finest tolerance that keeps to a number of vertices.

    Parameters
    ----------
    geometries : ndarray of shapely polygons or lines
        Polygons are a coverage (small overlaps do no harm), in ``crs``.
    crs : CRS
        Their coordinate system.
    most : int
        Vertices that may be left, a common border counted on both sides.

    Examples
    --------
    >>> squares = np.array([shapely.box(118.0, 24.0, 118.1, 24.1), shapely.box(118.1, 24.0, 118.2, 24.1)])
    >>> shapes = screen_shapes(squares, CRS.from_epsg(4490), 1000)
    >>> len(shapes.topology.arcs), shapes.tolerance
    (3, 1.0)
    """
    settings = numbers("map_settings")
    plane = project(shapely.force_2d(geometries), crs, EQUAL_AREA, densify=_DENSE)
    lines = not np.isin(shapely.get_type_id(plane), _POLYGONS).any()
    tolerance = _tolerance(plane, most, lines=lines)
    simple = _simplified(plane, tolerance, lines=lines)
    while _vertices(simple) > most and tolerance < settings["coarsest_tolerance"]:
        tolerance *= 2
        simple = _simplified(simple, tolerance, lines=lines)
    degrees = project(simple, EQUAL_AREA, _WGS84, densify=1e7)
    west, south, _, _ = (float(edge) for edge in shapely.total_bounds(degrees))
    step = max(settings["least_step"], round(tolerance / _METRES_PER_DEGREE / settings["steps_per_tolerance"], 8))
    west, south = round(west, 6), round(south, 6)
    return Shapes(topology_of(degrees, west, south, step), west, south, step, tolerance, lines)


def _tolerance(plane: NDArray[np.object_], most: int, *, lines: bool) -> float:
    """Return the tolerance that suits a sample of the shapes: trying all of them would take a nation minutes."""
    settings = numbers("map_settings")
    every = max(1, len(plane) // int(settings["sample"]))
    sample = plane[::every]
    share = most * _vertices(sample) / max(_vertices(plane), 1)
    tolerance = settings["finest_tolerance"]
    while _vertices(_simplified(sample, tolerance, lines=lines)) > share and tolerance < settings["coarsest_tolerance"]:
        tolerance *= 2
    return tolerance


def _simplified(plane: NDArray[np.object_], tolerance: float, *, lines: bool) -> NDArray[np.object_]:
    made = shapely.simplify(plane, tolerance) if lines else shapely.coverage_simplify(plane, tolerance)
    return np.asarray(made, dtype=object)


def _vertices(geometries: NDArray[np.object_]) -> int:
    return int(shapely.get_num_coordinates(geometries).sum())
