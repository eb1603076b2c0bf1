"""Laws of the reconciliation and of the base evaluation, on cities nobody has seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import small_city as city

from zoning.inventory.evaluation import Context, evaluate
from zoning.inventory.reconciliation import Basis, rank_disagreements, reconcile

few = settings(max_examples=25)  # a city is some hundred operations on frames

BASIS = Basis(city.YEAR, "industry-guides")
CODES = ("3071", "1752", "4412", "1952", "2110", "")
GROUPS = ("纺织业", "非金属矿物制品业", "其他工业")
AMOUNTS = st.floats(0, 1e6, allow_nan=False).map(lambda amount: round(amount, 1))


@st.composite
def cities(draw):
    count = draw(st.integers(1, 8))
    names = [f"firm{number}" for number in range(count)]
    firms = {
        name: (
            name, draw(st.sampled_from(CODES)), "industry", draw(st.sampled_from(["U1", "U2", ""])),
            draw(st.booleans()), draw(st.one_of(AMOUNTS, st.just(float("nan")))), draw(st.floats(118.4, 118.7)),
            draw(st.floats(24.5, 24.9)),
        )
        for name in names
    }  # fmt: skip
    fuels = [
        (name, fuel, draw(AMOUNTS), "t")
        for name in names
        for fuel in draw(st.lists(st.sampled_from(["bituminous", "diesel"]), max_size=2, unique=True))
    ]
    items = [(item, fuel) for item in ("industry", "transport") for fuel in ("bituminous", "diesel")]
    cells = [("balance", *one, draw(AMOUNTS), "t", f"B{number}") for number, one in enumerate(items)]
    cells += [("balance", "thermal_power", "bituminous", -draw(AMOUNTS), "t", "B90")]
    cells += [
        ("industries", name, "bituminous", draw(AMOUNTS), "t", f"C{number}") for number, name in enumerate(GROUPS)
    ]
    return firms, fuels, cells


def done(firms, fuels, cells, basis=BASIS):
    """Reconcile a city."""
    records = city.records(fuels)
    records = records.assign(activity=records["activity"].astype("float64"))
    return reconcile(city.tables(cells, ()), city.enterprises(firms), records, basis)


def indexed(result):
    return result.reconciliation.set_index(["level", "sector", "group", "fuel", "unit"])


@few
@given(cities())
def test_residual_and_emitters_make_the_balance_in_every_row(drawn):
    rows = done(*drawn).reconciliation
    known = rows[rows["state"].isin(["residual", "closed", "negative"])]
    assert (known["residual"] == known["balance"] - known["emitters"]).all()
    assert (known["residual"] >= 0)[known["state"] == "residual"].all()
    assert (known["residual"] < 0)[known["state"] == "negative"].all()


@few
@given(cities())
def test_nothing_that_counted_enterprises_burn_is_lost(drawn):
    firms, fuels, _ = drawn
    counted = sum(amount for name, _, amount, _ in fuels if firms[name][4])
    result = done(*drawn).reconciliation
    for level in ("city", "sector"):
        assert result.loc[result["level"] == level, "emitters"].sum() == pytest.approx(counted, rel=1e-9, abs=1e-9)


@few
@given(cities())
def test_sectors_make_the_city_and_groups_make_the_sector(drawn):
    rows = done(*drawn).reconciliation
    sectors = rows[rows["level"] == "sector"]
    for one in rows[rows["level"] == "city"].to_dict("records"):
        own = sectors[(sectors["fuel"] == one["fuel"]) & (sectors["unit"] == one["unit"])]
        for column in ("balance", "emitters"):
            expected = np.nan if own[column].isna().any() else own[column].sum()
            assert one[column] == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)
    groups = rows[(rows["level"] == "group") & (rows["fuel"] == "bituminous") & (rows["sector"] == "industry")]
    industry = sectors[(sectors["sector"] == "industry") & (sectors["fuel"] == "bituminous")]
    for column in ("balance", "emitters"):
        assert groups[column].sum() == pytest.approx(industry[column].sum(), rel=1e-9, abs=1e-9)


@few
@given(cities(), st.sampled_from([c for c in CODES if c]), AMOUNTS)
def test_one_more_enterprise_moves_its_own_rows_by_what_it_burns(drawn, code, amount):
    firms, fuels, cells = drawn
    more = firms | {"new": ("new", code, "industry", "U1", True, 1.0, 118.5, 24.6)}
    before, after = (
        indexed(done(firms, fuels, cells)),
        indexed(done(more, [*fuels, ("new", "bituminous", amount, "t")], cells)),
    )
    keys = after.index.union(before.index)
    was, now = (one["emitters"].reindex(keys).fillna(0.0) for one in (before, after))
    moved = now - was
    touched = moved[moved.abs() > 1e-6]
    power = code.startswith("44")
    assert {key[0] for key in touched.index} <= ({"city", "sector"} if power else {"city", "sector", "group"})
    assert touched.to_numpy() == pytest.approx(amount, rel=1e-6, abs=1e-6)
    assert {key[1] for key in touched.index} <= {"", "power" if power else "industry"}
    assert len({key[2] for key in touched.index if key[0] == "group"}) <= 1


@few
@given(cities(), st.sampled_from([0.5, 2.0, 8.0]))
def test_residuals_scale_with_the_city(drawn, scale):
    firms, fuels, cells = drawn
    no_rounding = Basis(city.YEAR, "industry-guides", thresholds={"residual_rounding": 0.0})
    one = done(firms, fuels, cells, no_rounding).reconciliation
    larger_fuels = [(name, fuel, amount * scale, unit) for name, fuel, amount, unit in fuels]
    larger_cells = [(*cell[:3], cell[3] * scale, *cell[4:]) for cell in cells]
    other = done(firms, larger_fuels, larger_cells, no_rounding).reconciliation
    assert one["state"].tolist() == other["state"].tolist()
    expected = one["residual_co2_t"].to_numpy() * scale
    assert other["residual_co2_t"].to_numpy() == pytest.approx(expected, rel=1e-9, abs=1e-6, nan_ok=True)


@few
@given(cities(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(drawn, random):
    firms, fuels, cells = drawn
    names = list(firms)
    mixed_fuels, mixed_cells = list(fuels), list(cells)
    for one in (names, mixed_fuels, mixed_cells):
        random.shuffle(one)
    mixed = {name: firms[name] for name in names}
    one, other = done(firms, fuels, cells), done(mixed, mixed_fuels, mixed_cells)
    pd.testing.assert_frame_equal(one.reconciliation, other.reconciliation)
    assert [found.message_zh for found in one.findings] == [found.message_zh for found in other.findings]


@few
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["env", "energy", "carbon"]), AMOUNTS), max_size=9))
def test_disagreements_are_ranked_by_tonnes(values):
    uses = pd.DataFrame(
        [
            (f"{table}/{name}", 2020, "fuel", "bituminous", amount, "t", "煤", "", np.nan)
            for name, table, amount in values
        ],
        columns=["ref", "year", "what", "fuel", "amount", "unit", "field", "address", "factor"],
    )
    refs = sorted(set(uses["ref"]))
    firms = pd.DataFrame({"ref": refs, "table": [ref.split("/")[0] for ref in refs]}, dtype=object)
    tables = city.DepartmentTables(uses=uses, firms=firms)
    links = pd.DataFrame({"ref": refs, "enterprise": [ref.split("/")[1] for ref in refs]}, dtype=object)
    found = rank_disagreements(tables, links, city.enterprises(), BASIS)
    assert found["co2_t"].astype("float64").is_monotonic_decreasing
    sums = uses.groupby("ref")["amount"].sum()
    for row in found.to_dict("records"):
        left, right = (sums[f"{row[side].split('; ')[0]}/{row['enterprise']}"] for side in ("left", "right"))
        assert row["difference"] == pytest.approx(left - right, rel=1e-9, abs=1e-9)


# ---------------------------------------------------------------------------------------------- base evaluation


@st.composite
def loaded(draw):
    firms, fuels, _ = draw(cities())
    carbon = [draw(st.one_of(AMOUNTS, st.just(float("nan")))) for _ in fuels]
    sulphur = [draw(st.one_of(AMOUNTS, st.just(float("nan")))) for _ in fuels]
    return firms, city.records(fuels, CO2=carbon, SO2=sulphur)


def evaluated(firms, records):
    return evaluate(city.enterprises(firms), records, Context(year=city.YEAR, crs="EPSG:4549"))


@few
@given(loaded())
def test_shares_sum_to_one_and_quotients_have_a_mean_of_one(drawn):
    tables = evaluated(*drawn)
    industries = tables["industries"]
    for measure in ("CO2", "AP_eq"):
        for table, column in (
            (industries[industries["level"] == "division"], "contribution"),
            (tables["units"], "share"),
        ):
            shares = table[f"{column}_{measure}"]
            assert shares.isna().all() or shares.sum() == pytest.approx(1.0, rel=1e-9)
    firms, records = drawn
    own = records.groupby("enterprise")["CO2"].sum(min_count=1)
    worth = {name: about[5] for name, about in firms.items() if about[4] and name in own and not np.isnan(own[name])}
    worth = {name: value for name, value in worth.items() if value > 0}
    by_code: dict[str, float] = {}
    for name, value in worth.items():
        code = firms[name][1][:2]
        by_code[code] = by_code.get(code, 0.0) + value
    quotients = industries[industries["level"] == "division"].set_index("code")["lq_CO2"]
    mass = {name: own[name] for name, about in firms.items() if about[4] and not np.isnan(about[5]) and name in own}
    nowhere = sum(value for name, value in mass.items() if value > 0 and not firms[name][5] > 0)
    if by_code and sum(own[name] for name in worth) > 0 and nowhere == 0:
        mean = sum(value * quotients[code] for code, value in by_code.items()) / sum(by_code.values())
        assert mean == pytest.approx(1.0, rel=1e-9)


@few
@given(loaded(), st.randoms(use_true_random=False))
def test_the_evaluation_does_not_depend_on_order(drawn, random):
    firms, records = drawn
    names, places = list(firms), list(range(len(records)))
    random.shuffle(names)
    random.shuffle(places)
    one = evaluated(firms, records)
    other = evaluated({name: firms[name] for name in names}, records.iloc[places])
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name], obj=name)


@few
@given(loaded())
def test_double_high_is_one_set_inside_the_other(drawn):
    tables = evaluated(*drawn)
    for name in ("double_high", "double_high_cells"):
        table = tables[name]
        assert not (table["double_high_low"] & ~table["double_high"]).any()
        assert not (table["double_high"] & ~table["double_high_high"]).any()
        flagged = table[table["double_high"]]
        assert (flagged["CO2"] > 0).all()
        assert (flagged["AP_eq"] > 0).all()
    assert tables["double_high_cells"]["CO2"].sum() == pytest.approx(tables["double_high"]["CO2"].sum(), rel=1e-9)


@few
@given(loaded())
def test_governable_rows_hold_what_is_located_in_industry_and_power(drawn):
    tables = evaluated(*drawn)
    assert tables["governable"]["CO2"].sum() == pytest.approx(tables["double_high"]["CO2"].sum(), rel=1e-9, abs=1e-9)
    assert tables["governable"]["CO2"].is_monotonic_decreasing
