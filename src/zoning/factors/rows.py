"""Rows of factors that a user brings: judged one by one, every fault named, before any stands for a packaged one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from zoning.errors import TableError
from zoning.messages import fault
from zoning.tables import Row, numbers

__all__ = ["KINDS", "complete", "judged", "key", "number"]

KINDS: Mapping[str, str] = {
    "fuel": "fuel_factors", "biogenic": "biogenic_factors", "carbon": "fuel_carbon", "process": "process_factors",
    "power": "grid_factors", "heat": "heat_factors", "standard_coal": "standard_coal", "gwp": "gwp",
    "gas": "fuel_gases", "pollutant": "pollutant_factors", "removal": "removal_efficiencies", "pm25": "pm25_shares",
}  # fmt: skip
"""Kind of factor → packaged table of it."""

_WIDE = ("fuel", "biogenic")
_SHARES = ("removal", "pm25")
_COLUMNS = ("name", "zh", "fuel", "use", "place", "vintage", "unit")
_OF_FUEL = ("fuel_zh", "default_for")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_STATUSES = ("official-seen", "second-hand", "memory", "ours")


def number(row: Row, column: str) -> float:
    """Return a number of a row, NaN where it has none or it cannot be read.

    Examples
    --------
    >>> number({"value": "0.5"}, "value"), number({}, "value"), number({"value": "半"}, "value")
    (0.5, nan, nan)
    """
    try:
        return float(row.get(column, ""))
    except ValueError:
        return math.nan


def judged(rows: Iterable[Mapping[str, str]]) -> tuple[tuple[str, Row], ...]:
    """Return (kind, row) of a user's rows of factors.

    Parameters
    ----------
    rows : iterable of mapping
        Column ``kind`` (a key of :data:`KINDS`), then the columns of that packaged table. A fuel row may carry
        ``co2_per_unit`` (t CO2 per unit), which must be what its other numbers give; any row ``line``, where it stands.

    Raises
    ------
    TableError
        With every fault of every row: unknown kind, no name, no source, no year, an unknown status, no number, a
        negative number, a share above 1, a printed CO2 that NCV × carbon × oxidation × 44/12 does not give.
    """
    kept, faults = [], []
    seen: dict[tuple[str, ...], int] = {}
    for count, row in enumerate(rows, start=2):
        position = int(row.get("line", count))
        said = _faults(row)
        first = seen.setdefault((row.get("kind", ""), *key(row)), position)
        said += [("twice", {"first": str(first)})] if first != position else []
        faults += [fault(TableError, f"factors.{key}", row=position, **slots) for key, slots in said]
        if not said:
            kept.append((row["kind"], {column: text for column, text in row.items() if column != "line"}))
    if faults:
        raise TableError("；".join(one.zh for one in faults), "; ".join(one.en for one in faults))
    return tuple(kept)


def _faults(row: Row) -> list[tuple[str, dict[str, str]]]:
    kind = row.get("kind", "")
    if kind not in KINDS:
        return [("kind", {"value": kind, "allowed": ", ".join(KINDS)})]
    name = "fuel" if kind in _WIDE else "name"
    found = [("missing", {"field": need}) for need in (name, "series", "year", "source") if not row.get(need)]
    if row.get("status") not in _STATUSES:
        found.append(("status", {"value": row.get("status", ""), "allowed": ", ".join(_STATUSES)}))
    if row.get("year") and not _YEAR.fullmatch(row["year"]):
        found.append(("number", {"field": "year", "value": row["year"]}))
    return found + (_wide_faults(row) if kind in _WIDE else _value_faults(kind, row))


def _value_faults(kind: str, row: Row) -> list[tuple[str, dict[str, str]]]:
    value = number(row, "value")
    most = 1.0 if kind in _SHARES else math.inf
    if not (0 <= value <= most and math.isfinite(value)):
        return [("number", {"field": "value", "value": row.get("value", "")})]
    return []


def _wide_faults(row: Row) -> list[tuple[str, dict[str, str]]]:
    limits = {"ncv": math.inf, "carbon": math.inf, "oxidation": 1.0}
    found: list[tuple[str, dict[str, str]]] = [
        ("number", {"field": column, "value": row.get(column, "")})
        for column, most in limits.items()
        if not (0 <= number(row, column) <= most and math.isfinite(number(row, column)))
    ]
    printed = number(row, "co2_per_unit")
    given = number(row, "ncv") * number(row, "carbon") * number(row, "oxidation") * 44.0 / 12.0 / 1000.0
    if not found and abs(printed - given) > numbers("thresholds")["factor_row_rounding"] * given:
        found.append(("product", {"value": f"{printed:g}", "expected": f"{given:.5g}"}))
    return found


def key(row: Row) -> tuple[str, ...]:
    """Return what a factor is of and where it holds: a user's row stands for the packaged ones of its key."""
    return tuple(row.get(column, "") for column in ("name", "fuel", "use", "series", "year", "place"))


def complete(kind: str, row: Row) -> Row:
    """Return a user's row with every column of the packaged table, marked as the user's own."""
    columns = (*_COLUMNS, *_OF_FUEL) if kind in _WIDE else _COLUMNS
    return dict.fromkeys(columns, "") | dict(row) | {"own": "1"}
