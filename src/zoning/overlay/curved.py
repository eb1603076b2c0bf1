"""Units × cells that are polygons, curvilinear or unstructured: polygon × polygon, in the plane of the grid."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.overlay.pairs.intersections import shared
from zoning.overlay.polygons import Layer
from zoning.overlay.rings import Rings
from zoning.supports import CellGrid, CurvedGrid

__all__ = ["covered_cells"]

_WHOLE = 1e-13  # a fraction this near to 1 is 1, as in a regular grid


def covered_cells(
    layer: Layer, grid: CurvedGrid, threads: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return ``cell_ptr, cell, fraction`` of a :class:`zoning.overlay.Coverage`: shared area over area of the cell.

    Both areas are plane ones in the system of the grid, as for a regular grid. A cover thinner than the rounding of the
    coordinates is none (see :func:`zoning.overlay.pairs.intersections.shared`).

    Parameters
    ----------
    layer : Layer
        Units in the system of the grid.
    grid : CurvedGrid or CellGrid
        An empty cell is covered by nothing.
    threads : int or None
        None takes what the machine has; the result is the same.
    """
    pairs = shared(layer, _cells(grid), threads)
    fraction = pairs.area / pairs.area_b
    fraction[np.abs(fraction - 1.0) <= _WHOLE] = 1.0
    counts = np.bincount(pairs.a, minlength=len(layer.index))
    return np.append(0, np.cumsum(counts)), pairs.b, fraction


def _cells(grid: CurvedGrid) -> Layer:
    """Return the cells as a layer, row-major; an empty cell has no ring."""
    if isinstance(grid, CellGrid):
        return Layer(pd.RangeIndex(grid.shape[1]), Rings.of(grid.polygons), grid.crs)
    filled = ~np.isnan(grid.rings[:, 0, 0])
    points = grid.rings[filled]
    count, corners = points.shape[:2]
    rings = Rings(
        x=points[..., 0].ravel(),
        y=points[..., 1].ravel(),
        ring_ptr=np.arange(count + 1, dtype=np.int64) * corners,
        outer=np.ones(count, dtype=bool),
        unit_ptr=np.append(0, np.cumsum(filled, dtype=np.int64)),
    )
    return Layer(pd.RangeIndex(len(filled)), rings, grid.crs)
