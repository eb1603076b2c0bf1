"""The quick ways against all rules: the open gold set and every cell of the lists of 晋江 are judged alike."""

from __future__ import annotations

import csv
import os
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from tests.laws.test_narrowing_laws import in_narrowed, in_whole

DATA = Path(os.environ.get("ZONING_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
GOLD = DATA / "clauses" / "gold_clauses.csv"
LISTS = [DATA / "jinjiang" / name for name in ("access_list.xlsx", "access_list_2023.xlsx")]
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not all(path.is_file() for path in (GOLD, *LISTS)), reason=f"no lists of 晋江 in {DATA} (ZONING_REAL_DATA)"
    ),
]


def cells():
    for path in LISTS:
        book = openpyxl.load_workbook(path, read_only=True)
        yield from (
            value
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for value in row
            if isinstance(value, str)
        )
        book.close()


def test_gold_clauses_are_judged_as_by_all_rules():
    texts = [row["text"] for row in csv.DictReader(StringIO(GOLD.read_text(encoding="utf-8-sig")))]
    assert [text for text in texts if in_whole(text) != in_narrowed(text)] == []


def test_cells_of_real_lists_are_judged_as_by_all_rules():
    assert [text for text in sorted({*cells()}) if in_whole(text) != in_narrowed(text)] == []
