"""What departments say differently of one quantity, ranked by the CO2 that hangs on it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from zoning.departments import DepartmentTables
from zoning.inventory.model import Correction
from zoning.inventory.reconciliation.model import Basis

__all__ = ["DISAGREEMENTS", "rank_disagreements"]

DISAGREEMENTS = (
    "enterprise", "name", "year", "quantity", "left", "right", "left_value", "right_value", "unit", "difference",
    "co2_t", "left_address", "right_address",
)  # fmt: skip
"""Columns of the disagreements."""

_SLIP, _APPLIED, _ASIDE = "UNIT_SLIP", "applied", "set_aside"


def rank_disagreements(
    tables: DepartmentTables,
    links: pd.DataFrame,
    enterprises: pd.DataFrame,
    basis: Basis,
    balance: pd.DataFrame | None = None,
    corrections: Sequence[Correction] = (),
) -> pd.DataFrame:
    """Return every quantity that two departments give differently, largest CO2 of the difference first.

    Parameters
    ----------
    tables : DepartmentTables
        ``firms, uses, pollutants, stated`` are read.
    links : DataFrame
        As ``Linkage.links``: which enterprise a ``ref`` is.
    enterprises : DataFrame
        Index enterprise, ``name``.
    basis : Basis
        Year, factors, and ``sources_agree``: below it a difference is rounding.
    balance : DataFrame, optional
        ``Reconciliation.disagreements``, to stand in the same list.
    corrections : sequence of Correction
        Slips of unit are compared as they were taken; rows that were set aside are compared with nothing.

    Returns
    -------
    DataFrame
        Fuels (t CO2 of the difference by the study's series), power and heat (by the factor that a verification
        states, else NaN), totals that are not the sum of their parts (t CO2), and pollutants above a permit (NaN:
        tonnes of a pollutant are no CO2), NaN last.
    """
    taken = _linked(tables.uses, tables, links, corrections)
    rows = _fuels(taken[taken["year"] == basis.year], basis)
    rows += _stated(_linked(tables.stated, tables, links, corrections), basis)
    rows += _permits(_linked(tables.pollutants, tables, links, corrections), basis)
    found = pd.DataFrame(rows, columns=list(DISAGREEMENTS))
    names = enterprises["name"].to_dict()
    found = found.assign(name=pd.Series([str(names.get(one, "")) for one in found["enterprise"]], dtype=object))
    parts = [part for part in (found, balance) if part is not None and len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else found
    order = found.assign(size=-found["co2_t"].astype("float64"), off=-found["difference"].astype("float64").abs())
    keys = ["size", "off", "enterprise", "quantity", "left", "right", "left_address", "right_address"]
    return found.loc[order.sort_values(keys, kind="stable", na_position="last").index].reset_index(drop=True)


def _linked(
    frame: pd.DataFrame, tables: DepartmentTables, links: pd.DataFrame, corrections: Sequence[Correction]
) -> pd.DataFrame:
    """Return rows with ``enterprise, table, place``, their amounts as they were taken, in an order of their own."""
    frame = frame.sort_values(["ref", "address", "field", "amount"], kind="stable")
    owner = links.drop_duplicates("ref").set_index("ref")["enterprise"]
    firms = tables.firms.drop_duplicates("ref").set_index("ref")
    found = frame.assign(enterprise=frame["ref"].map(owner), table=frame["ref"].map(firms["table"]))
    cells = zip(frame["ref"], frame["field"], frame["address"], strict=True)
    places = pd.Series([f"{ref}!{cell or header}" for ref, header, cell in cells], index=frame.index, dtype=object)
    found = found.assign(place=places)
    aside = {one.ref for one in corrections if one.state == _ASIDE and not one.field}
    found = found[found["enterprise"].notna() & ~found["ref"].isin(aside)]
    slips = [one for one in corrections if one.kind == _SLIP and one.state in (_APPLIED, _ASIDE)]
    values = {(one.ref, one.field): float(one.after) if one.state == _APPLIED else np.nan for one in slips}
    pairs = zip(found["ref"], found["field"], found["amount"], strict=True)
    amounts = [values.get((ref, field), amount) for ref, field, amount in pairs]
    return found.assign(amount=np.array(amounts, dtype=np.float64)).dropna(subset=["amount"])


def _fuels(uses: pd.DataFrame, basis: Basis) -> list[dict[Hashable, Any]]:
    """Compare what departments give for one enterprise and fuel; those that agree stand on one side together.

    Power that one gives net of sales (negative) and another as bought is not one quantity: it is not compared.
    """
    key = ["enterprise", "what", "fuel", "unit"]
    sides = uses.groupby([*key, "table"], sort=True)["amount"].sum().reset_index()
    span = sides.groupby(key, sort=True)["amount"].agg(["min", "max"])
    size = span.abs().max(axis=1)
    apart = span["max"] - span["min"] > basis.threshold("sources_agree") * size
    apart &= (span["min"] >= 0) | (span["max"] <= 0)
    uses = uses.merge(span.index[apart].to_frame(index=False), on=key, how="inner")
    one = uses.groupby([*key, "table"], sort=True)
    summed = one["amount"].sum().to_frame().assign(place=one["place"].agg("; ".join), factor=one["factor"].max())
    sides = summed.reset_index()
    rows = []
    for (enterprise, what, fuel, unit), part in sides.groupby(key, sort=True):
        per_unit = basis.co2_per_unit(str(fuel)) if what == "fuel" else part["factor"].max()
        for left, right in combinations(_together(part, basis), 2):
            row = _row(left, right, basis, per_unit)
            quantity = fuel if what != "heat_sold" else "heat_sold"
            rows += [row | {"enterprise": enterprise, "quantity": quantity, "unit": unit}] if row else []
    return rows


def _together(part: pd.DataFrame, basis: Basis) -> list[dict[Hashable, Any]]:
    """Put departments that give one value on one side, under the first of them in the alphabet."""
    sides: list[dict[Hashable, Any]] = []
    for one in part.to_dict("records"):
        same = next((side for side in sides if not _row(side, one, basis, 0.0)), None)
        if same is None:
            sides.append(one)
        else:
            same |= {name: f"{same[name]}; {one[name]}" for name in ("table", "place")}
    return sides


def _row(left: dict[Hashable, Any], right: dict[Hashable, Any], basis: Basis, per_unit: float) -> dict[Hashable, Any]:
    """Return a row of the two values; empty if they agree."""
    a, b = float(left["amount"]), float(right["amount"])
    if abs(a - b) <= basis.threshold("sources_agree") * max(abs(a), abs(b)):
        return {}
    return {
        "year": basis.year,
        "left": left["table"],
        "right": right["table"],
        "left_value": a,
        "right_value": b,
        "difference": a - b,
        "co2_t": abs(a - b) * per_unit,
        "left_address": left["place"],
        "right_address": right["place"],
    }


def _stated(stated: pd.DataFrame, basis: Basis) -> list[dict[Hashable, Any]]:
    """Hold printed totals of a verification against the sum of what it is made of."""
    stated = stated[stated["year"] == basis.year]
    whole = stated["item"] == "total"
    totals = stated[whole].drop_duplicates("ref").set_index("ref")
    added = stated[~whole].groupby("ref", sort=True)["amount"].sum()
    both = totals.join(added.rename("added"), how="inner")
    off = (both["amount"] - both["added"]).abs()
    size = both[["amount", "added"]].abs().max(axis=1)
    rows = []
    for ref, one in both[off > basis.threshold("sources_agree") * size].sort_index(kind="stable").iterrows():
        places = "; ".join(stated.loc[~whole & (stated["ref"] == ref), "place"])
        right: dict[Hashable, Any] = {"amount": one["added"], "table": "sum_of_parts", "place": places}
        about = {"enterprise": one["enterprise"], "quantity": "stated_total", "unit": "t CO2"}
        rows.append(_row(one.to_dict(), right, basis, 1.0) | about)
    return rows


def _permits(pollutants: pd.DataFrame, basis: Basis) -> list[dict[Hashable, Any]]:
    """List emissions above what is permitted."""
    key = ["enterprise", "species"]
    own = pollutants[pollutants["year"] == basis.year]
    own = own.sort_values([*key, "what", "amount", "place"], ascending=[True, True, True, False, True], kind="stable")
    largest = own.drop_duplicates([*key, "what"])
    emitted, permitted = (largest[largest["what"] == what] for what in ("emitted", "permitted"))
    both = emitted.merge(permitted, on=key, suffixes=("", "_right"), how="inner")
    rows = []
    for one in both[both["amount"] > both["amount_right"]].to_dict("records"):
        right: dict[Hashable, Any] = {name: one[f"{name}_right"] for name in ("amount", "table", "place")}
        row = _row(one, right, basis, float("nan"))
        rows += [row | {"enterprise": one["enterprise"], "quantity": one["species"], "unit": "t"}] if row else []
    return rows
