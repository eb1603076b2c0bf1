"""A study folder to begin with: study.toml with every key explained, and the empty intake tables (收资清单)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import xlsxwriter

from zoning.errors import ResultError
from zoning.io.write.department_templates import TEMPLATES_OF, write_department_templates
from zoning.messages import fault
from zoning.tables import Row, read, text

__all__ = ["write_new_study"]

_EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_FOLDERS = ("units", "zones", "emissions", "lists", "tables")


def write_new_study(folder: str | Path) -> Path:
    """Write a new study folder and return its study file.

    Every kind of department table and every other intake table of ``templates_intake`` becomes one xlsx with its
    header row, units and explanations; nothing that exists is overwritten.

    Raises
    ------
    ResultError
        If the folder exists and is not empty.
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise fault(ResultError, "new.exists", folder=folder)
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    study = folder / "study.toml"
    study.write_text(text("new_study.toml"), encoding="utf-8", newline="\n")
    tables: dict[str, list[Row]] = defaultdict(list)
    for row in read("templates_intake"):
        if row["table_id"] in TEMPLATES_OF:
            continue
        tables[f"{row['table_id']}_{row['table_zh']}"].append(row)
    write_department_templates(folder / "tables")
    for name, rows in tables.items():
        _write_template(folder / "tables" / f"{_safe(name)}.xlsx", name, rows)
    return study


def _safe(name: str) -> str:
    return "".join("_" if letter in '\\/:*?"<>|（）() ' else letter for letter in name).strip("_")


def _write_template(path: Path, name: str, rows: list[Row]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _EPOCH, "title": name})
        head = book.add_format({"bold": True, "bg_color": "#DDE8F0", "border": 1, "text_wrap": True})
        note = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        sheet = book.add_worksheet("填报")
        guide = book.add_worksheet("说明")
        for column, row in enumerate(rows):
            unit = f"（{row['unit']}）" if row["unit"] else ""
            sheet.write_string(0, column, f"{row['column_zh']}{unit}", head)
            sheet.set_column(column, column, max(12, 2 * len(row["column_zh"]) + 4))
        sheet.freeze_panes(1, 0)
        titles = ("列", "英文", "类型", "单位", "示例（虚构）", "用途", "密级", "说明", "掌握部门")
        for column, title in enumerate(titles):
            guide.write_string(0, column, title, head)
        fields = (
            "column_zh",
            "column_en",
            "dtype",
            "unit",
            "example",
            "used_for_zh",
            "sensitivity",
            "note_zh",
            "holder_zh",
        )
        for line, row in enumerate(rows, start=1):
            for column, field in enumerate(fields):
                guide.write_string(line, column, row[field], note)
        guide.set_column(0, len(titles) - 1, 18)
