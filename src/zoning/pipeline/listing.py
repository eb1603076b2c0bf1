"""A list by itself: read it with the lists above it, audit it, and leave a page, a workbook and rows behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zoning import checks
from zoning.audit import Audit, audit_lists, row_of
from zoning.clauses import AccessList, Address
from zoning.clauses.comparison import clashes
from zoning.clauses.demands import carbon_demands
from zoning.content import knowledge_date
from zoning.errors import Finding, InputError
from zoning.io.whole import whole_files
from zoning.io.write.finding_rows import write_findings
from zoning.listpage import render_audit
from zoning.messages import finding
from zoning.pipeline.lists import read_lists
from zoning.pipeline.reading import layer_of
from zoning.pipeline.single import study_of_file
from zoning.study import LayerInput
from zoning.tables import numbers
from zoning.workbook.lists import write_audit

__all__ = ["OUTPUTS", "ListFiles", "audit_files", "write_audit_report"]

OUTPUTS = ("audit.html", "audit.xlsx", "findings.json")
"""What an audit leaves behind."""


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
    original : bool
        Of documents with tracked changes the text before them, instead of the text with all of them accepted.
    """

    path: str
    uppers: Mapping[str, str] = field(default_factory=dict)
    carbon: str = ""
    units: str = ""
    original: bool = False


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
    given = read_lists({"unit": files.path, **files.uppers, "carbon": files.carbon},
                       version="original" if files.original else "accepted")  # fmt: skip
    found = (*findings, *given.findings, *_against(codes, given.lists))
    day = date or knowledge_date()["value"]
    demands = carbon_demands(lists=given.carbon, at=int(day[:4]))
    return audit_lists(given.lists, date=day, carbon=given.carbon, demands=demands, compare=clashes, findings=found)


def _unit_codes(path: str) -> tuple[tuple[str, ...] | None, list[Finding]]:
    if not path:
        return None, []
    try:
        read = layer_of(study_of_file(path), LayerInput(path=path))
    except InputError as error:
        return None, list(error.findings)
    return (checks.unit_codes(read.value) if read.value is not None else None), list(read.findings)


def _against(codes: tuple[str, ...] | None, lists: Sequence[AccessList]) -> list[Finding]:
    """Hold the codes of the list by units against those of the layer: the list is audited whatever they say."""
    own = next((one for one in lists if one.level == "unit"), None)
    if codes is None or own is None:
        return []
    entries = {entry.code: entry for entry in own.entries}
    with_clause = set(own.by_code())
    most = int(numbers("limits")["finding_examples"])
    found = []
    for code, named in (
        ("LIST_CODE_UNKNOWN", sorted({*entries, *with_clause} - set(codes))),
        ("UNIT_WITHOUT_LIST", sorted(set(codes) - with_clause)),
    ):
        if named:
            place = entries[named[0]].address if named[0] in entries else Address(_file(own))
            where = {"file": place.file, "layer": place.sheet, "row": row_of(place), "field": "code",
                     "value": "、".join(named[:most])}  # fmt: skip
            found.append(finding(code, where=where, count=len(named)))
    return found


def _file(one: AccessList) -> str:
    return next((clause.address.file for clause in one.clauses), "")


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
    with whole_files(folder) as partial:
        page, book, rows = (partial / name for name in OUTPUTS)
        page.write_text(render_audit(title, found, lang), encoding="utf-8", errors="backslashreplace", newline="\n")
        write_audit(title, found, book, lang)
        write_findings(found.findings, rows)
    return [folder / name for name in OUTPUTS]
