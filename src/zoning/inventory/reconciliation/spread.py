"""What a declared proxy may carry over cells: the residual of a sector, in tonnes of each species."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.reconciliation.closure import fuel_name
from zoning.inventory.reconciliation.model import Basis, Reconciliation
from zoning.messages import Both, finding
from zoning.study import SpreadInput
from zoning.tables import read
from zoning.vocab import label, value

__all__ = ["Spread", "spread_residuals"]

PollutantFactor = Callable[[str, str], float]
"""(species, fuel) → t per unit of fuel, NaN if no factor is known."""


@dataclass(frozen=True)
class Spread:
    """Residuals in tonnes.

    Attributes
    ----------
    rows : DataFrame
        ``sector, species, year, t, proxy, name, state, fuels``: ``state`` is ``spread`` (a proxy is declared) or
        ``residual`` (it stays a row); ``fuels`` are those that ``t`` is of.
    findings : tuple of Finding
        VALUE_UNKNOWN for a declared sector that is none; RESIDUAL_NEGATIVE for a fuel that is not spread.
    """

    rows: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def spread_residuals(
    reconciliation: Reconciliation,
    declared: Sequence[SpreadInput],
    basis: Basis,
    species: Sequence[str] = (),
    factor: PollutantFactor | None = None,
) -> Spread:
    """Return the residual tonnes of each sector, and which proxy may carry them.

    Parameters
    ----------
    reconciliation : Reconciliation
        Rows of level ``sector`` are spread; what townships know of a sector is a part of its residual.
    declared : sequence of SpreadInput
        Which proxy stands for which sector. There is no default: a sector that is not declared stays a residual row.
    basis : Basis
        Year and factors.
    species : sequence of str
        Pollutants beside CO2.
    factor : callable, optional
        Emission factor of a pollutant and a fuel, t per unit; a fuel without one gives none of it.

    Notes
    -----
    A negative residual is never spread and never set against a positive one of another fuel.
    """
    known = list(dict.fromkeys(row["sector"] for row in read("balance_sectors") if row["carbon"] == "yes"))
    findings = _declared(declared, known)
    by_sector = {one.sector: one for one in sorted(declared, key=lambda one: (one.sector, one.proxy), reverse=True)}
    rows = reconciliation.reconciliation
    rows = rows[(rows["level"] == "sector") & rows["sector"].isin(known)]
    negative = rows[(rows["state"] == "negative") & rows["sector"].isin(by_sector)]
    findings += [_kept_back(row) for _, row in negative.iterrows()]
    positive = rows[rows["state"] == "residual"]
    parts = []
    for name in ("CO2", *species):
        tonnes = positive["residual_co2_t"] if name == "CO2" else _tonnes(positive, name, factor)
        parts.append(positive[["sector", "fuel"]].assign(species=name, t=np.asarray(tonnes, dtype=np.float64)))
    long = pd.concat(parts, ignore_index=True).dropna(subset=["t"])
    summed = long.groupby(["sector", "species"], sort=True).agg(t=("t", "sum"), fuels=("fuel", "; ".join)).reset_index()
    spread = summed["sector"].isin(by_sector)
    summed = summed.assign(
        year=basis.year,
        proxy=[by_sector[one].proxy if one in by_sector else "" for one in summed["sector"]],
        name=[by_sector[one].name if one in by_sector else "" for one in summed["sector"]],
        state=np.where(spread, "spread", "residual").astype(object),
    )
    return Spread(summed[["sector", "species", "year", "t", "proxy", "name", "state", "fuels"]], tuple(findings))


def _tonnes(rows: pd.DataFrame, species: str, factor: PollutantFactor | None) -> list[float]:
    if factor is None:
        return [float("nan")] * len(rows)
    return [amount * factor(species, str(fuel)) for amount, fuel in zip(rows["residual"], rows["fuel"], strict=True)]


def _declared(declared: Sequence[SpreadInput], known: list[str]) -> list[Finding]:
    """Name sectors that the balance or the grids do not have, and sectors that two proxies claim."""
    findings = []
    known = [sector for sector in known if value("sector", sector)]
    allowed = Both("、".join(known), ", ".join(known))
    for one in declared:
        where = {"field": "inventory.spread.sector", "value": one.sector}
        if one.sector not in known:
            findings.append(finding("VALUE_UNKNOWN", "spread_sector", where=where, allowed=allowed))
    twice = sorted({one.sector for one in declared if sum(other.sector == one.sector for other in declared) > 1})
    for sector in twice:
        where = {"field": "inventory.spread.sector", "value": sector}
        proxies = ", ".join(sorted(one.proxy for one in declared if one.sector == sector))
        findings.append(finding("VALUE_UNKNOWN", "spread_twice", where=where, proxies=proxies))
    return findings


def _kept_back(row: pd.Series) -> Finding:
    where = {"file": row["addresses"], "field": row["fuel"], "value": f"{row['residual']:.6g} {row['unit']}"}
    sector = Both(label(row["sector"]), label(row["sector"], "en"))
    return finding(
        "RESIDUAL_NEGATIVE",
        "spread",
        severity=Severity.WARNING,
        where=where,
        sector=sector,
        fuel=fuel_name(row["fuel"]),
    )
