"""The last sheet: every column of every sheet, with unit of measure, meaning in both languages, and source."""

from __future__ import annotations

from collections.abc import Sequence

from zoning.messages import say
from zoning.workbook.fields import unit_label
from zoning.workbook.sheet import Sheet, Table, columns

__all__ = ["dictionary_sheet"]


def dictionary_sheet(sheets: Sequence[Sheet], lang: str) -> Sheet:
    """Return the data dictionary of the other sheets and of itself."""
    own = columns("dictionary", lang)
    empty = Sheet("dictionary", (), (Table(own, ()),))
    rows = [
        (
            say(f"book.{sheet.key}.tab", lang),
            column.title,
            column.name,
            say("book.unit_of", lang, label=unit_label(column.unit, lang), unit=column.unit) if column.unit else "",
            column.meaning_zh,
            column.meaning_en,
            column.source,
        )
        for sheet in (*sheets, empty)
        for column in dict.fromkeys(column for table in sheet.tables for column in table.columns)
    ]
    return Sheet("dictionary", (say("book.dictionary.read", lang),), (Table(own, rows),), frozen=2)
