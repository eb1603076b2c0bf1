"""Shapes on a flat sheet: centimetres east and south of a middle, few enough vertices, neighbours still touching.

The sheet is an equirectangular plot with the radii of the ellipsoid at its middle, so that a scale bar holds there.
What is drawn is faulty by nature, so nothing here asks a geometry to be valid: vertices are merged cell by cell of a
grid that is the same for all features. A shared vertex goes the same way in each of them, and borders stay shared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import GEOD

__all__ = ["Plane", "Sketch", "sketch"]

_CENTIMETRES = 100.0
_FINEST = 50  # centimetres: the finest grid of merging
_COARSEST = 2**30  # a quarter of the way round the earth: then every curve is a dot
_NEAR = 0.5  # vertices within this many times the size of a fault around it are all kept
_MARGIN = 5_000  # centimetres around the smallest fault


@dataclass(frozen=True, slots=True)
class Plane:
    """The flat sheet: its middle in degrees, and centimetres per degree there.

    Attributes
    ----------
    lon, lat : float
        Middle, degrees.
    east, north : float
        Centimetres per degree of longitude and latitude.

    Examples
    --------
    >>> plane = Plane.around((118.0, 24.0, 119.0, 25.0))
    >>> [round(size) for size in (plane.east, plane.north)]
    [10135478, 11076550]
    """

    lon: float
    lat: float
    east: float
    north: float

    @classmethod
    def around(cls, bounds: tuple[float, float, float, float]) -> Plane:
        """Return the sheet in the middle of west, south, east, north in degrees.

        With φ the latitude of the middle: N cos φ and M per radian, N and M the radii of curvature of CGCS2000.
        """
        west, south, east, north = bounds
        phi = math.radians((south + north) / 2)
        bend = 1 - GEOD.es * math.sin(phi) ** 2
        across, along = GEOD.a / math.sqrt(bend), GEOD.a * (1 - GEOD.es) / bend**1.5
        per_degree = math.radians(1) * _CENTIMETRES
        return cls(
            (west + east) / 2, (south + north) / 2, across * max(math.cos(phi), 1e-6) * per_degree, along * per_degree
        )

    def place(self, degrees: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return whole centimetres (east, south) of longitudes and latitudes, shape (n, 2)."""
        scale = np.array([self.east, -self.north])
        return np.asarray(np.rint((degrees - np.array([self.lon, self.lat])) * scale), dtype=np.int64)


@dataclass(frozen=True)
class Sketch:
    """Curves ready to be drawn.

    Attributes
    ----------
    points : ndarray of int64, shape (n, 2)
        Centimetres east and south.
    curve : ndarray of int64, shape (n,)
        Curve (ring, line or point) of each point, ascending.
    owner : ndarray of int64, shape (curves,)
        Position of the geometry that a curve belongs to.
    closed : ndarray of bool, shape (curves,)
        Whether it is a ring.
    """

    points: NDArray[np.int64]
    curve: NDArray[np.int64]
    owner: NDArray[np.int64]
    closed: NDArray[np.bool_]

    def paths(self, count: int) -> list[str]:
        """Return the attribute ``d`` of each of ``count`` geometries; empty if nothing is left of it."""
        texts: list[list[str]] = [[] for _ in range(count)]
        starts = np.flatnonzero(np.diff(self.curve, prepend=-1))
        for begin, end in zip(starts, [*starts[1:], len(self.curve)], strict=True):
            at = self.curve[begin]
            numbers = " ".join(map(str, self.points[begin:end].ravel().tolist()))
            # A curve that has shrunk to a point is drawn as a dot by its round ends.
            end_ = "h0" if end - begin == 1 else "Z" if self.closed[at] else ""
            texts[self.owner[at]].append(f"M{numbers}{end_}")
        return ["".join(parts) for parts in texts]


def sketch(
    geometries: Sequence[shapely.Geometry | None], plane: Plane, budget: int, faults: Sequence[shapely.Geometry] = ()
) -> Sketch:
    """Return the curves of geometries and then of faults, in degrees, with at most about ``budget`` vertices.

    Parameters
    ----------
    geometries : sequence of shapely geometries
        Longitude and latitude; of any type, valid or not; None and vertices that are not finite are left out.
    plane : Plane
        Sheet to draw on.
    budget : int
        Vertices are merged in ever larger cells until there are no more than this.
    faults : sequence of shapely geometries
        Drawn after the others; their vertices and those around them stay, as far as half of the budget reaches, so that
        a fault is seen beside the true border.
    """
    points, curve, owner, closed = _curves([*geometries, *faults], plane)
    keep = np.zeros(len(points), dtype=bool)
    if len(points) > budget:
        own = owner[curve] >= len(geometries)
        keep = _around(points, own if 2 * int(own.sum()) <= budget else keep, _boxes(faults, plane), budget)
    points, curve, keep = _distinct(points, curve, keep)
    cell = _start(points, budget)
    while len(points) > budget and cell < _COARSEST:
        points, curve, keep = _distinct(np.where(keep[:, None], points, _merged(points, cell)), curve, keep)
        cell *= 2
    return Sketch(points, curve, owner, closed)


def _start(points: NDArray[np.int64], budget: int) -> int:
    """Return the first cell to merge in, a quarter of what a plain line would need: smaller ones would merge little."""
    apart = np.abs(np.diff(points, axis=0)).max(axis=1, initial=0)
    times = max(1.0, len(points) / max(budget, 1) / 4)
    return max(_FINEST, int(np.median(apart) * times)) if len(apart) else _FINEST


def _curves(
    geometries: Sequence[shapely.Geometry | None], plane: Plane
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the points of all rings, lines and points, the curve of each, and the geometry and kind of each curve."""
    single, of = np.asarray(geometries, dtype=object), np.arange(len(geometries))
    while (shapely.get_type_id(single) > 3).any():
        single, inner = shapely.get_parts(single, return_index=True)
        of = of[inner]
    areas = shapely.get_type_id(single) == 3
    rings, inner = shapely.get_rings(single[areas], return_index=True)
    lines = np.concatenate([rings, single[~areas]])
    owner = np.concatenate([of[areas][inner], of[~areas]]).astype(np.int64)
    closed = np.arange(len(lines)) < len(rings)
    degrees, curve = shapely.get_coordinates(shapely.force_2d(lines), return_index=True)
    fit = np.isfinite(degrees).all(axis=1) & (np.abs(degrees) <= np.array([360.0, 90.0])).all(axis=1)
    return plane.place(degrees[fit]), curve[fit].astype(np.int64), owner, closed


def _boxes(faults: Sequence[shapely.Geometry], plane: Plane) -> NDArray[np.int64]:
    """Return the boxes around faults that a reader sees beside them: left, top, right, bottom, smallest box first."""
    bounds = shapely.bounds(np.asarray(faults, dtype=object)).reshape(-1, 2, 2)
    corners = plane.place(bounds[np.isfinite(bounds).all(axis=(1, 2))].reshape(-1, 2)).reshape(-1, 2, 2)
    low, high = corners.min(axis=1), corners.max(axis=1)
    size = (high - low).max(axis=1, initial=0)
    margin = np.rint(size * _NEAR + _MARGIN).astype(np.int64)[:, None]
    return np.column_stack([low - margin, high + margin])[np.argsort(size, kind="stable")]


def _around(
    points: NDArray[np.int64], own: NDArray[np.bool_], boxes: NDArray[np.int64], budget: int
) -> NDArray[np.bool_]:
    """Tell which points belong to a fault or lie around one; the larger boxes give way beyond half of the budget."""
    keep = own.copy()
    count = int(keep.sum())
    order = np.argsort(points[:, 0], kind="stable")
    xs, ys = points[order, 0], points[order, 1]
    for left, top, right, bottom in boxes.tolist():
        column = slice(np.searchsorted(xs, left), np.searchsorted(xs, right, side="right"))
        inside = order[column][(ys[column] >= top) & (ys[column] <= bottom)]
        count += int((~keep[inside]).sum())
        if 2 * count > budget:
            break
        keep[inside] = True
    return keep


def _distinct(
    points: NDArray[np.int64], curve: NDArray[np.int64], keep: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Drop a point that repeats the one before it on its curve."""
    fresh = np.ones(len(points), dtype=bool)
    fresh[1:] = (points[1:] != points[:-1]).any(axis=1) | (curve[1:] != curve[:-1])
    return points[fresh], curve[fresh], keep[fresh]


def _merged(points: NDArray[np.int64], cell: int) -> NDArray[np.int64]:
    """Return for each point the first point (by x, then y) of its cell: the same for every curve that passes there."""
    cells = points // cell
    inner = points - cells * cell
    cells -= cells.min(axis=0)
    key, code = cells[:, 0] * (int(cells[:, 1].max()) + 1) + cells[:, 1], inner[:, 0] * cell + inner[:, 1]
    order = np.argsort(key, kind="stable")
    fresh = np.diff(key[order], prepend=-1) != 0
    first = np.minimum.reduceat(code[order], np.flatnonzero(fresh))[np.cumsum(fresh) - 1]
    merged = np.empty_like(points)
    merged[order] = (points - inner)[order] + np.column_stack([first // cell, first % cell])
    return merged
