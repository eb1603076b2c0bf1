"""Laws of checking polygons: what is certified is valid, however it was made; two ways of reading give one layer."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from zoning.errors import GeometryError
from zoning.overlay import WkbPolygons, coverage
from zoning.overlay.kernels.soundness import certified
from zoning.overlay.polygons import read_layer
from zoning.overlay.rings import Rings, joined
from zoning.supports import Grid
from zoning.synthetic import patchwork

seeds = st.integers(0, 2**32 - 1)
PLANE = CRS("EPSG:4549")


def sure(*shapes: shapely.Geometry) -> np.ndarray:
    rings = Rings.of(np.array(shapes, dtype=object))
    return certified(rings.x, rings.y, rings.ring_ptr, rings.outer, rings.unit_ptr)


def tangle(rng: np.random.Generator, corners: int, step: float) -> shapely.Polygon:
    """A ring through random points of a lattice: mostly crossing itself, sometimes touching, now and then simple."""
    points = np.round(rng.random((corners, 2)) * 40 / step) * step
    if rng.random() < 0.7:  # sorted by angle: simple, or touching where the lattice is coarse
        turned = points - points.mean(axis=0)
        points = points[np.argsort(np.arctan2(turned[:, 1], turned[:, 0]), kind="stable")]
    return shapely.Polygon(points)


def scattered(rng: np.random.Generator) -> shapely.MultiPolygon:
    """Parts and holes thrown together without regard to one another."""

    def ring(size: float) -> np.ndarray:
        angle = np.sort(rng.random(int(rng.integers(4, 30)))) * 2 * np.pi
        reach = size * rng.uniform(0.5, 1.0, len(angle))
        return rng.random(2) * 20 + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])

    parts = [
        shapely.Polygon(ring(rng.uniform(1, 12)), [ring(rng.uniform(0.2, 4)) for _ in range(int(rng.integers(0, 4)))])
        for _ in range(int(rng.integers(1, 4)))
    ]
    return shapely.MultiPolygon(parts)


@settings(max_examples=150)
@given(seeds, st.integers(3, 60), st.sampled_from([1e-9, 0.5, 2.0, 5.0]))
def test_what_is_certified_is_valid(seed: int, corners: int, step: float) -> None:
    rng = np.random.default_rng(seed)
    shapes = [tangle(rng, corners, step) for _ in range(8)] + [scattered(rng) for _ in range(8)]
    marks = sure(*shapes)
    assert not (marks & ~shapely.is_valid(shapes)).any()


@settings(max_examples=25)
@given(seeds, st.integers(6, 200))
def test_borders_as_they_are_drawn_are_certified(seed: int, vertices: int) -> None:
    units = patchwork(12, vertices, (118.0, 24.0, 118.5, 24.4), seed=seed)
    holed = shapely.difference(units.geometry.iloc[0], shapely.buffer(units.representative_point().iloc[0], 1e-4))
    islands = shapely.MultiPolygon([shapely.Point(x, 0).buffer(0.3) for x in range(20)])
    assert sure(*units.geometry, holed, islands).all()


@settings(max_examples=25)
@given(seeds)
def test_rings_inside_one_another_are_judged_by_their_nesting(seed: int) -> None:
    rng = np.random.default_rng(seed)
    at = rng.random(2) * 1000
    outer, lake, island = (shapely.Point(at).buffer(reach) for reach in (10.0, 6.0, 3.0))
    ring = outer.difference(lake)
    assert sure(shapely.MultiPolygon([ring, island])).all()
    wrong = [
        shapely.MultiPolygon([outer, island]),
        shapely.Polygon(outer.exterior, [lake.exterior, island.exterior]),
        shapely.Polygon(island.exterior, [lake.exterior]),
        shapely.Polygon(lake.exterior, [shapely.Point(at + 50).buffer(1.0).exterior]),
    ]
    assert not shapely.is_valid(wrong).any()
    assert not sure(*wrong).any()


@settings(max_examples=25)
@given(seeds, st.sampled_from(["xy", "z", "iso z"]), st.booleans())
def test_bytes_and_shapes_are_the_same_layer(seed: int, dims: str, big_endian: bool) -> None:
    rng = np.random.default_rng(seed)
    shapes = np.array(patchwork(8, 40, (0, 0, 100, 80), crs=PLANE, seed=seed).geometry, dtype=object)
    shapes[0] = shapely.MultiPolygon([shapes[0], shapely.transform(shapes[0], lambda xy: xy + 500)])
    shapes[1] = shapely.difference(shapes[1], shapely.buffer(shapely.point_on_surface(shapes[1]), 0.01))
    shapes[2], shapes[3] = shapely.Polygon(), None
    flat = np.array([None if one is None else shapely.force_2d(one) for one in shapes], dtype=object)
    if "z" in dims:
        shapes = shapely.force_3d(shapes, rng.random())
    packed = shapely.to_wkb(
        shapes, output_dimension=4, flavor="iso" if dims == "iso z" else "extended", byte_order=0 if big_endian else 1
    )
    sizes = [len(one or b"") for one in packed]
    data = np.frombuffer(b"".join(one or b"" for one in packed), dtype=np.uint8)
    given_bytes = WkbPolygons(pd.RangeIndex(8), PLANE, data, np.append(0, np.cumsum(sizes)))
    one, other = read_layer(given_bytes), read_layer(gpd.GeoSeries(flat, crs=PLANE))
    for name in ("x", "y", "ring_ptr", "outer", "unit_ptr"):
        assert np.array_equal(getattr(one.rings, name), getattr(other.rings, name))


@settings(max_examples=60)
@given(seeds, st.integers(0, 2**32 - 1))
def test_damaged_bytes_are_named_or_read_as_geos_reads_them(seed: int, damage: int) -> None:
    shapes = patchwork(3, 20, (0, 0, 10, 8), crs=PLANE, seed=seed).geometry
    packed = [bytearray(one) for one in shapely.to_wkb(np.array(shapes, dtype=object))]
    rng = np.random.default_rng(damage)
    hurt = packed[1]
    for _ in range(int(rng.integers(1, 4))):
        hurt[int(rng.integers(0, min(len(hurt), 30)))] = int(rng.integers(0, 256))
    if rng.random() < 0.5:
        del hurt[int(rng.integers(1, len(hurt))) :]
    sizes = [len(one) for one in packed]
    data = np.frombuffer(b"".join(packed), dtype=np.uint8)
    layer = WkbPolygons(pd.Index(["a", "b", "c"]), PLANE, data, np.append(0, np.cumsum(sizes)))
    known = shapely.from_wkb(bytes(hurt), on_invalid="ignore")
    grid = Grid(PLANE, (1.0, 0, 0, 0, -1.0, 8.0), (8, 10))
    order = hurt[:1] in (b"\0", b"\1")  # of bytes: nothing else is one, though GEOS takes any for little-endian
    usable = order and known is not None and known.geom_type in ("Polygon", "MultiPolygon") and known.is_valid
    if usable:
        expected = coverage(gpd.GeoSeries([known], crs=PLANE), grid).area.iloc[0]
        assert np.allclose(coverage(layer, grid).area["b"], expected)
    else:
        with pytest.raises(GeometryError, match=r"\bb\b"):
            coverage(layer, grid)


def test_parts_are_laid_end_to_end() -> None:
    whole = Rings.of(np.array(patchwork(9, 30, (0, 0, 9, 9)).geometry, dtype=object))
    again = joined([whole.units(0, 2), whole.units(2, 2), whole.units(2, 9)])
    for name in ("x", "y", "ring_ptr", "outer", "unit_ptr"):
        assert np.array_equal(getattr(whole, name), getattr(again, name))
    assert len(joined([])) == 0


@pytest.mark.parametrize("shift", [0.0, 1e7])
def test_near_misses_are_left_to_the_complete_test(shift: float) -> None:
    spike = shapely.Polygon([(0, 0), (4, 0), (2, 0), (2, 3)])
    touching = shapely.Polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)])
    doubled = shapely.Polygon([(0, 0), (4, 0), (4, 0), (4, 4)])
    moved = [shapely.transform(one, lambda xy: xy + shift) for one in (spike, touching, doubled)]
    assert not sure(*moved).any()
    assert shapely.is_valid(moved).tolist() == [False, False, True]
    assert len(read_layer(gpd.GeoSeries([moved[2]], crs=PLANE)).rings) == 1
