"""The ledger spread out: one plain column per species, sector, year or series, named with its unit of measure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from zoning.ledger import Ledger
from zoning.workbook.fields import Field, code_label, field

__all__ = ["Spread", "spread", "spread_totals"]

_UNNAMED = "emission"  # the ledger's main column: its spread columns are called by their labels alone


@dataclass(frozen=True)
class Spread:
    """One plain column of the ledger.

    Attributes
    ----------
    name : str
        ``CO2_industry_2020_t``, ``area_m2``, ``located_share_CO2``: column, labels, unit of measure.
    column : str
        Column of the ledger it is part of.
    labels : mapping of str to str
        Label of every further dimension.
    values : ndarray
        float64 (NaN: no data) or text, over units or fragments.
    unit, zh, en, source : str
        As the ledger has them.
    """

    name: str
    column: str
    labels: Mapping[str, str]
    values: NDArray[Any]
    unit: str
    zh: str
    en: str
    source: str

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        return self.values.dtype.kind not in "biuf"

    @property
    def field(self) -> Field | None:
        """Return the entry of its ledger column in the table of fields, if there is one."""
        return field("ledger", self.column)

    def title(self, lang: str) -> str:
        """Return its name for readers, without the unit of measure."""
        own = (self.en if lang == "en" else self.zh) or self.column
        parts = [code_label(value, lang) for value in self.labels.values()]
        return " ".join(parts if parts and self.column == _UNNAMED else [own, *parts])


def spread(ledger: Ledger, column: str, over: str = "unit") -> tuple[Spread, ...]:
    """Return a column of the ledger as plain columns over one dimension, in the order of the other dimensions.

    Parameters
    ----------
    ledger : Ledger
        Any.
    column : str
        Name of one of its columns.
    over : str
        ``unit`` or ``fragment``; a column without it is spread into single values.

    Examples
    --------
    >>> import numpy as np
    >>> from zoning.ledger import Column
    >>> ledger = Ledger.of_units(["U1"]).with_coordinates(species=["CO2", "SO2"]).with_column(
    ...     "located_share", ("unit", "species"), np.array([[0.5, 1.0]]), Column("1", "定位占比", "located share", "x"))
    >>> [(one.name, one.values[0]) for one in spread(ledger, "located_share")]
    [('located_share_CO2', np.float64(0.5)), ('located_share_SO2', np.float64(1.0))]
    """
    return tuple(_spread(ledger.data[column], over))


def spread_totals(ledger: Ledger, column: str, over: str = "unit") -> tuple[Spread, ...]:
    """Return a column summed over sectors, spread out, as sector ``all``; absent values only sum to «no data», never 0.

    A column without sectors is spread as it is.
    """
    array = ledger.data[column]
    if "sector" not in array.dims:
        return tuple(_spread(array, over))
    total = array.sum("sector", min_count=1, keep_attrs=True).expand_dims(sector=["all"])
    return tuple(_spread(total.transpose(*array.dims), over))


def _spread(array: xr.DataArray, over: str) -> list[Spread]:
    rest = [str(dim) for dim in array.dims if dim != over]
    ordered = array.transpose(*rest, over) if over in array.dims else array.transpose(*rest)
    attributes = {"units": "", "long_name": "", "long_name_en": "", "source": ""} | dict(array.attrs)
    columns = []
    for position in itertools.product(*(range(array.sizes[dim]) for dim in rest)):
        labels = {dim: str(array[dim].values[at]) for dim, at in zip(rest, position, strict=True)}
        columns.append(
            Spread(
                name=_name(str(array.name), labels, str(attributes["units"])),
                column=str(array.name),
                labels=labels,
                values=np.atleast_1d(ordered.values[position]),
                unit=str(attributes["units"]),
                zh=str(attributes["long_name"]),
                en=str(attributes["long_name_en"]),
                source=str(attributes["source"]),
            )
        )
    return columns


def _name(column: str, labels: Mapping[str, str], unit: str) -> str:
    """Compose a plain name; a yearly rate is named by its mass, because the year stands beside it."""
    suffix = unit.removesuffix(" yr-1").replace(" ", "_")
    parts = [] if column == _UNNAMED and labels else [column]
    return "_".join([*parts, *labels.values(), *([] if suffix in ("", "1", "text") else [suffix])])
