"""双高: emitters, and cells, that are among the largest both in pollutants and in CO2."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.inventory.evaluation.context import Context

__all__ = ["double_high_cells", "double_high_emitters", "top"]

_MEASURES = ("CO2", "AP_eq")
_SHARES = ("double_high_share", "double_high_share_low", "double_high_share_high")
_PLACE = "EPSG:4490"


def top(values: pd.Series, share: float) -> pd.Series:
    """Tell which values are in the top share of the positive ones; all that tie with the last are.

    Examples
    --------
    >>> top(pd.Series([5.0, 1.0, 5.0, 0.0, float("nan")]), 0.3).tolist()
    [True, False, True, False, False]
    """
    positive = values[values > 0]
    if positive.empty:
        return pd.Series(data=False, index=values.index)
    kept = math.ceil(round(share * len(positive), 9))
    cutoff = positive.sort_values(ascending=False).iloc[max(kept, 1) - 1]
    return values.ge(cutoff).fillna(value=False).astype(bool)


def double_high_emitters(enterprises: pd.DataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return emitters with both ranks and whether they are 双高 at the share chosen, a stricter and a wider one.

    Returns
    -------
    DataFrame
        ``enterprise, name, unit, CO2, AP_eq, rank_CO2, rank_AP_eq, double_high, double_high_low, double_high_high,
        tied``: ``tied`` if the emitter has the value of another in one of the two. The shares are ours: the pilot's
        cut-off is not published. By rank, largest first.
    """
    table = loads[list(_MEASURES)].assign(name=enterprises["name"], unit=enterprises["unit"])
    table = _flagged(table.reset_index(names="enterprise"), context)
    first = ["enterprise", "name", "unit"]
    return _ordered(table[[*first, *(name for name in table.columns if name not in first)]], ["enterprise"])


def double_high_cells(enterprises: gpd.GeoDataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Sum located emitters, and residuals that were spread, on a square grid, and mark 双高 cells.

    Parameters
    ----------
    enterprises : GeoDataFrame
        Points; those without a point are in no cell.
    loads : DataFrame
        As :func:`~zoning.inventory.evaluation.loads.loads_of` gives them.
    context : Context
        ``crs`` (projected, metres), ``spread``, and ``double_high_cell``, the side in m (ours).

    Returns
    -------
    DataFrame
        ``cell`` (column and row counted from the origin of the system), ``lon, lat`` of the centre (EPSG:4490),
        ``side_m``, ``emitters``, ``CO2`` (t yr-1), ``AP_eq`` (10³ equivalents), ranks and flags as of emitters.
        Empty if no system is given.
    """
    side = context.threshold("double_high_cell")
    table = _points(enterprises, loads, context)
    if table.empty:
        columns = ["cell", "lon", "lat", "side_m", "emitters"]
        return _flagged(pd.DataFrame(columns=[*columns, *_MEASURES]).astype(dict.fromkeys(_MEASURES, float)), context)
    number = np.floor(table[["x", "y"]].to_numpy() / side).astype("int64")
    grouped = table.groupby([number[:, 0], number[:, 1]], sort=True)
    cells = grouped[list(_MEASURES)].sum(min_count=1).assign(emitters=grouped["emitters"].sum())
    column, row = (cells.index.get_level_values(level).to_numpy() for level in (0, 1))
    centres = gpd.GeoSeries(gpd.points_from_xy((column + 0.5) * side, (row + 0.5) * side), crs=context.crs)
    centres = centres.to_crs(_PLACE)
    cells = cells.reset_index(drop=True).assign(
        cell=[f"{one}/{other}" for one, other in zip(column, row, strict=True)],
        lon=centres.x.to_numpy(),
        lat=centres.y.to_numpy(),
        side_m=side,
    )
    cells = cells[["cell", "lon", "lat", "side_m", "emitters", *_MEASURES]]
    return _ordered(_flagged(cells, context), ["cell"])


def _points(enterprises: gpd.GeoDataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return ``x, y, emitters`` and the measures of everything that has a place, in a stable order."""
    columns = ["x", "y", "emitters", *_MEASURES]
    if not context.crs:
        return pd.DataFrame(columns=columns)
    own = enterprises.loc[loads.index]
    own = own[own.geometry.notna() & ~own.geometry.is_empty]
    places = own.geometry.to_crs(context.crs)
    parts = [loads.loc[own.index, list(_MEASURES)].assign(x=places.x, y=places.y, emitters=1)]
    if context.spread is not None and len(context.spread):
        more = gpd.GeoSeries(gpd.points_from_xy(context.spread["lon"], context.spread["lat"]), crs=_PLACE)
        more = more.to_crs(context.crs)
        masses = context.spread.reindex(columns=list(_MEASURES)).reset_index(drop=True)
        parts.append(masses.assign(x=more.x, y=more.y, emitters=0))
    table = pd.concat(parts, ignore_index=True)
    placed: pd.DataFrame = table.loc[np.isfinite(table["x"]) & np.isfinite(table["y"]), columns]
    return placed.sort_values(columns, kind="stable")


def _flagged(table: pd.DataFrame, context: Context) -> pd.DataFrame:
    tied = pd.Series(data=False, index=table.index)
    for measure in _MEASURES:
        positive = table[measure].where(table[measure] > 0)
        table = table.assign(**{f"rank_{measure}": positive.rank(method="min", ascending=False)})
        tied |= positive.notna() & positive.duplicated(keep=False)
    for name in _SHARES:
        share = context.threshold(name)
        both = top(table[_MEASURES[0]], share) & top(table[_MEASURES[1]], share)
        table = table.assign(**{name.replace("_share", ""): both})
    return table.assign(tied=tied)


def _ordered(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    worse = table[["rank_CO2", "rank_AP_eq"]].max(axis=1, skipna=False)
    order = table.assign(worse=worse).sort_values(["worse", "rank_CO2", *names], kind="stable")
    return order.drop(columns="worse").reset_index(drop=True)
