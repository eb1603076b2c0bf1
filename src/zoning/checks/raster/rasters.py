"""Rasters of emissions: grid, unit, kind, no-data, sign, time, totals → Fields; nothing about them is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zoning.checks.judged import Judged
from zoning.checks.raster.judged_layers import LayerJudged, judge_layer
from zoning.checks.raster.quantity import Claim, Quantity
from zoning.checks.raster.totals import Sums, against_published, against_total, cell_by_cell
from zoning.errors import Finding, Severity
from zoning.field import Field, Kind, Origin
from zoning.intake import RawRaster
from zoning.messages import finding
from zoning.study import EmissionsInput, Study
from zoning.supports import AnyGrid
from zoning.vocab import allowed, value

__all__ = ["check_emissions"]

_OF_THE_STUDY = (
    "UNIT_MISSING.grid_unknown", "UNIT_MISSING.loose", "SPECIES_BASIS.missing", "SPECIES_BASIS", "KIND_MISSING",
    "KIND_MISSING.level",
)  # fmt: skip


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

    Returns
    -------
    Judged of tuple of Field
        Fields of the declared year: steps of a time axis are added (amounts) or averaged (rates).
    """
    files = _short([raster.file for raster in rasters.values()] or list(declared.references))
    findings = _sectors(rasters)
    if declared.year != study.years.base:
        where = {"file": files, "field": "year", "value": declared.year}
        findings.append(finding("YEAR_DIFFERS", where=where, base=study.years.base))
    if value("species", declared.species) is None:
        unknown = {"file": files, "field": "species", "value": declared.species, "row": ""}
        findings.append(finding("VALUE_UNKNOWN", "raster_species", where=unknown, allowed=allowed("species")))
    claim = _claim(declared)
    parts = {sector: judge_layer(raster, claim) for sector, raster in rasters.items()}
    whole = judge_layer(total, claim) if total is not None else None
    findings += _once([one for layer in (*parts.values(), whole) if layer for one in layer.findings])
    if not any(found.severity is Severity.ERROR for found in findings):
        findings += _totals(tuple(parts.values()), whole, declared, study)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(tuple(_field(layer, sector, declared) for sector, layer in parts.items()), tuple(findings))


def _claim(declared: EmissionsInput) -> Claim:
    return Claim(
        species=declared.species if value("species", declared.species) else "",
        unit=declared.unit,
        kind=declared.kind,
        basis=declared.mass_basis,
        period=declared.period,
        crs=declared.crs,
        year=declared.year,
        sinks=declared.sinks,
    )


def _short(files: list[str]) -> str:
    return files[0] if len(files) == 1 else f"{files[0]} …（{len(files)}）"


def _sectors(rasters: Mapping[str, RawRaster]) -> list[Finding]:
    """Find sectors that have no code."""
    findings = []
    for sector, raster in rasters.items():
        if value("sector", sector) is None:
            where = {"file": raster.file, "field": "sectors", "value": sector, "row": ""}
            findings.append(finding("VALUE_UNKNOWN", "raster_sector", where=where, allowed=allowed("sector")))
    return findings


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Name a fault of the study's own words once, not again for every raster of the block."""
    kept: dict[object, Finding] = {}
    for number, found in enumerate(findings):
        kept.setdefault((found.key, found.field, found.value) if found.key in _OF_THE_STUDY else number, found)
    return list(kept.values())


def _field(layer: LayerJudged, sector: str, declared: EmissionsInput) -> Field:
    quantity, grid = _sound(layer)
    return Field(
        grid=grid,
        blocks=layer.blocks,
        species=value("species", declared.species) or declared.species,
        sector=value("sector", sector) or sector,
        year=declared.year,
        unit=quantity.written.unit,
        kind=quantity.kind,
        basis=quantity.basis,
        origin=Origin(declared.origin),
        series=declared.series,
        proxy=declared.proxy,
        comparable_with_target=declared.comparable_with_target,
        source=declared.source or layer.raw.file,
    )


def _sound(layer: LayerJudged) -> tuple[Quantity, AnyGrid]:
    if layer.quantity is None or layer.grid is None:  # no finding of severity error is without one of these
        raise ValueError(layer.raw.file)
    return layer.quantity, layer.grid


def _totals(
    parts: tuple[LayerJudged, ...], whole: LayerJudged | None, declared: EmissionsInput, study: Study
) -> list[Finding]:
    """Hold the sectors together against their total raster and against the published total, in the unit of the grid.

    A sector that could not be read is a finding already; sums without it would only differ because of it.
    """
    if (whole is None and declared.published_total is None) or len(parts) < len(declared.sectors):
        return []
    species = value("species", declared.species) or declared.species
    unit, factors = _common_unit(parts if whole is None else (*parts, whole), species, declared.year)
    added = sum(layer.unit_total * factor for layer, factor in zip(parts, factors, strict=False))
    where = {"file": _short(list(declared.references)), "field": "total"}
    findings: list[Finding] = []
    if whole is not None:
        tolerance = study.threshold("total_mismatch")
        sums = Sums(added, unit, species, where | {"file": whole.raw.file})
        findings += against_total(sums, whole.unit_total * factors[-1], tolerance)
        if not findings and len(set(factors)) == 1:
            findings += cell_by_cell(parts, whole, tolerance)
    if declared.published_total is not None:
        sums = Sums(added, unit, species, where | {"field": "published_total"})
        findings += against_published(sums, declared.published_total, study.threshold("published_mismatch"))
    return findings


def _common_unit(layers: Sequence[LayerJudged], species: str, year: int) -> tuple[str, list[float]]:
    """Return the unit that sums are held against each other in, and the factor to it of each layer.

    That is the unit of the grids where all have the same and it is a mass per cell, else t yr-1.
    """
    quantities = [_sound(layer)[0] for layer in layers]
    units = {(quantity.written.unit, quantity.basis) for quantity in quantities}
    if len(units) == 1 and quantities[0].kind is Kind.TOTAL:
        return quantities[0].written.unit, [1.0] * len(layers)
    return "t yr-1", [quantity.tonnes(species, year)[0] for quantity in quantities]
