"""Paths to dated targets, worked by hand."""

import math

import pytest

from zoning.targets import Target, Targets


def rows(use, use_year, *limits):
    return Targets(
        tuple(Target("R", "区", "county", "coal_total", "万吨", y, x, use, use_year, "t") for y, x in limits)
    )


@pytest.mark.parametrize(
    ("use", "year", "path", "deviation", "next_year", "next_cut"),
    [
        (330.0, 2020, 300.0, 0.1, 2025, 1 - 250 / 330),  # behind at a dated limit
        (275.0, 2022, 280.0, 275 / 280 - 1, 2025, 1 - 250 / 275),  # between limits: 300 − 2/5·50 = 280
        (240.0, 2025, 250.0, -0.04, 2035, 1 - 100 / 240),  # ahead
    ],
)
def test_state(use, year, path, deviation, next_year, next_cut):
    state = rows(use, year, (2020, 300.0), (2025, 250.0), (2035, 100.0)).state("R", "coal_total")
    assert state.path == pytest.approx(path)
    assert state.deviation == pytest.approx(deviation)
    assert (state.next_year, state.next_cut) == (next_year, pytest.approx(next_cut))


def test_use_before_the_first_limit_has_no_path():
    state = rows(330.0, 2018, (2020, 300.0), (2025, 250.0)).state("R", "coal_total")
    assert math.isnan(state.deviation)
    assert state.next_cut == pytest.approx(1 - 300 / 330)


def test_no_use_or_no_region_is_not_judged():
    assert rows(math.nan, 2020, (2020, 300.0)).state("R", "coal_total") is None
    assert rows(1.0, 2020, (2020, 300.0)).state("X", "coal_total") is None


def test_order_of_rows_never_matters():
    one = rows(330.0, 2020, (2020, 300.0), (2025, 250.0))
    other = rows(330.0, 2020, (2025, 250.0), (2020, 300.0))
    assert one == other
