"""``zoning check`` as its users call it: a study, a file, a file against the units, copies mended."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely

DEMO = Path(__file__).parents[2] / "data" / "demo"
UNITS = DEMO / "units" / "HJGKDY_990100.shp"


def command(folder, *arguments):
    call = [sys.executable, "-m", "zoning", *map(str, arguments)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=300, check=False, cwd=folder)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def overlapping(tmp_path_factory):
    """Units of which one is grown over its neighbours and carries a script for a name."""
    path = tmp_path_factory.mktemp("units") / "单元.gpkg"
    frame = gpd.read_file(UNITS)
    frame.loc[4, "geometry"] = shapely.buffer(frame.geometry[4], 200)
    frame.loc[4, "HJGKDYMC"] = "<script>alert(1)</script>"
    frame.to_file(path, layer="HJGKDY")
    return path


def test_a_sound_layer_ends_with_0_and_says_so(tmp_path):
    done = command(tmp_path, "--lang", "zh", "check", UNITS)
    assert done.returncode == 0
    assert "错误 0" in done.stderr


def test_a_faulty_layer_ends_with_3_and_leaves_a_page_a_book_rows_and_shapes(overlapping, tmp_path):
    done = command(
        tmp_path, "--lang", "en", "check", overlapping, "-o", tmp_path / "out", "--json", tmp_path / "f.json"
    )
    assert done.returncode == 3
    assert {Path(line).name for line in done.stdout.splitlines()} == {
        "f.json", "check.html", "findings.xlsx", "findings.json", "faults.gpkg",
    }  # fmt: skip
    rows = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert list(rows[0]) == [
        "code", "severity", "file", "layer", "row", "field", "value", "message_zh", "message_en", "fix_zh", "fix_en",
    ]  # fmt: skip
    assert [row["code"] for row in rows if row["severity"] == "error"] == ["LAYER_OVERLAP"]
    page = (tmp_path / "out" / "check.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    faults = pyogrio.read_dataframe(tmp_path / "out" / "faults.gpkg", layer="fault_areas")
    assert set(faults["code"]) == {"LAYER_OVERLAP"}
    book = openpyxl.load_workbook(tmp_path / "out" / "findings.xlsx")
    assert len(book.sheetnames) == 2


def test_what_is_mended_is_a_copy_and_the_original_stays(tmp_path):
    source = tmp_path / "目标.csv"
    text = (DEMO / "targets.csv").read_text(encoding="utf-8-sig").replace("region_code", "ｒｅｇｉｏｎ_code", 1)
    source.write_bytes(text.encode("gbk"))
    before = source.read_bytes()
    done = command(tmp_path, "--lang", "zh", "check", source, "--repair")
    assert source.read_bytes() == before
    copy = tmp_path / "目标_repaired" / "目标.csv"
    assert copy.read_bytes().startswith(b"\xef\xbb\xbf")
    assert copy.read_text(encoding="utf-8-sig").startswith("region_code")
    changes = json.loads((tmp_path / "目标_repaired" / "changes.json").read_text(encoding="utf-8"))
    assert {"header", "encoding"} <= {one["kind"] for one in changes}
    assert "原文件未动" in done.stderr


def test_a_study_is_mended_into_copies_that_it_then_uses(tmp_path):
    folder = tmp_path / "研究"
    shutil.copytree(DEMO, folder)
    table = folder / "targets.csv"
    table.write_bytes(table.read_text(encoding="utf-8-sig").encode("gbk"))
    done = command(tmp_path, "check", folder / "study.toml", "--repair")
    assert done.returncode == 0, done.stderr
    mended = (folder / "study.repaired.toml").read_text(encoding="utf-8")
    assert 'path = "repaired/targets.csv"' in mended
    again = command(tmp_path, "--lang", "en", "check", folder / "study.repaired.toml")
    assert again.returncode == 0
    assert "ENCODING_UNDECLARED" in done.stderr
    assert "ENCODING_UNDECLARED" not in again.stderr


def test_layers_of_one_file_and_a_declared_encoding_survive_the_mending(tmp_path):
    folder = tmp_path / "研究"
    shutil.copytree(DEMO, folder)
    units, air = gpd.read_file(UNITS), gpd.read_file(DEMO / "zones" / "air_zones.geojson")
    units.loc[0, "HJGKDYBM"] = f" {units.loc[0, 'HJGKDYBM']} "
    air.loc[0, "DQHJGKFQBM"] = f" {air.loc[0, 'DQHJGKFQBM']} "
    units.to_file(folder / "all.gpkg", layer="units")
    air.to_file(folder / "all.gpkg", layer="air")
    table = folder / "targets.csv"
    text = table.read_text(encoding="utf-8-sig").replace("region_code", "ｒｅｇｉｏｎ_code", 1)
    table.write_bytes(text.encode("gbk"))
    study = folder / "study.toml"
    said = study.read_text(encoding="utf-8")
    said = said.replace('path = "units/HJGKDY_990100.shp"', 'path = "all.gpkg"\nlayer = "units"')
    said = said.replace('path = "zones/air_zones.geojson"', 'path = "all.gpkg"\nlayer = "air"')
    said = said.replace('path = "targets.csv"', 'path = "targets.csv"\nencoding = "GBK"')
    study.write_text(said, encoding="utf-8")
    command(tmp_path, "check", study, "--repair")
    for layer, field in (("units", "HJGKDYBM"), ("air", "DQHJGKFQBM")):
        codes = pyogrio.read_dataframe(folder / "repaired" / "all.gpkg", layer=layer)[field]
        assert [code for code in codes if code != code.strip()] == [], layer
    assert (folder / "repaired" / "targets.csv").read_text(encoding="gbk").startswith("region_code")
    again = command(tmp_path, "check", folder / "study.repaired.toml")
    assert again.returncode == 0, again.stderr


def test_a_run_with_faulty_inputs_leaves_the_check_and_no_result(overlapping, tmp_path):
    folder = tmp_path / "研究"
    shutil.copytree(DEMO, folder)
    shutil.copy(overlapping, folder / "units.gpkg")
    study = folder / "study.toml"
    text = study.read_text(encoding="utf-8").replace("units/HJGKDY_990100.shp", "units.gpkg")
    study.write_text(text, encoding="utf-8")
    done = command(tmp_path, "run", study, "-o", tmp_path / "成果")
    assert done.returncode == 3
    assert not (tmp_path / "成果").exists()
    assert (tmp_path / "成果-check" / "check.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["no-such.gpkg"], "PATH_MISSING"),
        ([UNITS, "--as", "未知"], "VALUE_UNKNOWN"),
        ([DEMO / "README.md"], "FILE_UNREADABLE"),
        (["study.toml"], "PATH_MISSING"),
        ([DEMO / "targets.csv", "--with", "no-such.gpkg"], "PATH_MISSING"),
        ([DEMO / "README.md", "--with", "no-such.gpkg"], "PATH_MISSING"),
        ([DEMO / "README.md", "--with", "no-such.gpkg"], "FILE_UNREADABLE"),
    ],
)
def test_what_cannot_be_checked_is_said_with_its_code(tmp_path, arguments, code):
    done = command(tmp_path, "--lang", "zh", "check", *arguments)
    assert done.returncode == 3
    assert code in done.stderr
    assert done.stderr.isascii() is False


@pytest.mark.parametrize("kind", [(), ("--as", "comments"), ("--as", "意见")])
def test_a_file_of_comments_is_known_by_its_headers(kind, tmp_path):
    book = openpyxl.load_workbook(DEMO / "comments.xlsx")
    sheet = book.worksheets[0]
    sheet.cell(sheet.max_row + 1, 1, "示例市林业局")  # a department without a comment
    book.save(tmp_path / "汇总.xlsx")
    done = command(tmp_path, "check", "汇总.xlsx", *kind, "--json", "f.json")
    assert done.returncode == 0
    rows = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert [row["code"] for row in rows] == ["COMMENT_UNMATCHED"]
