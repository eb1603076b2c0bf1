"""Laws of curvilinear grids: a regular one gives what a Grid gives, cells share out the plane, mass is conserved."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.crs import geodesic_area
from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.ledger import build_ledger
from zoning.overlay import coverage
from zoning.supports import ControlUnits, CurvedGrid, Emitters, Grid

CRS = "EPSG:4549"
ROWS, COLS = 7, 9
PLACES = {CRS: (500_000.0, 2_750_000.0, 400.0), "EPSG:4490": (118.0, 24.0, 0.1)}  # west, south, cell

seeds = st.integers(0, 2**32 - 1)
laws = settings(max_examples=25, deadline=None, derandomize=True)


def mesh(rng, crs, rows=ROWS, cols=COLS):
    """Corners of a mesh that is turned and bent, and of which any corner may be pushed a little."""
    west, south, cell = PLACES[crs]
    col, row = np.meshgrid(np.arange(cols + 1.0), np.arange(rows + 1.0))
    angle, phase = rng.uniform(0, 2 * np.pi, 2)
    u = col + 0.3 * np.sin(row / 2 + phase) + rng.uniform(-0.15, 0.15, col.shape)
    v = row + 0.3 * np.sin(col / 2 - phase) + rng.uniform(-0.15, 0.15, col.shape)
    x, y = np.cos(angle) * u - np.sin(angle) * v, np.sin(angle) * u + np.cos(angle) * v
    return CurvedGrid(crs, west + cell * x, south + cell * y)


def tiling(rng, grid, count=12):
    """A gap-free layer of bent Voronoi cells, larger than the grid."""
    west, south, east, north = grid.bounds
    pad = 0.3 * max(east - west, north - south)
    frame = shapely.box(west - pad, south - pad, east + pad, north + pad)
    points = rng.uniform(frame.bounds[:2], frame.bounds[2:], (count, 2))
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame))
    parts = shapely.segmentize(shapely.intersection(parts, frame), pad / 8)

    def bend(xy):
        return xy + pad / 30 * np.sin((xy[:, ::-1] - [south, west]) / pad * 9)

    return gpd.GeoSeries(shapely.transform(parts, bend), crs=grid.crs, index=[f"U{k:02d}" for k in range(len(parts))])


@laws
@given(seeds, st.sampled_from([*PLACES]), st.booleans(), st.booleans())
def test_a_regular_one_gives_what_a_grid_gives(seed, crs, south_up, from_east):
    rng = np.random.default_rng(seed)
    west, south, cell = PLACES[crs]
    top, down = (south, cell) if south_up else (south + ROWS * cell, -cell)
    regular = Grid(crs, Affine(cell, 0, west, 0, down, top), (ROWS, COLS))
    x, y = west + np.arange(COLS + 1) * cell, top + np.arange(ROWS + 1) * down
    curved = CurvedGrid.from_edges(crs, x[::-1] if from_east else x, y)
    values = rng.gamma(0.5, 10.0, (ROWS, COLS))
    values[rng.random(values.shape) < 0.2] = np.nan
    turned = values[:, ::-1] if from_east else values
    units = tiling(rng, regular)
    one, other = coverage(units, regular), coverage(units, curved)
    np.testing.assert_allclose(other.total(turned), one.total(values), rtol=1e-12, atol=1e-12 * np.nansum(values))
    np.testing.assert_allclose(other.mean(turned), one.mean(values), rtol=1e-8)
    np.testing.assert_allclose(other.cells, one.cells, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(other.area, one.area, rtol=1e-8)
    np.testing.assert_allclose(other.valid_share(turned), one.valid_share(values), rtol=1e-8)


@laws
@given(seeds, st.sampled_from([*PLACES]))
def test_a_gap_free_layer_covers_every_cell_once(seed, crs):
    rng = np.random.default_rng(seed)
    grid = mesh(rng, crs)
    cover = coverage(tiling(rng, grid), grid)
    np.testing.assert_allclose(cover.column_sums(), 1.0, rtol=0, atol=1e-11)
    assert (cover.fraction > 0).all()
    assert (cover.fraction <= 1.0).all()


@laws
@given(seeds)
def test_borders_along_the_cells_leave_no_gap_either(seed):
    """Units that are blocks of cells, their corners a few roundings off: the hardest case for a shared border."""
    rng = np.random.default_rng(seed)
    grid = mesh(rng, "EPSG:4490", 8, 8)
    x, y = (np.nextafter(axis, axis + rng.choice([-1.0, 1.0], axis.shape)) for axis in (grid.corners_x, grid.corners_y))
    blocks = CurvedGrid("EPSG:4490", x, y).polygons.reshape(8, 8)
    units = [shapely.union_all(blocks[r : r + 4, c : c + 2]) for r in (0, 4) for c in (0, 2, 4, 6)]
    sums = coverage(gpd.GeoSeries(units, crs="EPSG:4490"), grid).column_sums()
    np.testing.assert_allclose(sums[1:-1, 1:-1], 1.0, rtol=0, atol=1e-11)


@laws
@given(seeds, st.sampled_from([*PLACES]))
def test_fractions_are_those_of_cut_polygons(seed, crs):
    rng = np.random.default_rng(seed)
    grid = mesh(rng, crs)
    units = tiling(rng, grid, 5)
    found = coverage(units, grid).to_sparse().toarray()
    cut = shapely.area(shapely.intersection(units.to_numpy()[:, None], grid.polygons[None, :]))
    np.testing.assert_allclose(found, cut / shapely.area(grid.polygons), rtol=0, atol=1e-9)


@laws
@given(seeds, st.sampled_from([(1, 1), (-1, 1), (1, -1), (-1, -1)]), st.booleans())
def test_the_order_of_rows_columns_and_corners_is_nothing(seed, steps, transposed):
    """Rows from the south, columns from the east, corners clockwise or not: the same cells under other numbers."""
    rng = np.random.default_rng(seed)
    grid = mesh(rng, CRS)
    units = tiling(rng, grid, 6)
    values = rng.gamma(0.5, 10.0, grid.shape)

    def other(array):
        array = array[:: steps[0], :: steps[1]]
        return array.T if transposed else array

    again = CurvedGrid(CRS, other(grid.corners_x), other(grid.corners_y))
    np.testing.assert_allclose(again.cell_area, other(grid.cell_area), rtol=1e-12)
    first, second = coverage(units, grid), coverage(units, again)
    np.testing.assert_allclose(second.total(other(values)), first.total(values), rtol=1e-11, atol=1e-9)
    np.testing.assert_allclose(second.mean(other(values)), first.mean(values), rtol=1e-11)


@laws
@given(seeds, st.sampled_from([*PLACES]))
def test_areas_are_those_of_the_cell_polygons_on_the_ellipsoid(seed, crs):
    grid = mesh(np.random.default_rng(seed), crs)
    measured = geodesic_area(grid.polygons, grid.crs, densify=20.0)
    np.testing.assert_allclose(grid.cell_area.ravel(), measured, rtol=1e-8)


@laws
@given(seeds)
def test_a_point_inside_is_in_exactly_one_cell(seed):
    rng = np.random.default_rng(seed)
    grid = mesh(rng, CRS)
    x, y = grid.corners_x, grid.corners_y
    cell = np.arange(ROWS * COLS).reshape(ROWS, COLS)
    # a cell owns its first corner
    np.testing.assert_array_equal(grid.locate(x[:-1, :-1].ravel(), y[:-1, :-1].ravel()), cell.ravel())
    assert (grid.locate(x[-1], y[-1]) == -1).all()
    assert (grid.locate(x[:, -1], y[:, -1]) == -1).all()
    # a point on a side belongs to one of the two cells, rounding decides which: as exact arithmetic on its coordinates
    side_x, side_y = (x[1:-1, :-1] + x[1:-1, 1:]) / 2, (y[1:-1, :-1] + y[1:-1, 1:]) / 2
    found = grid.locate(side_x.ravel(), side_y.ravel()).reshape(side_x.shape)
    assert ((found == cell[:-1]) | (found == cell[1:])).all()
    points = shapely.points(rng.uniform(grid.bounds[:2], grid.bounds[2:], (200, 2)))
    inside = shapely.contains_properly(grid.polygons[None, :], points[:, None])
    held = grid.locate(shapely.get_x(points), shapely.get_y(points))
    np.testing.assert_array_equal(held, np.where(inside.any(axis=1), inside.argmax(axis=1), -1))


@laws
@given(seeds, st.integers(1, 10), st.sampled_from([0.0, 0.3]), st.sampled_from([*PLACES]))
def test_mass_is_conserved(seed, count, holes, crs):
    """Overlapping units, some outside or smaller than a cell; empty cells; emitters taken out, from another system."""
    rng = np.random.default_rng(seed)
    grid = mesh(rng, crs)
    x = np.where(rng.random(grid.corners_x.shape) < holes / 5, np.nan, grid.corners_x)
    grid = CurvedGrid(crs, x, grid.corners_y)
    values = rng.gamma(0.5, 100.0, grid.shape)
    values[rng.random(grid.shape) < holes] = np.nan
    field = Field(grid, ArrayBlocks(values), "CO2", "industry", 2020, "t", Kind.TOTAL, "CO2", source="random")
    west, south, east, north = grid.bounds
    size = np.array([east - west, north - south])
    shapes = [
        shapely.convex_hull(shapely.multipoints(centre + rng.normal(size=(8, 2)) * size * rng.choice([0.02, 0.2])))
        for centre in rng.uniform([west, south], [east, north], (count, 2))
    ]
    codes = [f"ZH9901012{number:04d}" for number in range(count)]
    table = {"code": codes, "name": codes, "unit_class": "KEY", "admin_code": "990101"}
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=crs).to_crs("EPSG:4490")
    works = {
        "record": codes, "emitter": codes, "name": codes, "industry": "3011", "sector": "industry", "fuel": "coal",
        "year": 2020, "in_grid": "yes", "CO2": rng.gamma(0.5, 80.0, count), "energy_tce": np.nan,
    }  # fmt: skip
    points = gpd.GeoDataFrame(works, geometry=shapely.point_on_surface(frame.geometry.to_numpy()), crs=frame.crs)
    account = build_ledger(ControlUnits(frame), (), (field,), Emitters(points, ("CO2",)))
    row = account.conservation.iloc[0]
    assert row["relative_difference"] <= 1e-9
    assert row["raster_total"] == pytest.approx(np.nansum(values), rel=1e-12)
    assert row["taken_out"] + row["shortfall"] == pytest.approx(points["CO2"].sum(), rel=1e-9, abs=1e-9)
    again = build_ledger(ControlUnits(frame.sample(frac=1.0, random_state=1)), (), (field,), Emitters(points, ("CO2",)))
    assert again.ledger.data.identical(account.ledger.data)
