"""Where a township is, by the enterprises in it: for a point one digit of which was typed wrong and that is alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from zoning.inventory.places.choosing import Choice
from zoning.inventory.places.points import Point, metres
from zoning.inventory.places.region import Region
from zoning.tables import numbers

__all__ = ["mended_by_town", "town_middles"]


def town_middles(choices: Mapping[str, Choice]) -> dict[str, tuple[float, float]]:
    """Return the middle of each township (median of its enterprises that lie in a unit).

    Parameters
    ----------
    choices : mapping
        Enterprise → choice.

    Returns
    -------
    dict
        Township → (lon, lat); only where enough enterprises say so.
    """
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for choice in choices.values():
        if choice.point is not None and choice.inside and choice.point.town:
            places[choice.point.town].append(choice.point.place)
    least = numbers("linkage_settings")["town_firms"]
    return {
        town: (float(np.median([x for x, _ in found])), float(np.median([y for _, y in found])))
        for town, found in places.items()
        if len(found) >= least
    }


def mended_by_town(
    point: Point, region: Region, middles: Mapping[str, tuple[float, float]]
) -> tuple[float, float] | None:
    """Return the place that a point means if one digit of it was typed wrong and its township says so.

    Parameters
    ----------
    point : Point
        A point outside every unit, which no other table corrects.
    region : Region
    middles : mapping
        Township → middle.

    Returns
    -------
    tuple of float or None
        The one place that differs by a digit, lies in a unit and in the township; None if there is none or several.
    """
    middle = middles.get(point.town)
    if middle is None:
        return None
    tried = list(_one_digit_off(point.place))
    reach = numbers("linkage_settings")["town_reach"]
    good = [place for place, unit in zip(tried, region.units_of(tried), strict=True) if unit]
    good = [place for place in good if metres(place, middle) <= reach]
    return good[0] if len(good) == 1 else None


def _one_digit_off(place: Sequence[float]) -> Iterator[tuple[float, float]]:
    for axis in (0, 1):
        for power in (1, 0, -1):
            written = int(round(place[axis] * 1e6) // 10 ** (power + 6)) % 10
            for digit in range(10):
                if digit != written:
                    other = list(place)
                    other[axis] = round(place[axis] + (digit - written) * 10.0**power, 6)
                    yield other[0], other[1]
