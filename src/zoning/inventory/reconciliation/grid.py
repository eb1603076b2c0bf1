"""Located emitters beside a gridded inventory: what is in both, and what is not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["against_grid"]


def against_grid(
    grid_totals: Mapping[tuple[str, str], float],
    enterprises: pd.DataFrame,
    records: pd.DataFrame,
    in_grid: str,
    year: int,
) -> pd.DataFrame:
    """Hold the located emitters against the totals of a gridded inventory, per species and sector.

    Parameters
    ----------
    grid_totals : mapping of (species, sector) to float
        Mass of the grids inside the units, t yr-1.
    enterprises : DataFrame
        As ``Inventory.enterprises``; only those that count.
    records : DataFrame
        As ``Inventory.records``.
    in_grid : str
        ``yes`` (the grids hold these enterprises), ``no``, or ``unknown``.
    year : int
        Base year of the records.

    Returns
    -------
    DataFrame
        ``species, sector, in_grid, grid_t, located_t, both_t, grid_only_t, located_only_t, total_t``. NaN: not known.
        If the grid holds the enterprises, what it has less than they is ``located_only_t``: no cell can give it.
        If that is unknown, nothing is added and nothing is taken away.

    Examples
    --------
    >>> firms = pd.DataFrame({"sector": ["industry"], "counts": [True]}, ["a"])
    >>> rows = pd.DataFrame({"enterprise": ["a"], "year": [2020], "CO2": [30.0]})
    >>> against_grid({("CO2", "industry"): 100.0}, firms, rows, "yes", 2020)["grid_only_t"].tolist()
    [70.0]
    """
    counted = enterprises[enterprises["counts"].astype(bool)]
    own = records[(records["year"] == year) & records["enterprise"].isin(counted.index)]
    sector = own["enterprise"].map(counted["sector"])
    known = sorted({name for name, _ in grid_totals} & set(own.columns))
    sums = own[known].groupby(sector).sum(min_count=1)
    keys = sorted(set(grid_totals) | {(name, one) for name in known for one in sums.index})
    rows = []
    for name, one in keys:
        located = float(sums[name].get(one, np.nan)) if name in known else np.nan
        grid = float(grid_totals.get((name, one), np.nan))
        rows.append((name, one, in_grid, grid, located, *_shared(grid, located, in_grid)))
    columns = ["grid_t", "located_t", "both_t", "grid_only_t", "located_only_t", "total_t"]
    return pd.DataFrame(rows, columns=["species", "sector", "in_grid", *columns])


def _shared(grid: float, located: float, in_grid: str) -> tuple[float, float, float, float]:
    """Return what both have, what only the grid, what only the emitters, and all together."""
    if in_grid == "no":
        return 0.0, grid, located, float(np.nansum([grid, located])) if np.isfinite([grid, located]).any() else np.nan
    if in_grid == "yes" and np.isfinite([grid, located]).all():
        return min(grid, located), max(grid - located, 0.0), max(located - grid, 0.0), max(grid, located)
    return np.nan, np.nan, np.nan, np.nan
