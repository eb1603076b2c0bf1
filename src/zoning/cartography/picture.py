"""One map as a picture inside a page (SVG): the units by class, small in bytes whatever their number, no script."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree as ET

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.cartography.model import Entry
from zoning.cartography.themes import Theme
from zoning.result import Result
from zoning.symbology import HATCHES
from zoning.tables import numbers

__all__ = ["Picture", "most_telling", "picture_of"]

_Shapes = NDArray[np.object_]
_HIGH = 0.75  # of the width: a taller study is drawn narrower
_MARGIN = 6.0  # pixels
_FINEST = 0.35  # pixels; what no screen shows
_PER_MM = 3.0  # pixels of a hatch
_COARSER = 1.7  # from one attempt to the next
_LEAST_BYTES = 20  # of the outline of one unit, be it a triangle
_STROKES = {"linked": "0.7", "many": "0.35", "merged": "0.15"}


@dataclass(frozen=True)
class Picture:
    """A map as SVG.

    Attributes
    ----------
    svg : Element
        To be put into a page; it names what it shows in ``<title>`` and ``<desc>``.
    merged : bool
        Whether the units of a class are drawn as one, because so many cannot be told apart at this size.
    linked : bool
        Whether every unit is a shape by itself, with its name.
    """

    svg: ET.Element
    merged: bool
    linked: bool


def most_telling(themes: Sequence[Theme]) -> Theme | None:
    """Return the theme to show first: the first one in which units differ, else the first; None without any.

    Examples
    --------
    >>> one = Theme("decision", "", "", (), ("NEED", "NEED"))
    >>> other = Theme("unit_class", "", "", (), ("KEY", "GENERAL"))
    >>> most_telling((one, other)).id, most_telling((one,)).id, most_telling(())
    ('unit_class', 'decision', None)
    """
    return next((theme for theme in themes if len(set(theme.keys)) > 1), next(iter(themes), None))


def picture_of(result: Result, theme: Theme, texts: tuple[str, str], target: str = "") -> Picture:
    """Return the units coloured by a theme, as one picture.

    Outlines are simplified together, so that neighbours keep their common border. Up to ``picture_links`` units
    (``tables/limits.csv``) are links to their place in the map; of more, the units of a class are one shape.

    Parameters
    ----------
    result : Result
        Its units are drawn.
    theme : Theme
        From :func:`zoning.cartography.themes.themes`.
    texts : tuple of str
        Title and description for those who do not see it.
    target : str
        Page that a unit opens, ``map.html``; empty links nothing.
    """
    limits = numbers("limits")
    shapes, width, height = _on_screen(result, limits["picture_width"])
    shapes, drawn = _within_budget(shapes, limits)
    linked = drawn is not None and len(shapes) <= limits["picture_links"]
    svg = ET.Element("svg", {"viewBox": f"0 0 {width:.0f} {height:.0f}", "role": "img", "class": "picture",
                             "aria-labelledby": "picture-title picture-desc"})  # fmt: skip
    for name, text in zip(("title", "desc"), texts, strict=True):
        ET.SubElement(svg, name, {"id": f"picture-{name}"}).text = text
    holder = ET.SubElement(svg, "defs")
    stroke = _STROKES["merged" if drawn is None else "linked" if linked else "many"]
    for place, entry in enumerate(theme.entries):
        chosen = np.flatnonzero([key == entry.key for key in theme.keys])
        group = ET.SubElement(svg, "g", {"fill": _paint(holder, entry, place), "stroke": entry.outline,
                                         "stroke-width": stroke, "stroke-linejoin": "round"})  # fmt: skip
        if linked and drawn is not None:
            _links(group, [(result, int(one), drawn[one]) for one in chosen], target)
        else:
            parts = [_merged(shapes[chosen])] if drawn is None else [drawn[one] for one in chosen]
            ET.SubElement(group, "path", {"d": "".join(parts), "fill-rule": "evenodd"})
    return Picture(svg, drawn is None, linked)


def _links(group: ET.Element, units: Iterable[tuple[Result, int, str]], target: str) -> None:
    """Draw each unit by itself: a link for the mouse; the keyboard has the same links in the table of units."""
    for result, place, outline in units:
        code, name = (str(result.units.frame[column].iloc[place]) for column in ("code", "name"))
        about = {"href": f"{quote(target)}#{quote(code)}", "tabindex": "-1"}
        holder = ET.SubElement(group, "a", about) if target else group
        path = ET.SubElement(holder, "path", {"d": outline, "fill-rule": "evenodd"})
        ET.SubElement(path, "title").text = f"{code} {name}"


def _on_screen(result: Result, width: float) -> tuple[_Shapes, float, float]:
    """Return the units in pixels, north up; degrees are shortened along the parallels, so that shapes look right."""
    frame = result.units.frame
    shapes: _Shapes = frame.geometry.to_numpy()
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = math.cos(math.radians((south + north) / 2)) if frame.crs is not None and frame.crs.is_geographic else 1.0
    across, up = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min(width / across, width * _HIGH / up)

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x = (points[:, 0] - west) * squeeze * scale + _MARGIN
        return np.column_stack([x, (north - points[:, 1]) * scale + _MARGIN])

    return shapely.transform(shapes, place), across * scale + 2 * _MARGIN, up * scale + 2 * _MARGIN


def _within_budget(shapes: _Shapes, limits: Mapping[str, float]) -> tuple[_Shapes, list[str] | None]:
    """Return the units as coarse as the bytes demand, and their outlines; None if even the coarsest are too many."""
    hopeless = len(shapes) * _LEAST_BYTES > limits["picture_bytes"]
    tolerance = limits["picture_coarsest"] / 2 if hopeless else _FINEST
    coarse = _simplified(shapes, tolerance)
    while not hopeless and tolerance <= limits["picture_coarsest"]:
        outlines = [_outline(shape) for shape in coarse]
        if sum(map(len, outlines)) <= limits["picture_bytes"]:
            return coarse, outlines
        tolerance *= _COARSER
        coarse = _simplified(coarse, tolerance)
    return coarse, None


def _simplified(shapes: _Shapes, tolerance: float) -> _Shapes:
    """Return the shapes with fewer vertices, common borders kept; the tolerance is a length in pixels.

    ``coverage_simplify`` drops corners of triangles whose area is below the square of its tolerance (Visvalingam).
    """
    return np.asarray(shapely.coverage_simplify(shapes, tolerance), dtype=object)


def _merged(shapes: _Shapes) -> str:
    """Return the outline of all units of a class together; where units overlap the slow union is taken."""
    try:
        whole = shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        whole = shapely.union_all(shapely.make_valid(shapes))
    return _outline(whole)


def _outline(shape: shapely.Geometry) -> str:
    """Return the rings of a shape as path data in tenths of a pixel, each corner relative to the one before."""
    return "".join(filter(None, map(_ring, _rings(shape))))


def _rings(shape: shapely.Geometry) -> Iterator[NDArray[np.float64]]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield shapely.get_coordinates(part.exterior)
            for hole in part.interiors:
                yield shapely.get_coordinates(hole)


def _ring(points: NDArray[np.float64]) -> str:
    """Return one ring; one that covers no pixel is left out unless nothing of it would be left."""
    corners = np.round(points[:-1]).astype(int)
    steps = np.diff(corners, axis=0)
    moved = steps[(steps != 0).any(axis=1)]
    if not len(moved):
        return ""
    return f"M{corners[0, 0]} {corners[0, 1]}l{_pairs(moved)}z"


def _pairs(steps: NDArray[np.int64]) -> str:
    text = " ".join(str(number) for number in steps.ravel().tolist())
    return text.replace(" -", "-")


def _paint(holder: ET.Element, entry: Entry, place: int) -> str:
    """Return the fill of a class: its colour, or a pattern of its hatch over its colour."""
    if not entry.hatch:
        return entry.fill or "none"
    hatch, name = HATCHES[entry.hatch], f"hatch-{place}"
    step = f"{hatch.spacing * _PER_MM:.1f}"
    turned = f"rotate({-hatch.angles[0]})" if hatch.angles else "rotate(0)"
    pattern = ET.SubElement(holder, "pattern", {"id": name, "patternUnits": "userSpaceOnUse", "width": step,
                                                "height": step, "patternTransform": turned})  # fmt: skip
    ET.SubElement(pattern, "rect", {"width": step, "height": step, "fill": entry.fill or "none"})
    if not hatch.angles:
        ET.SubElement(pattern, "circle", {"cx": "1.5", "cy": "1.5", "r": "1", "fill": entry.outline})
    for angle in hatch.angles:  # families of lines are parallel or at right angles to the first one
        along = f"M0 0H{step}" if (angle - hatch.angles[0]) % 180 == 0 else f"M0 0V{step}"
        ET.SubElement(pattern, "path", {"d": along, "stroke": entry.outline, "stroke-width": "1"})
    return f"url(#{name})"
