"""Cells of a grid on a page: as quadrilaterals with their true corners, or as an exact picture where they are many."""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.transforms import Affine2D, Bbox
from numpy.typing import NDArray
from pyproj import CRS

from zoning.atlas.drawing.ink import POINTS, Page, shape_path, size
from zoning.cartography.model import Cells, Extent
from zoning.cartography.scale import View
from zoning.cartography.warp import warped
from zoning.crs import transformer
from zoning.supports import Grid

__all__ = ["draw_cells"]

_Floats = NDArray[np.float64]
_SEAM = 0.03  # mm: the stroke that closes the hair between neighbouring cells


def draw_cells(page: Page, layer: Cells, view: View, clip: Extent) -> frozenset[str]:
    """Draw the cells of a grid in the colours of their classes; return the classes in the window."""
    strips = _strips(layer, view)
    if strips is None:
        classes = _picture(page, layer, view)
    else:
        shapes, numbers = strips
        for number, entry in enumerate(layer.entries):
            path = shape_path(shapes[numbers == number])
            page.path(path, fill=entry.fill, line=entry.fill, width=_SEAM, clip=clip)
        inside = shapely.intersects(shapes, shapely.box(*clip)) if len(shapes) else np.zeros(0, dtype=bool)
        classes = np.unique(numbers[inside])
    return frozenset(layer.entries[number].key for number in classes if 0 <= number < len(layer.entries))


def _strips(layer: Cells, view: View) -> tuple[NDArray[np.object_], NDArray[np.int16]] | None:
    """Return cells in view as polygons on the page, equal neighbours of a row as one; None if they are too many."""
    window = _window(layer.grid, view) if isinstance(layer.grid, Grid) else None
    if not isinstance(layer.grid, Grid):
        return _meshes(layer, view)
    if window is None or (window[1] - window[0]) * (window[3] - window[2]) > size("cells_drawn"):
        return None
    row0, row1, col0, col1 = window
    classes = layer.classes[row0:row1, col0:col1]
    turn = layer.grid.transform
    x, y = np.meshgrid(turn.c + np.arange(col0, col1 + 1) * turn.a, turn.f + np.arange(row0, row1 + 1) * turn.e)
    corners = _on_paper(layer, view, x.ravel(), y.ravel()).reshape((*x.shape, 2))
    shapes, numbers = [], []
    for row, line in enumerate(classes):
        for start, end in _runs(line):
            ring = np.vstack([corners[row, start : end + 1], corners[row + 1, start : end + 1][::-1]])
            if np.isfinite(ring).all():
                shapes.append(shapely.Polygon(ring))
                numbers.append(line[start])
    made = np.array(shapes, dtype=object)
    return shapely.orient_polygons(made) if len(made) else made, np.array(numbers, dtype=np.int16)


def _runs(line: NDArray[np.int16]) -> list[tuple[int, int]]:
    """Return the stretches of equal classes in a row, without those that draw nothing."""
    cuts = np.flatnonzero(np.diff(line)) + 1
    starts, ends = np.append(0, cuts), np.append(cuts, len(line))
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b > a and line[a] >= 0]


def _meshes(layer: Cells, view: View) -> tuple[NDArray[np.object_], NDArray[np.int16]] | None:
    assert not isinstance(layer.grid, Grid)  # noqa: S101 - regular grids go by rows
    classes = layer.classes.ravel()
    box = shapely.box(*_seen_from(layer.grid.crs, view))
    polygons = layer.grid.polygons.ravel()
    near = np.flatnonzero(shapely.intersects(polygons, box) & (classes >= 0))
    if len(near) > size("cells_drawn"):
        return None

    def moved(places: _Floats) -> _Floats:
        return _on_paper(layer, view, places[:, 0], places[:, 1])

    shapes = np.asarray(shapely.transform(polygons[near], moved))
    return shapely.orient_polygons(shapes) if len(shapes) else shapes, classes[near]


def _on_paper(layer: Cells, view: View, x: _Floats, y: _Floats) -> _Floats:
    way = transformer(layer.grid.crs, view.crs)
    return view.to_paper(np.column_stack(way.transform(x, y)))


def _seen_from(crs: CRS, view: View) -> Extent:
    west, south, east, north = transformer(view.crs, crs).transform_bounds(*view.extent)
    return (west, south, east, north)


def _window(grid: Grid, view: View) -> tuple[int, int, int, int] | None:
    """Return the rows and columns in view; None if the view reaches where the grid's system cannot."""
    west, south, east, north = _seen_from(grid.crs, view)
    if not np.isfinite([west, south, east, north]).all() or west > east:
        return None
    turn = grid.transform
    rows = sorted(((south - turn.f) / turn.e, (north - turn.f) / turn.e))
    row0, row1 = np.clip([np.floor(rows[0]), np.ceil(rows[1])], 0, grid.shape[0]).astype(int).tolist()
    cols = (west - turn.c) / turn.a, (east - turn.c) / turn.a
    col0, col1 = np.clip([np.floor(cols[0]), np.ceil(cols[1])], 0, grid.shape[1]).astype(int).tolist()
    return row0, row1, col0, col1


class _Picture(Artist):
    """Colours of pixels over a box of the page (points), as they are."""

    def __init__(self, pixels: NDArray[np.uint8], box: Extent) -> None:
        super().__init__()
        self._pixels, self._box = pixels, box

    def draw(self, renderer: RendererBase) -> None:
        """Hand the pixels to the file without resampling them."""
        gc = renderer.new_gc()
        left, bottom, right, top = self._box
        if renderer.option_scale_image():
            way = Affine2D().scale(right - left, top - bottom)
            renderer.draw_image(gc, left, bottom, self._pixels[::-1], way)
        gc.restore()

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:  # noqa: ARG002 - the signature is matplotlib's
        """Return the box of the picture."""
        return Bbox.from_extents(*self._box)


def _picture(page: Page, layer: Cells, view: View) -> NDArray[np.int16]:
    left, bottom, right, top = view.window
    wide, high = right - left, top - bottom
    dots = min(size("cells_dpi") / 25.4, (size("cells_pixels") / (wide * high)) ** 0.5)
    shape = max(round(high * dots), 1), max(round(wide * dots), 1)
    classes = warped(layer.grid, layer.classes, view.crs, view.extent, shape)
    shades = np.array([*(to_rgba(entry.fill or "none") for entry in layer.entries), (1, 1, 1, 0)])
    pixels = np.round(shades[classes] * 255).astype(np.uint8)
    box = (left * POINTS, bottom * POINTS, right * POINTS, top * POINTS)
    page.add(_Picture(pixels, box))
    return np.unique(classes)
