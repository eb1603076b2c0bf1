"""Headers: which rows of a table they are, what they name, and what is said of those that no dialect knows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zoning.checks.header_forms import forms_of
from zoning.checks.lookalikes import offered, wanted_header
from zoning.checks.table.amounts import number
from zoning.checks.table.cells import Line, filled
from zoning.errors import Finding
from zoning.intake import RawCell, RawTable
from zoning.messages import finding
from zoning.tables import numbers
from zoning.vocab import field_name, known_headers, normalise_header

__all__ = ["Header", "find_header", "header_of", "missing_fields", "spread", "unknown_headers"]

_WITH_UNIT = re.compile(r"(.+?)[（(\[【]([^（()）\[\]【】]+)[)）\]】]|(.+)_([^_]+)")


@dataclass(frozen=True)
class Header:
    """Where the columns of a table are.

    Attributes
    ----------
    columns : mapping
        Our field name by column (1 is A); of two columns for one field the first.
    cells : mapping
        Lowest header cell by column.
    units : mapping
        Unit of measure by field, where the header carries one in brackets.
    repeated : mapping
        Further columns of a field that has one already.
    last : int
        Position in ``RawTable.rows`` of the last header row.
    """

    columns: Mapping[int, str]
    cells: Mapping[int, RawCell]
    units: Mapping[str, str] = field(default_factory=dict)
    repeated: Mapping[int, str] = field(default_factory=dict)
    last: int = 0

    @property
    def width(self) -> int:
        """Last column with a header."""
        return max(self.cells, default=0)

    @property
    def texts(self) -> str:
        """All headers, for messages."""
        return "、".join(cell.text.replace("\n", "") for _, cell in sorted(self.cells.items()))

    def named(self, field: str) -> str:
        """Header text of a field; empty without such a column."""
        return next((self.cells[column].text for column, name in self.columns.items() if name == field), "")


def header_of(text: str, layer: str, declared: Mapping[str, str]) -> tuple[str | None, str]:
    """Return our name of a header and the unit of measure it carries.

    Parameters
    ----------
    text : str
        Header as it stands.
    layer : str
        Kind of table (``points``, ``targets`` …).
    declared : mapping
        Our name by normalised header, as the study declares it; it comes first.

    Examples
    --------
    >>> header_of("CO2排放量(万吨)", "points", {}), header_of("经度", "points", {}), header_of("甲(乙)", "points", {})
    (('species:CO2', '万吨'), ('lon', ''), (None, ''))
    """
    if name := declared.get(normalise_header(text)):
        return name, next((unit for _, unit in forms_of(text) if unit), "")
    if name := field_name(layer, text):
        return name, ""
    for form, unit in forms_of(text):
        if name := field_name(layer, form):
            return name, unit
    return None, ""


def find_header(rows: Sequence[Line], layer: str, declared: Mapping[str, str]) -> Header | None:
    """Return the header of a table: the first row that names two fields, with the rows of sub-headers below it.

    Titles above it are passed over. In a second header row most texts are known headers and none is a number.
    """
    ours = {normalise_header(header): name for name, header in declared.items()}
    for position, line in enumerate(rows[: int(numbers("limits")["header_rows"])]):
        if len({name for cell in line if (name := header_of(cell.text, layer, ours)[0])}) >= 2:
            last = position
            while last + 1 < len(rows) and _continues(rows[last + 1], rows[position : last + 1], layer, ours):
                last += 1
            return _header(rows[position : last + 1], last, layer, ours)
    return None


def _continues(line: Line, above: Sequence[Line], layer: str, ours: Mapping[str, str]) -> bool:
    """Whether a row goes on with the header: a cell reaches down into it, or most of its texts are known headers."""
    rows = {str(before[0].row) for before in above}
    if any(cell.merged_from.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") in rows for cell in line if cell.text):
        return True
    own = filled(line)
    heads = spread(above[0]) if len(above) == 1 else {}
    known = [
        cell for cell in own
        if _named([*filter(None, [heads.get(cell.column, "")]), cell.text], layer, ours)[0]
    ]  # fmt: skip
    return bool(known) and 2 * len(known) > len(own) and not any(_is_number(cell.text) for cell in own)


def spread(line: Line) -> dict[int, str]:
    """Return for every column without a head the one to its left: a file without merged cells leaves it empty."""
    heads: dict[int, str] = {}
    last = ""
    for cell in line:
        last = cell.text or last
        if last and not cell.text:
            heads[cell.column] = last
    return heads


def _is_number(text: str) -> bool:
    try:
        return number(text) == number(text)
    except ValueError:
        return False


def _header(lines: Sequence[Line], last: int, layer: str, ours: Mapping[str, str]) -> Header:
    texts: dict[int, list[str]] = {}
    cells: dict[int, RawCell] = {}
    if len(lines) > 1:
        below = {cell.column for cell in lines[1] if cell.text}
        texts = {column: [head] for column, head in spread(lines[0]).items() if column in below}
    for cell in (cell for line in lines for cell in line if cell.text):
        above = texts.setdefault(cell.column, [])
        if cell.text not in above:
            above.append(cell.text)
            cells[cell.column] = cell
    columns: dict[int, str] = {}
    repeated: dict[int, str] = {}
    units: dict[str, str] = {}
    for column, above in sorted(texts.items()):
        name, unit = _named(above, layer, ours)
        if name is None:
            continue
        if name in columns.values():
            repeated[column] = name
            continue
        columns[column] = name
        if unit:
            units[name] = unit
    return Header(columns, cells, units, repeated, last)


def _named(texts: Sequence[str], layer: str, ours: Mapping[str, str]) -> tuple[str | None, str]:
    """Name a column by its header texts, topmost first: by the lowest, else by a head and what stands below it.

    Below the head 二氧化硫(吨) stand 产生量 and 排放量: only the second is the emission, so a head alone names no
    column that has a text of its own.
    """
    *heads, own = texts
    named = header_of(own, layer, ours)
    name, unit = _split(own)
    for head, of_head in [] if named[0] else map(_split, reversed(heads)):
        behind = f"({unit or of_head})" if unit or of_head else ""
        for joined in (f"{head}{name}{behind}", f"{name}{head}{behind}"):
            named = header_of(joined, layer, ours)
            if named[0]:
                return named
    return named


def _split(text: str) -> tuple[str, str]:
    """Return a header without its unit or remark, and what stood in the brackets."""
    match = _WITH_UNIT.fullmatch(" ".join(text.split()))
    return (match[1], match[2]) if match and match[1] else (text, "")


def missing_fields(raw: RawTable, header: Header | None, layer: str, required: Sequence[str]) -> list[Finding]:
    """Return a finding for each required field without a column: what it is called, and columns that look like it.

    Without any header row there is one more finding, that of the whole header.
    """
    columns = header.columns if header else {}
    first = "、".join(cell.text for line in raw.rows[:3] for cell in filled(line))
    texts = (header.texts if header else first)[:300] or "—"
    findings: list[Finding] = []
    offers: dict[str, str] = {}
    for name in required:
        if name not in columns.values():
            offers[name] = "、".join(offered(raw, name, tuple(columns), layer))
    if offers.get("lon") == "" and "lat" in offers:
        offers["lat"] = ""  # many numbers lie between 3 and 54; beside no longitude they are no latitudes
    where = {"file": raw.file, "layer": raw.sheet}
    if header is None:
        wanted = "、".join(wanted_header(layer, name) for name in required)
        shown = "、".join(sorted(set(filter(None, offers.values()))))
        findings.append(
            finding("HEADER_UNKNOWN", "table", where=where | {"value": shown}, wanted=wanted, headers=texts)
        )
    for name, offer in offers.items():
        slots: dict[str, Any] = {
            "wanted": wanted_header(layer, name),
            "headers": texts,
            "near": offer or _nearest(header, layer, name),
        }
        key = "offered" if offer else "table"
        findings.append(finding("FIELD_MISSING", key, where=where | {"field": name, "value": offer}, **slots))
    return findings


def _nearest(header: Header | None, layer: str, wanted: str) -> str:
    """Header in no use that is spelt most like one of the wanted field; a dash if none is."""
    unused = [cell.text for column, cell in header.cells.items() if column not in header.columns] if header else []
    known = [alias for alias in known_headers(layer) if field_name(layer, alias) == wanted]
    for text in unused:
        if difflib.get_close_matches(normalise_header(text), known, n=1, cutoff=0.5):
            return text
    return "—"


def unknown_headers(where: Mapping[str, object], layer: str, headers: list[str]) -> list[Finding]:
    """Return one finding that names all unknown headers of a table, or none.

    Parameters
    ----------
    where : mapping
        Address of the table.
    layer : str
        Kind of layer, for the known headers.
    headers : list of str
        Unknown headers in their order.
    """
    if not headers:
        return []
    known = known_headers(layer)
    named = []
    for header in dict.fromkeys(headers):
        close = difflib.get_close_matches(normalise_header(header), known, n=1, cutoff=0.6)
        shown_as = header.strip().replace("\n", "")
        named.append(f"{shown_as}（≈{close[0]}）" if close else shown_as)
    shown = {"field": headers[0], "value": "、".join(named)}
    return [finding("FIELD_UNKNOWN", where=dict(where) | shown, count=len(headers))]
