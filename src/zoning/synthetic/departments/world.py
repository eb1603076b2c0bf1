"""The enterprises behind the tables: what each burns, makes, buys and emits, before any department writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.factors import fuel_factor
from zoning.synthetic.departments.identities import credit_code
from zoning.synthetic.emitters import SERIES
from zoning.synthetic.region import SyntheticRegion
from zoning.synthetic.settings import setting
from zoning.tables import Row, read

__all__ = ["POLLUTANTS", "World", "world_of", "world_of_records"]

POLLUTANTS = ("SO2", "NOx", "PM", "PM2.5", "VOC")
_CONTROL = {"SO2": "SO2", "NOx": "NOx", "PM": "PM25", "PM2.5": "PM25", "VOC": "VOC"}
_POWER_PER_CO2 = 1.05  # MWh sold per tonne of CO2 of a power plant: about 0.95 t/MWh
_PEOPLE = (15_000, 120_000)


@dataclass(frozen=True)
class World:
    """A city of invented enterprises.

    Attributes
    ----------
    name, admin_code, year
        Of the city; year of the data.
    enterprises : DataFrame
        Index ``firm`` (0, 1 …): ``key`` (emitter in the points table, or ''), ``code, name, industry, industry_zh,
        word, sector, group, county, town, town_code, address, lon, lat`` (CGCS2000, six decimals), ``unit, output``
        (10⁴ yuan), ``power_mwh, heat_gj`` (net), ``heat_sold_gj, tce`` (of fuels), ``co2_t, verified, key_user,
        measured, in_grid``, ``known`` (``tables, permit, merged, outside``), ``into`` (firm it was merged into, −1).
    fuels : DataFrame
        ``firm, fuel_zh, factor`` (name in ``tables/fuel_factors.csv``, '' of biomass), ``amount, unit, tce, co2_t``.
    processes : DataFrame
        ``firm, what_zh, amount`` (t of product), ``factor, co2_t``.
    pollutants : DataFrame
        Index ``firm``: ``made_SO2, SO2`` … of ``POLLUTANTS``, t yr-1.
    towns : DataFrame
        ``code, name, people``.
    sea : tuple of float
        A place off the coast, lon and lat.
    """

    name: str
    admin_code: str
    year: int
    enterprises: pd.DataFrame
    fuels: pd.DataFrame
    processes: pd.DataFrame
    pollutants: pd.DataFrame
    towns: pd.DataFrame
    sea: tuple[float, float]

    def amounts(self, fuel_zh: str) -> pd.Series:
        """Return the use of a fuel by firm; NaN where a firm does not burn it."""
        own = self.fuels[self.fuels["fuel_zh"] == fuel_zh].set_index("firm")["amount"]
        return own.reindex(self.enterprises.index)


def world_of(city: SyntheticRegion) -> World:
    """Return the world whose enterprises are the emitters of a region."""
    frame = city.emitters.frame
    shapes = city.units.frame[["code", "county", "admin_code", "geometry"]].reset_index(drop=True)
    first = frame.drop_duplicates("emitter")[["emitter", "geometry"]].to_crs(shapes.crs)
    inside = gpd.sjoin(first, shapes, predicate="within").set_index("emitter")["index_right"]
    unit = inside.reindex(frame["emitter"]).to_numpy().astype(int)
    town_words = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "town"]
    records = pd.DataFrame(frame.drop(columns="geometry")).assign(
        lon=frame.geometry.x.to_numpy(),
        lat=frame.geometry.y.to_numpy(),
        unit=shapes["code"].to_numpy()[unit],
        county=shapes["admin_code"].to_numpy()[unit],
        town=[town_words[one % len(town_words)] for one in unit],
    )
    return world_of_records(records, city.name, city.admin_code, _offshore(city), city.seed)


def _offshore(city: SyntheticRegion) -> tuple[float, float]:
    """Return the place in the box around a region that lies farthest from all its units."""
    land = city.units.frame.union_all()
    west, south, east, north = land.bounds
    xs, ys = np.meshgrid(np.linspace(west, east, 12), np.linspace(south, north, 12))
    places = gpd.GeoSeries.from_xy(xs.ravel(), ys.ravel(), crs=city.units.frame.crs)
    farthest = places[[int(places.distance(land).to_numpy().argmax())]].to_crs("EPSG:4490")
    return round(float(farthest.x.iloc[0]), 6), round(float(farthest.y.iloc[0]), 6)


def world_of_records(records: pd.DataFrame, name: str, admin_code: str, sea: tuple[float, float], seed: int) -> World:
    """Return the world of emitter records.

    Parameters
    ----------
    records : DataFrame
        One row per enterprise × fuel or process: ``emitter, name, industry, sector, fuel_zh, activity, activity_unit,
        year, CO2, SO2, NOx, PM2.5, VOC, in_grid, lon, lat, unit, county, town``.
    name, admin_code : str
        Of the city.
    sea : tuple of float
        A place off the coast.
    seed : int
        Draws what the records do not say: power, heat, output, addresses.
    """
    rng = np.random.default_rng([seed, 31])
    trades = {row["industry"]: row for row in reversed(read("synthetic_industries"))}
    records = records.assign(firm=pd.factorize(records["emitter"])[0])
    burnt = records[records["fuel_zh"] != "工艺过程"]
    fuels, processes = _fuels(burnt), _processes(records.drop(burnt.index), trades)
    towns = _towns(rng, records)
    firms = _firms(rng, records, trades, towns)
    firms["tce"] = fuels.groupby("firm")["tce"].sum().reindex(firms.index, fill_value=0.0)
    firms["co2_t"] = records.groupby("firm")["CO2"].sum()
    _trade(rng, firms, processes)
    pollutants = _pollutants(records, firms, trades)
    return World(name, admin_code, int(records["year"].iloc[0]), firms, fuels, processes, pollutants, towns, sea)


def _fuels(burnt: pd.DataFrame) -> pd.DataFrame:
    factors = {row["fuel_zh"]: row["factor"] for row in read("synthetic_fuels")}
    tce = {row["fuel_zh"]: float(row["tce_per_unit"]) for row in read("synthetic_energy")}
    frame = pd.DataFrame(
        {
            "firm": burnt["firm"],
            "fuel_zh": burnt["fuel_zh"],
            "factor": burnt["fuel_zh"].map(factors),
            "amount": burnt["activity"],
            "unit": burnt["activity_unit"],
            "tce": burnt["activity"] * burnt["fuel_zh"].map(tce),
        }
    )
    known = {name: fuel_factor(name, SERIES).co2_per_unit for name in factors.values() if name}
    frame["co2_t"] = frame["amount"] * frame["factor"].map(known).fillna(0.0)
    return frame.reset_index(drop=True)


def _processes(made: pd.DataFrame, trades: Mapping[str, Row]) -> pd.DataFrame:
    factor = [float(trades[one]["process_co2_t_per_t"]) for one in made["industry"]]
    known = {row["word"]: row["what_zh"] for row in read("synthetic_processes")}
    words = [trades[one]["word"] for one in made["industry"]]
    frame = pd.DataFrame(
        {
            "firm": made["firm"],
            "what_zh": [known.get(word, f"{word}产品") for word in words],
            "amount": made["activity"],
            "factor": factor,
        }
    )
    return frame.assign(co2_t=frame["amount"] * frame["factor"]).reset_index(drop=True)


def _towns(rng: np.random.Generator, records: pd.DataFrame) -> pd.DataFrame:
    own = records[["county", "town"]].drop_duplicates().sort_values(["county", "town"], ignore_index=True)
    serial = own.groupby("county").cumcount() + 1
    code = own["county"] + serial.map("{:03d}".format)
    return own.assign(code=code, people=rng.integers(*_PEOPLE, len(own))).rename(columns={"town": "name"})


def _firms(
    rng: np.random.Generator, records: pd.DataFrame, trades: Mapping[str, Row], towns: pd.DataFrame
) -> pd.DataFrame:
    own = records.drop_duplicates("firm").set_index("firm")
    groups = {row["division"]: row["group_zh"] for row in read("synthetic_groups")}
    town_codes = towns.set_index(["county", "name"])["code"]
    street = rng.integers(1, 400, len(own))
    return pd.DataFrame(
        {
            "key": own["emitter"],
            "code": [credit_code(county, number + 1) for county, number in zip(own["county"], own.index, strict=True)],
            "name": own["name"],
            "industry": own["industry"],
            "industry_zh": [trades[one]["industry_zh"] for one in own["industry"]],
            "word": [trades[one]["word"] for one in own["industry"]],
            "sector": own["sector"],
            "group": own["industry"].str[:2].map(groups),
            "county": own["county"],
            "town": own["town"],
            "town_code": [town_codes[pair] for pair in zip(own["county"], own["town"], strict=True)],
            "address": [f"{town}示例工业路{number}号" for town, number in zip(own["town"], street, strict=True)],
            "lon": own["lon"],
            "lat": own["lat"],
            "unit": own["unit"],
            "in_grid": own["in_grid"],
            "known": "tables",
            "into": -1,
            "heat_sold_gj": 0.0,
        }
    )


def _trade(rng: np.random.Generator, firms: pd.DataFrame, processes: pd.DataFrame) -> None:
    """Add what the records do not say: power and heat over the fence, output, who is verified and who a key user."""
    draw = rng.uniform(0, 1, (4, len(firms)))
    plant = firms["industry"].isin(["4411", "4412"]).to_numpy()
    bought = firms["tce"] * (0.4 + draw[0]) + 60.0 * (1 + 9 * draw[1])
    firms["power_mwh"] = np.where(plant, -_POWER_PER_CO2 * firms["co2_t"], bought).round(0)
    heat = (
        firms["industry"].str[:2].isin([row["division"] for row in read("synthetic_groups") if row["buys_heat"] == "1"])
    )
    firms["heat_gj"] = np.where(heat & (draw[2] < 0.3), firms["tce"] * (1 + 3 * draw[3]), 0.0).round(0)
    firms["output"] = (firms["tce"] * (0.8 + 2 * draw[2]) + 800 * (1 + 9 * draw[3])).round(0).astype(int)
    firms["verified"] = (firms["co2_t"] >= setting("dept_verified_co2")) | firms.index.isin(processes["firm"])
    firms["key_user"] = firms["tce"] >= setting("dept_key_user_tce")
    # a measured heat value is stated where coal is the main matter: power, paper, fibre, dyeing
    coal = firms["word"].isin(["火电", "热电", "供热", "造纸", "化纤", "印染"])
    firms["measured"] = firms["verified"] & coal & (firms["co2_t"] >= setting("dept_verified_co2"))


def _pollutants(records: pd.DataFrame, firms: pd.DataFrame, trades: Mapping[str, Row]) -> pd.DataFrame:
    """Return what every firm makes and emits; what is made follows from how well its trade cleans."""
    emitted = records.groupby("firm")[["SO2", "NOx", "PM2.5", "VOC"]].sum()
    emitted["PM"] = emitted["PM2.5"] / setting("dept_pm25_share")
    columns: dict[str, NDArray[np.float64]] = {}
    for species in POLLUTANTS:
        removed = np.array([float(trades[one][f"control_{_CONTROL[species]}"]) for one in firms["industry"]])
        left = (1 - removed) ** (setting("dept_fine_left") if species == "PM2.5" else 1.0)
        columns[f"made_{species}"] = (emitted[species].to_numpy() / left).round(3)
        columns[species] = emitted[species].to_numpy().round(3)
    return pd.DataFrame(columns, index=firms.index)
