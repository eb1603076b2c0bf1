"""A result made by hand: nine units (three by three squares of 4 km), two elements, CO2 and NOx of one year.

Every decision occurs; the last unit has no emission data; the third has an override; the fourth has a hostile name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.errors import Finding, FindingCode, Severity
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.ledger import Column, Ledger
from zoning.result import Provenance, Result
from zoning.study import parse_study
from zoning.supports import ControlUnits, ElementZones
from zoning.vocab import DecisionCode

CODES = tuple(f"ZH3500002000{number}" for number in range(1, 10))
HOSTILE = '恶意<script>alert(1)</script>"><img src=x onerror=alert(2)></textarea>'
DECISIONS = ("NEED", "NEED", "WATCH", "UPGRADE", "COVERED", "NO_ACTION", "NO_ACTION", "NO_ACTION", "UNDETERMINED")
CLASSES = ("KEY", "KEY", "KEY", "KEY", "KEY", "GENERAL", "GENERAL", "PRIORITY", "PRIORITY")
STATES = ("NONE", "ENERGY_ONLY", "NONE", "CARBON", "CARBON", "CARBON_COUPLED", "NONE", "NONE", "")
CO2 = (1_600_000.0, 320_000.0, 48_000.0, 160_000.0, 80_000.0, 4_000.0, 1_600.0, 800.0, np.nan)
UNCOVERED = ((1_200_000.0, 1_300_000.0), (90_000.0, 90_000.0), (9_000.0, 30_000.0), (40_000.0, 60_000.0),
             (0.0, 1_000.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (np.nan, np.nan))  # fmt: skip
TIERS = ("A", "B", "C", "C", "", "", "", "", "")
CRS = "EPSG:4549"
SIDE = 4_000.0
AREA = 16e6  # m2 in the plane; what the tests call the area of a unit
SETTINGS: Mapping[str, object] = {"tolerance.area": 1.0, "thresholds": {"key_emitter_co2": 26000.0}}


def _square(place: int, side: float = SIDE, origin: tuple[float, float] = (350_000.0, 2_740_000.0)) -> shapely.Polygon:
    column, row = place % 3, place // 3
    west, south = origin[0] + column * side, origin[1] + row * side
    return shapely.box(west, south, west + side, south + side)


def _units() -> ControlUnits:
    names = [f"第{number}单元" for number in "一二三四五六七八九"]
    names[3] = HOSTILE
    table = {"code": CODES, "name": names, "unit_class": CLASSES, "admin_code": ["350000"] * 9}
    return ControlUnits(gpd.GeoDataFrame(table, geometry=[_square(place) for place in range(9)], crs=CRS))


def _zones() -> tuple[ElementZones, ...]:
    half = [_square(0, 6_000.0), _square(1, 6_000.0)]
    air = {"code": ["YS01", "YS02"], "name": ["西区", "东区"], "subtype": ["AIR_HIGH", "AIR_GENERAL"]}
    energy = {"code": ["YS03"], "name": ["禁燃区"], "subtype": ["NOBURN_2"]}
    return (
        ElementZones("air", gpd.GeoDataFrame(air, geometry=half, crs=CRS)),
        ElementZones("energy", gpd.GeoDataFrame(energy, geometry=half[:1], crs=CRS)),
    )


def _ledger() -> Ledger:
    sectors, species = ["industry", "power", "residential"], ["CO2", "NOx"]
    totals = np.stack([np.asarray(CO2), np.asarray(CO2) / 1000.0], axis=1)
    emission = totals[:, :, None, None] * np.array([0.5, 0.3, 0.2])[None, None, :, None]
    text = np.array(["KEY_SYNERGY", *["NO_CONTROL"] * 3, *["LOW"] * 5], dtype=object)
    return (
        Ledger.of_units(CODES)
        .with_coordinates(species=species, sector=sectors, year=[2020])
        .with_column("area", ("unit",), np.full(9, AREA), Column("m2", "面积", "area", "units"))
        .with_column(
            "emission", ("unit", "species", "sector", "year"), emission, Column("t yr-1", "排放", "emission", "grid")
        )
        .with_column(
            "resolution",
            ("unit",),
            np.array([0.0, 0, 0, 0, 0, 0, 1, 2, 2]),
            Column("1", "分辨率", "resolution", "ours"),
        )
        .with_column("synergy_class", ("unit",), text, Column("1", "协同类型", "synergy class", "ours"))
    )


def _decisions(names: list[str]) -> pd.DataFrame:
    lower, upper = zip(*UNCOVERED, strict=True)
    table = {
        "unit_name": names,
        "unit_class": CLASSES,
        "decision": DECISIONS,
        "decision_computed": ("NEED", "NEED", "NEED", *DECISIONS[3:]),
        "driving_rule": ("R1-KEY", "R1-KEY", "R3-GAP", "S2-COV", "S2-COV", "", "", "", "R1-KEY"),
        "reasons": [["R1-KEY", "R3-GAP"], ["R1-KEY"], ["R3-GAP"], ["S2-COV"], ["S2-COV"], [], [], [], []],
        "undetermined": [[], [], [], [], [], [], [], [], ["R1-KEY"]],
        "missing": [[], [], [], [], [], [], [], [], ["missing.emitters"]],
        "dimension": ["P", "P", "P", "S", "", "", "", "", ""],
        "uncovered_lo_t": lower,
        "uncovered_hi_t": upper,
        "governable_t": [0.8 * mass for mass in CO2],
        "located_t": [0.5 * mass for mass in CO2],
        "co2_t": CO2,
        "tier": TIERS,
        "evidence_class": ["A", "A", "B", "B", "A", "C", "C", "C", "C"],
        "carbon_state": STATES,
        "best_grade": [0, 0, 0, 2, 3, 2, 0, 0, 0],
        "grid_sensitive": [False, True, *[False] * 7],
        "sentence_zh": [f"判定句 {code}：未覆盖量 <26 kt & 其他" for code in CODES],
        "sentence_en": [f"decision of {code}: uncovered <26 kt & others" for code in CODES],
        "counterfactual_zh": ["若未覆盖量低于 26 kt 则无需行动", *[""] * 8],
        "counterfactual_en": ["would be NO_ACTION below 26 kt", *[""] * 8],
        "override_state": ["", "", "applied", "", "", "", "", "", ""],
        "override_by": ["", "", "张三", "", "", "", "", "", ""],
        "override_date": ["", "", "2024-05-01", "", "", "", "", "", ""],
        "override_reason": ["", "", "已列入<搬迁>计划", "", "", "", "", "", ""],
    }
    return pd.DataFrame(table, index=pd.Index(CODES, name="unit_code"))


def _conservation() -> pd.DataFrame:
    rows = []
    for species, scale in (("CO2", 1.0), ("NOx", 1e-3)):
        for sector, part in (("industry", 0.5), ("power", 0.3), ("residential", 0.2)):
            mass = 2_214_400.0 * scale * part
            terms = {"raster_total": mass * 1.1, "taken_out": 0.0, "shortfall": 0.0, "in_units": mass,
                     "counted_twice": 0.0, "outside": mass * 0.1, "located": 0.0,
                     "relative_difference": 1e-15}  # fmt: skip
            rows.append({"series": "primary", "species": species, "sector": sector, "year": 2020} | terms)
    return pd.DataFrame(rows)


def _reasons() -> tuple[Reason, ...]:
    evidence = (Evidence("uncovered_co2_lo", 1_200_000.0, "t yr-1"),)
    sentences = ("有重点排放单位未被条款覆盖", "a key emitter is under no counting clause")
    return (Reason("R1-KEY", CODES[0], Answer.TRUE, DecisionCode.NEED, evidence, ("key_emitter_co2",), *sentences),)


def _findings() -> tuple[Finding, ...]:
    year = (
        "格网年份 2013 与基准年 2020 不同",
        "grid year 2013 differs from base year 2020",
        "请换资料",
        "use other data",
    )
    copy = ("NOx 与 CO2 由同一代用量分配", "NOx and CO2 are spread by one proxy", "请换<实测>资料", "use located data")
    gap = ("图层 units<1>.shp 有空洞", "layer units<1>.shp has a gap", "请补上", "close it")
    return (
        Finding(FindingCode.YEAR_DIFFERS, Severity.WARNING, *year, file="co2.tif"),
        Finding(FindingCode.YEAR_DIFFERS, Severity.WARNING, *year, file="nox.tif"),
        Finding(FindingCode.PROXY_COPY, Severity.WARNING, *copy, file="nox.tif"),
        Finding(FindingCode.LAYER_GAP, Severity.INFO, *gap, file="units<1>.shp", row=3),
    )


def nine_units(*, example: bool = True, reverse: bool = False) -> Result:
    """Return the result; ``reverse`` builds it from rows in the opposite order."""
    units = _units()
    names = list(units.frame["name"])
    decisions = _decisions(names)
    about = {"name": "示例市 </script><b>协同", "admin_code": "350000", "example": example, "compiler": "编制<单位>"}
    study = parse_study({"study": about, "years": {"base": 2020}, "units": {"path": "units.gpkg"}}, root=".")
    return Result(
        study=study,
        units=units,
        zones=_zones(),
        emitters=None,
        fragments=gpd.GeoDataFrame({"element": [], "unit": []}, geometry=[], crs=CRS),
        ledger=_ledger(),
        conservation=_conservation(),
        lists=(),
        proxy_audit=pd.DataFrame({"is_copy": [True], "verdict_zh": ["副本"], "verdict_en": ["copy"]}),
        reasons=_reasons(),
        decisions=decisions.iloc[::-1] if reverse else decisions,
        findings=_findings(),
        provenance=Provenance({"zoning": "0.1.0", "numpy": "2.4"}, {"units.gpkg": "ab" * 32}, SETTINGS, seed=7),
    )


def several_years() -> Result:
    """Return nine units with CO2 of three years: half of 2020 in 2015, nothing in 2018."""
    result = nine_units()
    ledger = result.ledger
    emission = np.asarray(ledger["emission"])
    values = np.concatenate([emission / 2, np.full_like(emission, np.nan), emission], axis=3)
    made = (
        Ledger.of_units(ledger.units)
        .with_coordinates(species=["CO2", "NOx"], sector=["industry", "power", "residential"], year=[2015, 2018, 2020])
        .with_column("area", ("unit",), np.asarray(ledger["area"]), Column("m2", "面积", "area", "units"))
        .with_column(
            "emission", ("unit", "species", "sector", "year"), values, Column("t yr-1", "排放", "emission", "grid")
        )
    )
    return replace(result, ledger=made)
