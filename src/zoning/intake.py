"""What was read and what was declared about it. Nothing here is judged: raw values may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import geopandas as gpd
import numpy as np
from affine import Affine
from numpy.typing import NDArray

from zoning.errors import GeometryError
from zoning.messages import fault

__all__ = [
    "ArrayBlocks",
    "Blocks",
    "BlocksOver",
    "Corners",
    "Met",
    "NamedBlocks",
    "PartBlocks",
    "RawCell",
    "RawLayer",
    "RawRaster",
    "RawTable",
    "Step",
    "WeightedBlocks",
    "Window",
    "natural_chunk",
    "read_into",
    "require_window",
]


@dataclass(frozen=True, slots=True)
class Window:
    """A block of cells: rows ``row0 ≤ r < row1``, columns ``col0 ≤ c < col1``."""

    row0: int
    row1: int
    col0: int
    col1: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return (self.row1 - self.row0, self.col1 - self.col0)


def require_window(window: Window | None, shape: tuple[int, int]) -> Window:
    """Return a window of a raster of a shape, the whole of it for None; a window may be empty.

    Raises
    ------
    GeometryError
        If it leaves the raster or ends before it begins: cells that are not there have no value, not even no data.

    Examples
    --------
    >>> require_window(None, (2, 3))
    Window(row0=0, row1=2, col0=0, col1=3)
    """
    if window is None:
        return Window(0, shape[0], 0, shape[1])
    rows, cols = shape
    if 0 <= window.row0 <= window.row1 <= rows and 0 <= window.col0 <= window.col1 <= cols:
        return window
    asked = f"{window.row0}:{window.row1}, {window.col0}:{window.col1}"
    raise fault(GeometryError, "window.outside", window=asked, shape=shape)


@runtime_checkable
class Blocks(Protocol):
    """The port behind which raster values lie: a shape, and «read this window».

    Implementations are picklable; ``read`` returns float64 (rows, cols) with no-data as NaN, scale and offset applied.
    What it returns may be the memory of the implementation and is not to be written to. Reading from several threads
    is allowed. Where values lie on disk in blocks, their shape is an attribute ``chunk`` (:func:`natural_chunk`).
    """

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the whole raster."""
        ...

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return the values of a window, or of the whole raster.

        Raises
        ------
        GeometryError
            If the window leaves the raster (:func:`require_window`).
        """
        ...


def natural_chunk(blocks: Blocks) -> tuple[int, int]:
    """Return the (rows, cols) that are read best together; a whole row where the implementation does not say.

    Examples
    --------
    >>> natural_chunk(ArrayBlocks(np.zeros((5, 7))))
    (1, 7)
    """
    rows, cols = getattr(blocks, "chunk", (1, blocks.shape[1]))
    return (int(rows), int(cols))


def read_into(blocks: Blocks, window: Window, out: NDArray[np.float64]) -> None:
    """Read a window into memory of the caller, which may be used again for the next one; out (rows, cols), contiguous.

    Implementations that read from disk have a method of this name, because fresh memory for every window costs a large
    part of unpacking it; of others the values are copied.

    Examples
    --------
    >>> out = np.empty((1, 2))
    >>> read_into(ArrayBlocks(np.eye(3)), Window(0, 1, 0, 2), out)
    >>> out
    array([[1., 0.]])
    """
    reader = getattr(blocks, "read_into", None)
    if reader is None:
        out[:] = blocks.read(window)
    else:
        reader(window, out)


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
        box = require_window(window, self.shape)
        return np.asarray(self.values[box.row0 : box.row1, box.col0 : box.col1], dtype=np.float64)


@dataclass(frozen=True)
class WeightedBlocks:
    """Σ weight × block: months added to a year, a mean of fluxes weighted by days, variables of one sector.

    A cell without data in any part has none in the sum: what is not known of one month is not known of the year.

    Examples
    --------
    >>> parts = (ArrayBlocks(np.array([[1.0, np.nan]])), ArrayBlocks(np.array([[2.0, 3.0]])))
    >>> WeightedBlocks(parts, (1.0, 10.0)).read()
    array([[21., nan]])
    """

    parts: tuple[Blocks, ...]
    weights: tuple[float, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of every part."""
        return self.parts[0].shape

    @property
    def chunk(self) -> tuple[int, int]:
        """Rows and columns that are read best together: the largest of the parts."""
        chunks = [natural_chunk(part) for part in self.parts]
        return (max(rows for rows, _ in chunks), max(cols for _, cols in chunks))

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return the weighted sum over a window."""
        total = self.parts[0].read(window) * self.weights[0]
        for part, weight in zip(self.parts[1:], self.weights[1:], strict=True):
            total += part.read(window) * weight
        return total


class BlocksOver:
    """What blocks over other blocks, cell for cell, have in common: their shape and how they are read best."""

    blocks: Blocks

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return self.blocks.shape

    @property
    def chunk(self) -> tuple[int, int]:
        """Rows and columns that are read best together."""
        return natural_chunk(self.blocks)


@dataclass(frozen=True)
class PartBlocks:
    """Blocks of the cells of a window of others. Picklable if they are.

    Examples
    --------
    >>> PartBlocks(ArrayBlocks(np.arange(6.0).reshape(2, 3)), Window(1, 2, 1, 3)).read()
    array([[4., 5.]])
    """

    blocks: Blocks
    window: Window

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return self.window.shape

    @property
    def chunk(self) -> tuple[int, int]:
        """Rows and columns that are read best together."""
        return natural_chunk(self.blocks)

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return the values of a window of the part."""
        box, whole = require_window(window, self.shape), self.window
        rows, cols = (box.row0 + whole.row0, box.row1 + whole.row0), (box.col0 + whole.col0, box.col1 + whole.col0)
        return self.blocks.read(Window(*rows, *cols))


@dataclass(frozen=True)
class NamedBlocks(BlocksOver):
    """Blocks of one of several layers, with the name that its results go by.

    Examples
    --------
    >>> NamedBlocks("power", ArrayBlocks(np.eye(2))).read(Window(0, 1, 0, 2))
    array([[1., 0.]])
    """

    name: str
    blocks: Blocks

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return the values of a window."""
        return self.blocks.read(window)

    def read_into(self, window: Window, out: NDArray[np.float64]) -> None:
        """Read a window into memory of the caller."""
        read_into(self.blocks, window, out)


@dataclass(frozen=True)
class Step:
    """One step of a time axis, as the file has it.

    Attributes
    ----------
    label : str
        As a reader of the file would name it (``2019-03``, ``2019-03-14``, ``2019``, or the bare number).
    year : int or None
        Calendar year it lies in; None if the axis does not say.
    days : float
        Its length in days; NaN if neither bounds nor calendar give it.
    blocks : Blocks
        Values of the step.
    """

    label: str
    year: int | None
    days: float
    blocks: Blocks


@dataclass(frozen=True, eq=False)
class Corners:
    """Cell corners of a curvilinear grid: ``x`` and ``y``, each (rows + 1, cols + 1), in units of the CRS."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]


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
    """One raster band or variable as it was read, and its tags: nothing of it is believed yet.

    Attributes
    ----------
    file, layer : str
        Name as the study writes it; band or variable as a user calls it (``band 1``, ``emi_co2``).
    blocks : Blocks
        Values; of a time axis its first step.
    crs : str
        WKT or authority code; empty if the file does not say.
    transform : Affine
        Meaningless where ``corners`` are given.
    nodata : float or None
        Declared no-data value.
    unit_tag, species_tag : str
        What the file itself says of unit and substance.
    steps : tuple of Step
        All steps of a time axis, in the order of the file; empty without one.
    corners : Corners or None
        Of a curvilinear grid.
    marks : tuple of str
        What was met while reading, for ``checks`` to judge: ``lon_0_360`` (and turned), ``no_bounds`` (cell edges were
        taken half way between centres), ``calendar:…`` (not that of the civil year).
    tags : mapping
        Further attributes of file and variable, for messages.
    """

    file: str
    blocks: Blocks
    crs: str
    transform: Affine
    nodata: float | None = None
    unit_tag: str = ""
    layer: str = ""
    species_tag: str = ""
    steps: tuple[Step, ...] = ()
    corners: Corners | None = None
    marks: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell of a table: its text (stripped), its address as the user sees it, and whether it was a formula.

    ``numbers`` are those that a word processor shows before paragraphs and that are in no text: place in the text where
    the paragraph begins, number.
    """

    text: str
    row: int
    column: int
    merged_from: str = ""
    formula: bool = False
    numbers: tuple[tuple[int, str], ...] = ()

    @property
    def address(self) -> str:
        """Spreadsheet address (``B7``); of a paragraph of a document, which has no column, ``¶7``."""
        if self.column == 0:
            return f"¶{self.row}"
        letters, number = "", self.column
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row}"


@dataclass(frozen=True, slots=True)
class Met:
    """What a reader of the file sees and the cells of the table do not hold.

    ``kind`` is one of ``table`` (inside a cell), ``box`` (text box), ``picture, object, footnote, endnote, comment``,
    ``struck`` (text struck through by hand), ``revision`` (not yet accepted or rejected),
    ``hidden`` (sheet, row or column); ``address`` says where, ``text`` what it says (of a revision: who made it).
    """

    kind: str
    address: str = ""
    text: str = ""


@dataclass(frozen=True)
class RawTable:
    """A table as it was read: rows of cells in file order, merged cells filled from their first cell.

    ``links`` names external links and macros the file holds; nothing of them is ever followed or run. ``above`` are the
    paragraphs between a table of a document and the table before it; the paragraphs of a document are a table
    themselves, whose cells have column 0. ``met`` names what else was met while reading.
    """

    file: str
    rows: tuple[tuple[RawCell, ...], ...]
    sheet: str = ""
    encoding: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    above: tuple[RawCell, ...] = ()
    met: tuple[Met, ...] = ()
