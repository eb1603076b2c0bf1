"""What a declared proxy may carry over cells: the residual of a sector, in tonnes of CO2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.names import fuel_name
from zoning.inventory.reconciliation.model import Basis, Reconciliation
from zoning.messages import Both, finding
from zoning.study import SpreadInput
from zoning.tables import read
from zoning.vocab import label, value

__all__ = ["Spread", "spread_residuals"]


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
    # the balance knows fuels only: what they make of pollutants hangs on devices and treatments that it does not have
    long = positive[["sector", "fuel"]].assign(species="CO2", t=positive["residual_co2_t"].astype("float64"))
    long = long.dropna(subset=["t"])
    summed = long.groupby(["sector", "species"], sort=True).agg(t=("t", "sum"), fuels=("fuel", "; ".join)).reset_index()
    spread = summed["sector"].isin(by_sector)
    summed = summed.assign(
        year=basis.year,
        proxy=[by_sector[one].proxy if one in by_sector else "" for one in summed["sector"]],
        name=[by_sector[one].name if one in by_sector else "" for one in summed["sector"]],
        state=np.where(spread, "spread", "residual").astype(object),
    )
    return Spread(summed[["sector", "species", "year", "t", "proxy", "name", "state", "fuels"]], tuple(findings))


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
