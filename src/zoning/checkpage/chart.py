"""The map of the page: outlines of the checked layers and the faults over them, drawn as SVG without a base map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import ProjError

from zoning.checkpage.places import Place
from zoning.checkpage.plane import Plane, sketch
from zoning.crs import transformer
from zoning.errors import CrsError
from zoning.htmltree import Child, chip, tag
from zoning.messages import say
from zoning.symbology import symbols
from zoning.tables import numbers
from zoning.vocab import field_name

__all__ = ["chart"]

_DEGREES = CRS.from_epsg(4490)
_PIXELS = 640.0  # width of the map before the browser has measured it
_LOOKS = 5  # line styles of layers in the style sheet
_PADDING = 0.04  # of the extent, around it
_LEAST = 20_000.0  # centimetres: the smallest extent that is drawn


@dataclass(frozen=True)
class _Outline:
    """One layer: its name, its geometries in degrees, and what each is called."""

    name: str
    shapes: NDArray[np.object_]
    titles: Sequence[str]


def chart(layers: Mapping[str, gpd.GeoDataFrame], faults: Sequence[Place], lang: str) -> ET.Element | None:
    """Return the figure, or None where there is nothing that can be drawn.

    Parameters
    ----------
    layers : mapping of str to GeoDataFrame
        Name of a layer → the layer, in any known CRS; one without a CRS, or with a datum that cannot be shifted
        exactly, is named below the map and not drawn.
    faults : sequence of Place
        Faults with their numbers.
    lang : str
        ``zh`` or ``en``.
    """
    outlines, left_out = _outlines(layers)
    bounds = _bounds([*(one.shapes for one in outlines), np.array([one.shape.geometry for one in faults])])
    if bounds is None:
        return None
    plane = Plane.around(bounds)
    box = _view(plane, bounds)
    picture = tag(
        "svg",
        *_drawn(outlines, faults, plane, lang),
        _marks(faults, plane, box[2] / _PIXELS),
        id="chart",
        viewBox=" ".join(f"{edge:.0f}" for edge in box),
        role="img",
        aria_label=say("check.map", lang),
        data_lon=repr(plane.lon),
        data_lat=repr(plane.lat),
        data_east=repr(plane.east),
        data_north=repr(plane.north),
    )
    return tag("figure", _frame(picture, lang), _legend(outlines, faults, lang), *_notes(left_out, lang), id="map")


def _outlines(layers: Mapping[str, gpd.GeoDataFrame]) -> tuple[list[_Outline], list[str]]:
    drawn, left_out = [], []
    for name, frame in layers.items():
        shapes = _in_degrees(frame)
        if shapes is None:
            left_out.append(name)
        else:
            drawn.append(_Outline(name, shapes, _titles(frame)))
    return drawn, left_out


def _in_degrees(frame: gpd.GeoDataFrame) -> NDArray[np.object_] | None:
    """Return the shapes vertex by vertex in CGCS2000; None if their system is unknown or its shift is not exact."""
    if frame.crs is None:
        return None
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    try:
        change = transformer(CRS.from_user_input(frame.crs), _DEGREES)
        points = shapely.get_coordinates(shapes)
        moved = np.column_stack(change.transform(points[:, 0], points[:, 1]))
    except (CrsError, ProjError):
        return None
    return np.asarray(shapely.set_coordinates(shapes.copy(), moved), dtype=object)


def _titles(frame: gpd.GeoDataFrame) -> list[str]:
    """Return the codes of the features, where a column is known to hold them."""
    header = next((name for name in frame.columns if field_name("units", name) == "code"), None)
    codes = [None] * len(frame) if header is None else frame[header].tolist()
    return ["" if pd.isna(code) else str(code) for code in codes]


def _bounds(shapes: Sequence[NDArray[np.object_]]) -> tuple[float, float, float, float] | None:
    points = np.concatenate([shapely.get_coordinates(several) for several in shapes])
    points = points[np.isfinite(points).all(axis=1) & (np.abs(points) <= np.array([360.0, 90.0])).all(axis=1)]
    if not len(points):
        return None
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return west, south, east, north


def _view(plane: Plane, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the whole map in centimetres."""
    (left, bottom), (right, top) = plane.place(np.array(bounds, dtype=np.float64).reshape(2, 2)).tolist()
    width, height = max(right - left, _LEAST), max(bottom - top, _LEAST)
    pad = _PADDING * max(width, height)
    middle, centre = (left + right) / 2, (bottom + top) / 2
    return middle - width / 2 - pad, centre - height / 2 - pad, width + 2 * pad, height + 2 * pad


def _drawn(outlines: Sequence[_Outline], faults: Sequence[Place], plane: Plane, lang: str) -> list[ET.Element]:
    """Return the groups of outlines, and the group of faults."""
    shapes = [shape for one in outlines for shape in one.shapes]
    budget = int(numbers("limits")["page_vertices"])
    drawing = sketch(shapes, plane, budget, [one.shape.geometry for one in faults])
    paths = drawing.paths(len(shapes) + len(faults))
    groups, start = [], 0
    for at, one in enumerate(outlines):
        own = paths[start : start + len(one.shapes)]
        groups.append(_layer(at, one.titles, own))
        start += len(one.shapes)
    drawn = sorted(zip(faults, paths[start:], strict=True), key=lambda pair: -_extent(pair[0]))
    groups.append(tag("g", *(_fault(one, path, plane, lang) for one, path in drawn if path), id="faults"))
    return groups


def _layer(at: int, titles: Sequence[str], paths: Sequence[str]) -> ET.Element:
    group = tag("g", class_=f"layer look-{at % _LOOKS}", data_layer=str(at))
    if len(paths) > int(numbers("limits")["page_features"]):
        group.append(tag("path", d="".join(paths)))
        return group
    for title, path in zip(titles, paths, strict=True):
        if path:
            group.append(tag("path", tag("title", title) if title else None, d=path))
    return group


def _extent(place: Place) -> float:
    west, south, east, north = place.box
    return (east - west) * (north - south)


def _fault(place: Place, path: str, plane: Plane, lang: str) -> ET.Element:
    corners = plane.place(np.array(place.box).reshape(2, 2))
    low, high = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    words = (str(place.number), place.shape.value, place.size(lang))
    return tag(
        "path",
        tag("title", " · ".join(word for word in words if word)),
        d=path,
        class_=f"fault {place.shape.severity}",
        data_number=str(place.number),
        data_box=" ".join(map(str, [*low, *high])),
    )


def _marks(faults: Sequence[Place], plane: Plane, scale: float) -> ET.Element:
    """Return the numbers over the faults, the first on top; the browser keeps their size on the screen."""
    group = tag("g", id="marks")
    for one in reversed(faults):
        ((x, y),) = plane.place(np.array([[one.lon, one.lat]])).tolist()
        mark = tag("g", tag("circle", r="10"), tag("text", str(one.number), y="4"))
        mark.attrib |= {
            "class": f"mark {one.shape.severity}",
            "data-number": str(one.number),
            "data-x": str(x),
            "data-y": str(y),
            "transform": f"translate({x} {y}) scale({scale:.4g})",
        }
        group.append(mark)
    return group


def _frame(picture: ET.Element, lang: str) -> ET.Element:
    """Return the map with its buttons, north arrow, scale bar and the place under the pointer."""
    arrow: dict[str, Any] = {"viewBox": "0 0 20 26", "width": "20", "height": "26", "aria_hidden": "true"}
    north = tag("svg", tag("path", d="M10 1 17 24 10 18.5 3 24Z"), **arrow)
    tools = [
        tag("button", text, type="button", id=name, title=say(f"check.map.{name}", lang))
        for name, text in (("closer", "+"), ("farther", "−"), ("whole", say("check.map.whole.short", lang)))
    ]
    return tag(
        "div",
        picture,
        tag("div", *tools, class_="tools"),
        tag("div", north, say("map.north", lang), class_="north", title=say("map.north_up", lang)),
        tag("div", tag("span", id="length"), tag("i"), id="scale"),
        tag("div", id="pointer"),
        class_="frame",
    )


def _legend(outlines: Sequence[_Outline], faults: Sequence[Place], lang: str) -> ET.Element:
    """Return what the lines and colours mean; a layer can be switched off."""
    parts: list[Child] = []
    for at, one in enumerate(outlines):
        box = tag("input", type="checkbox", checked="checked", data_layer=str(at))
        parts.append(tag("label", box, tag("span", class_=f"line look-{at % _LOOKS}"), one.name))
    there = {str(one.shape.severity) for one in faults}
    parts += [chip(one, lang) for one in symbols("severity") if one.code in there]
    return tag("figcaption", *parts, class_="legend")


def _notes(left_out: Sequence[str], lang: str) -> list[ET.Element]:
    texts = [say("check.map.undrawn", lang, layer=name) for name in left_out]
    return [tag("p", text, class_="soft") for text in (*texts, say("check.map.note", lang))]
