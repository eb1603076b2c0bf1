"""What the commands do; each returns an exit code or raises."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

import click

import zoning
from zoning.cli import screens
from zoning.errors import ResultError, Severity, StudyError
from zoning.io.demo import demo_study
from zoning.io.write.new_study import write_new_study
from zoning.messages import fault, say

__all__ = ["check", "demo", "explain", "new", "open_index", "run"]


def demo(folder: Path, lang: str) -> None:
    """Run the bundled example city into a folder."""
    _run(demo_study(), folder, lang)


def new(folder: Path, lang: str) -> None:
    """Write a study folder to begin with."""
    study = write_new_study(folder)
    click.echo(study)
    click.echo(say("screen.new", lang, study=study), err=True)


def check(path: Path, json_path: Path | None, lang: str) -> int:
    """Print the findings of a study; 3 if any is an error."""
    try:
        findings = tuple(zoning.check(zoning.read_study(path)))
    except StudyError as error:
        findings = error.findings
    screens.show_findings(findings, lang)
    if json_path is not None:
        rows = [found.as_row() for found in findings]
        json_path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        click.echo(json_path)
    return 3 if any(found.severity is Severity.ERROR for found in findings) else 0


def run(path: Path, folder: Path, lang: str) -> int:
    """Run a study and publish its deliverables."""
    _run(path, folder, lang)
    return 0


def _run(path: Path, folder: Path, lang: str) -> None:
    from zoning.cli.end_screen import show_end

    study = zoning.read_study(path)
    with screens.progress_bar(lang) as tell:
        result = zoning.run(study, progress=tell)
        tell("publish", 5, 6)
        files = zoning.publish(result, folder, lang=lang)
    show_end(result, folder, files, lang)


def explain(folder: Path, code: str, lang: str) -> None:
    """Print why a unit got its decision."""
    click.echo(zoning.read_result(folder).explain(code, lang))


def open_index(folder: Path, lang: str) -> None:
    """Open the front page of a result in the browser."""
    page = folder / "index.html"
    if not page.is_file():
        raise fault(ResultError, "screen.noindex", folder=folder)
    click.echo(page)
    if not webbrowser.open(page.resolve().as_uri()):
        click.echo(say("screen.nobrowser", lang, page=page), err=True)
