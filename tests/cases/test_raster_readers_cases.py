"""Grids of known cells through every raster reader: the same numbers in the same places, or a finding."""

from __future__ import annotations

import gzip
import pickle

import netCDF4
import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS
from tests.cases.raster_files import CELLS, NORTH_UP, lonlat, write_asc, write_meic, write_nc, write_tif

from zoning.errors import InputError
from zoning.intake import Window
from zoning.io.read.raster.rasters import raster_files, read_raster

FLUX = {"units": "kg m-2 s-1"}
THREE_MONTHS = np.stack([CELLS, CELLS * 10, CELLS * 100])


def opened(path, chosen="", year=None):
    return read_raster((f"{path}#{chosen}" if chosen else str(path),), year)


def read(path, chosen="", year=None):
    return pickle.loads(pickle.dumps(opened(path, chosen, year)))  # noqa: S301 - what goes to a worker comes back whole


def fault(path, chosen="", year=None):
    with pytest.raises(InputError) as caught:
        opened(path, chosen, year).blocks.read()
    return caught.value.findings[0]


def places(raster):
    return tuple(round(float(part), 9) for part in tuple(raster.transform)[:6])


# GeoTIFF


def test_a_geotiff_gives_its_cells_unit_and_description(tmp_path):
    path = write_tif(tmp_path / "a.tif", nodata=3.0, tags={"UNITS": "t", "species": "CO2"})
    raster = read(path)
    assert (raster.layer, raster.unit_tag, raster.species_tag, raster.nodata) == ("band 1", "t", "CO2", 3.0)
    np.testing.assert_array_equal(raster.blocks.read(), [[1, 2, np.nan], [4, 5, 6]])
    np.testing.assert_array_equal(raster.blocks.read(Window(1, 2, 0, 2)), [[4, 5]])


def test_scale_and_offset_of_packed_bands_are_applied(tmp_path):
    path = write_tif(tmp_path / "a.tif", CELLS.astype("int16"), dtype="int16", nodata=2)
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.5,), (10.0,)
    np.testing.assert_array_equal(read(path).blocks.read(), [[10.5, np.nan, 11.5], [12, 12.5, 13]])


def test_a_band_is_chosen_by_its_number(tmp_path):
    path = write_tif(tmp_path / "a.tif", np.stack([CELLS, CELLS * 2]))
    assert read(path, "2").blocks.read().sum() == 42
    found = fault(path)
    assert found.key == "PATH_MISSING.bands"
    assert "2" in found.message_zh
    assert fault(path, "3").key == "PATH_MISSING.band"
    assert fault(path, "CO2").key == "PATH_MISSING.noband"


def test_a_tiled_cog_reads_like_any_other(tmp_path):
    path = tmp_path / "cog.tif"
    values = np.arange(64.0 * 64).reshape(64, 64)
    with rasterio.open(
        path, "w", driver="COG", height=64, width=64, count=1, dtype="float64", crs="EPSG:4326", transform=NORTH_UP
    ) as dataset:
        dataset.write(values, 1)
    np.testing.assert_array_equal(read(path).blocks.read(Window(3, 9, 60, 64)), values[3:9, 60:])


def test_a_rotated_grid_is_read_and_left_to_be_judged(tmp_path):
    transform = Affine(0.98, 0.17, 110, 0.17, -0.98, 32)
    assert read(write_tif(tmp_path / "a.tif", transform=transform)).transform.b != 0


def test_a_virtual_format_under_the_name_of_a_geotiff_is_not_opened(tmp_path):
    hidden = write_tif(tmp_path / "hidden.tif")
    vrt = tmp_path / "a.tif"
    vrt.write_text(
        '<VRTDataset rasterXSize="3" rasterYSize="2"><VRTRasterBand dataType="Float64" band="1"><SimpleSource>'
        f"<SourceFilename>{hidden}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert fault(vrt).key == "FILE_UNREADABLE.magic"


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_tiff_without_a_place_on_earth_is_a_finding(tmp_path):
    assert fault(write_tif(tmp_path / "a.tif", transform=None, crs=None)).key == "CRS_MISSING.georeference"


def test_a_tiff_whose_data_are_cut_off_is_a_finding_when_read(tmp_path):
    path = write_tif(tmp_path / "a.tif", np.random.default_rng(0).random((300, 300)))
    path.write_bytes(path.read_bytes()[:100_000])
    assert str(fault(path).code) == "FILE_UNREADABLE"


def test_declared_sizes_above_the_limit_are_refused_before_reading(tmp_path):
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", height=600_000, width=600_000, count=1, dtype="uint8", crs="EPSG:4326",
        transform=NORTH_UP, SPARSE_OK=True, tiled=True, blockxsize=8192, blockysize=8192,
    ):  # fmt: skip
        pass
    assert fault(tmp_path / "a.tif").key == "FILE_UNREADABLE.cells"
    with netCDF4.Dataset(tmp_path / "a.nc", "w") as dataset:
        for name in ("lat", "lon"):
            dataset.createDimension(name, 400_000)
            axis = dataset.createVariable(name, "f8", (name,))
            axis.units = {"lat": "degrees_north", "lon": "degrees_east"}[name]
            axis[:] = np.linspace(10, 20, 400_000)
        dataset.createVariable("co2", "f4", ("lat", "lon"), zlib=True)
    assert fault(tmp_path / "a.nc").key == "FILE_UNREADABLE.cells"


# places of NetCDF


@pytest.mark.parametrize(
    "form", ["NETCDF4", "NETCDF4_CLASSIC", "NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA"]
)
def test_netcdf_of_every_kind(tmp_path, form):
    path = write_nc(tmp_path / "a.nc", {**lonlat(), "emi_co2": (("lat", "lon"), CELLS, FLUX)}, form)
    raster = read(path)
    assert (raster.layer, raster.unit_tag, raster.crs, raster.marks) == ("emi_co2", "kg m-2 s-1", "EPSG:4326", ())
    assert places(raster) == (1, 0, 110, 0, -1, 32)
    np.testing.assert_array_equal(raster.blocks.read(), CELLS)
    np.testing.assert_array_equal(raster.blocks.read(Window(0, 1, 1, 3)), [[2, 3]])


def test_ascending_latitudes_stay_as_stored_with_a_transform_that_says_so(tmp_path):
    path = write_nc(tmp_path / "a.nc", {**lonlat(lat=(30.5, 31.5)), "v": (("lat", "lon"), CELLS[::-1], FLUX)})
    raster = read(path)
    assert places(raster) == (1, 0, 110, 0, 1, 30)
    np.testing.assert_array_equal(raster.blocks.read(), CELLS[::-1])


def test_dimensions_in_the_other_order_are_turned(tmp_path):
    raster = read(write_nc(tmp_path / "a.nc", {**lonlat(), "v": (("lon", "lat"), CELLS.T, FLUX)}))
    np.testing.assert_array_equal(raster.blocks.read(Window(1, 2, 0, 3)), CELLS[1:])


def test_longitudes_from_east_to_west_are_mirrored(tmp_path):
    path = write_nc(
        tmp_path / "a.nc", {**lonlat(lon=(112.5, 111.5, 110.5)), "v": (("lat", "lon"), CELLS[:, ::-1], FLUX)}
    )
    raster = read(path)
    assert places(raster) == (1, 0, 110, 0, -1, 32)
    np.testing.assert_array_equal(raster.blocks.read(), CELLS)
    np.testing.assert_array_equal(raster.blocks.read(Window(0, 2, 2, 3)), CELLS[:, 2:])


def test_longitudes_of_a_whole_circle_are_turned_to_the_west(tmp_path):
    lon = np.arange(30.0, 360, 60)  # 30 … 330
    values = np.arange(12.0).reshape(2, 6)
    raster = read(write_nc(tmp_path / "a.nc", {**lonlat(lon=lon), "v": (("lat", "lon"), values, FLUX)}))
    assert raster.marks == ("lon_0_360",)
    assert places(raster)[:3] == (60, 0, -180)
    turned = np.roll(values, 3, axis=1)  # 210 (-150) comes first
    np.testing.assert_array_equal(raster.blocks.read(), turned)
    for col0 in range(6):
        for col1 in range(col0, 7):
            np.testing.assert_array_equal(raster.blocks.read(Window(0, 2, col0, col1)), turned[:, col0:col1])


@pytest.mark.parametrize(("lon", "west"), [((250.5, 251.5, 252.5), -110.0), ((179.5, 180.5, 181.5), 179.0)])
def test_a_part_of_the_circle_is_moved_only_in_one_piece(tmp_path, lon, west):
    raster = read(write_nc(tmp_path / "a.nc", {**lonlat(lon=lon), "v": (("lat", "lon"), CELLS, FLUX)}))
    assert raster.marks == ("lon_0_360",)
    assert places(raster)[2] == west
    np.testing.assert_array_equal(raster.blocks.read(), CELLS)


def test_without_bounds_edges_lie_half_way_and_are_marked(tmp_path):
    lon = np.array([110.05, 110.15, 110.25], dtype=np.float32)
    path = write_nc(tmp_path / "a.nc", {**lonlat(lon=lon, bounds=False), "v": (("lat", "lon"), CELLS, FLUX)})
    raster = read(path)
    assert raster.marks == ("no_bounds",)
    assert raster.transform.c == pytest.approx(110.0, abs=1e-5)
    assert raster.transform.a == pytest.approx(0.1, abs=1e-5)


def test_uneven_axes_give_corners(tmp_path):
    axes = lonlat(bounds=False)
    axes["lat"] = (("lat",), np.array([31.5, 30.5, 28.5]), {"units": "degrees_north"})
    raster = read(write_nc(tmp_path / "a.nc", {**axes, "v": (("lat", "lon"), np.ones((3, 3)), FLUX)}))
    np.testing.assert_allclose(raster.corners.y[:, 0], [32, 31, 29.5, 27.5])
    np.testing.assert_allclose(raster.corners.x[0], [110, 111, 112, 113])


def test_a_single_row_without_bounds_has_no_size(tmp_path):
    axes = lonlat(bounds=False) | {"lat": (("lat",), np.array([31.5]), {"units": "degrees_north"})}
    path = write_nc(tmp_path / "a.nc", {**axes, "v": (("lat", "lon"), np.ones((1, 3)), FLUX)})
    found = fault(path)
    assert (found.key, found.severity) == ("CELL_BOUNDS_MISSING.single", "error")


def test_projected_axes_in_km_with_cf_parameters(tmp_path):
    crs = CRS.from_epsg(4549)
    about = {name: value for name, value in crs.to_cf().items() if name != "crs_wkt"}
    axes = {
        "y": (("y",), np.array([3002.0, 3001.0]), {"units": "km", "standard_name": "projection_y_coordinate"}),
        "x": (("x",), np.array([500.0, 501.0, 502.0]), {"units": "km", "standard_name": "projection_x_coordinate"}),
        "crs": ((), np.int32(0), about),
        "v": (("y", "x"), CELLS, {"units": "t", "grid_mapping": "crs"}),
    }
    raster = read(write_nc(tmp_path / "a.nc", axes))
    assert places(raster) == (1000, 0, 499500, 0, -1000, 3002500)
    assert CRS.from_user_input(raster.crs).to_cf()["longitude_of_central_meridian"] == 120


def test_a_projected_grid_that_names_no_system_has_none(tmp_path):
    axes = {"y": (("y",), np.array([2.0, 1.0]), {}), "x": (("x",), np.array([1.0, 2.0, 3.0]), {})}
    assert read(write_nc(tmp_path / "a.nc", {**axes, "v": (("y", "x"), CELLS, {})})).crs == ""
    assert (
        read(write_nc(tmp_path / "b.nc", {**axes, "v": (("y", "x"), CELLS, {})}, crs_wkt="EPSG:4549")).crs
        == "EPSG:4549"
    )


def test_a_variable_without_coordinates_is_a_finding(tmp_path):
    assert fault(write_nc(tmp_path / "a.nc", {"v": (("a", "b"), CELLS, {})})).key == "CRS_MISSING.coordinates"


@pytest.mark.parametrize("lon", [(110.5, 110.5, 111.5), (110.5, np.nan, 112.5), (110.5, 112.5, 111.5)])
def test_an_axis_that_does_not_run_in_one_direction_is_a_finding(tmp_path, lon):
    path = write_nc(tmp_path / "a.nc", {**lonlat(lon=lon, bounds=False), "v": (("lat", "lon"), CELLS, FLUX)})
    assert fault(path).key == "FILE_UNREADABLE.axis"


def curvilinear(order=(0, 1, 2, 3)):
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    x, y = 110 + x + 0.1 * y, 30 + y - 0.1 * x
    around = ((0, 0), (0, 1), (1, 1), (1, 0))
    cells = [np.stack([part[r : r + 2, c : c + 3] for r, c in around], axis=2) for part in (x, y)]
    centres = [part.mean(axis=2) for part in cells]
    return (x, y), centres, [part[:, :, list(order)] for part in cells]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 3, 0, 1), (3, 2, 1, 0), (1, 0, 3, 2)])
def test_curvilinear_corners_come_from_vertices_in_any_order(tmp_path, order):
    corners, (lon, lat), (lon_bnds, lat_bnds) = curvilinear(order)
    variables = {
        "lon": (("y", "x"), lon, {"units": "degrees_east", "bounds": "lon_bnds"}),
        "lat": (("y", "x"), lat, {"units": "degrees_north", "bounds": "lat_bnds"}),
        "lon_bnds": (("y", "x", "nv"), lon_bnds, {}), "lat_bnds": (("y", "x", "nv"), lat_bnds, {}),
        "v": (("y", "x"), CELLS, {"coordinates": "lat lon"}),
    }  # fmt: skip
    raster = read(write_nc(tmp_path / "a.nc", variables))
    np.testing.assert_allclose(raster.corners.x, corners[0])
    np.testing.assert_allclose(raster.corners.y, corners[1])
    assert (raster.marks, raster.crs) == ((), "EPSG:4326")


def test_curvilinear_corners_without_vertices_are_taken_from_centres_and_marked(tmp_path):
    corners, (lon, lat), _ = curvilinear()
    variables = {
        "lon": (("y", "x"), lon, {"units": "degrees_east"}), "lat": (("y", "x"), lat, {"units": "degrees_north"}),
        "v": (("y", "x"), CELLS, {}),
    }  # fmt: skip
    raster = read(write_nc(tmp_path / "a.nc", variables))
    np.testing.assert_allclose(raster.corners.x, corners[0])  # the grid is affine: extrapolation is exact
    np.testing.assert_allclose(raster.corners.y, corners[1])
    assert raster.marks == ("no_bounds",)


# values of NetCDF


def test_packed_numbers_fill_values_and_valid_ranges(tmp_path):
    stored = np.array([[-9, -8, 0], [1, 100, 7]], dtype=np.int16)
    about = {
        "_FillValue": np.int16(-9), "missing_value": np.int16(-8), "valid_max": np.int16(50), "scale_factor": 0.5,
        "add_offset": 1.0,
    }  # fmt: skip
    raster = read(write_nc(tmp_path / "a.nc", {**lonlat(), "v": (("lat", "lon"), stored, about)}))
    np.testing.assert_array_equal(raster.blocks.read(), [[np.nan, np.nan, 1], [1.5, np.nan, 4.5]])
    assert raster.nodata == -9


def test_a_missing_value_written_as_double_is_found_among_floats(tmp_path):
    stored = np.array([[1e20, 2, 3], [4, 5, -1]], dtype=np.float32)
    about = {"missing_value": 1e20, "valid_range": np.array([0.0, 1e6])}
    raster = read(write_nc(tmp_path / "a.nc", {**lonlat(), "v": (("lat", "lon"), stored, about)}))
    np.testing.assert_array_equal(raster.blocks.read(), [[np.nan, 2, 3], [4, 5, np.nan]])


def test_only_a_single_layer_is_taken_without_a_name(tmp_path):
    area = (("lat", "lon"), CELLS, {"standard_name": "cell_area"})
    one = {**lonlat(), "area": area, "v": (("lat", "lon"), CELLS, {"cell_measures": "area: area"})}
    assert read(write_nc(tmp_path / "a.nc", one)).layer == "v"
    path = write_nc(tmp_path / "b.nc", one | {"w": (("lat", "lon"), CELLS * 2, {})})
    assert "v, w" in fault(path).message_zh
    assert read(path, "w").blocks.read().sum() == 42
    assert fault(path, "u").key == "PATH_MISSING.variable"
    assert fault(write_nc(tmp_path / "c.nc", lonlat())).key == "PATH_MISSING.nolayer"


def test_a_variable_in_a_group(tmp_path):
    path = write_nc(tmp_path / "a.nc", lonlat())
    with netCDF4.Dataset(path, "a") as dataset:
        dataset.createVariable("sectors/power", "f8", ("lat", "lon"))[:] = CELLS
    assert read(path, "sectors/power").blocks.read().sum() == 21


def test_a_further_dimension_must_be_chosen(tmp_path):
    values = np.stack([THREE_MONTHS, THREE_MONTHS * 2], axis=1)
    variables = {
        **lonlat(),
        "time": (("time",), [15.0, 45.0, 74.0], {"units": "days since 2019-01-01", "calendar": "365_day"}),
        "sector": (("sector",), [10, 20], {"ids": "0: Energy; 1: Industry"}),
        "v": (("time", "sector", "lat", "lon"), values, FLUX),
    }
    path = write_nc(tmp_path / "a.nc", variables)
    found = fault(path)
    assert found.key == "PATH_MISSING.dimension"
    assert "10=Energy" in found.message_en
    raster = read(path, "v/sector=20")
    assert [step.label for step in raster.steps] == ["2019-01", "2019-02", "2019-03"]
    np.testing.assert_array_equal(raster.steps[1].blocks.read(), CELLS * 20)
    assert raster.marks == ("calendar:365_day",)
    assert fault(path, "v/sector=2").key == "PATH_MISSING.nopick"
    assert fault(path, "v/level=0").key == "PATH_MISSING.nodimension"


# time axes of NetCDF


def steps_of(tmp_path, values, units, name="time", bounds=None, **about):
    count = len(values)
    about |= {"units": units} if units else {}
    variables = {**lonlat(), name: ((name,), values, about | ({"bounds": "time_bnds"} if bounds is not None else {}))}
    if bounds is not None:
        variables["time_bnds"] = ((name, "bnds"), bounds, {})
    variables["v"] = ((name, "lat", "lon"), np.ones((count, 2, 3)), FLUX)
    raster = read(write_nc(tmp_path / "t.nc", variables))
    return [(step.label, step.year, step.days) for step in raster.steps], raster.marks


def test_months_last_as_long_as_the_calendar_says(tmp_path):
    steps, marks = steps_of(tmp_path, [0.0, 31.0, 60.0], "days since 2020-01-01")
    assert steps == [("2020-01", 2020, 31), ("2020-02", 2020, 29), ("2020-03", 2020, 31)]
    assert marks == ()
    steps, marks = steps_of(tmp_path, [15.0, 45.0], "days since 2020-01-01", calendar="360_day")
    assert steps == [("2020-01", 2020, 30), ("2020-02", 2020, 30)]
    assert marks == ("calendar:360_day",)


def test_bounds_say_when_a_step_begins_and_ends(tmp_path):
    steps, _ = steps_of(tmp_path, [31.0, 59.0], "days since 2019-01-01", bounds=[[0.0, 31.0], [31.0, 59.0]])
    assert steps == [("2019-01", 2019, 31), ("2019-02", 2019, 28)]


def test_days_hours_and_years(tmp_path):
    assert steps_of(tmp_path, [0, 1], "days since 2020-02-28")[0] == [("2020-02-28", 2020, 1), ("2020-02-29", 2020, 1)]
    assert steps_of(tmp_path, [0, 6], "hours since 2020-01-01")[0][1] == ("2020-01-01T06:00", 2020, 0.25)
    assert steps_of(tmp_path, [0, 366], "days since 2020-07-01")[0][1][:2] == ("2021-07-01"[:4], 2021)
    assert steps_of(tmp_path, [0, 1], "years since 2019-01-01")[0] == [("2019", 2019, 365), ("2020", 2020, 366)]


def test_months_since_a_date(tmp_path):
    assert steps_of(tmp_path, [0.5, 13.5], "months since 2019-01-01")[0] == [
        ("2019-01", 2019, 31),
        ("2020-02", 2020, 29),
    ]


def test_an_axis_of_years_needs_no_unit(tmp_path):
    assert steps_of(tmp_path, [2019, 2020], "", name="year")[0] == [("2019", 2019, 365), ("2020", 2020, 366)]


def test_an_axis_without_a_unit_keeps_its_bare_numbers(tmp_path):
    steps, _ = steps_of(tmp_path, [1, 2], "")
    assert [step[:2] for step in steps] == [("1", None), ("2", None)]
    assert np.isnan([step[2] for step in steps]).all()


def test_one_step_alone_does_not_say_how_long_it_lasts(tmp_path):
    steps, _ = steps_of(tmp_path, [14.0], "days since 2019-01-01")
    assert steps[0][:2] == ("2019-01-15", 2019)
    assert np.isnan(steps[0][2])


# classic NetCDF that is not whole


def test_a_classic_file_that_is_cut_off_is_not_read_as_zeros(tmp_path):
    path = write_nc(tmp_path / "a.nc", {**lonlat(), "v": (("lat", "lon"), CELLS, FLUX)}, "NETCDF3_CLASSIC")
    path.write_bytes(path.read_bytes()[:570])  # of 584 that it needs
    found = fault(path)
    assert found.key == "FILE_UNREADABLE.cut"
    assert str(path.stat().st_size) in found.message_en


def test_a_classic_header_that_claims_too_much_is_refused(tmp_path):
    path = write_nc(
        tmp_path / "a.nc", {**lonlat(), "v": (("lat", "lon"), CELLS, FLUX)}, "NETCDF3_CLASSIC", title="x" * 9
    )
    content = path.read_bytes()
    at = content.index(b"title\0\0\0") + 8  # kind and number of the attribute follow its padded name
    path.write_bytes(content[: at + 4] + b"\x7f\xff\xff\xff" + content[at + 8 :])
    assert fault(path).key == "FILE_UNREADABLE.header"


def test_a_heap_that_would_be_walked_for_ever_is_refused(tmp_path):
    path = write_nc(tmp_path / "a.nc", {**lonlat(), "v": (("lat", "lon"), CELLS, FLUX)})
    content = bytearray(path.read_bytes())
    at = content.index(b"GCOL") + 16
    while content[at : at + 2] != b"\x00\x00":  # objects up to the free space, whose index is 0
        length = int.from_bytes(content[at + 8 : at + 16], "little")
        at += 16 + length + (-length % 8)
    content[at + 8 : at + 16] = bytes(8)
    path.write_bytes(content)
    assert fault(path).key == "FILE_UNREADABLE.header"


@pytest.mark.parametrize("form", ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA"])
def test_classic_files_with_records_are_whole(tmp_path, form):
    path = tmp_path / "a.nc"
    with netCDF4.Dataset(path, "w", format=form) as dataset:
        dataset.createDimension("time", None)
        for name, size in (("lat", 3), ("lon", 3)):
            dataset.createDimension(name, size)
            axis = dataset.createVariable(name, "f8", (name,))
            axis.units = {"lat": "degrees_north", "lon": "degrees_east"}[name]
            axis[:] = [1, 2, 3]
        time = dataset.createVariable("time", "i2", ("time",))
        time.units = "days since 2019-01-01"
        values = dataset.createVariable("v", "i2", ("time", "lat", "lon"))
        time[:] = [0, 1]
        values[:] = np.arange(18).reshape(2, 3, 3)
    assert read(path).steps[1].blocks.read()[2, 2] == 17


# MEIC


def test_the_layout_of_meic(tmp_path):
    raster = read(write_meic(tmp_path / "2016_10__power__CO2.nc", np.array([[1.0, -9999, 3], [4, 5, 6]])))
    assert places(raster) == (1, 0, 110, 0, -1, 32)
    np.testing.assert_array_equal(raster.blocks.read(), [[1, np.nan, 3], [4, 5, 6]])
    np.testing.assert_array_equal(raster.blocks.read(Window(1, 2, 1, 3)), [[5, 6]])
    assert (raster.nodata, raster.crs) == (-9999, "")


def test_ranges_that_contradict_the_number_of_cells_are_a_finding(tmp_path):
    path = write_meic(tmp_path / "a.nc")
    with netCDF4.Dataset(path, "a") as dataset:
        dataset["x_range"][:] = [110, 114]
    assert fault(path).key == "FILE_UNREADABLE.gmt"


# text


def test_an_ascii_grid_by_corner_and_by_centre(tmp_path):
    values = np.array([[1.0, 2, -9999], [4, 5, 6]])
    for path in (write_asc(tmp_path / "a.asc", values), write_asc(tmp_path / "b.asc", values, "center", 0.5)):
        raster = read(path)
        assert places(raster) == (1, 0, 110, 0, -1, 32)
        np.testing.assert_array_equal(raster.blocks.read(), [[1, 2, np.nan], [4, 5, 6]])
        assert (raster.nodata, raster.crs) == (-9999, "")


def test_the_prj_beside_an_ascii_grid_is_its_system(tmp_path):
    path = write_asc(tmp_path / "a.asc")
    path.with_suffix(".prj").write_text(CRS.from_epsg(4490).to_wkt("WKT1_ESRI"))
    assert CRS.from_user_input(read(path).crs).name == "China Geodetic Coordinate System 2000"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("ncols 3", "ncols 4", "count"), ("ncols 3", "ncols x", "headernumber"), ("ncols 3\n", "", "ascii"),
        ("cellsize 1", "cellsize 0", "ascii"), ("4 5 6", "4 five 6", "values"), ("4 5 6", "4 5 6 7", "count"),
        ("ncols 3\nnrows 2", "ncols 99999\nnrows 99999", "cells"),
    ],
)  # fmt: skip
def test_faulty_ascii_grids(tmp_path, old, new, key):
    path = write_asc(tmp_path / "a.asc")
    path.write_text(path.read_text().replace(old, new))
    assert fault(path).key == f"FILE_UNREADABLE.{key}"


TABLE = "lon,lat,value\n110.5,31.5,1\n111.5,31.5,2\n112.5,31.5,3\n110.5,30.5,4\n112.5,30.5,6\n"


@pytest.mark.parametrize(
    "text",
    [
        TABLE, TABLE.replace(",", ";"), TABLE.replace(",", "\t"), TABLE.partition("\n")[2].replace(",", " "),
        TABLE.replace("lon,lat,value", "经度,纬度,排放量"), TABLE.replace("lon,lat,value", "made by x\nlon,lat,value"),
        "\ufeff" + TABLE, TABLE + "111.5,30.5,\n",
    ],
)  # fmt: skip
def test_tables_of_cells_in_many_hands(tmp_path, text):
    path = tmp_path / "cells.csv"
    path.write_text(text, encoding="utf-8")
    raster = read(path)
    assert places(raster) == (1, 0, 110, 0, -1, 32)
    np.testing.assert_array_equal(raster.blocks.read(), [[1, 2, 3], [4, np.nan, 6]])
    assert raster.marks == ("no_bounds",)


def test_a_wide_hole_in_a_table_of_cells_does_not_hide_its_step(tmp_path):
    path = tmp_path / "cells.csv"
    lon = [*np.arange(0.0, 200), *np.arange(330.0, 400)]
    path.write_text("lon,lat,value\n" + "".join(f"{x},{y},1\n" for x in lon for y in (1, 2)))
    raster = read(path)
    assert raster.blocks.shape == (2, 400)
    assert np.nansum(raster.blocks.read()) == 540


def test_corners_and_cells_left_out_of_a_table_may_be_declared(tmp_path):
    path = tmp_path / "cells.txt"
    path.write_text(TABLE)
    raster = read(path, "corner=sw/absent=zero")
    assert places(raster) == (1, 0, 110.5, 0, -1, 32.5)
    assert raster.blocks.read()[1, 1] == 0
    assert raster.marks == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "named"),
    [
        ("112.5,30.5,6", "112.5,30.5,six", "FILE_UNREADABLE.line", "6"),
        ("112.5,30.5,6", "112.7,30.5,6", "FILE_UNREADABLE.uneven", "lon"),
        ("112.5,30.5,6", "110.5,30.5,6", "FILE_UNREADABLE.twice", "110.5, 30.5"),
        ("lon,lat,value", "a,b,value", "FILE_UNREADABLE.nocolumns", "a, b"),
        (TABLE, "nothing here\n", "FILE_UNREADABLE.nocells", ""),
        (TABLE, "lon,lat,value\n110.5,31.5,1\n", "FILE_UNREADABLE.onerow", "lon"),
        (TABLE, "lon,lat,co2,nox\n110.5,31.5,1,2\n111.5,30.5,1,2\n", "PATH_MISSING.columns", "co2, nox"),
    ],
)
def test_faulty_tables_of_cells(tmp_path, old, new, key, named):
    path = tmp_path / "cells.csv"
    path.write_text(TABLE.replace(old, new))
    found = fault(path)
    assert found.key == key
    assert named in found.message_zh


def test_a_column_of_a_wide_table_is_chosen_by_name(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text("lon,lat,co2(t),nox\n110.5,31.5,1,2\n111.5,30.5,3,4\n")
    raster = read(path, "column=co2(t)")
    assert (raster.layer, raster.unit_tag) == ("co2(t)", "t")
    assert np.nansum(raster.blocks.read()) == 4
    assert fault(path, "column=so2").key == "PATH_MISSING.nocolumn"


# references


def test_several_references_are_added_cell_by_cell(tmp_path):
    one, two = write_tif(tmp_path / "1.tif"), write_tif(tmp_path / "2.tif", CELLS * 10)
    raster = read_raster((str(one), str(two)), None)
    np.testing.assert_array_equal(raster.blocks.read(), CELLS * 11)


@pytest.mark.parametrize(
    ("extra", "key"),
    [
        ({"transform": Affine(1, 0, 111, 0, -1, 32)}, "FILE_UNREADABLE.othergrid"),
        ({"crs": "EPSG:4490"}, "FILE_UNREADABLE.othergrid"),
        ({"tags": {"units": "kg"}}, "UNIT_MIXED.parts"),
    ],
)
def test_parts_that_do_not_fit_together_are_a_finding(tmp_path, extra, key):
    one, two = write_tif(tmp_path / "1.tif"), write_tif(tmp_path / "2.tif", **extra)
    with pytest.raises(InputError) as caught:
        read_raster((str(one), str(two)), None)
    assert caught.value.findings[0].key == key


def test_a_folder_gives_the_file_of_the_year(tmp_path):
    for year in (2018, 2019, 2022):
        write_tif(tmp_path / f"v8.0_FT2022_CO2_{year}.tif", CELLS * year)
    (tmp_path / "readme.pdf").write_bytes(b"x")
    for year in (2019, 2022):
        assert read(tmp_path, year=year).blocks.read()[0, 0] == year
    found = fault(tmp_path, year=2020)
    assert found.key == "PATH_MISSING.year"
    assert "v8.0_FT2022_CO2_2018.tif" in found.message_zh
    assert fault(tmp_path).key == "PATH_MISSING.noyear"


def test_two_files_of_one_year_are_never_guessed(tmp_path):
    write_tif(tmp_path / "a_2019.tif")
    write_asc(tmp_path / "b_2019.asc")
    found = fault(tmp_path, year=2019)
    assert found.key == "PATH_MISSING.years"
    assert "a_2019.tif, b_2019.asc" in found.message_zh


@pytest.mark.parametrize(
    "form", ["co2_2019{:02d}.tif", "co2_2019-{:02d}.tif", "2019_{:02d}_co2.tif", "v2020b_19{:02d}.tif"]
)
def test_a_folder_of_monthly_files_gives_steps(tmp_path, form):
    for month in range(1, 13):
        write_tif(tmp_path / form.format(month), CELLS * month)
    raster = read(tmp_path, year=2019)
    assert [step.label for step in raster.steps] == [f"2019-{month:02d}" for month in range(1, 13)]
    assert [step.days for step in raster.steps[:2]] == [31, 28]
    assert [step.blocks.read()[0, 0] for step in raster.steps] == list(range(1, 13))
    assert len(raster_files((str(tmp_path),), 2019)) == 12


def test_a_pattern_names_the_monthly_files_of_one_sector(tmp_path):
    for month in (1, 2):
        for sector in ("power", "industry"):
            write_tif(tmp_path / f"2019_{month:02d}__{sector}__CO2.tif", CELLS * month)
    raster = read(tmp_path / "2019_*__power__CO2.tif", year=2019)
    assert [step.label for step in raster.steps] == ["2019-01", "2019-02"]
    assert raster_files((str(tmp_path / "2019_*__power__CO2.tif"),), 2019)[1].name == "2019_02__power__CO2.tif"


def test_packed_files_are_to_be_unpacked(tmp_path):
    write_tif(tmp_path / "a_1901.tif")
    folder = tmp_path / "packed"
    folder.mkdir()
    (folder / "a_1901.tif.gz").write_bytes(gzip.compress((tmp_path / "a_1901.tif").read_bytes()))
    assert fault(folder, year=2019).key == "FILE_UNREADABLE.packed"
    assert fault(folder / "a_1901.tif.gz").key == "FILE_UNREADABLE.packed"


def test_missing_and_unknown_files(tmp_path):
    with pytest.raises(InputError):
        read_raster((), 2019)
    (tmp_path / "a.grd").write_text("x")
    (tmp_path / "empty").mkdir()
    assert str(fault(tmp_path / "no.tif").code) == "PATH_MISSING"
    assert fault(tmp_path / "a.grd").key == "FILE_UNREADABLE.format"
    assert fault(tmp_path / "empty", year=2019).key == "PATH_MISSING.nofiles"
    assert str(fault(tmp_path / "none" / "2019_*.tif", year=2019).code) == "PATH_MISSING"


def test_a_file_whose_name_has_the_mark_in_it(tmp_path):
    assert read(write_tif(tmp_path / "a#1.tif")).blocks.read().sum() == 21


# real files


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "marks", "steps"),
    [
        ("broken/b15_lon_0_360.nc", {"lon_0_360", "no_bounds"}, 0),
        ("broken/b17_flux_no_unit.nc", {"no_bounds"}, 0),
        ("broken/b19_monthly_as_annual.nc", {"no_bounds"}, 12),
        ("concentration/pm25_daily_20200101_15_fujian.nc#PM25_fused", {"no_bounds"}, 15),
        ("inventory/cdiac_co2_1deg_east_asia_2000_2013.nc", {"no_bounds"}, 8),
        ("land/worldpop_density_0p2deg_fujian.nc", {"no_bounds"}, 0),
    ],
)
def test_real_netcdf_files(real_data, name, marks, steps):
    raster = read(real_data / "jinjiang" / name)
    assert (set(raster.marks), len(raster.steps)) == (marks, steps)
    assert np.isfinite(raster.blocks.read()).any()


def test_a_dimension_without_a_name_is_a_dimension_like_any_other(tmp_path):
    lon, lat = np.meshgrid([110.0, 111.0, 112.0], [31.0, 30.0])
    path = write_nc(tmp_path / "n.nc", {
        "lon": (("y", "x"), lon, {"units": "degrees_east"}), "lat": (("y", "x"), lat, {"units": "degrees_north"}),
        "v": (("y", "x"), CELLS, {"coordinates": "lat lon"}),
    }, "NETCDF3_CLASSIC")  # fmt: skip
    content = path.read_bytes()
    named = b"\x00\x00\x00\x01y\x00\x00\x00"
    assert content.count(named) == 1
    path.write_bytes(content.replace(named, b"\x00\x00\x00\x01\x00\x00\x00\x00"))
    np.testing.assert_array_equal(read(path).blocks.read(), CELLS)
