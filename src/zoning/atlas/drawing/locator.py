"""The inset that tells where the frame lies in the whole region."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.atlas.drawing.ink import Page, colour, shape_path, size
from zoning.atlas.drawing.layers import draw_lines, lines_on_paper
from zoning.atlas.drawing.stock import Stock
from zoning.cartography.easing import polygonal
from zoning.cartography.model import Areas, Extent, Lines, Panel
from zoning.cartography.scale import View, fitted

__all__ = ["draw_locator", "needs_locator", "region_of"]

_BOUNDARY = "base.boundary"


def region_of(panel: Panel) -> NDArray[np.object_] | None:
    """Return the shapes of the whole region: those the panel states, else its layer of the most areas."""
    if panel.around is not None and len(panel.around):
        return panel.around
    areas = [layer.shapes for layer in panel.layers if isinstance(layer, Areas) and len(layer.shapes)]
    return max(areas, key=len, default=None)


def needs_locator(panel: Panel, view: View, stock: Stock) -> bool:
    """Tell whether an inset would show more than the frame: more of the region, or of the boundaries around it."""
    shapes = region_of(panel)
    return shapes is not None and not _within(_around(shapes, panel, view, stock), view.extent)


def _around(shapes: NDArray[np.object_], panel: Panel, view: View, stock: Stock) -> Extent:
    """Return the box of the region and of the boundaries of the base map, in the plane of the view."""
    layers = [layer.shapes for layer in panel.layers if isinstance(layer, Lines) and layer.theme == _BOUNDARY]
    boxes = np.array([shapely.total_bounds(stock.flat(one, panel.crs, view.crs)) for one in (shapes, *layers)])
    low, high = np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _within(box: Extent, other: Extent) -> bool:
    return box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]


def draw_locator(page: Page, panel: Panel, view: View, stock: Stock, box: Extent) -> None:
    """Draw the region in a box of the page, and the window of ``view`` in it as a rectangle.

    A rectangle too small to be seen is drawn in the least size that can be.
    """
    shapes = region_of(panel)
    if shapes is None:
        return
    inset = _inset(_around(shapes, panel, view, stock), view, box)
    page.box(box, fill=colour("paper"))
    page.path(
        shape_path(_outline(shapes, panel.crs, inset, stock)),
        fill=colour("locator_fill"),
        line=colour("locator_outline"),
        width=size("locator_outline"),
        clip=box,
    )
    for layer in panel.layers:
        if isinstance(layer, Lines) and layer.theme == _BOUNDARY:
            draw_lines(page, layer, lines_on_paper(layer, inset, stock, panel.crs), box)
    page.box(_rectangle(view, inset, box), line=colour("locator_frame"), width=size("locator_line"))
    page.box(box, line=colour("ink"), width=size("frame_line"))


def _inset(around: Extent, view: View, box: Extent) -> View:
    bounds, extent = np.array(around), np.array(view.extent)
    west, south = np.minimum(bounds[:2], extent[:2])
    east, north = np.maximum(bounds[2:], extent[2:])
    return fitted(view.crs, (float(west), float(south), float(east), float(north)), box)


def _outline(shapes: NDArray[np.object_], crs: CRS, inset: View, stock: Stock) -> NDArray[np.object_]:
    """Return the region as one shape: its inner borders would be a grey blur at this size."""

    def make() -> NDArray[np.object_]:
        whole = shapely.union_all(stock.scene(shapes, crs, inset).shapes)
        return np.asarray(shapely.orient_polygons(polygonal(np.array([whole], dtype=object))))

    return stock.once("region", (shapes.tobytes(), inset.extent, inset.window, inset.crs.name), make, shapes)


def _rectangle(view: View, inset: View, box: Extent) -> Extent:
    corners = inset.to_paper(np.array(view.extent).reshape(2, 2))
    middle, least = corners.mean(axis=0), size("locator_least")
    half = np.maximum((corners[1] - corners[0]) / 2, least / 2)
    lowest = np.clip(middle - half, box[:2], box[2:])
    highest = np.clip(middle + half, box[:2], box[2:])
    return (float(lowest[0]), float(lowest[1]), float(highest[0]), float(highest[1]))
