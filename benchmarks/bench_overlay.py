"""How fast the overlay is, and how many times faster than exactextract and GEOS in the same run.

Run with ``pytest benchmarks/bench_overlay.py --benchmark-enable -s``: the last two tests print the ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from zoning.overlay import coverage, intersection_areas, warm_up
from zoning.supports import Grid

GRID = Grid("EPSG:4490", Affine(0.01, 0, 118.0, 0, -0.01, 26.0), (200, 200))
LAYERS = 40


def ragged(count: int, seed: int) -> gpd.GeoDataFrame:
    """A city: a gap-free layer of units with ragged borders, about 120 vertices each for 300 units."""
    rng = np.random.default_rng(seed)
    frame = shapely.box(118.0, 24.0, 120.0, 26.0)
    points = shapely.multipoints(rng.uniform([118.0, 24.0], [120.0, 26.0], (count, 2)))
    parts = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame)), frame)
    bent = shapely.transform(
        shapely.segmentize(parts, 0.004), lambda xy: xy + 0.001 * np.sin(xy[:, ::-1] * 300) * np.cos(xy * 211)
    )
    return gpd.GeoDataFrame(geometry=bent, crs="EPSG:4490")


@pytest.fixture(scope="module")
def city() -> gpd.GeoDataFrame:
    warm_up()
    return ragged(300, 1)


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    return np.random.default_rng(2).random((LAYERS, *GRID.shape))


def seconds(task: Callable[[], object], rounds: int) -> float:
    """Best of a few rounds."""
    best = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        task()
        best = min(best, time.perf_counter() - start)
    return best


def test_coverage(benchmark: Callable[..., object], city: gpd.GeoDataFrame) -> None:
    benchmark(coverage, city, GRID)


def test_forty_layers(benchmark: Callable[..., object], city: gpd.GeoDataFrame, values: np.ndarray) -> None:
    benchmark(coverage(city, GRID).total, values)


def test_shared_areas(benchmark: Callable[..., object], city: gpd.GeoDataFrame) -> None:
    benchmark.pedantic(intersection_areas, (city, ragged(200, 3)), rounds=3)


def test_ratio_to_exactextract(city: gpd.GeoDataFrame, values: np.ndarray) -> None:
    place = {"xmin": 118.0, "ymin": 24.0, "xmax": 120.0, "ymax": 26.0, "srs_wkt": GRID.crs.to_wkt()}
    sources = [NumPyRasterSource(layer, **place, name=f"v{k}") for k, layer in enumerate(values)]
    theirs = seconds(lambda: exact_extract(sources, city, ["sum"], output="pandas"), 1)
    ours = seconds(lambda: coverage(city, GRID).total(values), 5)
    print(f"\n{LAYERS} layers: exactextract {theirs:.3f} s, zoning {ours:.4f} s, {theirs / ours:.0f} times")  # noqa: T201
    assert theirs > 5 * ours


def test_ratio_to_geos(city: gpd.GeoDataFrame) -> None:
    zones = ragged(200, 3).to_crs(city.crs)
    a, b = city.geometry.to_numpy(), zones.geometry.to_numpy()

    def cut() -> float:
        first, second = shapely.STRtree(b).query(a)
        return float(shapely.area(shapely.intersection(a[first], b[second])).sum())

    theirs, ours = seconds(cut, 2), seconds(lambda: intersection_areas(city, zones, densify=1e6), 3)
    print(f"\nshared areas: GEOS {theirs:.3f} s, zoning with projection {ours:.4f} s, {theirs / ours:.1f} times")  # noqa: T201
    assert theirs > ours
