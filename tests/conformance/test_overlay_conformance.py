"""The overlay against tools that others wrote: exactextract, GEOS, and the published answers of the real data set."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from zoning.crs import as_crs, project
from zoning.overlay import coverage, fragments, intersection_areas
from zoning.supports import Grid

REAL = Path(os.environ.get("ZONING_REAL_DATA", Path(__file__).parents[3] / "shared" / "data")) / "jinjiang"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"real data set not found: {REAL} (set ZONING_REAL_DATA)")

WEST, SOUTH, CELL, ROWS, COLS = 118.0, 24.0, 0.01, 40, 50
GRID = Grid("EPSG:4490", Affine(CELL, 0, WEST, 0, -CELL, SOUTH + ROWS * CELL), (ROWS, COLS))


@pytest.fixture(scope="module")
def region() -> gpd.GeoDataFrame:
    """Forty ragged units that fill the grid and reach over its sides."""
    rng = np.random.default_rng(20)
    frame = shapely.box(WEST - 0.03, SOUTH - 0.03, WEST + 0.53, SOUTH + 0.43)
    points = shapely.multipoints(rng.uniform([WEST, SOUTH], [WEST + 0.5, SOUTH + 0.4], (40, 2)))
    parts = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame)), frame)
    ragged = shapely.transform(
        shapely.segmentize(parts, 0.0007), lambda xy: xy + 0.0006 * np.sin(xy[:, ::-1] * 900) * np.cos(xy * 611)
    )
    assert shapely.is_valid(ragged).all()
    return gpd.GeoDataFrame({"code": [f"ZH{k:02d}" for k in range(40)]}, geometry=ragged, crs="EPSG:4490")


def source(values: np.ndarray) -> NumPyRasterSource:
    return NumPyRasterSource(
        values, xmin=WEST, ymin=SOUTH, xmax=WEST + COLS * CELL, ymax=SOUTH + ROWS * CELL, srs_wkt=GRID.crs.to_wkt()
    )


def test_fractions_against_exactextract(region: gpd.GeoDataFrame) -> None:
    found = coverage(region, GRID).to_sparse().toarray()
    rows = exact_extract(source(np.ones((ROWS, COLS))), region, ["cell_id", "coverage"], output="pandas")
    other = np.zeros_like(found)
    for unit, (cells, parts) in enumerate(zip(rows["cell_id"], rows["coverage"], strict=True)):
        other[unit, np.asarray(cells, dtype=int)] = parts
    assert np.abs(found - other).max() < 6e-8, "exactextract keeps fractions in float32"
    assert ((found > 0) == (other > 0)).all()


def test_fractions_against_geos(region: gpd.GeoDataFrame) -> None:
    col, row = np.meshgrid(np.arange(COLS), np.arange(ROWS))
    x, y = WEST + col * CELL, SOUTH + (ROWS - row) * CELL
    boxes = shapely.box(x, y - CELL, x + CELL, y).ravel()
    matrix = coverage(region, GRID).to_sparse()
    unit, cell = matrix.nonzero()
    cut = shapely.area(shapely.intersection(region.geometry.to_numpy()[unit], boxes[cell])) / CELL**2
    assert np.abs(matrix.data - cut).max() < 1e-11
    assert cut.sum() == pytest.approx(ROWS * COLS, rel=1e-11), "no cell is missing"


def test_sums_and_means_against_exactextract(region: gpd.GeoDataFrame) -> None:
    values = np.random.default_rng(3).uniform(0, 9, (ROWS, COLS))
    values[5:9, 11:30] = np.nan
    laid = coverage(region, GRID)
    other = exact_extract(source(values), region, ["sum"], output="pandas")["sum"].to_numpy()
    np.testing.assert_allclose(laid.total(values)["value"], other, rtol=1e-7)
    weights = np.broadcast_to(GRID.cell_area, GRID.shape).copy()
    other = exact_extract(source(values), region, ["weighted_mean"], weights=source(weights), output="pandas")
    np.testing.assert_allclose(laid.mean(values)["value"], other["weighted_mean"], rtol=1e-7)


def test_areas_against_geopandas_overlay(region: gpd.GeoDataFrame) -> None:
    discs = shapely.segmentize(shapely.buffer(region.geometry.to_numpy()[[3, 17]], 0.08), 0.0002)
    zones = gpd.GeoDataFrame({"zone": ["p", "q"]}, geometry=discs, crs=region.crs)
    fine = region.set_geometry(region.geometry.segmentize(0.0002))
    pieces = gpd.overlay(fine, zones, how="intersection", keep_geom_type=True).to_crs("ESRI:54034")
    other = pieces.set_index(["code", "zone"]).geometry.area.sort_index()
    found = intersection_areas(region.set_index("code"), zones.set_index("zone"), densify=20.0)
    found = found.set_index(["a", "b"])["area_m2"].sort_index()
    assert found.index.tolist() == other.index.tolist()
    np.testing.assert_allclose(found, other, rtol=1e-7, atol=0.01)


# ---- real data ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    frame = gpd.read_file(REAL / "units" / "units_350582.gpkg")
    return frame.set_index(next(name for name in frame if frame[name].astype(str).str.match(r"^ZH\d").all()))


def raster(name: str) -> tuple[Grid, np.ndarray]:
    with rasterio.open(REAL / f"{name}.tif") as opened:
        return Grid(opened.crs.to_wkt(), opened.transform, opened.shape), opened.read(1, masked=True)


TOTALS = {
    **{name: f"emissions/{name}" for name in ("CO500", "COI500", "COR500", "COT500")},
    **{
        f"{s}_{k}_500": f"pollutants/{s}_{k}_500"
        for s in ("SO2", "NOX", "PM25", "VOC")
        for k in ("industry", "transport")
    },
}
MEANS = {"mean_U1_500_total": "emissions/U1_500_total", "mean_U3_500": "emissions/U3_500", "mean_PUA500": "land/PUA500"}


@real
@pytest.mark.real
@pytest.mark.parametrize("column", [*TOTALS, *MEANS])
def test_unit_totals_of_jinjiang(column: str, units: gpd.GeoDataFrame) -> None:
    answers = pd.read_csv(REAL / "answers" / "unit_totals_500m.csv").set_index("unit_code")[column]
    grid, values = raster({**TOTALS, **MEANS}[column])
    laid = coverage(units, grid)
    found = (laid.mean(values) if column in MEANS else laid.total(values))["value"].reindex(answers.index)
    np.testing.assert_allclose(found, answers, rtol=1e-6, atol=1e-9)


@real
@pytest.mark.real
def test_masses_of_jinjiang_are_conserved(units: gpd.GeoDataFrame) -> None:
    answers = pd.read_csv(REAL / "answers" / "raster_totals.csv").set_index("raster").loc["emissions/CO500.tif"]
    grid, values = raster("emissions/CO500")
    laid = coverage(units, grid)
    inside = laid.total(values)["value"].sum()
    outside = float((values * (1 - laid.column_sums())).sum())
    assert inside == pytest.approx(answers["units_total"], rel=1e-7)
    assert inside + outside == pytest.approx(float(values.astype(float).sum()), rel=1e-12)


@real
@pytest.mark.real
def test_the_unit_layer_of_jinjiang_has_no_overlap_at_30_m(units: gpd.GeoDataFrame) -> None:
    grid, _ = raster("emissions/CO30")
    laid = coverage(units, grid)
    assert laid.column_sums().max() <= 1 + 1e-11
    plane = project(units.geometry.to_numpy(), as_crs(units.crs), grid.crs)
    inside = shapely.area(shapely.intersection(plane, shapely.box(*grid.bounds)))
    np.testing.assert_allclose(laid.cells * grid.dx * grid.dy, inside, rtol=1e-11)


@real
@pytest.mark.real
def test_unit_areas_of_jinjiang(units: gpd.GeoDataFrame) -> None:
    answers = pd.read_csv(REAL / "answers" / "unit_areas.csv").set_index("unit_code")["geodesic_m2"]
    found = intersection_areas(units, units).set_index("a")["area_m2"]
    assert len(found) == len(units), "units of a coverage share no area"
    np.testing.assert_allclose(found.reindex(answers.index), answers, rtol=1e-7)


@real
@pytest.mark.real
def test_units_and_air_zones_of_jinjiang(units: gpd.GeoDataFrame) -> None:
    answers = pd.read_csv(REAL / "answers" / "unit_air_zone_area.csv")
    zones = gpd.read_file(REAL / "zones" / "air_zones_350582.geojson")
    zones = zones.set_index(next(name for name in zones if zones[name].astype(str).str.match(r"^YS\d").all()))
    table = intersection_areas(units, zones)
    found = table[table["a"].isin(answers["unit_code"])].set_index(["a", "b"])["area_m2"].sort_index()
    expected = answers[answers["zone_code"] != "(none)"].set_index(["unit_code", "zone_code"])["area_m2"].sort_index()
    assert found.index.tolist() == expected.index.tolist()
    difference = np.abs(found.to_numpy() - expected.to_numpy())
    assert ((difference < 1.0) | (difference < 1e-5 * expected.to_numpy())).all()


@real
@pytest.mark.real
def test_fragments_of_jinjiang_carry_the_masses_of_the_units(units: gpd.GeoDataFrame) -> None:
    zones = gpd.read_file(REAL / "zones" / "air_zones_350582.geojson")
    grid, values = raster("emissions/CO500")
    pieces = fragments(units, zones, grid.crs)
    laid, parts = coverage(units, grid), coverage(pieces, grid)
    whole, sums = laid.total(values)["value"], parts.total(values)["value"].groupby(pieces["a"]).sum()
    within = parts.cells.groupby(pieces["a"]).sum() > laid.cells * (1 - 1e-9)
    assert within.sum() >= 45, "most units lie inside the zones"
    np.testing.assert_allclose(sums[within], whole[within], rtol=1e-9)
    assert pieces["area_m2"].sum() == pytest.approx(intersection_areas(units, zones)["area_m2"].sum(), rel=1e-8)
