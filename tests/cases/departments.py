"""Department tables of a few enterprises, written as a test needs them."""

from __future__ import annotations

import math

import pandas as pd

from zoning.departments import COLUMNS, DepartmentTables, empty_frame

TEXTS = ("code", "code_state", "name", "permit", "town", "address", "registered_address", "datum", "industry",
         "industry_name", "status", "note", "written", "field")  # fmt: skip


def tables(**frames) -> DepartmentTables:
    """Frames by name, each a list of rows that say only what matters."""
    made = {}
    for name, rows in frames.items():
        blank = {column: "" if column in TEXTS or kind == "object" else math.nan
                 for column, kind in empty_frame(name).dtypes.items()}  # fmt: skip
        frame = pd.DataFrame([blank | row for row in rows], columns=list(COLUMNS[name]))
        made[name] = frame.astype(
            {column: kind for column, kind in empty_frame(name).dtypes.items() if kind != "object"}
        )
    return DepartmentTables(**made)


def firm(ref, *, table=None, industry="1762", year=2020, **more):
    kind, sheet, row = ref.split("/")
    return {"ref": ref, "table": table or kind, "file": f"{kind}.xlsx", "sheet": sheet, "row": int(row),
            "name": "示例公司", "industry": industry, "year": year} | more  # fmt: skip


def use(ref, fuel, amount, **more):
    """A fuel of the base year in its usual unit, unless the test says otherwise."""
    units = {"natural_gas": "10kNm3", "power": "MWh", "heat": "GJ"}
    usual = {"year": 2020, "what": "fuel", "written": fuel, "unit": units.get(fuel, "t"), "measured": False}
    return {"ref": ref, "fuel": fuel, "amount": amount, "field": fuel, "address": "A1"} | usual | more


def emitted(ref, species, amount, what="emitted", year=2020):
    return {"ref": ref, "year": year, "species": species, "what": what, "amount": amount, "field": species,
            "address": "B1"}  # fmt: skip


def links(frames: DepartmentTables, enterprise="E1", **others) -> pd.DataFrame:
    """All rows of one enterprise, but for those named: ref with _ for / → enterprise."""
    refs = list(frames.firms["ref"])
    return pd.DataFrame({"ref": refs, "enterprise": [others.get(ref, enterprise) for ref in refs]})
