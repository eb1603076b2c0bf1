"""Synergy of zones by hand: shares, concentration, common origin, and which zone is marked."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.indicators.zones import ZONE_COLUMNS, zone_synergy
from zoning.ledger import Column, Ledger

MASS = Column("t yr-1", "排放", "emission", "test")
AREA = Column("m2", "面积", "area", "test")
LIMITS = {"least_load": 0.05, "least_co2": 0.05}


def ledger(located=1.0):
    """Two units of 3 and 1 km², each a fragment of the air zones A and B; SO2 at 0.95 kg per equivalent.

    A: CO2 60 of industry and 20 of power, SO2 0 and 1.9; B: CO2 20 of industry, SO2 1.9 of industry. Of the SO2 a share
    is located.
    """
    units, species, sectors = ["U1", "U2"], ["CO2", "SO2"], ["industry", "power"]
    mass = np.array([[[60.0, 20.0], [0.0, 1.9]], [[20.0, 0.0], [1.9, 0.0]]])[..., None]
    placed = mass * np.array([0.0, located])[None, :, None, None]
    dims = ("species", "sector", "year")
    one = Ledger.of_units(units).with_coordinates(species=species, sector=sectors, year=[2020])
    one = one.with_column("area", ("unit",), np.array([3e6, 1e6]), AREA)
    one = one.with_column("emission", ("unit", *dims), mass, MASS)
    one = one.with_column("emission_located", ("unit", *dims), placed, MASS)
    one = one.with_labels(
        "fragment",
        fragment_element=["air", "air", "air"],
        fragment_zone=["A", "B", ""],
        fragment_unit=["U1", "U2", "U2"],
        fragment_subtype=["AIR_HIGH", "AIR_GENERAL", ""],
    )
    rest = np.concatenate([mass, np.full_like(mass[:1], 0.0)])
    none = np.concatenate([mass - placed, np.full_like(mass[:1], 0.0)])
    one = one.with_column("fragment_area", ("fragment",), np.array([3e6, 1e6, 0.0]), AREA)
    one = one.with_column("fragment_emission", ("fragment", *dims), rest, MASS)
    return one.with_column("fragment_gridded", ("fragment", *dims), none, MASS)


def test_shares_and_concentration_by_hand():
    table = zone_synergy(ledger(), "air", 2020, **LIMITS).set_index("zone")
    assert list(table.index) == ["A", "B"]  # by share of CO2
    assert table["co2_t"].tolist() == [80.0, 20.0]
    assert table["ap_eq"].tolist() == pytest.approx([2000.0, 2000.0])  # 1.9 t ÷ 0.95 kg
    assert table["area_share"].tolist() == [0.75, 0.25]
    assert table["co2_share"].tolist() == [0.8, 0.2]
    assert table["co2_concentration"].tolist() == pytest.approx([0.8 / 0.75, 0.2 / 0.25])
    assert table["ap_concentration"].tolist() == pytest.approx([0.5 / 0.75, 0.5 / 0.25])
    assert table["ap_located_share"].tolist() == [0.5, 0.5]


def test_common_origin_against_the_region_by_hand():
    table = zone_synergy(ledger(), "air", 2020, **LIMITS).set_index("zone")
    # A: CO2 (3/4, 1/4), AP (0, 1); B: both (1, 0); region: CO2 (4/5, 1/5), AP (1/2, 1/2)
    assert table["common_origin"].tolist() == pytest.approx([0.25, 1.0])
    assert table["common_origin_reference"].tolist() == pytest.approx([0.7, 0.7])
    assert table["difference"].tolist() == pytest.approx([-0.45, 0.3])
    assert table["marked"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("limits", "marked"),
    [({"least_load": 0.5, "least_co2": 0.2}, True), ({"least_load": 0.51, "least_co2": 0.2}, False),
     ({"least_load": 0.5, "least_co2": 0.21}, False)],
)  # fmt: skip
def test_a_zone_at_its_limits_is_marked_and_one_below_is_not(limits, marked):
    table = zone_synergy(ledger(), "air", 2020, **limits).set_index("zone")
    assert bool(table.loc["B", "marked"]) is marked


def test_without_located_mass_nothing_is_judged():
    table = zone_synergy(ledger(located=0.0), "air", 2020, **LIMITS)
    assert table["marked"].tolist() == [None, None]
    assert table["ap_located_share"].isna().all()
    assert table["co2_share"].tolist() == [0.8, 0.2]


@pytest.mark.parametrize(("element", "year"), [("water", 2020), ("air", 2019)])
def test_no_such_zones_or_year_gives_an_empty_table(element, year):
    assert list(zone_synergy(ledger(), element, year, **LIMITS).columns) == list(ZONE_COLUMNS)
    assert zone_synergy(ledger(), element, year, **LIMITS).empty


def test_a_ledger_without_fragments_gives_an_empty_table():
    assert zone_synergy(Ledger.of_units(["U1"]), "air", 2020, **LIMITS).empty
