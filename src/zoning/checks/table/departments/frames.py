"""Rows of department tables → their frames: lists of tuples that grow column by column, made into frames once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from zoning.departments import COLUMNS, DepartmentTables, empty_frame

__all__ = ["Rows", "tables_of"]

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows of each frame of :class:`DepartmentTables`, in the order of its columns."""


def _frame(name: str, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    empty = empty_frame(name)
    if not rows:
        return empty
    columns = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            column: pd.Series(list(cells), dtype=empty[column].dtype)
            for column, cells in zip(COLUMNS[name], columns, strict=True)
        }
    )


def tables_of(parts: Iterable[Mapping[str, Sequence[tuple[Any, ...]]]]) -> DepartmentTables:
    """Return the frames of several tables, one below the other."""
    rows: Rows = {name: [] for name in COLUMNS}
    for part in parts:
        for name, more in part.items():
            rows[name] += more
    return DepartmentTables(**{name: _frame(name, lines) for name, lines in rows.items()})
