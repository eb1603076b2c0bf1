"""Faults of rasters, each on an input with that one fault, and tonnes of a year against numbers worked by hand."""

from __future__ import annotations

import csv
import dataclasses

import geopandas as gpd
import netCDF4
import numpy as np
import pytest
import shapely
from affine import Affine

from zoning.checks import check_emissions
from zoning.checks.raster.bare import check_raster
from zoning.checks.together import check_flipped, check_grids, cover_grids
from zoning.errors import QuantityError, Severity
from zoning.intake import ArrayBlocks, Corners, RawRaster, Step, WeightedBlocks
from zoning.overlay import Laying
from zoning.quantities import WrittenUnit, canonical, tonnes_per_year, written_unit
from zoning.study import EmissionsInput, parse_study
from zoning.supports import ControlUnits

STUDY = parse_study(
    {"study": {"name": "示例", "admin_code": "990100"}, "years": {"base": 2019}, "units": {"path": "units.gpkg"}}, "."
)
NORTH_UP = Affine(500, 0, 500_000, 0, -500, 2_752_000)
TENTH = Affine(0.1, 0, 118.0, 0, -0.1, 30.05)
"""One row of cells of 0.1 degree around 30 N: 106.96 km2 each."""
VALUES = np.arange(16.0).reshape(4, 4)


def raster(values=VALUES, **further):
    settings = {"crs": "EPSG:4549", "transform": NORTH_UP, "nodata": -1.0, "layer": "co2"} | further
    return RawRaster("co2.tif", ArrayBlocks(np.asarray(values, dtype=float)), **settings)


def emissions(raw=None, total=None, **changes):
    settings = {"species": "CO2", "mass_basis": "CO2", "unit": "t", "kind": "total", "year": 2019}
    rasters = raw if isinstance(raw, dict) else {"industry": raster() if raw is None else raw}
    declared = EmissionsInput(**settings | {"sectors": dict.fromkeys(rasters, "co2.tif")} | changes)
    return check_emissions(rasters, total, declared, STUDY)


def codes_of(judged, severity=None):
    findings = judged if isinstance(judged, tuple) else judged.findings
    return {str(one.code) for one in findings if severity is None or one.severity is severity}


def only(judged):
    findings = judged if isinstance(judged, tuple) else judged.findings
    assert len(findings) == 1, [one.key for one in findings]
    return findings[0]


def said(found):
    return f"{found.file} {found.layer} {found.value} {found.message_zh} {found.message_en}"


# --- units as they are written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t CO2 per cell per year", WrittenUnit("t yr-1", "CO2", per_cell=True)),
        ("t per cell per year", WrittenUnit("t yr-1", per_cell=True)),
        ("tonne C/cell/month", WrittenUnit("t", "C", per_cell=True, per_month=True)),
        ("tC/cell", WrittenUnit("t", "C", per_cell=True)),
        ("ton/month", WrittenUnit("t", per_month=True, loose="ton")),
        ("Mg yr-1", WrittenUnit("t yr-1")),
        ("gC m-2 d-1", WrittenUnit("g m-2 d-1", "C")),
        ("kg C m-2 s-1", WrittenUnit("kg m-2 s-1", "C")),
        ("kg/m2/s", WrittenUnit("kg m-2 s-1")),
        ("kg/(m² s)", WrittenUnit("kg m-2 s-1")),
        ("kg m⁻² s⁻¹", WrittenUnit("kg m-2 s-1")),
        ("molecules cm-2 s-1", WrittenUnit("molecule cm-2 s-1")),
        ("吨/年", WrittenUnit("t yr-1")),
        ("吨碳/网格/月", WrittenUnit("t", "C", per_cell=True, per_month=True)),
        ("万吨", WrittenUnit("10kt")),
        ("10^3 t/yr", WrittenUnit("kt yr-1")),
        ("1e6 kg", WrittenUnit("kt")),
        ("t C ha-1 yr-1", WrittenUnit("t ha-1 yr-1", "C")),
        ("t NOx", WrittenUnit("t")),
        ("ug m-3", WrittenUnit("ug m-3")),
    ],
)
def test_units_as_files_write_them(text, expected):
    assert written_unit(text) == expected
    assert canonical(expected.unit) == expected.unit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "foo",
        "KG/M2/S",
        "MG/yr",
        "T/a",
        "kg m-2 s",
        "kg/m2 s",
        "t/yr/month",
        "lb",
        "吨煤",
        "t C CO2",
        "kg/m4",
        "t t",
    ],
)
def test_what_is_understood_only_in_part_is_refused(text):
    with pytest.raises(QuantityError):
        written_unit(text)


def test_moles_go_by_the_molar_mass_and_mixtures_are_refused():
    # 1 molecule cm-2 s-1 of CO2: 1e4 molecules m-2, 44 g a mole, 365 days
    factor, per_area = tonnes_per_year("molecule cm-2 s-1", "CO2", "CO2", 2019)
    assert per_area
    assert factor == pytest.approx(1e4 / 6.02214076e23 * 44e-6 * 365 * 86400, rel=1e-12)
    with pytest.raises(QuantityError, match="molar mass"):
        tonnes_per_year("molecule cm-2 s-1", "VOC", "VOC", 2019)
    with pytest.raises(QuantityError, match="mixture"):
        tonnes_per_year("t", "VOC", "C", 2019)


# --- what the numbers are --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("judged", "key", "severity", "words"),
    [
        (emissions(unit=""), "UNIT_MISSING.grid", "error", ("co2", "15")),
        (emissions(raster(VALUES * 1e-8), unit="", kind=""), "UNIT_MISSING.grid", "error", ("co2", "kg m-2 s-1")),
        (emissions(unit="lb"), "UNIT_MISSING.grid_unknown", "error", ("lb",)),
        (emissions(unit="molecules cm-2 s-1", species="VOC", mass_basis="VOC", kind="flux"),
         "UNIT_MISSING.grid_unknown", "error", ("VOC",)),
        (emissions(unit="ug m-3"), "KIND_MISSING.level", "error", ("ug m-3",)),
        (emissions(kind="flux"), "KIND_MISSING", "error", ("flux",)),
        (emissions(raster(VALUES * 1e-8), kind=""), "KIND_MISSING.small", "error", ("1.5e-07",)),
        (emissions(mass_basis=""), "SPECIES_BASIS.missing", "error", ("CO2、C",)),
        (emissions(species="NOx", mass_basis=""), "SPECIES_BASIS.missing", "error", ("NO2、NO、N",)),
        (emissions(species="VOC", mass_basis=""), "SPECIES_BASIS.missing", "error", ("VOC、C",)),
        (emissions(species="VOC", mass_basis="C"), "SPECIES_BASIS", "error", ("VOC",)),
        (emissions(unit="tCO2e", mass_basis=""), "SPECIES_BASIS", "error", ("CO2e",)),
        (emissions(raster(unit_tag="tC/cell")), "SPECIES_BASIS.tag", "error", ("tC/cell", "CO2")),
        (emissions(raster(species_tag="SO2")), "SPECIES_BASIS.species", "warning", ("SO2", "CO2")),
        (emissions(unit="ton"), "UNIT_MISSING.loose", "error", ("ton", "907")),
        (emissions(raster(unit_tag="ton CO2"), unit=""), "UNIT_UNCLEAR.loose", "warning", ("ton", "907")),
        (emissions(raster(unit_tag="kt")), "UNIT_UNCLEAR", "warning", ("kt", "1000")),
        (emissions(raster(unit_tag="bushel")), "UNIT_UNCLEAR.tag_unknown", "warning", ("bushel",)),
        (emissions(raster(unit_tag="kg m-2 s-1")), "UNIT_UNCLEAR.dimension", "error", ("kg m-2 s-1",)),
        (emissions(raster(unit_tag="t/month")), "TIME_AMBIGUOUS.tag", "error", ("t/month",)),
        (emissions(raster(unit_tag="t/month"), period="annual"), "TIME_AMBIGUOUS.tag", "warning", ("t/month",)),
    ],
)  # fmt: skip
def test_quantities(judged, key, severity, words):
    found = only(judged)
    assert (found.key, found.severity) == (key, Severity(severity))
    assert all(word in said(found) for word in words), said(found)
    assert (judged.value is None) == (severity == "error")


def test_a_tag_counts_as_declared_and_an_agreeing_one_is_silent():
    judged = emissions(raster(unit_tag="kg C per cell per year"), unit="", kind="", mass_basis="")
    assert judged.findings == ()
    field = judged.value[0]
    assert (field.unit, field.kind, field.basis) == ("kg yr-1", "total", "C")
    assert field.tonnes()[3, 3] == pytest.approx(15e-3 * 44 / 12)
    assert emissions(raster(unit_tag="t CO2 per cell per year")).findings == ()
    assert emissions(raster(species_tag="NO2"), species="NOx", mass_basis="NO2").findings == ()


def test_a_fault_of_the_study_is_named_once_for_all_rasters():
    judged = emissions({"industry": raster(), "transport": raster(), "residential": raster()}, unit="lb")
    assert only(judged).key == "UNIT_MISSING.grid_unknown"


# --- values ----------------------------------------------------------------------------------------------------------


def patched(value, count=1, base=VALUES + 1):
    values = np.tile(base, (3, 3)).astype(float)
    values.ravel()[:count] = value
    return values


@pytest.mark.parametrize("mark", [-9999.0, -999.0, -99.0, -3.4028234663852886e38, -3.4e38, 1e20, 9.96921e36, -32768.0])
def test_one_cell_of_an_unmistakable_mark_is_enough(mark):
    found = only(emissions(raster(patched(mark), nodata=None)))
    assert (found.key, found.severity) == ("NODATA_UNDECLARED", Severity.ERROR)
    assert "1 个像元" in found.message_zh


@pytest.mark.parametrize(("mark", "count"), [(9999.0, 12), (65535.0, 40), (-5000.0, 12), (-1.0, 30)])
def test_marks_that_could_be_amounts_need_many_cells(mark, count):
    assert only(emissions(raster(patched(mark, count), nodata=None))).key == "NODATA_UNDECLARED"
    few = emissions(raster(patched(mark, 1), nodata=None))
    assert "NODATA_UNDECLARED" not in codes_of(few)


def test_the_sum_is_given_with_and_without_the_marks():
    found = only(emissions(raster(patched(-9999.0, 2), nodata=None)))
    clean = float(np.tile(VALUES + 1, (3, 3)).sum()) - 1 - 2
    assert f"{clean:,.1f}" in found.message_zh
    assert f"{clean - 2 * 9999:,.1f}" in found.message_en


def test_another_mark_beside_the_tag_and_a_tag_that_may_be_an_amount():
    found = only(emissions(raster(patched(-9999.0, 3), nodata=-3.4e38)))
    assert (found.key, found.severity, found.value) == ("NODATA_CONFLICT.other", Severity.ERROR, "-9999")
    found = only(emissions(raster(np.where(VALUES == 0, np.nan, VALUES), nodata=0.0)))
    assert (found.key, found.severity) == ("NODATA_CONFLICT.plausible", Severity.WARNING)
    assert emissions(raster(VALUES, nodata=0.0)).findings == ()  # a tag that no cell has
    assert emissions(raster(np.where(VALUES == 0, np.nan, VALUES), nodata=-9999.0)).findings == ()


def test_signs_infinities_constants_and_nothing():
    found = only(emissions(raster(VALUES - 3)))
    assert (found.key, found.value) == ("NEGATIVE_CELLS", "-3")
    assert "3 个负值像元" in found.message_zh
    assert "-6.0" in found.message_zh
    judged = emissions(raster(VALUES - 3), sinks=True)
    assert (only(judged).severity, judged.value[0].tonnes().sum()) == (Severity.INFO, 120 - 48)
    assert emissions(raster(patched(-99.0)), sinks=True).value is not None  # one sink of 99 t is no mark
    assert only(emissions(raster(np.where(VALUES == 3, np.inf, VALUES)))).key == "NODATA_UNDECLARED.infinite"
    assert only(emissions(raster(np.full((5, 5), 7.0)))).severity is Severity.WARNING
    assert only(emissions(raster(np.zeros((5, 5))))).severity is Severity.INFO
    assert only(emissions(raster(np.full((4, 4), np.nan)))).key == "GRID_NOT_COVERING.empty"


# --- time ------------------------------------------------------------------------------------------------------------

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ONE = np.array([[1.0, 2.0]])


def months(values=None, year=2019, days=DAYS, count=12):
    values = [1.0] * count if values is None else values
    return tuple(
        Step(f"{year}-{number:02d}", year, float(days[number - 1]), ArrayBlocks(ONE * value))
        for number, value in enumerate(values[:count], 1)
    )


def timed(steps, **further):
    return raster(ONE, steps=steps, transform=TENTH, crs="EPSG:4490", **further)


def year_of(steps, **declared):
    judged = emissions(timed(steps), **{"period": "monthly"} | declared)
    assert [one for one in judged.findings if one.severity is Severity.ERROR] == []
    return judged.value[0].tonnes()[0]


def test_monthly_totals_are_added():
    assert year_of(months(list(range(12)))) == pytest.approx([66.0, 132.0])
    assert year_of(months(), unit="tonne C/cell/month", mass_basis="C") == pytest.approx([44.0, 88.0])  # 12 × 44/12
    assert year_of(months(), unit="tonne C/cell/month", mass_basis="", period="") == pytest.approx([44.0, 88.0])


@pytest.mark.parametrize(("year", "tonnes"), [(2019, 3373), (2020, 3382)])
def test_a_constant_flux_is_that_of_the_year(year, tonnes):
    days = [29 if number == 1 and year == 2020 else one for number, one in enumerate(DAYS)]
    flux = {"unit": "kg m-2 s-1", "kind": "flux", "year": year}
    assert round(year_of(months([1e-9] * 12, year, days), **flux)[0]) == tonnes
    annual = (Step(str(year), year, float(sum(days)), ArrayBlocks(ONE * 1e-9)),)
    assert round(year_of(annual, **flux | {"period": "annual"})[0]) == tonnes
    assert round(emissions(timed(()), **flux, period="annual").value[0].tonnes()[0, 0] * 1e-9) == tonnes


def test_fluxes_are_averaged_with_the_days_as_weights():
    # 1 g C m-2 d-1 in February only: 28 days of 44/12 g CO2 on 106.96 km2
    flux = {"unit": "gC m-2 d-1", "kind": "flux", "mass_basis": "C"}
    february = year_of(months([0.0, 1.0] + [0.0] * 10), **flux)[0]
    area = year_of(months([1.0] * 12), **flux)[0] / (365 * 1e-6 * 44 / 12)
    assert area == pytest.approx(106.96e6, rel=1e-4)
    assert february == pytest.approx(28 * 1e-6 * 44 / 12 * area, rel=1e-12)
    # a mass per area «per month» is added and not averaged
    per_month = year_of(months(), unit="g m-2 month-1", kind="flux")[0]
    assert per_month == pytest.approx(12e-6 * area, rel=1e-12)


def test_days_are_added_or_averaged():
    daily = tuple(Step(f"2019-{n}", 2019, 1.0, ArrayBlocks(ONE)) for n in range(365))
    assert year_of(daily, period="daily") == pytest.approx([365.0, 730.0])
    assert year_of(daily, period="daily", unit="t/day") == pytest.approx([365.0, 730.0])
    found = only(emissions(timed(daily[:-1]), period="daily"))
    assert (found.key, "364" in said(found), "365" in said(found)) == ("TIME_AMBIGUOUS.days", True, True)


def test_the_year_is_chosen_and_a_missing_one_is_named():
    steps = tuple(Step(str(year), year, 365.0, ArrayBlocks(ONE * year)) for year in (2017, 2018, 2019))
    assert year_of(steps, period="annual") == pytest.approx([2019.0, 4038.0])
    found = only(emissions(timed(steps[:2]), period="annual"))
    assert (found.key, found.severity) == ("YEAR_DIFFERS.absent", Severity.ERROR)
    assert "2017、2018" in found.message_zh
    unknown = (Step("0", None, np.nan, ArrayBlocks(ONE)),)
    assert year_of(unknown, period="annual") == pytest.approx([1.0, 2.0])


def test_other_calendars_weigh_by_their_own_days_and_say_so():
    steps = months([1e-9] * 12, days=[30] * 12)
    judged = emissions(timed(steps, marks=("calendar:360_day",)), unit="kg m-2 s-1", kind="flux", period="monthly")
    assert (only(judged).key, only(judged).severity) == ("TIME_AMBIGUOUS.calendar", Severity.INFO)
    assert round(judged.value[0].tonnes()[0, 0]) == 3373


def test_bare_months_are_taken_in_their_order_and_said():
    steps = tuple(Step(str(n), None, np.nan, ArrayBlocks(ONE * n)) for n in range(1, 13))
    judged = emissions(timed(steps), period="monthly")
    assert only(judged).key == "TIME_AMBIGUOUS.undated"
    assert judged.value[0].tonnes()[0, 0] == 78


def test_twelve_files_that_are_added_are_the_months():
    added = WeightedBlocks((ArrayBlocks(ONE),) * 12, (1.0,) * 12)
    raw = dataclasses.replace(timed(()), blocks=added)
    assert emissions(raw, unit="t/month").value[0].tonnes()[0, 0] == 12


@pytest.mark.parametrize(
    ("steps", "declared", "key", "words"),
    [
        (months(), {"period": ""}, "TIME_AMBIGUOUS", ("12", "monthly")),
        (months(), {"period": "annual"}, "TIME_AMBIGUOUS.per_year", ("12",)),
        (months(), {"unit": "t/yr"}, "TIME_AMBIGUOUS.per_year", ("12", "t/yr")),
        (months(count=11), {}, "TIME_AMBIGUOUS.months", ("1 个月", "12")),
        ((*months(), months()[3]), {}, "TIME_AMBIGUOUS.twice", ("2019-04",)),
        (months()[:1], {"period": ""}, "TIME_AMBIGUOUS.part", ("2019-01", "31")),
        ((), {"unit": "t/month", "period": ""}, "TIME_AMBIGUOUS.single", ("t/month",)),
        ((), {"period": "monthly"}, "TIME_AMBIGUOUS.single", ("monthly",)),
        (months(), {"unit": "t/month", "period": "daily"}, "TIME_AMBIGUOUS.month_of_days", ("daily",)),
        (
            tuple(Step(str(n), None, np.nan, ArrayBlocks(ONE)) for n in range(4)),
            {},
            "TIME_AMBIGUOUS.not_months",
            ("4",),
        ),
    ],
)
def test_ambiguous_time(steps, declared, key, words):
    judged = emissions(timed(steps), **{"period": "monthly"} | declared)
    found = only(judged)
    assert (found.key, found.severity) == (key, Severity.ERROR)
    assert all(word in said(found) for word in words), said(found)
    assert judged.value is None


def test_a_file_that_says_per_year_of_months_can_be_declared_right():
    raw = timed(months(), unit_tag="t per cell per year", tags={"period": "annual"})
    assert "TIME_AMBIGUOUS" in codes_of(emissions(raw, unit="", period=""))
    assert emissions(raw, unit="t/month", period="monthly").value[0].tonnes()[0, 0] == 12


def test_cells_with_data_in_some_months_only_are_counted():
    steps = (*months(count=11), Step("2019-12", 2019, 31.0, ArrayBlocks(np.array([[np.nan, 1.0]]))))
    found = only(emissions(timed(steps), period="monthly"))
    assert (found.key, found.value) == ("NODATA_CONFLICT.steps", "1")


def test_marks_are_found_in_every_step():
    steps = (*months(count=11), Step("2019-12", 2019, 31.0, ArrayBlocks(np.array([[-9999.0, 1.0]]))))
    assert only(emissions(timed(steps, nodata=None), period="monthly")).key == "NODATA_UNDECLARED"


def test_files_that_are_added_are_looked_at_one_by_one():
    other = ArrayBlocks(patched(-9999.0, 2))
    sound = ArrayBlocks(np.tile(VALUES, (3, 3)))
    raw = dataclasses.replace(raster(nodata=None), blocks=WeightedBlocks((sound, other), (1.0, 1.0)))
    assert only(emissions(raw)).key == "NODATA_UNDECLARED"
    partly = ArrayBlocks(np.where(sound.values == 0, np.nan, sound.values))
    raw = dataclasses.replace(raster(), blocks=WeightedBlocks((sound, partly), (1.0, 1.0)))
    judged = emissions(raw, published_total=2 * 9 * 120.0)
    assert (only(judged).key, only(judged).value) == ("NODATA_CONFLICT.steps", "9")
    assert np.isnan(judged.value[0].tonnes()).sum() == 9


def test_totals_are_not_compared_where_a_sector_could_not_be_read():
    settings = {"species": "CO2", "mass_basis": "CO2", "unit": "t", "kind": "total", "year": 2019}
    declared = EmissionsInput(**settings, sectors={"industry": "a.tif", "transport": "b.tif"}, published_total=1.0)
    assert check_emissions({"industry": raster()}, None, declared, STUDY).findings == ()


# --- place -----------------------------------------------------------------------------------------------------------


def placed(transform, crs, values=VALUES, **further):
    return emissions(raster(values, transform=transform, crs=crs, **further))


@pytest.mark.parametrize(
    ("judged", "key", "severity", "words"),
    [
        (placed(NORTH_UP, ""), "CRS_MISSING.grid_range", "error", ("EPSG:4534–4554",)),
        (placed(Affine(0.1, 0, 118, 0, -0.1, 30), ""), "CRS_MISSING.grid_range", "error", ("EPSG:4490",)),
        (placed(Affine(500, 0, 40_500_000, 0, -500, 2_752_000), ""), "CRS_MISSING.grid_range", "error", ("4513",)),
        (placed(Affine(500, 0, 9e7, 0, -500, 9e7), ""), "CRS_MISSING.grid", "error", ("90000000",)),
        (placed(NORTH_UP, 'LOCAL_CS["unnamed",UNIT["metre",1]]'), "CRS_MISSING.grid_range", "error", ("4534",)),
        (placed(Affine.identity(), "EPSG:4490"), "CRS_MISSING.grid_unplaced", "error", ()),
        (placed(NORTH_UP, "EPSG:9999999"), "CRS_MISSING.grid_unknown", "error", ()),
        (placed(NORTH_UP, "EPSG:4490"), "CRS_CONTRADICTS.grid_metres", "error", ("4490", "4534")),
        (placed(Affine(0.1, 0, 118, 0, -0.1, 30), "EPSG:4549"), "CRS_CONTRADICTS.grid_degrees", "error", ("118",)),
        (placed(Affine(500, 0, 40_500_000, 0, -500, 2_752_000), "EPSG:4549"), "CRS_ZONE_PREFIX.grid", "error",
         ("40", "4549")),
        (placed(NORTH_UP, "EPSG:4528"), "CRS_ZONE_PREFIX.grid_lacking", "error", ("40", "4528")),
        (placed(Affine(0.1, 0, 30, 0, -0.1, 118), "EPSG:4490"), "AXES_SWAPPED.grid", "error", ("118",)),
        (placed(Affine(500, 0, 2_752_000, 0, -500, 500_000), "EPSG:4549"), "AXES_SWAPPED.grid", "error", ()),
        (placed(NORTH_UP, "EPSG:2437"), "DATUM_SHIFT_UNKNOWN.grid", "error", ("Beijing",)),
        (placed(NORTH_UP @ Affine.rotation(10), "EPSG:4549"), "FILE_UNREADABLE.rotated", "error", ("°",)),
        (placed(Affine(-500, 0, 502_000, 0, -500, 2_752_000), "EPSG:4549"), "FILE_UNREADABLE.mirrored", "error", ()),
        (placed(Affine(500, 0, 500_000, 0, 500, 2_750_000), "EPSG:4549"), "SOUTH_UP", "info", ()),
        (placed(Affine(5, 0, -182.5, 0, -5, 90), "EPSG:4326", np.ones((36, 72)) * np.arange(72),
                marks=("lon_0_360",)), "LON_0_360", "warning", ("355",)),
        (placed(Affine(5, 0, 0, 0, -5, 90), "EPSG:4326", np.ones((36, 72)) * np.arange(72)), "LON_0_360.kept",
         "warning", ("357.5",)),
        (placed(NORTH_UP, "EPSG:4549", marks=("no_bounds",)), "CELL_BOUNDS_MISSING", "warning", ("co2",)),
    ],
)  # fmt: skip
def test_places(judged, key, severity, words):
    found = only(judged)
    assert (found.key, found.severity) == (key, Severity(severity))
    assert all(word in said(found) for word in words), said(found)
    assert (judged.value is None) == (severity == "error")


def test_a_curvilinear_grid_is_taken_or_refused_but_never_as_rows_and_columns():
    x, y = np.meshgrid(np.linspace(118.0, 118.4, 5), np.linspace(25.0, 24.6, 5))
    judged = placed(Affine.identity(), "EPSG:4490", corners=Corners(x + y / 10, y))
    if judged.value is None:
        assert only(judged).key == "FILE_UNREADABLE.grid"
    else:
        assert judged.value[0].grid.shape == (4, 4)
        assert not hasattr(judged.value[0].grid, "transform")


# --- totals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (120e-3, ("10³",)), (120e3, ("10⁻³",)), (120e-4, ("10⁴",)), (120e4, ("10⁻⁴",)), (60.0, ("2：",)),
        (120 * 12, ("1/12",)), (10.0, ("12：",)), (120 / 31_536_000, ("365×86400",)),
    ],
)  # fmt: skip
def test_ratios_of_totals_are_named(published, words):
    found = only(emissions(published_total=published))
    assert found.code == "TOTAL_MISMATCH"
    assert all(word in found.message_zh for word in words), found.message_zh


def test_a_ratio_of_molar_masses_is_a_fault_of_the_basis():
    judged = emissions(published_total=120 * 44 / 12)
    assert codes_of(judged, Severity.ERROR) == {"TOTAL_MISMATCH", "SPECIES_BASIS"}
    assert all("12/44" in found.message_zh for found in judged.findings)
    assert codes_of(emissions(species="SO2", mass_basis="SO2", published_total=240.0)) == {
        "TOTAL_MISMATCH", "SPECIES_BASIS",
    }  # fmt: skip
    assert codes_of(emissions(species="PM2.5", mass_basis="PM2.5", published_total=120 * 44 / 12)) == {"TOTAL_MISMATCH"}


def test_the_published_total_of_a_flux_is_in_tonnes():
    flux = {"unit": "kg m-2 s-1", "kind": "flux", "period": "annual"}
    raw = raster(np.full((1, 2), 1e-9), transform=TENTH, crs="EPSG:4490")
    assert emissions(raw, published_total=2 * 3373.0, **flux).findings == ()
    assert codes_of(emissions(raw, published_total=2e-9, **flux)) == {"TOTAL_MISMATCH"}


def test_parts_and_total_cell_by_cell():
    parts = {"industry": raster(VALUES), "transport": raster(VALUES * 2)}
    assert emissions(parts, raster(VALUES * 3)).findings == ()
    found = only(emissions(parts, raster(VALUES[::-1] * 3)))
    assert (found.key, found.severity) == ("TOTAL_MISMATCH.cells", Severity.WARNING)
    assert "第 1 行第 1 列" in found.message_zh
    assert "(500250, 2751750)" in found.message_zh
    shifted = dataclasses.replace(raster(VALUES * 3), transform=Affine(500, 0, 500_000.00002, 0, -500, 2_752_000))
    assert emissions(parts, shifted).findings == ()
    assert codes_of(emissions(parts, raster(patched(-9999.0), nodata=None))) == {"NODATA_UNDECLARED"}


# --- with the units --------------------------------------------------------------------------------------------------


def units(*boxes):
    codes = [f"ZH9901012{number:04d}" for number in range(len(boxes))]
    columns = {"code": codes, "name": codes, "unit_class": "KEY", "admin_code": "990101"}
    return ControlUnits(gpd.GeoDataFrame(columns, geometry=[shapely.box(*box) for box in boxes], crs="EPSG:4549"))


NORTH_EAST = units((502_000, 2_748_000, 504_000, 2_752_000), (504_000, 2_750_000, 506_000, 2_752_000))
"""An L: the region fills the north and the middle of a raster of 12 × 8 cells and not its south-east."""


def cut():
    values = np.full((8, 12), np.nan)
    values[:, 4:8] = 1.0
    values[:4, 8:12] = 1.0
    return values


@pytest.mark.parametrize(
    ("values", "turn", "share"),
    [
        (cut()[::-1], "南北", "66.7 %"),
        (cut()[:, ::-1], "东西", "66.7 %"),
    ],
)
def test_a_raster_cut_out_along_the_units_and_upside_down(values, turn, share):
    found = next(one for one in check_raster(raster(values, unit_tag="t CO2"), NORTH_EAST, None) if
                 one.code == "ROWS_FLIPPED")  # fmt: skip
    assert found.severity is Severity.ERROR
    assert turn in found.message_zh
    assert found.value == share


@pytest.mark.parametrize("values", [cut(), np.ones((8, 12)) + np.arange(12), cut()[:2]])
def test_no_alarm_for_sound_and_for_larger_rasters(values):
    assert "ROWS_FLIPPED" not in codes_of(check_raster(raster(values, unit_tag="t CO2"), NORTH_EAST, None))


def test_flipped_rasters_of_a_study_are_named_by_their_file():
    content = {"study": {"name": "x", "admin_code": "990100"}, "years": {"base": 2019}, "units": {"path": "u.gpkg"}}
    block = {"species": "CO2", "mass_basis": "CO2", "unit": "t", "kind": "total", "year": 2019, "source": "某清单"}
    study = parse_study(content | {"emissions": [block | {"sectors": {"industry": "co2.tif"}}]}, ".")
    fields = emissions(raster(cut()[::-1]), source="某清单").value
    covers = cover_grids(NORTH_EAST, fields, Laying())
    found = check_flipped(NORTH_EAST, fields, covers, study)
    assert [(str(one.code), one.file) for one in found] == [("ROWS_FLIPPED", "co2.tif")]
    assert check_flipped(NORTH_EAST, emissions(raster(cut())).value, covers, study) == ()


def test_a_grid_elsewhere_covers_nothing_and_is_an_error():
    away = units((600_000, 2_748_000, 602_000, 2_750_000))
    found = only(check_raster(raster(unit_tag="t CO2"), away, None))
    assert (found.key, found.severity) == ("GRID_NOT_COVERING.apart", Severity.ERROR)
    fields = emissions().value
    assert only(check_grids(away, fields, cover_grids(away, fields, Laying()), STUDY)).key == "GRID_NOT_COVERING.apart"


# --- a raster by itself ----------------------------------------------------------------------------------------------


def test_a_raster_by_itself():
    sound = raster(unit_tag="t CO2 per cell per year")
    assert check_raster(sound, None, 120.0) == ()
    assert codes_of(check_raster(sound, None, 500.0)) == {"TOTAL_MISMATCH"}
    carbon = check_raster(raster(unit_tag="tC per cell per year"), None, 440.0)
    assert carbon == ()  # 120 t C are 440 t CO2
    assert only(check_raster(raster(), None, None, "CO2")).key == "UNIT_MISSING.grid"
    open_basis = only(check_raster(raster(unit_tag="t"), None, None))
    assert (open_basis.code, open_basis.severity) == ("SPECIES_BASIS", Severity.WARNING)
    assert "CO2、C" in open_basis.message_zh  # by the name of the variable: a hint
    assert codes_of(check_raster(raster(unit_tag="t"), None, None, "xyz"), Severity.ERROR) == {"VALUE_UNKNOWN"}
    nameless = dataclasses.replace(raster(unit_tag="t", layer="x"), file="a.tif")
    assert only(check_raster(nameless, None, None)).key == "SPECIES_BASIS.open"


def test_months_by_themselves_are_open_and_not_wrong():
    raw = timed(months([1e-9] * 12), unit_tag="kg CO2 m-2 s-1")
    found = only(check_raster(raw, None, 1.0))
    assert (found.key, found.severity) == ("TIME_AMBIGUOUS", Severity.WARNING)
    assert check_raster(timed(months(), unit_tag="t CO2/cell/month"), None, 36.0) == ()


# --- the planted faults ----------------------------------------------------------------------------------------------


def read_nc(path, name):
    """Return one variable of a small NetCDF, as the reader of such files gives it."""
    with netCDF4.Dataset(path) as file:
        variable = file[name]
        values = np.ma.filled(variable[:].astype(float), np.nan)
        y, x = (np.asarray(file[dim][:], dtype=float) for dim in variable.dimensions[-2:])
        tags = {key: str(file.getncattr(key)) for key in file.ncattrs()}
        unit = getattr(variable, "units", "")
    dx, dy, marks = x[1] - x[0], y[1] - y[0], ("no_bounds",)
    crs = tags.pop("crs_wkt", "EPSG:4326")
    if crs == "EPSG:4326" and x.max() > 180:
        order = np.argsort(np.where(x >= 180, x - 360, x))
        values, x, marks = values[..., order], np.where(x >= 180, x - 360, x)[order], ("no_bounds", "lon_0_360")
    transform = Affine(dx, 0, x[0] - dx / 2, 0, dy, y[0] - dy / 2)
    steps = tuple(
        Step(f"2013-{month:02d}", 2013, np.nan, ArrayBlocks(layer)) for month, layer in enumerate(values, 1)
    ) if values.ndim == 3 else ()  # fmt: skip
    first = ArrayBlocks(values[0] if values.ndim == 3 else values)
    return RawRaster(path.name, first, crs, transform, None, unit, name, steps=steps, marks=marks, tags=tags)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "published", "further"),
    [
        ("b13_nodata_undeclared.tif", 16623422.473, ("-7,164,198.0", "16,623,423.0")),
        ("b14_flipped_rows.tif", None, ("100.0 %",)),
        ("b15_lon_0_360.nc", None, ()),
        ("b16_carbon_no_unit.tif", 16623422.473, ("12/44",)),
        ("b17_flux_no_unit.nc", None, ("kg m-2 s-1",)),
        ("b18_negative_cells.tif", None, ()),
        ("b19_monthly_as_annual.nc", None, ()),
    ],
)
def test_the_planted_faults_of_rasters(real_data, name, published, further):
    from zoning.io.read.raster.geotiff import read_geotiff

    folder = real_data / "jinjiang" / "broken"
    with (folder / "faults.csv").open(encoding="utf-8-sig") as rows:
        truth = next(row for row in csv.DictReader(rows) if row["file"] == name)
    raw = read_nc(folder / name, "emi_co2" if "b15" in name else "co2") if name.endswith(".nc") else None
    region = real_units(real_data) if "--with" in truth["needs"] else None
    findings = check_raster(raw or read_geotiff(folder / name, name), region, published)
    found = [one for one in findings if str(one.code) in truth["finding_code"].split("|")]
    assert found, [one.key for one in findings]
    assert found[0].severity == truth["severity"]
    texts = " ".join(said(one) for one in findings)
    assert all(any(word in texts for word in words.split(" or ")) for words in truth["must_name"].split(";"))
    assert all(word in texts for word in further), texts
    assert truth["severity"] == "error" or codes_of(findings, Severity.ERROR) == set()


def real_units(real_data):
    frame = gpd.read_file(real_data / "jinjiang" / "units" / "units_350582.gpkg")
    columns = {"code": frame["HJGKDYBM"], "name": frame["HJGKDYMC"], "unit_class": "KEY", "admin_code": "350582"}
    return ControlUnits(gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs))


@pytest.mark.real
def test_sound_rasters_of_the_region_are_not_flipped(real_data):
    from zoning.io.read.raster.geotiff import read_geotiff

    region = real_units(real_data)
    for name in ("CO500.tif", "COI500.tif", "COR500.tif", "COT500.tif"):
        findings = check_raster(read_geotiff(real_data / "jinjiang" / "emissions" / name, name), region, None, "CO2")
        assert codes_of(findings, Severity.ERROR) == {"UNIT_MISSING"}
