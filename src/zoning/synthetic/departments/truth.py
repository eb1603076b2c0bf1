"""What is true of every enterprise, and where each table speaks of it: known before any engine reads the files."""

from __future__ import annotations

import pandas as pd

from zoning.synthetic.departments.rows import Books
from zoning.synthetic.departments.world import POLLUTANTS, World
from zoning.tables import read

__all__ = ["truth_of"]

_FIRST_ROW = {"env": 5, "permits": 2, "totals": 3, "key_users": 2, "boilers": 2, "kilns": 2}
"""Row of a worksheet or line of a file in which the first enterprise stands."""


def truth_of(world: World, tables: Books, planted: pd.DataFrame) -> pd.DataFrame:
    """Return one row per enterprise.

    Returns
    -------
    DataFrame
        ``key`` (emitter of the points table), ``code, name, industry, group, unit, lon, lat`` (CGCS2000, operating
        site), ``known`` (``tables, permit, merged, outside``), ``into`` (code of the successor), ``counts`` (1 inside
        the city), ``<table>_rows`` (rows as a user sees them, ``;`` between several; ``totals`` is sheet 汇总), the
        fuels of the base year (t, 10⁴ m³; NaN where nothing tells), ``fuel_source`` (``verification, key_users, env``),
        ``measured, power_mwh, heat_gj, heat_sold_gj, co2_combustion_t, co2_process_t``, pollutants as the tables let
        one know them (t; NaN where the only row is of another year), ``problems`` (faults, ``;`` between several).
    """
    firms = world.enterprises
    code = firms["code"]
    frame = firms[["key", "code", "name", "industry", "group", "unit", "lon", "lat", "known"]].rename_axis("firm")
    frame = frame.assign(
        name=_names(world, planted),
        into=[code[one] if one >= 0 else "" for one in firms["into"]],
        counts=firms["known"].isin(["tables"]).astype(int),
    )
    for table in _FIRST_ROW:
        frame[f"{table}_rows"] = _where(world, tables, table)
    determined = firms["known"].isin(["tables", "outside"])
    for row in read("synthetic_energy"):
        frame[row["what"]] = world.amounts(row["fuel_zh"]).fillna(0.0).where(determined)
    frame["fuel_source"] = "env"
    frame.loc[firms["key_user"], "fuel_source"] = "key_users"
    frame.loc[firms["verified"], "fuel_source"] = "verification"
    frame.loc[~determined, "fuel_source"] = ""
    frame["measured"] = firms["measured"].astype(int)
    told = determined & (firms["verified"] | firms["key_user"])
    for column in ("power_mwh", "heat_gj", "heat_sold_gj"):
        frame[column] = firms[column].where(told)
    burnt = tables.rows["burnt"]
    frame["co2_combustion_t"] = _combustion(world, burnt).where(determined)
    made = tables.rows["processes"]
    process = made[made["year"] == world.year].groupby("firm")["co2_t"].sum()
    frame["co2_process_t"] = process.reindex(firms.index, fill_value=0.0).where(determined)
    late = planted.loc[planted["fault"] == "other_year", "firm"].unique()
    for species in POLLUTANTS:
        frame[species] = world.pollutants[species].where(determined & ~firms.index.isin(late))
    frame["problems"] = planted.drop_duplicates(["firm", "fault"]).groupby("firm")["fault"].agg(";".join)
    return frame.assign(problems=frame["problems"].fillna(""))


def _names(world: World, planted: pd.DataFrame) -> pd.Series:
    """Return the names that hold: what was renamed as a branch is called so everywhere."""
    branches = planted[planted["fault"] == "branch"].drop_duplicates("firm").set_index("firm")["after"]
    return branches.reindex(world.enterprises.index).fillna(world.enterprises["name"])


def _where(world: World, tables: Books, table: str) -> pd.Series:
    frame = tables.rows[table]
    rows = pd.Series(range(_FIRST_ROW[table], _FIRST_ROW[table] + len(frame)), frame.index).astype(str)
    if "year" in frame and table == "totals":
        rows, frame = rows[frame["year"] == world.year], frame[frame["year"] == world.year]
    return rows.groupby(frame["firm"]).agg(";".join).reindex(world.enterprises.index, fill_value="")


def _combustion(world: World, burnt: pd.DataFrame) -> pd.Series:
    """Return combustion CO2 of the base year: by the stated factors where verified, else by the series."""
    own = world.fuels.groupby("firm")["co2_t"].sum().reindex(world.enterprises.index, fill_value=0.0)
    now = burnt[burnt["year"] == world.year]
    stated = (now["amount"] * now["ncv"] * now["carbon"] * now["oxidation"] * 44 / 12).groupby(now["firm"]).sum()
    return stated.reindex(own.index).fillna(own)
