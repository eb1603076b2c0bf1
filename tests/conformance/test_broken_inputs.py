"""Inputs with one planted fault each: the check names the fault, by its code and by what it is about."""

from __future__ import annotations

import csv

import pytest

import zoning
from zoning.study import parse_study

pytestmark = pytest.mark.real

CASES = (
    "b01_dup_code.gpkg", "b02_class_mismatch.gpkg", "b03_no_prj/units.shp", "b04_gbk_no_cpg/units.shp",
    "b05_degrees_as_gk.gpkg", "b06_zone_prefix.gpkg", "b07_bowtie.gpkg", "b08_overlap.gpkg", "b09_gap.gpkg",
    "b11_empty_geom.gpkg", "b12_z_geom.gpkg", "b13_nodata_undeclared.tif", "b18_negative_cells.tif",
    "b20_wrong_header.xlsx", "b21_code_not_in_units.xlsx", "b22_unit_without_row.xlsx", "b23_formula_cells.xlsx",
    "b25_absurd_targets.csv",
)  # fmt: skip
"""Faults that the readers of today can meet; NetCDF, ragged documents, slivers and flipped rows are not among them."""


def study_of(folder, name):
    sound = {"path": "good_reference.gpkg"}
    content = {"study": {"name": "x", "admin_code": "350582"}, "years": {"base": 2020}, "units": sound}
    grid = {"species": "CO2", "mass_basis": "CO2", "unit": "t", "kind": "total", "year": 2020, "sectors": {"all": name}}
    section = {
        "gpkg": {"units": {"path": name}}, "shp": {"units": {"path": name}}, "tif": {"emissions": [grid]},
        "xlsx": {"access_list": {"unit": name}}, "csv": {"targets": {"path": name}},
    }[name.rsplit(".", 1)[1]]  # fmt: skip
    return parse_study(content | section, folder)


@pytest.mark.parametrize("name", CASES)
def test_the_planted_fault_is_named(real_data, name):
    folder = real_data / "jinjiang" / "broken"
    with (folder / "faults.csv").open(encoding="utf-8-sig") as rows:
        truth = next(row for row in csv.DictReader(rows) if row["file"] == name)
    findings = zoning.check(study_of(folder, name))
    expected = truth["finding_code"].split("|")
    found = [one for one in findings if str(one.code) in expected]
    assert found, [str(one.code) for one in findings]
    assert found[0].severity == truth["severity"]
    assert found[0].file.endswith(name)
