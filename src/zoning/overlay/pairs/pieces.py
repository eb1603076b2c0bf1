"""The common part of pairs of polygons as geometry, held against the areas that the kernel gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs.kernels.windows import Ground
from zoning.errors import GeometryError
from zoning.messages import fault
from zoning.overlay.kernels.soundness import certified
from zoning.overlay.pairs.following import Faces, followed
from zoning.overlay.pairs.intersections import Pairs
from zoning.overlay.rings import Rings, chunks_of, in_threads

__all__ = ["mended", "pieces_of", "rest_of", "sound_faces"]

_Shapes = NDArray[np.object_]
_Ints = NDArray[np.int64]
_Binary = Callable[[_Shapes, _Shapes], _Shapes]

_WHOLE = 1 - 1e-13  # of a polygon: a piece that large is the polygon
_CHUNK_VERTICES = 20_000
_MANY_VERTICES = 400  # a polygon of more is cut to the window first: cutting costs a thirtieth of an intersection
_MARGIN = 1e-3  # of a window, around it: the sides of the cut polygon must not touch the piece
_SAME_AREA = 1e-9  # of the smaller polygon: how far a piece may lie from what the kernel gives


def pieces_of(pairs: Pairs, a: Faces, b: Faces, ground: Ground | None = None) -> tuple[_Shapes, NDArray[np.float64]]:
    """Return the common part of every pair, polygons and multipolygons.

    A polygon that lies whole in the other is taken as it is. The others are drawn by following their borders (see
    :func:`zoning.overlay.pairs.following.followed`). Where that is not sure they go through GEOS, large ones cut to the
    box of their partner first. Every area is held against the kernel's: a piece that lacks or gains more than 1e-9 of
    the smaller polygon is computed again from the whole, mended polygons. What GEOS cannot draw because it is thinner
    than its rounding is an empty polygon.

    Parameters
    ----------
    pairs : Pairs
        Of the plane (see :func:`zoning.overlay.pairs.intersections.shared`).
    a, b : Faces
        Valid polygons of both layers.
    ground : Ground or None
        What the areas of pieces are measured on where they are at hand; None measures none.

    Returns
    -------
    pieces : ndarray of shapely geometries
    area : float64 (pairs,)
        On the ground; NaN where it is still to be measured.

    Raises
    ------
    GeometryError
        If a piece cannot be had with the area that it must have.
    """
    in_b, in_a = pairs.area >= _WHOLE * pairs.area_a, pairs.area >= _WHOLE * pairs.area_b
    pieces, area = np.full(len(in_b), None), np.full(len(in_b), np.nan)
    cut = np.flatnonzero(~in_b & ~in_a)
    pieces[in_b] = a.shapes(pairs.a[in_b])
    pieces[in_a & ~in_b] = b.shapes(pairs.b[in_a & ~in_b])
    part = pairs.at(cut)
    pieces[cut], area[cut] = followed(part, _allowed(part), a.rings, b.rings, ground)
    left = cut[shapely.is_missing(pieces[cut])]
    pieces[left] = _overlaid(pairs.at(left), a.shapes(pairs.a[left]), b.shapes(pairs.b[left]))
    return pieces, area


def _allowed(pairs: Pairs) -> NDArray[np.float64]:
    return _SAME_AREA * np.minimum(pairs.area_a, pairs.area_b) + pairs.noise


def _overlaid(pairs: Pairs, left: _Shapes, right: _Shapes) -> _Shapes:
    """Return common parts by GEOS, held against the areas that they must have."""
    near_left, near_right = _near(left, right), _near(right, left)
    found = _polygonal(_each(_intersection, near_left, near_right))
    clipped = np.flatnonzero((near_left != left) | (near_right != right))
    unsound = clipped[~_is_valid(found[clipped])]
    allowed = _allowed(pairs)
    again = np.union1d(unsound, np.flatnonzero(np.abs(shapely.area(found) - pairs.area) > allowed))
    found[again] = _polygonal(mended(_each(_intersection, mended(left[again]), mended(right[again]))))
    wrong = again[np.abs(shapely.area(found[again]) - pairs.area[again]) > allowed[again]]
    if len(wrong):
        raise fault(GeometryError, "overlay.pieces", count=len(wrong), **_shown(pairs, wrong[0], found[wrong[0]]))
    return _unwrapped(found)


def rest_of(shapes: _Shapes, at: _Ints, due: NDArray[np.float64], covers: _Shapes, met: tuple[_Ints, _Ints]) -> _Shapes:
    """Return what covers leave of some shapes, polygons and multipolygons.

    Parameters
    ----------
    shapes, covers : ndarray of shapely geometries
        Valid polygons of two layers.
    at : int64 (n,)
        Shapes that something is left of.
    due : float64 (n,)
        Plane areas of what is left.
    met : two int64 (pairs,)
        Shapes, and the covers that each of them shares an area with.

    Raises
    ------
    GeometryError
        If a rest cannot be had with the area that it must have.
    """
    order = np.argsort(met[0], kind="stable")
    of_shape, cover = met[0][order], met[1][order]
    begins, ends = np.searchsorted(of_shape, at), np.searchsorted(of_shape, at, side="right")
    whole = shapes[at]
    rest = whole.copy()
    cut = np.flatnonzero(ends > begins)
    lids = _joined(covers[cover], begins[cut], ends[cut])
    rest[cut] = _polygonal(_each(shapely.difference, whole[cut], lids))
    own = shapely.area(whole[cut])
    wrong = cut[np.abs(shapely.area(rest[cut]) - due[cut]) > _SAME_AREA * own]
    if len(wrong):
        first = wrong[0]
        slots = {"number": int(at[first]) + 1, "area": f"{due[first]:.10g}"}
        raise fault(GeometryError, "overlay.rest", count=len(wrong), found=f"{shapely.area(rest[first]):.10g}", **slots)
    return rest


def _joined(covers: _Shapes, begins: _Ints, ends: _Ints) -> _Shapes:
    """Return the union of each run of covers; one cover alone is taken as it is."""
    lids = covers[begins]
    for row in np.flatnonzero(ends - begins > 1).tolist():
        lids[row] = shapely.union_all(covers[begins[row] : ends[row]])
    return lids


def _shown(pairs: Pairs, pair: int, piece: shapely.Geometry) -> dict[str, object]:
    return {
        "a": int(pairs.a[pair]) + 1, "b": int(pairs.b[pair]) + 1,
        "area": f"{pairs.area[pair]:.10g}", "found": f"{shapely.area(piece):.10g}",
    }  # fmt: skip


def _near(shapes: _Shapes, partners: _Shapes) -> _Shapes:
    """Return large shapes cut to the box of their partner with a margin; the others as they are.

    The sides of the cut lie outside of the partner, so that none of them is in the piece.
    """
    near = shapes.copy()
    large = np.flatnonzero(shapely.get_num_coordinates(shapes) > _MANY_VERTICES)
    if not len(large):
        return near
    boxes, own = shapely.bounds(partners[large]), shapely.bounds(shapes[large])
    margin = _MARGIN * (boxes[:, 2:] - boxes[:, :2])
    boxes += np.hstack([-margin, margin])
    sticks_out = ((own[:, :2] < boxes[:, :2]) | (own[:, 2:] > boxes[:, 2:])).any(axis=1)
    large, boxes = large[sticks_out], boxes[sticks_out]
    work = np.append(0, np.cumsum(shapely.get_num_coordinates(shapes[large])))

    def clip(begin: int, end: int) -> list[shapely.Geometry]:
        return [
            shapely.clip_by_rect(shape, *box)
            for shape, box in zip(shapes[large[begin:end]], boxes[begin:end].tolist(), strict=True)
        ]

    for (begin, end), part in zip(
        chunks_of(work, _CHUNK_VERTICES), in_threads(clip, chunks_of(work, _CHUNK_VERTICES)), strict=True
    ):
        near[large[begin:end]] = part
    return near


def _each(operation: _Binary, left: _Shapes, right: _Shapes) -> _Shapes:
    """Return the results of an operation on pairs of shapes, in threads, chunks of about equal numbers of vertices."""
    work = np.append(0, np.cumsum(shapely.get_num_coordinates(left) + shapely.get_num_coordinates(right)))
    parts = in_threads(
        lambda begin, end: operation(left[begin:end], right[begin:end]), chunks_of(work, _CHUNK_VERTICES)
    )
    return np.concatenate([np.empty(0, object), *parts])


def _intersection(left: _Shapes, right: _Shapes) -> _Shapes:
    """Return intersections; where GEOS gives up on a pair (a cut polygon can be invalid), that one is empty."""
    try:
        return np.asarray(shapely.intersection(left, right))
    except shapely.GEOSException:
        if len(left) == 1:
            return np.array([shapely.Polygon()], dtype=object)
        half = len(left) // 2
        return np.concatenate([_intersection(left[:half], right[:half]), _intersection(left[half:], right[half:])])


def _is_valid(shapes: _Shapes) -> NDArray[np.bool_]:
    work = np.append(0, np.cumsum(shapely.get_num_coordinates(shapes)))
    parts = in_threads(lambda begin, end: shapely.is_valid(shapes[begin:end]), chunks_of(work, _CHUNK_VERTICES))
    return np.concatenate([np.zeros(0, dtype=bool), *parts])


def sound_faces(rings: Rings) -> Faces:
    """Return polygons with those mended that are not valid: rounding can fold a spike over when it is projected."""
    sure = certified(rings.x, rings.y, rings.ring_ptr, rings.outer, rings.unit_ptr)
    if sure.all():
        return Faces(rings)
    shapes = rings.geometries()
    shapes[~sure] = mended(shapes[~sure])
    return Faces(Rings.of(shapes))


def mended(shapes: _Shapes) -> _Shapes:
    """Return shapes with the invalid ones made valid: what rounding folded over in a projection, or in a cut."""
    sound = shapes.copy()
    folded = np.flatnonzero(~_is_valid(shapes))
    sound[folded] = _polygonal(shapely.make_valid(shapes[folded]))
    return sound


def _polygonal(geometries: _Shapes) -> _Shapes:
    """Return the polygons of each geometry, without the points and lines where two polygons only touch."""
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(geometries), (3, 6)))
    faces_only = geometries.copy()
    for position in mixed:
        parts = shapely.get_parts(geometries[position])
        faces = shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), (3, 6))])
        faces_only[position] = shapely.multipolygons(faces) if len(faces) else shapely.Polygon()
    return _unwrapped(faces_only)


def _unwrapped(shapes: _Shapes) -> _Shapes:
    """Return multipolygons of one part as polygons."""
    single = np.flatnonzero((shapely.get_type_id(shapes) == 6) & (shapely.get_num_geometries(shapes) == 1))
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes
