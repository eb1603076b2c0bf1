"""Areas in rational numbers, without any rounding: the judge where two programs differ."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import shapely

Points = list[tuple[Fraction, Fraction]]


def area_within(shape: shapely.Geometry, box: tuple[Fraction, Fraction, Fraction, Fraction]) -> Fraction:
    """Area of a valid polygon inside a box (west, south, east, north): every ring is cut at four lines and measured."""
    west, south, east, north = box
    total = Fraction(0)
    for sign, points in _rings(shape):
        turn = 1 if _doubled(points) > 0 else -1
        for axis, line, keeps_less in ((0, west, False), (0, east, True), (1, south, False), (1, north, True)):
            points = _cut(points, axis, line, keeps_less=keeps_less)  # noqa: PLW2901 - the ring becomes smaller
        total += sign * turn * _doubled(points) / 2
    return total


def _rings(shape: shapely.Geometry) -> Iterator[tuple[int, Points]]:
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            yield 1 if ring is part.exterior else -1, [(Fraction(x), Fraction(y)) for x, y in ring.coords[:-1]]


def _doubled(points: Points) -> Fraction:
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return sum((a[0] * b[1] - a[1] * b[0] for a, b in pairs), Fraction(0))


def _cut(points: Points, axis: int, line: Fraction, *, keeps_less: bool) -> Points:
    """Keep one side of a line; what lies beyond it is laid onto it, so that areas of simple rings are right."""
    kept: Points = []
    for one, other in zip(points, points[1:] + points[:1], strict=True):
        inside = [(point[axis] <= line) if keeps_less else (point[axis] >= line) for point in (one, other)]
        if inside[0]:
            kept.append(one)
        if inside[0] != inside[1]:
            share = (line - one[axis]) / (other[axis] - one[axis])
            x, y = (a + share * (b - a) for a, b in zip(one, other, strict=True))
            kept.append((x, y))
    return kept
