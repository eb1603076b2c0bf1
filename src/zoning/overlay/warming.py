"""Kernels compiled before they are needed, so that a caller can show the wait as a step of its own."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine

from zoning.crs import DENSIFY, as_crs, geodesic_area
from zoning.overlay.fragment_cover import fragment_coverage
from zoning.overlay.intersections import intersection_areas
from zoning.overlay.onto_grid import coverage
from zoning.overlay.polygons import read_layer
from zoning.supports import Grid

__all__ = ["warm_up"]


def warm_up() -> None:
    """Compile the kernels on a toy polygon, or load them from the cache: seconds the first time, then under one.

    Examples
    --------
    >>> warm_up()
    """
    toy = gpd.GeoSeries([shapely.box(118.05, 24.85, 118.25, 24.95)], crs="EPSG:4490")
    laid = coverage(toy, Grid("EPSG:4549", Affine(9000.0, 0, 300_000.0, 0, -9000.0, 2_775_000.0), (4, 4)))
    holed = np.ones((9, 4, 4))
    holed[:, 1:] = np.nan
    for values in (np.ones((4, 4)), np.ones((4, 4), np.float32), holed, holed[0], holed[0].astype(np.float32)):
        laid.mean(values)
    laid.variance(holed[0])
    laid.quantile(holed[0], 0.5)
    laid.fractions(holed[0])
    intersection_areas(toy, toy)
    layer = read_layer(toy).projected(laid.grid.crs, DENSIFY)
    fragment_coverage(np.zeros((1, 2), dtype=np.int64), (layer, layer), (laid, laid))
    geodesic_area(toy.to_numpy(), as_crs(toy.crs))
