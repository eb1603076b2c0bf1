"""Grids and polygons at the ends of what numbers can hold."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.polygons import HIGH, KINDS, WIDE, polygon

from zoning.overlay import Coverage, coverage
from zoning.supports import Grid

CRS = "EPSG:4549"
seeds = st.integers(0, 2**32 - 1)
laws = settings(max_examples=25, deadline=None)


def layer(*shapes: object) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=CRS)


def drawn(seed: int, count: int = 6) -> list[shapely.Geometry]:
    rng = np.random.default_rng(seed)
    return [polygon(rng, KINDS[int(rng.integers(len(KINDS)))]) for _ in range(count)]


def grid_of(rows: int, cols: int, cell: float = 1.0, east: float = 0.0, north: float = 0.0) -> Grid:
    return Grid(CRS, Affine(cell, 0, east, 0, -cell, north + rows * cell), (rows, cols))


def places(laid: Coverage) -> dict[tuple[int, int], float]:
    """(row, col) → fraction of the only unit, runs spelled out."""
    cols = laid.grid.shape[1]
    found = {divmod(int(cell), cols): part for cell, part in zip(laid.cell, laid.fraction, strict=True)}
    for row, c0, c1 in zip(laid.run_row, laid.run_c0, laid.run_c1, strict=True):
        found |= {(int(row), col): 1.0 for col in range(c0, c1)}
    return found


@laws
@given(seeds)
def test_powers_of_two_of_cells_change_no_bit(seed: int) -> None:
    shapes = layer(*drawn(seed))
    plain = coverage(shapes, grid_of(HIGH, WIDE)).to_sparse()
    for power in (-40, -7, 3, 60):
        size = 2.0**power
        scaled = layer(*shapely.transform(shapes.to_numpy(), lambda xy: xy * size))  # noqa: B023 - called at once
        if scaled.is_valid.all():
            assert (coverage(scaled, grid_of(HIGH, WIDE, size)).to_sparse() != plain).nnz == 0


@laws
@given(seeds, st.sampled_from([(5e6, 30.0), (39_500_000.0, 30.0), (1e8, 30.0), (1e8, 1000.0), (-2e7, 500.0)]))
def test_far_from_the_origin_only_the_digits_of_the_coordinates_are_lost(seed: int, far: tuple[float, float]) -> None:
    at, cell = far
    grid = grid_of(HIGH, WIDE, cell, at, at)
    shapes = [shapely.transform(shape, lambda xy: xy * cell + at) for shape in drawn(seed)]
    shapes = [shape for shape in shapes if shape.is_valid and shape.area > 0]
    step = grid.transform
    col, row = np.meshgrid(np.arange(WIDE), np.arange(HIGH))
    x, y = step.c + col * step.a, step.f + row * step.e
    boxes = shapely.box(x, y + step.e, x + step.a, y).ravel()
    # the same sums, from coordinates that have been moved to the origin without rounding
    near = [shapely.transform(shape, lambda xy: xy - at) for shape in shapes]
    home = shapely.transform(boxes, lambda xy: xy - at)
    expected = shapely.area(shapely.intersection(np.array(near, object)[:, None], home[None, :])) / cell**2
    found = coverage(layer(*shapes), grid).to_sparse().toarray() if shapes else expected
    assert np.abs(found - expected).max(initial=0) <= 1e-11 + 32 * np.spacing(abs(at) + 1e4) / cell


@pytest.mark.parametrize(("rows", "cols"), [(1, 1), (1, 50), (50, 1), (1, 2), (2, 1)])
@laws
@given(seed=seeds)
def test_grids_of_one_row_or_column(rows: int, cols: int, seed: int) -> None:
    shapes = layer(*drawn(seed))
    grid = grid_of(rows, cols)
    found = coverage(shapes, grid).to_sparse().toarray()
    col, row = np.meshgrid(np.arange(cols), np.arange(rows))
    boxes = shapely.box(col, rows - row - 1, col + 1, rows - row).ravel()
    expected = shapely.area(shapely.intersection(shapes.to_numpy()[:, None], boxes[None, :]))
    assert np.abs(found - expected).max() <= 1e-10


@pytest.mark.parametrize(
    ("rows", "cols"), [(70_000, 70_000), (100_000, 100_000), (3, 2**31 - 1), (2**25, 200), (46_341, 46_341)]
)
def test_cell_numbers_of_grids_beyond_31_bits_are_right(rows: int, cols: int) -> None:
    grid = grid_of(rows, cols)
    for row, col in ((0, 0), (rows - 1, cols - 1), (rows // 2, cols // 3), (1, cols - 1)):
        corner = np.array([col + 0.25, rows - row - 0.75])
        laid = coverage(layer(shapely.box(*corner, *(corner + 0.5))), grid)
        assert places(laid) == {(row, col): 0.25}
    around = coverage(layer(shapely.box(cols - 2.5, 0.5, cols + 9, 2.25)), grid)
    assert places(around) == {
        (rows - 3, cols - 3): 0.125, (rows - 3, cols - 2): 0.25, (rows - 3, cols - 1): 0.25,
        (rows - 2, cols - 3): 0.5, (rows - 2, cols - 2): 1.0, (rows - 2, cols - 1): 1.0,
        (rows - 1, cols - 3): 0.25, (rows - 1, cols - 2): 0.5, (rows - 1, cols - 1): 0.5,
    }  # fmt: skip


def test_ten_thousand_million_cells_in_one_unit() -> None:
    side = 100_000
    laid = coverage(layer(shapely.box(0.5, 0.5, side - 0.5, side - 0.5)), grid_of(side, side))
    assert len(laid.run_row) == side - 2
    assert len(laid.cell) == 4 * side - 4
    assert laid.cells[0] == pytest.approx(float(side - 1) ** 2, rel=1e-14)


def test_a_polygon_of_a_million_vertices() -> None:
    count = 1_000_000
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    reach = 400 + 30 * np.sin(57 * angle) + 3 * np.sin(4001 * angle) + 0.01 * np.sin(190_001 * angle)
    shape = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None] + 500.0)
    laid = coverage(layer(shape), grid_of(1000, 1000))
    assert laid.cells[0] == pytest.approx(shape.area, rel=1e-12)
    rng = np.random.default_rng(5)
    matrix = laid.to_sparse()
    for cell in rng.choice(laid.cell, 40, replace=False):
        row, col = divmod(int(cell), 1000)
        piece = shapely.clip_by_rect(shape, col, 999 - row, col + 1, 1000 - row)
        assert matrix[0, cell] == pytest.approx(piece.area, abs=1e-11)


@pytest.mark.parametrize("size", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("at", [(0.5, 0.5), (3.0, 2.0), (3.0, 2.5), (10.999, 8.999), (0.0, 0.0)])
def test_polygons_far_smaller_than_a_cell(size: float, at: tuple[float, float]) -> None:
    # on a cell, on a border, on a corner: what the coordinates hold of it is kept, all of it in the cells it touches
    shape = shapely.Polygon(np.array([(-1, -1), (1, -0.5), (0.5, 1), (-0.7, 0.6)]) * size + at)
    laid = coverage(layer(shape), grid_of(HIGH, WIDE))
    inside = shapely.clip_by_rect(shape, 0, 0, WIDE, HIGH).area
    digits = 16 * np.spacing(11.0) * shape.length  # what a rounding of its vertices is worth
    assert abs(laid.cells[0] - inside) <= 1e-12 * inside + digits
    assert len(laid.cell) <= 4
    values = np.full((HIGH, WIDE), 7.0)
    assert laid.mean(values).loc[0, "value"] == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize("east", [-1, 0, 1])
@pytest.mark.parametrize("north", [-1, 0, 1])
@laws
@given(seed=seeds)
def test_every_side_and_corner_of_the_grid(east: int, north: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    centre = np.array([(0.5 + east / 2) * WIDE, (0.5 + north / 2) * HIGH])
    angle = np.sort(rng.random(17)) * 2 * np.pi
    reach = rng.uniform(0.3, 4, (17, 1))
    shape = shapely.Polygon(centre + np.column_stack([np.cos(angle), np.sin(angle)]) * reach)
    if not shape.is_valid:
        return
    laid = coverage(layer(shape), grid_of(HIGH, WIDE))
    expected = shapely.intersection(shape, shapely.box(0, 0, WIDE, HIGH)).area
    assert laid.cells[0] == pytest.approx(expected, rel=1e-12, abs=1e-13)
