"""Law 1 on random regions: what the grids hold is in units, counted twice, outside or taken out; order is nothing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.ledger import build_ledger
from zoning.supports import ControlUnits, Emitters, Grid

CRS = "EPSG:4549"
GRID = Grid(CRS, Affine(500, 0, 500_000, 0, -500, 2_755_000), (10, 10))


def region(rng, count):
    """Random convex units: overlapping, partly outside the grid, some smaller than a cell."""
    shapes = []
    for _ in range(count):
        centre = rng.uniform([499_000, 2_749_000], [506_000, 2_756_000])
        points = centre + rng.normal(size=(8, 2)) * rng.choice([150.0, 900.0])
        shapes.append(shapely.convex_hull(shapely.multipoints(points)))
    codes = [f"ZH9901012{number:04d}" for number in range(count)]
    frame = {"code": codes, "name": codes, "unit_class": ["KEY"] * count, "admin_code": ["990101"] * count}
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)


def layer(rng, holes):
    values = rng.gamma(0.5, 100.0, size=(10, 10))
    values[rng.random((10, 10)) < holes] = np.nan
    return Field(GRID, ArrayBlocks(values), "CO2", "industry", 2020, "t", Kind.TOTAL, "CO2", source="random")


def sources(rng, frame, count):
    """Emitters inside units."""
    inside = [shapely.point_on_surface(shape) for shape in rng.choice(frame.geometry.to_numpy(), count)]
    table = {
        "record": [f"r{i}" for i in range(count)], "emitter": [f"e{i}" for i in range(count)],
        "name": [f"e{i}" for i in range(count)], "industry": ["3011"] * count, "sector": ["industry"] * count,
        "fuel": ["coal"] * count, "year": [2020] * count, "CO2": rng.gamma(0.5, 80.0, count),
        "in_grid": rng.choice(["yes", "no", "unknown"], count), "energy_tce": [np.nan] * count,
    }  # fmt: skip
    return Emitters(gpd.GeoDataFrame(table, geometry=inside, crs=CRS), ("CO2",))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([0.0, 0.3]), st.integers(0, 6))
def test_mass_is_conserved(seed, count, holes, points):
    rng = np.random.default_rng(seed)
    frame = region(rng, count)
    found = sources(rng, frame, points) if points else None
    field = layer(rng, holes)
    account = build_ledger(ControlUnits(frame), (), (field,), found)
    row = account.conservation.iloc[0]
    assert row["relative_difference"] <= 1e-9
    assert row["raster_total"] == pytest.approx(np.nansum(field.values()), rel=1e-12)
    known = found.frame[found.frame["in_grid"].isin(["yes", "no"])]["CO2"].sum() if points else 0.0
    assert np.nansum(account.ledger["emission_located"]) == pytest.approx(known, rel=1e-12, abs=1e-12)
    if points:
        declared = found.frame[found.frame["in_grid"] == "yes"]["CO2"].sum()
        assert row["taken_out"] + row["shortfall"] == pytest.approx(declared, rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 10))
def test_order_of_rows_gives_the_same_bits(seed, count):
    rng = np.random.default_rng(seed)
    frame, field = region(rng, count), layer(rng, 0.1)
    shuffled = frame.sample(frac=1.0, random_state=seed % 1000)
    one = build_ledger(ControlUnits(frame), (), (field,), None).ledger
    other = build_ledger(ControlUnits(shuffled), (), (field,), None).ledger
    assert one.columns == other.columns
    assert one.data.identical(other.data)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_inputs_are_left_as_they_were(seed):
    rng = np.random.default_rng(seed)
    frame, field = region(rng, 4), layer(rng, 0.1)
    found = sources(rng, frame, 3)
    before = frame.copy(), field.blocks.values.copy(), found.frame.copy()
    build_ledger(ControlUnits(frame), (), (field,), found)
    assert frame.equals(before[0])
    np.testing.assert_array_equal(field.blocks.values, before[1])
    assert found.frame.equals(before[2])
