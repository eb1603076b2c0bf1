"""Damaged tables of every format: each gives tables or an error of ours, and what was read can be judged."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest
import xlwt
from tests.fuzz.damage import FEW, MANY, survives

from zoning.checks import check_list, check_overrides, check_points, check_targets
from zoning.checks.table.kinds import guess_kind
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.spreadsheets import read_table
from zoning.study import ListInput, PointsInput, TableInput, parse_study

STUDY = parse_study(
    {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"}}, "."
)
ROWS = (
    ("region_code", "指标", "单位", "年份", "上限", "经度", "纬度", "CO2", "燃料", "环境管控单元编码", "空间布局约束"),
    ("350582", "煤炭消费总量", "万吨", "2025", "286", "118.5712", "24.7512", "2071.5", "烟煤", "ZH35058220001", "甲。"),
    ("350582", "煤炭消费总量", "万吨", "2035", "190", "118°34′12″", "24.75", "1,5", "", "ZH35058220002", "乙；丙。"),
)


def csv_bytes():
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS).encode("gb18030")


def xlsx_bytes():
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["L2"] = "=1+1"
    book.active.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls_bytes():
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    sheet.write_merge(3, 4, 0, 1, "合并")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def docx_bytes():
    made = docx.Document()
    grid = made.add_table(rows=0, cols=len(ROWS[0]))
    for row in ROWS:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
    grid.cell(1, 0).merge(grid.cell(2, 0))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


FORMATS = {"t.csv": csv_bytes, "t.xlsx": xlsx_bytes, "t.xls": xls_bytes, "t.docx": docx_bytes}


def read_and_judge(path):
    tables = read_docx(path, path.name) if path.suffix == ".docx" else read_table(path, path.name)
    for raw in tables[:1]:
        guess_kind(raw)
        check_targets(raw, TableInput(path="t"), STUDY)
        check_points(raw, PointsInput(path="t", crs="EPSG:4490", in_grid="no"), None, STUDY)
        check_overrides(raw, TableInput(path="t"), None)
    check_list(tables, ListInput(unit="t"), "unit", None)
    check_list(tables, ListInput(unit="t"), "city", None, "350582")


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_tables(name):
    survives(FORMATS[name](), name, read_and_judge, FEW)


@pytest.mark.nightly
@pytest.mark.parametrize("name", FORMATS)
def test_many_damaged_tables(name):
    survives(FORMATS[name](), name, read_and_judge, MANY)
