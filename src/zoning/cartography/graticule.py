"""Meridians and parallels of a view, and what is written where they meet the edges of its window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.cartography.scale import View, series
from zoning.crs import transformer
from zoning.tables import numbers

__all__ = ["Graticule", "Tick", "degree_text", "graticule_of", "spaced"]

_Floats = NDArray[np.float64]
_POINTS = 60  # along a line; between two of them it bends less than can be seen
_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a line meets an edge: ``bottom``, ``top``, ``left`` or ``right``; the place on the page, mm."""

    text: str
    edge: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Graticule:
    """Lines on the page (n, 2), mm, not clipped to the window; and the ticks on its edges."""

    lines: tuple[_Floats, ...]
    ticks: tuple[Tick, ...]


def degree_text(seconds: float, letters: str) -> str:
    """Return degrees, minutes and seconds as a map writes them; ``letters`` are those of the positive and negative.

    Examples
    --------
    >>> degree_text(426_600, "EW"), degree_text(-3_600, "EW"), degree_text(88_215, "NS")
    ('E118°30′', 'W1°', 'N24°30′15″')
    """
    whole = round(abs(seconds))
    degrees, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    text = f"{letters[0] if seconds >= 0 else letters[1]}{degrees}°"
    if minutes or rest:
        text += f"{minutes:02d}′"
    return text + (f"{rest:02d}″" if rest else "")


def graticule_of(view: View) -> Graticule:
    """Return the graticule of a view, in the finest step that does not give too many lines.

    A view beyond the edge of what its projection can map has no graticule.
    """
    geodetic = view.crs.geodetic_crs
    assert geodetic is not None  # noqa: S101 - every plane of a view maps the Earth
    to_degrees = transformer(view.crs, geodetic)
    to_plane = transformer(geodetic, view.crs)
    edges = _outline(view)
    lon, lat = (np.asarray(values) * _SECONDS for values in to_degrees.transform(edges[:, 0], edges[:, 1]))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()) or np.ptp(lon) > 180 * _SECONDS:
        return Graticule((), ())
    step = _step(view, (float(np.ptp(lon)), float(np.ptp(lat))))

    def on_paper(lon: _Floats, lat: _Floats) -> _Floats:
        return view.to_paper(np.column_stack(to_plane.transform(lon / _SECONDS, lat / _SECONDS)))

    lines: list[_Floats] = []
    ticks: list[Tick] = []
    along_lat, along_lon = _reach(lat), _reach(lon)
    for value in _multiples(lon, step):
        line = on_paper(np.full(_POINTS, value), along_lat)
        lines.append(line)
        ticks += _ticks(line, view, degree_text(value, "EW"), ("bottom", "top"))
    for value in _multiples(lat, step):
        line = on_paper(along_lon, np.full(_POINTS, value))
        lines.append(line)
        ticks += _ticks(line, view, degree_text(value, "NS"), ("left", "right"))
    return Graticule(tuple(lines), tuple(ticks))


def spaced(ticks: tuple[Tick, ...], width: Callable[[str], float], page: tuple[float, float]) -> tuple[Tick, ...]:
    """Return the ticks whose texts neither touch the one before on the same edge nor leave the page.

    Parameters
    ----------
    ticks : tuple of Tick
        As :func:`graticule_of` gives them.
    width : callable
        Text → its width, mm; on the left and right edge texts run upwards.
    page : tuple
        Width and height of the page, mm.
    """
    kept: list[Tick] = []
    for edge in ("bottom", "top", "left", "right"):
        axis = edge in ("left", "right")
        end = 0.0
        for tick in sorted((one for one in ticks if one.edge == edge), key=lambda one: one.y if axis else one.x):
            at, half = (tick.y if axis else tick.x), width(tick.text) / 2
            if at - half >= end and at + half <= page[axis]:
                kept.append(tick)
                end = at + half + half / 4
    return tuple(kept)


def _outline(view: View) -> _Floats:
    west, south, east, north = view.extent
    x, y = np.linspace(west, east, _POINTS), np.linspace(south, north, _POINTS)
    sides = [(x, np.full(_POINTS, south)), (x, np.full(_POINTS, north)), (np.full(_POINTS, west), y)]
    return np.vstack([np.column_stack(side) for side in (*sides, (np.full(_POINTS, east), y))])


def _step(view: View, spans: tuple[float, float]) -> float:
    """Return the step of which the longer side has about as many lines as wished for, and either side at least one."""
    wished = numbers("drawing_settings")["graticule_count"]
    wide, high = view.window[2] - view.window[0], view.window[3] - view.window[1]
    longer = spans[0] if wide >= high else spans[1]
    known = series("graticule")
    step = next((one for one in known if longer / one <= wished + 1), known[-1])
    finer = [one for one in known if one <= step and min(spans) / one >= 1]
    return finer[-1] if finer else step


def _multiples(values: _Floats, step: float) -> _Floats:
    return np.arange(np.ceil(values.min() / step), np.floor(values.max() / step) + 1) * step


def _reach(values: _Floats) -> _Floats:
    room = np.ptp(values) * 0.05
    return np.linspace(values.min() - room, values.max() + room, _POINTS)


def _ticks(line: _Floats, view: View, text: str, edges: tuple[str, str]) -> list[Tick]:
    """Return where a line crosses two opposite edges of the window."""
    left, bottom, right, top = view.window
    across = int(edges[0] == "bottom")  # the coordinate that is fixed on these edges
    found = []
    for edge, level in zip(edges, (bottom, top) if across else (left, right), strict=True):
        way = line[:, across]
        if not way[0] < level < way[-1]:
            continue
        at = float(np.interp(level, way, line[:, 1 - across]))
        if (left <= at <= right) if across else (bottom <= at <= top):
            found.append(Tick(text, edge, at, level) if across else Tick(text, edge, level, at))
    return found
