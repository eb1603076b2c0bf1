"""Key industries: what each industry contributes, and whether it emits more than its weight."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from zoning.inventory.evaluation.context import Context
from zoning.inventory.reconciliation.groups import division
from zoning.messages import Both, say

__all__ = ["industry_table", "location_quotient"]

_MEASURES = ("CO2", "AP_eq")


def location_quotient(part: float, whole: float, reference_part: float, reference_whole: float) -> float:
    """Return LQ = (part ÷ whole) ÷ (reference part ÷ reference whole); NaN where a share has no base.

    Examples
    --------
    >>> round(location_quotient(1714, 79006, 879213, 15593224), 7)
    0.3847623
    """
    if not (whole > 0 and reference_part > 0 and reference_whole > 0):
        return float("nan")
    return (part / whole) / (reference_part / reference_whole)


def industry_table(enterprises: pd.DataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the industries of GB/T 4754 with their contribution, location quotient and whether they are key.

    Parameters
    ----------
    enterprises : DataFrame
        As ``Inventory.enterprises``: ``industry, output`` (10⁴ yuan), ``tce_equivalent``.
    loads : DataFrame
        As :func:`~zoning.inventory.evaluation.loads.loads_of` gives them.
    context : Context
        Year, reference shares, thresholds.

    Notes
    -----
    Contribution = emission of the industry ÷ located emission of all. LQ = share of the emission ÷ share of the
    reference region's emission where a reference is given (``lq_basis`` ``reference``), else ÷ share of the output
    value inside the city (``output``), over enterprises whose output is known: its mean weighted by output is 1.
    Key: contribution at least ``key_contribution`` and LQ above ``key_quotient``, in AP and in CO2.
    """
    firms = enterprises.loc[loads.index]
    codes = firms["industry"].astype(str)
    parts = []
    for level, digits in (("division", 2), ("group", 3)):
        keys = codes.str[:digits].where(codes.str.len() >= digits, "")
        table = _level(keys, firms, loads, context)
        names = [division(code) for code in table.index]
        zh, en = [one[1] for one in names], [one[2] for one in names]
        parts.append(table.assign(level=level, code=table.index, zh=zh, en=en).reset_index(drop=True))
    table = pd.concat(parts, ignore_index=True)
    table = _judged(table, context)
    first = ["level", "code", "zh", "en", "enterprises"]
    return table[[*first, *(name for name in table.columns if name not in first)]]


def _level(keys: pd.Series, firms: pd.DataFrame, loads: pd.DataFrame, context: Context) -> pd.DataFrame:
    grouped = loads.groupby(keys.to_numpy(), sort=True)
    table = grouped.sum(min_count=1).assign(enterprises=grouped.size())
    output = pd.to_numeric(firms["output"]) if "output" in firms else pd.Series(np.nan, index=firms.index)
    energy = pd.to_numeric(firms["tce_equivalent"]) if "tce_equivalent" in firms else output * np.nan
    table = table.assign(output=output.groupby(keys.to_numpy()).sum(min_count=1))
    table = table.assign(tce_equivalent=energy.groupby(keys.to_numpy()).sum(min_count=1))
    for measure in _MEASURES:
        total = loads[measure].sum(min_count=1)
        table[f"contribution_{measure}"] = table[measure] / total if total > 0 else np.nan
        own = loads[measure].where(output.notna())
        value = output.where(loads[measure].notna())
        mass, worth = (column.groupby(keys.to_numpy()).sum(min_count=1) for column in (own, value))
        quotients = [
            location_quotient(float(mass[key]), float(mass.sum()), float(worth[key]), float(worth.sum()))
            for key in table.index
        ]
        table[f"lq_{measure}"] = quotients
    table = table.assign(lq_basis="output")
    return table if context.reference is None else _referred(table, context.reference)


def _referred(table: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Take quotients against the shares of a reference region where it has the industry."""
    shares = reference.set_index(["division", "measure"])["share"].astype("float64")
    for measure in _MEASURES:
        known = pd.Series([shares.get((code, measure), np.nan) for code in table.index], index=table.index)
        quotient = table[f"contribution_{measure}"] / known.where(known > 0)
        table[f"lq_{measure}"] = quotient
    return table.assign(lq_basis="reference")


def _judged(table: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Say of each industry whether it is key and why."""
    least, above = context.threshold("key_contribution"), context.threshold("key_quotient")
    states, reasons = [], []
    for row in table.to_dict("records"):
        shares = [row[f"contribution_{measure}"] for measure in _MEASURES]
        quotients = [row[f"lq_{measure}"] for measure in _MEASURES]
        met = [*(share >= least for share in shares), *(quotient > above for quotient in quotients)]
        known = [np.isfinite(value) for value in (*shares, *quotients)]
        failed = [ok for ok, told in zip(met, known, strict=True) if told and not ok]
        state = "no" if failed else "yes" if all(known) else "unknown"
        states.append(state)
        reasons.append(_reason(row, state, least, above))
    zh, en = [one.zh for one in reasons], [one.en for one in reasons]
    return table.assign(key=states, reason_zh=zh, reason_en=en)


def _reason(row: dict[Hashable, Any], state: str, least: float, above: float) -> Both:
    slots = {
        name: "—" if not np.isfinite(value := float(row[column])) else f"{value:{form}}"
        for name, column, form in (
            ("ap", "contribution_AP_eq", ".1%"),
            ("co2", "contribution_CO2", ".1%"),
            ("lq_ap", "lq_AP_eq", ".2f"),
            ("lq_co2", "lq_CO2", ".2f"),
        )
    }
    key = f"evaluation.key.{state}"
    about = slots | {"least": f"{least:.0%}", "above": f"{above:g}"}
    return Both(say(key, "zh", **about), say(key, "en", **about))
