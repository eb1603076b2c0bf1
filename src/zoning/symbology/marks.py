"""What every sheet must say of its data: the mark of an example, and the warnings that touch every number."""

from __future__ import annotations

from zoning.errors import FindingCode
from zoning.messages import say
from zoning.result import Result

__all__ = ["PRINTED", "example_mark", "sheet_warnings"]

PRINTED = (FindingCode.YEAR_DIFFERS, FindingCode.PROXY_COPY)
"""Findings that are printed on every sheet: years that differ, layers that are copies of one proxy."""


def example_mark(result: Result, lang: str = "zh") -> str:
    """Return 示例数据 (example data) for an example study, else an empty text."""
    return say("legend.example", lang) if result.study.study.example else ""


def sheet_warnings(result: Result, lang: str = "zh") -> tuple[str, ...]:
    """Return the warnings that every sheet prints, each once, in the order of :data:`PRINTED`."""
    chosen = [finding for code in PRINTED for finding in result.findings if finding.code == code]
    return tuple(dict.fromkeys(finding.message(lang) for finding in chosen))
