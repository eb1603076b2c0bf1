"""What a check leaves behind: a page with a map of faults, a workbook to work through, rows and shapes for programs."""

from __future__ import annotations

from pathlib import Path

from zoning.checkpage import render_check
from zoning.io.write.finding_rows import write_findings
from zoning.io.write.findings import write_fault_map, write_findings_xlsx
from zoning.pipeline.checking import Examination

__all__ = ["write_report"]


def write_report(title: str, found: Examination, folder: str | Path, lang: str = "zh") -> list[Path]:
    """Write ``check.html``, ``findings.xlsx``, ``findings.json``, and ``faults.gpkg`` where faults have a place.

    Parameters
    ----------
    title : str
        Name of the study or file.
    found : Examination
        From :func:`zoning.pipeline.checking.examine`.
    folder : str or Path
        Made if it is missing; the four files are replaced.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    list of Path
        What was written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    page, book, rows, faults = (
        folder / name for name in ("check.html", "findings.xlsx", "findings.json", "faults.gpkg")
    )
    text = render_check(title, found.findings, found.shapes, found.drawn or {}, lang)
    page.write_text(text, encoding="utf-8", newline="\n")
    write_findings_xlsx(found.findings, book, lang)
    write_findings(found.findings, rows)
    faults.unlink(missing_ok=True)
    if found.shapes:
        write_fault_map(found.shapes, faults)
    return [path for path in (page, book, rows, faults) if path.exists()]
