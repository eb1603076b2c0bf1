"""How a sheet of an access list is laid out: header rows, what each column is, which rows are data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zoning.checks.headers import spread
from zoning.checks.table.amounts import number
from zoning.checks.table.cells import Line, filled
from zoning.checks.table.list_words import codes_in, dimension_of, field_of
from zoning.intake import RawCell, RawTable
from zoning.tables import numbers
from zoning.vocab import value

__all__ = ["Column", "Sheet", "distinct", "is_head", "is_text", "layout_of", "titles_of"]

_STOPS = "。；;"
_SHARED = ("dimension", "item", "demand", "demands")  # fields that several columns may have


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a list is.

    Attributes
    ----------
    field : str
        ``code, name …``, ``text`` (clauses), ``category`` (names the dimension of the row), ``item`` or ``other``.
    header : str
        Its lowest header.
    dimension, tag : str
        Of clauses: dimension, and words of the sub-item where the header is one.
    """

    field: str
    header: str
    dimension: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet of the list: its columns by number, its header rows, and the rows of data below them."""

    table: RawTable
    columns: Mapping[int, Column]
    header: tuple[Line, ...]
    lines: tuple[Line, ...]

    @property
    def width(self) -> int:
        """Last column with a header."""
        return max((cell.column for line in self.header for cell in line if cell.text), default=0)

    @property
    def texts(self) -> str:
        """All headers, for messages."""
        return "、".join(column.header.replace("\n", "") for _, column in sorted(self.columns.items()))

    def has(self, *fields: str) -> bool:
        """Tell whether any column is one of these fields."""
        return any(column.field in fields for column in self.columns.values())

    @property
    def long(self) -> bool:
        """Whether every row names its dimension."""
        return self.has("category")


def is_text(table: RawTable) -> bool:
    """Tell whether a table holds the paragraphs of a document: their cells have no column."""
    return bool(table.rows) and all(cell.column == 0 for line in table.rows for cell in line)


def distinct(line: Line) -> list[RawCell]:
    """Return the cells of a row with a text, each merged range once."""
    seen: set[str] = set()
    cells = []
    for cell in line:
        if not cell.text:
            continue
        origin = cell.merged_from or cell.address
        if origin not in seen:
            cells.append(cell)
        seen.add(origin)
    return cells


def titles_of(table: RawTable, sheet: Sheet | None) -> tuple[str, ...]:
    """Return what stands above a table or names it: sheet, titles, headings of the document, no sentences."""
    first = sheet.header[0][0].row if sheet is not None and sheet.header else 0
    above = [cell.text for line in table.rows if line and line[0].row < first for cell in distinct(line)]
    letters = int(numbers("limits")["list_heading_letters"])
    titles = (table.sheet, *(cell.text for cell in table.above), *above)
    return tuple(text for text in titles if text and len(text) <= letters and not any(stop in text for stop in _STOPS))


def layout_of(table: RawTable, ours: Mapping[str, str]) -> Sheet | None:
    """Return a sheet whose labels stand above its columns, or None where no row names two fields.

    Of a column's header texts the lowest known one names it; a sub-header that no dialect knows keeps the dimension
    of the header above it. Titles above the header, its repetitions and rows that number the columns are passed over.
    """
    for position, line in enumerate(table.rows[: int(numbers("limits")["header_rows"])]):
        if _names(line, ours) >= 2 and is_head(line):
            last = position
            while last + 1 < len(table.rows) and _continues(
                table.rows[last + 1], table.rows[position : last + 1], ours
            ):
                last += 1
            header = tuple(table.rows[position : last + 1])
            lines = tuple(one for one in table.rows[last + 1 :] if not _repeats(one, header) and not _numbers(one))
            return _with_code(_with_category(Sheet(table, _columns(header, ours), header, lines), ours))
    return None


def _names(line: Line, ours: Mapping[str, str]) -> int:
    return len({name for cell in distinct(line) if (name := field_of(cell.text, ours))})


def is_head(line: Line) -> bool:
    """Whether a row can be one of a header: no codes, no numbers, no sentences."""
    letters = int(numbers("limits")["list_label_letters"])
    return not any(
        len(cell.text) > letters or any(stop in cell.text for stop in _STOPS) or codes_in(cell.text) or _counts(cell)
        for cell in distinct(line)
    )


def _counts(cell: RawCell) -> bool:
    try:
        return number(cell.text) == number(cell.text)
    except ValueError:
        return False


def _continues(line: Line, above: Sequence[Line], ours: Mapping[str, str]) -> bool:
    """Whether a row goes on with the header: cells reach down into it, or it names what stands below wide headers."""
    if not is_head(line):
        return False
    rows = {str(before[0].row) for before in above if before}
    reaches = any(
        cell.merged_from.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") in rows for cell in line if cell.text and cell.merged_from
    )
    own = filled(line)
    heads = spread(above[0]) if len(above) == 1 else {}
    known = [cell for cell in own if _field([*filter(None, [heads.get(cell.column, "")]), cell.text], ours)[0]]
    return reaches or (bool(known) and 2 * len(known) > len(own) and len(own) > 1)


def _columns(header: Sequence[Line], ours: Mapping[str, str]) -> dict[int, Column]:
    texts: dict[int, list[str]] = defaultdict(list)
    if len(header) > 1:
        below = {cell.column for cell in header[1] if cell.text}
        for column, head in spread(header[0]).items():
            if column in below:
                texts[column] = [head]
    for cell in (cell for line in header for cell in line if cell.text):
        if cell.text not in texts[cell.column]:
            texts[cell.column].append(cell.text)
    columns: dict[int, Column] = {}
    for column, path in sorted(texts.items()):
        name, tag = _field(path, ours)
        if name not in _SHARED and ":" not in name and any(one.field == name for one in columns.values()):
            name = "item" if name == "category" else ""  # 管控维度 | 管控类别: the second tells parts of the first
        columns[column] = _column(name, tag, path[-1])
    return columns


def _column(name: str, tag: str, header: str) -> Column:
    kind, _, dimension = name.partition(":")
    if kind in ("dimension", "item") and dimension:
        return Column("text", header, dimension, tag)
    if kind in ("demand", "demands"):
        return Column("text", header, "", tag)
    return Column(name or "other", header)


def _field(path: Sequence[str], ours: Mapping[str, str]) -> tuple[str, str]:
    """Name a column by its header texts, topmost first; with the words of a sub-item.

    By the lowest; else by a head and what stands below it; else by a head that reaches over several columns.
    """
    *heads, own = path
    if name := field_of(own, ours):
        return name, own if name.startswith("item:") else ""
    for head in reversed(heads):
        if name := field_of(f"{head}{own}", ours):
            return name, own if name.startswith("item:") else ""
    for head in reversed(heads):
        name = field_of(head, ours)
        if name.startswith(("dimension:", "item:")) or name in ("demands", "demand", "admin"):
            return name, own
    return "", ""


def _repeats(line: Line, header: Sequence[Line]) -> bool:
    """Whether a row is the header printed once more, as at the top of a page."""
    known = {(cell.column, cell.text) for one in header for cell in one if cell.text}
    own = [cell for cell in line if cell.text]
    return len(distinct(line)) > 1 and all((cell.column, cell.text) in known for cell in own)


def _numbers(line: Line) -> bool:
    """Whether a row numbers the columns (甲, 乙, 1, 2, 3)."""
    texts = [cell.text for cell in filled(line) if value("table_row", cell.text) != "column"]
    counted = [int(text) for text in texts if text.isdecimal()]
    return len(texts) > 2 and len(counted) == len(texts) and counted == list(range(1, len(texts) + 1))


def _with_category(sheet: Sheet, ours: Mapping[str, str]) -> Sheet:
    """Find the column of dimensions by what it holds, where its header does not say so."""
    if sheet.long or any(column.dimension for column in sheet.columns.values()):
        return sheet
    share = numbers("limits")["category_share"]
    for at, column in sorted(sheet.columns.items()):
        texts = [cell.text for line in sheet.lines for cell in filled(line) if cell.column == at]
        fitting = [text for text in texts if dimension_of(text, ours)]
        if column.field in ("text", "other", "item") and fitting and len(fitting) >= share * len(texts):
            columns = {**sheet.columns, at: replace(column, field="category")}
            return replace(sheet, columns=_with_text(columns, at, sheet.lines))
    return sheet


def _with_code(sheet: Sheet) -> Sheet:
    """Take the column of names for that of codes, where there is none and the names begin with their codes."""
    named = next((at for at, column in sheet.columns.items() if column.field == "name"), 0)
    if not named or sheet.has("code"):
        return sheet
    texts = [cell.text for line in sheet.lines for cell in filled(line) if cell.column == named]
    fitting = [text for text in texts if codes_in(text)]
    if not fitting or len(fitting) < numbers("limits")["category_share"] * len(texts):
        return sheet
    return replace(sheet, columns={**sheet.columns, named: replace(sheet.columns[named], field="code")})


def _with_text(columns: dict[int, Column], at: int, lines: Sequence[Line]) -> dict[int, Column]:
    """Take the column right of the dimensions for that of the clauses, where no header says which it is."""
    if any(column.field == "text" for column in columns.values()):
        return columns
    right = sorted({cell.column for line in lines for cell in line if cell.column > at and cell.text})
    if right:
        old = columns.get(right[0])
        columns[right[0]] = Column("text", old.header if old else "")
    return columns
