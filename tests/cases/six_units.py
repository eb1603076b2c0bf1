"""A result made by hand for the deliverables: six units, one per decision, two elements, CO2 and SO2 by three sectors.

Hostile text, gaps (NaN), an island of two parts, an override, emitters, every level of lists and of findings.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import MultiPolygon, Point, box

from zoning.clauses import AccessList, Clause
from zoning.clauses.model import Address, Cue, Label, Scope
from zoning.errors import Finding, FindingCode, Severity
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.ledger import Column, Ledger
from zoning.result import Provenance, Result
from zoning.study import parse_study
from zoning.supports import ControlUnits, ElementZones, Emitters
from zoning.vocab import DecisionCode

CODES = tuple(f"ZH3599{digit}200{number}" for number, digit in enumerate((2, 2, 2, 2, 3, 1), start=1))
NAMES = ("港口工业区", '=HYPERLINK("http://x","y")', "陶瓷园\x07区", "@老城区 <b>", "农业一般单元", "山林")
CLASSES = ("KEY", "KEY", "KEY", "KEY", "GENERAL", "PRIORITY")
DECISIONS = tuple(DecisionCode)
SECTORS = ("industry", "power", "residential")
CRS = "EPSG:4549"


def shares() -> np.ndarray:
    """Return emission (unit, species, sector, year); the last unit has no data in one sector."""
    co2 = np.array(
        [
            [310_000.1, 1_200_000.7, 12_000.3],
            [52_000.2, 0.0, 9_000.1],
            [88_000.3, 3_000.4, 7_500.9],
            [41_000.5, 0.0, 30_000.2],
            [900.0, 0.0, 2_200.25],
            [0.0, 0.0, np.nan],
        ]
    )
    return np.stack([co2, co2 / 430.0], axis=1)[..., None]


def _units() -> ControlUnits:
    shapes = [box(x * 5e3, 0, x * 5e3 + 5e3, 4e3) for x in range(5)]
    island = MultiPolygon([box(3e4, 0, 3.1e4, 900), box(3.2e4, 0, 3.3e4, 1e3)])
    frame = gpd.GeoDataFrame(
        {
            "code": CODES,
            "name": NAMES,
            "unit_class": CLASSES,
            "admin_code": "359901",
            "declared_area_km2": [20.0, 20.0, 20.01, 20.0, np.nan, 1.9],
            "note": ["", "", "边界\n待核", "", "", ""],
        },
        geometry=[*shapes, island],
        crs=CRS,
    )
    frame.geometry = frame.geometry.translate(4e5, 2.7e6)
    return ControlUnits(frame)


def _zones() -> tuple[ElementZones, ...]:
    air = gpd.GeoDataFrame(
        {
            "code": ["YS3599012310001", "YS3599013310001"],
            "name": ["高排放区", "一般区"],
            "subtype": ["AIR_HIGH", "AIR_GENERAL"],
        },
        geometry=[box(4e5, 2.7e6, 4.12e5, 2.704e6), box(4.12e5, 2.7e6, 4.25e5, 2.704e6)],
        crs=CRS,
    )
    energy = gpd.GeoDataFrame(
        {"code": ["YS3599012510001"], "name": ["禁燃区"], "subtype": ["NOBURN_3"]},
        geometry=[box(4e5, 2.7e6, 4.03e5, 2.704e6)],
        crs=CRS,
    )
    return ElementZones("air", air), ElementZones("energy", energy)


def _emitters() -> Emitters:
    frame = gpd.GeoDataFrame(
        {
            "record": ["r1", "r2", "r3"],
            "emitter": ["e1", "e1", "e2"],
            "name": ["琉璃热电", "琉璃热电", "+陶瓷"],
            "industry": ["4411", "4411", "3071"],
            "sector": ["power", "power", "industry"],
            "fuel": ["coal", "oil", "gas"],
            "activity": [500_000.0, 120.5, np.nan],
            "activity_unit": ["t", "t", ""],
            "year": [2020, 2020, 2020],
            "in_grid": ["yes", "yes", "unknown"],
            "CO2": [1_100_000.25, 400.125, np.nan],
            "SO2": [900.5, 1.0, 3.25],
        },
        geometry=[Point(4.01e5, 2.701e6), Point(4.01e5, 2.701e6), Point(4.11e5, 2.702e6)],
        crs=CRS,
    )
    return Emitters(frame, ("CO2", "SO2"))


def _fragments() -> gpd.GeoDataFrame:
    rows = [
        ("air", CODES[0], "YS3599012310001", "AIR_HIGH", 20e6, box(4e5, 2.7e6, 4.05e5, 2.704e6)),
        ("air", CODES[1], "YS3599012310001", "AIR_HIGH", 20e6, box(4.05e5, 2.7e6, 4.1e5, 2.704e6)),
        ("air", CODES[2], "YS3599012310001", "AIR_HIGH", 8e6, box(4.1e5, 2.7e6, 4.12e5, 2.704e6)),
        ("air", CODES[2], "YS3599013310001", "AIR_GENERAL", 12e6, box(4.12e5, 2.7e6, 4.15e5, 2.704e6)),
        ("energy", CODES[0], "YS3599012510001", "NOBURN_3", 12e6, box(4e5, 2.7e6, 4.03e5, 2.704e6)),
    ]
    names = ["element", "unit", "zone", "subtype", "area_m2", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS)


def _ledger(fragments: gpd.GeoDataFrame) -> Ledger:
    emission, cube = shares(), ("unit", "species", "sector", "year")
    located = np.zeros_like(emission)
    located[0, 0, 1, 0], located[0, 1, 1, 0] = 1_100_400.375, 901.5
    whole = np.nansum(emission, axis=2)[:, :, 0]
    pieces = np.stack([emission[0], emission[1], emission[2] * 0.4, emission[2] * 0.6, emission[0] * 0.6])
    ledger = (
        Ledger.of_units(CODES)
        .with_coordinates(
            species=["CO2", "SO2"],
            sector=list(SECTORS),
            year=[2020],
            series=["second"],
        )
        .with_labels(
            "fragment", **{f"fragment_{name}": list(fragments[name]) for name in ("unit", "zone", "element", "subtype")}
        )
    )
    per_unit = {
        "area": ("m2", "椭球面积", "area on the ellipsoid", [20.002e6, 20.002e6, 20.002e6, 20.002e6, 20.002e6, 1.9e6]),
        "grid_cells": ("1", "覆盖像元数", "cells covered", [80.0, 80.0, 80.0, 80.0, 80.0, 0.6]),
        "valid_share": ("1", "有效面积占比", "share with data", [1.0, 1.0, 1.0, 1.0, 0.75, 0.2]),
        "resolution": ("1", "分辨率标记", "resolution flag", [0.0, 0.0, 0.0, 0.0, 0.0, 2.0]),
        "pressure": ("1", "压力", "pressure", [1.08, 1.08, 1.08, 1.08, 1.08, np.nan]),
        "governable_co2": (
            "t yr-1",
            "可管控CO2",
            "governable CO2",
            [1_510_000.8, 52_000.2, 91_000.7, 41_000.5, 900.0, 0.0],
        ),
        "uncovered_co2_lo": (
            "t yr-1",
            "未覆盖下限",
            "uncovered, low",
            [410_000.0, 20_000.0, 0.0, 30_000.0, 0.0, np.nan],
        ),
        "uncovered_co2_hi": (
            "t yr-1",
            "未覆盖上限",
            "uncovered, high",
            [1_510_000.8, 24_000.0, 9_000.0, 41_000.5, 900.0, np.nan],
        ),
    }
    for name, (unit, zh, en, values) in per_unit.items():
        ledger = ledger.with_column(name, ("unit",), np.array(values), Column(unit, zh, en, "手工 by hand"))
    mass = Column("t yr-1", "排放量", "emission", "格网 grid; 点源 emitters")
    classes = np.array(["KEY_SYNERGY", "AIR_ONLY", "LOW", "NO_CONTROL", "LOW", "LOW"], dtype=object)
    return ledger.with_columns(
        {
            "emission": (cube, emission, mass),
            "emission_gridded": (cube, emission - located, Column("t yr-1", "其中格网", "gridded", "格网 grid")),
            "emission_located": (cube, located, Column("t yr-1", "其中定位", "located", "点源 emitters")),
            "emission_alternative": (("series", *cube), emission[None] * 1.3, mass),
            "located_share": (
                ("unit", "species"),
                np.nansum(located, axis=2)[:, :, 0] / np.where(whole > 0, whole, np.nan),
                Column("1", "定位占比", "located share", "点源 emitters"),
            ),
            "common_origin_reference": (
                ("species",),
                np.array([1.0, 0.62]),
                Column("1", "同根同源参照", "reference", "ours"),
            ),
            "synergy_class": (("unit",), classes, Column("text", "协同类别", "synergy class", "ours")),
            "pressure_indicator": (
                ("unit",),
                np.array([*["coal_total"] * 5, ""], dtype=object),
                Column("text", "压力所据指标", "indicator", "targets.csv"),
            ),
            "fragment_area": (
                ("fragment",),
                fragments["area_m2"].to_numpy(),
                Column("m2", "片段面积", "area", "overlay"),
            ),
            "fragment_emission": (("fragment", *cube[1:]), pieces, Column("t yr-1", "片段排放", "emission", "overlay")),
        }
    )


def _decisions() -> pd.DataFrame:
    said = (
        "已定位的重点排放单位 琉璃热电（1,100,400 t CO2/a）没有任何有效碳条款覆盖",
        "条款最高 2 级，缺年份或责任主体",
        "有效碳条款（最高 3 级）之外至多剩 9,000 t/a",
        "按格网，未覆盖的可管控 CO2 至少 30,000 t/a",
        "没有一条规则成立",
        "无法判定有无未覆盖的重点排放单位：缺企业排放台账",
    )
    frame = pd.DataFrame(
        {
            "unit_code": CODES,
            "unit_name": NAMES,
            "unit_class": CLASSES,
            "decision": [str(one) for one in DECISIONS],
            "decision_computed": ["NEED", "UPGRADE", "COVERED", "NEED", "NO_ACTION", "UNDETERMINED"],
            "driving_rule": ["R1-KEY", "S2-COV", "S2-COV", "R3-GAP", "", "R1-KEY"],
            "reasons": [["R1-KEY", "R3-GAP"], ["S2-COV"], ["S2-COV"], ["R3-GAP"], [], []],
            "undetermined": [["R8-NEW"], ["R8-NEW"], [], [], [], ["R1-KEY", "R8-NEW"]],
            "missing": [
                ["missing.projects"],
                ["missing.projects"],
                [],
                [],
                [],
                ["missing.emitters", "missing.projects"],
            ],
            "dimension": ["S", "P", "", "", "", ""],
            "uncovered_lo_t": [410_000.0, 20_000.0, 0.0, 30_000.0, 0.0, np.nan],
            "uncovered_hi_t": [1_510_000.8, 24_000.0, 9_000.0, 41_000.5, 900.0, np.nan],
            "governable_t": [1_510_000.8, 52_000.2, 91_000.7, 41_000.5, 900.0, 0.0],
            "located_t": [1_100_400.375, 0.0, 0.0, 0.0, 0.0, 0.0],
            "co2_t": [1_522_001.1, 61_000.3, 98_501.6, 71_000.7, 3_100.25, np.nan],
            "tier": ["A", "C", "", "C", "", ""],
            "evidence_class": ["A", "C", "C", "C", "C", "C"],
            "carbon_state": ["ENERGY_ONLY", "CARBON", "CARBON", "NONE", "NONE", "NONE"],
            "best_grade": [0, 2, 3, 0, 0, 0],
            "grid_sensitive": [False, False, False, True, False, False],
            "sentence_zh": said,
            "sentence_en": [f"why {number}" for number in range(6)],
            "counterfactual_zh": [
                "若其排放低于 26,000 t/a，或有一条写明数值、能覆盖它的碳条款，则本条不成立",
                *["补齐后即可判定"] * 5,
            ],
            "counterfactual_en": [f"unless {number}" for number in range(6)],
            "override_state": ["", "", "", "applied", "", ""],
            "override_by": ["", "", "", "张三", "", ""],
            "override_date": ["", "", "", "2024-05-06", "", ""],
            "override_reason": ["", "", "", "=已列入搬迁计划", "", ""],
        }
    )
    return frame.set_index("unit_code")


def _reasons() -> tuple[Reason, ...]:
    tonnes = (
        Evidence("emitters", "琉璃热电", "text"),
        Evidence("emitter_co2", 1_100_400.375, "t yr-1"),
        Evidence("count", 1.0, "1"),
    )
    gap = (
        Evidence("uncovered_co2_lo", 30_000.0, "t yr-1"),
        Evidence("grid_cells", 80.0, "1"),
        Evidence("grid_ratio", np.nan, "1"),
    )
    return (
        Reason(
            "R1-KEY",
            CODES[0],
            Answer.TRUE,
            DecisionCode.NEED,
            tonnes,
            ("key_emitter_co2", "key_emitter_energy"),
            "重点排放单位没有条款覆盖",
            "key emitter uncovered",
            "若低于阈值则不成立",
            "false below the limit",
            "",
            "A",
        ),
        Reason(
            "R3-GAP",
            CODES[3],
            Answer.TRUE,
            DecisionCode.WATCH,
            gap,
            ("key_emitter_co2", "cells_per_unit", "grid_ratio"),
            "按格网未覆盖",
            "uncovered by the grid",
            "",
            "",
            "",
            "C",
        ),
        Reason("R2a-NOBURN", CODES[1], Answer.FALSE, None, (), ("noburn_share",), "不在禁燃区", "outside"),
        Reason(
            "R1-KEY",
            CODES[5],
            Answer.UNDETERMINED,
            DecisionCode.NEED,
            (),
            ("key_emitter_co2",),
            "无法判定",
            "unknown",
            "查明后可判",
            "decided then",
            "missing.emitters",
        ),
    )


def _lists() -> tuple[AccessList, ...]:
    texts = (
        "2025年底前完成燃煤锅炉清洁能源替代，由市发改局负责。",
        "=1+1 禁止新建焦化项目。",
        "加强林地保护，提升固碳能力。",
    )
    states, grades = ("CARBON_COUPLED", "CARBON_COUPLED", "CARBON"), (3, 1, 0)
    clauses = []
    for number, (code, text, state, grade) in enumerate(
        zip((*CODES[:2], CODES[5]), texts, states, grades, strict=True)
    ):
        cue = Cue("carbon_state", state, f"L{number}", (0, 4))
        label = Label(state, "P", "REQUIRE", "MEDIUM", grade, ("锅炉",), (0, 4), f"L{number}", (cue,))
        scope = Scope(
            "EXISTING",
            "OBJECT",
            ("industry",),
            ("25",),
            ("SI064",),
            ("coal",),
            "",
            number == 0,
            number == 1,
            ("registry",),
            ("SR01",),
        )
        address = Address("list.xlsx", "清单", f"I{number + 5}", 4, 4 + len(text))
        clauses.append(Clause(code, "unit", "P", text, f"{number + 1}-1.", "大气", address, label, scope))
    city = Clause(
        "359900",
        "city",
        "Z",
        "单位地区生产总值能耗下降 14%。",
        address=Address("city.docx", "", "p3", 0, 16),
        label=Label("ENERGY_ONLY", "Z", "REQUIRE", "MEDIUM", 2),
    )
    return AccessList("city", [city]), AccessList("unit", clauses)


def _findings() -> tuple[Finding, ...]:
    return (
        Finding(
            FindingCode.LAYER_SLIVER,
            Severity.INFO,
            "缝隙合计 3 m²",
            "slivers of 3 m²",
            "无须处理",
            "nothing to do",
            "units.gpkg",
        ),
        Finding(
            FindingCode.YEAR_DIFFERS,
            Severity.WARNING,
            "年份不同",
            "years differ",
            "补充同年数据",
            "get data",
            "co2.tif",
            "CO2",
            None,
            "year",
            "-2013",
        ),
        Finding(
            FindingCode.POINT_OUTSIDE,
            Severity.WARNING,
            "点在单元外",
            "point outside",
            "核对坐标",
            "check",
            "p.csv",
            "",
            7,
            "lon",
            "=1",
        ),
    )


def _conservation() -> pd.DataFrame:
    emission, rows = shares(), []
    for a, species in enumerate(("CO2", "SO2")):
        for s, sector in enumerate(SECTORS):
            inside = float(np.nansum(emission[:, a, s, 0]))
            rows.append(
                {
                    "series": "primary",
                    "species": species,
                    "sector": sector,
                    "year": 2020,
                    "raster_total": inside + 10.5,
                    "taken_out": 0.0,
                    "shortfall": 0.0,
                    "in_units": inside,
                    "counted_twice": 0.0,
                    "outside": 10.5,
                    "located": 0.0,
                    "relative_difference": 1.2e-16,
                }
            )
    return pd.DataFrame(rows)


def _audit() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": ["primary", "primary"],
            "sector": ["industry", "power"],
            "year": [2020, 2020],
            "air_species": ["SO2", "SO2"],
            "carbon_species": ["CO2", "CO2"],
            "cells": [812, 3],
            "log_ratio_sd": [1e-4, np.nan],
            "proportional_mass_share": [0.99, np.nan],
            "rank_correlation": [0.9999, np.nan],
            "residual_share": [1e-6, np.nan],
            "declared_proxy": ["", "人口"],
            "is_copy": [True, False],
            "verdict_zh": ["副本", "像元太少"],
            "verdict_en": ["a copy", "few cells"],
        }
    )


def six_units(*, example: bool = True, name: str = "琉璃市示例研究") -> Result:
    """Return the result."""
    study = parse_study(
        {
            "study": {
                "name": name,
                "admin_code": "359900",
                "admin_name": "琉璃市",
                "example": example,
                "compiler": "甲&乙",
                "seed": 7,
            },
            "years": {"base": 2021},
            "units": {"path": "units.gpkg", "source": "手工"},
            "zones": [
                {"path": "air.gpkg", "element": "air"},
                {"path": "energy.gpkg", "element": "energy", "source": "手工"},
            ],
            "emissions": [
                {
                    "species": "CO2",
                    "mass_basis": "CO2",
                    "unit": "t",
                    "kind": "total",
                    "year": 2020,
                    "sectors": {"industry": "co2.tif"},
                    "licence": "CC-BY-4.0",
                }
            ],
        },
        root=".",
    )
    fragments = _fragments()
    return Result(
        study=study,
        units=_units(),
        zones=_zones(),
        emitters=_emitters(),
        fragments=fragments,
        ledger=_ledger(fragments),
        conservation=_conservation(),
        lists=_lists(),
        proxy_audit=_audit(),
        reasons=_reasons(),
        decisions=_decisions(),
        findings=_findings(),
        provenance=Provenance(
            {"zoning": "0.1.0", "numpy": "2.4.6"}, {"units.gpkg": "ab" * 32}, {"tolerance.area": 1.0}, 7
        ),
    )
