"""Where the texts of a map go: large areas first, none over another, none over the edge; the rest go to a table.

Everything is in millimetres of the page. What a text measures is asked of the caller, who knows the font.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.cartography.model import Extent
from zoning.tables import numbers

__all__ = ["Measure", "Place", "Placed", "Room", "Wish", "anchor_of", "placed", "wrapped"]

Measure = Callable[[str], tuple[float, float]]
"""Text, perhaps of several lines → its width and height, mm."""
_Floats = NDArray[np.float64]
_SHIFTS = ((0, 0), (0, 0.6), (0, -0.6), (0.4, 0), (-0.4, 0), (0.4, 0.6), (-0.4, 0.6), (0.4, -0.6), (-0.4, -0.6))
_AROUND = ((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1))
_TOKEN = re.compile(r"[0-9A-Za-z.\-₀-₉]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wish:
    """A text and the polygon, line or point (on the page, mm) that it names.

    ``clear`` is the least distance from a point, mm: the radius of its symbol.
    """

    text: str
    shape: shapely.Geometry
    clear: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """A text that found room: its lines, its box, and where the line to what it names ends, if it needs one."""

    text: str
    lines: str
    box: Extent
    target: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """Where texts may be: inside ``window``, outside the boxes ``taken``; leaders go to ground without ``shapes``."""

    window: Extent
    taken: tuple[Extent, ...] = ()
    shapes: shapely.STRtree | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Texts with a place, and those without one, sorted."""

    places: tuple[Place, ...]
    left: tuple[str, ...]


def wrapped(text: str, lines: int) -> str:
    """Return a text in about equal lines; numbers and Latin words are kept whole.

    Examples
    --------
    >>> wrapped("晋江市重点管控单元12", 2).split(chr(10))
    ['晋江市重点', '管控单元12']
    >>> wrapped("Jinjiang key unit", 2).split(chr(10))
    ['Jinjiang', 'key unit']
    """
    tokens: list[str] = _TOKEN.findall(text)
    goal = sum(map(_em, text)) / lines
    made: list[str] = []
    line = ""
    for token in tokens:
        full = sum(map(_em, line)) + sum(map(_em, token)) / 2 > goal
        if line and full and len(made) < lines - 1:
            made.append(line.strip())
            line = ""
        line += token
    return "\n".join(part for part in (*made, line.strip()) if part)


def placed(wishes: Sequence[Wish], room: Room, measure: Measure) -> Placed:
    """Return a place for as many texts as there is room for.

    Areas come before points and lines, the larger first; equal ones in the order of their text and place, so that the
    order in which they are given changes nothing. First a text is tried inside its area (at the middle of the largest
    circle in it, then moved a little, in one line or several), then at the end of a leader line, on ground without
    shapes if there is any near. Areas that the window cuts off have no leader lines, and where too many texts are left
    none has.

    Parameters
    ----------
    wishes : sequence of Wish
        Texts with what they name.
    room : Room
        Where they may be.
    measure : callable
        Text → width and height, mm.
    """
    settings = numbers("drawing_settings")
    taken = _Taken(room, settings["label_gap"])
    found: list[Place] = []
    later: list[Wish] = []
    left: list[str] = []
    for wish in _ordered(wishes, room.window):
        if len(wish.text) > settings["label_longest"]:
            left.append(wish.text)
            continue
        place = taken.first(_near(wish, room.window, measure))
        if place is None:
            later.append(wish)
        else:
            found.append(place)
    if len(later) > settings["leaders_most"]:  # a few of hundreds, by chance, would tell nothing
        left, later = [*left, *(wish.text for wish in later)], []
    for wish in later:
        place = taken.first(_led(wish, room.window, measure), blank=True)
        place = place or taken.first(_led(wish, room.window, measure))
        if place is None:
            left.append(wish.text)
        else:
            found.append(place)
    return Placed(tuple(found), tuple(sorted(set(left) - {place.text for place in found})))


class _Taken:
    """Boxes that are full; grows as texts find their places."""

    def __init__(self, room: Room, gap: float) -> None:
        self._room, self._gap = room, gap
        self._boxes = np.array(room.taken, dtype=np.float64).reshape(-1, 4)
        self._lines = np.empty((0, 4))

    def first(self, candidates: Iterator[tuple[_Floats, list[Place]]], *, blank: bool = False) -> Place | None:
        """Return the first place that is free, and take it."""
        for boxes, places in candidates:
            free = self._free(boxes)
            if blank and self._room.shapes is not None and free.any():
                where = np.flatnonzero(free)
                over = self._room.shapes.query(shapely.box(*boxes[where].T), predicate="intersects")[0]
                free[where[np.unique(over)]] = False
            for at in np.flatnonzero(free):
                if self._leader_free(places[at]):
                    self._take(places[at], boxes[at])
                    return places[at]
        return None

    def _free(self, boxes: _Floats) -> NDArray[np.bool_]:
        left, bottom, right, top = self._room.window
        inside = (boxes[:, 0] >= left) & (boxes[:, 1] >= bottom) & (boxes[:, 2] <= right) & (boxes[:, 3] <= top)
        return np.asarray(inside & ~_overlaps(boxes, self._boxes, self._gap) & ~_crossed(boxes, self._lines))

    def _leader_free(self, place: Place) -> bool:
        if place.target is None:
            return True
        line = shapely.LineString([anchor_of(place.box, place.target), place.target])
        near = self._boxes[_touching(self._boxes, line.bounds)]
        if len(near) and shapely.intersects(line, shapely.box(*near.T)).any():
            return False
        ways = shapely.linestrings(self._lines.reshape(-1, 2, 2)) if len(self._lines) else np.empty(0, dtype=object)
        return not bool(shapely.intersects(line, ways).any())

    def _take(self, place: Place, box: _Floats) -> None:
        self._boxes = np.vstack([self._boxes, box])
        if place.target is not None:
            self._lines = np.vstack([self._lines, [*anchor_of(place.box, place.target), *place.target]])


def anchor_of(box: Extent, target: tuple[float, float]) -> tuple[float, float]:
    """Return where the line to ``target`` leaves the box of a text: the nearest point of its edge."""
    return min(max(target[0], box[0]), box[2]), min(max(target[1], box[1]), box[3])


def _ordered(wishes: Sequence[Wish], window: Extent) -> list[Wish]:
    shapes = np.array([wish.shape for wish in wishes], dtype=object)
    texts = [wish.text for wish in wishes]
    kept = [at for at in range(len(wishes)) if texts[at] and not shapely.is_empty(shapes[at])]
    area, bounds = shapely.area(shapes), shapely.bounds(shapes)
    kept = [
        at
        for at in kept
        if bounds[at, 0] <= window[2]
        and bounds[at, 2] >= window[0]
        and bounds[at, 1] <= window[3]
        and bounds[at, 3] >= window[1]
    ]
    kept.sort(key=lambda at: (-round(float(area[at]), 3), texts[at], *bounds[at].round(3).tolist()))
    return [wishes[at] for at in kept]


def _near(wish: Wish, window: Extent, measure: Measure) -> Iterator[tuple[_Floats, list[Place]]]:
    """Return the places a text is tried at without a leader line."""
    kind = shapely.get_type_id(wish.shape)
    if kind in (3, 6):
        yield from _inside(wish, window, measure)
    elif kind == 0:
        yield _beside(wish, measure)
    else:
        middle = shapely.line_interpolate_point(_longest(wish.shape), 0.5, normalized=True)
        yield _candidates(wish, (middle.x, middle.y), measure, _SHIFTS[:5])


def _inside(wish: Wish, window: Extent, measure: Measure) -> Iterator[tuple[_Floats, list[Place]]]:
    settings = numbers("drawing_settings")
    if shapely.area(wish.shape) < settings["label_area"]:
        return
    face = _face(wish.shape, window)
    if face is None:
        return
    pole = _pole(face)
    boxes, places = _candidates(wish, pole, measure, _SHIFTS)
    shapely.prepare(face)
    rectangles = shapely.box(*boxes.T)
    whole = shapely.contains(face, rectangles)
    yield boxes[whole], [place for place, held in zip(places, whole, strict=True) if held]
    centred = boxes[:: len(_SHIFTS)]
    share = shapely.area(shapely.intersection(face, shapely.box(*centred.T))) / np.prod(
        centred[:, 2:] - centred[:, :2], axis=1
    )
    best = np.argsort(-share, kind="stable")
    best = best[share[best] >= settings["label_inside"]]
    yield centred[best], [places[at * len(_SHIFTS)] for at in best]


def _candidates(
    wish: Wish, middle: tuple[float, float], measure: Measure, shifts: Sequence[tuple[float, float]]
) -> tuple[_Floats, list[Place]]:
    """Return boxes around a point, for one to three lines of text, each moved by shares of its size."""
    boxes, places = [], []
    for lines in _ways(wish.text):
        wide, high = measure(lines)
        for right, up in shifts:
            x, y = middle[0] + right * wide, middle[1] + up * high
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            boxes.append(box)
            places.append(Place(wish.text, lines, box))
    return np.array(boxes), places


def _beside(wish: Wish, measure: Measure) -> tuple[_Floats, list[Place]]:
    """Return the places around a point symbol: right above first, as map makers prefer it."""
    x, y = wish.shape.x, wish.shape.y
    boxes, places = [], []
    for lines in _ways(wish.text)[:2]:
        wide, high = measure(lines)
        for right, up in ((1, 0.7), (1, -0.7), (-1, 0.7), (-1, -0.7), (1, 0), (-1, 0), (0, 1), (0, -1)):
            away_x, away_y = wide / 2 + wish.clear, high / 2 + wish.clear
            x0, y0 = x + right * away_x, y + up * away_y
            box = (x0 - wide / 2, y0 - high / 2, x0 + wide / 2, y0 + high / 2)
            boxes.append(box)
            places.append(Place(wish.text, lines, box))
    return np.array(boxes), places


def _led(wish: Wish, window: Extent, measure: Measure) -> Iterator[tuple[_Floats, list[Place]]]:
    """Return the places at the end of a leader line, the shortest first."""
    target = _target(wish.shape, window) if shapely.box(*window).contains(wish.shape) else None
    if target is None:
        return
    far = numbers("drawing_settings")["leader_far"]
    lines = _ways(wish.text)[0]
    wide, high = measure(lines)
    for away in (far / 4, far / 2, far):
        boxes, places = [], []
        for right, up in _AROUND:
            length = away / float(np.hypot(right, up))
            x, y = target[0] + right * (wide / 2 + length), target[1] + up * (high / 2 + length)
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            boxes.append(box)
            places.append(Place(wish.text, lines, box, target))
        yield np.array(boxes), places


def _target(shape: shapely.Geometry, window: Extent) -> tuple[float, float] | None:
    face = _face(shape, window) if shapely.get_type_id(shape) in (3, 6) else shape
    if face is None:
        return None
    point = shapely.point_on_surface(face)
    left, bottom, right, top = window
    inside = left < point.x < right and bottom < point.y < top
    return (float(point.x), float(point.y)) if inside else None


def _face(shape: shapely.Geometry, window: Extent) -> shapely.Polygon | None:
    """Return the largest polygon of a shape inside the window."""
    bounds = shape.bounds
    if bounds[0] < window[0] or bounds[1] < window[1] or bounds[2] > window[2] or bounds[3] > window[3]:
        shape = shapely.clip_by_rect(shapely.make_valid(shape), *window)
    faces = [face for face in shapely.get_parts(shapely.get_parts(shape)) if face.geom_type == "Polygon"]
    return max(faces, key=lambda face: face.area, default=None)


def _pole(face: shapely.Polygon) -> tuple[float, float]:
    """Return the middle of about the largest circle in a polygon (pole of inaccessibility)."""
    if not face.is_valid:
        point = shapely.point_on_surface(face)
        return float(point.x), float(point.y)
    circle = shapely.maximum_inscribed_circle(face, tolerance=0.2)
    x, y = shapely.get_coordinates(circle)[0]
    return float(x), float(y)


def _longest(shape: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(shape), key=shapely.length, default=shape)


def _ways(text: str) -> tuple[str, ...]:
    """Return a text in one line, two and three, one line first unless it is long."""
    settings = numbers("drawing_settings")
    most, per_line = int(settings["label_lines"]), settings["label_characters"]
    made = dict.fromkeys(wrapped(text, lines) for lines in range(1, most + 1))
    fitting = [way for way in made if max(sum(map(_em, line)) for line in way.split("\n")) <= per_line]
    return tuple(fitting) or (wrapped(text, most),)


def _em(letter: str) -> float:
    """Return the width of a letter, of a Chinese one 1: enough to choose where a line ends."""
    return 1.0 if ord(letter) >= 0x2E80 else 0.55


def _overlaps(boxes: _Floats, others: _Floats, gap: float) -> NDArray[np.bool_]:
    return np.asarray(
        (
            (boxes[:, None, 0] < others[None, :, 2] + gap)
            & (boxes[:, None, 2] > others[None, :, 0] - gap)
            & (boxes[:, None, 1] < others[None, :, 3] + gap)
            & (boxes[:, None, 3] > others[None, :, 1] - gap)
        ).any(axis=1)
    )


def _crossed(boxes: _Floats, lines: _Floats) -> NDArray[np.bool_]:
    """Tell which boxes a leader line runs through."""
    if not len(lines) or not len(boxes):
        return np.zeros(len(boxes), dtype=bool)
    ways = shapely.linestrings(lines.reshape(-1, 2, 2))
    return np.asarray(shapely.intersects(shapely.box(*boxes.T)[:, None], ways[None, :]).any(axis=1))


def _touching(boxes: _Floats, box: Extent) -> NDArray[np.bool_]:
    return np.asarray(
        (boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0]) & (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1])
    )
