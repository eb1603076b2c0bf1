"""Coordinates that are shifted and do not say so: told by another table's point of the same enterprise.

A point in GCJ-02 or BD-09 lies off by the vector of that shift at its place. Shifted back it falls on the point that
another table gives; no other fault does that. The vector also says which of the two is the shifted one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from zoning.crs.gcj02 import SHIFTS, from_shifted
from zoning.inventory.places.points import METHODS, Point, metres
from zoning.tables import numbers

__all__ = ["Shifted", "shift_back"]

_Places = dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Shifted:
    """A point that was shifted back without saying what it was.

    Attributes
    ----------
    point : Point
        As it is taken.
    system : str
        ``GCJ-02, BD-09``.
    other : Point or None
        Point of another table that shows it; None if the rest of its table does.
    before, after : float
        Metres from the other point, before and after shifting back (NaN without one).
    """

    point: Point
    system: str
    other: Point | None
    before: float
    after: float


def shift_back(points: Mapping[str, Sequence[Point]]) -> tuple[dict[str, list[Point]], list[Shifted]]:
    """Shift back what is shifted.

    Parameters
    ----------
    points : mapping
        Enterprise → points.

    Returns
    -------
    dict
        Enterprise → points, those found to be shifted in their true places.
    list of Shifted
        What was done, by row.
    """
    unshifted = {system: _back(points, system) for system in SHIFTS}
    found: dict[str, Shifted] = {}
    seen: Counter[str] = Counter()
    for owned in points.values():
        for point in owned:
            others = [one for one in owned if one.table != point.table and not one.fault]
            if point.method == "stated" and not point.fault and others:
                seen[point.table] += 1
                shown = _shown(point, others, unshifted)
                if shown:
                    found[point.ref] = shown
    for shown in _by_table(points, found, seen, unshifted):
        found[shown.point.ref] = shown
    taken = {
        enterprise: [found[one.ref].point if one.ref in found else one for one in owned]
        for enterprise, owned in points.items()
    }
    return taken, [found[ref] for ref in sorted(found)]


def _back(points: Mapping[str, Sequence[Point]], system: str) -> _Places:
    stated = [one for owned in points.values() for one in owned if one.method == "stated" and not one.fault]
    if not stated:
        return {}
    places = from_shifted(np.array([one.place for one in stated]), SHIFTS[system])
    return {one.ref: (float(place[0]), float(place[1])) for one, place in zip(stated, places, strict=True)}


def _shown(point: Point, others: Sequence[Point], unshifted: Mapping[str, _Places]) -> Shifted | None:
    settings = numbers("linkage_settings")
    best: Shifted | None = None
    for other in others:
        before = metres(point.place, other.place)
        if before < settings["shift_least"]:
            return None
        for system, places in unshifted.items():
            after = metres(places[point.ref], other.place)
            near = after <= min(settings["shift_within"], settings["shift_share"] * before)
            if near and (best is None or after < best.after):
                best = Shifted(_moved(point, system, places), system, other, before, after)
    return best


def _moved(point: Point, system: str, places: _Places) -> Point:
    return replace(point, place=places[point.ref], datum=system, method=METHODS[system])


def _by_table(
    points: Mapping[str, Sequence[Point]],
    found: Mapping[str, Shifted],
    seen: Counter[str],
    unshifted: Mapping[str, _Places],
) -> list[Shifted]:
    """Take rows that nothing can be held against as shifted where all comparable rows of their table are."""
    settings = numbers("linkage_settings")
    systems = Counter((shown.point.table, shown.system) for shown in found.values())
    whole = {
        table: system
        for (table, system), count in systems.items()
        if count >= settings["shift_rows"] and count >= settings["shift_table"] * seen[table]
    }
    return [
        Shifted(_moved(one, whole[one.table], unshifted[whole[one.table]]), whole[one.table], None, np.nan, np.nan)
        for owned in points.values()
        for one in owned
        if one.table in whole and one.ref not in found and one.method == "stated" and not one.fault
        if all(other.table == one.table or other.fault for other in owned)
    ]
