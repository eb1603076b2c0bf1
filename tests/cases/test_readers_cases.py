"""The same tiny data through every reader gives the same values, with the address of each."""

from __future__ import annotations

import docx
import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import rasterio
import shapely
from affine import Affine

from zoning.errors import InputError
from zoning.intake import Window
from zoning.io.read.raster.geotiff import read_geotiff
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.spreadsheets import read_table
from zoning.io.read.vector.vectors import layer_files, read_layer
from zoning.study import LayerInput

UNITS = gpd.GeoDataFrame(
    {"HJGKDYBM": ["ZH99010120001", "ZH99010120002"], "HJGKDYMC": ["示例镇鄠邑单元", "示例镇㵐溪单元"]},
    geometry=[shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)],
    crs="EPSG:4549",
)


@pytest.fixture
def written(tmp_path):
    """Return a writer: format → path of the layer."""

    def write(form, encoding="GBK"):
        plain = UNITS.assign(HJGKDYMC=["示例镇甲单元", "示例镇乙单元"])
        path = tmp_path / f"units.{form}"
        if form == "shp":
            plain.to_file(path, encoding=encoding)
        else:
            plain.to_file(path, layer="units", driver={"gpkg": "GPKG", "geojson": "GeoJSON"}[form])
        return path

    return write


@pytest.mark.parametrize("form", ["shp", "gpkg", "geojson"])
def test_vector_formats(written, form):
    raw = read_layer(written(form), LayerInput(path="units"))
    assert raw.frame["HJGKDYMC"].tolist() == ["示例镇甲单元", "示例镇乙单元"]
    assert raw.frame.crs.to_epsg() == 4549
    assert [raw.row(0), raw.row(1)] == [1, 2]


@pytest.mark.parametrize(("encoding", "keep_cpg"), [("GBK", True), ("GBK", False), ("UTF-8", True), ("UTF-8", False)])
def test_shapefile_encodings(written, encoding, keep_cpg):
    path = written("shp", encoding)
    if not keep_cpg:
        path.with_suffix(".cpg").unlink()
    raw = read_layer(path, LayerInput(path="units.shp"))
    assert raw.frame["HJGKDYMC"].tolist() == ["示例镇甲单元", "示例镇乙单元"]
    assert raw.encoding_source == ("cpg" if keep_cpg else "guessed")
    assert {part.suffix for part in layer_files(path)} >= {".shp", ".dbf", ".shx", ".prj"}


def test_declared_encoding_wins_over_a_wrong_cpg(written):
    path = written("shp", "GBK")
    path.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    raw = read_layer(path, LayerInput(path="units.shp", encoding="GBK"))
    assert raw.frame["HJGKDYMC"].tolist() == ["示例镇甲单元", "示例镇乙单元"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "PATH_MISSING"),
        (lambda path: path.write_bytes(b"not a layer at all"), "FILE_UNREADABLE"),
    ],
)
def test_unreadable_layers(tmp_path, make, code):
    path = tmp_path / "x.gpkg"
    make(path)
    with pytest.raises(InputError) as raised:
        read_layer(path, LayerInput(path="x.gpkg"))
    assert [str(found.code) for found in raised.value.findings] == [code]
    assert raised.value.findings[0].file == "x.gpkg"


def test_a_wrong_layer_name_lists_those_there_are(written):
    with pytest.raises(InputError) as raised:
        read_layer(written("gpkg"), LayerInput(path="units.gpkg", layer="nowhere"))
    assert "units" in raised.value.findings[0].message_zh


def raster(path, values, nodata=None, **tags):
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
    }
    with rasterio.open(
        path, "w", crs="EPSG:4549", transform=Affine(500, 0, 0, 0, -500, 0), nodata=nodata, **profile
    ) as out:
        out.write(values, 1)
        if "scale" in tags:
            out.scales, out.offsets = (tags["scale"],), (tags["offset"],)
        if "unit" in tags:
            out.units = (tags["unit"],)
    return path


def test_geotiff_values_nodata_scale_and_windows(tmp_path):
    path = raster(
        tmp_path / "a.tif", np.array([[1, 2, -9], [4, 5, 6]], dtype=np.int16), nodata=-9, scale=0.5, offset=10.0
    )
    raw = read_geotiff(path, "a.tif")
    expected = np.array([[10.5, 11.0, np.nan], [12.0, 12.5, 13.0]])
    np.testing.assert_array_equal(raw.blocks.read(), expected)
    np.testing.assert_array_equal(raw.blocks.read(Window(1, 2, 1, 3)), expected[1:2, 1:3])
    assert raw.blocks.read().dtype == np.float64
    assert (raw.nodata, raw.blocks.shape) == (-9.0, (2, 3))


def test_geotiff_unit_tag(tmp_path):
    path = raster(tmp_path / "a.tif", np.ones((2, 2), dtype=np.float32), unit="kt")
    assert read_geotiff(path, "a.tif").unit_tag == "kt"


ROWS = [["编码", "数值"], ["ZH1", "1,5"], ["ZH2", "乙"]]


def book(path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "清单"
    for row in ROWS:
        sheet.append(row)
    sheet["A4"], sheet["B4"], sheet["B5"] = "合并", "=1+1", "丙"
    sheet.merge_cells("A4:A5")
    workbook.save(path)


def text(table):
    return [[cell.text for cell in row] for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_encodings(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text('编码,数值\nZH1,"1,5"\nZH2,乙\n', encoding=encoding)
    (table,) = read_table(path, "t.csv")
    assert text(table) == ROWS
    assert table.rows[1][1].address == "B2"


def test_csv_that_is_not_what_it_says(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("编码,数值\n", encoding="gbk")
    with pytest.raises(InputError) as raised:
        read_table(path, "t.csv", encoding="utf-8")
    assert raised.value.findings[0].code == "ENCODING_WRONG"


def test_xlsx_merged_cells_and_formulas(tmp_path):
    book(tmp_path / "t.xlsx")
    (table,) = read_table(tmp_path / "t.xlsx", "t.xlsx", sheet="清单")
    assert text(table)[:3] == ROWS
    merged = table.rows[4][0]
    assert (merged.text, merged.merged_from, merged.address) == ("合并", "A4", "A5")
    assert [cell.address for row in table.rows for cell in row if cell.formula] == ["B4"]


def test_xlsx_faults(tmp_path):
    book(tmp_path / "t.xlsx")
    with pytest.raises(InputError) as raised:
        read_table(tmp_path / "t.xlsx", "t.xlsx", sheet="没有")
    assert "清单" in raised.value.findings[0].message_zh
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(InputError):
        read_table(tmp_path / "bad.xlsx", "bad.xlsx")
    (tmp_path / "t.ods").write_bytes(b"")
    with pytest.raises(InputError) as raised:
        read_table(tmp_path / "t.ods", "t.ods")
    assert ".xlsx" in raised.value.findings[0].fix_zh


def test_docx_tables(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=0, cols=2)
    for row in ROWS:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    document.save(str(tmp_path / "t.docx"))
    (read,) = read_docx(tmp_path / "t.docx", "t.docx")
    assert text(read) == ROWS
    assert (read.sheet, read.rows[2][1].address) == ("表1", "B3")
