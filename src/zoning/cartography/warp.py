"""A grid as pixels of another plane: each pixel shows the class of the cell that its centre lies in, nothing is mixed.

Pixels are taken back to the grid's own system on a coarse lattice and between its nodes in straight lines; a pixel that
is nearer to the border of a cell than that can be wrong is taken back by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from zoning.cartography.model import Extent
from zoning.crs import same_crs, transformer
from zoning.supports import AnyGrid, Grid

__all__ = ["warped"]

_Floats = NDArray[np.float64]
_STEP = 16  # pixels between nodes of the lattice
_SAFETY = 4.0  # times the largest error seen half way between the nodes


def warped(
    grid: AnyGrid, classes: NDArray[np.int16], crs: CRS, extent: Extent, shape: tuple[int, int]
) -> NDArray[np.int16]:
    """Return the class at the centre of every pixel of a picture; −1 outside the grid.

    Parameters
    ----------
    grid : Grid or CurvedGrid
        The cells.
    classes : ndarray of int16, of the shape of the grid
        Class of each cell.
    crs : CRS
        Of the picture.
    extent : tuple
        West, south, east, north of the picture in ``crs``.
    shape : tuple of int
        Rows and columns of the picture, the first row in the north.

    Examples
    --------
    >>> from affine import Affine
    >>> grid = Grid("EPSG:4549", Affine(100, 0, 500_000, 0, -100, 2_700_200), (2, 2))
    >>> classes = np.array([[0, 1], [2, 3]], dtype=np.int16)
    >>> warped(grid, classes, CRS("EPSG:4549"), (500_000, 2_700_000, 500_300, 2_700_200), (2, 3))
    array([[ 0,  1, -1],
           [ 2,  3, -1]], dtype=int16)
    """
    rows, cols = shape
    west, south, east, north = extent
    x = west + (np.arange(cols) + 0.5) * (east - west) / cols
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    if not isinstance(grid, Grid):
        return _located(grid, classes, crs, x, y)
    row, col, exact = _indices(grid, crs, x, y)
    found = _looked_up(classes, row, col)
    doubtful = np.flatnonzero(~exact.ravel())
    if len(doubtful):
        sure = _cell_numbers(grid, crs, x[doubtful % cols], y[doubtful // cols])
        found.ravel()[doubtful] = _looked_up(classes, *sure)
    return found


def _looked_up(classes: NDArray[np.int16], row: _Floats, col: _Floats) -> NDArray[np.int16]:
    rows, cols = classes.shape
    with np.errstate(invalid="ignore"):
        inside = (row >= 0) & (row < rows) & (col >= 0) & (col < cols)
    at = np.where(inside, np.floor(row), 0).astype(np.int32), np.where(inside, np.floor(col), 0).astype(np.int32)
    return np.where(inside, classes[at], np.int16(-1)).astype(np.int16, copy=False)


def _cell_numbers(grid: Grid, crs: CRS, x: _Floats, y: _Floats) -> tuple[_Floats, _Floats]:
    """Return row and column, with fractions, of points of another system; not finite where there is no such place."""
    if not same_crs(crs, grid.crs):
        x, y = transformer(crs, grid.crs).transform(x, y)
    turn = grid.transform
    with np.errstate(invalid="ignore"):
        return (np.asarray(y) - turn.f) / turn.e, (np.asarray(x) - turn.c) / turn.a


def _indices(grid: Grid, crs: CRS, x: _Floats, y: _Floats) -> tuple[_Floats, _Floats, NDArray[np.bool_]]:
    """Return row, column and whether they are sure to be in the right cell, for every pixel."""
    if same_crs(crs, grid.crs):
        col = _cell_numbers(grid, crs, x, np.full_like(x, y[0]))[1]
        row = _cell_numbers(grid, crs, np.full_like(y, x[0]), y)[0]
        shape = (len(y), len(x))
        return np.broadcast_to(row[:, None], shape), np.broadcast_to(col, shape), np.ones(shape, dtype=bool)
    nodes_x, nodes_y = _nodes(len(x)), _nodes(len(y))
    at_x, at_y = np.interp(nodes_x, np.arange(len(x)), x), np.interp(nodes_y, np.arange(len(y)), y)
    known = [_node_values(grid, crs, at_x, at_y, axis) for axis in (0, 1)]
    filled, exact = [], np.ones((len(y), len(x)), dtype=bool)
    for axis, values in enumerate(known):
        across = _between(values, nodes_y, nodes_x, (len(y), len(x)))
        error = _SAFETY * _error(grid, crs, (at_x, at_y), values, axis)
        with np.errstate(invalid="ignore"):
            exact &= np.abs(across - np.rint(across)) > error
        filled.append(across)
    return filled[0], filled[1], exact


def _nodes(count: int) -> _Floats:
    return np.unique(np.append(np.arange(0, count, _STEP), count - 1)).astype(np.float64)


def _node_values(grid: Grid, crs: CRS, x: _Floats, y: _Floats, axis: int) -> _Floats:
    across, down = np.meshgrid(x, y)
    return _cell_numbers(grid, crs, across.ravel(), down.ravel())[axis].reshape(across.shape)


def _between(values: _Floats, rows: _Floats, cols: _Floats, shape: tuple[int, int]) -> _Floats:
    """Return values between the nodes of a lattice, linear along rows and along columns."""
    at = np.arange(shape[1])
    left = np.clip(np.searchsorted(cols, at, side="right") - 1, 0, max(len(cols) - 2, 0))
    right = np.minimum(left + 1, len(cols) - 1)
    share = (at - cols[left]) / np.maximum(cols[right] - cols[left], 1)
    along = values[:, left] + (values[:, right] - values[:, left]) * share
    down = np.arange(shape[0])
    upper = np.clip(np.searchsorted(rows, down, side="right") - 1, 0, max(len(rows) - 2, 0))
    lower = np.minimum(upper + 1, len(rows) - 1)
    part = ((down - rows[upper]) / np.maximum(rows[lower] - rows[upper], 1))[:, None]
    return np.asarray(along[upper] + (along[lower] - along[upper]) * part)


def _error(grid: Grid, crs: CRS, at: tuple[_Floats, _Floats], values: _Floats, axis: int) -> float:
    """Return the largest error half way between the nodes, in cells; infinite where a node lies nowhere."""
    if not np.isfinite(values).all():
        return float("inf")
    x, y = at
    half_x = (x[1:] + x[:-1]) / 2 if len(x) > 1 else x
    half_y = (y[1:] + y[:-1]) / 2 if len(y) > 1 else y
    true = _node_values(grid, crs, half_x, half_y, axis)
    mean = values
    mean = (mean[:, 1:] + mean[:, :-1]) / 2 if len(x) > 1 else mean
    mean = (mean[1:] + mean[:-1]) / 2 if len(y) > 1 else mean
    return float(np.max(np.abs(true - mean), initial=0.0)) + 1e-9


def _located(grid: AnyGrid, classes: NDArray[np.int16], crs: CRS, x: _Floats, y: _Floats) -> NDArray[np.int16]:
    """Return the classes of a grid that follows no axes, by the cell that holds each centre."""
    assert not isinstance(grid, Grid)  # noqa: S101 - regular grids are looked up by row and column
    across, down = (values.ravel() for values in np.meshgrid(x, y))
    if not same_crs(crs, grid.crs):
        across, down = transformer(crs, grid.crs).transform(across, down)
    cell = grid.locate(np.asarray(across), np.asarray(down))
    found = np.where(cell >= 0, classes.ravel()[np.maximum(cell, 0)], np.int16(-1))
    return found.astype(np.int16, copy=False).reshape(len(y), len(x))
