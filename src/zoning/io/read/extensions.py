"""Content tables of a study: the folder named in ``[tables]`` → user tables, nothing of them judged."""

from __future__ import annotations

from pathlib import Path

from zoning.content import Extended, UserTable, extend, packaged
from zoning.errors import Finding, InputError
from zoning.intake import RawTable
from zoning.io.read.table.spreadsheets import TABLE_SUFFIXES, read_table
from zoning.messages import fault, finding
from zoning.study import Study

__all__ = ["extended_tables", "read_extensions"]

_SUFFIX = ".csv"


def extended_tables(study: Study) -> Extended:
    """Return the content tables of a study: the packaged ones with its own rows, and every fault of these.

    Raises
    ------
    InputError
        If the folder is missing or a file in it cannot be read.
    """
    return extend(packaged(), read_extensions(study))


def read_extensions(study: Study) -> tuple[UserTable, ...]:
    """Read the csv files of the folder that ``[tables]`` names, by name; none if it is not given.

    A workbook there is given without lines, so that it is named as no table; other files (notes) are not looked at.

    Raises
    ------
    InputError
        With one finding for the folder that is missing, or for each file that cannot be read.
    """
    if study.tables is None:
        return ()
    folder = study.locate(study.tables.folder)
    if not folder.is_dir():
        raised = fault(InputError, "input.unreadable", file=study.tables.folder)
        raise InputError(
            raised.zh, raised.en, (finding("PATH_MISSING", "tables", where={"file": study.tables.folder}),)
        )
    read, found = [], list[Finding]()
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in TABLE_SUFFIXES or path.name.startswith((".", "~$")) or path.suffix == ".txt":
            continue
        try:
            read.append(_user_table(path, f"{study.tables.folder}/{path.name}"))
        except InputError as error:
            found += error.findings
    if found:
        raised = fault(InputError, "input.unreadable", file=study.tables.folder)
        raise InputError(raised.zh, raised.en, tuple(found))
    return tuple(read)


def _user_table(path: Path, file: str) -> UserTable:
    if path.suffix.lower() != _SUFFIX:
        return UserTable(path.name, file, ())
    (raw,) = read_table(path, file)
    return UserTable(path.stem, file, _lines(raw))


def _lines(raw: RawTable) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Rows with anything in them; empty cells that a spreadsheet left behind the last column are cut."""
    rows = [(row[0].row, tuple(cell.text for cell in row)) for row in raw.rows if any(cell.text for cell in row)]
    if not rows:
        return ()
    width = max(place for place, text in enumerate(rows[0][1], start=1) if text)
    return tuple((number, _cut(cells, width)) for number, cells in rows)


def _cut(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells[:width] if not any(cells[width:]) else cells
