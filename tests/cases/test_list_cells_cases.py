"""Lists with faulty cells are read as far as they go; words of classes, columns of scope, cells that say nothing."""

from __future__ import annotations

import struct
import zlib

import docx
import openpyxl
import pytest
import xlsxwriter
import xlwt

from zoning.checks.table.list_words import unit_class
from zoning.errors import Severity
from zoning.pipeline.listing import ListFiles, audit_files
from zoning.pipeline.lists import read_lists

A, B, C = "ZH35058220001", "ZH35058220002", "ZH35058210003"
HEAD = ["环境管控单元编码", "环境管控单元名称", "管控单元分类", "空间布局约束", "污染物排放管控"]


def book(path, rows, title="单元清单"):
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def said(read, level="unit"):
    (one,) = (one for one in read.lists if one.level == level)
    return [(c.code, c.dimension, c.text, c.address.cell) for c in one.clauses]


def errors(read):
    return sorted(str(found.code) for found in read.findings if found.severity is Severity.ERROR)


def test_a_formula_is_an_empty_cell_and_the_rest_of_the_row_stays(tmp_path):
    path = book(tmp_path / "l.xlsx", [
        HEAD, [A, "甲", "重点", '=HYPERLINK("http://x")', "应达标。"], ["=A2", "乙", "重点", "禁止乙。", None],
        [C, "丙", "优先", "禁止丙。", None],
    ])  # fmt: skip
    read = read_lists({"unit": path})
    assert read.faulty
    assert errors(read) == ["FORMULA_CELL"]
    assert said(read) == [(C, "S", "禁止丙。", "D4"), (A, "P", "应达标。", "E2")]
    (entry,) = (entry for entry in read.lists[0].entries if entry.code == A)
    assert [(dimension, at.cell, at.end) for dimension, at in entry.cells] == [("S", "D2", 0), ("P", "E2", 4)]
    assert any("乙" in found.value for found in read.findings if found.code == "LIST_PART_UNREAD")
    assert len(audit_files(ListFiles(str(path))).lists) == 1


def test_two_units_in_a_cell_both_have_the_clauses_and_names_of_their_own(tmp_path):
    read = read_lists({"unit": book(tmp_path / "l.xlsx", [HEAD, [f"{A}、{B}", "甲、乙", "重点", "禁止。", None]])})
    assert errors(read) == ["LIST_TWO_UNITS"]
    assert said(read) == [(A, "S", "禁止。", "D2"), (B, "S", "禁止。", "D2")]
    assert [(entry.code, entry.name, entry.unit_class) for entry in read.lists[0].entries] == [
        (A, "甲", "KEY"), (B, "乙", "KEY"),
    ]  # fmt: skip


def test_a_sheet_without_a_header_does_not_take_the_others_with_it(tmp_path):
    made = openpyxl.Workbook()
    for row in (HEAD, [A, "甲", "重点", "禁止。", None]):
        made.active.append(row)
    other = made.create_sheet("另表")
    for row in (["代号", "名称"], [B, "乙"]):
        other.append(row)
    made.save(tmp_path / "l.xlsx")
    read = read_lists({"unit": tmp_path / "l.xlsx"})
    assert errors(read) == ["HEADER_UNKNOWN"]
    assert said(read) == [(A, "S", "禁止。", "D2")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("产业集聚重点管控单元", "KEY"), ("城镇生活重点管控单元", "KEY"), ("园区型重点管控单元", "KEY"),
        ("陆域优先保护单元", "PRIORITY"), ("海域优先保护单元", "PRIORITY"), ("优先保护区", "PRIORITY"),
        ("生态保护红线", "PRIORITY"), ("一般生态空间", "PRIORITY"), ("海域一般管控单元", "GENERAL"),
        ("優先保護單元", "PRIORITY"), ("优先保护单元、重点管控单元", ""), ("某区", ""), ("", ""),
    ],
)  # fmt: skip
def test_words_of_classes(text, code):
    assert unit_class(text) == code


def test_the_digit_of_the_code_is_the_second_witness(tmp_path):
    read = read_lists({"unit": book(tmp_path / "l.xlsx", [HEAD, [C, "丙", "园区型重点管控单元", "禁止。", None]])})
    assert [str(found.code) for found in read.findings] == ["CLASS_MISMATCH"]
    assert read.lists[0].entries[0].unit_class == "KEY"


@pytest.mark.parametrize("nothing", ["/", "／", "无", "暂无", "—", "不涉及", "不涉及。", "（无）", "暂无要求"])
def test_cells_that_say_nothing_are_kept(tmp_path, nothing):
    read = read_lists({"unit": book(tmp_path / "l.xlsx", [HEAD, [A, "甲", "重点", nothing, "应达标。"]])})
    assert said(read) == [(A, "P", "应达标。", "E2")]
    assert [(d, at.cell, at.end) for d, at in read.lists[0].entries[0].cells] == [
        ("S", "D2", len(nothing)), ("P", "E2", 4),
    ]  # fmt: skip


def test_a_province_with_fields_demands_and_scope(tmp_path):
    rows = [
        ["管控领域", "管控要求", "适用范围"],
        ["空间布局约束", "禁止新建。", "全省"],
        ["污染物排放管控", "应减量。", "沿海地区"],
    ]
    read = read_lists({"province": book(tmp_path / "l.xlsx", rows, "总体准入要求")})
    assert said(read, "province") == [("000000", "S", "禁止新建。", "B2"), ("000000", "P", "应减量。", "B3")]
    (entry,) = read.lists[0].entries
    assert ("适用范围", "沿海地区") in {(header, text) for header, text, _ in entry.others}


def test_regions_with_their_cities(tmp_path):
    rows = [["区域", "包含城市", "空间布局约束"], ["闽东南沿海", "甲市、乙市", "禁止。"], ["闽西北", "丙市", "限制。"]]
    read = read_lists({"region": book(tmp_path / "l.xlsx", rows, "区域总体")})
    assert [(code, text) for code, _, text, _ in said(read, "region")] == [
        ("闽东南沿海", "禁止。"),
        ("闽西北", "限制。"),
    ]
    assert [entry.others[0][:2] for entry in read.lists[0].entries] == [
        ("包含城市", "甲市、乙市"),
        ("包含城市", "丙市"),
    ]
    rows = [["适用范围", "空间布局约束"], ["闽江流域", "禁止。"]]
    read = read_lists({"region": book(tmp_path / "m.xlsx", rows, "流域总体")})
    assert [code for code, *_ in said(read, "region")] == ["闽江流域"]


def test_headings_with_a_number_of_their_own(tmp_path):
    head = ["序号", *HEAD]
    rows = [head, ["一", "优先保护单元", None, None, None, None], [1, C, "丙", "优先", "禁止。", None]]
    read = read_lists({"unit": book(tmp_path / "l.xlsx", rows)})
    assert [entry.code for entry in read.lists[0].entries] == [C]
    assert {str(found.code) for found in read.findings} == {"LIST_PART_UNREAD"}


def test_an_old_workbook_with_merged_cells(tmp_path):
    made = xlwt.Workbook()
    sheet = made.add_sheet("单元清单")
    for column, text in enumerate(["环境管控单元编码", "环境管控单元名称", "管控维度", "管控要求"]):
        sheet.write(0, column, text)
    sheet.write_merge(1, 2, 0, 0, A)
    sheet.write_merge(1, 2, 1, 1, "甲")
    for row, (label, text) in enumerate((("空间布局约束", "禁止。"), ("污染物排放管控", "应达标。")), 1):
        sheet.write(row, 2, label)
        sheet.write(row, 3, text)
    made.save(str(tmp_path / "l.xls"))
    assert said(read_lists({"unit": tmp_path / "l.xls"})) == [(A, "S", "禁止。", "D2"), (A, "P", "应达标。", "D3")]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PIXEL = b"\x89PNG\r\n\x1a\n" + b"".join((
    chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), chunk(b"IDAT", zlib.compress(b"\x00\x00")),
    chunk(b"IEND", b""),
))  # fmt: skip


def test_pictures_and_text_boxes_are_named(tmp_path):
    (tmp_path / "p.png").write_bytes(PIXEL)
    made = xlsxwriter.Workbook(tmp_path / "l.xlsx")
    sheet = made.add_worksheet("单元清单")
    for row, cells in enumerate((HEAD, [A, "甲", "重点", "禁止。"])):
        sheet.write_row(row, 0, cells)
    sheet.insert_image("E2", str(tmp_path / "p.png"))
    sheet.insert_textbox("G2", "框内：应达标。")
    made.close()
    found = {one.field: one for one in read_lists({"unit": tmp_path / "l.xlsx"}).findings}
    assert found["picture"].severity is Severity.WARNING
    assert "框内：应达标。" in found["box"].value
    document = docx.Document()
    grid = document.add_table(rows=2, cols=2)
    for column, (label, text) in enumerate((("管控维度", "空间布局约束"), ("管控要求", "禁止。"))):
        grid.cell(0, column).text, grid.cell(1, column).text = label, text
    grid.cell(1, 1).paragraphs[0].add_run().add_picture(str(tmp_path / "p.png"))
    document.save(str(tmp_path / "c.docx"))
    found = {one.field: one.value for one in read_lists({"city": tmp_path / "c.docx"}).findings}
    assert found["picture"].startswith("B2")
