"""What only two inputs together can show: grids against units, zones against units, pollutant grids against CO2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.checks.proxy import Parents, audit_proxies
from zoning.checks.raster.covered import CoveredRows
from zoning.checks.raster.flipped import flip_findings
from zoning.crs import geodesic_area
from zoning.errors import Finding, Severity
from zoning.field import Field
from zoning.intake import Blocks
from zoning.messages import Both, finding
from zoning.overlay import Coverage, Laying, intersection_areas
from zoning.study import Study
from zoning.supports import AnyGrid, ControlUnits, CurvedGrid, ElementZones, Emitters
from zoning.vocab import label, value

__all__ = [
    "check_flipped",
    "check_grids",
    "check_proxies",
    "check_zone_extent",
    "cover_findings",
    "cover_grids",
    "data_share",
    "parent_counties",
]

_BANDS_KEPT = 16  # bands of a grid whose covered cells are kept from one field to the next: a byte a cell
_COVER_LIMITS = ("uncovered_area", "cells_per_unit")
_FLIP_LIMITS = ("flip_inside", "flip_gain", "flip_cells")
_PROXY_LIMITS = ("proxy_log_ratio_sd", "proxy_mass_share", "proxy_rank_correlation", "proxy_residual_share")


def cover_grids(units: ControlUnits, fields: tuple[Field, ...], laying: Laying) -> dict[AnyGrid, Coverage]:
    """Return the coverage of every distinct grid by the units."""
    frame = units.frame.set_index("code")
    grids = {field.grid: field.grid for field in fields}
    return {grid: laying.cover(frame.geometry, grid) for grid in grids.values()}


def check_grids(
    units: ControlUnits, fields: tuple[Field, ...], covers: dict[AnyGrid, Coverage], study: Study
) -> tuple[Finding, ...]:
    """Find grids that do not cover the units, and cells larger than a unit; one finding per species and series."""
    findings: list[Finding] = []
    areas = geodesic_area(units.geometries, units.crs, study.tolerance.densify)
    limits = {name: study.threshold(name) for name in _COVER_LIMITS}
    for species, series in sorted({(field.species, field.series) for field in fields}):
        layers = [field for field in fields if (field.species, field.series) == (species, series)]
        where = {"file": f"{species}（{series}）", "field": "emissions"}
        shares = [data_share(covers[field.grid], field.blocks, areas) for field in layers]
        resolved = species == "CO2"
        findings += cover_findings(covers[layers[0].grid], np.min(shares, axis=0), where, limits, resolved=resolved)
    return tuple(findings)


def cover_findings(
    cover: Coverage,
    shares: NDArray[np.float64],
    where: Mapping[str, object],
    limits: Mapping[str, float],
    *,
    resolved: bool,
) -> list[Finding]:
    """Find units without data in part (``shares``: with data, by unit) and, if ``resolved`` matters, small units."""
    address = dict(where)
    cells = cover.cells.to_numpy()
    if not cells.any():
        return [finding("GRID_NOT_COVERING", "apart", severity=Severity.ERROR, where=address, count=len(cells))]
    findings = []
    tolerance = limits["uncovered_area"]
    lacking = int((shares < 1 - tolerance).sum())
    if lacking:
        findings.append(finding("GRID_NOT_COVERING", where=address, count=lacking, tolerance=f"{tolerance:.1%}"))
    least = limits["cells_per_unit"]
    few = int(((cells >= 1) & (cells < least)).sum())
    if resolved and (few or (cells < 1).any()):
        findings.append(
            finding("CELL_LARGER_THAN_UNIT", where=address, count=int((cells < 1).sum()), few=few, least=f"{least:g}")
        )
    return findings


def data_share(cover: Coverage, values: Blocks, areas: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of each unit's whole area (m²) that lies on cells with data."""
    inside = np.nan_to_num(cover.valid_share(values).to_numpy()[:, 0])
    return np.asarray(inside * cover.area.to_numpy() / areas, dtype=np.float64)


def check_flipped(
    units: ControlUnits,  # noqa: ARG001 - the covers are theirs; all checks of this module begin with the units
    fields: tuple[Field, ...],
    covers: dict[AnyGrid, Coverage],
    study: Study,
) -> tuple[Finding, ...]:
    """Find rasters whose mass lies in the units only with rows or columns the other way round."""
    limits = {name: study.threshold(name) for name in _FLIP_LIMITS}
    findings: list[Finding] = []
    rows: dict[AnyGrid, Callable[[int, int], NDArray[np.bool_]]] = {}
    for field in fields:
        if isinstance(field.grid, CurvedGrid):  # rows of a curvilinear grid lie where its corners say
            continue
        if field.grid not in rows:
            rows[field.grid] = lru_cache(_BANDS_KEPT)(CoveredRows.of(covers[field.grid]).inside)
        where = {"file": _reference(field, study), "field": "emissions", "layer": f"{field.species} {field.sector}"}
        findings += flip_findings(field.blocks, rows[field.grid], where, limits)
    return tuple(findings)


def _reference(field: Field, study: Study) -> str:
    """Return the raster of a field as the study names it."""
    for block in study.emissions:
        if (value("species", block.species), block.series) == (field.species, field.series):
            named = {value("sector", sector): given for sector, given in block.sectors.items()}
            given = named.get(field.sector, block.path)
            return given if isinstance(given, str) else "、".join(given)
    return field.source


def check_zone_extent(units: ControlUnits, layer: ElementZones, study: Study) -> tuple[Finding, ...]:
    """Say which share of the units lies in no zone of an element that should cover the land (all but energy)."""
    if layer.element == "energy":
        return ()
    densify = study.tolerance.densify
    pairs = intersection_areas(units.frame.set_index("code"), layer.frame.set_index("code"), densify=densify)
    whole = float(geodesic_area(units.geometries, units.crs, densify).sum())
    share = max(0.0, 1.0 - float(pairs["area_m2"].sum()) / whole)
    if share <= study.threshold("uncovered_area"):
        return ()
    return (finding("LAYER_COAST", where={"file": layer.element}, share=f"{share:.1%}"),)


def check_proxies(
    fields: tuple[Field, ...], emitters: Emitters | None, parents: dict[AnyGrid, Parents], study: Study
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return the proxy audit and one warning per sector with a copy; parents come from :func:`parent_counties`."""
    limits = {name: study.threshold(name) for name in _PROXY_LIMITS}
    audit = audit_proxies(fields, emitters, parents, limits)
    findings = []
    for (series, sector), group in audit[audit["is_copy"].astype(bool)].groupby(["series", "sector"]):
        species = "、".join(sorted(group["air_species"]))
        where = {"file": f"{species} {sector}", "field": "emissions", "value": f"{species} / CO2"}
        findings.append(
            finding(
                "PROXY_COPY",
                where=where,
                sector=Both(label(str(sector)), label(str(sector), "en")),
                other=f"CO2 {sector}（{series}）",
            )
        )
    return audit, tuple(findings)


def parent_counties(units: ControlUnits, cover: Coverage) -> Parents:
    """Return the number of the county that holds most of every cell; −1 where no unit lies."""
    numbers = {code: number for number, code in enumerate(sorted(set(units.frame["admin_code"])))}
    county = units.frame["admin_code"].map(numbers).to_numpy(dtype=np.int64)
    rows = CoveredRows.of(cover)

    def parents(begin: int, end: int) -> NDArray[np.int64]:
        return np.append(county, -1)[rows.unit(begin, end)]

    return parents
