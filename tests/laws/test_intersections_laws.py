"""Laws of polygons on polygons: what must hold of areas, pieces and parts, whatever the shapes and the system."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.crs import EQUAL_AREA, GEOD, geodesic_area, project, transformer
from zoning.overlay import combinations, fragments, intersection_areas
from zoning.overlay.pairs.intersections import shared
from zoning.overlay.polygons import read_layer

DEGREES = pyproj.CRS("EPSG:4490")
SYSTEMS = {
    "degrees": ("EPSG:4490", 118.0, 26.0),
    "zone": ("EPSG:4549", 430_000.0, 2_740_000.0),
    "mercator": ("EPSG:3857", 13_100_000.0, 2_900_000.0),
    "conic": ("+proj=lcc +lat_1=25 +lat_2=40 +lon_0=110 +lat_0=30 +ellps=GRS80", 800_000.0, -500_000.0),
    "equal area": (EQUAL_AREA.to_wkt(), 1_300_000.0, 2_900_000.0),
}

seeds = st.integers(0, 2**32 - 1)
systems = st.sampled_from(sorted(SYSTEMS))
sizes = st.sampled_from([100.0, 5_000.0, 150_000.0])
laws = settings(max_examples=25, deadline=None, derandomize=True)


def placed(shapes: list[shapely.Polygon], system: str, size: float) -> gpd.GeoSeries:
    """Shapes about a square of side 1, set down in a system with a side of so many metres."""
    crs, x, y = SYSTEMS[system]
    side = size / 111_320.0 if system == "degrees" else size
    moved = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy * side + [x, y])
    return gpd.GeoSeries(moved, crs=crs)


def star(rng: np.random.Generator, points: int = 30) -> shapely.Polygon:
    angle = np.sort(rng.uniform(0, 2 * np.pi, points))
    radius = rng.uniform(0.05, 0.7, points)
    return shapely.Polygon(rng.random(2) + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None])


def comb(rng: np.random.Generator, teeth: int = 9) -> shapely.Polygon:
    left = np.linspace(0, 1, teeth + 1)
    upper = [(x + dx, y) for x in left[:-1] for dx, y in ((0, 0.1), (0.03, 0.9), (0.06, 0.9), (0.08, 0.1))]
    turned = shapely.affinity.rotate(shapely.Polygon([(0, 0), *upper, (1, 0)]), rng.uniform(0, 360), origin=(0.5, 0.5))
    return shapely.make_valid(turned) if not turned.is_valid else turned


def spiral(rng: np.random.Generator) -> shapely.Polygon:
    turn = np.linspace(1, 6 * np.pi, 200)
    arm = np.column_stack([np.cos(turn), np.sin(turn)]) * (turn / 25)[:, None]
    return shapely.Polygon(np.vstack([arm, arm[::-1] * 0.93]) + rng.random(2))


def shapes_of(seed: int, count: int = 6) -> list[shapely.Polygon]:
    rng = np.random.default_rng(seed)
    kinds = (star, comb, spiral)
    found = [kinds[int(rng.integers(3))](rng) for _ in range(count)]
    return [shape for shape in found if shape.is_valid] or [shapely.box(0, 0, 1, 1)]


def tiling(seed: int, count: int) -> list[shapely.Polygon]:
    """Gap-free cells of a square, some of them of more than one part, with neighbours' borders alike bit for bit."""
    rng = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 1, 1)
    cells = shapely.voronoi_polygons(shapely.multipoints(rng.random((count, 2))), extend_to=frame)
    return list(shapely.intersection(shapely.get_parts(cells), frame))


def matrix(table: pd.DataFrame, rows: int, cols: int) -> np.ndarray:
    found = np.zeros((rows, cols))
    found[table["a"], table["b"]] = table["area_m2"]
    return found


@laws
@given(seeds, systems, sizes)
def test_areas_are_those_of_fine_chords_in_an_equal_area_plane(seed: int, system: str, size: float) -> None:
    one, other = placed(shapes_of(seed), system, size), placed(shapes_of(seed + 1), system, size)
    found = matrix(intersection_areas(one, other), len(one), len(other))
    cut = shapely.intersection(one.to_numpy()[:, None], other.to_numpy()[None, :])
    fine = shapely.area(project(cut.ravel(), pyproj.CRS(one.crs), EQUAL_AREA, size / 500)).reshape(cut.shape)
    tolerance = 2e-7 * (size / 150_000) ** 2 + 1e-9  # of chords as long as that: the finer they are, the nearer
    assert np.abs(found - fine).max() <= tolerance * size**2


@laws
@given(seeds, systems, sizes)
def test_areas_are_symmetric_and_add_up(seed: int, system: str, size: float) -> None:
    units, zones = placed(tiling(seed, 9), system, size), placed(shapes_of(seed + 1), system, size)
    one = matrix(intersection_areas(units, zones), len(units), len(zones))
    other = matrix(intersection_areas(zones, units), len(zones), len(units)).T
    assert np.abs(one - other).max() <= 1e-12 * size**2
    frame = placed([shapely.box(0, 0, 1, 1)], system, size)
    whole = matrix(intersection_areas(frame, zones), 1, len(zones))
    assert np.abs(one.sum(axis=0) - whole[0]).max() <= 2e-12 * size**2, "splitting a polygon adds up"
    own = geodesic_area(units.to_numpy(), pyproj.CRS(units.crs))
    inside = matrix(intersection_areas(units, frame), len(units), 1)[:, 0]
    np.testing.assert_allclose(inside, own, rtol=0, atol=1e-12 * size**2)
    assert own.sum() == pytest.approx(geodesic_area(frame.to_numpy(), pyproj.CRS(frame.crs))[0], rel=2e-12)


@laws
@given(seeds, systems, sizes)
def test_no_polygon_shares_more_than_it_has(seed: int, system: str, size: float) -> None:
    shapes = placed(shapes_of(seed, 8), system, size)
    own = geodesic_area(shapes.to_numpy(), pyproj.CRS(shapes.crs))
    found = matrix(intersection_areas(shapes, shapes), len(shapes), len(shapes))
    assert (found <= np.minimum(own[:, None], own[None, :]) + 1e-12 * size**2).all()
    assert np.abs(np.diag(found) - own).max() <= 1e-12 * size**2


@laws
@given(seeds, st.sampled_from(["degrees", "zone", "mercator", "conic"]))
def test_areas_are_those_of_geodesics_between_near_points(seed: int, system: str) -> None:
    shapes = placed(shapes_of(seed, 3), system, 40_000.0)
    crs = pyproj.CRS(shapes.crs)
    found = geodesic_area(shapes.to_numpy(), crs)
    step = 40.0 / 111_320.0 if system == "degrees" else 40.0
    for shape, area in zip(shapely.segmentize(shapes.to_numpy(), step), found, strict=True):
        rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shape)]
        degrees = [transformer(crs, DEGREES).transform(ring[:, 0], ring[:, 1]) for ring in rings]
        signed = [abs(GEOD.polygon_area_perimeter(*ring)[0]) for ring in degrees]
        assert area == pytest.approx(signed[0] - sum(signed[1:]), rel=1e-8)


@laws
@given(seeds, systems, sizes)
def test_pieces_have_the_areas_of_the_table(seed: int, system: str, size: float) -> None:
    units, zones = placed(tiling(seed, 7), system, size), placed(shapes_of(seed + 1, 4), system, size)
    table, pieces = intersection_areas(units, zones), fragments(units, zones, units.crs)
    pd.testing.assert_frame_equal(table[["a", "b"]], pd.DataFrame(pieces[["a", "b"]]))
    assert np.abs(table["area_m2"] - pieces["area_m2"]).max() <= 1e-9 * size**2
    assert pieces.geometry.is_valid.all()
    assert set(pieces.geom_type) <= {"Polygon", "MultiPolygon"}


@laws
@given(seeds, systems, st.booleans())
def test_parts_of_a_unit_add_up_to_the_unit(seed: int, system: str, geometry: bool) -> None:
    size = 5_000.0
    layers = {
        "unit": placed(tiling(seed, 6), system, size),
        "air": placed(tiling(seed + 1, 4)[:3], system, size),
        "park": placed(shapes_of(seed + 2, 3), system, size),
    }
    found = combinations(layers, layers["unit"].crs, geometry=geometry)
    for name, layer in layers.items():
        own = geodesic_area(layer.to_numpy(), pyproj.CRS(layer.crs))
        for label, area in zip(layer.index, own, strict=True):
            on = [label in held if isinstance(held, tuple) else held == label for held in found[name]]
            assert found["area_m2"][on].sum() == pytest.approx(area, rel=1e-9)
    everything = shapely.union_all(np.concatenate([layer.to_numpy() for layer in layers.values()]))
    total = geodesic_area(np.array([everything]), pyproj.CRS(layers["unit"].crs))[0]
    assert found["area_m2"].sum() == pytest.approx(total, rel=1e-9)
    assert not found[["unit", "air", "park"]].duplicated().any()


@laws
@given(seeds, st.sampled_from(["degrees", "zone"]))
def test_the_order_of_layers_does_not_matter(seed: int, system: str) -> None:
    layers = {
        "unit": placed(tiling(seed, 5), system, 5_000.0),
        "air": placed(tiling(seed + 1, 4), system, 5_000.0),
        "park": placed(shapes_of(seed + 2, 2), system, 5_000.0),
    }
    names = ["unit", "air", "park"]
    tables = []
    for order in (names, names[::-1]):
        table = combinations({name: layers[name] for name in order}, layers["unit"].crs, geometry=False)
        keys = map(str, table[names].astype(object).itertuples(index=False, name=None))
        tables.append(dict(zip(keys, table["area_m2"], strict=True)))
    one, other = tables
    assert max(abs(one.get(key, 0.0) - other.get(key, 0.0)) for key in {*one, *other}) <= 1e-9 * 5_000.0**2


@laws
@given(seeds, st.integers(0, 3))
def test_moving_and_turning_a_plane_leaves_its_areas(seed: int, quarters: int) -> None:
    one, other = shapes_of(seed), shapes_of(seed + 1)
    turned = [[shapely.affinity.rotate(s, 90 * quarters, origin=(0, 0)) for s in side] for side in (one, other)]
    before = shared(*(read_layer(placed(side, "equal area", 1000.0)) for side in (one, other)))
    after = shared(*(read_layer(placed(side, "equal area", 1000.0)) for side in turned))
    assert before.area.sum() == pytest.approx(after.area.sum(), rel=1e-9, abs=1e-3)
