"""Fixtures of polygons over rasters, and how each tool is asked.

Every fixture lies in an equal-area system with cells of one kilometre, so that weights by area are equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from benchmarks.accuracy.cases import Answers

from zoning.crs import EQUAL_AREA
from zoning.overlay import Coverage, coverage
from zoning.supports import Grid

KM = 1_000.0


@dataclass(frozen=True)
class Fixture:
    """Polygons in cells (x to the right, y up), a raster, its upper left corner in cells, weights.

    NaN in ``values`` is no data; ``kind`` is the type the raster is stored in for the other tools.
    """

    polygons: tuple[shapely.Geometry, ...]
    values: np.ndarray
    corner: tuple[float, float] = (0.0, 0.0)
    weights: np.ndarray | None = None

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """The polygons, in metres."""
        shapes = shapely.transform(np.array(self.polygons), lambda xy: xy * KM)
        return gpd.GeoDataFrame(geometry=shapes, crs=EQUAL_AREA)

    @property
    def classes(self) -> np.ndarray:
        """The different values of the raster, in order."""
        return np.unique(self.values[~np.isnan(self.values)])

    @property
    def transform(self) -> Affine:
        """Of the raster, north up."""
        return Affine(KM, 0, self.corner[0] * KM, 0, -KM, self.corner[1] * KM)

    @property
    def cover(self) -> Coverage:
        """Our coverage."""
        return coverage(self.frame, Grid(EQUAL_AREA, self.transform, self.values.shape))


def ours(fixture: Fixture, names: tuple[str, ...]) -> Answers:
    """Return our statistics of the first polygon."""
    cover, values = fixture.cover, fixture.values
    asked = {
        "count": lambda: cover.total(np.where(np.isnan(values), np.nan, 1.0)),
        "sum": lambda: cover.total(values),
        "mean": lambda: cover.mean(values),
        "variance": lambda: cover.variance(values),
        "stdev": lambda: cover.variance(values) ** 0.5,
        "q25": lambda: cover.quantile(values, 0.25),
        "median": lambda: cover.quantile(values, 0.5),
        "q75": lambda: cover.quantile(values, 0.75),
        "min": lambda: cover.min(values),
        "max": lambda: cover.max(values),
        "weighted_sum": lambda: cover.total(values, weights=fixture.weights),
        "weighted_mean": lambda: cover.mean(values, weights=fixture.weights),
        "weighted_variance": lambda: cover.variance(values, weights=fixture.weights),
    }
    return {name: float(asked[name]().iloc[0, 0]) for name in names}


def exactextract(fixture: Fixture, names: tuple[str, ...], kind: str = "float64") -> Answers:
    """Return the statistics of exactextract for the first polygon."""
    from exactextract import exact_extract

    asked = {"q25": "quantile(q=0.25)", "q75": "quantile(q=0.75)"}
    weights = None if fixture.weights is None else _source(fixture, fixture.weights)
    row = exact_extract(
        _source(fixture, fixture.values.astype(kind)),
        fixture.frame.iloc[:1],
        [asked.get(name, name) for name in names],
        weights=weights,
        output="pandas",
    ).iloc[0]
    return {name: float(value) for name, value in zip(names, row, strict=True)}


def exactextract_sums(fixture: Fixture, op: str = "sum") -> np.ndarray:
    """Return the sum of every polygon by exactextract."""
    from exactextract import exact_extract

    found = exact_extract(_source(fixture, fixture.values), fixture.frame, [op], output="pandas")
    return found[op].to_numpy(dtype=float)


def exactextract_fractions(fixture: Fixture) -> np.ndarray:
    """Return the covered fractions by exactextract, (polygons, cells)."""
    from exactextract import exact_extract

    source, found = _source(fixture, fixture.values), np.zeros((len(fixture.polygons), fixture.values.size))
    rows = exact_extract(source, fixture.frame, ["cell_id", "coverage"], output="pandas")
    for unit, (cells, parts) in enumerate(zip(rows["cell_id"], rows["coverage"], strict=True)):
        found[unit, np.asarray(cells, dtype=int)] = parts
    return found


def shares(fixture: Fixture) -> Answers:
    """Return our share of every class in the first polygon, by the number of the class."""
    row = fixture.cover.fractions(fixture.values).iloc[0]
    return {f"{float(label):g}": float(value) for label, value in zip(fixture.classes, row, strict=True)}


def exactextract_shares(fixture: Fixture) -> Answers:
    """Return the shares of classes by exactextract."""
    from exactextract import exact_extract

    ops = ["unique", "frac"]
    row = exact_extract(_source(fixture, fixture.values), fixture.frame.iloc[:1], ops, output="pandas").iloc[0]
    return {f"{label:g}": float(share) for label, share in zip(row["unique"], row["frac"], strict=True)}


def rasterstats_shares(fixture: Fixture) -> Answers:
    """Return the shares of classes by rasterstats, cells whole."""
    from rasterstats import zonal_stats

    place = {"affine": fixture.transform, "nodata": -9999.0}
    found = zonal_stats(fixture.frame.geometry.iloc[:1], fixture.values, **place, categorical=True)[0]
    whole = sum(found.values())
    return {f"{label:g}": count / whole for label, count in found.items()}


def _source(fixture: Fixture, values: np.ndarray) -> object:
    from exactextract.raster import NumPyRasterSource

    west, north = fixture.corner[0] * KM, fixture.corner[1] * KM
    rows, cols = values.shape
    return NumPyRasterSource(
        values, west, north - rows * KM, west + cols * KM, north, srs_wkt=fixture.frame.crs.to_wkt()
    )


def rasterstats(fixture: Fixture, names: tuple[str, ...], *, touched: bool = False) -> Answers:
    """Return the statistics of rasterstats for the first polygon."""
    found = _zonal(fixture, names, touched=touched)[0]
    return {name: "None" if found[name] is None else float(found[name]) for name in names}


def rasterstats_sums(fixture: Fixture, *, touched: bool = False) -> tuple[np.ndarray, int]:
    """Return the sum of every polygon by rasterstats, None as 0, and how many are None."""
    found = [row["sum"] for row in _zonal(fixture, ("sum",), touched=touched)]
    return np.array([value or 0.0 for value in found]), sum(value is None for value in found)


def _zonal(fixture: Fixture, names: tuple[str, ...], *, touched: bool) -> list[dict[str, float | None]]:
    from rasterstats import zonal_stats

    asked = {"stdev": "std", "q25": "percentile_25", "q75": "percentile_75"}
    rows = zonal_stats(
        fixture.frame.geometry,
        np.where(np.isnan(fixture.values), -9999.0, fixture.values),
        affine=fixture.transform,
        nodata=-9999.0,
        all_touched=touched,
        stats=[asked.get(name, name) for name in names],
    )
    return [{name: row[asked.get(name, name)] for name in names} for row in rows]


def burnt(fixture: Fixture, *, touched: bool = False) -> np.ndarray:
    """Return the cells that GDAL's rasterising gives to every polygon, (polygons, cells) of 0 and 1."""
    from rasterio.features import rasterize

    how = {"out_shape": fixture.values.shape, "transform": fixture.transform, "all_touched": touched, "dtype": "uint8"}
    return np.array([rasterize([shape], **how).ravel() for shape in fixture.frame.geometry], dtype=float)


def gdal(fixture: Fixture, names: tuple[str, ...], *, touched: bool = False) -> Answers:
    """Return count, sum and mean of the first polygon by the rule of GDAL's rasterising."""
    cells = burnt(fixture, touched=touched)[0].astype(bool)
    values = fixture.values.ravel()[cells]
    values = values[~np.isnan(values)]
    found = {"count": float(len(values)), "sum": float(values.sum()), "mean": float(values.mean())}
    return {name: found[name] for name in names if name in found}


def cut(fixture: Fixture) -> np.ndarray:
    """Return the covered fractions by shapely.intersection with every cell, (polygons, cells)."""
    rows, cols = fixture.values.shape
    col, row = np.meshgrid(np.arange(cols), np.arange(rows))
    x, y = (fixture.corner[0] + col.ravel()) * KM, (fixture.corner[1] - row.ravel()) * KM
    boxes = shapely.box(x, y - KM, x + KM, y)
    shapes = fixture.frame.geometry.to_numpy()
    return np.array([shapely.area(shapely.intersection(shape, boxes)) / KM**2 for shape in shapes])
