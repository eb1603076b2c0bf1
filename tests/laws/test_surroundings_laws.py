"""A grid with too many cells keeps those around the units: mass, place and value of each, wherever the units lie."""

from __future__ import annotations

import dataclasses
from unittest.mock import patch

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from tests.cases.six_units import six_units

from zoning.crs import transformer
from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.io.write import grids, surroundings
from zoning.supports import Grid
from zoning.tables import numbers

MARGIN = 0.25


def limits(most: int) -> dict[str, float]:
    return numbers("limits") | {"published_cells": float(most), "published_margin": MARGIN}


def around(result) -> shapely.Geometry:
    """Return the box that is kept at least, in the system of the units."""
    west, south, east, north = shapely.total_bounds(result.units.geometries)
    margin = MARGIN * max(east - west, north - south)
    return shapely.box(west - margin, south - margin, east + margin, north + margin)


def laid(result, down: int, shape: tuple[int, int], kind: Kind, seed: int) -> Field:
    """Return a field of cells of 500 m whose middle lies somewhere near the units."""
    random = np.random.default_rng(seed)
    x, y = shapely.get_coordinates(shapely.centroid(around(result)))[0] + random.uniform(-6e3, 6e3, 2)
    rows, cols = shape
    place = Affine(500.0, 0, x - cols * 250, 0, 500.0 * down, y - down * rows * 250)
    values = random.lognormal(0, 3, shape)
    values[random.random(shape) < 0.2] = np.nan
    unit = "t" if kind is Kind.TOTAL else "t km-2 yr-1"
    return Field(Grid(result.units.crs, place, shape), ArrayBlocks(values), "SO2", "all", 2020, unit, kind, "SO2")


@pytest.mark.parametrize("kind", [Kind.TOTAL, Kind.FLUX])
@settings(max_examples=25, deadline=None)
@given(
    down=st.sampled_from([1, -1]), rows=st.integers(1, 90), cols=st.integers(1, 90), most=st.integers(1, 5000),
    seed=st.integers(0, 2**16),
)  # fmt: skip
def test_mass_around_the_units_is_conserved(kind, down, rows, cols, most, seed):
    result = six_units()
    field = laid(result, down, (rows, cols), kind, seed)
    few = limits(most)
    with patch.object(surroundings, "numbers", lambda _: few):
        (kept,), findings = surroundings.fields_around(dataclasses.replace(result, fields=(field,)))
        again, silent = surroundings.fields_around(dataclasses.replace(result, fields=(kept,)))
    assert rows * cols > most or (kept is field and not findings)
    assert bool(findings) == (kept.grid != field.grid)
    assert again[0].grid == kept.grid
    assert silent == ()
    cells = touching(field.grid, around(result))
    if findings:
        assert kept.grid.shape[0] * kept.grid.shape[1] == cells.sum()
        assert np.nansum(kept.tonnes()) == pytest.approx(np.nansum(field.tonnes()[cells]), rel=1e-9, abs=0)
        np.testing.assert_array_equal(np.isnan(kept.values()).sum(), np.isnan(field.values()[cells]).sum())


def touching(grid: Grid, box: shapely.Geometry) -> np.ndarray:
    """Return which cells share more than a border with a box; each one is asked by itself."""
    west, south, east, north = box.bounds
    x = grid.transform.c + np.arange(grid.shape[1] + 1) * grid.transform.a
    y = grid.transform.f + np.arange(grid.shape[0] + 1) * grid.transform.e
    low, high = np.minimum(y[:-1], y[1:]), np.maximum(y[:-1], y[1:])
    return ((low < north) & (high > south))[:, None] & ((x[:-1] < east) & (x[1:] > west))


def test_a_city_keeps_the_cells_of_a_national_grid(tmp_path):
    result = six_units()
    west, south, _, _ = transformer(result.units.crs, CRS(4326)).transform_bounds(*around(result).bounds)
    shape = (3000, 4000)
    place = Affine(0.005, 0, west - 10, 0, -0.005, south + 7.5)
    random = np.random.default_rng(1).random(shape)
    field = Field(Grid("EPSG:4326", place, shape), ArrayBlocks(random), "CO2", "all", 2020, "t", Kind.TOTAL, "CO2")
    result = dataclasses.replace(result, fields=(field,))
    fields, findings = surroundings.fields_around(result)
    _, coarsened = grids.write_grids(dataclasses.replace(result, fields=fields), tmp_path)
    assert [one.key for one in findings] == ["GRID_COARSENED.cut"]
    assert "3000×4000" in findings[0].message_zh
    assert coarsened == ()
    assert fields[0].grid.dx == pytest.approx(0.005)
    found = transformer(CRS(4326), result.units.crs).transform_bounds(*fields[0].grid.bounds)
    assert shapely.box(*found).buffer(1e-6).contains(around(result))
    kept = fields[0].grid
    col, row = round((kept.transform.c - place.c) / place.a), round((kept.transform.f - place.f) / place.e)
    rows, cols = kept.shape
    np.testing.assert_array_equal(fields[0].values(), random[row : row + rows, col : col + cols])


def test_a_grid_that_lies_elsewhere_stays_whole():
    result = six_units()
    field = laid(result, -1, (40, 40), Kind.TOTAL, 1)
    away = dataclasses.replace(field, grid=Grid(result.units.crs, Affine(500, 0, 0, 0, -500, 0), (40, 40)))
    few = limits(10)
    with patch.object(surroundings, "numbers", lambda _: few):
        assert surroundings.fields_around(dataclasses.replace(result, fields=(away,))) == ((away,), ())
