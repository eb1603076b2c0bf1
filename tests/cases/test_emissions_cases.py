"""Which amount counts, what it emits, and what is said: enterprises small enough to compute by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from tests.cases.departments import emitted, firm, links, tables, use

from zoning.errors import QuantityError, Severity
from zoning.factors import Registry
from zoning.inventory.draws import Spread, uncertainty
from zoning.inventory.emissions import Settings, choose_uses, emission_records
from zoning.inventory.emissions.book import open_book
from zoning.inventory.emissions.evidence import Witnesses
from zoning.inventory.emissions.facts import gather
from zoning.inventory.emissions.treatments import removal
from zoning.inventory.model import Correction

ENV, KEY, CARBON = "env_statistics/a/5", "key_energy_users//2", "carbon_verification/f/3"
REGISTRY = Registry.packaged()
SETTINGS = Settings(base=2020, series="industry-guides", power="ETS")
NAN = math.nan


def chosen(frames, year=2020, corrections=(), **others):
    return choose_uses(frames, links(frames, **others), year, corrections)


def run(frames, settings=SETTINGS, registry=REGISTRY, corrections=(), **others):
    return emission_records(frames, links(frames, **others), registry, settings, corrections)


def codes(result, severity=None):
    return sorted(one.key for one in result.findings if severity in (None, one.severity))


def amounts(result):
    return {(row.table, row.fuel): row.amount for row in result.uses.itertuples()}


def firms(*refs, **more):
    return [firm(ref, **more) for ref in refs]


# ------------------------------------------------------------------------------------------------ whose amount counts


def test_the_first_table_that_has_the_enterprise_counts():
    frames = tables(
        firms=firms(ENV, KEY, CARBON),
        uses=[
            use(ENV, "bituminous", 105.0),
            use(ENV, "biomass", 7.0),
            use(KEY, "bituminous", 100.0),
            use(CARBON, "anthracite", 100.0),
        ],
    )
    result = chosen(frames)
    assert amounts(result) == {("carbon_verification", "anthracite"): 100.0, ("env_statistics", "biomass"): 7.0}
    assert codes(result) == ["SOURCES_DISAGREE.uses"]
    (row,) = result.disagreements.to_dict("records")
    assert (row["left"], row["right"], row["left_value"], row["right_value"]) == (
        "carbon_verification",
        "env_statistics",
        100.0,
        105.0,
    )
    assert row["difference"] == pytest.approx(0.05)


def test_a_fuel_that_the_verification_does_not_list_is_not_used_and_that_is_said():
    frames = tables(firms=firms(ENV, CARBON), uses=[use(ENV, "fuel_oil", 50.0), use(CARBON, "bituminous", 100.0)])
    result = chosen(frames)
    assert amounts(result) == {("carbon_verification", "bituminous"): 100.0}
    assert codes(result) == ["SOURCES_DISAGREE.uses"]


def test_a_table_of_key_users_does_not_cover_coke():
    frames = tables(firms=firms(ENV, KEY), uses=[use(ENV, "coke", 50.0), use(KEY, "bituminous", 100.0)])
    assert amounts(chosen(frames)) == {("env_statistics", "coke"): 50.0, ("key_energy_users", "bituminous"): 100.0}


def test_rounding_of_units_is_no_disagreement():
    frames = tables(firms=firms(ENV, KEY), uses=[use(ENV, "bituminous", 43700.0), use(KEY, "bituminous", 43667.8)])
    assert codes(chosen(frames)) == []


def test_a_row_of_another_year_gives_no_value():
    frames = tables(firms=[firm(ENV, year=2019)], uses=[use(ENV, "bituminous", 100.0, year=2019)])
    result = chosen(frames)
    assert len(result.uses) == 0
    assert codes(result) == ["EVIDENCE_MISSING.years"]
    (row,) = run(frames).records.to_dict("records")
    assert (row["year"], row["activity"]) == (2019, 100.0)


def test_an_enterprise_known_from_a_permit_only_has_no_values():
    permit = "permits//9"
    frames = tables(firms=firms(permit), pollutants=[emitted(permit, "SO2", 10.0, "permitted")])
    result = run(frames)
    assert len(result.records) == 0
    (said,) = result.findings
    assert (said.key, said.row, said.severity) == ("EVIDENCE_MISSING.permit_only", 9, Severity.WARNING)


def test_rows_that_say_the_same_are_counted_once():
    twin = "env_statistics/a/9"
    frames = tables(
        firms=firms(ENV, twin),
        uses=[use(ENV, "biomass", 100.0), use(twin, "biomass", 100.0)],
        pollutants=[emitted(ENV, "VOC", 3.0), emitted(twin, "VOC", 3.0)],
    )
    result = run(frames)
    assert result.records["activity"].dropna().tolist() == [100.0]
    assert result.records["VOC"].sum() == pytest.approx(3.0, rel=1e-12)
    assert [(one.ref, one.kind, one.state) for one in result.corrections] == [(twin, "FIRM_DUPLICATE", "set_aside")]


def test_rows_set_aside_by_linkage_are_left_out_and_different_rows_are_added():
    twin = "env_statistics/a/9"
    frames = tables(firms=firms(ENV, twin), uses=[use(ENV, "biomass", 100.0), use(twin, "biomass", 40.0)])
    assert chosen(frames).uses["amount"].sum() == 140.0
    aside = Correction(twin, "", "FIRM_DUPLICATE", "", "", "复核", "review", "set_aside")
    assert chosen(frames, corrections=[aside]).uses["amount"].tolist() == [100.0]


def test_an_enterprise_that_another_reports_for_lacks_nothing():
    frames = tables(firms=firms(ENV), uses=[use(ENV, "bituminous", 100.0)])
    merged = Correction(ENV, "", "FIRM_MERGED", "", "", "合并", "merged", "set_aside")
    other = tables(firms=firms(ENV, "permits//3"), uses=[use(ENV, "bituminous", 100.0)])
    assert codes(chosen(frames, corrections=[merged])) == []
    assert codes(chosen(other, corrections=[merged])) == []
    assert len(chosen(other, corrections=[merged]).uses) == 0


# ------------------------------------------------------------------------------------------------------ slips of unit


def coal_of(env, key, *, made=True, tce=NAN, output=NAN):
    """One enterprise that burns coal by two departments; pollutants made fit 20,000 t."""
    return tables(
        firms=firms(ENV, KEY),
        uses=[use(ENV, "bituminous", env), use(KEY, "bituminous", key)],
        pollutants=[emitted(ENV, "SO2", 256.0, "made"), emitted(ENV, "NOx", 58.0, "made")] if made else [],
        energy=[
            {"ref": KEY, "year": 2020, "tce_calorific": tce, "tce_equivalent": tce},
            {"ref": ENV, "year": 2020, "output": output},
        ],
    )


@pytest.mark.parametrize("power", [3, 4, -3, -4])
def test_a_slip_of_the_statistics_is_mended_by_the_other_department(power):
    result = chosen(coal_of(20_000.0 * 10.0**power, 20_000.0, tce=14_286.0))
    assert result.uses["amount"].tolist() == [20_000.0]
    assert codes(result) == ["UNIT_SLIP.mended"]
    (correction,) = result.corrections
    assert (correction.ref, correction.after, correction.state) == (ENV, "20000", "applied")
    assert "key energy users" in correction.evidence_en


@pytest.mark.parametrize("power", [3, 4, -3, -4])
def test_a_slip_of_the_table_that_comes_first_is_mended_by_what_the_enterprise_made(power):
    result = chosen(coal_of(20_000.0, 20_000.0 * 10.0**power))
    assert result.uses["table"].tolist() == ["key_energy_users"]
    assert result.uses["amount"].tolist() == pytest.approx([20_000.0], rel=1e-12)
    assert [one.ref for one in result.corrections] == [KEY]


def test_two_departments_and_nothing_that_decides_are_both_set_aside():
    result = run(coal_of(20_000.0, 20_000e4, made=False))
    assert result.chosen.uses["amount"].isna().all()
    assert result.records["CO2"].isna().all()
    assert codes(result) == ["EVIDENCE_MISSING.amount", "UNIT_SLIP.aside", "UNIT_SLIP.aside"]
    assert {one.state for one in result.corrections} == {"set_aside"}


def test_what_a_person_keeps_as_written_is_kept():
    refused = Correction(ENV, "bituminous", "UNIT_SLIP", "", "", "复核", "review", "rejected")
    result = chosen(coal_of(20_000e4, 20_000.0, tce=14_286.0), corrections=[refused])
    assert codes(result) == ["SOURCES_DISAGREE.uses"]
    assert result.corrections == ()


MADE = (("SO2", 256.0), ("NOx", 58.0))


def one_department(amount, *, output):
    """Three like enterprises and one whose coal is off; no other department has it."""
    refs = [f"env_statistics/a/{row}" for row in range(5, 9)]
    coal = [20_000.0, 18_000.0, 22_000.0, amount]
    frames = tables(
        firms=firms(*refs),
        uses=[use(ref, "bituminous", one) for ref, one in zip(refs, coal, strict=True)],
        pollutants=[emitted(ref, species, made, "made") for ref in refs for species, made in MADE],
        energy=[
            {"ref": ref, "year": 2020, "output": out} for ref, out in zip(refs, [5e4, 5e4, 5e4, output], strict=True)
        ],
    )
    return choose_uses(frames, pd.DataFrame({"ref": refs, "enterprise": refs}), 2020)


def test_alone_a_slip_needs_two_witnesses_to_be_mended():
    result = one_department(20_000e4, output=5e4)
    assert codes(result) == ["UNIT_SLIP.mended"]
    assert result.uses["amount"].tolist()[-1] == 20_000.0
    result = one_department(20_000e4, output=NAN)
    assert codes(result) == ["EVIDENCE_MISSING.amount", "UNIT_SLIP.aside"]
    assert math.isnan(result.uses["amount"].tolist()[-1])


def test_the_sum_of_two_rows_is_held_against_another_department():
    second = "carbon_verification/f/4"
    rows = [use(CARBON, "bituminous", 12_000.0), use(second, "anthracite", 8_000.0), use(ENV, "bituminous", 2.0)]
    frames = tables(
        firms=firms(ENV, CARBON, second),
        uses=rows,
        pollutants=[emitted(ENV, species, made, "made") for species, made in MADE],
    )
    result = chosen(frames)
    assert codes(result) == ["UNIT_SLIP.mended"]
    assert [(one.ref, one.after) for one in result.corrections] == [(ENV, "20000")]
    assert sorted(result.uses["amount"]) == [8_000.0, 12_000.0]


def test_dust_of_the_process_is_no_witness_against_a_fuel():
    frames = tables(
        firms=firms(ENV),
        uses=[use(ENV, "diesel", 10.0)],
        pollutants=[emitted(ENV, "PM", 500.0, "made"), emitted(ENV, "PM", 50.0)],
    )
    result = run(frames)
    assert codes(result) == []
    assert result.records["PM"].sum() == 50.0


def test_peers_are_weighed_by_the_factors_of_the_study():
    """0.7143 tce/t of coal and 50 t per 10⁴ yuan: 35.715 tce packaged, 50 by a study that says 1 tce/t."""
    refs = [f"env_statistics/a/{row}" for row in range(5, 8)]
    frames = tables(
        firms=firms(*refs),
        uses=[use(ref, "bituminous", 500.0) for ref in refs],
        energy=[{"ref": ref, "year": 2020, "output": 10.0} for ref in refs],
    )
    facts = gather(open_book(frames, pd.DataFrame({"ref": refs, "enterprise": refs})).of_year(2020))
    own = {"kind": "standard_coal", "name": "calorific", "fuel": "bituminous", "series": "GB/T 2589-2008",
           "year": "2008", "place": "CN", "value": "1", "unit": "tce/t", "source": "x", "status": "ours"}  # fmt: skip
    peers = [Witnesses.of(facts, one).peers["17", "coal"] for one in (REGISTRY, REGISTRY.with_rows([own]))]
    assert peers == pytest.approx([35.715, 50.0])


def test_a_boiler_in_megawatts_is_weighed_in_tonnes_of_steam():
    rows = [{"ref": ENV, "kind": "boiler", "capacity": capacity, "unit": unit, "fuel": "bituminous"}
            for capacity, unit in ((20.0, "t/h"), (7.0, "MW"), (5.0, "蒸吨／小时"))]  # fmt: skip
    (facts,) = gather(open_book(tables(firms=firms(ENV), devices=rows), links(tables(firms=firms(ENV))))).values()
    assert facts.boilers == {"coal": pytest.approx(35.0)}


def test_a_big_enterprise_is_no_slip():
    assert codes(one_department(60_000.0, output=3e4)) == []


@pytest.mark.parametrize(("written", "after"), [(25_000.0, 25.0), (0.025, 25.0), (250_000.0, 25.0)])
def test_a_slip_of_so2_is_mended_by_what_was_made_the_treatment_and_the_permit(written, after):
    permit = "permits//4"
    frames = tables(
        firms=firms(ENV, permit),
        uses=[use(ENV, "bituminous", 16_700.0)],
        pollutants=[emitted(ENV, "SO2", 214.0, "made"), emitted(ENV, "SO2", written),
                    emitted(permit, "SO2", 31.4, "permitted")],
        controls=[{"ref": ENV, "what": "SO2", "text": "双碱法"}],
    )  # fmt: skip
    result = run(frames)
    assert codes(result) == ["UNIT_SLIP.mended"]
    assert result.records["SO2"].sum() == pytest.approx(after, rel=1e-12)


def test_more_emitted_than_made_without_a_power_of_ten_is_kept():
    frames = tables(
        firms=firms(ENV),
        uses=[use(ENV, "natural_gas", 100.0)],
        pollutants=[emitted(ENV, "NOx", 1.8, "made"), emitted(ENV, "NOx", 2.0)],
    )
    result = run(frames)
    assert codes(result) == []
    assert result.records["NOx"].sum() == 2.0


@pytest.mark.parametrize("off", [1e-4, 1e-3, 1e3, 1e4])
def test_a_slip_of_the_energy_use_is_mended_by_the_sum_of_its_fuels(off):
    total = 20_000 * 0.7143 + 1000 * 0.1229
    frames = tables(
        firms=firms(KEY),
        uses=[use(KEY, "bituminous", 20_000.0), use(KEY, "power", 1000.0, what="power")],
        energy=[{"ref": KEY, "year": 2020, "tce_calorific": total * off, "tce_equivalent": 15_000.0 * off}],
    )
    result = chosen(frames)
    assert codes(result) == ["UNIT_SLIP.mended"]
    assert result.energy["tce_calorific"].tolist() == pytest.approx([total])
    assert result.energy["tce_equivalent"].tolist() == pytest.approx([15_000.0])
    assert result.uses["amount"].tolist() == [20_000.0, 1000.0]


def test_an_energy_use_that_is_not_its_fuels_is_said():
    frames = tables(
        firms=firms(KEY),
        uses=[use(KEY, "bituminous", 20_000.0)],
        energy=[{"ref": KEY, "year": 2020, "tce_calorific": 30_000.0, "tce_equivalent": NAN}],
    )
    assert codes(chosen(frames)) == ["SOURCES_DISAGREE.energy"]


# ------------------------------------------------------------------------------------------- permits, heat


def test_above_a_permit_and_only_in_the_year_of_the_emission():
    permit = "permits//4"
    rows = [emitted(permit, "SO2", 100.0, "permitted"), emitted(ENV, "SO2", 102.0), emitted(ENV, "NOx", 5.0)]
    frames = tables(firms=firms(ENV, permit), uses=[use(ENV, "bituminous", 20_000.0)], pollutants=rows)
    result = run(frames)
    assert codes(result) == ["PERMIT_EXCEEDED.species"]
    assert result.records["SO2"].tolist() == [102.0]
    other = tables(firms=firms(ENV, permit), pollutants=[rows[0], emitted(ENV, "SO2", 102.0, year=2019)])
    assert codes(run(other)) == ["EVIDENCE_MISSING.years"]


def test_permits_of_two_sites_are_added_and_versions_of_one_are_not():
    first, second = firm("permits//4", permit="A001"), firm("permits//5", permit="A002")
    rows = [emitted("permits//4", "SO2", 60.0, "permitted"), emitted("permits//5", "SO2", 60.0, "permitted"),
            emitted(ENV, "SO2", 100.0)]  # fmt: skip
    frames = tables(firms=[firm(ENV), first, second], pollutants=rows)
    assert codes(run(frames)) == []
    renewed = tables(firms=[firm(ENV), first, second | {"permit": "A001"}], pollutants=rows)
    assert codes(run(renewed)) == ["PERMIT_EXCEEDED.species"]


def test_heat_that_is_sold_takes_nothing_off_scope_one():
    buyer = "key_energy_users//8"
    rows = [use(CARBON, "bituminous", 1000.0), use(CARBON, "heat", -500.0, what="heat", factor=0.11),
            use(CARBON, "heat", 500.0, what="heat_sold"), use(CARBON, "power", -300.0, what="power", factor=0.581),
            use(KEY, "power", 40.0, what="power"), use(buyer, "heat", 450.0, what="heat")]  # fmt: skip
    frames = tables(firms=firms(CARBON, KEY, buyer, industry="4412"), uses=rows)
    result = run(frames, **{buyer: "E2"})
    assert codes(result) == ["HEAT_DOUBLE_COUNT.sold"]
    assert result.records.loc[result.records["enterprise"] == "E1", "CO2"].sum() == pytest.approx(2071.509, abs=1e-3)
    seller, bought = result.purchased.to_dict("records")
    assert (seller["power_mwh"], seller["power_sold_mwh"]) == (40.0, 300.0)
    assert (seller["heat_gj"], seller["heat_sold_gj"], seller["heat_co2_t"]) == (0.0, 500.0, 0.0)
    assert seller["power_co2_t"] == pytest.approx(40 * 0.581)
    assert bought["heat_co2_t"] == pytest.approx(450 * 0.11)


# -------------------------------------------------------------------------------------------------- greenhouse gases


def test_measured_stated_and_default_carbon():
    stated = {"ncv": 22.0, "carbon": 0.026, "oxidation": 0.99}
    refs = [f"carbon_verification/f/{row}" for row in range(3, 6)]
    frames = tables(
        firms=firms(*refs),
        uses=[
            use(refs[0], "bituminous", 100.0, measured=True, **stated),
            use(refs[1], "diesel", 10.0, ncv=43.33, carbon=0.0202, oxidation=0.98),
            use(refs[2], "natural_gas", 5.0, ncv=380.0, carbon=0.0153, oxidation=0.99),
        ],
    )
    result = run(frames)
    by_fuel = {row["fuel"]: row for row in result.records.to_dict("records")}
    assert {fuel: row["tier"] for fuel, row in by_fuel.items()} == {
        "bituminous": "measured",
        "diesel": "default",
        "natural_gas": "supplier",
    }
    assert by_fuel["bituminous"]["CO2"] == pytest.approx(100 * 22 * 0.026 * 0.99 * 44 / 12, rel=1e-12)
    assert by_fuel["diesel"]["CO2"] == pytest.approx(31.45122, abs=1e-5)
    assert by_fuel["natural_gas"]["CO2"] == pytest.approx(5 * 380 * 0.0153 * 0.99 * 44 / 12, rel=1e-12)
    assert by_fuel["bituminous"]["factor_id"] == f"stated:{refs[0]}:bituminous"
    assert by_fuel["diesel"]["CH4"] == pytest.approx(10 * 43.33 * 3 * 1e-6)
    table = result.factors.set_index("factor_id")
    assert table.loc["fuel:diesel@industry-guides:2013:CN", "status"] == "second-hand"


def test_both_vintages_of_coal_stand_in_the_factors():
    frames = tables(firms=firms(ENV), uses=[use(ENV, "bituminous", 1.0)])
    table = run(frames).factors.set_index("factor_id")
    row = table.loc["fuel:bituminous@industry-guides:2013:CN"]
    assert round(row["value"], 2) == 2.07
    assert "provincial-guide 2025: 1.7417" in row["others"]
    other = run(frames, Settings(base=2020, series="provincial-guide")).records
    assert other["CO2"].tolist() == pytest.approx([1.741750], abs=1e-6)


def test_processes_take_the_stated_factor_before_the_packaged_one():
    rows = [
        use(CARBON, "CaCO3", 100.0, what="process", factor=0.4397),
        use(CARBON, "waste", 10.0, what="process", factor=0.35),
        use(CARBON, "lime", 10.0, what="process"),
    ]
    result = run(tables(firms=firms(CARBON), uses=rows))
    found = {row["fuel"]: (row["CO2"], row["tier"]) for row in result.records.to_dict("records")}
    assert found["CaCO3"] == (pytest.approx(43.97), "default")
    assert found["waste"] == (pytest.approx(3.5), "supplier")
    assert found["lime"] == (pytest.approx(6.83), "default")
    assert codes(result) == []


def test_biomass_is_no_fossil_co2():
    result = run(tables(firms=firms(ENV), uses=[use(ENV, "biomass", 100.0)]))
    (row,) = result.records.to_dict("records")
    assert row["CO2"] == 0.0
    assert row["CO2_biogenic"] == pytest.approx(100 * 16.7 * 0.0305 * 44 / 12)


def test_a_stated_emission_that_is_not_its_product_is_not_taken():
    stated = {"ncv": 43.33, "carbon": 0.0202, "oxidation": 0.98, "co2_t": 300.0}
    result = run(tables(firms=firms(CARBON), uses=[use(CARBON, "diesel", 10.0, **stated)]))
    assert result.records["CO2"].tolist() == pytest.approx([31.45122], abs=1e-5)


# ------------------------------------------------------------------------------------------------------- pollutants


def test_a_reported_emission_is_spread_over_the_fuels_and_adds_up():
    frames = tables(
        firms=firms(ENV),
        uses=[use(ENV, "bituminous", 1000.0), use(ENV, "natural_gas", 500.0)],
        pollutants=[emitted(ENV, "SO2", 7.0), emitted(ENV, "VOC", 30.0), emitted(ENV, "PM", 1.0)],
    )
    records = run(frames).records.set_index("fuel")
    assert records["SO2"].sum() == 7.0
    assert records.loc["bituminous", "SO2"] == pytest.approx(7 * 12800 / (12800 + 1000))
    assert records.loc["natural_gas", "VOC"] == pytest.approx(0.84)  # what 500 × 1.68 kg give
    assert records.loc["process", "VOC"] == pytest.approx(30 - 0.84 - 0.18)
    assert records.loc["process", "fuel_class"] == "process"
    assert set(records["SO2_basis"]) == {"reported"}
    assert records.loc["bituminous", "PM2.5"] == pytest.approx(records.loc["bituminous", "PM"] * 0.5)
    assert records.loc["bituminous", "PM2.5_basis"] == "share"
    assert records.loc["bituminous", "NOx_basis"] == "factor"


def test_an_enterprise_without_fuel_has_a_record_of_its_process():
    frames = tables(firms=firms(ENV), pollutants=[emitted(ENV, "VOC", 45.0), emitted(ENV, "SO2", 0.0)])
    (row,) = run(frames).records.to_dict("records")
    assert (row["what"], row["fuel"], row["VOC"], row["SO2"], row["CO2"]) == ("process", "process", 45.0, 0.0, 0.0)
    assert row["NOx_basis"] == ""
    assert math.isnan(row["NOx"])


def test_what_nobody_reported_is_factor_times_activity_less_what_the_treatment_removes():
    frames = tables(
        firms=firms(KEY),
        uses=[use(KEY, "bituminous", 1000.0)],
        controls=[
            {"ref": KEY, "what": "SO2", "text": "石灰石-石膏湿法"},
            {"ref": KEY, "what": "NOx", "text": "低氮燃烧+SCR"},
        ],
    )
    result = run(frames)
    (row,) = result.records.to_dict("records")
    assert row["SO2"] == pytest.approx(12.8 * 0.05)
    assert row["NOx"] == pytest.approx(2.9 * 0.7 * 0.15)
    assert row["SO2_basis"] == row["NOx_basis"] == "factor"
    assert "pollutant:SO2/bituminous/boiler@packaged:2020:CN" in set(result.factors["factor_id"])
    assert set(result.factors.loc[result.factors["kind"] == "removal", "status"]) == {"memory"}


def test_a_treatment_nobody_knows_leaves_the_species_undetermined():
    frames = tables(
        firms=firms(KEY),
        uses=[use(KEY, "bituminous", 1000.0)],
        controls=[{"ref": KEY, "what": "SO2", "text": "量子脱硫"}],
    )
    result = run(frames)
    assert result.records["SO2"].isna().all()
    assert codes(result) == ["VALUE_UNKNOWN.treatment"]


@pytest.mark.parametrize(
    ("text", "species", "expected"),
    [
        ("石灰石-石膏湿法", "SO2", 0.95), ("双碱法+布袋", "SO2", 0.87), ("双碱法+布袋", "PM", 0.99),
        ("SNCR", "NOx", 0.45), ("SCR", "NOx", 0.85), ("低氮燃烧+SCR", "NOx", 0.895),
        ("UV光解+活性炭", "VOC", 0.575), ("湿式电除尘", "PM", 0.85),
        ("静电除尘器", "PM", 0.98), ("SNCR、SCR", "NOx", 0.9175), ("RTO装置", "VOC", 0.9), ("无", "SO2", 0.0),
        ("低氮燃烧", "SO2", 0.0),
    ],
)  # fmt: skip
def test_words_of_treatments(text, species, expected):
    removed, _, unknown = removal((text,), species, REGISTRY)
    assert removed == pytest.approx(expected)
    assert unknown == ()


# ---------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"amount": -5.0}, "VALUE_UNKNOWN.use"), ({"amount": math.inf}, "VALUE_UNKNOWN.use"),
        ({"oxidation": 93.0}, "UNIT_UNCLEAR.oxidation"), ({"carbon": 26.18}, "UNIT_UNCLEAR.carbon"),
        ({"unit": "10kNm3"}, "UNIT_UNCLEAR.use"), ({"unit": "tce"}, "UNIT_UNCLEAR.use"),
        ({"ncv": -1.0}, "UNIT_UNCLEAR.stated"), ({"fuel": "gangue"}, "VALUE_UNKNOWN.factor"),
        ({"fuel": "phlogiston"}, "VALUE_UNKNOWN.factor"),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_used_is_an_error_with_its_address(wrong, key):
    frames = tables(firms=firms(ENV), uses=[use(ENV, "bituminous", 100.0) | wrong, use(ENV, "diesel", 1.0)])
    result = run(frames)
    errors = [one for one in result.findings if one.severity is Severity.ERROR]
    assert [one.key for one in errors] == [key]
    assert (errors[0].file, errors[0].layer, errors[0].row) == ("env_statistics.xlsx", "a", 5)
    assert result.records.loc[result.records["fuel"] == "diesel", "CO2"].sum() == pytest.approx(3.145122, abs=1e-6)


def test_an_amount_that_is_not_there_is_not_zero():
    result = run(tables(firms=firms(ENV), uses=[use(ENV, "bituminous", NAN)]))
    assert codes(result) == ["EVIDENCE_MISSING.amount"]
    assert result.records["CO2"].isna().all()


def test_an_unknown_process_without_a_factor_and_one_with_it():
    frames = tables(firms=firms(CARBON), uses=[use(CARBON, "magic", 5.0, what="process")])
    assert codes(run(frames), Severity.ERROR) == ["VALUE_UNKNOWN.factor"]
    frames = tables(firms=firms(CARBON), uses=[use(CARBON, "magic", 5.0, what="process", factor=0.2)])
    assert run(frames).records["CO2"].tolist() == [1.0]


def test_a_grid_factor_that_is_not_there_is_an_error_said_once_with_what_is():
    other = "key_energy_users//3"
    frames = tables(
        firms=firms(KEY, other, year=2030),
        uses=[use(KEY, "power", 10.0, what="power", year=2030), use(other, "power", 20.0, what="power", year=2030)],
    )
    result = run(frames, Settings(base=2030, series="industry-guides", power="ETS"), **{other: "E2"})
    assert codes(result) == ["VALUE_UNKNOWN.factor"]
    assert "ETS@2022" in result.findings[0].message_en
    assert result.purchased["power_co2_t"].isna().all()
    frozen = run(frames, Settings(base=2030, series="industry-guides", power="ETS@2022"), **{other: "E2"})
    assert frozen.purchased["power_co2_t"].tolist() == pytest.approx([5.703, 11.406])


def test_no_series_of_grid_factors_means_no_co2_of_power():
    frames = tables(firms=firms(KEY), uses=[use(KEY, "power", 10.0, what="power")])
    result = run(frames, Settings(base=2020, series="industry-guides"))
    assert result.purchased["power_mwh"].tolist() == [10.0]
    assert result.purchased["power_co2_t"].isna().all()


# -------------------------------------------------------------------------------------------------------- uncertainty


def record(enterprise="E1", fuel="bituminous", **more):
    return {"record": f"{enterprise}/2020/fuel/{fuel}", "enterprise": enterprise, "year": 2020, "what": "fuel",
            "fuel": fuel, "device": "boiler", "table": "t", "tier": "default", "factor_id": f"fuel:{fuel}",
            "CO2": 1.0, "SO2": 1.0, "SO2_basis": "factor"} | more  # fmt: skip


CVS = {("activity", ""): Spread("normal", 0.2), ("CO2", "default"): Spread("normal", 0.2),
       ("SO2", "factor"): Spread("normal", 0.1)}  # fmt: skip


def drawn(rows, sectors=None, draws=40_000, seed=7, **more):
    found = uncertainty(pd.DataFrame(rows), sectors or {}, draws=draws, seed=seed, **{"cvs": CVS} | more)
    return found.set_index(["level", "key", "species"])


def test_forgetting_the_shared_draw_understates_joint_exceedance():
    """METHODS 5.5: .123 instead of .219 (activity σ .2, factors σ .2 and .1, both limits 1.1)."""
    of = {key: Spread("lognormal_median", spread.cv) for key, spread in CVS.items()}
    found = drawn([record()], cvs=of, limits={"CO2": 1.1, "SO2": 1.1}, draws=200_000)["p_over"]
    shared = found["enterprise", "E1", "CO2&SO2"]
    forgotten = found["enterprise", "E1", "CO2"] * found["enterprise", "E1", "SO2"]
    assert shared == pytest.approx(0.219, abs=0.005)
    assert forgotten == pytest.approx(0.123, abs=0.005)


def test_draws_agree_with_error_propagation():
    """IPCC: u² of a product is Σ u², of a sum Σ (u x)² ÷ (Σ x)²; a shared factor adds up in full."""
    found = drawn([record("E1"), record("E2", CO2=3.0)], {"E1": "s", "E2": "s"})
    product = math.sqrt(0.2**2 + 0.2**2 + 0.2**4)
    assert found.loc[("enterprise", "E1", "CO2"), "cv"] == pytest.approx(product, rel=0.02)
    own = 0.2**2 * (1 + 9) / 16
    assert found.loc[("city", "", "CO2"), "cv"] == pytest.approx(math.sqrt(own + 0.2**2 + own * 0.2**2), rel=0.02)
    assert found.loc[("city", "", "CO2"), "mean"] == pytest.approx(4.0, rel=0.01)
    one = found.loc[("enterprise", "E1", "SO2")]
    assert one["low"] < one["mean"] < one["high"]


@pytest.mark.parametrize("distribution", ["normal", "lognormal", "triangular"])
def test_distributions_have_mean_one_and_their_cv(distribution):
    cvs = {("activity", ""): Spread(distribution, 0.3)}
    row = drawn([record()], cvs=cvs).loc[("enterprise", "E1", "CO2")]
    assert (row["mean"], row["cv"]) == (pytest.approx(1.0, rel=0.01), pytest.approx(0.3, rel=0.02))


def test_fuels_of_one_enterprise_are_drawn_apart_and_enterprises_do_not_depend_on_each_other():
    alone = drawn([record("E1")], draws=500)
    others = drawn([record("E0"), record("E1"), record("E2", "diesel")], draws=500)
    pd.testing.assert_series_equal(alone.loc[("enterprise", "E1", "CO2")], others.loc[("enterprise", "E1", "CO2")])
    assert drawn([record("E1")], draws=500, seed=8).loc[("enterprise", "E1", "CO2"), "mean"] != pytest.approx(
        alone.loc[("enterprise", "E1", "CO2"), "mean"], rel=1e-9
    )
    two = drawn([record("E1", "diesel", SO2=0.0), record("E1", "bituminous", SO2=0.0)])
    assert two.loc[("enterprise", "E1", "CO2"), "cv"] < 0.25


def test_species_that_are_not_determined_have_no_row_and_key_emitters_have_a_chance():
    rows = [record("E1", CO2=26_000.0, SO2=math.nan)]
    found = uncertainty(pd.DataFrame(rows), {"E1": "s"}, draws=2000, seed=1, cvs=CVS)
    assert set(found["species"]) == {"CO2"}
    first = found.iloc[0]
    assert first["limit"] == 26_000.0
    assert 0.4 < first["p_over"] < 0.6


def test_records_of_several_years_are_refused():
    rows = pd.DataFrame([record(), record(year=2019)])
    with pytest.raises(QuantityError, match="2019, 2020"):
        uncertainty(rows, {}, draws=100, seed=1)


def test_pm25_follows_pm():
    cvs = {("PM", "reported"): Spread("lognormal", 0.5), ("PM2.5", "share"): Spread("normal", 0.0)}
    rows = [record(PM=2.0, PM_basis="reported") | {"PM2.5": 1.0}]
    found = drawn(rows, cvs=cvs, draws=2000)["mean"]
    np.testing.assert_allclose(found["enterprise", "E1", "PM"], 2 * found["enterprise", "E1", "PM2.5"])
