"""Statistics over units, computed by hand or printed by others."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr
from affine import Affine

from zoning.errors import GeometryError, InputError, QuantityError
from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.overlay import Coverage, coverage
from zoning.supports import CurvedGrid, Grid

EQUAL_AREA = "EPSG:6933"  # cells of one true size, so that weights by area are weights by fraction
STATISTICS = ["count", "total", "mean", "min", "max", "variance", "stdev", "valid_share"]


def grid_of(rows: int, cols: int, west: float = 0.0, north: float | None = None) -> Grid:
    return Grid(EQUAL_AREA, Affine(1, 0, west, 0, -1, rows if north is None else north), (rows, cols))


def laid(grid: Grid, *boxes: tuple[float, float, float, float]) -> Coverage:
    return coverage(gpd.GeoSeries([shapely.box(*box) for box in boxes], crs=EQUAL_AREA), grid)


@pytest.fixture
def nine() -> Coverage:
    """Cells 1 to 9 under a square that covers ¼ ½ ¼ / ½ 1 ½ / ¼ ½ ¼ of them."""
    return laid(grid_of(3, 3), (0.5, 0.5, 2.5, 2.5))


NINE = np.arange(1, 10).reshape(3, 3)


def test_the_square_on_nine_cells(nine: Coverage) -> None:
    found = nine.summary(NINE, STATISTICS).loc[0]
    # Σ f = 4; Σ f x = 20; Σ f (x - 5)² = 2 × (¼ 16 + ½ 9 + ¼ 4 + ½ 1) = 20
    assert found.to_dict() == pytest.approx(
        {"count": 4, "total": 20, "mean": 5, "min": 1, "max": 9, "variance": 5, "stdev": 5**0.5, "valid_share": 1},
        rel=1e-9,
    )
    for name in ("total", "mean", "min", "max", "variance", "valid_share"):
        assert getattr(nine, name)(NINE).loc[0, "value"] == found[name], name


def test_quantiles_of_whole_numbers_are_those_of_floats(nine: Coverage) -> None:
    whole, real = (nine.quantile(values, [0.25, 0.5, 0.75]) for values in (NINE, NINE.astype(np.float64)))
    assert whole.loc[0].tolist() == pytest.approx([3.5, 5.0, 6.5], rel=1e-9)
    pd.testing.assert_frame_equal(whole, real, check_exact=True)
    assert nine.quantile(NINE, 0).loc[0, "value"] == 1.0
    assert nine.quantile(NINE, 1).loc[0, "value"] == pytest.approx(9.0, rel=1e-12)


def test_a_square_over_a_cell_without_data() -> None:
    values = np.array([[1, 1, 1, 1, 1], [1, 1, 2, 3, 1], [1, 4, 5, 6, 1], [1, 0, 99, 7, 1], [1, 1, 1, 1, 1.0]])
    values[values == 99] = np.nan
    one = laid(grid_of(5, 5, west=-1, north=4), (0.5, 0.5, 2.5, 2.5))
    found = one.summary(values, STATISTICS).loc[0]
    assert found["count"] == 3.5
    assert found["total"] == 13.75
    assert found["mean"] == pytest.approx(13.75 / 3.5, rel=1e-9)
    assert found["variance"] == pytest.approx(3.923469, abs=5e-7)
    assert found["stdev"] == pytest.approx(1.9807749, abs=5e-8)
    assert one.quantile(values, 0.5).loc[0, "value"] == pytest.approx(4.2308, abs=5e-5)


def test_weights_of_a_second_raster() -> None:
    values = np.array([[1, 2, 3, 4], [9, 10, 11, 12], [5, 6, 7, 8]])
    weights = np.repeat([[0.3], [0.1], [0.2]], 4, axis=1)
    one = laid(grid_of(3, 4), (0.5, 0.5, 3.5, 2.5))
    assert one.mean(values).loc[0, "value"] == pytest.approx(7.5, rel=1e-9)
    assert one.mean(values, weights=weights).loc[0, "value"] == pytest.approx(5.928571428571429, rel=1e-14)
    assert one.total(values, weights=weights).loc[0, "value"] == pytest.approx(6.225, rel=1e-14)
    both = one.summary(values, ["mean", "total", "count"], weights=weights).loc[0]
    assert both.tolist() == pytest.approx([5.928571428571429, 6.225, 6.0], rel=1e-14)
    fraction = np.outer([0.5, 1, 0.5], [0.5, 1, 1, 0.5])
    mean = np.average(values, weights=fraction * weights)
    expected = np.average((values - mean) ** 2, weights=fraction * weights)
    assert one.variance(values, weights=weights).loc[0, "value"] == pytest.approx(expected, rel=1e-13)


def test_a_cell_without_weight_has_no_data_and_one_of_weight_0_has() -> None:
    one = laid(grid_of(1, 3), (0, 0, 3, 1), (0, 0, 1, 1), (1, 0, 2, 1))
    values, weights = np.array([[5.0, 7.0, 9.0]]), np.array([[np.nan, 0.0, 2.0]])
    assert one.total(values, weights=weights)["value"].tolist() == pytest.approx([18.0, np.nan, 0.0], nan_ok=True)
    assert one.mean(values, weights=weights)["value"].tolist() == pytest.approx([9.0, np.nan, np.nan], nan_ok=True)
    assert one.variance(values, weights=weights)["value"].tolist() == pytest.approx([0, np.nan, np.nan], nan_ok=True)
    assert one.quantile(values, 0.5, weights=weights).loc[0, "value"] == 9.0


@pytest.mark.parametrize("wrong", [-1.0, np.inf, -np.inf])
def test_weights_are_finite_and_not_negative(nine: Coverage, wrong: float) -> None:
    weights = np.ones((3, 3))
    weights[1, 1] = wrong
    for ask in (nine.total, nine.mean, nine.variance):
        with pytest.raises(InputError, match="negative or infinite"):
            ask(NINE, weights=weights)
    with pytest.raises(InputError, match="negative or infinite"):
        nine.quantile(NINE, 0.5, weights=weights)
    with pytest.raises(GeometryError, match="but the grid is"):
        nine.mean(NINE, weights=np.ones((2, 3, 3)))


def test_units_smaller_than_a_cell_have_the_value_of_their_cell() -> None:
    lattice = [(x + 0.4, y + 0.4, x + 0.6, y + 0.6) for y in range(32) for x in range(32)]
    values = np.arange(1024.0).reshape(32, 32)
    one = laid(grid_of(32, 32), *lattice)
    own = np.flipud(values).ravel()
    np.testing.assert_allclose(one.total(values)["value"], own * 0.04, rtol=1e-11)
    for name in ("mean", "min", "max"):
        np.testing.assert_allclose(getattr(one, name)(values)["value"], own, rtol=1e-14)
    np.testing.assert_array_equal(one.variance(values)["value"], 0.0)
    np.testing.assert_array_equal(one.quantile(values, 0.3)["value"], own)


def test_shares_of_classes() -> None:
    values = np.array([[1, 1, 2], [2, 5, 5], [5, 5, 7]], dtype=np.uint8)
    masked = np.ma.masked_equal(values, 7)
    one = laid(grid_of(3, 3), (0, 0, 2, 3), (1.5, 0, 3, 2), (2, 0, 3, 1))
    found = one.fractions(masked)
    assert found.columns.tolist() == [1.0, 2.0, 5.0]  # nobody covers data of class 7
    assert found.loc[0].tolist() == pytest.approx([2 / 6, 1 / 6, 3 / 6], rel=1e-9)
    assert found.loc[1].tolist() == pytest.approx([0, 0, 1], rel=1e-9)
    assert found.loc[2].isna().all()
    stack = one.fractions(np.stack([values, values + 1]))
    assert stack.columns.names == ["layer", "class"]
    assert stack.loc[0, (1, 6)] == pytest.approx(0.5, rel=1e-9)
    assert np.isnan(stack.loc[2, (0, 8)]) == False  # noqa: E712 - a class of the other layer is a share of 0


def test_too_many_classes_are_refused_with_their_number() -> None:
    one = laid(grid_of(40, 40), (0, 0, 40, 40))
    with pytest.raises(InputError, match="1600 different values"):
        one.fractions(np.arange(1600.0).reshape(40, 40))


def test_a_small_spread_on_a_large_level_is_not_lost() -> None:
    one = laid(grid_of(300, 200), (0, 0, 200, 300))
    values = np.random.default_rng(0).normal(size=(300, 200))
    found, area = one.variance(values + 1e9).loc[0, "value"], one.grid.cell_area
    lifted = values + 1e9 - np.average(values + 1e9, weights=area)
    assert found == pytest.approx(np.average(lifted**2, weights=area), rel=1e-12)
    plain = one.variance(values).loc[0, "value"]
    assert plain == pytest.approx(np.average((values - np.average(values, weights=area)) ** 2, weights=area), rel=1e-12)
    assert found == pytest.approx(np.average((values - np.average(values, weights=area)) ** 2, weights=area), rel=1e-6)


@pytest.mark.parametrize("name", ["total", "mean", "max", "min", "variance", "valid_share", "quantile"])
def test_infinite_cells_of_a_unit_are_refused_in_every_statistic(nine: Coverage, name: str) -> None:
    values = NINE.astype(np.float64)
    values[0, 0] = np.inf
    more = (1.0,) if name == "quantile" else ()
    with pytest.raises(InputError, match="infinite"):
        getattr(nine, name)(values, *more)


@pytest.mark.parametrize(
    "kind", ["i1", "u1", "i2", ">i2", "u4", "i8", "u8", "f2", "f4", ">f4", ">f8", "?", "f8"], ids=str
)
@pytest.mark.parametrize("layers", [1, 2, 12])
def test_numbers_of_any_type_are_added_as_float64(nine: Coverage, kind: str, layers: int) -> None:
    values = np.broadcast_to(NINE > 4 if kind == "?" else NINE, (layers, 3, 3)).astype(kind)
    expected = nine.total(values.astype(np.float64))
    pd.testing.assert_frame_equal(nine.total(values), expected, check_exact=True)
    pd.testing.assert_frame_equal(nine.total(np.asfortranarray(values)), expected, check_exact=True)
    wide = np.zeros((layers, 6, 9), dtype=kind)
    wide[:, ::2, ::3] = values
    pd.testing.assert_frame_equal(nine.total(wide[:, ::2, ::3]), expected, check_exact=True)
    values.flags.writeable = False
    pd.testing.assert_frame_equal(nine.total(values), expected, check_exact=True)


def test_great_integers_do_not_turn_round(nine: Coverage) -> None:
    top = np.full((3, 3), 2**64 - 1, dtype=np.uint64)
    assert nine.total(top).loc[0, "value"] == 4 * 2.0**64
    low = np.full((3, 3), -(2**63), dtype=np.int64)
    assert nine.min(low).loc[0, "value"] == -(2.0**63)
    assert nine.total(np.full((3, 3), 127, dtype=np.int8)).loc[0, "value"] == 508.0
    assert nine.total(top, weights=np.full((3, 3), 2)).loc[0, "value"] == 8 * 2.0**64


def test_what_is_no_number_is_refused(nine: Coverage) -> None:
    for values in (np.full((3, 3), 1j), np.full((3, 3), "a"), np.full((3, 3), np.datetime64("2020-01-01"))):
        with pytest.raises(InputError, match="no real numbers"):
            nine.total(values)
    with pytest.raises(InputError, match="between 0 and 1"):
        nine.quantile(NINE, 25)
    with pytest.raises(InputError, match="no statistic called median"):
        nine.summary(NINE, ["median"])
    with pytest.raises(InputError, match="positive number of bytes"):
        nine.total(NINE, memory=0)


def test_fields_in_a_summary() -> None:
    grid = grid_of(3, 3)
    one = laid(grid, (0.5, 0.5, 2.5, 2.5))
    blocks = ArrayBlocks(NINE.astype(np.float64))
    flux = Field(grid, blocks, "SO2", "industry", 2019, "t km-2 yr-1", Kind.FLUX, "SO2")
    found = one.summary(flux, ["mean", "total"]).loc[0]
    assert found.tolist() == pytest.approx([5.0, 20e-6], rel=1e-6)
    mass = Field(grid, blocks, "SO2", "industry", 2019, "t", Kind.TOTAL, "SO2")
    assert one.summary(mass, ["total", "max"]).loc[0].tolist() == [20.0, 9.0]
    for ask in (one.variance, one.mean, lambda values: one.quantile(values, 0.5)):
        with pytest.raises(QuantityError, match="added and not averaged"):
            ask(mass)


def test_dataarrays_keep_their_dimensions(nine: Coverage) -> None:
    values = xr.DataArray(
        np.stack([NINE, NINE * 2, NINE * 3]), dims=("month", "y", "x"), coords={"month": [1, 2, 3]}, name="pm25"
    )
    several = nine.quantile(values, [0.25, 0.75])
    assert several.dims == ("unit", "month", "quantile")
    assert several.sel(month=2, quantile=0.25).item() == pytest.approx(7.0, rel=1e-9)
    assert nine.summary(values, ["max"]).sel(statistic="max", month=3).item() == 27.0
    assert nine.min(values).dims == ("unit", "month")


def test_no_units_and_no_cells_in_common() -> None:
    nobody = coverage(gpd.GeoSeries([], crs=EQUAL_AREA), grid_of(3, 3))
    assert nobody.summary(NINE).shape == (0, 8)
    assert nobody.fractions(NINE).shape == (0, 0)
    away = laid(grid_of(3, 3), (10, 10, 11, 11))
    assert away.summary(NINE).isna().all(axis=None)
    assert away.quantile(NINE, 0.5).isna().all(axis=None)
    assert away.fractions(NINE).shape == (1, 0)


def test_cells_of_a_curved_grid() -> None:
    x, y = np.meshgrid([0.0, 1.0, 3.0], [0.0, 1.0, 2.0])
    grid = CurvedGrid(EQUAL_AREA, x, y)
    one = coverage(gpd.GeoSeries([shapely.box(0.5, 0, 3, 2)], crs=EQUAL_AREA), grid)
    values = np.array([[1.0, 4.0], [2.0, np.nan]])
    # areas ½ of 1, 2 of 4, ½ of 2
    assert one.mean(values).loc[0, "value"] == pytest.approx(9.5 / 3, rel=1e-9)
    assert one.fractions(values).loc[0].tolist() == pytest.approx([1 / 6, 1 / 6, 4 / 6], rel=1e-9)
    assert one.summary(values, ["min", "max", "count"]).loc[0].tolist() == pytest.approx([1, 4, 2], rel=1e-12)
    assert one.valid_share(values).loc[0, "value"] == pytest.approx(3 / 5, rel=1e-9)
