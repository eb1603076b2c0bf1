"""What the public edition keeps, rounds and withholds, on results whose numbers are known."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from tests.cases.nine_units import nine_units

from zoning.edition import public_edition
from zoning.edition.figures import public_conservation, public_ledger, rounded
from zoning.edition.withheld import telling_species, withheld_numbers
from zoning.ledger import Ledger, known_columns
from zoning.result import Result
from zoning.supports import Emitters
from zoning.tables import read


def with_firms(result: Result, firms: list[tuple[str, int, float]]) -> Result:
    """The result with enterprises: name, place of the unit in the order of codes, CO2 of 2020."""
    points = [result.units.geometries[place].representative_point() for _, place, _ in firms]
    frame = gpd.GeoDataFrame(
        {
            "record": [f"r{number}" for number in range(len(firms))],
            "emitter": [name for name, _, _ in firms],
            "name": [f"{name}有限公司" for name, _, _ in firms],
            "industry": "3011",
            "sector": "industry",
            "fuel": "coal",
            "activity": 1.0,
            "activity_unit": "t",
            "year": 2020,
            "in_grid": "no",
            "CO2": [mass for _, _, mass in firms],
        },
        geometry=points,
        crs=result.units.crs,
    )
    return dataclasses.replace(result, emitters=Emitters(frame, ("CO2",)))


def test_rounding_keeps_order_zero_and_absence():
    values = np.array([26431.0, 26499.0, -0.0123, 0.0, np.nan, 998.0])
    expected = [26000.0, 26000.0, -0.012, 0.0, np.nan, 1000.0]
    np.testing.assert_array_equal(rounded(values, 2), expected)


def test_few_enterprises_are_withheld_and_never_one_unit_alone():
    result = nine_units()
    codes = result.units.codes
    firms = [
        ("甲", 0, 9.0),
        ("乙", 0, 8.0),
        ("丙", 0, 7.0),
        ("丁", 1, 6.0),
        ("戊", 2, 5.0),
        ("己", 2, 4.0),
        ("庚", 2, 3.0),
    ]
    assert withheld_numbers(with_firms(result, firms)) == {("CO2", 2020): {codes[1], codes[0]}}
    firms += [("辛", 3, 5.0), ("辛", 3, 6.0)]  # one enterprise with two boilers is one enterprise
    # two units of one enterprise each: together still two, and each of the two would know the other
    assert withheld_numbers(with_firms(result, firms)) == {("CO2", 2020): {codes[0], codes[1], codes[3]}}


def test_a_unit_that_one_enterprise_dominates_is_withheld():
    result = nine_units()
    codes = result.units.codes
    firms = [(f"甲{number}", 0, mass) for number, mass in enumerate((85.0, 10.0, 5.0))]
    firms += [(f"乙{number}", 1, 40.0) for number in range(3)]
    assert withheld_numbers(with_firms(result, firms)) == {("CO2", 2020): frozenset()}
    firms[0] = ("甲0", 0, 86.0)  # 86 of 101 is more than 0.85
    assert withheld_numbers(with_firms(result, firms)) == {("CO2", 2020): {codes[0], codes[1]}}


def test_a_species_that_one_enterprise_of_the_region_emits_has_no_total():
    alone = with_firms(nine_units(), [("甲", 0, 9.0)])
    assert telling_species(alone) == {"CO2"}
    assert telling_species(with_firms(nine_units(), [(name, 0, 9.0) for name in "甲乙丙"])) == frozenset()
    terms = {"series": "primary", "species": ["CO2", "CO2", "SO2"], "sector": ["a", "b", "a"], "year": 2020}
    table = pd.DataFrame(terms | {"in_units": [1234.0, 1.0, 5678.0], "relative_difference": [1e-16, 3e-16, 0.0]})
    public = public_conservation(table, {"SO2"})
    assert public.to_dict("records") == [
        {"series": "primary", "species": "CO2", "sector": "all", "year": 2020}
        | {"in_units": 1240.0, "relative_difference": 3e-16}
    ]
    assert public_conservation(table, {"CO2", "SO2"}).empty


def test_an_enterprise_that_emits_nothing_of_a_species_does_not_count():
    result = nine_units()
    firms = [("甲", 0, 9.0), ("乙", 0, 8.0), ("丙", 0, 0.0), ("丁", 1, 1.0), ("戊", 1, 1.0), ("己", 1, np.nan)]
    assert withheld_numbers(with_firms(result, firms)) == {("CO2", 2020): set(result.units.codes[:2])}


def test_sectors_are_added_up_rounded_and_hidden_by_species_and_year():
    ledger = Ledger.of_units(["A", "B"]).with_coordinates(species=["CO2", "SO2"], sector=["x", "y"], year=[2020, 2021])
    masses = np.full((2, 2, 2, 2), 1234.0)
    masses[0, 0, 0, 0] = np.nan
    ledger = ledger.with_columns(known_columns(("unit", "species", "sector", "year"), "s", emission=masses))
    ledger = ledger.with_columns(known_columns(("unit",), "s", area=np.array([1.234, 5.678])))
    ledger = ledger.with_columns(known_columns(("unit",), "s", located_share=np.array([0.5, 0.5])))
    public = public_ledger(ledger, {("SO2", 2021): frozenset({"B"})})
    assert public.columns == ("emission", "area")
    emission = public["emission"]
    assert emission.dims == ("unit", "species", "sector", "year")
    assert emission["sector"].values.tolist() == ["all"]
    assert float(emission.sel(unit="A", species="CO2", year=2020).item()) == 1200.0
    assert float(emission.sel(unit="B", species="SO2", year=2020).item()) == 2500.0
    assert np.isnan(emission.sel(unit="B", species="SO2", year=2021).item())
    np.testing.assert_array_equal(public["area"].values, [1.234, 5.678])


def test_nothing_of_an_enterprise_or_a_person_is_left():
    result = with_firms(nine_units(), [("甲水泥", 0, 30000.0), ("乙陶瓷", 1, 40000.0)])
    decisions = result.decisions.assign(override_by="张三", override_reason="内部会议", override_state="applied")
    public = public_edition(dataclasses.replace(result, decisions=decisions))
    assert public.emitters is None
    assert public.inventory is None
    assert not public.drafts
    assert not public.comments
    told = " ".join(
        [
            public.decisions.to_csv(),
            str(public.reasons),
            str(public.provenance),
            public.study.model_dump_json(),
            public.units.frame.to_csv(),
        ]
    )
    for secret in ("水泥", "陶瓷", "张三", "内部会议"):
        assert secret not in told
    assert list(public.decisions["decision"]) == list(result.decisions["decision"])
    assert public.decisions["located_t"].isna().all()


def test_the_public_edition_of_a_public_edition_is_itself():
    public = public_edition(nine_units())
    assert (public.edition, public.study.study.edition) == ("public", "public")
    assert public_edition(public) is public


def test_units_stay_a_coverage():
    import shapely

    public = public_edition(nine_units())
    assert shapely.coverage_is_valid(public.units.geometries)
    assert public.units.codes == nine_units().units.codes


@pytest.mark.parametrize("row", read("edition_rules"), ids=lambda row: f"{row['part']}.{row['field']}")
def test_rows_say_what_is_done(row):
    assert row["action"] in {"keep", "round", "withhold", "coarsen"}
    assert bool(row["value"]) == (row["action"] != "keep")
    assert not row["value"] or float(row["value"]) > 0


def test_what_no_row_names_is_left_out():
    frame = nine_units().units.frame.assign(contact="李四 13800000000")
    result = dataclasses.replace(nine_units(), units=type(nine_units().units)(frame))
    assert "contact" not in public_edition(result).units.frame.columns
    assert isinstance(public_edition(result).decisions, pd.DataFrame)
