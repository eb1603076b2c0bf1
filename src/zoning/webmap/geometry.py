"""Shapes as a screen needs them: each common border simplified once, so that neighbours still share it, in WGS 84."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.cartography.model import Extent
from zoning.crs import EQUAL_AREA, project
from zoning.tables import numbers
from zoning.webmap.topology import Topology, topology_of

__all__ = ["Shapes", "screen_shapes"]

_Lines = NDArray[np.object_]
_Ints = NDArray[np.int64]
_WGS84 = CRS.from_epsg(4326)
_METRES_PER_DEGREE = 111_320.0
_DENSE = 1000.0  # m; longest edge that is projected as it is
_POLYGONS = (3, 6)  # shapely type ids
_Roles = tuple[_Ints, _Ints, NDArray[np.float64]]
_LEAST = {1: 4, 2: 3}  # lines of a ring → vertices each of them keeps, so that the ring keeps an area


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

    @property
    def bounds(self) -> Extent:
        """West, south, east, north in degrees."""
        arcs = self.topology.arcs
        least = np.min([arc.min(axis=0) for arc in arcs], axis=0) if arcs else np.zeros(2)
        most = np.max([arc.max(axis=0) for arc in arcs], axis=0) if arcs else np.zeros(2)
        (x0, y0), (x1, y1) = (least * self.step).tolist(), (most * self.step).tolist()
        return self.west + x0, self.south + y0, self.west + x1, self.south + y1

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

    Borders are found first, and each is simplified by itself (D. H. Douglas & T. K. Peucker, 1973: Cartographica 10,
    112-122), its ends fixed: both its neighbours get the same line, and the borders of a nation take seconds. A small
    unit keeps its form: the tolerance of its borders is no more than a share of its side.

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
    >>> len(shapes.topology.arcs), shapes.tolerance, [round(edge, 6) for edge in shapes.bounds]
    (3, 1.0, [118.0, 24.0, 118.2, 24.1])
    """
    settings = numbers("map_settings")
    lines = not np.isin(shapely.get_type_id(geometries), _POLYGONS).any()
    fine = settings["least_step"] if crs.is_geographic else settings["least_step"] * _METRES_PER_DEGREE
    west, south, _, _ = (float(edge) for edge in shapely.total_bounds(geometries))
    known = topology_of(geometries, west, south, fine)
    borders = project(_lines(known.arcs, west, south, fine), crs, EQUAL_AREA, densify=_DENSE)
    roles = _roles(known, _sides(geometries, crs), lines=lines)
    simple, tolerance = _simplified(borders, roles, most)
    degrees = project(simple, EQUAL_AREA, _WGS84, densify=1e7)
    west, south = (round(float(edge), 6) for edge in shapely.total_bounds(degrees)[:2])
    step = max(settings["least_step"], round(tolerance / _METRES_PER_DEGREE / settings["steps_per_tolerance"], 8))
    arcs = tuple(_on_lattice(degrees, west, south, step))
    return Shapes(Topology(arcs, known.shapes), west, south, step, tolerance, lines)


def _lines(arcs: Sequence[_Ints], west: float, south: float, step: float) -> _Lines:
    """Return arcs of the lattice as lines; one of a single vertex has it twice."""
    whole = [arc if len(arc) > 1 else np.vstack([arc, arc]) for arc in arcs]
    if not whole:
        return np.array([], dtype=object)
    owner = np.repeat(np.arange(len(whole)), [len(arc) for arc in whole])
    return np.asarray(shapely.linestrings(np.vstack(whole) * step + (west, south), indices=owner), dtype=object)


def _sides(geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return the side of the square of the same area, m, roughly; without end for lines."""
    metres = _METRES_PER_DEGREE if crs.is_geographic else crs.axis_info[0].unit_conversion_factor
    sides = np.sqrt(shapely.area(geometries)) * metres
    return np.where(sides > 0, sides, np.inf)


def _roles(known: Topology, sides: NDArray[np.float64], *, lines: bool) -> _Roles:
    """Return of each arc how many rings it belongs to, how many vertices must be left, and its coarsest tolerance."""
    share, count = numbers("map_settings")["side_share"], len(known.arcs)
    uses, least, coarsest = np.zeros(count, dtype=np.int64), np.full(count, 2), np.full(count, np.inf)
    for side, parts in zip(sides.tolist(), known.shapes, strict=True):
        for ring in (ring for part in parts for ring in part):
            arcs = [~signed if signed < 0 else signed for signed in ring]
            np.add.at(uses, arcs, 1)
            least[arcs] = np.maximum(least[arcs], 2 if lines else _LEAST.get(len(ring), 2))
            coarsest[arcs] = np.minimum(coarsest[arcs], share * side)
    return uses, least, coarsest


def _simplified(borders: _Lines, roles: _Roles, most: int) -> tuple[_Lines, float]:
    """Return the borders with the first tolerance of a doubling ladder that keeps to ``most``, and that tolerance."""
    settings, (uses, least, coarsest) = numbers("map_settings"), roles
    tolerance = settings["finest_tolerance"]
    simple = _coarser(borders, np.minimum(coarsest, tolerance), least)
    while int((uses * shapely.get_num_coordinates(simple)).sum()) > most and tolerance < settings["coarsest_tolerance"]:
        tolerance *= 2
        simple = _coarser(simple, np.minimum(coarsest, tolerance), least)
    return simple, tolerance


def _coarser(lines: _Lines, tolerance: NDArray[np.float64], least: _Ints) -> _Lines:
    """Return lines simplified, each with its tolerance; one keeps at least as many vertices as it must."""
    made = np.asarray(shapely.simplify(lines, tolerance, preserve_topology=False), dtype=object)
    before, after = shapely.get_num_coordinates(lines), shapely.get_num_coordinates(made)
    for place in np.flatnonzero((after < least) & (after < before)):
        points = shapely.get_coordinates(lines[place])
        chosen = np.unique(np.linspace(0, len(points) - 1, int(least[place])).round().astype(int))
        made[place] = shapely.LineString(points[chosen])
    return made


def _on_lattice(lines: _Lines, west: float, south: float, step: float) -> list[_Ints]:
    """Return lines in whole steps, no vertex twice in a row."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    lattice = np.rint((points - (west, south)) / step).astype(np.int64)
    moved = np.ones(len(lattice), dtype=bool)
    moved[1:] = (lattice[1:] != lattice[:-1]).any(axis=1) | (line[1:] != line[:-1])
    starts = np.searchsorted(line[moved], np.arange(1, len(lines)))
    return np.split(lattice[moved], starts) if len(lines) else []
