"""The cases of the table, in its order."""

from __future__ import annotations

from functools import cache, partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from benchmarks.accuracy import rasters
from benchmarks.accuracy.cases import Answers, Case, Peer, nothing, quoted
from benchmarks.accuracy.rasters import KM, Fixture
from shapely import box

from zoning.crs import EQUAL_AREA
from zoning.overlay import intersection_areas
from zoning.synthetic import patchwork

NAMES = {
    "count": "像元数 Σ比例 count",
    "sum": "合计 sum",
    "mean": "均值 mean",
    "variance": "方差 variance",
    "stdev": "标准差 sd",
    "q25": "下四分位 q25",
    "median": "中位数 median",
    "q75": "上四分位 q75",
    "min": "最小 min",
    "max": "最大 max",
    "weighted_sum": "加权合计 weighted sum",
    "weighted_mean": "加权均值 weighted mean",
    "weighted_variance": "加权方差 weighted variance",
}
EE_TESTS = "isciences/exactextract python/tests/test_exact_extract.py"
GDAL_TESTS = "OSGeo/gdal autotest/utilities/test_gdalalg_raster_zonal_stats.py"


def _pick(*names: str) -> dict[str, str]:
    return {name: NAMES[name] for name in names}


def _peers(fixture: Fixture, names: tuple[str, ...]) -> tuple[Peer, ...]:
    """Return exactextract, rasterstats by both rules, and GDAL's rasterising by both rules, on one fixture."""
    plain = tuple(name for name in names if not name.startswith("weighted"))
    known = tuple(name for name in plain if name != "variance")
    return (
        Peer("exactextract", "f32", partial(rasters.exactextract, fixture, names), "f32", "exactextract"),
        Peer("rasterstats", "centre", partial(rasters.rasterstats, fixture, known), "whole", "rasterstats"),
        Peer(
            "rasterstats", "touched", partial(rasters.rasterstats, fixture, known, touched=True), "whole", "rasterstats"
        ),
        Peer("GDAL rasterize", "centre", partial(rasters.gdal, fixture, plain), "whole", "rasterio"),
        Peer("GDAL rasterize", "touched", partial(rasters.gdal, fixture, plain, touched=True), "whole", "rasterio"),
    )


# ---- closed forms ---------------------------------------------------------------------------------------------------

NINE = Fixture((box(0.5, 0.5, 2.5, 2.5),), np.arange(1.0, 10.0).reshape(3, 3), (0, 3))
_NINE = ("count", "sum", "mean", "variance", "stdev", "q25", "median", "q75", "min", "max")
_BY_HAND = {"count": 4.0, "sum": 20.0, "mean": 5.0, "variance": 5.0, "stdev": 5**0.5, "min": 1.0, "max": 9.0}


def nine() -> Case:
    """A 3 × 3 raster of 1 to 9 and a square over half of it."""
    whole = Peer(
        "exactextract，int32",
        "f32",
        partial(rasters.exactextract, NINE, ("q25", "median", "q75"), "int32"),
        "int",
        "exactextract",
    )
    return Case(
        "nine",
        "3 × 3 手算 3 × 3 by hand",
        "栅格为 1 到 9，正方形从 0.5 到 2.5。四角像元各占 1/4，四边各占 1/2，中间 1 个。栅格存成整数时，"
        "exactextract 的四分位变成 3 和 6。",
        "Cells 1 to 9, a square from 0.5 to 2.5: quarters, halves and one whole cell. "
        "Stored as integers, exactextract gives quartiles 3 and 6.",
        _pick(*_NINE),
        partial(rasters.ours, NINE, _NINE),
        (
            quoted("手算 closed form", "form", EE_TESTS, "none", **_BY_HAND),
            *_peers(NINE, _NINE),
            whole,
        ),
    )


_FIVE = [[1, 1, 1, 1, 1], [1, 1, 2, 3, 1], [1, 4, 5, 6, 1], [1, 0, np.nan, 7, 1], [1, 1, 1, 1, 1]]
FIVE = Fixture((box(0.5, 0.5, 2.5, 2.5),), np.array(_FIVE, dtype=float), (-1, 4))
_FIVES = ("count", "sum", "mean", "median", "stdev", "variance", "min", "max")


def five() -> Case:
    """The inline raster of GDAL's own tests, with one cell without data."""
    own = {"count": 3.5, "sum": 13.75, "mean": 13.75 / 3.5, "median": 4.2308, "stdev": 1.9807749, "variance": 3.923469}
    return Case(
        "five",
        "GDAL 的 5 × 5 GDAL's 5 × 5",
        "一个像元无数据（99）。它不进分子，也不进分母。",
        "One cell has no data (99): it counts neither above nor below the line.",
        _pick(*_FIVES),
        partial(rasters.ours, FIVE, _FIVES),
        (
            quoted("gdal raster zonal-stats", "f32", GDAL_TESTS, "digits", **own),
            *_peers(FIVE, _FIVES),
        ),
    )


_ROWS = np.repeat([[0.3], [0.1], [0.2]], 4, axis=1)
WEIGHTED = Fixture((box(0.5, 0.5, 3.5, 2.5),), np.array([[1, 2, 3, 4], [9, 10, 11, 12], [5, 6, 7, 8.0]]), (0, 3), _ROWS)
_WEIGHTED = ("mean", "weighted_mean", "weighted_sum", "weighted_variance")


def weighted() -> Case:
    """A second raster as weights."""
    own = {"mean": 7.5, "weighted_mean": 5.928571428571429, "weighted_sum": 6.225}
    return Case(
        "weighted",
        "第二张栅格作权重 a second raster as weights",
        "各行权重 0.3、0.1、0.2。gdal 的加权方差按“凡触及”给出，所以不同。",
        "Row weights 0.3, 0.1, 0.2. GDAL's weighted variance is stated for the all-touched rule, so it differs.",
        _pick(*_WEIGHTED),
        partial(rasters.ours, WEIGHTED, _WEIGHTED),
        (
            quoted("手算 closed form", "form", EE_TESTS, "none", **own),
            Peer("exactextract", "f32", partial(rasters.exactextract, WEIGHTED, _WEIGHTED), "f32", "exactextract"),
            quoted("gdal raster zonal-stats", "touched", GDAL_TESTS, weighted_variance=10.13889),
        ),
    )


CLASSES = Fixture(NINE.polygons, np.array([[1, 1, 2], [1, 2, 2], [3, 3, 2.0]]), (0, 3))


def classes() -> Case:
    """Which share of a unit lies in each class of a raster."""
    return Case(
        "classes",
        "分类占比 shares of classes",
        "同一个正方形，栅格是三个类别。",
        "The same square over a raster of three classes.",
        {str(number): f"类别 {number} 占比 share of class {number}" for number in (1, 2, 3)},
        partial(rasters.shares, CLASSES),
        (
            quoted("手算 closed form", "form", "定义 by definition", "none", **{"1": 0.3125, "2": 0.5, "3": 0.1875}),
            Peer("exactextract", "f32", partial(rasters.exactextract_shares, CLASSES), "f32", "exactextract"),
            Peer("rasterstats", "centre", partial(rasters.rasterstats_shares, CLASSES), "whole", "rasterstats"),
        ),
    )


# ---- small, empty and many ------------------------------------------------------------------------------------------

_SIDE, _STEP = 16, 0.2


def _small() -> Fixture:
    """Return 1,024 squares of a fifth of a cell, four in every cell of a 16 × 16 raster of 0 to 255."""
    at = np.array([(2 * k + 1 + k // 2) * _STEP for k in range(2 * _SIDE)])
    x, y = np.meshgrid(at, -at)
    squares = box(x.ravel(), y.ravel() - _STEP, x.ravel() + _STEP, y.ravel())
    return Fixture(tuple(squares), np.arange(_SIDE**2, dtype=float).reshape(_SIDE, _SIDE))


def small() -> Case:
    """Polygons much smaller than a cell."""
    fixture = _small()
    row, col = np.divmod(np.arange(4 * _SIDE**2), 2 * _SIDE)
    cell = (row // 2 * _SIDE + col // 2).astype(float)

    def stats(*, touched: bool) -> Answers:
        sums, missing = rasters.rasterstats_sums(fixture, touched=touched)
        return {"sums": sums, "missing": float(missing)}

    def mine() -> Answers:
        sums = fixture.cover.total(fixture.values)["value"].to_numpy()
        return {"sums": sums, "missing": float(np.isnan(sums).sum())}

    def theirs() -> Answers:
        sums = rasters.exactextract_sums(fixture)
        return {"sums": sums, "missing": float(np.isnan(sums).sum())}

    return Case(
        "small",
        "比像元小的单元 units smaller than a cell",
        "1,024 个边长 0.2 像元的小方块（pygeoprocessing 的测试）。按中心的规则，它们大多没有数；按“至少一个"
        "像元”，每块都拿走整格，总量放大 25 倍。",
        "1,024 squares of 0.2 cells (a test of pygeoprocessing). By centres they get nothing; "
        "by «at least one cell» each takes a whole cell, 25 times too much.",
        {"sums": "各单元合计，Σ unit totals, Σ", "missing": "没有数的单元 units without a number"},
        mine,
        (
            quoted("手算 closed form", "form", "像元值 × 0.04 value × 0.04", "none", sums=cell * 0.04, missing=0.0),
            Peer("exactextract", "f32", theirs, "f32", "exactextract"),
            Peer("rasterstats", "centre", partial(stats, touched=False), "whole", "rasterstats"),
            Peer("rasterstats", "touched", partial(stats, touched=True), "whole", "rasterstats"),
            quoted(
                "pygeoprocessing",
                "any",
                "natcap/pygeoprocessing tests/test_geoprocessing.py",
                sums=cell,
                missing=0.0,
            ),
        ),
    )


_BLANK = np.arange(1.0, 17.0).reshape(4, 4)
_BLANK[:2, :2] = np.nan
EMPTY = Fixture((box(0.5, 2.5, 1.5, 3.5), box(9, 9, 11, 11)), _BLANK, (0, 4))


def empty() -> Case:
    """A unit over cells without data, and one beside the raster."""

    def mine() -> Answers:
        total = EMPTY.cover.total(EMPTY.values)["value"].to_numpy()
        mean = EMPTY.cover.mean(EMPTY.values)["value"].to_numpy()
        return {"blank": _text(total[0]), "beside": _text(total[1]), "mean": _text(mean[1])}

    def theirs() -> Answers:
        total, mean = rasters.exactextract_sums(EMPTY), rasters.exactextract_sums(EMPTY, "mean")
        return {"blank": _text(total[0]), "beside": _text(total[1]), "mean": _text(mean[1])}

    def stats() -> Answers:
        blank = rasters.rasterstats(EMPTY, ("sum",))["sum"]
        beside = rasters.rasterstats(Fixture(EMPTY.polygons[1:], EMPTY.values, EMPTY.corner), ("sum", "mean"))
        return {"blank": blank, "beside": beside["sum"], "mean": beside["mean"]}

    return Case(
        "empty",
        "没有数据 no data",
        "一个单元只压在无数据像元上，另一个在栅格之外。“没有数据”不是 0：记成 0，台账就会说“这里没有排放”。",
        "One unit lies on cells without data, one beside the raster. No data is not 0: "
        "a 0 would say that nothing is emitted there.",
        {
            "blank": "全无数据的合计 sum over no data",
            "beside": "栅格外的合计 sum beside",
            "mean": "栅格外的均值 mean beside",
        },
        mine,
        (
            Peer("exactextract", "f32", theirs, "empty", "exactextract"),
            Peer("rasterstats", "centre", stats, "empty", "rasterstats"),
        ),
    )


def _text(value: float) -> str:
    return "NaN" if np.isnan(value) else f"{value:g}"


@cache
def _region() -> Fixture:
    """Return ragged units that fill a grid of 40 × 40 cells and reach over its sides."""
    layer = patchwork(90, 150, (0, 0, 60, 60), crs=EQUAL_AREA, seed=5)
    meets = layer.intersects(box(10, 10, 50, 50))
    values = np.random.default_rng(11).gamma(2.0, 3.0, (40, 40))
    return Fixture(tuple(layer.geometry[meets]), values, (10, 50))


def partition() -> Case:
    """Units without gap or overlap: their totals must add up to the raster."""
    fixture = _region()
    labels = {
        "total": "全部单元之和 sum of all units",
        "units": "各单元合计，Σ unit totals, Σ",
        "columns": "每个像元被覆盖几次 times a cell is covered",
    }

    def mine() -> Answers:
        units = fixture.cover.total(fixture.values)["value"].to_numpy()
        return {"total": float(units.sum()), "units": units, "columns": fixture.cover.column_sums().ravel()}

    def theirs() -> Answers:
        sums = rasters.exactextract_sums(fixture)
        return {
            "total": float(sums.sum()),
            "units": sums,
            "columns": rasters.exactextract_fractions(fixture).sum(axis=0),
        }

    def stats(*, touched: bool) -> Answers:
        sums = rasters.rasterstats_sums(fixture, touched=touched)[0]
        return {
            "total": float(sums.sum()),
            "units": sums,
            "columns": rasters.burnt(fixture, touched=touched).sum(axis=0),
        }

    def shapes() -> Answers:
        parts = rasters.cut(fixture)
        sums = parts @ fixture.values.ravel()
        return {"total": float(sums.sum()), "units": sums, "columns": parts.sum(axis=0)}

    return Case(
        "partition",
        "无缝分区 a layer without gaps",
        "一组单元铺满 40 × 40 像元。各单元之和必须等于栅格总和。“凡触及”把边界像元数了几遍；按中心总和对，"
        "但单个单元差得多。",
        "A layer of units fills 40 × 40 cells. Their totals must add up to the raster. All-touched counts border cells "
        "several times; by centres the sum is right and the single units are not.",
        labels,
        mine,
        (
            Peer("shapely 逐格求交 cell by cell", "f64", shapes, "none", "shapely"),
            quoted(
                "栅格总和 the raster itself",
                "raster",
                "定义 by definition",
                "none",
                total=float(fixture.values.sum()),
                columns=np.ones(fixture.values.size),
            ),
            Peer("exactextract", "f32", theirs, "f32", "exactextract"),
            Peer("rasterstats", "centre", partial(stats, touched=False), "whole", "rasterstats"),
            Peer("rasterstats", "touched", partial(stats, touched=True), "whole", "rasterstats"),
        ),
    )


def geometry() -> Case:
    """Areas of units, fractions of cells, shared areas of two layers, against GEOS."""
    fixture = _region()
    other = patchwork(40, 100, (0, 0, 60 * KM, 60 * KM), crs=EQUAL_AREA, seed=6)
    inner = Fixture(fixture.polygons, np.ones((70, 70)), (-5, 65))

    def mine() -> Answers:
        pairs = intersection_areas(fixture.frame, other)
        return {
            "areas": inner.cover.cells.to_numpy() * KM**2,
            "fractions": fixture.cover.to_sparse().toarray().ravel(),
            "shared": float(pairs["area_m2"].sum()),
            "pairs": _pairs(pairs, "area_m2", fixture.frame.index, other.index),
        }

    def geos() -> Answers:
        areas = shapely.area(fixture.frame.geometry.to_numpy())
        return {"areas": areas, "fractions": rasters.cut(fixture).ravel()}

    def laid() -> Answers:
        one, two = fixture.frame.reset_index(names="a"), other.reset_index(names="b")
        pieces = gpd.overlay(one, two, how="intersection")
        found = pd.DataFrame({"a": pieces["a"], "b": pieces["b"], "area": pieces.geometry.area})
        table = _pairs(found, "area", fixture.frame.index, other.index)
        return {"shared": float(found["area"].sum()), "pairs": table}

    labels = {
        "areas": "单元面积 m²，Σ areas of units, Σ",
        "fractions": "像元比例，Σ fractions of cells, Σ",
        "shared": "两层公共面积 m² shared area of two layers",
        "pairs": "逐对公共面积，Σ shared areas by pair, Σ",
    }
    return Case(
        "geometry",
        "几何 geometry",
        "同一组单元，对照 GEOS：单元面积、每个像元的比例、与另一层（40 个）的公共面积。我们的两种算法都不做"
        "求交，没有特殊情形。",
        "The same units against GEOS: areas, fractions of cells, areas shared with a layer of 40. "
        "Ours builds no pieces and has no special cases.",
        labels,
        mine,
        (
            Peer("shapely", "pieces", geos, "none", "shapely"),
            Peer(
                "exactextract",
                "f32",
                lambda: {"fractions": rasters.exactextract_fractions(fixture).ravel()},
                "f32",
                "exactextract",
            ),
            Peer("geopandas.overlay", "pieces", laid, "none", "geopandas"),
        ),
    )


def _pairs(found: pd.DataFrame, area: str, rows: pd.Index, columns: pd.Index) -> np.ndarray:
    """Return shared areas as a flat table of all pairs, 0 where there is none."""
    wide = found.pivot_table(index="a", columns="b", values=area, aggfunc="sum", fill_value=0.0)
    return wide.reindex(index=rows, columns=columns, fill_value=0.0).to_numpy().ravel()


# ---- other fields ---------------------------------------------------------------------------------------------------

_BOXES = (box(0, 0, 1, 1), box(0, 1, 1, 2), box(1, 0, 2, 1), box(1, 1, 2, 2), box(2, 1, 3, 2))


def inventory() -> Case:
    """Masses of shapes spread over a grid: emiproc's own test inventory."""
    cell_x, cell_y = 0.6, 1 / 3
    masses = {"NH3": np.arange(1.0, 6.0), "CO2": 2 * np.arange(5.0)}

    def mine() -> Answers:
        shapes = shapely.transform(np.array(_BOXES), lambda xy: (xy - [-1, 3]) / [cell_x, cell_y])
        cover = Fixture(tuple(shapes), np.ones((15, 10))).cover
        share = cover.to_sparse().multiply(1 / cover.cells.to_numpy()[:, None])
        return {name: float((share.T @ mass).sum()) for name, mass in masses.items()}

    return Case(
        "inventory",
        "质量守恒 conservation of mass",
        "emiproc 的测试清单：五个方块的质量按面积摊到 10 × 15 格网，总量不变。引文里 CO2 的 29 含点源 9，面源 20。",
        "emiproc's test inventory: masses of five squares spread over 10 × 15 cells, totals stay. "
        "The 29 of CO2 quoted are 20 of areas and 9 of points.",
        {"NH3": "NH3", "CO2": "CO2，面源 areas"},
        mine,
        (
            quoted("手算 closed form", "form", "定义 by definition", "none", NH3=15.0, CO2=20.0),
            quoted("emiproc 2.10", "pieces", "C2SM-RCM/emiproc tests/test_remap_inv.py", "points", NH3=15.0, CO2=29.0),
        ),
    )


_SOURCE = gpd.GeoDataFrame(
    {"population": [500.0, 200.0], "pci": [75.0, 100.0]},
    geometry=shapely.transform(np.array([box(0, 0, 10, 5), box(0, 5, 10, 10)]), lambda xy: xy * KM),
    crs=EQUAL_AREA,
)
_TARGET = gpd.GeoDataFrame(
    geometry=shapely.transform(np.array([box(0, 0, 5, 7), box(5, 0, 10, 10), box(0, 7, 5, 10)]), lambda xy: xy * KM),
    crs=EQUAL_AREA,
)


def _carried(values: np.ndarray) -> np.ndarray:
    """Carry masses from the source to the target boxes by our shared areas."""
    pairs = intersection_areas(_SOURCE, _TARGET)
    share = pairs["area_m2"].to_numpy() / _SOURCE.geometry.area.to_numpy()[pairs["a"].to_numpy()]
    out = np.zeros(len(_TARGET))
    np.add.at(out, pairs["b"].to_numpy(), share * values[pairs["a"].to_numpy()])
    return out


def boxes() -> Case:
    """The boxes of tobler's tests: masses and levels from polygons to polygons, and a value that is missing."""
    population = _SOURCE["population"].to_numpy()

    def mine() -> Answers:
        pairs = intersection_areas(_SOURCE, _TARGET)
        a, b, area = (pairs[name].to_numpy() for name in ("a", "b", "area_m2"))
        level = np.bincount(b, weights=area * _SOURCE["pci"].to_numpy()[a]) / np.bincount(b, weights=area)
        lost = _carried(np.array([500.0, np.nan]))
        return {"table": area / KM**2, "population": _carried(population), "pci": level, "nan": _text(lost[2])}

    def theirs() -> Answers:
        from tobler.area_weighted import area_interpolate

        found = area_interpolate(_SOURCE, _TARGET, extensive_variables=["population"], intensive_variables=["pci"])
        holed = _SOURCE.assign(population=[500.0, np.nan])
        try:
            lost = _text(area_interpolate(holed, _TARGET, extensive_variables=["population"])["population"].iloc[2])
        except ValueError as error:
            lost = type(error).__name__
        return {"population": found["population"].to_numpy(), "pci": found["pci"].to_numpy(), "nan": lost}

    hand = {
        "table": np.array([25.0, 25.0, 10.0, 25.0, 15.0]),
        "population": np.array([290.0, 350.0, 60.0]),
        "pci": np.array([(25 * 75 + 10 * 100) / 35, 87.5, 100.0]),
    }
    labels = {
        "table": "公共面积 km²，Σ shared areas, Σ",
        "population": "人口（可加），Σ population, Σ",
        "pci": "人均收入（不可加），Σ income a head, Σ",
        "nan": "源值缺失时的目标值 target of a missing source",
    }
    return Case(
        "boxes",
        "面到面 polygons to polygons",
        "tobler 测试里的方块。它的面积表是 float32，人口因此差到第 9 位。"
        "源值缺失时它按 0 填（pandas 3 下直接报错）；我们让它一直是 NaN。"
        "它的 Sacramento 数据须下载，这里只引用：`_area_tables_binning` 之和 1.3879647，TOT_POP 1,796,856。",
        "The boxes of tobler's tests. Its table of areas is float32, so population is off in the ninth digit. "
        "A missing source value it fills with 0 (under pandas 3 it raises); ours stays NaN. "
        "Its Sacramento data need a download and are only quoted: "
        "sum of `_area_tables_binning` 1.3879647, TOT_POP 1,796,856.",
        labels,
        mine,
        (
            quoted("手算 closed form", "form", "pysal/tobler tests", "none", **hand),
            Peer("tobler", "pieces", theirs, "f32", "tobler"),
        ),
    )


# ---- quoted, not recomputed -----------------------------------------------------------------------------------------


def island() -> Case:
    """São Miguel: figures that were run elsewhere."""
    labels = {
        "in": "单元内人口 population inside",
        "out": "单元外人口 outside",
        "touched": "单元内人口，凡触及 inside, all touched",
        "basis": "密度 × 整格面积 density × whole cells",
    }
    source = "exactextractr inst/sao_miguel，另行运行 run elsewhere"
    return Case(
        "island",
        "圣米格尔岛 São Miguel（引用 quoted）",
        "只引用数字，没有在这里重算。同一份数据：栅格总人口 145602.965；"
        "按比例 131864.347 在单元内（90.56%），13738.618 在外，两者相加等于总和。"
        "“凡触及”的和比栅格本身还大。密度乘整格面积把海水也算了进去，多 10.4%：面积口径必须写明。",
        "Figures quoted, not recomputed here. The raster holds 145602.965 people: 131864.347 inside by fractions "
        "(90.56 %), 13738.618 outside, which add up. All-touched finds more than the raster holds. Density times whole "
        "cells counts water too, 10.4 % more: the basis of area must be named.",
        labels,
        nothing,
        (
            quoted("exactextract 0.3.0", "f32", source, "none", **{"in": 131864.347173, "out": 13738.618}),
            quoted("rasterstats", "centre", source, **{"in": 133818.30}),
            quoted("rasterstats", "touched", source, touched=149686.79),
            quoted("exactextract 0.3.0", "f32", source, "basis", basis=145593.299257),
        ),
    )


def slope() -> Case:
    """The test data of rasterstats: figures that were run elsewhere."""
    labels = {
        "c1": "面 1 像元数 polygon 1 count",
        "s1": "面 1 合计 sum",
        "c2": "面 2 像元数 polygon 2 count",
        "s2": "面 2 合计 sum",
    }
    source = "perrygeo/python-rasterstats tests/data，另行运行 run elsewhere"
    centre = {"c1": 75.0, "s1": 1099.50634765625, "c2": 50.0, "s2": 2830.2880859375}
    touched = {"c1": 95.0, "s1": 1495.248, "c2": 73.0, "s2": 3693.218}
    exact = {"c1": 77.11526843509637, "s1": 1158.3692089491742, "c2": 52.165882309898734, "s2": 2901.1361747515666}
    return Case(
        "slope",
        "rasterstats 的坡度 slope of rasterstats（引用 quoted）",
        "只引用数字，没有在这里重算。同一个面，三种规则的合计相差 30% 以上：写结论时必须写明规则。",
        "Figures quoted, not recomputed here. One polygon, three rules, sums that differ by 30 % and more: "
        "name the rule.",
        labels,
        nothing,
        (
            quoted("rasterstats", "centre", source, **centre),
            quoted("rasterstats", "touched", source, **touched),
            quoted("exactextract 0.3.0", "f32", source, "none", **exact),
        ),
    )


def bands() -> Case:
    """GDAL's own raster: figures quoted from its tests."""
    labels = {"p": "面 1，波段 1 polygon 1, band 1", "q": "面 2，波段 1 polygon 2, band 1"}
    return Case(
        "bands",
        "GDAL 的 rgbsmall（引用 quoted）",
        "只引用数字，没有在这里重算：`gdal raster zonal-stats`（GDAL 3.12 起）三种像元规则的合计。",
        "Figures quoted, not recomputed here: sums by `gdal raster zonal-stats` (GDAL 3.12 and later), three rules.",
        labels,
        nothing,
        (
            quoted("gdal raster zonal-stats", "f32", GDAL_TESTS, "none", p=7130.21435281425, q=12886.7218339441),
            quoted("gdal raster zonal-stats", "centre", GDAL_TESTS, p=7148.0, q=12497.0),
            quoted("gdal raster zonal-stats", "touched", GDAL_TESTS, p=8251.0, q=15131.0),
        ),
    )


def cases() -> tuple[Case, ...]:
    """Return every case, in the order of the page."""
    made = (nine, five, weighted, classes, small, empty, partition, geometry, inventory, boxes, island, slope, bands)
    return tuple(case() for case in made)
