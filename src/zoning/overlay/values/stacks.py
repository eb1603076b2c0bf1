"""Values on a grid, in whatever form a caller has them, as one stack of layers; and results in the form that fits."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
import xarray as xr
from numpy.typing import NDArray

from zoning.crs import as_crs, same_crs
from zoning.errors import CrsError, GeometryError
from zoning.field import Field
from zoning.intake import Blocks, NamedBlocks
from zoning.messages import fault
from zoning.overlay.values.sources import ArraySource, BlocksSource, DataArraySource, Source, TonnesSource
from zoning.supports import AnyGrid, CellGrid, CurvedGrid, Grid
from zoning.supports.dataarrays import declared_crs, degrees, require_rows_first

__all__ = ["Stack", "Values", "stack"]

_SAME_PLACE = 1e-3  # of a cell: centres nearer than this are the same centres written with other digits


Values = NDArray[Any] | xr.DataArray | Field | Blocks | Sequence[Blocks]


@dataclass(frozen=True)
class Stack:
    """Layers over one grid.

    Attributes
    ----------
    source : Source
        Values, (layers, rows, cols).
    lead : tuple of int
        Shape before (rows, cols) was taken off.
    like : DataArray or None
        What the values came in, without its cells; its leading dimensions and coordinates return with the results.
    names : tuple of str
        Of the layers, if they have any: those of the columns.
    """

    source: Source
    lead: tuple[int, ...]
    like: xr.DataArray | None = field(default=None, repr=False)
    names: tuple[str, ...] = ()

    def results(self, values: NDArray[np.float64], index: pd.Index) -> pd.DataFrame | xr.DataArray:
        """Return per-unit results, shape (units, layers), as a DataFrame or, for a DataArray, as a DataArray."""
        if self.like is None:
            columns = ["value"] if not self.lead else list(self.names) or pd.RangeIndex(values.shape[1])
            return pd.DataFrame(values, index=index, columns=columns)
        return _labelled(values.reshape(len(index), *self.lead), index, self.like, {})

    def several(
        self, values: NDArray[np.float64], index: pd.Index, name: str, labels: Sequence[Any] | NDArray[Any]
    ) -> pd.DataFrame | xr.DataArray:
        """Return several results of every layer, shape (units, layers, labels): a column or a last coordinate each."""
        if self.like is not None:
            return _labelled(values.reshape(len(index), *self.lead, len(labels)), index, self.like, {name: labels})
        columns = pd.Index(labels, name=name)
        if self.lead:
            columns = pd.MultiIndex.from_product([range(values.shape[1]), columns], names=["layer", name])
        return pd.DataFrame(values.reshape(len(index), len(columns)), index=index, columns=columns)


def stack(values: Values, grid: AnyGrid, *, tonnes: bool = False) -> Stack:
    """Return values of any form as a stack; nothing is read.

    Parameters
    ----------
    values : ndarray (…, rows, cols), DataArray (…, y, x), Field, Blocks or sequence of Blocks
        Several Blocks are layers. On cells without rows also (…, cells).
    grid : Grid or CurvedGrid
        Where the values have to lie.
    tonnes : bool
        Whether a Field is taken in t yr-1 rather than in its own unit.

    Raises
    ------
    GeometryError
        If the last two dimensions are not the shape of the grid, or a DataArray or a Field lies elsewhere.
    InputError
        If the values are no real numbers.
    """
    if isinstance(values, Field):
        if values.grid != grid:
            raise fault(GeometryError, "overlay.grid", values=values.grid, grid=grid)
        return _of_blocks((values.blocks,), grid, TonnesSource.of(values) if tonnes else None, ())
    if isinstance(values, Blocks):
        return _of_blocks((values,), grid, None, ())
    if isinstance(values, list | tuple) and values and all(isinstance(layer, Blocks) for layer in values):
        return _of_blocks(tuple(values), grid, None, (len(values),))
    array = values if isinstance(values, xr.DataArray | np.ndarray) else np.asarray(values)
    if isinstance(grid, CellGrid) and array.shape[-1:] == grid.shape[1:]:
        array = _in_a_row(array, grid)
    _same_shape(array.shape, grid)
    return _of_dataarray(array, grid) if isinstance(array, xr.DataArray) else Stack(_array(array), array.shape[:-2])


def _in_a_row(array: NDArray[Any] | xr.DataArray, grid: CellGrid) -> NDArray[Any] | xr.DataArray:
    """Return values (…, cells) as (…, 1, cells); the last dimension of a DataArray is that of the cells."""
    if isinstance(array, xr.DataArray):
        return array.expand_dims("row", -2)
    return array if array.shape[-2:] == grid.shape else array[..., None, :]


def _labelled(values: NDArray[np.float64], index: pd.Index, like: xr.DataArray, last: dict[str, Any]) -> xr.DataArray:
    coords: dict[Hashable, Any] = {str(name): like.coords[name] for name in like.coords}
    return xr.DataArray(
        values,
        dims=("unit", *like.dims, *last),
        coords={"unit": np.asarray(index), **coords, **last},
        name=like.name,
        attrs=like.attrs,
    )


def _of_blocks(layers: tuple[Blocks, ...], grid: AnyGrid, source: Source | None, lead: tuple[int, ...]) -> Stack:
    for layer in layers:
        _same_shape(layer.shape, grid)
    names = tuple(layer.name for layer in layers if isinstance(layer, NamedBlocks))
    return Stack(source or BlocksSource(layers), lead, names=names if len(names) == len(layers) else ())


def _of_dataarray(array: xr.DataArray, grid: AnyGrid) -> Stack:
    _same_frame(array, grid)
    if isinstance(grid, CurvedGrid):
        if not isinstance(grid, CellGrid):
            _in_their_cells(array, grid)
    else:
        require_rows_first(array)
        _same_cells(array, grid)
    y, x = array.dims[-2:]
    like = xr.DataArray(
        np.empty(array.shape[:-2]),
        dims=array.dims[:-2],
        coords={name: at for name, at in array.coords.items() if not {y, x} & set(at.dims)},
        name=array.name,
        attrs=array.attrs,
    )
    loaded = array.variable._in_memory  # noqa: SLF001 - asking for the data would load them
    return Stack(_array(array.values) if loaded else DataArraySource(array), array.shape[:-2], like)


def _array(array: NDArray[Any]) -> ArraySource:
    return ArraySource(array.reshape(-1, *array.shape[-2:]))


def _same_shape(shape: tuple[int, ...], grid: AnyGrid) -> None:
    if tuple(shape[-2:]) != grid.shape:
        raise fault(GeometryError, "overlay.shape", shape=tuple(shape), grid=grid.shape)


def _same_frame(values: xr.DataArray, grid: AnyGrid) -> None:
    """Refuse values that name another system than that of the grid."""
    declared = declared_crs(values)
    with suppress(CrsError):
        if declared and not same_crs(as_crs(declared), grid.crs):
            raise fault(GeometryError, "overlay.grid", values=as_crs(declared).name, grid=grid)


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
