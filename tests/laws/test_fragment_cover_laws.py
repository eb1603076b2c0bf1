"""Cells of fragments: the same as of drawn fragments, and as much as the units have."""

import numpy as np
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from zoning.overlay import coverage, fragments
from zoning.overlay.onto_grid import lay
from zoning.overlay.pairs.fragment_cover import fragment_coverage
from zoning.overlay.pairs.intersections import shared
from zoning.overlay.polygons import read_layer
from zoning.supports import Grid
from zoning.synthetic import patchwork

DEGREES, BELT = "EPSG:4490", "EPSG:4549"
BOUNDS = (118.0, 24.0, 118.6, 24.6)


def laid(seed: int, cell: float, crs: str = DEGREES):
    grid = Grid(DEGREES, Affine(cell, 0, 117.95, 0, -cell, 24.63), (int(0.7 / cell), int(0.7 / cell)))
    given = [patchwork(count, 300, BOUNDS, crs=crs, seed=seed + k).geometry for k, count in enumerate((7, 11))]
    layers = tuple(read_layer(shapes).projected(grid.crs, 50.0) for shapes in given)
    covers = tuple(lay(layer, grid) for layer in layers)
    pairs = shared(*layers)
    return grid, given, layers, covers, np.column_stack([pairs.a, pairs.b])


@given(seed=st.integers(0, 2**31), cell=st.sampled_from([0.3, 0.07, 0.021]), crs=st.sampled_from([DEGREES, BELT]))
def test_cells_of_fragments_are_those_of_drawn_ones(seed: int, cell: float, crs: str) -> None:
    grid, (units, zones), layers, covers, pairs = laid(seed, cell, crs)
    drawn = coverage(fragments(units, zones, grid.crs).geometry, grid)
    apart = abs(fragment_coverage(pairs, layers, covers).to_sparse() - drawn.to_sparse())
    assert apart.max() <= 1e-11


@given(seed=st.integers(0, 2**31), cell=st.sampled_from([0.3, 0.07, 0.021]))
def test_fragments_add_up_to_their_units_where_zones_lie(seed: int, cell: float) -> None:
    _, _, layers, covers, pairs = laid(seed, cell)
    found = fragment_coverage(pairs, layers, covers).to_sparse()
    inside = shapely.union_all(layers[1].rings.geometries())
    whole = np.flatnonzero(shapely.covers(inside, layers[0].rings.geometries()))
    for unit in whole.tolist():
        total = found[np.flatnonzero(pairs[:, 0] == unit)].sum(axis=0)
        assert np.abs(np.asarray(total) - covers[0].to_sparse()[unit].toarray()).max() <= 1e-11


def test_any_number_of_threads_gives_the_same_bits() -> None:
    _, _, layers, covers, pairs = laid(5, 0.011)
    many = np.tile(pairs, (90, 1))
    one, two = (fragment_coverage(many, layers, covers, threads=count) for count in (1, 2))
    for name in ("cell_ptr", "cell", "fraction", "run_ptr", "run_row", "run_c0", "run_c1"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert one.fraction.max() < 1.0 + 1e-15
