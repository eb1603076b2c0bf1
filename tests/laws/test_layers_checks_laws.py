"""Laws of judging a layer: no order, no place and no sound mosaic ever makes a finding; planted areas come back."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.checks import check_units
from zoning.checks.vector.topology import Layout
from zoning.crs import geodesic_area
from zoning.crs.gcj02 import SHIFTS, from_shifted
from zoning.intake import RawLayer
from zoning.study import parse_study

STUDY = parse_study(
    {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"}}, "."
)
CRS = "EPSG:4549"
CELL = 1000.0
laws = settings(max_examples=25, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)
sizes = st.floats(20.0, 400.0)
corners = st.tuples(st.floats(5_000.0, 40_000.0), st.floats(-40_000.0, 40_000.0)).map(
    lambda step: (480_000.0 - round(step[0], 3), 2_720_000.0 + round(step[1], 3))
)


def squares(side: int, corner: tuple[float, float]) -> list[shapely.Geometry]:
    east, north = corner
    at = [(east + CELL * col, north + CELL * row) for row in range(side) for col in range(side)]
    return [shapely.box(x, y, x + CELL, y + CELL) for x, y in at]


def judged(shapes, order=None, crs=CRS):
    order = np.arange(len(shapes)) if order is None else order
    table = {"code": [f"ZH3505822{at:04d}" for at in order], "unit_class": "KEY"}
    frame = gpd.GeoDataFrame(table, geometry=np.asarray(shapes, dtype=object)[order], crs=crs)
    return check_units(RawLayer("u", "u", frame, {"crs": ""}), STUDY)


def mosaic(seed: int, count: int = 15) -> np.ndarray:
    """A gap-free layer of Voronoi cells with bent edges."""
    rng = np.random.default_rng(seed)
    low, high = np.array([350_000.0, 2_700_000.0]), np.array([380_000.0, 2_730_000.0])
    frame = shapely.box(*low, *high)
    points = shapely.multipoints(rng.uniform(low, high, (count, 2)))
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    parts = shapely.segmentize(shapely.intersection(parts, frame), 900.0)
    parts = shapely.set_precision(parts, 0.001)
    return shapely.transform(parts, lambda xy: xy + 200.0 * np.sin(xy[:, ::-1] / 1700.0))


def measured(shape: shapely.Geometry) -> float:
    return float(geodesic_area(np.array([shape], dtype=object), gpd.GeoSeries(crs=CRS).crs, densify=10.0)[0])


@laws
@given(seeds)
def test_a_sound_mosaic_gives_no_finding_in_any_system(seed):
    shapes = mosaic(seed)
    assert judged(shapes).findings == ()
    turned = gpd.GeoSeries(shapes, crs=CRS).to_crs(4490)
    assert judged(turned.to_numpy(), crs="EPSG:4490").findings == ()


@laws
@given(corners, sizes, sizes, st.integers(0, 8))
def test_a_planted_gap_is_found_with_its_area(corner, width, height, at):
    shapes = squares(3, corner)
    west, south = shapely.bounds(shapes[at])[:2]
    hole = shapely.box(west + 100, south + 100, west + 100 + width, south + 100 + height)
    shapes[at] = shapes[at].difference(hole)
    (shape,) = judged(shapes).shapes
    assert shape.code == "LAYER_GAP"
    assert shape.area_m2 == pytest.approx(measured(hole), rel=1e-6)


@laws
@given(corners, sizes, st.integers(0, 5))
def test_a_planted_overlap_is_found_with_its_area(corner, width, at):
    shapes = squares(3, corner)
    west, south, east, north = shapely.bounds(shapes[at])
    shapes[at] = shapely.box(west, south, east, north + width)
    result = judged(shapes)
    over = sum(shape.area_m2 for shape in result.shapes if shape.code == "LAYER_OVERLAP")
    assert {str(finding.code) for finding in result.findings} == {"LAYER_OVERLAP"}
    assert over == pytest.approx(measured(shapely.box(west, north, east, north + width)), rel=1e-6)


def faulty(seed: int) -> np.ndarray:
    """A mosaic with a gap, an overlap, a sliver, a nested and an empty feature, and one that crosses itself."""
    rng = np.random.default_rng(seed)
    shapes = mosaic(seed, 12)
    middle = [shapely.centroid(shape).coords[0] for shape in shapes]
    shapes[0] = shapes[0].difference(shapely.Point(middle[0]).buffer(rng.uniform(50, 300)))
    shapes[1] = shapes[1].buffer(rng.uniform(20, 90))
    x, y = middle[2]
    further = [
        shapely.box(x, y, x + rng.uniform(20, 200), y + 70),
        shapely.Polygon(),
        shapely.Polygon([(400_000, 2_700_000), (400_100, 2_700_100), (400_100, 2_700_000), (400_000, 2_700_100)]),
        shapely.box(400_500, 2_700_000, 402_000, 2_700_000.4),
    ]
    return np.append(shapes, np.array(further, dtype=object))


def without_rows(finding):
    return dataclasses.replace(finding, row=None, message_zh="", message_en="")


@laws
@given(seeds)
def test_the_order_of_rows_changes_no_finding_but_row_numbers(seed):
    shapes = faulty(seed)
    order = np.random.default_rng(seed).permutation(len(shapes))
    first, second = judged(shapes), judged(shapes, order)
    assert len(first.findings) >= 5
    assert [without_rows(one) for one in first.findings] == [without_rows(one) for one in second.findings]
    areas = [
        sorted((shape.code, shape.value, round(shape.area_m2, 3)) for shape in one.shapes) for one in (first, second)
    ]
    assert areas[0] == areas[1]


@laws
@given(seeds, st.floats(-30_000, 30_000), st.floats(-30_000, 30_000))
def test_a_move_north_or_east_changes_no_finding_but_places(seed, east, north):
    shapes = faulty(seed)
    moved = shapely.transform(shapes, lambda xy: xy + np.round([east, north]))
    first, second = judged(shapes), judged(moved)
    assert [one.key for one in first.findings] == [one.key for one in second.findings]


@laws
@given(seeds)
def test_overlaps_are_those_of_every_pair(seed):
    """What the fast way finds is what cutting every pair finds."""
    shapes = mosaic(seed, 20)
    rng = np.random.default_rng(seed)
    grown = rng.random(len(shapes)) < 0.3
    shapes[grown] = shapely.buffer(shapes[grown], 40.0)
    layout = Layout(shapes, gpd.GeoSeries(crs=CRS).crs)
    found = layout.overlaps()
    ours = {(int(a), int(b)) for a, b, area in zip(found.one, found.other, found.area, strict=True) if area > 1e-3}
    one, other = np.triu_indices(len(shapes), 1)
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other])) > 1e-3
    assert ours == set(zip(one[shared].tolist(), other[shared].tolist(), strict=True))


@laws
@given(st.sampled_from(sorted(SHIFTS)), st.floats(74, 135), st.floats(18, 53))
def test_a_known_shift_is_undone_to_a_millimetre(name, lon, lat):
    place = np.array([[lon, lat]])
    back = from_shifted(SHIFTS[name](place), SHIFTS[name])
    np.testing.assert_allclose(back, place, atol=1e-8)
