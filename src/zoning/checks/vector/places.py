"""Where a fault is, in words and on the map: its place in degrees and in the file's own numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import project, transformer
from zoning.messages import Both
from zoning.tables import numbers

__all__ = ["map_shapes", "place_text"]

_DEGREES = CRS.from_epsg(4490)


def place_text(x: float, y: float, crs: CRS | None) -> Both:
    """Return a place as degrees and, for a projected layer, in its own coordinates too.

    Examples
    --------
    >>> place_text(353211.0, 2725263.0, CRS("EPSG:4549")).en
    'lon 118.550399 lat 24.624763 (x 353211.00, y 2725263.00)'
    """
    own = f"x {x:.2f}, y {y:.2f}"
    if crs is None:
        return Both(own, own)
    lon, lat = transformer(crs, _DEGREES).transform(x, y)
    zh, en = f"经度 {lon:.6f} 纬度 {lat:.6f}", f"lon {lon:.6f} lat {lat:.6f}"
    if crs.is_geographic:
        return Both(zh, en)
    return Both(f"{zh}（{own}）", f"{en} ({own})")


def map_shapes(shapes: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return shapes for the map, in EPSG:4490."""
    if not len(shapes):
        return shapes
    return project(np.asarray(shapes, dtype=object), crs, _DEGREES, numbers("thresholds")["fault_densify"])
