"""Laws of repairs: once is enough, nothing of what is sound is touched, no area comes or goes unlisted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate

from zoning.checks.repairs import repair_layer, repair_table
from zoning.crs import EQUAL_AREA
from zoning.intake import RawCell, RawLayer, RawTable
from zoning.study import parse_study
from zoning.synthetic import region

BARE = {"study": {"name": "x", "admin_code": "990100"}, "years": {"base": 2020}, "units": {"path": "u"}}
SETTINGS = parse_study(BARE, ".")
SHIFT = st.floats(-0.06, 0.06)


def layer(shapes, crs=EQUAL_AREA):
    codes = [f"ZH9901012{number:04d}" for number in range(1, len(shapes) + 1)]
    return RawLayer("u.gpkg", "u", gpd.GeoDataFrame({"HJGKDYBM": codes}, geometry=list(shapes), crs=crs), {"crs": ""})


@st.composite
def fields_of_units(draw):
    """A gap-free pattern of four-cornered units with crooked borders, some of them moved by a few centimetres."""
    side = draw(st.integers(2, 4))
    moves = draw(st.lists(st.floats(-20, 20), min_size=2 * (side + 1) ** 2, max_size=2 * (side + 1) ** 2))
    grid = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1) * 100.0
    grid = grid + np.reshape(moves, grid.shape) + [1_350_000.0, 2_700_000.0]
    whole = [
        shapely.Polygon([grid[i, j], grid[i + 1, j], grid[i + 1, j + 1], grid[i, j + 1]])
        for i in range(side)
        for j in range(side)
    ]
    shifted = draw(st.lists(st.tuples(SHIFT, SHIFT, st.booleans()), min_size=len(whole), max_size=len(whole)))
    return whole, [
        translate(one, dx, dy) if moved else one for one, (dx, dy, moved) in zip(whole, shifted, strict=True)
    ]


@settings(max_examples=40, deadline=None)
@given(fields_of_units())
def test_areas_are_listed_and_repairing_twice_changes_nothing(drawn):
    _, shapes = drawn
    raw = layer(shapes)
    before = raw.frame.to_wkb().to_csv()
    mended, changes = repair_layer(raw, "units", SETTINGS)
    assert raw.frame.to_wkb().to_csv() == before
    after = mended.frame.geometry.to_numpy()
    assert shapely.is_valid(after).all()
    gained = shapely.area(after).sum() - shapely.area(np.array(shapes)).sum()
    assert gained == pytest.approx(sum(one.area_m2 or 0.0 for one in changes), abs=1e-6 * shapely.area(after).sum())
    again, more = repair_layer(mended, "units", SETTINGS)
    assert again is mended
    assert not any(one.applied for one in more)


@settings(max_examples=40, deadline=None)
@given(fields_of_units())
def test_a_layer_of_units_that_were_moved_becomes_a_coverage_and_no_border_moves_farther(drawn):
    _, shapes = drawn
    # Two units moved by 6 cm each way are never farther apart.
    narrow = parse_study(BARE | {"tolerance": {"width": 0.2}}, ".")
    mended, _ = repair_layer(layer(shapes), "units", narrow)
    after = mended.frame.geometry.to_numpy()
    assert shapely.coverage_is_valid(after)
    assert shapely.get_num_interior_rings(shapely.get_parts(shapely.union_all(after))).sum() == 0
    assert shapely.hausdorff_distance(np.array(shapes), after).max() <= narrow.tolerance.width


@settings(max_examples=20, deadline=None)
@given(fields_of_units())
def test_a_sound_layer_is_not_touched(drawn):
    whole, _ = drawn
    raw = layer(whole)
    assert repair_layer(raw, "units", SETTINGS) == (raw, ())


@settings(max_examples=3, deadline=None)
@given(st.integers(5, 40), st.integers(0, 1000))
def test_an_invented_region_is_sound(units, seed):
    frame = region(units=units, seed=seed).units.frame
    raw = layer(frame.geometry.to_numpy(), frame.crs)
    assert repair_layer(raw, "units", SETTINGS) == (raw, ())


TEXT = st.text(alphabet="甲乙Zz0１ \u00a0\u200b\ufeff\n=+-@.,5%", max_size=8)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=6), st.sampled_from(["t.csv", "t.xlsx"]))
def test_a_table_is_mended_once_and_its_numbers_stay(rows, file):
    lines = [["环境管控单元编码", "单元名称 ", "空间布局约束"], *rows]
    cells = tuple(
        tuple(RawCell(text, row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(lines, start=1)
    )
    raw = RawTable(file, cells)
    mended, changes = repair_table(raw, "list")
    assert changes
    again, more = repair_table(mended, "list")
    assert again is mended
    assert not any(one.applied for one in more)
    for old, new in zip(raw.rows[1:], mended.rows[1:], strict=True):
        for one, other in zip(old, new, strict=True):
            assert number(one.text) is None or number(other.text) == number(one.text)


def number(text):
    try:
        return float(text)
    except ValueError:
        return None
