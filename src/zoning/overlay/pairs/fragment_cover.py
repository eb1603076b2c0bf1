"""Which part of every cell each fragment unit ∩ zone covers, exactly, and no fragment is ever drawn.

A cell that lies whole in the zone is covered by the fragment as far as the unit covers it, and the other way round.
Only where both borders run through one cell their edges are looked at: what two polygons share inside a window is a sum
over pairs of edges (see :mod:`zoning.overlay.kernels.shared`), and the window is the cell.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.crs.areas import edges_of
from zoning.crs.ground import PLANE
from zoning.crs.kernels.windows import Edges
from zoning.overlay.coverage import Coverage
from zoning.overlay.kernels.cover import TINY, to_cells
from zoning.overlay.kernels.fragments import BOTH, cell_boxes, common_cells
from zoning.overlay.kernels.pieces import Covered
from zoning.overlay.kernels.shared import shared_areas
from zoning.overlay.polygons import Layer
from zoning.overlay.rings import chunks_of, in_threads
from zoning.supports import Grid

__all__ = ["fragment_coverage"]

_CHUNK_PAIRS = 1_000
_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Part = tuple[_Ints, _Ints, _Floats, _Ints, NDArray[np.int32]]


def fragment_coverage(
    pairs: _Ints, layers: tuple[Layer, Layer], covers: tuple[Coverage, Coverage], threads: int | None = None
) -> Coverage:
    """Return the coverage of a regular grid by the common parts of pairs of polygons.

    The fractions of a unit's fragments add up to the fractions of the unit wherever zones cover it (to 1e-11 of a
    cell), and so do all masses.

    Parameters
    ----------
    pairs : int64 (pairs, 2)
        Positions in both layers.
    layers : two Layer
        In the system of the grid, as they were laid.
    covers : two Coverage
        Of these layers, on one regular grid.
    threads : int or None
        None takes what the machine has; the result is the same.

    Returns
    -------
    Coverage
        One row per pair, in their order; a pair that shares nothing on the grid has no cells.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from affine import Affine
    >>> from zoning.overlay.onto_grid import lay
    >>> from zoning.overlay.polygons import read_layer
    >>> grid = Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (1, 2))
    >>> unit = read_layer(gpd.GeoSeries([shapely.box(500_000, 2_749_500, 500_750, 2_750_000)], crs="EPSG:4549"))
    >>> zone = read_layer(gpd.GeoSeries([shapely.box(500_625, 2_749_000, 502_000, 2_751_000)], crs="EPSG:4549"))
    >>> laid = fragment_coverage(np.array([[0, 0]]), (unit, zone), (lay(unit, grid), lay(zone, grid)))
    >>> laid.to_sparse().toarray().tolist()
    [[0.0, 0.25]]
    """
    grid = covers[0].grid
    if not isinstance(grid, Grid):
        raise TypeError(type(grid).__name__)
    cols = grid.shape[1]
    sides = [_side(cover) for cover in covers]
    edges = [_edges(layer, grid) for layer in layers]

    def meet(begin: int, end: int) -> _Part:
        count, cell, fraction, runs, run = common_cells(pairs, begin, end, *sides[0], *sides[1], cols)
        own = pairs[begin:end]
        _fill(own.repeat(count, axis=0), cell, fraction, (edges[0], edges[1], cols))
        return _without_rounding((count, cell, fraction, runs, run))

    chunks = chunks_of(np.arange(len(pairs) + 1), _CHUNK_PAIRS)
    parts = in_threads(meet, chunks, threads) or [meet(0, 0)]
    count, cell, fraction, runs, run = (np.concatenate(part) for part in zip(*parts, strict=True))
    row, c0, c1 = (np.ascontiguousarray(run[:, column]) for column in range(3))
    ptr, run_ptr = np.append(0, np.cumsum(count)), np.append(0, np.cumsum(runs))
    return Coverage(pd.RangeIndex(len(pairs)), grid, ptr, cell, fraction, run_ptr, row, c0, c1)


def _side(cover: Coverage) -> tuple[tuple[_Ints, _Ints], Covered, _Ints]:
    covered = Covered(cover.cell, cover.fraction, cover.run_row, cover.run_c0, cover.run_c1)
    boxes = cell_boxes(cover.cell_ptr, cover.run_ptr, covered, cover.grid.shape[1])
    return (cover.cell_ptr, cover.run_ptr), covered, boxes


def _edges(layer: Layer, grid: Grid) -> Edges:
    """Return the edges of a layer in cell coordinates, the same to the bit as those that were laid."""
    shift, rings = grid.transform, layer.rings
    u, v = to_cells(rings.x, float(shift.c), float(shift.a)), to_cells(rings.y, float(shift.f), float(shift.e))
    return edges_of(u, v, rings.ring_ptr, rings.outer, rings.unit_ptr)[0]


def _fill(pairs: _Ints, cell: _Ints, fraction: _Floats, on: tuple[Edges, Edges, int]) -> None:
    """Compute what two polygons share in the cells through which the borders of both run, in place."""
    edges_a, edges_b, cols = on
    both = np.flatnonzero(fraction == BOTH)
    row, col = np.divmod(cell[both], cols)
    windows = np.column_stack([col, row, col + 1, row + 1]).astype(np.float64)
    areas = np.zeros(len(both))
    own = np.ascontiguousarray(pairs[both])
    shared_areas(np.arange(len(both)), own, windows, edges_a, edges_b, PLANE, 0, len(both), areas)
    fraction[both] = np.clip(areas, 0.0, 1.0)


def _without_rounding(part: _Part) -> _Part:
    """Leave out fractions that are rounding, of a cell, or of the fragment if that is smaller."""
    count, cell, fraction, runs, run = part
    of_cell, of_run = np.arange(len(count)).repeat(count), np.arange(len(count)).repeat(runs)
    size = np.bincount(of_cell, fraction, len(count)) + np.bincount(of_run, run[:, 2] - run[:, 1], len(count))
    kept = fraction > TINY * np.minimum(size, 1.0)[of_cell]
    return np.bincount(of_cell[kept], minlength=len(count)), cell[kept], fraction[kept], runs, run
