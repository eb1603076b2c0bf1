"""Rasters read window by window: the right cells, no-data as the file means it, and never half of a damaged file."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import netCDF4
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.enums import ColorInterp
from rasterio.env import get_gdal_config
from tests.cases.raster_files import CELLS, NORTH_UP, lonlat, write_meic, write_nc, write_tif

import zoning
from zoning.checks.raster.covered import CoveredRows
from zoning.checks.raster.numbers import bands, year_blocks
from zoning.errors import GeometryError, InputError
from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks, WeightedBlocks, Window, natural_chunk, read_into
from zoning.io.read.raster.rasters import read_layers, read_raster
from zoning.overlay import take_out
from zoning.supports import Emitters, Grid

TILED = {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate"}
FINE = Affine(0.01, 0, 110.0, 0, -0.01, 32.0)


def blocks_of(path):
    return read_raster((str(path),), None).blocks


def whole(path):
    return blocks_of(path).read()


def key_of(action):
    with pytest.raises(InputError) as caught:
        action()
    return caught.value.findings[0].key


def travelled(blocks):
    return pickle.loads(pickle.dumps(blocks))  # noqa: S301 - what was packed here


def noise(rows=50, cols=70):
    return np.random.default_rng(3).random((rows, cols))


# what counts as no data


@pytest.mark.parametrize(
    ("dtype", "nodata", "stored", "expected"),
    [
        ("uint8", 255, [255, 254, 0], [np.nan, 254, 0]),
        ("int8", -128, [-128, -127, 127], [np.nan, -127, 127]),
        ("int16", -32768, [-32768, -32767, 32767], [np.nan, -32767, 32767]),
        ("uint16", 65535, [65535, 65534, 0], [np.nan, 65534, 0]),
        ("int32", -(2**31), [-(2**31), -(2**31) + 1, 2**31 - 1], [np.nan, -(2**31) + 1, 2**31 - 1]),
        ("uint32", 2**32 - 1, [2**32 - 1, 2**32 - 2, 0], [np.nan, 2**32 - 2, 0]),
        ("float32", 0.1, [0.1, 0.1000001, 1.0], [np.nan, np.float32(0.1000001), 1.0]),
        ("float32", np.inf, [np.inf, -np.inf, 1.0], [np.nan, -np.inf, 1.0]),
        ("float64", -9999.0, [-9999.0, -9998.999, 0.0], [np.nan, -9998.999, 0.0]),
        ("float64", np.nan, [np.nan, 0.0, -9999.0], [np.nan, 0.0, -9999.0]),
        ("uint8", None, [255, 0, 1], [255, 0, 1]),
    ],
)
def test_no_data_of_every_type_of_number(tmp_path, dtype, nodata, stored, expected):
    path = write_tif(tmp_path / "a.tif", np.array([stored], dtype=dtype), dtype=dtype, nodata=nodata)
    np.testing.assert_array_equal(whole(path), np.array([expected], dtype=np.float64))


def declare(path, *nodata):
    """Declare no-data values in the file that GIS programs write beside a raster."""
    said = (
        f"<PAMRasterBand band='{n}'><NoDataValue>{one}</NoDataValue></PAMRasterBand>" for n, one in enumerate(nodata, 1)
    )
    path.with_name(f"{path.name}.aux.xml").write_text(f"<PAMDataset>{''.join(said)}</PAMDataset>")
    return path


@pytest.mark.parametrize("nodata", ["-3.4028234663852886e+38", "-3.40282346638529e+38"])
def test_the_lowest_float_is_no_data_however_many_of_its_digits_are_written(tmp_path, nodata):
    lowest = np.finfo("f4").min
    path = write_tif(tmp_path / "a.tif", np.array([[lowest, -3.40282e38, -1e38, -1.0]], dtype="f4"), dtype="float32")
    np.testing.assert_array_equal(whole(declare(path, nodata)), [[np.nan, np.nan, np.float32(-1e38), -1.0]])


@pytest.mark.parametrize("nodata", [-9999, 256, 1.5])
def test_a_no_data_value_that_the_type_cannot_hold_is_in_no_cell(tmp_path, nodata):
    path = write_tif(tmp_path / "a.tif", np.array([[1, 255, 0]], dtype=np.uint8), dtype="uint8")
    np.testing.assert_array_equal(whole(declare(path, nodata)), [[1.0, 255.0, 0.0]])


def test_no_data_of_the_largest_whole_numbers_is_found_before_they_lose_digits(tmp_path):
    path = tmp_path / "a.tif"
    values = np.array([[2**63 - 1, 2**63 - 2, 5]], dtype=np.int64)
    write_tif(path, values, dtype="int64")
    declare(path, 2**63 - 1)
    np.testing.assert_array_equal(whole(path), [[np.nan, float(2**63 - 2), 5.0]])


def test_bands_may_have_no_data_values_of_their_own(tmp_path):
    path = write_tif(tmp_path / "a.tif", np.array([[[1.0, 2.0]], [[1.0, 2.0]]]))
    declare(path, 1, 2)
    first, second = (layer.read() for layer in read_layers(str(path)))
    np.testing.assert_array_equal(first, [[np.nan, 2.0]])
    np.testing.assert_array_equal(second, [[1.0, np.nan]])


def test_no_data_is_found_in_the_stored_numbers_before_scale_and_offset(tmp_path):
    path = write_tif(tmp_path / "a.tif", np.array([[-1, 0, 3]], dtype=np.int16), dtype="int16", nodata=-1)
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.5,), (-1.0,)
    np.testing.assert_array_equal(whole(path), [[np.nan, -1.0, 0.5]])


def test_a_layer_without_any_data(tmp_path):
    path = write_tif(tmp_path / "a.tif", np.full((40, 40), -9.0), nodata=-9.0, **TILED)
    assert np.isnan(whole(path)).all()
    parts = (blocks_of(path), blocks_of(path))
    kept, found, lost = year_blocks(parts, (1.0, 1.0))
    assert (found.cells, found.data, lost) == (3200, 0, 0)
    assert np.isnan(kept.read()).all()


def test_masks_and_alpha_bands_say_where_data_are(tmp_path):
    masked = write_tif(tmp_path / "m.tif", np.arange(6.0).reshape(2, 3))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(masked, "r+") as dataset:
        dataset.write_mask(np.array([[255, 0, 255], [255, 255, 0]], dtype=np.uint8))
    np.testing.assert_array_equal(whole(masked), [[0.0, np.nan, 2.0], [3.0, 4.0, np.nan]])
    assert np.isnan(blocks_of(masked).read(Window(1, 2, 2, 3))).all()
    values = np.array([[[7, 8]], [[255, 0]]], dtype=np.uint8)
    alpha = write_tif(tmp_path / "a.tif", values, dtype="uint8", alpha="yes")
    with rasterio.open(alpha, "r+") as dataset:
        dataset.colorinterp = (ColorInterp.gray, ColorInterp.alpha)
    layers = read_layers(str(alpha))
    np.testing.assert_array_equal(layers[0].read(), [[7.0, np.nan]])
    assert [layer.name for layer in layers] == ["value"]


def test_tiles_that_were_never_written_hold_no_data_or_nothing(tmp_path):
    for name, nodata, empty in (("a.tif", -1.0, np.nan), ("b.tif", None, 0.0)):
        path = tmp_path / name
        shape = {"height": 32, "width": 32, "count": 1, "dtype": "float32", "sparse_ok": True}
        with rasterio.open(
            path, "w", driver="GTiff", crs="EPSG:4326", transform=FINE, nodata=nodata, **shape, **TILED
        ) as out:
            out.write(np.ones((16, 16), dtype="f4"), 1, window=((0, 16), (0, 16)))
        values = whole(path)
        assert (values[:16, :16] == 1.0).all()
        np.testing.assert_array_equal(values[16:], np.full((16, 32), empty))


# windows


def every_kind(folder):
    tif = write_tif(folder / "a.tif", noise(), **TILED)
    nc = write_nc(folder / "a.nc", {**lonlat(), "v": (("lat", "lon"), CELLS, {})}, crs_wkt="EPSG:4326")
    array = ArrayBlocks(noise())
    kinds = {"tif": blocks_of(tif), "nc": blocks_of(nc), "gmt": blocks_of(write_meic(folder / "m.nc")), "array": array}
    return kinds | {"sum": WeightedBlocks((array, blocks_of(tif)), (1.0, 2.0))}


@pytest.mark.parametrize("kind", ["tif", "nc", "gmt", "array", "sum"])
def test_windows_inside_are_cut_out_and_others_refused(tmp_path, kind):
    blocks = every_kind(tmp_path)[kind]
    rows, cols = blocks.shape
    values = blocks.read()
    assert values.dtype == np.float64
    np.testing.assert_array_equal(blocks.read(Window(1, rows, 1, cols)), values[1:, 1:])
    for empty in (Window(0, 0, 0, cols), Window(rows, rows, 0, cols), Window(0, rows, 1, 1)):
        assert blocks.read(empty).shape == empty.shape
    for outside in (
        Window(0, rows + 1, 0, cols),
        Window(-1, 1, 0, cols),
        Window(0, 1, 0, cols + 1),
        Window(1, 0, 0, 1),
    ):
        with pytest.raises(GeometryError, match=r"窗口"):
            blocks.read(outside)
    out = np.empty((1, cols))
    read_into(blocks, Window(0, 1, 0, cols), out)
    np.testing.assert_array_equal(out, values[:1])


def test_the_natural_block_of_a_file_is_told(tmp_path):
    tiled, striped = (
        write_tif(tmp_path / "a.tif", noise(), **TILED),
        write_tif(tmp_path / "b.tif", noise(), blockysize=4),
    )
    assert natural_chunk(blocks_of(tiled)) == (16, 16)
    assert natural_chunk(blocks_of(striped)) == (4, 70)
    path = tmp_path / "a.nc"
    with netCDF4.Dataset(path, "w") as dataset:
        for name, size, unit in (("lon", 70, "degrees_east"), ("lat", 50, "degrees_north")):
            dataset.createDimension(name, size)
            axis = dataset.createVariable(name, "f8", (name,))
            axis.units, axis[:] = unit, 10 + np.arange(size) * 0.1
        dataset.createVariable("v", "f4", ("lon", "lat"), chunksizes=(7, 9), zlib=True)[:] = noise().T
    assert natural_chunk(blocks_of(path)) == (9, 7)
    assert {band.row1 - band.row0 for band in bands(blocks_of(path))} == {50}


def test_windows_of_a_raster_larger_than_may_be_read_at_once(tmp_path):
    path = tmp_path / "a.tif"
    shape = {"height": 60_000, "width": 60_000, "count": 1, "dtype": "uint8", "sparse_ok": True, "tiled": True}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", transform=NORTH_UP, **shape) as out:
        out.write(np.full((2, 3), 7, dtype="u1"), 1, window=((59_998, 60_000), (59_997, 60_000)))
    blocks = blocks_of(path)
    assert blocks.read(Window(59_990, 60_000, 59_990, 60_000)).sum() == 42.0
    assert key_of(blocks.read) == "FILE_UNREADABLE.span"


def test_a_file_in_one_giant_block_is_to_be_rewritten_in_tiles(tmp_path):
    path = tmp_path / "a.tif"
    shape = {"height": 30_000, "width": 30_000, "count": 1, "dtype": "uint8", "sparse_ok": True, "tiled": True}
    giant = {"blockxsize": 32_768, "blockysize": 16_384, "compress": "deflate"}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", transform=NORTH_UP, **shape, **giant):
        pass
    with pytest.raises(InputError) as caught:
        blocks_of(path)
    assert caught.value.findings[0].key == "FILE_UNREADABLE.block"
    assert "TILED=YES" in caught.value.findings[0].fix_en


# damaged files and files that change


def test_a_damaged_tile_names_file_and_window_and_the_others_are_read(tmp_path):
    path = write_tif(tmp_path / "a.tif", noise(64, 64), tiled=True, blockxsize=32, blockysize=32, compress="deflate")
    content = path.read_bytes()
    with rasterio.open(path) as dataset:
        place = int(
            dataset.tags(1, ns="TIFF").get("BLOCK_OFFSET_1_1", 0) or dataset.get_tag_item("BLOCK_OFFSET_1_1", "TIFF", 1)
        )
    path.write_bytes(content[:place] + bytes(200) + content[place + 200 :])
    blocks = blocks_of(path)
    with pytest.raises(InputError) as caught:
        blocks.read()
    assert caught.value.findings[0].key == "FILE_UNREADABLE.window"
    assert "a.tif" in caught.value.findings[0].message_en
    assert "rows 1–64" in caught.value.findings[0].message_en
    np.testing.assert_array_equal(blocks.read(Window(0, 32, 0, 64)), noise(64, 64)[:32])


def test_a_damaged_chunk_of_a_netcdf_file_names_file_and_window(tmp_path):
    path = tmp_path / "a.nc"
    lon, lat = 10 + np.arange(64) * 0.1, 20 + np.arange(64) * 0.1
    axes = lonlat(lon, lat, bounds=False)
    with netCDF4.Dataset(write_nc(path, axes), "a") as dataset:
        stored = dataset.createVariable("v", "f8", ("lat", "lon"), chunksizes=(32, 64), zlib=True, shuffle=False)
        stored[:] = noise(64, 64)
    content = path.read_bytes()
    second = content.rindex(b"\x78\x5e", 0, len(content) - 100) if b"\x78\x5e" in content else content.rindex(b"\x78")
    path.write_bytes(content[: second + 8] + bytes(400) + content[second + 408 :])
    blocks = blocks_of(path)
    read = [key for rows in ((0, 32), (32, 64)) if (key := _key_or_none(blocks, Window(*rows, 0, 64)))]
    assert read == ["FILE_UNREADABLE.window"]


def _key_or_none(blocks, window):
    try:
        blocks.read(window)
    except InputError as error:
        return error.findings[0].key
    return ""


@pytest.mark.parametrize("suffix", [".tif", ".nc"])
def test_a_file_that_changes_or_vanishes_between_two_windows_is_refused(tmp_path, suffix):
    def write(name, values):
        if suffix == ".tif":
            return write_tif(tmp_path / name, values)
        return write_nc(tmp_path / name, {**lonlat(), "v": (("lat", "lon"), values, {})}, crs_wkt="EPSG:4326")

    path = write(f"a{suffix}", CELLS)
    blocks = blocks_of(path)
    assert blocks.read(Window(0, 1, 0, 3)).tolist() == [[1.0, 2.0, 3.0]]
    other = write(f"b{suffix}", CELLS * 10)
    os.utime(other, ns=(1, 1))
    other.replace(path)
    assert key_of(lambda: blocks.read(Window(1, 2, 0, 3))) == "FILE_UNREADABLE.changed"
    assert blocks_of(path).read()[0, 0] == 10.0
    blocks = blocks_of(path)
    path.unlink()
    assert key_of(blocks.read) == "PATH_MISSING"


# handles


FILES = Path("/proc/self/fd")


def open_files(path):
    return sum(one.resolve() == path for one in FILES.iterdir())


@pytest.mark.skipif(not FILES.is_dir(), reason="counts open files in /proc")
def test_handles_are_kept_for_the_next_window_and_closed_with_the_last_blocks(tmp_path):
    path = write_tif(tmp_path / "a.tif", noise(), **TILED)
    blocks = blocks_of(path)
    for row in range(50):
        blocks.read(Window(row, row + 1, 0, 70))
    assert open_files(path) == 1
    del blocks
    assert open_files(path) == 0
    others = [blocks_of(write_tif(tmp_path / f"{number}.tif", noise(), **TILED)) for number in range(40)]
    assert sum(open_files(tmp_path / f"{number}.tif") for number in range(40)) <= 16
    assert all(one.read().shape == (50, 70) for one in others)


def test_blocks_travel_to_other_processes_and_are_read_by_many_threads(tmp_path):
    for path in (write_tif(tmp_path / "a.tif", noise(), **TILED), write_meic(tmp_path / "a.nc", noise())):
        blocks = blocks_of(path)
        values = blocks.read()
        copy = travelled(blocks)
        np.testing.assert_array_equal(copy.read(Window(3, 9, 5, 60)), values[3:9, 5:60])
        windows = [Window(row, row + 3, 0, 70) for row in range(0, 48, 3)] * 4
        with ThreadPoolExecutor(8) as pool:
            for window, part in zip(windows, pool.map(copy.read, windows), strict=True):
                np.testing.assert_array_equal(part, values[window.row0 : window.row1])


def test_the_cache_of_gdal_is_as_before(tmp_path):
    before = get_gdal_config("GDAL_CACHEMAX")
    blocks_of(write_tif(tmp_path / "a.tif", noise(), **TILED)).read()
    assert get_gdal_config("GDAL_CACHEMAX") == before


# layers of a path


UNITS = gpd.GeoSeries([shapely.box(110, 30, 112, 32), shapely.box(112, 30, 113, 32)], index=["A", "B"], crs="EPSG:4326")


def test_every_band_is_a_column_by_its_description_else_its_number(tmp_path):
    path = write_tif(tmp_path / "stack.tif", np.stack([CELLS, CELLS * 10, CELLS * 100, CELLS]))
    with rasterio.open(path, "r+") as dataset:
        dataset.descriptions = ("power", None, "transport", "power")
    cover = zoning.coverage(UNITS, path, densify=1e9)
    totals = cover.total(path)
    assert list(totals.columns) == ["power", "2", "transport", "power (2)"]
    np.testing.assert_allclose(totals.loc["B"], [9.0, 90.0, 900.0, 9.0], rtol=1e-12)
    assert list(cover.total(f"{path}#2").columns) == ["value"]


def test_every_step_is_a_column_by_its_label(tmp_path):
    time = (("time",), np.array([15.0, 45.0]), {"units": "days since 2019-01-01", "bounds": "time_bnds"})
    edges = (("time", "bnds"), np.array([[0.0, 31.0], [31.0, 59.0]]), {})
    values = (("time", "lat", "lon"), np.stack([CELLS, CELLS * 2]), {})
    path = write_nc(tmp_path / "a.nc", {**lonlat(), "time": time, "time_bnds": edges, "v": values}, crs_wkt="EPSG:4326")
    totals = zoning.coverage(UNITS, path, densify=1e9).total(path)
    assert list(totals.columns) == ["2019-01", "2019-02"]
    np.testing.assert_allclose(totals.loc["B"], [9.0, 18.0], rtol=1e-12)


# fields and emitters


class Counted:
    """Blocks that remember which windows were asked for."""

    def __init__(self, values):
        self.inner, self.asked = ArrayBlocks(values), []

    shape = property(lambda self: self.inner.shape)
    chunk = (10, 10)

    def read(self, window=None):
        self.asked.append(window)
        return self.inner.read(window)


def field_of(blocks, unit="t", kind=Kind.TOTAL):
    grid = Grid("EPSG:4326", FINE, blocks.shape)
    return Field(grid, blocks, "SO2", "industry", 2019, unit, kind, "SO2")


def test_tonnes_of_a_window_are_those_of_the_whole(tmp_path):
    for field in (field_of(ArrayBlocks(noise()), "kg"), field_of(ArrayBlocks(noise()), "kg m-2 s-1", Kind.FLUX)):
        values = field.tonnes()
        assert np.array_equal(field.tonnes(Window(7, 20, 3, 9)), values[7:20, 3:9])
        assert np.array_equal(travelled(field.mass).read(), values)
    np.testing.assert_allclose(field_of(ArrayBlocks(noise()), "kg").tonnes(), noise() / 1000, rtol=1e-15)


def test_emitters_are_taken_out_without_reading_the_rest():
    values = np.full((50, 70), 5.0)
    values[49, 69] = np.nan
    blocks = Counted(values)
    points = [(110.005, 31.995), (110.005, 31.995), (110.695, 31.505), (100.0, 0.0)]  # (0, 0) twice, (49, 69), outside
    table = {"id": list("abcd"), "name": list("abcd"), "sector": "industry", "year": 2019, "in_grid": "yes"}
    frame = gpd.GeoDataFrame(
        table | {"SO2": [2.0, 4.0, 1.0, 8.0]}, geometry=gpd.points_from_xy(*zip(*points, strict=True)), crs="EPSG:4326"
    )
    left = take_out(field_of(blocks), Emitters(frame, ("SO2",)))
    assert (left.taken, left.shortfall, left.short_cells) == (5.0, 10.0, 2)
    assert {window.shape for window in blocks.asked} == {(1, 1)}
    rest = left.rest.read()
    assert rest[0, 0] == 0.0
    assert np.isnan(rest[49, 69])
    assert rest[0, 1] == 5.0
    assert np.array_equal(left.rest.read(Window(0, 2, 0, 2)), rest[:2, :2])
    assert (values[0, 0], travelled(left.rest).shape) == (5.0, (50, 70))


def test_rows_of_a_coverage_are_those_of_its_column_sums():
    grid = Grid("EPSG:4326", FINE, (50, 70))
    shapes = [shapely.Point(110.3, 31.8).buffer(0.15), shapely.box(110.41, 31.6, 110.62, 31.93)]
    cover = zoning.coverage(gpd.GeoSeries(shapes, crs="EPSG:4326"), grid)
    rows = CoveredRows.of(cover)
    found = np.concatenate([rows.inside(row, row + 5) for row in range(0, 50, 5)])
    assert np.array_equal(found, cover.column_sums() > 0)
    shares = cover.to_sparse().toarray().reshape(2, 50, 70)
    held = shares.max(axis=0) > 0
    assert np.array_equal(rows.unit(0, 50)[held], (1 - shares[::-1].argmax(axis=0))[held])
