"""Where enterprises burn more than the balance has, who they are, and what may be behind it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from zoning.errors import Finding, Severity
from zoning.inventory.names import fuel_name
from zoning.inventory.reconciliation.closure import tonnes
from zoning.inventory.reconciliation.model import Basis
from zoning.inventory.reconciliation.sheet import where_of
from zoning.messages import Both, finding
from zoning.vocab import label

__all__ = ["check_fuels", "check_groups", "check_residuals", "check_silent", "named"]

_SHOWN = 10
_LARGEST = 3


def named(texts: list[str]) -> Both:
    """Return a list of names, the first ten of them, and how many there are.

    Examples
    --------
    >>> named(["甲厂", "乙厂"]).en
    '甲厂, 乙厂'
    """
    more = len(texts) - _SHOWN
    if more <= 0:
        return Both("、".join(texts), ", ".join(texts))
    return Both("、".join(texts[:_SHOWN]) + f" 等 {len(texts)} 家", ", ".join(texts[:_SHOWN]) + f" and {more} more")


def check_residuals(rows: pd.DataFrame, amounts: pd.DataFrame, names: pd.Series, basis: Basis) -> list[Finding]:
    """Return a RESIDUAL_NEGATIVE for each sector or industry whose enterprises exceed the balance.

    Parameters
    ----------
    rows : DataFrame
        As :attr:`Reconciliation.reconciliation`.
    amounts : DataFrame
        As :func:`~zoning.inventory.reconciliation.residuals.emitter_amounts` gives them.
    names : Series
        Name of each enterprise.
    basis : Basis
        Year and factors.
    """
    findings = []
    negative = rows[(rows["state"] == "negative") & rows["level"].isin(["sector", "group"])]
    for _, row in negative.iterrows():
        if row["level"] == "group" or not _said(rows, row):
            findings.append(_negative(row, amounts, names, basis))
    return findings


def _said(rows: pd.DataFrame, row: pd.Series) -> bool:
    """Tell whether an industry of the sector has been named for this fuel already."""
    same = (rows["level"] == "group") & (rows["sector"] == row["sector"]) & (rows["fuel"] == row["fuel"])
    return bool((rows.loc[same, "state"] == "negative").any())


def check_fuels(rows: pd.DataFrame, amounts: pd.DataFrame, names: pd.Series, basis: Basis) -> list[Finding]:
    """Name fuels that enterprises burn and the balance does not have, or has in another unit; all at once without one.

    Parameters are those of :func:`check_residuals`.
    """
    if rows["balance"].isna().all():
        count = amounts["enterprise"].nunique()
        info = Severity.INFO
        return [finding("EVIDENCE_MISSING", "no_balance", severity=info, count=count, year=basis.year)] if count else []
    findings = []
    lost = rows[(rows["level"] == "sector") & rows["balance"].isna() & (rows["emitters"] > 0)]
    for _, row in lost.iterrows():
        slots: dict[str, Any] = {"place": _place(row), "fuel": fuel_name(row["fuel"]), "unit": row["unit"]}
        slots |= {"emitters": f"{row['emitters']:.10g}", "largest": _largest(row, amounts, names)}
        findings.append(finding("EVIDENCE_MISSING", "no_fuel", severity=Severity.INFO, **slots))
    return findings


def _largest(row: pd.Series, amounts: pd.DataFrame, names: pd.Series) -> str:
    """Return the enterprises that burn most of what a row sums up, with their amounts."""
    own = amounts[(amounts["sector"] == row["sector"]) & (amounts["fuel"] == row["fuel"])]
    own = own[(own["unit"] == row["unit"]) & ((own["group"] == row["group"]) | (row["level"] != "group"))]
    summed = own.groupby("enterprise", sort=True)["amount"].sum().sort_values(ascending=False, kind="stable")
    return "; ".join(
        f"{names.get(one, one)} {amount:.6g} {row['unit']}" for one, amount in summed.head(_LARGEST).items()
    )


def _negative(row: pd.Series, amounts: pd.DataFrame, names: pd.Series, basis: Basis) -> Finding:
    slots: dict[str, Any] = {"place": _place(row), "fuel": fuel_name(row["fuel"]), "unit": row["unit"]}
    slots |= {
        "emitters": f"{row['emitters']:.10g}",
        "off": f"{-row['residual']:.6g}",
        "largest": _largest(row, amounts, names),
    }
    slots |= {"co2": tonnes(-row["residual_co2_t"]), "year": basis.year}
    where = where_of(str(row["addresses"])) | {"value": f"{row['balance']:.10g} {row['unit']}"}
    return finding("RESIDUAL_NEGATIVE", "balance", severity=Severity.WARNING, where=where, **slots)


def _place(row: pd.Series) -> Both:
    zh, en = label(row["sector"]), label(row["sector"], "en")
    return Both(f"{zh}·{row['group']}", f"{en}, {row['group']}") if row["group"] else Both(zh, en)


def check_silent(groups: pd.DataFrame, enterprises: pd.DataFrame, records: pd.DataFrame, year: int) -> list[Finding]:
    """Name, per industry, the enterprises that are in the city and have no activity data: they are in the residual."""
    known = [name for name in ("output", "tce_calorific", "tce_equivalent") if name in enterprises]
    told = enterprises.index[enterprises[known].notna().any(axis=1)]  # who reports output and no fuel burns none
    active = set(records.loc[records["year"] == year, "enterprise"]) | set(told)
    silent = groups[~groups.index.isin(active)].assign(name=enterprises["name"]).reset_index(names="enterprise")
    findings = []
    for (sector, group), part in silent.groupby(["sector", "group"], sort=True):
        place = _place(pd.Series({"sector": sector, "group": group}))
        who = named([str(one) for one in part.sort_values(["name", "enterprise"], kind="stable")["name"]])
        slots: dict[str, Any] = {"place": place, "count": len(part), "named": who, "year": year}
        findings.append(finding("EVIDENCE_MISSING", "residual", severity=Severity.INFO, **slots))
    return findings


def check_groups(groups: pd.DataFrame, enterprises: pd.DataFrame) -> list[Finding]:
    """Say which enterprises the industries sheet has no row for, and where they were counted."""
    findings = []
    lost = groups[(groups["sector"] == "industry") & groups["how"].isin(["near", "rest", "none"])]
    lost = lost.assign(name=enterprises["name"]).reset_index(names="enterprise")
    for (how, division, group), part in lost.groupby(["how", "division", "group"], sort=True):
        who = named([str(one) for one in part.sort_values(["name", "enterprise"], kind="stable")["name"]])
        key = "no_group" if how == "none" else "group_by_kin"
        slots: dict[str, Any] = {"division": division or "—", "group": group or "—", "count": len(part), "named": who}
        findings.append(finding("EVIDENCE_MISSING", key, severity=Severity.INFO, **slots))
    return findings
