"""The project for QGIS and the geodatabase for ArcGIS: every source is there, every style is that of the study."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import LineString, Point, box
from tests.cases.six_units import six_units
from tests.cases.test_published_grids_cases import HOSTILE, field, values

from zoning.io.write.geodatabase import write_geodatabase
from zoning.io.write.geopackage import write_geopackage
from zoning.io.write.grids import write_grids
from zoning.io.write.project import write_project
from zoning.study import SymbolInput, SymbologyInput
from zoning.supports import BaseLayer
from zoning.symbology import look_of

COLOUR = "#123456"


def result():
    made = six_units()
    shapes = [Point(4.1e5, 2.701e6), LineString([(4e5, 2.7e6), (4.2e5, 2.7e6)]), box(4e5, 2.7e6, 4.1e5, 2.701e6)]
    frame = gpd.GeoDataFrame({"label": ["<b>", "&", "河"]}, geometry=shapes, crs="EPSG:4549")
    own = SymbologyInput(classes={"decision": {"NEED": SymbolInput(fill=COLOUR, zh="急需<&>")}})
    return dataclasses.replace(
        made,
        study=made.study.model_copy(update={"symbology": own}),
        fields=(field(values()), field(values(), HOSTILE, unit="t", basis="CO2")),
        bases=(BaseLayer("water", HOSTILE, "审图号<1>", "甲", frame),),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place, made = tmp_path_factory.mktemp("project"), result()
    write_geopackage(made, place / "results.gpkg")
    write_grids(made, place)
    write_project(made, place / "project.qgz")
    return place


@pytest.fixture(scope="module")
def tree(folder) -> ET.Element:
    return opened(folder)


def opened(folder: Path) -> ET.Element:
    with zipfile.ZipFile(folder / "project.qgz") as archive:
        assert archive.namelist() == ["project.qgs"]
        return ET.fromstring(archive.read("project.qgs"))  # noqa: S314 - our own bytes


def test_every_source_is_in_the_folder_and_relative(folder, tree):
    sources = [one.findtext("datasource") for one in tree.iter("maplayer")]
    known = {name for name, _ in pyogrio.list_layers(folder / "results.gpkg")}
    files = {f"./{path.relative_to(folder).as_posix()}" for path in (folder / "grids").iterdir()}
    for source in sources:
        file, _, rest = source.partition("|")
        assert file in files or (file == "./results.gpkg" and rest.split("|")[0].removeprefix("layername=") in known)
    assert files <= set(sources)
    assert str(folder) not in ET.tostring(tree, encoding="unicode")


def test_every_layer_stands_in_a_group_under_an_id_that_qgis_keeps(tree):
    ids = [one.findtext("id") for one in tree.iter("maplayer")]
    assert len(set(ids)) == len(ids)
    assert all(len(one) > 10 for one in ids)
    groups = tree.findall("layer-tree-group/layer-tree-group")
    assert [one.get("name") for one in groups] == ["底图：线与地名", "企业与点源", "分区", "判定", "格网", "底图"]
    assert sorted(one.get("id") for one in tree.iter("layer-tree-layer")) == sorted(ids)
    seen = [one.get("name") for one in groups[3] if one.get("checked") == "Qt::Checked"]
    assert seen == ["决定"]


def test_every_theme_of_the_units_is_a_layer(tree):
    units = [one for one in tree.iter("maplayer") if one.findtext("datasource").endswith("=control_units")]
    attributes = [one.find("renderer-v2").get("attr") for one in units]
    for name in ("decision", "unit_class", "carbon_state", "synergy_class", "evidence_class", "tier", "resolution"):
        assert name in attributes
    assert {"density_CO2_2020_t_km2", "density_SO2_2020_t_km2", "uncovered_co2_lo_t"} <= set(attributes)


def test_attributes_of_styles_are_columns_of_their_layers(folder, tree):
    for one in tree.iter("maplayer"):
        renderer, source = one.find("renderer-v2"), one.findtext("datasource")
        if renderer is not None and renderer.get("attr"):
            layer = source.split("layername=")[1].split("|")[0]
            assert renderer.get("attr") in pyogrio.read_info(folder / "results.gpkg", layer=layer)["fields"]


def test_colours_and_labels_of_the_study_are_used(folder, tree):
    first = next(one for one in tree.iter("maplayer") if one.find("renderer-v2").get("attr") == "decision")
    category = first.find("renderer-v2/categories/category")
    assert (category.get("value"), category.get("label")) == ("NEED", "急需<&>")
    colour = first.find("renderer-v2/symbols/symbol/layer/prop[@k='color']").get("v")
    assert colour == "18,52,86,255"
    styles = pyogrio.read_dataframe(folder / "results.gpkg", layer="layer_styles")
    assert f">{COLOUR}<" in styles.loc[styles["description"] == "decision", "styleSLD"].iloc[0]


def test_a_grid_has_the_limits_of_density_in_its_own_unit(tree):
    made = result()
    grid = next(one for one in tree.iter("maplayer") if one.get("type") == "raster")
    limits = [float(one.get("value")) for one in grid.iter("item")]
    assert limits[0] < 0, "a cell without emissions is no sink, although QGIS closes classes above"
    area = float(made.fields[0].grid.cell_area.mean()) / 1e6
    wanted = [one.upper * area * 12.011 / 44.009 for one in look_of(made.study).class_limits("density.CO2")[:-1]]
    np.testing.assert_allclose(limits[:-1], wanted, rtol=1e-3, atol=1e-6)  # the grid counts tonnes of carbon


def test_the_sheet_has_all_that_a_map_must_say(tree):
    layout = tree.find("Layouts/Layout")
    kinds = [one.get("type") for one in layout.iter("LayoutItem")]
    assert sorted(set(kinds)) == ["65638", "65639", "65640", "65641", "65642", "65646"]
    texts = "\n".join(one.get("labelText", "") for one in layout.iter("LayoutItem"))
    for word in ("琉璃市示例研究", "示例数据", "审图号：", "审图号<1>", "数据来源：手工", "编制单位：甲&乙"):
        assert word in texts
    for item in layout.findall("LayoutItem"):
        left, top, width, height = (
            float(one) for name in ("position", "size") for one in item.get(name).split(",")[:2]
        )
        assert 0 <= left < left + width <= 420
        assert 0 <= top < top + height <= 297


def test_two_writes_have_the_same_bytes(folder, tmp_path):
    write_project(result(), tmp_path / "project.qgz")
    assert (tmp_path / "project.qgz").read_bytes() == (folder / "project.qgz").read_bytes()


def test_the_project_in_english(tmp_path):
    write_project(result(), tmp_path / "project.qgz", "en")
    with zipfile.ZipFile(tmp_path / "project.qgz") as archive:
        text = archive.read("project.qgs").decode()
    assert "emission density" in text
    assert "决定" not in text


def test_the_geopackage_opens_read_only(folder, tmp_path):
    copy = tmp_path / "results.gpkg"
    copy.write_bytes((folder / "results.gpkg").read_bytes())
    copy.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert len(pyogrio.read_dataframe(copy, layer="control_units")) == 6
    finally:
        tmp_path.chmod(0o755)
    assert [path.name for path in tmp_path.iterdir()] == ["results.gpkg"]


def test_styles_of_every_layer_are_well_formed(folder):
    styles = pyogrio.read_dataframe(folder / "results.gpkg", layer="layer_styles")
    for text in (*styles["styleQML"], *styles["styleSLD"]):
        ET.fromstring(text)  # noqa: S314 - our own bytes
    assert set(styles["f_table_name"]) >= {"control_units", "zones_air", "zones_energy", "fragments", "emitters"}
    defaults = styles[styles["useAsDefault"].astype(bool)]
    assert defaults["f_table_name"].is_unique
    assert not styles.duplicated(["f_table_name", "styleName"]).any()


@pytest.mark.filterwarnings("error")
def test_the_geodatabase_reads_back(tmp_path):
    made = result()
    files = write_geodatabase(made, tmp_path / "results.gdb")
    assert all((tmp_path / name).is_file() for name in files)
    names = {name for name, _ in pyogrio.list_layers(tmp_path / "results.gdb")}
    assert names >= {"control_units", "zones_air", "fragments", "emitters", "base_1_point", "base_1_polygon"}
    units = pyogrio.read_dataframe(tmp_path / "results.gdb", layer="control_units").sort_values("code")
    assert list(units["code"]) == list(made.units.codes)
    assert CRS(units.crs).to_epsg() == 4549
    ours = made.units.geometries
    assert (shapely.hausdorff_distance(units.geometry.to_numpy(), ours) < 1e-3).all()
    said = pyogrio.read_dataframe(tmp_path / "results.gdb", layer="field_names")
    area = said[(said["layer"] == "control_units") & (said["field"] == "area_m2")]
    assert list(area["alias"]) == ["椭球面积（m²）"]
    for layer, rows in said.groupby("layer"):
        assert set(rows["field"]) <= set(pyogrio.read_info(tmp_path / "results.gdb", layer=layer)["fields"])


def test_of_emitters_in_several_years_those_of_the_base_year_are_shown(tmp_path):
    one = result()
    frame = one.emitters.frame
    base = one.study.years.base
    several = gpd.GeoDataFrame(
        pd.concat([frame.assign(year=base - 1), frame.assign(year=base)], ignore_index=True), crs=frame.crs
    )
    made = dataclasses.replace(one, emitters=dataclasses.replace(one.emitters, frame=several))
    write_project(made, tmp_path / "project.qgz", "en")
    layers = {one.findtext("datasource"): one.findtext("layername") for one in opened(tmp_path).iter("maplayer")}
    source = f'./results.gpkg|layername=emitters|subset="year" = {base}'
    assert layers[source].endswith(f"({base})")
    assert [name for name in layers if "layername=emitters" in name] == [source]
