"""Tables of located things: emitters by enterprise × fuel or process, and planned projects."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.checks.judged import Judged
from zoning.checks.records import A_NUMBER, Record, Records, number, records_of
from zoning.clauses import sector_of_industry
from zoning.crs import as_crs, is_refused, project
from zoning.errors import CrsError, Finding, QuantityError, Severity
from zoning.intake import RawTable
from zoning.messages import Both, finding
from zoning.projects import PlannedProjects
from zoning.quantities import convert, dimension
from zoning.study import PointsInput, ProjectsInput, Study
from zoning.supports import ControlUnits, Emitters
from zoning.vocab import allowed, value

__all__ = ["check_points", "check_projects"]

_ATTRIBUTES = ("emitter", "name", "industry", "sector", "fuel", "activity_unit")


def check_points(raw: RawTable, declared: PointsInput, units: ControlUnits | None, study: Study) -> Judged[Emitters]:
    """Judge a table of emitters; quantities become t yr-1 by the units that the study declares for them (default t).

    Emitters outside every unit are an error where they are counted, an info where they are context.
    """
    records = records_of(raw, "points", ("lon", "lat"), declared.fields)
    species = tuple(field.split(":")[1] for field in records.fields if field.startswith("species:"))
    factors, faults = _factors(records, species, declared)
    findings = [*records.findings, *faults]
    if not species and declared.use == "count":
        findings.append(finding("FIELD_MISSING", where=_at(records, "CO2"), headers="、".join(records.fields)))
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    rows = []
    for record in records.rows:
        row, faults = _emitter(records, record, factors, declared, study)
        rows.append(row)
        findings += faults
    frame, faults = _placed(records, rows, declared.crs)
    findings += faults
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    context = declared.use == "context"
    findings += _outside(records, frame, units, Severity.INFO if context else Severity.ERROR)
    unknown = int((frame["in_grid"] == "unknown").sum())
    if unknown and not context:
        findings.append(finding("POINT_IN_GRID_UNKNOWN", where=_at(records, "in_grid"), count=unknown))
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(Emitters(_in_order(frame, species), species, counted=not context), tuple(findings))


def _in_order(frame: gpd.GeoDataFrame, species: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Return the records in an order of their own, each with an id, so that the order of the file never matters.

    A record without an id is named by enterprise and fuel, and numbered where that is not unique.
    """
    placed = frame.assign(x=frame.geometry.x, y=frame.geometry.y)
    keys = [
        "emitter",
        "fuel",
        "record",
        "name",
        "industry",
        "sector",
        "year",
        "x",
        "y",
        "activity",
        "in_grid",
        *species,
    ]
    ordered = placed.sort_values(keys, kind="stable").reset_index(drop=True)
    numbers = ordered.groupby(["emitter", "fuel"]).cumcount()
    named = ordered["emitter"] + "|" + ordered["fuel"] + numbers.map(lambda number: f"|{number + 1}" if number else "")
    ordered["record"] = ordered["record"].where(ordered["record"] != "", named)
    return ordered.drop(columns=["x", "y", "row"])


def _at(records: Records, field: str) -> dict[str, object]:
    return {"file": records.file, "layer": records.sheet, "field": field}


def _factors(
    records: Records, species: tuple[str, ...], declared: PointsInput
) -> tuple[dict[str, float], list[Finding]]:
    """Return t per unit of every species column."""
    factors, findings = {}, []
    for name in species:
        unit = declared.units.get(name, "t")
        try:
            form = "t yr-1" if dimension(unit) == dimension("t yr-1") else "t"
            factors[name] = convert(1.0, unit, form)
        except QuantityError as error:
            findings.append(finding("UNIT_MISSING", "unknown", where=_at(records, name), reason=error))
    return factors, findings


def _emitter(
    records: Records, record: Record, factors: dict[str, float], declared: PointsInput, study: Study
) -> tuple[dict[str, object], list[Finding]]:
    findings: list[Finding] = []
    row: dict[str, object] = {name: record.text(name) for name in _ATTRIBUTES}
    row["record"] = record.text("record")
    row["emitter"] = row["emitter"] or row["name"] or row["record"]
    row["industry"] = "".join(letter for letter in str(row["industry"]) if letter.isdigit())
    findings += _sector_and_fuel(records, record, row, counted=declared.use == "count")
    row["in_grid"] = value("in_grid", record.text("in_grid")) if declared.in_grid == "column" else declared.in_grid
    if row["in_grid"] is None:
        where = records.where(record, "in_grid")
        findings.append(finding("VALUE_UNKNOWN", where=where, count=1, allowed=allowed("in_grid")))
    for name in ("lon", "lat", "activity", "energy_tce", "year", *(f"species:{s}" for s in factors)):
        amount, faults = _number(records, record, name)
        findings += faults
        row[name.removeprefix("species:")] = amount * factors.get(name.removeprefix("species:"), 1.0)
    given = float(row["year"])  # type: ignore[arg-type]
    row["year"] = int(given) if math.isfinite(given) else declared.year or study.years.base
    row["ets"] = value("in_grid", record.text("ets")) == "yes"
    row["row"] = record.row
    return row, findings


def _sector_and_fuel(records: Records, record: Record, row: dict[str, object], *, counted: bool) -> list[Finding]:
    """Put the codes of sector and fuel into a row; what is not known of a counted record is a finding.

    A record without a sector gets that of its trade, by the GB/T 4754 divisions of ``tables/sector_industry.csv``.
    """
    findings: list[Finding] = []
    for name, severity in (("sector", Severity.ERROR), ("fuel", Severity.WARNING)):
        written = record.text(name)
        code = value(name, written) if written else _of_trade(str(row["industry"])) if name == "sector" else ""
        if code is None and counted:
            where = records.where(record, name)
            known = allowed(name)
            findings.append(finding("VALUE_UNKNOWN", severity=severity, where=where, count=1, allowed=known))
        row[name] = code if code is not None else written
    return findings


def _of_trade(industry: str) -> str | None:
    sector = sector_of_industry(industry)
    return value("sector", sector) if sector else None


def _number(records: Records, record: Record, field: str) -> tuple[float, list[Finding]]:
    try:
        amount = number(record.text(field))
        if amount < 0 and field not in ("lon", "lat"):
            where = records.where(record, field)
            least = Both("不小于 0 的数", "0 or more")
            return amount, [finding("VALUE_UNKNOWN", where=where, count=1, allowed=least)]
        return amount, []  # noqa: TRY300 - one way out for each case reads better than an else
    except ValueError:
        where = records.where(record, field)
        if field in ("lon", "lat"):
            return math.nan, [finding("POINT_FORMAT", severity=Severity.ERROR, where=where)]
        return math.nan, [finding("VALUE_UNKNOWN", where=where, count=1, allowed=A_NUMBER)]


def _placed(records: Records, rows: list[dict[str, object]], crs: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    try:
        system = as_crs(crs)
    except CrsError as error:
        return gpd.GeoDataFrame(rows), [finding("CRS_MISSING", where=_at(records, "crs") | {"value": error})]
    if is_refused(system):
        return gpd.GeoDataFrame(rows), [finding("DATUM_SHIFT_UNKNOWN", where=_at(records, "crs") | {"value": crs})]
    table = pd.DataFrame(rows)
    findings = []
    absent = table[["lon", "lat"]].isna().any(axis=1) | ((table["lon"] == 0) & (table["lat"] == 0))
    if absent.any():
        first = int(table.loc[absent, "row"].iloc[0])
        findings.append(finding("POINT_OUTSIDE", "absent", where=_at(records, "lon") | {"row": first},
                                count=int(absent.sum())))  # fmt: skip
    points = shapely.points(table["lon"].to_numpy(float), table["lat"].to_numpy(float))
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points, crs=system), findings


def _outside(
    records: Records, frame: gpd.GeoDataFrame, units: ControlUnits | None, severity: Severity
) -> list[Finding]:
    """Find points outside the units' extent, and those whose axes are swapped."""
    if units is None or frame.empty:
        return []
    shapes = project(units.geometries, units.crs, as_crs(frame.crs))
    tree = shapely.STRtree(shapes)
    within = np.zeros(len(frame), dtype=bool)
    within[np.unique(tree.query(frame.geometry.to_numpy(), predicate="intersects")[0])] = True
    outside = np.flatnonzero(~within)
    if not len(outside):
        return []
    xy = shapely.get_coordinates(frame.geometry.to_numpy()[outside])
    west, south, east, north = shapely.total_bounds(shapes)
    swapped = (xy[:, 1] >= west) & (xy[:, 1] <= east) & (xy[:, 0] >= south) & (xy[:, 0] <= north)
    findings = []
    for code, chosen in (("POINT_AXES_SWAPPED", outside[swapped]), ("POINT_OUTSIDE", outside[~swapped])):
        if len(chosen):
            first = frame.iloc[int(chosen[0])]
            where = _at(records, "lon") | {"row": int(first["row"]), "value": f"{first.geometry.x}, {first.geometry.y}"}
            named = first["name"] if "name" in frame else ""
            findings.append(finding(code, severity=severity, where=where, count=len(chosen), name=named))
    return findings


def check_projects(raw: RawTable, declared: ProjectsInput, units: ControlUnits | None) -> Judged[PlannedProjects]:
    """Judge a table of planned projects; cancelled and working ones are set aside with an info."""
    records = records_of(raw, "projects", ("name", "lon", "lat", "status", "co2_t"), declared.fields)
    findings = list(records.findings)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    rows: list[dict[str, object]] = []
    for record in records.rows:
        row: dict[str, object] = {name: record.text(name) for name in ("code", "name", "industry")}
        row["code"], row["row"] = row["code"] or f"#{record.row}", record.row
        row["status"] = value("project_status", record.text("status"))
        if row["status"] is None:
            where = records.where(record, "status")
            findings.append(finding("VALUE_UNKNOWN", where=where, count=1, allowed=allowed("project_status")))
        for field in ("lon", "lat", "co2_t"):
            row[field], faults = _number(records, record, field)
            findings += faults
        rows.append(row)
    live = [row for row in rows if row["status"] in ("planned", "approved")]
    if len(live) < len(rows):
        findings.append(finding("PROJECT_STATUS", where=_at(records, "status"), count=len(rows) - len(live)))
    frame, faults = _placed(records, live, declared.crs)
    findings += faults
    if not any(found.severity is Severity.ERROR for found in findings):
        findings += _outside(records, frame, units, Severity.ERROR)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    frame = frame.sort_values(["code", "name", "co2_t"], kind="stable").drop(columns="row").reset_index(drop=True)
    return Judged(PlannedProjects(frame), tuple(findings))
