"""Inputs as a study names them → Raw… values; what only reading can know is said here (encoding, presets, folders)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from zoning.checks import Judged
from zoning.checks.table.kinds import best_table, guess_layer_kind
from zoning.clauses import LEVELS
from zoning.errors import Finding, InputError
from zoning.intake import RawLayer, RawRaster, RawTable
from zoning.io.read.guard import require_cells
from zoning.io.read.raster.inventories import expand
from zoning.io.read.raster.rasters import raster_files, read_raster
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.spreadsheets import TABLE_SUFFIXES, read_table
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.vectors import is_database, layer_files, masked, read_layer
from zoning.messages import finding
from zoning.redline import heads_listing
from zoning.study import EmissionsInput, LayerInput, PointsInput, Study, TableInput

__all__ = [
    "DOCUMENTS",
    "Grids",
    "input_files",
    "layer_kind",
    "layer_of",
    "list_files",
    "list_tables_of",
    "outside_paths",
    "rasters_of",
    "stands",
    "table_of",
    "tables_in",
    "without_passwords",
]

L = TypeVar("L", bound=LayerInput)
DOCUMENTS = (*TABLE_SUFFIXES, ".docx")

_NAMED = 10  # paths that a finding names
_HEADS = 10  # rows among which the header of a table of changes stands, whatever was put above it
_SAMPLE = 50  # features whose values are looked at to tell the kind of a layer


@dataclass(frozen=True)
class Grids:
    """The rasters of one block of emissions, with the block as its preset completes it."""

    declared: EmissionsInput
    sectors: dict[str, RawRaster]
    total: RawRaster | None


def layer_of(study: Study, declared: LayerInput) -> Judged[RawLayer]:
    """Read a layer; of a shapefile without a declared encoding say how it was decoded, with a sample to judge by.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    raw = read_layer(study.locate(declared.path), declared)
    if raw.encoding_source != "guessed":
        return Judged(raw, ())
    attributes = raw.frame.drop(columns=raw.frame.geometry.name)
    texts = [str(cell) for _, row in attributes.head(3).iterrows() for cell in row if isinstance(cell, str)]
    where = {"file": raw.file, "layer": raw.layer, "value": raw.encoding}
    return Judged(raw, (finding("ENCODING_UNDECLARED", where=where, sample=" ".join(texts)[:60]),))


def rasters_of(study: Study, declared: EmissionsInput) -> tuple[Grids, tuple[Finding, ...]]:
    """Read every raster of a block; one that cannot be read is a finding, the others are read all the same."""
    declared = expand(declared, study.locate)
    rasters: dict[str, RawRaster] = {}
    findings: list[Finding] = []
    for sector, given in declared.sectors.items():
        references = (given,) if isinstance(given, str) else tuple(given)
        try:
            rasters[sector] = read_raster(references, declared.year, study.locate)
        except InputError as error:
            findings += error.findings
    total = None
    if declared.total:
        try:
            total = read_raster((declared.total,), declared.year, study.locate)
        except InputError as error:
            findings += error.findings
    return Grids(declared, rasters, total), tuple(findings)


def table_of(study: Study, declared: PointsInput | TableInput, kind: str) -> RawTable:
    """Read the sheet that a block of the study names, else the one that fits its kind best."""
    path = declared.path
    tables = read_table(study.locate(path), path, sheet=declared.sheet, encoding=declared.encoding)
    if not tables:
        raise unreadable("FILE_UNREADABLE", path, "empty")
    return best_table(tables, kind)


def list_files(study: Study) -> dict[str, str]:
    """Return the files of the access lists of a study by level (and ``carbon``)."""
    declared = study.access_list
    if declared is None:
        return {}
    return {level: path for level in (*LEVELS, "carbon") if (path := str(getattr(declared, level)))}


def list_tables_of(study: Study, path: str, sheet: str = "") -> tuple[RawTable, ...]:
    """Read every table of an access list (xlsx, xls, csv or docx), and the paragraphs of a document."""
    return tables_in(study.locate(path), path, sheet, paragraphs=True)


def tables_in(
    place: Path, file: str, sheet: str = "", encoding: str = "", *, version: str = "accepted", paragraphs: bool = False
) -> tuple[RawTable, ...]:
    """Read every table of a file, whatever its format, but not the table of changes (修订说明) of a revised list.

    Parameters
    ----------
    place, file : Path, str
        Where it lies, and its name for messages.
    sheet, encoding : str
        Sheet of a workbook; encoding of a text table.
    version : str
        Of a document: ``accepted`` or ``original``.
    paragraphs : bool
        Whether the paragraphs of a document are wanted too.
    """
    if place.suffix.lower() == ".docx":
        return _of_bearable_length(read_docx(place, file, version=version, paragraphs=paragraphs), file)
    tables = read_table(place, file, sheet=sheet, encoding=encoding)
    return _of_bearable_length(tuple(table for table in tables if not _is_changes(table)) or tables, file)


def _of_bearable_length(tables: tuple[RawTable, ...], file: str) -> tuple[RawTable, ...]:
    """Refuse texts whose clauses would not fit into memory: every few letters may be a clause."""
    texts = (cell.text for table in tables for line in table.rows for cell in line if not cell.merged_from)
    require_cells(sum(map(len, texts)), file, "table_letters", "letters")
    return tables


def _is_changes(table: RawTable) -> bool:
    """Tell a table that this program wrote beside a list from the list: it repeats clauses that are only proposed."""
    return any(heads_listing(cell.text for cell in line) for line in table.rows[:_HEADS])


def layer_kind(raw: RawLayer) -> str:
    """Return what a layer most likely is by its headers and first values: ``units``, ``zones.air`` …, or empty."""
    attributes = raw.frame.drop(columns=raw.frame.geometry.name).head(_SAMPLE)
    headers = [str(header) for header in attributes.columns]
    return guess_layer_kind(headers, [list(attributes.iloc[:, column]) for column in range(len(headers))])[0]


def stands(study: Study, path: str) -> bool:
    """Tell whether an optional layer is there: a file, a folder of a geodatabase, or a database to be asked."""
    return is_database(path) or study.locate(path).exists()


def without_passwords(study: Study) -> Study:
    """Return the study as it may be kept and shown: connection strings without what opens the database."""

    def shown(layer: L) -> L:
        return layer.model_copy(update={"path": masked(layer.path)}) if is_database(layer.path) else layer

    if not any(is_database(layer.path) for layer in (study.units, *study.zones, *study.base)):
        return study
    layers = {"zones": tuple(map(shown, study.zones)), "base": tuple(map(shown, study.base))}
    return study.model_copy(update={"units": shown(study.units)} | layers)


def input_files(study: Study) -> dict[str, Path]:
    """Return every input file by the name the study gives it; sidecars and parts of a folder by their own names."""
    files: dict[str, Path] = {}
    for name in (study.units.path, *(layer.path for layer in (*study.zones, *study.base))):
        if is_database(name):
            continue
        place = study.locate(name)
        for part in layer_files(place) if place.exists() else ():
            beside = Path(name) if part == place else Path(name).parent / part.relative_to(place.parent)
            files[beside.as_posix()] = part
    tables = (study.points, study.targets, study.projects, study.overrides, study.comments)
    named = (*list_files(study).values(), *_inventory_files(study), study.symbology.path if study.symbology else "")
    for name in (*(table.path for table in tables if table is not None), *named):
        if name and study.locate(name).is_file():
            files[name] = study.locate(name)
    return files | _raster_files(study)


def _inventory_files(study: Study) -> tuple[str, ...]:
    declared = study.inventory
    if declared is None:
        return ()
    return (*(one.path for one in declared.tables), declared.review, declared.factors)


def _raster_files(study: Study) -> dict[str, Path]:
    files: dict[str, Path] = {}
    proxies = study.inventory.spread if study.inventory is not None else ()
    files |= {one.proxy: study.locate(one.proxy) for one in proxies if study.locate(one.proxy).is_file()}
    for declared in study.emissions:
        try:
            whole = expand(declared, study.locate)
            found = raster_files(whole.model_copy(update={"path": ""}).references, whole.year, study.locate)
        except InputError:  # said where it is read; what cannot be found has no content to record
            continue
        files |= {Path(os.path.relpath(path, study.root)).as_posix(): path for path in found}
    return files


def outside_paths(study: Study) -> tuple[Finding, ...]:
    """Name the files that lie outside the folder of the study, links followed: harmless at home, not from strangers."""
    root = Path(os.path.realpath(study.root))
    leaving = [name for name, file in input_files(study).items() if root not in Path(os.path.realpath(file)).parents]
    if not leaving:
        return ()
    shown = "、".join(leaving[:_NAMED])
    return (finding("PATH_OUTSIDE", where={"file": "study.toml", "value": shown}, count=len(leaving)),)
