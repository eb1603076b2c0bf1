"""Inputs with one planted fault each: the check names the fault by its code, its severity and what it is about."""

from __future__ import annotations

import csv

import pytest

import zoning
from zoning.pipeline.single import examine_file
from zoning.study import parse_study

pytestmark = pytest.mark.real

CASES = (
    "b01_dup_code.gpkg", "b02_class_mismatch.gpkg", "b03_no_prj/units.shp", "b04_gbk_no_cpg/units.shp",
    "b05_degrees_as_gk.gpkg", "b06_zone_prefix.gpkg", "b07_bowtie.gpkg", "b08_overlap.gpkg", "b09_gap.gpkg",
    "b10_sliver.gpkg", "b11_empty_geom.gpkg", "b12_z_geom.gpkg", "b13_nodata_undeclared.tif", "b14_flipped_rows.tif",
    "b15_lon_0_360.nc", "b16_carbon_no_unit.tif", "b17_flux_no_unit.nc", "b18_negative_cells.tif",
    "b19_monthly_as_annual.nc", "b20_wrong_header.xlsx", "b21_code_not_in_units.xlsx", "b22_unit_without_row.xlsx",
    "b23_formula_cells.xlsx", "b24_docx_ragged_table.docx", "b25_absurd_targets.csv",
)  # fmt: skip
PUBLISHED = 16623422.473


@pytest.fixture(scope="module")
def truths(real_data):
    with (real_data / "jinjiang" / "broken" / "faults.csv").open(encoding="utf-8-sig") as rows:
        return {row["file"]: row for row in csv.DictReader(rows)}


def named(finding, value):
    """Whether a finding contains a value; «co2 or band 1» are two ways to say it."""
    text = " ".join(str(part) for part in finding.as_row().values())
    return any(one in text for one in value.split(" or "))


def test_every_case_is_tried(truths):
    assert set(CASES) == set(truths)


@pytest.mark.parametrize("name", CASES)
def test_a_file_by_itself_has_its_fault_named(real_data, truths, name):
    truth = truths[name]
    units = str(real_data / "jinjiang" / "units" / "units_350582.gpkg") if "--with" in truth["needs"] else ""
    total = PUBLISHED if "published_total" in truth["needs"] else None
    findings = examine_file(str(real_data / "jinjiang" / "broken" / name), units=units, published_total=total).findings
    own = [one for one in findings if one.file.endswith(name)]
    found = [one for one in own if str(one.code) in truth["finding_code"].split("|")]
    assert found, [str(one.code) for one in findings]
    assert found[0].severity == truth["severity"]
    missing = [value for value in truth["must_name"].split(";") if not any(named(one, value) for one in own)]
    assert missing == []


def study_of(folder, name):
    sound = {"path": "../units/units_350582.gpkg"}
    content = {"study": {"name": "x", "admin_code": "350582"}, "years": {"base": 2020}, "units": sound}
    grid = {"species": "CO2", "mass_basis": "CO2", "kind": "total", "year": 2013, "sectors": {"all": name}}
    grid |= {} if name.startswith(("b16", "b17")) else {"unit": "t"}
    section = {
        "gpkg": {"units": {"path": name}}, "shp": {"units": {"path": name}}, "tif": {"emissions": [grid]},
        "nc": {"emissions": [grid]}, "xlsx": {"access_list": {"unit": name}}, "csv": {"targets": {"path": name}},
        "docx": {"access_list": {"unit": "b22_unit_without_row.xlsx", "city": name}},
    }[name.rsplit(".", 1)[1]]  # fmt: skip
    return parse_study(content | section, folder)


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("b15")])
def test_a_study_that_uses_it_has_the_fault_named(real_data, truths, name):
    findings = zoning.check(study_of(real_data / "jinjiang" / "broken", name))
    expected = truths[name]["finding_code"].split("|")
    found = [one for one in findings if str(one.code) in expected]
    assert found, [str(one.code) for one in findings]
    assert found[0].severity == truths[name]["severity"]
    assert found[0].file.endswith(name)


@pytest.mark.parametrize(
    "path",
    [
        "units/units_350582.gpkg", "units/shp_gbk_cpg/HJGKDY_350582.shp", "zones/air_zones_350582.geojson",
        "zones/energy_no_burn_350582.gpkg", "zones/water_zones_350582.gpkg", "zones/ecology_zones_350582.gpkg",
        "targets.csv", "access_list.xlsx", "access_list_2023.xlsx", "access_list_city.docx",
    ],
)  # fmt: skip
def test_a_sound_file_by_itself_has_no_error_and_no_warning(real_data, path):
    findings = examine_file(str(real_data / "jinjiang" / path)).findings
    assert [(one.code, one.message_zh) for one in findings if one.severity != "info"] == []
