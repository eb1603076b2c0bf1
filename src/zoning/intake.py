"""What was read and what was declared about it. Nothing here is judged: raw values may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import geopandas as gpd
import numpy as np
from affine import Affine
from numpy.typing import NDArray

__all__ = ["ArrayBlocks", "Blocks", "RawCell", "RawLayer", "RawRaster", "RawTable", "Window"]


@dataclass(frozen=True, slots=True)
class Window:
    """A block of cells: rows ``row0 ≤ r < row1``, columns ``col0 ≤ c < col1``."""

    row0: int
    row1: int
    col0: int
    col1: int


@runtime_checkable
class Blocks(Protocol):
    """The port behind which raster values lie: a shape, and «read this window».

    Implementations are picklable; ``read`` returns float64 (rows, cols) with no-data as NaN, scale and offset applied.
    """

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the whole raster."""
        ...

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return the values of a window, or of the whole raster."""
        ...


@dataclass(frozen=True)
class ArrayBlocks:
    """Blocks over an array in memory.

    Examples
    --------
    >>> ArrayBlocks(np.eye(3)).read(Window(0, 1, 0, 2))
    array([[1., 0.]])
    """

    values: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return (self.values.shape[0], self.values.shape[1])

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return the values of a window as float64."""
        if window is None:
            return np.asarray(self.values, dtype=np.float64)
        return np.asarray(self.values[window.row0 : window.row1, window.col0 : window.col1], dtype=np.float64)


@dataclass(frozen=True)
class RawLayer:
    """A vector layer as it was read: every attribute under its own (normalised) header, geometry, declared CRS.

    ``frame`` has one row per feature in file order; ``encoding`` says how the text was decoded and ``encoding_source``
    why (``cpg``, ``declared``, ``utf-8``, ``guessed``).
    """

    file: str
    layer: str
    frame: gpd.GeoDataFrame
    declared: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "UTF-8"
    encoding_source: str = "utf-8"

    def row(self, position: int) -> int:
        """Row number of a feature as the user sees it (the first feature is 1)."""
        return position + 1


@dataclass(frozen=True)
class RawRaster:
    """One raster band as it was read, and its tags: nothing of it is believed yet."""

    file: str
    blocks: Blocks
    crs: str
    transform: Affine
    nodata: float | None = None
    unit_tag: str = ""
    layer: str = ""


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell of a table: its text (stripped), its address as the user sees it, and whether it was a formula."""

    text: str
    row: int
    column: int
    merged_from: str = ""
    formula: bool = False

    @property
    def address(self) -> str:
        """Spreadsheet address (``B7``)."""
        letters, number = "", self.column
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row}"


@dataclass(frozen=True)
class RawTable:
    """A table as it was read: rows of cells in file order, merged cells filled from their first cell.

    ``header_row`` is None until a reader or a check found the header.
    """

    file: str
    rows: tuple[tuple[RawCell, ...], ...]
    sheet: str = ""
    encoding: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)
