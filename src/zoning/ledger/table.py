"""The ledger (台账): one row per control unit, and per fragment unit × zone; each column with unit and source.

A column is an xarray variable with the attributes ``units``, ``long_name`` (zh), ``long_name_en`` and ``source``.
The ledger only grows, by :meth:`Ledger.with_column`, which returns a new one. Dimensions: ``unit`` (codes),
``fragment`` (with ``fragment_unit, fragment_zone, fragment_element, fragment_subtype`` along it), ``species``,
``sector``, ``year``, ``series``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from zoning.errors import QuantityError
from zoning.messages import fault
from zoning.tables import read

__all__ = ["Column", "Columns", "Ledger", "known_columns", "nearest_year"]


@dataclass(frozen=True)
class Column:
    """What a column means: unit of measure, names, and where its numbers come from."""

    units: str
    zh: str
    en: str
    source: str

    @classmethod
    def known(cls, name: str, source: str) -> Column:
        """Return the meaning of a column of ours (``tables/ledger_columns.csv``) with the source of its numbers.

        Examples
        --------
        >>> Column.known("emission", "grid").units
        't yr-1'
        """
        row = next(row for row in read("ledger_columns") if row["name"] == name)
        return cls(row["units"], row["zh"], row["en"], source)

    def attributes(self) -> dict[str, str]:
        """Return the CF-style attributes of the column."""
        return {"units": self.units, "long_name": self.zh, "long_name_en": self.en, "source": self.source}


Columns = dict[str, tuple[tuple[str, ...], NDArray[Any], Column]]
"""Name → (dimensions, values, meaning): columns on their way into a ledger."""


def known_columns(dims: tuple[str, ...], source: str, **values: NDArray[Any]) -> Columns:
    """Return columns of ours along the same dimensions and of the same source, with their known meanings."""
    return {name: (dims, array, Column.known(name, source)) for name, array in values.items()}


@dataclass(frozen=True)
class Ledger:
    """Columns over units and fragments.

    Attributes
    ----------
    data : xarray.Dataset
        Never written into; ask for columns by name.

    Examples
    --------
    >>> ledger = Ledger.of_units(["ZH1", "ZH2"]).with_column(
    ...     "area", ("unit",), np.array([1.0, 2.0]), Column("m2", "面积", "area", "units layer"))
    >>> float(ledger["area"].sel(unit="ZH2"))
    2.0
    """

    data: xr.Dataset

    @classmethod
    def of_units(cls, codes: Iterable[str]) -> Ledger:
        """Return an empty ledger of these units, in this order."""
        return cls(xr.Dataset(coords={"unit": np.asarray(list(codes), dtype=object)}))

    def __getitem__(self, name: str) -> xr.DataArray:
        """Return a copy of a column."""
        return self.data[name].copy()

    def __contains__(self, name: object) -> bool:
        return name in self.data.data_vars

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order they came."""
        return tuple(str(name) for name in self.data.data_vars)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Unit codes."""
        return tuple(str(code) for code in self.data["unit"].values)

    def with_coordinates(self, **coordinates: Sequence[object]) -> Ledger:
        """Return a ledger with dimensions added, each with its labels (``species=["CO2"], year=[2020]``)."""
        arrays = {
            name: np.asarray(list(labels), dtype=np.int64 if name == "year" else object)
            for name, labels in coordinates.items()
        }
        return Ledger(self.data.assign_coords(arrays))

    def with_labels(self, dimension: str, **labels: Sequence[object]) -> Ledger:
        """Return a ledger with further labels along one dimension (``fragment_unit=[…]`` along ``fragment``)."""
        arrays = {name: (dimension, np.asarray(list(values), dtype=object)) for name, values in labels.items()}
        return Ledger(self.data.assign_coords(arrays))

    def with_column(self, name: str, dims: tuple[str, ...], values: NDArray[Any], meaning: Column) -> Ledger:
        """Return a ledger with one more column.

        Parameters
        ----------
        name : str
            New name; a column is never overwritten.
        dims : tuple of str
            Dimensions of ``values``.
        values : ndarray
            float64 (NaN: no data), or text.
        meaning : Column
            Unit, names, source: all required.

        Raises
        ------
        QuantityError
            If the name exists or the unit is empty.
        """
        if name in self.data.variables:
            raise fault(QuantityError, "ledger.exists", name=name)
        if not meaning.units or not meaning.source:
            raise fault(QuantityError, "ledger.unitless", name=name)
        return Ledger(self.data.assign({name: (dims, values, meaning.attributes())}))

    def with_columns(self, columns: Mapping[str, tuple[tuple[str, ...], NDArray[Any], Column]]) -> Ledger:
        """Return a ledger with several columns, in the order of the mapping."""
        ledger = self
        for name, (dims, values, meaning) in columns.items():
            ledger = ledger.with_column(name, dims, values, meaning)
        return ledger

    def of_unit(self, name: str, **where: object) -> NDArray[np.float64]:
        """Return a column as an array over units, other dimensions chosen by label (``species="CO2"``) or summed.

        A sum over absent values only is NaN, never 0.
        """
        chosen = self.data[name].sel({key: value for key, value in where.items() if key in self.data[name].dims})
        rest = [dim for dim in chosen.dims if dim != "unit"]
        return np.asarray(chosen.sum(rest, min_count=1) if rest else chosen, dtype=np.float64)


def nearest_year(ledger: Ledger, species: str, base: int) -> int | None:
    """Return the year nearest to the base year for which any unit has a number of the species; None if there is none.

    Of two years equally near the earlier is taken.
    """
    mass = ledger["emission"].sel(species=species).notnull()
    known = mass.any([dim for dim in mass.dims if dim != "year"])
    years = [int(year) for year in known["year"].values[known.values]]
    return min(years, key=lambda year: (abs(year - base), year), default=None)
