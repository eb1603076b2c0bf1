"""Residual = balance − emitters, per sector, industry and fuel; nothing of either side is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zoning.inventory.reconciliation.model import COLUMNS, Basis
from zoning.inventory.reconciliation.sheet import Sheet, industry_amounts, sector_amounts
from zoning.tables import read

__all__ = ["emitter_amounts", "purchased_amounts", "residual_rows"]

_GROUP_KEY = ["sector", "group", "fuel", "unit"]
_SECTOR_KEY = ["sector", "fuel", "unit"]


def emitter_amounts(sheet: Sheet, groups: pd.DataFrame, records: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return what each counted enterprise burnt in a year, under the names of the fuels that the balance has.

    Parameters
    ----------
    sheet : Sheet
        The balance; its fuel columns name what a fuel is held against: coal of any kind against raw coal, if that is
        the only kind of coal that it has.
    groups : DataFrame
        Index enterprise (counted ones only): ``group, sector, division``.
    records : DataFrame
        As ``Inventory.records``.
    year : int
        Base year.

    Returns
    -------
    DataFrame
        ``enterprise, sector, group, fuel, unit, amount``.
    """
    burnt = records[(records["year"] == year) & (records["what"] == "fuel") & records["enterprise"].isin(groups.index)]
    burnt = burnt[burnt["activity"] != 0]
    names = {fuel: _balance_fuel(str(fuel), sheet) for fuel in sorted(set(burnt["fuel"]))}
    found = pd.DataFrame(
        {
            "enterprise": burnt["enterprise"].to_numpy(),
            "sector": groups["sector"].reindex(burnt["enterprise"]).to_numpy(),
            "group": groups["group"].reindex(burnt["enterprise"]).to_numpy(),
            "fuel": burnt["fuel"].map(names).to_numpy(),
            "unit": burnt["unit"].to_numpy(),
            "amount": burnt["activity"].to_numpy(dtype=np.float64),
        }
    )
    return found.groupby(["enterprise", *_GROUP_KEY], sort=True)["amount"].sum(min_count=1).reset_index()


def purchased_amounts(groups: pd.DataFrame, purchased: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the power and heat that counted enterprises bought, as rows beside those of :func:`emitter_amounts`.

    Parameters
    ----------
    groups : DataFrame
        Index enterprise (counted ones only): ``group, sector, division``. Power plants are left out: what they sell
        stands in the balance as output of transformation.
    purchased : DataFrame
        As ``Inventory.purchased``: ``enterprise, year, power_mwh, heat_gj``.
    year : int
        Base year.
    """
    users = groups[groups["sector"] != "power"]
    bought = purchased[(purchased["year"] == year) & purchased["enterprise"].isin(users.index)]
    parts = []
    for column, fuel, unit in (("power_mwh", "power", "MWh"), ("heat_gj", "heat", "GJ")):
        part = users.loc[bought["enterprise"], ["sector", "group"]].reset_index(drop=True)
        amount = bought[column].to_numpy(dtype=np.float64)
        parts.append(part.assign(enterprise=bought["enterprise"].to_numpy(), fuel=fuel, unit=unit, amount=amount))
    found = pd.concat(parts, ignore_index=True).dropna(subset=["amount"])
    return found[["enterprise", *_GROUP_KEY, "amount"]].sort_values(["enterprise", "fuel"], kind="stable")


def _balance_fuel(fuel: str, sheet: Sheet) -> str:
    there = set(sheet.cells["fuel"])
    families = {row["fuel"]: row["family"] for row in read("balance_fuels")}
    kin = sorted(one for one in there if families.get(one) == families.get(fuel, fuel))
    return fuel if fuel in there or len(kin) != 1 else kin[0]


def residual_rows(sheet: Sheet, amounts: pd.DataFrame, areas: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return the rows of :attr:`Reconciliation.reconciliation`, sorted.

    Parameters
    ----------
    amounts : DataFrame
        As :func:`emitter_amounts` gives them.
    areas : DataFrame
        Townships: ``sector, fuel, unit, amount``.

    Notes
    -----
    Where the industries sheet splits a fuel, its sum is the balance of industry (and of power, for the part of it that
    the sheet names); what the balance sheet has beside it is a row of level ``unsplit``, in no sum.
    """
    groups = _groups(sheet, amounts)
    sectors, unsplit = _sectors(sheet, groups, amounts, areas)
    summed = sectors.groupby(["fuel", "unit"], sort=True)
    city = summed[["balance", "areas"]].sum(min_count=1).join(summed[["emitters", "enterprises"]].sum(min_count=1))
    unknown = sectors["balance"].isna().groupby([sectors["fuel"], sectors["unit"]], sort=True).any()
    city.loc[unknown, "balance"] = np.nan  # a sum with an unknown part is unknown
    parts = [city.reset_index().assign(level="city", sector="", group="", addresses="")]
    parts += [sectors.assign(level="sector", group=""), groups.assign(level="group", areas=np.nan)]
    parts += [unsplit.assign(level="unsplit")] if len(unsplit) else []
    return _finished(pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True), basis)


def _emitters(amounts: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    summed = amounts.groupby(key, sort=True)
    return summed["amount"].sum(min_count=1).to_frame("emitters").assign(enterprises=summed["enterprise"].nunique())


def _joined(left: pd.DataFrame, right: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return both sides; keys of an empty side have no type of their own."""
    texts = dict.fromkeys(key, object)
    return left.astype(texts).merge(right.reset_index().astype(texts), on=key, how="outer")


def _groups(sheet: Sheet, amounts: pd.DataFrame) -> pd.DataFrame:
    known = industry_amounts(sheet)
    power = [sheet.industries.prefixes.get(str(name), ()) for name in known["group"]]
    known["sector"] = [
        "power" if codes and all(one.startswith("44") for one in codes) else "industry" for codes in power
    ]
    own = amounts[amounts["sector"].isin(["industry", *known["sector"]])]
    found = _joined(known, _emitters(own, _GROUP_KEY), _GROUP_KEY)
    asked = found["fuel"].isin(known["fuel"])
    return found.assign(emitters=found["emitters"].fillna(0.0).where(asked | found["emitters"].notna()))


def _sectors(
    sheet: Sheet, groups: pd.DataFrame, amounts: pd.DataFrame, areas: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sector rows, and those of what the industries sheet does not split."""
    known = sector_amounts(sheet)
    split = groups[groups["addresses"].notna()].groupby(["fuel", "unit"], sort=True)["balance"].sum(min_count=1)
    split = split.dropna()
    of_plants = groups[(groups["sector"] == "power") & groups["addresses"].notna()]
    own = of_plants.groupby(["fuel", "unit"], sort=True)["balance"].sum(min_count=1)
    key = pd.MultiIndex.from_frame(known[["fuel", "unit"]])
    of_sheet = split.reindex(key).to_numpy()
    of_power = own.reindex(key).fillna(0.0).to_numpy()
    industry, power = (known["sector"] == one for one in ("industry", "power"))
    beside = known.assign(balance=known["balance"] - of_sheet, group="", emitters=0.0, enterprises=0, areas=np.nan)
    unsplit = beside[industry & np.isfinite(of_sheet)]
    replaced = np.where(industry & np.isfinite(of_sheet), of_sheet - of_power, known["balance"])
    known = known.assign(balance=np.where(power, known["balance"] + of_power, replaced))
    found = _joined(known, _emitters(amounts, _SECTOR_KEY), _SECTOR_KEY)
    towns = areas.groupby(_SECTOR_KEY, sort=True)["amount"].sum(min_count=1).to_frame("areas")
    found = _joined(found, towns, _SECTOR_KEY)
    found = found.assign(emitters=found["emitters"].fillna(0.0), enterprises=found["enterprises"].fillna(0))
    return found, unsplit


def _finished(rows: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Add residual, its CO2 by both series, and the state; a fuel that is not burnt has no CO2."""
    fuels = {str(fuel): basis.other(str(fuel)) for fuel in set(rows["fuel"])}
    factor = np.array([basis.co2_per_unit(str(fuel)) for fuel in rows["fuel"]], dtype=np.float64)
    other = np.array([fuels[str(fuel)][1] for fuel in rows["fuel"]], dtype=np.float64)
    unburnt = rows["sector"].isin([row["sector"] for row in read("balance_sectors") if row["carbon"] == "no"])
    factor, other = (np.where(unburnt, np.nan, one) for one in (factor, other))
    residual = (rows["balance"] - rows["emitters"]).to_numpy(dtype=np.float64)
    rows = rows.assign(
        year=basis.year,
        residual=residual,
        residual_co2_t=residual * factor,
        series=basis.series,
        factor=factor,
        other_series=[fuels[str(fuel)][0] for fuel in rows["fuel"]],
        other_factor=other,
        residual_co2_other_t=residual * other,
        state=_state(rows["balance"], rows["emitters"], basis),
        addresses=rows["addresses"].fillna("").astype(object),
        enterprises=rows["enterprises"].fillna(0).astype("int64"),
    )
    rows.loc[rows["level"] == "unsplit", "state"] = "unknown"
    rows = _told(rows, basis)
    for column in (
        "residual_co2_t",
        "residual_co2_other_t",
    ):  # of what is burnt: losses are in the fuel, not in the CO2
        burnt = rows[rows["level"] == "sector"].groupby(["fuel", "unit"])[column].sum(min_count=1)
        city = rows["level"] == "city"
        key = pd.MultiIndex.from_frame(rows.loc[city, ["fuel", "unit"]])
        rows.loc[city, column] = burnt.reindex(key).to_numpy()
    order = rows["level"].map({"city": 0, "sector": 1, "group": 2, "unsplit": 3})
    rows = rows.assign(order=order).sort_values(["order", "sector", "group", "fuel", "unit"], kind="stable")
    return rows[list(COLUMNS)].reset_index(drop=True)


def _told(rows: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Leave out rows of nothing; a fuel that the balance has in one unit and enterprises in another is not known."""
    size = rows[["balance", "emitters", "areas"]].abs().max(axis=1).fillna(0.0)
    rounding = (rows["level"] == "unsplit") & (size <= basis.threshold("residual_rounding"))
    rows = rows[(size > 0) & ~rounding]
    key = ["level", "sector", "group", "fuel"]
    mixed = (rows.groupby(key)["unit"].transform("nunique") > 1) & (rows["level"] != "unsplit")
    columns = ["residual", "residual_co2_t", "residual_co2_other_t"]
    return rows.assign(**{name: rows[name].mask(mixed) for name in columns}, state=rows["state"].mask(mixed, "unknown"))


def _state(balance: pd.Series, emitters: pd.Series, basis: Basis) -> np.ndarray:
    b, e = balance.to_numpy(dtype=np.float64), emitters.to_numpy(dtype=np.float64)
    largest = np.fmax(np.abs(b), np.abs(e))
    allowed = np.maximum(basis.threshold("residual_closed") * largest, basis.threshold("residual_rounding"))
    state = np.where(b - e > allowed, "residual", np.where(b - e < -allowed, "negative", "closed"))
    return np.where(np.isfinite(b - e), state, "unknown").astype(object)
