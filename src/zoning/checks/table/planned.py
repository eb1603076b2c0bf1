"""Tables of planned projects (在建拟建项目) → PlannedProjects."""

from __future__ import annotations

import math
import re

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.judged import Judged
from zoning.checks.table.amounts import number
from zoning.checks.table.departments.places import swapped_axes
from zoning.checks.table.departments.sheets import listed_rows
from zoning.checks.table.firms import check_twice
from zoning.checks.table.point_places import check_datum, coordinate, placed, system_of, units_around
from zoning.checks.table.records import Record, Records, amount_of, records_of
from zoning.checks.table.slips import energy_slips
from zoning.checks.table.sums import check_sums
from zoning.crs import as_crs, project
from zoning.errors import Finding, QuantityError, Severity
from zoning.intake import RawTable
from zoning.messages import Both, finding
from zoning.projects import PlannedProjects
from zoning.quantities import convert, dimension
from zoning.study import ProjectsInput
from zoning.supports import ControlUnits
from zoning.vocab import allowed, value

__all__ = ["check_projects"]

_SHOWN = 5
_REQUIRED = ("name", "lon", "lat", "status", "co2_t")


def check_projects(raw: RawTable, declared: ProjectsInput, units: ControlUnits | None) -> Judged[PlannedProjects]:
    """Judge a table of planned projects; cancelled and working ones are set aside with an info.

    Those outside every unit are set aside with a warning, swapped axes are turned back with one. The CO2 increment is
    in t, or in the unit that stands in brackets behind its header.
    """
    records = records_of(raw, "projects", _REQUIRED, declared.fields)
    findings = list(records.findings)
    system, faults = system_of(records, declared.crs)
    findings += faults
    if not set(_REQUIRED) <= set(records.fields):
        return Judged(None, tuple(findings))
    rows, faults = _projects(records, system)
    findings += faults + _turned(records, rows, system)
    findings += _together(records, rows) + check_datum(records, declared.crs)
    if len(rows) < len(records.rows):
        findings.append(_aside(records, {row["row"] for row in rows}))
    if system is None:
        return Judged(None, tuple(findings))
    frame, faults = placed(records, rows, system)
    findings += faults
    if _faulty(findings):
        return Judged(None, tuple(findings))
    findings += units_around(records, frame, units, Severity.WARNING)
    frame = frame[_within(frame, units)]
    columns = ["code", "name", "industry", "status", "co2_t", "geometry"]
    frame = frame.reindex(columns=columns).set_crs(system, allow_override=True)
    frame = frame.sort_values(["code", "name", "co2_t"], kind="stable").reset_index(drop=True)
    return Judged(PlannedProjects(frame), tuple(findings))


def _aside(records: Records, kept: set[object]) -> Finding:
    """Name the projects that are not to come: cancelled or working."""
    others = [record for record in records.rows if record.row not in kept]
    shown = "、".join(record.text("status") for record in others[:_SHOWN])
    listed = listed_rows(others)
    where = records.at("status") | {"row": others[0].row, "value": shown}
    return finding("PROJECT_STATUS", "rows", where=where, count=len(others), rows=listed)


def _turned(records: Records, rows: list[dict[str, object]], system: CRS | None) -> list[Finding]:
    """Turn back axes that are swapped beyond doubt: degrees of which only the other order lies in China."""
    if system is None or not system.is_geographic:
        return []
    swapped = [row for row in rows if swapped_axes(float(str(row["lon"])), float(str(row["lat"])))]
    if not swapped:
        return []
    shown = "；".join(f"{row['lon']}, {row['lat']}" for row in swapped[:_SHOWN])
    listed = "、".join(str(row["row"]) for row in swapped[:_SHOWN])
    for row in swapped:
        row["lon"], row["lat"] = row["lat"], row["lon"]
    where = records.at("lon") | {"row": swapped[0]["row"], "value": shown}
    named = "、".join(str(row["name"]) for row in swapped[:_SHOWN])
    slots = {"count": len(swapped), "rows": listed, "name": named}
    return [finding("POINT_AXES_SWAPPED", "department_turned", severity=Severity.WARNING, where=where, **slots)]


def _within(frame: gpd.GeoDataFrame, units: ControlUnits | None) -> NDArray[np.bool_]:
    """Whether each project lies in a unit; those outside all of them are no projects of this region."""
    if units is None:
        return np.ones(len(frame), dtype=bool)
    shapes = project(units.geometries, units.crs, as_crs(frame.crs))
    within = np.zeros(len(frame), dtype=bool)
    within[np.unique(shapely.STRtree(shapes).query(frame.geometry.to_numpy(), predicate="intersects")[0])] = True
    return within


def _status(text: str) -> str | None:
    """Return the state of a project, whatever date stands with it («2020年6月已投产»)."""
    bare = re.sub(r"\d{4}年?(?:\d{1,2}月)?(?:\d{1,2}日)?|[（(][^（()）]*[)）]", "", text).strip()
    return value("project_status", text) or value("project_status", bare)


def _projects(records: Records, system: CRS | None) -> tuple[list[dict[str, object]], list[Finding]]:
    """Return the projects that are still to come."""
    factor, findings = _factor(records)
    rows: list[dict[str, object]] = []
    for record in records.rows:
        row, faults = _project(records, record, factor)
        findings += faults
        if row["status"] in ("planned", "approved"):
            for field in ("lon", "lat"):
                row[field], faults = coordinate(records, record, field, system)
                findings += faults
            rows.append(row)
    return rows, findings


def _faulty(findings: list[Finding]) -> bool:
    return any(found.severity is Severity.ERROR for found in findings)


def _factor(records: Records) -> tuple[float, list[Finding]]:
    """Tonnes per unit of the CO2 column."""
    unit = records.units.get("co2_t", "t")
    try:
        return convert(1.0, unit, "t yr-1" if dimension(unit) == dimension("t yr-1") else "t"), []
    except QuantityError as error:
        return math.nan, [finding("UNIT_MISSING", "unknown", where=records.at("co2_t"), reason=error)]


def _project(records: Records, record: Record, factor: float) -> tuple[dict[str, object], list[Finding]]:
    row: dict[str, object] = {name: record.text(name) for name in ("code", "name", "industry")}
    row["code"], row["row"] = row["code"] or f"#{record.row}", record.row
    row["status"] = _status(record.text("status"))
    findings = []
    if row["status"] is None:
        where = records.where(record, "status")
        findings.append(finding("VALUE_UNKNOWN", where=where, count=1, allowed=allowed("project_status")))
    for field in ("co2_t", "energy_tce"):
        amount, faults = amount_of(records, record, field, number)
        findings += faults
        if amount < 0:
            least = Both("不小于 0 的数", "0 or more")
            where = records.where(record, field)
            findings.append(finding("VALUE_UNKNOWN", "negative", where=where, allowed=least))
        row[field] = amount * (factor if field == "co2_t" else 1.0)
    return row, findings


def _together(records: Records, rows: list[dict[str, object]]) -> list[Finding]:
    """Judge the projects beside each other: one there twice, CO2 that its energy cannot give, printed sums."""
    by_row = {record.row: record for record in records.rows}
    same = []
    for row in rows:
        record = by_row[int(str(row["row"]))]
        if float(str(row["co2_t"])) > 0 and math.isfinite(float(str(row["lon"]))):
            same.append((record, (record.text("firm") or row["name"], row["lon"], row["lat"], row["co2_t"])))
    twice = check_twice(records, same, Severity.WARNING)
    return twice + energy_slips(records, rows, "co2_t") + check_sums(records, ("co2_t", "energy_tce"))
