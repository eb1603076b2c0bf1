"""Laws of sums over units: parts add up to wholes, order and units of measure change nothing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.polygons import HIGH, KINDS, WIDE, polygon

from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.overlay import coverage
from zoning.supports import Grid

CRS = "EPSG:4549"
GRID = Grid(CRS, Affine(1, 0, 0, 0, -1, HIGH), (HIGH, WIDE))
EXTENT = shapely.box(*GRID.bounds)

seeds = st.integers(0, 2**32 - 1)
laws = settings(max_examples=30, deadline=None)


def layer(*shapes: object) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=CRS)


def drawn(seed: int, count: int = 6) -> gpd.GeoSeries:
    rng = np.random.default_rng(seed)
    return layer(*(polygon(rng, KINDS[int(rng.integers(len(KINDS)))]) for _ in range(count)))


def values_of(seed: int, *lead: int, holes: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.gamma(1.0, 5.0, (*lead, HIGH, WIDE))
    values[rng.random(values.shape) < holes] = np.nan
    return values


def pieces_of(shape: shapely.Geometry, cutter: shapely.Geometry) -> list[shapely.Geometry]:
    """Both sides of a cut, polygons only."""
    sides = (shapely.intersection(shape, cutter), shapely.difference(shape, cutter))
    found = [
        part for side in sides for part in shapely.get_parts(side) if part.geom_type == "Polygon" and part.area > 0
    ]
    return [part for part in found if part.is_valid]


def rounding(shape: shapely.Geometry) -> float:
    """What new vertices on its outline may move the area by."""
    return 1e-13 * (1 + min(shape.length, 1e3))


@laws
@given(seeds, st.integers(2, 12))
def test_a_partition_adds_to_the_total_of_the_raster(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    points = shapely.multipoints(np.round(rng.random((count, 2)) * [WIDE, HIGH], int(rng.integers(1, 12))))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=EXTENT.buffer(1)))
    values = values_of(seed, 3)
    laid = coverage(layer(*cells), GRID)
    assert np.abs(laid.column_sums() - 1).max() <= 1e-11
    np.testing.assert_allclose(laid.total(values).sum(), np.nansum(values, axis=(1, 2)), rtol=1e-11)


@laws
@given(seeds)
def test_splitting_a_unit_adds_up(seed: int) -> None:
    whole, cutter = drawn(seed, 1)[0], drawn(seed + 1, 1)[0]
    parts = pieces_of(whole, cutter)
    values = values_of(seed, holes=0.0)
    one, other = (coverage(layer(*shapes), GRID).total(values)["value"].sum() for shapes in ([whole], parts))
    assert abs(one - other) <= 1e-11 * one + np.nanmax(values) * (rounding(whole) + rounding(cutter)) * 40


@laws
@given(seeds)
def test_shuffled_units_have_the_same_bits(seed: int) -> None:
    shapes = drawn(seed, 12)
    order = np.random.default_rng(seed).permutation(len(shapes))
    values = values_of(seed, 4)
    straight, shuffled = coverage(shapes, GRID), coverage(shapes.iloc[order], GRID)
    for name in ("total", "mean", "valid_share"):
        one, other = getattr(straight, name)(values), getattr(shuffled, name)(values)
        pd.testing.assert_frame_equal(one.loc[order], other, check_exact=True)
    assert (straight.to_sparse()[order] != shuffled.to_sparse()).nnz == 0


@laws
@given(seeds)
def test_a_unit_has_the_same_bits_alone_and_among_others(seed: int) -> None:
    shapes = drawn(seed, 5)
    together = coverage(shapes, GRID).to_sparse()
    for k in range(5):
        assert (coverage(shapes.iloc[[k]], GRID).to_sparse() != together[[k]]).nnz == 0


@laws
@given(seeds, st.sampled_from([2, 4, 8]))
def test_finer_cells_keep_the_totals(seed: int, finer: int) -> None:
    shapes, values = drawn(seed), values_of(seed, 2)
    step = Affine(1 / finer, 0, 0, 0, -1 / finer, HIGH)
    fine = Grid(CRS, step, (HIGH * finer, WIDE * finer))
    split = np.repeat(np.repeat(values, finer, axis=1), finer, axis=2) / finer**2
    one, other = coverage(shapes, GRID), coverage(shapes, fine)
    scale = np.nanmax(values)
    np.testing.assert_allclose(
        other.total(split).fillna(0), one.total(values).fillna(0), rtol=1e-11, atol=1e-10 * scale
    )
    np.testing.assert_allclose(other.cells / finer**2, one.cells, rtol=1e-11, atol=1e-10)


@laws
@given(seeds, st.integers(-5, 5), st.integers(-5, 5))
def test_moving_the_grid_by_whole_cells_moves_the_fractions(seed: int, right: int, down: int) -> None:
    shapes = drawn(seed)
    moved = Grid(CRS, Affine(1, 0, right, 0, -1, HIGH - down), (HIGH, WIDE))
    one = coverage(shapes, GRID).to_sparse().toarray().reshape(-1, HIGH, WIDE)
    other = coverage(shapes, moved).to_sparse().toarray().reshape(-1, HIGH, WIDE)
    here = (slice(max(down, 0), HIGH + min(down, 0)), slice(max(right, 0), WIDE + min(right, 0)))
    there = (slice(max(-down, 0), HIGH + min(-down, 0)), slice(max(-right, 0), WIDE + min(-right, 0)))
    assert np.abs(one[:, *here] - other[:, *there]).max(initial=0) <= 1e-12


@laws
@given(seeds)
def test_turning_the_grid_upside_down_turns_the_fractions(seed: int) -> None:
    shapes = drawn(seed)
    up = Grid(CRS, Affine(1, 0, 0, 0, 1, 0), (HIGH, WIDE))
    one = coverage(shapes, GRID).to_sparse().toarray().reshape(-1, HIGH, WIDE)
    other = coverage(shapes, up).to_sparse().toarray().reshape(-1, HIGH, WIDE)
    assert np.abs(one[:, ::-1] - other).max() <= 1e-12


@laws
@given(seeds)
def test_direction_start_and_order_of_rings_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = drawn(seed).to_numpy()

    def begun_elsewhere(ring: shapely.LinearRing) -> np.ndarray:
        points = shapely.get_coordinates(ring)[:-1]
        return np.roll(points[:: rng.choice([-1, 1])], int(rng.integers(len(points))), axis=0)

    def other(shape: shapely.Geometry) -> shapely.Geometry:
        parts = [
            shapely.Polygon(begun_elsewhere(part.exterior), [begun_elsewhere(ring) for ring in part.interiors[::-1]])
            for part in shapely.get_parts(shape)[::-1]
        ]
        return shapely.MultiPolygon(parts)

    one, again = (coverage(layer(*given), GRID).to_sparse().toarray() for given in (shapes, map(other, shapes)))
    assert np.abs(one - again).max() <= 1e-13


@laws
@given(seeds, st.sampled_from(["t", "kg", "g", "Gg", "万吨"]))
def test_units_of_measure_there_and_back(seed: int, unit: str) -> None:
    factor = {"t": 1.0, "kg": 1e3, "g": 1e6, "Gg": 1e-3, "万吨": 1e-4}[unit]
    values = values_of(seed)
    field = Field(GRID, ArrayBlocks(values * factor), "SO2", "industry", 2013, unit, Kind.TOTAL, "SO2")
    laid = coverage(drawn(seed), GRID)
    np.testing.assert_allclose(laid.total(field), laid.total(values), rtol=1e-13)


@laws
@given(seeds)
def test_carbon_and_its_dioxide_there_and_back(seed: int) -> None:
    values, laid = values_of(seed), coverage(drawn(seed), GRID)
    carbon, dioxide = (
        Field(GRID, ArrayBlocks(part), "CO2", "industry", 2013, "t", Kind.TOTAL, basis)
        for part, basis in ((values * 12.011 / 44.009, "C"), (values, "CO2"))
    )
    np.testing.assert_allclose(laid.total(carbon), laid.total(dioxide), rtol=1e-3)


@laws
@given(seeds, st.floats(1e-12, 1e12))
def test_scaled_and_added_values(seed: int, factor: float) -> None:
    one, other, laid = values_of(seed), values_of(seed + 1), coverage(drawn(seed), GRID)
    other[np.isnan(one)] = np.nan
    one[np.isnan(other)] = np.nan
    np.testing.assert_allclose(laid.total(one * factor), laid.total(one) * factor, rtol=1e-12)
    np.testing.assert_allclose(laid.mean(one * factor), laid.mean(one) * factor, rtol=1e-12)
    np.testing.assert_allclose(laid.total(one + other), laid.total(one) + laid.total(other), rtol=1e-12)
    doubled = laid.total(one * 2.0)
    pd.testing.assert_frame_equal(doubled, laid.total(one) * 2.0, check_exact=True)


@laws
@given(seeds)
def test_a_part_covers_no_more_than_the_whole(seed: int) -> None:
    whole, cutter = drawn(seed, 1)[0], drawn(seed + 1, 1)[0]
    parts = pieces_of(whole, cutter)
    values = values_of(seed)
    laid = coverage(layer(whole, *parts), GRID)
    fractions, totals = laid.to_sparse().toarray(), laid.total(values)["value"].fillna(0)
    assert (fractions[1:] <= fractions[0] + 1e-11).all()
    assert (totals[1:] <= totals[0] + 1e-9).all()


@laws
@given(seeds)
def test_a_union_is_the_sum_less_what_is_common(seed: int) -> None:
    one, other = drawn(seed, 1)[0], drawn(seed + 1, 1)[0]
    common, either = shapely.intersection(one, other), shapely.union(one, other)
    polygonal = [
        shapely.MultiPolygon([p for p in shapely.get_parts(x) if p.geom_type == "Polygon"]) for x in (common, either)
    ]
    if not all(shape.is_valid for shape in polygonal):
        return
    found = coverage(layer(one, other, *polygonal), GRID).to_sparse().toarray()
    assert np.abs(found[0] + found[1] - found[2] - found[3]).max() <= 1e-10
