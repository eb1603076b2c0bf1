"""The table 意见—采纳情况—理由 as a workbook: the usual three columns, and a sheet with the details of each comment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zoning.consultation import AnswerRow, conflict_words
from zoning.io.write.row_heights import height_of
from zoning.messages import say
from zoning.workbook.paint import clean

__all__ = ["write_answers"]

_EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_ANSWERS = (("department", 20), ("comment", 60), ("answer", 60))
_DETAILS = (
    ("id", 6), ("department", 18), ("comment", 44), ("target", 26), ("how", 12), ("before", 44), ("action", 10),
    ("proposed", 36), ("suggested", 16), ("reason", 44), ("conflict", 26), ("decision", 36),
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t")
_EMPTY = "\u2014"
_A3, _A4 = 8, 9  # numbers of papers in a workbook


def write_answers(rows: Sequence[AnswerRow], path: str | Path, lang: str = "zh") -> None:
    """Write the answers: three columns as they are handed round, then every comment with its clause and the proposal.

    Texts are written as texts: none becomes a formula, and one that begins like a formula carries the mark that keeps
    it text when it is edited. The last column of the details is empty where nobody answered yet.

    Parameters
    ----------
    rows : sequence of AnswerRow
        In the order of the comments.
    path : str or Path
        Workbook to write.
    lang : str
        ``zh`` or ``en`` for headers and proposals; comments and clauses stay as they are.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _EPOCH, "title": say("consultation.title", lang)})
        shared = {"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"}
        formats = (
            book.add_format({"bold": True, "bg_color": "#DDE8F0", "border": 1, "text_wrap": True}),
            book.add_format(shared),
            book.add_format(shared | {"quote_prefix": True}),
        )
        answers = book.add_worksheet(say("consultation.sheet.answers", lang))
        _put(answers, _ANSWERS, [_answer(row) for row in rows], formats, lang)
        details = book.add_worksheet(say("consultation.sheet.details", lang))
        _put(details, _DETAILS, [_detail(row, rows, lang) for row in rows], formats, lang)


def _answer(row: AnswerRow) -> tuple[str, ...]:
    return (row.comment.department, row.comment.text, row.answer)


def _detail(row: AnswerRow, everyone: Sequence[AnswerRow], lang: str) -> tuple[str, ...]:
    one = row.matched
    before = "\n".join(dict.fromkeys(clause.text for clause in one.clauses))
    reason = row.suggested.reason_en if lang == "en" else row.suggested.reason_zh
    return (
        row.comment.id, row.comment.department, row.comment.text, one.notation,
        say(f"consultation.how.{one.how}", lang), before or _EMPTY, say(f"consultation.action.{one.action}", lang),
        one.proposed, say(f"consultation.{row.suggested.decision}", lang), reason,
        conflict_words(one, [other.matched for other in everyone], lang), row.answer if row.by_person else "",
    )  # fmt: skip


def _put(
    sheet: Worksheet,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[tuple[str, ...]],
    formats: tuple[Format, Format, Format],
    lang: str,
) -> None:
    head, text, guarded = formats
    sheet.merge_range(0, 0, 0, len(columns) - 1, say("consultation.title", lang), head)
    sheet.merge_range(1, 0, 1, len(columns) - 1, say("consultation.note", lang), text)
    for column, (name, width) in enumerate(columns):
        sheet.write_string(2, column, say(f"consultation.col.{name}", lang), head)
        sheet.set_column(column, column, width)
    sheet.set_row(1, height_of([(say("consultation.note", lang), sum(width for _, width in columns))]))
    for line, row in enumerate(rows, start=3):
        sheet.set_row(line, height_of(zip(row, (width for _, width in columns), strict=True)))
        for column, cell in enumerate(row):
            words = clean(cell, lang)
            sheet.write_string(line, column, words, guarded if words.startswith(_FORMULA) else text)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4 if len(columns) == len(_ANSWERS) else _A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
