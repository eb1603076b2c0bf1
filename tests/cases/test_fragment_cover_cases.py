"""Cells of fragments against fractions done in the head."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from tests.cases.four_units import CODES, field, units, zone

from zoning import ledger
from zoning.ledger import build_ledger
from zoning.overlay.onto_grid import lay
from zoning.overlay.pairs.fragment_cover import fragment_coverage
from zoning.overlay.polygons import read_layer
from zoning.supports import Grid

GRID = Grid("EPSG:4549", Affine(100, 0, 500_000, 0, -100, 2_750_400), (4, 5))


def box(c0, r0, c1, r1):
    """A box in cell coordinates, rows downward."""
    return shapely.box(500_000 + 100 * c0, 2_750_400 - 100 * r1, 500_000 + 100 * c1, 2_750_400 - 100 * r0)


def common(a, b, pairs=((0, 0),)):
    layers = [read_layer(gpd.GeoSeries(shapes, crs=GRID.crs)) for shapes in (a, b)]
    covers = [lay(layer, GRID) for layer in layers]
    return fragment_coverage(np.array(pairs, dtype=np.int64).reshape(-1, 2), tuple(layers), tuple(covers))


def cells(cover, row=0):
    return cover.to_sparse().toarray()[row].reshape(GRID.shape)


def test_a_whole_cell_takes_the_fraction_of_the_other():
    # A covers columns 0–3.5, B columns 1.25–5: a boundary cell each, two whole cells between them.
    cover = common([box(0, 1, 3.5, 2)], [box(1.25, 1, 5, 2)])
    assert cells(cover)[1].tolist() == [0, 0.75, 1, 0.5, 0]
    assert [cover.run_row[0], cover.run_c0[0], cover.run_c1[0]] == [1, 2, 3]


def test_two_borders_in_one_cell_share_what_lies_between_them():
    # In cell (0, 1) A holds the left 0.75 and B the right 0.5: a quarter is common, neither 0.5 nor the product 0.375.
    assert cells(common([box(0, 0, 1.75, 1)], [box(1.5, 0, 3, 1)]))[0].tolist() == [0, 0.25, 0, 0, 0]


def test_two_borders_in_one_cell_that_do_not_meet_share_nothing():
    cover = common([box(0, 0, 1.25, 1)], [box(1.75, 0, 3, 1)])
    assert len(cover) == 1
    assert len(cover.cell) == len(cover.run_row) == 0


def test_a_hole_is_not_shared():
    # The hole of A (columns 1.5–2.5) lies half in B (columns 2–4): of cell (1, 2) half is left.
    ring = box(0, 0, 5, 3).difference(box(1.5, 1, 2.5, 2))
    assert cells(common([ring], [box(2, 1, 4, 2)]))[1].tolist() == [0, 0, 0.5, 1, 0]


def test_a_triangle_under_a_diagonal():
    # Cell (0, 0): A is its lower left half, B its lower half: their common part is 1/2 - 1/8 = 3/8.
    corner = shapely.Polygon([(500_000, 2_750_300), (500_100, 2_750_300), (500_000, 2_750_400)])
    assert cells(common([corner], [box(0, 0.5, 1, 1)]))[0, 0] == pytest.approx(3 / 8, abs=1e-14)


def test_rows_follow_the_pairs_and_there_may_be_none():
    cover = common([box(0, 0, 1, 1), box(2, 2, 3, 3)], [box(0, 0, 5, 4)], [(1, 0), (0, 0)])
    assert [int(np.flatnonzero(cells(cover, row))[0]) for row in (0, 1)] == [12, 0]
    assert len(common([box(0, 0, 1, 1)], [box(2, 2, 3, 3)], [])) == 0


def test_a_ledger_draws_no_fragment(monkeypatch):
    def refused(*given, **settings):
        raise AssertionError("drawn")

    monkeypatch.setattr(ledger.fragments, "fragments", refused)
    half = zone("energy", "NOBURN_3", shapely.box(500_000, 2_751_000, 500_500, 2_752_000))
    account = build_ledger(units(), (half,), (field(np.ones((4, 4))),), None)
    assert float(account.ledger["fragment_gridded"].sum()) == pytest.approx(2.0)
    monkeypatch.undo()
    drawn = account.drawing.drawn()
    assert list(drawn.columns) == ["element", "unit", "zone", "subtype", "area_m2", "geometry"]
    assert drawn["unit"].tolist() == [CODES[0]]
    assert drawn.geometry[0].equals(shapely.box(500_000, 2_751_000, 500_500, 2_752_000))
