"""Curvilinear grids by hand: areas, covered fractions, points on borders, faults, and a whole ledger."""

from __future__ import annotations

import pickle

import geopandas as gpd
import numpy as np
import pytest
import shapely
import xarray as xr
from affine import Affine
from tests.cases.four_units import CODES, CRS, GRID, emitters, units, zone

from zoning.checks.together import check_grids, cover_grids, parent_counties
from zoning.errors import CrsError, GeometryError, ZoningError
from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.io.coverages import CoverageFolder
from zoning.ledger import build_ledger
from zoning.overlay import Laying, coverage, coverage_key, take_out
from zoning.supports import CurvedGrid, Grid, grid_of

EAST, NORTH = 500_000.0, 2_750_000.0
SHAPES = units().frame.set_index("code").geometry


def placed(x, y, crs=CRS):
    """A grid whose corners are given in metres from (EAST, NORTH)."""
    return CurvedGrid(crs, EAST + np.asarray(x, dtype=float), NORTH + np.asarray(y, dtype=float))


def turned(rows=4, cols=4, step=500.0):
    """Square cells along (4, 3)/5 and (−3, 4)/5: every corner is a whole number of metres."""
    col, row = np.meshgrid(np.arange(cols + 1) * step / 5, np.arange(rows + 1) * step / 5)
    return placed(4 * col - 3 * row, 3 * col + 4 * row)


def bent(rows=12, cols=12, low=-500.0, high=2500.0):
    """Cells of a bent mesh that is larger than the four units."""
    u, v = np.meshgrid(np.linspace(low, high, cols + 1), np.linspace(high, low, rows + 1))
    return placed(u + 120 * np.sin(v / 700), v + 90 * np.cos(u / 500))


def field(grid, values, **further):
    settings = {"species": "CO2", "sector": "industry", "unit": "t", "kind": Kind.TOTAL, "basis": "CO2"}
    values = ArrayBlocks(np.asarray(values, dtype=np.float64))
    return Field(grid=grid, blocks=values, year=2020, source="hand", **settings | further)


def test_a_turned_cell_is_covered_as_by_hand():
    cell = turned(1, 1)
    unit = gpd.GeoSeries([shapely.box(EAST, NORTH, EAST + 1000, NORTH + 1000)], index=["ZH1"], crs=CRS)
    cover = coverage(unit, cell)
    # corners (0, 0), (400, 300), (100, 700), (−300, 400): west of x = 0 lies a triangle of 625 · 300 / 2 m² of 250 000
    assert cover.cells["ZH1"] == pytest.approx(1 - 93_750 / 250_000, rel=1e-12)
    assert cover.total(np.array([[8.0]])).loc["ZH1", "value"] == pytest.approx(5.0, rel=1e-12)
    assert cover.mean(np.array([[8.0]])).loc["ZH1", "value"] == pytest.approx(8.0, rel=1e-12)
    assert cover.valid_share(np.array([[8.0]])).loc["ZH1", "value"] == pytest.approx(1.0, rel=1e-12)
    assert cover.area["ZH1"] == pytest.approx(0.625 * cell.cell_area[0, 0], rel=1e-12)
    assert cover.column_sums() == pytest.approx(np.array([[0.625]]), rel=1e-12)
    assert cover.to_sparse().toarray() == pytest.approx(np.array([[0.625]]), rel=1e-12)
    assert len(cover.run_row) == 0
    assert repr(cover) == "Coverage(1 units, 1 boundary and 0 whole cells of CurvedGrid(EPSG:4549, 1×1))"


def test_total_and_mean_weigh_uneven_cells_as_by_hand():
    grid = CurvedGrid.from_edges(CRS, EAST + np.array([0.0, 100.0, 400.0]), NORTH + np.array([0.0, 100.0]))
    unit = gpd.GeoSeries([shapely.box(EAST + 50, NORTH, EAST + 250, NORTH + 100)], index=["ZH1"], crs=CRS)
    cover = coverage(unit, grid)
    np.testing.assert_allclose(cover.to_sparse().toarray(), [[0.5, 0.5]], rtol=1e-12)
    assert cover.total(np.array([[10.0, 30.0]])).iloc[0, 0] == pytest.approx(20.0, rel=1e-12)
    # 50 m of 10 and 150 m of 30; the scale of the projection does not change over 400 m by more than 1e-8
    assert cover.mean(np.array([[10.0, 30.0]])).iloc[0, 0] == pytest.approx((50 * 10 + 150 * 30) / 200, rel=1e-8)
    assert cover.total(np.array([[10.0, np.nan]])).iloc[0, 0] == pytest.approx(5.0, rel=1e-12)
    assert cover.valid_share(np.array([[10.0, np.nan]])).iloc[0, 0] == pytest.approx(0.25, rel=1e-8)
    assert np.isnan(cover.total(np.full((1, 2), np.nan)).iloc[0, 0])


def test_what_a_grid_promises():
    grid = turned(2, 3)
    assert grid.shape == (2, 3)
    assert grid.bounds == (EAST - 600, NORTH, EAST + 1200, NORTH + 1700)
    assert grid == turned(2, 3)
    assert hash(grid) == hash(turned(2, 3))
    assert grid != turned(3, 2)
    assert grid != GRID
    assert grid != CurvedGrid("EPSG:4547", grid.corners_x, grid.corners_y)
    assert pickle.loads(pickle.dumps(grid)) == grid  # noqa: S301 - written one call before
    assert repr(grid) == "CurvedGrid(EPSG:4549, 2×3)"
    assert [shape.area for shape in grid.polygons] == pytest.approx([250_000.0] * 6)
    corners = np.array([[400, 300], [800, 600], [500, 1000], [100, 700]]) + np.array([EAST, NORTH])
    assert grid.polygons[1].equals(shapely.Polygon(corners))
    with pytest.raises(ValueError, match="read-only"):
        grid.corners_x[0, 0] = 0.0


def test_corners_are_copied_and_signless_zero_is_zero():
    x, y = np.meshgrid([-0.0, 1.0], [10.0, 11.0])
    grid = CurvedGrid("EPSG:4490", x, y)
    x[0, 0] = 99.0
    assert grid.corners_x[0, 0] == 0.0
    same = CurvedGrid("EPSG:4490", *np.meshgrid([0.0, 1.0], [10.0, 11.0]))
    assert grid == same
    assert hash(grid) == hash(same)


def test_areas_are_those_of_the_ellipsoid():
    regular = Grid("EPSG:4490", Affine(0.25, 0, 118, 0, -0.25, 25), (4, 6))
    same = CurvedGrid.from_edges("EPSG:4490", 118 + np.arange(7) * 0.25, 25 - np.arange(5) * 0.25)
    np.testing.assert_allclose(same.cell_area, np.broadcast_to(regular.cell_area, (4, 6)), rtol=1e-12)
    # an eighth of the ellipsoid, whose surface is 510 065 621.724 km² (GRS 80)
    octant = CurvedGrid.from_edges("EPSG:4490", np.arange(10) * 10.0, np.arange(19) * 5.0)
    assert octant.cell_area.sum() == pytest.approx(510_065_621.724e6 / 8, rel=1e-9)


def test_a_flux_becomes_tonnes_by_the_area_of_each_cell():
    grid = bent(3, 3)
    flux = field(grid, np.ones((3, 3)), unit="t km-2 yr-1", kind=Kind.FLUX)
    np.testing.assert_allclose(flux.tonnes(), grid.cell_area / 1e6, rtol=1e-12)


def test_an_empty_cell_is_nowhere():
    whole = turned(2, 2)
    x, y = whole.corners_x.copy(), whole.corners_y.copy()
    x[0, 0] = np.nan
    swath = CurvedGrid(CRS, x, y)
    around = gpd.GeoSeries([shapely.box(*whole.bounds)], index=["ZH1"], crs=CRS)
    np.testing.assert_array_equal(coverage(around, swath).column_sums(), [[0.0, 1.0], [1.0, 1.0]])
    held = coverage(around, swath)
    assert held.area["ZH1"] == pytest.approx(whole.cell_area.ravel()[1:].sum(), rel=1e-12)
    assert held.valid_share(np.ones((2, 2))).loc["ZH1", "value"] == pytest.approx(1.0, rel=1e-12)
    assert held.mean(np.array([[9.0, 2.0], [2.0, 2.0]])).loc["ZH1", "value"] == pytest.approx(2.0, rel=1e-12)
    assert np.isnan(swath.cell_area[0, 0])
    assert np.isfinite(swath.cell_area.ravel()[1:]).all()
    assert swath.polygons[0].is_empty
    assert swath.locate(np.array([EAST, EAST + 100]), np.array([NORTH + 300, NORTH + 1000])).tolist() == [-1, 3]
    account = build_ledger(units(), (), (field(swath, [[1.0, 2.0], [3.0, 4.0]]),), None)
    row = account.conservation.iloc[0]
    assert row["raster_total"] == 10.0
    assert row["outside"] >= 1.0
    assert row["relative_difference"] <= 1e-9
    assert swath == CurvedGrid(CRS, x, np.where(np.isnan(x), np.nan, y))


POINTS = [  # metres from (EAST, NORTH) in two rows and columns of 100 × 200, and the cell that owns the point
    ((50, 100), 0), ((150, 100), 1), ((50, 300), 2), ((150, 300), 3),
    ((100, 100), 1), ((50, 200), 2), ((100, 200), 3), ((100, 300), 3), ((150, 200), 3),
    ((0, 0), 0), ((50, 0), 0), ((0, 100), 0), ((100, 0), 1), ((0, 200), 2),
    ((200, 100), -1), ((50, 400), -1), ((200, 400), -1), ((200, 0), -1), ((0, 400), -1), ((-1, 0), -1),
]  # fmt: skip


@pytest.mark.parametrize(("point", "cell"), POINTS)
def test_a_point_on_a_border_belongs_to_the_next_cell_as_in_a_regular_grid(point, cell):
    x, y = (np.array([value]) for value in (EAST + point[0], NORTH + point[1]))
    grid = CurvedGrid.from_edges(CRS, EAST + np.arange(3) * 100.0, NORTH + np.arange(3) * 200.0)
    assert grid.locate(x, y).tolist() == [cell]
    regular = Grid(CRS, Affine(100, 0, EAST, 0, 200, NORTH), (2, 2))
    col, row = np.floor((x[0] - EAST) / regular.dx), np.floor((y[0] - NORTH) / regular.dy)
    assert (row * 2 + col if 0 <= row < 2 and 0 <= col < 2 else -1) == cell


def test_a_point_that_is_nowhere_is_in_no_cell():
    assert turned().locate(np.array([np.nan, np.inf]), np.array([0.0, 0.0])).tolist() == [-1, -1]
    assert turned().locate(np.array([]), np.array([])).tolist() == []


def test_emitters_are_taken_out_of_their_own_cell():
    grid = turned(2, 2)  # cell (0, 0) from (0, 0), (0, 1) from (400, 300), (1, 0) from (−300, 400)
    works = emitters([
        ("甲", 400, 300, "yes", 2.0),  # the first corner of (0, 1)
        ("乙", 50, 350, "yes", 30.0),  # inside (0, 0), which holds 10
        ("丙", 50, 350, "no", 5.0),
        ("丁", 5000, 5000, "yes", 1.0),  # outside
    ])  # fmt: skip
    left = take_out(field(grid, [[10.0, 20.0], [30.0, 40.0]]), works)
    np.testing.assert_allclose(left.rest.read(), [[0.0, 18.0], [30.0, 40.0]])
    assert (left.taken, left.shortfall, left.short_cells) == (12.0, 21.0, 1)


def test_a_whole_study_conserves_mass():
    grid = bent()
    rng = np.random.default_rng(5)
    values = rng.gamma(1.0, 20.0, grid.shape)
    values[rng.random(grid.shape) < 0.1] = np.nan
    air = rng.gamma(1.0, 1e-3, grid.shape)
    layers = (
        field(grid, values),
        field(grid, air, species="SO2", unit="kg m-2 yr-1", kind=Kind.FLUX, basis="SO2"),
        field(GRID, np.ones((4, 4)), series="other"),
    )
    works = emitters([("甲", 300, 1500, "yes", 4.0), ("乙", 1200, 400, "yes", 900.0), ("丙", 1700, 1700, "no", 6.0)])
    middle = zone("air", "AIR_HIGH", shapely.box(EAST + 200, NORTH + 300, EAST + 1900, NORTH + 1800))
    account = build_ledger(units(), (middle,), layers, works)
    assert account.conservation["relative_difference"].max() <= 1e-9
    assert (account.conservation[["in_units", "outside"]] > 0).all(axis=None)
    carbon = account.conservation.set_index("species").loc["CO2"]
    assert carbon["raster_total"] == pytest.approx(np.nansum(values), rel=1e-12)
    assert carbon["taken_out"] + carbon["shortfall"] == pytest.approx(904.0, rel=1e-12)
    assert carbon["shortfall"] > 0
    cells = account.ledger["grid_cells"].to_numpy()
    assert cells.sum() == pytest.approx(shapely.area(
        shapely.intersection(grid.polygons, shapely.box(EAST, NORTH, EAST + 2000, NORTH + 2000))) @ (
            1 / shapely.area(grid.polygons)), rel=1e-11)  # fmt: skip
    pieces = account.ledger["fragment_emission"].sel(species="CO2").sum().item()
    assert 0 < pieces < account.ledger["emission"].sel(species="CO2").sum().item()
    assert np.isfinite(account.ledger["grid_ratio"].sel(series="other", species="CO2")).all()


def test_the_checks_of_two_inputs_take_it():
    class Study:
        class tolerance:  # noqa: N801 - stands for the study's own
            densify = 50.0

        @staticmethod
        def threshold(name):
            return {"uncovered_area": 0.001, "cells_per_unit": 4}[name]

    grid = bent(3, 3)
    layers = (field(grid, np.ones((3, 3))),)
    covers = cover_grids(units(), layers, Laying())
    assert list(covers) == [grid]
    assert [found.code for found in check_grids(units(), layers, covers, Study())] == ["CELL_LARGER_THAN_UNIT"]
    parents = parent_counties(units(), covers[grid])
    names = sorted({code[2:8] for code in CODES})
    held = grid.locate(np.array([EAST + 500, EAST + 1500]), np.array([NORTH + 1700, NORTH + 300]))
    assert [names[parents(0, 3).ravel()[cell]] for cell in held] == ["990101", "990102"]


def test_a_kept_coverage_goes_by_the_corners(tmp_path):
    grid = turned()
    moved = CurvedGrid(CRS, grid.corners_x + 0.001, grid.corners_y)
    rectangular = CurvedGrid.from_edges(CRS, EAST + np.arange(5) * 500.0, NORTH + 2000 - np.arange(5) * 500.0)
    keys = [coverage_key(SHAPES, one, 50.0) for one in (grid, moved, rectangular, GRID)]
    assert len(set(keys)) == 4
    assert coverage_key(SHAPES, turned(), 50.0) == keys[0]
    laid = Laying(store=CoverageFolder(tmp_path)).cover(SHAPES, grid)
    again = Laying(store=CoverageFolder(tmp_path)).cover(SHAPES, grid)
    assert again is not laid
    np.testing.assert_array_equal(again.to_sparse().toarray(), laid.to_sparse().toarray())
    np.testing.assert_array_equal(again.total(np.ones((4, 4))), laid.total(np.ones((4, 4))))


def test_no_unit_and_no_contact():
    none = gpd.GeoSeries([], index=[], crs=CRS)
    assert coverage(none, turned()).to_sparse().shape == (0, 16)
    away = gpd.GeoSeries([shapely.Polygon(), shapely.box(0, 0, 1, 1)], index=["A", "B"], crs=CRS)
    cover = coverage(away, turned())
    assert cover.cells.tolist() == [0.0, 0.0]
    assert np.isnan(cover.total(np.ones((4, 4)))).all(axis=None)


FAULTS = [
    (([[0, 1]], [[0, 0], [1, 1]]), "角点坐标的形状"),
    (([0, 1], [0, 1]), "角点坐标的形状"),
    (([[0, 1], [0, np.inf]], [[0, 0], [1, 1]]), "1 个像元的角点不在地球上"),
    (([[np.nan, 1], [0, 1]], [[0, 0], [1, 1]]), "没有一个四角齐全的像元"),
    (([[0, 1], [1, 0]], [[0, 0], [1, 1]]), "面积为零、自相交或翻折，首个在第 1 行第 1 列"),
    (([[0, 1], [2, 3]], [[0, 1], [2, 3]]), "1 个像元面积为零"),
    (([[0, 1, 2, 1.5], [0, 1, 2, 1.5]], [[0, 0, 0, 0], [1, 1, 1, 1]]), "1 个像元面积为零、.*第 1 行第 3 列"),
    (([[0, 4, 1], [0, 4, 1]], [[10, 10, 10], [10, 10, 10]]), "2 个像元面积为零"),
    (([[179, 180.5], [179, 180.5]], [[0, 0], [1, 1]]), "超出 180° 经线"),
    (([[179, -179], [179, -179]], [[0, 0], [1, 1]]), "跨越或超出 180° 经线"),
    (([[-135, 135], [-45, 45]], [[80, 80], [80, 80]]), "1 个像元包含极点"),
    (([[0, 1], [0, 1]], [[89, 89], [91, 91]]), "不在地球上"),
]  # fmt: skip


@pytest.mark.parametrize(("corners", "said"), FAULTS)
def test_corners_that_make_no_grid_are_refused(corners, said):
    with pytest.raises(GeometryError, match=said):
        CurvedGrid("EPSG:4490", *(np.array(axis, dtype=float) for axis in corners))


def test_cells_that_lie_over_others_are_refused():
    angle = np.linspace(0, 2.2 * np.pi, 23)  # once around and a little more
    with pytest.raises(GeometryError, match="像元相互重叠") as raised:
        placed(np.outer([1000, 2000], np.cos(angle)), np.outer([1000, 2000], np.sin(angle)))
    assert "overlap" in raised.value.en
    placed(np.outer([1000, 2000], np.cos(angle[:20])), np.outer([1000, 2000], np.sin(angle[:20])))


def test_a_grid_may_close_around_a_hole_and_have_gaps():
    angle = np.linspace(0, 2 * np.pi, 13)
    x, y = np.outer([1000, 2000, 3000], np.cos(angle)), np.outer([1000, 2000, 3000], np.sin(angle))
    closed = placed(x, y)
    assert shapely.union_all(closed.polygons).area == pytest.approx(12 * 0.5 * np.sin(np.pi / 6) * 8e6, rel=1e-9)
    x[0, 0] = np.nan
    assert shapely.is_empty(placed(x, y).polygons).sum() == 1
    with pytest.raises(GeometryError, match="2 个像元相互重叠"):  # the third cell lies over the first, none between
        placed([[0, 1, np.nan, 0.5, 1.5], [0, 1, np.nan, 0.5, 1.5]], [[0] * 5, [1] * 5])


def test_a_pole_in_the_plane_of_a_projection_is_a_place_like_any_other():
    x, y = np.meshgrid([-1e5, 1e5], [-1e5, 1e5])
    polar = CurvedGrid("+proj=stere +lat_0=90 +lat_ts=90 +ellps=GRS80", x, y)  # true to scale at the pole
    assert polar.cell_area[0, 0] == pytest.approx(4e10, rel=1e-3)


@pytest.mark.parametrize("crs", ["", 'LOCAL_CS["mine",UNIT["metre",1]]'])
def test_a_system_that_is_nowhere_is_refused(crs):
    with pytest.raises(CrsError):
        CurvedGrid(crs, *np.meshgrid([0.0, 1.0], [0.0, 1.0]))


def degrees_array(**further):
    lon, lat = np.meshgrid(118 + np.arange(5) * 0.1, 25 - np.arange(4) * 0.1)
    lon, lat = lon + 0.02 * (lat - 25), lat + 0.03 * (lon - 118)
    coords = {"lon": (("y", "x"), lon), "lat": (("y", "x"), lat)}
    return xr.DataArray(np.ones((4, 5)), dims=("y", "x"), coords=coords, attrs={"crs": "EPSG:4490"} | further)


def test_two_dimensional_degrees_make_corners_half_way():
    array = degrees_array()
    grid = grid_of(array)
    assert isinstance(grid, CurvedGrid)
    assert grid.shape == (4, 5)
    centres = shapely.get_coordinates(shapely.centroid(grid.polygons)).reshape(4, 5, 2)
    np.testing.assert_allclose(centres[..., 0], array["lon"], rtol=1e-12)
    np.testing.assert_allclose(centres[..., 1], array["lat"], rtol=1e-12)
    unit = gpd.GeoSeries([shapely.box(118, 24.8, 118.3, 25)], index=["ZH1"], crs="EPSG:4490")
    cover = coverage(unit, array)
    assert cover.total(array).sel(unit="ZH1").item() == pytest.approx(cover.cells["ZH1"], rel=1e-12)
    assert cover.grid == grid


def test_degrees_are_known_by_what_they_say():
    array = degrees_array()
    renamed = array.rename(lon="a", lat="b")
    with pytest.raises(GeometryError, match="没有坐标，也没有二维经纬度"):
        grid_of(renamed)
    renamed["a"].attrs["units"] = "degrees_east"
    renamed["b"].attrs["standard_name"] = "latitude"
    assert grid_of(renamed) == grid_of(array)
    turned_round = array.assign_coords(lon=array["lon"].transpose("x", "y"))
    assert grid_of(turned_round) == grid_of(array)


def test_axes_of_a_projection_come_before_the_degrees_that_it_adds():
    array = degrees_array(crs="EPSG:4549")
    assert grid_of(array).crs.to_epsg() == 4490
    with_axes = array.assign_coords(x=EAST + np.arange(5) * 100, y=NORTH - np.arange(4) * 100)
    assert isinstance(grid_of(with_axes), Grid)
    numbered = degrees_array().assign_coords(x=np.arange(5), y=np.arange(4))
    assert grid_of(numbered) == grid_of(degrees_array())


def test_what_is_not_known_is_asked_for():
    bare = degrees_array()
    bare.attrs.clear()
    with pytest.raises(CrsError):
        grid_of(bare)
    uneven = xr.DataArray(
        np.ones((2, 3)), dims=("y", "x"), coords={"y": [25.0, 24.0], "x": [118.0, 118.1, 118.5]},
        attrs={"crs": "EPSG:4490"},
    )  # fmt: skip
    with pytest.raises(GeometryError, match=r"CurvedGrid\.from_edges"):
        grid_of(uneven)
    with pytest.raises(GeometryError, match="二维经纬度"):
        CurvedGrid.from_dataarray(uneven)
    with pytest.raises(GeometryError, match="不足以推算像元角点"):
        grid_of(degrees_array().isel(y=slice(0, 1)))
    jump = degrees_array()
    jump["lon"][:, 3:] -= 358.0
    with pytest.raises(GeometryError, match="首个在第 1 行第 4 列"):
        grid_of(jump)


def test_values_that_lie_elsewhere_are_refused():
    array = degrees_array()
    cover = coverage(gpd.GeoSeries([shapely.box(118, 24, 119, 25)], crs="EPSG:4490"), array)
    cover.total(array.drop_vars(["lon", "lat"]))
    with pytest.raises(GeometryError, match="数值所在格网与叠加所用格网不同"):
        cover.total(array.isel(y=slice(None, None, -1)))
    with pytest.raises(ZoningError, match="数值所在格网与叠加所用格网不同"):
        cover.total(field(turned(4, 5), np.ones((4, 5))))
    edges = CurvedGrid.from_edges("EPSG:4490", [118.0, 118.1, 118.5], [25.0, 24.0, 23.9])
    uneven = xr.DataArray(np.ones((2, 2)), dims=("y", "x"), coords={"y": [24.5, 23.95], "x": [118.05, 118.3]})
    cover = coverage(gpd.GeoSeries([shapely.box(118, 24, 119, 25)], crs="EPSG:4490"), edges)
    assert cover.total(uneven).dims == ("unit",)
    with pytest.raises(GeometryError, match="数值所在格网与叠加所用格网不同"):
        cover.total(uneven.assign_coords(x=[118.3, 118.05]))


def test_every_fault_says_what_to_do_in_both_languages():
    with pytest.raises(GeometryError) as raised:
        CurvedGrid("EPSG:4490", *np.meshgrid([179.0, 181.0], [0.0, 1.0]))
    assert "请" in raised.value.zh
    assert "split the grid" in raised.value.en
