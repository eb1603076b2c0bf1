"""Files of a study → judged inputs: every file read, every fault of every file found, before anything is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from zoning import checks
from zoning.checks import FaultShape, Judged
from zoning.checks.grouping import grouped
from zoning.checks.proxy import AUDIT_COLUMNS
from zoning.checks.together import (
    check_flipped,
    check_grids,
    check_proxies,
    check_zone_extent,
    cover_grids,
    parent_counties,
)
from zoning.checks.vector.offsets import check_layer_offset
from zoning.clauses import AccessList
from zoning.errors import Finding, InputError, Severity
from zoning.field import Field
from zoning.intake import RawLayer
from zoning.overlay import Laying
from zoning.pipeline.reading import input_files, layer_of, list_tables_of, outside_paths, rasters_of, stands, table_of
from zoning.projects import PlannedProjects
from zoning.register import Override
from zoning.study import EmissionsInput, Study, ZonesInput
from zoning.supports import ControlUnits, ElementZones, Emitters
from zoning.targets import Targets

__all__ = ["Inputs", "gather", "input_hashes"]

T = TypeVar("T")


@dataclass(frozen=True)
class Inputs:
    """Valid values of a study with every finding, most harmful first; a value whose input is faulty is missing.

    ``shapes`` are the places of geometric faults, ``drawn`` the layers as they were read, faulty or not, for a map.
    """

    units: ControlUnits | None
    zones: tuple[ElementZones, ...]
    fields: tuple[Field, ...]
    emitters: Emitters | None
    targets: Targets | None
    projects: PlannedProjects | None
    lists: tuple[AccessList, ...]
    overrides: tuple[Override, ...]
    proxy_audit: pd.DataFrame
    findings: tuple[Finding, ...]
    shapes: tuple[FaultShape, ...]
    drawn: Mapping[str, gpd.GeoDataFrame]

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.findings)


class _Findings:
    """Collects what judging gives: a file that cannot be read is one more finding, not the end of the check."""

    def __init__(self) -> None:
        self.all: list[Finding] = []
        self.shapes: list[FaultShape] = []
        self.drawn: dict[str, gpd.GeoDataFrame] = {}

    def take(self, judge: Callable[[], Judged[T]]) -> T | None:
        try:
            judged = judge()
        except InputError as error:
            self.all += error.findings
            return None
        self.all += judged.findings
        self.shapes += judged.shapes
        return judged.value

    def draw(self, raw: RawLayer) -> None:
        """Keep a layer for the map of faults."""
        self.drawn[f"{raw.file} {raw.layer}"] = raw.frame


def gather(study: Study, laying: Laying) -> Inputs:
    """Read and judge every input of a study, in one pass and before any computing of results."""
    found = _Findings()
    layer = found.take(partial(layer_of, study, study.units))
    if layer is not None:
        found.draw(layer)
    units = found.take(partial(checks.check_units, layer, study)) if layer is not None else None
    codes = checks.unit_codes(layer) if layer is not None else None
    zones = [
        _zones(declared, study, found)
        for declared in study.zones
        if stands(study, declared.path) or not declared.optional
    ]
    fields = [layer for declared in study.emissions for layer in found.take(partial(_emissions, declared, study)) or ()]
    emitters = targets = projects = overrides = None
    if study.points is not None:
        points = study.points
        emitters = found.take(lambda: checks.check_points(table_of(study, points, "points"), points, units, study))
    if study.targets is not None:
        table = study.targets
        targets = found.take(lambda: checks.check_targets(table_of(study, table, "targets"), table, study))
    if study.projects is not None:
        planned = study.projects
        projects = found.take(lambda: checks.check_projects(table_of(study, planned, "projects"), planned, units))
    if study.overrides is not None:
        register = study.overrides
        overrides = found.take(lambda: checks.check_overrides(table_of(study, register, "overrides"), register, units))
    lists = tuple(group for group in _lists(study, codes, found) if group is not None)
    valid = tuple(layer for layer in zones if layer is not None)
    audit = _together(study, units, (valid, tuple(fields), emitters), (laying, found))
    found.all += outside_paths(study)
    values = (units, valid, tuple(fields), emitters, targets, projects, lists, overrides or (), audit)
    return Inputs(*values, grouped(found.all), tuple(found.shapes), found.drawn)


def _together(
    study: Study,
    units: ControlUnits | None,
    others: tuple[tuple[ElementZones, ...], tuple[Field, ...], Emitters | None],
    means: tuple[Laying, _Findings],
) -> pd.DataFrame:
    if units is None:
        return pd.DataFrame(columns=list(AUDIT_COLUMNS))
    zones, fields, emitters = others
    laying, found = means
    for layer in zones:
        file = next((one.path for one in study.zones if one.element == layer.element), layer.element)
        found.all += (*check_zone_extent(units, layer, study), *check_layer_offset(units, layer, file, study))
    covers = cover_grids(units, fields, laying)
    found.all += (*check_grids(units, fields, covers, study), *check_flipped(units, fields, covers, study))
    audited = {field.grid for field in fields if field.species != "CO2"}
    parents = {grid: parent_counties(units, cover) for grid, cover in covers.items() if grid in audited}
    audit, findings = check_proxies(fields, emitters, parents, study)
    found.all += findings
    return audit


def _zones(declared: ZonesInput, study: Study, found: _Findings) -> ElementZones | None:
    raw = found.take(partial(layer_of, study, declared))
    if raw is None:
        return None
    found.draw(raw)
    return found.take(lambda: checks.check_zones(raw, declared, study))


def _emissions(declared: EmissionsInput, study: Study) -> Judged[tuple[Field, ...]]:
    grids, unread = rasters_of(study, declared)
    judged = checks.check_emissions(grids.sectors, grids.total, grids.declared, study)
    return Judged(None if unread else judged.value, (*unread, *judged.findings))


def _lists(study: Study, codes: tuple[str, ...] | None, found: _Findings) -> list[AccessList | None]:
    declared = study.access_list
    if declared is None:
        return []
    lists = [
        found.take(
            lambda: checks.check_list(list_tables_of(study, declared.unit, declared.sheet), declared, "unit", codes)
        )
    ]
    if declared.city:
        region = study.study.admin_code
        lists.append(
            found.take(lambda: checks.check_list(list_tables_of(study, declared.city), declared, "city", None, region))
        )
    return lists


def input_hashes(study: Study) -> dict[str, str]:
    """Return sha256 of every input file by the name the study gives it; sidecars of a layer by their own names."""
    return {name: _sha256(path) for name, path in sorted(input_files(study).items())}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
