"""Edges that are no common border: held against a count of every edge in plain Python, and against GEOS."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from zoning.checks.vector.borders import lone
from zoning.checks.vector.topology import Layout

PLANE = CRS.from_epsg(4549)
cells = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=30)


def squares(chosen, turned):
    boxes = [shapely.box(x, y, x + 1, y + 1, ccw=(x + y) % 2 == 0 or not turned) for x, y in sorted(chosen)]
    return np.array(boxes, dtype=object)


@given(cells, st.booleans(), st.lists(st.integers(0, 29), max_size=2))
def test_lone_edges_are_those_not_drawn_once_in_each_direction(chosen, turned, repeated):
    shapes = squares(chosen, turned)
    shapes = np.append(shapes, [shapes[at % len(shapes)] for at in repeated]) if repeated else shapes
    drawn = Counter()
    for shape in shapes:
        drawn.update(pairwise(shapely.normalize(shape).exterior.coords))
    wanted = sum(n for (a, b), n in drawn.items() if n != 1 or drawn[b, a] != 1)
    features, edges = lone(shapes)
    assert len(edges) == wanted
    of_shape = [list(pairwise(shapely.normalize(shape).exterior.coords)) for shape in shapes]
    assert features.tolist() == [any(drawn[a, b] != 1 or drawn[b, a] != 1 for a, b in own) for own in of_shape]


@given(cells, st.booleans(), st.integers(0, 35), st.sampled_from([None, 0.0, 0.25]))
def test_a_layout_tells_what_geos_tells(chosen, turned, at, moved):
    shapes = squares(chosen | {(x, y) for x in range(6) for y in range(6) if moved is not None}, turned)
    if moved is not None:
        inner = shapely.transform(shapes[at % len(shapes)], lambda xy: xy + moved)
        shapes = np.append(shapes, np.array([inner], dtype=object))
    layout = Layout(shapes, PLANE)
    misfits = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    np.testing.assert_array_equal(layout.unmatched, misfits)
    assert shapely.equals(layout.union(), shapely.union_all(shapes))
