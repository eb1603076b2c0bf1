"""Laws of judging rasters: bands and steps change nothing, spellings of a unit mean one thing, findings never raise."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zoning import tables
from zoning.checks import check_emissions
from zoning.checks.raster import numbers as raster_values
from zoning.checks.raster.bare import check_raster
from zoning.checks.raster.numbers import summarise
from zoning.errors import QuantityError
from zoning.intake import ArrayBlocks, RawRaster, Step
from zoning.quantities import convert, dimension, written_unit
from zoning.study import EmissionsInput, parse_study

STUDY = parse_study(
    {"study": {"name": "示例", "admin_code": "990100"}, "years": {"base": 2019}, "units": {"path": "units.gpkg"}}, "."
)
AMOUNTS = st.floats(0, 1e6, allow_subnormal=False)
ANY = st.one_of(st.floats(width=32), st.sampled_from([-9999.0, 0.0, 1e20, -3.4028234663852886e38, 9999.0, -1.0]))


def raster(values, **further):
    settings = {"crs": "EPSG:4549", "transform": Affine(500, 0, 500_000, 0, -500, 2_752_000)} | further
    return RawRaster("co2.tif", ArrayBlocks(values), **settings)


@given(arrays(np.float64, (7, 5), elements=ANY), st.integers(1, 40))
@settings(deadline=None)
def test_bands_change_nothing_but_the_last_digits(values, cells):
    whole = summarise(ArrayBlocks(values))
    limits = tables.numbers("limits") | {"band_cells": float(cells)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raster_values, "numbers", lambda name: limits if name == "limits" else tables.numbers(name))
        banded = summarise(ArrayBlocks(values))
    counts = ("cells", "data", "zeros", "negative", "infinite", "lowest_hits", "highest_hits", "marks")
    assert [getattr(banded, name) for name in counts] == [getattr(whole, name) for name in counts]
    assert banded.sound == pytest.approx(
        whole.sound, rel=1e-9, abs=1e-9 * np.abs(values[np.isfinite(values)]).max(initial=0)
    )


@given(arrays(np.float64, (12, 2, 3), elements=AMOUNTS), st.sampled_from(["t", "t/month", "tC/month"]))
@settings(deadline=None, max_examples=50)
def test_months_sum_to_the_year(values, unit):
    values[:, 0, 0] = np.arange(12)  # not everywhere one value
    steps = tuple(Step(f"2019-{n:02d}", 2019, np.nan, ArrayBlocks(layer)) for n, layer in enumerate(values, 1))
    declared = EmissionsInput(
        species="CO2", mass_basis="C" if "C" in unit else "CO2", unit=unit, kind="total", year=2019, period="monthly",
        sectors={"industry": "co2.nc"},
    )  # fmt: skip
    judged = check_emissions({"industry": raster(values[0], steps=steps)}, None, declared, STUDY)
    factor = 44 / 12 if "C" in unit else 1
    np.testing.assert_allclose(judged.value[0].tonnes(), values.sum(axis=0) * factor, rtol=1e-12)


@given(st.floats(1e-12, 1e-5), st.permutations(range(1, 13)))
@settings(deadline=None, max_examples=30)
def test_a_constant_flux_is_its_own_mean_in_any_order_of_months(flux, order):
    grid = {"crs": "EPSG:4490", "transform": Affine(0.1, 0, 118, 0, -0.1, 30)}
    layer = np.array([[flux, flux * 2]])
    steps = tuple(Step(f"2019-{n:02d}", 2019, np.nan, ArrayBlocks(layer)) for n in order)
    declared = {"species": "CO2", "mass_basis": "CO2", "unit": "kg m-2 s-1", "year": 2019, "sectors": {"industry": "x"}}
    monthly = check_emissions(
        {"industry": raster(layer, steps=steps, **grid)}, None, EmissionsInput(**declared, period="monthly"), STUDY
    )
    annual = check_emissions({"industry": raster(layer, **grid)}, None, EmissionsInput(**declared), STUDY)
    np.testing.assert_allclose(monthly.value[0].tonnes(), annual.value[0].tonnes(), rtol=1e-12)


MASSES = [row for row in tables.read("unit_words") if row["role"] == "mass" and row["written"].isascii()]
SUBSTANCES = ["", "CO2", "C", "NO2"]


@given(st.sampled_from(MASSES), st.sampled_from(SUBSTANCES), st.permutations(["m2", "s"]), st.booleans())
@settings(deadline=None)
def test_spellings_of_a_flux_mean_one_thing(mass, substance, below, slashes):
    text = f"{mass['written']} {substance}".strip()
    text += "".join(f"/{one}" for one in below) if slashes else " m-2 s-1"
    found = written_unit(text)
    assert (found.basis, found.per_cell, found.per_month) == (substance, False, False)
    assert dimension(found.unit) == dimension("kg m-2 s-1")
    assert convert(1.0, found.unit, "t m-2 s-1") == pytest.approx(convert(1.0, mass["unit"], "t"), rel=1e-12)


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from([row["written"] for row in tables.read("unit_words")] + list(" /()-2^"))).map("".join)
)
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_unit_or_refused(text):
    try:
        found = written_unit(text)
    except QuantityError:
        return
    assert dimension(found.unit) is not None


@given(
    arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=ANY),
    st.tuples(*[st.floats(-1e8, 1e8) | st.just(0.0)] * 6),
    st.sampled_from(["", "EPSG:4490", "EPSG:4549", "EPSG:4214", "nonsense"]),
    st.sampled_from(["", "t", "kg m-2 s-1", "tC/month", "ug m-3", "foo"]),
    st.none() | st.floats(-1e9, 1e9),
)
@settings(deadline=None, max_examples=300)
def test_whatever_a_raster_holds_it_is_judged_and_nothing_is_raised(values, numbers, crs, unit, published):
    raw = raster(values, crs=crs, transform=Affine(*numbers), unit_tag=unit)
    for found in check_raster(raw, None, published):
        assert found.message_zh
        assert found.fix_zh
