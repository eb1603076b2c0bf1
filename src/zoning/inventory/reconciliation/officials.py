"""Official totals of the base year (targets with a known use) against the balance."""

from __future__ import annotations

import math

import pandas as pd

from zoning.errors import Finding, QuantityError, Severity
from zoning.inventory.reconciliation.model import Basis
from zoning.inventory.reconciliation.sheet import place_of
from zoning.messages import Both, finding
from zoning.quantities import convert
from zoning.tables import read
from zoning.targets import Targets
from zoning.vocab import label

__all__ = ["hold_officials"]


def hold_officials(
    balance: pd.DataFrame, targets: Targets, region: str, basis: Basis
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Hold totals that the government has published against the same totals of the balance.

    Parameters
    ----------
    balance : DataFrame
        As ``DepartmentTables.balance``.
    targets : Targets
        Uses of the base year; which item and fuel they are stands in ``tables/balance_officials.csv``.
    region : str
        Code of the region that the balance is of.
    basis : Basis
        Year, and ``target_agree``: below it a difference is rounding.

    Returns
    -------
    DataFrame
        ``indicator, item, fuels, unit, official, balance, difference, state`` (``closed, apart``).
    tuple of Finding
        TOTAL_MISMATCH (warning) for each that is apart.
    """
    rows, findings = [], []
    cells = balance[(balance["year"] == basis.year) & (balance["part"] == "balance")]
    for row in read("balance_officials"):
        used = [one for one in targets.rows if one.region_code == region and one.indicator == row["indicator"]]
        used = [one for one in used if one.use_year == basis.year and not math.isnan(one.use)]
        fuels = row["fuels"].split(";")
        own = cells[(cells["item"] == row["item"]) & cells["fuel"].isin(fuels) & (cells["unit"] == row["unit"])]
        own = own.drop_duplicates(["fuel", "unit"])
        if not used or own["amount"].notna().sum() == 0:
            continue
        try:
            official = convert(used[0].use, used[0].unit, row["measure"])
        except QuantityError:
            continue  # an indicator in a unit that it cannot have is said where targets are judged
        known = float(own["amount"].sum())
        apart = abs(official - known) > basis.threshold("target_agree") * max(abs(official), abs(known))
        about = (row["indicator"], row["item"], row["fuels"], row["unit"])
        rows.append((*about, official, known, known - official, "apart" if apart else "closed"))
        if apart:
            name = Both(label(row["indicator"]), label(row["indicator"], "en"))
            slots = {
                "name": name,
                "official": f"{official:.10g}",
                "unit": row["unit"],
                "off": f"{known - official:+.6g}",
            }
            where, severity = place_of(own.iloc[0].to_dict()), Severity.WARNING
            findings.append(finding("TOTAL_MISMATCH", "balance", severity=severity, where=where, **slots))
    columns = ["indicator", "item", "fuels", "unit", "official", "balance", "difference", "state"]
    return pd.DataFrame(rows, columns=columns).astype({"state": object}), tuple(findings)
