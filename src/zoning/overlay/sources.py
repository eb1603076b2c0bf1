"""Values in whatever form a caller has them, read band by band and never whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from zoning.errors import InputError
from zoning.field import Field
from zoning.intake import Blocks, Window
from zoning.messages import fault
from zoning.quantities import tonnes_per_year

__all__ = ["ArraySource", "BlocksSource", "DataArraySource", "Source", "TonnesSource"]

_NUMBERS = "biuf"  # dtype kinds: bool, signed, unsigned, floating


class Source(Protocol):
    """Layers over one grid, of which any part can be read; picklable."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols)."""
        ...

    @property
    def chunk(self) -> tuple[int, int]:
        """(layers, rows) that are best read together."""
        ...

    @property
    def in_memory(self) -> bool:
        """Whether a part is a view of what lies in memory, and costs nothing to have."""
        ...

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:
        """Return real numbers of any type, (layers, rows, cols) of the window; NaN or a mask is no data."""
        ...


@dataclass(frozen=True, eq=False)
class ArraySource:
    """An array in memory, (layers, rows, cols), of any type of number; masked cells have no data."""

    array: NDArray[Any]

    def __post_init__(self) -> None:
        if self.array.dtype.kind not in _NUMBERS:
            raise fault(InputError, "overlay.numbers", dtype=self.array.dtype)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols)."""
        layers, rows, cols = self.array.shape
        return layers, rows, cols

    @property
    def chunk(self) -> tuple[int, int]:
        """One layer, one row: memory has no blocks."""
        return 1, 1

    @property
    def in_memory(self) -> bool:
        """It is."""
        return True

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:
        """Return a view."""
        return self.array[layers[0] : layers[1], window.row0 : window.row1, window.col0 : window.col1]


@dataclass(frozen=True, eq=False)
class DataArraySource:
    """A DataArray whose values lie in a file or in a graph of tasks: the part asked for is computed."""

    array: xr.DataArray

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols); leading dimensions are one."""
        *lead, rows, cols = self.array.shape
        return int(np.prod(lead, dtype=np.int64)), rows, cols

    @property
    def chunk(self) -> tuple[int, int]:
        """Its chunks: those of dask, or those that the file prefers."""
        sizes = self.array.encoding.get("preferred_chunks") or {}
        if self.array.chunks is not None:
            sizes = {name: max(steps) for name, steps in zip(self.array.dims, self.array.chunks, strict=True)}
        *lead, rows, _ = (int(sizes.get(name, 1)) for name in self.array.dims)
        return int(np.prod(lead, dtype=np.int64)), rows

    @property
    def in_memory(self) -> bool:
        """It is not."""
        return False

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:
        """Compute the part: of one leading dimension, or of all of them, in one go, else layer by layer."""
        *lead, y, x = self.array.dims
        part = self.array.isel({y: slice(window.row0, window.row1), x: slice(window.col0, window.col1)})
        if len(lead) == 1:
            return _real(part.isel({lead[0]: slice(*layers)}).values)
        if layers == (0, self.shape[0]):
            return _real(part.values).reshape(-1, *part.shape[-2:])
        places = zip(*np.unravel_index(np.arange(*layers), self.array.shape[:-2]), strict=True)
        return np.stack([_real(part.isel(dict(zip(lead, place, strict=True))).values) for place in places])


@dataclass(frozen=True, eq=False)
class BlocksSource:
    """Layers behind the port of the readers."""

    layers: Sequence[Blocks]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols)."""
        return len(self.layers), *self.layers[0].shape

    @property
    def chunk(self) -> tuple[int, int]:
        """One layer, and the rows of a block of the file if the reader says."""
        return 1, int(getattr(self.layers[0], "chunk", (1, 1))[0])

    @property
    def in_memory(self) -> bool:
        """It is not."""
        return False

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:
        """Read the window of each layer."""
        parts = [blocks.read(window) for blocks in self.layers[layers[0] : layers[1]]]
        return np.asarray(parts[0])[None] if len(parts) == 1 else np.stack(parts)


@dataclass(frozen=True, eq=False)
class TonnesSource:
    """A Field in t yr-1 of the species itself: value × factor, of a flux × true area of the cell."""

    field: Field
    factor: float
    per_area: bool

    @classmethod
    def of(cls, field: Field) -> TonnesSource:
        """Return the source of a field.

        Raises
        ------
        QuantityError
            If its unit is none of mass or of mass flux.
        """
        return cls(field, *tonnes_per_year(field.unit, field.species, field.basis, field.year, field.period))

    @property
    def shape(self) -> tuple[int, int, int]:
        """(1, rows, cols)."""
        return 1, *self.field.blocks.shape

    @property
    def chunk(self) -> tuple[int, int]:
        """As its blocks."""
        return BlocksSource((self.field.blocks,)).chunk

    @property
    def in_memory(self) -> bool:
        """It is not: the factor is applied part by part."""
        return False

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:  # noqa: ARG002 - it has one layer
        """Read the window and turn it into tonnes."""
        values = self.field.blocks.read(window) * self.factor
        if self.per_area:
            area = self.field.grid.cell_area
            across = slice(window.col0, window.col1) if area.shape[1] > 1 else slice(None)
            values = values * area[window.row0 : window.row1, across]
        return np.asarray(values)[None]


def _real(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind not in _NUMBERS:
        raise fault(InputError, "overlay.numbers", dtype=values.dtype)
    return values
