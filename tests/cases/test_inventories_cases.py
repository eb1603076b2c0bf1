"""Small files in the layout of each published inventory: the preset finds them, names their units, reads them back."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.cases.raster_files import CELLS, lonlat, write_asc, write_meic, write_nc, write_tif

from zoning.errors import InputError
from zoning.io.read.raster.inventories import expand, preset_names
from zoning.io.read.raster.rasters import read_raster
from zoning.quantities import basis_factor, canonical
from zoning.study import EmissionsInput
from zoning.tables import read
from zoning.vocab import value

FLUX = {"units": "kg m-2 s-1"}
MONTHS = [15.0, 45.0, 74.0, 105.0, 135.0, 166.0, 196.0, 227.0, 258.0, 288.0, 319.0, 349.0]
"""Middles of the months in days since the first of January."""
YEAR = np.stack([CELLS * month for month in range(1, 13)])


def block(preset, path, species="CO2", **more):
    return EmissionsInput.model_validate({"species": species, "preset": preset, "path": path, "year": 2019} | more)


def expanded(folder, preset, path="inventory", species="CO2", **more):
    return expand(block(preset, path, species, **more), lambda name: folder / name)


def raster(folder, declared, sector):
    given = declared.sectors[sector]
    return read_raster((given,) if isinstance(given, str) else tuple(given), declared.year, lambda name: folder / name)


def fault(folder, preset, path="inventory", species="CO2", **more):
    with pytest.raises(InputError) as caught:
        expanded(folder, preset, path, species, **more)
    return caught.value.findings[0]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inventory").mkdir()
    return tmp_path


def test_the_tables_of_the_presets_agree_with_the_vocabulary():
    ids = set(preset_names())
    for row in read("inventory_presets"):
        re.compile(row["pattern"])
        assert canonical(row["unit"]) == row["unit"]
        assert row["kind"] in ("total", "flux")
        assert row["period"] in ("annual", "monthly")
    for row in read("inventory_species"):
        assert row["preset"] in ids
        assert value("species", row["species"]) == row["species"]
        assert not row["mass_basis"] or basis_factor(row["species"], row["mass_basis"]) > 0
    written = {}
    for row in read("inventory_sectors"):
        assert row["preset"] in ids
        assert row["sector"] == "total" or value("sector", row["sector"]) == row["sector"]
        written.setdefault(row["preset"], set()).add(row["written"])
    for row in read("inventory_sectors"):
        assert set(filter(None, row["within"].split("|"))) <= written[row["preset"]]


def test_edgar_flux_by_sector(folder):
    for number, sector in enumerate(("TOTALS", "ENE", "IND", "CHE"), start=1):
        cells = (("lat", "lon"), CELLS * number, FLUX)
        write_nc(
            folder / f"inventory/v8.0_FT2022_GHG_CO2_2019_{sector}_flx.nc", {**lonlat(bounds=False), "fluxes": cells}
        )
    write_nc(
        folder / "inventory/v8.0_FT2022_GHG_CO2_2018_ENE_flx.nc", {**lonlat(), "fluxes": (("lat", "lon"), CELLS, FLUX)}
    )
    declared = expanded(folder, "edgar")
    assert (declared.unit, declared.kind, declared.mass_basis, declared.period) == (
        "kg m-2 s-1",
        "flux",
        "CO2",
        "annual",
    )
    assert "EDGAR" in declared.source
    assert declared.licence
    assert set(declared.sectors) == {"power", "industry"}
    assert declared.total == "inventory/v8.0_FT2022_GHG_CO2_2019_TOTALS_flx.nc"
    assert raster(folder, declared, "industry").blocks.read().sum() == 21 * (3 + 4)


def test_the_total_of_an_inventory_alone_is_all_sectors(folder):
    cells = (("lat", "lon"), CELLS, FLUX)
    name = "inventory/v6.0_CO2_excl_short-cycle_org_C_2019_TOTALS.0.1x0.1.nc"
    write_nc(folder / name, {**lonlat(), "emi_co2": cells})
    declared = expanded(folder, "EDGAR", name)
    assert (dict(declared.sectors), declared.total) == ({"all": (name,)}, "")
    assert raster(folder, declared, "all").unit_tag == "kg m-2 s-1"


def test_edgar_text_lists_corners_of_emitting_cells(folder):
    lines = ["EDGAR", "ton substance / 0.1degree x 0.1degree / year", "lat;lon;emission 2019 (tons)"]
    lines += ["30.0;110.0;4", "31.0;110.0;1", "31.0;112.0;3", "30.0;111.0;5"]
    (folder / "inventory/v8.0_FT2022_GHG_CO2_2019_TOTALS.txt").write_text("\n".join(lines))
    declared = expanded(folder, "EDGAR")
    assert (declared.unit, declared.kind, declared.crs) == ("t", "total", "EPSG:4326")
    grid = raster(folder, declared, "all")
    np.testing.assert_array_equal(grid.blocks.read(), [[1, 0, 3], [4, 5, 0]])
    assert tuple(grid.transform)[:6] == (1, 0, 110, 0, -1, 32)


def test_a_sector_that_lies_within_another_is_not_counted_twice(folder):
    for sector in ("TRO", "TRO_noRES"):
        cells = (("lat", "lon"), CELLS, FLUX)
        write_nc(folder / f"inventory/v8.1_FT2022_AP_PM10_2019_{sector}_flx.nc", {**lonlat(), "fluxes": cells})
    declared = expanded(folder, "EDGAR", species="PM10")
    assert declared.sectors == {"transport": ("inventory/v8.1_FT2022_AP_PM10_2019_TRO_flx.nc",)}


def test_edgar_monthly_fluxes(folder):
    time = {"time": (("time",), MONTHS, {"units": "days since 2019-01-01"})}
    cells = {**lonlat(), **time, "fluxes": (("time", "lat", "lon"), YEAR, FLUX)}
    write_nc(folder / "inventory/v8.1_FT2022_AP_NOx_2019_bkl_POWER_INDUSTRY_flx.nc", cells)
    declared = expanded(folder, "EDGAR", species="NOx")
    assert (declared.period, declared.mass_basis) == ("monthly", "NO2")
    steps = raster(folder, declared, "power").steps
    assert sum(step.days for step in steps) == 365
    assert [step.blocks.read()[0, 0] for step in steps] == list(range(1, 13))


@pytest.mark.parametrize("form", ["nc", "asc"])
def test_meic_by_sector_and_month(folder, form):
    write = {"nc": write_meic, "asc": write_asc}[form]
    for month in range(1, 13):
        for number, sector in enumerate(("power", "transportation"), start=1):
            write(folder / f"inventory/2019_{month:02d}__{sector}__VOC.{form}", CELLS * number * month)
        write(folder / f"inventory/2019_{month:02d}__power__SO2.{form}", CELLS)
    declared = expanded(folder, "MEIC", species="VOC")
    assert (declared.unit, declared.kind, declared.period, declared.crs) == ("t", "total", "monthly", "EPSG:4326")
    assert declared.sectors["power"] == (f"inventory/2019_*__power__VOC.{form}",)
    grid = raster(folder, declared, "transport")
    assert [step.label for step in grid.steps] == [f"2019-{month:02d}" for month in range(1, 13)]
    assert sum(float(step.blocks.read().sum()) for step in grid.steps) == 21 * 2 * 78
    assert grid.transform.f == 32


def test_odiac_is_carbon_by_month(folder):
    for month in range(1, 13):
        write_tif(folder / f"inventory/odiac2020b_1km_excl_intl_19{month:02d}.tif", CELLS * month)
        write_tif(folder / f"inventory/odiac2020b_1km_excl_intl_18{month:02d}.tif", CELLS)
    declared = expanded(folder, "ODIAC")
    assert (declared.unit, declared.kind, declared.mass_basis, declared.period) == ("t", "total", "C", "monthly")
    grid = raster(folder, declared, "all")
    assert sum(float(step.blocks.read().sum()) for step in grid.steps) == 21 * 78
    assert grid.steps[1].days == 28


def test_odiac_of_one_degree_is_a_flux_of_carbon(folder):
    time = {"month": (("month",), np.arange(1, 13), {})}
    about = {"units": "gC/m2/d"}
    layers = dict.fromkeys(("land", "intl_bunker"), (("month", "lat", "lon"), YEAR, about))
    write_nc(folder / "inventory/odiac2022_1x1d_2019.nc", {**lonlat(), **time, **layers})
    declared = expanded(folder, "ODIAC")
    assert (declared.unit, declared.kind, declared.mass_basis) == ("g m-2 d-1", "flux", "C")
    assert len(raster(folder, declared, "all").steps) == 12


def test_ceds_sectors_are_taken_by_their_names(folder):
    ids = "0: Energy; 1: Agriculture; 2: Industrial; 3: Solvents production and application"
    values = np.stack([YEAR * number for number in range(1, 5)], axis=1)
    variables = {
        **lonlat(), "time": (("time",), MONTHS, {"units": "days since 2019-01-01", "calendar": "365_day"}),
        "sector": (("sector",), np.arange(4.0), {"ids": ids}),
        "CO2_em_anthro": (("time", "sector", "lat", "lon"), values, FLUX),
    }  # fmt: skip
    name = "CO2-em-anthro_input4MIPs_emissions_CMIP_CEDS-2021-04-21_gn_200001-201912.nc"
    write_nc(folder / "inventory" / name, variables)
    declared = expanded(folder, "CEDS")
    assert (declared.unit, declared.kind, declared.period) == ("kg m-2 s-1", "flux", "monthly")
    assert set(declared.sectors) == {"power", "agriculture", "industry"}
    grid = raster(folder, declared, "industry")
    assert grid.steps[0].blocks.read().sum() == 21 * (3 + 4)
    assert sum(step.days for step in grid.steps) == 365


def test_cams_has_a_variable_for_each_sector(folder):
    time = {"time": (("time",), MONTHS, {"units": "days since 2019-01-01"})}
    sectors = {"ene": 1, "ind": 2, "ref": 3, "fef": 4, "fef_coal": 4, "sum": 10}
    layers = {name: (("time", "lat", "lon"), YEAR * factor, FLUX) for name, factor in sectors.items()}
    name = "CAMS-GLOB-ANT_Glb_0.1x0.1_anthro_co2_excl_short-cycle_org_c_v6.2_monthly.nc"
    write_nc(folder / "inventory" / name, {**lonlat(), **time, **layers})
    declared = expanded(folder, "CAMS")
    assert declared.total == f"inventory/{name}#sum"
    assert set(declared.sectors) == {"power", "industry"}
    parts = sum(raster(folder, declared, sector).steps[2].blocks.read().sum() for sector in declared.sectors)
    assert parts == read_raster((declared.total,), 2019, lambda path: folder / path).steps[2].blocks.read().sum()


def test_what_is_not_known_of_a_basis_is_left_to_the_study(folder):
    layer = {"sum": (("lat", "lon"), CELLS, FLUX)}
    write_nc(folder / "inventory/CAMS-GLOB-ANT_Glb_0.1x0.1_anthro_nox_v5.3_monthly_2019.nc", {**lonlat(), **layer})
    assert expanded(folder, "CAMS-GLOB-ANT", species="NOx").mass_basis == ""


def test_what_the_study_says_is_kept(folder):
    write_tif(folder / "inventory/odiac2020b_1km_excl_intl_1901.tif")
    declared = expanded(
        folder, "ODIAC", unit="kt", source="mine", sectors={"all": "inventory/odiac2020b_1km_excl_intl_1901.tif"}
    )
    assert (declared.unit, declared.source, declared.mass_basis, declared.kind) == ("kt", "mine", "C", "total")
    assert declared.sectors == {"all": "inventory/odiac2020b_1km_excl_intl_1901.tif"}
    plain = block("", "", sectors={"all": "a.tif"})
    assert expand(plain) is plain


def test_faults_name_what_is_known_and_what_is_there(folder):
    write_meic(folder / "inventory/2018_01__power__CO2.nc")
    assert "EDGAR, MEIC" in fault(folder, "REAS").message_en
    assert fault(folder, "ODIAC", species="SO2").key == "VALUE_UNKNOWN.preset_species"
    assert "2018_01__power__CO2.nc" in fault(folder, "EDGAR").message_zh
    assert fault(folder, "MEIC", species="NH3").key == "PATH_MISSING.preset_species"
    assert fault(folder, "MEIC").key == "PATH_MISSING.year"
    assert str(fault(folder, "MEIC", path="nowhere").code) == "PATH_MISSING"
    write_meic(folder / "inventory/2019__shipyards__CO2.nc")
    found = fault(folder, "MEIC")
    assert found.key == "VALUE_UNKNOWN.preset_sector"
    assert "shipyards" in found.message_zh


def test_two_kinds_of_file_for_one_year_are_never_guessed(folder):
    for kind in ("flx", "emi"):
        cells = (("lat", "lon"), CELLS, FLUX)
        write_nc(folder / f"inventory/v8.0_FT2022_GHG_CO2_2019_TOTALS_{kind}.nc", {**lonlat(), "v": cells})
    assert fault(folder, "EDGAR").key == "PATH_MISSING.layouts"


def test_two_releases_of_one_sector_are_never_guessed(folder):
    for release in ("v7.0_FT2021_CO2", "v8.0_FT2022_GHG_CO2"):
        write_nc(folder / f"inventory/{release}_2019_TOTALS_flx.nc", {**lonlat(), "v": (("lat", "lon"), CELLS, FLUX)})
    assert fault(folder, "EDGAR").key == "PATH_MISSING.years"
