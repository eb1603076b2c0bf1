"""Areas on the ellipsoid: of polygons, exactly or for screening, and of the cells of a regular grid."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj

from zoning.crs.ground import POWERS, ground_of
from zoning.crs.kernels.cells import cells_of
from zoning.crs.kernels.windows import EVEN, Edges, Ground, blocks, own_areas, ring_turns
from zoning.crs.systems import DENSIFY, EQUAL_AREA, GEOD, project, transformer
from zoning.errors import CrsError
from zoning.messages import fault

__all__ = ["boxes_of", "cell_areas", "edges_of", "geodesic_area", "local_areas"]

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_POLYGONAL = (3, 6)  # shapely type ids of Polygon and MultiPolygon
_CHUNK_UNITS = 20_000


def geodesic_area(geometries: NDArray[np.object_], crs: CRS, densify: float = DENSIFY) -> _Floats:
    """Return areas on the CGCS2000 ellipsoid, m², of polygons whose edges are straight in the plane of their system.

    Exact to about 1e-12 of the box around a polygon, for edges of any length: the ground below each edge is an integral
    in closed form (see :mod:`zoning.crs.kernels.windows`), and nothing is projected.

    Parameters
    ----------
    geometries : ndarray of shapely geometries
        Points and lines have no area; None gives NaN, and so does a polygon that lies nowhere on the Earth.
    crs : CRS
        A system that :func:`transformer` can take to the ellipsoid.
    densify : float
        Longest edge, in metres, that is projected as a straight line: only for a system whose areal scale is too rough
        to integrate (near the rim of what a projection maps). No effect elsewhere.

    Returns
    -------
    float64 (geometries,)

    Raises
    ------
    CrsError
        If the datum shift is not exact offline.

    Examples
    --------
    >>> degree = np.array([shapely.box(118, 24, 119, 25)])
    >>> round(float(geodesic_area(degree, CRS("EPSG:4490"))[0]) / 1e6)
    11226
    """
    transformer(crs, EQUAL_AREA)  # refuses what has no place on the ellipsoid
    parts = [geometries[begin : begin + _CHUNK_UNITS] for begin in range(0, len(geometries), _CHUNK_UNITS)]
    return np.concatenate([np.zeros(0), *(_areas(part, crs, densify) for part in parts)])


def _areas(geometries: NDArray[np.object_], crs: CRS, densify: float) -> _Floats:
    shapes = _polygonal(geometries)
    _, points, (ring_ptr, part_ptr, unit_ptr) = shapely.to_ragged_array(shapes, include_z=False)
    outer = np.zeros(len(ring_ptr) - 1, dtype=bool)
    outer[part_ptr[:-1][np.diff(part_ptr) > 0]] = True
    rings = ring_ptr.astype(np.int64), outer, part_ptr[unit_ptr].astype(np.int64)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    boxes = boxes_of(x, y, rings[0][rings[2]])
    empty = np.diff(rings[2]) == 0
    known = np.isfinite(boxes).all(axis=1) & _on_earth(boxes, crs)
    areas = np.where(empty & ~shapely.is_missing(geometries), 0.0, np.nan)
    if not known.any():
        return areas
    low, high = boxes[known, :2].min(axis=0), boxes[known, 2:].max(axis=0)
    ground = ground_of(crs, (*low.tolist(), *high.tolist()))
    if ground is None:
        return np.asarray(shapely.area(project(geometries, crs, EQUAL_AREA, densify)), dtype=np.float64)
    measured = np.zeros(len(shapes))
    own_areas(edges_of(x, y, *rings)[0], boxes, ground, 0, len(shapes), measured)
    return np.where(known, measured, areas)


def edges_of(
    x: _Floats, y: _Floats, ring_ptr: _Ints, outer: NDArray[np.bool_], unit_ptr: _Ints
) -> tuple[Edges, _Floats]:
    """Return what the kernels need of the closed rings of units, and the plane areas of the units.

    Each area is added up from the unit's own rings: a running sum would give the last unit the rounding of all others.
    """
    turn, ring_area = ring_turns(x, y, ring_ptr, outer)
    area = np.zeros(len(unit_ptr) - 1)
    filled = np.diff(unit_ptr) > 0
    if filled.any():
        area[filled] = np.add.reduceat(ring_area, unit_ptr[:-1][filled])
    return blocks(x, y, ring_ptr, turn, unit_ptr), area


def boxes_of(x: _Floats, y: _Floats, vertex_ptr: _Ints) -> _Floats:
    """Return the bounding boxes (x0, y0, x1, y1) of units, (units, 4); NaN for an empty unit."""
    boxes = np.full((len(vertex_ptr) - 1, 4), np.nan)
    filled = np.flatnonzero(np.diff(vertex_ptr) > 0)
    if len(filled):
        starts = vertex_ptr[filled]
        sides = ((np.minimum, x), (np.minimum, y), (np.maximum, x), (np.maximum, y))
        for column, (ufunc, values) in enumerate(sides):
            boxes[filled, column] = ufunc.reduceat(values, starts)
    return boxes


def _polygonal(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return one multipolygon per geometry, of all polygons in it."""
    shapes = np.array(geometries, dtype=object)
    other = ~np.isin(shapely.get_type_id(shapes), _POLYGONAL)
    for position in np.flatnonzero(other):
        shapes[position] = shapely.MultiPolygon(_faces(shapes[position]))
    alone = np.flatnonzero(shapely.get_type_id(shapes) == _POLYGONAL[0])
    shapes[alone] = shapely.multipolygons(shapes[alone], indices=np.arange(len(alone))) if len(alone) else []
    return shapes


def _faces(shape: shapely.Geometry | None) -> list[shapely.Geometry]:
    """Return the polygons in a geometry, however deep collections are nested."""
    parts = shapely.get_parts(shape)
    if len(parts) < 2 and (not len(parts) or parts[0] == shape):
        return [part for part in parts if part.geom_type == "Polygon"]
    return [face for part in parts for face in _faces(part)]


def _on_earth(boxes: _Floats, crs: CRS) -> NDArray[np.bool_]:
    """Tell which boxes end at the poles; what a projected system maps, only its own formulas tell."""
    if not crs.is_geographic:
        return np.ones(len(boxes), dtype=bool)
    pole = np.radians(90.0) / float(crs.axis_info[0].unit_conversion_factor)
    with np.errstate(invalid="ignore"):
        return np.asarray((boxes[:, 1] >= -pole) & (boxes[:, 3] <= pole))


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


def cell_areas(crs: CRS, x: _Floats, y: _Floats, dx: float, dy: float, ground: Ground | None = None) -> _Floats:
    """Return true areas (m²) of the cells of a regular grid.

    Parameters
    ----------
    crs : CRS
        Geographic (degrees) or projected.
    x, y : ndarray
        Cell centres: ``x`` of the columns, ``y`` of the rows, in units of the CRS.
    dx, dy : float
        Positive cell sizes in units of the CRS.
    ground : Ground or None
        That of the whole grid, so that a cell has the same bits whatever part of the grid is asked for.

    Returns
    -------
    ndarray, shape (rows, 1) for a geographic grid, (rows, cols) for a projected one
        Geographic: the exact zone between two parallels of the ellipsoid times dλ (authalic latitude). Projected: the
        integral of the ground over the cell; where there is no ground, plane area divided by the areal scale of the
        projection at the cell centre (second order in the cell size).
    """
    if crs.is_geographic:
        return _zone_areas(y, dx, dy)[:, None]
    if ground is not None and ground.change == EVEN:
        return np.full((len(y), len(x)), dx * dy * ground.coefficients[0, 0, 0])
    if ground is not None:
        cut = int(np.ceil(max(dx, dy) / ground.step))  # a polynomial holds for no cell larger than a step
        parts = (np.arange(cut) + 0.5) / cut - 0.5
        columns, rows = ((c[:, None] + parts * size).ravel() for c, size in ((x, dx), (y, dy)))
        areas = _cells_on(ground, columns, rows, dx / cut, dy / cut)
        return np.asarray(areas.reshape(len(y), cut, len(x), cut).sum(axis=(1, 3))) if cut > 1 else areas
    metre = crs.axis_info[0].unit_conversion_factor
    return dx * dy * metre * metre / _areal_scale(crs, *np.meshgrid(x, y))


def _cells_on(ground: Ground, x: _Floats, y: _Floats, dx: float, dy: float) -> _Floats:
    """Return the integrals of the polynomials about the nodes nearest to the cells; sums of products, row by row.

    ::

        A(row, col) = dx dy Σ_l v̄_l(row) Σ_k c_kl ū_k(col),   ū_k the mean of u^k over the cell
    """
    (at_row, v), (at_col, u) = _near(ground, y, dy, 0), _near(ground, x, dx, 1)
    nodes, node = np.unique(at_row, return_inverse=True)
    along = np.zeros((len(nodes), len(v), len(x)))
    for at, (k, n) in enumerate(POWERS):
        along[:, n] += ground.coefficients[nodes[:, None], at_col[None, :], at] * u[k]
    return np.asarray(cells_of(np.stack(v) * (dx * dy), along, node.astype(np.int64)))


def _near(ground: Ground, centres: _Floats, size: float, axis: int) -> tuple[_Ints, list[_Floats]]:
    """Return the node nearest to each cell along one axis, and the means over the cell of the powers 0 to 4."""
    first = ground.x0 if axis else ground.y0
    at = np.clip(np.rint((centres - first) / ground.step), 0, ground.coefficients.shape[axis] - 1).astype(np.int64)
    u, h = (centres - (first + at * ground.step)) / ground.step, (size / 2 / ground.step) ** 2
    squared = u * u
    means = [np.ones_like(u), u, squared + h / 3, u * (squared + h), squared * squared + 2 * h * squared + h * h / 5]
    return at, means


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
    if crs.geodetic_crs is None:
        raise fault(CrsError, "crs.unknown", crs=crs.name)
    lon, lat = transformer(crs, crs.geodetic_crs).transform(x, y)
    factors = Proj(crs).get_factors(lon, lat, errcheck=False)
    return np.asarray(factors.areal_scale, dtype=np.float64)
