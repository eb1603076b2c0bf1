"""Cases of invented department tables: read back with independent readers, planted faults counted, the demo by hand."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from zoning.checks.table.firms import credit_code_fault
from zoning.crs.gcj02 import from_shifted, to_gcj02
from zoning.factors import fuel_factor
from zoning.io.write.department_tables import write_departments, write_tables
from zoning.study import parse_study
from zoning.synthetic.departments import Departments, Faults, departments, plain_world

DEMO = Path(__file__).parents[2] / "data" / "demo"
FAULTS = Faults.of_a_city(500)
FUELS = {
    "烟煤": "bituminous",
    "天然气": "natural_gas",
    "燃料油": "fuel_oil",
    "焦炭": "coke",
    "石油焦": "petcoke",
    "柴油": "diesel",
}
TO_BASE = {"吨": 1.0, "万吨": 1e4, "千克": 1e-3, "万立方米": 1.0, "立方米": 1e-4}


@pytest.fixture(scope="module")
def made() -> Departments:
    return departments(plain_world(500, seed=7)[0], FAULTS, seed=7)


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("departments")
    write_tables(made, root)
    return root


def text_rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as source:
        return list(csv.DictReader(source))


def sheet_rows(path: Path, name: str) -> list[tuple]:
    return list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))


def environment(root: Path) -> pd.DataFrame:
    """Env statistics with one name per column: group/part, or the group alone; index: row as a user sees it."""
    rows = sheet_rows(root / "env_statistics_2020.xlsx", "工业企业")
    names, group, seen = [], "", Counter()
    for upper, lower in zip(rows[2], rows[3], strict=True):
        group = upper or group
        name = f"{group}/{lower}".replace("\n", "") if lower else group.replace("\n", "")
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}{seen[name]}")
    return pd.DataFrame(rows[4:-1], columns=names, index=range(5, len(rows)))


def degrees(text) -> float:
    if isinstance(text, float):
        return text
    for mark in "°度'分′\"秒″":
        text = text.replace(mark, " ")
    whole, minutes, seconds = map(float, text.split())
    return whole + minutes / 60 + seconds / 3600


def verified(root: Path, name: str) -> pd.DataFrame:
    rows = sheet_rows(root / "carbon_verification_2019_2021.xlsx", name)
    return pd.DataFrame(rows[2:], columns=rows[1])


def used_in_env(env: pd.DataFrame) -> pd.DataFrame:
    """Fuels of env statistics in t and 10⁴ m³."""
    units = {"煤": "燃料消费/计量单位", "气": "燃料消费/计量单位2", "生": "燃料消费/计量单位3"}
    columns = {
        "coal": ("燃料消费/燃料煤", units["煤"]), "gas": ("燃料消费/天然气", units["气"]),
        "biomass": ("燃料消费/生物质成型燃料", units["生"]), "fuel_oil": ("燃料消费/燃料油(吨)", ""),
        "coke": ("燃料消费/焦炭(吨)", ""), "petcoke": ("燃料消费/石油焦(吨)", ""), "diesel": ("燃料消费/柴油(吨)", ""),
    }  # fmt: skip
    amounts = {}
    for name, (column, unit) in columns.items():
        scale = env[unit].map(TO_BASE) if unit else 1.0
        amounts[name] = (env[column].astype(float) * scale).fillna(0.0)
    return pd.DataFrame(amounts)


def carriers(made: Departments, fault: str) -> list[int]:
    return list(made.carriers[fault])


def planted_rows(made: Departments, fault: str, table: str, root: Path) -> pd.DataFrame:
    """Rows of a table that are about the carriers of a fault, in the order of the carriers."""
    rows = made.truth.loc[carriers(made, fault), f"{table}_rows"].str.split(";").str[0].astype(int)
    frame = environment(root) if table == "env" else pd.DataFrame(text_rows(root / "discharge_permits.csv", "gbk"))
    frame = frame.loc[rows] if table == "env" else frame.iloc[rows - 2]
    return frame.set_axis(rows.index)


# ----------------------------------------------------------------------------------------------------- what is planted


def test_as_many_faults_of_each_kind_as_asked_for_and_no_firm_with_two(made):
    assert {name: len(firms) for name, firms in made.carriers.items()} == dict(FAULTS.counts)
    problems = made.truth.loc[made.truth["problems"] != "", "problems"]
    assert Counter(problems) == Counter({name: count for name, count in FAULTS.counts.items() if count})
    assert all(count >= 1 for count in FAULTS.counts.values())


def test_a_world_without_faults_has_none():
    made = departments(plain_world(80, seed=2)[0], Faults(), seed=2)
    assert made.planted.empty
    assert set(made.truth["problems"]) == {""}
    assert len(made.truth) == 80


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"renamed": -1}, "counts ≥ 0"),
        ({"heat_sold": 999}, "999 × heat_sold"),
        ({"renamed": 70, "old_number": 70}, "only 10"),
    ],
)
def test_impossible_wishes_are_refused(faults, words):
    world, _ = plain_world(80, seed=2)
    with pytest.raises(ValueError, match=words):
        departments(world, Faults(**faults), seed=2)


def test_a_world_has_an_enterprise_at_least():
    with pytest.raises(ValueError, match="enterprises ≥ 1"):
        plain_world(0, seed=1)


def test_codes_are_valid_and_shared_only_where_planted(made, folder):
    codes = made.truth["code"]
    assert codes.is_unique
    assert [credit_code_fault(code) for code in codes] == [None] * len(codes)
    assert codes.str[8:10].eq("EX").all()
    permits = Counter(row["统一社会信用代码"] for row in text_rows(folder / "discharge_permits.csv", "gbk"))
    assert sum(count - 1 for count in permits.values()) == FAULTS.permit_renewed
    env = environment(folder)["统一社会信用代码"]
    assert env.duplicated().sum() == FAULTS.row_twice + FAULTS.left_over + FAULTS.shared_code
    wrong = [code for code in env if credit_code_fault(code)]
    assert len(wrong) == FAULTS.wrong_letter


def test_names_are_invented_marked_and_unique(made):
    assert made.truth["name"].is_unique
    assert made.truth["name"].str.startswith("示例").all()


# ------------------------------------------------------------------------------------------------ tables hold the truth


def test_the_files_are_what_departments_hand_in(made, folder):
    assert [file.kind for file in made.files] == [
        "env_statistics", "permits", "carbon_verification", "key_energy_users", "boilers", "kilns", "energy_balance",
        "vehicles", "residential",
    ]  # fmt: skip
    assert "示例".encode("gbk") in (folder / "discharge_permits.csv").read_bytes()
    book = openpyxl.load_workbook(folder / "carbon_verification_2019_2021.xlsx")
    assert book.sheetnames == ["说明", "化石燃料", "过程排放", "购入电力热力", "汇总"]
    sheet = openpyxl.load_workbook(folder / "env_statistics_2020.xlsx")["工业企业"]
    assert {"A3:A4", "L3:V3", "W3:X3"} <= {str(one) for one in sheet.merged_cells.ranges}
    for path in folder.glob("*.csv"):
        text = path.read_bytes().decode("gbk" if path.name == "discharge_permits.csv" else "utf-8-sig")
        assert path.name == "planted.csv" or all("示例" in line for line in text.splitlines()[1:]), path.name


def test_row_numbers_of_the_truth_point_at_the_enterprise(made, folder):
    env, permits = environment(folder), text_rows(folder / "discharge_permits.csv", "gbk")
    totals = sheet_rows(folder / "carbon_verification_2019_2021.xlsx", "汇总")
    for firm in made.truth.index[made.truth["problems"] == ""]:
        row = made.truth.loc[firm]
        assert env.loc[int(row["env_rows"]), "统一社会信用代码"] == row["code"]
        assert permits[int(row["permits_rows"]) - 2]["统一社会信用代码"] == row["code"]
        if row["totals_rows"]:
            assert totals[int(row["totals_rows"]) - 1][:2] == (2020, row["code"])
        for table in ("key_users", "boilers", "kilns"):
            path = folder / {"key_users": "key_energy_users_2020.csv"}.get(table, f"{table}.csv")
            lines = text_rows(path)
            for number in filter(None, str(row[f"{table}_rows"]).split(";")):
                assert lines[int(number) - 2]["统一社会信用代码"] == row["code"]


def test_fuels_and_places_of_env_statistics_are_true_but_for_the_planted_ones(made, folder):
    env = environment(folder)
    first = made.truth[made.truth["env_rows"] != ""]
    rows = first["env_rows"].str.split(";").str[0].astype(int)
    used = used_in_env(env).loc[rows].set_axis(first.index)
    off = {firm for name in used for firm in used.index[~np.isclose(used[name], first[name], rtol=1e-6, atol=1e-6)]}
    late = {firm for firm in carriers(made, "other_year") if first.loc[firm, list(used)].sum() > 0}
    twice = {firm for firm in carriers(made, "left_over") if firm in off}  # either of the two rows may stand first
    assert off - twice == {
        *carriers(made, "coal_slip"),
        *carriers(made, "gas_slip"),
        *carriers(made, "sources_disagree"),
        *late,
    }
    lon = env["经度"].map(degrees).loc[rows].set_axis(first.index)
    lat = env["纬度"].map(degrees).loc[rows].set_axis(first.index)
    moved = np.hypot(lon - first["lon"], lat - first["lat"]) > 1e-5
    kinds = ("in_sea", "degree_typo", "axes_swapped", "registered_address")
    assert set(first.index[moved]) == {firm for kind in kinds for firm in carriers(made, kind)}
    assert env["经度"].map(type).eq(str).sum() > 50
    assert {"吨", "万吨"} <= set(env["燃料消费/计量单位"].dropna())


def test_the_total_row_is_the_plain_sum_slips_and_doubles_included(folder):
    rows = sheet_rows(folder / "env_statistics_2020.xlsx", "工业企业")
    env = environment(folder)
    place = list(env.columns).index("二氧化硫(吨)/排放量")
    assert rows[-1][0] == "合计"
    assert rows[-1][place] == pytest.approx(env["二氧化硫(吨)/排放量"].sum(), abs=1e-3)


def test_the_verification_adds_up_but_for_the_planted_total(made, folder):
    burnt = verified(folder, "化石燃料")
    product = (
        burnt["消耗量"] * burnt["低位热值(GJ/单位)"] * burnt["单位热值含碳量(tC/GJ)"] * burnt["碳氧化率"] * 44 / 12
    )
    np.testing.assert_allclose(product, burnt["排放量(tCO2)"], atol=6e-4)
    totals = verified(folder, "汇总")
    parts = totals[["化石燃料(tCO2)", "过程(tCO2)", "净购入电力(tCO2)", "净购入热力(tCO2)"]].sum(axis=1)
    wrong = totals.loc[~np.isclose(parts, totals["合计(tCO2)"], atol=2e-3), "统一社会信用代码"]
    assert sorted(wrong) == sorted(made.truth.loc[carriers(made, "wrong_total"), "code"])
    assert set(totals["年份"]) == {2019, 2020, 2021}
    sold = verified(folder, "购入电力热力").dropna(subset=["其中外供热量(GJ)"])
    assert set(sold["统一社会信用代码"]) == set(made.truth.loc[carriers(made, "heat_sold"), "code"])
    assert (sold["净购入热量(GJ)"] < 0).all()
    assert "实测;示例" in set(burnt["备注"])


def test_a_merged_enterprise_is_verified_in_the_year_before_only(made, folder):
    totals = verified(folder, "汇总")
    for firm in carriers(made, "merged"):
        row = made.truth.loc[firm]
        assert totals.loc[totals["统一社会信用代码"] == row["code"], "年份"].tolist() == [2019]
        assert row["into"] in set(totals["统一社会信用代码"])
        assert np.isnan(row["coal"])


def test_each_spoiled_row_is_spoiled_as_it_says(made, folder):
    truth = made.truth
    shifted = planted_rows(made, "gcj02_declared", "permits", folder)
    assert set(shifted["坐标系"]) == {"GCJ-02"}
    hidden = planted_rows(made, "gcj02_undeclared", "permits", folder)
    assert set(hidden["坐标系"]) == {""}
    for rows in (shifted, hidden):
        back = from_shifted(rows[["经度", "纬度"]].astype(float).to_numpy(), to_gcj02)
        np.testing.assert_allclose(back, truth.loc[rows.index, ["lon", "lat"]], atol=2e-6)
    office = planted_rows(made, "registered_address", "permits", folder)
    assert (office["注册地址"] != office["生产经营场所地址"]).all()
    assert planted_rows(made, "industry_missing", "env", folder)["行业代码"].isna().all()
    assert planted_rows(made, "other_year", "env", folder)["数据年份"].eq(2019).all()
    assert truth.loc[carriers(made, "other_year"), "NOx"].isna().all()
    old = planted_rows(made, "old_number", "permits", folder)["统一社会信用代码"]
    assert old.str.fullmatch(r"\d{15}").all()
    slip = planted_rows(made, "so2_slip", "env", folder)["二氧化硫(吨)/排放量"].astype(float)
    np.testing.assert_allclose(slip, truth.loc[slip.index, "SO2"] * 1000)
    both = planted_rows(made, "name_and_code", "permits", folder)
    assert (both["单位名称"] != truth.loc[both.index, "name"]).all()
    assert (both["生产经营场所地址"] == planted_rows(made, "name_and_code", "env", folder)["详细地址"]).all()
    above = planted_rows(made, "above_permit", "permits", folder)["氮氧化物许可排放量(t/a)"].astype(float)
    assert (above < truth.loc[above.index, "NOx"]).all()
    lone = truth.loc[carriers(made, "permit_only")]
    assert (lone["env_rows"] == "").all()
    assert lone["coal"].isna().all()


def test_coal_of_two_departments_differs_by_three_to_twelve_percent_where_planted(made, folder):
    env = used_in_env(planted_rows(made, "sources_disagree", "env", folder))["coal"]
    burnt = (
        verified(folder, "化石燃料")
        .query("年份 == 2020 and 燃料品种 == '烟煤'")
        .set_index("统一社会信用代码")["消耗量"]
    )
    off = np.abs(env.to_numpy() / burnt.loc[made.truth.loc[env.index, "code"]].to_numpy() - 1)
    assert ((off > 0.03) & (off < 0.12)).all()


# ----------------------------------------------------------------------------------------------------- the city's books


def test_the_balance_holds_the_enterprises_and_more_and_gas_is_off_by_the_gap(made, folder):
    sheet = {row[0].strip(): row for row in sheet_rows(folder / "energy_balance_2020.xlsx", "能源平衡表(实物量)")[1:]}
    industries = sheet_rows(folder / "energy_balance_2020.xlsx", "工业分行业终端消费")
    gas, coal = industries[1].index("天然气(万立方米)"), industries[1].index("原煤(吨)")
    assert industries[-1][0] == "合计"
    assert industries[-1][gas] == pytest.approx(sum(row[gas] for row in industries[2:-1]), abs=1e-3)
    on_balance = sheet["工业"][sheet["项目"].index("天然气(亿立方米)")] * 1e4
    assert on_balance / industries[-1][gas] == pytest.approx(1.018, rel=1e-4)
    own = made.truth[made.truth["counts"] == 1]
    factories = own[~own["industry"].str.startswith("44")]
    assert factories["coal"].sum() < industries[-1][coal] < 1.3 * factories["coal"].sum()
    plants = own.loc[own["industry"].str.startswith("44"), "gas"].sum()
    column = sheet["项目"].index("天然气(亿立方米)")
    turned = -(sheet["火力发电"][column] + sheet["供热"][column])
    assert turned * 1e4 == pytest.approx(plants, abs=1.5)


def test_every_column_of_the_balance_closes(folder):
    rows = sheet_rows(folder / "energy_balance_2020.xlsx", "能源平衡表(实物量)")
    lines = {row[0].strip(): np.array(row[1:], float) for row in rows[2:-1]}
    supply, turned = lines["一、可供本地区消费的能源量"], lines["二、加工转换投入(-)产出(+)量"]
    final, lost = lines["四、终端消费量"], lines["三、损失量"]
    np.testing.assert_allclose(supply + turned - lost - final, lines["五、平衡差额"], atol=2e-4)
    sectors = list(lines.values())[8:15]
    assert [list(lines)[8], list(lines)[14]] == ["农林牧渔业", "居民生活"]
    np.testing.assert_allclose(np.sum(sectors, axis=0), final, atol=4e-4)


def test_towns_add_up_to_the_balance_and_vehicles_stay_below_it(folder):
    sheet = {row[0].strip(): row for row in sheet_rows(folder / "energy_balance_2020.xlsx", "能源平衡表(实物量)")[1:]}
    head = sheet["项目"]
    homes = sum(float(row["居民天然气_万立方米"]) for row in text_rows(folder / "residential.csv"))
    assert sheet["居民生活"][head.index("天然气(亿立方米)")] * 1e4 == pytest.approx(homes, abs=1)
    petrol = sum(float(row["燃料消耗"]) for row in text_rows(folder / "vehicles_roads.csv") if row["燃料"] == "汽油")
    assert petrol < sheet["交通运输、仓储和邮政业"][head.index("汽油(万吨)")] * 1e4


# -------------------------------------------------------------------------------------------------------- repeatability


def hashes(root: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(root.iterdir())}


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_tables(tmp_path):
    study = write_departments(tmp_path / "a", enterprises=300, seed=3)
    again = write_departments(tmp_path / "b", enterprises=300, seed=3)
    other = write_departments(tmp_path / "c", enterprises=300, seed=4)
    assert hashes(study.parent) == hashes(again.parent)
    first, second = hashes(study.parent), hashes(other.parent)
    assert {name for name in first if first[name] == second[name]} == {"study.toml"}
    parsed = parse_study(tomllib.loads(study.read_text(encoding="utf-8")), root=study.parent)
    assert len(parsed.inventory.tables) == 9
    assert all(parsed.locate(one.path).is_file() for one in parsed.inventory.tables)
    assert parsed.locate(parsed.units.path).is_file()


def test_a_fault_touches_no_table_but_its_own():
    world, _ = plain_world(200, seed=5)
    clean = {file.kind: file for file in departments(world, Faults(), seed=5).files}
    spoiled = {file.kind: file for file in departments(world, Faults(renamed=3, so2_slip=1), seed=5).files}
    assert {kind for kind in clean if clean[kind] != spoiled[kind]} == {"env_statistics", "permits"}


def test_other_work_in_between_changes_nothing(made):
    np.random.default_rng(0).uniform(size=9)
    departments(plain_world(50, seed=1)[0], Faults(), seed=1)
    again = departments(plain_world(500, seed=7)[0], FAULTS, seed=7)
    assert again.files == made.files
    pd.testing.assert_frame_equal(again.truth, made.truth)


# ------------------------------------------------------------------------------------------------------------- the demo


def demo_uses() -> dict[tuple[str, str], float]:
    """Fuels of the base year by code and fuel: the first department of verification, key users, env statistics."""
    root = DEMO / "departments"
    env = environment(root)
    now = env[env["数据年份"] == 2020].drop_duplicates("企业名称")
    names = {
        "coal": "烟煤",
        "gas": "天然气",
        "fuel_oil": "燃料油",
        "coke": "焦炭",
        "petcoke": "石油焦",
        "diesel": "柴油",
    }
    truth = pd.read_csv(root / "truth.csv", dtype=str, keep_default_na=False)
    by_row = {
        int(row): code
        for code, rows in zip(truth["code"], truth["env_rows"], strict=True)
        for row in rows.split(";")
        if row
    }
    uses = {}
    for row, amounts in used_in_env(now).iterrows():
        uses[by_row[row]] = {names[name]: amounts[name] for name in names if amounts[name]}
    for row in text_rows(root / "key_energy_users_2020.csv"):
        columns = {"烟煤": "煤炭(吨)", "天然气": "天然气(万立方米)"} | {
            one: f"{one}(吨)" for one in ("焦炭", "石油焦", "燃料油", "柴油")
        }
        uses[row["统一社会信用代码"]] = {fuel: float(row[column]) for fuel, column in columns.items() if row[column]}
    burnt = verified(root, "化石燃料").query("年份 == 2020")
    for code, own in burnt.groupby("统一社会信用代码"):
        uses[code] = dict(zip(own["燃料品种"], own["消耗量"], strict=True))
    return {(code, fuel): amount for code, fuels in uses.items() for fuel, amount in fuels.items()}


def test_the_demo_tables_give_the_emitters_of_the_points_table():
    root = DEMO / "departments"
    truth = pd.read_csv(root / "truth.csv", dtype=str, keep_default_na=False).query("known == 'tables'")
    code = dict(zip(truth["key"], truth["code"], strict=True))
    points = pd.DataFrame(text_rows(DEMO / "points" / "enterprises.csv"))
    points["code"] = points["企业编号"].map(code)
    assert points["code"].notna().all()
    burnt = points[points["燃料"].isin(list(FUELS))]
    uses = {key: amount for key, amount in demo_uses().items() if key[0] in set(code.values())}
    wanted = {(row.code, row.燃料): float(row.CO2) for row in burnt.itertuples()}
    found = {key: amount * fuel_factor(FUELS[key[1]], "industry-guides").co2_per_unit for key, amount in uses.items()}
    assert set(found) == set(wanted)
    for key, tonnes in wanted.items():
        assert found[key] == pytest.approx(tonnes, rel=1e-6, abs=6e-4), key
    process = verified(root, "过程排放").query("年份 == 2020").set_index("统一社会信用代码")["排放量(tCO2)"]
    made = points[points["燃料"] == "工艺过程"].set_index("code")["CO2"].astype(float)
    np.testing.assert_allclose(process.sort_index(), made.sort_index(), atol=6e-4)
    first = points.drop_duplicates("code").set_index("code")
    assert (first.loc[truth["code"], ["经度", "纬度"]].to_numpy() == truth[["lon", "lat"]].to_numpy()).all()
    for species in ("SO2", "NOx", "PM2.5", "VOC"):
        sums = points.assign(tonnes=points[species].astype(float)).groupby("code")["tonnes"].sum()
        np.testing.assert_allclose(truth[species].astype(float), sums.loc[truth["code"]], atol=6e-4)


def test_the_demo_study_of_tables_names_what_the_grids_do_not_contain():
    content = tomllib.loads((DEMO / "inventory.toml").read_text(encoding="utf-8"))
    study = parse_study(content, root=DEMO)
    assert study.points is None
    assert {one.kind for one in study.inventory.tables} >= {"env_statistics", "permits", "energy_balance"}
    assert all(study.locate(one.path).is_file() for one in study.inventory.tables)
    truth = pd.read_csv(DEMO / "departments" / "truth.csv", dtype=str)
    outside = {
        row["企业编号"] for row in text_rows(DEMO / "points" / "enterprises.csv") if row["是否已含于格网"] == "否"
    }
    assert set(truth.loc[truth["code"].isin(study.inventory.not_in_grid), "key"]) == outside
    plain = tomllib.loads((DEMO / "study.toml").read_text(encoding="utf-8"))
    assert set(plain) - set(content) == {"points"}
    assert set(content) - set(plain) == {"inventory"}


def test_the_demo_is_small_and_has_one_of_every_resolvable_fault():
    files = list((DEMO / "departments").iterdir())
    assert sum(path.stat().st_size for path in files) < 400_000
    problems = set(pd.read_csv(DEMO / "departments" / "truth.csv", dtype=str)["problems"].dropna())
    assert problems == set(Faults().counts) - {"branch", "other_year"}
