"""The department tables of 晋江: enterprises and places against the truth of half of them, and all planted slips."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from itertools import combinations

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from pyproj import Geod
from tests.cases.firm_tables import row, tables

from zoning.departments import code_state
from zoning.inventory.linkage import link_enterprises
from zoning.inventory.places import place_enterprises
from zoning.supports import ControlUnits

pytestmark = pytest.mark.real

FUELS = {"烟煤": "bituminous", "天然气": "natural_gas", "燃料油": "fuel_oil", "柴油": "diesel"}
EMITTED = {"SO2": 20, "NOx": 22, "PM": 24, "VOC": 26}  # columns of the statistics
COLUMNS = {
    "env_rows": "env_statistics/工业企业/{}",
    "permit_rows": "permits//{}",
    "verification_rows_2020": "carbon_verification/汇总/{}",
    "key_user_rows": "key_energy_users//{}",
    "boiler_rows": "boilers//{}",
    "kiln_rows": "kilns//{}",
}


def number(text):
    return float(text) if text not in {None, ""} else float("nan")


def degrees(text):
    parts = [float(part) for part in re.findall(r"\d+(?:\.\d+)?", str(text or ""))]
    return sum(part / 60**power for power, part in enumerate(parts)) if parts else float("nan")


def firm(table, line, name, code, **more):
    code = code or ""
    return row(table, line, name, code, code_state(code), **more)


def amounts(**fuels):
    return {fuel: amount for fuel, amount in fuels.items() if not math.isnan(amount)}


def statistics(folder):
    sheet = openpyxl.load_workbook(folder / "env_statistics_2020.xlsx").worksheets[0]
    to_t, to_10k = {"万吨": 1e4}, {"立方米": 1e-4}
    for line, cells in enumerate(sheet.iter_rows(min_row=5, max_row=sheet.max_row - 1, values_only=True), 5):
        fuels = amounts(
            bituminous=number(cells[11]) * to_t.get(cells[12], 1.0),
            natural_gas=number(cells[13]) * to_10k.get(cells[14], 1.0),
            fuel_oil=number(cells[15]),
        )
        emitted = amounts(**{name: number(cells[at]) for name, at in EMITTED.items()})
        about = {"town": cells[5], "address": cells[6], "at": (degrees(cells[7]), degrees(cells[8]))}
        about |= {"industry": cells[3] or "", "year": int(cells[9]), "fuels": fuels, "emitted": emitted}
        yield firm("env_statistics", line, cells[2], cells[1], sheet=sheet.title, **about)


def verification(folder):
    book = openpyxl.load_workbook(folder / "carbon_verification_2019_2021.xlsx")
    for title in ("化石燃料", "汇总"):
        for line, cells in enumerate(book[title].iter_rows(min_row=3, values_only=True), 3):
            burnt = {FUELS[cells[3]]: cells[4]} if title == "化石燃料" else {}
            more = {"industry": str(cells[3])} if title == "汇总" else {}
            yield firm("carbon_verification", line, cells[2], cells[1], sheet=title, year=cells[0], fuels=burnt, **more)


def lists(folder):
    def read(name, encoding="utf-8-sig"):
        with (folder / name).open(encoding=encoding) as lines:
            return list(enumerate(csv.DictReader(lines), 2))

    code = "统一社会信用代码"
    for line, cells in read("discharge_permits.csv", "gb18030"):
        yield firm("permits", line, cells["单位名称"], cells[code], permit=cells["许可证编号"], datum=cells["坐标系"],
                   industry=cells["行业代码"], address=cells["生产经营场所地址"], registered_address=cells["注册地址"],
                   at=(number(cells["经度"]), number(cells["纬度"])),
                   note=f"{cells['发证日期']}/{cells['有效期限']}")  # fmt: skip
    for line, cells in read("key_energy_users_2020.csv"):
        fuels = amounts(bituminous=number(cells["煤炭(吨)"]), natural_gas=number(cells["天然气(万立方米)"]),
                        fuel_oil=number(cells["燃料油(吨)"]), diesel=number(cells["柴油(吨)"]))  # fmt: skip
        yield firm("key_energy_users", line, cells["单位名称"], cells[code], industry=cells["行业代码"], fuels=fuels)
    for line, cells in read("boilers.csv"):
        at = (number(cells["经度"]), number(cells["纬度"]))
        yield firm("boilers", line, cells["使用单位"], cells[code], address=cells["使用地址"], at=at)
    for line, cells in read("kilns.csv"):
        yield firm("kilns", line, cells["使用单位"], cells[code])


@pytest.fixture(scope="module")
def departments(real_data):
    folder = real_data / "jinjiang" / "tables"
    return tables(*statistics(folder), *verification(folder), *lists(folder))


@pytest.fixture(scope="module")
def linked(departments):
    return link_enterprises(departments, None)


@pytest.fixture(scope="module")
def placed(departments, linked, real_data):
    units = gpd.read_file(real_data / "jinjiang" / "units" / "units_350582.gpkg")
    units = units.rename(columns={"HJGKDYBM": "code", "HJGKDYMC": "name", "GKDYFL": "unit_class"})
    return place_enterprises(departments, linked.links, ControlUnits(units.assign(admin_code="350582")), "EPSG:4490")


@pytest.fixture(scope="module")
def truth(real_data):
    return pd.read_csv(real_data / "jinjiang" / "tables" / "tables_truth_open.csv", dtype=str).fillna("")


def pairs_of(groups):
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def test_rows_of_one_enterprise(linked, truth):
    true = {
        pattern.format(line): firm["canonical_id"]
        for firm in truth.to_dict("records")
        for column, pattern in COLUMNS.items()
        for line in firm[column].split(";")
        if line
    }
    links = linked.links.set_index("ref").loc[sorted(true)].assign(truth=pd.Series(true))
    ours = pairs_of(group for _, group in links.groupby("enterprise").groups.items())
    theirs = pairs_of(group for _, group in links.groupby("truth").groups.items())
    assert ours == theirs
    assert linked.links["enterprise"].nunique() == 260


def test_planted_slips_of_linkage(linked):
    """Counted over both halves, as the README of the data plants them."""
    kinds = Counter(one.key for one in linked.findings)
    assert kinds["FIRM_NAME_DIFFERS"] == 4
    assert kinds["FIRM_CODE_PATTERN.old_linked"] == 3
    assert kinds["FIRM_CODE_PATTERN.check_linked"] == 2
    assert (kinds["FIRM_DUPLICATE.entered"], kinds["FIRM_DUPLICATE.renewed"]) == (2, 1)
    assert kinds["FIRM_MERGED.fuels"] == 1
    uncertain = linked.links[linked.links["level"] == "probable"]
    assert uncertain["enterprise"].nunique() == 3
    (permits,) = [one for one in linked.findings if one.code == "FIRM_UNMATCHED" and one.file == "permits.csv"]
    assert permits.message_zh.count("、", 0, permits.message_zh.index("行")) == 17  # eighteen rows
    assert (~linked.links["counts"]).sum() == 4  # three entered twice, one row of the merged enterprise
    assert [str(one.code) for one in linked.findings if one.severity == "error"] == []


def test_places(placed, truth):
    places = placed.places.loc[truth["uscc"]]
    away = Geod(ellps="GRS80").inv(
        places.geometry.x, places.geometry.y, truth["lon"].astype(float), truth["lat"].astype(float)
    )[2]
    assert away.max() < 2.0
    assert places["unit"].tolist() == truth["unit_code"].tolist()
    outside = truth["status"] == "outside_city"
    assert places["counts"].tolist() == (~outside).tolist()


def test_planted_slips_of_places(placed):
    kinds = Counter(one.key for one in placed.findings)
    assert kinds == {
        "DATUM_GCJ02_SUSPECTED.row": 12, "DATUM_MIXED.shifted": 1, "ADDRESS_MISMATCH": 4, "POINT_IN_SEA.sea_row": 2,
        "POINT_OUTSIDE.typed_row": 1, "POINT_OUTSIDE.region": 2,
    }  # fmt: skip
    assert Counter(one.kind for one in placed.corrections)["DATUM_MIXED"] == 28
    assert (placed.places["unit"] != "").sum() == 258
    assert (placed.places["method"] == "gcj02").sum() == 40
