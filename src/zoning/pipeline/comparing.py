"""Files → two versions of a list, held against each other unit by unit and clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from zoning import checks
from zoning.checks.grouping import grouped
from zoning.checks.table.list_sheets import layout_of
from zoning.clauses import AccessList
from zoning.crs import as_crs, geodesic_area
from zoning.errors import Finding, InputError, Severity
from zoning.messages import LANGUAGES, Both, fault, finding, say
from zoning.overlay import intersection_areas
from zoning.pipeline.lists import read_lists
from zoning.pipeline.reading import layer_of, tables_in
from zoning.pipeline.single import study_of_file
from zoning.study import LayerInput
from zoning.supports import ControlUnits
from zoning.versions import Comparison, Ground, compare, findings_of

__all__ = ["Compared", "compare_lists"]


@dataclass(frozen=True)
class Compared:
    """Two versions of a list: what became of each unit and clause, what is wrong with the files, their names."""

    comparison: Comparison
    before: AccessList
    findings: tuple[Finding, ...]
    old: str
    new: str


@dataclass(frozen=True)
class _Version:
    """One list as read: its clauses and entries, its levels, the headers of its dimensions, its findings."""

    whole: AccessList
    levels: frozenset[str]
    headers: Mapping[str, str]
    findings: tuple[Finding, ...]


def compare_lists(
    old: str | Path, new: str | Path, old_units: str | Path | None = None, new_units: str | Path | None = None
) -> Compared:
    """Compare two versions of an access list.

    Parameters
    ----------
    old, new : str or Path
        Lists (xlsx, xls, csv, docx), the earlier one first.
    old_units, new_units : str or Path, optional
        Layers of the control units of both versions; with both, areas decide which unit became which.

    Raises
    ------
    InputError
        If a list or a layer is faulty; it carries every finding.
    """
    versions = _read(old), _read(new)
    ground, found = _ground(old_units, new_units)
    names = Path(old).name, Path(new).name
    found = (*found, *_levels(*versions, names))
    _require_sound((*versions[0].findings, *versions[1].findings, *found))
    comparison = compare(versions[0].whole, versions[1].whole, ground, [one.headers for one in versions])
    findings = (*versions[0].findings, *versions[1].findings, *found, *findings_of(comparison, *names))
    return Compared(comparison, versions[0].whole, grouped(findings), *names)


def _read(path: str | Path) -> _Version:
    """Read one list with all levels that stand in it."""
    place = Path(path)
    read = read_lists({"unit": place.name}, root=place.parent)
    if read.faulty:
        return _Version(AccessList("unit"), frozenset(), {}, read.findings)
    clauses = [clause for one in read.lists for clause in one.clauses]
    entries = [entry for one in read.lists for entry in one.entries]
    levels = frozenset(one.level for one in read.lists)
    return _Version(AccessList("unit", clauses, entries), levels, _headers(place), read.findings)


def _headers(place: Path) -> dict[str, str]:
    """Return dimension → its header as the list writes it; of several the first."""
    found: dict[str, str] = {}
    for table in tables_in(place, place.name):
        sheet = layout_of(table, {})
        for column in sheet.columns.values() if sheet is not None else ():
            if column.dimension and not column.tag:
                found.setdefault(column.dimension, "".join(column.header.split()))
    return found


def _levels(old: _Version, new: _Version, names: tuple[str, str]) -> tuple[Finding, ...]:
    """Return the finding of two lists that have no level in common."""
    if not old.levels or not new.levels or old.levels & new.levels:
        return ()
    said = [
        Both(*("、".join(say(f"versions.level.{level}", lang) for level in sorted(one.levels)) for lang in LANGUAGES))
        for one in (old, new)
    ]
    where = {"file": names[1]}
    slots = {"other": names[0], "mine": said[1], "theirs": said[0]}
    return (finding("LIST_LEVEL_UNCLEAR", "versions", severity=Severity.ERROR, where=where, **slots),)


def _ground(old: str | Path | None, new: str | Path | None) -> tuple[Ground, tuple[Finding, ...]]:
    """Return what the units of both layers share; nothing where either layer is not given."""
    if old is None or new is None:
        return Ground(), ()
    sides = [_units(str(path)) for path in (old, new)]
    findings = tuple(found for _, own in sides for found in own)
    layers = [_by_code(units) for units, _ in sides if units is not None]
    if len(layers) < len(sides):
        return Ground(), findings
    areas = [
        dict(zip(one.index, geodesic_area(one.geometry.to_numpy(), as_crs(one.crs)).tolist(), strict=True))
        for one in layers
    ]
    pairs = intersection_areas(*layers)
    keys = zip(pairs["a"].astype(str), pairs["b"].astype(str), strict=True)
    shared = dict(zip(keys, pairs["area_m2"].to_numpy(dtype=float).tolist(), strict=True))
    return Ground(areas[0], areas[1], shared), findings


def _units(path: str) -> tuple[ControlUnits | None, tuple[Finding, ...]]:
    try:
        raw = layer_of(study_of_file(path), LayerInput(path=path))
    except InputError as error:
        return None, error.findings
    if raw.value is None:
        return None, raw.findings
    judged = checks.check_units(raw.value, study_of_file(path, checks.unit_codes(raw.value) or ()))
    return judged.value, (*raw.findings, *judged.findings)


def _by_code(units: ControlUnits) -> gpd.GeoDataFrame:
    return units.frame.set_index("code")[["geometry"]]


def _require_sound(findings: tuple[Finding, ...]) -> None:
    errors = sum(found.severity is Severity.ERROR for found in findings)
    if errors:
        raised = fault(InputError, "input.faulty", count=errors)
        raise InputError(raised.zh, raised.en, grouped(findings))
