"""Laws of what sheets show: merged cells keep mass, short codes stay apart, a class depends on the number alone."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from zoning.cartography.cells import densities_of
from zoning.cartography.layers import short_codes, value_legend
from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.supports import Grid
from zoning.symbology import packaged_look

LOOK = packaged_look()
WEST, NORTH, SIDE = 350_000.0, 2_752_000.0, 500.0


@given(
    rows=st.integers(1, 12), cols=st.integers(1, 12), most=st.integers(1, 200), seed=st.integers(0, 10**6),
    south_up=st.booleans(),
)  # fmt: skip
def test_merged_cells_keep_mass_and_lie_on_the_same_ground(rows, cols, most, seed, south_up):
    rng = np.random.default_rng(seed)
    values = rng.lognormal(2, 1, (rows, cols))
    values[rng.random((rows, cols)) < 0.2] = np.nan
    step, top = (SIDE, NORTH - rows * SIDE) if south_up else (-SIDE, NORTH)
    grid = Grid("EPSG:4549", Affine(SIDE, 0, WEST, 0, step, top), (rows, cols))
    one = Field(grid, ArrayBlocks(values), "CO2", "all", 2020, "t", Kind.TOTAL, "CO2")
    region = shapely.box(WEST, NORTH - rows * SIDE, WEST + cols * SIDE, NORTH)
    found = densities_of([one], region, CRS.from_epsg(4549), most)
    side = found.merged
    assert found.values.shape == (-(-rows // side), -(-cols // side))
    assert (found.grid.transform.c, found.grid.transform.f) == (WEST, top)
    whole = 0.0
    for row, col in np.argwhere(np.isfinite(found.values)):
        block = (slice(row * side, (row + 1) * side), slice(col * side, (col + 1) * side))
        known = np.isfinite(values[block])
        whole += found.values[row, col] * grid.cell_area[block][known].sum() / 1e6
    assert whole == pytest.approx(np.nansum(values))


@given(st.sets(st.text("ZH0123456789", min_size=1, max_size=13), min_size=1, max_size=30))
def test_short_codes_stay_apart_and_end_the_codes(codes):
    ordered = sorted(codes)
    short = short_codes(ordered)
    assert len(set(short)) == len(codes)
    assert all(one and code.endswith(one) for code, one in zip(ordered, short, strict=True))


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=40))
def test_the_class_of_a_number_does_not_depend_on_the_others(values):
    for theme in ("density.CO2", "density.other", "common_origin_difference", "pressure"):
        keys = value_legend(LOOK, theme, np.array(values)).keys
        alone = [value_legend(LOOK, theme, np.array([value])).keys[0] for value in values]
        assert list(keys) == alone
        for key, value in zip(keys, values, strict=True):
            limit = LOOK.class_of(theme, value)
            assert (key == "NO_DATA") is (limit is None)
