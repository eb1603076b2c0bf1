"""A raster by itself: everything that can be said of it without a study."""

from __future__ import annotations

import re
from dataclasses import replace

from zoning.checks.raster.covered import CoveredRows
from zoning.checks.raster.flipped import flip_findings
from zoning.checks.raster.judged_layers import LayerJudged, judge_layer
from zoning.checks.raster.numbers import WithoutMarks, where_of
from zoning.checks.raster.quantity import Claim
from zoning.checks.raster.totals import Sums, against_published
from zoning.checks.together import cover_findings, data_share
from zoning.crs import DENSIFY, geodesic_area
from zoning.errors import Finding, Severity
from zoning.field import Kind
from zoning.intake import RawRaster
from zoning.messages import Both, finding
from zoning.overlay import coverage
from zoning.quantities import bases
from zoning.supports import AnyGrid, ControlUnits, CurvedGrid
from zoning.tables import numbers
from zoning.vocab import allowed, value

__all__ = ["check_raster"]

_NAMES = ("long_name", "standard_name", "title", "description")


def check_raster(
    raw: RawRaster, units: ControlUnits | None, published_total: float | None, species: str = ""
) -> tuple[Finding, ...]:
    """Judge a raster by itself.

    Parameters
    ----------
    raw : RawRaster
        As it was read. What it says of its unit is believed, for want of anybody else who says it.
    units : ControlUnits or None
        Units that it should cover; without them nobody can see that rows are upside down.
    published_total : float or None
        What it should sum to, t yr-1 (or, where the unit is missing, in the unit of the numbers).
    species : str
        What it is of, if the user says so. The name of a file or of a variable is a hint in a message and no more.

    Returns
    -------
    tuple of Finding
        What a study would have to add is a warning; what is wrong with the raster is an error.
    """
    findings: list[Finding] = []
    code = value("species", species) or ""
    if species and not code:
        where = where_of(raw, field="species", value=species, row="")
        findings.append(finding("VALUE_UNKNOWN", where=where, count=1, allowed=allowed("species")))
    layer = judge_layer(raw, Claim(species=code, bare=True))
    findings += layer.findings
    findings += [] if code else _basis_open(raw, layer)
    if published_total is not None and layer.yearly:
        sums = Sums(*_sum(layer, code), _assumed(layer, code), where_of(raw, field="published_total"))
        findings += against_published(sums, published_total, numbers("thresholds")["published_mismatch"])
    if units is not None and layer.grid is not None:
        findings += _with_units(layer, layer.grid, units)
    return tuple(findings)


def _basis_open(raw: RawRaster, layer: LayerJudged) -> list[Finding]:
    """Say what a study must declare of a raster whose unit names no substance, with what its name suggests."""
    if layer.quantity is None or layer.quantity.basis:
        return []
    guess = _guess(raw)
    where = where_of(raw, field="mass_basis", value=guess)
    if not guess:
        return [finding("SPECIES_BASIS", "open", severity=Severity.WARNING, where=where)]
    if len(bases(guess)) < 2:
        return []
    either = Both("、".join(bases(guess)), " or ".join(bases(guess)))
    return [finding("SPECIES_BASIS", "hinted", severity=Severity.WARNING, where=where, bases=either)]


def _guess(raw: RawRaster) -> str:
    """Return the species that a name suggests; for messages only."""
    texts = (raw.species_tag, raw.layer, raw.file, *(raw.tags.get(name, "") for name in _NAMES))
    words = (word for text in texts for word in re.split(r"[^0-9A-Za-z.\u4e00-\u9fff]+|\.(?=[A-Za-z])", text))
    return next((code for word in words if (code := value("species", word))), "")


def _assumed(layer: LayerJudged, code: str) -> str:
    """Return the species that slips of molar masses are looked for: as said, else that of the unit or of a hint."""
    basis = layer.quantity.basis if layer.quantity else ""
    return code or (basis if bases(basis) else "") or _guess(layer.raw) or "CO2"


def _whole(basis: str) -> str:
    """Return the species that a substance is counted as (C → CO2, NO → NOx); a mass of nothing named stays as it is."""
    return next((species for species in ("CO2", "NOx", "SO2", basis) if basis in bases(species)), "CO2")


def _sum(layer: LayerJudged, code: str) -> tuple[float, str]:
    """Return the sum of a raster and its unit: t yr-1 where the file says what it is, else of the bare numbers."""
    quantity = layer.quantity
    lost = layer.found.suspects or layer.found.infinite
    if quantity is None or (quantity.kind is Kind.FLUX and (layer.grid is None or lost)):
        return layer.found.clean, ""
    whole = code or _whole(quantity.basis)
    stated = quantity if quantity.basis else replace(quantity, basis=whole)
    factor, _ = stated.tonnes(whole, None)
    return (layer.found.clean if lost else layer.unit_total) * factor, "t yr-1"


def _with_units(layer: LayerJudged, grid: AnyGrid, units: ControlUnits) -> list[Finding]:
    """Hold the raster against the units: does it cover them, can it resolve them, is it the right way round."""
    limits = numbers("thresholds")
    where = where_of(layer.raw)
    cover = coverage(units.frame.set_index("code").geometry, grid, densify=DENSIFY)
    blocks = WithoutMarks(layer.blocks, tuple(mark for mark, _ in layer.found.suspects))
    areas = geodesic_area(units.geometries, units.crs, DENSIFY)
    findings = cover_findings(cover, data_share(cover, blocks, areas), where, limits, resolved=True)
    if isinstance(grid, CurvedGrid):  # rows of a curvilinear grid lie where its corners say
        return findings
    return findings + flip_findings(blocks, CoveredRows.of(cover).inside, where, limits)
