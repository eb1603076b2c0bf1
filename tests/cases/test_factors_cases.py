"""The registry of factors: printed reference factors, keys that must be named, and rows that a user brings."""

from __future__ import annotations

import pytest

from zoning.errors import TableError
from zoning.factors import Registry, fuel_factor
from zoning.tables import read

REGISTRY = Registry.packaged()
OWN = {"kind": "process", "name": "waste", "series": "own", "year": "2020", "place": "CN", "value": "0.35",
       "unit": "tCO2/t", "source": "示例", "status": "ours"}  # fmt: skip
COAL = {"kind": "fuel", "fuel": "bituminous", "series": "own", "year": "2019", "place": "35", "unit": "t",
        "ncv": "20.908", "carbon": "26.37", "oxidation": "0.94", "source": "示例", "status": "ours"}  # fmt: skip


def refused(call):
    with pytest.raises(TableError) as raised:
        call()
    return raised.value.text("en"), raised.value.text("zh")


# ------------------------------------------------------------------------------------------------ printed references


@pytest.mark.parametrize(
    ("fuel", "expected"),
    [
        ("汽油", 2.925056), ("柴油", 3.095910), ("天然气", 21.621888), ("烟煤", 1.741750), ("褐煤", 1.172864),
        ("焦炭", 2.860419), ("石油焦", 3.211542), ("原油", 3.020202), ("燃料油", 3.170461), ("lng", 2.831257),
        ("lpg", 3.101330), ("高炉煤气", 8.481132), ("转炉煤气", 15.124032), ("焦炉煤气", 8.863806),
    ],
)  # fmt: skip
def test_ref_21_fuels(fuel, expected):
    assert REGISTRY.fuel(fuel, "provincial-guide").co2_per_unit == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize(("name", "expected"), [("waste", 0.557333), ("hazardous_waste", 1.641750)])
def test_ref_21_waste(name, expected):
    assert REGISTRY.process(name).value == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize(
    ("ncv", "carbon", "oxidation", "expected"),
    [(20.908, 26.37, 0.94, 1.9003), (43.07, 19.5, 0.98, 3.0179), (46.055, 18.2, 0.98, 3.0119),
     (389.31, 15.3, 0.99, 21.622)],
)  # fmt: skip
def test_ref_22_products(ncv, carbon, oxidation, expected):
    row = COAL | {"ncv": str(ncv), "carbon": str(carbon), "oxidation": str(oxidation), "co2_per_unit": str(expected)}
    given = REGISTRY.with_rows([row]).fuel("bituminous", "own").co2_per_unit
    assert given == pytest.approx(expected, rel=5e-5)


def test_ref_22_a_row_whose_factor_is_not_its_product_is_refused():
    said, zh = refused(lambda: REGISTRY.with_rows([COAL | {"oxidation": "0.93", "co2_per_unit": "1.9003"}]))
    assert "1.9003" in said
    assert "1.8801" in said
    assert "1.9003" in zh


@pytest.mark.parametrize(
    ("series", "place", "values", "changes"),
    [
        ("MEE-NBS", "CN", (0.5568, 0.5366, 0.5306), (-3.6, -1.1)),
        ("MEE-NBS-fossil", "CN", (0.8426, 0.8325, 0.8273), (-1.2, None)),
        ("MEE-NBS-residual", "CN", (None, 0.5856, 0.6096), (None, 4.1)),
        ("MEE-NBS", "CN-north", (None, 0.6776, 0.6361), (None, -6.1)),
        ("MEE-NBS", "CN-northeast", (None, 0.5564, 0.5122), (None, -8.0)),
        ("MEE-NBS", "CN-east", (None, 0.5617, 0.5500), (None, -2.1)),
        ("MEE-NBS", "CN-central", (None, 0.5395, 0.5271), (None, -2.3)),
        ("MEE-NBS", "CN-northwest", (None, 0.5857, 0.5543), (None, -5.4)),
    ],
)
def test_ref_23_grid_factors_and_their_changes(series, place, values, changes):
    there = {year: REGISTRY.power(series, year, place).value for year in (2021, 2022, 2023)}
    for year, value in zip((2021, 2022, 2023), values, strict=True):
        assert value is None or there[year] == value
    for year, change in zip((2022, 2023), changes, strict=True):
        assert change is None or 100 * (there[year] / there[year - 1] - 1) == pytest.approx(change, abs=0.1)


def test_ref_23_ranking_of_provinces_in_2022():
    rows = [row for row in read("grid_factors") if row["year"] == "2022" and row["place"].isdigit()]
    ranked = [row["zh"] for row in sorted(rows, key=lambda row: -float(row["value"]))]
    assert len(ranked) == 30
    assert ranked[:5] == ["河北", "山西", "天津", "内蒙古", "安徽"]
    assert ranked[-5:] == ["福建", "广西", "青海", "四川", "云南"]


def test_standard_coal_of_power_needs_its_basis():
    """Grid power is 4.37 tCO2/tce by calorific value and 1.79 by equivalent value: the basis is an argument."""
    power = 0.5366
    assert power / REGISTRY.standard_coal("power", "GB/T 2589-2008").value == pytest.approx(4.37, abs=5e-3)
    assert power / REGISTRY.standard_coal("power", "0.300", "equivalent").value == pytest.approx(1.79, abs=5e-3)


def test_ref_25_clinker():
    assert REGISTRY.process("clinker", "IPCC-GPG").value == pytest.approx(0.646 * 44.01 / 56.08, abs=5e-4)
    assert REGISTRY.process("clinker", "provincial-guide").value == 0.538


def test_stoichiometry_of_carbonates():
    for name, mass in (("CaCO3", 100.09), ("MgCO3", 84.31), ("Na2CO3", 105.99), ("FeCO3", 115.85)):
        assert REGISTRY.process(name).value == pytest.approx(44.01 / mass, abs=6e-5)


# ---------------------------------------------------------------------------------------- keys that must be named


def test_both_vintages_of_bituminous_coal_stand_side_by_side():
    used = REGISTRY.fuel("烟煤", "industry-guides")
    assert used.co2_per_unit == pytest.approx(2.0715, abs=1e-4)
    others = REGISTRY.others("fuel", "bituminous", "fuel:bituminous@industry-guides:2013:CN")
    assert others == ("provincial-guide 2025: 1.7417 tCO2/t", "provincial-guide-2011: 26.1 tC/TJ")


def test_a_year_that_is_not_there_is_never_the_nearest_one():
    said, zh = refused(lambda: REGISTRY.power("ETS", 2024, "CN"))
    assert "ETS@2022" in said
    assert "series@year" in said
    assert "ETS@2022" in zh
    assert REGISTRY.power("ETS@2022", 2024, "CN").value == 0.5703
    assert REGISTRY.power("ETS", 2022, "CN").value != REGISTRY.power("MEE-NBS", 2022, "CN").value
    refused(lambda: REGISTRY.power("MEE-NBS", 2023, "35"))
    refused(lambda: REGISTRY.fuel("烟煤", "industry-guides", 2020))
    refused(lambda: REGISTRY.fuel("烟煤", "industry-guides@2020"))


def test_two_series_of_one_name_must_be_told_apart():
    said, _ = refused(lambda: REGISTRY.process("clinker"))
    assert "provincial-guide@2011" in said
    assert "IPCC-GPG@2000" in said


def test_an_unknown_name_gets_the_list():
    said, _ = refused(lambda: REGISTRY.process("magic"))
    assert "CaCO3" in said
    said, _ = refused(lambda: REGISTRY.gwp("SF6", "AR5"))
    assert "CH4" in said


def test_every_factor_has_source_and_status_and_a_key_of_its_own():
    for table in ("process_factors", "grid_factors", "heat_factors", "standard_coal", "gwp", "fuel_gases",
                  "pollutant_factors", "removal_efficiencies", "pm25_shares"):  # fmt: skip
        rows = read(table)
        keys = [tuple(row[column] for column in ("name", "fuel", "use", "series", "year", "place")) for row in rows]
        assert len(set(keys)) == len(keys), table
        assert all(row["source"] and row["status"] and row["year"] for row in rows), table
        assert all(float(row["value"]) >= 0 for row in rows), table


def test_invented_factors_of_a_study_are_not_in_the_package():
    assert all(float(row["value"]) != 0.35 for row in read("process_factors"))


# ------------------------------------------------------------------------------------------------- rows of a user


def test_own_rows_come_before_packaged_ones():
    assert REGISTRY.with_rows([OWN]).process("waste").value == 0.35
    assert REGISTRY.process("waste").value == pytest.approx(0.557333, abs=2e-6)
    same = OWN | {"name": "lime", "series": "provincial-guide", "year": "2011", "value": "0.7"}
    assert REGISTRY.with_rows([same]).process("lime").value == 0.7


def test_own_rows_of_a_series_and_year():
    grid = OWN | {"kind": "power", "name": "power", "series": "ETS", "year": "2024", "value": "0.5", "unit": "tCO2/MWh"}
    registry = REGISTRY.with_rows([grid])
    assert registry.power("ETS", 2024, "CN").value == 0.5
    assert registry.power("ETS", 2022, "CN").value == 0.5703
    assert registry.power("ETS", 2024, "CN").status == "ours"


def test_every_fault_of_own_rows_is_named_at_once():
    rows = [
        OWN | {"kind": "spell"},
        OWN | {"value": "-1"},
        OWN | {"status": "sure"},
        OWN | {"source": "", "name": "x"},
        COAL | {"oxidation": "93"},
        COAL | {"fuel": "coke", "ncv": ""},
        OWN | {"year": "soon", "name": "y"},
    ]
    said, _ = refused(lambda: REGISTRY.with_rows(rows))
    assert all(f"row {number} " in said for number in range(2, 9))


def test_one_factor_twice_is_refused():
    said, _ = refused(lambda: REGISTRY.with_rows([OWN, OWN | {"value": "0.4"}]))
    assert "row 2" in said
    assert "row 3" in said


def test_the_plain_functions_keep_working():
    assert fuel_factor("coal", "industry-guides") == REGISTRY.fuel("coal", "industry-guides")
