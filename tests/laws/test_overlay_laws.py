"""Laws of the overlay: what must hold for any polygons, any grid, any values."""

from __future__ import annotations

import pickle
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.overlay import coverage, fragments, intersection_areas
from zoning.overlay.onto_grid import lay
from zoning.overlay.pairs.intersections import shared
from zoning.overlay.polygons import read_layer
from zoning.overlay.rings import chunks_of
from zoning.supports import Grid

CRS = "EPSG:4549"
SUMS = sys.modules["zoning.overlay.values.sums"]
ONTO_GRID = sys.modules["zoning.overlay.onto_grid"]
EAST, NORTH = 500_000.0, 2_750_000.0
ROWS, COLS, CELL = 9, 11, 250.0

seeds = st.integers(0, 2**32 - 1)
laws = settings(max_examples=25, deadline=None, derandomize=True)


def grid_of(rows: int = ROWS, cols: int = COLS, cell: float = CELL, *, south_up: bool = False) -> Grid:
    height = rows * cell
    down = Affine(cell, 0, EAST, 0, cell, NORTH) if south_up else Affine(cell, 0, EAST, 0, -cell, NORTH + height)
    return Grid(CRS, down, (rows, cols))


def cell_boxes(grid: Grid) -> np.ndarray:
    step = grid.transform
    col, row = np.meshgrid(np.arange(grid.shape[1]), np.arange(grid.shape[0]))
    x, y = step.c + col * step.a, step.f + row * step.e
    return shapely.box(x, y, x + step.a, y + step.e).ravel()


def tiling(seed: int, count: int = 12, pad: float = 700.0) -> gpd.GeoSeries:
    """A gap-free layer of Voronoi cells with bent edges, larger than the grid."""
    rng = np.random.default_rng(seed)
    low = np.array([EAST - pad, NORTH - pad])
    size = np.array([COLS * CELL, ROWS * CELL]) + 2 * pad
    frame = shapely.box(*low, *(low + size))
    points = shapely.multipoints(low + rng.random((count, 2)) * size)
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    parts = shapely.segmentize(shapely.intersection(parts, frame), 150.0)
    phase = rng.uniform(0, 6, 2)

    def bend(xy: np.ndarray) -> np.ndarray:
        return xy + 30.0 * np.sin((xy[:, ::-1] - low[::-1]) / 170.0 + phase)

    return gpd.GeoSeries(shapely.transform(parts, bend), crs=CRS, index=[f"U{k:02d}" for k in range(len(parts))])


def star(rng: np.random.Generator, *, lattice: bool) -> shapely.Polygon:
    """A star-shaped polygon, perhaps with a hole, perhaps with every vertex on a quarter of the cell lattice."""
    centre = np.array([EAST, NORTH]) + rng.uniform(-0.2, 1.2, 2) * [COLS * CELL, ROWS * CELL]
    reach = CELL * 10 ** rng.uniform(-2, 1)

    def ring(scale: float, count: int) -> np.ndarray:
        angle = np.sort(rng.random(count)) * 2 * np.pi
        points = centre + (scale * reach * rng.uniform(0.6, 1.0, count) * [np.cos(angle), np.sin(angle)]).T
        step = CELL / 4
        return np.round((points - [EAST, NORTH]) / step) * step + [EAST, NORTH] if lattice else points

    outer, inner = shapely.Polygon(ring(1.0, int(rng.integers(5, 30)))), shapely.Polygon(ring(0.3, 6))
    if not (outer.is_valid and outer.area > 0):
        return shapely.box(*(centre - reach), *(centre + reach))
    if inner.is_valid and inner.area > 0 and outer.contains_properly(inner) and rng.random() < 0.5:
        outer = outer.difference(inner)
    return shapely.reverse(outer) if rng.random() < 0.5 else outer


def stars(seed: int, count: int = 6) -> gpd.GeoSeries:
    rng = np.random.default_rng(seed)
    return gpd.GeoSeries([star(rng, lattice=bool(k % 2)) for k in range(count)], crs=CRS)


def values_of(seed: int, *lead: int, holes: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.uniform(0.1, 5.0, (*lead, ROWS, COLS))
    values[rng.random(values.shape) < holes] = np.nan
    return values


@laws
@given(seeds, st.booleans())
def test_fractions_are_those_of_cutting_every_cell(seed: int, south_up: bool) -> None:
    grid, layer = grid_of(south_up=south_up), stars(seed)
    expected = shapely.area(shapely.intersection(layer.to_numpy()[:, None], cell_boxes(grid)[None, :])) / CELL**2
    found = coverage(layer, grid).to_sparse().toarray()
    assert np.abs(found - expected).max() <= 1e-11
    assert ((found > 0) == (expected > 1e-11)).all()


@laws
@given(seeds)
def test_partition_of_unity_and_areas(seed: int) -> None:
    layer, grid = tiling(seed), grid_of()
    laid = coverage(layer, grid)
    assert np.abs(laid.column_sums() - 1).max() <= 1e-11
    extent = shapely.box(*grid.bounds)
    expected = shapely.area(shapely.intersection(layer.to_numpy(), extent))
    np.testing.assert_allclose(laid.cells * CELL**2, expected, rtol=1e-12, atol=1e-6)


@laws
@given(seeds)
def test_partition_of_unity_survives_a_projection(seed: int) -> None:
    layer = tiling(seed, pad=1500.0)
    grid = Grid("EPSG:4490", Affine(0.003, 0, 120.005, 0, -0.003, 24.872), (3, 4))
    west, south, east, north = layer.to_crs(4490).total_bounds
    assert shapely.box(west, south, east, north).contains_properly(shapely.box(*grid.bounds))
    assert np.abs(coverage(layer, grid).column_sums() - 1).max() <= 1e-11


@laws
@given(seeds)
def test_the_order_of_rows_changes_no_bit(seed: int) -> None:
    layer, grid = pd.concat([tiling(seed), stars(seed)]), grid_of()
    layer = gpd.GeoSeries(layer.to_numpy(), crs=CRS)
    order = np.random.default_rng(seed).permutation(len(layer))
    values = values_of(seed, 3)
    straight, shuffled = coverage(layer, grid), coverage(layer.iloc[order], grid)
    for name in ("total", "mean", "valid_share"):
        pd.testing.assert_frame_equal(
            getattr(straight, name)(values).loc[order], getattr(shuffled, name)(values), check_exact=True
        )
    zones = tiling(seed + 1)
    one, other = intersection_areas(layer, zones), intersection_areas(layer.iloc[order], zones)
    pd.testing.assert_frame_equal(one, other.sort_values(["a", "b"], ignore_index=True), check_exact=True)


@laws
@given(seeds, st.integers(2, 5))
def test_the_number_of_threads_changes_no_bit(seed: int, threads: int) -> None:
    layer, grid = read_layer(tiling(seed, 20)), grid_of()
    values = values_of(seed, 37)
    with pytest.MonkeyPatch.context() as patch:
        one = lay(layer, grid, threads=1)
        sums = [one.total(values[:count]) for count in (1, 7, 37)]
        patch.setattr(ONTO_GRID, "_CHUNK_VERTICES", 40)
        patch.setattr(SUMS, "_MANY_VALUES", 0)
        patch.setattr(SUMS, "workers", lambda: threads)
        many = lay(layer, grid, threads=threads)
        many_sums = [many.total(values[:count]) for count in (1, 7, 37)]
    for name in ("cell_ptr", "cell", "fraction", "run_ptr", "run_row", "run_c0", "run_c1"):
        assert np.array_equal(getattr(one, name), getattr(many, name))
    for one_sum, many_sum in zip(sums, many_sums, strict=True):
        pd.testing.assert_frame_equal(one_sum, many_sum, check_exact=True)


@laws
@given(seeds)
def test_a_layer_has_the_same_sum_alone_and_among_others(seed: int) -> None:
    laid, values = coverage(stars(seed), grid_of()), values_of(seed, 5, 7)
    many = laid.total(values)
    for k in (0, 16, 34):
        alone = laid.total(values.reshape(35, ROWS, COLS)[k])["value"]
        assert np.array_equal(many[k].to_numpy(), alone.to_numpy(), equal_nan=True)


@laws
@given(seeds)
def test_sums_are_products_with_the_sparse_matrix(seed: int) -> None:
    layer, grid = tiling(seed), grid_of()
    laid, values = coverage(layer, grid), values_of(seed, 4)
    matrix = laid.to_sparse()
    flat, known = np.nan_to_num(values).reshape(4, -1).T, (~np.isnan(values)).reshape(4, -1).T
    area = np.broadcast_to(grid.cell_area, grid.shape).reshape(-1, 1)
    valid, some = matrix @ (known * area), (matrix @ known) > 0
    valid[~some] = np.nan
    np.testing.assert_allclose(laid.total(values), np.where(some, matrix @ flat, np.nan), rtol=1e-13)
    np.testing.assert_allclose(laid.mean(values), (matrix @ (flat * area)) / valid, rtol=1e-13)
    np.testing.assert_allclose(laid.valid_share(values).where(some), valid / (matrix @ area + (~some)), rtol=1e-13)
    np.testing.assert_allclose(laid.column_sums().ravel(), np.asarray(matrix.sum(axis=0)).ravel(), rtol=1e-13)
    np.testing.assert_allclose(laid.area, (matrix @ area).ravel(), rtol=1e-13)


@laws
@given(seeds)
def test_mass_is_conserved_and_means_stay_in_range(seed: int) -> None:
    values, laid = values_of(seed, holes=0.2), coverage(tiling(seed), grid_of())
    assert np.nansum(laid.total(values)["value"]) == pytest.approx(np.nansum(values), rel=1e-11)
    mean = laid.mean(values)["value"].dropna()
    assert mean.between(np.nanmin(values) - 1e-12, np.nanmax(values) + 1e-12).all()
    constant = laid.mean(np.where(np.isnan(values), np.nan, 3.25))["value"].dropna()
    np.testing.assert_allclose(constant, 3.25, rtol=1e-14)


@laws
@given(seeds)
def test_units_without_data_are_nan_in_all_sums(seed: int) -> None:
    laid, values = coverage(stars(seed), grid_of()), values_of(seed, holes=0.7)
    none = (laid.to_sparse() @ (~np.isnan(values)).ravel()) == 0
    assert np.array_equal(laid.total(values)["value"].isna(), none)
    assert np.array_equal(laid.mean(values)["value"].isna(), none)
    assert (laid.valid_share(values)["value"].dropna() <= 1 + 1e-14).all()


@laws
@given(seeds, st.integers(-3, 3), st.integers(-3, 3))
def test_moving_by_whole_cells_moves_the_fractions(seed: int, right: int, down: int) -> None:
    rng = np.random.default_rng(seed)
    points = np.round(rng.uniform(3.2, 5.8, (3, 2)) * 64) / 64 * CELL + [EAST, NORTH]  # exact in binary
    shape = shapely.Polygon(points)
    moved = shapely.transform(shape, lambda xy: xy + np.array([right, -down]) * CELL)
    grid = grid_of()
    one, other = (coverage(gpd.GeoSeries([s], crs=CRS), grid).to_sparse().toarray() for s in (shape, moved))
    shifted = np.roll(one.reshape(grid.shape), (down, right), (0, 1))
    assert np.abs(shifted - other.reshape(grid.shape)).max() <= 1e-14


@laws
@given(seeds)
def test_shared_areas_are_those_of_cutting(seed: int) -> None:
    units, zones = tiling(seed), stars(seed + 1)
    pairs = shared(read_layer(units), read_layer(zones))
    one, other = units.to_numpy()[pairs.a], zones.to_numpy()[pairs.b]
    cut = shapely.area(shapely.intersection(one, other))
    smaller = np.minimum(shapely.area(one), shapely.area(other))
    assert (np.abs(pairs.area - cut) <= 1e-11 * smaller + 1e-9).all()
    everything = shapely.area(shapely.intersection(units.to_numpy()[:, None], zones.to_numpy()[None, :]))
    assert everything.sum() == pytest.approx(cut.sum(), rel=1e-11), "no pair is missing"


@laws
@given(seeds)
def test_fragments_are_the_pairs_of_the_area_table(seed: int) -> None:
    units, zones = tiling(seed), stars(seed + 1)
    table, pieces = intersection_areas(units, zones), fragments(units, zones, CRS)
    pd.testing.assert_frame_equal(table[["a", "b"]], pd.DataFrame(pieces[["a", "b"]]))
    np.testing.assert_allclose(pieces["area_m2"], table["area_m2"], rtol=1e-6, atol=1e-3)  # chords of two projections


@laws
@given(seeds)
def test_shared_areas_add_up_and_are_symmetric(seed: int) -> None:
    units, zones = tiling(seed, 15, pad=300.0), tiling(seed + 1, 9, pad=900.0)
    one, other = intersection_areas(units, zones), intersection_areas(zones, units)
    self_areas = intersection_areas(units, units)
    assert (self_areas["a"] == self_areas["b"]).all(), "neighbours share a border and no area"
    sums, own = one.groupby("a")["area_m2"].sum(), self_areas.set_index("a")["area_m2"]
    np.testing.assert_allclose(sums.reindex(own.index), own, rtol=1e-11)
    turned = other.rename(columns={"a": "b", "b": "a"}).sort_values(["a", "b"], ignore_index=True)
    np.testing.assert_allclose(one["area_m2"], turned["area_m2"], rtol=1e-9, atol=1e-6)


@laws
@given(seeds)
def test_masses_of_fragments_add_up_to_the_unit(seed: int) -> None:
    units, zones = tiling(seed, 8, pad=300.0), tiling(seed + 1, 6, pad=900.0).to_crs(4490)
    grid = grid_of()
    values = values_of(seed)
    pieces = fragments(units, zones, grid.crs)
    whole = coverage(units, grid).total(values)["value"]
    parts = coverage(pieces, grid).total(values)["value"].groupby(pieces["a"]).sum(min_count=1)
    np.testing.assert_allclose(parts.reindex(whole.index), whole, rtol=1e-9)
    assert pieces.geometry.is_valid.all()
    assert set(pieces.geom_type) <= {"Polygon", "MultiPolygon"}


@laws
@given(seeds)
def test_inputs_are_left_alone_and_a_coverage_survives_a_pickle(seed: int) -> None:
    layer, grid, values = tiling(seed), grid_of(), values_of(seed, 2)
    before, kept = layer.to_wkb(), values.copy()
    laid = coverage(layer, grid)
    again = pickle.loads(pickle.dumps(laid))  # noqa: S301 - our own bytes
    pd.testing.assert_frame_equal(laid.total(values), again.total(values), check_exact=True)
    assert (layer.to_wkb() == before).all()
    assert np.array_equal(values, kept, equal_nan=True)


@laws
@given(seeds, st.integers(1, 400))
def test_chunks_tile_the_units(seed: int, size: int) -> None:
    work = np.random.default_rng(seed).integers(0, 90, 40)
    chunks = chunks_of(np.append(0, np.cumsum(work)), size)
    assert [k for begin, end in chunks for k in range(begin, end)] == list(range(40))
