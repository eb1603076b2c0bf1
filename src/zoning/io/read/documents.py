"""Tables of a docx → RawTable; a cell is addressed by table, row and column as a reader of the document counts them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
from docx.opc.exceptions import PackageNotFoundError

from zoning.intake import RawCell, RawTable
from zoning.io.read.unreadable import unreadable

__all__ = ["read_docx"]


def read_docx(path: Path, file: str) -> tuple[RawTable, ...]:
    """Read every table of a document, in order; merged cells repeat their text.

    Raises
    ------
    InputError
        If the file is missing or is not a docx.
    """
    if not path.is_file():
        raise unreadable("PATH_MISSING", file)
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error
    return tuple(
        RawTable(
            file=file,
            sheet=f"表{number}",
            rows=tuple(
                tuple(RawCell(cell.text.strip(), row, column) for column, cell in enumerate(line.cells, start=1))
                for row, line in enumerate(table.rows, start=1)
            ),
        )
        for number, table in enumerate(document.tables, start=1)
    )
