"""Rows of department tables as mappings, and how a row is called in what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from zoning.messages import Both

__all__ = ["Row", "address_of_row", "place_of_row", "rows_of"]

Row = Mapping[str, Any]
"""One row of ``DepartmentTables.firms``."""


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dicts of Python values.

    Examples
    --------
    >>> rows_of(pd.DataFrame({"ref": ["permits//2"], "row": [2]}))
    [{'ref': 'permits//2', 'row': 2}]
    """
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def place_of_row(row: Row, field: str = "", value: object = "") -> dict[str, object]:
    """Return the address of a value of a row as a finding has it.

    Examples
    --------
    >>> place_of_row({"file": "a.xlsx", "sheet": "工业", "row": 5}, "code", "91")["layer"]
    '工业'
    """
    return {"file": row["file"], "layer": row["sheet"], "row": row["row"], "field": field, "value": value}


def address_of_row(row: Row) -> Both:
    """Return a row in words.

    Examples
    --------
    >>> address_of_row({"file": "a.csv", "sheet": "", "row": 5}).en
    'a.csv row 5'
    """
    sheet = f" {row['sheet']}" if row["sheet"] else ""
    return Both(f"{row['file']}{sheet} 第 {row['row']} 行", f"{row['file']}{sheet} row {row['row']}")
