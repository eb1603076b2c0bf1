"""However a raster is cut into windows, the cells are the same bytes as those of the whole."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.raster_files import lonlat, write_meic, write_nc, write_tif

from zoning.intake import ArrayBlocks, NamedBlocks, WeightedBlocks, Window
from zoning.io.read.raster.rasters import read_raster
from zoning.overlay.emitters import RestBlocks

ROWS, COLS = 45, 64


def values():
    rng = np.random.default_rng(11)
    found = rng.random((ROWS, COLS)) * 100
    found[rng.random((ROWS, COLS)) < 0.2] = -9.0
    return found


def netcdf(path, dims, lon, lat):
    stored = values() if dims == ("lat", "lon") else values().T
    axes = lonlat(lon, lat, bounds=False)
    return write_nc(path, {**axes, "v": (dims, stored, {"_FillValue": -9.0, "scale_factor": 0.1})}, crs_wkt="EPSG:4326")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("windows")
    east, north = np.arange(COLS) + 0.5, np.arange(ROWS) * 0.5 + 10
    tiles = {"tiled": True, "blockxsize": 16, "blockysize": 32, "compress": "deflate"}
    paths = [
        write_tif(folder / "tiled.tif", values(), nodata=-9.0, **tiles),
        write_tif(
            folder / "striped.tif",
            values().astype("f4"),
            nodata=-9.0,
            dtype="float32",
            blockysize=7,
            predictor=3,
            compress="deflate",
        ),
        netcdf(folder / "plain.nc", ("lat", "lon"), east, north),
        netcdf(folder / "turned.nc", ("lon", "lat"), east, north[::-1]),
        netcdf(folder / "mirrored.nc", ("lat", "lon"), east[::-1], north),
        netcdf(folder / "circle.nc", ("lat", "lon"), np.arange(COLS) * 5.625 + 2.8125, north),
        write_meic(folder / "meic.nc", values()),
    ]
    files = [read_raster((str(path),), None).blocks for path in paths]
    cells = np.array([0, 70, COLS * ROWS - 1])
    return [
        *files, ArrayBlocks(values()), WeightedBlocks((files[0], files[1]), (0.3, 0.7)), NamedBlocks("x", files[0]),
        RestBlocks(files[0], cells, np.array([1.0, 2.0, 3.0])),
    ]  # fmt: skip


@given(
    rows=st.sets(st.integers(1, ROWS - 1), max_size=6),
    cols=st.sets(st.integers(1, COLS - 1), max_size=6),
    data=st.data(),
)
def test_any_tiling_gives_the_bytes_of_the_whole(kinds, rows, cols, data):
    blocks = data.draw(st.sampled_from(kinds))
    whole = blocks.read()
    found = np.full((ROWS, COLS), 7e77)
    for row0, row1 in itertools.pairwise([0, *sorted(rows), ROWS]):
        for col0, col1 in itertools.pairwise([0, *sorted(cols), COLS]):
            found[row0:row1, col0:col1] = blocks.read(Window(row0, row1, col0, col1))
    assert found.tobytes() == np.ascontiguousarray(whole).tobytes()
