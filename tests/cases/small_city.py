"""A city of five enterprises whose balance can be added up by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from zoning.departments import COLUMNS, DepartmentTables, empty_frame

YEAR = 2020
FIRMS = {
    # enterprise: name, industry, sector, unit, counts, output, lon, lat
    "A": ("甲陶瓷厂", "3071", "industry", "U1", True, 100.0, 118.50, 24.80),
    "B": ("乙印染厂", "1752", "industry", "U1", True, 300.0, 118.501, 24.801),
    "C": ("丙热电厂", "4412", "power", "U2", True, 600.0, 118.60, 24.70),
    "D": ("丁鞋厂", "1952", "industry", "U2", True, float("nan"), 118.61, 24.71),
    "E": ("戊水泥厂", "3011", "industry", "", False, 50.0, 119.90, 24.80),
}
FUELS = [
    ("A", "natural_gas", 100.0, "10kNm3"),
    ("B", "bituminous", 3000.0, "t"),
    ("C", "bituminous", 10000.0, "t"),
    ("E", "bituminous", 9000.0, "t"),
]
BALANCE = [
    # part, item, fuel, amount, unit, cell
    ("balance", "thermal_power", "bituminous", -9000.0, "t", "B4"),
    ("balance", "heating", "bituminous", -1000.0, "t", "B5"),
    ("balance", "industry", "bituminous", 5000.0, "t", "B7"),
    ("balance", "residential", "bituminous", 50.0, "t", "B8"),
    ("balance", "industry", "natural_gas", 120.0, "10kNm3", "C7"),
    ("balance", "transport", "diesel", 700.0, "t", "D9"),
    ("balance", "industry", "diesel", 40.0, "t", "D7"),
    ("industries", "纺织业", "bituminous", 4000.0, "t", "B3"),
    ("industries", "非金属矿物制品业", "bituminous", 1000.0, "t", "B4"),
    ("industries", "industries_total", "bituminous", 5000.0, "t", "B5"),
    ("industries", "纺织业", "natural_gas", 0.0, "10kNm3", "C3"),
    ("industries", "非金属矿物制品业", "natural_gas", 110.0, "10kNm3", "C4"),
    ("industries", "industries_total", "natural_gas", 110.0, "10kNm3", "C5"),
]


def balance(rows=BALANCE, year=YEAR):
    """The frame of these cells."""
    lines = [
        (
            "b.xlsx",
            "平衡表" if part == "balance" else "分行业",
            int(cell[1:]),
            cell,
            year,
            part,
            item,
            item,
            fuel,
            amount,
            unit,
        )
        for part, item, fuel, amount, unit, cell in rows
    ]
    return pd.DataFrame(lines, columns=list(COLUMNS["balance"])) if lines else empty_frame("balance")


def areas(rows=(("T1", "transport", "diesel", 500.0, "t"),), year=YEAR):
    """The frame of townships."""
    lines = [
        ("v//2", "v.csv", "", 2, town, town, year, sector, "货车", fuel, amount, unit)
        for town, sector, fuel, amount, unit in rows
    ]
    return pd.DataFrame(lines, columns=list(COLUMNS["areas"])) if lines else empty_frame("areas")


def tables(rows=BALANCE, towns=(("T1", "transport", "diesel", 500.0, "t"),)):
    """Department tables with nothing but balance and townships."""
    return DepartmentTables(balance=balance(rows), areas=areas(towns))


def enterprises(firms=FIRMS):
    """The enterprises."""
    columns = ["name", "industry", "sector", "unit", "counts", "output", "lon", "lat"]
    frame = pd.DataFrame.from_dict(firms, orient="index", columns=columns)
    frame = frame.assign(industry_name="", tce_equivalent=float("nan")).rename_axis("enterprise")
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4490)


def records(fuels=FUELS, year=YEAR, **species):
    """Records of fuels; species are given as lists beside them."""
    frame = pd.DataFrame(fuels, columns=["enterprise", "fuel", "activity", "unit"])
    frame = frame.assign(year=year, what="fuel", table="env_statistics")
    return frame.assign(**{name.replace("PM25", "PM2.5"): values for name, values in species.items()})
