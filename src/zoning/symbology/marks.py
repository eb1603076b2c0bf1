"""What every sheet must say of its data: the mark of an example, and the warnings that touch every number."""

from __future__ import annotations

from pathlib import PurePosixPath

from zoning.errors import Finding, FindingCode
from zoning.messages import say
from zoning.result import Result
from zoning.tables import read

__all__ = ["PRINTED", "example_mark", "sheet_warnings"]

PRINTED = (FindingCode.YEAR_DIFFERS, FindingCode.PROXY_COPY, FindingCode.NUMBERS_WITHHELD)
"""Findings printed on every sheet: years that differ, layers that are copies of one proxy, numbers withheld."""


def example_mark(result: Result, lang: str = "zh") -> str:
    """Return 示例数据 (example data) for an example study, else an empty text."""
    return say("legend.example", lang) if result.study.study.example else ""


def sheet_warnings(result: Result, lang: str = "zh") -> dict[str, tuple[str, ...]]:
    """Return the warnings that every sheet prints: what kind they are → their messages, each once.

    Kinds come in the order of :data:`PRINTED`; one without findings is left out.
    """
    kinds = {row["code"]: row[f"meaning_{lang}"] for row in read("finding_codes")}
    messages = {
        kinds[code]: tuple(dict.fromkeys(_printed(found, lang) for found in result.findings if found.code == code))
        for code in PRINTED
    }
    return {kind: texts for kind, texts in messages.items() if texts}


def _printed(found: Finding, lang: str) -> str:
    """Return a message with the name of its file alone: where the file lay is nobody's business on a sheet."""
    name = PurePosixPath(found.file.replace("\\", "/")).name
    return found.message(lang).replace(found.file, name) if name else found.message(lang)
