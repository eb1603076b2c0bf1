"""Panels and frames → one file of vectors, one page each; and what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from matplotlib.backends.backend_pdf import PdfPages
from numpy.typing import NDArray

from zoning.atlas.drawing.cells import draw_cells
from zoning.atlas.drawing.furniture import arrow_size, bar_size, draw_arrow, draw_bar, draw_edge, draw_lines_of
from zoning.atlas.drawing.ink import Page, colour, line_path, size
from zoning.atlas.drawing.layers import draw_areas, draw_lines, draw_points, lines_on_paper, points_on_paper
from zoning.atlas.drawing.lettering import clean, measurer, our_fonts, write_lines
from zoning.atlas.drawing.locator import draw_locator, needs_locator, region_of
from zoning.atlas.drawing.stencils import Stencils
from zoning.atlas.drawing.stock import Scene, Stock, bounds_of
from zoning.atlas.model import Drawn, Frame, Label
from zoning.cartography.graticule import graticule_of
from zoning.cartography.model import Areas, Cells, Entry, Extent, Layer, Lines, Panel, Points
from zoning.cartography.placing import Placed, Room, Wish, anchor_of, placed
from zoning.cartography.scale import Bar, View, fitted, plane_for, scale_bar

__all__ = ["draw_panels"]

_METADATA = {"CreationDate": None, "Creator": "zoning", "Producer": "zoning"}


def draw_panels(
    panels: Sequence[Panel], frames: Sequence[Frame], path: Path, lang: str, fonts: Sequence[Path] = ()
) -> tuple[Drawn, ...]:
    """Draw each panel on a page of the size of its frame; return what came of each.

    The file has the same bytes whenever it is made of the same panels. Colours are those of the entries of the
    layers.

    Parameters
    ----------
    panels : sequence of Panel
        What is shown.
    frames : sequence of Frame
        As many: room of each panel.
    path : Path
        File that is written.
    lang : str
        ``zh`` or ``en``.
    fonts : sequence of Path
        Fonts of the user, behind ours.

    Raises
    ------
    GeometryError
        If the extent of a panel is not finite.
    CrsError
        If a layer lies in a system that has no exact way to that of its panel.
    OSError
        If the file cannot be written.
    """
    stock, stencils = Stock(), Stencils()
    drawn = []
    with our_fonts(fonts), PdfPages(path, metadata=_METADATA) as file:
        for number, (panel, frame) in enumerate(zip(panels, frames, strict=True), start=1):
            page = Page(frame.width, frame.height, stencils)
            drawn.append(_Sheet(panel, frame, page, stock, lang).drawn(number))
            file.savefig(page.figure)
    return tuple(drawn)


@dataclass(frozen=True)
class _Corners:
    """Boxes of what stands in the corners of a frame, mm; None for what is not drawn."""

    locator: Extent | None
    arrow: Extent
    bar: Extent

    @property
    def taken(self) -> tuple[Extent, ...]:
        return tuple(box for box in (self.locator, self.arrow, self.bar) if box is not None)


class _Sheet:
    """One panel on one page."""

    def __init__(self, panel: Panel, frame: Frame, page: Page, stock: Stock, lang: str) -> None:
        self._panel, self._frame, self._page, self._stock, self._lang = panel, frame, page, stock, lang
        plane = plane_for(panel.crs, _region(panel))
        extent = bounds_of(panel.extent, panel.crs, plane)
        self._view: View = fitted(plane, extent, _window(frame))
        self._scenes: dict[int, Scene] = {
            number: stock.scene(layer.shapes, panel.crs, self._view)
            for number, layer in enumerate(panel.layers)
            if isinstance(layer, Areas)
        }

    def drawn(self, number: int) -> Drawn:
        """Draw everything, the data first."""
        page, view, window = self._page, self._view, self._view.window
        page.box(window, fill=colour("paper"))
        graticule = graticule_of(view)
        draw_lines_of(page, graticule, window)
        found = [self._layer(at, layer) for at, layer in enumerate(self._panel.layers)]
        bar = scale_bar(view, min(size("bar_share") * (window[2] - window[0]), size("bar_longest")))
        corners = self._corners(bar)
        texts, key = self._labels(corners)
        page.replay(self._stock.once("texts", key, lambda: page.recorded(lambda blank: _write(blank, texts))))
        if corners.locator is not None:
            draw_locator(page, self._panel, view, self._stock, corners.locator)

        def around(blank: Page) -> None:
            draw_arrow(blank, view, corners.arrow, self._lang)
            draw_bar(blank, bar, view, corners.bar, self._lang)
            draw_edge(blank, graticule, window)

        place = (view.extent, view.window, view.crs.name, corners)
        page.replay(self._stock.once("around", place, lambda: page.recorded(around)))
        return Drawn(
            page=number,
            width=self._frame.width,
            height=self._frame.height,
            scale=view.scale,
            legend=self._legend(found),
            labels=tuple(Label(place.text, place.box, place.target is not None) for place in texts.places),
            unlabelled=texts.left,
            crs=view.crs.name,
        )

    def _layer(self, at: int, layer: Layer) -> frozenset[str]:
        page, view, window, crs = self._page, self._view, self._view.window, self._panel.crs
        if isinstance(layer, Areas):
            return draw_areas(page, layer, self._scenes[at], window)
        if isinstance(layer, Points):
            return draw_points(page, layer, points_on_paper(layer, view, self._stock, crs), window)
        if isinstance(layer, Lines):
            return draw_lines(page, layer, lines_on_paper(layer, view, self._stock, crs), window)
        return draw_cells(page, layer, view, window)

    def _legend(self, found: Sequence[frozenset[str]]) -> Mapping[str, tuple[Entry, ...]]:
        legend: dict[str, tuple[Entry, ...]] = {}
        for layer, keys in zip(self._panel.layers, found, strict=True):
            entries = (layer.entry,) if isinstance(layer, Lines) else layer.entries
            title = _legend_title(layer, self._lang)
            known = legend.get(title, ())
            shown = tuple(entry for entry in entries if entry.key in keys and entry not in known)
            if known or shown:
                legend[title] = (*known, *shown)
        return legend

    def _labels(self, corners: _Corners) -> tuple[Placed, int]:
        """Return the texts, and what they are known by among those of other pages."""
        measure = self._stock.once("measure", "label", lambda: measurer(size("label_text")))
        tree = next((scene.tree for scene in self._scenes.values()), None)
        room = Room(_inner(self._view.window, size("label_gap")), (*corners.taken, *self._symbols()), tree)
        layers = [layer for layer in self._panel.layers if not isinstance(layer, Cells) and any(layer.labels)]
        key = hash((self._view.extent, self._view.crs.name, room.window, room.taken, *map(_named, layers)))

        def place() -> Placed:
            wishes = [wish for at, layer in enumerate(self._panel.layers) for wish in self._wishes(at, layer)]
            return placed(wishes, room, measure)

        return self._stock.once("labels", key, place, layers), key

    def _symbols(self) -> tuple[Extent, ...]:
        """Return the boxes of point symbols, unless they are so many that no label could keep off them."""
        boxes: list[Extent] = []
        for layer in self._panel.layers:
            if isinstance(layer, Points):
                places, inside = points_on_paper(layer, self._view, self._stock, self._panel.crs)
                sizes = {entry.key: (entry.size or size("point_size")) / 2 for entry in layer.entries}
                halves = [sizes.get(layer.keys[n], 0.0) for n in np.flatnonzero(inside)]
                boxes += [
                    (x - r, y - r, x + r, y + r) for (x, y), r in zip(places[inside].tolist(), halves, strict=True)
                ]
        return tuple(boxes) if len(boxes) <= size("points_avoided") else ()

    def _wishes(self, at: int, layer: Layer) -> list[Wish]:
        if isinstance(layer, Cells) or not layer.labels:
            return []
        if isinstance(layer, Areas):
            scene = self._scenes[at]
            texts = [clean(layer.labels[number]) for number in scene.index]
            return [Wish(texts[n], scene.shapes[n]) for n in np.flatnonzero(scene.inside) if texts[n]]
        if isinstance(layer, Points):
            places, inside = points_on_paper(layer, self._view, self._stock, self._panel.crs)
            sizes = {entry.key: entry.size or size("point_size") for entry in layer.entries}
            return [
                Wish(
                    clean(layer.labels[n]),
                    shapely.Point(places[n]),
                    sizes.get(layer.keys[n], 0.0) / 2 + 2 * size("label_gap"),
                )
                for n in np.flatnonzero(inside)
                if layer.labels[n]
            ]
        return self._line_wishes(layer)

    def _line_wishes(self, layer: Lines) -> list[Wish]:
        found = []
        for shape, text in zip(layer.shapes, layer.labels, strict=True):
            if not text or shape is None:
                continue
            one = Lines(theme="", title="", shapes=np.array([shape], dtype=object), entry=layer.entry)
            for way in lines_on_paper(one, self._view, self._stock, self._panel.crs):
                cut = shapely.intersection(way, shapely.box(*self._view.window))
                if not cut.is_empty:
                    found.append(Wish(clean(text), cut))
        return found

    def _corners(self, bar: Bar) -> _Corners:
        """Return where locator, arrow and bar go: each to the corner that is left where it hides least."""
        side = self._frame.locator
        wanted: list[tuple[str, tuple[float, float], tuple[int, ...]]] = []
        if side > 0 and needs_locator(self._panel, self._view, self._stock):
            wanted.append(("locator", (side, side), (2, 0, 3, 1)))
        wanted += [("arrow", arrow_size(self._page), (3, 2, 1, 0)), ("bar", bar_size(bar), (0, 1, 2, 3))]
        free, boxes = [0, 1, 2, 3], {}
        for name, room, order in wanted:
            options = [corner for corner in order if corner in free]
            hidden = {corner: self._hidden(self._corner(corner, room)) for corner in options}
            best = min(options, key=lambda corner: (round(hidden[corner], 2), options.index(corner)))
            if name == "locator" and hidden[best] > size("locator_hides") and self._whole():
                continue
            boxes[name] = self._corner(best, room)
            free.remove(best)
        return _Corners(boxes.get("locator"), boxes["arrow"], boxes["bar"])

    def _whole(self) -> bool:
        """Tell whether the region is seen whole: then the inset shows its surroundings alone, and may hide nothing."""
        shapes = region_of(self._panel)
        assert shapes is not None  # noqa: S101 - asked of a panel that has a locator
        west, south, east, north = self._view.extent
        box = shapely.total_bounds(self._stock.flat(shapes, self._panel.crs, self._view.crs))
        return bool(box[0] >= west and box[1] >= south and box[2] <= east and box[3] <= north)

    def _corner(self, corner: int, room: tuple[float, float]) -> Extent:
        """Return the box in a corner: 0 and 1 below, 2 and 3 above, even ones at the left."""
        left, bottom, right, top = _inner(self._view.window, size("furniture_gap"))
        x = left if corner % 2 == 0 else right - room[0]
        y = bottom if corner < 2 else top - room[1]
        return (x, y, x + room[0], y + room[1])

    def _hidden(self, box: Extent) -> float:
        """Return how much of the areas a box would hide, as a share of the box."""
        rectangle = shapely.box(*box)
        share = 0.0
        for scene in self._scenes.values():
            near: NDArray[np.object_] = scene.shapes[scene.tree.query(rectangle)]
            covered = shapely.clip_by_rect(near, *box) if len(near) else near
            share = max(share, float(shapely.area(covered).sum()) / rectangle.area)
        return min(share, 1.0)


def _named(layer: Areas | Points | Lines) -> tuple[object, ...]:
    """Return what the places of a layer's texts depend on, beside the view."""
    if isinstance(layer, Points):
        sizes = tuple((entry.key, entry.size) for entry in layer.entries)
        return (layer.labels, layer.places.tobytes(), layer.keys, sizes)
    return (layer.labels, layer.shapes.tobytes())


def _write(page: Page, texts: Placed) -> None:
    lines = [
        np.array([anchor_of(place.box, place.target), place.target])
        for place in texts.places
        if place.target is not None
    ]
    page.path(line_path(lines), line=colour("leader"), width=size("leader_line"))
    for place in texts.places:
        write_lines(page, place.lines, place.box, size("label_text"))


def _window(frame: Frame) -> Extent:
    small = min(frame.width, frame.height) < size("small_frame")
    border = size("border_small" if small else "border")
    return (border, border, frame.width - border, frame.height - border)


def _region(panel: Panel) -> Extent:
    """Return what the plane is chosen for: the whole region, so that the sheets of a study share one."""
    shapes = region_of(panel)
    if shapes is None:
        return panel.extent
    west, south, east, north = shapely.total_bounds(shapes)
    return (float(west), float(south), float(east), float(north))


def _inner(box: Extent, gap: float) -> Extent:
    return (box[0] + gap, box[1] + gap, box[2] - gap, box[3] - gap)


def _legend_title(layer: Layer, lang: str) -> str:
    unit = "" if isinstance(layer, Lines) else layer.unit
    if not unit:
        return layer.title
    return f"{layer.title} ({unit})" if lang == "en" else f"{layer.title}（{unit}）"
