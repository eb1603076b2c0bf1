"""A region in another dialect, coordinate system and format: ``new``, ``check``, ``run``, and the same decisions."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import netCDF4
import numpy as np
import openpyxl
import pyogrio
import pytest
import rasterio
import xlwt

import zoning
from zoning.errors import Severity
from zoning.supports import Grid

DEMO = Path(__file__).parents[2] / "data" / "demo"
UNITS = {
    "HJGKDYBM": "HJZHGKDYBM", "HJGKDYMC": "HJZHGKDYMC", "PROVINCE": "PROV", "COUNTY": "AREA", "GKDYFL": "ZHGKDYFL",
    "REMARKS": "REMARK",
}  # fmt: skip
CLASSES = {"优先保护单元": "1", "重点管控单元": "2", "一般管控单元": "3"}
SECTORS = ("power", "industry", "residential", "transport")


def units(folder):
    frame = gpd.read_file(DEMO / "units" / "HJGKDY_990100.shp").to_crs("EPSG:4528").rename(columns=UNITS)
    frame["ZHGKDYFL"] = frame["ZHGKDYFL"].map(CLASSES)
    frame = frame.drop(columns=["MJ", "YSXL"])
    pyogrio.write_dataframe(frame, folder / "单元.gdb", layer="综合管控单元", driver="OpenFileGDB",
                            geometry_type="MultiPolygon", promote_to_multi=True)  # fmt: skip


def zones(folder):
    read = {name: gpd.read_file(DEMO / "zones" / name) for name in ("air_zones.geojson", "energy_no_burn.gpkg")}
    read["air_zones.geojson"].to_file(folder / "大气.fgb", driver="FlatGeobuf")
    read["energy_no_burn.gpkg"].to_parquet(folder / "禁燃区.parquet")
    water = gpd.read_file(DEMO / "zones" / "water_zones.gpkg")
    (folder / "parts").mkdir()
    water.drop(columns=[name for name in water if len(name) > 10]).to_file(folder / "parts" / "水.shp", encoding="GBK")
    with zipfile.ZipFile(folder / "水环境.zip", "w") as archive:
        for part in sorted((folder / "parts").iterdir()):
            archive.write(part, part.name)
    shutil.rmtree(folder / "parts")
    shutil.copy(DEMO / "zones" / "ecology_zones.gpkg", folder / "生态.gpkg")


def flux_file(path, species):
    """Monthly fluxes of 2020 with ascending latitudes and bounds: the year's mean is what gives the same tonnes."""
    layers = {}
    for sector in SECTORS:
        with rasterio.open(DEMO / "emissions" / f"{species.replace('.', '')}_{sector}.tif") as source:
            grid = Grid(source.crs.to_wkt(), source.transform, source.shape)
            tonnes = source.read(1, masked=True).filled(np.nan)
            layers[sector] = tonnes * 1000 / (grid.cell_area * 366 * 86400)
    rows, cols = grid.shape
    with netCDF4.Dataset(path, "w") as book:
        for name, size in (("time", 12), ("lat", rows), ("lon", cols), ("nv", 2)):
            book.createDimension(name, size)
        ends = np.cumsum([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
        axis(book, "time", ends - 15, np.column_stack([ends - np.diff([0, *ends]), ends]),
             units="days since 2020-01-01", calendar="standard")  # fmt: skip
        south = grid.transform.f + rows * grid.transform.e
        lower = south + grid.dy * np.arange(rows)
        axis(book, "lat", lower + grid.dy / 2, np.column_stack([lower, lower + grid.dy]), units="degrees_north")
        west = grid.transform.c + grid.dx * np.arange(cols)
        axis(book, "lon", west + grid.dx / 2, np.column_stack([west, west + grid.dx]), units="degrees_east")
        for sector, flux in layers.items():
            made = book.createVariable(sector, "f8", ("time", "lat", "lon"), fill_value=-9999.0)
            made.units = "kg m-2 s-1"
            made[:] = np.ma.masked_invalid(np.repeat(flux[None, ::-1], 12, axis=0))


def other_grid(path):
    """The second grid of industrial CO2, its unit in a tag."""
    shutil.copy(DEMO / "emissions" / "alternative_CO2_industry.tif", path)
    with rasterio.open(path, "r+") as book:
        book.units = ("t",)


def axis(book, name, centres, bounds, **attributes):
    made = book.createVariable(name, "f8", (name,))
    made.setncatts(attributes | {"bounds": f"{name}_bnds"})
    made[:] = centres
    book.createVariable(f"{name}_bnds", "f8", (name, "nv"))[:] = bounds


def old_workbook(source, target):
    """The list as Excel 97 wrote it, merged cells and all."""
    sheet = openpyxl.load_workbook(source).active
    book = xlwt.Workbook(encoding="utf-8")
    out = book.add_sheet("清单")
    inside = set()
    for area in sheet.merged_cells.ranges:
        top = sheet.cell(area.min_row, area.min_col).value
        out.write_merge(area.min_row - 1, area.max_row - 1, area.min_col - 1, area.max_col - 1, top)
        inside |= set(area.cells)
    for line in sheet.iter_rows():
        for cell in line:
            if cell.value is not None and (cell.row, cell.column) not in inside:
                out.write(cell.row - 1, cell.column - 1, cell.value)
    book.save(str(target))


def table(name, target, encoding, delimiter=","):
    with (DEMO / name).open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    with target.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The example city as another institute would hand it over."""
    folder = tmp_path_factory.mktemp("region") / "收到的资料"
    folder.mkdir()
    units(folder)
    zones(folder)
    for species in ("CO2", "SO2", "NOx", "PM2.5", "VOC"):
        flux_file(folder / f"{species}_2020.nc", species)
    other_grid(folder / "另一套_CO2_industry_2020.tif")
    old_workbook(DEMO / "access_list.xlsx", folder / "准入清单.xls")
    shutil.copy(DEMO / "access_list_city.docx", folder / "总体清单.docx")
    table("points/enterprises.csv", folder / "企业.csv", "gb18030", ";")
    table("targets.csv", folder / "目标.csv", "utf-16")
    table("projects.csv", folder / "项目.csv", "gbk")
    shutil.copy(DEMO / "overrides.csv", folder / "调整.csv")
    return folder


def command(*arguments):
    call = [sys.executable, "-m", "zoning", "--lang", "zh", *map(str, arguments)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=300, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def begun(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "新研究"
    done = command("new", folder, files)
    assert done.returncode == 0, done.stderr
    return folder / "study.toml"


def test_every_file_has_its_place_and_its_reason(begun):
    text = begun.read_text(encoding="utf-8")
    assert 'admin_code = "990100"' in text
    assert "base = 2020" in text
    assert re.findall(r'element = "(\w+)"', text) == ["air", "ecology", "energy", "water"]
    assert text.count("[[emissions]]") == 6
    assert text.count('unit = "kg m-2 s-1"') == 5
    assert text.count('period = "monthly"') == 5
    for name in ("单元.gdb", "大气.fgb", "禁燃区.parquet", "水环境.zip", "生态.gpkg", "准入清单.xls", "总体清单.docx",
                 "企业.csv", "目标.csv", "项目.csv", "调整.csv"):  # fmt: skip
        assert name in text, name


def test_what_a_person_must_say_is_left_open_and_said(begun):
    text = begun.read_text(encoding="utf-8")
    assert text.count('mass_basis = ""') == 5  # of PM2.5 there is only one
    assert text.count('crs = ""') == 2
    assert "CRS_MISSING" in text
    assert "SPECIES_BASIS" in text
    assert command("check", begun).returncode == 3


def test_the_same_region_gives_the_same_decisions(begun, demo_result):
    text = begun.read_text(encoding="utf-8")
    for species, basis in (("CO2", "CO2"), ("SO2", "SO2"), ("NOx", "NO2"), ("VOC", "VOC")):
        text = re.sub(rf'(species = "{species}"[^\n]*\nmass_basis = )""', rf'\g<1>"{basis}"', text)
    text = text.replace('crs = "" ', 'crs = "EPSG:4490" ').replace('in_grid = "unknown"', 'in_grid = "column"')
    text = text.replace("seed = 1\n", "seed = 1\nexample = true\n")
    begun.write_text(text, encoding="utf-8")
    study = zoning.read_study(begun)
    errors = [one.message_zh for one in zoning.check(study) if one.severity is Severity.ERROR]
    assert errors == []
    result = zoning.run(study)
    ours, theirs = result.ledger["emission"].sum("sector"), demo_result.ledger["emission"].sum("sector")
    np.testing.assert_allclose(ours.sel(year=2020), theirs.sel(year=2020), rtol=1e-9)
    assert result.decisions["decision"].to_dict() == demo_result.decisions["decision"].to_dict()
