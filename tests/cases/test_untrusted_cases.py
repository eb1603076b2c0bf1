"""What a stranger's study or file may try: devices, links, paths that lead out, words that run, sizes that lie."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path

import openpyxl
import pytest
import rasterio

import zoning
from zoning.io.write.finding_rows import write_findings
from zoning.io.write.findings import write_findings_xlsx
from zoning.pipeline.single import examine_file

DEMO = Path(__file__).parents[2] / "data" / "demo"


def codes(path, **more):
    return [(str(one.code), one.key) for one in examine_file(str(path), **more).findings]


def test_a_pipe_is_not_waited_for(tmp_path):
    for name in ("a.csv", "a.gpkg", "a.tif", "a.nc", "a.xlsx", "a.docx"):
        os.mkfifo(tmp_path / name)
        assert codes(tmp_path / name) == [("FILE_UNREADABLE", "FILE_UNREADABLE.special")], name


@pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.asc"])
def test_a_link_to_a_device_without_end_is_refused(tmp_path, name):
    (tmp_path / name).symlink_to("/dev/zero")
    assert codes(tmp_path / name) == [("FILE_UNREADABLE", "FILE_UNREADABLE.special")]


def test_a_raster_that_claims_a_million_million_cells_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "claims.tif"
    size = {"width": 1_000_000, "height": 1_000_000, "blockxsize": 16384, "blockysize": 16384}
    transform = rasterio.Affine(1, 0, 500_000, 0, -1, 2_750_000)
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="uint8", tiled=True, sparse_ok=True, BIGTIFF="YES",
        crs="EPSG:4549", transform=transform, **size,
    ):  # fmt: skip
        pass
    assert path.stat().st_size < 1_000_000
    assert codes(path) == [("FILE_UNREADABLE", "FILE_UNREADABLE.cells")]


def test_files_outside_the_folder_of_a_study_are_named_once(tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(DEMO, folder)
    shutil.move(folder / "targets.csv", tmp_path / "targets.csv")
    shutil.move(folder / "projects.csv", tmp_path / "hidden.csv")
    (folder / "projects.csv").symlink_to(tmp_path / "hidden.csv")
    text = (folder / "study.toml").read_text(encoding="utf-8").replace('"targets.csv"', '"../targets.csv"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (found,) = [one for one in zoning.check(zoning.read_study(folder / "study.toml")) if one.code == "PATH_OUTSIDE"]
    assert found.severity == "info"
    assert found.value == "../targets.csv、projects.csv"


def test_a_sound_study_stays_in_its_folder(demo_folder):
    findings = zoning.check(zoning.read_study(demo_folder / "study.toml"))
    assert [one for one in findings if one.code == "PATH_OUTSIDE"] == []


def test_words_that_a_spreadsheet_would_run_stay_words(tmp_path):
    with (tmp_path / "t.csv").open("w", encoding="utf-8-sig", newline="") as out:
        rows = [
            ["region_code", "指标", "单位", "年份", "目标值"],
            ["=cmd|' /C calc'!A0", "@SUM(1)", "万吨", "2025", "+1"],
        ]
        csv.writer(out).writerows(rows)
    findings = examine_file(str(tmp_path / "t.csv")).findings
    write_findings_xlsx(findings, tmp_path / "f.xlsx")
    cells = [cell for sheet in openpyxl.load_workbook(tmp_path / "f.xlsx") for line in sheet for cell in line]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert any("cmd" in str(cell.value) for cell in cells)
    write_findings(findings, tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
