"""Tables as users make them: what every reader gives, and what is said of each fault by row and cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import docx
import geopandas as gpd
import openpyxl
import pytest
import shapely
import xlwt
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from zoning.checks import check_list, check_overrides, check_points, check_projects, check_targets
from zoning.checks.table.amounts import number, slip
from zoning.checks.table.firms import credit_code_fault
from zoning.checks.table.kinds import best_table, guess_kind, guess_layer_kind
from zoning.errors import InputError, Severity
from zoning.intake import RawCell, RawTable
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.spreadsheets import read_table
from zoning.study import ListInput, PointsInput, ProjectsInput, TableInput, parse_study
from zoning.supports import ControlUnits

STUDY = parse_study(
    {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"}}, "."
)
DAY = dt.datetime(2021, 4, 12)  # noqa: DTZ001 - a workbook knows no zones of time
ROWS = [["编码", "数值"], ["ZH1", "1.5"], ["ZH2", "乙"]]


def table(*rows, file="t.csv", **about):
    cells = tuple(
        tuple(RawCell(str(text), row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(rows, start=1)
    )
    return RawTable(file, cells, **about)


def texts(read):
    return [[cell.text for cell in row] for row in read.rows]


def said(judged, severity=None):
    return [str(found.code) for found in judged.findings if severity is None or found.severity is severity]


def one(judged, code):
    """The findings of a code as one text: address and both messages."""
    found = [one for one in judged.findings if str(one.code) == code]
    assert found, said(judged)
    return " ".join(f"{f.row} {f.field} {f.value} {f.message_zh} {f.message_en} {f.fix_zh}" for f in found)


def refused(path, **how):
    with pytest.raises(InputError) as raised:
        (read_docx if path.suffix == ".docx" else read_table)(path, path.name, **how)
    (found,) = raised.value.findings
    return str(found.code), found.key, f"{found.message_zh} {found.fix_zh}"


# ---------------------------------------------------------------------------------------------------------------- csv


@pytest.mark.parametrize(
    ("encoding", "declared", "used"),
    [
        ("utf-8", "", "utf-8"), ("utf-8-sig", "", "utf-8-sig"), ("gb18030", "", "gb18030"), ("gbk", "GBK", "GBK"),
        ("big5", "BIG5", "BIG5"), ("utf-16", "", "utf-16"), ("utf-16-le", "UTF-16LE", "UTF-16LE"),
    ],
)  # fmt: skip
def test_csv_in_any_encoding(tmp_path, encoding, declared, used):
    (tmp_path / "t.csv").write_bytes("編碼,數值\r\nZH1,1.5\r\nZH2,乙\r\n".encode(encoding))
    (read,) = read_table(tmp_path / "t.csv", "t.csv", encoding=declared)
    assert texts(read) == [["編碼", "數值"], *ROWS[1:]]
    assert read.encoding == used


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("suffix", ["csv", "txt", "tsv"])
def test_csv_delimiters(tmp_path, delimiter, suffix):
    lines = ["标题，说明；不是数据", *(delimiter.join(row) for row in ROWS)]
    path = tmp_path / f"t.{suffix}"
    path.write_text("\n".join(lines), encoding="utf-8")
    (read,) = read_table(path, path.name)
    assert texts(read)[1:] == ROWS
    assert read.rows[2][1].address == "B3"


def test_csv_quotes_line_breaks_and_separator_line(tmp_path):
    (tmp_path / "t.csv").write_text('sep=;\n甲;"乙\n丙;""丁"""\n1;=1+1\n', encoding="utf-8")
    (read,) = read_table(tmp_path / "t.csv", "t.csv")
    assert texts(read) == [["甲", '乙\n丙;"丁"'], ["1", "=1+1"]]
    assert not any(cell.formula for row in read.rows for cell in row)


@pytest.mark.parametrize(
    ("content", "declared", "code", "words"),
    [
        ("编码,数值\n".encode("gbk"), "UTF-8", "ENCODING_WRONG", "GB18030"),
        (b"a,b\n1,\xff\xfe\xff\n", "", "ENCODING_WRONG", "第 2 行"),
        ("编码\n".encode(), "base64", "ENCODING_WRONG", "UTF-8"),
        (b"a,b\n1,\x002\n", "", "FILE_UNREADABLE", "第 2 行"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "", "FILE_UNREADABLE", "第 3 行"),
        (b'a,"' + b"x" * 200_000 + b'",b\n', "", "FILE_UNREADABLE", "第 1 行"),
        (b"PK\x03\x04 a workbook", "", "FILE_UNREADABLE", "不是 .csv 格式"),
        (b"", "", "FILE_UNREADABLE", "空文件"),
    ],
)
def test_csv_that_is_refused(tmp_path, content, declared, code, words):
    (tmp_path / "t.csv").write_bytes(content)
    found, _, message = refused(tmp_path / "t.csv", encoding=declared)
    assert found == code
    assert words in message


def test_a_missing_table_and_another_format(tmp_path):
    assert refused(tmp_path / "no.csv")[0] == "PATH_MISSING"
    (tmp_path / "t.ods").write_bytes(b"x")
    assert ".xlsx" in refused(tmp_path / "t.ods")[2]


# -------------------------------------------------------------------------------------------------------- workbooks


def save(path, fill):
    book = openpyxl.Workbook()
    fill(book.active)
    book.save(path)
    return path


def test_xlsx_values_as_the_reader_of_the_sheet_knows_them(tmp_path):
    def fill(sheet):
        sheet.append(["日期", "占比", "代码", "错误", "真"])
        sheet.append([DAY, 0.28, 350582.0, "#REF!", True])
        sheet["B2"].number_format = "0.0%"

    (read,) = read_table(save(tmp_path / "t.xlsx", fill), "t.xlsx")
    assert texts(read)[1] == ["2021-04-12", "28%", "350582", "#REF!", "TRUE"]


def test_xlsx_far_formats_do_not_count_and_far_values_are_refused(tmp_path):
    def styled(sheet):
        sheet["A1"] = "甲"
        sheet["XFD1048576"].font = openpyxl.styles.Font(bold=True)

    assert texts(read_table(save(tmp_path / "a.xlsx", styled), "a.xlsx")[0]) == [["甲"]]

    def far(sheet):
        sheet["A1"], sheet["XFD1048576"] = "甲", "乙"

    assert refused(save(tmp_path / "b.xlsx", far))[1] == "FILE_UNREADABLE.cells"


def rewritten(path, target, change):
    """A copy of a container with one part changed, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            copy.writestr(name, change(content) if name == target else content)
        if target not in source.namelist():
            copy.writestr(target, change(b""))
    path.write_bytes(out.getvalue())
    return path


def plain(path):
    def fill(sheet):
        for row in ROWS:
            sheet.append(row)

    return save(path, fill)


def test_xlsx_ranges_over_the_whole_sheet_are_refused(tmp_path):
    def merge(content):
        return content.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        )

    path = rewritten(plain(tmp_path / "t.xlsx"), "xl/worksheets/sheet1.xml", merge)
    assert refused(path)[1] == "FILE_UNREADABLE.cells"


@pytest.mark.parametrize("padding", [b"", b"<!--" + b" " * 9000 + b"-->"])
def test_xlsx_entities_are_refused_wherever_they_stand(tmp_path, padding):
    bomb = b'<?xml version="1.0"?>' + padding + b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'

    def put(content):
        return bomb + content[content.index(b"<worksheet") :]

    path = rewritten(plain(tmp_path / "t.xlsx"), "xl/worksheets/sheet1.xml", put)
    assert refused(path)[1] == "FILE_UNREADABLE.entity"


def test_xlsx_macros_links_and_calls_are_named(tmp_path):
    def fill(sheet):
        sheet["A1"], sheet["B1"] = "甲", '=HYPERLINK("http://example.invalid","x")'
        sheet["A2"].hyperlink = "file:///C:/other.xlsx"
        sheet["A2"], sheet["A3"] = "乙", "=[1]Sheet1!A1"

    path = rewritten(save(tmp_path / "t.xlsm", fill), "xl/vbaProject.bin", lambda _: b"macro")
    (read,) = read_table(path, "t.xlsm")
    joined = " ".join(read.links)
    assert all(word in joined for word in ("vbaProject.bin", "file:///C:/other.xlsx", "B1", "A3"))
    judged = check_targets(read, TableInput(path="t.xlsm"), STUDY)
    assert "vbaProject.bin" in one(judged, "LINK_EXTERNAL")


def test_xlsx_sheets_in_use_come_first(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "空"
    hidden = book.create_sheet("隐藏")
    hidden["A1"], hidden.sheet_state = "旧", "hidden"
    book.create_sheet("数据")["A1"] = "新"
    book.save(tmp_path / "t.xlsx")
    assert [one.sheet for one in read_table(tmp_path / "t.xlsx", "t.xlsx")] == ["数据", "隐藏", "空"]


def test_xls(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("清单")
    for place, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write(place, column, text)
    sheet.write_merge(3, 4, 0, 0, "合并")
    sheet.write(3, 1, DAY, xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(4, 1, 350582.0)
    book.save(str(tmp_path / "t.xls"))
    (read,) = read_table(tmp_path / "t.xls", "t.xls", sheet="清单")
    assert texts(read) == [*ROWS, ["合并", "2021-04-12"], ["合并", "350582"]]
    assert (read.rows[4][0].merged_from, read.rows[4][0].address) == ("A4", "A5")
    assert "清单" in refused(tmp_path / "t.xls", sheet="没有")[2]
    (tmp_path / "b.xls").write_bytes((tmp_path / "t.xls").read_bytes()[:700])
    assert refused(tmp_path / "b.xls")[0] == "FILE_UNREADABLE"
    (tmp_path / "c.xls").write_bytes(b"<html><table></table></html>")
    assert refused(tmp_path / "c.xls")[1] == "FILE_UNREADABLE.magic"


# --------------------------------------------------------------------------------------------------------- documents


def document(path, rows):
    made = docx.Document()
    grid = made.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
    return made, grid


def test_docx_missing_cells_merges_and_tracked_changes(tmp_path):
    made, grid = document(
        tmp_path / "t.docx", [["类", "号", "求"], ["甲", "1", "旧文"], ["", "2", "丙"], ["丁", "", ""]]
    )
    grid.cell(1, 0).merge(grid.cell(2, 0))
    grid.cell(3, 0).merge(grid.cell(3, 1))
    run = grid.cell(1, 2).paragraphs[0].runs[0]._r
    deleted, inserted = OxmlElement("w:del"), OxmlElement("w:ins")
    run.addprevious(deleted)
    deleted.append(run)
    fresh = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "新文"
    fresh.append(text)
    inserted.append(fresh)
    deleted.addnext(inserted)
    grid.cell(3, 2).add_table(rows=1, cols=1).cell(0, 0).text = "内"
    grid.rows[2]._tr.remove(grid.rows[2]._tr.tc_lst[2])
    made.save(str(tmp_path / "t.docx"))
    (read,) = read_docx(tmp_path / "t.docx", "t.docx")
    assert texts(read) == [["类", "号", "求"], ["甲", "1", "新文"], ["甲", "2"], ["丁", "丁", ""]]
    assert [cell.merged_from for cell in (read.rows[2][0], read.rows[3][1])] == ["A2", "A4"]


def test_docx_spans_and_links(tmp_path):
    made, grid = document(tmp_path / "t.docx", [["甲", "乙"]])
    span = OxmlElement("w:gridSpan")
    span.set(qn("w:val"), "99999999")
    grid.rows[0]._tr.tc_lst[0].get_or_add_tcPr().append(span)
    made.save(str(tmp_path / "t.docx"))
    assert refused(tmp_path / "t.docx")[1] == "FILE_UNREADABLE.cells"
    made, _ = document(tmp_path / "u.docx", [["甲", "乙"]])
    made.save(str(tmp_path / "u.docx"))
    rewritten(tmp_path / "u.docx", "word/vbaProject.bin", lambda _: b"macro")
    assert read_docx(tmp_path / "u.docx", "u.docx")[0].links == ("word/vbaProject.bin",)
    (tmp_path / "v.docx").write_bytes(b"PK\x03\x04")
    assert refused(tmp_path / "v.docx")[0] == "FILE_UNREADABLE"


# --------------------------------------------------------------------------------------------- any table: its frame


TARGETS = ("region_code", "region_name", "region_level", "indicator", "unit", "year", "limit", "use")
COAL = ("350582", "晋江市", "county", "煤炭消费总量", "万吨", "2025", "286", "309.7")


def target(**cells):
    return tuple(cells.get(name, text) for name, text in zip(TARGETS, COAL, strict=True))


def targets(*rows, header=TARGETS, **about):
    return check_targets(table(header, *rows, **about), TableInput(path="t.csv"), STUDY)


def test_titles_notes_totals_and_printed_headers_are_passed_over():
    rows = [("晋江市目标表",), TARGETS, COAL, TARGETS, ("合计", "", "", "", "", "", "286", ""), ("注：虚构",)]
    judged = check_targets(table(*rows), TableInput(path="t.csv"), STUDY)
    assert [found for found in said(judged) if found != "TABLE_RAGGED"] == []
    assert len(judged.value.rows) == 1


def test_an_undeclared_encoding_is_named_with_a_sample():
    judged = targets(COAL, encoding="gb18030")
    assert "GB18030" in one(judged, "ENCODING_UNDECLARED")
    assert "晋江市" in one(judged, "ENCODING_UNDECLARED")
    assert said(targets(COAL, encoding="gb18030", declared={"encoding": "GBK"})) == []


def test_ragged_rows_are_named():
    short, long = COAL[:5], (*COAL, "多", "余")
    judged = targets(COAL, short, long, (*COAL[:4], "万吨", "2035", "190", "309.7", "", ""))
    assert judged.value is None
    assert {found.key: found.value for found in judged.findings if str(found.code) == "TABLE_RAGGED"} == {
        "TABLE_RAGGED.short": "3", "TABLE_RAGGED.long": "4",
    }  # fmt: skip


def test_an_unknown_header_names_what_is_wanted_and_offers_columns_by_their_values():
    judged = targets(COAL, header=("代号", "甲", "乙", "指标", "unit", "year", "limit", "use"))
    assert "A（代号）" in one(judged, "FIELD_MISSING")
    assert "region_code" in one(judged, "FIELD_MISSING")
    judged = targets(COAL, header=tuple("甲乙丙丁戊己庚辛"))
    assert "A（甲）" in one(judged, "HEADER_UNKNOWN")


def test_a_table_without_rows():
    assert one(targets(), "FILE_UNREADABLE")


def test_a_repeated_column_with_other_numbers_is_named():
    judged = targets((*COAL, "999"), header=(*TARGETS, "上限"))
    assert "上限（I）" in one(judged, "FIELD_UNKNOWN")
    assert judged.value.rows[0].limit == 286.0


def test_formula_cells_are_named_by_address():
    raw = table(TARGETS, COAL)
    cells = tuple(RawCell(cell.text, cell.row, cell.column, "", cell.column in (7, 8)) for cell in raw.rows[1])
    judged = check_targets(RawTable("t.xlsx", (raw.rows[0], cells)), TableInput(path="t"), STUDY)
    assert "G2、H2" in one(judged, "FORMULA_CELL")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.5", 1234.5), ("85%", 0.85), ("１２３", 123.0), ("1e3", 1000.0), ("−5", -5.0), ("12,345,678", 12345678.0)],
)
def test_numbers(text, value):
    assert number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["118,57", "1_000", "inf", "12吨", "#REF!", "1.2.3", "1e999", "１２，３"])
def test_no_numbers(text):
    with pytest.raises(ValueError, match=r"."):
        number(text)


@pytest.mark.parametrize(("amount", "power"), [(3e6, 4), (3e5, 3), (3e10, 8), (0.03, -4), (3000.0, 0), (999999.0, 0)])
def test_slips(amount, power):
    assert slip(amount, 300.0) == power


# ----------------------------------------------------------------------------------------------------------- targets


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"limit": "-0.28"}, "TARGET_RANGE", "-0.28"),
        ({"limit": "0"}, "TARGET_RANGE", "正数"),
        ({"limit": "999999"}, "TARGET_RANGE", "0–10000 万吨"),
        ({"indicator": "PM2.5年均浓度", "unit": "ug/m3", "limit": "2300", "use": ""}, "TARGET_RANGE", "1–150"),
        ({"limit": "2860000"}, "UNIT_SLIP", "10^4"),
        ({"limit": "6000"}, "TARGET_RANGE", "309.7"),
        ({"use": "3097000"}, "UNIT_SLIP", "10^4"),
        ({"use": "-1"}, "TARGET_RANGE", "use"),
        ({"year": "20250"}, "TARGET_RANGE", "20250"),
        ({"unit": ""}, "UNIT_MISSING", "2 unit"),
        ({"unit": "吨煤"}, "UNIT_MISSING", "吨煤"),
        ({"unit": "ug/m3"}, "VALUE_UNKNOWN", "ug/m3"),
        ({"limit": "286万吨"}, "VALUE_UNKNOWN", "286万吨"),
        ({"limit": "#DIV/0!"}, "VALUE_UNKNOWN", "#DIV/0!"),
        ({"region_code": "110105"}, "ADMIN_MISMATCH", "110105"),
        ({"region_code": "晋江"}, "VALUE_UNKNOWN", "晋江"),
    ],
)
def test_a_target_that_cannot_be(cells, code, words):
    judged = targets(target(**cells))
    assert judged.value is None
    assert words in one(judged, code)
    # what is off by 10^4 may be out of range as well
    errors = {str(found.code) for found in judged.findings if found.severity is Severity.ERROR}
    assert code in errors
    assert errors <= {code, "TARGET_RANGE"}


def test_an_unknown_indicator_is_kept_with_a_warning():
    judged = targets(target(indicator="绿化率", unit="%"))
    assert said(judged, Severity.WARNING) == ["VALUE_UNKNOWN"]
    assert judged.value.rows[0].indicator == "绿化率"


def test_units_behind_the_header_and_missing_units():
    header = tuple("上限（万吨）" if name == "limit" else name for name in TARGETS if name != "unit")
    row = tuple(text for name, text in zip(TARGETS, COAL, strict=True) if name != "unit")
    judged = targets(row, header=header)
    assert said(judged) == []
    assert judged.value.rows[0].unit == "万吨"
    bare = tuple(name for name in TARGETS if name != "unit")
    assert "UNIT_MISSING" in said(targets(row, header=bare))


def test_several_units_of_one_indicator_are_converted_and_said():
    judged = targets(COAL, target(year="2035", unit="t", limit="1900000", use="3097000"))
    assert said(judged) == ["UNIT_MIXED"]
    assert [(row.limit, row.unit) for row in judged.value.rows] == [(286.0, "万吨"), (190.0, "万吨")]


def test_repeated_targets():
    judged = targets(COAL, target(limit="280"))
    assert "2（286）、3（280）" in one(judged, "CODE_DUPLICATE")
    assert said(targets(COAL, COAL), Severity.ERROR) == []
    assert said(targets(COAL, COAL), Severity.WARNING) == ["CODE_DUPLICATE"]


def test_a_rising_limit_is_a_question():
    judged = targets(COAL, target(year="2035", limit="400"))
    assert said(judged) == ["TARGET_RANGE"]
    assert judged.findings[0].severity is Severity.INFO
    rising = {"indicator": "能源消费总量", "unit": "万吨标准煤"}
    assert said(targets(target(**rising), target(**rising, year="2035", limit="400"))) == []


def town(code, limit, year="2025"):
    return target(region_code=code, region_level="township", limit=limit, use="", year=year)


def test_parts_of_a_target():
    whole = [COAL, target(year="2035")]
    even = [town("350582001", "86"), town("350582002", "200")]
    even += [town("350582001", "86", "2035"), town("350582002", "200", "2035")]
    assert said(targets(*whole, *even)) == []
    assert said(targets(*whole, *even[:3], town("350582002", "150", "2035"))) == ["ARITHMETIC"]
    assert said(targets(*whole, even[0])) == []  # the rest of the county may just not be in the table
    assert said(targets(COAL, town("350582001", "300"))) == ["ARITHMETIC"]
    assert "UNIT_SLIP" in said(targets(COAL, town("350582001", "860000"), town("350582002", "2000000")))


def test_targets_of_the_past():
    assert "2015" in one(targets(target(year="2015")), "YEAR_DIFFERS")


# ------------------------------------------------------------------------------------------------------------ points


POINTS = ("企业编号", "企业名称", "行业代码", "部门", "燃料", "消耗量", "消耗量单位", "年份", "经度", "纬度", "CO2")
WORKS = ("F1", "甲厂", "3011", "工业", "烟煤", "1000", "t", "2020", "118.5712", "24.7512", "2071.5")
UNITS = ControlUnits(
    gpd.GeoDataFrame(
        {"code": ["ZH35058220001"], "name": ["甲"], "unit_class": ["KEY"], "admin_code": ["350582"]},
        geometry=[shapely.box(118.4, 24.5, 118.7, 24.9)],
        crs="EPSG:4490",
    )
)


def works(**cells):
    return tuple(cells.get(name, text) for name, text in zip(POINTS, WORKS, strict=True))


def points(*rows, header=POINTS, crs="EPSG:4490", **declared):
    given = PointsInput(**{"path": "p.csv", "crs": crs, "in_grid": "no", "use": "count"} | declared)
    return check_points(table(header, *rows), given, UNITS, STUDY)


def test_sound_points():
    judged = points(WORKS, works(企业编号="F2", 经度="118.5034"))
    assert judged.findings == ()
    assert judged.value.frame["CO2"].tolist() == [2071.5, 2071.5]


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"经度": "24.7512", "纬度": "118.5712"}, "POINT_AXES_SWAPPED", "甲厂"),
        ({"经度": "", "纬度": ""}, "POINT_OUTSIDE", "2"),
        ({"经度": "0", "纬度": "0"}, "POINT_OUTSIDE", "0，0"),
        ({"经度": "119.9"}, "POINT_OUTSIDE", "119.9"),
        ({"经度": "185.2"}, "POINT_OUTSIDE", "185.2"),
        ({"经度": "118-34-12"}, "POINT_FORMAT", "118.570000"),
        ({"经度": "118.34.12"}, "POINT_FORMAT", "118.570000"),
        ({"经度": "118,57"}, "POINT_FORMAT", "118.570000"),
        ({"经度": "厂区"}, "POINT_FORMAT", "厂区"),
        ({"经度": "355000.1", "纬度": "2740000.2"}, "CRS_CONTRADICTS", "355000.1"),
        ({"CO2": "-5"}, "VALUE_UNKNOWN", "-5"),
        ({"CO2": "约2000"}, "VALUE_UNKNOWN", "约2000"),
        ({"部门": "别的"}, "VALUE_UNKNOWN", "别的"),
    ],
)
def test_a_point_that_cannot_be(cells, code, words):
    judged = points(works(**cells))
    assert judged.value is None
    assert words in one(judged, code)
    assert {str(found.code) for found in judged.findings if found.severity is Severity.ERROR} == {code}


def test_swapped_axes_are_seen_without_units():
    declared = PointsInput(path="p.csv", crs="EPSG:4490", in_grid="no")
    raw = table(POINTS, works(经度="24.7512", 纬度="118.5712"))
    assert said(check_points(raw, declared, None, STUDY)) == ["POINT_AXES_SWAPPED"]


def test_degrees_in_a_system_of_metres():
    assert "118.5712" in one(points(WORKS, crs="EPSG:4549"), "CRS_CONTRADICTS")


@pytest.mark.parametrize("lon", ["118°34′12″", "118度34分12秒", "118°34'12\"", "E118°34′12″", "118.57°", "118°34.2′"])
def test_angles_with_their_marks_are_read_and_said(lon):
    judged = points(works(经度=lon))
    assert said(judged, Severity.WARNING) == ["POINT_FORMAT"]
    assert judged.value.frame.geometry.x.tolist() == pytest.approx([118.57])


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([WORKS, works(CO2="9.9", 消耗量="4.8")], "FIRM_DUPLICATE", "2、3"),
        ([works(行业代码="")], "INDUSTRY_MISSING", "甲厂"),
        ([works(年份="2019")], "YEAR_DIFFERS", "2019"),
        ([works(消耗量="10000000")], "UNIT_SLIP", "10^-4"),
        ([works(消耗量="0.1")], "UNIT_SLIP", "10^4"),
        ([works(燃料="天然气", 消耗量="1000000", 消耗量单位="万立方米", CO2="2162.2")], "UNIT_SLIP", "10^-4"),
        ([works(燃料="神秘燃料")], "VALUE_UNKNOWN", "神秘燃料"),
    ],
)
def test_warnings_of_points(rows, code, words):
    judged = points(*rows)
    assert said(judged) == [code]
    assert judged.findings[0].severity is Severity.WARNING
    assert words in one(judged, code)


def test_a_record_entered_twice_is_an_error_where_it_is_counted():
    assert said(points(WORKS, WORKS), Severity.ERROR) == ["FIRM_DUPLICATE"]
    assert said(points(WORKS, WORKS, use="context"), Severity.ERROR) == []


def test_headquarters_and_rounded_places():
    same = [works(企业编号=f"F{number}") for number in range(5)]
    assert "118.5712" in one(points(*same), "POINT_CLUSTER")
    assert said(points(*same[:4])) == []
    rounded = [works(企业编号=f"F{number}", 经度=f"118.5{number}", 纬度="24.75") for number in range(5)]
    assert "0.01°" in one(points(*rounded), "POINT_CLUSTER")


@pytest.mark.parametrize(
    ("said_of", "code"),
    [
        (("GCJ-02", ""), "DATUM_MIXED"), (("GCJ-02", "CGCS2000"), "DATUM_MIXED"),
        (("百度", "BD-09"), "DATUM_GCJ02_SUSPECTED"), (("西安80", ""), "DATUM_SHIFT_UNKNOWN"),
    ],
)  # fmt: skip
def test_a_column_of_datums(said_of, code):
    rows = [(*works(企业编号=f"F{number}"), datum) for number, datum in enumerate(said_of)]
    assert said(points(*rows, header=(*POINTS, "坐标系"))) == [code]


def test_units_behind_the_header_of_an_amount():
    header = tuple("CO2排放量(万吨)" if name == "CO2" else name for name in POINTS)
    assert points(works(CO2="0.20715"), header=header).value.frame["CO2"].tolist() == pytest.approx([2071.5])
    judged = points(works(CO2="2071.5"), header=header, units={"CO2": "t"})
    assert said(judged) == ["UNIT_UNCLEAR"]


def test_a_printed_total_is_no_emitter_and_must_be_the_sum():
    total = ("合计", *[""] * 9)
    assert said(points(WORKS, (*total, "2071.5"))) == []
    assert "2071.5" in one(points(WORKS, (*total, "9999")), "ARITHMETIC")


def test_two_header_rows_part_what_is_made_from_what_is_emitted():
    head = (*POINTS[:-1], "二氧化硫(吨)", "二氧化硫(吨)")
    raw = table(head, (*POINTS[:-1], "产生量", "排放量"), (*WORKS[:-1], "50", "7"))
    second = tuple(
        RawCell(cell.text, 2, cell.column, f"{chr(64 + cell.column)}1" if cell.column <= 10 else "")
        for cell in raw.rows[1]
    )
    raw = RawTable("p.xlsx", (raw.rows[0], second, raw.rows[2]))
    judged = check_points(raw, PointsInput(path="p", crs="EPSG:4490", in_grid="no"), UNITS, STUDY)
    assert judged.value.frame["SO2"].tolist() == [7.0]


@pytest.mark.parametrize(
    ("code", "sound"),
    [
        ("91350100M000100Y43", True),
        ("91350100M000100Y44", False),
        ("350582100113939", False),
        ("91350100M00010OY43", False),
    ],
)
def test_credit_codes(code, sound):
    assert (credit_code_fault(code) is None) is sound
    header = ("统一社会信用代码", *POINTS[1:])
    judged = points(works(企业编号=code), header=header)
    assert said(judged, Severity.ERROR) == ([] if sound else ["FIRM_CODE_PATTERN"])
    assert said(points(works(企业编号=code), header=header, use="context"), Severity.ERROR) == []


# ------------------------------------------------------------------------------------------- projects and overrides


PROJECTS = ("项目代码", "项目名称", "建设单位", "经度", "纬度", "状态", "直接碳排放量(tCO2)", "综合能耗")
PLAN = ("P1", "某项目", "某厂", "118.5712", "24.7512", "拟建", "2000", "900")


def projects(*rows, header=PROJECTS):
    return check_projects(table(header, *rows), ProjectsInput(path="p.csv", crs="EPSG:4490"), UNITS)


def plan(**cells):
    return tuple(cells.get(name, text) for name, text in zip(PROJECTS, PLAN, strict=True))


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (plan(经度="24.7512", 纬度="118.5712"), "POINT_AXES_SWAPPED", "某项目"),
        (plan(经度="118.387", 纬度="24.99"), "POINT_OUTSIDE", "118.387"),
        (plan(状态="2020年6月已投产"), "PROJECT_STATUS", "2020年6月已投产"),
        (plan(状态="待定"), "VALUE_UNKNOWN", "待定"),
        (plan(状态="已取消"), "PROJECT_STATUS", "1"),
        (plan(综合能耗="0.09"), "UNIT_SLIP", "0.09"),
        (plan(**{"直接碳排放量(tCO2)": "两千"}), "VALUE_UNKNOWN", "两千"),
    ],
)
def test_projects_and_their_faults(row, code, words):
    judged = projects(PLAN, row)
    assert words in one(judged, code)


def test_a_project_under_two_names_is_suspected():
    judged = projects(PLAN, plan(项目代码="P2", 项目名称="某项目（一期）"))
    assert said(judged) == ["FIRM_DUPLICATE"]
    assert len(judged.value) == 2


def test_a_project_outside_is_set_aside_and_swapped_axes_are_turned_back():
    judged = projects(PLAN, plan(项目代码="P3", 经度="118.387", 纬度="24.99"))
    assert said(judged, Severity.WARNING) == ["POINT_OUTSIDE"]
    assert judged.value.frame["code"].tolist() == ["P1"]
    judged = projects(plan(经度="24.7512", 纬度="118.5712"))
    assert said(judged, Severity.WARNING) == ["POINT_AXES_SWAPPED"]
    (point,) = judged.value.frame.geometry
    assert (point.x, point.y) == (118.5712, 24.7512)


def test_no_project_left_is_no_fault():
    judged = projects(plan(状态="已投产"))
    assert said(judged) == ["PROJECT_STATUS"]
    assert len(judged.value) == 0
    assert len(projects().value) == 0


OVERRIDES = ("编号", "单元编码", "原决定", "调整为", "理由", "决定人", "日期")
DECIDED = ("O1", "ZH35058220001", "NEED", "WATCH", "因", "某局", "2021/4/12")


def overrides(*rows):
    return check_overrides(table(OVERRIDES, *rows), TableInput(path="o.csv"), UNITS)


def decided(**cells):
    return tuple(cells.get(name, text) for name, text in zip(OVERRIDES, DECIDED, strict=True))


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (decided(单元编码="ZH35058229999"), "OVERRIDE_TARGET_UNKNOWN", "ZH35058229999"),
        (decided(单元编码="ZH3505822OO01"), "OVERRIDE_TARGET_UNKNOWN", "ZH35058220001"),
        (decided(理由=""), "OVERRIDE_REASON_MISSING", "理由"),
        (decided(日期="去年"), "VALUE_UNKNOWN", "去年"),
        (decided(调整为="也许"), "VALUE_UNKNOWN", "也许"),
    ],
)
def test_overrides_that_are_refused(row, code, words):
    judged = overrides(row)
    assert judged.value is None
    assert words in one(judged, code)


def test_the_latest_override_holds_by_its_date_not_by_its_spelling():
    judged = overrides(decided(编号="O2", 日期="2021/10/1", 调整为="NEED"), DECIDED)
    assert "O2（2021-10-01）" in one(judged, "OVERRIDE_CONFLICT")
    assert [(entry.id, entry.date) for entry in judged.value] == [("O2", "2021-10-01")]


# ------------------------------------------------------------------------------------------------------------- lists


LIST = ("序号", "环境管控单元编码", "管控单元分类", "空间布局约束", "污染物排放管控")


def access_list(*rows, header=LIST, codes=("ZH35058220001", "ZH35058220002"), level="unit"):
    return check_list((table(header, *rows, file="l.xlsx"),), ListInput(unit="l.xlsx"), level, codes, "350582")


FIRST = ("1", "ZH35058220001", "重点管控单元", "禁止新建燃煤锅炉。", "")
SECOND = ("2", "ZH35058220002", "重点管控单元", "", "应安装在线监测。")


def test_a_sound_list_with_a_row_for_each_clause():
    judged = access_list(FIRST, ("1", FIRST[1], FIRST[2], "不得扩建。", ""), SECOND)
    assert judged.findings == ()
    assert len(judged.value.clauses) == 3


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([FIRST], "UNIT_WITHOUT_LIST", "ZH35058220002"),
        ([FIRST, SECOND, ("3", "ZH35058220009", "重点", "甲。", "")], "LIST_CODE_UNKNOWN", "ZH35058220009"),
        ([FIRST, SECOND, ("3", "ZH35058220009", "重点", "", "")], "LIST_CODE_UNKNOWN", "ZH35058220009"),
        ([FIRST, SECOND, FIRST], "LIST_DUPLICATE", "2、4"),
        ([FIRST, FIRST, SECOND], "LIST_DUPLICATE", "2、3"),
        ([FIRST, ("9", FIRST[1], "重点", "乙。", ""), SECOND], "LIST_DUPLICATE", "2、3"),
        ([FIRST, ("2", "ZH3505822OOO2", "重点", "乙。", "")], "CODE_PATTERN", "ZH35058220002"),
        ([FIRST, ("2", "ＺＨ３５０５８２２０００２", "重点", "乙。", "")], "CODE_PATTERN", "ZH35058220002"),
        ([FIRST, ("2", "ZH350582 20002", "重点", "乙。", "")], "CODE_PATTERN", "ZH350582 20002"),
        ([("1", FIRST[1], "优先保护单元", "甲。", ""), SECOND], "CLASS_MISMATCH", "优先保护单元"),
    ],
)
def test_lists_and_their_faults(rows, code, words):
    assert words in one(access_list(*rows), code)


def test_codes_of_a_list_by_itself():
    assert access_list(FIRST, SECOND, codes=None).findings == ()
    assert said(access_list(("1", "甲1", "重点", "甲。", ""), codes=None), Severity.WARNING) == ["CODE_PATTERN"]


def test_an_unknown_code_column_is_offered_and_not_taken():
    judged = access_list(FIRST, SECOND, header=("序号", "编号(旧)", *LIST[2:]))
    assert judged.value is None
    text = one(judged, "HEADER_UNKNOWN")
    assert "环境管控单元编码" in text
    assert "B（编号(旧)）" in text
    assert "空间布局约束" in one(access_list(FIRST, header=("序号", LIST[1], "分类", "甲", "乙")), "HEADER_UNKNOWN")


def test_a_second_sheet_with_another_header_is_not_passed_over():
    sheets = (table(LIST, FIRST), table(("序号", "代号", "分类", "空间", "污染"), SECOND), table(("说明",), ("虚构",)))
    judged = check_list(sheets, ListInput(unit="l.xlsx"), "unit", None)
    assert said(judged) == ["HEADER_UNKNOWN"]


def test_text_is_only_text():
    judged = access_list(("1", FIRST[1], "重点", "<script>alert(1)</script>禁止新建燃煤锅炉。", ""), SECOND)
    assert judged.findings == ()
    assert "<script>" in judged.value.clauses[0].text


def test_a_city_list_with_an_unknown_category():
    header = ("管控类别", "序号", "管控要求")
    judged = access_list(("空间布局约束", "1", "甲。"), ("别的", "2", "乙。"), header=header, level="city")
    assert said(judged) == ["VALUE_UNKNOWN"]
    assert "别的" in one(judged, "VALUE_UNKNOWN")
    assert "管控类别" in one(
        access_list(("a", "1", "甲。"), header=("类型", "序号", "管控要求"), level="city"), "HEADER_UNKNOWN"
    )


# ------------------------------------------------------------------------------------------------------------- kinds


@pytest.mark.parametrize(
    ("header", "row", "kind"),
    [
        (LIST, FIRST, "list"), (TARGETS, COAL, "targets"), (POINTS, WORKS, "points"), (PROJECTS, PLAN, "projects"),
        (OVERRIDES, DECIDED, "overrides"), (("甲", "乙"), ("1", "2"), ""),
    ],
)  # fmt: skip
def test_kinds(header, row, kind):
    assert guess_kind(table(header, row))[0] == kind
    if kind:
        assert best_table((table(("说明",)), table(header, row)), kind).rows[0][0].text == header[0]


@pytest.mark.parametrize(
    ("headers", "values", "kind"),
    [
        (["HJGKDYBM", "GKDYFL"], [["ZH35058220001"], ["重点管控单元"]], "units"),
        (["DQHJGKFQBM", "GKFQFL"], [["YS3505822310001"], ["大气环境高排放重点管控区"]], "zones.air"),
        (["x", "y"], [], ""),
    ],
)
def test_layer_kinds(headers, values, kind):
    assert guess_layer_kind(headers, values)[0] == kind


# ------------------------------------------------------------------------------------------------------ planted faults


@pytest.mark.real
@pytest.mark.parametrize("number", range(20, 26))
def test_planted_faults_are_named_to_the_letter(real_data, number):
    folder = real_data / "jinjiang" / "broken"
    with (folder / "faults.csv").open(encoding="utf-8-sig") as rows:
        truth = next(row for row in csv.DictReader(rows) if row["file"].startswith(f"b{number}"))
    path = folder / truth["file"]
    if number == 25:
        judged = check_targets(read_table(path, path.name)[0], TableInput(path=path.name), STUDY)
    elif number == 24:
        judged = check_list(read_docx(path, path.name), ListInput(unit="u", city=path.name), "city", None, "350582")
    else:
        (sound,) = read_table(folder.parent / "access_list.xlsx", "access_list.xlsx")
        codes = {cell.text for row in sound.rows[3:] for cell in row if cell.column == 2}
        judged = check_list(read_table(path, path.name), ListInput(unit=path.name), "unit", tuple(codes))
    codes_named = truth["finding_code"].split("|")
    found = [one for one in judged.findings if str(one.code) in codes_named and one.severity == truth["severity"]]
    text = " ".join(f"{one.row} {one.field} {one.value} {one.message_zh}" for one in found)
    assert [word for word in truth["must_name"].split(";") if word not in text] == []


@pytest.mark.real
def test_sound_real_tables_have_no_errors(real_data):
    folder = real_data / "jinjiang"
    assert check_targets(read_table(folder / "targets.csv", "t")[0], TableInput(path="t"), STUDY).findings == ()
    for name in ("access_list.xlsx", "access_list_2023.xlsx"):
        assert check_list(read_table(folder / name, name), ListInput(unit=name), "unit", None).findings == ()
    city = read_docx(folder / "access_list_city.docx", "city")
    assert check_list(city, ListInput(unit="u", city="city"), "city", None, "350582").findings == ()


# --------------------------------------------------------------------------------------------- what is not as it says


def test_a_utf8_file_with_a_few_other_lines_is_refused_by_row(tmp_path):
    lines = [f"甲{number},乙".encode() for number in range(5)]
    lines[3] = "甲3,乙".encode("gbk")
    (tmp_path / "t.csv").write_bytes(b"\n".join(lines))
    assert refused(tmp_path / "t.csv")[1] == "ENCODING_WRONG.mixed"
    assert "第 4 行" in refused(tmp_path / "t.csv")[2]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", '=HYPERLINK("x")', "@SUM(A1)", "+cmd|x"])
def test_texts_like_formulas_are_kept_and_named(text):
    judged = targets(target(region_name=text))
    assert said(judged) == ["FORMULA_CELL"]
    assert "B2" in one(judged, "FORMULA_CELL")
    assert judged.value.rows[0].region_name == text


def test_a_dash_a_sign_and_an_address_are_no_formulas():
    assert said(targets(target(region_name="-"), target(region_name="@某镇", year="2030"))) == []


def test_a_declared_header_that_is_not_there():
    judged = check_targets(table(TARGETS, COAL), TableInput(path="t", fields={"use": "实绩量"}), STUDY)
    assert "实绩量" in one(judged, "FIELD_MISSING")


def test_one_record_number_on_two_rows():
    header = (*POINTS, "记录号")
    assert said(points((*WORKS, "R1"), (*works(企业编号="F2"), "R1"), header=header)) == ["FIRM_DUPLICATE"]
    assert said(points((*WORKS, "R1"), (*WORKS, "R2"), header=header)) == []
