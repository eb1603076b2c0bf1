"""Tables of located emitters: one row per enterprise × fuel or process → Emitters."""

from __future__ import annotations

import math
from collections.abc import Mapping

import geopandas as gpd

from zoning.checks.judged import Judged
from zoning.checks.table.amounts import number, year_of
from zoning.checks.table.emitter_tables import check_together
from zoning.checks.table.planned import check_projects
from zoning.checks.table.point_places import check_datum, coordinate, placed, system_of, units_around
from zoning.checks.table.records import Record, Records, amount_of, records_of
from zoning.clauses import sector_of_industry
from zoning.errors import Finding, QuantityError, Severity
from zoning.intake import RawTable
from zoning.messages import Both, finding
from zoning.quantities import canonical, convert, dimension
from zoning.study import PointsInput, Study
from zoning.supports import ControlUnits, Emitters
from zoning.vocab import allowed, value

__all__ = ["check_points", "check_projects"]

_ATTRIBUTES = ("emitter", "name", "industry", "sector", "fuel", "activity_unit")


def check_points(raw: RawTable, declared: PointsInput, units: ControlUnits | None, study: Study) -> Judged[Emitters]:
    """Judge a table of emitters.

    Quantities become t yr-1 by the units that the study declares for them, else those that stand in brackets behind
    their headers, else t. Emitters outside every unit are an error where they are counted, an info where they are
    context.
    """
    records = records_of(raw, "points", ("lon", "lat"), declared.fields)
    species = tuple(field.split(":")[1] for field in records.fields if field.startswith("species:"))
    factors, faults = _factors(records, species, declared)
    findings = [*records.findings, *faults]
    if records.fields and not species and declared.use == "count":
        headers = "、".join(records.headers.values())
        findings.append(finding("FIELD_MISSING", "species", where=records.at("CO2"), headers=headers))
    system, faults = system_of(records, declared.crs)
    findings += faults
    if not records.rows or not {"lon", "lat"} <= set(records.fields):
        return Judged(None, tuple(findings))
    rows = []
    for record in records.rows:
        row, faults = _emitter(records, record, factors, declared, study)
        findings += faults
        for field in ("lon", "lat"):
            row[field], faults = coordinate(records, record, field, system)
            findings += faults
        rows.append(row)
    findings += check_together(records, rows, species, declared, study) + check_datum(records, declared.crs)
    if system is None:
        return Judged(None, tuple(findings))
    frame, faults = placed(records, rows, system)
    return _inside(records, frame, species, [*findings, *faults], (declared, units))


def _inside(
    records: Records,
    frame: gpd.GeoDataFrame,
    species: tuple[str, ...],
    findings: list[Finding],
    about: tuple[PointsInput, ControlUnits | None],
) -> Judged[Emitters]:
    declared, units = about
    context = declared.use == "context"
    if not _faulty(findings):
        findings += units_around(records, frame, units, Severity.INFO if context else Severity.ERROR)
    unknown = int((frame["in_grid"] == "unknown").sum())
    if unknown and not context:
        findings.append(finding("POINT_IN_GRID_UNKNOWN", where=records.at("in_grid"), count=unknown))
    if _faulty(findings):
        return Judged(None, tuple(findings))
    return Judged(Emitters(_in_order(frame, species), species, counted=not context), tuple(findings))


def _faulty(findings: list[Finding]) -> bool:
    return any(found.severity is Severity.ERROR for found in findings)


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


def _factors(
    records: Records, species: tuple[str, ...], declared: PointsInput
) -> tuple[dict[str, float], list[Finding]]:
    """Return t per unit of every species column."""
    factors: dict[str, float] = {}
    findings: list[Finding] = []
    for name in species:
        written = records.units.get(f"species:{name}", "")
        unit = declared.units.get(name) or written or "t"
        try:
            form = "t yr-1" if dimension(unit) == dimension("t yr-1") else "t"
            factors[name] = convert(1.0, unit, form)
            if written and canonical(written) != canonical(unit):
                where = records.at(name) | {"value": written}
                findings.append(finding("UNIT_UNCLEAR", "header", where=where, unit=unit))
        except QuantityError as error:
            findings.append(finding("UNIT_MISSING", "unknown", where=records.at(name), reason=error))
            factors[name] = math.nan
    return factors, findings


def _emitter(
    records: Records, record: Record, factors: Mapping[str, float], declared: PointsInput, study: Study
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
    for name in ("activity", "energy_tce", *(f"species:{s}" for s in factors)):
        amount, faults = _amount(records, record, name)
        findings += faults
        row[name.removeprefix("species:")] = amount * factors.get(name.removeprefix("species:"), 1.0)
    given, faults = amount_of(records, record, "year", year_of)
    findings += faults
    row["year"] = int(given) if math.isfinite(given) else declared.year or study.years.base
    row["ets"] = value("in_grid", record.text("ets")) == "yes"
    row["row"] = record.row
    return row, findings


def _amount(records: Records, record: Record, field: str) -> tuple[float, list[Finding]]:
    """Return an amount that is not below 0."""
    amount, findings = amount_of(records, record, field, number)
    if amount < 0:
        least = Both("不小于 0 的数", "0 or more")
        findings.append(finding("VALUE_UNKNOWN", "negative", where=records.where(record, field), allowed=least))
    return amount, findings


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
