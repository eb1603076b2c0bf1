"""``zoning tables``: what the program holds as tables, how far it is verified, and the rows of a study among them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from zoning.cli import screens
from zoning.content import STATUSES, Extended, extendable, overview, packaged
from zoning.content.cells import nearest
from zoning.errors import Severity, TableError
from zoning.messages import fault, say
from zoning.tables import names

__all__ = ["show"]

_FEW = 6  # columns that stand beside each other on a terminal; rows of more are printed cell by cell


def show(name: str, study: Path | None, lang: str, *, as_csv: bool) -> int:
    """Print all tables, or the rows of one; 3 if a row of the study is faulty."""
    extended = Extended(packaged()) if study is None else _of_study(study)
    if name and name not in names():
        error = fault(TableError, "screen.tables.unknown", name=name, nearest=nearest(name, names()))
        raise click.UsageError(error.text(lang))
    plain = as_csv or not sys.stdout.isatty()
    if name:
        _rows(name, extended, lang, plain=plain)
    else:
        _list(extended, lang, plain=plain)
    if extended.findings:
        screens.show_findings(extended.findings, lang)
    return 3 if any(one.severity is Severity.ERROR for one in extended.findings) else 0


def _of_study(study: Path) -> Extended:
    from zoning.checks.grouping import grouped
    from zoning.io.read.extensions import extended_tables
    from zoning.io.read.studies import read_study

    read = extended_tables(read_study(study))
    return Extended(read.tables, grouped(read.findings))


def _list(extended: Extended, lang: str, *, plain: bool) -> None:
    tables = overview({name: extended.rows(name) for name in extendable()})
    header = [say(f"screen.tables.{word}", lang) for word in ("table", "purpose", "rows")]
    header += [say(f"screen.tables.{status}", lang) for status in STATUSES]
    header += [say(f"screen.tables.{word}", lang) for word in ("extendable", "own")]
    own = {name: sum(one.user for one in rows) for name, rows in extended.tables.items()}
    lines = [
        [one.name, one.purpose(lang), str(one.rows), *(str(one.statuses.get(status, "")) for status in STATUSES),
         say("screen.tables.yes", lang) if one.extendable else "", str(own.get(one.name) or "")]
        for one in tables
    ]  # fmt: skip
    if plain:
        _csv(header, lines)
        return
    console = Console(highlight=False)
    console.print(_grid(header, lines))
    console.print(Text(say("screen.tables.foot", lang), style="dim"))


def _rows(name: str, extended: Extended, lang: str, *, plain: bool) -> None:
    """Print rows; the first column says whose each is: the package's, or the file of the study."""
    placed = extended.tables.get(name) or packaged([name])[name]
    own = say("screen.tables.package", lang)
    header = [say("screen.tables.from", lang), *placed[0].cells]
    lines = [[one.file if one.user else own, *one.cells.values()] for one in placed]
    if plain:
        _csv(header, lines)
    elif len(header) <= _FEW:
        Console(highlight=False).print(_grid(header, lines))
    else:
        _blocks(header, lines)


def _csv(header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)


def _grid(header: Sequence[str], lines: Iterable[Sequence[str]]) -> Table:
    grid = Table(box=SIMPLE_HEAD)
    for column in header:
        grid.add_column(Text(column), overflow="fold")
    for line in lines:
        grid.add_row(*(Text(screens.visible(cell)) for cell in line))
    return grid


def _blocks(header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    console = Console(highlight=False)
    for line in lines:
        cells: Mapping[str, str] = dict(zip(header, line, strict=True))
        console.print(Text(screens.visible(line[1]), style="bold"))
        for column, cell in cells.items():
            if cell:
                console.print(Text(f"    {column}: {screens.visible(cell)}"), soft_wrap=True)
