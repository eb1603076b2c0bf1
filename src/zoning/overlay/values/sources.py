"""Values in whatever form a caller has them, read band by band and never whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from zoning.errors import InputError
from zoning.field import Field
from zoning.intake import Blocks, Window, read_into
from zoning.messages import fault
from zoning.quantities import tonnes_per_year
from zoning.supports import Grid

__all__ = [
    "ArraySource",
    "BlocksSource",
    "DataArraySource",
    "ProductSource",
    "Source",
    "TonnesSource",
    "WeightsSource",
    "floats",
]

_NUMBERS = "biuf"  # dtype kinds: bool, signed, unsigned, floating


class Source(Protocol):
    """Layers over one grid, of which any part can be read; picklable."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols)."""
        ...

    @property
    def window(self) -> Window:
        """Cells that can be read; all, unless this is a part."""
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

    def only(self, layers: tuple[int, int], window: Window) -> Source:
        """Return a source from which this part can be read: what another process has to be sent."""
        ...


@dataclass(frozen=True, eq=False)
class ArraySource:
    """An array in memory, (layers, rows, cols), of any type of number; masked cells have no data.

    ``origin`` is the layer, row and column of the grid that the array begins with.
    """

    array: NDArray[Any]
    origin: tuple[int, int, int] = (0, 0, 0)

    def __post_init__(self) -> None:
        if self.array.dtype.kind not in _NUMBERS:
            raise fault(InputError, "overlay.numbers", dtype=self.array.dtype)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols)."""
        layers, rows, cols = self.array.shape
        return layers, rows, cols

    @property
    def window(self) -> Window:
        """The cells that the array holds."""
        _, row, col = self.origin
        return Window(row, row + self.array.shape[1], col, col + self.array.shape[2])

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
        layer, row, col = self.origin
        rows, cols = slice(window.row0 - row, window.row1 - row), slice(window.col0 - col, window.col1 - col)
        return self.array[layers[0] - layer : layers[1] - layer, rows, cols]

    def only(self, layers: tuple[int, int], window: Window) -> ArraySource:
        """Return the part."""
        return ArraySource(self.read(layers, window), (layers[0], window.row0, window.col0))


@dataclass(frozen=True, eq=False)
class DataArraySource:
    """A DataArray whose values lie in a file or in a graph of tasks: the part asked for is computed.

    ``settings`` go to ``DataArray.compute``.
    """

    array: xr.DataArray
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols); leading dimensions are one."""
        *lead, rows, cols = self.array.shape
        return int(np.prod(lead, dtype=np.int64)), rows, cols

    @property
    def window(self) -> Window:
        """All cells."""
        return Window(0, self.shape[1], 0, self.shape[2])

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
            return self._values(part.isel({lead[0]: slice(*layers)}))
        if layers == (0, self.shape[0]):
            return self._values(part).reshape(-1, *part.shape[-2:])
        places = zip(*np.unravel_index(np.arange(*layers), self.array.shape[:-2]), strict=True)
        return np.stack([self._values(part.isel(dict(zip(lead, place, strict=True)))) for place in places])

    def _values(self, part: xr.DataArray) -> NDArray[Any]:
        return _real(part.compute(**self.settings).values)

    def only(self, layers: tuple[int, int], window: Window) -> DataArraySource:  # noqa: ARG002 - nothing is read
        """Return itself, to be computed by the one who reads: a worker must not wait for other workers."""
        return DataArraySource(self.array, {"scheduler": "synchronous"})


@dataclass(frozen=True, eq=False)
class BlocksSource:
    """Layers behind the port of the readers."""

    layers: Sequence[Blocks]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols)."""
        return len(self.layers), *self.layers[0].shape

    @property
    def window(self) -> Window:
        """All cells."""
        return Window(0, self.shape[1], 0, self.shape[2])

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
        values = np.empty((layers[1] - layers[0], *window.shape))
        self.read_into(layers, window, values)
        return values

    def read_into(self, layers: tuple[int, int], window: Window, out: NDArray[np.float64]) -> None:
        """Read the window of each layer into memory of the caller, (layers, rows, cols)."""
        for blocks, values in zip(self.layers[layers[0] : layers[1]], out, strict=True):
            read_into(blocks, window, values)

    def only(self, layers: tuple[int, int], window: Window) -> BlocksSource:  # noqa: ARG002 - it says where values are, not what
        """Return itself: nothing was read yet."""
        return self


@dataclass(frozen=True, eq=False)
class TonnesSource:
    """A Field in t yr-1 of the species itself: value × factor, of a flux × true area of the cell."""

    given: Field
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
        return 1, *self.given.blocks.shape

    @property
    def window(self) -> Window:
        """All cells."""
        return Window(0, self.shape[1], 0, self.shape[2])

    @property
    def chunk(self) -> tuple[int, int]:
        """As its blocks."""
        return BlocksSource((self.given.blocks,)).chunk

    @property
    def in_memory(self) -> bool:
        """It is not: the factor is applied part by part."""
        return False

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:  # noqa: ARG002 - it has one layer
        """Read the window and turn it into tonnes."""
        values = self.given.blocks.read(window) * self.factor
        if self.per_area:
            values = values * self.given.grid.areas_of(window)
        return np.asarray(values)[None]

    def only(self, layers: tuple[int, int], window: Window) -> TonnesSource:  # noqa: ARG002 - it says where values are, not what
        """Return itself: nothing was read yet."""
        return self


@dataclass(frozen=True, eq=False)
class AreaSource:
    """One layer: the true areas of the cells of a projected grid, found where they are asked for."""

    grid: Grid

    @property
    def shape(self) -> tuple[int, int, int]:
        """(1, rows, cols)."""
        return 1, *self.grid.shape

    @property
    def window(self) -> Window:
        """All cells."""
        return Window(0, self.shape[1], 0, self.shape[2])

    @property
    def chunk(self) -> tuple[int, int]:
        """One layer, one row: a formula has no blocks."""
        return 1, 1

    @property
    def in_memory(self) -> bool:
        """It is not."""
        return False

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:  # noqa: ARG002 - it has one layer
        """Return the areas of the cells of a window, m²."""
        return self.grid.areas_of(window)[None]

    def only(self, layers: tuple[int, int], window: Window) -> AreaSource:  # noqa: ARG002 - it says how, not what
        """Return itself."""
        return self


@dataclass(frozen=True, eq=False)
class WeightsSource:
    """One layer of weights: none may be negative or infinite; NaN is no data."""

    given: Source

    @property
    def shape(self) -> tuple[int, int, int]:
        """(1, rows, cols)."""
        return self.given.shape

    @property
    def window(self) -> Window:
        """As it is given."""
        return self.given.window

    @property
    def chunk(self) -> tuple[int, int]:
        """As it is given."""
        return self.given.chunk

    @property
    def in_memory(self) -> bool:
        """As it is given."""
        return self.given.in_memory

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:
        """Read and look at the weights.

        Raises
        ------
        InputError
            If one is negative or infinite.
        """
        weights = floats(self.given.read(layers, window))
        if weights.size and (np.nanmin(weights, initial=0.0) < 0 or np.isinf(weights).any()):
            wrong = weights[(weights < 0) | np.isinf(weights)]
            raise fault(InputError, "overlay.weights", value=f"{wrong[0]:g}", count=len(wrong))
        return weights

    def only(self, layers: tuple[int, int], window: Window) -> WeightsSource:
        """Return the part."""
        return WeightsSource(self.given.only(layers, window))


@dataclass(frozen=True, eq=False)
class ProductSource:
    """Values × weights, cell by cell; no data where either has none."""

    values: Source
    weights: Source

    @property
    def shape(self) -> tuple[int, int, int]:
        """(layers, rows, cols)."""
        return self.values.shape

    @property
    def window(self) -> Window:
        """As the values."""
        return self.values.window

    @property
    def chunk(self) -> tuple[int, int]:
        """As the values."""
        return self.values.chunk

    @property
    def in_memory(self) -> bool:
        """It is not: values are multiplied part by part."""
        return False

    def read(self, layers: tuple[int, int], window: Window) -> NDArray[Any]:
        """Read both and multiply."""
        with np.errstate(invalid="ignore", over="ignore"):
            product = floats(self.values.read(layers, window)) * self.weights.read((0, 1), window)
        return np.asarray(product)

    def only(self, layers: tuple[int, int], window: Window) -> ProductSource:
        """Return the part."""
        return ProductSource(self.values.only(layers, window), self.weights.only((0, 1), window))


def floats(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return values as float64, NaN where they are masked."""
    return np.asarray(np.ma.filled(values.astype(np.float64), np.nan))


def _real(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind not in _NUMBERS:
        raise fault(InputError, "overlay.numbers", dtype=values.dtype)
    return values
