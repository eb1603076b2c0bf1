"""What the commands do; each returns an exit code or raises."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

import zoning
from zoning.cli import screens
from zoning.errors import FindingCode, InputError, ResultError
from zoning.io.demo import demo_study
from zoning.io.whole import can_be_written
from zoning.io.write.new_study import write_new_study
from zoning.messages import fault, say
from zoning.study import Study

__all__ = ["demo", "explain", "new", "open_index", "run"]


def demo(folder: Path, lang: str) -> None:
    """Run the bundled example city into a folder."""
    _run(demo_study(), folder, lang)


def new(folder: Path, files: tuple[Path, ...], lang: str) -> int:
    """Begin a study: from the user's files if there are any, else with the empty intake tables."""
    own = files or ((folder,) if folder.is_dir() and any(folder.iterdir()) else ())
    if not own:
        study = write_new_study(folder)
        click.echo(study)
        click.echo(say("screen.new", lang, study=study), err=True)
        return 0
    from zoning.pipeline.beginning import begin_study

    begun = begin_study(folder, own, lang)
    screens.show_findings(begun.findings, lang)
    click.echo(begun.study)
    click.echo(say("screen.begun", lang, study=begun.study), err=True)
    return 0


def run(path: Path, folder: Path, lang: str, *, edition: str = "", geodatabase: bool = False) -> int:
    """Run a study and publish its deliverables."""
    _run(path, folder, lang, edition=edition, geodatabase=geodatabase)
    return 0


def _run(path: Path, folder: Path, lang: str, *, edition: str = "", geodatabase: bool = False) -> None:
    from zoning.cli.end_screen import show_end
    from zoning.pipeline.redoing import ATLAS

    study = zoning.read_study(path)
    try:
        with screens.progress_bar(lang) as tell:
            result = zoning.run(study, progress=tell)
            files = zoning.publish(result, folder, lang=lang, edition=edition, geodatabase=geodatabase, progress=tell)
    except InputError:
        _report(path, study, folder, lang)
        raise
    show_end(result, folder, files, lang)
    if ATLAS not in files:
        click.echo(say("screen.noatlas", lang, folder=folder), err=True)
        found = zoning.read_result(folder).findings
        screens.show_findings([one for one in found if one.code == FindingCode.GLYPH_MISSING], lang)


def _report(path: Path, study: Study, folder: Path, lang: str) -> None:
    """Leave what a check would say beside the folder of results, which stays as it was."""
    from zoning.pipeline.checking import examine
    from zoning.pipeline.reporting import write_report

    for written in write_report(path.name, examine(study), folder.with_name(f"{folder.name}-check"), lang):
        click.echo(written)


def inventory(path: Path, book: Path, lang: str) -> int:
    """Build the inventory of a study from its department tables and write its workbook."""
    from zoning.pipeline.inventorying import publish_inventory

    _require_place(book, lang)
    study = zoning.read_study(path)
    with screens.progress_bar(lang) as tell:
        found = zoning.build_inventory(study, progress=tell)
        publish_inventory(found, study, book, lang)
    screens.show_findings(found.findings, lang)
    click.echo(book)
    open_pairs = (found.pairs["level"] == "probable") & ~found.pairs["decision"].isin(["accept", "reject"])
    firms, pairs = int(found.enterprises["counts"].sum()), int(open_pairs.sum())
    click.echo(say("screen.inventory", lang, firms=firms, year=found.year, pairs=pairs, book=book.name), err=True)
    return 0


def _require_place(book: Path, lang: str) -> None:
    """Refuse a workbook that could not be written, or not be opened by its name, before anything is computed."""
    if book.suffix.lower() != ".xlsx":
        raise click.UsageError(say("screen.notxlsx", lang, path=book))
    if reason := can_be_written(book):
        raise click.UsageError(say("screen.notwritable", lang, path=book, reason=reason))


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
