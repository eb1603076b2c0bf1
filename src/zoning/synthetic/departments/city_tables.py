"""Tables about the city as a whole: energy balance, vehicles, households; they add up to more than the enterprises."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zoning.synthetic.departments.layouts import Cell, Sheet, TableFile, cells, headers
from zoning.synthetic.departments.world import World
from zoning.synthetic.settings import setting
from zoning.tables import read

__all__ = ["balance_file", "balance_sums", "residential_file", "vehicles_file"]

_SCALES = {"热力": 1e4, "电力": 1e5}  # GJ in 10⁴ GJ, MWh in 10⁸ kWh; of all others t in 10⁴ t and 10⁴ m³ in 10⁸ m³
_SCALE = 1e4
_INDUSTRY_SCALES = {"热力": 1e4, "电力": 10.0}
_SECTORS = ("农林牧渔业", "工业", "建筑业", "交通运输、仓储和邮政业", "批发零售、住宿餐饮", "其他", "居民生活")
_HOUSEHOLDS = {
    "天然气": "居民天然气_万立方米",
    "液化石油气": "居民液化石油气_吨",
    "烟煤": "居民散煤_吨",
    "电力": "居民用电_万千瓦时",
}
_POWER_UNIT = {"电力": 10.0}  # MWh in 10⁴ kWh
_DIGITS = 4


def _amounts(per_thousand: float, people: pd.Series, rng: np.random.Generator) -> pd.Series:
    return people / 1000 * per_thousand * rng.uniform(0.9, 1.1, len(people))


def _vehicles(world: World, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([seed, 70])
    towns = world.towns
    main, minor = rng.uniform(5, 40, len(towns)).round(1), rng.uniform(20, 190, len(towns)).round(1)
    parts = []
    for row in (one for one in read("synthetic_towns") if one["table"] == "vehicles"):
        stock = _amounts(float(row["per_thousand"]), towns["people"], rng).round(0).astype(int)
        run = (stock * float(row["distance_10km"])).round(1)
        own = pd.DataFrame({"code": towns["code"], "town": towns["name"], "main": main, "minor": minor})
        own = own.assign(
            what=row["what_zh"], fuel=row["fuel_zh"], stock=stock, run=run, unit=row["unit_zh"], note="示例"
        )
        parts.append(own.assign(amount=(run * float(row["per_unit"])).round(2)))
    return pd.concat(parts).sort_values("code", kind="stable", ignore_index=True)


def vehicles_file(world: World, seed: int) -> TableFile:
    """Return vehicles and roads by township."""
    columns = headers("vehicles")
    sheet = Sheet("", (tuple(columns.values()), *cells(_vehicles(world, seed), columns)))
    return TableFile("vehicles_roads.csv", "vehicles", (sheet,), "utf-8-sig")


def _residential(world: World, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([seed, 71])
    towns = world.towns
    frame = pd.DataFrame({"code": towns["code"], "town": towns["name"], "people": towns["people"]})
    frame["homes"] = (frame["people"] / 3.1).round(0).astype(int)
    for row in (one for one in read("synthetic_towns") if one["table"] == "residential"):
        frame[row["what_zh"]] = _amounts(float(row["per_thousand"]), towns["people"], rng).round(2)
    return frame.assign(note="示例")


def residential_file(world: World, seed: int) -> TableFile:
    """Return the energy of households by township."""
    columns = headers("residential")
    sheet = Sheet("", (tuple(columns.values()), *cells(_residential(world, seed), columns)))
    return TableFile("residential.csv", "residential", (sheet,), "utf-8-sig")


def balance_sums(world: World, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the city uses: sector × fuel, and industry × fuel (t, 10⁴ m³, GJ, MWh; biomass in tce).

    The first has the items of the balance as index, the second the groups of industry. Both hold the enterprises of the
    city and on top of them the small ones that no table has.
    """
    rng = np.random.default_rng([seed, 72])
    firms = world.enterprises[world.enterprises["known"] == "tables"]
    used = world.fuels[world.fuels["firm"].isin(firms.index)].assign(use=lambda frame: frame["amount"])
    used.loc[used["fuel_zh"] == "成型生物质", "use"] = used["tce"]
    energy = used.pivot_table(index="firm", columns="fuel_zh", values="use", aggfunc="sum").reindex(firms.index)
    energy["热力"], energy["电力"] = firms["heat_gj"], firms["power_mwh"].clip(lower=0.0)
    energy = energy.reindex(columns=list(headers("balance"))).fillna(0.0)
    power = firms["sector"] == "power"
    groups = energy[~power].groupby(firms.loc[~power, "group"]).sum()
    groups *= 1 + setting("dept_small_share") * rng.uniform(0.5, 1.5, groups.shape)
    sectors = _sectors(world, seed, rng)
    sectors.loc["工业"] += groups.sum()
    split = setting("dept_heat_power_split")
    plants = energy[power].assign(电力=0.0, 热力=0.0)
    heating = firms.loc[power, "industry"].eq("4430") | (firms.loc[power, "heat_sold_gj"] > 0)
    sectors.loc["火力发电"] = -(plants[~heating].sum() + split * plants[heating].sum())
    sectors.loc["供热"] = -(1 - split) * plants[heating].sum()
    sectors.loc["供热", "热力"] = sectors.loc[list(_SECTORS), "热力"].sum()
    sectors.loc["火力发电", "电力"] = -firms["power_mwh"].clip(upper=0.0).sum()
    return sectors, groups


def _sectors(world: World, seed: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return what sectors without large enterprises use, by people; vehicles are more than their table says."""
    people = pd.Series([float(world.towns["people"].sum())])
    sectors = pd.DataFrame(0.0, index=list(_SECTORS), columns=list(headers("balance")))
    for row in read("synthetic_balance"):
        amount = float(_amounts(float(row["per_thousand"]), people, rng).sum())
        _add(sectors, row["item_zh"], row["fuel_zh"], amount)
    homes, vehicles = _residential(world, seed), _vehicles(world, seed)
    for fuel, column in _HOUSEHOLDS.items():
        _add(sectors, "居民生活", fuel, float(homes[column].sum()) * _POWER_UNIT.get(fuel, 1.0))
    for fuel in ("汽油", "柴油", "天然气"):
        own = float(vehicles.loc[vehicles["fuel"] == fuel, "amount"].sum())
        _add(sectors, "交通运输、仓储和邮政业", fuel, own / setting("dept_vehicle_cover"))
    return sectors


def _add(sectors: pd.DataFrame, item: str, fuel: str, amount: float) -> None:
    sectors.loc[item, fuel] = float(sectors.loc[[item], fuel].sum()) + amount


def balance_file(world: World, seed: int, gap: float) -> TableFile:
    """Return the energy balance; gas of industry on its first sheet is above the industry sheet by ``gap``."""
    sectors, groups = balance_sums(world, seed)
    _add(sectors, "工业", "天然气", gap * float(sectors.loc[["工业"], "天然气"].sum()))
    name = f"energy_balance_{world.year}.xlsx"
    return TableFile(name, "energy_balance", (_balance_sheet(world, sectors), _industry_sheet(groups)))


def _balance_sheet(world: World, sectors: pd.DataFrame) -> Sheet:
    shown = sectors.copy()
    for fuel in headers("balance"):
        shown[fuel] = (sectors[fuel] / _SCALES.get(fuel, _SCALE)).round(_DIGITS)
    final = shown.loc[list(_SECTORS)].sum()
    turned = shown.loc[["火力发电", "供热"]].sum()
    need = final - turned
    made = pd.Series(0.0, index=need.index)
    made["成型生物质"] = need["成型生物质"]
    lines = [
        ("一、可供本地区消费的能源量", need),
        ("  外省(区、市)及外地调入量", need - made),
        ("  本地产量", made),
        ("二、加工转换投入(-)产出(+)量", turned),
        *((f"  {item}", shown.loc[[item]].sum()) for item in ("火力发电", "供热")),
        ("三、损失量", made * 0.0),
        ("四、终端消费量", final),
        *((f"  {item}", shown.loc[[item]].sum()) for item in _SECTORS),
        ("五、平衡差额", made * 0.0),
        ("六、消费量合计", final - turned.clip(upper=0.0)),
    ]
    width = len(headers("balance")) + 1
    top: list[tuple[Cell, ...]] = [
        (f"{world.name}{world.year}年能源平衡表(示例,虚构数据)", *[None] * (width - 1)),
        ("项目", *headers("balance").values()),
    ]
    body = [(name, *(round(one, _DIGITS) + 0.0 for one in values.tolist())) for name, values in lines]
    notes = [("注:示例。电力平衡=净调入+本地发电;供热燃料与发电燃料按示例比例拆分。", *[None] * (width - 1))]
    return Sheet("能源平衡表(实物量)", (*top, *body, *notes), ((0, 0, 0, width - 1),), 2)


def _industry_sheet(groups: pd.DataFrame) -> Sheet:
    columns = headers("industries")
    shown = groups[list(columns)].copy()
    for fuel in columns:
        shown[fuel] = (groups[fuel] / _INDUSTRY_SCALES.get(fuel, 1.0)).round(_DIGITS if fuel == "热力" else 1)
    width = len(columns) + 2
    top: list[tuple[Cell, ...]] = [
        ("规模以上及规模以下工业分行业终端能源消费量(示例)", *[None] * (width - 1)),
        ("行业", *columns.values(), "备注"),
    ]
    names = shown.index.astype(str)
    rows = cells(shown, columns)
    body: list[tuple[Cell, ...]] = [(name, *row, "示例") for name, row in zip(names, rows, strict=True)]
    total: tuple[Cell, ...] = ("合计", *(round(float(shown[fuel].sum()), _DIGITS) for fuel in columns), "示例")
    return Sheet("工业分行业终端消费", (*top, *body, total), ((0, 0, 0, width - 1),), 2)
