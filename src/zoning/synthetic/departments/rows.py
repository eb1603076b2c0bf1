"""Every department's rows, free of faults: who is in which table, in that department's own words and units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from zoning.factors import fuel_factor
from zoning.synthetic.departments.identities import other_writing
from zoning.synthetic.departments.world import POLLUTANTS, World
from zoning.synthetic.emitters import SERIES
from zoning.synthetic.settings import setting
from zoning.tables import read

__all__ = ["FUELS", "TABLES", "Books", "books"]

FUELS = ("coal", "gas", "fuel_oil", "biomass", "coke", "petcoke", "diesel")
"""Columns of fuels in the tables that have one column for each."""

TABLES = ("env", "permits", "burnt", "processes", "bought", "totals", "key_users", "boilers", "kilns")
"""Tables (of the verification: sheets) with one row or more per enterprise."""


@dataclass
class Books:
    """Rows of every table of ``TABLES``, each with the ``firm`` it is about; columns in words of our own.

    Attributes
    ----------
    rows : dict
        Table → frame.
    """

    rows: dict[str, pd.DataFrame] = field(default_factory=dict)

    def of(self, table: str, firm: int) -> int:
        """Return the label of the first row of a firm in a table."""
        frame = self.rows[table]
        return int(frame.index[frame["firm"] == firm][0])


def books(world: World, seed: int) -> Books:
    """Return the rows of all tables; each table has draws of its own, so none depends on another."""
    made: Mapping[str, Callable[[World, np.random.Generator], pd.DataFrame]] = {
        "env": _env,
        "permits": _permits,
        "burnt": _burnt,
        "processes": _processes,
        "bought": _bought,
        "key_users": _key_users,
        "boilers": _boilers,
        "kilns": _kilns,
    }
    rows = {
        name: build(world, np.random.default_rng([seed, 50, place])) for place, (name, build) in enumerate(made.items())
    }
    rows["totals"] = _totals(world, rows)
    return Books(rows)


def _who(firms: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that most tables share."""
    return (
        firms[["code", "name", "industry", "industry_zh", "town", "address", "lon", "lat"]]
        .rename_axis("firm")
        .reset_index()
    )


def _env(world: World, rng: np.random.Generator) -> pd.DataFrame:
    firms = world.enterprises[world.enterprises["known"].isin(["tables", "outside"])]
    frame = _who(firms).assign(year=world.year, output=firms["output"].to_numpy(), note="示例")
    dms = rng.uniform(0, 1, len(frame)) < setting("dept_dms")
    frame["style"] = np.where(dms, rng.integers(1, 4, len(frame)), 0)
    for row in read("synthetic_energy"):
        amount = world.amounts(row["fuel_zh"]).reindex(frame["firm"]).to_numpy()
        odd = (rng.uniform(0, 1, len(frame)) < setting("dept_odd_units")) & bool(row["env_other_zh"])
        ratio = float(row["env_other_ratio"] or 1.0)
        frame[row["what"]] = np.round(np.where(odd, amount / ratio, amount), 6)
        unit = np.where(odd, row["env_other_zh"], row["env_unit_zh"])
        frame[f"{row['what']}_unit"] = np.where(np.isnan(amount), "", unit)
    for species in POLLUTANTS:
        for column in (f"made_{species}", species):
            frame[column] = world.pollutants[column].reindex(frame["firm"]).to_numpy()
    treatments = read("synthetic_treatments")
    for what in ("SO2", "NOx", "PM", "VOC"):
        removed = 1 - frame[what] / frame[f"made_{what}"].where(frame[f"made_{what}"] > 0)
        words = [(float(row["least"]), row["text_zh"]) for row in treatments if row["what"] == what]
        frame[f"control_{what}"] = [_treatment(words, share) for share in removed]
    return frame


def _treatment(words: list[tuple[float, str]], removed: float) -> str:
    """Return the word for what removes such a share; the best treatments come first."""
    return next((word for least, word in words if removed >= least - 1e-3), "无")


def _permits(world: World, rng: np.random.Generator) -> pd.DataFrame:
    firms = world.enterprises
    frame = _who(firms).assign(registered=firms["address"].to_numpy(), note="示例")
    draw = rng.uniform(0, 1, (5, len(frame)))
    emitted = world.pollutants[list(POLLUTANTS)].reindex(frame["firm"]).reset_index(drop=True)
    tonnes = emitted[["SO2", "NOx", "PM", "VOC"]].sum(axis=1)
    frame["class"] = np.select([tonnes >= 20, tonnes >= 0.5], ["重点管理", "简化管理"], "登记管理")
    listed = frame["class"] != "登记管理"
    for species in ("SO2", "NOx", "PM", "VOC"):
        allowed = (emitted[species] * (1.06 + 0.6 * draw[0])).round(3)
        frame[species] = allowed.where(listed & (allowed > 0))
    letter = np.array(list("PQRV"))[(draw[1] * 4).astype(int)]
    frame["permit"] = np.where(listed, frame["code"] + "001" + letter, "")
    odd = draw[2] < setting("dept_odd_names")
    for row in frame.index[odd & (firms["known"] == "tables").to_numpy()]:
        frame.at[row, "name"] = other_writing(str(frame.at[row, "name"]), world.name, int(draw[3][row] * 3))
    frame["datum"] = np.where(draw[4] < setting("dept_datum_said"), "CGCS2000", "")
    words = {row["fuel_zh"]: row["env_zh"].replace("燃料煤", "煤") for row in read("synthetic_energy")}
    burnt = world.fuels.assign(word=world.fuels["fuel_zh"].map(words)).groupby("firm")["word"].agg("、".join)
    frame["fuels"] = burnt.reindex(frame["firm"]).fillna("").to_numpy()
    day = pd.Timestamp(f"{world.year - 2}-01-01") + pd.to_timedelta(rng.integers(0, 900, len(frame)), "D")
    frame["issued"] = day.strftime("%Y-%m-%d")
    frame["valid"] = [f"{one.year + 3}-12-31" for one in day]
    return frame


def _verified(world: World, years: tuple[int, ...]) -> pd.DataFrame:
    """Return firm × year of the verification; what was merged has the first year only."""
    firms = world.enterprises[world.enterprises["verified"]].rename_axis("firm").reset_index()
    firms = firms[["firm", "code", "name", "industry", "power_mwh", "heat_gj", "heat_sold_gj", "measured", "known"]]
    frame = pd.concat([firms.assign(year=year) for year in years], ignore_index=True)
    return frame[(frame["known"] != "merged") | (frame["year"] < world.year)]


def _years(world: World) -> tuple[int, ...]:
    return world.year - 1, world.year, world.year + 1


def _growth(world: World, frame: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Return what activity was relative to the base year."""
    return pd.Series(np.where(frame["year"] == world.year, 1.0, rng.uniform(0.92, 1.08, len(frame))), frame.index)


def _burnt(world: World, rng: np.random.Generator) -> pd.DataFrame:
    fuels = world.fuels[world.fuels["factor"] != ""]
    frame = _verified(world, _years(world)).merge(fuels[["firm", "fuel_zh", "factor", "amount", "unit"]], on="firm")
    frame["amount"] = (frame["amount"] * _growth(world, frame, rng)).round(1)
    known = {name: fuel_factor(name, SERIES) for name in frame["factor"].unique()}
    measured = frame["measured"] & (frame["fuel_zh"] == "烟煤")
    oxidation = frame["factor"].map({name: one.oxidation for name, one in known.items()})
    ncv = frame["factor"].map({name: one.ncv for name, one in known.items()})
    # a measured heat value and the oxidation that goes with it: together they emit what the default pair does
    frame["oxidation"] = np.where(measured, setting("dept_oxidation"), oxidation)
    frame["ncv"] = np.where(measured, (ncv * oxidation / frame["oxidation"]).round(8), ncv)
    frame["carbon"] = frame["factor"].map({name: round(one.carbon / 1000, 8) for name, one in known.items()})
    frame["co2_t"] = (frame["amount"] * frame["ncv"] * frame["carbon"] * frame["oxidation"] * 44 / 12).round(3)
    frame["unit"] = frame["unit"].replace({"万立方米": "万Nm3"})
    frame["note"] = np.where(measured, "实测;示例", "缺省值;示例")
    return frame.reset_index(drop=True)


def _processes(world: World, rng: np.random.Generator) -> pd.DataFrame:
    frame = _verified(world, _years(world)).merge(world.processes, on="firm")
    frame["amount"] = (frame["amount"] * _growth(world, frame, rng)).round(1)
    frame["co2_t"] = (frame["amount"] * frame["factor"]).round(3)
    triples = zip(frame["what_zh"], frame["amount"], frame["factor"], strict=True)
    frame["text"] = [
        f"{what} {amount:.1f} t × {factor:g}{'(示例因子)' if what.endswith('产品') else ''}"
        for what, amount, factor in triples
    ]
    return frame.assign(note="示例").reset_index(drop=True)


def _bought(world: World, rng: np.random.Generator) -> pd.DataFrame:
    frame = _verified(world, _years(world))
    growth = _growth(world, frame, rng)
    early = frame["year"] < world.year
    frame["power_factor"] = np.where(early, setting("dept_power_co2_2019"), setting("dept_power_co2"))
    frame["power_mwh"] = (frame["power_mwh"] * growth).round(1)
    frame["heat_sold_gj"] = (frame["heat_sold_gj"] * growth).round(0)
    frame["heat_gj"] = (frame["heat_gj"] * growth).round(0) - frame["heat_sold_gj"]
    frame["power_co2_t"] = (frame["power_mwh"] * frame["power_factor"]).round(2)
    frame["heat_co2_t"] = (frame["heat_gj"] * setting("dept_heat_co2")).round(2)
    return frame.assign(note="示例").reset_index(drop=True)


def _totals(world: World, rows: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    frame = _verified(world, _years(world)).reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(frame[["firm", "year"]])
    for name, table, column in (
        ("combustion", "burnt", "co2_t"), ("process", "processes", "co2_t"), ("power", "bought", "power_co2_t"),
        ("heat", "bought", "heat_co2_t"),
    ):  # fmt: skip
        sums = rows[table].groupby(["firm", "year"])[column].sum()
        frame[name] = sums.reindex(keys, fill_value=0.0).to_numpy().round(3)
    frame["total"] = (frame["combustion"] + frame["process"] + frame["power"] + frame["heat"]).round(3)
    return frame.assign(note="示例")


def _key_users(world: World, rng: np.random.Generator) -> pd.DataFrame:
    firms = world.enterprises[world.enterprises["key_user"]]
    frame = _who(firms).assign(year=world.year, note="示例")
    tce = np.zeros(len(frame))
    for row in read("synthetic_energy"):
        if row["what"] != "biomass":
            frame[row["what"]] = world.amounts(row["fuel_zh"]).reindex(frame["firm"]).to_numpy()
            tce += frame[row["what"]].fillna(0.0).to_numpy() * float(row["tce_per_unit"])
    power = firms["power_mwh"].clip(lower=0.0).to_numpy()
    frame["power_10mwh"] = (power / 10).round(1)
    frame["heat_gj"] = firms["heat_gj"].where(firms["heat_gj"] > 0).to_numpy()
    tce += frame["heat_gj"].fillna(0.0).to_numpy() * setting("dept_heat_tce")
    frame["tce_calorific"] = (tce + power * setting("dept_power_calorific")).round(2)
    frame["tce_equivalent"] = (tce + power * setting("dept_power_equivalent")).round(2)
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


def _devices(world: World, kind: str) -> pd.DataFrame:
    """Return firm × fuel of those whose trade has such a device, with what the table of devices says."""
    known = pd.DataFrame([row for row in read("synthetic_devices") if row["kind"] == kind]).drop(
        columns=["source", "status"]
    )
    firms = world.enterprises[world.enterprises["known"].isin(["tables", "outside"])].rename_axis("firm").reset_index()
    frame = firms.merge(known, on="word").merge(
        world.fuels[["firm", "fuel_zh", "tce"]], on="firm", suffixes=("_all", "")
    )
    return frame[frame["fuel_zh"] != "柴油"].reset_index(drop=True)


def _sited(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows with places some metres from that of the firm, and a year in which the device began to work."""
    frame["lon"] = (frame["lon"] + rng.uniform(-0.0002, 0.0002, len(frame))).round(6)
    frame["lat"] = (frame["lat"] + rng.uniform(-0.0002, 0.0002, len(frame))).round(6)
    frame["begun"] = rng.integers(2004, 2020, len(frame))
    frame["state"] = np.where(rng.uniform(0, 1, len(frame)) < 0.92, "在用", "备用")
    return frame.assign(note="示例")


def _boilers(world: World, rng: np.random.Generator) -> pd.DataFrame:
    frame = _devices(world, "boiler")
    gigajoule = frame["tce"] / setting("dept_heat_tce")
    steam = gigajoule / setting("dept_steam_gj") / setting("dept_boiler_hours")
    frame["capacity"] = np.select([steam > 35, steam > 4], [(steam / 5).round() * 5, steam.round()], 2.0)
    frame["fuel"] = frame["fuel_zh"].replace({"成型生物质": "生物质成型燃料"})
    return _sited(frame, rng)


def _kilns(world: World, rng: np.random.Generator) -> pd.DataFrame:
    frame = _devices(world, "kiln")
    frame["capacity"] = (frame["tce_all"] * frame["capacity_per_tce"].astype(float)).round(0).clip(lower=1)
    frame["fuel"] = frame["fuel_zh"]
    frame["control"] = np.where(frame["fuel"] == "天然气", "布袋除尘", "双碱法+布袋")
    return _sited(frame, rng).assign(no_burn="否")
