"""``zoning.coverage`` from paths: any raster the readers know, and a layer for every step of time."""

from __future__ import annotations

import geopandas as gpd
import netCDF4
import numpy as np
import pytest
import shapely

import zoning
from zoning.errors import GeometryError, InputError

UNIT = gpd.GeoSeries([shapely.box(118.0, 24.0, 118.15, 24.1)], index=["ZH1"], crs="EPSG:4490")


@pytest.fixture
def book(tmp_path):
    """Two steps of 2 × 2 cells of 0.1°: 1 2 / 3 4, and ten times that; latitudes ascend."""
    path = tmp_path / "co2.nc"
    with netCDF4.Dataset(path, "w") as made:
        for name, size in (("time", 2), ("lat", 2), ("lon", 2), ("nv", 2)):
            made.createDimension(name, size)
        for name, first, units in (("lat", 24.0, "degrees_north"), ("lon", 118.0, "degrees_east")):
            axis = made.createVariable(name, "f8", (name,))
            axis.setncatts({"units": units, "bounds": f"{name}_bnds"})
            axis[:] = first + np.array([0.05, 0.15])
            edges = first + np.array([0.0, 0.1, 0.2])
            made.createVariable(f"{name}_bnds", "f8", (name, "nv"))[:] = np.column_stack([edges[:-1], edges[1:]])
        time = made.createVariable("time", "f8", ("time",))
        time.units = "days since 2020-01-01"
        time[:] = [15, 45]
        values = made.createVariable("co2", "f8", ("time", "lat", "lon"))
        values[:] = np.array([[[1, 2], [3, 4]], [[10, 20], [30, 40]]])
    return path


def test_every_step_is_a_column(book):
    cover = zoning.coverage(UNIT, book)
    np.testing.assert_allclose(cover.total(book).to_numpy(), [[1 + 2 / 2, 10 + 20 / 2]], rtol=1e-12)


def test_a_variable_can_be_named(book):
    cover = zoning.coverage(UNIT, f"{book}#co2")
    assert cover.cells.to_list() == pytest.approx([1.5], rel=1e-12)
    with pytest.raises(InputError):
        zoning.coverage(UNIT, f"{book}#nox")


def test_a_curvilinear_file_is_laid_cell_by_cell_and_is_no_regular_grid(tmp_path):
    path = tmp_path / "curved.nc"
    lon, lat = np.meshgrid([118.05, 118.15, 118.25], [24.05, 24.15])
    with netCDF4.Dataset(path, "w") as made:
        for name, size in (("y", 2), ("x", 3)):
            made.createDimension(name, size)
        for name, values, units in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
            made.createVariable(name, "f8", ("y", "x"))[:] = values
            made[name].units = units
        made.createVariable("co2", "f8", ("y", "x"))[:] = [[1, 2, 3], [4, 5, 6]]
        made["co2"].coordinates = "lat lon"
    cover = zoning.coverage(UNIT, path)
    np.testing.assert_allclose(cover.total(path).to_numpy(), [[2.0]], rtol=1e-9)
    with pytest.raises(GeometryError, match=r"2-D|二维"):
        zoning.Grid.from_raster(path)
