"""Gap-free layers of any size with nothing but shapes: what speed is measured on and laws are tried on."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.synthetic.mosaic import Mosaic, mosaic, roughen

__all__ = ["patchwork"]

_EDGES = 6.0  # of a Voronoi cell, on average
_EDGE = 0.62  # mean length of an edge, in spacings
_MARGIN = 3.0  # spacings: the outermost tiles of a mosaic are left open
_SPACING = 1_000.0


def patchwork(
    units: int,
    vertices: int,
    bounds: tuple[float, float, float, float],
    *,
    crs: object = "EPSG:4490",
    seed: int = 1,
) -> gpd.GeoDataFrame:
    """Return a gap-free layer of polygons with fractal borders that fills a box up to its ragged rim.

    Neighbours share the very same vertices. The same arguments give the same coordinates.

    Parameters
    ----------
    units : int
        How many polygons.
    vertices : int
        About how many vertices each has on average (within a factor of about 1.4: edges are halved, again and again).
    bounds : tuple of float
        West, south, east, north in units of the system; the layer just fits in.
    crs : CRS or anything pyproj understands
        Its system; nothing is projected.
    seed : int
        Draws everything.

    Returns
    -------
    GeoDataFrame, index «U0000001» …
        Geometry only.

    Examples
    --------
    >>> layer = patchwork(50, 60, (118.0, 24.0, 119.0, 25.0))
    >>> len(layer), layer.index[0], bool(layer.is_valid.all()), layer.total_bounds.round(9).tolist()
    (50, 'U0000001', True, [118.0, 24.0, 119.0, 25.0])
    """
    if units < 1 or vertices < 1:
        raise ValueError(f"units ≥ 1 and vertices ≥ 1 needed, got {units}, {vertices}")
    rng = np.random.default_rng(seed)
    half = _SPACING * np.sqrt(units * np.sqrt(3) / 2) / 2
    straight = mosaic(rng, half + _MARGIN * _SPACING, _SPACING)
    chosen = np.sort(np.argsort(np.abs(straight.seeds).max(axis=1), kind="stable")[:units])
    inside = np.zeros(len(straight.seeds), dtype=bool)
    inside[chosen] = True
    detail = _EDGE * _SPACING * _EDGES / max(vertices, _EDGES)
    rough = _fitted(roughen(rng, straight, inside, detail), inside, bounds)
    labels = pd.Index([f"U{number:07d}" for number in range(1, units + 1)])
    return gpd.GeoDataFrame(geometry=rough.tiles(chosen), crs=crs, index=labels)


def _fitted(tiles: Mosaic, inside: NDArray[np.bool_], bounds: tuple[float, float, float, float]) -> Mosaic:
    """Stretch a mosaic so that the tiles inside just fill a box; shared vertices stay shared."""
    drawn = np.repeat(inside[tiles.ridges].any(axis=1), np.diff(tiles.offsets))
    low, high = tiles.curves[drawn].min(axis=0), tiles.curves[drawn].max(axis=0)
    corner, size = np.array(bounds[:2]), np.array(bounds[2:]) - np.array(bounds[:2])
    scale = size / (high - low)
    return replace(tiles, curves=(tiles.curves - low) * scale + corner, seeds=(tiles.seeds - low) * scale + corner)
