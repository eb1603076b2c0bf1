"""Rasters of emissions: grid, unit, kind, no-data, sign, totals → Fields; nothing about them is guessed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from zoning.checks.judged import Judged
from zoning.crs import as_crs, is_refused, same_crs
from zoning.errors import CrsError, Finding, GeometryError, QuantityError, Severity
from zoning.field import Field, Kind, Origin
from zoning.intake import RawRaster
from zoning.messages import finding
from zoning.quantities import basis_factor, canonical, tonnes_per_year
from zoning.study import EmissionsInput, Study
from zoning.supports import Grid
from zoning.vocab import allowed, value

__all__ = ["check_emissions"]

_SENTINELS = (-9999.0, -999.0, -99.0, -3.4028234663852886e38, 1e20, 9.96920996838687e36)


def check_emissions(
    rasters: Mapping[str, RawRaster], total: RawRaster | None, declared: EmissionsInput, study: Study
) -> Judged[tuple[Field, ...]]:
    """Judge the layers of one species of one series.

    Parameters
    ----------
    rasters : mapping
        sector (as the study names it) → raster.
    total : RawRaster or None
        A raster that must equal the sum of the sectors: a check on its parts and never a sector.
    declared : EmissionsInput
        What the study says of them.
    study : Study
        Base year.
    """
    files = _short([raster.file for raster in rasters.values()] or list(declared.references))
    findings = _quantity(declared, files)
    sound = not any(found.severity is Severity.ERROR for found in findings)
    fields: list[Field] = []
    for sector, raster in rasters.items():
        grid, faults = _layer(raster, sector, declared)
        findings += faults + (_unit_tag(raster, declared) if sound else [])
        if sound and grid is not None:
            fields.append(_field(raster, grid, sector, declared))
    if declared.year != study.years.base:
        where = {"file": files, "field": "year", "value": declared.year}
        findings.append(finding("YEAR_DIFFERS", where=where, base=study.years.base))
    if not any(found.severity is Severity.ERROR for found in findings):
        findings += _totals(fields, total, declared, study)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(tuple(fields), tuple(findings))


def _short(files: list[str]) -> str:
    return files[0] if len(files) == 1 else f"{files[0]} …（{len(files)}）"


def _layer(raw: RawRaster, sector: str, declared: EmissionsInput) -> tuple[Grid | None, list[Finding]]:
    """Judge one raster by itself; its grid is None if a fault forbids its use."""
    grid, findings = _grid(raw, declared)
    if value("sector", sector) is None:
        where = {"file": raw.file, "field": "sectors", "value": sector, "row": ""}
        findings.append(finding("VALUE_UNKNOWN", where=where, count=1, allowed=allowed("sector")))
    findings += _values(raw, raw.blocks.read(), declared)
    return (None if any(found.severity is Severity.ERROR for found in findings) else grid), findings


def _field(raw: RawRaster, grid: Grid, sector: str, declared: EmissionsInput) -> Field:
    return Field(
        grid=grid,
        blocks=raw.blocks,
        species=value("species", declared.species) or declared.species,
        sector=value("sector", sector) or sector,
        year=declared.year,
        unit=canonical(declared.unit),
        kind=Kind(declared.kind or "total"),
        basis=_basis(declared),
        origin=Origin(declared.origin),
        series=declared.series,
        proxy=declared.proxy,
        comparable_with_target=declared.comparable_with_target,
        source=declared.source or raw.file,
    )


def _basis(declared: EmissionsInput) -> str:
    return value("species", declared.mass_basis) or declared.mass_basis


def _grid(raw: RawRaster, declared: EmissionsInput) -> tuple[Grid | None, list[Finding]]:
    where = {"file": raw.file}
    if not raw.crs and not declared.crs:
        return None, [finding("CRS_MISSING", where=where)]
    try:
        crs = as_crs(raw.crs or declared.crs)
        if declared.crs and not same_crs(crs, as_crs(declared.crs)):
            both = where | {"value": declared.crs}
            return None, [finding("CRS_CONTRADICTS", "declared", where=both, crs=crs.name)]
        if is_refused(crs):
            return None, [finding("DATUM_SHIFT_UNKNOWN", where=where | {"value": crs.name})]
        grid = Grid(crs, raw.transform, raw.blocks.shape)
    except (CrsError, GeometryError) as error:
        return None, [finding("FILE_UNREADABLE", where=where, reason=error)]
    return grid, [finding("SOUTH_UP", where=where)] if raw.transform.e > 0 else []


def _quantity(declared: EmissionsInput, files: str) -> list[Finding]:
    """Judge what is declared of species, basis, unit and kind: once for all rasters of the block."""
    species = value("species", declared.species)
    if species is None:
        unknown = {"file": files, "field": "species", "value": declared.species, "row": ""}
        return [finding("VALUE_UNKNOWN", where=unknown, count=1, allowed=allowed("species"))]
    where = {"file": files, "field": "unit", "value": declared.unit}
    try:
        basis_factor(species, _basis(declared))
    except QuantityError as error:
        return [finding("SPECIES_BASIS", where=where | {"field": "mass_basis"}, reason=error)]
    try:
        _, per_area = tonnes_per_year(declared.unit, species, _basis(declared), declared.year)
    except QuantityError as error:
        return [finding("UNIT_MISSING", "unknown", where=where, reason=error)]
    return [] if per_area == (declared.kind == "flux") else [finding("KIND_MISSING", where=where, kind=declared.kind)]


def _unit_tag(raw: RawRaster, declared: EmissionsInput) -> list[Finding]:
    """Find a unit tag of the file that does not give the same tonnes as the declared unit."""
    if not raw.unit_tag:
        return []
    species, basis = value("species", declared.species) or declared.species, _basis(declared)
    stated = tonnes_per_year(declared.unit, species, basis, declared.year)
    try:
        if tonnes_per_year(raw.unit_tag, species, basis, declared.year) == stated:
            return []
    except QuantityError:
        pass
    where = {"file": raw.file, "field": "unit", "value": raw.unit_tag}
    return [finding("UNIT_UNCLEAR", where=where, unit=declared.unit)]


def _values(raw: RawRaster, values: NDArray[np.float64], declared: EmissionsInput) -> list[Finding]:
    findings: list[Finding] = []
    where = {"file": raw.file}
    for sentinel in _SENTINELS:
        hits = int(np.isclose(values, sentinel, rtol=1e-6, atol=0).sum())
        if hits and raw.nodata is None:
            return [finding("NODATA_UNDECLARED", where=where | {"value": sentinel}, count=hits)]
    negative = values < 0
    if negative.any() and not declared.sinks:
        lowest = f"{float(np.nanmin(values)):.6g}"
        findings.append(finding("NEGATIVE_CELLS", where=where | {"value": lowest}, count=int(negative.sum())))
    if not np.isfinite(values).any():
        findings.append(finding("GRID_NOT_COVERING", "empty", where=where))
    return findings


def _totals(fields: list[Field], total: RawRaster | None, declared: EmissionsInput, study: Study) -> list[Finding]:
    findings: list[Finding] = []
    parts = sum(float(np.nansum(field.values())) for field in fields)
    where = {"file": _short(list(declared.references))}
    if total is not None:
        whole = float(np.nansum(total.blocks.read()))
        findings += _differs(
            parts, whole, study.threshold("total_mismatch"), "", where | {"file": total.file}, declared.unit
        )
    if declared.published_total is not None:
        findings += _differs(
            parts, declared.published_total, study.threshold("published_mismatch"), "published", where, declared.unit
        )
    return findings


def _differs(
    parts: float, whole: float, tolerance: float, key: str, where: Mapping[str, object], unit: str
) -> list[Finding]:
    difference = abs(parts / whole - 1) if whole else np.inf
    if difference <= tolerance:
        return []
    shown = {"parts": f"{parts:,.1f} {unit}", "difference": f"{difference:.2%}"}
    named = dict(where) | {"value": f"{whole:,.1f} {unit}"}
    return [finding("TOTAL_MISMATCH", key, severity=Severity.ERROR, where=named, **shown)]
