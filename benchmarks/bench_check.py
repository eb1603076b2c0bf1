"""How fast a layer of units is judged: a city, a province and the whole country, and the naive way beside it.

Run with ``pytest benchmarks/bench_check.py --benchmark-enable -s``. The country is a mosaic of 44,604 ragged units.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.checks import check_units
from zoning.checks.vector.topology import Layout
from zoning.intake import RawLayer
from zoning.study import parse_study

COUNTRY = 44_604
STUDY = parse_study(
    {"study": {"name": "bench", "admin_code": "000000"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"}}, "."
)


def mosaic(count: int, *, vertices: int = 16) -> gpd.GeoDataFrame:
    """A gap-free layer of units on a square grid, degrees: every border is one ragged line that both sides share.

    A unit has ``4 × vertices`` vertices.
    """
    side = int(np.ceil(np.sqrt(count)))
    step = min(0.13, 30 / side)
    along = np.linspace(0, 1, vertices + 1)
    ragged = 0.1 * np.sin(2 * np.pi * along) * np.sin(9 * np.pi * along)
    col, row = (part.ravel()[:count] for part in np.meshgrid(np.arange(side), np.arange(side)))
    south = np.column_stack([along, ragged])
    west = np.column_stack([ragged, along])
    east, north, corner = west + np.array([1, 0]), south + np.array([0, 1]), np.array([90.0, 20.0])
    ring = np.vstack([south[:-1], east[:-1], north[:0:-1], west[:0:-1], south[:1]])
    xy = np.round((ring[None] + np.column_stack([col, row])[:, None]) * step + corner, 9)
    shapes = shapely.polygons(xy)
    codes = [f"ZH{350000 + at // 9999:06d}2{at % 9999 + 1:04d}" for at in range(count)]
    frame = {"code": codes, "unit_class": "重点管控单元"}
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4490")


def seconds(task: Callable[[], object]) -> float:
    """CPU seconds of one go: the machine may be shared."""
    start = time.process_time()
    task()
    return time.process_time() - start


@pytest.mark.parametrize("count", [300, 3_000, COUNTRY])
def test_check(benchmark: Callable[..., object], count: int) -> None:
    raw = RawLayer("u.gpkg", "u", mosaic(count), {"crs": ""})
    judged = benchmark.pedantic(lambda: check_units(raw, STUDY), rounds=1)
    assert judged.findings == ()


def test_country_with_faults() -> None:
    frame = mosaic(COUNTRY, vertices=25)
    shapes = frame.geometry.to_numpy().copy()
    shapes[::500] = shapely.buffer(shapes[::500], 0.001)  # ninety units grown into all their neighbours
    raw = RawLayer("u.gpkg", "u", frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs)), {"crs": ""})
    spent = seconds(lambda: check_units(raw, STUDY))
    print(f"\n{COUNTRY} units of 100 vertices, 90 faulty: {spent:.1f} s of CPU")


def test_ratio_to_the_naive_way() -> None:
    frame = mosaic(3_000)
    shapes = frame.geometry.to_numpy()

    def naive() -> float:
        tree = shapely.STRtree(shapes)
        one, other = tree.query(shapes, predicate="intersects")
        pair = one < other
        shared = shapely.area(shapely.intersection(shapes[one[pair]], shapes[other[pair]])).sum()
        return float(shared) + len(shapely.get_parts(shapely.union_all(shapes)))

    def ours() -> int:
        layout = Layout(shapes, frame.crs)
        return len(layout.overlaps()) + len(layout.gaps())

    theirs, mine = seconds(naive), seconds(ours)
    print(f"\n3,000 units: every pair and union {theirs:.2f} s, zoning {mine:.3f} s, {theirs / mine:.0f} times")
