"""Polygons that break other programs, thousands of them, against GEOS: fractions, areas, nothing lost."""

from __future__ import annotations

from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.exact import area_within
from tests.fuzz.polygons import HIGH, KINDS, WIDE, Maker, polygon

from zoning.overlay import coverage
from zoning.overlay.kernels.cover import SNAP
from zoning.supports import Grid

BATCH = 10  # polygons of a draw
FEW, MANY = 3, 100  # draws of each of 12 kinds on each of 5 grids: 1,800 and 60,000 polygons
EPS = float(np.finfo(np.float64).eps)

GRIDS = {
    "cells of 1": ("EPSG:4549", 0.0, 0.0, 1.0, "north up"),
    "cells of 1, south up": ("EPSG:4549", 0.0, 0.0, 1.0, "south up"),
    "metres": ("EPSG:4549", 500_000.0, 2_750_000.0, 250.0, "north up"),
    "degrees": ("EPSG:4490", 118.0, 24.0, 0.01, "north up"),
    "degrees, south up": ("EPSG:4490", 118.0, 24.0, 0.25, "south up"),
}
CASES = [
    pytest.param(grid, kind, id=f"{kind.__name__}-{grid}")
    for grid in GRIDS
    for kind in KINDS
    if not (kind.__name__ == "frame" and "degrees" in grid)  # around the Earth is refused
]


def grid_of(name: str) -> Grid:
    crs, east, north, cell, up = GRIDS[name]
    top = north + HIGH * cell
    down = Affine(cell, 0, east, 0, -cell, top) if up == "north up" else Affine(cell, 0, east, 0, cell, north)
    return Grid(crs, down, (HIGH, WIDE))


def drawn(name: str, kind: Maker, seed: int) -> gpd.GeoSeries:
    crs, east, north, cell, _ = GRIDS[name]
    rng = np.random.default_rng(seed)
    shapes: list[object] = []
    while len(shapes) < BATCH:
        shape = shapely.transform(polygon(rng, kind), lambda xy: xy * cell + [east, north])
        if shape.is_valid:  # rounding may have closed a gap
            shapes.append(shape)
    return gpd.GeoSeries(shapes, crs=crs)


def cell_boxes(grid: Grid) -> np.ndarray:
    step = grid.transform
    col, row = np.meshgrid(np.arange(grid.shape[1]), np.arange(grid.shape[0]))
    x, y = step.c + col * step.a, step.f + row * step.e
    return shapely.box(x, y, x + step.a, y + step.e).ravel()


def exact_cell(grid: Grid, row: int, col: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    a, _, c, _, e, f = (Fraction(term) for term in tuple(grid.transform)[:6])
    south, north = sorted((f + row * e, f + (row + 1) * e))
    return c + col * a, south, c + (col + 1) * a, north


def agree(name: str, kind: Maker, seed: int) -> None:
    """Hold one draw against GEOS, and where the two differ against rational numbers.

    A vertex is known to a rounding of its coordinate, and so is a cell: an area to that times the length of the
    outline. Fractions are held to 1e-11, areas to 1e-12 of themselves, beyond what the coordinates leave open.
    """
    grid, layer = grid_of(name), drawn(name, kind, seed)
    shapes, cell = layer.to_numpy(), grid.dx
    laid = coverage(layer, grid)
    found = laid.to_sparse().toarray()
    expected = shapely.area(shapely.intersection(shapes[:, None], cell_boxes(grid)[None, :])) / cell**2
    rounding = EPS * np.abs(grid.bounds).max() / cell  # of a coordinate, in cells
    for unit, at in np.argwhere(np.abs(found - expected) > 1e-11):
        exact = area_within(shapes[unit], exact_cell(grid, *divmod(int(at), WIDE))) / Fraction(cell) ** 2
        assert abs(Fraction(found[unit, at]) - exact) <= 1e-11 + 8 * rounding
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    assert (found[expected > SNAP + 2e-12 + 16 * rounding] > 0).all(), "a covered cell is missing"
    outside = shapely.distance(shapes[:, None], cell_boxes(grid)[None, :]) > 16 * rounding * cell
    assert (found[outside] == 0).all(), "a cell that is not touched is covered"
    inside = shapely.box(*grid.bounds).buffer(-1e-9 * cell).contains(shapes)
    area, outline = shapely.area(shapes) / cell**2, shapely.length(shapes) / cell
    left_open = 8 * rounding * outline + 1e-12 * (1 + np.diff(laid.cell_ptr)) * np.minimum(area, 1.0)
    assert (np.abs(laid.cells - area) <= 1e-12 * area + left_open)[inside].all()


@pytest.mark.parametrize(("name", "kind"), CASES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=FEW, deadline=None)
def test_polygons(name: str, kind: Maker, seed: int) -> None:
    agree(name, kind, seed)


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "kind"), CASES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=MANY, deadline=None)
def test_many_polygons(name: str, kind: Maker, seed: int) -> None:
    agree(name, kind, seed)
