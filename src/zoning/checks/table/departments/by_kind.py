"""One sheet of a department → rows of frames, with every judgement of that sheet by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from zoning.checks.table.departments.arithmetic import check_above_made
from zoning.checks.table.departments.balances import balance_rows
from zoning.checks.table.departments.closing import check_closing
from zoning.checks.table.departments.columns import column_of_years
from zoning.checks.table.departments.devices import device_rows
from zoning.checks.table.departments.energy import energy_rows
from zoning.checks.table.departments.energy_slips import check_energy
from zoning.checks.table.departments.enterprises import firm_rows
from zoning.checks.table.departments.frames import Rows
from zoning.checks.table.departments.long_uses import heads_of, is_long, long_uses
from zoning.checks.table.departments.pollution import control_rows, pollutant_rows
from zoning.checks.table.departments.sheets import Sheet
from zoning.checks.table.departments.townships import home_rows, vehicle_rows
from zoning.checks.table.departments.uses import wide_uses
from zoning.checks.table.departments.verifications import burnt, processed, purchased, stated
from zoning.checks.table.departments.whole_rows import check_rows
from zoning.checks.table.departments.years import check_years
from zoning.checks.table.sums import check_sums
from zoning.errors import Finding, Severity

__all__ = ["rows_of"]

_VERIFIED = {"fuels": ("uses", burnt), "process": ("uses", processed), "purchased": ("uses", purchased),
             "summary": ("stated", stated)}  # fmt: skip
_TOWNS = {"vehicles": vehicle_rows, "residential": home_rows}
_WITH_USES = ("env_statistics", "key_energy_users")
_SUMMED = ("made:", "emitted:", "permitted:", "tce", "output")


def rows_of(sheet: Sheet, base: int) -> tuple[Rows, list[Finding]]:
    """Return the rows that a sheet adds to each frame of ``DepartmentTables``, and what is wrong with it.

    Parameters
    ----------
    sheet : Sheet
        Of any kind.
    base : int
        Base year of the study.
    """
    if sheet.kind == "energy_balance":
        balance, findings = balance_rows(sheet)
        years = [sheet.year] * len(sheet.rows)
        return {"balance": balance}, [*findings, *check_years(sheet, years, base), *check_closing(sheet, balance)]
    if sheet.kind in _TOWNS:
        years, findings = column_of_years(sheet)
        areas, faults = _TOWNS[sheet.kind](sheet, years)
        return {"areas": areas}, [*findings, *faults, *check_years(sheet, years, base)]
    firms, years, findings = firm_rows(sheet)
    findings += [*check_years(sheet, years, base), *check_rows(sheet)]
    if sheet.role:
        name, reader = _VERIFIED[sheet.role]
        lines, faults = reader(sheet, years)
        return {"firms": firms, name: lines}, [*findings, *faults]
    if sheet.kind in ("boilers", "kilns"):
        devices, faults = device_rows(sheet)
        return {"firms": firms, "devices": devices}, [*findings, *faults]
    rows, faults = _amounts(sheet, years)
    if is_long(sheet):
        firms, rows = _one_row_each(sheet, years, (firms, rows))
    return {"firms": firms, **rows}, [*findings, *faults, *_sums(sheet)]


def _one_row_each(
    sheet: Sheet, years: Sequence[int], read: tuple[list[tuple[Any, ...]], Rows]
) -> tuple[list[tuple[Any, ...]], Rows]:
    """Bring what stands beside fuels in rows under the first row of its enterprise; what is repeated stands once."""
    firms, rows = read
    heads = heads_of(sheet, years)
    head_of = {ref: sheet.refs[heads[place]] for place, ref in enumerate(sheet.refs)}
    named: Rows = {"uses": rows["uses"]}
    for name in ("pollutants", "controls", "energy"):
        lines: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for line in rows[name]:
            moved = (head_of[line[0]], *line[1:])
            lines.setdefault(tuple(str(cell) for cell in moved[:5]), moved)
        named[name] = list(lines.values())
    return [firms[place] for place in dict.fromkeys(heads)], named


def _amounts(sheet: Sheet, years: Sequence[int]) -> tuple[Rows, list[Finding]]:
    """Read the amounts of a table with one row per enterprise."""
    rows: Rows = {"controls": control_rows(sheet)}
    rows["pollutants"], findings = pollutant_rows(sheet, years)
    rows["energy"], faults = energy_rows(sheet, years)
    findings += [*faults, *check_above_made(sheet, rows["pollutants"])]
    if sheet.kind in _WITH_USES:
        rows["uses"], faults = long_uses(sheet, years) if is_long(sheet) else wide_uses(sheet, years)
        findings += [*faults, *check_energy(sheet, rows["uses"], rows["energy"])]
    return rows, findings


def _sums(sheet: Sheet) -> list[Finding]:
    """Judge printed sums; they are used for nothing, so that a wrong one stops nothing."""
    return [replace(found, severity=Severity.WARNING) for found in check_sums(sheet.records, _summed(sheet))]


def _summed(sheet: Sheet) -> list[str]:
    """Return columns whose printed sum can be held against the rows: those whose amounts are all in one unit."""
    return [
        name for name in sheet.records.fields
        if name.startswith(_SUMMED) or (name.startswith("fuel:") and name in sheet.header.units)
    ]  # fmt: skip
