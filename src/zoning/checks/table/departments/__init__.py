"""Tables of departments → DepartmentTables: each kind by its own books, all under one set of names and units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from zoning.checks.judged import Judged
from zoning.checks.table.departments.arithmetic import check_sheets
from zoning.checks.table.departments.by_kind import rows_of
from zoning.checks.table.departments.frames import Rows, tables_of
from zoning.checks.table.departments.opening import opened, physical
from zoning.checks.table.departments.roles import kinds
from zoning.departments import DepartmentTables
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.study import DepartmentInput, Study

__all__ = ["check_departments"]


def check_departments(raws: Mapping[int, tuple[RawTable, ...]], study: Study) -> Judged[DepartmentTables]:
    """Judge the department tables of a study, each by itself, and bring them into one set of frames.

    Parameters
    ----------
    raws : mapping
        By position in ``study.inventory.tables`` all sheets of the file; a file that could not be read is missing.
    study : Study
        With an ``inventory``.

    Returns
    -------
    Judged of DepartmentTables
        Without value where a number, a unit, a fuel, a column or a kind cannot be understood.
    """
    inventory = study.inventory
    if inventory is None:
        return Judged(None, ())
    findings: list[Finding] = []
    parts: list[Rows] = []
    seen: Counter[str] = Counter()
    contents: dict[tuple[object, ...], RawTable] = {}
    for position, declared in enumerate(inventory.tables):
        seen[declared.kind] += 1
        number = seen[declared.kind]
        if position not in raws:
            continue
        tag = declared.kind if number == 1 else f"{declared.kind}#{number}"
        own, copies = _without_copies(raws[position], declared, contents)
        findings += copies
        if not own:
            continue
        rows, faults = _file(own, declared, tag, study.years.base)
        parts += rows
        findings += faults
    faulty = any(found.severity is Severity.ERROR for found in findings)
    return Judged(None if faulty else tables_of(parts), tuple(findings))


def _without_copies(
    raws: Sequence[RawTable], declared: DepartmentInput, contents: dict[tuple[object, ...], RawTable]
) -> tuple[tuple[RawTable, ...], list[Finding]]:
    """Return the sheets that no other of the kind has cell by cell; what stands there twice would count twice."""
    own: list[RawTable] = []
    findings = []
    for raw in raws:
        content = (declared.kind, declared.year, tuple(tuple(cell.text for cell in line) for line in raw.rows))
        first = contents.setdefault(content, raw)
        if first is raw or not any(cell.text for line in raw.rows for cell in line):
            own.append(raw)
            continue
        other = f"{first.file} {first.sheet}".strip()
        where = {"file": raw.file, "layer": raw.sheet, "value": other}
        findings.append(finding("VERSION_MIXED", "copy", severity=Severity.WARNING, where=where))
    return tuple(own), findings


def _file(
    raws: tuple[RawTable, ...], declared: DepartmentInput, tag: str, base: int
) -> tuple[list[Rows], list[Finding]]:
    if declared.kind not in kinds():
        where = {"file": declared.path, "field": "kind", "value": declared.kind}
        return [], [finding("VALUE_UNKNOWN", "kind", where=where, allowed="、".join(kinds()))]
    found = opened(raws, declared, tag, base)
    findings = list(found.findings)
    read = []
    for sheet in physical(found.sheets, findings):
        rows, faults = rows_of(sheet, base)
        read.append((sheet, rows))
        findings += faults
    return [rows for _, rows in read], [*findings, *check_sheets(read)]
