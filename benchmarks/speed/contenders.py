"""Who is measured: zoning, each other tool in its best mode, and two limits no tool can beat.

Every contender takes the inputs of a workload and returns its numbers, so that agreement is measured with the time.
What it needs in memory is loaded before the clock starts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import rasterio.features
import scipy.sparse
import shapely
from benchmarks.speed.workloads import TILE, Inputs
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource, RasterioRasterSource
from rasterio.windows import Window

import zoning
from zoning.overlay import coverage, fragments, intersection_areas

Numbers = np.ndarray


@dataclass(frozen=True)
class Contender:
    """One way to do the work.

    Attributes
    ----------
    key, name : str
        How it is called on the command line and on the page.
    call : callable
        Does the work and returns totals (units, layers), or the sum of shared areas.
    needs : tuple of str
        Inputs that lie in memory before the clock starts.
    kind : str
        ``ours``, ``exact``, ``inexact`` or ``limit``.
    against : str
        The row of ours that does the same from the same form: its numbers and its seconds are the base.
    """

    key: str
    name: str
    call: Callable[[Inputs], Numbers]
    needs: tuple[str, ...]
    kind: str
    against: str = ""


# ---- zoning ---------------------------------------------------------------------------------------------------------


def ours_array(inputs: Inputs) -> Numbers:
    """Cover, then totals and means of every layer."""
    return _both(coverage(inputs.frame, inputs.grid), inputs.stack)


def ours_tif(inputs: Inputs) -> Numbers:
    """The same from a GeoTIFF of many bands, read into memory."""
    with rasterio.open(inputs.tif_path) as source:
        values = source.read()
    return _both(coverage(inputs.frame, inputs.grid), values)


def ours_path(inputs: Inputs) -> Numbers:
    """The same from a raster given by its path, block after block."""
    return _both(zoning.coverage(inputs.frame, inputs.tif_path), inputs.tif_path)


def ours_parquet(inputs: Inputs) -> Numbers:
    """From the GeoParquet file to totals."""
    return _totals(zoning.coverage(inputs.layer_path, inputs.grid).total(inputs.stack))


def ours_saved(inputs: Inputs) -> Numbers:
    """Totals of a further stack on a coverage that was saved before: loaded from disk, no geometry."""
    return _totals(zoning.load_coverage(inputs.saved_path).total(inputs.stack))


def ours_areas(inputs: Inputs) -> Numbers:
    """Shared areas on the ellipsoid: both layers are projected on the way."""
    return np.array([intersection_areas(inputs.frame, inputs.other)["area_m2"].sum()])


def ours_areas_plane(inputs: Inputs) -> Numbers:
    """Shared areas of layers that lie in the equal-area plane already."""
    one, other = inputs.plane
    return np.array([intersection_areas(one, other)["area_m2"].sum()])


def ours_pieces(inputs: Inputs) -> Numbers:
    """The pieces themselves, in the system of the layers, with their areas on the ellipsoid."""
    pieces = fragments(inputs.frame, inputs.other, inputs.frame.crs)
    return np.array([shapely.area(pieces.geometry.to_numpy()).sum()])


def _both(cover: zoning.Coverage, values: np.ndarray | Path) -> Numbers:
    """Return the totals; the means are found in the same pass."""
    table = cover.summary(values, ["total", "mean"])
    return _totals(table.loc[:, table.columns.get_level_values("statistic") == "total"])


def _totals(table: object) -> Numbers:
    return np.asarray(table, dtype=np.float64).reshape(len(table), -1)  # type: ignore[arg-type]


# ---- exactextract ---------------------------------------------------------------------------------------------------


def ee_array(inputs: Inputs) -> Numbers:
    """Sum and mean of all layers in one call, from arrays."""
    return _sums(exact_extract(_sources(inputs, inputs.stack), inputs.frame, ["sum", "mean"], output="pandas"))


def ee_array_sum(inputs: Inputs) -> Numbers:
    """Sum alone of all layers in one call, from arrays."""
    return _sums(exact_extract(_sources(inputs, inputs.stack), inputs.frame, ["sum"], output="pandas"))


def ee_tif(inputs: Inputs) -> Numbers:
    """Sum and mean of all bands of a GeoTIFF in one call, raster-sequential (its fast way for a file)."""
    with rasterio.open(inputs.tif_path) as source:
        bands = [RasterioRasterSource(source, band + 1, name=f"v{band}") for band in range(source.count)]
        how = {"strategy": "raster-sequential", "output": "pandas"}
        return _sums(exact_extract(bands, inputs.frame, ["sum", "mean"], **how))


def ee_csr(inputs: Inputs) -> Numbers:
    """Its coverage once, as a scipy CSR matrix times the stack: what a careful user would do."""
    ones = _sources(inputs, np.ones((1, *inputs.work.shape), dtype=np.float32))
    rows = exact_extract(ones, inputs.frame, ["cell_id", "coverage"], output="pandas")
    cells = [np.asarray(row, dtype=np.int64) for row in rows["cell_id"]]
    ptr = np.append(0, np.cumsum([len(row) for row in cells]))
    shape = (len(cells), inputs.work.shape[0] * inputs.work.shape[1])
    matrix = scipy.sparse.csr_matrix((np.concatenate(list(rows["coverage"])), np.concatenate(cells), ptr), shape=shape)
    total = matrix @ inputs.stack.reshape(len(inputs.stack), -1).T
    _ = total / np.asarray(matrix.sum(axis=1))
    return np.asarray(total, dtype=np.float64)


def _sources(inputs: Inputs, stack: np.ndarray) -> list[NumPyRasterSource]:
    west, south, east, north = inputs.work.patches.bounds
    place = {"xmin": west, "ymin": south, "xmax": east, "ymax": north, "srs_wkt": inputs.frame.crs.to_wkt()}
    return [NumPyRasterSource(values, **place, name=f"v{at}") for at, values in enumerate(stack)]


def _sums(table: object) -> Numbers:
    frame = table[[name for name in table.columns if name.endswith("sum")]]  # type: ignore[attr-defined,index]
    return np.asarray(frame, dtype=np.float64)


# ---- other ways -----------------------------------------------------------------------------------------------------


def rasterized(inputs: Inputs) -> Numbers:
    """Burn unit numbers by cell centre and count: one unit per cell, so not exact."""
    shapes = ((shape, at + 1) for at, shape in enumerate(inputs.frame.geometry))
    burnt = rasterio.features.rasterize(
        shapes, out_shape=inputs.work.shape, transform=inputs.grid.transform, dtype="int32"
    ).ravel()
    count = len(inputs.frame) + 1
    sums = [np.bincount(burnt, weights=layer.ravel(), minlength=count)[1:] for layer in inputs.stack]
    total = np.column_stack(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        _ = total / np.bincount(burnt, minlength=count)[1:, None]
    return total


def overlaid(inputs: Inputs) -> Numbers:
    """geopandas.overlay in the plane of degrees."""
    return np.array([_overlay(inputs.frame, inputs.other)])


def overlaid_plane(inputs: Inputs) -> Numbers:
    """geopandas.overlay of layers in the equal-area plane."""
    return np.array([_overlay(*inputs.plane)])


def tree(inputs: Inputs) -> Numbers:
    """shapely.STRtree for the pairs, shapely.intersection for the pieces, on every core."""
    a, b = inputs.frame.geometry.to_numpy(), inputs.other.geometry.to_numpy()
    first, second = shapely.STRtree(b).query(a)
    parts = np.array_split(np.arange(len(first)), 64)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        areas = pool.map(lambda at: shapely.area(shapely.intersection(a[first[at]], b[second[at]])).sum(), parts)
        return np.array([float(sum(areas))])


def _overlay(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> float:
    return float(shapely.area(gpd.overlay(one, other, how="intersection").geometry.to_numpy()).sum())


# ---- limits ---------------------------------------------------------------------------------------------------------


def read_stack(inputs: Inputs) -> Numbers:
    """Read the uncompressed stack from disk (from the page cache, where it fits)."""
    return np.load(inputs.stack_path)[:, 0, 0]


def sum_stack(inputs: Inputs) -> Numbers:
    """Sum the stack once in memory."""
    return np.array([inputs.stack.sum()])


def decode_tif(inputs: Inputs) -> Numbers:
    """Decode every tile of the GeoTIFF once, on every core, and keep nothing."""
    rows, cols = inputs.work.shape
    workers = os.cpu_count() or 1

    def strips(first: int) -> float:
        with rasterio.open(inputs.tif_path) as source:
            found = 0.0
            for row in range(first * TILE, rows, workers * TILE):
                found += float(source.read(window=Window(0, row, cols, min(TILE, rows - row)))[0, 0, 0])
            return found

    with ThreadPoolExecutor(workers) as pool:
        return np.array([sum(pool.map(strips, range(workers)))])


ARRAYS, FRAME, BOTH, PLANE = ("frame", "stack"), ("frame",), ("frame", "other"), ("plane",)
_ALL = (
    Contender("ours", "zoning，数组 arrays", ours_array, ARRAYS, "ours"),
    Contender("ours_tif", "zoning，GeoTIFF", ours_tif, FRAME, "ours", against="ours"),
    Contender("ours_path", "zoning，GeoTIFF 分块 by blocks", ours_path, FRAME, "ours"),
    Contender(
        "ours_saved", "zoning，已存覆盖 saved coverage", ours_saved, ("stack", "saved_path"), "ours", against="ours"
    ),
    Contender("ours_parquet", "zoning，GeoParquet → 合计 totals", ours_parquet, ("stack",), "ours"),
    Contender("ours_areas", "zoning intersection_areas（椭球 ellipsoid）", ours_areas, BOTH, "ours"),
    Contender("ours_plane", "zoning intersection_areas（平面 plane）", ours_areas_plane, PLANE, "ours"),
    Contender("ours_pieces", "zoning fragments", ours_pieces, BOTH, "ours"),
    Contender("ee", "exactextract，数组 arrays", ee_array, ARRAYS, "exact", against="ours"),
    Contender(
        "ee_sum", "exactextract，数组，只求和 arrays, sum alone", ee_array_sum, ARRAYS, "exact", against="ours_saved"
    ),
    Contender("ee_tif", "exactextract，GeoTIFF raster-sequential", ee_tif, FRAME, "exact", against="ours_tif"),
    Contender("ee_csr", "exactextract coverage + scipy CSR", ee_csr, ARRAYS, "exact", against="ours"),
    Contender(
        "rasterize", "rasterize + bincount（像元中心 cell centre）", rasterized, ARRAYS, "inexact", against="ours"
    ),
    Contender("overlay", "geopandas.overlay（经纬度平面 degrees）", overlaid, BOTH, "exact", against="ours_pieces"),
    Contender(
        "overlay_plane",
        "geopandas.overlay（等积平面 equal-area plane）",
        overlaid_plane,
        BOTH,
        "exact",
        against="ours_plane",
    ),
    Contender("tree", "STRtree + shapely.intersection（多线程 threads）", tree, BOTH, "exact", against="ours_pieces"),
    Contender("read", "极限：读盘 limit: read the stack", read_stack, (), "limit"),
    Contender("sum", "极限：内存求和一次 limit: sum it once", sum_stack, ("stack",), "limit"),
    Contender("decode", "极限：解码 GeoTIFF limit: decode", decode_tif, (), "limit"),
)
CONTENDERS = {one.key: one for one in _ALL}

_GRID = ("ours", "ours_tif", "ee", "ee_tif", "ee_csr", "rasterize", "read", "sum", "decode")
_PLANE = ("ours_areas", "ours_plane", "ours_pieces", "overlay", "overlay_plane", "tree")
FIELD: dict[str, tuple[str, ...]] = {
    "W1": _GRID,
    "W2": (*_GRID, "ours_saved", "ee_sum"),
    "W2n": ("ours", "ee", "read", "sum"),
    "W3": _GRID,
    "W4": ("ours_path", "ee_tif", "decode"),
    "M": ("ours_parquet", "ee_sum", "read", "sum"),
    "B-b20": _PLANE,
    "B-big": _PLANE,
    "B-small": _PLANE,
}
ONCE: dict[str, tuple[str, ...]] = {"W3": ("ee_tif", "ee_csr"), "W4": ("ee_tif",), "M": ("ee_sum",)}  # a minute a round
QUICK: dict[str, tuple[str, ...]] = {
    "W1": ("ours", "ee", "rasterize", "sum"),
    "B-small": ("ours_plane", "overlay_plane"),
}


def base_of(key: str, rows: Container[str]) -> str:
    """Return the row of ours that a contender is held against, among those that were measured; ours against itself."""
    one = CONTENDERS[key]
    wanted = (one.against, key if one.kind == "ours" else "", "ours", "ours_path", "ours_parquet", "ours_plane")
    return next(name for name in wanted if name in rows)
