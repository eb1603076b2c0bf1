"""The lists of a synthetic region as planners hand them in: units in xlsx, the city's in docx, comments in xlsx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import docx
import pandas as pd
import xlsxwriter
from docx.oxml.ns import qn
from docx.table import _Cell

from zoning.io.whole import whole_file
from zoning.synthetic import SyntheticRegion
from zoning.synthetic.access_lists import cells_by_unit
from zoning.synthetic.settings import WRITTEN

__all__ = ["CLASS_ZH", "write_lists"]

CLASS_ZH = {"PRIORITY": "优先保护单元", "KEY": "重点管控单元", "GENERAL": "一般管控单元"}
"""How lists and layers write the classes of units."""
_DIMENSIONS = {"S": "空间布局约束", "P": "污染物排放管控", "R": "环境风险防控", "Z": "资源利用效率"}
_LATER = _DIMENSIONS | {"P": "污染物和碳排放管控"}  # the later version names the dimension as the pilots do
_FONT = "宋体"


def write_lists(city: SyntheticRegion, root: Path, note: str) -> None:
    """Write both versions of the list of units, the list of the city and the comments into a study folder."""
    title = f"{city.name}环境管控单元生态环境准入清单"
    frame = city.units.frame
    _write_unit_list(root / "access_list.xlsx", title, (frame, city.unit_list, _DIMENSIONS), note)
    later = (city.later.units, city.later.clauses, _LATER)
    _write_unit_list(root / "access_list_later.xlsx", f"{title}（动态更新）", later, note)
    _write_city_list(city, root / "access_list_city.docx", note)
    _write_comments(city, root / "comments.xlsx", note)


class _Sheet:
    """One worksheet that is filled cell by cell; a merged block shows its first cell."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, widths: tuple[int, ...]) -> None:
        book.set_properties({"created": datetime.fromisoformat(f"{WRITTEN}T00:00:00"), "author": "zoning.synthetic"})
        self._sheet = book.add_worksheet(name)
        self._plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        self._head = book.add_format(
            {"text_wrap": True, "valign": "vcenter", "align": "center", "bold": True, "border": 1}
        )
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def put(self, row: int, column: int, text: object, *, size: tuple[int, int] = (1, 1), head: bool = False) -> None:
        """Write a cell, or a block of ``size`` (rows, columns) merged into one."""
        style = self._head if head else self._plain
        if size == (1, 1):
            self._sheet.write(row, column, text, style)
        else:
            self._sheet.merge_range(row, column, row + size[0] - 1, column + size[1] - 1, text, style)


def _write_unit_list(
    path: Path, title: str, content: tuple[pd.DataFrame, pd.DataFrame, dict[str, str]], note: str
) -> None:
    units, clauses, dimensions = content
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = _Sheet(book, "单元清单", (6, 18, 28, 9, 12, 12, 12, 24, 46, 46, 46, 46, 14))
        sheet.put(0, 0, title + (f"（{note}）" if note else ""), size=(1, 13), head=True)
        for column, text in {
            0: "序号",
            1: "环境管控\n单元编码",
            2: "环境管控单元名称",
            6: "管控单元\n分类",
            7: "要素细类",
            12: "备注",
        }.items():
            sheet.put(1, column, text, size=(2, 1), head=True)
        sheet.put(1, 3, "行政区划", size=(1, 3), head=True)
        sheet.put(1, 8, "管控要求", size=(1, 4), head=True)
        for column, text in enumerate(("省", "市", "县"), start=3):
            sheet.put(2, column, text, head=True)
        for column, text in enumerate(dimensions.values(), start=8):
            sheet.put(2, column, text, head=True)
        cells = cells_by_unit(clauses)
        row = 3
        for serial, unit in enumerate(units.itertuples(), start=1):
            fixed = (
                serial,
                unit.code,
                unit.name,
                unit.province,
                unit.city,
                unit.county,
                CLASS_ZH[str(unit.unit_class)],
                unit.subtypes,
            )
            row = _put_unit(sheet, row, fixed, cells[str(unit.code)], note)


def _put_unit(sheet: _Sheet, row: int, fixed: tuple[object, ...], lines: list[dict[str, str]], note: str) -> int:
    """Write the rows of one unit, its fixed cells merged over all of them; return the next free row."""
    height = len(lines)
    for column, value in enumerate((*fixed, *[None] * 4, note)):
        if column not in range(8, 12):
            sheet.put(row, column, value, size=(height, 1))
    for column, dimension in enumerate(_DIMENSIONS, start=8):
        texts = [line[dimension] for line in lines if dimension in line]
        for turn, text in enumerate(texts):
            # the last clause of a shorter column is merged down to the unit's last row
            rest = height - turn if turn == len(texts) - 1 else 1
            sheet.put(row + turn, column, text, size=(rest, 1))
    return row + height


def _write_city_list(city: SyntheticRegion, path: Path, note: str) -> None:
    """Write the list of the city as a document with one table, its categories merged over their clauses."""
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name = _FONT
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    document.add_paragraph(f"{city.name}生态环境总体准入清单" + (f"（{note}）" if note else ""))
    document.add_paragraph("各环境管控单元在执行单元清单的同时执行本清单。")
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    _fill(table.rows[0].cells, ("管控类别", "序号", "管控要求", "备注"))
    for place, (dimension, name) in enumerate(_DIMENSIONS.items(), start=1):
        own = city.city_list[city.city_list["dimension"] == dimension]
        first = len(table.rows)
        for number, text in zip(own["number"], own["text"], strict=True):
            _fill(
                table.add_row().cells, (name if len(table.rows) == first + 1 else "", f"{place}.{number}", text, note)
            )
        table.cell(first, 0).merge(table.cell(len(table.rows) - 1, 0)).text = name
    document.core_properties.author = "zoning.synthetic"
    document.core_properties.created = document.core_properties.modified = datetime.fromisoformat(f"{WRITTEN}T00:00:00")
    whole = io.BytesIO()
    document.save(whole)
    _write_zip(whole, path)


def _fill(cells: Sequence[_Cell], texts: tuple[str, ...]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text


def _write_zip(content: io.BytesIO, path: Path) -> None:
    """Write the parts of a document with our date instead of now, so that equal lists give equal bytes."""
    day = datetime.fromisoformat(WRITTEN)
    with whole_file(path) as fresh, zipfile.ZipFile(content) as parts, zipfile.ZipFile(fresh, "w") as out:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, parts.read(name))


def _write_comments(city: SyntheticRegion, path: Path, note: str) -> None:
    """Write the usual table of three columns, the last one empty; a department is merged over its comments."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = _Sheet(book, "意见汇总", (24, 80, 40))
        title = f"《{city.name}环境管控单元生态环境准入清单》征求意见汇总处理表"
        sheet.put(0, 0, title + (f"（{note}）" if note else ""), size=(1, 3), head=True)
        for column, text in enumerate(("意见单位", "意见和建议", "采纳情况及说明")):
            sheet.put(1, column, text, head=True)
        row = 2
        for department, own in city.comments.groupby("department", sort=False):
            sheet.put(row, 0, department, size=(len(own), 1))
            for text in own["comment"]:
                sheet.put(row, 1, text)
                sheet.put(row, 2, None)
                row += 1
