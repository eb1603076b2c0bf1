"""A world of any number of enterprises on a plain patchwork of units: what speed is measured on."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import as_crs, transformer
from zoning.supports import ControlUnits
from zoning.synthetic.departments.identities import brands
from zoning.synthetic.departments.world import World, world_of_records
from zoning.synthetic.emitters import SPECIES, records_of
from zoning.synthetic.layout import CENTRE, PLANE, PROVINCE
from zoning.synthetic.patchwork import patchwork
from zoning.synthetic.region import YEAR
from zoning.synthetic.settings import setting
from zoning.tables import read

__all__ = ["plain_world"]

_CITY = ("990100", "示例滨海市")
_COUNTY = "990101"
_SIZES = (("key", 0.05, 26.0, 420.0), ("small", 0.2, 3.0, 25.0), ("ordinary", 0.75, 0.3, 3.0))  # kt CO2 a year
_FIRMS_PER_UNIT = 100
_LEAST_UNITS = 12
_VERTICES = 40
_SPAN = 0.9  # degrees
_INWARD = 0.06  # part of a unit's width that firms keep away from its border
_SEA = 0.1  # degrees off the eastern rim


def plain_world(enterprises: int, seed: int) -> tuple[World, ControlUnits]:
    """Return a world of so many enterprises and its control units; the same arguments give the same world.

    Parameters
    ----------
    enterprises : int
        1 or more.
    seed : int
        Draws everything.

    Examples
    --------
    >>> world, units = plain_world(30, seed=1)
    >>> len(world.enterprises), len(units), bool(world.enterprises["code"].is_unique)
    (30, 12, True)
    """
    if enterprises < 1:
        raise ValueError(f"enterprises ≥ 1 needed, got {enterprises}")
    rng = np.random.default_rng([seed, 30])
    units = _units(max(_LEAST_UNITS, enterprises // _FIRMS_PER_UNIT), seed)
    east, middle = units.frame.to_crs("EPSG:4490").total_bounds[2], CENTRE[1]
    cast = _cast(rng, enterprises, len(units))
    records = pd.DataFrame([row for one in cast for row in _rows(rng, one)])
    places = _places(rng, units, np.array([one["unit"] for one in cast]))
    return world_of_records(
        _named(records, units, places), _CITY[1], _CITY[0], (round(east + _SEA, 6), middle), seed
    ), units


def _units(count: int, seed: int) -> ControlUnits:
    lon, lat = CENTRE
    box = (lon - _SPAN / 2, lat - _SPAN / 2, lon + _SPAN / 2, lat + _SPAN / 2)
    shapes = patchwork(count, _VERTICES, box, seed=seed).to_crs(PLANE).geometry.to_numpy()
    towns = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "town"]
    frame = gpd.GeoDataFrame(
        {
            "code": [f"ZH{_COUNTY}2{number + 1:04d}" for number in range(count)],
            "name": [f"{towns[number % len(towns)]}重点管控单元{number + 1}" for number in range(count)],
            "unit_class": "KEY",
            "admin_code": _COUNTY,
            "province": PROVINCE,
            "city": _CITY[1],
            "county": "示例明屿区",
            "subtypes": "",
            "declared_area_km2": shapely.area(shapes) / 1e6,
            "note": "示例单元，虚构",
        },
        geometry=shapely.set_precision(shapes, 0.001, mode="pointwise"),
        crs=PLANE,
    )
    return ControlUnits(frame)


def _cast(rng: np.random.Generator, enterprises: int, units: int) -> list[dict[str, object]]:
    """Return unit, trade and size of every enterprise."""
    trades = read("synthetic_industries")
    names, shares = [size[0] for size in _SIZES], [size[1] for size in _SIZES]
    by_role = {name: [row for row in trades if name in row["roles"].split(";")] for name in names}
    weights = {name: np.array([float(row["weight"]) for row in rows]) for name, rows in by_role.items()}
    cast: list[dict[str, object]] = []
    for number in range(enterprises):
        name, _, low, high = _SIZES[int(rng.choice(len(_SIZES), p=shares))]
        weight = weights[name]
        cast.append(
            {
                "unit": int(rng.integers(units)),
                "role": "",
                "trade": by_role[name][int(rng.choice(len(weight), p=weight / weight.sum()))],
                "firm": number,
                "kt": float(np.exp(rng.uniform(np.log(low), np.log(high)))),
            }
        )
    return cast


def _rows(rng: np.random.Generator, one: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the records of an enterprise; only verified ones have a process, as nobody else books it."""
    rows = records_of(rng, one)
    total = float(np.sum([row["CO2"] for row in rows]))
    return [row for row in rows if row["fuel"] != "process" or total >= setting("dept_verified_co2")]


def _places(rng: np.random.Generator, units: ControlUnits, unit: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return lon and lat of every enterprise, inside its unit and away from the border."""
    shapes = units.frame.geometry.to_numpy()
    inner = shapely.buffer(shapes, -_INWARD * np.sqrt(shapely.area(shapes)))
    shapely.prepare(inner)
    low, high = shapely.bounds(inner)[unit, :2], shapely.bounds(inner)[unit, 2:]
    places = np.full((len(unit), 2), np.nan)
    open_ = np.arange(len(unit))
    while len(open_):
        tried = rng.uniform(low[open_], high[open_])
        good = shapely.contains_xy(inner[unit[open_]], tried[:, 0], tried[:, 1])
        places[open_[good]] = tried[good]
        open_ = open_[~good]
    lon, lat = transformer(as_crs(PLANE), as_crs("EPSG:4490")).transform(places[:, 0], places[:, 1])
    return np.round(np.column_stack([lon, lat]), 6)


def _named(records: pd.DataFrame, units: ControlUnits, places: NDArray[np.float64]) -> pd.DataFrame:
    """Return records with names, codes of units, towns and places, as :func:`world_of_records` wants them."""
    firm, unit = records["firm"].to_numpy(), records["unit"].to_numpy()
    first = records.drop_duplicates("firm")
    turn = first.groupby("word").cumcount()
    names = [f"{brands(number)}{word}有限公司" for number, word in zip(turn, first["word"], strict=True)]
    towns = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "town"]
    return pd.DataFrame(
        {
            "emitter": [f"EX{_COUNTY}{number + 1:06d}" for number in firm],
            "name": np.array(names, dtype=object)[firm],
            "industry": records["industry"],
            "sector": records["sector"],
            "fuel_zh": records["fuel_zh"],
            "activity": records["activity"],
            "activity_unit": records["unit_zh"],
            "year": YEAR,
            "in_grid": "unknown",
            "lon": places[firm, 0],
            "lat": places[firm, 1],
            "unit": np.asarray(units.codes, dtype=object)[unit],
            "county": _COUNTY,
            "town": [towns[one % len(towns)] for one in unit],
            **{species: records[species] for species in SPECIES},
        }
    )
