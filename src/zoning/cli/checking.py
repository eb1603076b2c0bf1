"""``zoning check``: a study or one file → findings on the screen, and in the files that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from zoning.cli import screens
from zoning.errors import StudyError
from zoning.io.read.studies import read_study
from zoning.io.read.vector.vectors import is_database, masked
from zoning.io.write.finding_rows import write_findings
from zoning.messages import say
from zoning.pipeline.checking import Examination, examine
from zoning.pipeline.single import examine_file, kind_of

__all__ = ["Wanted", "check"]


@dataclass(frozen=True)
class Wanted:
    """What the user asked of a check."""

    kind: str = ""
    units: str = ""
    published_total: float | None = None
    json_path: Path | None = None
    xlsx_path: Path | None = None
    out: Path | None = None
    repair: bool = False


def check(path: str, wanted: Wanted, lang: str) -> int:
    """Print the findings of a study or a file and write what was asked for; 3 if any is an error."""
    with screens.progress_bar(lang) as tell:
        tell("check", 0, 1)
        found = _examined(path, wanted)
    screens.show_findings(found.findings, lang)
    for written in _written(path, found, wanted, lang):
        click.echo(written)
    if wanted.repair:
        _repair(path, wanted, lang)
    return 3 if found.faulty else 0


def _examined(path: str, wanted: Wanted) -> Examination:
    if not path.lower().endswith(".toml"):
        return examine_file(path, wanted.kind, wanted.units, wanted.published_total)
    try:
        return examine(read_study(path))
    except StudyError as error:
        return Examination(error.findings)


def _written(path: str, found: Examination, wanted: Wanted, lang: str) -> list[Path]:
    written: list[Path] = []
    if wanted.json_path is not None:
        write_findings(found.findings, wanted.json_path)
        written.append(wanted.json_path)
    if wanted.xlsx_path is not None:
        from zoning.io.write.findings import write_findings_xlsx

        write_findings_xlsx(found.findings, wanted.xlsx_path, lang)
        written.append(wanted.xlsx_path)
    if wanted.out is not None:
        from zoning.pipeline.reporting import write_report

        written += write_report(Path(masked(path) if is_database(path) else path).name, found, wanted.out, lang)
    return written


def _repair(path: str, wanted: Wanted, lang: str) -> None:
    """Mend copies and say how much; by default in a folder beside the study, or in the current one for a file."""
    from zoning.pipeline.repairing import repair_file, repair_study

    is_study = path.lower().endswith(".toml")
    beside = Path(path).parent if is_study else Path()
    folder = (wanted.out or beside) / ("repaired" if is_study or wanted.out else f"{Path(path).stem}_repaired")
    done = repair_study(path, folder) if is_study else repair_file(path, kind_of(path, wanted.kind), folder)
    for file in done.files:
        click.echo(file)
    left = len(done.changes) - done.applied
    click.echo(say("screen.repaired", lang, applied=done.applied, left=left, folder=folder), err=True)
