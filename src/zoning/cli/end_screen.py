"""The last screen of a run: conservation, decisions and what drove them, files, what to do next."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from zoning.cli.screens import count_line
from zoning.judge import Limits, decision_counts, share_sentence
from zoning.messages import say
from zoning.result import Result
from zoning.vocab import DecisionCode, label

__all__ = ["show_end"]


def show_end(result: Result, folder: Path, files: Iterable[str], lang: str) -> None:
    """Print the end screen: conservation, units per decision with the driving rule, files, one next command."""
    console = Console(highlight=False)
    limits = Limits.of_study(result.study.thresholds)
    console.print(
        f"[bold]{escape(result.study.study.name)}[/]"
        + (say("screen.example", lang) if result.study.study.example else "")
    )
    _conservation(console, result, lang)
    table = Table(
        say("screen.decision", lang), say("screen.units", lang), say("screen.share", lang), say("screen.rule", lang)
    )
    for row in decision_counts(result.decisions).to_dict("records"):
        table.add_row(
            label(row["decision"], lang), str(row["units"]), f"{row['share']:.0%}", row["driving_rule"] or "—"
        )
    console.print(table)
    console.print(escape(share_sentence(result.decisions, limits, lang)), soft_wrap=True)
    console.print(count_line(result.findings, lang))
    console.print(say("screen.files", lang))
    for line in file_lines(files, lang):
        console.print(f"  {escape(str(folder / line))}", soft_wrap=True)
    console.print(
        say("screen.next", lang, command=f"{_program()} explain {folder} {_most_urgent(result)}"), soft_wrap=True
    )


def file_lines(files: Iterable[str], lang: str) -> list[str]:
    """Return one line for every file, and one for a folder of several, with how many there are in it.

    Examples
    --------
    >>> file_lines(["index.html", "grids/a.tif", "lists/b.xlsx", "grids/c.tif"], "en")
    ['index.html', 'grids/ (2 files)', 'lists/b.xlsx']
    """
    held: dict[str, list[str]] = {}
    for name in files:
        folder, parted, _ = name.partition("/")
        held.setdefault(f"{folder}/" if parted else name, []).append(name)
    return [
        f"{place} {say('screen.files.folder', lang, count=len(names))}" if len(names) > 1 else names[0]
        for place, names in held.items()
    ]


def _program() -> str:
    """Return the program as this user can call it: by name if it is on the path, else as it was called."""
    called = sys.argv[0]
    if shutil.which("zoning") or not called.endswith("zoning"):
        return "zoning" if shutil.which("zoning") else "python -m zoning"
    return called


def _most_urgent(result: Result) -> str:
    """Return the unit to look at first: the decision that comes first in their order, then the most tonnes at stake."""
    order = {str(code): number for number, code in enumerate(DecisionCode)}
    rows = result.decisions.assign(order=result.decisions["decision"].map(order))
    return str(rows.sort_values(["order", "uncovered_hi_t"], ascending=[True, False], kind="stable").index[0])


def _conservation(console: Console, result: Result, lang: str) -> None:
    if result.conservation.empty:
        return
    terms = ["raster_total", "taken_out", "in_units", "counted_twice", "outside", "located"]
    sums = result.conservation.groupby("species", sort=False)[terms].sum()
    worst = result.conservation.groupby("species")["relative_difference"].max().to_dict()
    for species, row in sums.to_dict("index").items():
        numbers = {name: f"{row[name]:,.0f}" for name in terms}
        line = say("screen.conservation", lang, species=species, worst=f"{worst[species]:.1e}", **numbers)
        console.print(line, soft_wrap=True)
