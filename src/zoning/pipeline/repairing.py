"""``--repair``: what is safe to mend is mended in copies, every change listed; the originals stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from zoning.checks.repairs import Change, repair_layer, repair_table
from zoning.checks.table.kinds import guess_kind
from zoning.errors import InputError
from zoning.intake import RawTable
from zoning.io.read.studies import read_study
from zoning.io.read.vector.vectors import VECTOR_SUFFIXES, is_database
from zoning.io.write.repaired import plan_copy, write_changes, write_repaired_layer, write_repaired_tables
from zoning.io.write.repaired.tables import copied_formulas
from zoning.pipeline.reading import DOCUMENTS, layer_kind, layer_of, stands, tables_in
from zoning.pipeline.single import study_of_file
from zoning.study import LayerInput, Study

__all__ = ["Repaired", "repair_file", "repair_study"]


@dataclass(frozen=True)
class Repaired:
    """What was mended: the list of changes, and the files that were written."""

    changes: tuple[Change, ...]
    files: tuple[Path, ...]

    @property
    def applied(self) -> int:
        """How many changes were made."""
        return sum(one.applied for one in self.changes)


def repair_study(path: str | Path, folder: Path) -> Repaired:
    """Mend the inputs of a study into copies, and write a study file beside the original that uses them.

    Parameters
    ----------
    path : str or Path
        The study file.
    folder : Path
        Where the copies and the list of changes go.

    Raises
    ------
    StudyError, ResultError
        If the study file cannot be understood, or a copy cannot be written.
    """
    path = Path(path)
    study = read_study(path)
    changes: list[Change] = []
    copies: dict[str, Path] = {}
    for name, mend in _inputs(study, folder):
        try:
            found, copy = mend()
        except InputError:  # what cannot be read is a finding of the check, and nothing to mend
            continue
        changes += found
        if copy is not None:
            copies[name] = copy
    written = list(copies.values())
    if copies:
        beside = path.with_name(f"{path.stem}.repaired.toml")
        beside.write_text(plan_copy(path, copies), encoding="utf-8", newline="\n")
        written.append(beside)
    return Repaired(tuple(changes), (*written, *write_changes(changes, folder)))


def repair_file(path: str, kind: str, folder: Path) -> Repaired:
    """Mend one layer or table into a copy; a raster is never changed.

    Raises
    ------
    InputError, ResultError
        If the file cannot be read, or its copy cannot be written.
    """
    suffix = Path(path).suffix.lower()
    changes: tuple[Change, ...] = ()
    copy = None
    if is_database(path) or suffix in VECTOR_SUFFIXES:
        changes, copy = _mend_layer(study_of_file(path), LayerInput(path=path), kind, folder)
    elif suffix in DOCUMENTS:
        changes, copy = _mend_tables(Path(path), path, kind, folder)
    copies = (copy,) if copy is not None else ()
    return Repaired(changes, (*copies, *write_changes(changes, folder)))


_Mended = tuple[tuple[Change, ...], Path | None]


def _inputs(study: Study, folder: Path) -> Iterator[tuple[str, partial[_Mended]]]:
    """Give every layer and table of a study with what mends it."""
    for layer, kind in ((study.units, "units"), *((zones, f"zones.{zones.element}") for zones in study.zones)):
        if stands(study, layer.path):
            place = folder / _inside(layer.path)
            yield layer.path, partial(_mend_layer, study, layer, kind, place)
    tables = {"points": study.points, "targets": study.targets, "projects": study.projects}
    named = [(table.path, kind) for kind, table in (tables | {"overrides": study.overrides}).items() if table]
    if study.access_list is not None:
        named += [(path, "list") for path in (study.access_list.unit, study.access_list.city) if path]
    for path, kind in named:
        yield path, partial(_mend_tables, study.locate(path), path, kind, folder / _inside(path))


def _inside(path: str) -> PurePath:
    """Return the folders of a path without those that lead out, so that copies of equal names stay apart."""
    return PurePath(*(part for part in PurePath(path.replace("\\", "/")).parent.parts if part not in ("..", "/", ".")))


def _mend_layer(study: Study, declared: LayerInput, kind: str, folder: Path) -> _Mended:
    raw = layer_of(study, declared).value
    if raw is None:
        return (), None
    kind = kind if kind not in ("", "zones") else layer_kind(raw)
    mended, changes = repair_layer(raw, kind, study)
    if mended is raw:
        return changes, None
    return changes, write_repaired_layer(mended, changes, study.locate(declared.path), folder)


def _mend_tables(place: Path, name: str, kind: str, folder: Path) -> _Mended:
    mended: list[RawTable] = []
    changes: list[Change] = []
    changed = False
    for raw in tables_in(place, name):
        table, found = repair_table(raw, kind or guess_kind(raw)[0])
        changed |= table is not raw
        mended.append(table)
        changes += found
    if not changed:
        return tuple(changes), None
    changes += copied_formulas(name, place)
    return tuple(changes), write_repaired_tables(mended, changes, place, folder)
