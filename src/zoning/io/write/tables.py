"""Tables of a result for other programs: GeoParquet of the units, netCDF of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from zoning.io.records import pack
from zoning.ledger import Ledger
from zoning.result import Result
from zoning.workbook.wide import spread

__all__ = ["recast", "write_ledger", "write_units"]

_CONVENTIONS = {"Conventions": "CF-1.11"}
_JUDGED = ("decision", "tier", "evidence_class", "override_state")


def write_units(result: Result, path: str | Path) -> None:
    """Write ``control_units.parquet``: GeoParquet 1.1, one row per unit, every ledger column of units spread out.

    Columns are named by labels and unit of measure (``CO2_industry_2020_t``, ``area_m2``); absent values are null. The
    geometry is in the CRS of the units, with a covering bounding box per row.

    Parameters
    ----------
    result : Result
        What a run found.
    path : str or Path
        File to write.
    """
    frame, ledger = result.units.frame, result.ledger
    place = {code: number for number, code in enumerate(ledger.units)}
    order = [place[code] for code in frame["code"]]
    judged = result.decisions.loc[list(frame["code"])]
    extra = {name: judged[name].to_numpy() for name in _JUDGED}
    for name in ledger.columns:
        if "unit" in ledger.data[name].dims:
            extra |= {one.name: one.values[order] for one in spread(ledger, name)}
    packed, _ = pack(frame.drop(columns=frame.geometry.name), taken=[*extra, "bbox"])
    table = pd.concat([packed, pd.DataFrame(extra, index=packed.index)], axis=1)
    located = gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    located.to_parquet(path, index=False, schema_version="1.1.0", write_covering_bbox=True, compression="zstd")


def write_ledger(ledger: Ledger, path: str | Path) -> None:
    """Write ``ledger.nc``: netCDF-4 with CF attributes, every column of the ledger, text too, numbers exact.

    Parameters
    ----------
    ledger : Ledger
        Columns with ``units``, ``long_name`` and ``source``.
    path : str or Path
        File to write.
    """
    data = recast(ledger.data, _as_text).assign_attrs(_CONVENTIONS)
    packed = {
        str(name): {"zlib": True, "complevel": 4}
        for name in data.data_vars
        if data[name].dtype.kind == "f" and data[name].ndim
    }
    data.to_netcdf(path, engine="netcdf4", format="NETCDF4", encoding=packed)


def recast(data: xr.Dataset, text: Callable[[NDArray[Any]], NDArray[Any]]) -> xr.Dataset:
    """Return a dataset built anew: coordinates by name, columns in their order, text in the form a file or we want it.

    Parameters
    ----------
    data : Dataset
        Of a ledger.
    text : callable
        What is done to the values of text variables.
    """

    def made(name: str) -> tuple[tuple[Hashable, ...], NDArray[Any], dict[Any, Any]]:
        array = data[name]
        return array.dims, array.values if array.dtype.kind in "biuf" else text(array.values), dict(array.attrs)

    coordinates = {name: made(name) for name in sorted(str(name) for name in data.coords)}
    return xr.Dataset({str(name): made(str(name)) for name in data.data_vars}, coordinates, dict(data.attrs))


def _as_text(values: NDArray[Any]) -> NDArray[Any]:
    """Return text in a dtype that stays text where there are no rows; an absent text is an empty one."""
    texts = ["" if pd.isna(value) else str(value) for value in values.ravel()]
    return np.array(texts, dtype=str).reshape(values.shape)
