"""Laws of emissions: nothing depends on the order of rows, what is reported adds up, scope 1 knows no power or heat."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.departments import emitted, firm, links, tables, use

from zoning.factors import Registry
from zoning.inventory.draws import uncertainty
from zoning.inventory.emissions import Settings, emission_records
from zoning.inventory.emissions.treatments import removal

SETTINGS = Settings(base=2020, series="industry-guides", power="ETS")
REGISTRY = Registry.packaged()
SPECIES = ("SO2", "NOx", "PM", "VOC")
TABLES = ("env_statistics/a", "key_energy_users/", "carbon_verification/f")

amount = st.floats(0.0, 1e7, allow_nan=False) | st.just(math.nan)
fuel = st.sampled_from(["bituminous", "natural_gas", "fuel_oil", "diesel", "biomass", "coke"])


@st.composite
def departments(draw):
    """A few enterprises in three tables, with fuels, pollutants and permits of any size."""
    firms, uses, pollutants = [], [], []
    enterprises = {}
    for at in range(draw(st.integers(1, 4))):
        for table in draw(st.lists(st.sampled_from(TABLES), min_size=1, unique=True)):
            ref = f"{table}/{at + 2}"
            enterprises[ref] = f"E{at}"
            firms.append(firm(ref, industry=draw(st.sampled_from(["1762", "3071", "4412", ""]))))
            uses += [use(ref, each, draw(amount)) for each in draw(st.lists(fuel, max_size=3, unique=True))]
            if table == TABLES[0]:
                pollutants += [emitted(ref, each, draw(amount)) for each in draw(st.lists(st.sampled_from(SPECIES),
                                                                                          unique=True))]  # fmt: skip
                pollutants += [emitted(ref, "SO2", draw(amount), "made")]
    frames = tables(firms=firms, uses=uses, pollutants=pollutants)
    return frames, pd.DataFrame({"ref": list(enterprises), "enterprise": list(enterprises.values())})


def run(frames, linked):
    return emission_records(frames, linked, REGISTRY, SETTINGS)


@given(departments(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_rows_changes_nothing(made, random):
    frames, linked = made
    shuffled = {}
    for each in dataclasses.fields(frames):
        frame = getattr(frames, each.name)
        order = list(range(len(frame)))
        random.shuffle(order)
        shuffled[each.name] = frame.iloc[order].reset_index(drop=True)
    first, second = run(frames, linked), run(type(frames)(**shuffled), linked.iloc[::-1])
    pd.testing.assert_frame_equal(first.records, second.records)
    pd.testing.assert_frame_equal(first.factors, second.factors)
    assert set(first.findings) == set(second.findings)
    assert set(first.corrections) == set(second.corrections)


@given(departments())
@settings(max_examples=60)
def test_what_counts_as_reported_adds_up_and_nothing_is_negative(made):
    result = run(*made)
    records = result.records
    assert not (records[["CO2", "CO2_biogenic", *SPECIES]] < 0).any().any()
    taken = result.chosen.pollutants
    taken = taken[taken["what"] == "emitted"]
    for (enterprise, species), rows in taken.groupby(["enterprise", "species"]):
        mine = records.loc[records["enterprise"] == enterprise, species]
        if rows["amount"].notna().all():
            assert mine.sum() == pytest.approx(rows["amount"].sum(), rel=1e-9, abs=1e-9)


@given(departments())
@settings(max_examples=40)
def test_a_value_is_used_as_written_or_there_is_a_correction(made):
    frames, linked = made
    result = run(frames, linked)
    written = {(row.ref, row.fuel): row.amount for row in frames.uses.itertuples()}
    corrected = {(one.ref, one.field) for one in result.corrections}
    for row in result.chosen.uses.itertuples():
        same = row.amount == written[row.ref, row.fuel] or math.isnan(written[row.ref, row.fuel])
        assert same or (row.ref, row.field) in corrected


@given(departments(), st.floats(1.0, 1e6))
@settings(max_examples=30)
def test_power_heat_and_permits_never_touch_what_is_emitted(made, size):
    frames, linked = made
    ref = frames.firms["ref"].iloc[0]
    before = run(frames, linked).records
    more = tables(
        uses=[use(ref, "power", size, what="power"), use(ref, "heat", -size, what="heat")],
        pollutants=[emitted(ref, "NOx", size, "permitted")],
    )
    wider = dataclasses.replace(frames, uses=pd.concat([frames.uses, more.uses], ignore_index=True))
    after = run(wider, linked).records
    columns = ["record", "CO2", "CH4", "N2O"]
    kept = after[after["record"].isin(set(before["record"]))]
    if set(frames.uses.loc[frames.uses["ref"] == ref, "what"]):  # a table that listed the enterprise before
        pd.testing.assert_frame_equal(before[columns], kept[columns].reset_index(drop=True))
    permits = dataclasses.replace(frames, pollutants=pd.concat([frames.pollutants, more.pollutants], ignore_index=True))
    held = run(permits, linked)
    if not any(one.kind == "UNIT_SLIP" for one in (*held.corrections, *run(frames, linked).corrections)):
        pd.testing.assert_frame_equal(before, held.records)


@given(st.floats(1.0, 1e6), st.floats(0.1, 10.0))
def test_co2_is_linear_in_activity(activity, times):
    def co2(size):
        frames = tables(firms=[firm("key_energy_users//2")], uses=[use("key_energy_users//2", "diesel", size)])
        return run(frames, links(frames)).records["CO2"].sum()

    assert co2(activity * times) == pytest.approx(co2(activity) * times, rel=1e-12)


@given(st.lists(st.sampled_from(["双碱法", "SNCR", "布袋除尘", "RTO", "活性炭", "无", "低氮燃烧"]), max_size=4))
def test_treatments_in_a_row_remove_more_and_never_all(texts):
    for species in SPECIES:
        removed, _, unknown = removal(tuple(texts), species, REGISTRY)
        assert 0.0 <= removed < 1.0
        assert unknown == ()
        fewer, _, _ = removal(tuple(texts[:-1]), species, REGISTRY)
        assert fewer <= removed + 1e-12


@given(departments(), st.integers(0, 2**31))
@settings(max_examples=15)
def test_draws_do_not_depend_on_the_order_of_records(made, seed):
    records = run(*made).records
    sectors = dict.fromkeys(records["enterprise"], "industry")
    first = uncertainty(records, sectors, draws=100, seed=seed)
    pd.testing.assert_frame_equal(first, uncertainty(records.iloc[::-1], sectors, draws=100, seed=seed))
    assert (first["low"].dropna() <= first["high"].dropna()).all()
