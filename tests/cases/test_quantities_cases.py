"""Units of measure against numbers worked by hand."""

import pytest

from zoning.errors import QuantityError
from zoning.quantities import canonical, convert, dimension, known_units, tonnes_per_year


@pytest.mark.parametrize(
    ("value", "unit", "target", "expected"),
    [
        (1.0, "kt", "t", 1e3),
        (2.5, "万吨", "t", 25_000.0),
        (3.0, "kg", "t", 3e-3),
        (1.0, "Tg", "万吨", 100.0),
        (1.0, "t/km2/a", "t m-2 yr-1", 1e-6),
        (1.0, "万吨标准煤", "GJ", 293_076.0),
        (1.0, "ug/m3", "mg m-3", 1e-3),
        (1.0, "MWh", "GJ", 3.6),
    ],
)
def test_conversions(value, unit, target, expected):
    assert convert(value, unit, target) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "species", "basis", "year", "factor", "per_area"),
    [
        ("t", "CO2", "CO2", 2020, 1.0, False),
        ("t", "CO2", "C", 2020, 44 / 12, False),
        ("kt", "NOx", "NO", 2020, 1e3 * 46 / 30, False),
        ("kg m-2 s-1", "CO2", "CO2", 2019, 1e-3 * 365 * 86400, True),
        ("kg m-2 s-1", "CO2", "CO2", 2020, 1e-3 * 366 * 86400, True),
        ("t km-2 yr-1", "SO2", "SO2", 2020, 1e-6, True),
    ],
)
def test_tonnes_per_year(unit, species, basis, year, factor, per_area):
    assert tonnes_per_year(unit, species, basis, year) == (pytest.approx(factor, rel=1e-12), per_area)


def test_flux_in_leap_and_common_year():
    # 1e-9 kg m-2 s-1 on 0.1 degree at 30 N (106.96 km2) is 3,373 t/yr, 3,382 in a leap year.
    for year, expected in ((2019, 3373), (2020, 3382)):
        factor, _ = tonnes_per_year("kg m-2 s-1", "CO2", "CO2", year)
        assert round(factor * 1e-9 * 106.96e6) == expected


@pytest.mark.parametrize("unit", ["foo", "tons of", "kg/m4"])
def test_unknown_unit_names_the_nearest(unit):
    with pytest.raises(QuantityError) as raised:
        canonical(unit)
    assert any(known in raised.value.en for known in known_units())


def test_carbon_and_co2_are_never_mixed():
    with pytest.raises(QuantityError, match="SO2"):
        tonnes_per_year("t", "SO2", "C", 2020)


@pytest.mark.parametrize("unit", ["ug m-3", "tce", "1", "t wan_CNY-1"])
def test_what_is_no_mass_never_becomes_tonnes(unit):
    with pytest.raises(QuantityError):
        tonnes_per_year(unit, "CO2", "CO2", 2020)


def test_seconds_and_years_do_not_meet_without_a_calendar():
    assert dimension("t s-1") != dimension("t yr-1")
    with pytest.raises(QuantityError):
        convert(1.0, "t s-1", "t yr-1")


def test_every_written_form_of_the_table_is_understood():
    for written in known_units():
        assert dimension(written) is not None
