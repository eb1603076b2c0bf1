"""Tables of departments as they keep them: every kind on a few rows by hand, units and fuels in any spelling."""

from __future__ import annotations

import math

import pytest

from zoning.checks import check_departments
from zoning.checks.table.departments.balances import item_of
from zoning.checks.table.departments.fuels import fuel_of, fuel_unit
from zoning.checks.table.departments.measures import factor_of
from zoning.checks.table.departments.processes import process_of, terms_of
from zoning.errors import Severity
from zoning.factors import fuel_factor, fuel_series
from zoning.intake import RawCell, RawTable
from zoning.study import parse_study
from zoning.tables import read

GOOD = "91350100M000100Y43"


def sheet(*rows, file="t.xlsx", name=""):
    """A sheet by its rows; ``^`` repeats the cell above, ``<`` the cell to the left, as merged cells do."""
    lines: list[tuple[RawCell, ...]] = []
    width = max(len(line) for line in rows)
    for row, line in enumerate(rows, start=1):
        cells: list[RawCell] = []
        for column, text in enumerate((*line, *[""] * (width - len(line))), start=1):
            before = lines[-1][column - 1] if text == "^" else cells[-1] if text == "<" else None
            merged = (before.merged_from or before.address) if before else ""
            cells.append(RawCell(before.text if before else str(text), row, column, merged))
        lines.append(tuple(cells))
    return RawTable(file, tuple(lines), sheet=name)


def study(*kinds, **more):
    tables = [{"kind": kind, "path": "t.xlsx", **more} for kind in kinds]
    inventory = {"crs": "EPSG:4490", "in_grid": "unknown", "series": "industry-guides", "tables": tables}
    return parse_study(
        {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"},
         "inventory": inventory}, ".",
    )  # fmt: skip


def judged(kind, *sheets, **more):
    return check_departments({0: tuple(sheets)}, study(kind, **more))


def said(result, severity=None):
    return [found.key for found in result.findings if severity is None or found.severity is severity]


def one(result, key):
    """The one finding of a key as text, with its address."""
    (found,) = [found for found in result.findings if found.key == key]
    return f"{found.row}|{found.field}|{found.value}|{found.message_zh}|{found.message_en}|{found.fix_zh}"


ENV = (
    ("2020年度工业源环境统计基表", *["<"] * 11),
    ("企业名称", "统一社会信用代码", "行业代码", "经度", "纬度", "燃料消费", "<", "<", "二氧化硫(吨)", "<", "治理设施",
     "数据年份"),
    ("^", "^", "^", "^", "^", "燃料煤", "计量单位", "天然气\n(立方米)", "产生量", "排放量", "脱硫", "^"),
)  # fmt: skip


def env(*rows, **more):
    return judged("env_statistics", sheet(*ENV, *rows, name="工业"), **more)


# ------------------------------------------------------------------------------------------------------- plain reading


def test_environmental_statistics():
    result = env(
        ("甲厂", GOOD, "3071", "118°30'36\"", "24.75", "2", "万吨", "15000", "3", "1.5", "双碱法", "2020"),
        ("乙厂", "", "1952", "", "", "30", "吨", "", "0", "0", "无", "2019"),
        ("合计", "", "", "", "", "", "", "", "3", "1.5", "", ""),
    )
    tables = result.value
    first, second = tables.firms.itertuples()
    assert (first.ref, first.row, first.code, first.code_state) == ("env_statistics/工业/4", 4, GOOD, "valid")
    assert (first.lon, first.lat) == (pytest.approx(118.51), 24.75)
    assert (second.year, second.code_state, math.isnan(second.lon)) == (2019, "none", True)
    uses = tables.uses.set_index(["ref", "fuel"])
    assert uses.loc[("env_statistics/工业/4", "bituminous"), ["amount", "unit", "address"]].tolist() == [
        20000,
        "t",
        "F4",
    ]
    assert uses.loc[("env_statistics/工业/4", "natural_gas"), ["amount", "unit"]].tolist() == [1.5, "10kNm3"]
    assert uses.loc[("env_statistics/工业/5", "bituminous"), ["amount", "year"]].tolist() == [30, 2019]
    assert len(uses) == 3
    assert tables.pollutants[["species", "what", "amount"]].values.tolist() == [
        ["SO2", "made", 3], ["SO2", "made", 0], ["SO2", "emitted", 1.5], ["SO2", "emitted", 0],
    ]  # fmt: skip
    assert tables.controls.values.tolist() == [["env_statistics/工业/4", "SO2", "双碱法"]]
    assert Severity.ERROR not in {found.severity for found in result.findings}


def test_permits():
    result = judged(
        "permits",
        sheet(
            ("许可证编号", "单位名称", "注册地址", "生产经营场所地址", "坐标系", "经度", "纬度",
             "二氧化硫许可排放量(t/a)", "VOCs许可排放量(千克/年)"),
            ("P1", "甲厂", "一路", "二路", "火星坐标", "118.5", "24.7", "1.5", "2000"),
        ),
    )  # fmt: skip
    (firm,) = result.value.firms.itertuples()
    assert (firm.ref, firm.permit, firm.registered_address, firm.address) == ("permits//2", "P1", "一路", "二路")
    assert firm.datum == "GCJ-02"
    assert result.value.pollutants[["species", "what", "amount"]].values.tolist() == [
        ["SO2", "permitted", 1.5], ["VOC", "permitted", 2.0],
    ]  # fmt: skip


def verification():
    return (
        sheet(("说明",), ("合计=各项之和",), name="说明"),
        sheet(
            ("年份", "企业名称", "燃料品种", "消耗量", "单位", "低位热值(GJ/单位)", "单位热值含碳量(tC/GJ)", "碳氧化率",
             "排放量(tCO2)", "备注"),
            # 1000 t × 22 GJ/t × .026 tC/GJ × .99 × 44/12 = 2076.36 t
            ("2020", "甲厂", "烟煤", "1000", "t", "22", "0.026", "0.99", "2076.36", "实测"),
            ("2020", "甲厂", "天然气", "10", "万Nm3", "389.31", "0.0153", "0.99", "216.22", "缺省值"),
            name="化石燃料",
        ),
        sheet(
            ("年份", "企业名称", "说明", "排放量(tCO2)"),
            # 100 × .4397 + 10 × .522 = 49.19
            ("2020", "甲厂", "坯料CaCO3 100.0 t × 0.4397 + MgCO3 10 t × 0.522", "49.19"),
            name="过程排放",
        ),
        sheet(
            ("年份", "企业名称", "净购入电量(MWh)", "电力因子", "电力排放(tCO2)", "净购入热量(GJ)", "热力因子",
             "热力排放(tCO2)", "其中外供热量(GJ)"),
            ("2020", "甲厂", "-100", "0.581", "-58.1", "20", "0.11", "2.2", "5"),
            name="购入电力热力",
        ),
        sheet(
            ("年份", "企业名称", "化石燃料(tCO2)", "过程(tCO2)", "净购入电力(tCO2)", "净购入热力(tCO2)", "合计(tCO2)"),
            # 2292.58 + 49.19 − 58.1 + 2.2 = 2285.87
            ("2020", "甲厂", "2292.58", "49.19", "-58.1", "2.2", "2285.87"),
            name="汇总",
        ),
    )  # fmt: skip


def test_a_verification_has_sheets_of_different_roles():
    result = judged("carbon_verification", *verification())
    assert said(result) == ["HEADER_UNKNOWN.passed"]
    uses = result.value.uses
    assert uses[["what", "fuel", "amount", "unit"]].values.tolist() == [
        ["fuel", "bituminous", 1000, "t"], ["fuel", "natural_gas", 10, "10kNm3"],
        ["process", "CaCO3", 100, "t"], ["process", "MgCO3", 10, "t"],
        ["power", "power", -100, "MWh"], ["heat", "heat", 20, "GJ"], ["heat_sold", "heat", 5, "GJ"],
    ]  # fmt: skip
    assert uses[["ncv", "carbon", "oxidation", "measured"]].iloc[0].tolist() == [22, 0.026, 0.99, True]
    assert uses["factor"].iloc[2:6].tolist() == [0.4397, 0.522, 0.581, 0.11]
    assert dict(result.value.stated[["item", "amount"]].values) == {
        "combustion": 2292.58, "process": 49.19, "power": -58.1, "heat": 2.2, "total": 2285.87,
    }  # fmt: skip


def test_key_energy_users():
    result = judged(
        "key_energy_users",
        sheet(
            ("单位名称", "统计年份", "煤炭(万吨)", "柴油(吨)", "电力(万千瓦时)", "热力净购入(百万千焦)",
             "综合能耗_当量值(吨标准煤)", "综合能耗_等价值(万吨标准煤)"),
            ("甲厂", "2020", "1.5", "", "3", "-7", "100", "0.02"),
        ),
    )  # fmt: skip
    assert result.value.uses[["what", "fuel", "amount", "unit"]].values.tolist() == [
        ["fuel", "bituminous", 15000, "t"], ["power", "power", 30, "MWh"], ["heat", "heat", -7, "GJ"],
    ]  # fmt: skip
    assert result.value.energy[["tce_calorific", "tce_equivalent"]].values.tolist() == [[100, 200]]
    assert said(result) == ["VALUE_UNKNOWN.coal"]


def test_boilers_and_kilns():
    boilers = sheet(
        ("使用单位", "额定蒸发量(蒸吨/小时)", "燃料", "投用年份", "状态"),
        ("甲厂", "25", "生物质成型燃料", "2008", "已拆除(2018年)"),
        ("乙厂", "4", "天然气", "2015年", "备用"),
    )
    result = judged("boilers", boilers)
    assert result.value.devices[["kind", "capacity", "unit", "fuel", "commissioned", "status"]].values.tolist() == [
        ["boiler", 25, "蒸吨/小时", "biomass", 2008, "removed"],
        ["boiler", 4, "蒸吨/小时", "natural_gas", 2015, "standby"],
    ]
    assert result.value.firms["status"].tolist() == ["removed", "standby"]
    kilns = sheet(
        ("使用单位", "炉窑类型", "设计产能", "产能单位", "燃料", "治理工艺"),
        ("甲厂", "辊道窑", "900", "平方米/日", "发生炉煤气(烟煤)", "布袋"),
    )
    result = judged("kilns", kilns)
    assert result.value.devices[["kind", "what", "unit", "fuel", "written", "control"]].values.tolist() == [
        ["kiln", "辊道窑", "平方米/日", "bituminous", "发生炉煤气(烟煤)", "布袋"],
    ]


def test_energy_balance():
    balance = sheet(
        ("某市2020年能源平衡表", "<", "<", "<"),
        ("项目", "原煤(万吨)", "天然气(亿立方米)", "电力(亿千瓦时)", "生物质(万吨标准煤)"),
        ("一、可供本地区消费的能源量", "10", "1", "5", "0"),
        ("二、加工转换投入(-)产出(+)量", "-4", "0", "1", "0"),
        ("  火力发电", "-4", "0", "1", "0"),
        ("四、终端消费量", "6", "1", "6", "0"),
        ("  工业", "6", "1", "6", "0"),
        ("五、平衡差额", "0", "0", "0", "0"),
        ("七、能源消费总量(万吨标准煤,电力按等价值计)", "12", "", "", ""),
        ("注:示例。",),
        name="平衡",
    )
    industries = sheet(
        ("行业", "原煤(吨)", "天然气(万立方米)"), ("纺织业", "40000", "10000"), ("造纸业", "20000", "0"),
        ("合计", "60000", "10000"), name="分行业",
    )  # fmt: skip
    result = judged("energy_balance", balance, industries)
    table = result.value.balance.set_index(["part", "item", "fuel"])["amount"]
    assert table["balance", "final", "bituminous"] == 60000
    assert table["balance", "thermal_power", "bituminous"] == -40000
    assert table["balance", "industry", "natural_gas"] == 10000
    assert table["balance", "industry", "power"] == 600000
    assert table["balance", "consumption_tce", "energy"] == 120000
    assert table["industries", "industries_total", "bituminous"] == 60000
    assert table["industries", "纺织业", "natural_gas"] == 10000
    units = set(result.value.balance[["fuel", "unit"]].itertuples(index=False, name=None))
    assert units == {("bituminous", "t"), ("natural_gas", "10kNm3"), ("power", "MWh"), ("biomass", "tce"),
                     ("energy", "tce")}  # fmt: skip
    assert result.value.balance["year"].tolist() == [2020] * len(result.value.balance)


def test_vehicles_and_homes():
    vehicles = sheet(
        ("乡镇代码", "乡镇", "车型", "燃料", "燃料消耗", "消耗单位"),
        ("350582001", "某街道", "小型客车", "汽油", "10", "吨"),
        ("350582001", "某街道", "公交客车", "天然气", "3", "立方米"),
        ("350582001", "某街道", "新能源汽车", "电力", "0.0", ""),
    )
    areas = judged("vehicles", vehicles).value.areas
    assert areas[["town", "sector", "what", "fuel", "amount", "unit"]].values.tolist() == [
        ["350582001", "transport", "小型客车", "gasoline", 10, "t"],
        ["350582001", "transport", "公交客车", "natural_gas", 0.0003, "10kNm3"],
    ]
    homes = sheet(("乡镇", "常住人口", "居民天然气_万立方米", "居民用电_万千瓦时"), ("某镇", "1000", "2", "3"))
    areas = judged("residential", homes).value.areas
    assert areas[["town_name", "sector", "fuel", "amount", "unit"]].values.tolist() == [
        ["某镇", "residential", "natural_gas", 2, "10kNm3"], ["某镇", "residential", "power", 30, "MWh"],
    ]  # fmt: skip


def test_a_second_file_of_a_kind_has_refs_of_its_own():
    head = ("单位名称", "二氧化硫许可排放量(t/a)", "许可证编号")
    first, second = sheet(head, ("甲厂", "1", "P")), sheet(head, ("乙厂", "2", "Q"))
    result = check_departments({0: (first,), 1: (second,)}, study("permits", "permits"))
    assert result.value.firms["ref"].tolist() == ["permits//2", "permits#2//2"]


# -------------------------------------------------------------------------------------------------- units, fuels, terms


@pytest.mark.parametrize(
    ("written", "unit", "factor"),
    [
        ("吨", "t", 1), ("万吨", "t", 1e4), ("千克", "t", 1e-3), ("t/a", "t", 1), ("吨/年", "t", 1), ("（吨）", "t", 1),
        ("立方米", "10kNm3", 1e-4), ("万立方米", "10kNm3", 1), ("亿立方米", "10kNm3", 1e4), ("万Nm3", "10kNm3", 1),
        ("千立方米", "10kNm3", 0.1), ("10⁴m³", "10kNm3", 1),
        ("万千瓦时", "MWh", 10), ("亿千瓦时", "MWh", 1e5), ("kWh", "MWh", 1e-3), ("度", "MWh", 1e-3),
        ("万度", "MWh", 10),
        ("吉焦", "GJ", 1), ("万吉焦", "GJ", 1e4), ("百万千焦", "GJ", 1), ("TJ", "GJ", 1e3),
        ("吨标准煤", "tce", 1), ("万吨标准煤", "tce", 1e4), ("kgce", "tce", 1e-3),
    ],
)  # fmt: skip
def test_units(written, unit, factor):
    assert factor_of(written, unit) == factor


@pytest.mark.parametrize(
    ("written", "unit"), [("吨", "10kNm3"), ("升", "t"), ("tce", "MWh"), ("kWh", "GJ"), ("筐", "t"), ("GJ", "MWh")]
)
def test_units_that_cannot_measure(written, unit):
    assert math.isnan(factor_of(written, unit))


def test_every_fuel_has_one_unit_that_agrees_with_its_factors():
    units = {}
    for row in read("fuel_aliases"):
        assert units.setdefault(row["fuel"], row["unit"]) == row["unit"]
    for row in read("fuel_factors"):
        assert fuel_unit(row["fuel"]) == row["unit"]
        assert fuel_of(row["fuel_zh"]).name == row["fuel"]
        assert fuel_factor(row["fuel"], row["series"]).series in fuel_series()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("脱硫石灰石(CaCO3) 14403.9 t × 0.4397", [("CaCO3", 14403.9, 0.4397)]),
        ("生活垃圾焚烧 578992.0 t × 0.35(化石碳,示例因子)", [("waste", 578992.0, 0.35)]),
        ("石灰产量 62,310.4 吨*0.683", [("lime", 62310.4, 0.683)]),
        ("CaCO3 5 t x 0.4397; MgCO3 6 t x 0.522", [("CaCO3", 5.0, 0.4397), ("MgCO3", 6.0, 0.522)]),
        ("某物 5 t × 0.1", [(None, 5.0, 0.1)]),
        ("石灰石分解", []),
    ],
)
def test_terms_of_a_process(text, terms):
    assert [(one.process, one.amount, one.factor) for one in terms_of(text)] == terms


def test_a_longer_name_wins():
    assert process_of("坯料中的CaCO3") == "CaCO3"
    assert process_of("脱硫石灰石") == "CaCO3"


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("一、可供本地区消费的能源量", "available"), ("  外省(区、市)及外地调入量", "import"), ("2. 工业", "industry"),
        ("交通运输、仓储和邮政业", "transport"), ("七、能源消费总量(万吨标准煤,电力按等价值计)", "consumption_tce"),
        ("库存增（-）、减（+）量", "stock"), ("无此项", ""),
    ],
)  # fmt: skip
def test_rows_of_a_balance(written, item):
    assert item_of(written) == item


# -------------------------------------------------------------------------------------------- what a table alone shows


def row(**cells):
    """A row of 环境统计 without any fault, but for what is given."""
    plain = {
        "name": "甲厂", "code": GOOD, "industry": "3071", "lon": "118.5", "lat": "24.75", "coal": "2", "unit": "吨",
        "gas": "", "made": "3", "emitted": "1", "control": "无", "year": "2020",
    }  # fmt: skip
    return tuple((plain | cells).values())


@pytest.mark.parametrize(
    ("cells", "key", "words"),
    [
        ({"coal": "-2"}, "VALUE_UNKNOWN.negative", ("4", "燃料煤", "-2")),
        ({"emitted": "-1"}, "VALUE_UNKNOWN.negative", ("-1",)),
        ({"unit": ""}, "UNIT_MISSING.amount", ("F4", "燃料煤", "程序不猜单位")),
        ({"unit": "筐"}, "UNIT_MISSING.unit", ("筐", "F4")),
        ({"unit": "立方米"}, "UNIT_MISSING.other", ("立方米", "F4", "t")),
        ({"coal": "约2"}, "VALUE_UNKNOWN.number", ("约2",)),
        ({"lon": "118.5度左右"}, "POINT_FORMAT.aside", ("118.5度左右",)),
        ({"code": "91350100M000100Y44"}, "FIRM_CODE_PATTERN", ("校验位应为 3",)),
        ({"code": "9.13501E+17"}, "FIRM_CODE_PATTERN", ("科学计数",)),
        ({"code": "350100100012345"}, "FIRM_CODE_PATTERN", ("15 位旧注册号",)),
        ({"industry": ""}, "INDUSTRY_MISSING", ("甲厂",)),
        ({"lon": "24.75", "lat": "118.5"}, "POINT_AXES_SWAPPED.department_turned", ("已对调",)),
        ({"lon": "0", "lat": "0"}, "POINT_OUTSIDE.department_zero", ("已搁置",)),
        ({"lat": ""}, "POINT_OUTSIDE.department_half", ("118.5",)),
        ({"lon": "500000", "lat": "2700000"}, "POINT_OUTSIDE.department_globe", ("500000",)),
        ({"year": "2019"}, "YEAR_MISMATCH.rows", ("2019", "报告期为 2020 年")),
        ({"emitted": "3000"}, "ARITHMETIC.above", ("3000", "SO2", "甲厂")),
        ({"name": "", "code": ""}, "FIRM_MATCH_UNCERTAIN.nameless", ("4",)),
    ],
)
def test_one_fault_of_a_row(cells, key, words):
    result = env(row(**cells))
    found = one(result, key)
    assert all(word in found for word in words), found
    stops = key.partition(".")[0] in ("VALUE_UNKNOWN", "UNIT_MISSING")
    assert (result.value is None) == stops
    assert set(said(result)) - {key} <= {"VALUE_UNKNOWN.coal", "UNIT_MIXED.rows"}


def test_coordinates_that_were_set_aside_are_no_data():
    places = env(row(lon="0", lat="0"), row(name="乙", lon="24.75", lat="118.5")).value.firms[["lon", "lat"]]
    assert places.isna().to_numpy().tolist() == [[True, True], [False, False]]
    assert places.iloc[1].tolist() == [118.5, 24.75]


def test_all_faults_are_said_at_once():
    result = env(row(coal="-1", unit="筐"), row(coal="x"), row(unit=""))
    assert said(result, Severity.ERROR) == [
        "VALUE_UNKNOWN.number", "VALUE_UNKNOWN.negative", "UNIT_MISSING.unit", "UNIT_MISSING.amount",
    ]  # fmt: skip


def test_the_same_row_twice_and_another_row_of_the_same_enterprise():
    result = env(row(), row(coal="3"), row())
    assert "第 4、6 行" in one(result, "FIRM_DUPLICATE.rows")
    assert len(result.value.firms) == 3


def test_units_of_titles_headers_and_rows():
    title = ("某市2020年重点用能单位 单位：万吨", "<", "<", "<")
    rows = (title, ("单位名称", "煤炭", "柴油(吨)", "燃料油(千克)"), ("甲厂", "1", "2", "3"))
    uses = judged("key_energy_users", sheet(*rows)).value.uses
    assert uses[["fuel", "amount"]].values.tolist() == [["bituminous", 10000], ["diesel", 2], ["fuel_oil", 0.003]]


def test_a_table_of_another_year():
    titled = env(row(year="2019"), year=2019).findings
    assert "YEAR_DIFFERS.declared" in [found.key for found in titled]
    rows = (("单位名称", "统计年份", "柴油(吨)"), ("甲厂", "2019", "2"))
    result = judged("key_energy_users", sheet(*rows))
    assert "2019" in one(result, "YEAR_DIFFERS.department")
    assert result.value.uses["year"].tolist() == [2019]


def fuels(*rows):
    header = ("年份", "企业名称", "燃料品种", "消耗量", "单位", "低位热值", "含碳量", "氧化率", "排放量(tCO2)", "备注")
    return judged("carbon_verification", sheet(header, *rows, name="化石燃料"))


def coal(**cells):
    plain = {
        "year": "2020", "name": "甲厂", "fuel": "烟煤", "amount": "1000", "unit": "t", "ncv": "22", "carbon": "0.026",
        "oxidation": "0.99", "co2": "2076.36", "note": "",
    }  # fmt: skip
    return tuple((plain | cells).values())


@pytest.mark.parametrize(
    ("cells", "key", "field", "value"),
    [
        ({"oxidation": "99"}, "UNIT_UNCLEAR.percent", "oxidation", 0.99),
        ({"oxidation": "99%"}, "", "oxidation", 0.99),
        ({"oxidation": "0.0099"}, "UNIT_UNCLEAR.aside", "oxidation", math.nan),
        ({"carbon": "26.0"}, "UNIT_UNCLEAR.per_tj", "carbon", 0.026),
        ({"carbon": "0.4"}, "UNIT_UNCLEAR.aside", "carbon", math.nan),
        ({"ncv": "22000"}, "UNIT_UNCLEAR.ncv", "ncv", 22.0),
        ({"ncv": "2"}, "UNIT_UNCLEAR.aside", "ncv", math.nan),
        ({"fuel": "天然气", "unit": "m3", "ncv": "0.038931", "amount": "100000", "carbon": "0.0153",
          "co2": "216.22"}, "UNIT_UNCLEAR.ncv", "ncv", 389.31),
        ({"co2": "3076.36"}, "ARITHMETIC.factors", "co2_t", 3076.36),
    ],
)  # fmt: skip
def test_stated_factors(cells, key, field, value):
    result = fuels(coal(**cells))
    assert said(result) == ([key] if key else [])
    assert result.value.uses[field].tolist() == pytest.approx([value], nan_ok=True)


def test_unknown_fuels_are_errors_with_suggestions():
    found = one(fuels(coal(fuel="焦炉气")), "VALUE_UNKNOWN.fuel")
    assert "焦炉煤气" in found
    assert "燃料品种" in found
    assert fuels(coal(fuel="焦炉气")).value is None


def test_sums_of_a_verification():
    _, burnt, process, power, total = verification()

    def changed(raw, place, text):
        cells = [RawCell(text if at == place else cell.text, 2, at + 1) for at, cell in enumerate(raw.rows[1])]
        return RawTable(raw.file, (raw.rows[0], tuple(cells)), raw.sheet)

    cases = {
        "ARITHMETIC.stated": (burnt, process, power, changed(total, 6, "2385.87")),
        "ARITHMETIC.terms": (burnt, changed(process, 3, "149.19"), power, total),
        "ARITHMETIC.factors": (burnt, process, changed(power, 4, "-158.1"), total),
        "ARITHMETIC.sheets": (burnt, process, power, changed(changed(total, 2, "1292.58"), 6, "1285.87")),
    }
    for key, sheets in cases.items():
        result = judged("carbon_verification", *sheets)
        assert said(result) == [key]
        assert "甲厂" in one(result, key)
        assert result.value is not None


def test_energy_a_power_of_ten_off_its_fuels():
    header = ("单位名称", "天然气(万立方米)", "综合能耗_当量值(吨标准煤)", "综合能耗_等价值(吨标准煤)")
    # 1000 × 389.31 GJ / 29.3076 = 13 284 tce
    result = judged("key_energy_users", sheet(header, ("甲厂", "1000", "1.33", "14000")))
    assert "10^4" in one(result, "UNIT_SLIP.tce_below")
    assert result.value.energy["tce_calorific"].tolist() == [1.33]


def test_energy_of_no_stated_value_is_not_taken():
    result = judged("key_energy_users", sheet(("单位名称", "综合能耗(吨标准煤)", "柴油(吨)"), ("甲厂", "9", "1")))
    assert "当量值还是等价值" in one(result, "UNIT_UNCLEAR.tce")
    assert result.value.energy.empty


def balance(*rows):
    return judged("energy_balance", sheet(("项目", "原煤(万吨)"), *rows))


CLOSED = (
    ("一、可供本地区消费的能源量", "10"), ("本地产量", "4"), ("外省(区、市)及外地调入量", "6"),
    ("二、加工转换投入(-)产出(+)量", "-3"), ("火力发电", "-3"), ("三、损失量", "1"), ("四、终端消费量", "6"),
    ("工业", "5"), ("居民生活", "1"), ("五、平衡差额", "0"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("item", "amount", "keys"),
    [
        ("", "", []),
        ("五、平衡差额", "0.5", ["BALANCE_NOT_CLOSED.whole"]),
        ("三、损失量", "2", ["BALANCE_NOT_CLOSED.whole"]),
        ("工业", "4", ["BALANCE_NOT_CLOSED.parts"]),
        ("本地产量", "3", ["BALANCE_NOT_CLOSED.parts"]),
        ("火力发电", "-2", ["BALANCE_NOT_CLOSED.parts"]),
    ],
)
def test_closing_of_a_balance(item, amount, keys):
    result = balance(*((name, amount if name == item else value) for name, value in CLOSED))
    assert [key for key in said(result) if key != "VALUE_UNKNOWN.coal"] == keys
    assert result.value is not None


def test_the_total_of_industries():
    rows = (("行业", "柴油(吨)"), ("纺织业", "3"), ("造纸业", "4"), ("合计", "8"))
    assert "相差 1 t" in one(judged("energy_balance", sheet(*rows)), "BALANCE_NOT_CLOSED.parts")


def test_an_unknown_row_of_a_balance_is_kept():
    result = balance(*CLOSED, ("八、某项", "1"))
    assert "八、某项" in one(result, "VALUE_UNKNOWN.item")
    assert result.value.balance["item"].tolist().count("") == 1


def test_a_table_of_another_kind_is_refused():
    result = judged("boilers", sheet(("乡镇", "常住人口", "居民天然气_万立方米"), ("某镇", "1", "2")))
    assert result.value is None
    assert said(judged("nonsense", sheet(("甲",)))) == ["VALUE_UNKNOWN.kind"]


def test_fuel_under_other_is_not_lost():
    rows = (("企业名称", "其他", "柴油(吨)", "二氧化硫排放量(吨)"), ("甲厂", "煤气50", "1", "1"))
    assert "煤气50" in one(judged("env_statistics", sheet(*rows)), "EVIDENCE_MISSING.unnamed")


def test_example_rows_and_the_order_of_rows():
    rows = (row(), row(name="乙", coal="3"))
    aside = ("示例", *row()[1:])
    result = env(aside, *rows)
    assert result.value.firms["name"].tolist() == ["甲厂", "乙"]


def test_a_row_of_units_below_the_header():
    rows = (("单位名称", "原煤", "柴油", "电力"), ("计量单位", "吨", "千克", "万千瓦时"), ("甲", "10", "20", "1"))
    result = judged("key_energy_users", sheet(*rows))
    assert result.value.uses["amount"].tolist() == [10, 0.02, 10]
    assert result.value.firms["row"].tolist() == [3]


def test_fuels_in_rows_of_a_table_of_energy_users():
    rows = (
        ("单位名称", "能源品种", "消费量", "计量单位", "综合能耗_当量值(吨标准煤)"),
        ("甲", "天然气", "10000", "立方米", "30"), ("甲", "电力", "2", "万千瓦时", "30"), ("乙", "柴油", "3", "吨", ""),
    )  # fmt: skip
    tables = judged("key_energy_users", sheet(*rows)).value
    assert tables.firms["ref"].tolist() == ["key_energy_users//2", "key_energy_users//4"]
    assert tables.uses[["ref", "what", "amount", "address"]].values.tolist() == [
        ["key_energy_users//2", "fuel", 1, "C2"], ["key_energy_users//2", "power", 20, "C3"],
        ["key_energy_users//4", "fuel", 3, "C4"],
    ]  # fmt: skip
    assert tables.energy[["ref", "tce_calorific"]].values.tolist() == [["key_energy_users//2", 30]]


def test_two_columns_of_one_fuel_are_not_guessed_together():
    rows = (("单位名称", "原煤(吨)", "烟煤(吨)"), ("甲", "10", "20"))
    assert "原煤(吨)（B）、烟煤(吨)（C）" in one(judged("key_energy_users", sheet(*rows)), "FIELD_UNKNOWN.fuels")
    rows = (("单位名称", "煤炭(吨)", "其中:燃料煤(吨)"), ("甲", "20", "10"))
    result = judged("key_energy_users", sheet(*rows))
    assert said(result, Severity.ERROR) == []
    assert result.value.uses["amount"].tolist() == [20]


def test_a_balance_in_coal_equivalent_beside_the_physical_one_is_not_read_twice():
    rows = (("项目", "原煤(万吨)", "柴油(万吨)"), ("终端消费量", "10", "1"))
    coal_equivalent = (("单位：万吨标准煤", "", ""), ("项目", "原煤", "柴油"), ("终端消费量", "7", "1.5"))
    physical, equivalent = sheet(*rows, name="实物量"), sheet(*coal_equivalent, name="标准量")
    result = judged("energy_balance", physical, equivalent)
    assert "标准量" in one(result, "HEADER_UNKNOWN.standard_coal")
    assert result.value.balance["amount"].tolist() == [100000, 10000]
    assert judged("energy_balance", equivalent).value.balance["unit"].tolist() == ["tce", "tce"]


def test_heat_that_is_sold_and_a_device_of_two_fuels():
    rows = (("单位名称", "外供热量(吉焦)", "柴油(吨)"), ("甲", "5", "1"))
    uses = judged("key_energy_users", sheet(*rows)).value.uses
    assert uses[["what", "fuel", "amount"]].values.tolist() == [["fuel", "diesel", 1], ["heat_sold", "heat", 5]]
    result = judged("boilers", sheet(("使用单位", "额定蒸发量", "燃料"), ("甲", "10", "煤/天然气")))
    assert said(result) == ["VALUE_UNKNOWN.fuel"]
    assert result.value.devices[["fuel", "written"]].values.tolist() == [["", "煤/天然气"]]


def test_formulas_with_their_values_are_a_warning_without_them_an_error():
    raw = sheet(("单位名称", "柴油(吨)"), ("甲", "1"), ("合计", "1"))

    def with_formula(text):
        return RawTable(raw.file, (*raw.rows[:2], (raw.rows[2][0], RawCell(text, 3, 2, "", formula=True))))

    result = judged("key_energy_users", with_formula("1"))
    assert said(result, Severity.WARNING) == ["FORMULA_CELL.cells"]
    assert result.value is not None
    assert judged("key_energy_users", with_formula("")).value is None


def test_a_printed_sum_that_is_not_one():
    rows = (("单位名称", "柴油(吨)"), ("甲", "1"), ("乙", "2"), ("合计", "4"))
    result = judged("key_energy_users", sheet(*rows))
    assert said(result) == ["ARITHMETIC.rows"]
    assert len(result.value.firms) == 2


def test_a_title_that_names_no_unit_is_none():
    rows = (("2020年 单位:见各列", "<"), ("单位名称", "柴油"), ("甲", "1"))
    assert said(judged("key_energy_users", sheet(*rows))) == ["UNIT_MISSING.amount"]


def test_fractions_under_a_header_in_percent():
    header = ("年份", "企业名称", "燃料品种", "消耗量(吨)", "碳氧化率(%)")
    rows = (("2020", "甲", "烟煤", "1", "93"), ("2020", "乙", "烟煤", "1", "0.93"), ("2020", "丙", "烟煤", "1", "93%"))
    result = judged("carbon_verification", sheet(header, *rows))
    assert result.value.uses["oxidation"].tolist() == [0.93, 0.93, 0.93]
    assert "第 3 行" in one(result, "UNIT_UNCLEAR.fraction")


def test_a_finding_names_all_headers_over_a_cell():
    found = one(env(row(emitted="3000")), "ARITHMETIC.above")
    assert "二氧化硫(吨)/排放量" in found
