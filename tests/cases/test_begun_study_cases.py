"""A study begun from files: published inventories by their names, files that fit nowhere, folders that have a study."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tests.cases.raster_files import write_meic, write_tif

import zoning
from zoning.errors import ResultError, Severity
from zoning.pipeline.beginning import begin_study

DEMO = Path(__file__).parents[2] / "data" / "demo"
CELLS = np.arange(1.0, 7.0).reshape(2, 3)


@pytest.fixture
def files(tmp_path):
    """Units of the example city, and two sectors of CO2 by month in the layout of MEIC over them."""
    folder = tmp_path / "资料"
    shutil.copytree(DEMO / "units", folder / "units")
    (folder / "MEIC").mkdir()
    for month in range(1, 13):
        for sector in ("power", "industry"):
            path = folder / "MEIC" / f"2019_{month:02d}__{sector}__CO2.nc"
            write_meic(path, CELLS, west=119.5, south=34.5, spacing=0.5)
    return folder


def errors(findings):
    return [str(one.code) for one in findings if one.severity is Severity.ERROR]


def test_a_published_inventory_is_known_by_its_names_and_runs_without_a_further_word(files, tmp_path):
    begun = begin_study(tmp_path / "study", [files])
    text = begun.study.read_text(encoding="utf-8")
    assert text.count("[[emissions]]") == 1
    assert 'preset = "MEIC"' in text
    assert "24 个文件" in text
    assert "base = 2019" in text
    assert errors(begun.findings) == []
    result = zoning.run(zoning.read_study(begun.study))
    power = result.conservation.set_index("sector").loc["power"]
    assert power["raster_total"] == pytest.approx(12 * CELLS.sum(), rel=1e-12)
    assert "meicmodel.org" in result.ledger["emission"].attrs["source"]


def test_what_a_raster_does_not_say_stays_empty_and_open(files, tmp_path):
    shutil.rmtree(files / "MEIC")
    write_tif(files / "格网.tif", crs=None)
    begun = begin_study(tmp_path / "study", [files], "en")
    text = begun.study.read_text(encoding="utf-8")
    assert 'species = ""' in text
    assert 'unit = ""' in text
    assert "please fill in" in text
    assert "VALUE_UNKNOWN" in errors(begun.findings)
    assert {"UNIT_MISSING", "CRS_MISSING"} <= set(errors(begun.findings))


def test_a_damaged_file_among_them_is_a_finding_and_the_others_are_taken(files, tmp_path):
    (files / "坏.gpkg").write_bytes(b"SQLite format 3\x00 and no more")
    begun = begin_study(tmp_path / "study", [files])
    assert errors(begun.findings) == ["FILE_UNREADABLE"]
    assert 'path = "../资料/units/HJGKDY_990100.shp"' in begun.study.read_text(encoding="utf-8")


def test_what_fits_nowhere_or_comes_twice_is_named_and_left_out(files, tmp_path):
    shutil.copytree(files / "units", files / "旧版")
    roads = gpd.GeoDataFrame({"road": ["a"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4549")
    roads.to_file(files / "道路.gpkg")
    (files / "备忘.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    begun = begin_study(tmp_path / "study", [files])
    text = begun.study.read_text(encoding="utf-8")
    assert text.count("[units]") == 1
    assert "没有用到的文件" in text
    for name in ("道路.gpkg", "备忘.csv", "旧版/HJGKDY_990100.shp"):
        assert text.count(name) == 1, name
    assert errors(begun.findings) == []


def test_nothing_is_written_over_or_from_nothing(files, tmp_path):
    begin_study(tmp_path / "study", [files])
    with pytest.raises(ResultError):
        begin_study(tmp_path / "study", [files])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResultError):
        begin_study(tmp_path / "other", [tmp_path / "empty"])
    assert not (tmp_path / "other").exists()
