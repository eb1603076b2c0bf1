"""Codes that were dragged down a table: one code beside many names says nothing about any of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zoning.departments import DepartmentTables
from zoning.inventory.linkage.addresses import normalise_address
from zoning.inventory.linkage.codes import credit_code_of
from zoning.inventory.linkage.names import parse_name
from zoning.inventory.rows import Row, rows_of
from zoning.tables import numbers

__all__ = ["Dragged", "without_dragged_codes"]


@dataclass(frozen=True, slots=True)
class Dragged:
    """A code that stands beside many names in one sheet, and the rows that it is not believed in."""

    code: str
    refs: tuple[str, ...]


def without_dragged_codes(tables: DepartmentTables) -> tuple[DepartmentTables, tuple[Dragged, ...]]:
    """Take codes away from the rows of a sheet in which they stand beside many names at many addresses.

    Parameters
    ----------
    tables : DepartmentTables

    Returns
    -------
    tables : DepartmentTables
        As given, but the rows of dragged codes have none; permit numbers that begin with one are taken away too if
        they were dragged as well, any other permit number still tells the row's own code.
    dragged : tuple of Dragged
        By code and rows. A code is dragged from ``code_names`` names on (``tables/linkage_settings.csv``); a sheet
        that has addresses must have as many of them too, as the works of one site may each have a name.

    Examples
    --------
    >>> from zoning.departments import empty_frame
    >>> without_dragged_codes(DepartmentTables(firms=empty_frame("firms")))[1]
    ()
    """
    dragged = _dragged(rows_of(tables.firms))
    if not dragged:
        return tables, ()
    taken = {ref: one.code for one in dragged for ref in one.refs}
    firms = tables.firms.copy()
    codes = firms["ref"].map(taken)
    copied = codes.notna() & (firms["code"] == codes)
    firms.loc[copied, ["code", "code_state"]] = ["", "none"]
    begins = [isinstance(code, str) and permit.strip().upper().startswith(code)
              for code, permit in zip(codes, firms["permit"], strict=True)]  # fmt: skip
    firms.loc[begins, "permit"] = ""
    return replace(tables, firms=firms), dragged


def _dragged(rows: Sequence[Row]) -> tuple[Dragged, ...]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        code = credit_code_of(str(row["code"]), str(row["code_state"]), str(row["permit"])) or str(row["code"])
        if code:
            groups[code, str(row["table"]), str(row["file"]), str(row["sheet"])].append(row)
    least = numbers("linkage_settings")["code_names"]
    found = [
        Dragged(code, tuple(sorted(str(row["ref"]) for row in group if str(row["name"]) not in _owner(code, group))))
        for (code, *_), group in groups.items()
        if _of_many(group, least)
    ]
    return tuple(sorted(found, key=lambda one: (one.code, one.refs)))


def _owner(code: str, rows: Sequence[Row]) -> set[str]:
    """Return the one name whose permit carries the code too: its code was not dragged, the others' were."""
    names = {str(row["name"]) for row in rows if str(row["permit"]).strip().upper().startswith(code)}
    return names if len(names) == 1 else set()


def _of_many(rows: Sequence[Row], least: float) -> bool:
    if len(rows) < least:
        return False
    names = {parse_name(str(row["name"])).core for row in rows} - {""}
    addresses = {normalise_address(str(row["address"] or row["registered_address"])) for row in rows} - {""}
    return len(names) >= least and (not addresses or len(addresses) >= least)
