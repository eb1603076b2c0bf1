"""``zoning list adopt``: a reviewed list → what became of every draft, the adopted list, and which needs are met."""

from __future__ import annotations

from pathlib import Path

import click

from zoning.cli import screens
from zoning.errors import ResultError
from zoning.io.read.results import read_result
from zoning.io.runs import MANIFEST
from zoning.messages import fault, say
from zoning.pipeline.adopting import Adoption, adopt_list
from zoning.pipeline.revised_lists import FOLDER
from zoning.pipeline.revising import EDITS

__all__ = ["adopt"]


def adopt(reviewed: Path, run: Path | None, out: Path | None, lang: str) -> int:
    """Read a reviewed list back, print what became of every draft, and write the adopted list; 3 if it is of no run."""
    folder = out or Path(f"{reviewed.stem}-adopted")
    try:
        edits = _edits(reviewed, run)
        found = adopt_list(reviewed, edits, folder, _decisions(edits.parent))
    except ResultError as error:
        click.echo(screens.visible(error.text(lang)), err=True)
        return 3
    screens.show_findings(found.findings, lang)
    click.echo(_told(found, lang), err=True)
    for name in found.files:
        click.echo(folder / name)
    return 0


def _edits(reviewed: Path, run: Path | None) -> Path:
    """Return the record of the edits: in the run that was named, else beside the reviewed file."""
    places = (run, run / FOLDER) if run is not None else (reviewed.parent, reviewed.parent / FOLDER)
    for place in places:
        if (place / EDITS).is_file():
            return place / EDITS
    raise fault(ResultError, "adopt.no_run", path=run or reviewed.parent, file=EDITS)


def _decisions(folder: Path) -> dict[str, str]:
    """Return the decisions of the run that the lists lie in; empty where they were taken out of their folder."""
    run = folder if (folder / MANIFEST).is_file() else folder.parent
    if not (run / MANIFEST).is_file():
        return {}
    column = read_result(run).decisions["decision"]
    return {str(unit): str(decision) for unit, decision in column.items()}


def _told(found: Adoption, lang: str) -> str:
    met = sum(flag.met == "MET" for flag in found.flags)
    counts = {name.lower(): found.counts.get(name, 0) for name in ("ACCEPTED", "REWORDED", "REJECTED", "OPEN", "LOST")}
    return say("adopt.done", lang, met=met, units=len(found.flags), further=len(found.further), **counts)
