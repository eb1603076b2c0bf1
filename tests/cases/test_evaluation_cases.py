"""The base evaluation by hand: key industries, fields, units, trends, common origin, 双高."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from tests.cases import small_city as city

from zoning.inventory.evaluation import Context, column_titles, evaluate
from zoning.inventory.evaluation.double_high import top
from zoning.inventory.evaluation.loads import equivalents
from zoning.inventory.reconciliation import Basis, reconcile
from zoning.statistics import mann_kendall
from zoning.tables import read

CO2 = [200.0, 600.0, 2000.0, 99.0]
SO2 = [0.95, 2.85, 1.90, 9.0]  # 1, 3 and 2 thousand equivalents


def context(**how):
    return Context(year=city.YEAR, **how)


def done(records=None, firms=None, **how):
    people = city.enterprises() if firms is None else firms
    return evaluate(people, city.records(CO2=CO2, SO2=SO2) if records is None else records, context(**how))


def row(table, **wanted):
    for name, value in wanted.items():
        table = table[table[name] == value]
    (found,) = table.to_dict("records")
    return found


# ------------------------------------------------------------------------------------------------- industries


def test_contribution_and_quotient_by_hand():
    table = done()["industries"]
    textile = row(table, level="division", code="17")
    assert textile["contribution_CO2"] == pytest.approx(600 / 2800, rel=1e-12)
    assert textile["contribution_AP_eq"] == pytest.approx(3 / 6, rel=1e-12)
    assert textile["lq_CO2"] == pytest.approx((600 / 2800) / (300 / 1000), rel=1e-12)
    assert textile["lq_AP_eq"] == pytest.approx((3 / 6) / (300 / 1000), rel=1e-12)
    assert (textile["key"], textile["zh"], textile["lq_basis"]) == ("no", "纺织业", "output")
    assert "21.4%" in textile["reason_zh"]
    shoes = row(table, level="division", code="19")
    assert math.isnan(shoes["CO2"])
    assert math.isnan(shoes["lq_CO2"])
    assert shoes["key"] == "unknown"
    assert set(table.loc[table["level"] == "group", "code"]) == {"175", "195", "307", "441"}


def test_a_key_industry_needs_both_in_both():
    reference = pd.DataFrame(
        [("17", "CO2", 0.1), ("17", "AP_eq", 0.2), ("30", "CO2", 0.5), ("30", "AP_eq", 0.1), ("44", "CO2", 0.1)],
        columns=["division", "measure", "share"],
    )
    table = done(reference=reference)["industries"]
    textile = row(table, level="division", code="17")
    assert textile["lq_CO2"] == pytest.approx(600 / 2800 / 0.1, rel=1e-12)
    assert (textile["key"], textile["lq_basis"]) == ("yes", "reference")
    assert textile["reason_en"].startswith("key industry: contribution AP 50.0%, CO2 21.4%")
    assert row(table, level="division", code="30")["key"] == "no"
    assert row(table, level="division", code="44")["key"] == "unknown"  # the reference does not tell of its AP
    stricter = done(reference=reference, thresholds={"key_contribution": 0.3})["industries"]
    assert row(stricter, level="division", code="17")["key"] == "no"


def test_enterprises_outside_count_nowhere():
    tables = done()
    assert row(tables["industries"], level="division", code="30")["CO2"] == 200.0
    assert "E" not in set(tables["double_high"]["enterprise"])


# ----------------------------------------------------------------------------------------------------- fields


def test_fields_with_their_evidence():
    balanced = reconcile(city.tables(), city.enterprises(), city.records(), Basis(city.YEAR, "industry-guides"))
    table = done(reconciliation=balanced.reconciliation, areas=balanced.areas)["fields"]
    industry = row(table, field="industry", species="CO2")
    residual = 2000 * 2.071509259 + 10 * 21.62188777 + 40 * 3.145122374
    assert industry["residual_t"] == pytest.approx(residual, rel=1e-6)
    assert industry["total_t"] == pytest.approx(residual + 800, rel=1e-6)
    assert (industry["evidence"], industry["source"], industry["complete"]) == ("residual", "records; balance", True)
    transport = row(table, field="transport", species="CO2")
    assert transport["township_t"] == pytest.approx(500 * 3.145122374, rel=1e-6)
    assert transport["total_t"] == pytest.approx(700 * 3.145122374, rel=1e-6)
    building = row(table, field="building", species="CO2")
    assert building["total_t"] == pytest.approx(50 * 2.071509259, rel=1e-6)
    waste = row(table, field="waste", species="CO2")
    assert math.isnan(waste["total_t"])
    assert waste["evidence"] == "none"
    assert row(table, field="power", species="SO2")["evidence"] == "located"


def test_without_a_balance_townships_are_what_is_known():
    areas = pd.DataFrame({"sector": ["transport"], "co2_t": [7.0]})
    transport = row(done(areas=areas)["fields"], field="transport", species="CO2")
    assert (transport["total_t"], transport["complete"]) == (7.0, False)


# ---------------------------------------------------------------------------------------------------- places


def test_units_and_towns():
    tables = done(unit_km2={"U1": 10.0, "U2": 30.0, "U3": 60.0}, town_of_unit={"U1": "甲镇"}, towns={"C": "乙镇"})
    first = row(tables["units"], place="U1")
    assert (first["CO2"], first["CO2_per_km2"], first["rank_CO2"]) == (800.0, 80.0, 2.0)
    assert first["concentration_CO2"] == pytest.approx(800 / 2800 / 0.1, rel=1e-12)
    empty = row(tables["units"], place="U3")
    assert empty["enterprises"] == 0
    assert math.isnan(empty["CO2"])
    towns = tables["towns"]
    assert row(towns, place="甲镇")["CO2"] == 800.0
    assert row(towns, place="乙镇")["CO2"] == 2000.0
    assert row(towns, place="")["enterprises"] == 1  # nobody says where D is


# ---------------------------------------------------------------------------------------------------- trends


def years(*parts):
    return pd.concat([city.records([fuel], year, CO2=[mass]) for fuel, year, mass in parts], ignore_index=True)


def test_only_enterprises_known_in_all_years_are_compared():
    a, b, e = city.FUELS[0], city.FUELS[1], city.FUELS[3]
    records = years((a, 2019, 100.0), (a, 2020, 90.0), (b, 2020, 500.0), (e, 2019, 1.0), (e, 2020, 9.0))
    table = done(records)["trends"]
    last = row(table, level="city", year=2020)
    assert (last["t"], last["enterprises"], last["enterprises_in_year"], last["left_out_t"]) == (90.0, 1, 2, 500.0)
    assert last["change"] == pytest.approx(-0.1, rel=1e-12)
    assert last["state"] == "too_short"
    assert math.isnan(last["mk_p"])
    assert "仅 2 年" in last["note_zh"]


def test_a_year_that_shares_no_enterprise_is_left_out():
    a, b = city.FUELS[0], city.FUELS[1]
    table = done(years((b, 2016, 5.0), (a, 2019, 100.0), (a, 2020, 90.0)))["trends"]
    assert sorted(set(table["year"])) == [2019, 2020]


@pytest.mark.parametrize(
    ("masses", "state"),
    [((5, 4, 3, 2), "none"), ((5, 4, 3, 2, 1), "falling"), ((1, 2, 3, 4, 5), "rising"), ((1, 3, 5, 4, 2), "none")],
)
def test_a_trend_needs_years_and_a_small_p(masses, state):
    table = done(years(*((city.FUELS[0], 2016 + number, float(mass)) for number, mass in enumerate(masses))))["trends"]
    assert set(table["state"]) == {state}


def test_reported_in_one_year_and_estimated_in_another_is_no_change():
    records = years((city.FUELS[0], 2019, 9.0), (city.FUELS[0], 2020, 3.0), (city.FUELS[1], 2019, 4.0),
                    (city.FUELS[1], 2020, 5.0)).assign(SO2=1.0)  # fmt: skip
    mixed = records.assign(SO2_basis=["factor", "reported", "factor", "factor"], tier="default")
    table = done(mixed)["trends"]
    assert row(table, level="city", species="SO2", year=2020)["enterprises"] == 1
    assert row(table, level="city", species="CO2", year=2020)["enterprises"] == 2
    table = done(mixed.assign(tier=["measured", "default", "default", "measured"]))["trends"]
    assert "CO2" not in set(table["species"])


def test_a_new_grid_factor_is_no_change():
    bought = pd.DataFrame({"enterprise": "A", "year": [2019, 2020], "power_mwh": 100.0, "heat_gj": np.nan})
    bought = bought.assign(power_factor=[0.6101, 0.5810], heat_factor=0.11)
    table = done(purchased=bought)["trends"]
    power = table[(table["species"] == "purchased_power_CO2") & (table["level"] == "city")]
    assert power["t"].tolist() == [pytest.approx(58.1, rel=1e-12)] * 2
    assert power["change"].tolist() == [0.0, 0.0]


def test_mann_kendall_with_ties():
    score, p = mann_kendall([1.0, 1.0, 2.0, 3.0])
    variance = (4 * 3 * 13 - 2 * 1 * 9) / 18
    assert score == 5
    assert p == pytest.approx(math.erfc(4 / math.sqrt(variance) / math.sqrt(2)), rel=1e-12)
    assert mann_kendall([2.0, 2.0]) == (0, 1.0)


# ----------------------------------------------------------------------------------------- origin and 双高


def test_common_origin_over_enterprise_and_fuel():
    table = done()["common_origin"]
    whole = row(table, level="city", species="SO2")
    shares = [(200 / 2800, 1 / 6), (600 / 2800, 3 / 6), (2000 / 2800, 2 / 6)]
    assert whole["common_origin"] == pytest.approx(sum(map(min, shares)), rel=1e-12)
    unit = row(table, level="unit", key="U1", species="SO2")
    assert unit["common_origin"] == pytest.approx(1.0, rel=1e-12)
    assert unit["difference"] == pytest.approx(1 - whole["common_origin"], rel=1e-12)


def test_governable_rows_are_those_of_industry_and_energy_supply():
    firms = city.enterprises()
    firms.loc["A", "sector"] = "waste"
    table = done(firms=firms)["governable"]
    assert table["enterprise"].tolist() == ["C", "B"]
    assert table["share"].sum() == pytest.approx(1.0, rel=1e-12)


def test_the_top_share_of_positive_values_with_ties():
    values = pd.Series([9.0, 8.0, 8.0, 1.0, 0.0, math.nan])
    assert top(values, 0.25).tolist() == [True, False, False, False, False, False]
    assert top(values, 0.5).tolist() == [True, True, True, False, False, False]
    assert not top(pd.Series([0.0, math.nan]), 0.5).any()


def test_double_high_emitters_and_cells():
    tables = done(crs="EPSG:4549", thresholds={"double_high_share": 0.4})
    emitters = tables["double_high"].set_index("enterprise")
    assert emitters.loc["B", ["rank_CO2", "rank_AP_eq"]].tolist() == [2.0, 1.0]
    assert emitters["double_high"].to_dict() == {"B": True, "C": True, "A": False, "D": False}
    assert not emitters["double_high_low"].any()
    cells = tables["double_high_cells"]
    pair = row(cells, emitters=2, CO2=800.0)  # A and B are 150 m apart
    assert (round(pair["lon"], 2), round(pair["lat"], 2)) == (118.50, 24.80)
    assert pair["side_m"] == 1000.0
    assert len(cells) == 3


def test_spread_residuals_join_the_cells():
    spread = pd.DataFrame({"lon": [118.5005, 118.3], "lat": [24.8005, 24.8], "CO2": [5.0, 6.0], "AP_eq": [0.5, np.nan]})
    cells = done(crs="EPSG:4549", spread=spread)["double_high_cells"]
    assert cells["CO2"].sum() == pytest.approx(2800 + 11, rel=1e-12)
    assert row(cells, emitters=2)["CO2"] == 805.0
    assert len(done()["double_high_cells"]) == 0


# ------------------------------------------------------------------------------------------------- all tables


def test_particulates_count_once():
    masses = pd.DataFrame({"PM": [8.0, 8.0], "PM2.5": [4.0, np.nan]})
    assert equivalents(masses).tolist() == [1.0, 2.0]


def test_every_column_has_a_title_and_a_unit():
    tables = done(
        reconciliation=None, crs="EPSG:4549", records=city.records(CO2=CO2, SO2=SO2, PM=SO2, PM25=SO2, VOC=SO2)
    )
    for name, table in tables.items():
        titles = column_titles(name)
        assert [column for column in table.columns if column not in titles] == [], name
        assert all(titles[column]["zh"] and titles[column]["en"] for column in table.columns)
    rows = [(one["frame"], one["column"]) for one in read("evaluation_columns")]
    assert sorted(rows) == sorted(set(rows))


def test_nothing_known_is_nothing_claimed():
    empty = city.records([], CO2=[], SO2=[])
    tables = evaluate(city.enterprises().iloc[:0], empty, context(crs="EPSG:4549"))
    assert [name for name, table in tables.items() if len(table)] == ["fields", "common_origin"]
    assert tables["fields"]["total_t"].isna().all()
    assert tables["common_origin"]["common_origin"].isna().all()
    tables = evaluate(city.enterprises(), empty, context(crs="EPSG:4549"))
    assert set(tables["industries"]["key"]) == {"unknown"}
    assert not tables["double_high"]["double_high"].any()
