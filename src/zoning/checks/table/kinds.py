"""Which kind of input a file is, by its headers: for a file that is checked by itself, and for a new study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from zoning.checks.headers import Header, find_header, header_of
from zoning.checks.lookalikes import mended_code
from zoning.checks.table.departments.roles import fit, kinds, layer_name, names_firms, required, roles
from zoning.checks.table.departments.titled import with_titled
from zoning.intake import RawTable
from zoning.tables import Row, numbers, read
from zoning.vocab import normalise_header, zone_subtype

__all__ = ["best_table", "guess_kind", "guess_layer_kind"]

_NEEDED = {
    "list": ("code", "category"),
    "targets": ("region_code", "indicator", "year", "limit"),
    "points": ("lon", "lat", "emitter", "name", "fuel"),
    "projects": ("lon", "lat", "name", "status", "co2_t"),
    "overrides": ("unit", "to", "reason", "who", "date"),
    "comments": ("department", "comment"),
}
_ELEMENTS = ("air", "energy", "water", "ecology")


def _fit(raw: RawTable, kind: str) -> tuple[float, bool, float]:
    """(how much of what the kind needs is there, whether a title says it, share of headers that it knows)."""
    if kind in kinds():
        return max(_department_fit(raw, row) for row in roles(kind))
    header = find_header(raw.rows, kind, {})
    if header is None:
        return 0.0, False, 0.0
    names = set(header.columns.values())
    if kind == "list":
        demands = any(name.startswith("dimension:") or name in ("demands", "demand") for name in names)
        needed = float(demands) * (1.0 if names & {"code", "category"} else 0.5)
    else:
        needed = sum(name in names for name in _NEEDED[kind]) / len(_NEEDED[kind])
        needed = max(needed, 0.9 * _species(header)) if kind == "points" else needed
        needed = 0.0 if kind == "points" and not names & {"lon", "lat"} else needed
    return needed, False, len(header.columns) / max(len(header.cells), 1)


def _department_fit(raw: RawTable, row: Row) -> tuple[float, bool, float]:
    """Fit of a table of departments; a title that says it is enough.

    So are fuels in rows, and fuels beside power in columns: tables of fuels need no more.
    """
    raw = with_titled(raw, row["kind"], {})
    header = find_header(raw.rows, layer_name(row), {})
    if header is None or (row["kind"] == "energy_balance" and names_firms(raw)):
        return 0.0, False, 0.0
    needed, names = fit(header, row), set(header.columns.values())
    in_rows = row["fuels"] == "columns" and {required(row, header)[0], "fuel", "amount"} <= names
    fuels = sum(name.startswith("fuel:") for name in names)
    wide = row["fuels"] == "columns" and {required(row, header)[0], "fuel:power"} <= names and fuels > 1
    titled = needed > 0 and _titled(raw, header) == row["kind"]
    if in_rows or titled or (wide and row["kind"] == "key_energy_users"):
        needed = max(needed, numbers("thresholds")["kind_fit"])
    return needed, titled, (len(header.columns) + len(header.repeated)) / max(len(header.cells), 1)


def _titled(raw: RawTable, header: Header) -> str:
    """Return the kind that the name of the file or of the sheet, or a title says, '' if none or several do."""
    first = min(cell.row for cell in header.cells.values())
    above = [cell.text for line in raw.rows for cell in line if cell.row < first]
    said = normalise_header(" ".join((PurePath(raw.file).name, raw.sheet, *above)))
    words = [row for row in read("value_aliases") if row["domain"] == "kind_title"]
    found = {row["code"] for row in words if normalise_header(row["written"]) in said}
    return found.pop() if len(found) == 1 else ""


def _species(header: Header) -> float:
    """Coordinates beside amounts of a species are emitters, whatever else the table holds."""
    names = set(header.columns.values())
    return float({"lon", "lat"} <= names and any(name.startswith("species:") for name in names))


def guess_kind(table: RawTable) -> tuple[str, float]:
    """Return the kind that the headers of a table fit best, and the share of headers that it knows.

    Returns
    -------
    (str, float)
        ``list, targets, points, projects, overrides, comments`` or a kind of department table; ``("", 0.0)`` if they
        fit none.

    Examples
    --------
    >>> from zoning.intake import RawCell
    >>> header = ("region_code", "指标", "单位", "年份", "目标值", "某列")
    >>> row = tuple(RawCell(text, 1, column) for column, text in enumerate(header, start=1))
    >>> kind, share = guess_kind(RawTable("t.csv", (row,)))
    >>> kind, round(share, 2)
    ('targets', 0.83)
    """
    fits = {kind: _fit(table, kind) for kind in (*_NEEDED, *kinds())}
    kind = max(fits, key=lambda one: fits[one])
    return (kind, fits[kind][-1]) if fits[kind][0] >= numbers("thresholds")["kind_fit"] else ("", 0.0)


def best_table(tables: Sequence[RawTable], kind: str) -> RawTable:
    """Return the sheet of a workbook that fits a kind best, the first of equals: a cover sheet is none.

    Raises
    ------
    ValueError
        If there is no sheet.
    """
    return max(tables, key=lambda one: _fit(one, kind))


def guess_layer_kind(headers: Sequence[str], values: Sequence[Sequence[object]] = ()) -> tuple[str, float]:
    """Return the kind of a vector layer by its headers and the first values of each column.

    Parameters
    ----------
    headers : sequence of str
        Attribute names.
    values : sequence of sequences
        For each header a few of its values, in the same order; they part units from zones and zones from each other.

    Returns
    -------
    (str, float)
        ``units`` or ``zones.air`` … and the share of headers that it knows; ``("", 0.0)`` if none fits.

    Examples
    --------
    >>> guess_layer_kind(["HJGKDYBM", "HJGKDYMC", "GKDYFL", "X"], [["ZH35058210001"], [], [], []])
    ('units', 0.75)
    """
    texts = [str(one) for column in values for one in column]
    kinds = ("units", *(f"zones.{element}" for element in _ELEMENTS))
    scores: dict[str, tuple[float, float]] = {}
    for kind in kinds:
        names = {name for header in headers if (name := header_of(header, kind, {})[0])}
        known = sum(header_of(header, kind, {})[0] is not None for header in headers) / max(len(headers), 1)
        needed = {"code", "unit_class"} if kind == "units" else {"code", "subtype"}
        scores[kind] = (_said(kind, texts) + len(names & needed) / len(needed), known)
    best = max(scores, key=lambda one: scores[one])
    return (best, scores[best][1]) if scores[best][0] >= numbers("thresholds")["kind_fit"] else ("", 0.0)


def _said(kind: str, texts: Sequence[str]) -> float:
    """Share of values that only this kind has: unit codes, or sub-types of an element."""
    if not texts:
        return 0.0
    if kind == "units":
        return float(any(mended_code(text) for text in texts))
    return float(any(zone_subtype(kind.removeprefix("zones."), text) for text in texts))
