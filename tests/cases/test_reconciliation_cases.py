"""The energy balance against enterprises: every number by hand, every disagreement by its cells."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from tests.cases import small_city as city

from zoning.departments import COLUMNS, DepartmentTables, empty_frame
from zoning.errors import Severity
from zoning.inventory.model import Correction
from zoning.inventory.reconciliation import (
    Basis,
    against_grid,
    hold_officials,
    rank_disagreements,
    reconcile,
    spread_residuals,
)
from zoning.inventory.reconciliation.groups import read_industries
from zoning.study import SpreadInput
from zoning.targets import Target, Targets

BASIS = Basis(city.YEAR, "industry-guides")
COAL = 23.204 * 26.18 * 0.93 * 44 / 12 / 1000
COAL_2025 = 19.57 * 26.1 * 0.93 * 44 / 12 / 1000


def done(rows=city.BALANCE, firms=None, fuels=city.FUELS, towns=(("T1", "transport", "diesel", 500.0, "t"),), **how):
    people = city.enterprises() if firms is None else firms
    return reconcile(city.tables(rows, towns), people, city.records(fuels), BASIS, **how)


def row(result, level, sector, fuel, group="", unit=None):
    rows = result.reconciliation
    rows = rows[(rows["level"] == level) & (rows["sector"] == sector) & (rows["fuel"] == fuel)]
    rows = rows[rows["group"] == group]
    (found,) = (rows if unit is None else rows[rows["unit"] == unit]).to_dict("records")
    return found


def said(result, code, key=""):
    return [one for one in result.findings if str(one.code) == code and one.key.endswith(key)]


# ----------------------------------------------------------------------------------------------------- residuals


def test_residuals_by_hand():
    result = done()
    power = row(result, "sector", "power", "bituminous")
    assert (power["balance"], power["emitters"], power["state"]) == (10000.0, 10000.0, "closed")
    textile = row(result, "group", "industry", "bituminous", "纺织业")
    assert (textile["balance"], textile["emitters"], textile["residual"]) == (4000.0, 3000.0, 1000.0)
    assert textile["residual_co2_t"] == pytest.approx(1000 * COAL, rel=1e-12)
    assert textile["other_series"] == "provincial-guide"
    assert textile["residual_co2_other_t"] == pytest.approx(1000 * COAL_2025, rel=1e-12)
    assert textile["addresses"] == "b.xlsx/分行业!B3"
    industry = row(result, "sector", "industry", "bituminous")
    assert (industry["residual"], industry["enterprises"]) == (2000.0, 1)  # the enterprise outside does not count
    whole = row(result, "city", "", "bituminous")
    assert (whole["balance"], whole["emitters"], whole["residual"]) == (15050.0, 13000.0, 2050.0)
    assert whole["residual_co2_t"] == pytest.approx(2050 * COAL, rel=1e-12)


def test_a_fuel_that_the_industries_sheet_does_not_split_stays_a_row_of_the_sector():
    result = done(fuels=[*city.FUELS, ("D", "diesel", 15.0, "t")])
    assert row(result, "sector", "industry", "diesel")["residual"] == 25.0
    shoes = row(result, "group", "industry", "diesel")
    assert (shoes["emitters"], shoes["state"]) == (15.0, "unknown")
    assert math.isnan(shoes["balance"])
    (lost,) = said(result, "EVIDENCE_MISSING", "no_group")
    assert "丁鞋厂" in lost.message_zh


def test_the_industries_sheet_counts_and_the_difference_is_named_with_both_cells():
    result = done()
    (found,) = said(result, "BALANCE_NOT_CLOSED", "industries")
    assert (found.file, found.layer, found.field, found.severity) == ("b.xlsx", "平衡表", "C7", Severity.WARNING)
    assert "分行业!C5" in found.message_zh
    assert "+10 10kNm3" in found.message_zh
    assert "+9.09%" in found.message_en
    assert row(result, "sector", "industry", "natural_gas")["balance"] == 110.0
    apart = row(result, "unsplit", "industry", "natural_gas")
    assert (apart["balance"], apart["state"]) == (10.0, "unknown")
    (listed,) = result.disagreements.to_dict("records")
    assert (listed["left_value"], listed["right_value"], listed["difference"]) == (120.0, 110.0, 10.0)


def test_emitters_above_the_balance_are_named_and_kept():
    result = done(fuels=[*city.FUELS, ("D", "bituminous", 1.0, "t"), ("B", "bituminous", 1500.0, "t")])
    textile = row(result, "group", "industry", "bituminous", "纺织业")
    assert (textile["residual"], textile["state"]) == (-500.0, "negative")
    (found,) = said(result, "RESIDUAL_NEGATIVE", "balance")
    assert found.severity is Severity.WARNING
    assert (found.file, found.layer, found.field, found.row) == ("b.xlsx", "分行业", "B3", 3)
    assert "乙印染厂 4500 t" in found.message_zh
    assert "自备电厂" in found.fix_zh


def test_a_difference_of_rounding_is_closed():
    result = done(fuels=[("B", "bituminous", 4000.9, "t"), ("C", "bituminous", 9999.2, "t")])
    assert row(result, "group", "industry", "bituminous", "纺织业")["state"] == "closed"
    assert not said(result, "RESIDUAL_NEGATIVE")


def test_enterprises_without_activity_are_named_as_a_part_of_the_residual():
    firms = city.enterprises()
    result = done(firms=firms)
    assert [one.message_zh.split("：")[-1] for one in said(result, "EVIDENCE_MISSING", "residual")] == ["丁鞋厂"]
    firms.loc["D", "output"] = 7.0  # who reports output and no fuel burnt none
    assert not said(done(firms=firms), "EVIDENCE_MISSING", "residual")


def test_coal_of_any_kind_is_held_against_raw_coal_and_units_are_never_mixed():
    result = done(fuels=[("B", "anthracite", 2500.0, "t"), ("B", "biomass", 30.0, "t")])
    assert row(result, "group", "industry", "bituminous", "纺织业")["emitters"] == 2500.0
    rows = [*city.BALANCE, ("balance", "industry", "biomass", 20.0, "tce", "E7")]
    result = done(rows=rows, fuels=[("B", "biomass", 30.0, "t")])
    for unit in ("t", "tce"):
        assert row(result, "sector", "industry", "biomass", unit=unit)["state"] == "unknown"


def test_what_plants_use_themselves_belongs_to_power():
    rows = [one for one in city.BALANCE if one[1] != "industries_total" and one[2] == "bituminous"]
    rows = [(*one[:3], 5600.0, *one[4:]) if one[1] == "industry" else one for one in rows]
    result = done(rows=[*rows, ("industries", "电力、热力生产和供应业", "bituminous", 600.0, "t", "B6")])
    power = row(result, "sector", "power", "bituminous")
    assert (power["balance"], power["emitters"], power["residual"]) == (10600.0, 10000.0, 600.0)
    assert row(result, "sector", "industry", "bituminous")["balance"] == 5000.0
    own = row(result, "group", "power", "bituminous", "电力、热力生产和供应业")
    assert (own["balance"], own["state"]) == (600.0, "unknown")
    assert not said(result, "RESIDUAL_NEGATIVE")


def test_fuels_that_the_balance_does_not_have_are_named():
    result = done(fuels=[*city.FUELS, ("B", "lng", 12.0, "t")])
    (found,) = said(result, "EVIDENCE_MISSING", "no_fuel")
    assert "乙印染厂 12 t" in found.message_zh
    assert row(result, "sector", "industry", "lng")["state"] == "unknown"
    bare = reconcile(DepartmentTables(), city.enterprises(), city.records(), BASIS)
    assert [one.key for one in bare.findings if "no_" in one.key] == ["EVIDENCE_MISSING.no_balance"]


def test_a_balance_of_another_year_says_nothing():
    frame = city.tables()
    frame = DepartmentTables(balance=city.balance(year=2019), areas=frame.areas)
    result = reconcile(frame, city.enterprises(), city.records(), BASIS)
    (found,) = said(result, "YEAR_MISMATCH")
    assert (found.value, found.severity) == ("2019", Severity.WARNING)
    assert set(result.reconciliation["state"]) == {"unknown"}


def test_a_cell_that_stands_twice_counts_once():
    result = done(rows=[*city.BALANCE, ("balance", "residential", "bituminous", 60.0, "t", "B88")])
    assert row(result, "sector", "residential", "bituminous")["balance"] == 50.0
    (found,) = said(result, "VERSION_MIXED")
    assert (found.field, found.value) == ("B88", "60 t")
    assert "B8 的 50" in found.message_zh


def test_vehicles_below_the_balance_are_an_info_above_it_a_warning():
    (below,) = said(done(), "BALANCE_NOT_CLOSED", "townships")
    assert (below.severity, below.file) == (Severity.INFO, "v.csv")
    assert "-240 t" in below.message_zh  # 500 against 700 of transport and 40 of industry
    (above,) = said(done(towns=(("T1", "transport", "diesel", 800.0, "t"),)), "BALANCE_NOT_CLOSED", "townships")
    assert above.severity is Severity.WARNING
    (town,) = done().areas.to_dict("records")
    assert town["co2_t"] == pytest.approx(500 * 43.33 * 20.20 * 0.98 * 44 / 12 / 1000, rel=1e-12)


def test_power_is_held_only_where_somebody_knows_who_bought_it():
    rows = [*city.BALANCE, ("balance", "industry", "power", 900.0, "MWh", "F7")]
    assert "power" not in set(done(rows=rows).reconciliation["fuel"])
    bought = pd.DataFrame({"enterprise": ["A", "C"], "year": [2020, 2020], "power_mwh": [400.0, -5000.0]})
    result = done(rows=rows, purchased=bought.assign(heat_gj=float("nan")))
    power = row(result, "sector", "industry", "power")
    assert (power["balance"], power["emitters"]) == (900.0, 400.0)
    assert math.isnan(power["residual_co2_t"])


def test_what_is_lost_or_turned_into_another_fuel_has_no_co2():
    rows = [*city.BALANCE, ("balance", "loss", "natural_gas", 5.0, "10kNm3", "C6")]
    rows += [("balance", "coking", "bituminous", -300.0, "t", "B6"), ("balance", "coking", "coke", 200.0, "t", "G6")]
    result = done(rows=rows)
    assert math.isnan(row(result, "sector", "loss", "natural_gas")["residual_co2_t"])
    coking = row(result, "sector", "transformation", "bituminous")
    assert coking["residual"] == 300.0
    assert math.isnan(coking["residual_co2_t"])
    assert "coke" not in set(result.reconciliation["fuel"])


# -------------------------------------------------------------------------------------------------------- groups


@pytest.mark.parametrize(
    ("names", "code", "group", "how"),
    [
        (["皮革、毛皮、羽毛及其制品和制鞋业"], "1952", "皮革、毛皮、羽毛及其制品和制鞋业", "name"),
        (["C22造纸及纸制品业", "纺织业"], "2221", "C22造纸及纸制品业", "name"),
        (["(一)纺织业", "(二)纺织服装、服饰业"], "1810", "(二)纺织服装、服饰业", "name"),
        (["非金属矿物制品业", "其中:水泥制造"], "3011", "非金属矿物制品业", "name"),
        (["建筑陶瓷制造", "其他非金属矿物制品业"], "3071", "建筑陶瓷制造", "name"),
        (["建筑陶瓷制造", "其他非金属矿物制品业"], "3041", "其他非金属矿物制品业", "name"),
        (["制造业", "采矿业"], "3071", "制造业", "name"),
        (["制造业", "纺织业"], "3071", "", "none"),
        (["印染"], "1713", "印染", "name"),
        (["纺织业", "其他工业"], "2110", "其他工业", "rest"),
        (["食品制造业"], "1361", "食品制造业", "near"),
        (["黑色金属冶炼和压延加工业", "有色金属冶炼和压延加工业"], "3216", "有色金属冶炼和压延加工业", "name"),
        (["纺织业"], "4412", "", "none"),
        (["纺织业"], "", "", "none"),
    ],
)
def test_names_of_industries_of_any_city(names, code, group, how):
    assert read_industries(names).group_of(code) == (group, how)


def test_sections_over_divisions_are_subtotals_and_count_nowhere():
    rows = [one for one in city.BALANCE if one[2] == "bituminous"]
    rows += [
        ("industries", "制造业", "bituminous", 5000.0, "t", "B2"),
        ("industries", "其中：轻工业", "bituminous", 9.0, "t", "B9"),
    ]
    result = done(rows=rows)
    assert row(result, "sector", "industry", "bituminous")["balance"] == 5000.0
    assert not said(result, "BALANCE_NOT_CLOSED", "industries")


def test_a_row_inside_another_is_found_by_the_printed_total():
    rows = [one for one in city.BALANCE if one[2] == "bituminous"]
    inside = ("industries", "水泥制造", "bituminous", 800.0, "t", "B9")
    assert row(done(rows=[*rows, inside]), "sector", "industry", "bituminous")["balance"] == 5000.0
    beside = [*(one for one in rows if one[1] != "industries_total"), inside]
    beside += [("industries", "industries_total", "bituminous", 5800.0, "t", "B10")]
    assert row(done(rows=beside), "sector", "industry", "bituminous")["balance"] == 5800.0


# ------------------------------------------------------------------------------------------------- disagreements


def departments(uses=(), stated=(), pollutants=()):
    def frame(name, rows):
        return pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS[name])) if rows else empty_frame(name)

    refs = sorted({one["ref"] for one in (*uses, *stated, *pollutants)})
    firms = frame("firms", [{"ref": ref, "table": ref.split("/", maxsplit=1)[0]} for ref in refs])
    made = DepartmentTables(
        firms=firms,
        uses=frame("uses", uses),
        stated=frame("stated", stated),
        pollutants=frame("pollutants", pollutants),
    )
    return made, pd.DataFrame({"ref": refs, "enterprise": "B"})


def use(ref, amount, fuel="bituminous", unit="t", what="fuel"):
    return {"ref": ref, "year": 2020, "what": what, "fuel": fuel, "amount": amount, "unit": unit} | {
        "field": "煤", "address": "C3", "factor": 0.5 if what == "power" else float("nan"),
    }  # fmt: skip


def ranked(tables, links, **how):
    return rank_disagreements(tables, links, city.enterprises(), BASIS, **how).to_dict("records")


def test_departments_that_agree_stand_on_one_side():
    (one,) = ranked(*departments([use("carbon/1", 3000.0), use("energy/1", 3000.0), use("env/1", 3200.0)]))
    assert (one["left"], one["right"], one["difference"]) == ("carbon; energy", "env", -200.0)
    assert one["co2_t"] == pytest.approx(200 * COAL, rel=1e-12)
    assert (one["name"], one["right_address"]) == ("乙印染厂", "env/1!C3")


def test_the_order_of_rows_changes_no_address_of_a_disagreement():
    cells = {"combustion": (900.0, "D4"), "process": (50.0, "E4"), "power": (20.0, "F4"), "total": (1000.0, "G4")}
    stated = [{"ref": "carbon/1", "year": 2020, "item": item, "amount": amount, "field": item, "address": cell}
              for item, (amount, cell) in cells.items()]  # fmt: skip
    uses = [use(ref, amount) for ref, amount in (("carbon/1", 3000.0), ("carbon/2", 40.0), ("env/1", 3200.0))]
    forward = ranked(*departments(uses, stated))
    assert {one["right_address"] for one in forward} == {"carbon/1!D4; carbon/1!E4; carbon/1!F4", "env/1!C3"}
    assert ranked(*departments(uses[::-1], stated[::-1])) == forward


def test_the_largest_stands_first_and_a_permit_last():
    stated = [{"ref": "carbon/1", "year": 2020, "item": item, "amount": amount, "field": item, "address": "D4"}
              for item, amount in (("combustion", 900.0), ("process", 50.0), ("total", 1000.0))]  # fmt: skip
    mass = [
        {"ref": f"{table}/1", "year": 2020, "species": species, "what": what, "amount": amount, "field": species}
        | {"address": cell}
        for table, species, what, amount, cell in (
            ("env", "SO2", "emitted", 9.0, "F1"), ("permits", "SO2", "permitted", 4.0, "G1"),
            ("env", "NOx", "emitted", 3.0, "F2"), ("permits", "NOx", "permitted", 4.0, "G2"),
        )
    ]  # fmt: skip
    uses = [use("carbon/1", 3000.0), use("env/1", 3010.0)]
    uses += [use("carbon/1", -800.0, "power", "MWh", "power"), use("energy/1", 100.0, "power", "MWh", "power")]
    found = ranked(*departments(uses, stated, mass), balance=done().disagreements)
    assert [one["quantity"] for one in found] == ["natural_gas", "stated_total", "bituminous", "SO2"]
    assert [round(one["co2_t"], 1) for one in found[:3]] == [216.2, 50.0, 20.7]
    assert found[3]["difference"] == 5.0


def test_slips_are_compared_as_taken_and_rows_set_aside_with_nothing():
    tables, links = departments([use("env/1", 30_000_000.0), use("energy/1", 3100.0), use("env/2", 7.0)])
    slip = Correction("env/1", "煤", "UNIT_SLIP", "30000000", "3000", "", "", "applied")
    twice = Correction("env/2", "", "FIRM_DUPLICATE", "", "", "", "", "set_aside")
    (one,) = ranked(tables, links, corrections=(slip, twice))
    assert (one["left_value"], one["right_value"]) == (3100.0, 3000.0)


# ------------------------------------------------------------------------------------ officials, grids, spreading


def target(indicator, unit, use):
    return Target("350582", "市", "county", indicator, unit, 2020, use, use, 2020, "t")


def test_official_totals_are_held_against_the_balance():
    rows = [("balance", "consumption", "bituminous", 15000.0, "t", "B20")]
    rows += [("balance", "consumption_tce", "energy", 20000.0, "tce", "B21")]
    same = Targets((target("coal_total", "万吨", 1.5), target("energy_total", "万吨标准煤", 2.0)))
    frame, findings = hold_officials(city.balance(rows), same, "350582", BASIS)
    assert (frame["state"].tolist(), findings) == (["closed", "closed"], ())
    frame, findings = hold_officials(city.balance(rows), Targets((target("coal_total", "万吨", 1.6),)), "350582", BASIS)
    assert frame["difference"].tolist() == [-1000.0]
    assert (str(findings[0].code), findings[0].field) == ("TOTAL_MISMATCH", "B20")


@pytest.mark.parametrize(
    ("in_grid", "grid", "expected"),
    [
        ("yes", 100.0, (30.0, 70.0, 0.0, 100.0)),
        ("yes", 20.0, (20.0, 0.0, 10.0, 30.0)),
        ("no", 100.0, (0.0, 100.0, 30.0, 130.0)),
    ],
)
def test_located_emitters_beside_a_grid(in_grid, grid, expected):
    records = city.records(CO2=[10.0, 20.0, 5.0, 99.0])
    found = against_grid({("CO2", "industry"): grid}, city.enterprises(), records, in_grid, city.YEAR)
    one = found[found["sector"] == "industry"].iloc[0]
    assert one["located_t"] == 30.0
    assert tuple(one[["both_t", "grid_only_t", "located_only_t", "total_t"]]) == expected


def test_nothing_is_added_where_nobody_says_whether_the_grid_holds_them():
    records = city.records(CO2=[10.0, 20.0, 5.0, 99.0])
    found = against_grid({("CO2", "industry"): 100.0}, city.enterprises(), records, "unknown", city.YEAR)
    assert found[["both_t", "grid_only_t", "located_only_t", "total_t"]].isna().all(axis=None)


def test_only_what_is_declared_is_spread():
    result = done(fuels=[*city.FUELS, ("A", "diesel", 60.0, "t")])
    declared = (SpreadInput(sector="industry", proxy="p.tif", name="夜间灯光"),)
    spread = spread_residuals(result, declared, BASIS)
    rows = spread.rows.set_index(["sector", "species"])
    assert rows.loc[("industry", "CO2"), "t"] == pytest.approx(2000 * COAL + 10 * 21.62188777, rel=1e-6)
    assert set(spread.rows["species"]) == {"CO2"}
    assert rows.loc[("industry", "CO2"), "state"] == "spread"
    assert rows.loc[("transport", "CO2"), ["state", "proxy"]].tolist() == ["residual", ""]
    (negative,) = spread.findings  # 60 t of diesel against 40 t of the balance
    assert (negative.key, negative.value) == ("RESIDUAL_NEGATIVE.spread", "-20 t")


def test_unknown_and_repeated_sectors_are_named():
    declared = [
        SpreadInput(sector=one, proxy=proxy)
        for one, proxy in (("solvent", "a"), ("transport", "a"), ("transport", "b"))
    ]
    found = spread_residuals(done(), declared, BASIS).findings
    assert [one.key for one in found] == ["VALUE_UNKNOWN.spread_sector", "VALUE_UNKNOWN.spread_twice"]
    assert [one.severity for one in found] == [Severity.ERROR] * 2
    assert "residential" in found[0].fix_en
