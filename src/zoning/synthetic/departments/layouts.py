"""How departments lay their tables out: titles, merged headers, total rows, texts for numbers; as cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from zoning.synthetic.departments.rows import Books
from zoning.synthetic.departments.world import POLLUTANTS, World
from zoning.tables import read

__all__ = ["Cell", "Sheet", "TableFile", "cells", "enterprise_files", "headers"]

Cell = str | int | float | None
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""


@dataclass(frozen=True)
class Sheet:
    """One sheet as cells.

    Attributes
    ----------
    name : str
        Of the sheet; '' in a text file.
    rows : tuple of tuple
        Cells; None is an empty one.
    merged : tuple of Merge
        Blocks that show their first cell.
    header : int
        How many rows stand above the data.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[Merge, ...] = ()
    header: int = 1


@dataclass(frozen=True)
class TableFile:
    """One file of a department.

    Attributes
    ----------
    name, kind : str
        Of the file; kind as in ``tables/department_tables.csv``.
    sheets : tuple of Sheet
        One in a text file.
    encoding : str
        Of a text file; '' of a workbook.
    """

    name: str
    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""


_VERIFICATION = {"burnt": "化石燃料", "processes": "过程排放", "bought": "购入电力热力", "totals": "汇总"}
_STYLES = (("", "", ""), ("°", "'", '"'), ("度", "分", "秒"), ("°", "′", "″"))


def enterprise_files(world: World, tables: Books) -> tuple[TableFile, ...]:
    """Return the files with rows about enterprises, laid out as departments hand them in."""
    year, rows = world.year, tables.rows
    unit = {"unit_code": ""}
    return (
        TableFile(f"env_statistics_{year}.xlsx", "env_statistics", (_env(world, rows["env"]),)),
        TableFile("discharge_permits.csv", "permits", (_listed(rows["permits"], "permits"),), "GBK"),
        TableFile(f"carbon_verification_{year - 1}_{year + 1}.xlsx", "carbon_verification", _verification(world, rows)),
        TableFile(
            f"key_energy_users_{year}.csv", "key_energy_users", (_listed(rows["key_users"], "key_users"),), "utf-8-sig"
        ),
        TableFile("boilers.csv", "boilers", (_listed(rows["boilers"].assign(**unit), "boilers"),), "utf-8-sig"),
        TableFile("kilns.csv", "kilns", (_listed(rows["kilns"].assign(**unit), "kilns"),), "utf-8-sig"),
    )


@cache
def headers(sheet: str) -> Mapping[str, str]:
    """Return column → header of a sheet, in the order in which they stand.

    Examples
    --------
    >>> list(headers("processes").values())
    ['年份', '统一社会信用代码', '企业名称', '说明', '排放量(tCO2)', '备注']
    """
    own = (row for row in read("synthetic_columns") if row["sheet"] == sheet)
    breaks = sheet.startswith("env")
    return {row["column"]: row["header_zh"].replace("/", "\n") if breaks else row["header_zh"] for row in own}


def cells(frame: pd.DataFrame, columns: Iterable[str]) -> list[tuple[Cell, ...]]:
    """Return the rows of some columns as plain Python values, None for what is missing."""
    lists = [_plain(frame[name]) for name in columns]
    return list(zip(*lists, strict=True)) if lists else []


def _plain(column: pd.Series) -> list[Cell]:
    if column.dtype.kind in "iu":
        return [int(one) for one in column]
    if column.dtype.kind == "f":
        return [None if np.isnan(one) else float(one) for one in column]
    return [None if pd.isna(one) or one == "" else one if isinstance(one, int | float) else str(one) for one in column]


def _listed(frame: pd.DataFrame, sheet: str) -> Sheet:
    """Return a text file: header, then numbered rows."""
    rows = cells(frame, headers(sheet))
    body = ((number, *row) for number, row in enumerate(rows, start=1))
    return Sheet("", (("序号", *headers(sheet).values()), *body))


def _verification(world: World, rows: Mapping[str, pd.DataFrame]) -> tuple[Sheet, ...]:
    first, last = world.year - 1, world.year + 1
    about = (
        f"企业温室气体排放核查数据汇总(示例,虚构,非任何机构核查结论) {first}-{last}年",
        "排放量=消耗量×低位热值×单位热值含碳量×氧化率×44/12;热值为实测的在备注写“实测”,其余取缺省值",
        f"电力因子(tCO2/MWh):{first}年 0.6101;{world.year}、{last}年 0.5810;热力因子 0.11 tCO2/GJ。净购入为负表示外供",
        "合计=化石燃料+过程+净购入电力+净购入热力",
    )
    sheets = [Sheet("说明", tuple((line,) for line in about))]
    sold = rows["bought"]["heat_sold_gj"]
    bought = rows["bought"].assign(heat_factor=0.11, heat_sold=sold.where(sold > 0))
    for table, name in _VERIFICATION.items():
        frame = bought if table == "bought" else rows[table]
        width = len(headers(table))
        top: list[tuple[Cell, ...]] = [(f"{name}(示例)", *[None] * (width - 1)), tuple(headers(table).values())]
        sheets.append(Sheet(name, (*top, *cells(frame, headers(table))), ((0, 0, 0, width - 1),), 2))
    return tuple(sheets)


def _env(world: World, frame: pd.DataFrame) -> Sheet:
    """Return env statistics: two title rows, two header rows, and below the rows their plain sum, slips and all."""
    left = ["", *headers("env")]
    amounts = [column for name in headers("env_species") for column in (f"made_{name}", name)]
    columns = [*headers("env"), *headers("env_fuels"), "other", *amounts, *headers("env_controls"), "note"]
    width = len(columns) + 1
    titles = (
        f"{world.year}年度工业源环境统计基表(示例,虚构数据,非任何部门资料)",
        f"填报地区:{world.name}   报告期:{world.year}年   单位:见各列;燃料按企业填报单位",
    )
    upper, lower, merged = _env_header(len(left), width)
    shown = frame.assign(other="").astype({"lon": object, "lat": object})
    for axis in ("lon", "lat"):
        shown[axis] = [_degrees(value, style) for value, style in zip(frame[axis], frame["style"], strict=True)]
    total: list[Cell] = ["合计", None, f"{len(frame)}行", *[None] * (width - 4), "示例;合计为各行直接相加"]
    for name in POLLUTANTS:
        total[columns.index(name) + 1] = round(float(frame[name].sum()), 3)
    body = ((number, *row) for number, row in enumerate(cells(shown, columns), start=1))
    top = [(text, *[None] * (width - 1)) for text in titles]
    return Sheet("工业企业", (*top, tuple(upper), tuple(lower), *body, tuple(total)), merged, 4)


def _env_header(left: int, width: int) -> tuple[list[Cell], list[Cell], tuple[Merge, ...]]:
    """Return both header rows and what is merged in them."""
    upper: list[Cell] = ["序号", *headers("env").values(), "燃料消费", *[None] * len(headers("env_fuels"))]
    lower: list[Cell] = [*[None] * left, *headers("env_fuels").values(), "其他"]
    merged: list[Merge] = [(0, 0, 0, width - 1), (1, 0, 1, width - 1)]
    merged += [(2, column, 3, column) for column in range(left)]
    merged.append((2, left, 2, left + len(headers("env_fuels"))))
    for text in headers("env_species").values():
        merged.append((2, len(upper), 2, len(upper) + 1))
        upper += [text, None]
        lower += ["产生量", "排放量"]
    merged.append((2, len(upper), 2, len(upper) + len(headers("env_controls")) - 1))
    upper += ["治理设施", *[None] * (len(headers("env_controls")) - 1), "备注"]
    lower += [*headers("env_controls").values(), None]
    merged.append((2, width - 1, 3, width - 1))
    return upper, lower, tuple(merged)


def _degrees(value: float, style: int) -> Cell:
    """Return decimal degrees, or degrees, minutes and seconds as text in one of three writings."""
    if not style:
        return float(value)
    marks: Sequence[str] = _STYLES[style]
    hundredths = round(value * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return f"{degrees}{marks[0]}{minutes:02d}{marks[1]}{seconds / 100:05.2f}{marks[2]}"
