"""Located emitters: invented enterprises with their fuels, and tonnes from activity × factor × (1 − control)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import as_crs, transformer
from zoning.factors import fuel_factor
from zoning.quantities import convert
from zoning.supports import Emitters
from zoning.synthetic.layout import PLANE, Layout
from zoning.synthetic.plan import Plan
from zoning.synthetic.settings import setting
from zoning.synthetic.zones import ZoneMap
from zoning.tables import Row, read

__all__ = ["SERIES", "SPECIES", "Firms", "firms", "records_of"]

SPECIES = ("CO2", "SO2", "NOx", "PM2.5", "VOC")
SERIES = "industry-guides"

_SIZES = {
    "giant": (900.0, 2600.0),
    "city": (150.0, 320.0),
    "key": (45.0, 420.0),
    "small": (5.5, 9.0),
    "ordinary": (0.4, 5.0),
}
_CAST: Mapping[str, tuple[tuple[str, int, int], ...]] = {
    "gap": (("key", 1, 1), ("ordinary", 1, 3)),
    "covered_dated": (("giant", 1, 1), ("ordinary", 1, 2)),
    "covered": (("key", 1, 2), ("ordinary", 0, 1)),
    "covered_by_city": (("city", 1, 1),),
    "no_burn": (("small", 2, 2),),
    "many_small": (("small", 5, 6),),
    "pipeline": (("ordinary", 2, 2),),
    "ordinary": (("ordinary", 1, 4),),
    "quiet": (),
    "sinkless": (),
}


@dataclass(frozen=True)
class Firms:
    """Emitters, and what the files will not tell: the unit (position) each record was put into.

    Attributes
    ----------
    emitters : Emitters
        One row per enterprise × fuel or process, EPSG:4490.
    unit : ndarray of int
        Unit of every record, in the order of the rows.
    word : ndarray of str
        Trade of every record as clauses name it (造纸, 印染 …).
    tce : ndarray
        Energy of every record, t of standard coal a year.
    """

    emitters: Emitters
    unit: NDArray[np.int64]
    word: NDArray[np.object_]
    tce: NDArray[np.float64]

    def outside_grids(self) -> Firms:
        """Return the same firms, none of them contained in the grids."""
        emitters = replace(self.emitters, frame=self.emitters.frame.assign(in_grid="no"))
        return replace(self, emitters=emitters)

    def by_unit(self, species: str, units: int) -> NDArray[np.float64]:
        """Located tonnes of a species per unit, shape (units,)."""
        return np.asarray(np.bincount(self.unit, self.emitters.frame[species].to_numpy(), units), dtype=np.float64)


def firms(land: Layout, maps: Mapping[str, ZoneMap], part: Plan, seed: int, year: int) -> Firms:
    """Return the emitters of a plan: who stands where, burns what, emits how much."""
    rng = np.random.default_rng([seed, 4])
    cast = _cast(rng, land, part)
    records = pd.DataFrame([record for row in cast for record in records_of(rng, row)])
    place = _places(rng, land, maps, part, np.array([row["unit"] for row in cast]))
    points = place[records["firm"].to_numpy()]
    frame = _frame(rng, land, records, year)
    layer = gpd.GeoDataFrame(frame, geometry=shapely.points(points), crs="EPSG:4490")
    emitters = Emitters(layer, SPECIES)
    return Firms(emitters, records["unit"].to_numpy(), records["word"].to_numpy(object), records["tce"].to_numpy(float))


def _cast(rng: np.random.Generator, land: Layout, part: Plan) -> list[dict[str, object]]:
    """Who there is: unit, industry and size (kt CO2 a year) of every enterprise."""
    trades = read("synthetic_industries")
    by_role = {name: [row for row in trades if name in row["roles"].split(";")] for name in _SIZES}
    turn = dict.fromkeys(_SIZES, 0)
    cast: list[dict[str, object]] = []
    for unit, role in enumerate(part.role):
        few = land.classes[unit] == "GENERAL"
        for kind, least, most in _CAST[role]:
            for _ in range(int(rng.integers(least - few, most - few + 1))):
                trade = _trade(rng, by_role[kind], turn, kind)
                low, high = _SIZES[kind]
                cast.append(
                    {
                        "unit": unit,
                        "role": role,
                        "trade": trade,
                        "firm": len(cast),
                        "kt": float(np.exp(rng.uniform(np.log(low), np.log(high)))),
                    }
                )
    return cast


def _trade(rng: np.random.Generator, trades: list[Row], turn: dict[str, int], kind: str) -> Row:
    """Giants take their trades in turn, the others by weight."""
    if kind == "giant":
        turn[kind] += 1
        return trades[(turn[kind] - 1) % len(trades)]
    weight = np.array([float(row["weight"]) for row in trades])
    return trades[int(rng.choice(len(trades), p=weight / weight.sum()))]


def records_of(rng: np.random.Generator, firm: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the rows of one enterprise, one per fuel and one for its process.

    Parameters
    ----------
    rng : Generator
        Draws how well it cleans.
    firm : mapping
        ``unit, role, trade`` (row of ``tables/synthetic_industries.csv``), ``firm`` (number) and ``kt`` (kt CO2 yr-1).
    """
    trade: Row = firm["trade"]  # type: ignore[assignment]
    fuels = dict(part.split(":") for part in trade["fuels"].split(";"))
    if firm["role"] == "no_burn":
        fuels = {"烟煤": "1"}
    tonnes = float(firm["kt"]) * 1000.0  # type: ignore[arg-type]
    # plants of one trade differ in how well they clean; of giants the table says it, one by one
    wide = 0.1 if trade["roles"] == "giant" else 0.7
    spread = np.exp(rng.uniform(-wide, wide, 4))
    rows = [_burning(trade, fuel, tonnes * float(share), spread) for fuel, share in fuels.items()]
    if float(trade["process_share"]) > 0:
        rows.append(_process(trade, tonnes * float(trade["process_share"]), spread))
    common = {"unit": firm["unit"], "firm": firm["firm"], "word": trade["word"], "sector": trade["sector"]}
    return [{**common, "industry": trade["industry"], **row} for row in rows]


def _burning(trade: Row, fuel_zh: str, co2: float, spread: NDArray[np.float64]) -> dict[str, object]:
    """One fuel of one enterprise: activity for so many tonnes of CO2, and what that activity emits."""
    fuel = next(row for row in read("synthetic_fuels") if row["fuel_zh"] == fuel_zh)
    factor = fuel_factor(fuel["factor"], SERIES) if fuel["factor"] else None
    activity = round(co2 / (factor.co2_per_unit if factor else float(fuel["CO2_nominal"])), 1)
    row: dict[str, object] = {
        "fuel_zh": fuel_zh,
        "fuel": fuel["fuel"],
        "activity": activity,
        "unit_zh": fuel["unit_zh"],
    }
    row["tce"] = activity * factor.ncv * _tce_per_gj() if factor else 0.0
    row["CO2"] = round(activity * factor.co2_per_unit, 3) if factor else 0.0
    for species, column, wobble in zip(SPECIES[1:], ("SO2", "NOx", "PM25", "VOC"), spread, strict=True):
        left = 1.0 - float(trade[f"control_{column}"])
        row[species] = round(activity * float(fuel[f"{column}_kg"]) / 1000.0 * left * float(wobble), 3)
    return row


@cache
def _tce_per_gj() -> float:
    return convert(1.0, "GJ", "tce")


def _process(trade: Row, co2: float, spread: NDArray[np.float64]) -> dict[str, object]:
    """Return the process of one enterprise: tonnes of product, and what making them emits besides fuel."""
    activity = round(co2 / float(trade["process_co2_t_per_t"]), 1)
    dust = activity * float(trade["process_PM25_kg_per_t"]) / 1000.0 * float(spread[2])
    vapour = activity * float(trade["process_VOC_kg_per_t"]) / 1000.0 * (1.0 - float(trade["control_VOC"]))
    return {
        "fuel_zh": "工艺过程", "fuel": "process", "activity": activity, "unit_zh": "t", "tce": 0.0,
        "CO2": round(activity * float(trade["process_co2_t_per_t"]), 3), "SO2": 0.0, "NOx": 0.0,
        "PM2.5": round(dust, 3), "VOC": round(vapour * float(spread[3]), 3),
    }  # fmt: skip


def _places(
    rng: np.random.Generator, land: Layout, maps: Mapping[str, ZoneMap], part: Plan, unit: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Longitude and latitude of every enterprise: near the seed of a tile of its unit, so clear of every border."""
    tiles, burn = land.tiles, maps["energy"].tile_subtype != ""
    pull = land.at_tiles("factories") + 0.02
    chosen = np.empty(len(unit), dtype=np.int64)
    for firm, home in enumerate(unit.tolist()):
        own = land.tiles_of(home)
        weight = pull[own] * (burn[own] if part.role[home] == "no_burn" else 1.0)
        chosen[firm] = rng.choice(own, p=weight / weight.sum())
    angle, away = rng.uniform(0, 2 * np.pi, len(unit)), np.sqrt(rng.uniform(0, 1, len(unit)))
    away *= tiles.reach[chosen]
    points = land.place(tiles.seeds[chosen] + np.column_stack([away * np.cos(angle), away * np.sin(angle)]))
    lon, lat = transformer(as_crs(PLANE), as_crs("EPSG:4490")).transform(points[:, 0], points[:, 1])
    return np.round(np.column_stack([lon, lat]), 6)


def _frame(rng: np.random.Generator, land: Layout, records: pd.DataFrame, year: int) -> pd.DataFrame:
    """Columns of :class:`Emitters`; firms not contained in the grids are few, and never key emitters."""
    firm = records["firm"].to_numpy()
    words = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "firm"]
    total = np.bincount(firm, records["CO2"])
    outside = (rng.uniform(0, 1, len(total)) < setting("outside_share")) & (total < setting("outside_co2"))
    names, seen = [], dict[str, int]()
    for word in np.unique(firm, return_index=True)[1]:
        name = f"{words[int(rng.integers(len(words)))]}{records['word'].iloc[word]}有限公司"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}第{seen[name]}分厂")
    county = [land.counties[one][0] for one in land.unit_county[records["unit"]]]
    part = records.groupby("firm").cumcount().to_numpy() + 1
    emitter = [f"EX{code}{number + 1:05d}" for code, number in zip(county, firm, strict=True)]
    return pd.DataFrame(
        {
            "record": [f"{one}-{turn}" for one, turn in zip(emitter, part, strict=True)],
            "emitter": emitter,
            "name": [names[one] for one in firm],
            "industry": records["industry"],
            "sector": records["sector"],
            "fuel": records["fuel"],
            "fuel_zh": records["fuel_zh"],
            "activity": records["activity"],
            "activity_unit": records["unit_zh"],
            "year": year,
            "in_grid": np.where(outside[firm], "no", "yes"),
            **{species: records[species] for species in SPECIES},
        }
    )
