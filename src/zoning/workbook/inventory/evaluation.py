"""Sheets of the base evaluation (基础评价): one per question, with its chart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from zoning.inventory import Inventory
from zoning.inventory.evaluation import column_titles
from zoning.messages import say
from zoning.tables import Row, read
from zoning.workbook.fields import with_unit
from zoning.workbook.inventory.words import with_fuel_names
from zoning.workbook.sheet import Chart, Column, Sheet, Table

__all__ = ["evaluation_sheets"]

_OTHER = {"zh": "_en", "en": "_zh"}  # ending of columns that say in the other language what a column of this one says
_ONLY = {"zh": "en", "en": "zh"}
_NARROW, _WIDE, _LOOKED_AT = 10.0, 44.0, 200
_NUMBER = 13.0


def evaluation_sheets(inventory: Inventory, lang: str) -> tuple[Sheet, ...]:
    """Return a sheet per table of the evaluation that has rows, in the order of ``tables/evaluation_columns.csv``."""
    frames = dict.fromkeys(row["frame"] for row in read("evaluation_columns"))
    return tuple(
        _sheet(name, inventory.evaluation[name], lang)
        for name in frames
        if name in inventory.evaluation and len(inventory.evaluation[name])
    )


def _sheet(name: str, found: pd.DataFrame, lang: str) -> Sheet:
    """Return the sheet of one table: before it, for every chart of some of its rows, these rows by themselves."""
    frame = with_fuel_names(found, lang) if "fuel" in found else found
    titles = column_titles(name)
    shown = [
        str(column)
        for column in frame.columns
        if column in titles and not str(column).endswith(_OTHER[lang]) and column != _ONLY[lang]
    ]
    heads = tuple(_column(titles[column], frame[column], lang) for column in shown)
    drawn = [row for row in read("evaluation_charts") if row["frame"] == name and _has(row, shown, lang)]
    views: dict[tuple[str, str], str] = {}
    for row in drawn:
        if row["only"]:
            views.setdefault((row["only"], row["order"]), row[lang])
    order = next((row["order"] for row in drawn if not row["only"]), "")
    tables = [Table(heads, _rows(_chosen(frame, *view), shown), title) for view, title in views.items()]
    caption = say("book.inv_eval.all", lang) if views else ""
    tables.append(Table(heads, _rows(_chosen(frame, "", order), shown), caption))
    places = [*views, ("", order)]
    charts = tuple(_chart(row, places.index((row["only"], row["order"])), lang) for row in drawn)
    key = f"inv_eval_{name}"
    return Sheet(key, (say(f"book.{key}.read", lang),), tuple(tables), frozen=1, charts=charts)


def _rows(frame: pd.DataFrame, shown: list[str]) -> list[tuple[Any, ...]]:
    return [tuple(record[column] for column in shown) for record in frame.to_dict("records")]


def _has(row: Row, shown: list[str], lang: str) -> bool:
    return {row["category"].replace("*", lang), *row["values"].split(";")} <= set(shown)


def _chosen(frame: pd.DataFrame, only: str, order: str) -> pd.DataFrame:
    """Return the rows that meet conditions (``level=city;species=CO2``), largest first by a column if one is named."""
    chosen = frame
    for condition in filter(None, only.split(";")):
        column, _, wanted = condition.partition("=")
        chosen = chosen[chosen[column].astype(str) == wanted]
    return chosen.sort_values(order, ascending=False, kind="stable", na_position="last") if order else chosen


def _chart(row: Row, number: int, lang: str) -> Chart:
    values = tuple(row["values"].split(";"))
    category = row["category"].replace("*", lang)
    stacked, rows = row["stacked"] == "1", int(row["rows"] or 0)
    return Chart(row[lang], row["kind"], number, category, values, stacked=stacked, rows=rows)


def _column(row: Row, values: pd.Series[Any], lang: str) -> Column:
    kind = _kind(row, values)
    named = row["en"] if lang == "en" else row["zh"]
    source = row["source"] or row["status"]
    unit = row["unit"] if kind not in ("text", "label", "flag", "code") else ""
    title = with_unit(named, unit, kind, lang)
    return Column(row["column"], title, unit, kind, row["zh"], row["en"], source, _width(values))


def _kind(row: Row, values: pd.Series[Any]) -> str:
    """Return how the values of a column are shown: by what they are and what they are measured in."""
    if values.dtype.kind == "b":
        return "flag"
    if values.dtype.kind not in "fiu":
        known = all(isinstance(value, bool) for value in values.dropna())
        return "flag" if known and values.notna().any() else "label"
    if row["unit"] == "year":
        return "year"
    if row["unit"] == "1":
        return "integer" if row["column"].startswith(("rank", "mk_s")) else "ratio"
    return "integer" if row["unit"] == "count" else "number"


def _width(values: pd.Series[Any]) -> float:
    if values.dtype.kind in "fiub":
        return _NUMBER
    longest = max((len(str(value).encode("gb18030", "replace")) for value in values.head(_LOOKED_AT)), default=0)
    return float(min(max(longest + 2.0, _NARROW), _WIDE))
