"""``zoning list audit``: lists → findings on the screen, a page, a workbook, an exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from zoning.checks.grouping import grouped
from zoning.cli import screens
from zoning.io.write.finding_rows import write_findings
from zoning.pipeline.listing import ListFiles, audit_files, write_audit_report

__all__ = ["Wanted", "audit"]


@dataclass(frozen=True)
class Wanted:
    """What the user asked of an audit; ``out`` None is a folder named after the list."""

    path: str
    uppers: Mapping[str, str]
    carbon: str = ""
    units: str = ""
    date: str = ""
    out: Path | None = None
    json_path: Path | None = None
    original: bool = False


def audit(wanted: Wanted, lang: str) -> int:
    """Audit, print findings alike as one, write what was found; 3 if there is an error or a warning."""
    with screens.progress_bar(lang) as tell:
        tell("check", 0, 1)
        found = audit_files(_files(wanted), wanted.date)
    screens.show_findings(grouped(found.findings), lang)
    written = write_audit_report(Path(wanted.path).name, found, wanted.out or f"{Path(wanted.path).stem}-audit", lang)
    if wanted.json_path is not None:
        write_findings(found.findings, wanted.json_path)
        written.append(wanted.json_path)
    for path in written:
        click.echo(path)
    return 3 if found.unhealthy else 0


def _files(wanted: Wanted) -> ListFiles:
    return ListFiles(wanted.path, wanted.uppers, wanted.carbon, wanted.units, original=wanted.original)
