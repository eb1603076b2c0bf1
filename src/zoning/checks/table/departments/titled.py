"""Sheets about one enterprise: its name and code stand in the titles and not in a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from zoning.checks.headers import Header, find_header
from zoning.checks.table.cells import Line, filled
from zoning.checks.table.departments.roles import layer_name, required, roles
from zoning.intake import RawCell, RawTable
from zoning.vocab import field_name

__all__ = ["with_titled"]

_WHO = ("name", "code")
_SAID = (*_WHO, "year", "industry", "industry_name")


def with_titled(raw: RawTable, kind: str, declared: Mapping[str, str]) -> RawTable:
    """Bring the enterprise that the titles of a sheet name (企业名称：某某) into columns of their own.

    A sheet with a column of names or codes stays as it is, and so does one whose titles name nobody.

    Parameters
    ----------
    raw : RawTable
        Sheet as it was read.
    kind : str
        Kind of department table.
    declared : mapping
        Header by field, as the study declares it.
    """
    for row in roles(kind):
        header = find_header(raw.rows, layer_name(row), declared)
        if header is None or required(row, header)[0] not in _WHO or set(_WHO) & set(header.columns.values()):
            continue
        if said := _titled(raw.rows[: header.last], layer_name(row)):
            return replace(raw, rows=_widened(raw.rows, header, said))
    return raw


def _titled(above: Sequence[Line], layer: str) -> list[tuple[str, RawCell]]:
    """Return (label, cell with the value) of what titles say of one enterprise, one per field.

    One of them must stand as a title does (企业名称：某某): a list of headers beside their meanings is none.
    """
    marked = False
    said: dict[str, tuple[str, RawCell]] = {}
    for line in above:
        for cell, behind in zip(line, (*line[1:], None), strict=False):
            label, colon, text = cell.text.replace(":", "：").partition("：")
            name = field_name(layer, label) if not cell.merged_from else None
            given = text.strip() or (behind.text if behind is not None and not behind.merged_from else "")
            if name in _SAID and given and field_name(layer, given) is None:
                said.setdefault(str(name), (label, replace(cell, text=given)))
                marked = marked or (name in _WHO and bool(colon))
    return list(said.values()) if marked else []


def _widened(rows: Sequence[Line], header: Header, said: Sequence[tuple[str, RawCell]]) -> tuple[Line, ...]:
    """Return rows with cells of their own for what the titles say: in the header the labels, below it the values."""
    last = max(line[-1].column for line in rows if line)
    out = []
    for place, line in enumerate(rows):
        if place < header.last or not filled(line):
            out.append(line)
            continue
        labels = place == header.last
        more = [
            RawCell(label if labels else cell.text, line[0].row, last + at, "" if labels else cell.address)
            for at, (label, cell) in enumerate(said, start=1)
        ]
        out.append((*line, *more))
    return tuple(out)
