"""Text tables (csv, txt, tsv) → RawTable: encoding, delimiter, quotes. A cell is text whatever it begins with."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from functools import cache
from pathlib import Path

from zoning.intake import RawCell, RawTable
from zoning.io.read.guard import require_cells
from zoning.io.read.unreadable import unreadable
from zoning.tables import numbers, read
from zoning.vocab import normalise_header

__all__ = ["read_csv"]

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"SQLite format 3", b"\x1f\x8b")
_DELIMITERS = (",", "\t", ";", "|")
_TEXT_CODECS = ("utf", "gb", "big5", "cp", "hz", "ascii", "latin", "iso8859", "euc")
_UNMARKED = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_END = "\x1e"
"""Put behind the last line: if it does not come back as a line of its own, a quote was never closed."""


def read_csv(path: Path, file: str, encoding: str = "") -> RawTable:
    """Read a text table.

    The encoding is the declared one, else that of a byte order mark, else UTF-8, else of GB18030, BIG5 and UTF-16
    without a mark the one in which most cells are headers that our tables know, GB18030 of equals;
    ``RawTable.declared`` says ``encoding`` where it was declared or marked. The delimiter (comma, tab, semicolon, bar)
    is the one that gives the most lines of one width. Rows are counted as a spreadsheet counts them: a line break
    inside quotes is no row.

    Raises
    ------
    InputError
        ``ENCODING_WRONG``; ``FILE_UNREADABLE`` for what is no text, for an open quote, for too many cells.
    """
    content = path.read_bytes()
    if content.startswith(_BINARY):
        raise unreadable("FILE_UNREADABLE", file, "magic", suffix=path.suffix.lower())
    text, used, known = _decode(content, encoding, file)
    if "\x00" in text:
        raise unreadable("FILE_UNREADABLE", file, "nul", row=text[: text.index("\x00")].count("\n") + 1)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    named = re.match(r"sep=(.)\n", text)
    delimiter = named[1] if named else _delimiter(text)
    rows = _rows(text, delimiter, file)
    return RawTable(
        file=file, rows=rows[1:] if named else rows, encoding=used, declared={"encoding": known} if known else {}
    )


def _decode(content: bytes, declared: str, file: str) -> tuple[str, str, str]:
    """Return the text, the encoding used, and the encoding that was declared or marked."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    named = declared or marked
    if not named and b"\x00" not in content:
        _require_one(content, file)
    candidates = [named] if named else ["utf-8"] if _is_plain(content) else _by_words(content)
    for encoding in candidates:
        try:
            if not codecs.lookup(encoding).name.startswith(_TEXT_CODECS):
                continue
            return content.decode(encoding).removeprefix("\ufeff"), encoding, declared or marked
        except (UnicodeError, LookupError, ValueError):  # ValueError: a NUL in the declared name
            continue
    row = _wrong_row(content, candidates[-1])
    fitting = next((name for name in ("UTF-8", "GB18030", "BIG5") if _fits(content, name)), "")
    raise unreadable(
        "ENCODING_WRONG", file, "row", encoding=declared or marked or "UTF-8/GB18030", row=row, fitting=fitting or "—"
    )


def _is_plain(content: bytes) -> bool:
    return b"\x00" not in content and _fits(content, "utf-8")


def _by_words(content: bytes) -> list[str]:
    """Return encodings that are not marked in a file, the one first in which most cells are headers we know.

    Nearly every file of one of them can be read in the others too, as characters that nobody writes together.
    """
    letters = int(numbers("limits")["sniffed_letters"])
    known = _headers()
    best: list[tuple[int, str]] = []
    for encoding in _UNMARKED:
        text = content[:letters].decode(encoding, "ignore")
        cells = (normalise_header(cell.strip('"')) for cell in re.split(r"[,\t;|\r\n]", text))
        best.append((sum(cell in known for cell in cells), encoding))
    best.sort(key=lambda one: -one[0])
    return [encoding for found, encoding in best if found or encoding == "gb18030"]


@cache
def _headers() -> frozenset[str]:
    """Return every Chinese header of the tables of words, as it is compared."""
    return frozenset(normalise_header(row["alias"]) for row in read("field_aliases") if not row["alias"].isascii())


def _require_one(content: bytes, file: str) -> None:
    """Refuse a file of UTF-8 lines with a few that are not: read as GB18030 it would be garbled throughout."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), start=1) if not line.isascii()]
    wrong = [number for number, line in lines if not _fits(line, "UTF-8")]
    if wrong and 2 * len(wrong) < len(lines):
        shown = "、".join(str(number) for number in wrong[:10])
        raise unreadable("ENCODING_WRONG", file, "mixed", rows=shown, count=len(wrong))


def _fits(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _wrong_row(content: bytes, encoding: str) -> int:
    """Line of the first byte that does not fit."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return content[: error.start].count(b"\n") + 1
    except (LookupError, ValueError):
        pass
    return 1


def _delimiter(text: str) -> str:
    """Return the delimiter that gives the largest share of lines of one width; of equals the one that cuts most."""
    first = int(numbers("limits")["sniffed_lines"])
    lines = [line for line in text.split("\n", first)[:first] if line.strip()]
    best, chosen = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(len(line) for line in csv.reader(lines, delimiter=delimiter) if len(line) > 1)
        except csv.Error:
            continue
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            best, chosen = max((best, chosen), ((count / len(lines), width), delimiter), key=lambda one: one[0])
    return chosen


def _rows(text: str, delimiter: str, file: str) -> tuple[tuple[RawCell, ...], ...]:
    rows: list[tuple[RawCell, ...]] = []
    cells, last = 0, [""]
    ended = text if text.endswith("\n") or not text else f"{text}\n"
    reader = csv.reader(io.StringIO(f"{ended}{_END}\n"), delimiter=delimiter)
    try:
        for number, line in enumerate(reader, start=1):
            rows.append(tuple(RawCell(cell.strip(), number, column) for column, cell in enumerate(line, start=1)))
            last, cells = line, cells + len(line)
            require_cells(cells, file, "table_cells")
    except csv.Error as error:
        raise unreadable("FILE_UNREADABLE", file, "quote", row=len(rows) + 1) from error
    if last != [_END]:
        raise unreadable("FILE_UNREADABLE", file, "quote", row=len(rows))
    return tuple(rows[:-1])
