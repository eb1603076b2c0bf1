"""An inventory small enough to be added up by hand: three enterprises, one known from a permit only."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import shapely

from zoning.inventory import SPECIES, Correction, Inventory
from zoning.messages import finding

HOSTILE = "=cmd|' /C calc'!A0 <b>厂</b>"


def enterprises() -> gpd.GeoDataFrame:
    frame = pd.DataFrame(
        {
            "name": ["示例热电", HOSTILE, "示例许可"],
            "code": ["91350582EX0000001A", "", ""],
            "industry": ["4412", "3071", "1952"],
            "industry_name": ["热电联产", "建筑陶瓷制品制造", "皮鞋制造"],
            "town": ["甲镇", "乙镇", "乙镇"],
            "address": ["甲镇1号", "乙镇2号", "乙镇3号"],
            "sector": ["power", "industry", "industry"],
            "group": ["", "建筑陶瓷制造", "制鞋业"],
            "status": ["working", "working", "permit_only"],
            "unit": ["U1", "U2", ""],
            "counts": [True, True, True],
            "place_ref": ["permits//2", "permits//3", ""],
            "place_method": ["stated", "gcj02", "none"],
            "output": [100.0, 50.0, math.nan],
            "tce_calorific": [70_000.0, 900.0, math.nan],
            "tce_equivalent": [71_000.0, 950.0, math.nan],
        },
        index=pd.Index(["91350582EX0000001A", "name:示例陶瓷", "name:示例许可"], name="enterprise"),
    )
    points = [shapely.Point(118.5, 24.8), shapely.Point(118.6, 24.7), None]
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4490")


def records() -> pd.DataFrame:
    base = {"what": "fuel", "table": "key_energy_users", "tier": "default", "year": 2020, "factor_id": "bituminous"}
    rows = [
        {"record": "A|bituminous|2020", "enterprise": "91350582EX0000001A", "fuel": "bituminous", "fuel_class": "coal",
         "activity": 100_000.0, "unit": "t", "ref": "carbon_verification/化石燃料/3", "tier": "measured",
         "table": "carbon_verification", "ncv": 22.0, "carbon": 0.026, "oxidation": 0.99, "factor": 2.07636,
         "CO2": 207_636.0, "SO2": 80.0, "NOx": 90.0, "PM": 10.0, "PM2.5": 5.0, "VOC": math.nan},
        {"record": "B|natural_gas|2020", "enterprise": "name:示例陶瓷", "fuel": "natural_gas", "fuel_class": "gas",
         "activity": 10.0, "unit": "10kNm3", "ref": "key_energy_users//3", "ncv": 389.31, "carbon": 0.0153,
         "oxidation": 0.99, "factor": 21.621888, "CO2": 216.21888, "SO2": 0.1, "NOx": 2.0, "PM": 0.5, "PM2.5": 0.25,
         "VOC": 0.3},
    ]  # fmt: skip
    frame = pd.DataFrame([base | row for row in rows])
    for name in SPECIES:
        if name not in frame:
            frame[name] = math.nan
    for name in ("SO2", "NOx", "PM", "PM2.5", "VOC"):
        frame[f"{name}_basis"] = ["reported", "factor"]
    return frame


def plain_inventory() -> Inventory:
    pairs = pd.DataFrame(
        {
            "pair": ["P1", "P2"], "left": ["permits//3", "permits//2"], "right": ["kilns//2", "boilers//9"],
            "left_name": [HOSTILE, "示例热电"], "right_name": ["示例陶瓷厂", "示例热电二分厂"], "left_code": ["", ""],
            "right_code": ["", ""], "level": ["probable", "possible"], "score": [0.93, 0.6],
            "reasons_zh": ["名称相近", "分厂"], "reasons_en": ["names alike", "a branch"],
            "distance_m": [12.0, math.nan], "decision": ["", ""], "by": ["", ""], "date": ["", ""], "note": ["", ""],
        }
    )  # fmt: skip
    correction = Correction("key_energy_users//3", "煤炭(吨)", "UNIT_SLIP", "60106800", "60106.8", "碳核查为 60106.8",
                            "the verification says 60106.8", "applied")  # fmt: skip
    return Inventory(
        year=2020,
        enterprises=enterprises(),
        links=pd.DataFrame(
            {
                "ref": ["permits//2", "permits//3", "key_energy_users//3"],
                "enterprise": ["91350582EX0000001A", "name:示例陶瓷", "name:示例陶瓷"],
                "level": ["own", "own", "sure"],
                "score": [1.0, 1.0, 1.0],
                "rule": ["", "", "name"],
            }
        ),
        pairs=pairs,
        records=records(),
        purchased=pd.DataFrame(
            {
                "enterprise": ["name:示例陶瓷"],
                "year": [2020],
                "power_mwh": [1000.0],
                "heat_gj": [math.nan],
                "heat_sold_gj": [math.nan],
                "power_factor": [0.581],
                "heat_factor": [math.nan],
                "factor_id": ["ets"],
                "power_co2_t": [581.0],
                "heat_co2_t": [math.nan],
                "ref": ["key_energy_users//3"],
            }
        ),
        factors=pd.DataFrame(
            {
                "factor_id": ["fuel:bituminous@industry-guides:2013:CN"],
                "kind": ["fuel"],
                "name": ["bituminous"],
                "fuel": ["bituminous"],
                "use": [""],
                "series": ["industry-guides"],
                "year": [2013],
                "place": ["CN"],
                "vintage": ["2013-2015"],
                "value": [2.071509],
                "unit": ["tCO2/t"],
                "tier": ["default"],
                "uses": [1],
                "source": ["NDRC industry guides"],
                "status": ["second-hand"],
                "others": ["provincial-guide 2025: 1.7417 tCO2/t"],
            }
        ),
        reconciliation=pd.DataFrame(
            {
                "year": [2020],
                "level": ["sector"],
                "sector": ["industry"],
                "group": ["建筑陶瓷制造"],
                "fuel": ["natural_gas"],
                "unit": ["10kNm3"],
                "balance": [15.0],
                "emitters": [10.0],
                "residual": [5.0],
                "residual_co2_t": [108.10944],
                "state": ["residual"],
            }
        ),
        disagreements=pd.DataFrame(
            {
                "enterprise": ["91350582EX0000001A"],
                "name": ["示例热电"],
                "year": [2020],
                "quantity": ["bituminous"],
                "left": ["carbon_verification/化石燃料/3"],
                "right": ["env_statistics/工业企业/5"],
                "left_value": [100_000.0],
                "right_value": [95_000.0],
                "unit": ["t"],
                "difference": [5000.0],
                "co2_t": [10_381.8],
            }
        ),
        areas=pd.DataFrame(
            {
                "town": ["350582101"],
                "town_name": ["甲镇"],
                "sector": ["residential"],
                "fuel": ["lpg"],
                "amount": [10.0],
                "unit": ["t"],
                "co2_t": [29.53847],
            }
        ),
        uncertainty=pd.DataFrame(
            {
                "level": ["city"],
                "key": [""],
                "species": ["CO2"],
                "mean": [207_852.0],
                "low": [190_000.0],
                "high": [226_000.0],
                "cv": [0.045],
            }
        ),
        evaluation={"industries": pd.DataFrame({"industry": ["44"], "co2_share": [0.9]})},
        corrections=(correction,),
        findings=(finding("OVERRIDE_REASON_MISSING", where={"file": "permits.csv", "row": 4, "field": "reason"}),),
    )
