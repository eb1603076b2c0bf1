"""Kernels compiled before they are needed, so that a caller can show the wait as a step of its own."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from zoning.crs import DENSIFY, as_crs, geodesic_area
from zoning.overlay.coverage import Coverage
from zoning.overlay.onto_grid import coverage
from zoning.overlay.pairs.fragment_cover import fragment_coverage
from zoning.overlay.pairs.fragments import fragments
from zoning.overlay.pairs.intersections import intersection_areas, shared
from zoning.overlay.polygons import WkbPolygons, read_layer
from zoning.supports import Grid

__all__ = ["warm_up"]


def warm_up(*, everything: bool = False) -> None:
    """Compile the kernels on a toy polygon, or load them from the cache: seconds the first time, then under one.

    Parameters
    ----------
    everything : bool
        Also those that a run of a study has no use for: many layers at once, float32, statistics other than sums,
        drawn pieces, GeoParquet as bytes. Otherwise they are compiled when they are first used.

    Examples
    --------
    >>> warm_up()
    """
    toy = gpd.GeoSeries([shapely.box(118.05, 24.85, 118.25, 24.95)], crs="EPSG:4490")
    laid = coverage(toy, Grid("EPSG:4549", Affine(9000.0, 0, 300_000.0, 0, -9000.0, 2_775_000.0), (4, 4)))
    holed = np.ones((4, 4))
    holed[1:] = np.nan
    laid.total(np.ones((4, 4)))
    laid.mean(holed)
    layer = read_layer(toy).projected(laid.grid.crs, DENSIFY)
    shared(layer, layer)
    fragment_coverage(np.zeros((1, 2), dtype=np.int64), (layer, layer), (laid, laid))
    geodesic_area(toy.to_numpy(), as_crs(toy.crs))
    if everything:
        _warm_the_rest(toy, laid, holed)


def _warm_the_rest(toy: gpd.GeoSeries, laid: Coverage, holed: NDArray[np.float64]) -> None:
    deep = np.stack([holed] * 9)
    for values in (deep, deep.astype(np.float32), holed.astype(np.float32), np.ones((4, 4), np.float32)):
        laid.mean(values)
    laid.variance(holed)
    laid.quantile(holed, 0.5)
    laid.fractions(holed)
    intersection_areas(toy, toy)
    fragments(toy, toy.translate(0.1, 0.05), toy.crs)
    packed = toy.to_wkb().iloc[0]
    offsets = np.array([0, len(packed)], dtype=np.int64)
    coverage(WkbPolygons(toy.index, as_crs(toy.crs), np.frombuffer(packed, np.uint8), offsets), laid.grid)
