"""Laws of adding up: what must hold for any values, read in any way, by anybody."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks, Window
from zoning.overlay import Coverage, coverage
from zoning.supports import Grid

EQUAL_AREA = "EPSG:6933"
ROWS, COLS = 41, 23
BANDS = sys.modules["zoning.overlay.values.bands"]
SUMS = sys.modules["zoning.overlay.values.sums"]
STATISTICS = ["count", "total", "mean", "min", "max", "variance", "stdev", "valid_share"]

seeds = st.integers(0, 2**32 - 1)
laws = settings(max_examples=20, deadline=None, derandomize=True)


@dataclass(frozen=True)
class NotedBlocks:
    """Blocks that note which windows are read."""

    values: NDArray[np.float64]
    chunk: tuple[int, int] = (1, 1)
    noted: list[Window] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        assert window is not None, "a raster is never read whole"
        self.noted.append(window)
        return self.values[window.row0 : window.row1, window.col0 : window.col1].copy()


def grid_of(crs: str = "EPSG:4490") -> Grid:
    if crs == "EPSG:4490":
        return Grid(crs, Affine(0.1, 0, 110.0, 0, -0.1, 34.1), (ROWS, COLS))
    return Grid(crs, Affine(1000, 0, 1e6, 0, -1000, 3.1e6), (ROWS, COLS))


def units_of(grid: Grid, seed: int, count: int = 9) -> gpd.GeoSeries:
    """Stars that overlap each other and the border of the grid."""
    rng = np.random.default_rng(seed)
    west, south, east, north = grid.bounds
    shapes = []
    for _ in range(count):
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(5, 30)))
        radius = rng.uniform(0.5, 9, len(angle)) * grid.dx
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        shapes.append(
            shapely.make_valid(
                shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))
            )
        )
    return gpd.GeoSeries(
        [shapely.union_all([p for p in shapely.get_parts(s) if p.area > 0]) for s in shapes], crs=grid.crs
    )


def values_of(seed: int, *lead: int, holes: float = 0.1) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    values = rng.normal(50.0, 20.0, (*lead, ROWS, COLS))
    values[rng.random(values.shape) < holes] = np.nan
    return values


def covering(seed: int, crs: str = "EPSG:4490") -> Coverage:
    grid = grid_of(crs)
    return coverage(units_of(grid, seed), grid)


@pytest.fixture(autouse=True)
def small_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands of two rows, so that a small grid has many."""
    monkeypatch.setattr(BANDS, "_BAND_ROWS", 2)
    monkeypatch.setattr(BANDS, "_BAND_CELLS", 1)


def same(one: pd.DataFrame | xr.DataArray, other: pd.DataFrame | xr.DataArray) -> None:
    np.testing.assert_array_equal(np.asarray(one), np.asarray(other), strict=True)


@laws
@given(seeds, st.sampled_from(["EPSG:4490", EQUAL_AREA]))
def test_statistics_are_those_of_the_matrix(seed: int, crs: str) -> None:
    laid, values = covering(seed, crs), values_of(seed, holes=0.3)
    weights = np.random.default_rng(seed).uniform(0.1, 3, (ROWS, COLS))
    matrix = laid.to_sparse().toarray().reshape(-1, ROWS, COLS)
    area = np.broadcast_to(laid.grid.cell_area, (ROWS, COLS))
    plain, weighed = laid.summary(values, STATISTICS), laid.summary(values, STATISTICS[:-1], weights=weights)
    for unit, fraction in enumerate(matrix):
        seen = (fraction > 0) & ~np.isnan(values)
        if not seen.any():
            assert plain.loc[unit].drop("valid_share").isna().all()
            continue
        x, f = values[seen], fraction[seen]
        for found, w in ((plain, f * area[seen]), (weighed, f * weights[seen])):
            mean = np.average(x, weights=w)
            spread = np.average((x - mean) ** 2, weights=w)
            own = f * x if found is plain else w * x
            expected = [f.sum(), own.sum(), mean, x.min(), x.max(), spread, np.sqrt(spread)]
            np.testing.assert_allclose(found.loc[unit, STATISTICS[:-1]], expected, rtol=1e-11, atol=1e-11)


@laws
@given(seeds)
def test_quantiles_spread_and_classes_are_those_of_exactextract(seed: int) -> None:
    laid, values = covering(seed, EQUAL_AREA), values_of(seed, holes=0.1)
    values = np.round(values) if seed % 2 else values
    west, south, east, north = laid.grid.bounds
    raster = NumPyRasterSource(values, west, south, east, north, nodata=np.nan, srs_wkt=laid.grid.crs.to_wkt())
    units = gpd.GeoDataFrame(geometry=units_of(laid.grid, seed))
    other = exact_extract(
        raster, units, ["min", "max", "variance", "quantile(q=0.1)", "quantile(q=0.5)"], output="pandas"
    )
    known = other["min"].notna()
    assert known.any()
    for name in ("min", "max", "variance"):
        np.testing.assert_allclose(
            getattr(laid, name)(values)["value"][known], other[name][known], rtol=1e-4, atol=1e-4
        )
    if not seed % 2:  # equal values may stand in any order there, and the definition depends on it
        found = laid.quantile(values, [0.1, 0.5])
        np.testing.assert_allclose(found[0.1][known], other["quantile_10"][known], rtol=1e-5, atol=1e-4)
        np.testing.assert_allclose(found[0.5][known], other["quantile_50"][known], rtol=1e-5, atol=1e-4)


@laws
@given(seeds)
def test_shares_of_classes_add_up_to_one(seed: int) -> None:
    laid, values = covering(seed), np.round(values_of(seed) / 20)
    shares = laid.fractions(values)
    known = laid.mean(values)["value"].notna()
    np.testing.assert_allclose(shares[known].sum(axis=1), 1.0, rtol=1e-13)
    assert shares[~known].isna().all(axis=None)
    assert (np.diff(shares.columns) > 0).all()
    mean = (shares * shares.columns.to_numpy(dtype=np.float64)).sum(axis=1, skipna=False)
    np.testing.assert_allclose(mean[known], laid.mean(values)["value"][known], rtol=1e-11, atol=1e-12)


@settings(laws, max_examples=3)  # each reads everything some twenty times
@given(seeds, st.integers(1, 40))
def test_bits_do_not_depend_on_memory_blocks_or_form(seed: int, rows: int) -> None:
    laid, values = covering(seed), values_of(seed, 11)
    memory = rows * COLS * 8.0
    whole = {name: laid.summary(values, [name]) for name in STATISTICS}
    blocks = [NotedBlocks(layer, (rows, COLS)) for layer in values]
    lazy = xr.DataArray(values, dims=("t", "y", "x")).chunk({"t": 4, "y": 7, "x": 9})
    for name, expected in whole.items():
        same(laid.summary(blocks, [name], memory=memory), expected)
        same(laid.summary(blocks, [name]), expected)
        same(laid.summary(lazy, [name], memory=memory).transpose("unit", "t", "statistic").values[..., 0], expected)
    same(laid.quantile(blocks, 0.3, memory=memory), laid.quantile(values, 0.3))
    classes = [ArrayBlocks(np.round(layer / 10)) for layer in values]
    same(laid.fractions(classes, memory=memory), laid.fractions(np.round(values / 10)))
    assert all(window.row1 - window.row0 <= max(rows, 2) for one in blocks for window in one.noted[:1])


@laws
@given(seeds)
def test_only_what_units_cover_is_read(seed: int) -> None:
    grid = grid_of()
    west, _, _, north = grid.bounds
    unit = gpd.GeoSeries([shapely.box(west + 0.52, north - 2.05, west + 1.11, north - 1.21)], crs=grid.crs)
    blocks = NotedBlocks(values_of(seed))
    coverage(unit, grid).total(blocks)
    read = np.zeros((ROWS, COLS), dtype=bool)
    for window in blocks.noted:
        read[window.row0 : window.row1, window.col0 : window.col1] = True
    assert read[12:21, 5:12].all()
    assert read.sum() <= 10 * 7


@laws
@given(seeds)
def test_a_field_is_read_in_bands_in_tonnes(seed: int) -> None:
    laid, values = covering(seed), np.abs(values_of(seed))
    blocks = NotedBlocks(values)
    flux = Field(laid.grid, blocks, "CO2", "industry", 2019, "t km-2 yr-1", Kind.FLUX, "CO2")
    found = laid.total(flux, memory=COLS * 16.0)["value"]
    np.testing.assert_allclose(found, laid.total(values * laid.grid.cell_area * 1e-6)["value"], rtol=1e-13)
    assert all(window.row1 - window.row0 <= 2 for window in blocks.noted)


def every_answer(laid: Coverage, values: object, weights: object, executor: object = None) -> list[NDArray[np.float64]]:
    given = {"executor": executor, "memory": 40_000.0}
    answers = [
        laid.summary(values, STATISTICS, weights=weights, **given),
        laid.total(values, **given),
        laid.mean(values, **given),
        laid.quantile(values, [0.1, 0.5], **given),
        laid.fractions([ArrayBlocks(np.sign(layer.values)) for layer in values[:2]], **given),
    ]
    return [np.asarray(answer) for answer in answers]


@dataclass(frozen=True)
class Client:
    """What the client of a cluster is to us: a thing that has an executor."""

    executor: Executor

    def get_executor(self) -> Executor:
        return self.executor


@pytest.fixture(params=["threads", "processes", "client"])
def executor(request: pytest.FixtureRequest) -> Iterator[object]:
    if request.param == "threads":
        with ThreadPoolExecutor(3) as pool:
            yield pool
    else:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            yield pool if request.param == "processes" else Client(pool)


def test_bits_do_not_depend_on_who_adds_up(executor: object) -> None:
    for seed, crs in ((1, "EPSG:4490"), (2, EQUAL_AREA)):
        laid, values = covering(seed, crs), values_of(seed, 10)
        weights = ArrayBlocks(np.abs(values_of(seed + 1)))
        blocks = [ArrayBlocks(layer) for layer in values]
        alone = every_answer(laid, blocks, weights)
        for one, other in zip(alone, every_answer(laid, blocks, weights, executor), strict=True):
            np.testing.assert_array_equal(one, other)
        for name in ("total", "mean"):
            same(getattr(laid, name)(values, executor=executor), getattr(laid, name)(values))
        lazy = xr.DataArray(values, dims=("t", "y", "x")).chunk({"t": 3, "y": 8})
        same(laid.mean(lazy, executor=executor), laid.mean(lazy))


def test_threads_of_our_own_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    laid, values = covering(5), values_of(5, 10)
    alone = every_answer(laid, [ArrayBlocks(layer) for layer in values], values[0] ** 2)
    monkeypatch.setattr(SUMS, "_MANY_VALUES", 0)
    for threads in (2, 5):
        monkeypatch.setattr(SUMS, "workers", lambda threads=threads: threads)
        for one, other in zip(
            alone, every_answer(laid, [ArrayBlocks(layer) for layer in values], values[0] ** 2), strict=True
        ):
            np.testing.assert_array_equal(one, other)
        same(laid.total(values[0]), laid.total([ArrayBlocks(values[0])]))
