"""Arcs in common: what is put together again is what was cut, for any coverage."""

from __future__ import annotations

import itertools

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.webmap.topology import topology_of


@st.composite
def coverages(draw):
    """Return squares of a lattice put together into units at random; units may touch, enclose others, fall apart."""
    rows, cols = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    owners = draw(st.lists(st.integers(0, 4), min_size=rows * cols, max_size=rows * cols))
    units = []
    for owner in sorted(set(owners)):
        cells = [shapely.box(place % cols, place // cols, place % cols + 1, place // cols + 1)
                 for place, one in enumerate(owners) if one == owner]  # fmt: skip
        units.append(shapely.coverage_union_all(cells))
    return np.array(units, dtype=object)


def rebuilt(known):
    def ring(numbers):
        lines = [known.arcs[number] if number >= 0 else known.arcs[~number][::-1] for number in numbers]
        for one, other in itertools.pairwise(lines):
            assert (one[-1] == other[0]).all(), "arcs of a ring follow one another"
        return np.vstack([lines[0], *(line[1:] for line in lines[1:])])

    return [
        shapely.MultiPolygon([shapely.Polygon(ring(part[0]), [ring(hole) for hole in part[1:]]) for part in shape])
        for shape in known.shapes
    ]


@given(coverages())
@settings(deadline=None)
def test_shapes_come_back_whole(units):
    known = topology_of(units, 0.0, 0.0, 1.0)
    for unit, again in zip(units, rebuilt(known), strict=True):
        assert unit.symmetric_difference(again).area == 0


@given(coverages())
@settings(deadline=None)
def test_no_border_is_there_twice(units):
    known = topology_of(units, 0.0, 0.0, 1.0)
    edges = [
        tuple(sorted([tuple(one), tuple(other)]))
        for arc in known.arcs
        for one, other in zip(arc[:-1].tolist(), arc[1:].tolist(), strict=True)
    ]
    assert len(edges) == len(set(edges))
