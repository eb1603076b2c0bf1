"""Laws of pieces drawn by following borders: the same as a complete overlay draws, or left to it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import RangeIndex
from pyproj import CRS

from zoning.overlay.pairs.following import Faces, followed
from zoning.overlay.pairs.intersections import shared
from zoning.overlay.polygons import Layer
from zoning.overlay.rings import Rings

laws = settings(max_examples=60, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)
METRES = CRS("EPSG:4549")


def star(rng: np.random.Generator, points: int, reach: float) -> shapely.Polygon:
    angle = np.sort(rng.uniform(0, 2 * np.pi, points))
    radius = rng.uniform(0.2, 1.0, points) * reach
    return shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None])


def holed(rng: np.random.Generator) -> shapely.Geometry:
    """A star with stars cut out, and stars within what is cut out: parts, holes, islands in holes."""
    shape: shapely.Geometry = shapely.make_valid(star(rng, int(rng.integers(5, 200)), 1.0))
    for _ in range(int(rng.integers(0, 6))):
        middle, reach = rng.uniform(-0.6, 0.6, 2), rng.uniform(0.05, 0.5)
        for share, cut in ((1.0, True), (0.5, False), (0.2, True)):
            part = shapely.affinity.translate(shapely.make_valid(star(rng, 20, reach * share)), *middle)
            shape = shape.difference(part) if cut else shape.union(part)
    faces = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    moved = shapely.affinity.translate(shapely.multipolygons(faces), *rng.uniform(-0.7, 0.7, 2))
    return shapely.affinity.scale(moved, 1.0, float(rng.choice([1.0, 0.1])))


def stair(rng: np.random.Generator) -> shapely.Geometry:
    """Cells of a small lattice: borders that touch, run together, end on one another."""
    cells = [shapely.box(i, j, i + 1, j + 1) for i in range(6) for j in range(6) if rng.random() < 0.6]
    return shapely.union_all([*cells, shapely.box(0, 0, 1, 1)])


def layer(shapes: list[shapely.Geometry]) -> Layer:
    return Layer(RangeIndex(len(shapes)), Rings.of(np.array(shapes, dtype=object)), METRES)


def pieces(one: list[shapely.Geometry], other: list[shapely.Geometry]) -> np.ndarray:
    """Draw all pieces; those that are drawn must be valid, have the right area, and hold what both polygons hold.

    Areas and points, for a difference of two overlays that agree but for rounding can itself be far off.
    """
    a, b = layer(one), layer(other)
    pairs = shared(a, b)
    found, _ = followed(pairs, 1e-9 * np.minimum(pairs.area_a, pairs.area_b) + pairs.noise, a.rings, b.rings)
    left, right = np.array(one, dtype=object)[pairs.a], np.array(other, dtype=object)[pairs.b]
    drawn = ~shapely.is_missing(found)
    assert shapely.is_valid(found[drawn]).all()
    assert np.isin(shapely.get_type_id(found[drawn]), (3, 6)).all()
    common = shapely.intersection(left, right)
    assert (np.abs(shapely.area(found) - shapely.area(common))[drawn] <= 1e-9 * shapely.area(left)[drawn]).all()
    x, y = np.random.default_rng(1).uniform(-2, 7, (2, 3000)) * np.where(np.arange(3000) % 2, 1.0, 0.3)
    for piece, *parents in zip(found[drawn], left[drawn], right[drawn], strict=True):
        both = shapely.contains_xy(parents[0], x, y) & shapely.contains_xy(parents[1], x, y)
        np.testing.assert_array_equal(shapely.contains_xy(piece, x, y), both)
    return found


@laws
@given(seeds)
def test_pieces_are_those_of_a_complete_overlay(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = ([holed(rng) for _ in range(4)] for _ in range(2))
    pieces(one, other)


@laws
@given(seeds, st.booleans())
def test_borders_that_touch_are_drawn_right_or_left_alone(seed: int, moved: bool) -> None:
    rng = np.random.default_rng(seed)
    one, other = ([stair(rng) for _ in range(3)] for _ in range(2))
    shift = rng.uniform(0, 1, 2) if moved else (0.0, 0.5)
    pieces(one, [shapely.affinity.translate(shape, *shift) for shape in other])


@laws
@given(seeds, st.sampled_from([1e-15, 1e-12, 1e-9, 1e-6]))
def test_borders_that_nearly_agree_are_drawn_right_or_left_alone(seed: int, noise: float) -> None:
    rng = np.random.default_rng(seed)
    one = [star(rng, 60, 1.0)]
    corners = shapely.get_coordinates(one[0])[:-1]
    other = shapely.Polygon(corners + rng.normal(0, noise, corners.shape))
    if other.is_valid:
        pieces(one, [other])


def test_what_crosses_plainly_is_not_left_to_a_complete_overlay() -> None:
    rng = np.random.default_rng(5)
    one, other = ([star(rng, 100, 1.0) for _ in range(10)] for _ in range(2))
    found = pieces(one, other)
    assert len(found) == 100
    assert not shapely.is_missing(found).any()


@pytest.mark.parametrize("turned", [False, True])
def test_a_hole_an_island_and_the_direction_of_rings(*, turned: bool) -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(3, 3, 7, 7)).union(shapely.box(4, 4, 6, 6))
    frame = shapely.box(-1, -1, 5, 11).difference(shapely.box(1, 1, 2, 2))
    found = pieces([shapely.reverse(ring) if turned else ring], [frame])
    expected = shapely.union_all([shapely.box(0, 0, 5, 10) - shapely.box(3, 3, 5, 7), shapely.box(4, 4, 5, 6)])
    assert found[0].equals(expected - shapely.box(1, 1, 2, 2))


def test_shapes_are_built_for_what_is_asked_for() -> None:
    shapes = [shapely.box(0, 0, 1, 1), shapely.MultiPolygon(), shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2)]
    shapes.append(shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]))
    found = Faces(Rings.of(np.array(shapes, dtype=object))).shapes(np.array([3, 2, 0, 3, 1]))
    assert [shape.equals(shapes[k]) for shape, k in zip(found, (3, 2, 0, 3), strict=False)] == [True] * 4
    assert found[0] is found[3]
    assert found[4].is_empty
