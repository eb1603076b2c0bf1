"""Department tables in layouts of other cities: what each column means must not hang on how one office draws it."""

from __future__ import annotations

import math

import pytest
from tests.cases.test_departments_cases import GOOD, judged, said, sheet

from zoning.checks.header_forms import forms_of
from zoning.checks.headers import header_of
from zoning.checks.table.departments.measures import factor_of
from zoning.checks.table.kinds import guess_kind
from zoning.errors import Severity
from zoning.vocab import field_name

OTHER = "91350100M000101Q3X"


def uses(result):
    """Amounts by fuel."""
    assert said(result, Severity.ERROR) == []
    return dict(result.value.uses[["fuel", "amount"]].itertuples(index=False))


# ---------------------------------------------------------------------------------------------------- forms of headers


@pytest.mark.parametrize(
    ("written", "layer", "means"),
    [
        ("统一社会信用代码(尚未领取的填写原组织机构代码)", "env_statistics", ("code", "")),
        ("煤炭消耗量/吨", "env_statistics", ("fuel:bituminous", "吨")),
        ("电力 万kWh", "key_energy_users", ("fuel:power", "万kWh")),
        ("综合能源消费量（等价值，万tce）", "key_energy_users", ("tce_equivalent", "万tce")),
        ("净消耗量(t,万Nm3)", "carbon_verification.fuels", ("amount", "t,万Nm3")),
        ("08、氮氧化物排放量(千克)", "env_statistics", ("emitted:NOx", "千克")),
        ("企業名稱", "permits", ("name", "")),
        ("SO2 emissions (t)", "env_statistics", ("emitted:SO2", "t")),
        ("煤炭消耗量(筐)", "env_statistics", (None, "")),
        ("综合能源消费量(含外供)", "key_energy_users", (None, "")),
    ],
)
def test_a_header_in_any_form(written, layer, means):
    assert header_of(written, layer, {}) == means


def test_a_header_that_the_study_names_keeps_its_unit():
    declared = {"2021年用煤(万吨)": "fuel:bituminous"}
    assert header_of("2021年用煤(万吨)", "env_statistics", declared) == ("fuel:bituminous", "万吨")


def test_a_bracket_that_is_neither_unit_nor_remark_is_kept_as_part_of_the_name():
    assert list(forms_of("氮氧化物(无组织)")) == []


def test_what_is_said_of_enterprises_is_known_in_all_their_tables_and_in_no_other():
    assert field_name("kilns", "法人单位名称") == field_name("permits", "法人单位名称") == "name"
    assert field_name("points", "法人单位名称") is None


def test_of_several_units_the_one_that_measures_the_fuel():
    assert factor_of("t或万Nm3", "10kNm3") == 1.0
    assert math.isnan(factor_of("吨、千克", "t"))  # either: nobody says which


# ------------------------------------------------------------------------------------------------------------- layouts


def test_a_form_with_numbered_columns_degrees_in_three_columns_and_signatures():
    form = sheet(
        ("工业企业污染排放及处理利用情况", *["<"] * 8),
        (
            "单位详细名称",
            "中心经度",
            "<",
            "<",
            "中心纬度",
            "<",
            "<",
            "二氧化硫排放量(千克)",
            "工业总产值(当年价格)(千元)",
        ),
        ("^", "度", "分", "秒", "度", "分", "秒", "^", "^"),
        ("甲", "1", "2", "3", "4", "5", "6", "7", "8"),
        ("甲厂", "120", "30", "36", "30", "15", "0", "2500", "70"),
        ("单位负责人：张三", "", "", "填表人：王五"),
        name="基101",
    )
    result = judged("env_statistics", form)
    assert said(result, Severity.ERROR) == []
    (firm,) = result.value.firms.itertuples()
    assert (firm.name, firm.lon, firm.lat) == ("甲厂", pytest.approx(120.51), 30.25)
    assert result.value.pollutants["amount"].tolist() == [2.5]
    assert result.value.energy["output"].tolist() == [7.0]


def test_minutes_above_sixty_are_no_place():
    result = judged("permits", sheet(("单位名称", "经度度", "经度分", "经度秒", "纬度", "许可证编号"),
                                     ("甲厂", "120", "75", "1", "30.2", "1")))  # fmt: skip
    assert result.value.firms["lon"].isna().all()
    assert "POINT_FORMAT.aside" in said(result)


def test_heads_without_merged_cells_reach_over_the_columns_beside_them():
    result = judged("env_statistics", sheet(
        ("企业名称", "行业代码", "能源消耗", "", "大气污染物排放量(吨)", "", ""),
        ("", "", "煤炭（吨）", "天然气（万m3）", "二氧化硫", "氮氧化物", "颗粒物"),
        ("甲厂", "3011", "100", "20", "0.3", "0.2", "0.1"),
    ))  # fmt: skip
    assert uses(result) == {"bituminous": 100.0, "natural_gas": 20.0}
    species = result.value.pollutants[["species", "what", "amount"]].itertuples(index=False)
    assert sorted(map(tuple, species)) == [("NOx", "emitted", 0.2), ("PM", "emitted", 0.1), ("SO2", "emitted", 0.3)]


def test_units_of_a_whole_table_in_its_title():
    rows = (
        ("单位：吨、万立方米、万kWh", *["<"] * 3),
        ("用能单位名称", "煤炭", "天然气", "电力"),
        ("甲厂", "5", "6", "7"),
    )
    assert uses(judged("key_energy_users", sheet(*rows))) == {"bituminous": 5.0, "natural_gas": 6.0, "power": 70.0}


def test_a_unit_that_no_title_gives_is_still_asked_for():
    rows = (("单位：吨、千克", "<"), ("用能单位名称", "煤炭"), ("甲厂", "5"))
    assert said(judged("key_energy_users", sheet(*rows)), Severity.ERROR) == ["UNIT_MISSING.unit"]


def test_one_sheet_per_enterprise_named_in_its_titles():
    sheets = [
        sheet(("企业名称：" + name, "<", "<", "<"), ("统一社会信用代码", code, "", ""), ("核查年度：2019", "", "", ""),
              ("燃料品种", "消耗量", "计量单位", "碳氧化率(%)"), ("烟煤", "1000", "t", "93"), name=name)
        for name, code in (("甲厂", GOOD), ("乙厂", OTHER))
    ]  # fmt: skip
    result = judged("carbon_verification", *sheets)
    assert said(result, Severity.ERROR) == []
    firms = result.value.firms
    assert firms[["name", "code", "year"]].values.tolist() == [["甲厂", GOOD, 2019], ["乙厂", OTHER, 2019]]
    assert result.value.uses["oxidation"].tolist() == [0.93, 0.93]
    assert "UNIT_UNCLEAR.percent" not in said(result)


def test_process_emissions_with_a_column_for_each_part():
    rows = (("企业名称", "原料名称", "消耗量(万吨)", "排放因子(tCO2/t)", "工业生产过程排放量(tCO2)"),
            ("甲厂", "水泥熟料", "2", "0.538", "10760"), ("乙厂", "石灰石", "", "", "44"))  # fmt: skip
    result = judged("carbon_verification", sheet(*rows))
    assert said(result) == ["EVIDENCE_MISSING.terms"]
    first, second = result.value.uses.itertuples()
    assert (first.fuel, first.amount, first.factor, first.co2_t) == ("clinker", 20000.0, 0.538, 10760.0)
    assert (second.fuel, math.isnan(second.amount), second.co2_t) == ("CaCO3", True, 44.0)


def test_capacities_with_their_units_in_the_cells():
    rows = (
        ("锅炉使用单位", "锅炉容量(蒸吨)", "燃料种类"),
        ("甲厂", "14MW", "燃煤"),
        ("甲厂", "10", "天然气"),
        ("甲厂", "约十", "天然气"),
    )
    result = judged("boilers", sheet(*rows))
    assert said(result, Severity.ERROR) == []
    assert "VALUE_UNKNOWN.number" in said(result, Severity.WARNING)
    devices = result.value.devices
    assert devices["unit"].tolist() == ["MW", "蒸吨", "蒸吨"]
    assert devices["capacity"].tolist()[:2] == [14.0, 10.0]


def test_vehicles_without_fuel_are_set_aside_aloud():
    rows = (
        ("县区", "车型", "燃料类型", "保有量(辆)", "年均行驶里程(km/辆)"),
        ("东区", "小型客车", "汽油", "900", "12000"),
    )
    result = judged("vehicles", sheet(*rows))
    assert said(result) == ["EVIDENCE_MISSING.distances"]
    assert result.value.areas.empty


def test_homes_with_fuels_in_rows():
    rows = (
        ("街道", "能源品种", "消费量", "计量单位"),
        ("东街道", "天然气", "120", "万立方米"),
        ("东街道", "液化石油气", "50", "吨"),
    )
    areas = judged("residential", sheet(*rows)).value.areas
    assert areas[["sector", "fuel", "amount"]].values.tolist() == [
        ["residential", "natural_gas", 120.0], ["residential", "lpg", 50.0],
    ]  # fmt: skip


def test_an_organisation_code_is_an_old_number_and_no_slip():
    result = judged("env_statistics", sheet(("统一社会信用代码", "企业名称"), ("M000100Y-4", "甲厂")))
    assert result.value.firms[["code", "code_state"]].values.tolist() == [["M000100Y4", "old"]]


# --------------------------------------------------------------------------------------------------- which table it is


def test_fuels_in_rows_are_a_table_of_fuels_and_a_title_decides_which():
    rows = (("能源名称", "计量单位", "消费量", "企业名称"), ("烟煤", "吨", "1", "甲厂"))
    assert guess_kind(sheet(*rows, file="205-1.xlsx"))[0] == "key_energy_users"
    assert guess_kind(sheet(*rows, file="环统.xlsx"))[0] == "env_statistics"


def test_a_list_of_kilns_is_no_table_of_emitters():
    rows = (("序号", "企业名称", "炉窑编号", "炉窑规模", "燃料种类"), ("1", "甲厂", "MF1", "3", "天然气"))
    assert guess_kind(sheet(*rows, file="工业炉窑.xls"))[0] == "kilns"


def test_enterprises_with_their_industry_are_no_table_of_industries():
    rows = (("用能单位", "行业", "煤(吨)", "电力(万千瓦时)"), ("甲厂", "化纤", "5", "7"))
    assert guess_kind(sheet(*rows))[0] == "key_energy_users"
    assert uses(judged("key_energy_users", sheet(*rows))) == {"bituminous": 5.0, "power": 70.0}
