"""``--repair``: what is safe to mend is mended in copies, every change listed; the originals stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from zoning.checks.repairs import Change, repair_layer, repair_table
from zoning.checks.table.kinds import guess_kind
from zoning.errors import InputError
from zoning.intake import RawLayer, RawTable
from zoning.io.read.studies import read_study
from zoning.io.read.vector.vectors import VECTOR_SUFFIXES, is_database
from zoning.io.write.repaired import plan_copy, write_changes, write_repaired_layers, write_repaired_tables
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
        changes, copy = _mend_layers(study_of_file(path), ((LayerInput(path=path), kind),), folder)
    elif suffix in DOCUMENTS:
        changes, copy = _mend_tables(Path(path), path, (kind, ""), folder)
    copies = (copy,) if copy is not None else ()
    return Repaired(changes, (*copies, *write_changes(changes, folder)))


_Mended = tuple[tuple[Change, ...], Path | None]


def _inputs(study: Study, folder: Path) -> Iterator[tuple[str, partial[_Mended]]]:
    """Give every file of layers or tables with what mends it: once a file, whatever of it the study names."""
    for path, named in _layer_files(study).items():
        yield path, partial(_mend_layers, study, tuple(named), folder / _inside(path))
    for path, uses in _table_files(study).items():
        kinds = {kind for kind, _ in uses}
        encoding = next((written for _, written in uses if written), "")
        kind = kinds.pop() if len(kinds) == 1 else ""
        yield path, partial(_mend_tables, study.locate(path), path, (kind, encoding), folder / _inside(path))


def _layer_files(study: Study) -> dict[str, list[tuple[LayerInput, str]]]:
    """Return every file of layers with the layers of it that are used, and what each is."""
    files: dict[str, list[tuple[LayerInput, str]]] = {}
    for layer, kind in ((study.units, "units"), *((zones, f"zones.{zones.element}") for zones in study.zones)):
        if stands(study, layer.path):
            files.setdefault(layer.path, []).append((layer, kind))
    return files


def _table_files(study: Study) -> dict[str, list[tuple[str, str]]]:
    """Return every file of tables with the kinds it is used as and the encodings that are declared."""
    lists = (study.access_list.unit, study.access_list.city) if study.access_list is not None else ()
    tables = (("points", study.points), ("targets", study.targets), ("projects", study.projects),
              ("overrides", study.overrides))  # fmt: skip
    used = [(table.path, kind, table.encoding) for kind, table in tables if table is not None]
    files: dict[str, list[tuple[str, str]]] = {}
    for path, kind, encoding in (*used, *((path, "list", "") for path in lists if path)):
        files.setdefault(path, []).append((kind, encoding))
    return files


def _inside(path: str) -> PurePath:
    """Return the folders of a path without those that lead out, so that copies of equal names stay apart."""
    return PurePath(*(part for part in PurePath(path.replace("\\", "/")).parent.parts if part not in ("..", "/", ".")))


def _mend_layers(study: Study, named: tuple[tuple[LayerInput, str], ...], folder: Path) -> _Mended:
    """Mend the layers of one file together: a second copy would begin from the original again."""
    mended: list[RawLayer] = []
    changes: list[Change] = []
    for declared, kind in named:
        raw = layer_of(study, declared).value
        if raw is None:
            continue
        layer, found = repair_layer(raw, kind if kind not in ("", "zones") else layer_kind(raw), study)
        changes += found
        if layer is not raw:
            mended.append(layer)
    if not mended:
        return tuple(changes), None
    return tuple(changes), write_repaired_layers(mended, changes, study.locate(named[0][0].path), folder)


def _mend_tables(place: Path, name: str, said: tuple[str, str], folder: Path) -> _Mended:
    """Mend the tables of one file; ``said`` are its kind, empty where each sheet tells its own, and its encoding."""
    kind, encoding = said
    mended: list[RawTable] = []
    changes: list[Change] = []
    changed = False
    for raw in tables_in(place, name, encoding=encoding):
        table, found = repair_table(raw, kind or guess_kind(raw)[0])
        changed |= table is not raw
        mended.append(table)
        changes += found
    if not changed:
        return tuple(changes), None
    changes += copied_formulas(name, place)
    return tuple(changes), write_repaired_tables(mended, changes, place, folder)
