"""What ``--repair`` mends, what it refuses, and that the copies hold it: every case worked out by hand."""

from __future__ import annotations

import hashlib
import json
import tomllib
import warnings
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
import xlwt
from openpyxl.styles import Font
from shapely.affinity import translate

from zoning.checks.repairs import ChangeKind, repair_layer, repair_table
from zoning.errors import ResultError
from zoning.intake import RawCell, RawLayer, RawTable
from zoning.io.read.table.spreadsheets import read_table
from zoning.io.read.vector.vectors import read_layer
from zoning.io.write.repaired import (
    plan_copy,
    write_changes,
    write_repaired_layers,
    write_repaired_tables,
)
from zoning.io.write.repaired.tables import copied_formulas
from zoning.study import LayerInput, parse_study

BARE = {"study": {"name": "x", "admin_code": "990100"}, "years": {"base": 2020}, "units": {"path": "u"}}
SETTINGS = parse_study(BARE, ".")


def box(x, y, width, height):
    return shapely.box(500_000 + x, 2_750_000 + y, 500_000 + x + width, 2_750_000 + y + height)


def layer(shapes, codes=None, file="units.gpkg", crs="EPSG:4549", **columns):
    codes = codes or [f"ZH9901012{number:04d}" for number in range(1, len(shapes) + 1)]
    frame = gpd.GeoDataFrame({"HJGKDYBM": codes, **columns}, geometry=list(shapes), crs=crs)
    return RawLayer(file, "units", frame, {"crs": ""})


def table(*rows, file="t.csv", **more):
    cells = tuple(
        tuple(RawCell(str(text), row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(rows, start=1)
    )
    return RawTable(file, cells, **more)


def kinds(changes):
    return [str(one.kind) for one in changes]


def bytes_of(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


# Shapes ------------------------------------------------------------------------------------------------------------


def test_a_small_bow_tie_is_mended_with_its_areas():
    # A square of 1000 m with a spike of 10 m that crosses itself: the lobe of 25 m2 counts against the signed area.
    ring = [(0, 0), (1000, 0), (1000, 500), (1010, 510), (1010, 500), (1000, 510), (1000, 1000), (0, 1000)]
    raw = layer([translate(shapely.Polygon(ring), 500_000, 2_750_000), box(1010, 0, 1000, 1000)])
    mended, changes = repair_layer(raw, "zones.air", SETTINGS)
    assert kinds(changes) == ["made_valid"]
    assert mended.frame.geometry.is_valid.all()
    # Both triangles (0,500)-(5,505) wide 5 m are 25 m2: signed +25 - 25, drawn + 50; both lie outside the square.
    signed, drawn = shapely.area(raw.frame.geometry.iloc[0]), shapely.area(mended.frame.geometry.iloc[0])
    assert drawn - signed == pytest.approx(50.0, abs=1e-6)
    assert changes[0].area_m2 == pytest.approx(50.0, rel=1e-3)
    assert changes[0].row == 1
    assert not raw.frame.geometry.is_valid.all()


def test_a_bow_tie_whose_area_would_change_much_is_refused():
    bow = translate(shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)]), 500_000, 2_750_000)
    raw = layer([bow, box(2000, 0, 100, 100)])
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert mended is raw
    assert kinds(changes) == ["refused", "not_repaired"]
    assert "100.000%" in changes[0].note_en


def test_coordinates_that_are_no_numbers_are_refused():
    broken = shapely.Polygon([(500_000, 2_750_000), (np.inf, 2_750_000), (501_000, 2_751_000)])
    _, changes = repair_layer(layer([broken, box(0, 0, 10, 10)]), "zones.air", SETTINGS)
    assert kinds(changes) in (["refused"], ["not_repaired"])
    assert not any(one.applied for one in changes)


def test_a_closed_gap_strip_is_given_to_a_neighbour():
    shapes = [box(0, 0, 50, 100), box(50.05, 0, 50, 100), box(0, 100, 100.05, 20), box(0, -20, 100.05, 20)]
    mended, changes = repair_layer(layer(shapes), "units", SETTINGS)
    assert set(kinds(changes)) == {"snapped"}
    named = changes[0]
    assert (named.row, named.before, named.after) == (1, "5 m²", "0 m²")
    assert "120.000" in named.note_en
    assert "ZH99010120002" in named.note_zh
    assert sum(one.area_m2 or 0 for one in changes) == pytest.approx(0.05 * 100, rel=1e-3)
    after = mended.frame.geometry.to_numpy()
    assert shapely.coverage_is_valid(after)
    assert shapely.area(after).sum() == pytest.approx(shapely.area(shapely.union_all(after)), rel=1e-12)


def test_a_gap_strip_that_is_open_at_its_ends_is_closed_too():
    mended, changes = repair_layer(layer([box(0, 0, 100, 100), box(100.05, 0, 100, 100)]), "units", SETTINGS)
    assert kinds(changes) == ["snapped", "snapped"]
    assert changes[1].area_m2 == pytest.approx(5.0, rel=1e-3)
    assert shapely.get_num_coordinates(mended.frame.geometry.to_numpy()).tolist() == [5, 5]
    assert shapely.area(mended.frame.geometry.to_numpy()).sum() == pytest.approx(20_005.0)
    assert shapely.coverage_is_valid(mended.frame.geometry.to_numpy())


def test_an_overlap_strip_is_resolved():
    mended, changes = repair_layer(layer([box(0, 0, 100, 100), box(99.95, 0, 60, 100)]), "units", SETTINGS)
    assert kinds(changes) == ["snapped", "snapped"]
    assert changes[0].row == 1
    assert changes[1].area_m2 == pytest.approx(-5.0, rel=1e-3)
    assert shapely.area(mended.frame.geometry.to_numpy()).sum() == pytest.approx(15_995.0)
    assert shapely.coverage_is_valid(mended.frame.geometry.to_numpy())


def test_a_unit_that_was_shifted_comes_back_into_the_coverage_and_far_ones_stay():
    grid = [box(x, y, 100, 100) for x in (0, 100, 200, 300, 400) for y in (0, 100, 200)]
    shifted = [translate(one, 0.03, 0.04) if number == 4 else one for number, one in enumerate(grid)]
    mended, changes = repair_layer(layer(shifted), "units", SETTINGS)
    after = mended.frame.geometry.to_numpy()
    assert shapely.coverage_is_valid(after)
    assert shapely.hausdorff_distance(np.array(grid), after).max() <= 0.05 + 1e-9
    assert shapely.area(after).sum() == pytest.approx(150_000.0, abs=1e-6)
    assert [one.equals_exact(other, 0.0) for one, other in zip(grid[9:], after[9:], strict=True)] == [True] * 6
    assert all(one.row <= 9 for one in changes)


def test_a_larger_overlap_stays_beside_a_slight_one_that_is_mended():
    shapes = [box(0, 0, 100, 100), box(99.95, 0, 100, 100), box(199.95, 0, 100, 100), box(290, 0, 100, 100)]
    mended, changes = repair_layer(layer(shapes), "units", SETTINGS)
    after = mended.frame.geometry.to_numpy()
    assert {one.row for one in changes} <= {1, 2}
    assert shapely.area(shapely.intersection(after[2], after[3])) == pytest.approx(995.0, abs=1e-6)
    assert shapely.area(shapely.intersection(after[0], after[1])) == 0.0


def test_a_small_hole_is_filled_though_it_is_wider_than_the_tolerance_of_width():
    shapes = [box(0, 0, 100, 100).difference(box(50, 50, 0.5, 0.5)), box(100, 0, 100, 100)]
    mended, changes = repair_layer(layer(shapes), "units", SETTINGS)
    assert [one.area_m2 for one in changes if one.area_m2] == [pytest.approx(0.25, rel=1e-3)]
    assert mended.frame.geometry.iloc[0].equals(box(0, 0, 100, 100))


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ([box(0, 0, 0.5, 0.5)] * 2, "vanish"),
        ([box(0, 0, 100, 0.05), box(0, 0.05, 100, 50), box(0, 50.02, 100, 50)], "vanish"),
    ],
    ids=["drawn twice", "a unit thinner than the tolerance"],
)
def test_what_snapping_would_destroy_is_left_and_named(shapes, reason):
    raw = layer(shapes)
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert mended is raw
    assert kinds(changes) == ["refused"]
    assert reason in changes[0].note_en


@pytest.mark.parametrize(
    "shapes",
    [
        [box(0, 0, 100, 100), box(100.5, 0, 100, 100)],
        [box(0, 0, 100, 100), box(99.5, 0, 100, 100)],
        [box(0, 0, 300, 300).difference(box(100, 100, 50, 50)), box(300, 0, 100, 300)],
        [box(0, 0, 300, 300).difference(box(299, 100, 1, 0.05)), box(400, 0, 100, 300)],
    ],
    ids=["wide gap", "wide overlap", "hole", "inlet of one unit"],
)
def test_what_is_not_slight_stays_as_it_was_drawn(shapes):
    raw = layer(shapes)
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert (mended is raw, changes) == (True, ())


def test_only_units_are_snapped():
    raw = layer([box(0, 0, 100, 100), box(99.95, 0, 60, 100)])
    assert repair_layer(raw, "zones.air", SETTINGS) == (raw, ())


@pytest.mark.parametrize("crs", [None, "EPSG:4490", "EPSG:4555"])
def test_nothing_is_measured_where_the_system_is_not_settled(crs):
    raw = layer([box(0, 0, 100, 100), box(99.95, 0, 60, 100)], crs=crs)
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert mended is raw
    assert kinds(changes) == ["not_repaired"]


def test_heights_stay():
    shapes = [shapely.force_3d(box(0, 0, 100, 100), 12.5), shapely.force_3d(box(99.95, 0, 60, 100), 12.5)]
    mended, _ = repair_layer(layer(shapes), "units", SETTINGS)
    assert mended.frame.geometry.has_z.all()
    assert set(shapely.get_coordinates(mended.frame.geometry, include_z=True)[:, 2]) == {12.5}


# Text --------------------------------------------------------------------------------------------------------------


def test_headers_codes_and_texts_of_a_layer():
    shapes = [box(0, 0, 10, 10), box(10, 0, 10, 10), box(20, 0, 10, 10)]
    frame = gpd.GeoDataFrame(
        {
            "环境管控单元编码\n": [" zh35058210008 ", "ＺＨ３５０５８２１０００９", "ZH3505821OO1O"],
            "name": ["甲\u00a0单元\n", "\ufeff乙", None],
            "ＭＪ": [1.0, 2.0, 3.0],
        },
        geometry=shapes,
        crs="EPSG:4549",
    )
    mended, changes = repair_layer(RawLayer("u.gpkg", "u", frame, {"crs": ""}), "units", SETTINGS)
    assert list(mended.frame.columns) == ["环境管控单元编码", "name", "MJ", "geometry"]
    assert list(mended.frame["环境管控单元编码"]) == ["ZH35058210008", "ZH35058210009", "ZH3505821OO1O"]
    assert list(mended.frame["name"])[:2] == ["甲 单元", "乙"]
    assert list(mended.frame["MJ"]) == [1.0, 2.0, 3.0]
    assert kinds(changes) == ["header", "header", "code_blanks", "code_blanks", "question", "text_trim", "text_trim"]
    assert "ZH35058210010" in changes[4].note_zh
    assert next(iter(frame.columns)) == "环境管控单元编码\n"


def test_two_headers_or_codes_that_would_be_one_are_left():
    shapes = [box(0, 0, 10, 10), box(10, 0, 10, 10)]
    raw = layer(shapes, codes=["zh35058210008", "ZH35058210008"], **{"ＭＪ": [1, 2], "MJ ": [1, 2]})
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert mended is raw
    assert kinds(changes) == ["refused", "refused", "refused"]


def test_a_code_of_another_pattern_keeps_its_letters():
    raw = layer([box(0, 0, 10, 10)], codes=["gy-a1"])
    assert repair_layer(raw, "units", SETTINGS) == (raw, ())


def test_headers_and_cells_of_a_table_and_no_number():
    raw = table(
        ["region_code ", "indicator\n", "ｕｎｉｔ", "Year", "limit"],
        ["350582", "煤炭消费总量\u200b", "万吨\u00a0标煤", "2025", "-0.28"],
    )
    mended, changes = repair_table(raw, "targets")
    texts = [[cell.text for cell in line] for line in mended.rows]
    assert texts[0] == ["region_code", "indicator", "unit", "Year", "limit"]
    assert texts[1] == ["350582", "煤炭消费总量", "万吨 标煤", "2025", "-0.28"]
    assert kinds(changes) == ["header", "header", "header", "text_trim", "text_trim"]
    assert [one.field for one in changes] == ["A1", "B1", "C1", "B2", "C2"]


def test_a_csv_cell_that_a_spreadsheet_would_run_gets_an_apostrophe():
    raw = table(["region_code", "indicator", "note"], ["350582", "=cmd|' /C calc'!A0", "-5%"], ["350583", "@x", "-"])
    mended, changes = repair_table(raw, "targets")
    assert kinds(changes) == ["escaped", "escaped"]
    assert [cell.text for cell in mended.rows[1]] == ["350582", "'=cmd|' /C calc'!A0", "-5%"]
    assert repair_table(mended, "targets") == (mended, ())


def test_codes_of_a_list_under_two_rows_of_headers():
    head = [
        ["单元清单", "", "", ""],
        ["环境管控单元编码", "单元名称", "管控要求", ""],
        ["", "", "空间布局约束", "污染物排放管控"],
    ]
    raw = table(*head, ["zh 35058210008", "甲", "=1", "x"], file="list.xlsx", sheet="清单")
    mended, changes = repair_table(raw, "list")
    assert kinds(changes) == ["code_blanks"]
    assert (changes[0].field, mended.rows[3][0].text, mended.rows[3][2].text) == ("A4", "ZH35058210008", "=1")


def test_a_document_is_not_touched():
    raw = table(["环境管控单元编码", "单元名称"], ["zh35058210008", "甲"], file="list.docx")
    assert repair_table(raw, "list")[0] is raw
    assert kinds(repair_table(raw, "list")[1]) == ["not_repaired"]


# Copies of layers --------------------------------------------------------------------------------------------------


def strip_layer(**more):
    frame = layer([box(0, 0, 100, 100), box(99.95, 0, 60, 100)]).frame
    return frame.assign(HJGKDYMC=["甲单元", "乙单元"], N=[1, 2], MJ=[0.01, 0.006], **more)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "parquet"])
def test_a_layer_is_copied_in_its_format(tmp_path, suffix):
    folder = tmp_path / "in"
    folder.mkdir()
    source = folder / f"units.{suffix}"
    frame = strip_layer()
    if suffix == "parquet":
        frame.to_parquet(source)
        raw = RawLayer("units.parquet", "units", gpd.read_parquet(source), {"crs": ""})
    else:
        pyogrio.write_dataframe(frame, source, layer="units")
        frame = pyogrio.read_dataframe(source)
        raw = RawLayer(f"units.{suffix}", "units", frame, {"crs": ""})
    before = bytes_of(folder)
    mended, changes = repair_layer(raw, "units", SETTINGS)
    path = write_repaired_layers([mended], changes, source, tmp_path / "out")
    assert path == tmp_path / "out" / source.name
    assert bytes_of(folder) == before
    assert [one.name for one in path.parent.iterdir()] == [source.name]
    copy = gpd.read_parquet(path) if suffix == "parquet" else pyogrio.read_dataframe(path)
    assert copy.crs == frame.crs
    pd.testing.assert_frame_equal(
        pd.DataFrame(copy.drop(columns="geometry")), pd.DataFrame(frame.drop(columns="geometry")), check_dtype=False
    )
    assert shapely.area(copy.geometry.to_numpy()).sum() == pytest.approx(15_995.0, abs=1e-5)
    if suffix not in ("parquet", "geojson"):
        assert pyogrio.read_info(path)["crs"] == pyogrio.read_info(source)["crs"] == "EPSG:4549"


def test_other_layers_and_tables_of_a_geopackage_are_copied(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    source = folder / "all.gpkg"
    pyogrio.write_dataframe(strip_layer(), source, layer="units")
    pyogrio.write_dataframe(layer([box(0, 0, 1, 1)]).frame, source, layer="zones")
    pyogrio.write_dataframe(pd.DataFrame({"a": ["x", None]}), source, layer="notes")
    raws, changes = [], []
    for name, kind in (("units", "units"), ("zones", "zones.air")):
        raw = read_layer(source, LayerInput(path="all.gpkg", layer=name))
        if name == "zones":
            raw.frame["HJGKDYBM"] = [" YS3505822310001"]
            raw.frame.columns = ["zone_code", "geometry"]
        mended, found = repair_layer(raw, kind, SETTINGS)
        raws.append(mended)
        changes += found
    path = write_repaired_layers(raws, changes, source, tmp_path / "out")
    assert [name for name, _ in pyogrio.list_layers(path)] == ["units", "zones", "notes"]
    assert pyogrio.read_dataframe(path, layer="zones").iloc[0, 0] == "YS3505822310001"
    assert pyogrio.read_dataframe(path, layer="notes")["a"].isna().tolist() == [False, True]
    assert kinds(changes) == ["snapped", "snapped", "code_blanks"]


def gbk_shapefile(folder, *, long=False):
    """A shapefile in GBK that does not say so: fields as a standard sets them, a date, a deleted record."""
    folder.mkdir()
    frame = strip_layer(D=pd.to_datetime(["2020-01-02", None]), NOTE=["长" * 100 if long else "短", ""])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(frame, folder / "units.shp", encoding="GBK", use_arrow=False)
    (folder / "units.cpg").unlink()
    table_ = bytearray((folder / "units.dbf").read_bytes())
    table_[29] = 0
    (folder / "units.dbf").write_bytes(bytes(table_))
    return folder / "units.shp"


@pytest.mark.parametrize(("long", "encoding"), [(False, "UTF-8"), (True, "GBK")])
def test_a_gbk_shapefile_without_cpg_says_its_encoding(tmp_path, long, encoding):
    source = gbk_shapefile(tmp_path / "in", long=long)
    before = bytes_of(source.parent)
    raw = read_layer(source, LayerInput(path="units.shp"))
    assert raw.encoding_source == "guessed"
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert kinds(changes) == ["snapped", "snapped", "encoding"]
    assert changes[2].after == encoding
    path = write_repaired_layers([mended], changes, source, tmp_path / "out")
    assert bytes_of(source.parent) == before
    assert path.with_suffix(".cpg").read_text() == encoding
    assert path.with_suffix(".prj").read_bytes() == source.with_suffix(".prj").read_bytes()
    copy = read_layer(path, LayerInput(path="units.shp"))
    assert copy.encoding_source == "cpg"
    assert list(copy.frame["HJGKDYMC"]) == ["甲单元", "乙单元"]
    assert len(copy.frame["NOTE"][0]) == (100 if long else 1)
    one, other = pyogrio.read_info(source, encoding="GBK"), pyogrio.read_info(path)
    assert [one[name].tolist() for name in ("fields", "dtypes")] == [
        other[name].tolist() for name in ("fields", "dtypes")
    ]
    assert repair_layer(copy, "units", SETTINGS) == (copy, ())


def test_an_encoding_that_the_study_declares_is_kept(tmp_path):
    source = gbk_shapefile(tmp_path / "in")
    raw = read_layer(source, LayerInput(path="units.shp", encoding="GBK"))
    mended, changes = repair_layer(raw, "units", SETTINGS)
    path = write_repaired_layers([mended], changes, source, tmp_path / "out")
    assert kinds(changes) == ["snapped", "snapped"]
    assert list(read_layer(path, LayerInput(path="units.shp", encoding="GBK")).frame["HJGKDYMC"]) == [
        "甲单元",
        "乙单元",
    ]


def test_a_shapefile_in_a_zip_is_copied_as_a_shapefile(tmp_path):
    inner = gbk_shapefile(tmp_path / "in")
    source = tmp_path / "units.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for part in inner.parent.iterdir():
            archive.write(part, f"deep/{part.name}")
    read = read_layer(inner, LayerInput(path="units.zip"))
    mended, changes = repair_layer(read, "units", SETTINGS)
    path = write_repaired_layers([mended], changes, source, tmp_path / "out")
    assert path.name == "units.shp"
    assert list(read_layer(path, LayerInput(path="units.shp")).frame["HJGKDYMC"]) == ["甲单元", "乙单元"]


def test_a_format_that_cannot_be_written_becomes_a_geopackage(tmp_path):
    source = tmp_path / "in" / "units.gdb"
    source.parent.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(strip_layer(), source, layer="units", driver="OpenFileGDB")
    raw = RawLayer("units.gdb", "units", pyogrio.read_dataframe(source, layer="units"), {"crs": ""})
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert set(kinds(changes)) == {"snapped", "format"}
    path = write_repaired_layers([mended], changes, source, tmp_path / "out")
    assert path.name == "units.gpkg"
    assert [name for name, _ in pyogrio.list_layers(path)] == ["units"]
    assert len(pyogrio.read_dataframe(path)) == 2


def test_a_polygon_layer_becomes_one_of_multipolygons_where_a_shape_falls_apart(tmp_path):
    source = tmp_path / "in" / "u.gpkg"
    source.parent.mkdir()
    ring = [(0, 0), (1000, 0), (1000, 500), (1010, 510), (1010, 500), (1000, 510), (1000, 1000), (0, 1000)]
    shapes = [translate(shapely.Polygon(ring), 500_000, 2_750_000), box(2000, 0, 10, 10)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(layer(shapes).frame, source, layer="units", geometry_type="Polygon")
    raw = read_layer(source, LayerInput(path="u.gpkg"))
    mended, changes = repair_layer(raw, "units", SETTINGS)
    path = write_repaired_layers([mended], changes, source, tmp_path / "out")
    assert pyogrio.read_info(path)["geometry_type"] == "MultiPolygon"
    assert pyogrio.read_dataframe(path).geometry.is_valid.all()


def test_the_folder_of_the_original_is_refused(tmp_path):
    source = tmp_path / "units.gpkg"
    pyogrio.write_dataframe(strip_layer(), source, layer="units")
    before = bytes_of(tmp_path)
    raw = read_layer(source, LayerInput(path="units.gpkg"))
    mended, changes = repair_layer(raw, "units", SETTINGS)
    (tmp_path / "link").symlink_to(tmp_path)
    for folder in (tmp_path, tmp_path / "sub" / "..", tmp_path / "link"):
        with pytest.raises(ResultError, match="文件夹"):
            write_repaired_layers([mended], changes, source, folder)
    (tmp_path / "link").unlink()
    assert bytes_of(tmp_path) == before


def test_a_copy_that_fails_leaves_nothing(tmp_path):
    source = gbk_shapefile(tmp_path / "in")
    raw = read_layer(source, LayerInput(path="units.shp"))
    mended, changes = repair_layer(raw, "units", SETTINGS)
    source.with_suffix(".dbf").write_bytes(b"\x03" + b"\x00" * 40)
    with pytest.raises(ResultError, match="写不出来"):
        write_repaired_layers([mended], changes, source, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


# Copies of tables --------------------------------------------------------------------------------------------------


def test_a_csv_is_copied_with_a_byte_order_mark(tmp_path):
    source = tmp_path / "in" / "t.csv"
    source.parent.mkdir()
    source.write_bytes('region_code ,指标,备注\r\n350582,煤炭,"=1+1,\n二"\r\n\r\n350583,电,-3\r\n'.encode("gbk"))
    (raw,) = read_table(source, "t.csv")
    mended, changes = repair_table(raw, "targets")
    assert kinds(changes) == ["escaped", "encoding"]
    path = write_repaired_tables([mended], changes, source, tmp_path / "out")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    (copy,) = read_table(path, "t.csv")
    assert [[cell.text for cell in line] for line in copy.rows][1] == ["350582", "煤炭", "'=1+1,\n二"]
    assert [line[0].row for line in copy.rows if line][-1] == 4


def workbook(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(["单元编码\n", "单元名称", "空间布局约束"])
    sheet.append(["zh35058210008", "甲\u00a0区", "禁止"])
    sheet.append([None, "乙", "=SUM(1,2)"])
    sheet.append([7.5, "=cmd|'/C calc'!A0", "='[1]x'!A1"])
    sheet.merge_cells("A2:A3")
    sheet["A1"].font = Font(bold=True)
    other = book.create_sheet("另表")
    other["B2"] = 3
    book.save(path)


def test_a_workbook_is_copied_with_only_the_changed_cells(tmp_path):
    source = tmp_path / "in" / "list.xlsx"
    source.parent.mkdir()
    workbook(source)
    before = bytes_of(source.parent)
    raw = read_table(source, "list.xlsx", sheet="清单")[0]
    mended, changes = repair_table(raw, "list")
    assert [(str(one.kind), one.field) for one in changes] == [("code_blanks", "A2"), ("text_trim", "B2")]
    path = write_repaired_tables([mended], changes, source, tmp_path / "out")
    assert bytes_of(source.parent) == before
    book = openpyxl.load_workbook(path)
    sheet = book["清单"]
    assert (sheet["A2"].value, sheet["B2"].value) == ("ZH35058210008", "甲 区")
    assert sheet["A1"].font.bold
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A2:A3"]
    assert (sheet["A4"].value, book["另表"]["B2"].value) == (7.5, 3)
    assert (sheet["C3"].data_type, sheet["C3"].value) == ("f", "=SUM(1,2)")
    assert [(sheet[cell].data_type, sheet[cell].value) for cell in ("B4", "C4")] == [
        ("s", "=cmd|'/C calc'!A0"),
        ("s", "='[1]x'!A1"),
    ]
    assert kinds(copied_formulas("list.xlsx", source)) == ["escaped", "escaped", "format"]


def test_an_old_workbook_becomes_a_new_one_with_its_values(tmp_path):
    source = tmp_path / "in" / "list.xls"
    source.parent.mkdir()
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("清单")
    for column, text in enumerate(["单元编码", "单元名称", "空间布局约束"]):
        sheet.write(0, column, text)
    sheet.write_merge(1, 2, 0, 0, "zh35058210008")
    sheet.write(1, 1, 2.5)
    sheet.write(2, 2, "=x")
    book.save(str(source))
    rows = [["单元编码", "单元名称", "空间布局约束"], ["zh35058210008", "2.5", ""], ["", "", "=x"]]
    mended, changes = repair_table(table(*rows, file="list.xls", sheet="清单"), "list")
    assert kinds(changes) == ["code_blanks", "format"]
    path = write_repaired_tables([mended], changes, source, tmp_path / "out")
    copy = openpyxl.load_workbook(path)["清单"]
    assert path.name == "list.xlsx"
    assert (copy["A2"].value, copy["B2"].value, copy["C3"].value) == ("ZH35058210008", 2.5, "=x")
    assert copy["C3"].data_type == "s"
    assert [str(area) for area in copy.merged_cells.ranges] == ["A2:A3"]


# Lists and studies -------------------------------------------------------------------------------------------------


def test_the_list_of_changes_is_text_in_both_languages(tmp_path):
    raw = table(["region_code", "indicator"], ["350582", "=1+1"])
    _, changes = repair_table(raw, "targets")
    book, plain = write_changes(changes, tmp_path)
    rows = json.loads(plain.read_text(encoding="utf-8"))
    assert [(row["kind"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("escaped", "B2", "=1+1", "'=1+1")
    ]
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == ["修改清单", "changes"]
    assert {cell.data_type for sheet in opened for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
    assert opened["修改清单"]["F2"].value == "=1+1"
    first = book.read_bytes()
    assert write_changes(changes, tmp_path)[0].read_bytes() == first


def test_every_kind_of_change_has_a_name():
    from zoning.messages import knows

    assert all(knows(f"repair.kind.{kind}") for kind in ChangeKind)


STUDY = """# 注释 "units.shp" 不动
[study]
name = "units.shp"       # 同名的不是路径
admin_code = "350582"
[years]
base = 2020
[units]   # 单元
path = 'units.shp'
source = "units.shp"
fields = { code = "编码" }
[[zones]]
element = "air"
path = "zones\\\\air.gpkg"
[access_list]
unit = "list.xls"
city = "city.xlsx"
"""


def test_a_study_file_differs_in_its_paths_only(tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(STUDY, encoding="utf-8")
    copies = {"units.shp": tmp_path / "repaired" / "units.shp", "zones\\air.gpkg": tmp_path / "repaired" / "空 格.gpkg"}
    copies["list.xls"] = tmp_path / "repaired" / "list.xlsx"
    text = plan_copy(study, copies)
    before, after = tomllib.loads(STUDY), tomllib.loads(text)
    assert after["units"].pop("path") == "repaired/units.shp"
    assert after["zones"][0].pop("path") == "repaired/空 格.gpkg"
    assert after["access_list"].pop("unit") == "repaired/list.xlsx"
    for content in (before["units"], before["zones"][0]):
        content.pop("path")
    before["access_list"].pop("unit")
    assert after == before
    assert text.splitlines()[0] == STUDY.splitlines()[0]
    changed = [one for one, other in zip(STUDY.splitlines(), text.splitlines(), strict=True) if one != other]
    assert len(changed) == 3


# Real data ---------------------------------------------------------------------------------------------------------


@pytest.mark.real
def test_the_real_bow_tie_is_mended_and_its_numbers_are_those_of_the_fault(real_data, tmp_path):
    source = real_data / "jinjiang" / "broken" / "b07_bowtie.gpkg"
    raw = read_layer(source, LayerInput(path="b07_bowtie.gpkg"))
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert kinds(changes) == ["made_valid"]
    assert shapely.area(mended.frame.geometry.iloc[6]) == pytest.approx(60761285.4, abs=0.1)
    assert changes[0].area_m2 == pytest.approx((60761285.4 - 60742587.9) * 0.99949, rel=1e-4)
    path = write_repaired_layers([mended], changes, source, tmp_path)
    assert pyogrio.read_dataframe(path).geometry.is_valid.all()
