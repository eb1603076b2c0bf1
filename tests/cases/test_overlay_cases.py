"""Overlays worked out by hand, and every numerical pitfall of the walker once."""

from __future__ import annotations

import pickle
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr
from affine import Affine
from shapely import MultiPolygon, Polygon, box

from zoning.crs import EQUAL_AREA, geodesic_area
from zoning.errors import CrsError, GeometryError, InputError, QuantityError
from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.overlay import Coverage, coverage, fragments, intersection_areas, warm_up
from zoning.overlay.kernels.cover import _crossing, cover_units
from zoning.overlay.kernels.edges import densified
from zoning.overlay.pairs.intersections import shared
from zoning.overlay.polygons import Layer, read_layer
from zoning.overlay.rings import Rings
from zoning.supports import Grid

CRS = "EPSG:4549"


def unit_grid(rows: int = 4, cols: int = 5) -> Grid:
    """Cells of 1 × 1, so that coordinates are cells: x = column, y = rows - row."""
    return Grid(CRS, Affine(1, 0, 0, 0, -1, rows), (rows, cols))


def layer(*shapes: object, crs: object = CRS, index: list[str] | None = None) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=crs, index=index)


def fractions(shape: object, grid: Grid | None = None) -> np.ndarray:
    grid = grid or unit_grid()
    return coverage(layer(shape), grid).to_sparse().toarray().reshape(grid.shape)


# ---- fractions ------------------------------------------------------------------------------------------------------


def test_square_over_nine_cells() -> None:
    # 3 × 3 cells with 1 … 9, a square from 0.5 to 2.5:  ¼ ½ ¼ / ½ 1 ½ / ¼ ½ ¼  → 20 in 4 cells, mean 5
    grid = unit_grid(3, 3)
    laid = coverage(layer(box(0.5, 0.5, 2.5, 2.5)), grid)
    expected = [[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]]
    assert laid.to_sparse().toarray().reshape(3, 3).tolist() == expected
    values = np.arange(1.0, 10.0).reshape(3, 3)
    assert laid.total(values).loc[0, "value"] == 20.0
    assert laid.cells[0] == 4.0
    assert laid.mean(values).loc[0, "value"] == pytest.approx(5.0, abs=1e-6)  # cells of a projected grid differ by 1e-8


def test_triangle_across_four_cells() -> None:
    # corners (0, 4) (2, 4) (0, 2): whole triangle 2, the cell at its right angle is full
    found = fractions(Polygon([(0, 4), (2, 4), (0, 2)]))
    assert found[:2, :2].tolist() == [[1.0, 0.5], [0.5, 0.0]]
    assert found.sum() == 2.0


def test_whole_cells_are_runs_and_not_boundary() -> None:
    laid = coverage(layer(box(1, 1, 4, 3)), unit_grid())
    assert len(laid.cell) == 0
    assert list(zip(laid.run_row, laid.run_c0, laid.run_c1, strict=True)) == [(1, 1, 4), (2, 1, 4)]


def test_boundary_cells_and_runs_of_a_row() -> None:
    laid = coverage(layer(box(0.5, 1, 4.25, 2)), unit_grid())
    assert laid.cell.tolist() == [10, 14]
    assert laid.fraction.tolist() == [0.5, 0.25]
    assert (laid.run_row[0], laid.run_c0[0], laid.run_c1[0]) == (2, 1, 4)
    assert laid.cell_ptr.tolist() == [0, 2]
    assert laid.run_ptr.tolist() == [0, 1]


def test_horizontal_edges_leave_rows_covered_in_part() -> None:
    # the upper border runs at 0.3 of row 1, through cells that no other edge touches
    found = fractions(box(0, 1.0, 5, 2.3))
    assert np.abs(found - [[0] * 5, [0.3] * 5, [1] * 5, [0] * 5]).max() < 1e-15


@pytest.mark.parametrize("lift", [0.0, 1e-13, -1e-13, 1e-7])
def test_edges_on_cell_borders_and_corners(lift: float) -> None:
    shape = Polygon([(1, 1 + lift), (3, 1), (3, 3), (2, 3), (2, 2 + lift), (1, 2)])
    expected = np.zeros((4, 5))
    expected[2, 1:3] = 1
    expected[1, 2] = 1
    assert np.abs(fractions(shape) - expected).max() <= 1e-12 + abs(lift)


def test_diagonal_through_cell_corners() -> None:
    # the half above y = x: row 0 (y from 3 to 4) holds three whole cells and half of one
    found = fractions(Polygon([(0, 0), (4, 4), (0, 4)]))
    assert found.tolist() == [[1, 1, 1, 0.5, 0], [1, 1, 0.5, 0, 0], [1, 0.5, 0, 0, 0], [0.5, 0, 0, 0, 0]]


def test_hole_on_grid_lines_and_hole_in_one_cell() -> None:
    shell = box(0, 0, 5, 4)
    found = fractions(shell.difference(box(1, 1, 3, 2)).difference(box(3.25, 3.25, 3.75, 3.75)))
    expected = np.ones((4, 5))
    expected[2, 1:3] = 0
    expected[0, 3] = 0.75
    assert (found == expected).all()


def test_island_in_a_hole() -> None:
    ring = box(0, 0, 5, 4).difference(box(1, 1, 4, 3))
    found = fractions(MultiPolygon([ring, box(2, 1.5, 3, 2.5)]))
    assert found.sum() == pytest.approx(20 - 6 + 1, abs=1e-14)
    assert (found[1, 2], found[2, 2], found[1, 1]) == (0.5, 0.5, 0.0)


@pytest.mark.parametrize("turned", [False, True])
def test_direction_of_rings_does_not_matter(turned: bool) -> None:
    outer, inner = [(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (2, 1), (2, 2), (1, 2)]
    shape = Polygon(outer[::-1] if turned else outer, [inner])  # inner runs the same way as outer in one of the cases
    assert fractions(shape).sum() == 15.0


def test_sliver_thinner_than_a_cell() -> None:
    found = fractions(Polygon([(0.5, 0), (0.5 + 1e-7, 0), (0.5 + 1e-7, 4), (0.5, 4)]))
    assert np.abs(found[:, 0] - 1e-7).max() < 1e-15
    flat = fractions(box(0.25, 1.5, 4.75, 1.5 + 1e-9))
    assert np.abs(flat[2] - 1e-9 * np.array([0.75, 1, 1, 1, 0.75])).max() < 1e-16


@pytest.mark.parametrize("seed", range(5))
def test_a_sliver_leaves_no_dust_in_its_row(seed: int) -> None:
    # the heights of its edges add up to 1e-16 and not to 0: far more than what would be a fraction of so thin a unit
    rng = np.random.default_rng(seed)
    left, right = (np.sort(10 ** rng.uniform(-6, -0.2, 200)) for _ in range(2))
    sides = [*zip(1.3 + 4e-8 * rng.random(200), left, strict=True)]
    sides += [*zip(1.3 + 6e-8 + 4e-8 * rng.random(200), right[::-1], strict=True)]
    found = fractions(Polygon(sides), Grid(CRS, Affine(1, 0, 0, 0, 1, 0), (4, 5)))
    assert np.flatnonzero(found).tolist() == [1]


@pytest.mark.parametrize("fall", [1e-12, 1e-10, 1e-8, 1e-5])
def test_a_border_that_leaves_a_grid_line_slowly_is_not_taken_for_the_line(fall: float) -> None:
    # in each of 2,000 cells it falls by less than what is rounding, and in all of them by more
    cols = 2000
    grid = Grid(CRS, Affine(1, 0, 0, 0, 1, 0), (3, cols))
    found = fractions(Polygon([(0, 1), (0, 2), (cols, 2 - fall), (cols, 1)]), grid)
    expected = 1 - fall * (np.arange(cols) + 0.5) / cols
    assert np.abs(found[1] - expected).max() <= 1e-12
    below = fractions(Polygon([(0, 2), (cols, 2), (cols, 2 - fall)]), grid)
    assert np.abs(found[1] + below[1] - 1).max() <= 2e-12


def test_steps_along_a_grid_line_add_up() -> None:
    step, count = 5e-12, 40
    x, y = np.repeat(np.arange(count + 1.0), 2)[1:-1], np.repeat(step * np.arange(count), 2)
    grid = Grid(CRS, Affine(1, 0, 0, 0, 1, 0), (1, count))
    found = fractions(Polygon([*zip(x, y, strict=True), (count, 1), (0, 1)]), grid)
    assert np.abs(found[0] - (1 - step * np.arange(count))).max() <= 1e-12


def test_a_cover_that_is_rounded_up_to_one_lifts_no_cell_above_one() -> None:
    # 9e-12 is missing along the lower border up to a step at 3, where the border comes back
    low = 9e-12
    grid = Grid(CRS, Affine(1, 0, 0, 0, 1, 0), (1, 5))
    found = fractions(Polygon([(0, low), (3, low), (3, 0), (5, 0), (5, 1), (0, 1)]), grid)
    assert found.max() == 1.0
    assert np.abs(found - 1.0).max() <= 1e-11


def test_a_horizontal_sliver_of_a_millionth_of_a_millionth() -> None:
    low = 1.5
    high = low + 2.0**-40
    found = fractions(box(0.25, low, 4.75, high))
    assert found[2].tolist() == [2.0**-40 * part for part in (0.75, 1, 1, 1, 0.75)]


def test_crossings_never_leave_their_edge() -> None:
    rng = np.random.default_rng(11)
    beyond = 0
    for a, b, pa, pb in rng.uniform(0, 7, (4000, 4)):
        at = np.nextafter(b, a) if rng.random() < 0.5 else rng.uniform(min(a, b), max(a, b))
        found = _crossing(a, b, at, pa, pb)
        beyond += not min(pa, pb) <= pa + (at - a) / (b - a) * (pb - pa) <= max(pa, pb)
        assert min(pa, pb) <= found <= max(pa, pb)
    assert beyond > 0, "without the clamp some of these would have left it"


def test_points_on_a_common_border_are_the_same_bit_for_bit() -> None:
    ring = np.random.default_rng(12).uniform([4e5, 2.6e6], [6e5, 2.8e6], (30, 2))
    ring[-1] = ring[0]
    ring[7, 0] = ring[6, 0]  # a vertical edge
    points = []
    for x, y in (ring.T, ring[::-1].T):
        dense = densified(np.ascontiguousarray(x), np.ascontiguousarray(y), np.array([0, 30]), 700.0)
        assert np.hypot(np.diff(dense[0]), np.diff(dense[1])).max() <= 700.0 * (1 + 1e-12)
        assert dense[2].tolist() == [0, len(dense[0])]
        points.append(sorted(zip(dense[0], dense[1], strict=True)))
    assert points[0] == points[1]


def test_a_unit_far_smaller_than_a_cell_keeps_its_value() -> None:
    grid = Grid(CRS, Affine(30_000, 0, 0, 0, -30_000, 60_000), (2, 2))
    laid = coverage(layer(box(10_000, 10_000, 10_000.02, 10_000.01)), grid)  # 2 cm² of 900 km²
    assert laid.cells[0] == pytest.approx(0.0002 / 9e8, rel=1e-7)
    assert laid.total(np.full((2, 2), 9e8)).loc[0, "value"] == pytest.approx(0.0002, rel=1e-7)


def test_polygon_inside_one_cell_and_duplicate_vertices() -> None:
    shape = Polygon([(2.25, 1.25), (2.25, 1.25), (2.75, 1.25), (2.75, 1.5), (2.75, 1.5), (2.25, 1.5)])
    found = fractions(shape)
    assert found[2, 2] == 0.125
    assert found.sum() == 0.125


@pytest.mark.parametrize(
    ("shape", "cells"),
    [
        (box(-3, 1.5, 2.5, 2.5), 2.5),  # out to the left
        (box(2.5, 1.5, 9, 2.5), 2.5),  # out to the right
        (box(1.5, 3.5, 2.5, 99), 0.5),  # out above
        (box(1.5, -99, 2.5, 0.5), 0.5),  # out below
        (box(-1e7, -1e7, 1e7, 1e7), 20.0),  # around the grid
        (box(-9, -9, -1, -1), 0.0),  # outside
        (box(5, 0, 6, 4), 0.0),  # touching the right side
        (box(-1, 0, 0, 4), 0.0),  # touching the left side
    ],
)
def test_partly_and_wholly_outside(shape: Polygon, cells: float) -> None:
    assert fractions(shape).sum() == cells


def test_a_sliver_beside_the_grid_is_not_in_it() -> None:
    # the heights of its edges, which all count as lying on the left border, add up to 1e-17 and not to 0; were that
    # taken for cover, the mean of the unit would be the value of a cell it never meets
    low, high = np.array([-2.3847201537679954, 0.3667428796809392]), np.array([-1.3544122956196547, 7.704208294401464])
    away = np.array([-7.3782317e-8, 1.036032e-8])
    grid = Grid(CRS, Affine(1, 0, 0, 0, 1, 0), (9, 11))
    for share in np.linspace(0, 1, 50):
        shape = Polygon([low, high, high + away, (low + high) / 2 + 1.5 * away, low + share * away])
        laid = coverage(layer(shape), grid)
        assert len(laid.cell) == 0
        assert np.isnan(laid.mean(np.ones((9, 11))).loc[0, "value"])


@pytest.mark.parametrize("reach", [4.0, 1e3, 1e6])
def test_long_edges_that_come_in_and_go_out(reach: float) -> None:
    # a wedge whose sides enter on the left and leave on the right: at x it is from 2 - (9 - x) s to 2 + (9 - x) s high
    slope = 0.125
    wedge = Polygon([(-reach, 2 - (9 + reach) * slope), (9, 2), (-reach, 2 + (9 + reach) * slope)])
    heights = 2 * slope * (9 - np.array([0.0, 1, 2, 3, 4, 5]))
    assert np.abs(fractions(wedge).sum(axis=0) - (heights[:-1] + heights[1:]) / 2).max() < 1e-15 * reach + 1e-14


def test_polygons_far_outside_cost_nothing() -> None:
    # a million cells away with edges of a million cells: the event buffer stays at its first size, no cell comes out
    far = Rings.of(np.array([box(1e9, 1e9, 2e9, 2e9), box(-2e9, 0.5, -1e9, 3.5)]))
    counts, at, fraction, run_count, _ = cover_units(far.x, far.y, far.ring_ptr, far.outer, far.unit_ptr, 4, 5)
    assert counts.tolist() == [0, 0]
    assert run_count.tolist() == [0, 0]
    assert len(at) == len(fraction) == 0


def test_huge_coordinates_keep_their_digits() -> None:
    grid = Grid(CRS, Affine(30, 0, 39_500_000, 0, -30, 5_000_000), (4, 5))
    shape = box(7, 11, 97, 71)  # whole metres, which are exact at any distance
    moved = shapely.transform(shape, lambda xy: xy + np.array([39_500_000, 4_999_880]))
    near = fractions(shape, Grid(CRS, Affine(30, 0, 0, 0, -30, 120), (4, 5)))
    assert (fractions(moved, grid) == near).all()
    aligned = shapely.transform(box(1, 1, 3, 3), lambda xy: xy * 30 + [39_500_000, 5_000_000 - 120])
    assert fractions(aligned, grid).sum() == 4.0


def test_polygons_drawn_on_the_lines_of_a_decimal_grid_own_no_neighbour() -> None:
    grid = Grid("EPSG:4490", Affine(0.01, 0, 118.0, 0, -0.01, 25.0), (30, 30))
    east, north = 118.0 + 0.01 * np.arange(31), 25.0 - 0.01 * np.arange(31)
    shapes = [box(east[k], north[k + 3], east[k + 5], north[k]) for k in range(25)]
    laid = coverage(layer(*shapes, crs="EPSG:4490"), grid)
    assert len(laid.cell) == 0
    assert (laid.cells == 15).all()


def test_south_up_grid_is_the_mirror_image() -> None:
    up = Grid(CRS, Affine(1, 0, 0, 0, 1, 0), (4, 5))
    shape = Polygon([(0.3, 0.2), (4.1, 1.7), (2.2, 3.9)])
    assert np.abs(fractions(shape, up) - fractions(shape)[::-1]).max() < 1e-15


def test_nearly_horizontal_edges_in_a_long_row() -> None:
    grid = unit_grid(3, 20_000)
    shape = Polygon([(0, 0.5), (20_000, 0.5 + 1e-9), (20_000, 2.5), (0, 2.5 - 1e-9)])
    laid = coverage(layer(shape), grid)
    assert laid.cells[0] == pytest.approx(40_000 - 2e-5, rel=1e-14)
    assert (laid.run_c0[0], laid.run_c1[0]) == (0, 20_000)


def test_many_edges_in_one_row() -> None:
    teeth = 300
    x = np.repeat(np.arange(teeth) / 100, 2)
    y = np.tile([0.25, 0.75], teeth)
    comb = Polygon([*zip(x, y, strict=True), (x[-1] + 0.01, 0.1), (0, 0.1)])
    assert comb.is_valid
    found = fractions(comb)
    expected = shapely.area(shapely.intersection(comb, shapely.box(np.arange(5), 0, np.arange(1, 6), 1)))
    assert np.abs(found[3] - expected).max() < 1e-13


def test_event_buffers_hold() -> None:
    # the same loop without the compiler, where numpy checks every index
    rng = np.random.default_rng(7)
    walks = [np.cumsum(rng.normal(0, 40, (60, 2)), axis=0) for _ in range(3)]
    spikes = [np.column_stack([rng.uniform(-50, 90, 40), np.tile([-1e3, 1e3], 20)])]
    for points in (*walks, *spikes):
        ring = np.vstack([points, points[:1]])
        u, v = np.ascontiguousarray(ring[:, 0]), np.ascontiguousarray(ring[:, 1])
        pointers = np.array([0, len(ring)]), np.array([True]), np.array([0, 1])
        plain = cover_units.py_func(u, v, *pointers, 37, 41)
        compiled = cover_units(u, v, *pointers, 37, 41)
        for one, other in zip(plain, compiled, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def test_empty_and_missing_geometries_are_rows_without_cells() -> None:
    laid = coverage(layer(Polygon(), box(0, 0, 1, 1), None, index=["e", "f", "g"]), unit_grid())
    assert laid.cells.to_dict() == {"e": 0.0, "f": 1.0, "g": 0.0}
    total = laid.total(np.ones((4, 5)))["value"]
    assert total.isna().to_dict() == {"e": True, "f": False, "g": True}
    nothing = coverage(layer(), unit_grid())
    assert nothing.total(np.ones((4, 5))).shape == (0, 1)
    assert nothing.to_sparse().shape == (0, 20)


def test_z_is_left_out() -> None:
    assert fractions(Polygon([(0, 0, 7), (1, 0, 8), (1, 1, 9)])).sum() == 0.5


# ---- refusals -------------------------------------------------------------------------------------------------------


def test_a_layer_without_crs_is_refused() -> None:
    with pytest.raises(CrsError, match="no coordinate system"):
        coverage(layer(box(0, 0, 1, 1), crs=None), unit_grid())
    with pytest.raises(CrsError, match="no coordinate system"):
        intersection_areas(layer(box(0, 0, 1, 1)), layer(box(0, 0, 1, 1), crs=None))


@pytest.mark.parametrize("shape", [shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)])])
def test_what_is_no_polygon_is_refused(shape: object) -> None:
    with pytest.raises(GeometryError, match="not polygons: bad"):
        coverage(layer(box(0, 0, 1, 1), shape, index=["good", "bad"]), unit_grid())


def test_invalid_polygons_are_refused_by_name() -> None:
    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GeometryError, match=r"2 polygons are invalid.*: ZH2, ZH3") as caught:
        coverage(layer(box(0, 0, 1, 1), bow, bow, index=["ZH1", "ZH2", "ZH3"]), unit_grid())
    assert "ZH2" in caught.value.text("zh")


def test_long_lists_of_labels_are_cut() -> None:
    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GeometryError, match=r"25 polygons.*9 …"):
        coverage(layer(*[bow] * 25), unit_grid())


def test_coordinates_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(GeometryError, match="not finite: 0"):
        coverage(layer(Polygon([(0, 0), (np.inf, 0), (1, 1)])), unit_grid())


def test_polygons_across_the_antimeridian_are_refused() -> None:
    across = Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    grid = Grid("EPSG:4490", Affine(1, 0, 170, 0, -1, 5), (5, 20))
    with pytest.raises(GeometryError, match="antimeridian: 0"):
        coverage(layer(across, crs="EPSG:4490"), grid)
    pacific = layer(box(170, 0, 190, 5), crs="+proj=longlat +datum=WGS84 +lon_wrap=180")
    projected = pacific.to_crs("+proj=cea +lon_0=180 +datum=WGS84")
    with pytest.raises(GeometryError, match="antimeridian: 0"):
        coverage(projected, grid)


def test_polygons_without_a_place_in_the_grids_system_are_refused() -> None:
    grid = Grid("+proj=gnom +lat_0=25 +lon_0=118 +datum=WGS84", Affine(1e4, 0, 0, 0, -1e4, 0), (5, 5))
    with pytest.raises(GeometryError, match="no place in"):
        coverage(layer(box(-70, -30, -60, -20), crs="EPSG:4490"), grid)


def test_datums_without_exact_shift_are_refused() -> None:
    with pytest.raises(CrsError, match="Beijing"):
        coverage(layer(box(500_000, 2.7e6, 501_000, 2.701e6), crs="EPSG:2437"), unit_grid())


@pytest.mark.parametrize("densify", [0.0, -50.0, float("nan"), float("inf")])
def test_a_densify_that_is_no_length_is_refused(densify: float) -> None:
    with pytest.raises(InputError, match="positive number of metres"):
        coverage(layer(box(0, 0, 1, 1)), unit_grid(), densify=densify)


# ---- sums -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def halves() -> Coverage:
    """Two units over 4 × 5 cells: a the left 2½ columns, b nothing but the cell in the lower right corner, in half."""
    return coverage(layer(box(0, 0, 2.5, 4), box(4, 0, 5, 0.5), index=["a", "b"]), unit_grid())


def test_no_data_is_left_out_and_is_not_zero(halves: Coverage) -> None:
    values = np.ones((4, 5))
    values[3, 4] = np.nan
    values[0] = np.nan
    total = halves.total(values)["value"]
    assert total["a"] == 7.5
    assert np.isnan(total["b"])
    assert halves.mean(values)["value"]["a"] == pytest.approx(1.0, rel=1e-14)
    share = halves.valid_share(values)["value"]
    assert share["a"] == pytest.approx(0.75, rel=1e-7)
    assert share["b"] == 0.0


def test_layers_become_columns(halves: Coverage) -> None:
    stacked = np.arange(3.0)[:, None, None] * np.ones((3, 4, 5))
    frame = halves.total(stacked)
    assert list(frame.columns) == [0, 1, 2]
    assert frame.loc["a"].tolist() == [0.0, 10.0, 20.0]
    assert list(halves.total(stacked.reshape(1, 3, 4, 5)).columns) == [0, 1, 2]


def test_float32_and_integers_are_added_in_float64() -> None:
    grid = unit_grid(1000, 1000)
    laid = coverage(layer(box(0, 0, 1000, 1000)), grid)
    assert laid.total(np.full((1000, 1000), np.float32(0.1))).loc[0, "value"] == pytest.approx(
        1e6 * float(np.float32(0.1)), rel=1e-12
    )
    assert laid.total(np.full((1000, 1000), 2**30, dtype=np.int32)).loc[0, "value"] == 2**30 * 1e6
    assert laid.total(np.ones((1000, 1000), dtype=bool)).loc[0, "value"] == 1e6


def test_masked_cells_and_swapped_bytes(halves: Coverage) -> None:
    values = np.ma.masked_equal(np.array([[1, 1, 1, 1, -9]] * 4), -9)
    assert halves.total(values)["value"]["a"] == 10.0
    assert np.isnan(halves.total(values)["value"]["b"])
    assert halves.total(np.ones((4, 5), dtype=">f8"))["value"]["a"] == 10.0
    frozen = np.ones((4, 5))
    frozen.flags.writeable = False
    assert halves.total(frozen)["value"]["a"] == 10.0
    assert halves.total(np.ones((5, 4)).T)["value"]["a"] == 10.0


def test_dataarrays_come_back_as_dataarrays(halves: Coverage) -> None:
    array = xr.DataArray(
        np.ones((2, 3, 4, 5)),
        dims=("year", "species", "y", "x"),
        coords={
            "year": [2013, 2020],
            "species": ["SO2", "NOx", "CO2"],
            "y": 3.5 - np.arange(4),
            "x": np.arange(5) + 0.5,
        },
        name="emission",
        attrs={"units": "t yr-1"},
    )
    found = halves.total(array)
    assert found.dims == ("unit", "year", "species")
    assert found.sel(unit="a", year=2020, species="CO2") == 10.0
    assert (found.name, found.attrs) == ("emission", {"units": "t yr-1"})
    assert halves.mean(array.isel(year=0, species=0)).dims == ("unit",)


def test_cells_that_lie_elsewhere_are_refused(halves: Coverage) -> None:
    flipped = xr.DataArray(np.ones((4, 5)), dims=("y", "x"), coords={"y": 0.5 + np.arange(4), "x": np.arange(5) + 0.5})
    with pytest.raises(GeometryError, match="another grid"):
        halves.total(flipped)
    with pytest.raises(GeometryError, match=r"\(5, 4\)"):
        halves.total(np.ones((5, 4)))


def field(kind: Kind, unit: str, grid: Grid | None = None) -> Field:
    grid = grid or unit_grid()
    return Field(grid, ArrayBlocks(np.full(grid.shape, 2000.0)), "SO2", "industry", 2013, unit, kind, "SO2")


def test_fields_are_added_in_tonnes_and_never_averaged_by_mistake(halves: Coverage) -> None:
    assert halves.total(field(Kind.TOTAL, "kg"))["value"]["a"] == pytest.approx(20.0, rel=1e-12)
    with pytest.raises(QuantityError, match="added and not averaged"):
        halves.mean(field(Kind.TOTAL, "kg"))
    with pytest.raises(QuantityError, match="cannot be summed"):
        halves.total(field(Kind.INTENSIVE, "ug m-3"))
    assert halves.mean(field(Kind.INTENSIVE, "ug m-3"))["value"]["a"] == pytest.approx(2000.0)
    assert halves.valid_share(field(Kind.TOTAL, "kg"))["value"]["a"] == pytest.approx(1.0)
    with pytest.raises(GeometryError, match="another grid"):
        halves.total(field(Kind.TOTAL, "kg", unit_grid(4, 6)))


def test_paths_go_to_the_reader(halves: Coverage) -> None:
    with pytest.raises(InputError, match=r"no reader was given to open SO2\.tif"):
        halves.total("SO2.tif")
    with pytest.raises(InputError, match="no reader"):
        coverage(layer(box(0, 0, 1, 1)), "grid.tif")
    opened: list[str] = []

    def reader(path: str | Path) -> Field:
        opened.append(str(path))
        return field(Kind.TOTAL, "t")

    laid = coverage(layer(box(0, 0, 1, 1)), Path("grid.tif"), reader=reader)
    assert laid.total("SO2.tif").loc[0, "value"] == 2000.0
    assert opened == ["grid.tif", "SO2.tif"]


def test_a_dataarray_can_be_the_grid() -> None:
    array = xr.DataArray(
        np.ones((4, 5)), dims=("y", "x"), coords={"y": 3.5 - np.arange(4), "x": 0.5 + np.arange(5)}, attrs={"crs": CRS}
    )
    assert coverage(layer(box(0, 0, 2.5, 4)), array).total(array).item() == 10.0


def test_areas_are_those_of_the_ellipsoid() -> None:
    grid = Grid("EPSG:4490", Affine(0.01, 0, 118.0, 0, -0.01, 25.0), (50, 50))
    shape = box(118.0123, 24.6, 118.3, 24.9877)
    laid = coverage(layer(shape, crs="EPSG:4490"), grid)
    expected = geodesic_area(np.array([shape]), grid.crs, 20.0)[0]
    assert laid.area[0] == pytest.approx(expected, rel=1e-6)  # area density is taken as even inside a cell
    assert laid.area.name == "area_m2"


def test_a_mean_weighs_cells_by_their_true_area() -> None:
    grid = Grid("EPSG:4490", Affine(1, 0, 118.0, 0, -1, 60.0), (2, 1))
    north, south = grid.cell_area.ravel()
    laid = coverage(layer(box(118, 58, 119, 60), crs="EPSG:4490"), grid)
    mean = laid.mean(np.array([[1.0], [0.0]])).loc[0, "value"]
    assert mean == pytest.approx(north / (north + south), rel=1e-14)
    assert mean < 0.495


def test_projection_densifies_and_says_nothing_where_systems_agree() -> None:
    grid = Grid(EQUAL_AREA, Affine(5000, 0, 1_290_000, 0, -5000, 3_100_000), (30, 30))
    wide = layer(box(118.0, 24.8, 118.8, 25.2), crs="EPSG:4490")
    gk = wide.to_crs(CRS)  # four corners only: straight in the plane of the projection
    exact = coverage(gk, grid, densify=1.0).cells[0]
    assert coverage(gk, grid).cells[0] == pytest.approx(exact, rel=1e-8)
    assert coverage(gk, grid, densify=1e6).cells[0] != pytest.approx(exact, rel=1e-6)


def test_columns_are_counted_twice_where_units_overlap() -> None:
    laid = coverage(layer(box(0, 0, 3, 4), box(1.5, 0, 5, 4)), unit_grid())
    assert laid.column_sums()[0].tolist() == [1.0, 1.5, 2.0, 1.0, 1.0]


def test_a_coverage_is_pickled_and_shows_itself(halves: Coverage) -> None:
    again = pickle.loads(pickle.dumps(halves))  # noqa: S301 - our own bytes
    assert again.cells.equals(halves.cells)
    assert repr(again).startswith("Coverage(2 units, 5 boundary and 8 whole cells of Grid(")


def test_kernels_can_be_warmed_up() -> None:
    warm_up()


# ---- polygons on polygons -------------------------------------------------------------------------------------------


def plane(*shapes: Polygon) -> Layer:
    return read_layer(layer(*shapes))


def test_shared_areas_by_hand() -> None:
    a = plane(box(0, 0, 4, 4), Polygon([(0, 0), (4, 0), (0, 4)]))
    b = plane(box(2, 2, 6, 6), box(1, 1, 2, 2), box(4, 0, 5, 4), box(9, 9, 10, 10), box(0, 0, 4, 4))
    pairs = shared(a, b)
    found = {(int(i), int(j)): area for i, j, area in zip(pairs.a, pairs.b, pairs.area, strict=True)}
    # the diagonal touches the corner (2, 2) of box 0 only; box 2 shares an edge; box 3 is away
    assert found == pytest.approx({(0, 0): 4.0, (0, 1): 1.0, (0, 4): 16.0, (1, 1): 1.0, (1, 4): 8.0}, abs=1e-14)


def test_crossing_triangles_make_a_diamond() -> None:
    up, down = Polygon([(0, 0), (4, 0), (2, 4)]), Polygon([(0, 4), (4, 4), (2, 0)])
    assert shared(plane(up), plane(down)).area[0] == pytest.approx(4.0, abs=1e-14)


def test_holes_and_parts_count() -> None:
    frame = box(0, 0, 10, 10).difference(box(2, 2, 8, 8))
    parts = MultiPolygon([frame, box(4, 4, 6, 6)])
    pairs = shared(plane(parts), plane(box(1, 1, 5, 5), box(3, 3, 7, 7), box(2.5, 2.5, 3.5, 3.5)))
    assert pairs.b.tolist() == [0, 1]
    assert pairs.area == pytest.approx([16 - 9 + 1, 4], abs=1e-13)


def test_a_border_in_common_is_no_area() -> None:
    x = np.linspace(0, 5000, 101)
    wave = np.column_stack([500_000 + x, 2_741_000 + 40 * np.sin(x / 90)])
    low = Polygon([*wave, (505_000, 2_740_000), (500_000, 2_740_000)])
    high = Polygon([*wave[::-1], (500_000, 2_743_000), (505_000, 2_743_000)])
    table = intersection_areas(layer(low, index=["low"]), layer(high, index=["high"]))
    assert table.columns.tolist() == ["a", "b", "area_m2"]
    assert len(table) == 0


def test_a_sliver_of_a_millimetre_stays() -> None:
    a, b = box(500_000, 2_740_000, 501_000, 2_741_000), box(500_999.999, 2_740_000, 502_000, 2_741_000)
    table = intersection_areas(layer(a), layer(b))
    assert table["area_m2"][0] == pytest.approx(1.0, rel=1e-3)
    assert len(fragments(layer(a), layer(b), CRS)) == 1


def test_small_in_large_is_measured_where_it_lies() -> None:
    angle = np.linspace(0, 2 * np.pi, 40_001)[:-1]
    coast = Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * 50_000 + [500_000, 2_740_000])
    inner, edge = box(501_000, 2_741_000, 501_100, 2_741_100), box(549_950, 2_739_990, 550_050, 2_740_010)
    pairs = shared(read_layer(layer(coast)), read_layer(layer(inner, edge)))
    assert pairs.area[0] == pytest.approx(10_000, rel=1e-12)
    assert pairs.area[1] == pytest.approx(shapely.area(shapely.intersection(coast, edge)), rel=1e-9)


def test_areas_are_ellipsoidal_whatever_the_systems() -> None:
    shape = box(118.5, 24.7, 118.55, 24.76)
    expected = geodesic_area(np.array([shape]), read_layer(layer(shape, crs="EPSG:4490")).crs)[0]
    degrees = layer(shape, crs="EPSG:4490")
    metres = gpd.GeoSeries(shapely.segmentize(degrees.to_numpy(), 1e-4), crs="EPSG:4490").to_crs(CRS)
    for one, other in ((degrees, degrees), (degrees, metres), (metres, metres)):
        assert intersection_areas(one, other)["area_m2"][0] == pytest.approx(expected, rel=1e-8)


def test_labels_and_order_of_the_table() -> None:
    a = layer(box(10, 0, 20, 10), box(0, 0, 10, 10), index=["z", "y"])
    b = layer(box(5, 5, 15, 15), Polygon(), box(0, 0, 20, 20), index=[7, 8, 9])
    table = intersection_areas(a, b)
    assert table[["a", "b"]].to_numpy().tolist() == [["z", 7], ["z", 9], ["y", 7], ["y", 9]]
    assert isinstance(table.index, pd.RangeIndex)


def test_fragments_are_cut_copied_or_absent() -> None:
    units = layer(box(0, 0, 10, 10), box(10, 0, 20, 10), index=["u", "v"])
    zones = layer(box(2, 2, 4, 4), box(8, 8, 12, 12), box(20, 0, 30, 10), index=["in", "across", "beside"])
    pieces = fragments(units, zones, CRS)
    assert pieces[["a", "b"]].to_numpy().tolist() == [["u", "in"], ["u", "across"], ["v", "across"]]
    expected = [box(2, 2, 4, 4), box(8, 8, 10, 10), box(10, 8, 12, 10)]
    assert all(shapely.equals(pieces.geometry, expected))
    assert str(pieces.crs) == CRS
    assert isinstance(pieces.index, pd.RangeIndex)


def test_fragments_keep_polygons_only() -> None:
    # a comb that touches along a line and at a point, and overlaps in one square
    comb = Polygon([(0, 0), (6, 0), (6, 2), (5, 1), (4, 1), (4, 3), (2, 3), (2, 1), (0, 1)])
    pieces = fragments(layer(comb), layer(box(0, 2, 6, 5).union(box(0, 1, 1, 3))), CRS)
    assert pieces.geometry[0].equals(box(2, 2, 4, 3))


def test_fragments_of_nothing() -> None:
    pieces = fragments(layer(box(0, 0, 1, 1)), layer(box(5, 5, 6, 6)), CRS)
    assert pieces.columns.tolist() == ["a", "b", "area_m2", "geometry"]
    assert len(pieces) == 0
    assert len(fragments(layer(), layer(), CRS)) == 0
