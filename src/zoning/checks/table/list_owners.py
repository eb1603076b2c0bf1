"""Whose clauses they are: codes of units and zones, types of zones, names of regions, the region of the caller."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zoning.checks.lookalikes import mended_code
from zoning.checks.table.list_codes import Head
from zoning.checks.table.list_entries import Bit
from zoning.checks.table.list_words import codes_in, zone_type
from zoning.errors import Finding, Severity
from zoning.intake import RawCell, RawTable
from zoning.messages import finding

__all__ = ["About", "Gathered", "aside", "code_faults", "codes_of", "name_of", "stray"]

_SHOWN = 60
_APART = re.compile(r"[、,，;；/\n]+")


@dataclass(frozen=True)
class About:
    """What the caller says of a list: its level, the code of its region, header → field; whether clauses are free.

    ``free`` lists (plans for carbon) have sentences without a dimension, which are clauses all the same.
    """

    level: str
    region: str = ""
    ours: Mapping[str, str] = field(default_factory=dict)
    free: bool = False


@dataclass
class Gathered:
    """What was read so far; the owners of the last row go on where a table is continued on the next page."""

    bits: list[Bit] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    owners: tuple[str, ...] = ()


def codes_of(text: str, about: About) -> tuple[str, ...]:
    """Return the owners that a text names at a level; empty if it names none.

    Examples
    --------
    >>> codes_of("大气环境高排放重点管控区", About("zone")), codes_of("闽东南沿海", About("region"))
    (('type:AIR_HIGH',), ('闽东南沿海',))
    """
    if about.level == "zone":
        named = zone_type(text)
        return codes_in(text, "zone") or ((f"type:{named}",) if named else ())
    if about.level == "region":
        return (" ".join(text.split()),) if text.strip() else ()
    if about.level == "unit":
        return codes_in(text)
    return (about.region,)


def name_of(text: str, position: int, count: int) -> str:
    """Return the name of one of several units that share a cell, where it holds a name for each; else all of it.

    Examples
    --------
    >>> name_of("乙、丙", 1, 2), name_of("乙丙", 1, 2)
    ('丙', '乙丙')
    """
    names = [name for part in _APART.split(text) if (name := part.strip())]
    return names[position] if len(names) == count else text


def code_faults(table: RawTable, cell: RawCell, codes: Sequence[str]) -> list[Finding]:
    """Return what is wrong with a cell of unit codes: two units in it, or letters in full width."""
    where = {"file": table.file, "layer": table.sheet, "row": cell.row, "field": "code", "value": cell.text[:_SHOWN]}
    if len(codes) > 1:
        return [finding("LIST_TWO_UNITS", where=where, cell=cell.address, units="、".join(codes))]
    if codes and codes[0] not in cell.text.upper() and mended_code(cell.text) != cell.text:
        return [finding("CODE_PATTERN", "wide", severity=Severity.INFO, where=where, mended=codes[0])]
    return []


def stray(table: RawTable, cells: Sequence[RawCell]) -> Finding:
    """Return the finding of a row (or paragraph) with text that belongs to nobody; every cell of it is named."""
    said = "; ".join(f"{cell.address} {cell.text[:_SHOWN]}" for cell in cells)
    where = {"file": table.file, "layer": table.sheet, "row": cells[0].row, "value": said}
    return finding("LIST_PART_UNREAD", "stray", where=where, cell=cells[0].address)


def aside(table: RawTable, cell: RawCell) -> Finding:
    """Return the info of a heading, remark or sum, which is no clause."""
    where = {"file": table.file, "layer": table.sheet, "row": cell.row, "value": f"{cell.address} {cell.text[:_SHOWN]}"}
    return finding("LIST_PART_UNREAD", "aside", severity=Severity.INFO, where=where, cell=cell.address)
