"""Values on a grid, in whatever form a caller has them, as one stack of layers; and results in the form that fits."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
import xarray as xr
from numpy.typing import NDArray

from zoning.errors import GeometryError
from zoning.messages import fault
from zoning.supports import AnyGrid, CurvedGrid, Grid
from zoning.supports.dataarrays import degrees

__all__ = ["Stack", "stack"]

_SAME_PLACE = 1e-3  # of a cell: centres nearer than this are the same centres written with other digits


@dataclass(frozen=True)
class Stack:
    """Layers over one grid.

    Attributes
    ----------
    layers : float32 or float64 (layers, rows, cols), C-contiguous
        NaN is no data.
    lead : tuple of int
        Shape before (rows, cols) was taken off.
    like : DataArray or None
        What the values came in, without its cells; its leading dimensions and coordinates return with the results.
    """

    layers: NDArray[Any]
    lead: tuple[int, ...]
    like: xr.DataArray | None = field(default=None, repr=False)

    def results(self, values: NDArray[np.float64], index: pd.Index) -> pd.DataFrame | xr.DataArray:
        """Return per-unit results, shape (units, layers), as a DataFrame or, for a DataArray, as a DataArray."""
        if self.like is None:
            columns = ["value"] if not self.lead else pd.RangeIndex(values.shape[1])
            return pd.DataFrame(values, index=index, columns=columns)
        coords: dict[Hashable, Any] = {str(name): self.like.coords[name] for name in self.like.coords}
        return xr.DataArray(
            values.reshape(len(index), *self.lead),
            dims=("unit", *self.like.dims),
            coords={"unit": np.asarray(index), **coords},
            name=self.like.name,
            attrs=self.like.attrs,
        )


def stack(values: NDArray[Any] | xr.DataArray, grid: AnyGrid) -> Stack:
    """Return values as a stack: float32 and float64 as they lie, everything else as float64, masked cells as NaN.

    Raises
    ------
    GeometryError
        If the last two dimensions are not the shape of the grid, or a DataArray says that its cells lie elsewhere.
    """
    if tuple(np.shape(values)[-2:]) != grid.shape:
        raise fault(GeometryError, "overlay.shape", shape=tuple(np.shape(values)), grid=grid.shape)
    like = None
    if isinstance(values, xr.DataArray):
        if isinstance(grid, CurvedGrid):
            _in_their_cells(values, grid)
        else:
            _same_cells(values, grid)
        y, x = values.dims[-2:]
        like = values.isel({y: 0, x: 0}, drop=True)
    array = _floats(values)
    return Stack(array.reshape(-1, *grid.shape), tuple(array.shape[:-2]), like)


def _floats(values: NDArray[Any] | xr.DataArray) -> NDArray[Any]:
    if isinstance(values, np.ma.MaskedArray):
        array = np.ma.filled(values.astype(np.float64), np.nan)
    else:
        array = np.asarray(values)
    if array.dtype not in (np.dtype("f4"), np.dtype("f8")):
        array = array.astype(np.float64)
    array = np.ascontiguousarray(array)
    return array if array.flags.writeable else array.copy()  # one type of argument, one compilation


def _same_cells(values: xr.DataArray, grid: Grid) -> None:
    step = (grid.transform.e, grid.transform.a)
    origin = (grid.transform.f, grid.transform.c)
    for name, size, first, delta in zip(values.dims[-2:], grid.shape, origin, step, strict=True):
        if name not in values.coords:
            continue
        centres = first + (np.arange(size) + 0.5) * delta
        found = np.asarray(values.coords[name], dtype=np.float64)
        if np.abs(found - centres).max() > _SAME_PLACE * abs(delta):
            shown = f"{name} {found[0]:.10g} … {found[-1]:.10g}"
            raise fault(GeometryError, "overlay.grid", values=shown, grid=grid)


def _in_their_cells(values: xr.DataArray, grid: CurvedGrid) -> None:
    """Refuse centres, where the values have any in the system of the grid, that lie outside of their cells."""
    centres = _centres(values, grid)
    if centres is None:
        return
    x, y = (coordinate.ravel() for coordinate in centres)
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & ~shapely.is_empty(grid.polygons))
    outside = ~shapely.intersects_xy(grid.polygons[known], x[known], y[known])
    if outside.any():
        first = known[np.argmax(outside)]
        raise fault(GeometryError, "overlay.grid", values=f"{x[first]:.10g}, {y[first]:.10g}", grid=grid)


def _centres(values: xr.DataArray, grid: CurvedGrid) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return centres that can be compared: 2-D degrees on a geographic grid, axes on a rectilinear one."""
    found = degrees(values) if grid.crs.is_geographic else None
    if found is not None or not grid.is_rectilinear or any(name not in values.coords for name in values.dims[-2:]):
        return found
    y, x = (np.asarray(values.coords[name], dtype=np.float64) for name in values.dims[-2:])
    across, down = np.meshgrid(x, y)
    return across, down
