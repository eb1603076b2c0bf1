"""Masses of grids → densities of the cells inside the region, coarsened by whole blocks where a page has no room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import project, transformer
from zoning.field import Field
from zoning.intake import Window
from zoning.supports import AnyGrid, Grid
from zoning.tables import numbers

__all__ = ["Densities", "densities_of"]

_M2_PER_KM2 = 1e6
_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Densities:
    """Mass per area of the cells of a grid.

    Attributes
    ----------
    grid : Grid or CurvedGrid
        The cells, or blocks of them.
    values : ndarray (rows, cols)
        t km-2 yr-1; NaN outside the region and where there is no data.
    merged : int
        Cells of the data along each side of a block; 1 where they are as they were.
    """

    grid: AnyGrid
    values: _Floats
    merged: int = 1


def densities_of(fields: Sequence[Field], region: shapely.Geometry, crs: CRS, most: float) -> Densities | None:
    r"""Return the density of the sum of some fields on one grid, inside a region.

    A block of :math:`n \times n` cells has :math:`\sum m / \sum a`, over its cells with data: mass is kept. Of the sum
    of fields a cell has no data if none of them has any.

    Parameters
    ----------
    fields : sequence of Field
        Masses or fluxes.
    region : shapely geometry
        What the cells are shown of, in ``crs``.
    crs : CRS
        Of the region.
    most : float
        Cells that are shown at most.

    Returns
    -------
    Densities or None
        None where the fields have several grids, or one that cannot be coarsened and is too large, or lies elsewhere.
    """
    grid = fields[0].grid
    if any(field.grid is not grid and field.grid != grid for field in fields):
        return None
    if isinstance(grid, Grid):
        window = _window(grid, region, crs)
        return None if window is None else _regular(fields, grid, window, (region, crs), most)
    if grid.shape[0] * grid.shape[1] > most:
        return None
    whole = Window(0, grid.shape[0], 0, grid.shape[1])
    mass = _mass(fields, whole)
    return Densities(grid, mass / np.broadcast_to(grid.areas_of(whole), mass.shape) * _M2_PER_KM2)


def _window(grid: Grid, region: shapely.Geometry, crs: CRS) -> Window | None:
    """Return the rows and columns that the region's box touches; None if it touches none."""
    left, bottom, right, top = region.bounds
    return grid.touched(transformer(crs, grid.crs).transform_bounds(left, bottom, right, top, densify_pts=21))


def _regular(
    fields: Sequence[Field], grid: Grid, window: Window, place: tuple[shapely.Geometry, CRS], most: float
) -> Densities:
    side = max(math.ceil(math.sqrt((window.row1 - window.row0) * (window.col1 - window.col0) / most)), 1)
    width = window.col1 - window.col0
    band = max(int(numbers("limits")["band_cells"] // (width * side)), 1) * side
    starts = range(window.row0, window.row1, band)
    rows = [_blocks(fields, grid, _rows(window, start, band), side) for start in starts]
    mass, area = (np.concatenate([pair[end] for pair in rows]) for end in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(area > 0, mass / area * _M2_PER_KM2, np.nan)
    cell = grid.part(window).transform
    moved = Affine(cell.a * side, 0.0, cell.c, 0.0, cell.e * side, cell.f)
    shown = Grid(grid.crs, moved, (values.shape[0], values.shape[1]))
    values[~_touched(shown, *place)] = np.nan
    return Densities(shown, values, side)


def _rows(window: Window, start: int, band: int) -> Window:
    return Window(start, min(start + band, window.row1), window.col0, window.col1)


def _blocks(fields: Sequence[Field], grid: Grid, window: Window, side: int) -> tuple[_Floats, _Floats]:
    """Return mass and area of the cells with data, block by block."""
    mass = _mass(fields, window)
    known = np.isfinite(mass)
    area = np.where(known, np.broadcast_to(grid.areas_of(window), mass.shape), 0.0)
    return _added(np.where(known, mass, 0.0), side), _added(area, side)


def _added(values: _Floats, side: int) -> _Floats:
    if side == 1:
        return values
    rows = np.add.reduceat(values, np.arange(0, values.shape[0], side), axis=0)
    return np.asarray(np.add.reduceat(rows, np.arange(0, values.shape[1], side), axis=1))


def _mass(fields: Sequence[Field], window: Window) -> _Floats:
    """Return the sum of the fields, t yr-1 per cell; NaN where none of them has data."""
    masses = (field.mass.read(window) for field in fields)
    total = next(masses)
    for mass in masses:
        known = np.isfinite(total) | np.isfinite(mass)
        total = np.where(known, np.nan_to_num(total) + np.nan_to_num(mass), np.nan)
    return total


def _touched(grid: Grid, region: shapely.Geometry, crs: CRS) -> NDArray[np.bool_]:
    """Return which cells have their centre in the region or are crossed by its border, the smallest island too."""
    shape = project(np.array([region], dtype=object), crs, grid.crs)[0]
    rows, cols = grid.shape
    x = grid.transform.c + (np.arange(cols) + 0.5) * grid.transform.a
    y = grid.transform.f + (np.arange(rows) + 0.5) * grid.transform.e
    shapely.prepare(shape)
    inside: NDArray[np.bool_] = np.vstack([shapely.contains_xy(shape, x, np.full(cols, at)) for at in y])
    border = shapely.segmentize(shapely.boundary(shape), min(grid.dx, grid.dy) / 4)
    points = shapely.get_coordinates(border)
    col = np.floor((points[:, 0] - grid.transform.c) / grid.transform.a).astype(np.int64)
    row = np.floor((points[:, 1] - grid.transform.f) / grid.transform.e).astype(np.int64)
    fits = (col >= 0) & (col < cols) & (row >= 0) & (row < rows)
    inside[row[fits], col[fits]] = True
    return inside
