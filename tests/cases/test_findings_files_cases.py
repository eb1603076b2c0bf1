"""Findings as files and on the terminal: workbook, JSON, layers of faults, coloured table and plain lines."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely
from rich.console import Console

from zoning.checks.judged import FaultShape
from zoning.cli import screens
from zoning.errors import COLUMNS, Severity
from zoning.io.write.finding_rows import write_findings
from zoning.io.write.findings import write_fault_map, write_findings_xlsx
from zoning.messages import finding

FORMULA = "=cmd|'/C calc'!A0"


def faults(value="甲"):
    where = {"file": "清单/units.xlsx", "layer": "表1", "row": 3, "field": "类别", "value": value}
    return (
        finding("VALUE_UNKNOWN", where=where, count=1, allowed="乙"),
        finding(
            "YEAR_DIFFERS", severity=Severity.WARNING, where={"file": "e.tif", "value": "2010"}, year=2010, base=2020
        ),
        finding("GEOM_Z", where={"file": "u.shp"}, count=4),
        finding("GEOM_Z", where={"file": "清单/units.xlsx"}, count=4),
    )


# ---- workbook ------------------------------------------------------------------------------------------------------


def test_the_workbook_lists_every_finding_in_both_languages(tmp_path):
    write_findings_xlsx(faults(), tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == ["问题清单", "汇总"]
    sheet = book["问题清单"]
    rows = list(sheet.iter_rows(values_only=True))
    top = next(at for at, row in enumerate(rows) if row[0] == "程度")
    first = dict(zip(rows[top], rows[top + 1], strict=True))
    one = faults()[0]
    assert first == {
        "程度": "错误", "问题代码": "VALUE_UNKNOWN", "文件": "清单/units.xlsx", "图层或工作表": "表1", "行号": "3",
        "字段": "类别", "数值": "甲", "含义（中文）": "取值不在代码表中", "含义（英文）": "value not in the code list",
        "问题（中文）": one.message_zh, "问题（英文）": one.message_en,
        "怎样改（中文）": one.fix_zh, "怎样改（英文）": one.fix_en,
    }  # fmt: skip
    assert [row[0] for row in rows[top + 1 :]] == ["错误", "警告", "提示", "提示"]
    assert sheet.auto_filter.ref == f"A{top + 1}:M{top + 5}"
    assert sheet.freeze_panes == f"C{top + 2}"
    assert [sheet.cell(top + 2 + at, 1).fill.fgColor.rgb for at in range(3)] == ["FFB3261E", "FFE8A33D", "FFBFD6E2"]


def test_the_reader_s_own_language_stands_first(tmp_path):
    write_findings_xlsx(faults(), tmp_path / "f.xlsx", "en")
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx").worksheets[0]
    header = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "severity")
    assert header.index("what is wrong (English)") < header.index("what is wrong (Chinese)")


def test_the_summary_counts_codes_by_file(tmp_path):
    write_findings_xlsx(faults(), tmp_path / "f.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "f.xlsx")["汇总"].iter_rows(values_only=True))
    top = next(at for at, row in enumerate(rows) if row[0] == "程度")
    assert rows[top][3:] == ("合计", "清单/units.xlsx", "e.tif", "u.shp")
    assert [row[1:] for row in rows[top + 1 :]] == [
        ("VALUE_UNKNOWN", "取值不在代码表中", 1, 1, 0, 0),
        ("YEAR_DIFFERS", "资料年份与基准年不同", 1, 0, 1, 0),
        ("GEOM_Z", "几何含 Z 值", 2, 1, 0, 1),
        ("", "合计", 4, 2, 1, 1),
    ]


@pytest.mark.parametrize(
    "bad", [FORMULA, "+1+1", "@SUM(A1)", "a\x00\x1b\x0bb\ufffe\ud800", "长" * 40_000, "https://x.example"]
)
def test_no_cell_is_a_formula_or_a_link_or_too_long(tmp_path, bad):
    write_findings_xlsx(faults(bad), tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert max(len(str(cell.value)) for cell in cells) <= 32_767
    kept = bad if bad.isprintable() else "ab"
    assert any(str(cell.value).startswith(kept[:100]) for cell in cells)


def test_equal_findings_give_equal_bytes_and_none_give_a_book_too(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_findings_xlsx(faults(), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    write_findings_xlsx((), tmp_path / "none.xlsx", "en")
    assert openpyxl.load_workbook(tmp_path / "none.xlsx").sheetnames == ["findings", "summary"]


# ---- JSON ----------------------------------------------------------------------------------------------------------


def test_json_has_one_row_per_finding_in_the_fixed_order(tmp_path):
    write_findings(faults("a\udc80\n"), tmp_path / "f.json")
    rows = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert [list(row) for row in rows] == [list(COLUMNS)] * 4
    assert (rows[0]["code"], rows[0]["severity"], rows[0]["row"]) == ("VALUE_UNKNOWN", "error", 3)
    assert rows[0]["value"] == "a\udc80\n"
    write_findings((), tmp_path / "none.json")
    assert json.loads((tmp_path / "none.json").read_text(encoding="utf-8")) == []


# ---- layers of faults ----------------------------------------------------------------------------------------------


def shapes():
    area, line, point = (
        shapely.box(118, 24, 118.1, 24.1),
        shapely.LineString([(118, 24), (119, 25)]),
        shapely.Point(118, 24, 9),
    )
    bow = shapely.Polygon([(118, 24), (118.01, 24.01), (118.01, 24), (118, 24.01)])
    mixed = shapely.GeometryCollection([area, line, shapely.MultiPoint([(118, 24), (119, 24)])])

    def fault(code, geometry, area, severity=Severity.ERROR):
        return FaultShape(code, severity, "u\x00.gpkg", f"{code}\udc80", area, geometry)

    return [
        fault("LAYER_SLIVER", area, 7.0, Severity.WARNING),
        fault("GEOM_INVALID", bow, float("nan")),
        fault("LAYER_OVERLAP", mixed, 2.0),
        fault("LAYER_GAP", point, 0.0),
        fault("GEOM_EMPTY", shapely.Polygon(), 0.0),
    ]


def test_faults_lie_in_one_layer_per_type_with_their_numbers(tmp_path):
    path = tmp_path / "faults.gpkg"
    write_fault_map(shapes(), path)
    names = {str(name): str(kind) for name, kind in pyogrio.list_layers(path) if kind}
    assert names == {"fault_areas": "MultiPolygon", "fault_lines": "MultiLineString", "fault_points": "Point"}
    areas = gpd.read_file(path, layer="fault_areas")
    assert areas.crs == "EPSG:4490"
    assert list(areas.columns) == [
        "number", "code", "severity", "file", "value", "area_m2", "meaning_zh", "meaning_en", "geometry"
    ]  # fmt: skip
    assert list(zip(areas["number"], areas["code"], areas["severity"], strict=True)) == [
        (1, "LAYER_OVERLAP", "error"), (3, "GEOM_INVALID", "error"), (4, "LAYER_SLIVER", "warning")
    ]  # fmt: skip
    assert areas["area_m2"].isna().tolist() == [False, True, False]
    assert (areas["file"][0], areas["meaning_zh"][0]) == ("u.gpkg", "要素相互重叠")
    points = gpd.read_file(path, layer="fault_points")
    assert points["number"].tolist() == [1, 1, 2]
    assert not points.geometry.has_z.any()
    assert gpd.read_file(path, layer="fault_lines")["number"].tolist() == [1]


def test_every_layer_of_faults_has_a_style_of_its_type_and_chinese_names(tmp_path):
    path = tmp_path / "faults.gpkg"
    write_fault_map(shapes(), path)
    with closing(sqlite3.connect(path)) as book:
        styles = {
            name: (qml, sld)
            for name, qml, sld in book.execute("SELECT f_table_name, styleQML, styleSLD FROM layer_styles")
        }
        names = dict(book.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'fault_areas'"))
    for layer, symbol, symbolizer, count in (
        ("fault_areas", "fill", "PolygonSymbolizer", 4),  # error, warning, info; an area without any stays visible
        ("fault_lines", "line", "LineSymbolizer", 3),
        ("fault_points", "marker", "PointSymbolizer", 3),
    ):
        qml, sld = styles[layer]
        assert qml.count(f'<symbol type="{symbol}"') == count
        assert 'attr="severity"' in qml
        assert symbolizer in sld
    assert names["severity"] == "程度"


def test_equal_shapes_in_any_order_give_equal_bytes(tmp_path):
    write_fault_map(shapes(), tmp_path / "one.gpkg")
    write_fault_map(shapes()[::-1], tmp_path / "two.gpkg")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_without_shapes_nothing_is_written_and_an_older_map_goes(tmp_path):
    path = tmp_path / "faults.gpkg"
    write_fault_map(shapes()[4:], path)
    assert not path.exists()
    write_fault_map(shapes(), path)
    write_fault_map([], path)
    assert not path.exists()


# ---- terminal ------------------------------------------------------------------------------------------------------


def shown(monkeypatch, found, lang="zh", *, width=0):
    """Return what is printed: on a terminal of a width, or into a pipe."""
    paper = io.StringIO()

    def console(**options):
        options.pop("stderr")
        return Console(file=paper, force_terminal=bool(width), width=width or None, _environ={}, **options)

    monkeypatch.setattr(screens, "Console", console)
    screens.show_findings(found, lang)
    return paper.getvalue()


def test_a_pipe_gets_plain_lines(monkeypatch):
    one = faults()[0]
    assert shown(monkeypatch, faults()).splitlines()[:3] == [
        "错误 VALUE_UNKNOWN  清单/units.xlsx · 表1 · 第 3 行 · 类别", f"    {one.message_zh}", f"    → {one.fix_zh}"
    ]  # fmt: skip
    assert shown(monkeypatch, faults(), "en").splitlines()[-1] == "findings: error 1, warning 1, info 2"


@pytest.mark.parametrize("width", [60, 200])
def test_a_terminal_gets_a_table_a_file_in_colour(monkeypatch, width):
    text = shown(monkeypatch, faults(), width=width)
    assert "\x1b[1;31m错误" in text
    assert "\x1b[33m警告" in text
    places = [text.index(file) for file in ("清单/units.xlsx", "e.tif", "u.shp")]
    assert places == sorted(places)
    assert text.count("GEOM_Z") == 2
    for part in ("VALUE_UNKNOWN", "表1", "第 3 行", "类别", "可用取值：乙"):
        assert part in text
    assert max(screens.Text(line).cell_len for line in text.splitlines()) < width * 2


@pytest.mark.parametrize("width", [0, 60, 200])
def test_names_cannot_command_the_terminal(monkeypatch, width):
    bad = "[red]a[/]\x1b[31m\x07\r\x9b2J\u202e\n[/bold]"
    text = shown(monkeypatch, [finding("PATH_MISSING", where={"file": bad, "layer": bad, "field": bad})], width=width)
    plain = screens.re.sub("\x1b\\[[0-9;]*m", "", text)
    assert "[red]a[/]␛[31m␇␍�2J�␊[/bold]" in plain.replace("\n", "").replace(" ", "")
    assert not set("\x07\r\x9b\u202e") & set(text)
    assert "\x1b[31m" not in text
