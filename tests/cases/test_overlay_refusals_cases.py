"""What cannot be laid, added up or placed: a clear error in both languages, or the right number, never a wrong one."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr
from affine import Affine
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

import zoning
from zoning.errors import CrsError, GeometryError, InputError
from zoning.supports import CurvedGrid, Grid

CRS = "EPSG:4549"
NAN, INF = float("nan"), float("inf")
GRID = Grid(CRS, Affine(1, 0, 0, 0, -1, 4), (4, 5))
GLOBE_0 = Grid("EPSG:4490", Affine(1, 0, 0, 0, -1, 90), (180, 360))
GLOBE_180 = Grid("EPSG:4490", Affine(1, 0, -180, 0, -1, 90), (180, 360))
POLAR = Grid("EPSG:3413", Affine(1e5, 0, -3e6, 0, -1e5, 3e6), (60, 60))
AFRICA_FIRST = Grid("+proj=cea +lon_0=105 +datum=WGS84", Affine(1e6, 0, -2.1e7, 0, -1e6, 7e6), (14, 42))


def units(*shapes: object, crs: object = CRS) -> gpd.GeoSeries:
    return gpd.GeoSeries([box(0, 0, 1, 1), *shapes], crs=crs, index=["good", *(f"bad{k}" for k in range(len(shapes)))])


def both_languages(error: object) -> bool:
    zh, en = error.value.zh, error.value.en
    return any("\u4e00" <= letter <= "\u9fff" for letter in zh) and all(ord(letter) < 0x2E80 for letter in en)


# ---- polygons -------------------------------------------------------------------------------------------------------

RING = [(0, 0), (3, 0), (3, 3), (0, 3)]
INVALID = {
    "bow-tie": Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
    "crossing itself": Polygon([(0, 0), (3, 0), (3, 2), (1, 2), (1, -1), (0, -1)]),
    "hole outside": Polygon(RING, [[(5, 5), (6, 5), (6, 6)]]),
    "hole across the shell": Polygon(RING, [[(2, 1), (4, 1), (4, 2)]]),
    "hole that is the shell": Polygon(RING, [RING]),
    "hole in a hole": Polygon(RING, [[(0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5)], [(1, 1), (2, 1), (2, 2)]]),
    "flat": Polygon([(0, 0), (1, 1), (0, 0)]),
    "spike": Polygon([(0, 0), (2, 0), (2, 5), (2, 2), (0, 2)]),
    "one edge twice": Polygon([(0, 0), (2, 0), (2, 2), (2, 0), (4, 0), (4, 3), (0, 3)]),
    "overlapping parts": MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]),
    "part in a part": MultiPolygon([box(0, 0, 3, 3), box(1, 1, 2, 2)]),
    "the same part twice": MultiPolygon([box(0, 0, 2, 2), box(0, 0, 2, 2)]),
    "parts with a common edge": MultiPolygon([box(0, 0, 1, 1), box(1, 0, 2, 1)]),
}


@pytest.mark.parametrize("shape", INVALID.values(), ids=list(INVALID))
def test_invalid_polygons_are_refused_by_name(shape: object) -> None:
    for work in (
        lambda: zoning.coverage(units(shape), GRID),
        lambda: zoning.coverage(units(shape).to_frame("geometry"), GRID),
        lambda: zoning.intersection_areas(units(shape), units()),
        lambda: zoning.intersection_areas(units(), units(shape)),
        lambda: zoning.fragments(units(shape), units(), CRS),
    ):
        with pytest.raises(GeometryError, match=r"1 polygons are invalid.*: bad0") as caught:
            work()
        assert both_languages(caught)


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("value", [NAN, INF, -INF, 1e300, -1.7e308])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # shapely, of the NaN that it is given
def test_coordinates_without_a_place_are_refused_by_name(at: int, value: float) -> None:
    shell, hole = np.array(RING, float), np.array([(1, 1), (2, 1), (2, 2)], float)
    (shell if at < 2 else hole)[1, at % 2] = value
    with pytest.raises(GeometryError, match="1 polygons have coordinates that are not finite: bad0") as caught:
        zoning.coverage(units(Polygon(shell, [hole])), GRID)
    assert both_languages(caught)


@pytest.mark.parametrize(
    "shape",
    [Point(1, 1), LineString([(0, 0), (1, 1)]), LineString(), GeometryCollection([box(0, 0, 1, 1)]),
     shapely.MultiPoint([(0, 0)]), shapely.LinearRing(RING), GeometryCollection()],
    ids=lambda shape: shape.geom_type,
)  # fmt: skip
def test_what_is_no_polygon_is_refused_by_name(shape: object) -> None:
    with pytest.raises(GeometryError, match="1 features are not polygons: bad0") as caught:
        zoning.coverage(units(shape), GRID)
    assert both_languages(caught)


def test_all_labels_of_the_first_kind_of_fault_are_named() -> None:
    shapes = units(Point(1, 1), INVALID["flat"], LineString(), box(0, 0, 2, 2))
    with pytest.raises(GeometryError, match="2 features are not polygons: bad0, bad2"):
        zoning.coverage(shapes, GRID)


def test_heights_measures_and_empty_parts_change_nothing() -> None:
    flat = box(0.25, 0.5, 2.5, 2.75)
    measured = shapely.from_wkt("POLYGON ZM ((0.25 0.5 1 2, 2.5 0.5 1 2, 2.5 2.75 1 2, 0.25 2.75 1 2, 0.25 0.5 1 2))")
    shapes = gpd.GeoSeries([flat, shapely.force_3d(flat, 7.0), measured, MultiPolygon([flat, Polygon()])], crs=CRS)
    found = zoning.coverage(shapes, GRID).to_sparse().toarray()
    assert (found == found[0]).all()
    assert found.sum() == 4 * flat.area


@pytest.mark.parametrize("given", [None, [box(0, 0, 1, 1)], box(0, 0, 1, 1), pd.DataFrame({"a": [1]}), 7,
                                   gpd.GeoDataFrame({"a": [1]})], ids=lambda given: type(given).__name__)  # fmt: skip
def test_what_is_no_layer_is_refused(given: object, tmp_path: Path) -> None:
    for work in (
        lambda: zoning.coverage(given, GRID),
        lambda: zoning.coverage(given, GRID, workdir=tmp_path),
        lambda: zoning.intersection_areas(given, units()),
        lambda: zoning.fragments(units(), given, CRS),
    ):
        with pytest.raises(InputError, match="a GeoDataFrame or GeoSeries with geometry is needed") as caught:
            work()
        assert both_languages(caught)


def test_a_layer_of_no_rows_gives_no_rows() -> None:
    nothing = gpd.GeoDataFrame({"code": []}, geometry=[], crs=CRS)
    laid = zoning.coverage(nothing, GRID)
    assert laid.total(np.ones((3, 4, 5))).shape == (0, 3)
    assert laid.mean(xr.DataArray(np.ones((4, 5)), dims=("y", "x"))).shape == (0,)
    assert laid.area.shape == (0,)
    assert (laid.column_sums() == 0).all()
    assert zoning.intersection_areas(nothing, units()).shape == (0, 3)
    with pytest.raises(CrsError, match="no coordinate system"):
        zoning.coverage(gpd.GeoDataFrame(geometry=[]), GRID)


@pytest.mark.parametrize(
    "index", [pd.Index(["a", "a"]), pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["p", "q"])], ids=repr
)
def test_labels_of_any_kind_stay_what_they_are(index: pd.Index) -> None:
    layer = gpd.GeoSeries([box(0, 0, 1, 1), box(1, 1, 3, 2)], crs=CRS, index=index)
    laid = zoning.coverage(layer, GRID)
    frame = laid.total(np.ones((4, 5)))
    pd.testing.assert_index_equal(frame.index, index)
    assert frame["value"].tolist() == [1.0, 2.0]
    array = laid.total(xr.DataArray(np.ones((2, 4, 5)), dims=("t", "y", "x")))
    assert array.values.tolist() == [[1.0, 1.0], [2.0, 2.0]]
    assert list(array["unit"].values) == list(index)


# ---- places ---------------------------------------------------------------------------------------------------------


def cells(shape: object, grid: Grid, crs: object = 4490) -> float:
    return float(zoning.coverage(gpd.GeoSeries([shape], crs=crs), grid).cells.iloc[0])


def test_polygons_a_turn_away_from_their_cells_are_refused() -> None:
    for shape, grid in (
        (box(-75, 10, -74, 11), GLOBE_0),  # is column 285
        (box(-2, 10, 3, 11), GLOBE_0),  # its western part is
        (box(200, 10, 201, 11), GLOBE_180),
        (box(179, 10, 181, 11), GLOBE_180),
    ):
        with pytest.raises(GeometryError, match="only after a turn of 360 degrees: 0") as caught:
            cells(shape, grid)
        assert both_languages(caught)
    assert cells(box(118, 24, 119, 25), GLOBE_0) == cells(box(118, 24, 119, 25), GLOBE_180) == 1.0
    assert cells(box(200, 10, 201, 11), GLOBE_0) == 1.0
    assert cells(box(-180, 0, -90, 1).union(box(-90, 0, 0, 1)).union(box(0, 0, 180, 1)), GLOBE_180) == 360.0
    china = Grid("EPSG:4490", Affine(0.5, 0, 73, 0, -0.5, 54), (70, 124))
    assert cells(box(-75, 10, -74, 11), china) == 0.0
    with pytest.raises(GeometryError, match="turn of 360"):
        cells(box(-260, 30, -250, 31), china)


def test_a_curvilinear_grid_refuses_polygons_a_turn_away_too() -> None:
    grid = CurvedGrid.from_edges("EPSG:4490", [100.0, 110.0, 130.0], [20.0, 30.0])
    with pytest.raises(GeometryError, match="turn of 360"):
        cells(box(-255, 22, -251, 23), grid)


def test_polygons_off_the_earth_are_refused() -> None:
    for shape in (
        box(500_000, 2.7e6, 501_000, 2.701e6),
        box(0, 80, 10, 95),
        box(0, -91, 1, -80),
        box(24, 118, 25, 119),
    ):
        for grid in (GLOBE_180, POLAR):
            with pytest.raises(GeometryError, match="latitudes beyond ±90") as caught:
                cells(shape, grid)
            assert both_languages(caught)


def test_polygons_across_the_antimeridian_and_around_a_pole() -> None:
    across = Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    for grid in (GLOBE_180, GLOBE_0, POLAR):
        with pytest.raises(GeometryError, match="antimeridian"):
            cells(across, grid)
    cap = Point(0, 0).buffer(2e6, quad_segs=64)
    with pytest.raises(GeometryError, match="antimeridian"):
        cells(cap, GLOBE_180, "EPSG:3413")
    assert cells(cap, POLAR, "EPSG:3413") == pytest.approx(cap.area / 1e10, rel=1e-12)
    around = np.arange(-180.0, 181.0)
    ring = Polygon([*zip(around, np.full(361, 70.0), strict=True), *zip(around[::-1], np.full(361, 90.0), strict=True)])
    radius = 2.187e6  # of the parallel of 70° in that projection, to a kilometre
    assert cells(ring, POLAR, 4326) == pytest.approx(np.pi * radius**2 / 1e10, rel=2e-3)


def test_polygons_across_the_edge_of_a_map_are_refused() -> None:
    # 105° − 180° = 75° W: its western half lies on the right of that map, and its edges ran all across it
    with pytest.raises(GeometryError, match="across the edge of the map") as caught:
        cells(box(-80, 10, -70, 20), AFRICA_FIRST, 4326)
    assert both_languages(caught)
    halves = gpd.GeoSeries([box(-80, 10, -75.001, 20), box(-74.999, 10, -70, 20)], crs=4326)
    assert (zoning.coverage(halves, AFRICA_FIRST).cells > 0).all()
    west = gpd.GeoSeries([box(-80, 10, -70, 20)], crs=4326)
    east = gpd.GeoSeries([box(1e6, 1e6, 2e6, 2e6)], crs=AFRICA_FIRST.crs)  # 115 to 126° E
    assert zoning.intersection_areas(west, east).empty  # in degrees nothing is torn apart


@pytest.mark.parametrize("crs", ['LOCAL_CS["x",UNIT["metre",1]]', "EPSG:5773", "EPSG:4978", "EPSG:2437"])
def test_systems_without_a_shift_are_refused(crs: str) -> None:
    with pytest.raises(CrsError) as caught:
        zoning.coverage(units(crs=crs), GRID)
    assert both_languages(caught)


# ---- grids ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("value", [NAN, INF, -INF, "x", None])
def test_transforms_that_are_no_numbers_are_refused(place: int, value: object) -> None:
    terms: list[object] = [1.0, 0.0, 0.0, 0.0, -1.0, 4.0]
    terms[place] = value
    with pytest.raises(GeometryError, match="six finite numbers") as caught:
        Grid(CRS, tuple(terms), (4, 5))
    assert both_languages(caught)


@pytest.mark.parametrize(
    ("transform", "words"),
    [(Affine(1, 0.1, 0, 0, -1, 4), "rotated"), (Affine(1, 0, 0, 1e-9, -1, 4), "rotated"),
     (Affine.rotation(30), "rotated"), (Affine(0, 0, 0, 0, -1, 4), "not a grid"),
     (Affine(1, 0, 0, 0, 0, 4), "not a grid"),
     (Affine(-1, 0, 0, 0, -1, 4), "not a grid"), ((1, 2, 3), "six finite"), (None, "six finite"), (7, "six finite"),
     (Affine(1e308, 0, 1e308, 0, -1, 4), "six finite")],
)  # fmt: skip
def test_transforms_that_make_no_cells_are_refused(transform: object, words: str) -> None:
    with pytest.raises(GeometryError, match=words) as caught:
        Grid(CRS, transform, (4, 5))
    assert both_languages(caught)


@pytest.mark.parametrize("shape", [(4,), (0, 5), (5, 0), (-1, 5), (NAN, 5), (4.7, 5), ("4", "5"), (2**31, 1),
                                   (1, 2**40), None, 9, (4, 5, 6)])  # fmt: skip
def test_shapes_that_are_no_counts_are_refused(shape: object) -> None:
    with pytest.raises(GeometryError, match="two positive whole numbers") as caught:
        Grid(CRS, GRID.transform, shape)
    assert both_languages(caught)


@pytest.mark.parametrize("grid", [None, np.ones((4, 5)), (4, 5), pd.DataFrame(np.ones((4, 5)))])
def test_what_is_no_grid_is_refused(grid: object, tmp_path: Path) -> None:
    for workdir in (None, tmp_path):
        with pytest.raises(InputError, match=r"a zoning\.Grid or DataArray or path of a raster is needed") as caught:
            zoning.coverage(units(), grid, workdir=workdir)
        assert both_languages(caught)


# ---- values ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def laid():
    """A unit of four whole cells and half of a fifth, and one outside of the grid."""
    return zoning.coverage(gpd.GeoSeries([box(0, 0, 2, 2).union(box(2, 0, 2.5, 1)), box(9, 9, 10, 10)], crs=CRS), GRID)


STATISTICS = ("total", "mean", "valid_share")


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize(
    "values",
    [np.ones((4, 5), complex), np.full((4, 5), 1, object), np.full((4, 5), "1"), np.full((4, 5), b"1"),
     np.zeros((4, 5), "M8[s]"), np.ones((4, 5), "m8[s]"), np.zeros((4, 5), [("a", "f4")])],
    ids=lambda values: str(values.dtype),
)  # fmt: skip
def test_values_that_are_no_numbers_are_refused(laid, name: str, values: np.ndarray) -> None:
    for given in (values, values[None], xr.DataArray(values, dims=("y", "x"))):
        with pytest.raises(InputError, match="no real numbers") as caught:
            getattr(laid, name)(given)
        assert both_languages(caught)


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("values", [np.ones((5, 4)), np.ones(20), np.ones((4, 5, 1)), np.ones((0, 5)), np.ones((4, 0)),
                                    3.0, None, {}, [], "", np.ones((4, 6))], ids=str)  # fmt: skip
def test_values_of_another_shape_are_refused(laid, name: str, values: object) -> None:
    with pytest.raises((GeometryError, InputError)) as caught:
        getattr(laid, name)(values)
    assert both_languages(caught)


@pytest.mark.parametrize("name", STATISTICS)
def test_no_layers_give_no_columns(laid, name: str) -> None:
    assert getattr(laid, name)(np.ones((0, 4, 5))).shape == (2, 0)


@pytest.mark.parametrize(
    "dtype", ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g", ">i2", ">f4"]
)
def test_numbers_of_every_width_are_added_in_float64(laid, dtype: str) -> None:
    kind = np.dtype(dtype)
    largest = 1 if kind.kind == "b" else np.iinfo(kind).max if kind.kind in "iu" else 60_000
    total = laid.total(np.full((3, 4, 5), largest, dtype=kind))
    assert total.dtypes.eq("float64").all()
    assert (total.loc[0] == 4.5 * float(largest)).all()
    assert total.loc[1].isna().all()


@pytest.mark.parametrize("values", [np.full((4, 5), NAN), np.ma.masked_all((4, 5)), np.ma.masked_all((4, 5), "i4")])
def test_layers_without_data_are_no_data_and_not_zero(laid, values: np.ndarray) -> None:
    assert laid.total(values)["value"].isna().all()
    assert laid.mean(values)["value"].isna().all()
    share = laid.valid_share(values)["value"]
    assert share[0] == 0.0
    assert np.isnan(share[1])


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("marks", [(INF,), (-INF,), (INF, -INF), (INF, NAN), (1.7e308, 1.7e308)])
def test_infinite_cells_of_a_unit_are_refused_and_not_spread(laid, name: str, marks: tuple[float, ...]) -> None:
    values = np.ones((3, 4, 5))
    values[1, 3, : len(marks)] = marks
    with pytest.raises(InputError, match=r"1 polygons hold cells that are infinite.*: 0") as caught:
        getattr(laid, name)(values)
    assert both_languages(caught)
    elsewhere = np.ones((4, 5))
    elsewhere[0, 4] = marks[0]
    assert np.isfinite(getattr(laid, name)(elsewhere).loc[0, "value"]), "no unit holds that cell"


def test_columns_before_rows_are_refused() -> None:
    square = Grid(CRS, Affine(1, 0, 0, 0, -1, 4), (4, 4))
    laid = zoning.coverage(units(), square)
    for names in (("x", "y"), ("lon", "lat"), ("Longitude", "Latitude"), ("easting", "northing")):
        with pytest.raises(GeometryError, match="last two dimensions must be") as caught:
            laid.total(xr.DataArray(np.ones((4, 4)), dims=names))
        assert both_languages(caught)
        axes = {names[0]: np.arange(4.0), names[1]: np.arange(4.0)}
        with pytest.raises(GeometryError, match="last two dimensions must be"):
            zoning.coverage(units(), xr.DataArray(np.ones((4, 4)), dims=names, coords=axes, attrs={"crs": CRS}))
    assert laid.total(xr.DataArray(np.ones((4, 4)), dims=("a", "b"))).sel(unit="good") == 1.0


def test_values_that_declare_another_system_are_refused(laid) -> None:
    values = xr.DataArray(np.ones((4, 5)), dims=("y", "x"), attrs={"crs": "EPSG:4490"})
    with pytest.raises(GeometryError, match="another grid"):
        laid.total(values)
    assert laid.total(values.assign_attrs(crs=CRS)).values[0] == 4.5
