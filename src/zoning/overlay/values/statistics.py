"""What follows from covered cells: totals, means, spread, extremes, quantiles, shares of classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from zoning.errors import GeometryError, InputError, QuantityError
from zoning.field import Field, Kind
from zoning.messages import fault
from zoning.overlay.polygons import shown_labels
from zoning.overlay.values.bands import Pieces
from zoning.overlay.values.classes import class_shares
from zoning.overlay.values.jobs import Floats, Weight
from zoning.overlay.values.quantiles import quantiles
from zoning.overlay.values.sources import ProductSource, Source, WeightsSource
from zoning.overlay.values.stacks import Stack, stack
from zoning.overlay.values.stacks import Values as Opened
from zoning.overlay.values.sums import Ask, Moments, Running, WeightedSums, covered_weight, one_pass
from zoning.supports import AnyGrid
from zoning.tables import numbers

__all__ = ["SUMMARY", "Reader", "Statistics", "Values", "opened"]

Values = Opened | str | Path
Reader = Callable[[str | Path], Any]
Result = pd.DataFrame | xr.DataArray

SUMMARY = ("count", "total", "mean", "min", "max", "variance", "stdev", "valid_share")
_OF_LEVELS = {"mean", "variance", "stdev", "quantile"}
_ONE = np.ones((1, 1))


class Client(Protocol):
    """A client of a cluster, which has an executor (``dask.distributed.Client``)."""

    def get_executor(self) -> Executor:
        """Return it."""
        ...


class Statistics(ABC):
    """Statistics of values over the units of a coverage.

    Every method takes values of any form: ndarray (…, rows, cols), DataArray (…, y, x), also a lazily opened or a
    chunked one, Field, Blocks, a sequence of Blocks (layers), or a path that goes to ``reader``. What is not in memory
    is read band by band and never whole.

    Leading axes become columns 0, 1, …; one layer gives the column ``value``. Of a DataArray comes a DataArray with
    dims ("unit", leading dims). NaN where a unit covers no cell with data: that is not 0.

    ``executor`` is any :class:`concurrent.futures.Executor` or a client of dask.distributed, ``memory`` bounds the
    bytes of values that are read at once (limit ``band_bytes``). Neither changes a bit of the result, and neither do
    the number of threads and of layers.

    ``weights`` is a second raster on the same grid, of any form, with one layer. It takes the place of the area of the
    cells: :math:`w_{uc} = f_{uc} W_c`. A NaN weight is a cell without data; negative ones are refused.
    """

    index: pd.Index
    grid: AnyGrid
    reader: Reader | None

    @property
    @abstractmethod
    def pieces(self) -> Pieces:
        """The coverage cut into bands of rows."""

    @property
    def cells(self) -> pd.Series:
        """Size of each unit in cells, Σ fraction; 0 where it does not meet the grid."""
        return pd.Series(self._covered(Weight.of(_ONE, self.grid.shape[0])), index=self.index, name="cells")

    @property
    def area(self) -> pd.Series:
        """Area of each unit inside the grid, m² on the ellipsoid: Σ fraction × true area of the cell."""
        return pd.Series(self._covered(Weight.of_cells(self.grid)), index=self.index, name="area_m2")

    def total(
        self,
        values: Values,
        *,
        weights: Values | None = None,
        executor: Executor | Client | None = None,
        memory: float | None = None,
    ) -> Result:
        r"""Return :math:`T_u = \sum_c f_{uc} x_c` over the cells with data, for every layer.

        Parameters
        ----------
        values : ndarray (…, rows, cols), DataArray (…, y, x), Field, Blocks, sequence of Blocks or path
            Mass per cell. A Field is taken in t yr-1.
        weights : as values, one layer, optional
            :math:`\sum_c f_{uc} W_c x_c`.
        executor : Executor or Client, optional
            Runs the bands.
        memory : float, optional
            Bytes of values read at once.

        Returns
        -------
        DataFrame, index = labels of the polygons; or DataArray, dims ("unit", leading dims), for a DataArray
            In the unit of the values. NaN where a unit covers no cell with data: that is not 0.

        Raises
        ------
        QuantityError
            If a Field is intensive: a level is averaged and not added.
        GeometryError
            If the values or the weights lie on another grid.
        InputError
            If a path is given and there is no reader, values are no numbers, a cell of a unit is infinite (or a sum
            is), or a weight is negative.
        """
        return self._one(values, "total", weights, executor, memory)

    def mean(
        self,
        values: Values,
        *,
        weights: Values | None = None,
        executor: Executor | Client | None = None,
        memory: float | None = None,
    ) -> Result:
        r"""Return :math:`M_u = \sum_c f_{uc} A_c x_c / \sum_c f_{uc} A_c` over the cells with data.

        A is the true (ellipsoidal) area of a cell, or its weight. Parameters, results and errors are those of
        :meth:`total`, except that a Field of kind total is refused: a mass per cell is added and not averaged.

        Examples
        --------
        >>> import geopandas as gpd, shapely
        >>> from affine import Affine
        >>> from zoning.overlay import coverage
        >>> from zoning.supports import Grid
        >>> grid = Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (1, 2))
        >>> town = gpd.GeoSeries([shapely.box(500_000, 2_749_500, 500_750, 2_750_000)], index=["ZH01"], crs="EPSG:4549")
        >>> people = np.array([[100.0, 800.0]])
        >>> coverage(town, grid).mean(np.array([[20.0, 50.0]]), weights=people)
              value
        ZH01   44.0
        """
        return self._one(values, "mean", weights, executor, memory)

    def valid_share(
        self, values: Values, *, executor: Executor | Client | None = None, memory: float | None = None
    ) -> Result:
        """Return the share (0 to 1) of each unit's area inside the grid that has data; NaN where it meets no cell."""
        return self._one(values, "valid_share", None, executor, memory)

    def min(self, values: Values, *, executor: Executor | Client | None = None, memory: float | None = None) -> Result:
        """Return the least value of the cells that a unit covers, whole or in part; parameters as in :meth:`total`."""
        return self._one(values, "min", None, executor, memory)

    def max(self, values: Values, *, executor: Executor | Client | None = None, memory: float | None = None) -> Result:
        """Return the greatest value of the cells that a unit covers, whole or in part; as :meth:`min`."""
        return self._one(values, "max", None, executor, memory)

    def variance(
        self,
        values: Values,
        *,
        weights: Values | None = None,
        executor: Executor | Client | None = None,
        memory: float | None = None,
    ) -> Result:
        r"""Return :math:`\sum_c w_{uc} (x_c - M_u)^2 / \sum_c w_{uc}` with the weights of :meth:`mean`.

        It is the variance of what the unit covers (of the population), not an estimate from a sample. Deviations are
        taken from a mean near by and joined after Chan, Golub and LeVeque (1979), so that a large level does not drown
        a small spread.
        """
        return self._one(values, "variance", weights, executor, memory)

    def quantile(
        self,
        values: Values,
        q: float | Sequence[float],
        *,
        weights: Values | None = None,
        executor: Executor | Client | None = None,
        memory: float | None = None,
    ) -> Result:
        r"""Return weighted quantiles of the values of the cells that a unit covers, with the weights of :meth:`mean`.

        The i-th of n values in order lies at :math:`s_i = i w_i + (n - 1) \sum_{j<i} w_j`, and the quantile at
        :math:`q (n - 1) \sum_j w_j`, on a straight line between its neighbours: the definition of exactextract; for
        equal weights that of ``numpy.quantile``. Values are float64 before anything else, integers too.

        All cells of a unit have to be known at once: about 64 bytes for each that it covers. Units are taken in groups
        that fit into ``memory`` together; a unit that does not is a group of its own.

        Parameters
        ----------
        q : float or sequence of float
            0 to 1; 0.5 is the median. Several give a column (or a coordinate ``quantile``) each.

        Raises
        ------
        InputError
            If a q is not between 0 and 1; and as in :meth:`total`.
        """
        levels = np.atleast_1d(np.asarray(q, dtype=np.float64))
        outside = levels[~((levels >= 0) & (levels <= 1))]
        if len(outside):
            raise fault(InputError, "overlay.quantile", value=outside[0])
        stacked = stack(_fitting(self._opened(values), "quantile"), self.grid)
        running = _running(executor, memory)
        found = quantiles(self.pieces, len(self.index), stacked.source, self._weight(weights), levels, running)
        self._require_finite(np.asarray(np.isinf(found).any(axis=-1)))
        if np.ndim(q) == 0:
            return stacked.results(found[..., 0], self.index)
        return stacked.several(found, self.index, "quantile", levels)

    def fractions(
        self, values: Values, *, executor: Executor | Client | None = None, memory: float | None = None
    ) -> Result:
        """Return which share (0 to 1) of its area with data each unit has in each class; NaN where it has no data.

        Classes are the different values found in the cells that units cover; columns are the classes in order.
        Parameters as in :meth:`total`.

        Raises
        ------
        InputError
            If there are more classes than the limit ``classes``; the message says how many were found.
        """
        stacked = stack(self._opened(values), self.grid)
        running = _running(executor, memory)
        classes, found = class_shares(self.pieces, len(self.index), stacked.source, self._weight(None), running)
        return stacked.several(found, self.index, "class", classes)

    def summary(
        self,
        values: Values,
        names: Sequence[str] = SUMMARY,
        *,
        weights: Values | None = None,
        executor: Executor | Client | None = None,
        memory: float | None = None,
    ) -> Result:
        """Return several statistics, reading the values once; a column (or a coordinate ``statistic``) each.

        Parameters
        ----------
        names : sequence of str
            Of ``count`` (Σ fraction of the cells with data), ``total``, ``mean``, ``min``, ``max``, ``variance``,
            ``stdev``, ``valid_share``. The total of a Field is in t yr-1 and costs a second pass, for everything else
            is in its own unit.

        Raises
        ------
        InputError
            If a name is none of these; and as in :meth:`total`.
        """
        for name in names:
            if name not in SUMMARY:
                raise fault(InputError, "overlay.statistic", name=name, known=" ".join(SUMMARY))
        stacked, found = self._found(self._opened(values), names, weights, _running(executor, memory))
        return stacked.several(np.stack([found[name] for name in names], axis=-1), self.index, "statistic", list(names))

    def _one(
        self,
        values: Values,
        name: str,
        weights: Values | None,
        executor: Executor | Client | None,
        memory: float | None,
    ) -> Result:
        stacked, found = self._found(self._opened(values), (name,), weights, _running(executor, memory))
        return stacked.results(found[name], self.index)

    def _found(
        self, given: Opened, names: Sequence[str], weights: Values | None, running: Running
    ) -> tuple[Stack, dict[str, Floats]]:
        """Return statistics by name, each (units, layers); two passes if totals are not sums of the values as given."""
        for name in names:
            _fitting(given, name)
        weighing = None if weights is None else self._weights(weights)
        apart = "total" in names and (weighing is not None or isinstance(given, Field))
        stacked = stack(given, self.grid, tonnes=apart and len(names) == 1)
        found: dict[str, Floats] = {}
        if apart:
            source = stack(given, self.grid, tonnes=True).source
            source = source if weighing is None else ProductSource(source, weighing)
            found = self._answers(source, ("total",), None, running)
        rest = [name for name in names if name not in found]
        return stacked, found | (self._answers(stacked.source, rest, weighing, running) if rest else {})

    def _answers(
        self, source: Source, names: Sequence[str], weighing: Source | None, running: Running
    ) -> dict[str, Floats]:
        area, usual = self._weight(None), self._weight(None, weighing)
        possible: dict[str, Ask] = {
            "total": WeightedSums(Weight.of(_ONE, self.grid.shape[0])),
            "mean": WeightedSums(usual),
            "valid_share": WeightedSums(area),
            "moments": Moments(usual),
        }
        wanted = {name if name in possible else "moments" for name in names}
        if weighing is None and {"mean", "valid_share"} <= wanted:
            wanted -= {"valid_share"}
        keys = sorted(wanted)
        answers = one_pass(self.pieces, len(self.index), source, [possible[key] for key in keys], running)
        found = dict(zip(keys, answers, strict=True))
        for key in keys:
            self._require_finite(_endless(found[key][0]))
        found.setdefault("valid_share", found.get("mean", ()))
        return {name: self._finished(name, found, running) for name in names}

    def _finished(self, name: str, found: dict[str, tuple[Floats, ...]], running: Running) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            if name in {"total", "mean"}:
                top, below = found[name]
                return np.where(below > 0, top if name == "total" else top / below, np.nan)
            if name == "valid_share":
                whole = covered_weight(self.pieces, len(self.index), self._weight(None), running.memory)
                return np.asarray(found[name][1] / whole[:, None])
            return _moment(name, found["moments"][0])

    def _require_finite(self, endless: NDArray[np.bool_]) -> None:
        """Refuse what came out infinite, for units (units, layers): a cell that is, or a sum beyond float64."""
        units = np.asarray(endless.any(axis=1))
        if units.any():
            raise fault(InputError, "overlay.infinite", labels=shown_labels(self.index, units), count=units.sum())

    def _opened(self, values: Values) -> Opened:
        return opened(values, self.reader) if isinstance(values, str | Path) else values

    def _weights(self, weights: Values) -> WeightsSource:
        stacked = stack(self._opened(weights), self.grid)
        if stacked.lead:
            shape = (*stacked.lead, *self.grid.shape)
            raise fault(GeometryError, "overlay.shape", shape=shape, grid=self.grid.shape)
        return WeightsSource(stacked.source)

    def _weight(self, weights: Values | None, checked: Source | None = None) -> Weight:
        """Return what a whole cell weighs: its weight if there are weights, else its area."""
        cells = self._weights(weights) if weights is not None else checked
        if cells is None:
            return Weight.of_cells(self.grid)
        return Weight(Weight.of(_ONE, self.grid.shape[0]).area, cells)

    def _covered(self, weight: Weight) -> Floats:
        return covered_weight(self.pieces, len(self.index), weight, numbers("limits")["band_bytes"])


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


def _fitting(values: Opened, name: str) -> Opened:
    """Refuse what makes no sense: the sum of levels, the mean of masses."""
    if isinstance(values, Field):
        if name == "total" and values.kind is Kind.INTENSIVE:
            raise fault(QuantityError, "quantity.intensive", species=values.species, unit=values.unit)
        if name in _OF_LEVELS and values.kind is Kind.TOTAL:
            raise fault(QuantityError, "overlay.mean_of_total", species=values.species, unit=values.unit)
    return values


def _endless(answer: Floats) -> NDArray[np.bool_]:
    """Tell which sums (units, layers) or moments (units, layers, 7) are infinite, or were on the way to a NaN."""
    if answer.ndim == 2:
        return ~np.isfinite(answer)
    return np.asarray((answer[..., 5] > 0) & ~np.isfinite(answer[..., 2:5]).all(axis=-1))


def _moment(name: str, moments: Floats) -> Floats:
    weight, _, spread, least, greatest, count, _ = np.moveaxis(moments, -1, 0)
    variance = np.where(weight > 0, np.maximum(spread, 0.0) / weight, np.nan)
    found = {"min": least, "max": greatest, "variance": variance, "stdev": np.sqrt(variance), "count": count}[name]
    return np.where(count > 0, found, np.nan)


def _running(executor: Executor | Client | None, memory: float | None) -> Running:
    bytes_of_bands = numbers("limits")["band_bytes"] if memory is None else float(memory)
    if not bytes_of_bands > 0:
        raise fault(InputError, "overlay.memory", value=memory)
    if executor is None or isinstance(executor, Executor):
        return Running(bytes_of_bands, executor)
    return Running(bytes_of_bands, executor.get_executor())
