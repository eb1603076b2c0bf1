"""Sheets of the base evaluation (基础评价): one per question, with its chart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from zoning.inventory import Inventory
from zoning.messages import knows, say
from zoning.tables import Row, read
from zoning.workbook.fields import with_unit
from zoning.workbook.sheet import Chart, Column, Sheet, Table

__all__ = ["evaluation_sheets"]

_LABELS = ("label", "flag")


@cache
def _known() -> Mapping[str, Mapping[str, Row]]:
    frames: dict[str, dict[str, Row]] = {}
    for row in read("evaluation_columns"):
        frames.setdefault(row["frame"], {})[row["column"]] = row
    return frames


def evaluation_sheets(inventory: Inventory, lang: str) -> tuple[Sheet, ...]:
    """Return a sheet per table of the evaluation that holds any row, in the order of ``evaluation_columns``."""
    return tuple(
        _sheet(name, inventory.evaluation[name], lang)
        for name in _known()
        if name in inventory.evaluation and len(inventory.evaluation[name])
    )


def _sheet(name: str, frame: pd.DataFrame, lang: str) -> Sheet:
    heads = tuple(_column(row, frame[column], lang) for column, row in _known()[name].items() if column in frame)
    rows = [tuple(record[head.name] for head in heads) for record in frame.to_dict("records")]
    key = f"inv_eval_{name}"
    return Sheet(
        key, (say(f"book.{key}.read", lang),), (Table(heads, rows),), frozen=1, charts=_charts(key, frame, lang)
    )


def _column(row: Row, values: pd.Series[Any], lang: str) -> Column:
    kind = row["kind"]
    named = row["en"] if lang == "en" else row["zh"]
    title = with_unit(named, row["unit"], kind, lang)
    return Column(
        row["column"], title, row["unit"], kind, row["meaning_zh"], row["meaning_en"], row["source"], _width(values)
    )


def _width(values: pd.Series[Any]) -> float:
    longest = max((len(str(value).encode("gb18030", "replace")) for value in values.head(200)), default=8)
    return float(min(max(longest + 2, 10), 44)) if values.dtype.kind not in "fiu" else 13.0


def _charts(key: str, frame: pd.DataFrame, lang: str) -> tuple[Chart, ...]:
    """Return the charts that ``evaluation_charts`` gives a sheet, of columns that are there."""
    return tuple(
        Chart(
            say(f"book.{key}.chart{row['number']}", lang) if knows(f"book.{key}.chart{row['number']}") else "",
            row["kind"],
            0,
            row["category"],
            tuple(row["values"].split(";")),
            stacked=row["stacked"] == "1",
            rows=int(row["rows"] or 0),
        )
        for row in read("evaluation_charts")
        if f"inv_eval_{row['frame']}" == key and {row["category"], *row["values"].split(";")} <= set(frame.columns)
    )
