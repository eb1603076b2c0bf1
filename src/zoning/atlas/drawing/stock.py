"""Shapes as a view needs them, kept between the panels of a file: projected, eased and cut once, drawn many times."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.atlas.drawing.ink import shape_path, size
from zoning.cartography.easing import eased, polygonal, seen, tolerance_of
from zoning.cartography.model import Extent
from zoning.cartography.scale import View
from zoning.crs import same_crs, transformer

__all__ = ["Scene", "Stock", "bounds_of"]

_Shapes = NDArray[np.object_]
_T = TypeVar("_T")
_KEPT = 24  # results of one kind that are kept; the panels of a sheet, and of a few sheets before it
_MILLIMETRES = 3  # digits behind the metre that are kept of projected borders, so that common ones stay in common


@dataclass(frozen=True)
class Scene:
    """Polygons of one layer in one view.

    Attributes
    ----------
    index : ndarray of int
        Which shapes of the layer these are.
    shapes : ndarray of polygons
        On the page, mm; simplified, and cut off well outside the window. Holes run against their shells.
    inside : ndarray of bool
        Whether a shape is really inside the window.
    """

    index: NDArray[np.int64]
    shapes: _Shapes
    inside: NDArray[np.bool_]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the shapes on the page."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def paths(self) -> NDArray[np.object_]:
        """Each shape as a path in points."""
        paths = np.empty(len(self.shapes), dtype=object)
        for number in range(len(self.shapes)):
            paths[number] = shape_path(self.shapes[number : number + 1])
        return paths

    @cached_property
    def sides(self) -> NDArray[np.float64]:
        """Longer side of each shape, mm."""
        bounds = shapely.bounds(self.shapes)
        return np.asarray(np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]))


class Stock:
    """What was computed for the panels before."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[object, tuple[object, Any]]] = {}

    def once(self, kind: str, key: object, make: Callable[[], _T], hold: object = None) -> _T:
        """Return what was made for a key, or make it; ``hold`` stays alive as long as it is kept.

        A key may name objects by their address, as those of an array of shapes: hence ``hold``.
        """
        kept = self._kept.setdefault(kind, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return cast("_T", kept[key][1])
        made = make()
        kept[key] = (hold, made)
        if len(kept) > _KEPT:
            kept.popitem(last=False)
        return made

    def scene(self, shapes: _Shapes, crs: CRS, view: View) -> Scene:
        """Return the polygons of a layer as a view shows them."""
        key = (shapes.tobytes(), view.extent, view.window, view.crs.name)
        return self.once("scene", key, lambda: self._scene(shapes, crs, view), shapes)

    def flat(self, shapes: _Shapes, crs: CRS, plane: CRS) -> _Shapes:
        """Return shapes in the plane they are drawn in."""
        if same_crs(crs, plane):
            return shapes
        return self.once("flat", (shapes.tobytes(), plane.name), lambda: _projected(shapes, crs, plane), shapes)

    def _polygons(self, shapes: _Shapes, crs: CRS, plane: CRS) -> tuple[_Shapes, shapely.STRtree]:
        def make() -> tuple[_Shapes, shapely.STRtree]:
            made = polygonal(shapely.force_2d(self.flat(shapes, crs, plane)))
            return made, shapely.STRtree(made)

        return self.once("polygons", (shapes.tobytes(), plane.name), make, shapes)

    def _scene(self, shapes: _Shapes, crs: CRS, view: View) -> Scene:
        polygons, tree = self._polygons(shapes, crs, view.crs)
        window = shapely.box(*view.extent)
        index = np.sort(tree.query(window))
        tolerance = tolerance_of(view.per_mm)
        if len(index) > size("easing_whole") * len(polygons):
            whole = self.once(
                "eased", (shapes.tobytes(), view.crs.name, tolerance), lambda: eased(polygons, tolerance), shapes
            )
            simple = whole[index]
        else:
            simple = eased(polygons[index], tolerance)
        inside = shapely.intersects(simple, window) if len(simple) else np.zeros(0, dtype=bool)
        cut = shapely.orient_polygons(seen(simple, view.extent))
        return Scene(index, shapely.transform(cut, view.to_paper), np.asarray(inside))


def _projected(shapes: _Shapes, crs: CRS, plane: CRS) -> _Shapes:
    """Return shapes in another system; long edges are split first, since straight ones do not stay so."""
    bounds = shapely.total_bounds(shapes)
    step = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 200
    dense = shapely.segmentize(shapes, step) if step > 0 else shapes
    way = transformer(crs, plane)

    def moved(places: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(np.column_stack(way.transform(places[:, 0], places[:, 1])), _MILLIMETRES)

    return np.asarray(shapely.transform(dense, moved))


def bounds_of(extent: Extent, crs: CRS, plane: CRS) -> Extent:
    """Return the extent in another system that holds a whole extent."""
    if same_crs(crs, plane):
        return extent
    west, south, east, north = transformer(crs, plane).transform_bounds(*extent)
    return (west, south, east, north)
