"""The lists of a study with the drafts of its result written in as revisions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zoning.content import knowledge_date
from zoning.errors import Finding
from zoning.io.runs import sha256
from zoning.messages import say
from zoning.pipeline.reading import list_files
from zoning.pipeline.revising import write_revisions
from zoning.redline import Revision
from zoning.result import Result
from zoning.symbology.marks import example_mark
from zoning.workbook.fields import fields, unit_label

__all__ = ["FOLDER", "write_revised_lists"]

_BARE = ("", "1", "text")  # units of measure that are not printed
FOLDER = "lists"
"""Folder of the revised lists inside the folder of a run."""


def write_revised_lists(result: Result, folder: Path) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Write the revised lists and what adopting them needs; return their names in the folder of the run, and findings.

    A list that is not where the study says, or not the one that was read, gets no revision: drafts stay in the
    workbook. Without drafts that belong into a list nothing is written.
    """
    sources = {
        level: result.study.locate(name)
        for level, name in list_files(result.study).items()
        if _is_as_read(result, name)
    }
    edits = [edit for edit in result.edits if any(edit.at.file == name for name in _names(result, sources))]
    if not edits:
        return (), ()
    (folder / FOLDER).mkdir(exist_ok=True)
    revised = write_revisions(sources, edits, folder / FOLDER, _revision(result))
    return tuple(f"{FOLDER}/{name}" for name in revised.files), revised.findings


def _names(result: Result, sources: dict[str, Path]) -> list[str]:
    return [name for level, name in list_files(result.study).items() if level in sources]


def _is_as_read(result: Result, name: str) -> bool:
    place, read = result.study.locate(name), result.provenance.inputs.get(name)
    return read is not None and place.is_file() and sha256(place) == read


def _revision(result: Result) -> Revision:
    study = result.study.study
    names = dict(zip(result.units.frame["code"], result.units.frame["name"], strict=True))
    known = {one.name: one.zh for one in (*fields("evidence"), *fields("ledger"))}
    evidence = {draft.id: "；".join(_said(known, *one) for one in draft.evidence) for draft in result.drafts}
    return Revision(
        author=study.compiler or say("redline.author"),
        date=study.date or knowledge_date()["value"],
        title=say("redline.title", name=study.name),
        example=bool(example_mark(result, "zh")),
        names=names,
        evidence=evidence,
    )


def _said(known: Mapping[str, str], column: str, value: str, unit: str) -> str:
    """Return one piece of evidence in words; the workbook of the run says which column each is."""
    return f"{known.get(column, column)} = {value}" + (f" {unit_label(unit, 'zh')}" if unit not in _BARE else "")
