"""Damaged rasters of every format: a value or an error of ours, and the interpreter lives on."""

from __future__ import annotations

import numpy as np
import pytest
from tests.cases.raster_files import CELLS, lonlat, write_asc, write_meic, write_nc, write_tif
from tests.fuzz.damage import FEW, MANY, survives

from zoning.io.read.raster.rasters import read_raster


def _netcdf(path, form):
    variables = {
        **lonlat(), "time": (("time",), [15.0, 45.0], {"units": "days since 2019-01-01", "calendar": "standard"}),
        "v": (("time", "lat", "lon"), np.stack([CELLS, CELLS]).astype("i2"),
              {"units": "kg m-2 s-1", "_FillValue": np.int16(-9), "scale_factor": 0.1, "long_name": "CO2"}),
    }  # fmt: skip
    return write_nc(path, variables, form, crs_wkt="EPSG:4326")


def _curvilinear(path):
    lon, lat = np.meshgrid([110.0, 111.0, 112.0], [31.0, 30.0])
    about = {"lon": {"units": "degrees_east"}, "lat": {"units": "degrees_north"}}
    variables = {name: (("y", "x"), values, about[name]) for name, values in (("lon", lon), ("lat", lat))}
    return write_nc(path, variables | {"v": (("y", "x"), CELLS, {"coordinates": "lat lon"})}, "NETCDF3_CLASSIC")


def _table(path):
    path.write_text("lon,lat,value\n110.5,31.5,1\n111.5,31.5,2\n110.5,30.5,4\n111.5,30.5,6\n")
    return path


MAKERS = {
    "tiff": ("a.tif", lambda path: write_tif(path, nodata=3, tags={"units": "t"})),
    "deflated tiff": (
        "a.tif",
        lambda path: write_tif(path, compress="deflate", tiled=True, blockxsize=16, blockysize=16),
    ),
    "netcdf4": ("a.nc", lambda path: _netcdf(path, "NETCDF4")),
    "classic": ("a.nc", lambda path: _netcdf(path, "NETCDF3_CLASSIC")),
    "64 bit": ("a.nc", lambda path: _netcdf(path, "NETCDF3_64BIT_DATA")),
    "curvilinear": ("a.nc", _curvilinear),
    "meic": ("a.nc", write_meic),
    "ascii": ("a.asc", write_asc),
    "table": ("a.csv", _table),
}


def _read(path):
    raster = read_raster((str(path),), None)
    for step in raster.steps or (raster,):
        step.blocks.read()


@pytest.fixture(params=MAKERS)
def content(request, tmp_path):
    name, make = MAKERS[request.param]
    whole = make(tmp_path / name).read_bytes()
    _read(tmp_path / name)
    return name, whole.rstrip(b"\x00") + bytes(8) if name.endswith(".nc") and whole[:3] == b"CDF" else whole


def test_damaged_rasters(content):
    survives(content[1], content[0], _read, FEW)


@pytest.mark.nightly
def test_many_damaged_rasters(content):
    survives(content[1], content[0], _read, MANY)
