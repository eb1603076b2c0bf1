"""Files of a study → judged inputs: every file read, every fault of every file found, before anything is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import geopandas as gpd
import pandas as pd

from zoning import checks
from zoning.atlas.sheets import check_sheets
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
from zoning.consultation import Comment, comment_findings, match_comments
from zoning.consultation import Lists as ListsMeant
from zoning.errors import Finding, InputError, Severity
from zoning.field import Field
from zoning.intake import RawLayer, RawTable
from zoning.inventory import Built, Inventory, emitters_of, with_context
from zoning.overlay import Laying
from zoning.pipeline.bases import read_bases
from zoning.pipeline.inventories import Book, built_inventory, read_book
from zoning.pipeline.lists import Lists, ListsRead, judge_lists
from zoning.pipeline.reading import (
    input_files,
    layer_of,
    list_files,
    list_tables_of,
    outside_paths,
    rasters_of,
    stands,
    table_of,
    tables_in,
)
from zoning.pipeline.spreading import spread_fields
from zoning.pipeline.wording import worded
from zoning.projects import PlannedProjects
from zoning.register import Register
from zoning.study import EmissionsInput, Study, ZonesInput
from zoning.supports import BaseLayer, ControlUnits, ElementZones, Emitters
from zoning.symbology.checking import check_look
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
    carbon: tuple[AccessList, ...]
    overrides: Register
    comments: tuple[Comment, ...]
    proxy_audit: pd.DataFrame
    inventory: Inventory | None
    bases: tuple[BaseLayer, ...]
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

    def add(self, other: _Findings) -> None:
        """Take what was found aside, after what was found here."""
        self.all += other.all
        self.shapes += other.shapes
        self.drawn |= other.drawn

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
    tables_read, book = _read_tables(study), read_book(study)
    with ThreadPoolExecutor(1) as aside:  # tables are judged by the interpreter, layers and rasters mostly without it
        tables = aside.submit(_tables, study, (units, codes), tables_read, book)
        zones = [
            _zones(declared, study, found)
            for declared in study.zones
            if stands(study, declared.path) or not declared.optional
        ]
        fields = tuple(
            layer for declared in study.emissions for layer in found.take(partial(_emissions, declared, study)) or ()
        )
        read = _worded(tables.result(), study)
    found.add(read.found)
    if read.built is not None and units is not None:
        fields += found.take(partial(spread_fields, study, units, read.built.spread, laying, fields)) or ()
    valid = tuple(layer for layer in zones if layer is not None)
    audit = _together(study, units, (valid, fields, read.emitters), (laying, found))
    bases, base_faults = read_bases(study, units) if units is not None else ((), ())
    found.all += (*outside_paths(study), *check_look(study), *check_sheets(study), *base_faults)
    lists = (read.lists, read.carbon)
    values = (
        units,
        valid,
        fields,
        read.emitters,
        read.targets,
        read.projects,
        *lists,
        read.overrides,
        read.comments,
        audit,
    )
    inventory = read.built.inventory if read.built is not None else None
    return Inputs(*values, inventory, bases, grouped(found.all), tuple(found.shapes), found.drawn)


@dataclass(frozen=True)
class _Tables:
    """What the tables of a study hold."""

    emitters: Emitters | None
    targets: Targets | None
    projects: PlannedProjects | None
    overrides: Register
    comments: tuple[Comment, ...]
    lists: tuple[AccessList, ...]
    carbon: tuple[AccessList, ...]
    built: Built | None
    found: _Findings


def _worded(read: _Tables, study: Study) -> _Tables:
    """Judge the clauses by the study's own words as well."""
    return replace(read, lists=worded(study, read.lists))


def _tried(read: Callable[[], T]) -> Callable[[], T]:
    """Read now; what could not be read is said when it is asked for."""
    try:
        value = read()
    except InputError as error:
        return partial(_refuse, error)
    return lambda: value


def _refuse(error: InputError) -> NoReturn:
    raise error


def _read_tables(study: Study) -> dict[str, Callable[[], Any]]:
    """Read every table; not aside, as readers of workbooks set filters of warnings, which all threads share."""
    tables = {name: getattr(study, name) for name in ("points", "targets", "projects", "overrides")}
    read: dict[str, Callable[[], Any]] = {}
    read |= {name: _tried(partial(table_of, study, one, name)) for name, one in tables.items() if one is not None}
    if (declared := study.comments) is not None:
        place = partial(study.locate, declared.path)
        read["comments"] = _tried(lambda: tables_in(place(), declared.path, declared.sheet, declared.encoding))
    for level, path in list_files(study).items():
        sheet = study.access_list.sheet if study.access_list is not None and level == "unit" else ""
        read[level] = _tried(partial(list_tables_of, study, path, sheet))
    return read


def _tables(
    study: Study,
    about: tuple[ControlUnits | None, tuple[str, ...] | None],
    read: Mapping[str, Callable[[], Any]],
    book: Book,
) -> _Tables:
    """Judge every table, with findings of their own."""
    units, codes = about
    found = _Findings()
    emitters = targets = projects = overrides = None
    if study.points is not None:
        points = study.points
        emitters = found.take(lambda: checks.check_points(read["points"](), points, units, study))
    if study.targets is not None:
        table = study.targets
        targets = found.take(lambda: checks.check_targets(read["targets"](), table, study))
    if study.projects is not None:
        planned = study.projects
        projects = found.take(lambda: checks.check_projects(read["projects"](), planned, units))
    if study.overrides is not None:
        register = study.overrides
        overrides = found.take(lambda: checks.check_register(read["overrides"](), register, units))
    built = found.take(partial(built_inventory, study, units, book, targets)) if study.inventory is not None else None
    if built is not None and study.inventory is not None:
        context = emitters
        emitters = emitters_of(built.inventory, study.inventory.in_grid, study.inventory.not_in_grid)
        emitters = with_context(emitters, context) if context is not None else emitters
    lists = _lists(study, codes, (found, read))
    found.all += lists.findings
    comments = _comments(study, lists, (found, read))
    people = (overrides or Register(), comments)
    return _Tables(emitters, targets, projects, *people, lists.lists, lists.carbon, built, found)


def _comments(
    study: Study, lists: ListsRead, means: tuple[_Findings, Mapping[str, Callable[[], Any]]]
) -> tuple[Comment, ...]:
    """Judge the comments and hold them against the lists; without a list that stands there is nothing to match."""
    found, read = means
    declared = study.comments
    if declared is None:
        return ()
    comments = found.take(lambda: checks.check_comments(read["comments"](), declared)) or ()
    if lists.lists:
        found.all += comment_findings(match_comments(comments, ListsMeant(lists.lists)))
    return comments


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


def _as_read(read: Callable[[], T]) -> Judged[T]:
    return Judged(read(), ())


def _lists(
    study: Study, codes: tuple[str, ...] | None, means: tuple[_Findings, Mapping[str, Callable[[], Any]]]
) -> ListsRead:
    """Judge the lists of every level; a file that cannot be read is one more finding."""
    found, read = means
    tables: dict[str, tuple[RawTable, ...]] = {}
    for level in list_files(study):
        value = found.take(partial(_as_read, read[level]))
        if value is not None:
            tables[level] = value
    if study.access_list is None:
        return ListsRead((), (), ())
    return judge_lists(Lists(tables, study.access_list, codes, study.study.admin_code))


def input_hashes(study: Study) -> dict[str, str]:
    """Return sha256 of every input file by the name the study gives it; sidecars of a layer by their own names."""
    return {name: _sha256(path) for name, path in sorted(input_files(study).items())}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
