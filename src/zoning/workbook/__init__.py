"""The workbook (工作簿): decisions, reasons, accounts, inputs and a data dictionary in one xlsx."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zoning.messages import say
from zoning.result import Result
from zoning.symbology import look_of
from zoning.workbook.accounts import baseline_sheet, conservation_sheet, fragments_sheet, indicators_sheet
from zoning.workbook.consulted import comments_sheet
from zoning.workbook.cover import cover_sheet
from zoning.workbook.dictionary import dictionary_sheet
from zoning.workbook.drafted import drafts_sheet
from zoning.workbook.inputs import clauses_sheet, findings_sheet, proxy_sheet
from zoning.workbook.judged import decisions_sheet, reasons_sheet, tiers_sheet
from zoning.workbook.lists import health_sheets
from zoning.workbook.paint import paint
from zoning.workbook.register import register_sheet
from zoning.workbook.sheet import Sheet

__all__ = ["sheets_of", "write_workbook"]

_FIRST = (cover_sheet, decisions_sheet, reasons_sheet, tiers_sheet, drafts_sheet)
_LAST = (
    conservation_sheet,
    baseline_sheet,
    fragments_sheet,
    indicators_sheet,
    clauses_sheet,
    proxy_sheet,
    findings_sheet,
)
_INTERNAL = (drafts_sheet, proxy_sheet)
"""Sheets that the public edition has not; nor has it those of people and of the faults of lists."""


def sheets_of(result: Result, lang: str = "zh") -> tuple[Sheet, ...]:
    """Return the sheets of the workbook, the data dictionary of all of them last."""
    if result.edition == "public":
        made = (maker(result, lang) for maker in (*_FIRST, *_LAST) if maker not in _INTERNAL)
        sheets = tuple(replace(one, lines=(*one.lines, say("edition.blank", lang))) for one in made)
        return (*sheets, dictionary_sheet(sheets, lang))
    people = ((register_sheet, len(result.register)), (comments_sheet, len(result.comments)))
    sheets = (
        *(maker(result, lang) for maker in _FIRST),
        *(maker(result, lang) for maker, count in people if count),
        *health_sheets(result.audit, lang),
        *(maker(result, lang) for maker in _LAST),
    )
    return (*sheets, dictionary_sheet(sheets, lang))


def write_workbook(result: Result, path: str | Path, lang: str = "zh") -> None:
    """Write the workbook of a result.

    Every number is one of the ledger or the decisions; absent ones are grey blank cells, never 0. No cell is a formula
    or a link. Equal results give equal bytes.

    Parameters
    ----------
    result : Result
        What a run found.
    path : str or Path
        File to write.
    lang : str
        ``zh`` or ``en``: sheets, headers and sentences; the user's own text is never translated.
    """
    study = result.study.study
    paint(
        sheets_of(result, lang),
        Path(path),
        lang,
        study=study.name,
        example=study.example,
        look=look_of(result.study),
    )
