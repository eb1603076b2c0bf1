"""Tables of any format → RawTable: by suffix to the reader of the format, after a look at the file itself."""

from __future__ import annotations

from pathlib import Path

from zoning.intake import RawTable
from zoning.io.read import guard
from zoning.io.read.table.csv_text import read_csv
from zoning.io.read.table.xls import read_xls
from zoning.io.read.table.xlsx import read_xlsx
from zoning.io.read.unreadable import unreadable

__all__ = ["TABLE_SUFFIXES", "TEXT_SUFFIXES", "read_table"]

TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
_BOOKS = (".xlsx", ".xlsm")
_OTHERS = (
    dict.fromkeys((".doc", ".wps", ".wpt", ".rtf"), "word")
    | dict.fromkeys((".et", ".ett", ".xlsb"), "sheet")
    | dict.fromkeys((".ods", ".odt", ".fods"), "open")
    | dict.fromkeys((".pdf", ".ofd", ".jpg", ".jpeg", ".png"), "page")
)
TABLE_SUFFIXES = (*TEXT_SUFFIXES, *_BOOKS, ".xls")


def read_table(path: Path, file: str, *, sheet: str = "", encoding: str = "") -> tuple[RawTable, ...]:
    """Read a table by its suffix: one RawTable per sheet (text: one).

    Parameters
    ----------
    path : Path
        Where it lies.
    file : str
        Name as the study writes it, for messages.
    sheet : str
        Sheet of a workbook; empty for all, visible ones with anything in them first.
    encoding : str
        Of a text file; empty lets UTF-8, a byte order mark, then GB18030 decide.

    Raises
    ------
    InputError
        If the file is missing, of another format, encrypted, corrupt, too large, or not in the declared encoding.
    """
    suffix = path.suffix.lower()
    if path.is_file() and suffix in _OTHERS:
        raise unreadable("FILE_UNREADABLE", file, _OTHERS[suffix], suffix=suffix)
    if path.is_file() and suffix not in TABLE_SUFFIXES:
        raise unreadable("FILE_UNREADABLE", file, "format", allowed=" ".join(TABLE_SUFFIXES))
    guard.require_file(path, file, "table_bytes")
    guard.require_magic(path, file)
    if suffix in TEXT_SUFFIXES:
        return (read_csv(path, file, encoding),)
    return read_xlsx(path, file, sheet) if suffix in _BOOKS else read_xls(path, file, sheet)
