"""Empty tables for departments to fill in, one workbook a kind: what ``zoning check`` reads back without an error."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from zoning.tables import Row, read

__all__ = ["TEMPLATES_OF", "write_department_templates"]

TEMPLATES_OF = ("IN01", "IN02", "IN03", "IN04", "IN05", "IN06", "IN07")
"""Intake tables (``templates_intake``) that have a template of their own here."""

_EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_UNIT = re.compile(r".+[（(]([^（()）]+)[)）]")
_SENSITIVITY = {"internal": "内部", "public": "可公开", "sensitive": "敏感"}
_GUIDE = ("工作表", "列", "含义", "单位", "示例（虚构）", "必填", "掌握部门", "密级", "用途")


def write_department_templates(folder: Path) -> list[Path]:
    """Write one workbook per kind of department table: a title, headers with units, an example row, and a guide.

    Parameters
    ----------
    folder : Path
        Where they go; it must be there.

    Returns
    -------
    list of Path
        The workbooks, in the order of ``tables/department_tables.csv``.
    """
    kinds: dict[str, list[Row]] = {}
    for row in read("department_tables"):
        kinds.setdefault(row["kind"], []).append(row)
    return [_workbook(folder, roles) for roles in kinds.values()]


def _workbook(folder: Path, roles: Sequence[Row]) -> Path:
    title = roles[0]["zh"].partition("：")[0]
    path = folder / f"{title}.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _EPOCH, "title": title})
        head = book.add_format({"bold": True, "bg_color": "#DDE8F0", "border": 1, "text_wrap": True})
        note = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        guide: list[tuple[str, ...]] = []
        for role in roles:
            columns = _columns(role)
            name = role["zh"].partition("：")[2] or role["zh"]
            _sheet(book, name, columns, head)
            guide += [_explained(name, role, column) for column in columns]
        _guide(book, guide, (head, note))
    return path


def _columns(role: Row) -> list[Row]:
    return [row for row in read("department_templates") if (row["kind"], row["role"]) == (role["kind"], role["role"])]


def _sheet(book: Workbook, name: str, columns: Sequence[Row], head: Format) -> None:
    """Write title, headers and example row; a balance has the rows of the standard balance below."""
    sheet = book.add_worksheet(name)
    text = book.add_format({"num_format": "@"})
    sheet.merge_range(0, 0, 0, len(columns) - 1, f"{name}（请在此写明地区与年份）", head)
    for column, row in enumerate(columns):
        sheet.write_string(1, column, row["header"], head)
        codes = row["header"].endswith(("代码", "编号"))
        sheet.set_column(column, column, max(12, 2 * len(row["header"]) + 2), text if codes else None)
        if row["example"]:
            sheet.write_string(2, column, row["example"])
    sheet.freeze_panes(2, 0)
    if columns[0]["kind"] == "energy_balance" and columns[0]["role"] == "balance":
        for line, item in enumerate(dict.fromkeys(row["zh"] for row in read("balance_items")), start=3):
            sheet.write_string(line, 0, item)


def _explained(sheet: str, role: Row, column: Row) -> tuple[str, ...]:
    intake = {row["id"]: row for row in read("templates_intake")}.get(column["intake"])
    unit = _UNIT.fullmatch(column["header"])
    needed = "是" if column["header"] in _needed(role) else ""
    holder = intake["holder_zh"] if intake else role["holder_zh"]
    meaning = "；".join(filter(None, (column["meaning_zh"], intake["note_zh"] if intake else "")))
    return (
        sheet, column["header"], meaning, unit[1] if unit else "", column["example"], needed, holder,
        _SENSITIVITY.get(column["sensitivity"], column["sensitivity"]), intake["used_for_zh"] if intake else "",
    )  # fmt: skip


def _needed(role: Row) -> set[str]:
    """Headers whose fields a table of this kind cannot do without."""
    layer = ".".join(filter(None, (role["kind"], role["role"])))
    fields = {one for entry in role["required"].split(";") for one in entry.split("|")[:1]}
    return {row["alias"] for row in read("field_aliases") if row["layer"] == layer and row["field"] in fields}


def _guide(book: Workbook, rows: Sequence[tuple[str, ...]], formats: tuple[Format, Format]) -> None:
    head, note = formats
    sheet = book.add_worksheet("填写说明")
    for column, title in enumerate(_GUIDE):
        sheet.write_string(0, column, title, head)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell, note)
    sheet.set_column(0, len(_GUIDE) - 1, 18)
    sheet.freeze_panes(1, 0)
