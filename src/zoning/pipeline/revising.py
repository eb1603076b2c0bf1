"""Edits → revised lists in a folder, with what is needed to read a review of them back (``edits.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath
from tempfile import TemporaryDirectory

from zoning.drafts import Edit
from zoning.errors import Finding, InputError, ResultError, Severity
from zoning.io.read import guard
from zoning.io.read.table.spreadsheets import TABLE_SUFFIXES, read_table
from zoning.io.records import decode, encode
from zoning.io.write.plain_workbook import write_plain_workbook
from zoning.messages import fault, finding, say
from zoning.redline import Revision, changes_docx, redline_docx, redline_xlsx
from zoning.redline.listing import in_file_order
from zoning.redline.tracking import printable
from zoning.tables import numbers

__all__ = ["EDITS", "Revised", "RevisedList", "free_name", "read_edits", "write_revisions"]

EDITS = "edits.json"
_SCHEMA = 1
_BOOKS, _DOCUMENTS = (".xlsx", ".xlsm"), (".docx",)
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


@dataclass(frozen=True, slots=True)
class RevisedList:
    """One list that was revised.

    Attributes
    ----------
    levels : tuple of str
        Levels of lists that the file holds.
    source, file, changes : str
        Names, without folders, of the list as it was, of the revised one, and of its table of changes where that is a
        file of its own; "" where nothing was written.
    edits : tuple of Edit
        What was written into it.
    """

    levels: tuple[str, ...]
    source: str
    file: str
    changes: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Revised:
    """All lists of a run that were revised, who revised them, and what is to be said of it."""

    about: Revision
    lists: tuple[RevisedList, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that were written, ``edits.json`` among them."""
        return (*(name for one in self.lists for name in (one.file, one.changes) if name), EDITS)


def write_revisions(sources: Mapping[str, str | Path], edits: Sequence[Edit], folder: Path, about: Revision) -> Revised:
    """Write the revised form of every list that has edits, and ``edits.json`` beside them.

    A workbook gets marks and a sheet of changes, a document tracked changes and a table of changes of its own. Formats
    that carry no revisions (xls, csv) are written anew as xlsx, with a finding. Equal inputs give equal bytes.

    Parameters
    ----------
    sources : mapping
        Level of a list → its file; levels may share one.
    edits : sequence of Edit
        For all of them; each names its file.
    folder : Path
        Where to write; it exists.
    about : Revision
        Author, date, title; of the author's name what no document can hold is left out.

    Raises
    ------
    InputError
        If a source is missing or no sound file of its format.
    """
    about = replace(about, author=printable(about.author))
    files = _files(sources)
    groups: dict[Path, list[Edit]] = {}
    findings: list[Finding] = []
    for edit in edits:
        path = _file_of(edit, list(files))
        if path is None:
            findings.append(_homeless(edit))
        else:
            groups.setdefault(path, []).append(edit)
    taken: set[str] = {EDITS}
    lists = []
    for path in [path for path in files if path in groups]:
        written, found = _write(path, files[path], groups[path], (folder, about, taken))
        lists.append(written)
        findings += found
    revised = Revised(about, tuple(lists), tuple(findings))
    content = {"schema": _SCHEMA, "about": encode(about), "lists": encode(revised.lists)}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / EDITS).write_text(text + "\n", encoding="utf-8", newline="\n")
    return revised


def _files(sources: Mapping[str, str | Path]) -> dict[Path, tuple[str, ...]]:
    """Return the files in the order of their levels, each with the levels it holds."""
    files: dict[Path, tuple[str, ...]] = {}
    for level, path in sources.items():
        files[Path(path)] = (*files.get(Path(path), ()), level)
    return files


def _file_of(edit: Edit, paths: Sequence[Path]) -> Path | None:
    """Return the source of an edit: the path that shares most of its last parts with the name in its address."""
    named = PurePath(PurePosixPath(edit.at.file.replace("\\", "/"))).parts

    def shared(path: Path) -> int:
        pairs = zip(reversed(named), reversed(path.parts), strict=False)
        return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(named), len(path.parts)))

    if not named:
        return paths[0] if len(paths) == 1 else None
    best = max(paths, key=shared, default=None)
    return best if best is not None and shared(best) else None


def _homeless(edit: Edit) -> Finding:
    where = {"file": edit.at.file, "layer": edit.at.sheet, "field": edit.at.cell}
    return finding("REDLINE_MOVED", "nofile", where=where, id=edit.id)


_Place = tuple[Path, Revision, set[str]]


def _write(
    path: Path, levels: tuple[str, ...], edits: Sequence[Edit], place: _Place
) -> tuple[RevisedList, list[Finding]]:  # fmt: skip
    folder, about, taken = place
    suffix = path.suffix.lower()
    guard.require_file(path, path.name, "table_bytes")
    guard.require_magic(path, path.name)
    changes = ""
    if suffix in _DOCUMENTS:
        guard.require_archive(path, path.name)
        name = free_name(path, ".docx", taken)
        found = list(redline_docx(path, edits, folder / name, about))
        if not found:
            changes = free_name(path, ".docx", taken, "redline.sheet")
            changes_docx(edits, folder / changes, about)
    elif suffix in _BOOKS:
        guard.require_archive(path, path.name)
        name = free_name(path, suffix, taken)
        found = list(redline_xlsx(path, edits, folder / name, about))
    elif suffix in TABLE_SUFFIXES:
        name = free_name(path, ".xlsx", taken)
        found, edits = _write_anew(path, edits, folder / name, about)
    else:
        return RevisedList(levels, path.name, "", "", tuple(edits)), [_no_marks(path, "kept", Severity.ERROR)]
    stands = (folder / name).is_file()
    return RevisedList(levels, path.name, name if stands else "", changes, tuple(edits)), found


def _write_anew(path: Path, edits: Sequence[Edit], out: Path, about: Revision) -> tuple[list[Finding], Sequence[Edit]]:
    """Revise a table of a format without marks: its words as an xlsx, the edits on the sheets of that."""
    tables = read_table(path, path.name)
    with TemporaryDirectory() as place:
        plain = Path(place) / f"{path.stem}.xlsx"
        names = dict(zip([table.sheet for table in tables], write_plain_workbook(tables, plain), strict=True))
        only = next(iter(names.values())) if len(names) == 1 else ""
        moved = [replace(edit, at=replace(edit.at, sheet=names.get(edit.at.sheet, only))) for edit in edits]
        found = redline_xlsx(plain, moved, out, about)
    return [_no_marks(path, "format", Severity.WARNING), *found], moved


def _no_marks(path: Path, key: str, severity: Severity) -> Finding:
    where = {"file": path.name, "value": path.suffix.lower().lstrip(".")}
    return finding("REDLINE_MOVED", key, severity=severity, where=where)


def free_name(path: Path, suffix: str, taken: set[str], key: str = "redline.suffix") -> str:
    """Return a file name of our own making: the user's stem without what no file system likes, and not in ``taken``."""
    limits = numbers("redline_limits")
    whole = _NO_NAME.sub("_", path.stem).strip(". ")[: int(limits["name_letters"])]
    stem = whole.encode(errors="ignore")[: int(limits["name_bytes"])].decode(errors="ignore") or "list"
    names = (f"{stem}_{say(key)}{'' if at == 1 else at}{suffix}" for at in range(1, len(taken) + 2))
    name = next(name for name in names if name.lower() not in taken)
    taken.add(name.lower())
    return name


def read_edits(place: Path) -> Revised:
    """Return what was revised, from ``edits.json`` or from the run folder that holds it.

    Raises
    ------
    ResultError
        If there is none, or it is not one of ours.
    """
    path = place / EDITS if place.is_dir() else place
    try:
        guard.require_file(path, path.name, "table_bytes")
        written = json.loads(path.read_text(encoding="utf-8"))
        content = {written["schema"]: written}[_SCHEMA]  # a KeyError of any other version
        revised = Revised(decode(Revision, content["about"]), decode(tuple[RevisedList, ...], content["lists"]))
        _require_kinds(revised)
    except (InputError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise fault(ResultError, "redline.no_edits", path=path) from error
    return revised


def _require_kinds(revised: Revised) -> None:
    """Refuse a record that is none of ours: words where numbers stand, places outside a text, an edit twice.

    Raises
    ------
    ValueError
        It is caught where the record is read.
    """
    for one in revised.lists:
        names, ids = (one.source, one.file, one.changes), [edit.id for edit in one.edits]
        if not all(isinstance(name, str) for name in names) or not all(map(_is_sound, one.edits)):
            raise ValueError(one.file)
        in_file_order(one.edits)  # it raises where the number of a paragraph has thousands of figures
        if len(set(ids)) < len(ids):
            raise ValueError(ids)


def _is_sound(edit: Edit) -> bool:
    words = (edit.id, edit.old, edit.new, edit.code, edit.dimension, edit.clause, edit.before, edit.after, edit.reason,
             edit.why, edit.basis, edit.at.file, edit.at.sheet, edit.at.cell)  # fmt: skip
    counts = (edit.at.start, edit.at.end, edit.turn)
    if not all(isinstance(word, str) for word in words) or not all(type(count) is int for count in counts):
        return False
    return edit.at.start >= 0 and edit.at.end - edit.at.start == len(edit.old)
