"""What holds for any map: scale and north on the ground, borders in common, texts apart, pixels in their cells."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from zoning.atlas.drawing.furniture import arrow_outline
from zoning.cartography.easing import eased
from zoning.cartography.placing import Room, Wish, anchor_of, placed
from zoning.cartography.scale import fitted, north_angle, plane_for, scale_bar, series
from zoning.cartography.warp import warped
from zoning.crs import transformer
from zoning.supports import CurvedGrid, Grid

DEGREES = CRS("EPSG:4490")
SYSTEMS = [CRS(code) for code in (4549, 4526, 3857, 32650)] + [
    CRS("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80")
]
PLACES = st.tuples(st.floats(112.0, 122.0), st.floats(20.0, 45.0), st.floats(0.005, 1.5), st.floats(0.005, 1.5))


def view_of(plane, place):
    lon, lat, wide, high = place
    extent = transformer(DEGREES, plane).transform_bounds(lon, lat, lon + wide, lat + high)
    return fitted(plane, extent, (5.0, 5.0, 205.0, 155.0)), extent


@given(st.sampled_from(SYSTEMS), PLACES)
@settings(max_examples=60, deadline=None)
def test_the_scale_is_true_on_the_ground_and_nice(plane, place):
    view, extent = view_of(plane, place)
    bar = scale_bar(view, 50.0)
    x, y = (view.window[0] + view.window[2]) / 2, (view.window[1] + view.window[3]) / 2
    ends = view.to_plane(np.array([(x - bar.length / 2, y), (x + bar.length / 2, y)]))
    lon, lat = transformer(plane, DEGREES).transform(ends[:, 0], ends[:, 1])
    ground = DEGREES.get_geod().inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert ground == pytest.approx(bar.metres, rel=0.005)
    assert bar.length == pytest.approx(bar.metres * 1000 / view.scale)
    mantissa = view.scale / 10 ** np.floor(np.log10(view.scale))
    assert min(abs(mantissa - step) for step in series("scale")) < 1e-6
    assert np.less_equal(view.extent[:2], extent[:2]).all()
    assert np.greater_equal(view.extent[2:], extent[2:]).all()


@given(st.sampled_from(SYSTEMS), PLACES, st.tuples(st.floats(10, 200), st.floats(10, 150)))
@settings(max_examples=60, deadline=None)
def test_the_arrow_points_along_the_meridian_at_its_place(plane, place, at):
    view, _ = view_of(plane, place)
    tip = arrow_outline(north_angle(view, at), at, 10.0)[0]
    ends = view.to_plane(np.array([at, tip]))
    lon, lat = transformer(plane, DEGREES).transform(ends[:, 0], ends[:, 1])
    azimuth = DEGREES.get_geod().inv(lon[0], lat[0], lon[1], lat[1])[0]
    assert abs(azimuth) < 0.5


@given(st.integers(2, 40), st.integers(0, 10_000), st.floats(0.5, 30.0))
@settings(max_examples=40, deadline=None)
def test_an_eased_coverage_is_a_coverage_without_gaps_and_none_gone(count, seed, tolerance):
    random = np.random.default_rng(seed)
    box = shapely.box(0, 0, 1000, 1000)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(random.uniform(0, 1000, (count, 2)))))
    cells = shapely.set_precision(shapely.intersection(shapely.segmentize(cells, 7.0), box), 1e-3)
    cells = cells[shapely.area(cells) > 1.0]
    if not shapely.coverage_is_valid(cells):
        return
    made = eased(cells, tolerance)
    assert len(made) == len(cells)
    assert not shapely.is_empty(made).any()
    assert shapely.is_valid(made).all()
    assert shapely.coverage_is_valid(made)
    away = np.abs(shapely.area(made) - shapely.area(cells))
    assert (away <= tolerance * (shapely.length(cells) + tolerance)).all()
    assert shapely.area(shapely.coverage_union_all(made)) == pytest.approx(shapely.area(made).sum(), rel=1e-9)


@st.composite
def wishes(draw):
    count = draw(st.integers(1, 25))
    found = []
    for number in range(count):
        x, y = draw(st.floats(-10, 110)), draw(st.floats(-10, 90))
        kind = draw(st.sampled_from(["area", "point", "line"]))
        text = draw(st.text("晋江市单元AB12 ", min_size=1, max_size=14)).strip() or "单"
        if kind == "area":
            shape = shapely.box(x, y, x + draw(st.floats(0.5, 60)), y + draw(st.floats(0.5, 40)))
        elif kind == "point":
            shape = shapely.Point(x, y)
        else:
            shape = shapely.LineString([(x, y), (x + 20, y + 5)])
        found.append(Wish(f"{text}{number}", shape, 1.0))
    return found


def measure(text):
    lines = text.split("\n")
    return max(len(line) for line in lines) * 2.3, len(lines) * 2.8


@given(wishes(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_texts_never_overlap_nor_leave_the_frame_in_any_order(found, random):
    room = Room((0.0, 0.0, 100.0, 80.0), ((0.0, 0.0, 40.0, 8.0), (85.0, 60.0, 100.0, 80.0)))
    made = placed(found, room, measure)
    boxes = [place.box for place in made.places] + list(room.taken)
    for number, (left, bottom, right, top) in enumerate(boxes):
        assert min(left, bottom) >= 0
        assert (right <= 100) & (top <= 80)
        for other in boxes[number + 1 :]:
            assert left >= other[2] or right <= other[0] or bottom >= other[3] or top <= other[1]
    leaders = [
        shapely.LineString([anchor_of(place.box, place.target), place.target])
        for place in made.places
        if place.target is not None
    ]
    for number, line in enumerate(leaders):
        assert not any(line.intersects(other) for other in leaders[number + 1 :])
    mixed = list(found)
    random.shuffle(mixed)
    assert placed(mixed, room, measure) == made


@given(st.sampled_from([CRS(3857), CRS(4549), CRS(4490)]), st.integers(0, 10_000), st.floats(0.002, 0.05))
@settings(max_examples=40, deadline=None)
def test_a_pixel_has_the_class_of_the_cell_that_holds_its_middle(plane, seed, step):
    random = np.random.default_rng(seed)
    grid = Grid("EPSG:4490", Affine(step, 0, 118.2, 0, -step * 0.8, 25.1), (23, 31))
    classes = random.integers(-1, 9, grid.shape).astype(np.int16)
    west, south, east, north = transformer(CRS(4490), plane).transform_bounds(*grid.bounds)
    extent = (west - (east - west) * 0.1, south, east, north + (north - south) * 0.2)
    rows, cols = 61, 47
    found = warped(grid, classes, plane, extent, (rows, cols))
    x = extent[0] + (np.arange(cols) + 0.5) * (extent[2] - extent[0]) / cols
    y = extent[3] - (np.arange(rows) + 0.5) * (extent[3] - extent[1]) / rows
    across, down = np.meshgrid(x, y)
    lon, lat = transformer(plane, CRS(4490)).transform(across, down)
    row, col = np.floor((lat - 25.1) / (-step * 0.8)).astype(int), np.floor((lon - 118.2) / step).astype(int)
    inside = (row >= 0) & (row < 23) & (col >= 0) & (col < 31)
    expected = np.where(inside, classes[np.clip(row, 0, 22), np.clip(col, 0, 30)], -1)
    assert (found == expected).all()


def test_a_curved_grid_gives_the_same_pixels_as_the_regular_one_it_is():
    regular = Grid("EPSG:4490", Affine(0.01, 0, 118.2, 0, -0.01, 25.1), (9, 11))
    x, y = np.meshgrid(118.2 + np.arange(12) * 0.01, 25.1 - np.arange(10) * 0.01)
    curved = CurvedGrid("EPSG:4490", x, y)
    classes = np.arange(99, dtype=np.int16).reshape(9, 11)
    plane = plane_for(CRS(4490), regular.bounds)
    extent = transformer(CRS(4490), plane).transform_bounds(*regular.bounds)
    one, other = (warped(grid, classes, plane, extent, (37, 41)) for grid in (regular, curved))
    assert (one == other).all()
