"""Department tables as clumsy and hostile hands leave them: no silent wrong number, no guess, nothing lost."""

from __future__ import annotations

import math
import signal

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from tests.cases.firm_tables import code
from tests.cases.test_departments_cases import ENV, GOOD, env, judged, one, said, sheet, study

from zoning.checks import check_departments
from zoning.cli import cli, main
from zoning.errors import CrsError, InputError, Severity
from zoning.inventory import with_context
from zoning.inventory.places.points import read_points
from zoning.io.read.studies import read_study
from zoning.pipeline.inventorying import build_inventory
from zoning.supports import Emitters
from zoning.tables import numbers

KEY_HEAD = ("单位名称", "统一社会信用代码", "统计年份", "煤炭(吨)", "经度", "纬度", "综合能耗_当量值(吨标准煤)")
FUELS_HEAD = (
    "年份",
    "企业名称",
    "燃料品种",
    "消耗量",
    "单位",
    "低位热值(GJ/单位)",
    "单位热值含碳量(tC/GJ)",
    "碳氧化率",
)
SUMMARY_HEAD = ("年份", "企业名称", "化石燃料(tCO2)", "过程(tCO2)", "净购入电力(tCO2)", "合计(tCO2)")
POWER_HEAD = ("年份", "企业名称", "净购入电量(MWh)", "电力因子", "电力排放(tCO2)")
FACTOR_HEAD = "kind,name,fuel,series,year,place,value,unit,source,status,ncv,carbon,oxidation"
OWN_COAL = "fuel,,bituminous,industry-guides,2013,CN,,t,测试来源,ours,20,25,0.9"
COAL = 23.204 * 0.02618 * 0.93 * 44 / 12
"""t CO2 per tonne of bituminous coal, industry-guides."""


# --------------------------------------------------------------------------------------------------- a city on a desk


def city(folder, rows=(), *, tables=(), inventory="", extra=""):
    """A study of one unit, 118 to 119 east, with a csv of key energy users and further tables; returns its path."""
    unit = {"HJGKDYBM": ["ZH35058210001"], "HJGKDYMC": ["甲单元"], "GKDYFL": ["优先保护单元"]}
    gpd.GeoDataFrame(unit, geometry=[shapely.box(118, 24, 119, 25)], crs="EPSG:4490").to_file(folder / "units.gpkg")
    lines = [",".join(map(str, line)) for line in (KEY_HEAD, *rows)]
    (folder / "key.csv").write_text("\n".join(lines), encoding="utf-8")
    entries = [("key_energy_users", "key.csv", ""), *tables]
    blocks = "\n".join(
        f'[[inventory.tables]]\nkind = "{kind}"\npath = "{path}"\n{more}' for kind, path, more in entries
    )
    text = f"""
[study]
name = "示例"
admin_code = "350582"
[years]
base = 2020
[units]
path = "units.gpkg"
[inventory]
crs = "EPSG:4490"
in_grid = "no"
series = "industry-guides"
draws = 100
{inventory}
{blocks}
{extra}
"""
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def user(number, coal, year="2020", at=(118.5, 24.5)):
    return (f"示例{'甲乙丙丁'[number]}厂", code(number), year, coal, *at, "")


def built(path):
    return build_inventory(read_study(path))


def refused(path):
    """The errors of a study that must not be computed, by key."""
    with pytest.raises(InputError) as caught:
        built(path)
    return {found.key: found for found in caught.value.findings if found.severity is Severity.ERROR}


def co2(inventory):
    own = inventory.records[inventory.records["year"] == inventory.year]
    return math.fsum(own["CO2"])


def test_the_sum_of_the_records_is_what_the_table_says(tmp_path):
    inventory = built(city(tmp_path, [user(0, "1000"), user(1, "2500.5")]))
    assert co2(inventory) == pytest.approx(3500.5 * COAL, rel=1e-12)


# ------------------------------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize("text", ["1e308", "1E16", "-1e300"])
def test_no_cell_holds_more_than_a_country_uses(text):
    result = env(("甲厂", GOOD, "3071", "", "", text, "吨", "", "", "", "", "2020"))
    assert result.value is None
    assert "VALUE_UNKNOWN.endless" in said(result, Severity.ERROR)


def test_the_largest_amount_that_passes_stays_finite(tmp_path):
    most = numbers("thresholds")["amount_most"]
    inventory = built(city(tmp_path, [user(0, f"{most:.0f}"), user(1, f"{most:.0f}")]))
    assert math.isfinite(co2(inventory))


@pytest.mark.parametrize("text", ["43831", "20", "去年", "2120"])
def test_a_day_count_is_no_year(text):
    result = env(("甲厂", GOOD, "3071", "", "", "1", "吨", "", "", "", "", text))
    assert result.value is None
    assert text in one(result, "VALUE_UNKNOWN.year")
    assert "数据年份" in one(result, "VALUE_UNKNOWN.year")


@pytest.mark.parametrize("text", ["2020", "2020.0", "２０２０年", "2020-01-05", "2020年度", ""])
def test_years_in_any_dress(text):
    result = env(("甲厂", GOOD, "3071", "", "", "1", "吨", "", "", "", "", text))
    assert result.value.uses["year"].tolist() == [2020]


def test_negative_output_is_refused():
    head = ("单位名称", "统一社会信用代码", "煤炭(吨)", "工业总产值(万元)", "综合能耗_当量值(吨标准煤)")
    result = judged("key_energy_users", sheet(head, ("甲厂", GOOD, "1", "-5", "")))
    assert result.value is None
    assert "-5" in one(result, "VALUE_UNKNOWN.negative")


def test_one_number_merged_over_two_enterprises_is_nobodys():
    rows = (
        ("甲厂", GOOD, "3071", "", "", "61.9", "吨", "", "", "", "", "2020"),
        ("乙厂", code(2), "3071", "", "", "^", "吨", "", "", "", "", "2020"),
    )
    result = env(*rows)
    assert result.value is None
    assert "F4" in one(result, "VALUE_UNKNOWN.merged")


def test_a_header_and_a_unit_column_that_contradict_each_other_are_named():
    head = ("单位名称", "统一社会信用代码", "燃料煤(吨)", "计量单位", "天然气(万立方米)", "二氧化硫排放量(吨)")
    result = judged(
        "env_statistics", sheet(head, ("甲厂", GOOD, "2", "万吨", "", ""), ("乙厂", "", "3", "万吨", "", ""))
    )
    assert result.value.uses["amount"].tolist() == [20000.0, 30000.0]
    text = one(result, "UNIT_MIXED.header")
    assert "万吨" in text
    assert "says 吨" in text


def test_a_header_and_a_unit_column_that_agree_are_not_named():
    head = ("单位名称", "统一社会信用代码", "燃料煤(吨)", "计量单位", "天然气(万立方米)", "二氧化硫排放量(吨)")
    result = judged("env_statistics", sheet(head, ("甲厂", GOOD, "2", "t", "", "")))
    assert "UNIT_MIXED.header" not in said(result)


# ------------------------------------------------------------------------------------------------------- tables twice


def test_a_hidden_copy_of_a_sheet_counts_once():
    rows = (*ENV, ("甲厂", GOOD, "3071", "", "", "5", "吨", "", "3", "1.5", "", "2020"))
    result = judged("env_statistics", sheet(*rows, name="工业"), sheet(*rows, name="旧"))
    assert result.value.uses["amount"].tolist() == [5.0]
    assert "旧" in next(found for found in result.findings if found.key == "VERSION_MIXED.copy").layer


def test_a_file_that_is_named_twice_counts_once(tmp_path):
    inventory = built(city(tmp_path, [user(0, "1000")], tables=[("key_energy_users", "key.csv", "")]))
    assert co2(inventory) == pytest.approx(1000 * COAL, rel=1e-12)
    assert "VERSION_MIXED.copy" in {found.key for found in inventory.findings}


def test_a_corrected_copy_of_a_file_does_not_double_an_enterprise(tmp_path):
    text = ",".join(KEY_HEAD) + "\n" + ",".join(map(str, user(0, "1000.1"))) + "\n" + ",".join(map(str, user(1, "7")))
    path = city(tmp_path, [user(0, "1000")], tables=[("key_energy_users", "corrected.csv", "")])
    (tmp_path / "corrected.csv").write_text(text, encoding="utf-8")
    inventory = built(path)
    assert co2(inventory) == pytest.approx(1007 * COAL, rel=2e-4)
    assert [one.kind for one in inventory.corrections] == ["FIRM_DUPLICATE"]


def test_one_table_for_two_years_is_no_copy():
    rows = (("单位名称", "煤炭(吨)", "综合能耗_当量值(吨标准煤)"), ("甲厂", "5", "3.5"))
    tables = [{"kind": "key_energy_users", "path": "t.csv", "year": year} for year in (2019, 2020)]
    declared = study("key_energy_users")
    inventory = declared.inventory.model_copy(
        update={"tables": tuple(declared.inventory.tables[0].model_copy(update=one) for one in tables)}
    )
    result = check_departments(
        {0: (sheet(*rows),), 1: (sheet(*rows),)}, declared.model_copy(update={"inventory": inventory})
    )
    assert sorted(result.value.uses["year"]) == [2019, 2020]


# -------------------------------------------------------------------------------------------------- verifications


def verification(*sheets):
    return judged("carbon_verification", *(sheet(*rows, name=name) for name, rows in sheets))


FUELS = ("化石燃料", (FUELS_HEAD, ("2020", "甲厂", "烟煤", "10", "t", "23.204", "0.02618", "0.93")))
SUMMARY = ("汇总", (SUMMARY_HEAD, ("2020", "甲厂", f"{10 * COAL:.6f}", "491.9", "0", f"{10 * COAL + 491.9:.6f}")))


def test_process_emissions_that_only_the_summary_knows_are_named():
    text = one(verification(FUELS, SUMMARY), "EVIDENCE_MISSING.sheet")
    assert "491.9" in text
    assert "过程(tCO2)" in text


def test_a_factor_of_power_in_percent_is_set_aside():
    power = (
        "购入电力热力",
        (POWER_HEAD, ("2020", "甲厂", "100", "58.1", "58.1"), ("2020", "乙厂", "100", "0.581", "58.1")),
    )
    result = verification(FUELS, power)
    bought = result.value.uses[result.value.uses["what"] == "power"]
    assert math.isnan(bought["factor"].iloc[0])
    assert bought["factor"].iloc[1] == 0.581
    assert "58.1" in one(result, "UNIT_UNCLEAR.aside")


# ------------------------------------------------------------------------------------------------------------- places


@pytest.mark.parametrize("crs", ["EPSG:abc", "北京54", "EPSG:4549"])
def test_a_table_in_a_system_that_cannot_be_used_is_refused(tmp_path, crs):
    table = [("key_energy_users", "other.csv", f'crs = "{crs}"')]
    path = city(tmp_path, [user(0, "1")], tables=table)
    (tmp_path / "other.csv").write_text(",".join(KEY_HEAD) + "\n" + ",".join(map(str, user(1, "2"))), encoding="utf-8")
    assert refused(path)["CRS_MISSING.table"].value == crs


def test_the_system_of_a_table_comes_before_that_of_the_inventory():
    head = ("单位名称", "煤炭(吨)", "经度", "纬度", "综合能耗_当量值(吨标准煤)")
    rows = sheet(head, ("甲厂", "1", "118.5", "24.5", ""))
    assert judged("key_energy_users", rows, crs="GCJ-02").value.firms["datum"].tolist() == ["GCJ-02"]
    assert judged("key_energy_users", rows).value.firms["datum"].tolist() == [""]


def test_a_projected_system_of_the_inventory_is_refused(tmp_path):
    path = city(tmp_path, [user(0, "1")])
    path.write_text(path.read_text(encoding="utf-8").replace("EPSG:4490", "EPSG:4549"), encoding="utf-8")
    assert "EPSG:4549" in refused(path)["CRS_MISSING.inventory"].message_zh
    firms = judged("key_energy_users", sheet(KEY_HEAD, user(0, "1"))).value
    links = pd.DataFrame({"ref": firms.firms["ref"], "enterprise": "A", "counts": True})
    with pytest.raises(CrsError):
        read_points(firms, links, "EPSG:4549")


def test_coordinates_that_are_set_aside_stand_among_the_corrections(tmp_path):
    inventory = built(city(tmp_path, [user(0, "1", at=(0, 24.5)), user(1, "1")]))
    (aside,) = inventory.corrections
    assert (aside.ref, aside.state, aside.after) == ("key_energy_users//2", "set_aside", "")
    assert aside.before == "0, 24.5"


# ------------------------------------------------------------------------------------------------------------ factors


def with_factors(folder, text, encoding="utf-8"):
    (folder / "own.csv").write_bytes(text.encode(encoding))
    return city(folder, [user(0, "1000")], inventory='factors = "own.csv"')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_factors_of_ones_own_count(tmp_path, encoding):
    inventory = built(with_factors(tmp_path, f"\n{FACTOR_HEAD}\n\n{OWN_COAL}\n", encoding))
    assert co2(inventory) == pytest.approx(1000 * 20 * 0.025 * 0.9 * 44 / 12, rel=1e-12)


def test_factors_in_the_folder_of_tables_count(tmp_path):
    (tmp_path / "own").mkdir()
    head = "fuel,fuel_zh,default_for,series,year,place,vintage,unit,ncv,carbon,oxidation,source,status"
    row = "bituminous,烟煤,coal,industry-guides,2013,CN,x,t,20,25,0.9,测试来源,ours"
    (tmp_path / "own" / "fuel_factors.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    inventory = built(city(tmp_path, [user(0, "1000")], extra='[tables]\nfolder = "own"'))
    assert co2(inventory) == pytest.approx(1000 * 20 * 0.025 * 0.9 * 44 / 12, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "key", "shown"),
    [
        (FACTOR_HEAD, "FILE_UNREADABLE.norows", "own.csv"),
        (f"我的因子\n{FACTOR_HEAD}\n{OWN_COAL}", "FIELD_MISSING.factors", "我的因子"),
        (f"{FACTOR_HEAD},ncv\n{OWN_COAL},99", "FIELD_UNKNOWN.factors_twice", "ncv"),
        (f"{FACTOR_HEAD}\n{OWN_COAL},1,2", "TABLE_RAGGED.content", "15"),
        (f"{FACTOR_HEAD}\n\n{OWN_COAL.replace('2013', '20１３')}", "VALUE_UNKNOWN.factors", "第 3 行"),
        (f"{FACTOR_HEAD}\n{OWN_COAL.replace('2013', '99999')}", "VALUE_UNKNOWN.factors", "99999"),
        (f"{FACTOR_HEAD}\n{OWN_COAL.replace('测试来源', '')}", "VALUE_UNKNOWN.factors", "source"),
    ],
)
def test_faulty_factors_are_refused(tmp_path, text, key, shown):
    assert shown in refused(with_factors(tmp_path, text))[key].message_zh


# ------------------------------------------------------------------------------------------ review, proxies, interrupts


def reviewed(folder, *lines):
    (folder / "review.csv").write_text("\n".join(("pair,decision,by,date,note", *lines)), encoding="utf-8")
    return city(folder, [user(0, "1000")], inventory='review = "review.csv"')


def test_a_decision_on_no_pair_is_refused(tmp_path):
    found = refused(reviewed(tmp_path, "aa-bb,accept,张三,2026-01-01,", ",reject,张三,2026-01-01,"))
    assert found["VALUE_UNKNOWN.review_pair"].row == 3


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["aa-bb,accept,张三,2026-01-01,"], "FIRM_MATCH_UNCERTAIN.review_gone"),
        (["aa-bb,accept,张三,2026-01-01,", "aa-bb,reject,李四,2026-01-02,"], "FIRM_MATCH_UNCERTAIN.review_both"),
    ],
)
def test_decisions_that_cannot_be_used_name_their_file_and_pair(tmp_path, lines, key):
    (found,) = [found for found in built(reviewed(tmp_path, *lines)).findings if found.key == key]
    assert found.file == "review.csv"
    assert "aa-bb" in found.message_zh


def test_a_sector_that_no_grid_can_hold_is_not_offered_for_a_proxy(tmp_path):
    more = '[[inventory.spread]]\nsector = "construction"\nproxy = "p.tif"'
    found = refused(city(tmp_path, [user(0, "1000")], extra=more))["VALUE_UNKNOWN.spread_sector"]
    assert "construction" not in found.fix_zh
    assert "industry" in found.fix_zh


def test_an_interrupt_that_an_import_turns_into_an_error_is_an_interrupt_still(monkeypatch):
    ended = []

    def imported(**_):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise ImportError("failed to import")

    def end(number):
        ended.append(number)
        raise SystemExit(number)

    monkeypatch.setattr("zoning.cli.cli.main", imported)
    monkeypatch.setattr("zoning.cli._end", end)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(SystemExit):
            main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended == [130]


# ------------------------------------------------------------------------------------------------ beside and around it


def test_points_of_context_are_shown_beside_an_inventory_and_counted_nowhere():
    def emitters(name, *, counted):
        frame = {"record": [f"{name}|coal"], "emitter": [name], "in_grid": ["yes"], "year": [2020], "CO2": [5.0]}
        place = [shapely.Point(118.5, 24.5)]
        return Emitters(gpd.GeoDataFrame(frame, geometry=place, crs="EPSG:4490"), ("CO2",), counted=counted)

    both = with_context(emitters("A", counted=True), emitters("B", counted=False))
    assert both.counted
    assert both.frame["record"].tolist() == ["A|coal", "context|B|coal"]
    assert both.frame["in_grid"].tolist() == ["yes", "unknown"]
    assert with_context(emitters("A", counted=True), emitters("B", counted=True)).frame["emitter"].tolist() == ["A"]


@pytest.mark.parametrize("name", ["no/such/x.xlsx", "x.csv"])
def test_a_workbook_that_cannot_be_written_is_refused_before_computing(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["--lang", "en", "inventory", "study.toml", "-o", name])
    assert done.exit_code == 2
    assert name in done.output
    assert not list(tmp_path.iterdir())


def test_what_stands_at_the_place_of_the_workbook_stays_if_the_input_is_faulty(tmp_path):
    path, book = city(tmp_path, [user(0, "约五百")]), tmp_path / "x.xlsx"
    book.write_bytes(b"old")
    done = CliRunner().invoke(cli, ["inventory", str(path), "-o", str(book)])
    assert isinstance(done.exception, InputError)
    assert book.read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["key.csv", "study.toml", "units.gpkg", "x.xlsx"]


def test_names_that_are_formulas_reach_the_workbook_as_text(tmp_path):
    rows = [("=cmd|' /C calc'!A0", code(0), "2020", "5", 118.5, 24.5, ""),
            ("<script>alert(1)</script>\u202e", code(1), "2020", "6", 118.5, 24.5, "")]  # fmt: skip
    book = tmp_path / "x.xlsx"
    done = CliRunner().invoke(cli, ["inventory", str(city(tmp_path, rows)), "-o", str(book)])
    assert done.exit_code == 0, done.output
    cells = [cell for ws in openpyxl.load_workbook(book) for line in ws.iter_rows() for cell in line]
    assert [cell for cell in cells if cell.data_type == "f" and "cmd" in str(cell.value)] == []
    assert any("cmd|" in str(cell.value) for cell in cells)
