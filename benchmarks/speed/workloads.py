"""What is measured: layers of polygons and stacks of rasters of a city, a province and a nation, made from seeds.

Inputs are kept in a folder and made once; the same seed gives the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from rasterio.windows import Window

import zoning
from zoning.crs import EQUAL_AREA
from zoning.supports import Grid
from zoning.synthetic import patchwork

CRS = "EPSG:4490"
NATION, PROVINCE, CITY = (75.0, 18.0, 135.0, 53.0), (114.0, 22.0, 121.0, 29.0), (118.0, 24.0, 120.0, 26.0)
TILE = 256
NO_DATA = -9999.0


@dataclass(frozen=True)
class Patches:
    """A gap-free layer: how many units, about how many vertices each, where."""

    units: int
    vertices: int
    bounds: tuple[float, float, float, float]
    seed: int = 7

    def path(self, folder: Path) -> Path:
        """Return the GeoParquet of the layer; it is made if it is not there."""
        file = folder / f"layer_{self.units}_{self.vertices}_{self.seed}_{self.bounds[0]:.0f}.parquet"
        if not file.exists():
            patchwork(self.units, self.vertices, self.bounds, crs=CRS, seed=self.seed).to_parquet(file)
        return file


@dataclass(frozen=True)
class Workload:
    """One row of work: a layer over a grid with layers, or a layer over another layer."""

    key: str
    name: str
    patches: Patches
    shape: tuple[int, int] = (0, 0)
    layers: int = 0
    missing: float = 0.0  # share of cells without data
    other: Patches | None = None

    @property
    def grid(self) -> Grid:
        """The cells, which fill the box of the layer."""
        west, south, east, north = self.patches.bounds
        rows, cols = self.shape
        return Grid(CRS, Affine((east - west) / cols, 0, west, 0, (south - north) / rows, north), self.shape)


CITY_UNITS = Patches(300, 80, CITY)
PROVINCE_UNITS = Patches(3_000, 420, PROVINCE)
NATION_UNITS = Patches(40_000, 350, NATION)
WORKLOADS = {
    work.key: work
    for work in (
        Workload("W1", "城市 city", CITY_UNITS, (200, 200), 40),
        Workload("W2", "省 province", PROVINCE_UNITS, (700, 700), 60),
        Workload("W2n", "省，5% 无数据 province, 5 % no data", PROVINCE_UNITS, (700, 700), 60, missing=0.05),
        Workload("W3", "全国 nation", NATION_UNITS, (3500, 6000), 8),
        Workload("W4", "细格网 fine grid", PROVINCE_UNITS, (20_000, 20_000), 1),
        Workload("M", "百万小单元 a million small units", Patches(1_000_000, 12, NATION), (3500, 6000), 1),
        Workload(
            "B-b20", "2 万 × 2 万 20,000 × 20,000", Patches(20_000, 150, NATION), other=Patches(20_001, 150, NATION, 8)
        ),
        Workload(
            "B-big",
            "40 大 × 3,000 40 large × 3,000",
            Patches(40, 15_000, PROVINCE),
            other=Patches(3_000, 250, PROVINCE),
        ),
        Workload("B-small", "300 × 200", CITY_UNITS, other=Patches(200, 80, CITY, 8)),
    )
}


def smooth(rows: slice, shape: tuple[int, int], layer: int, missing: float = 0.0) -> np.ndarray:
    """Return float32 rows of one layer: a smooth hill and noise, above 0; NaN where data are missing."""
    rng = np.random.default_rng([layer, rows.start])
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] / shape[0]
    x = np.arange(shape[1], dtype=np.float32)[None] / shape[1]
    wave = 3 + np.sin((9 + layer) * x) * np.cos(7 * y)
    values = wave + rng.random((rows.stop - rows.start, shape[1]), dtype=np.float32)
    if missing:
        values[rng.random(values.shape, dtype=np.float32) < missing] = np.nan
    return values


class Inputs:
    """Inputs of one workload, each read or made when it is first asked for.

    Parameters
    ----------
    work : Workload
        What is measured.
    folder : Path
        Where layers and rasters are kept between runs.
    """

    def __init__(self, work: Workload, folder: Path) -> None:
        self.work, self.folder = work, folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def layer_path(self) -> Path:
        """GeoParquet of the layer."""
        return self.work.patches.path(self.folder)

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The layer."""
        return gpd.read_parquet(self.layer_path)

    @cached_property
    def other(self) -> gpd.GeoDataFrame:
        """The second layer of a polygon overlay."""
        assert self.work.other is not None
        frame = gpd.read_parquet(self.work.other.path(self.folder))
        return frame.set_index("Z" + frame.index.str[1:])

    @cached_property
    def plane(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Both layers in an equal-area plane."""
        return self.frame.to_crs(EQUAL_AREA), self.other.to_crs(EQUAL_AREA)

    @cached_property
    def grid(self) -> Grid:
        """The cells."""
        return self.work.grid

    @property
    def stack_path(self) -> Path:
        """Uncompressed stack, float32 (layers, rows, cols), NaN as no data."""
        file = self.folder / f"stack_{self.work.key}.npy"
        if not file.exists():
            shape = (self.work.layers, *self.work.shape)
            out = np.lib.format.open_memmap(file, "w+", np.float32, shape)
            for layer in range(self.work.layers):
                out[layer] = smooth(slice(0, self.work.shape[0]), self.work.shape, layer, self.work.missing)
        return file

    @cached_property
    def stack(self) -> np.ndarray:
        """The stack in memory."""
        return np.load(self.stack_path)

    @cached_property
    def saved_path(self) -> Path:
        """The coverage of the layer, saved anew by the kernels of today."""
        file = self.folder / f"coverage_{self.work.key}.npz"
        zoning.save_coverage(zoning.coverage(self.frame, self.grid), file)
        return file

    @property
    def tif_path(self) -> Path:
        """The same numbers as a tiled GeoTIFF, deflate with predictor 3, one band a layer."""
        file = self.folder / f"stack_{self.work.key}.tif"
        if not file.exists():
            partial = file.with_suffix(".partial.tif")
            write_tif(partial, self.work)
            partial.rename(file)
        return file


def write_tif(file: Path, work: Workload) -> None:
    """Write the raster of a workload in strips of one row of tiles."""
    rows, cols = work.shape
    profile = {"driver": "GTiff", "dtype": "float32", "count": work.layers, "height": rows, "width": cols}
    how = {"tiled": True, "blockxsize": TILE, "blockysize": TILE, "compress": "deflate", "predictor": 3}
    where = {"crs": CRS, "transform": work.grid.transform, "nodata": np.nan}
    with rasterio.open(file, "w", **profile, **how, **where, num_threads="all_cpus", bigtiff="if_safer") as out:
        if rows <= 4096:  # small enough to be the very numbers of the stack
            for layer in range(work.layers):
                out.write(smooth(slice(0, rows), work.shape, layer, work.missing), layer + 1)
            return
        for row in range(0, rows, TILE):
            strip = slice(row, min(row + TILE, rows))
            out.write(smooth(strip, work.shape, 0), 1, window=Window(0, row, cols, strip.stop - row))


def vertices(frame: gpd.GeoDataFrame) -> int:
    """Return how many vertices a layer has."""
    return int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
