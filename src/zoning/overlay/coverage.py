"""Units × cells: which part of every cell each unit covers, exactly, and what follows from it by adding up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
import xarray as xr
from numpy.typing import NDArray

from zoning.errors import InputError, QuantityError
from zoning.field import Field, Kind
from zoning.messages import fault
from zoning.overlay.bands import Pieces, cut
from zoning.overlay.kernels.pieces import Covered
from zoning.overlay.polygons import shown_labels
from zoning.overlay.sources import Source
from zoning.overlay.stacks import Values as Opened
from zoning.overlay.stacks import stack
from zoning.overlay.sums import Weight, covered_weight, weighted_sums
from zoning.supports import AnyGrid
from zoning.tables import numbers

__all__ = ["Coverage", "Reader", "opened"]

Values = Opened | str | Path
Reader = Callable[[str | Path], Any]

_ONE = np.ones((1, 1))


@dataclass(frozen=True, eq=False)
class Coverage:
    """The covered planar fraction of every cell by every unit, run-length encoded.

    Multiply by anything that lies on the grid: the geometry is done once, for any number of layers.

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

    @property
    def cells(self) -> pd.Series:
        """Size of each unit in cells, Σ fraction; 0 where it does not meet the grid."""
        return pd.Series(self._covered(_ONE), index=self.index, name="cells")

    @property
    def area(self) -> pd.Series:
        """Area of each unit inside the grid, m² on the ellipsoid: Σ fraction × true area of the cell."""
        return pd.Series(self._covered(self.grid.cell_area), index=self.index, name="area_m2")

    def total(self, values: Values) -> pd.DataFrame | xr.DataArray:
        r"""Return :math:`T_u = \sum_c f_{uc} x_c` over the cells with data, for every layer.

        Parameters
        ----------
        values : ndarray (…, rows, cols), DataArray (…, y, x), Field or path
            Mass per cell. Leading axes become columns 0, 1, …; a 2-D array gives one column ``value``. A Field is
            taken in t yr-1. A path goes to ``reader``.

        Returns
        -------
        DataFrame, index = labels of the polygons; or DataArray, dims ("unit", leading dims), for a DataArray
            In the unit of the values. NaN where a unit covers no cell with data: that is not 0.

        Raises
        ------
        QuantityError
            If a Field is intensive: a level is averaged and not added.
        GeometryError
            If the values lie on another grid.
        InputError
            If a path is given and there is no reader.
        """
        given = self._opened(values)
        if isinstance(given, Field) and given.kind is Kind.INTENSIVE:
            raise fault(QuantityError, "quantity.intensive", species=given.species, unit=given.unit)
        stacked = stack(given, self.grid, tonnes=True)
        top, below = self._sums(stacked.source, _ONE)
        return stacked.results(np.where(below > 0, top, np.nan), self.index)

    def mean(self, values: Values) -> pd.DataFrame | xr.DataArray:
        r"""Return :math:`M_u = \sum_c f_{uc} A_c x_c / \sum_c f_{uc} A_c` over the cells with data.

        A is the true (ellipsoidal) area of a cell. Parameters, results and errors are those of :meth:`total`, except
        that a Field of kind total is refused: a mass per cell is added and not averaged.
        """
        given = self._opened(values)
        if isinstance(given, Field) and given.kind is Kind.TOTAL:
            raise fault(QuantityError, "overlay.mean_of_total", species=given.species, unit=given.unit)
        stacked = stack(given, self.grid)
        top, below = self._sums(stacked.source, self.grid.cell_area)
        with np.errstate(invalid="ignore"):
            return stacked.results(top / below, self.index)

    def valid_share(self, values: Values) -> pd.DataFrame | xr.DataArray:
        """Return the share (0 to 1) of each unit's area inside the grid that has data; NaN where it meets no cell."""
        stacked = stack(self._opened(values), self.grid)
        area = self.grid.cell_area
        _, below = self._sums(stacked.source, area)
        with np.errstate(invalid="ignore"):
            return stacked.results(below / self._covered(area)[:, None], self.index)

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

    def _opened(self, values: Values) -> Opened:
        return opened(values, self.reader) if isinstance(values, str | Path) else values

    def _covered(self, area: NDArray[np.float64]) -> NDArray[np.float64]:
        return covered_weight(self.pieces, len(self), Weight.of(area, self.grid.shape[0]))

    def _sums(self, source: Source, area: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return Σ weight × value and Σ weight over cells with data, each (units, layers)."""
        if not source.shape[0]:
            return np.zeros((len(self), 0)), np.zeros((len(self), 0))
        weight = Weight.of(area, self.grid.shape[0])
        top, below = weighted_sums(self.pieces, len(self), source, weight, numbers("limits")["band_bytes"])
        endless = ~np.all(np.isfinite(top), axis=1, keepdims=True)[:, 0]
        if endless.any():
            raise fault(InputError, "overlay.infinite", labels=shown_labels(self.index, endless), count=endless.sum())
        return top, below


def opened(path: str | Path, reader: Reader | None) -> Any:  # noqa: ANN401 - what a reader returns is checked where used
    """Return what the reader makes of a path.

    Raises
    ------
    InputError
        If there is no reader.
    """
    if reader is None:
        raise fault(InputError, "overlay.reader", path=path)
    return reader(path)
