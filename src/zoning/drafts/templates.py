"""Rows of ``clause_templates`` as values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from zoning.tables import Row

__all__ = ["ANY", "Template", "templates"]

ANY = "any"
"""In columns of templates: fits whatever there is."""

_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Template:
    """One row of ``clause_templates``.

    Attributes
    ----------
    id, reason, level, zone, unit_class, dimension, reach, text, state, when_not, status : str
        As the columns of the table say.
    industries : tuple of str
        ``sector:code`` and ``sector`` entries, ``two_high``; empty for any.
    grade : int
        Grade with all slots filled.
    region_limit : str
        Name of the only province it is for; "" for all.
    measures, demands : tuple of str
        Rows of ``measures`` and ``carbon_demands`` behind it.
    basis, basis_print : str
        Row of ``law_register``, and whether it may be cited at all.
    """

    id: str
    reason: str
    level: str
    zone: str
    unit_class: str
    industries: tuple[str, ...]
    dimension: str
    grade: int
    reach: str
    region_limit: str
    text: str
    state: str
    measures: tuple[str, ...]
    demands: tuple[str, ...]
    basis: str
    basis_print: str
    when_not: str
    status: str

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of its slots in the order of the text."""
        return tuple(dict.fromkeys(_SLOT.findall(self.text)))


def templates(rows: Iterable[Row]) -> tuple[Template, ...]:
    """Return the templates of rows of ``clause_templates``, in the order of their ids.

    Examples
    --------
    >>> from zoning.tables import read
    >>> templates(read("clause_templates"))[3].industries
    ('two_high',)
    """
    return tuple(sorted((_template(row) for row in rows), key=lambda one: one.id))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _industries(cell: str) -> tuple[str, ...]:
    """Return entries with their sector before every code: ``industry:3110;3120`` names two of industry."""
    if cell in ("", ANY):
        return ()
    sector, found = "", []
    for part in _parts(cell):
        head, colon, code = part.partition(":")
        sector = head if colon or not head.isdecimal() else sector
        found.append(f"{sector}:{code or head}" if colon or head.isdecimal() else head)
    return tuple(found)


def _template(row: Row) -> Template:
    return Template(
        id=row["id"],
        reason=row["reason_code"],
        level=row["level"],
        zone=row["zone_subtype"],
        unit_class=row["unit_class"],
        industries=_industries(row["industry"]),
        dimension=row["dimension"],
        grade=int(row["grade"]),
        reach=row["reach"],
        region_limit=row["region_limit"],
        text=row["text_zh"],
        state=row["carbon_state_expected"],
        measures=_parts(row["measure_ids"]),
        demands=_parts(row["demand_ids"]),
        basis=row["basis_id"],
        basis_print=row["basis_print"],
        when_not=row["when_not"],
        status=row["status"],
    )
