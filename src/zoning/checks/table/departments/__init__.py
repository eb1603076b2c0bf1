"""Tables of departments → DepartmentTables: each kind by its own books, all under one set of names and units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from zoning.checks.judged import Judged
from zoning.checks.table.departments.balances import balance_rows
from zoning.checks.table.departments.columns import column_of_years
from zoning.checks.table.departments.devices import device_rows
from zoning.checks.table.departments.energy import energy_rows
from zoning.checks.table.departments.enterprises import firm_rows
from zoning.checks.table.departments.frames import Rows, tables_of
from zoning.checks.table.departments.pollution import control_rows, pollutant_rows
from zoning.checks.table.departments.sheets import Sheet, kinds, opened
from zoning.checks.table.departments.townships import home_rows, vehicle_rows
from zoning.checks.table.departments.uses import wide_uses
from zoning.checks.table.departments.verifications import burnt, processed, purchased, stated
from zoning.departments import DepartmentTables
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.study import DepartmentInput, Study

__all__ = ["check_departments"]

_VERIFIED = {"fuels": ("uses", burnt), "process": ("uses", processed), "purchased": ("uses", purchased),
             "summary": ("stated", stated)}  # fmt: skip
_TOWNS = {"vehicles": vehicle_rows, "residential": home_rows}
_WITH_USES = ("env_statistics", "key_energy_users")


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
    for position, declared in enumerate(inventory.tables):
        seen[declared.kind] += 1
        number = seen[declared.kind]
        if position not in raws:
            continue
        tag = declared.kind if number == 1 else f"{declared.kind}#{number}"
        rows, faults = _file(raws[position], declared, tag, study.years.base)
        parts += rows
        findings += faults
    faulty = any(found.severity is Severity.ERROR for found in findings)
    return Judged(None if faulty else tables_of(parts), tuple(findings))


def _file(
    raws: tuple[RawTable, ...], declared: DepartmentInput, tag: str, base: int
) -> tuple[list[Rows], list[Finding]]:
    if declared.kind not in kinds():
        where = {"file": declared.path, "field": "kind", "value": declared.kind}
        return [], [finding("VALUE_UNKNOWN", "kind", where=where, allowed="、".join(kinds()))]
    found = opened(raws, declared, tag, base)
    findings = list(found.findings)
    parts = []
    for sheet in found.sheets:
        rows, faults = _sheet(sheet)
        parts.append(rows)
        findings += faults
    return parts, findings


def _sheet(sheet: Sheet) -> tuple[Rows, list[Finding]]:
    if sheet.kind == "energy_balance":
        balance, findings = balance_rows(sheet)
        return {"balance": balance}, findings
    if sheet.kind in _TOWNS:
        years, findings = column_of_years(sheet)
        areas, faults = _TOWNS[sheet.kind](sheet, years)
        return {"areas": areas}, [*findings, *faults]
    firms, years, findings = firm_rows(sheet)
    rows: Rows = {"firms": firms}
    if sheet.role:
        name, reader = _VERIFIED[sheet.role]
        rows[name], faults = reader(sheet, years)
        return rows, [*findings, *faults]
    if sheet.kind in ("boilers", "kilns"):
        rows["devices"], faults = device_rows(sheet)
        return rows, [*findings, *faults]
    rows["pollutants"], faults = pollutant_rows(sheet, years)
    findings += faults
    rows["controls"] = control_rows(sheet)
    rows["energy"], faults = energy_rows(sheet, years)
    findings += faults
    if sheet.kind in _WITH_USES:
        rows["uses"], faults = wide_uses(sheet, years)
        findings += faults
    return rows, findings
