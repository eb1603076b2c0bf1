"""Files of a study → judged inputs: every file read, every fault of every file found, before anything is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import pandas as pd

from zoning import checks
from zoning.checks import Judged
from zoning.checks.proxy import AUDIT_COLUMNS
from zoning.checks.together import check_grids, check_proxies, check_zone_extent, cover_grids, parent_counties
from zoning.clauses import AccessList
from zoning.errors import Finding, InputError, Severity
from zoning.field import Field
from zoning.intake import RawLayer, RawRaster, RawTable
from zoning.io.read.documents import read_docx
from zoning.io.read.rasters import read_raster
from zoning.io.read.spreadsheets import read_table
from zoning.io.read.vectors import layer_files, read_layer
from zoning.messages import finding
from zoning.overlay import Laying
from zoning.projects import PlannedProjects
from zoning.register import Override
from zoning.study import EmissionsInput, LayerInput, Study, ZonesInput
from zoning.supports import ControlUnits, ElementZones, Emitters
from zoning.targets import Targets

__all__ = ["Inputs", "gather", "input_hashes"]

T = TypeVar("T")
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Inputs:
    """Valid values of a study with every finding, most harmful first; a value whose input is faulty is missing."""

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

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.findings)


class _Findings:
    """Collects what judging gives: a file that cannot be read is one more finding, not the end of the check."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def take(self, judge: Callable[[], Judged[T]]) -> T | None:
        try:
            judged = judge()
        except InputError as error:
            self.all += error.findings
            return None
        self.all += judged.findings
        return judged.value


def gather(study: Study, laying: Laying) -> Inputs:
    """Read and judge every input of a study, in one pass and before any computing of results."""
    found = _Findings()
    layer = found.take(partial(_layer, study, study.units))
    units = found.take(partial(checks.check_units, layer, study)) if layer is not None else None
    codes = checks.unit_codes(layer) if layer is not None else None
    zones = [
        found.take(partial(_zones, declared, study))
        for declared in study.zones
        if study.locate(declared.path).exists() or not declared.optional
    ]
    fields = [layer for declared in study.emissions for layer in found.take(partial(_emissions, declared, study)) or ()]
    emitters = targets = projects = overrides = None
    if study.points is not None:
        points = study.points
        emitters = found.take(lambda: checks.check_points(_table(study, points.path, points), points, units, study))
    if study.targets is not None:
        table = study.targets
        targets = found.take(lambda: checks.check_targets(_table(study, table.path, table), table, study))
    if study.projects is not None:
        planned = study.projects
        projects = found.take(lambda: checks.check_projects(_table(study, planned.path, planned), planned, units))
    if study.overrides is not None:
        register = study.overrides
        overrides = found.take(lambda: checks.check_overrides(_table(study, register.path, register), register, units))
    lists = tuple(group for group in _lists(study, codes, found) if group is not None)
    valid = tuple(layer for layer in zones if layer is not None)
    audit = _together(study, units, (valid, tuple(fields), emitters), (laying, found))
    ordered = sorted(found.all, key=lambda one: (_ORDER[one.severity], one.code, one.file, one.row or 0, one.field))
    return Inputs(
        units, valid, tuple(fields), emitters, targets, projects, lists, overrides or (), audit, tuple(ordered)
    )  # fmt: skip


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
        found.all += check_zone_extent(units, layer, study)
    covers = cover_grids(units, fields, laying)
    found.all += check_grids(units, fields, covers, study)
    audited = {field.grid for field in fields if field.species != "CO2"}
    parents = {grid: parent_counties(units, cover) for grid, cover in covers.items() if grid in audited}
    audit, findings = check_proxies(fields, emitters, parents, study)
    found.all += findings
    return audit


def _layer(study: Study, declared: LayerInput) -> Judged[RawLayer]:
    """Read a layer; of a shapefile without a declared encoding say how it was decoded, with a sample to judge by."""
    raw = read_layer(study.locate(declared.path), declared)
    if raw.encoding_source != "guessed":
        return Judged(raw, ())
    texts = [str(cell) for cell in raw.frame.drop(columns=raw.frame.geometry.name).iloc[0] if isinstance(cell, str)]
    where = {"file": raw.file, "layer": raw.layer, "value": raw.encoding}
    return Judged(raw, (finding("ENCODING_UNDECLARED", where=where, sample=" ".join(texts)[:60]),))


def _zones(declared: ZonesInput, study: Study) -> Judged[ElementZones]:
    read = _layer(study, declared)
    if read.value is None:
        return Judged(None, read.findings)
    judged = checks.check_zones(read.value, declared, study)
    return Judged(judged.value, (*read.findings, *judged.findings))


def _emissions(declared: EmissionsInput, study: Study) -> Judged[tuple[Field, ...]]:
    rasters: dict[str, RawRaster] = {}
    findings: list[Finding] = []
    for sector, given in declared.sectors.items():
        references = (given,) if isinstance(given, str) else tuple(given)
        try:
            rasters[sector] = read_raster(references, declared.year, study.locate)
        except InputError as error:
            findings += error.findings
    total = read_raster((declared.total,), declared.year, study.locate) if declared.total else None
    judged = checks.check_emissions(rasters, total, declared, study)
    return Judged(None if findings else judged.value, (*findings, *judged.findings))


def _table(study: Study, path: str, declared: object) -> RawTable:
    sheet, encoding = getattr(declared, "sheet", ""), getattr(declared, "encoding", "")
    return read_table(study.locate(path), path, sheet=sheet, encoding=encoding)[0]


def _lists(study: Study, codes: tuple[str, ...] | None, found: _Findings) -> list[AccessList | None]:
    declared = study.access_list
    if declared is None:
        return []
    lists = [found.take(lambda: checks.check_list(_list_tables(study, declared.unit), declared, "unit", codes))]
    if declared.city:
        region = study.study.admin_code
        lists.append(
            found.take(lambda: checks.check_list(_list_tables(study, declared.city), declared, "city", None, region))
        )
    return lists


def _list_tables(study: Study, path: str) -> tuple[RawTable, ...]:
    place = study.locate(path)
    if place.suffix.lower() == ".docx":
        return read_docx(place, path)
    return read_table(place, path, sheet="" if study.access_list is None else study.access_list.sheet)


def input_hashes(study: Study) -> dict[str, str]:
    """Return sha256 of every input file by the name the study gives it; sidecars of a shapefile by their own names."""
    named = [study.units.path, *(zones.path for zones in study.zones)]
    files: dict[str, Path] = {}
    for name in named:
        for part in layer_files(study.locate(name)) if study.locate(name).exists() else ():
            files[str(Path(name).parent / part.name).replace("\\", "/")] = part
    others = [path for layer in study.emissions for path in layer.references]
    tables = (study.points, study.targets, study.projects, study.overrides)
    others += [table.path for table in tables if table is not None]
    others += [path for path in (study.access_list.unit, study.access_list.city) if path] if study.access_list else []
    files |= {name: study.locate(name) for name in others if study.locate(name).is_file()}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(files.items())}
