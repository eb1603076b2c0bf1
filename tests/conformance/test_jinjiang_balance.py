"""The energy balance of the 晋江 set against the half of its enterprises whose truth is open."""

from __future__ import annotations

import csv
import re

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from zoning.departments import COLUMNS, DepartmentTables
from zoning.errors import Severity
from zoning.inventory.evaluation import Context, evaluate
from zoning.inventory.reconciliation import Basis, hold_officials, reconcile
from zoning.targets import Target, Targets

pytestmark = pytest.mark.real

BASIS = Basis(2020, "industry-guides")
FUELS = {
    "原煤": ("bituminous", "t"), "焦炭": ("coke", "t"), "汽油": ("gasoline", "t"), "煤油": ("kerosene", "t"),
    "柴油": ("diesel", "t"), "燃料油": ("fuel_oil", "t"), "液化石油气": ("lpg", "t"),
    "天然气": ("natural_gas", "10kNm3"),
}  # fmt: skip
SCALE = {"万吨": 1e4, "吨": 1.0, "亿立方米": 1e4, "万立方米": 1.0}
ITEMS = {
    "一": "available", "二": "transformation", "三": "loss", "四": "final", "五": "difference", "六": "consumption",
    "火力发电": "thermal_power", "供热": "heating", "农林牧渔业": "agriculture", "工业": "industry", "其他": "other",
    "建筑业": "construction", "交通运输、仓储和邮政业": "transport", "批发零售、住宿餐饮": "trade",
    "居民生活": "residential", "合计": "industries_total",
}  # fmt: skip
ITEMS_OF_INDUSTRY = {
    "建筑陶瓷制造", "纺织业", "造纸和纸制品业", "食品制造业", "制鞋业", "橡胶和塑料制品业", "化学纤维制造业",
    "化学原料和化学制品制造业", "其他非金属矿物制品业", "金属制品和机械制造业", "纺织服装和其他制造业",
}  # fmt: skip
TRUTH = {"coal_t": "bituminous", "gas_1e4m3": "natural_gas", "fuel_oil_t": "fuel_oil", "diesel_t": "diesel"}


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "jinjiang" / "tables"


def rows_of(book):
    """Cells of both sheets, read by hand and not by our readers."""
    for sheet, part in zip(book.worksheets, ("balance", "industries"), strict=True):
        heads = [str(cell.value) for cell in sheet[2]]
        for line in sheet.iter_rows(min_row=3):
            written = str(line[0].value).strip()
            item = ITEMS.get(written[0] if "、" in written[:2] else written, written if part == "industries" else "")
            for cell, head in zip(line, heads, strict=True):
                fuel = re.match(r"(.+)\((.+)\)", head)
                if item and fuel and fuel[1] in FUELS and isinstance(cell.value, int | float):
                    name, unit = FUELS[fuel[1]]
                    amount = cell.value * SCALE[fuel[2]]
                    place = ("b.xlsx", sheet.title, cell.row, cell.coordinate, 2020)
                    yield (*place, part, item, written, name, amount, unit)


@pytest.fixture(scope="module")
def tables(folder):
    balance = pd.DataFrame(
        list(rows_of(openpyxl.load_workbook(folder / "energy_balance_2020.xlsx"))), columns=list(COLUMNS["balance"])
    )
    with (folder / "vehicles_roads.csv").open(encoding="utf-8-sig") as lines:
        used = [
            ("v", "v.csv", "", 2, row["乡镇代码"], row["乡镇"], 2020, "transport", row["车型"], FUELS[row["燃料"]][0],
             float(row["燃料消耗"]), FUELS[row["燃料"]][1])
            for row in csv.DictReader(lines)
            if row["燃料"] in FUELS
        ]  # fmt: skip
    return DepartmentTables(balance=balance, areas=pd.DataFrame(used, columns=list(COLUMNS["areas"])))


@pytest.fixture(scope="module")
def truth(folder):
    return pd.read_csv(folder / "tables_truth_open.csv", dtype={"industry_code": str}).set_index("uscc")


@pytest.fixture(scope="module")
def enterprises(truth):
    return gpd.GeoDataFrame(
        {
            "name": truth["name"], "industry": truth["industry_code"], "industry_name": "", "unit": truth["unit_code"],
            "sector": truth["industry_code"].str.startswith("44").map({True: "power", False: "industry"}),
            "counts": truth["status"] == "in_city", "output": float("nan"),
        },
        geometry=gpd.points_from_xy(truth["lon"], truth["lat"]), crs=4490,
    ).rename_axis("enterprise")  # fmt: skip


@pytest.fixture(scope="module")
def records(truth):
    parts = [
        pd.DataFrame({"enterprise": truth.index, "fuel": fuel, "activity": truth[column].to_numpy()})
        for column, fuel in TRUTH.items()
    ]
    found = pd.concat(parts).dropna(subset=["activity"])
    found = found.assign(year=2020, what="fuel", unit=[dict(FUELS.values())[fuel] for fuel in found["fuel"]])
    coal = found["fuel"] == "bituminous"
    for species in ("SO2", "NOx", "VOC"):  # as they are reported: of the enterprise, here beside its coal
        found.loc[coal, species] = truth[f"{species}_t"].reindex(found.loc[coal, "enterprise"]).to_numpy()
    return found.assign(CO2=truth["co2_scope1_t"].reindex(found["enterprise"]).where(coal.to_numpy()).to_numpy())


@pytest.fixture(scope="module")
def result(tables, enterprises, records):
    return reconcile(tables, enterprises, records, BASIS)


def test_every_enterprise_is_in_the_industry_that_the_truth_says(result, truth):
    expected = truth["group"].replace("电力、热力生产和供应业", "")
    assert (result.groups["group"] == expected).all()
    assert (result.groups["sector"] == "power").sum() == (expected == "").sum()


def test_residuals_are_the_balance_less_the_enterprises(result, truth):
    rows = result.reconciliation.set_index(["level", "sector", "group", "fuel"])
    own = truth[truth["count_in_city"] == 1]
    for column, fuel in (("coal_t", "bituminous"), ("gas_1e4m3", "natural_gas"), ("fuel_oil_t", "fuel_oil")):
        for group, burnt in own.groupby("group")[column].sum().items():
            key = ("group", "industry", group, fuel) if group in ITEMS_OF_INDUSTRY else ("sector", "power", "", fuel)
            if key in rows.index:
                assert rows.loc[key, "emitters"] == pytest.approx(burnt, rel=1e-9, abs=1e-6)
                assert rows.loc[key, "state"] != "negative"
    assert not [one for one in result.findings if str(one.code) == "RESIDUAL_NEGATIVE"]


def test_the_planted_difference_of_gas_is_found_and_no_other(result):
    found = [one for one in result.findings if one.key == "BALANCE_NOT_CLOSED.industries"]
    (gas,) = found
    assert (gas.field, gas.severity) == ("I13", Severity.WARNING)
    assert "+1.80%" in gas.message_zh
    assert "C14" in gas.message_zh
    (listed,) = result.disagreements.to_dict("records")
    assert listed["left_value"] / listed["right_value"] == pytest.approx(1.018, abs=1e-4)
    rows = result.reconciliation
    industry = rows[(rows["level"] == "sector") & (rows["sector"] == "industry") & (rows["fuel"] == "natural_gas")]
    assert industry["balance"].tolist() == [pytest.approx(130265.3, abs=0.2)]


def test_power_and_heat_supply_are_one_sector(result):
    rows = result.reconciliation
    power = rows[(rows["level"] == "sector") & (rows["sector"] == "power")].set_index("fuel")
    assert power.loc["bituminous", "balance"] == pytest.approx(1_560_000, rel=1e-9)
    assert power.loc["natural_gas", "balance"] == pytest.approx(64_720, rel=1e-9)


def test_petrol_and_diesel_of_vehicles_are_below_the_balance(result):
    said = {one.field: one.severity for one in result.findings if one.key == "BALANCE_NOT_CLOSED.townships"}
    assert {said["gasoline"], said["diesel"]} == {Severity.INFO}


def test_official_coal_equals_the_balance(tables):
    official = Target("350582", "晋江市", "county", "coal_total", "万吨", 2020, 318.0, 309.7, 2020, "targets.csv")
    frame, findings = hold_officials(tables.balance, Targets((official,)), "350582", BASIS)
    assert frame["state"].tolist() == ["closed"]
    assert findings == ()


def test_enterprises_of_a_permit_only_are_named(result, truth):
    said = " ".join(one.message_zh for one in result.findings if one.key == "EVIDENCE_MISSING.residual")
    silent = truth[truth["coal_t"].isna() & (truth["status"] == "in_city")]
    assert len(silent) > 5
    assert all(name in said for name in silent["name"])


def test_the_evaluation_adds_up(enterprises, records, result, truth):
    context = Context(year=2020, reconciliation=result.reconciliation, areas=result.areas, crs="EPSG:4549")
    tables = evaluate(enterprises, records, context)
    own = truth.loc[truth["count_in_city"] == 1, "co2_scope1_t"].sum()
    divisions = tables["industries"].query("level == 'division'")
    for total in (divisions["CO2"].sum(), tables["units"]["CO2"].sum(), tables["double_high_cells"]["CO2"].sum()):
        assert total == pytest.approx(own, rel=1e-9)
    assert tables["double_high"].loc[0, "CO2"] == pytest.approx(truth["co2_scope1_t"].max(), rel=1e-12)
    assert set(tables["trends"]["state"]) <= {"too_short"}
