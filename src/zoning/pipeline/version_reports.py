"""What a comparison or a backtest of lists leaves behind: a page, a workbook, rows for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zoning.errors import Finding
from zoning.io.records import encode
from zoning.io.whole import whole_files
from zoning.listpage.revised import render_backtest
from zoning.listpage.versions import render_versions
from zoning.pipeline.backtesting import Backtested
from zoning.pipeline.comparing import Compared
from zoning.versions.rows import backtest_rows, comparison_rows
from zoning.workbook.versions import write_backtest_book, write_versions_book

__all__ = ["write_backtest", "write_comparison"]


def write_comparison(found: Compared, folder: str | Path, lang: str = "zh") -> list[Path]:
    """Write ``diff.html``, ``diff.xlsx`` and ``diff.json`` of a comparison.

    Parameters
    ----------
    found : Compared
        From :func:`zoning.pipeline.comparing.compare_lists`.
    folder : str or Path
        Made if it is missing; the three files are replaced, all of them or none.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    list of Path
        What was written.
    """
    files = found.old, found.new
    with whole_files(Path(folder)) as partial:
        page, book, rows = _files(partial, "diff")
        _write_text(page, render_versions(found.comparison, *files, lang))
        write_versions_book(found.comparison, files, book, lang)
        _write_rows(rows, files, comparison_rows(found.comparison), found.findings)
    return list(_files(folder, "diff"))


def write_backtest(found: Backtested, folder: str | Path, lang: str = "zh") -> list[Path]:
    """Write ``backtest.html``, ``backtest.xlsx`` and ``backtest.json``; see :func:`write_comparison`."""
    files = found.old, found.new
    content = {
        "study": found.study,
        **backtest_rows(found.backtest),
        "diff": comparison_rows(found.backtest.comparison),
    }
    with whole_files(Path(folder)) as partial:
        page, book, rows = _files(partial, "backtest")
        _write_text(page, render_backtest(found.backtest, files, found.study, lang))
        write_backtest_book(found.backtest, files, found.study, book, lang)
        _write_rows(rows, files, content, found.findings)
    return list(_files(folder, "backtest"))


def _files(folder: str | Path, stem: str) -> tuple[Path, Path, Path]:
    return Path(folder) / f"{stem}.html", Path(folder) / f"{stem}.xlsx", Path(folder) / f"{stem}.json"


def _write_rows(path: Path, files: tuple[str, str], rows: Mapping[str, Any], findings: Iterable[Finding]) -> None:
    content = {"old": files[0], "new": files[1], **rows, "findings": [found.as_row() for found in findings]}
    _write_text(path, json.dumps(encode(content), ensure_ascii=False, indent=1) + "\n")


def _write_text(path: Path, text: str) -> None:
    # Half a surrogate pair (a file name in another encoding) has no UTF-8; its escape is what can be shown.
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
