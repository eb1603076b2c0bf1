"""Areas on the ellipsoid and overlays of polygons worked out by hand."""

from __future__ import annotations

import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
import xarray as xr
from shapely import MultiPolygon, Polygon, box

import zoning
from zoning.crs import EQUAL_AREA, geodesic_area, transformer
from zoning.errors import CrsError, GeometryError, InputError
from zoning.overlay import combinations, fragments, intersection_areas
from zoning.overlay.curved import covered_cells
from zoning.overlay.onto_grid import lay
from zoning.overlay.pairs.intersections import on_one_plane, shared
from zoning.overlay.polygons import read_layer
from zoning.supports import CellGrid, CurvedGrid, grid_of

DEGREES, METRES = "EPSG:4490", "EPSG:4549"
LONG = np.longdouble
PI = LONG("3.14159265358979323846264338327950288")


def layer(*shapes: object, crs: object = METRES, index: list[str] | None = None) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=crs, index=index)


def zone(west: float, south: float, east: float, north: float) -> float:
    """Area between two parallels and two meridians, by the closed formula, in 64 bits of mantissa."""
    f = 1 / LONG("298.257222101")
    squared = f * (2 - f)
    eccentricity, radian = np.sqrt(squared), PI / 180
    low, high = np.sin(LONG(south) * radian), np.sin(LONG(north) * radian)
    rise = 2 * np.cos((LONG(south) + LONG(north)) * radian / 2) * np.sin((LONG(north) - LONG(south)) * radian / 2)
    algebraic = rise * (1 + squared * low * high) / ((1 - squared * low**2) * (1 - squared * high**2))
    curved = np.arctanh(eccentricity * rise / (1 - squared * low * high)) / eccentricity
    return float(LONG(6378137) ** 2 * (1 - squared) * (LONG(east) - LONG(west)) * radian / 2 * (algebraic + curved))


BOXES = [
    (118.0, 24.0, 119.0, 25.0), (118.1, 24.2, 118.1001, 24.2001), (118.1, 24.2, 118.100001, 24.200001),
    (70.0, -80.0, 130.0, 85.0), (-180.0, -90.0, 180.0, 90.0), (118.0, 89.0, 119.0, 90.0), (179.0, -0.25, 181.0, 0.25),
]  # fmt: skip


@pytest.mark.parametrize("corners", BOXES)
def test_a_box_of_degrees_has_the_area_of_the_closed_formula(corners: tuple[float, ...]) -> None:
    found = geodesic_area(np.array([box(*corners)]), pyproj.CRS(DEGREES))[0]
    assert found == pytest.approx(zone(*corners), rel=1e-13)


@pytest.mark.parametrize("corners", BOXES[:4])
def test_what_two_boxes_share_has_the_area_of_the_closed_formula(corners: tuple[float, ...]) -> None:
    west, south, east, north = corners
    third, fifth = (east - west) / 3, (north - south) / 5
    one, other = layer(box(*corners), crs=DEGREES), layer(box(west + third, south + fifth, 135, 87), crs=DEGREES)
    found = intersection_areas(one, other)["area_m2"][0]
    assert found == pytest.approx(zone(west + third, south + fifth, east, north), rel=1e-12)


def test_a_slanting_edge_across_the_country_is_straight_in_degrees() -> None:
    # lat = 20 + (lon - 100): ∫ Q(lat) dlon over 30 degrees, by 40 points of Gauss and Legendre in long double
    knots, weights = np.polynomial.legendre.leggauss(40)
    strips = [zone(0, 20, 1, 20 + 15 * (1 + float(t))) for t in knots]
    expected = 15 * float(np.dot(weights, strips))
    triangle = Polygon([(100, 20), (130, 20), (130, 50)])
    assert geodesic_area(np.array([triangle]), pyproj.CRS(DEGREES))[0] == pytest.approx(expected, rel=1e-13)
    found = intersection_areas(layer(triangle, crs=DEGREES), layer(box(90, 10, 140, 60), crs=DEGREES))
    assert found["area_m2"][0] == pytest.approx(expected, rel=1e-13)


def scale_of_a_zone(x: float, y: float) -> float:
    """Linear scale of a transverse Mercator projection with an unscaled meridian, x metres from it (series of Krüger).

    k = 1 + x² / 2 ρν + x⁴ / 24 ρ²ν² with the radii at the foot point: right to 1e-10 for 60 km.
    """
    lat = np.radians(transformer(pyproj.CRS(METRES), pyproj.CRS(DEGREES)).transform(500_000.0, y)[1])
    squared = (2 - 1 / 298.257222101) / 298.257222101
    bend = 1 - squared * np.sin(lat) ** 2
    radii = 6378137.0**2 * (1 - squared) / bend**2
    return 1 + x**2 / (2 * radii) + x**4 / (24 * radii**2)


@pytest.mark.parametrize("x", [0.0, 20_000.0, 60_000.0])
def test_a_small_square_of_a_zone_is_its_plane_area_over_the_scale_squared(x: float) -> None:
    square = box(500_000 + x - 50, 2_740_000 - 50, 500_000 + x + 50, 2_740_000 + 50)
    expected = 1e4 / scale_of_a_zone(x, 2_740_000.0) ** 2
    assert geodesic_area(np.array([square]), pyproj.CRS(METRES))[0] == pytest.approx(expected, rel=2e-9)


def test_areas_of_an_equal_area_plane_are_those_of_the_plane() -> None:
    for crs in (EQUAL_AREA, pyproj.CRS("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80")):
        assert geodesic_area(np.array([box(0, 4e6, 3e5, 4.2e6)]), crs)[0] == 6e10
    feet = pyproj.CRS("+proj=laea +lat_0=30 +lon_0=110 +ellps=GRS80 +units=ft")
    assert geodesic_area(np.array([box(0, 0, 100, 100)]), feet)[0] == pytest.approx(30.48**2, rel=1e-12)


def test_only_polygons_have_areas() -> None:
    square = box(118, 24, 119, 25)
    mixed = shapely.GeometryCollection([square, shapely.LineString([(0, 0), (1, 1)]), shapely.Point(3, 3)])
    nested = shapely.GeometryCollection([shapely.GeometryCollection([square]), MultiPolygon([box(0, 0, 1, 1)])])
    shapes = np.array([square, mixed, nested, shapely.Point(1, 1), Polygon(), None, box(118, 80, 119, 118)])
    found = geodesic_area(shapes, pyproj.CRS(DEGREES))
    one, equator = zone(118, 24, 119, 25), zone(0, 0, 1, 1)
    np.testing.assert_allclose(found, [one, one, one + equator, 0, 0, np.nan, np.nan], rtol=1e-13)
    assert geodesic_area(np.zeros(0, dtype=object), pyproj.CRS(DEGREES)).shape == (0,)


def test_a_hole_and_any_winding_count_once() -> None:
    shell, hole = (
        [(118, 24), (119, 24), (119, 25), (118, 25)],
        [(118.2, 24.2), (118.2, 24.6), (118.7, 24.6), (118.7, 24.2)],
    )
    expected = zone(118, 24, 119, 25) - zone(118.2, 24.2, 118.7, 24.6)
    for outer in (shell, shell[::-1]):
        for inner in (hole, hole[::-1]):
            found = geodesic_area(np.array([Polygon(outer, [inner])]), pyproj.CRS(DEGREES))[0]
            assert found == pytest.approx(expected, rel=1e-13)


def test_a_datum_without_an_exact_shift_has_no_areas() -> None:
    with pytest.raises(CrsError):
        geodesic_area(np.array([box(0, 0, 1, 1)]), pyproj.CRS("EPSG:2433"))
    with pytest.raises(CrsError):
        intersection_areas(layer(box(0, 0, 1, 1), crs="EPSG:2433"), layer(box(0, 0, 1, 1), crs="EPSG:2433"))


def test_latitudes_and_longitudes_in_the_wrong_order_are_refused() -> None:
    swapped = layer(box(24, 118, 25, 119), crs=DEGREES, index=["ZH7"])
    with pytest.raises(GeometryError, match="ZH7"):
        intersection_areas(swapped, swapped)


def test_beyond_what_a_projection_maps_nothing_has_an_area() -> None:
    nowhere = layer(box(1e12, 1e12, 1e12 + 10, 1e12 + 10), index=["ZH8"])
    with pytest.raises(GeometryError, match="ZH8"):
        intersection_areas(nowhere, nowhere)


def test_touching_is_no_area() -> None:
    square = box(118, 24, 119, 25)
    touching = [box(119, 24, 120, 25), box(119, 25, 120, 26), Polygon([(118.5, 25), (119, 26), (118, 26)])]
    assert len(intersection_areas(layer(square, crs=DEGREES), layer(*touching, crs=DEGREES))) == 0


def test_layers_in_two_systems_share_what_they_share() -> None:
    degrees = layer(box(117.2, 24.1, 117.4, 24.3), crs=DEGREES)
    dense = gpd.GeoSeries(shapely.segmentize(degrees.to_numpy(), 1e-5), crs=DEGREES).to_crs(METRES)
    for one, other in ((degrees, dense), (dense, degrees)):
        assert intersection_areas(one, other)["area_m2"][0] == pytest.approx(zone(117.2, 24.1, 117.4, 24.3), rel=1e-9)


def test_threads_do_not_change_a_bit() -> None:
    rng = np.random.default_rng(5)
    points = rng.uniform([118, 24], [121, 26], (400, 2))
    discs = layer(*shapely.buffer(shapely.points(points), 0.07), crs=DEGREES)
    (one, other), ground = on_one_plane([read_layer(discs), read_layer(discs)], None, 50.0)
    for given in ({}, {"ground": ground}):
        alone, four = shared(one, other, 1, **given), shared(one, other, 4, **given)
        assert (alone.area == four.area).all()
        assert (alone.a == four.a).all()
    turned = read_layer(discs.iloc[::-1])
    again = shared(turned, turned, ground=ground)
    order = np.lexsort((399 - again.b, 399 - again.a))
    assert (again.area[order] == shared(one, one, ground=ground).area).all(), "the order of units changes no bit"


# ---- pieces ---------------------------------------------------------------------------------------------------------


def test_large_polygons_are_cut_to_their_partners_without_a_trace() -> None:
    angle = np.linspace(0, 2 * np.pi, 5_001)[:-1]
    radius = 30_000 * (1 + 0.1 * np.sin(40 * angle))
    coast = Polygon(np.column_stack([500_000 + radius * np.cos(angle), 2_740_000 + radius * np.sin(angle)]))
    zones = [box(526_000 + k * 700, 2_740_000, 526_700 + k * 700, 2_741_000) for k in range(12)]
    pieces = fragments(layer(coast), layer(*zones), METRES)
    direct = [shapely.intersection(coast, other) for other in zones]
    expected = [shape for shape in direct if shape.area > 0]
    assert len(pieces) == len(expected)
    for found, other in zip(pieces.geometry, expected, strict=True):
        assert shapely.hausdorff_distance(found, other) < 1e-6
        assert found.area == pytest.approx(other.area, rel=1e-12)
    assert pieces.geometry.is_valid.all()


def test_a_sliver_thinner_than_geos_can_draw_keeps_its_area() -> None:
    low = Polygon([(500_000, 2_740_000), (501_000, 2_740_000), (501_000, 2_740_500.3), (500_000, 2_740_500.1)])
    high = Polygon([(500_000, 2_740_500.1), (501_000, 2_740_500.3), (501_000, 2_741_000), (500_000, 2_741_000)])
    moved = shapely.transform(high, lambda xy: xy - [0, 5e-8])
    table, pieces = intersection_areas(layer(low), layer(moved)), fragments(layer(low), layer(moved), METRES)
    assert table["area_m2"].tolist() == pytest.approx([5e-5], rel=0.05)
    assert pieces["area_m2"].tolist() == pytest.approx([5e-5], rel=0.05)


# ---- many layers ----------------------------------------------------------------------------------------------------


def square(west: float, south: float, east: float, north: float) -> Polygon:
    return box(500_000 + west, 2_740_000 + south, 500_000 + east, 2_740_000 + north)


def rows(table: pd.DataFrame) -> dict[tuple[object, ...], float]:
    names = [name for name in table if name not in ("area_m2", "geometry")]
    keys = table[names].astype(object).where(table[names].notna(), None).itertuples(index=False, name=None)
    return dict(zip(keys, table["area_m2"].round(), strict=True))


THREE = {
    "unit": layer(square(0, 0, 1000, 1000), square(1000, 0, 2000, 1000), index=["U", "V"]),
    "air": layer(square(0, 0, 1500, 1000), index=["A"]),
    "park": layer(
        square(500, 0, 1000, 500), square(900, 400, 1100, 600), square(3000, 0, 3100, 100), index=["P", "Q", "R"]
    ),
}  # fmt: skip
EXPECTED = {
    ("U", "A", "P"): 240_000, ("U", "A", "Q"): 10_000, ("U", "A", ("P", "Q")): 10_000, ("U", "A", None): 740_000,
    ("V", "A", "Q"): 20_000, ("V", "A", None): 480_000, ("V", None, None): 500_000, (None, None, "R"): 10_000,
}  # fmt: skip


@pytest.mark.parametrize("geometry", [True, False])
def test_parts_of_three_layers_by_hand(*, geometry: bool) -> None:
    found = combinations(THREE, METRES, geometry=geometry)
    assert rows(found) == EXPECTED
    assert isinstance(found, gpd.GeoDataFrame) == geometry
    if geometry:
        assert found.geometry.is_valid.all()
        np.testing.assert_allclose(
            geodesic_area(found.geometry.to_numpy(), pyproj.CRS(METRES)), found["area_m2"], rtol=1e-12
        )


def test_the_order_of_layers_changes_columns_only() -> None:
    for names in (("park", "unit", "air"), ("air", "park", "unit")):
        for geometry in (True, False):
            found = rows(combinations({name: THREE[name] for name in names}, METRES, geometry=geometry))
            turned = {
                tuple(key[names.index(name)] for name in ("unit", "air", "park")): area for key, area in found.items()
            }
            assert turned == EXPECTED


def test_one_layer_and_empty_layers_are_layers() -> None:
    alone = combinations({"unit": THREE["unit"]}, METRES)
    assert alone["unit"].tolist() == ["U", "V"]
    both = combinations({"unit": THREE["unit"], "none": layer()}, METRES, geometry=False)
    assert both["none"].isna().all()
    np.testing.assert_allclose(both["area_m2"], alone["area_m2"], rtol=1e-13)
    assert len(combinations({"one": layer(), "two": layer(Polygon())}, METRES)) == 0


@pytest.mark.parametrize("layers", [{}, {"geometry": layer(box(0, 0, 1, 1))}, {"area_m2": layer(box(0, 0, 1, 1))}])
def test_layers_need_names_of_their_own(layers: dict[str, gpd.GeoSeries]) -> None:
    with pytest.raises(InputError):
        combinations(layers, METRES)


# ---- cells of any shape ---------------------------------------------------------------------------------------------

HEXAGON = Polygon([(2, 0), (4, 0), (5, 2), (4, 4), (2, 4), (1, 2)])
CELLS = [HEXAGON, Polygon([(4, 0), (6, 0), (5, 2)]), Polygon(), box(0, 0, 6, 4).difference(box(-1, -1, 7, 3.5))]


def cells() -> gpd.GeoSeries:
    return layer(*CELLS, index=["h", "t", "e", "s"])


def test_units_cover_cells_of_any_shape() -> None:
    grid = grid_of(cells())
    assert isinstance(grid, CellGrid)
    unit = layer(box(0, 0, 3, 4), box(0, 0, 6, 4), index=["half", "all"])
    pointers, cell, fraction = covered_cells(read_layer(unit), grid)
    assert pointers.tolist() == [0, 2, 5]
    assert cell.tolist() == [0, 3, 0, 1, 3]
    assert fraction.tolist() == pytest.approx([0.5, 0.5, 1, 1, 1], abs=1e-15)
    laid = lay(read_layer(unit), grid)
    total = laid.total(np.array([[8.0, 2.0, np.nan, 4.0]]))["value"]
    assert total.tolist() == pytest.approx([6.0, 14.0])


def test_a_grid_of_cells_knows_its_cells() -> None:
    grid, again = grid_of(cells()), grid_of(cells().to_frame("geometry").set_geometry("geometry"))
    assert grid == again
    assert hash(grid) == hash(pickle.loads(pickle.dumps(grid)))  # noqa: S301 - our own bytes
    assert grid != CurvedGrid.from_edges(METRES, [0.0, 1.0], [0.0, 1.0])
    assert grid != grid_of(cells().translate(1, 0))
    assert (grid.shape, grid.bounds, grid.is_rectilinear) == ((1, 4), (0.0, 0.0, 6.0, 4.0), False)
    np.testing.assert_allclose(
        grid.cell_area,
        [[*geodesic_area(np.array(CELLS[:2]), grid.crs), np.nan, *geodesic_area(np.array(CELLS[3:]), grid.crs)]],
    )
    found = grid.locate(np.array([3.0, 4.5, 5.0, 9.0, np.nan, 3.0]), np.array([1.0, 1.0, 2.0, 9.0, 1.0, 3.75]))
    assert found.tolist() == [0, 0, 0, -1, -1, 0]
    assert grid.locate(np.array([5.0, 0.5]), np.array([0.5, 3.75])).tolist() == [1, 3]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (layer(box(0, 0, 1, 1), crs=None), CrsError),
        (layer(Polygon(), None), GeometryError),
        (layer(box(0, 0, 1, 1), shapely.Point(0, 0)), GeometryError),
        (layer(Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), GeometryError),
        (layer(box(0, 0, 1, np.nan)), GeometryError),
    ],
)
def test_cells_must_be_sound(bad: gpd.GeoSeries, error: type[Exception]) -> None:
    with pytest.raises(error):
        grid_of(bad)


# ---- cells of any shape ---------------------------------------------------------------------------------------------


def test_polygons_are_a_grid_for_values_without_rows(tmp_path) -> None:
    corners = [(0, 0), (2000, 0), (2000, 1000), (0, 1000)]
    triangles = [Polygon([corners[0], corners[1], corners[2]]), Polygon([corners[0], corners[2], corners[3]])]
    cells = gpd.GeoSeries(triangles, index=["T1", "T2"], crs="EPSG:4549").translate(5e5, 2.74e6)
    unit = gpd.GeoSeries([box(5e5, 2.74e6, 5.01e5, 2.741e6)], index=["ZH1"], crs="EPSG:4549")
    laid = zoning.coverage(unit, cells)  # a quarter of T1, three quarters of T2
    assert laid.to_sparse().toarray() == pytest.approx(np.array([[0.25, 0.75]]), rel=1e-12)
    assert laid.total(np.array([8.0, 4.0])).loc["ZH1", "value"] == pytest.approx(5.0, rel=1e-12)
    stacked = laid.total(np.array([[8.0, 4.0], [4.0, np.nan]]))
    assert stacked.loc["ZH1"].tolist() == pytest.approx([5.0, 1.0], rel=1e-12)
    named = xr.DataArray([[8.0, 4.0]], dims=("year", "cell"), coords={"year": [2020], "cell": ["T1", "T2"]})
    total = laid.total(named)
    assert total.dims == ("unit", "year")
    assert float(total.sel(unit="ZH1", year=2020)) == pytest.approx(5.0, rel=1e-12)
    zoning.save_coverage(laid, tmp_path / "cells.coverage")
    again = zoning.load_coverage(tmp_path / "cells.coverage")
    assert again.grid == laid.grid
    assert again.grid.labels.tolist() == ["T1", "T2"]
    assert again.total(np.array([8.0, 4.0])).equals(laid.total(np.array([8.0, 4.0])))
    kept = [zoning.coverage(unit, cells, workdir=tmp_path / "kept").to_sparse().toarray() for _ in range(2)]
    assert np.array_equal(kept[0], kept[1])
