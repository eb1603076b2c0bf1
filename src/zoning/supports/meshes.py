"""Meshes of cell corners: their outlines, their faults, and corners half way between centres."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import transformer
from zoning.errors import CrsError, GeometryError
from zoning.messages import fault

__all__ = ["check_mesh", "corners_between", "outlines", "refuse_jumps"]

_Floats = NDArray[np.float64]

_COORDINATE_ROUNDING = 8 * np.finfo(np.float64).eps
_SINGLE_ROUNDING = 180.0 * float(np.finfo(np.float32).eps)  # degrees: 180 as a float32 file may have it


def outlines(x: _Floats, y: _Floats) -> _Floats:
    """Return the closed outline of every cell, row-major, shape (rows × cols, 5, 2); all NaN if a corner is NaN.

    From corner (row, col) on: along the row, then down the column. The two sides in the middle, points 1 to 3, are the
    first ones of the next cells.
    """
    around = (slice(None, -1), slice(None, -1)), (slice(None, -1), slice(1, None)), (slice(1, None), slice(1, None)), (
        slice(1, None), slice(None, -1))  # fmt: skip
    corners = np.stack([np.stack([x[at], y[at]], axis=-1) for at in (*around, around[0])], axis=2).reshape(-1, 5, 2)
    corners[np.isnan(corners).any(axis=(1, 2))] = np.nan
    return corners


def check_mesh(crs: CRS, x: _Floats, y: _Floats) -> None:
    """Refuse corners that do not make a grid: no cell, off the Earth, across the antimeridian, folded, overlapping.

    Raises
    ------
    CrsError
        If the CRS has no place on the Earth (a local one).
    GeometryError
        Naming how many cells, and row and column (from 1) of the first.
    """
    shape = (x.shape[0] - 1, x.shape[1] - 1)
    around = outlines(x, y)
    filled = ~np.isnan(around[:, 0, 0])
    if not filled.any():
        raise fault(GeometryError, "grid.no_cells", shape=shape)
    _refuse("grid.off_earth", _off_earth(crs, around) & filled, shape, crs=crs.name)
    if crs.is_geographic:
        pole, crosses = _around_the_earth(around[..., 0])
        _refuse("grid.pole", pole & filled, shape)
        _refuse("grid.antimeridian", crosses & filled, shape)
    shapes = shapely.polygons(around[filled])
    _refuse("grid.folded", _folded(around, filled, shapes), shape)
    if not (filled.all() and _goes_round_once(x, y)) and not shapely.coverage_is_valid(shapes):
        broken = np.zeros(len(around), dtype=bool)
        broken[filled] = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
        _refuse("grid.overlap", broken, shape)


def _refuse(key: str, bad: NDArray[np.bool_], shape: tuple[int, ...], **slots: str) -> None:
    if bad.any():
        row, col = np.unravel_index(int(np.argmax(bad)), shape)
        raise fault(GeometryError, key, count=int(bad.sum()), row=row + 1, col=col + 1, **slots)


def _off_earth(crs: CRS, around: _Floats) -> NDArray[np.bool_]:
    """Tell which cells have a corner that is no place: infinite, beyond a pole, or beyond what the projection maps."""
    x, y = around[:, :4, 0], around[:, :4, 1]
    if crs.is_geographic:
        lost = ~np.isfinite(x) | (np.abs(y) > 90.0 + _SINGLE_ROUNDING)
    elif crs.geodetic_crs is None:
        raise fault(CrsError, "crs.unknown", crs=crs.name)
    else:
        lon, lat = transformer(crs, crs.geodetic_crs).transform(x, y)
        lost = ~(np.isfinite(lon) & np.isfinite(lat))
    return np.asarray(lost.any(axis=1), dtype=bool)


def _around_the_earth(lon: _Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which outlines go round a pole, and which cross or lie beyond the antimeridian."""
    steps = np.diff(lon, axis=1)
    turned = (steps + 180.0) % 360.0 - 180.0  # the short way round
    pole = np.abs(turned.sum(axis=1)) > 180.0
    beyond = np.abs(lon).max(axis=1) > 180.0 + _SINGLE_ROUNDING
    return pole, beyond | (np.abs(steps) > 180.0).any(axis=1)


def _goes_round_once(x: _Floats, y: _Floats) -> bool:
    """Tell whether the outer border of all cells is a simple ring.

    Cells that all run the same way round cover a point as often as their border winds around it: once inside a simple
    ring. So this one ring spares the comparison of all cells.
    """
    corners = np.stack([x, y], axis=-1)
    border = np.concatenate([corners[0], corners[1:, -1], corners[-1, -2::-1], corners[-2::-1, 0]])
    return bool(shapely.is_valid(shapely.Polygon(border)))


def _folded(around: _Floats, filled: NDArray[np.bool_], shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which cells have no area, cross themselves, or run the other way round than most."""
    at = around - around[:, :1]
    doubled = at[:, :4, 0] * at[:, 1:, 1] - at[:, 1:, 0] * at[:, :4, 1]
    area = doubled.sum(axis=1) / 2
    half_perimeter = np.ptp(at, axis=1).sum(axis=1)
    none = np.abs(area) <= half_perimeter * np.abs(around).max(axis=(1, 2)) * _COORDINATE_ROUNDING
    turn = np.sign(np.nansum(np.sign(area)))
    bad: NDArray[np.bool_] = filled & (none | (np.sign(area) != (turn or 1.0)))
    bad[filled] |= ~shapely.is_valid(shapes)
    return bad


def corners_between(x: _Floats, y: _Floats) -> tuple[_Floats, _Floats]:
    """Return corners half way between cell centres, and half a cell outside the outer ones.

    Parameters
    ----------
    x, y : ndarray (rows, cols)
        Centres, two rows and two columns at least. A cell beside a centre that is NaN gets a NaN corner, as nothing is
        known of where it ends.

    Returns
    -------
    two ndarrays (rows + 1, cols + 1)

    Raises
    ------
    GeometryError
        If there are fewer centres.

    Examples
    --------
    >>> corners_between(*np.meshgrid([1.0, 2.0, 4.0], [10.0, 20.0]))[0][0]
    array([0.5, 1.5, 3. , 5. ])
    """
    if min(x.shape) < 2:
        raise fault(GeometryError, "grid.few_centres", shape=x.shape)
    return _corners(x), _corners(y)


def refuse_jumps(lon: _Floats) -> None:
    """Refuse longitudes of cell centres that jump across the antimeridian: half way between them is the wrong side.

    Raises
    ------
    GeometryError
        Naming how many centres, and row and column (from 1) of the first.
    """
    jumps = np.zeros(lon.shape, dtype=bool)
    jumps[:, 1:] = np.abs(np.diff(lon, axis=1)) > 180.0
    jumps[1:] |= np.abs(np.diff(lon, axis=0)) > 180.0
    _refuse("grid.antimeridian", jumps.ravel(), lon.shape)


def _corners(centres: _Floats) -> _Floats:
    """Return the means of four neighbours, the outermost going on as straight as the last two."""
    padded = np.pad(centres, 1, mode="reflect", reflect_type="odd")
    return np.asarray((padded[:-1, :-1] + padded[:-1, 1:] + padded[1:, :-1] + padded[1:, 1:]) / 4)
