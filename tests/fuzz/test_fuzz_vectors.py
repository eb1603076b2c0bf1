"""Damaged vector files of every format: a value or an error of ours, never anything else."""

from __future__ import annotations

import shutil
import zipfile

import geopandas as gpd
import pytest
import shapely
from tests.fuzz.damage import FEW, MANY, survives

from zoning.io.read.vector.vectors import layer_files, read_layer
from zoning.study import LayerInput

UNITS = gpd.GeoDataFrame(
    {"BM": ["ZH99010120001", "ZH99010110002"], "MC": ["示例镇重点管控单元", "示例镇优先保护单元"], "MJ": [1.5, 2.0]},
    geometry=[shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)],
    crs="EPSG:4549",
)  # fmt: skip
SHAPES = ("units.shp", "units.shx", "units.dbf", "units.prj", "units.cpg")
SINGLE = ("u.gpkg", "u.geojson", "u.fgb", "u.parquet", "u.zip")
TABLES = ("a00000001.gdbtable", "a00000004.gdbtable", "a00000009.gdbtable", "a00000009.gdbtablx")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A folder with one sound file of every format."""
    folder = tmp_path_factory.mktemp("sound")
    UNITS.to_file(folder / "units.shp", encoding="GBK")
    UNITS.to_file(folder / "u.gpkg", layer="u", driver="GPKG")
    UNITS.to_crs("EPSG:4490").to_file(folder / "u.geojson", driver="GeoJSON")
    UNITS.to_file(folder / "u.fgb", driver="FlatGeobuf")
    UNITS.to_file(folder / "u.gdb", layer="u", driver="OpenFileGDB")
    UNITS.to_parquet(folder / "u.parquet")
    with zipfile.ZipFile(folder / "u.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SHAPES:
            archive.write(folder / name, name)
    return folder


def read_beside(companions):
    """Return a reader of a file whose companions are sound."""

    def read(path):
        for companion in companions:
            if companion.name != path.name:
                shutil.copy(companion, path.parent)
        place = path.with_name("units.shp")
        read_layer(place, LayerInput(path=place.name))
        layer_files(place)

    return read


def read_inside(database):
    """Return a reader of a geodatabase with one table exchanged."""

    def read(path):
        place = path.parent / "u.gdb"
        shutil.copytree(database, place)
        shutil.copy(path, place)
        read_layer(place, LayerInput(path=place.name))

    return read


def read_single(path):
    read_layer(path, LayerInput(path=path.name))
    layer_files(path)


def fuzz(sound, name, examples):
    if name in SHAPES:
        read = read_beside([sound / one for one in SHAPES])
        return survives((sound / name).read_bytes(), name, read, examples)
    if name in TABLES:
        return survives((sound / "u.gdb" / name).read_bytes(), name, read_inside(sound / "u.gdb"), examples)
    return survives((sound / name).read_bytes(), name, read_single, examples)


@pytest.mark.parametrize("name", [*SHAPES, *SINGLE, *TABLES])
def test_damaged_layers(sound, name):
    fuzz(sound, name, FEW)


@pytest.mark.nightly
@pytest.mark.parametrize("name", [*SHAPES, *SINGLE, *TABLES])
def test_many_damaged_layers(sound, name):
    fuzz(sound, name, MANY)
