"""What the terminal shows of any command: findings and progress."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from zoning.errors import Finding, Severity
from zoning.messages import say
from zoning.vocab import label

if TYPE_CHECKING:
    from zoning.pipeline.running import Progress as Tell

__all__ = ["count_line", "progress_bar", "show_findings", "visible"]

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_WIDE = 110  # columns of a terminal over which code, place, message and remedy stand beside each other
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def show_findings(findings: Iterable[Finding], lang: str) -> None:
    """Print findings on stderr, each with what, where and how to mend it, and how many there are.

    A terminal gets one coloured table a file, files in the order in which they first appear and errors first in each; a
    pipe or a log gets plain lines in the order given. Names and values of the user are text: neither their brackets
    nor their control characters reach the terminal as orders.
    """
    console = Console(stderr=True, highlight=False)
    found = tuple(findings)
    if console.is_terminal:
        _tables(console, found, lang)
    else:
        _lines(console, found, lang)
    console.print(count_line(found, lang))


def count_line(findings: Iterable[Finding], lang: str) -> str:
    """Return the line that says how many findings there are of each severity."""
    counts = Counter(one.severity for one in findings)
    comma = ", " if lang == "en" else "，"
    summary = comma.join(f"{label(severity, lang)} {counts[severity]}" for severity in Severity)
    return say("screen.findings", lang, summary=summary)


def visible(text: str) -> str:
    r"""Return text in which no character commands the terminal: control characters become pictures of themselves.

    Examples
    --------
    >>> visible("a\x1b[31mb\r\n"), visible("\u202etxt.exe")
    ('a␛[31mb␍␊', '�txt.exe')
    """
    return _UNSEEN.sub(lambda found: _picture(ord(found.group())), text)


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def _lines(console: Console, found: tuple[Finding, ...], lang: str) -> None:
    for one in found:
        place = " · ".join(visible(part) for part in (one.file, *_place(one, lang)) if part)
        head = f"{label(one.severity, lang)} {one.code}  {place}"
        for line in (head, f"    {visible(one.message(lang))}", f"    → {visible(one.fix(lang))}"):
            console.print(Text(line), soft_wrap=True)


def _tables(console: Console, found: tuple[Finding, ...], lang: str) -> None:
    files = list(dict.fromkeys(one.file for one in found))
    ordered = sorted(found, key=lambda one: (files.index(one.file), list(Severity).index(one.severity)))
    for file, part in groupby(ordered, key=lambda one: one.file):
        table = _wide_table(lang) if console.width >= _WIDE else _narrow_table(lang)
        table.title = Text(visible(file) or say("check.whole", lang), style="bold")
        table.show_header = file == files[0]
        for one in part:
            table.add_row(*(_wide_row(one, lang) if console.width >= _WIDE else _narrow_row(one, lang)))
        console.print(table)


def _table(names: Iterable[str], lang: str) -> Table:
    table = Table(box=SIMPLE_HEAD, title_justify="left", expand=True, leading=1)
    for name in names:
        table.add_column(say(f"check.{name}", lang), overflow="fold")
    return table


def _wide_table(lang: str) -> Table:
    table = _table(("code", "where", "message", "fix"), lang)
    for column, ratio in zip(table.columns, (20, 20, 34, 26), strict=True):
        column.ratio = ratio
    return table


def _wide_row(one: Finding, lang: str) -> tuple[Text, ...]:
    place = Text("\n".join(visible(part) for part in _place(one, lang)), style="dim")
    return _head(one, lang), place, Text(visible(one.message(lang))), Text(visible(one.fix(lang)), style="green")


def _narrow_table(lang: str) -> Table:
    table = _table(("code", "message"), lang)
    for column, ratio in zip(table.columns, (3, 7), strict=True):
        column.ratio = ratio
    return table


def _narrow_row(one: Finding, lang: str) -> tuple[Text, ...]:
    head = _head(one, lang)
    for part in _place(one, lang):
        head.append(f"\n{visible(part)}", style="dim")
    said = Text(visible(one.message(lang)))
    said.append(f"\n→ {visible(one.fix(lang))}", style="green")
    return head, said


def _head(one: Finding, lang: str) -> Text:
    head = Text(label(one.severity, lang), style=_COLOURS[one.severity])
    head.append(f"\n{one.code}", style="bold not dim")
    return head


def _place(one: Finding, lang: str) -> tuple[str, ...]:
    """Return where in its file a finding is: layer, row, field, as far as they are known."""
    row = say("screen.row", lang, row=one.row) if one.row else ""
    return tuple(part for part in (one.layer, row, one.field) if part)


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
