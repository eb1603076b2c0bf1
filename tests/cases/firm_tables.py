"""Rows of department tables for tests: enterprises that are issued to nobody, and a square of four units."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from zoning.departments import DepartmentTables, check_letter, empty_frame
from zoning.supports import ControlUnits

NAN = float("nan")
SITE = (118.55, 24.75)


def code(number, county="350582"):
    """A credit code that passes its check."""
    first = f"91{county}EX{number:07d}"
    return first + check_letter(first)


def row(table, number, name, credit="", state=None, **more):
    """One row of ``firms``; ``fuels`` (fuel → amount) and ``emitted`` (species → amount) are kept beside it."""
    state = state or ("valid" if credit else "none")
    sheet = more.pop("sheet", "")
    base = dict.fromkeys(empty_frame("firms").columns, "") | {"lon": NAN, "lat": NAN, "year": 2020}
    about = {"ref": f"{table}/{sheet}/{number}", "table": table, "file": f"{table}.csv", "sheet": sheet, "row": number}
    place = dict(zip(("lon", "lat"), more.pop("at", (NAN, NAN)), strict=True))
    return base | about | {"name": name, "code": credit, "code_state": state} | place | more


def tables(*rows):
    """The tables of some rows."""
    uses, pollutants, firms = [], [], []
    for one in rows:
        one = dict(one)
        for fuel, amount in one.pop("fuels", {}).items():
            uses.append({"ref": one["ref"], "year": one["year"], "what": "fuel", "fuel": fuel, "amount": amount})
        for species, amount in one.pop("emitted", {}).items():
            pollutants.append(
                {"ref": one["ref"], "year": one["year"], "species": species, "what": "emitted", "amount": amount}
            )
        firms.append(one)
    return DepartmentTables(
        firms=_frame("firms", firms), uses=_frame("uses", uses), pollutants=_frame("pollutants", pollutants)
    )


def _frame(name, rows):
    empty = empty_frame(name)
    if not rows:
        return empty
    frame = pd.DataFrame(rows).reindex(columns=list(empty.columns))
    for column, kind in empty.dtypes.items():
        if kind == "object":
            frame[column] = frame[column].astype("object").where(frame[column].notna(), "")
        else:
            frame[column] = (frame[column].eq(other=True) if kind == "bool" else frame[column]).astype(kind)
    return frame


def units():
    """Four units of a tenth of a degree: A B in the south, C D in the north, from 118.4 24.6 on."""
    corners = {"A": (118.4, 24.6), "B": (118.5, 24.6), "C": (118.4, 24.7), "D": (118.5, 24.7)}
    frame = gpd.GeoDataFrame(
        {"code": list(corners), "name": list(corners), "unit_class": "KEY", "admin_code": "350582"},
        geometry=[shapely.box(x, y, x + 0.1, y + 0.1) for x, y in corners.values()],
        crs="EPSG:4490",
    )
    return ControlUnits(frame)


def together(linkage, *refs):
    """Whether rows are one enterprise."""
    owners = linkage.links.set_index("ref")["enterprise"]
    return owners[list(refs)].nunique() == 1


def said(found, code_name, key=None):
    """Findings of a code (and a key)."""
    return [one for one in found.findings if one.code == code_name and (key is None or one.key == f"{code_name}.{key}")]
