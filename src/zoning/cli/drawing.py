"""``zoning atlas`` and ``zoning map``: one deliverable anew, from a finished run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from zoning.atlas.model import Wanted
from zoning.cli import screens
from zoning.messages import say
from zoning.pipeline.redoing import Place, redo_atlas, redo_map

__all__ = ["Asked", "draw_atlas", "draw_map"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for on the command line, as it was written; words are parted by commas."""

    sheets: str = ""
    units: str = ""
    fonts: tuple[Path, ...] = ()
    edition: str = ""
    path: Path | None = None

    @property
    def wanted(self) -> Wanted:
        """What of an atlas that means."""
        return Wanted(sheets=_words(self.sheets), units=_words(self.units), fonts=self.fonts)

    @property
    def place(self) -> Place:
        """Which edition, and where."""
        return Place(edition=self.edition, path=self.path)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.replace("，", ",").split(",") if (word := part.strip()))


def draw_atlas(folder: Path, asked: Asked, lang: str) -> int:
    """Write the atlas of a run and say where it is."""
    with screens.progress_bar(lang) as tell:
        path, bound = redo_atlas(
            folder, asked.wanted, asked.place, lang, lambda done, sheets: tell("atlas", done, sheets)
        )
    click.echo(path)
    click.echo(say("screen.atlas", lang, pages=bound.pages), err=True)
    return 0


def draw_map(folder: Path, asked: Asked, lang: str) -> int:
    """Write the map of a run and say where it is."""
    click.echo(redo_map(folder, asked.place, lang))
    return 0


def show_sheets(lang: str) -> int:
    """List the sheets an atlas can have: id, group, title."""
    from zoning.atlas.sheets import sheet_list

    for row in sheet_list(lang):
        click.echo("\t".join(row))
    return 0
