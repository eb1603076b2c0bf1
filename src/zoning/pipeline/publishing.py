"""Result → deliverables: all of them in one folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from zoning.atlas.model import Wanted
from zoning.edition import public_edition
from zoning.errors import InputError
from zoning.frontpage import render_index
from zoning.io.runs import MANIFEST, run_folder, write_manifest
from zoning.io.write.finding_rows import write_findings
from zoning.io.write.geodatabase import write_geodatabase
from zoning.io.write.geopackage import write_geopackage
from zoning.io.write.grids import write_grids
from zoning.io.write.project import write_project
from zoning.io.write.surroundings import fields_around
from zoning.io.write.tables import write_ledger, write_units
from zoning.pipeline.consulting import write_consultation
from zoning.pipeline.redoing import ATLAS, MAP, draw_atlas, draw_map
from zoning.pipeline.revised_lists import write_revised_lists
from zoning.result import Result
from zoning.workbook import write_workbook
from zoning.workbook.inventory import write_inventory

__all__ = ["DELIVERABLES", "INVENTORY", "Progress", "publish"]

Progress = Callable[[str, int, int], None]
"""Called as progress(step key, number done, number of steps)."""

PROJECT = "project.qgz"
DELIVERABLES = (
    "index.html", ATLAS, MAP, "workbook.xlsx", "results.gpkg", PROJECT, "control_units.parquet", "ledger.nc",
    "findings.json", "run.json",
)  # fmt: skip
"""Files of a run folder, in the order a reader opens them."""
INVENTORY, GEODATABASE = "inventory.xlsx", "results.gdb"
"""Where the study has department tables; where it is asked for."""


def publish(
    result: Result,
    folder: str | Path,
    lang: str = "zh",
    *,
    edition: str = "",
    geodatabase: bool = False,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Write every deliverable of a result into a folder.

    The folder appears whole or not at all: what was there before stays untouched until everything is written. Where a
    character of a name is in no font there is no atlas, and a finding says which.

    Parameters
    ----------
    result : Result
        From :func:`zoning.run` or :func:`zoning.read_result`.
    folder : str or Path
        Missing, empty, or the folder of an earlier run.
    lang : str
        ``zh`` or ``en``; the user's own words are never translated.
    edition : str
        ``internal`` or ``public``; empty takes what the study says. What is public never becomes internal again.
    geodatabase : bool
        Also write a file geodatabase.
    progress : callable, optional
        Called with (step, done, steps).

    Returns
    -------
    tuple of str
        Names of the files.

    Raises
    ------
    ResultError
        If the folder holds something that no run of ours wrote.
    """
    if (edition or result.study.study.edition) == "public":
        result = public_edition(result)
    tell = progress or _silent
    with run_folder(folder) as fresh:
        tell("pages", 0, 1)
        revised, found = write_revised_lists(result, fresh)
        fields, cut = fields_around(result)
        result = replace(result, fields=fields)
        grids, coarsened = write_grids(result, fresh)
        result = replace(result, findings=(*result.findings, *found, *cut, *coarsened))
        result, drawn = _drawn(result, fresh, (Path(folder).resolve(), lang), tell)
        tell("pages", 0, 1)
        files = [*drawn, *_tables(result, fresh, lang), *_layers(result, fresh, lang, geodatabase=geodatabase)]
        files += (*grids, *revised, *write_consultation(result, fresh, lang))
        page = render_index(result, ["index.html", *files, MANIFEST], lang)
        (fresh / "index.html").write_text(page, encoding="utf-8", newline="\n")
        files.append("index.html")
        write_manifest(fresh, result, files)
    order = {name: number for number, name in enumerate(DELIVERABLES)}
    return tuple(sorted((*files, MANIFEST), key=lambda name: (order.get(name, len(order)), name)))


def _silent(step: str, done: int, steps: int) -> None:
    """Tell nobody."""


def _drawn(result: Result, fresh: Path, manner: tuple[Path, str], tell: Progress) -> tuple[Result, list[str]]:
    """Write atlas and map; a character that no font has is a finding, and then there is no atlas."""
    target, lang = manner
    files = [MAP]
    try:
        whom = (target, lambda done, sheets: tell("atlas", done, sheets))
        draw_atlas(result, fresh / ATLAS, Wanted(), lang, whom)
        files.insert(0, ATLAS)
    except InputError as error:
        result = replace(result, findings=(*result.findings, *error.findings))
    draw_map(result, fresh / MAP, lang)
    return result, files


def _tables(result: Result, fresh: Path, lang: str) -> list[str]:
    """Write workbooks and what programs read."""
    write_units(result, fresh / "control_units.parquet")
    write_ledger(result.ledger, fresh / "ledger.nc")
    write_findings(result.findings, fresh / "findings.json")
    write_workbook(result, fresh / "workbook.xlsx", lang)
    files = ["control_units.parquet", "ledger.nc", "findings.json", "workbook.xlsx"]
    if result.inventory is not None:
        write_inventory(result.inventory, result.study, fresh / INVENTORY, lang)
        files.append(INVENTORY)
    return files


def _layers(result: Result, fresh: Path, lang: str, *, geodatabase: bool) -> list[str]:
    """Write what a GIS opens."""
    write_geopackage(result, fresh / "results.gpkg", lang)
    write_project(result, fresh / PROJECT, lang)
    files = ["results.gpkg", PROJECT]
    if geodatabase:
        files += write_geodatabase(result, fresh / GEODATABASE, lang)
    return files
