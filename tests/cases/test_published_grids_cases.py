"""Grids of a run as GeoTIFFs and back: values, places and everything stated equal; too large ones keep their mass."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from tests.cases.six_units import six_units
from tests.cases.test_result_folder_cases import publish

from zoning.field import Field, Kind, Origin
from zoning.intake import ArrayBlocks, Window
from zoning.io.read.results import read_result
from zoning.io.runs import run_folder, sha256, write_manifest
from zoning.io.write.geopackage import write_geopackage
from zoning.io.write.grids import grid_names, published_grid, write_grids
from zoning.supports import CurvedGrid, Grid

HOSTILE = '../../etc/😀 工业\\:*?"<>|\n' + "长" * 200
NORTH = Affine(500.1, 0, 400_000.123456789, 0, -500.25, 2_750_000.3)


def field(values: np.ndarray, sector: str = "industry", transform: Affine = NORTH, **stated: object) -> Field:
    about = {"species": "CO2", "year": 2020, "unit": "t", "kind": Kind.TOTAL, "basis": "C"} | stated
    return Field(Grid("EPSG:4549", transform, values.shape), ArrayBlocks(values), sector=sector, **about)


def values(rows: int = 7, cols: int = 9) -> np.ndarray:
    made = np.random.default_rng(7).normal(1e3, 1e2, (rows, cols))
    made[0, 0], made[1, 2], made[2, 2] = np.nan, -0.5, 1 / 3
    return made


def with_fields(*fields: Field):
    return dataclasses.replace(six_units(), fields=fields)


def published(result, target: Path) -> Path:
    """Publish the parts of a result and its grids."""
    with run_folder(target) as folder:
        files, _ = write_grids(result, folder)
        parts = publish(result, folder / "parts")
        kept = [path.name for path in parts.iterdir() if path.name != "run.json"]
        for path in parts.iterdir():
            path.rename(folder / path.name)
        parts.rmdir()
        write_manifest(folder, result, [*kept, *files])
    return target


def assert_same_field(one: Field, other: Field) -> None:
    assert (one.grid, one.key) == (other.grid, other.key)
    for name in ("unit", "kind", "basis", "origin", "proxy", "comparable_with_target", "source", "period"):
        assert getattr(one, name) == getattr(other, name)
    np.testing.assert_array_equal(one.values(), other.values())
    window = Window(2, 5, 1, 8)
    np.testing.assert_array_equal(one.values(window), other.values(window))


@pytest.fixture(scope="module")
def fields() -> tuple[Field, ...]:
    south = Affine(500.1, 0, 400_000.1, 0, 500.25, 2_750_000.3)
    stated = {"origin": Origin.MODELLED, "proxy": "人口\x01", "comparable_with_target": True, "source": "“甲”<b>"}
    return (
        field(values(), **stated),
        field(values(), HOSTILE, transform=south, unit="kg m-2 s-1", kind=Kind.FLUX, period="monthly"),
        field(np.float32(values()).astype(float), "power", series="第二套"),
        field(np.full((7, 9), np.nan), "Power", species="PM2.5", basis="PM2.5"),
    )


@pytest.fixture(scope="module")
def out(fields, tmp_path_factory) -> Path:
    return published(with_fields(*fields), tmp_path_factory.mktemp("grids") / "out")


def test_fields_come_back_equal_and_in_order(out, fields):
    back = read_result(out).fields
    assert len(back) == len(fields)
    for one, other in zip(fields, back, strict=True):
        assert_same_field(one, other)
        assert_same_field(one, pickle.loads(pickle.dumps(other)))  # noqa: S301


def test_what_was_read_is_written_with_the_same_bytes(out, tmp_path):
    again = published(read_result(out), tmp_path / "again")
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert [name for name in files if name.startswith("grids/")] == sorted(grid_names(read_result(out).fields))
    assert {name: sha256(again / name) for name in files} == {name: sha256(out / name) for name in files}


def test_names_of_a_user_leave_no_folder(out):
    names = [path.name for path in (out / "grids").iterdir()]
    assert len(names) == 4
    assert all(len(name.encode()) < 200 and not set(name) & set('/\\:*?"<>|\n ') for name in names)
    assert "primary_PM2.5_Power_2020.tif" in names
    assert sorted(path.name for path in out.parent.iterdir()) == ["out"]


def test_names_that_only_capitals_tell_apart_get_a_number():
    layers = [field(values(), sector) for sector in ("power", "POWER", "power ", "..", "")]
    assert grid_names(layers) == (
        "grids/primary_CO2_power_2020.tif", "grids/primary_CO2_POWER_2020_2.tif",
        "grids/primary_CO2_power_2020_3.tif", "grids/primary_CO2_x_2020.tif", "grids/primary_CO2_x_2020_2.tif",
    )  # fmt: skip


def test_a_file_is_a_cloud_optimized_geotiff_that_says_what_it_holds(out):
    with rasterio.open(out / "grids" / "primary_CO2_industry_2020.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert (file.dtypes[0], file.transform, file.crs.to_epsg()) == ("float64", NORTH, 4549)
        assert np.isnan(file.nodata)
        tags = file.tags()
    assert (tags["species"], tags["sector"], tags["unit"], tags["basis"]) == ("CO2", "industry", "t", "C")
    assert (tags["year"], tags["kind"], tags["origin"], tags["proxy"]) == ("2020", "total", "M", "人口")
    with rasterio.open(out / "grids" / "第二套_CO2_power_2020.tif") as file:
        assert file.dtypes[0] == "float32"
    assert not list(out.rglob("*.aux.xml"))


def test_rows_of_a_south_up_grid_stand_in_the_file_from_the_north(out, fields):
    name = grid_names(fields)[1]
    with rasterio.open(out / name) as file:
        assert file.transform.e < 0
        np.testing.assert_array_equal(file.read(1), fields[1].values()[::-1])


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_grid_that_is_gone_or_was_changed_is_absent(out, tmp_path, harm):
    for path in out.rglob("*"):
        if path.is_file():
            (tmp_path / path.relative_to(out)).parent.mkdir(exist_ok=True)
            (tmp_path / path.relative_to(out)).write_bytes(path.read_bytes())
    harmed = tmp_path / "grids" / "primary_CO2_industry_2020.tif"
    if harm == "gone":
        harmed.unlink()
    else:
        with rasterio.open(harmed, "r+", IGNORE_COG_LAYOUT_BREAK="YES") as file:
            file.write(np.zeros((1, 7, 9)))
    assert [one.sector for one in read_result(tmp_path).fields] == [HOSTILE, "power", "Power"]


def test_a_record_that_leads_out_of_the_folder_is_not_followed(out, tmp_path):
    from zoning.io.read.grids import read_grids
    from zoning.io.write.grids import grid_records

    records = grid_records(read_result(out).fields)
    away = "grids/../../secret.tif"
    (tmp_path / "run").mkdir()
    source = out / records[0]["file"]
    (tmp_path / "secret.tif").write_bytes(source.read_bytes())
    for name in (away, str(tmp_path / "secret.tif"), "../secret.tif"):
        assert read_grids(tmp_path / "run", [records[0] | {"file": name}], {name: sha256(source)}) == ()


def test_cells_that_are_no_rectangles_are_left_out_and_said(tmp_path):
    x, y = np.meshgrid([0.0, 100.0, 300.0], [0.0, 100.0])
    curved = CurvedGrid("EPSG:4549", 500_000 + x - y, 2_750_000 + y + x)
    stated = dataclasses.replace(field(values()), grid=curved, blocks=ArrayBlocks(np.ones((1, 2))))
    files, findings = write_grids(with_fields(stated, field(values())), tmp_path)
    assert files == ("grids/primary_CO2_industry_2020.tif",)
    assert [(one.code, one.severity, one.key) for one in findings] == [
        ("GRID_COARSENED", "info", "GRID_COARSENED.curved")
    ]


# Too many cells ------------------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    """At most 12 cells are published."""
    from zoning.io.write import grids

    known = grids.numbers
    monkeypatch.setattr(grids, "numbers", lambda name: known(name) | {"published_cells": 12.0})


def test_tonnes_of_whole_blocks_are_summed_and_no_data_stays_no_data(few, tmp_path):
    made = np.arange(24.0).reshape(4, 6)
    made[:2, :2] = np.nan
    made[0, 2] = np.nan
    result = with_fields(field(made))
    files, findings = write_grids(result, tmp_path)
    with rasterio.open(tmp_path / files[0]) as file:
        np.testing.assert_array_equal(file.read(1), [[np.nan, 3 + 8 + 9, 4 + 5 + 10 + 11], [62, 70, 78]])
        assert file.transform == Affine(1000.2, 0, NORTH.c, 0, -1000.5, NORTH.f)
    assert "2×2" in findings[0].message_zh
    assert "4×6" in findings[0].message_en


def test_a_level_is_averaged_over_the_area_that_has_data(few, tmp_path):
    made = np.array([[2.0, 4.0, 1.0, 1.0], [np.nan, 6.0, 1.0, 1.0], *[[5.0] * 4] * 2])
    files, _ = write_grids(with_fields(field(made, kind=Kind.INTENSIVE, unit="1")), tmp_path)
    with rasterio.open(tmp_path / files[0]) as file:
        np.testing.assert_allclose(file.read(1), [[4.0, 1.0], [5.0, 5.0]], rtol=1e-6)


def test_blocks_that_cut_no_cell_are_preferred():
    assert published_grid(Grid("EPSG:4326", Affine(0.1, 0, -180, 0, -0.1, 90), (1800, 3600))).shape == (900, 1800)
    whole = published_grid(Grid("EPSG:4326", Affine(1 / 120, 0, -180, 0, -1 / 120, 90), (21_600, 43_200)))
    assert whole.shape == (1350, 2700)
    np.testing.assert_allclose(whole.bounds, (-180, -90, 180, 90))


def test_the_geopackage_knows_the_cells_that_are_published(few, tmp_path):
    result = with_fields(field(values(4, 6)))
    back = read_result(published(result, tmp_path / "out")).fields[0]
    assert back.grid == published_grid(result.fields[0].grid)
    assert back.blocks.shape == (2, 3)
    write_geopackage(dataclasses.replace(result, fields=(back,)), tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == (tmp_path / "out" / "results.gpkg").read_bytes()
