"""What the terminal shows of any command: findings and progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from zoning.errors import Finding, Severity
from zoning.messages import say
from zoning.vocab import label

if TYPE_CHECKING:
    from zoning.pipeline.running import Progress as Tell

__all__ = ["count_line", "progress_bar", "show_findings"]

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
    console.print(count_line(found, lang))


def count_line(findings: Iterable[Finding], lang: str) -> str:
    """Return the line that says how many findings there are of each severity."""
    counts = Counter(one.severity for one in findings)
    comma = ", " if lang == "en" else "，"
    summary = comma.join(f"{label(severity, lang)} {counts[severity]}" for severity in Severity)
    return say("screen.findings", lang, summary=summary)


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
