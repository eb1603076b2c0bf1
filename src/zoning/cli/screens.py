"""What the terminal shows: findings, the end screen of a run, progress."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from zoning.errors import Finding, Severity
from zoning.judge import Limits, decision_counts, share_sentence
from zoning.messages import say
from zoning.pipeline.running import Progress as Tell
from zoning.result import Result
from zoning.vocab import DecisionCode, label

__all__ = ["progress_bar", "show_end", "show_findings"]

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "dim"}


def show_findings(findings: Iterable[Finding], lang: str) -> None:
    """Print findings on stderr, most harmful first, each with what, where and how to mend it."""
    console = Console(stderr=True, highlight=False)
    found = tuple(findings)
    for one in found:
        place = " · ".join(str(part) for part in (one.file, one.layer, _row(one, lang), one.field) if part)
        console.print(
            f"[{_COLOURS[one.severity]}]{label(one.severity, lang)}[/] [bold]{one.code}[/]  [dim]{escape(place)}[/]"
        )
        console.print(f"    {escape(one.message(lang))}", soft_wrap=True)
        console.print(f"    [green]→[/] {escape(one.fix(lang))}", soft_wrap=True)
    counts = Counter(one.severity for one in found)
    console.print(say("screen.findings", lang, summary=_summary(counts, lang)))


def _summary(counts: Counter[Severity], lang: str) -> str:
    comma = ", " if lang == "en" else "，"
    return comma.join(f"{label(severity, lang)} {counts[severity]}" for severity in Severity)


def _row(one: Finding, lang: str) -> str:
    return say("screen.row", lang, row=one.row) if one.row else ""


@contextmanager
def progress_bar(lang: str) -> Iterator[Tell]:
    """Give a progress callback that draws on stderr; in a pipe it prints next to nothing."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(step: str, done: int, steps: int) -> None:
            bar.update(task, description=say(f"step.{step}", lang), completed=done, total=steps)

        yield tell


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
    counts = Counter(one.severity for one in result.findings)
    console.print(say("screen.findings", lang, summary=_summary(counts, lang)))
    console.print(say("screen.files", lang))
    for name in files:
        console.print(f"  {escape(str(folder / name))}", soft_wrap=True)
    console.print(
        say("screen.next", lang, command=f"{_program()} explain {folder} {_most_urgent(result)}"), soft_wrap=True
    )


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
