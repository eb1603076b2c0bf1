"""A list by itself: read it with the lists above it, audit it, and leave a page, a workbook and rows behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zoning import checks
from zoning.audit import Audit, audit_lists
from zoning.checks.guesses import guess_region
from zoning.checks.table.kinds import is_regional
from zoning.clauses import AccessList
from zoning.errors import Finding, InputError
from zoning.io.write.finding_rows import write_findings
from zoning.listpage import render_audit
from zoning.pipeline.reading import layer_of, tables_in
from zoning.pipeline.single import study_of_file
from zoning.study import LayerInput, ListInput
from zoning.workbook.lists import write_audit

__all__ = ["OUTPUTS", "ListFiles", "audit_files", "write_audit_report"]

OUTPUTS = ("audit.html", "audit.xlsx", "findings.json")
"""What an audit leaves behind."""

_NOWHERE = "000000"


@dataclass(frozen=True)
class ListFiles:
    """The files of an audit.

    Attributes
    ----------
    path : str
        List that is audited.
    uppers : mapping of str to str
        Level (``province, region, city, zone``) → file; levels without a file are left out.
    carbon : str
        The user's own texts on carbon; "" without.
    units : str
        Layer of control units to hold the codes against; "" without.
    """

    path: str
    uppers: Mapping[str, str] = field(default_factory=dict)
    carbon: str = ""
    units: str = ""


def audit_files(files: ListFiles, date: str = "") -> Audit:
    """Read the lists and audit them; a file that cannot be read is a finding, and the others are audited all the same.

    Parameters
    ----------
    files : ListFiles
        What to read.
    date : str
        ``YYYY-MM-DD``, as of when; empty: the state of knowledge of the register of laws.
    """
    codes, findings = _unit_codes(files.units)
    own, found = _read(files.path, "", codes)
    findings += found
    lists = [] if own is None else [own]
    region = _region(own, codes)
    for level, path in files.uppers.items():
        upper, found = _read(path, level, None, region)
        findings += found
        lists += [] if upper is None or (own and upper.level == own.level) else [upper]
    carbon: list[AccessList] = []
    if files.carbon:
        one, found = _read(files.carbon, "city", None, region)
        findings += found
        carbon += [] if one is None else [one]
    return audit_lists(lists, date=date, carbon=carbon, findings=findings)


def _unit_codes(path: str) -> tuple[tuple[str, ...] | None, list[Finding]]:
    if not path:
        return None, []
    try:
        read = layer_of(study_of_file(path), LayerInput(path=path))
    except InputError as error:
        return None, list(error.findings)
    return (checks.unit_codes(read.value) if read.value is not None else None), list(read.findings)


def _read(
    path: str, level: str, codes: tuple[str, ...] | None, region: str = _NOWHERE
) -> tuple[AccessList | None, tuple[Finding, ...]]:
    """Read one list; without a level, the file says whether it goes by units or is one of a region."""
    try:
        tables = tables_in(Path(path), path)
        level = level or ("city" if is_regional(tables) else "unit")
        judged = checks.check_list(tables, ListInput(unit=path), level, codes, region)
    except InputError as error:
        return None, error.findings
    return judged.value, judged.findings


def _region(own: AccessList | None, codes: tuple[str, ...] | None) -> str:
    guess = guess_region(codes or tuple({clause.code for clause in own.clauses} if own else ()))
    return guess.value if guess is not None else _NOWHERE


def write_audit_report(title: str, found: Audit, folder: str | Path, lang: str = "zh") -> list[Path]:
    """Write ``audit.html``, ``audit.xlsx`` and ``findings.json``: all three, or none of them.

    Parameters
    ----------
    title : str
        Name of the list.
    found : Audit
        From :func:`audit_files`.
    folder : str or Path
        Made if it is missing; the three files are replaced, others stay.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    list of Path
        What was written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".audit.", suffix=".partial", dir=folder))
    try:
        page, book, rows = (partial / name for name in OUTPUTS)
        page.write_text(render_audit(title, found, lang), encoding="utf-8", newline="\n")
        write_audit(title, found, book, lang)
        write_findings(found.findings, rows)
        return _moved(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _moved(partial: Path, folder: Path) -> list[Path]:
    """Put finished files in their place; each by one step, so that no reader sees half a file."""
    return [(partial / name).replace(folder / name) for name in OUTPUTS]
