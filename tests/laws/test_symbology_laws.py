"""Limits of a study: a partition of the numbers never has a fault, and gives every number exactly one class."""

from __future__ import annotations

import itertools

from hypothesis import assume, given
from hypothesis import strategies as st

from zoning.study import parse_study
from zoning.symbology import look_of, packaged_look
from zoning.symbology.checking import check_look
from zoning.symbology.seeing import DEFICIENCIES, difference, lightness

ABOUT = {"study": {"name": "x", "admin_code": "350000"}, "years": {"base": 2020}, "units": {"path": "u"}}
THEMES = packaged_look().numeric_themes
NUMBERS = st.floats(-1e9, 1e9)
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


def stating(theme, limits):
    return parse_study(ABOUT | {"symbology": {"limits": {theme: limits}}}, root=".")


def partition(start, edges, fills):
    ends = [start, *sorted(edges), float("inf")]
    return [
        {"lower": lower, "upper": upper, "fill": fill}
        for (lower, upper), fill in zip(itertools.pairwise(ends), itertools.cycle(fills))
    ]


@given(st.sampled_from(THEMES), st.sets(st.floats(1e-3, 1e9), max_size=12), st.lists(COLOURS, min_size=1), NUMBERS)
def test_a_partition_has_no_fault_and_every_number_one_class(theme, edges, fills, value):
    start = packaged_look().class_limits(theme)[0].lower
    study = stating(theme, partition(start, edges, fills))
    assert "LIMITS_FAULTY" not in {str(found.code) for found in check_look(study)}
    classes = look_of(study).class_limits(theme)
    holding = [one for one in classes if one.lower <= value < one.upper]
    assert len(holding) == (value >= start)
    assert look_of(study).class_of(theme, value) == (holding[0] if holding else None)


@given(st.sampled_from(THEMES), st.sets(st.floats(1e-3, 1e9), min_size=1, max_size=6), st.data())
def test_a_partition_that_lost_a_class_is_faulty(theme, edges, data):
    start = packaged_look().class_limits(theme)[0].lower
    limits = partition(start, edges, ["#FFFFFF", "#000000"])
    del limits[data.draw(st.integers(0, len(limits) - 1))]
    assume(limits)
    assert "LIMITS_FAULTY" in {str(found.code) for found in check_look(stating(theme, limits))}


@given(COLOURS, COLOURS)
def test_lightness_has_bounds_and_a_difference_is_symmetric(one, other):
    assert 0 <= lightness(one) <= 100.001  # the rows of IEC 61966-2-1 are rounded
    for deficiency in DEFICIENCIES:
        assert difference(one, one, deficiency) == 0
        assert difference(one, other, deficiency) == difference(other, one, deficiency) >= 0
