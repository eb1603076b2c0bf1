"""Where a clause stands, as a planner in Excel or Word finds it, and findings that say so."""

from __future__ import annotations

import re
from typing import Any

from zoning.clauses import Address, Clause, Entry
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.tables import numbers

__all__ = ["at", "cell_of", "of_clause", "of_entry", "quoted", "row_of"]

_ROW = re.compile(r"([0-9]+)$")


def row_of(address: Address) -> int | None:
    """Return the row of an address as the user sees it, None where it has none.

    Examples
    --------
    >>> row_of(Address("a.xlsx", "清单", "AB17", 0, 4)), row_of(Address("a.xlsx"))
    (17, None)
    """
    found = _ROW.search(address.cell)
    return int(found[1]) if found else None


def cell_of(address: Address) -> str:
    """Return sheet and cell as one word, for sentences.

    Examples
    --------
    >>> cell_of(Address("a.xlsx", "清单", "J12"))
    '清单!J12'
    """
    return "!".join(part for part in (address.sheet, address.cell) if part) or "—"


def quoted(text: str) -> str:
    """Return a text as a sentence quotes it: in one line, cut where it is long."""
    most = int(numbers("limits")["finding_value_letters"])
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "…"


def at(clause: Clause) -> dict[str, Any]:
    """Return the address of a clause as findings carry it."""
    place = clause.address
    shown = clause.text[: int(numbers("limits")["shown_letters"])]
    return {"file": place.file, "layer": place.sheet, "row": row_of(place),
            "field": f"dimension:{clause.dimension}", "value": shown}  # fmt: skip


def of_clause(code: str, key: str, clause: Clause, *, severity: Severity | None = None, **slots: Any) -> Finding:  # noqa: ANN401 - anything that prints
    """Return a finding on one clause; its texts know ``unit, cell, number, clause`` and the slots given."""
    known = {"unit": clause.code or "—", "cell": cell_of(clause.address),
             "number": clause.number or f"#{clause.ordinal}", "clause": quoted(clause.text)}  # fmt: skip
    return finding(code, key, severity=severity, where=at(clause), **(known | slots))


def of_entry(
    code: str,
    key: str,
    entry: Entry,
    *,
    place: Address | None = None,
    field: str = "code",
    severity: Severity | None = None,
    **slots: Any,  # noqa: ANN401 - anything that prints
) -> Finding:
    """Return a finding on a unit as a whole, at its code or at another cell of its row."""
    place = place or entry.address
    where = {"file": place.file, "layer": place.sheet, "row": row_of(place), "field": field, "value": entry.code}
    known = {"unit": entry.code, "name": entry.name, "cell": cell_of(place)}
    return finding(code, key, severity=severity, where=where, **(known | slots))
