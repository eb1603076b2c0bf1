"""What townships know: fuel of households and vehicles, with the CO2 it makes by default factors."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.names import fuel_name
from zoning.inventory.reconciliation.closure import tonnes
from zoning.inventory.reconciliation.model import Basis
from zoning.messages import Both, finding
from zoning.vocab import label

__all__ = ["check_townships", "township_rows"]

_VEHICLES = "transport"
_KEY = ["town", "town_name", "sector", "fuel", "unit"]


def township_rows(areas: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return ``town, town_name, sector, fuel, amount, unit, co2_t`` of the base year; power and heat have no CO2 here.

    Parameters
    ----------
    areas : DataFrame
        As ``DepartmentTables.areas``.
    basis : Basis
        Year and factors.
    """
    rows = areas[areas["year"] == basis.year]
    summed = rows.groupby(_KEY, sort=True)["amount"].sum(min_count=1).reset_index()
    factor = np.array([basis.co2_per_unit(str(fuel)) for fuel in summed["fuel"]], dtype=np.float64)
    summed = summed.assign(co2_t=summed["amount"] * factor)
    return summed[["town", "town_name", "sector", "fuel", "amount", "unit", "co2_t"]]


def check_townships(rows: pd.DataFrame, areas: pd.DataFrame, basis: Basis) -> list[Finding]:
    """Hold the sum of the townships against what the balance leaves over beside the enterprises.

    Less is an info (what townships do not know stays a residual), more is a warning. Vehicles are held against what is
    left of their fuel in all sectors.
    """
    findings = []
    files = areas.groupby("sector")["file"].agg(lambda names: "、".join(sorted(set(names))))
    sectors = rows[rows["level"] == "sector"]
    for row in sectors[sectors["areas"].notna() & sectors["residual"].notna()].to_dict("records"):
        whole = float(row["residual"])
        if row["sector"] == _VEHICLES:  # vehicles of households and firms stand in the balance under their own sectors
            same = sectors["fuel"].eq(row["fuel"]) & sectors["unit"].eq(row["unit"]) & sectors["sector"].ne("loss")
            whole = float(sectors.loc[same, "residual"].sum())
        off = float(row["areas"]) - whole
        allowed = basis.threshold("residual_closed") * max(abs(row["areas"]), abs(whole))
        if abs(off) > max(allowed, basis.threshold("residual_rounding")):
            findings.append(_apart(row, whole, files[row["sector"]], basis))
    return findings


def _apart(row: dict[Hashable, Any], whole: float, file: str, basis: Basis) -> Finding:
    off = row["areas"] - whole
    where = {"file": file, "field": row["fuel"], "value": f"{row['areas']:.10g} {row['unit']}"}
    sector = Both(label(row["sector"]), label(row["sector"], "en"))
    slots: dict[str, Any] = {"sector": sector, "fuel": fuel_name(row["fuel"]), "unit": row["unit"]}
    slots |= {"left": f"{row['residual']:.10g}", "whole": f"{whole:.10g}", "off": tonnes(off)}
    slots |= {"co2": tonnes(off * basis.co2_per_unit(row["fuel"])), "beside": row["addresses"]}
    severity = Severity.WARNING if off > 0 else Severity.INFO
    return finding("BALANCE_NOT_CLOSED", "townships", severity=severity, where=where, **slots)
