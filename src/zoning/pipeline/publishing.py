"""Result → deliverables: all of them in one folder, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zoning.frontpage import render_index
from zoning.io.runs import MANIFEST, run_folder, write_manifest
from zoning.io.write.finding_rows import write_findings
from zoning.io.write.geopackage import write_geopackage
from zoning.io.write.tables import write_ledger, write_units
from zoning.pipeline.consulting import write_consultation
from zoning.pipeline.revised_lists import write_revised_lists
from zoning.result import Result
from zoning.webmap import render_map
from zoning.workbook import write_workbook
from zoning.workbook.inventory import write_inventory

__all__ = ["DELIVERABLES", "INVENTORY", "publish"]

DELIVERABLES = (
    "index.html", "map.html", "workbook.xlsx", "results.gpkg", "control_units.parquet", "ledger.nc", "findings.json",
    "run.json",
)  # fmt: skip
"""Files of a run folder, in the order a reader opens them."""
INVENTORY = "inventory.xlsx"
"""The workbook of the inventory, where the study has department tables."""


def publish(result: Result, folder: str | Path, lang: str = "zh") -> tuple[str, ...]:
    """Write every deliverable of a result into a folder.

    The folder appears whole or not at all: what was there before stays untouched until everything is written.

    Parameters
    ----------
    result : Result
        From :func:`zoning.run` or :func:`zoning.read_result`.
    folder : str or Path
        Missing, empty, or the folder of an earlier run.
    lang : str
        ``zh`` or ``en``; the user's own words are never translated.

    Returns
    -------
    tuple of str
        Names of the files.

    Raises
    ------
    ResultError
        If the folder holds something that no run of ours wrote.
    """
    files = [*DELIVERABLES]
    if result.inventory is not None:
        files.insert(files.index("workbook.xlsx") + 1, INVENTORY)
    with run_folder(folder) as fresh:
        revised, found = write_revised_lists(result, fresh)
        result = replace(result, findings=(*result.findings, *found)) if found else result
        write_units(result, fresh / "control_units.parquet")
        write_ledger(result.ledger, fresh / "ledger.nc")
        write_findings(result.findings, fresh / "findings.json")
        write_geopackage(result, fresh / "results.gpkg", lang)
        write_workbook(result, fresh / "workbook.xlsx", lang)
        if result.inventory is not None:
            write_inventory(result.inventory, result.study, fresh / INVENTORY, lang)
        (fresh / "map.html").write_text(render_map(result, lang), encoding="utf-8", newline="\n")
        files += (*revised, *write_consultation(result, fresh, lang))
        page = render_index(result, files, lang)
        (fresh / "index.html").write_text(page, encoding="utf-8", newline="\n")
        write_manifest(fresh, result, [name for name in files if name != MANIFEST])
    return tuple(files)
