"""One file by itself: what it is, and every fault that can be known without a study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from zoning import checks
from zoning.checks.grouping import grouped
from zoning.checks.guesses import guess_region
from zoning.checks.raster.bare import check_raster
from zoning.checks.table.departments.roles import kinds
from zoning.checks.table.kinds import best_table, guess_kind
from zoning.checks.table.list_levels import levels_of
from zoning.checks.table.list_sheets import is_text
from zoning.checks.vector.offsets import check_layer_offset
from zoning.errors import Finding, FindingCode, InputError, Severity
from zoning.factors import fuel_series
from zoning.intake import RawTable
from zoning.io.read.raster.rasters import RASTER_SUFFIXES, read_raster
from zoning.io.read.vector.vectors import VECTOR_SUFFIXES, is_database
from zoning.messages import fault, finding
from zoning.pipeline.checking import Examination
from zoning.pipeline.lists import Lists, judge_lists
from zoning.pipeline.reading import DOCUMENTS, layer_kind, layer_of, tables_in
from zoning.study import (
    LayerInput,
    ListInput,
    PointsInput,
    ProjectsInput,
    Study,
    TableInput,
    ZonesInput,
    parse_study,
)
from zoning.supports import ControlUnits, ElementZones
from zoning.vocab import allowed, field_name, value

__all__ = ["examine_file", "kind_of", "study_of_file"]

_DEGREES = "EPSG:4490"  # a table of points has no system of its own: its numbers are read as degrees
_UNKNOWN_REGION = "000000"
_SHOWN = 200  # characters of headers that a finding shows
_ANY_YEAR = 2020  # only fills a year that a table lacks; no finding of one file depends on it


@dataclass(frozen=True)
class _Reference:
    """The units that a file is held against; their codes are known even where their shapes are faulty."""

    units: ControlUnits | None = None
    codes: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] = ()


def examine_file(path: str, kind: str = "", units: str = "", published_total: float | None = None) -> Examination:
    """Find every fault of one layer, raster or table.

    Parameters
    ----------
    path : str
        File, geodatabase folder, folder of yearly rasters, or connection string of a database.
    kind : str
        ``units, zones, zones.air …, grid, list, points, targets, projects, overrides, comments``, a kind of department
        table, or
        their Chinese names; empty: by suffix and headers.
    units : str
        Layer of control units to hold the file against.
    published_total : float or None
        Total that was published for the raster, in the unit of its values.

    Returns
    -------
    Examination
        A file that cannot be read, or whose kind cannot be told, is a finding too.
    """
    reference = _reference(units) if units else _Reference()
    try:
        found = _judge(path, kind_of(path, kind), reference, published_total)
    except InputError as error:
        return Examination(grouped((*reference.findings, *error.findings)))
    return Examination(grouped((*reference.findings, *found.findings)), found.shapes, found.drawn)


def kind_of(path: str, written: str) -> str:
    """Return the code of a kind as the user wrote it; empty if it is to be told from the file.

    Raises
    ------
    InputError
        If it is not known.
    """
    named, _, element = written.replace(":", ".").partition(".")
    code = value("input_kind", named) if written else ""
    if code is None or (element and value("element", element) is None):
        where = {"file": path, "field": "--as", "value": written, "row": ""}
        raised = fault(InputError, "input.unreadable", file=path)
        found = finding("VALUE_UNKNOWN", where=where, count=1, allowed=allowed("input_kind"))
        raise InputError(raised.zh, raised.en, (found,))
    if code == "zones" and element:
        return f"zones.{value('element', element)}"
    return code


def _judge(path: str, kind: str, reference: _Reference, published_total: float | None) -> Examination:
    suffix = Path(path.partition("#")[0]).suffix.lower()
    folder = Path(path).is_dir() and suffix != ".gdb"
    if kind == "grid" or (not kind and ((suffix in RASTER_SUFFIXES and suffix not in DOCUMENTS) or folder)):
        raw = read_raster((path,), None)
        return Examination(check_raster(raw, reference.units, published_total))
    if kind in ("units", "zones") or kind.startswith("zones.") or is_database(path) or suffix in VECTOR_SUFFIXES:
        return _layer(path, kind, reference)
    return _table(path, kind, reference)


def _reference(path: str) -> _Reference:
    """Read the units; those that cannot be read are a finding, and the file itself is judged all the same."""
    try:
        read = layer_of(study_of_file(path), LayerInput(path=path))
    except InputError as error:
        return _Reference(findings=error.findings)
    if read.value is None:
        return _Reference(findings=read.findings)
    codes = checks.unit_codes(read.value)
    judged = checks.check_units(read.value, study_of_file(path, codes or ()))
    return _Reference(judged.value, codes, judged.findings)


def study_of_file(path: str, codes: tuple[str, ...] = ()) -> Study:
    """Return the settings that one file is judged by: all defaults, and the region that its codes speak of."""
    content = {"name": path, "admin_code": _region(codes)}
    return parse_study({"study": content, "years": {"base": _ANY_YEAR}, "units": {"path": path}}, root=".")


def _region(codes: tuple[str, ...]) -> str:
    """Return the region that the codes speak of; all zeros if they speak of none."""
    guess = guess_region(codes)
    return guess.value if guess is not None else _UNKNOWN_REGION


def _layer(path: str, kind: str, reference: _Reference) -> Examination:
    read = layer_of(study_of_file(path), LayerInput(path=path))
    raw = read.value
    if raw is None:
        return Examination(read.findings)
    drawn = {raw.file: raw.frame}
    kind = kind if kind not in ("", "zones") else layer_kind(raw)
    study = study_of_file(path, checks.unit_codes(raw) or ())
    if not kind.startswith("zones."):  # what is not known to be a layer of zones is held to be one of units
        judged = checks.check_units(raw, study)
        shift = _shift(reference, judged.value, path, study)
        return Examination((*read.findings, *judged.findings, *shift), judged.shapes, drawn)
    declared = ZonesInput.model_validate({"path": path, "element": kind.partition(".")[2]})
    zones = checks.check_zones(raw, declared, study)
    shift = _shift(reference, zones.value, path, study)
    return Examination((*read.findings, *zones.findings, *shift), zones.shapes, drawn)


def _shift(
    reference: _Reference, layer: ControlUnits | ElementZones | None, path: str, study: Study
) -> tuple[Finding, ...]:
    if layer is None or reference.units is None:
        return ()
    return check_layer_offset(reference.units, layer, path, study)


def _table(path: str, kind: str, reference: _Reference) -> Examination:
    read = tables_in(Path(path), path, paragraphs=True)
    tables = tuple(table for table in read if not is_text(table))
    if kind in ("", "table"):
        kind = max((guess_kind(table) for table in tables), key=lambda guess: guess[1], default=("", 0.0))[0]
        kind = kind or ("list" if levels_of(read) else "")
    if not read or not kind:
        headers = "、".join(cell.text for table in read[:1] for line in table.rows[:2] for cell in line)[:_SHOWN]
        return Examination((finding("HEADER_UNKNOWN", "kind", where={"file": path}, headers=headers),))
    if kind in kinds():
        return Examination(_department(path, kind, tables))
    if kind == "list":
        return Examination(_list(path, read, reference))
    if not tables:
        return Examination((finding("HEADER_UNKNOWN", "kind", where={"file": path}, headers=""),))
    if kind == "comments":
        return Examination(checks.check_comments(tables, TableInput(path=path)).findings)
    return Examination(_records(path, kind, best_table(tables, kind), reference))


def _list(path: str, tables: tuple[RawTable, ...], reference: _Reference) -> tuple[Finding, ...]:
    """Judge a list by unit; where no table of it holds units, one of the level that it says, else of a city."""
    levels = levels_of(tables)
    level = "unit" if "unit" in levels or not levels else levels[0]
    declared = ListInput.model_validate({"unit": path, level: path})
    return judge_lists(Lists({level: tables}, declared, reference.codes, _region(reference.codes or ()))).findings


def _department(path: str, kind: str, tables: tuple[RawTable, ...]) -> tuple[Finding, ...]:
    """Judge a file of a department by itself; without a study there is no base year that its year could differ from."""
    inventory = {
        "crs": _DEGREES, "in_grid": "unknown", "series": fuel_series()[0], "tables": ({"kind": kind, "path": path},),
    }  # fmt: skip
    content = {"study": {"name": path, "admin_code": _UNKNOWN_REGION}, "years": {"base": _ANY_YEAR},
               "units": {"path": path}, "inventory": inventory}  # fmt: skip
    found = checks.check_departments({0: tables}, parse_study(content, root=".")).findings
    return tuple(one for one in found if one.key != "YEAR_DIFFERS.department")


def _records(path: str, kind: str, table: RawTable, reference: _Reference) -> tuple[Finding, ...]:
    study = study_of_file(path, reference.codes or ())
    if kind == "points":
        found = checks.check_points(table, _points(path, table), reference.units, study).findings
        # In a study points of context may lie anywhere; who holds a file against units wants to be told.
        return tuple(_louder(one) for one in found)
    if kind == "targets":
        return checks.check_targets(table, TableInput(path=path), study).findings
    if kind == "projects":
        return checks.check_projects(table, ProjectsInput(path=path, crs=_DEGREES), reference.units).findings
    return checks.check_overrides(table, TableInput(path=path), reference.units).findings


def _louder(one: Finding) -> Finding:
    outside = one.code is FindingCode.POINT_OUTSIDE and one.severity is Severity.INFO
    return replace(one, severity=Severity.WARNING) if outside else one


def _points(path: str, table: RawTable) -> PointsInput:
    """Return how points are judged by themselves: counted if they carry amounts of a species, else as context."""
    headers = {field_name("points", cell.text) for line in table.rows for cell in line}
    content = {
        "path": path,
        "crs": _DEGREES,
        "in_grid": "column" if "in_grid" in headers else "unknown",
        "use": "count" if any(name and name.startswith("species:") for name in headers) else "context",
    }
    return PointsInput.model_validate(content)
