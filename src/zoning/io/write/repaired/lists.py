"""The list of changes, for people (xlsx) and for programs (JSON)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import xlsxwriter

from zoning.checks.repairs import Change
from zoning.messages import say

__all__ = ["write_changes"]

_EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_COLUMNS = ("file", "layer", "row", "field", "kind", "before", "after", "area_m2", "note")
_WIDTHS = {"note": 60, "before": 28, "after": 28, "file": 28}
_LONGEST = 32_000  # characters of one cell of a workbook


def write_changes(changes: Sequence[Change], folder: Path) -> tuple[Path, Path]:
    """Write ``changes.xlsx`` and ``changes.json`` and return where they lie.

    Parameters
    ----------
    changes : sequence of Change
        In the order they are to be read.
    folder : Path
        Where the copies are; made if need be.

    Notes
    -----
    Every cell is text: no formula, no link. Equal changes give equal bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    book, plain = folder / "changes.xlsx", folder / "changes.json"
    _write_book(changes, book)
    rows = ",\n".join(json.dumps(asdict(one), ensure_ascii=False) for one in changes)
    plain.write_text(f"[\n{rows}\n]\n" if rows else "[]\n", encoding="utf-8", newline="\n")
    return book, plain


def _write_book(changes: Sequence[Change], path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _EPOCH, "title": say("repair.sheet", "en")})
        head = book.add_format({"bold": True, "bg_color": "#DDE8F0", "border": 1, "text_wrap": True})
        cell = book.add_format({"text_wrap": True, "valign": "top"})
        for lang in ("zh", "en"):
            sheet = book.add_worksheet(say("repair.sheet", lang))
            for column, name in enumerate(_COLUMNS):
                sheet.write_string(0, column, say(f"repair.column.{name}", lang), head)
                sheet.set_column(column, column, _WIDTHS.get(name, 14))
            for row, one in enumerate(changes, start=1):
                for column, name in enumerate(_COLUMNS):
                    sheet.write_string(row, column, _shown(one, name, lang), cell)
            sheet.freeze_panes(1, 0)


def _shown(one: Change, name: str, lang: str) -> str:
    if name == "kind":
        return say(f"repair.kind.{one.kind}", lang)
    if name == "area_m2":
        return "" if one.area_m2 is None else f"{one.area_m2:+.6g}"
    value = one.note(lang) if name == "note" else getattr(one, name)
    return "" if value is None else str(value)[:_LONGEST]
