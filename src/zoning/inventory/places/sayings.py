"""What is said aloud of places: every coordinate that was shifted, mended or not taken, with what was taken instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.errors import Finding, Severity
from zoning.inventory.model import Correction
from zoning.inventory.places.choosing import Choice, Sites, typed_digit
from zoning.inventory.places.datums import Shifted
from zoning.inventory.places.points import Point, metres, written
from zoning.inventory.places.region import Region
from zoning.inventory.rows import Row, address_of_row, place_of_row, rows_of
from zoning.messages import LANGUAGES, Both, finding, say

__all__ = ["Placed", "corrections_of", "findings_of"]

_WARN = Severity.WARNING
_FIELD = "lon, lat"
_CODES = {
    "typed": "POINT_OUTSIDE", "outside": "POINT_OUTSIDE", "zero": "POINT_OUTSIDE", "apart": "POINT_OUTSIDE",
    "globe": "POINT_OUTSIDE", "sea": "POINT_IN_SEA", "office": "ADDRESS_MISMATCH", "address": "ADDRESS_MISMATCH",
    "cluster": "POINT_CLUSTER", "datum": "DATUM_SHIFT_UNKNOWN",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """Everything that placing found out, for being told.

    Attributes
    ----------
    points : mapping
        Enterprise → points, shifted back.
    shifted : sequence of Shifted
        Points that did not say that they are shifted.
    choices : mapping
        Enterprise → what was taken.
    mended : mapping
        Enterprise → its point before a digit was mended.
    sites : mapping
        Enterprise → addresses.
    successors : mapping
        Enterprise → the one it went into.
    region : Region
    """

    points: Mapping[str, Sequence[Point]]
    shifted: Sequence[Shifted]
    choices: Mapping[str, Choice]
    mended: Mapping[str, Point]
    sites: Mapping[str, Sites]
    successors: Mapping[str, str]
    region: Region

    def reason(self, point: Point, reason: str) -> str:
        """Return ``sea`` for a point outside every unit that lies not far off."""
        return "sea" if reason == "outside" and self.region.is_near(point.place) else reason


def findings_of(tables: DepartmentTables, placed: Placed) -> tuple[Finding, ...]:
    """Return the findings of places, by code and address.

    Parameters
    ----------
    tables : DepartmentTables
    placed : Placed

    Returns
    -------
    tuple of Finding
        DATUM_GCJ02_SUSPECTED, DATUM_MIXED, DATUM_SHIFT_UNKNOWN, POINT_OUTSIDE, POINT_IN_SEA, POINT_AXES_SWAPPED,
        POINT_CLUSTER, ADDRESS_MISMATCH.
    """
    rows = {str(row["ref"]): row for row in rows_of(tables.firms)}
    found = [
        *_shifts(placed, rows),
        *_datums(tables.firms),
        *_aside(placed, rows),
        *_outside(placed, rows),
        *_registered(placed, rows),
    ]
    return tuple(sorted(found, key=lambda one: (one.code, one.key, one.file, one.layer, one.row or 0, one.message_zh)))


def _shifts(placed: Placed, rows: Mapping[str, Row]) -> Iterator[Finding]:
    for one in placed.shifted:
        where = place_of_row(rows[one.point.ref], _FIELD, written(one.point.written))
        words = {"name": one.point.name, "system": one.system, "taken": written(one.point.place)}
        if one.other is None:
            yield finding("DATUM_GCJ02_SUSPECTED", "table_row", severity=_WARN, where=where, **words)
            continue
        words |= {"before": f"{one.before:.0f}", "after": f"{one.after:.0f}"}
        other = address_of_row(rows[one.other.ref])
        yield finding("DATUM_GCJ02_SUSPECTED", "row", severity=_WARN, where=where, other=other, **words)


def _datums(firms: pd.DataFrame) -> Iterator[Finding]:
    """Yield one finding for each table with rows of several systems, or with rows in a shifted one."""
    located = firms[firms["lon"].notna() & firms["lat"].notna()]
    for (file, sheet), rows in located.groupby(["file", "sheet"], sort=True):
        counts = rows["datum"].value_counts().sort_index()
        moved = rows[rows["datum"].isin(["GCJ-02", "BD-09"])].sort_values("row")
        if moved.empty and len([name for name in counts.index if name]) < 2:
            continue
        said = "、".join(f"{name or '—'} {count}" for name, count in counts.items())
        listed = "、".join(map(str, moved["row"]))
        key = "shifted" if len(moved) else "several"
        where = {"file": file, "layer": sheet, "value": said}
        yield finding("DATUM_MIXED", key, severity=_WARN, where=where, count=len(moved), rows=listed or "—")


def _aside(placed: Placed, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield points that were not taken, and axes that were swapped."""
    for choice in placed.choices.values():
        taken = choice.point
        for point, why in choice.aside:
            reason = placed.reason(point, why)
            if reason in {"office", "address"} or (taken is None and reason == "apart"):
                continue
            where = place_of_row(rows[point.ref], _FIELD, written(point.written))
            words = {"name": point.name, "taken": written(taken.place) if taken else "—", "datum": point.datum}
            words["metres"] = (
                f"{metres(point.place, taken.place):.0f}" if taken and reason not in {"zero", "globe"} else "—"
            )
            other = address_of_row(rows[taken.ref]) if taken else Both("（无）", "(none)")
            yield finding(_CODES[reason], f"{reason}_row", severity=_WARN, where=where, other=other, **words)
    for owned in placed.points.values():
        for point in owned:
            if point.fault == "swapped":
                where = place_of_row(rows[point.ref], _FIELD, written(point.written))
                taken_as = written(point.place)
                yield finding("POINT_AXES_SWAPPED", "row", severity=_WARN, where=where, name=point.name, taken=taken_as)


def _outside(placed: Placed, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield enterprises that lie outside every unit, that a township mended, or that nothing places."""
    nowhere = []
    for enterprise, choice in placed.choices.items():
        point = choice.point
        if point is None:
            nowhere.append(enterprise)
            continue
        where = place_of_row(rows[point.ref], _FIELD, written(point.written))
        words = {"name": point.name, "taken": written(point.place), "town": point.town or "—"}
        if enterprise in placed.mended:
            yield finding("POINT_OUTSIDE", "town_row", severity=_WARN, where=where, **words)
        elif not choice.inside:
            tables = len({one.table for one in placed.points[enterprise]})
            yield finding("POINT_OUTSIDE", "region", severity=_WARN, where=where, tables=tables, **words)
    nowhere = [one for one in nowhere if one not in placed.successors]
    if nowhere:
        yield finding("POINT_OUTSIDE", "nowhere", severity=_WARN, count=len(nowhere), firms="、".join(nowhere))


def _registered(placed: Placed, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield enterprises that are registered elsewhere than they operate, with the points that were not taken."""
    refs: dict[str, list[str]] = defaultdict(list)
    for enterprise, owned in placed.points.items():
        refs[enterprise] = [one.ref for one in owned]
    for enterprise, choice in placed.choices.items():
        sites = placed.sites[enterprise]
        aside = [point for point, reason in choice.aside if reason in {"office", "address"}]
        if choice.point is None or not (sites.differ or aside):
            continue
        said = [(point.ref, metres(point.place, choice.point.place)) for point in aside]
        zh = "；".join(f"{address_of_row(rows[ref]).zh}（相距 {away:.0f} m）" for ref, away in said) or "无"
        en = "; ".join(f"{address_of_row(rows[ref]).en} ({away:.0f} m away)" for ref, away in said) or "none"
        operating = "、".join(sorted(sites.operating)) or choice.point.address or "—"
        registered = "、".join(sorted(sites.registered)) or "—"
        row = rows[aside[0].ref] if aside else rows[choice.point.ref]
        where = place_of_row(row, "address", row["address"])
        words = {"name": choice.point.name, "operating": operating, "registered": registered}
        other = address_of_row(rows[choice.point.ref])
        yield finding("ADDRESS_MISMATCH", "", severity=_WARN, where=where, other=other, aside=Both(zh, en), **words)


def corrections_of(placed: Placed) -> tuple[Correction, ...]:
    """Return coordinates that were shifted, mended or set aside.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    tuple of Correction
        Sorted by row.
    """
    found = [*_moved(placed), *_set_aside(placed), *_to_successors(placed)]
    return tuple(sorted(found, key=lambda one: (one.ref, one.kind, one.after)))


def _moved(placed: Placed) -> Iterator[Correction]:
    undeclared = {one.point.ref: one for one in placed.shifted}
    for owned in placed.points.values():
        for point in owned:
            before, after = written(point.written), written(point.place)
            words: dict[str, object] = {"system": point.datum}
            if point.ref in undeclared:
                shown = undeclared[point.ref]
                key = "shift_table" if shown.other is None else "shift_shown"
                words |= {"before": f"{shown.before:.0f}", "after": f"{shown.after:.0f}"}
                words["other"] = shown.other.ref if shown.other else ""
                yield _correction(point.ref, "DATUM_GCJ02_SUSPECTED", (before, after), key, words)
            elif point.method != "stated":
                yield _correction(point.ref, "DATUM_MIXED", (before, after), "shift_declared", words)
            if point.fault == "swapped":
                yield _correction(point.ref, "POINT_AXES_SWAPPED", (before, after), "swapped", words)
    for enterprise, point in placed.mended.items():
        taken = placed.choices[enterprise].point
        after = written(taken.place) if taken else ""
        yield _correction(point.ref, "POINT_OUTSIDE", (written(point.written), after), "town", {"town": point.town})


def _set_aside(placed: Placed) -> Iterator[Correction]:
    for choice in placed.choices.values():
        taken = choice.point
        for point, why in choice.aside:
            reason = placed.reason(point, why)
            typed = typed_digit(point.place, taken.place) if taken and reason == "typed" else ""
            words: dict[str, object] = {"other": taken.ref if taken else "—", "axis": typed}
            after = written(taken.place) if taken else ""
            pair = (written(point.written), after)
            yield _correction(point.ref, _CODES[reason], pair, f"aside_{reason}", words, state="set_aside")


def _to_successors(placed: Placed) -> Iterator[Correction]:
    for enterprise, successor in placed.successors.items():
        own, taken = placed.choices[enterprise].point, placed.choices[successor].point
        if own is not None and taken is not None:
            pair = (written(own.written), written(taken.place))
            yield _correction(own.ref, "FIRM_MERGED", pair, "successor", {"other": taken.name}, state="set_aside")


def _correction(
    ref: str, kind: str, values: tuple[str, str], key: str, words: Mapping[str, object], *, state: str = "applied"
) -> Correction:
    zh, en = (say(f"places.{key}", lang, **words) for lang in LANGUAGES)
    return Correction(ref, _FIELD, kind, *values, zh, en, state)
