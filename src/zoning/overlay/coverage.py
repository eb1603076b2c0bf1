"""Units × cells: which part of every cell each unit covers, exactly, and what follows from it by adding up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
from numpy.typing import NDArray

from zoning.overlay.kernels.pieces import Covered
from zoning.overlay.values.bands import Pieces, cut
from zoning.overlay.values.statistics import Reader, Statistics, opened
from zoning.supports import AnyGrid

__all__ = ["Coverage", "Reader", "opened"]


@dataclass(frozen=True, eq=False)
class Coverage(Statistics):
    """The covered planar fraction of every cell by every unit, run-length encoded.

    Multiply by anything that lies on the grid: the geometry is done once, for any number of layers. What can be asked
    of it is said in :class:`zoning.overlay.values.statistics.Statistics`.

    Attributes
    ----------
    index : Index
        Labels of the polygons, in their order.
    grid : Grid or CurvedGrid
        The cells.
    cell_ptr, cell, fraction : int64 (units + 1,), int64 (n,), float64 (n,)
        Cells that are covered in part: flat row-major number and covered fraction (0 to 1), by unit, row, column.
    run_ptr, run_row, run_c0, run_c1 : int64 (units + 1,), int32 (m,) each
        Runs of cells that are covered whole: columns ``c0 ≤ c < c1`` of a row. A curvilinear grid has no runs: there a
        whole cell is a cell with fraction 1.
    reader : callable or None
        Opens a path given in the place of values.

    Examples
    --------
    >>> import geopandas as gpd, numpy as np, shapely
    >>> from affine import Affine
    >>> from zoning.overlay import coverage
    >>> from zoning.supports import Grid
    >>> grid = Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (3, 3))
    >>> unit = gpd.GeoSeries([shapely.box(500_250, 2_748_750, 501_250, 2_749_750)], index=["ZH01"], crs="EPSG:4549")
    >>> coverage(unit, grid).total(np.arange(1.0, 10.0).reshape(3, 3))
          value
    ZH01   20.0
    """

    index: pd.Index
    grid: AnyGrid
    cell_ptr: NDArray[np.int64]
    cell: NDArray[np.int64]
    fraction: NDArray[np.float64]
    run_ptr: NDArray[np.int64]
    run_row: NDArray[np.int32]
    run_c0: NDArray[np.int32]
    run_c1: NDArray[np.int32]
    reader: Reader | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        alone = int(np.sum(self.fraction == 1.0))
        whole = int(np.sum(self.run_c1 - self.run_c0, dtype=np.int64)) + alone
        return (
            f"Coverage({len(self)} units, {len(self.cell) - alone} boundary and {whole} whole cells of {self.grid!r})"
        )

    def __len__(self) -> int:
        return len(self.index)

    def to_sparse(self) -> scipy.sparse.csr_matrix:
        """Return the covered fractions as a CSR matrix, units × row-major cells."""
        rows, cols = self.grid.shape
        lengths = (self.run_c1 - self.run_c0).astype(np.int64)
        ends = np.cumsum(lengths)
        first = self.run_row.astype(np.int64) * cols + self.run_c0
        whole = np.repeat(first - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)
        units = np.arange(len(self))
        unit_of_run = np.repeat(units, np.diff(self.run_ptr))
        unit = np.concatenate([np.repeat(units, np.diff(self.cell_ptr)), np.repeat(unit_of_run, lengths)])
        data = np.concatenate([self.fraction, np.ones(len(whole))])
        place = (unit, np.concatenate([self.cell, whole]))
        matrix = scipy.sparse.csr_matrix((data, place), shape=(len(self), rows * cols))
        matrix.sort_indices()
        return matrix

    def column_sums(self) -> NDArray[np.float64]:
        """Return how often each cell is covered, shape (rows, cols): 1 inside a layer without gaps and overlaps."""
        rows, cols = self.grid.shape
        steps = np.zeros((rows, cols + 1), dtype=np.int64)
        np.add.at(steps, (self.run_row, self.run_c0), 1)
        np.add.at(steps, (self.run_row, self.run_c1), -1)
        parts = np.bincount(self.cell, weights=self.fraction, minlength=rows * cols)
        return np.asarray(parts.reshape(rows, cols) + np.cumsum(steps, axis=1)[:, :cols], dtype=np.float64)

    @cached_property
    def pieces(self) -> Pieces:
        """The coverage cut into bands of rows."""
        covered = Covered(self.cell, self.fraction, self.run_row, self.run_c0, self.run_c1)
        return cut(self.cell_ptr, self.run_ptr, covered, self.grid.shape)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be computed again."""
        return {name: value for name, value in self.__dict__.items() if name != "pieces"}
