"""Layers of a panel as paths of a page: one path per class, so that a page of a hundred thousand corners is quick.

Each function draws one layer and returns the keys of the classes that are really inside the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from matplotlib.collections import PathCollection
from matplotlib.path import Path
from numpy.typing import NDArray
from pyproj import CRS

from zoning.atlas.drawing.hatching import hatched
from zoning.atlas.drawing.ink import POINTS, Page, corners_of, line_path, shape_path, size
from zoning.atlas.drawing.stock import Scene, Stock
from zoning.cartography.model import Areas, Entry, Extent, Lines, Points
from zoning.cartography.scale import View

__all__ = ["draw_areas", "draw_lines", "draw_points", "lines_on_paper", "points_on_paper"]

_CIRCLE = Path.unit_circle()
_HALF = Path(corners_of(_CIRCLE) / 2, _CIRCLE.codes)


def draw_areas(page: Page, layer: Areas, scene: Scene, clip: Extent) -> frozenset[str]:
    """Draw polygons: fill, outline, hatch of each class; a dot for a polygon too small to be seen."""
    keys = np.array(layer.keys, dtype=object)[scene.index] if len(scene.index) else np.empty(0, dtype=object)
    dots = scene.inside & (scene.sides < size("dot_below"))
    width = _outline_width(layer, scene)
    for entry in reversed(layer.entries):
        mine = (keys == entry.key) & ~dots
        if not mine.any():
            continue
        paths, fill = _paths(scene, mine), entry.fill if layer.filled else ""
        if entry.hatch:
            page.stamp(paths, (fill, "", 0.0), clip)
            hatched(page, shape_path(scene.shapes[mine]), entry.hatch, entry.outline, clip)
            page.stamp(paths, ("", entry.outline, max(width, size("hatched_outline"))), clip)
        else:
            page.stamp(paths, (fill, entry.outline, width), clip)
    for entry in reversed(layer.entries):
        mine = (keys == entry.key) & dots
        if mine.any():
            places = shapely.get_coordinates(shapely.centroid(scene.shapes[mine]))
            shade = entry.fill if layer.filled and entry.fill else entry.outline
            _circles(page, places, [size("dot_mark")] * len(places), [(shade, entry.outline, 0.0)] * len(places), clip)
    return frozenset(keys[scene.inside])


def _paths(scene: Scene, mine: NDArray[np.bool_]) -> Sequence[Path]:
    """Return the paths of some shapes: one each, or of very many one that is written with the page."""
    if len(scene.shapes) > size("shapes_stamped"):
        return [shape_path(scene.shapes[mine])]
    return list(scene.paths[mine])


def _outline_width(layer: Areas, scene: Scene) -> float:
    if not layer.filled and any(entry.hatch for entry in layer.entries):
        return size("zone_outline")
    small = bool(scene.inside.any()) and float(np.median(scene.sides[scene.inside])) < size("area_fine_below")
    if small:
        return size("area_outline_fine")
    return size("area_outline" if layer.filled else "border_outline")


def points_on_paper(layer: Points, view: View, stock: Stock, crs: CRS) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return where points lie on the page, mm, and which of them are inside the window."""
    if not len(layer.places):
        return np.empty((0, 2)), np.zeros(0, dtype=bool)
    shapes = np.asarray(shapely.points(layer.places))
    places = view.to_paper(shapely.get_coordinates(stock.flat(shapes, crs, view.crs)))
    left, bottom, right, top = view.window
    inside = (places[:, 0] >= left) & (places[:, 0] <= right) & (places[:, 1] >= bottom) & (places[:, 1] <= top)
    return places, np.asarray(inside)


def draw_points(
    page: Page, layer: Points, on_paper: tuple[NDArray[np.float64], NDArray[np.bool_]], clip: Extent
) -> frozenset[str]:
    """Draw circles of the size and colour of their class, the largest lowest."""
    places, inside = on_paper
    known = {entry.key: entry for entry in layer.entries}
    shown = [at for at in np.flatnonzero(inside) if layer.keys[at] in known]
    shown.sort(key=lambda at: (-_diameter(known[layer.keys[at]]), *places[at].round(3).tolist(), layer.keys[at]))
    entries = [known[layer.keys[at]] for at in shown]
    looks = [(entry.fill or "none", entry.outline, size("point_outline")) for entry in entries]
    _circles(page, places[shown], [_diameter(entry) for entry in entries], looks, clip)
    return frozenset(layer.keys[at] for at in shown)


def _diameter(entry: Entry) -> float:
    return entry.size or size("point_size")


def _circles(
    page: Page,
    places: NDArray[np.float64],
    diameters: list[float],
    looks: list[tuple[str, str, float]],
    clip: Extent,
) -> None:
    if not len(places):
        return
    collection = PathCollection(
        [_HALF],
        sizes=(np.array(diameters) * POINTS) ** 2,
        offsets=np.round(places * POINTS, 2),
        facecolors=[look[0] for look in looks],
        edgecolors=[look[1] for look in looks],
        linewidths=[look[2] * POINTS for look in looks],
    )
    page.add(collection, clip)


def lines_on_paper(layer: Lines, view: View, stock: Stock, crs: CRS) -> NDArray[np.object_]:
    """Return the lines that cross the window, on the page, mm, cut off a little outside it; borders count as lines."""
    key = (layer.shapes.tobytes(), view.extent, view.window, view.crs.name)
    return stock.once("lines", key, lambda: _lines(layer, view, stock, crs), layer.shapes)


def _lines(layer: Lines, view: View, stock: Stock, crs: CRS) -> NDArray[np.object_]:
    flat = stock.flat(layer.shapes, crs, view.crs)
    kept = np.array([shape for shape in flat if shape is not None], dtype=object)
    ways = np.where(shapely.get_dimensions(kept) == 2, shapely.boundary(kept), kept)
    ways = ways[shapely.intersects(ways, shapely.box(*view.extent))]
    simple = shapely.simplify(ways, size("easing") / 2 * view.per_mm)
    left, bottom, right, top = view.window
    beyond = (left - layer.width, bottom - layer.width, right + layer.width, top + layer.width)
    return np.asarray(shapely.clip_by_rect(shapely.transform(simple, view.to_paper), *beyond))


def draw_lines(page: Page, layer: Lines, ways: NDArray[np.object_], clip: Extent) -> frozenset[str]:
    """Draw lines of one look, as one form that other pages name too."""
    path = page.stencils.path(ways, lambda: line_path([shapely.get_coordinates(part) for part in _parts(ways)]))
    if len(corners_of(path)):
        page.stamp([path], ("", layer.entry.outline, layer.width), clip)
    return frozenset([layer.entry.key] if len(corners_of(path)) else [])


def _parts(ways: NDArray[np.object_]) -> Iterable[shapely.Geometry]:
    parts = shapely.get_parts(shapely.get_parts(ways))
    return [part for part in parts if part.geom_type in ("LineString", "LinearRing") and not part.is_empty]
