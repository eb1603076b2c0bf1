"""Fields (领域): industry, power, buildings, transport, farming, waste, each with how well it is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zoning.inventory.evaluation.context import Context
from zoning.tables import read

__all__ = ["field_table"]


def field_table(enterprises: pd.DataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return one row per field and species: located, residual of the balance, what townships know, total.

    Parameters
    ----------
    enterprises : DataFrame
        As ``Inventory.enterprises``: ``sector``.
    loads : DataFrame
        As :func:`~zoning.inventory.evaluation.loads.loads_of` gives them.
    context : Context
        ``reconciliation`` and ``areas``.

    Returns
    -------
    DataFrame
        ``field, zh, en, species, located_t, residual_t, township_t, total_t, complete, evidence, unknown_fuels,
        source``. ``total_t`` is located + residual (else what townships know); ``complete`` is False if a part of it is
        not known. ``evidence``: ``located`` (more than half of the total), ``residual``, ``none``. A residual is known
        of CO2 only.
    """
    sector_field = {row["sector"]: row["field"] for row in read("evaluation_fields")}
    own = enterprises.loc[loads.index, "sector"].map(sector_field).fillna("industry")
    located = loads.groupby(own.to_numpy()).sum(min_count=1)
    names = {row["field"]: (row["zh"], row["en"]) for row in read("evaluation_fields")}
    rows = []
    for field, (zh, en) in names.items():
        sectors = [sector for sector, one in sector_field.items() if one == field]
        residual, towns, unknown = _beside(sectors, context)
        for species in loads.columns:
            mass = float(located[species].get(field, np.nan)) if len(located) else np.nan
            rest = (residual, towns, unknown) if species == "CO2" else (np.nan, np.nan, "")
            rows.append((field, zh, en, species, mass, *_row(mass, *rest)))
    columns = ["located_t", "residual_t", "township_t", "total_t", "complete", "evidence", "unknown_fuels", "source"]
    return pd.DataFrame(rows, columns=["field", "zh", "en", "species", *columns])


def _beside(sectors: list[str], context: Context) -> tuple[float, float, str]:
    """Return residual and township CO2 of some sectors of the balance, and fuels whose residual is not known."""
    residual, towns, unknown = np.nan, np.nan, ""
    if context.reconciliation is not None:
        rows = context.reconciliation
        rows = rows[(rows["level"] == "sector") & rows["sector"].isin(sectors)]
        known = rows[rows["state"] != "unknown"]
        residual = float(known["residual_co2_t"].sum(min_count=1)) if len(known) else np.nan
        unknown = "; ".join(sorted(set(rows.loc[rows["state"] == "unknown", "fuel"])))
    if context.areas is not None:
        own = context.areas[context.areas["sector"].isin(sectors)]
        towns = float(own["co2_t"].sum(min_count=1)) if len(own) else np.nan
    return residual, towns, unknown


def _row(mass: float, residual: float, towns: float, unknown: str) -> tuple[object, ...]:
    beside = residual if np.isfinite(residual) else towns
    known = [one for one in (mass, beside) if np.isfinite(one)]
    total = float(np.sum(known)) if known else np.nan
    evidence = "none" if not known else "located" if np.isfinite(mass) and 2 * mass > total else "residual"
    told = ["records"] * bool(np.isfinite(mass)) + ["balance"] * bool(np.isfinite(residual))
    told += ["townships"] * bool(np.isfinite(towns))
    complete = bool(np.isfinite(residual)) and not unknown
    return residual, towns, total, complete, evidence, unknown, "; ".join(told)
