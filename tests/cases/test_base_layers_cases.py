"""Layers of a base map: placed, named, cut to the surroundings of the units, stored with the result and read back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon, box
from tests.cases.six_units import six_units
from tests.cases.test_result_folder_cases import publish

from zoning.crs import same_crs
from zoning.io.read.results import read_result
from zoning.pipeline.bases import read_bases
from zoning.pipeline.reading import input_files
from zoning.study import parse_study

X, Y = 4e5, 2.7e6  # the lower left corner of the six units, which reach 33 km east and 4 km north of it


def there(shape):
    """Move a shape from the origin to the units."""
    return shapely.transform(shape, lambda points: points + np.array([X, Y]))


def study_of(folder: Path, *bases: dict[str, str]):
    stated = [{"role": "other", "name": "河流", "approval": "闽S〔2024〕1号"} | one for one in bases]
    content = {"study": {"name": "x", "admin_code": "359900"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"}}
    return parse_study(content | {"base": stated}, root=folder)


def read(folder: Path, shapes, *, names=None, crs="EPSG:4549", **stated: str):
    placed = [there(shape) for shape in shapes] if crs == "EPSG:4549" else list(shapes)
    frame = gpd.GeoDataFrame({"NAME": names or [""] * len(shapes)}, geometry=placed, crs=crs)
    frame.to_file(folder / "base.gpkg", layer="base")
    study = study_of(folder, {"path": "base.gpkg"} | stated)
    return read_bases(study, six_units().units)


def test_shapes_far_from_the_units_are_left_out_and_the_others_cut(tmp_path):
    river = LineString([(-9e5, 2e3), (9e5, 2e3)])
    (base,), findings = read(
        tmp_path, [river, Point(5e5, 5e5), Point(-3e4, 1)], names=["大河", "远", "近"], label="NAME"
    )
    assert findings == ()
    assert (base.role, base.name, base.approval) == ("other", "河流", "闽S〔2024〕1号")
    assert list(base.frame["label"]) == ["大河", "近"]
    # The longer side of the units is 33 km: so much is kept on either side of them.
    np.testing.assert_allclose(base.frame.geometry.iloc[0].bounds, (X - 33e3, Y + 2e3, X + 66e3, Y + 2e3))


def test_a_layer_in_degrees_comes_into_the_system_of_the_units(tmp_path):
    place = gpd.GeoSeries([there(Point(1e4, 2e3))], crs="EPSG:4549").to_crs("EPSG:4490")
    (base,), _ = read(tmp_path, place, crs="EPSG:4490")
    assert same_crs(CRS(base.frame.crs), CRS("EPSG:4549"))
    assert base.frame.geometry.iloc[0].distance(there(Point(1e4, 2e3))) < 1e-6


def test_a_layer_elsewhere_is_said_and_not_drawn(tmp_path):
    bases, findings = read(tmp_path, [Point(9e5, 9e5)])
    assert bases == ()
    assert [(one.code, one.severity, one.file) for one in findings] == [("BASE_OUTSIDE", "warning", "base.gpkg")]
    assert f"{X + 9e5:.0f}" in findings[0].message_zh


def test_the_sea_of_the_nation_need_not_touch_the_units_and_keeps_its_islands(tmp_path):
    reef = box(5e5, 5e5, 5e5 + 30, 5e5 + 30)
    (base,), findings = read(tmp_path, [MultiPolygon([reef, box(6e5, 5e5, 9e5, 8e5)])], role="sea")
    assert findings == ()
    assert shapely.get_num_geometries(base.frame.geometry.iloc[0]) == 2


def test_outlines_of_the_nation_are_simplified(tmp_path):
    angle = np.linspace(0, 2 * np.pi, 50_000)
    coast = Polygon(np.column_stack([4e5 * np.cos(angle), 4e5 * np.sin(angle)]))
    (base,), _ = read(tmp_path, [coast], role="nation")
    drawn = base.frame.geometry.iloc[0]
    assert shapely.get_num_coordinates(drawn) < 500
    assert shapely.hausdorff_distance(drawn.boundary, there(coast).boundary) < 200


def test_a_missing_column_of_names_is_said_with_the_nearest(tmp_path):
    bases, findings = read(tmp_path, [Point(1e3, 1e3)], label="NAMES")
    assert bases == ()
    assert [one.code for one in findings] == ["FIELD_MISSING"]
    assert "NAME" in findings[0].message_zh
    assert "label" in findings[0].fix_en


def test_an_invalid_polygon_is_repaired_and_said(tmp_path):
    bow_tie = Polygon([(0, 0), (4e3, 4e3), (4e3, 0), (0, 4e3)])
    (base,), findings = read(tmp_path, [bow_tie])
    assert base.frame.geometry.iloc[0].is_valid
    assert base.frame.geometry.iloc[0].geom_type == "MultiPolygon"
    assert [(one.code, one.severity) for one in findings] == [("GEOM_INVALID", "info")]


def test_what_cannot_be_read_or_placed_is_a_finding_and_the_others_are_kept(tmp_path):
    gpd.GeoDataFrame(geometry=[there(Point(1e3, 1e3))], crs="EPSG:4549").to_file(tmp_path / "good.gpkg")
    (tmp_path / "none.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.warns(UserWarning, match="crs"):
        gpd.GeoDataFrame(geometry=[there(Point(1e3, 1e3))]).to_file(tmp_path / "nowhere.shp")
    paths = ("gone.gpkg", "none.geojson", "nowhere.shp", "good.gpkg")
    study = study_of(tmp_path, *({"path": path, "name": path} for path in paths))
    bases, findings = read_bases(study, six_units().units)
    assert [base.name for base in bases] == ["good.gpkg"]
    assert [one.code for one in findings] == ["PATH_MISSING", "FILE_UNREADABLE", "CRS_MISSING"]


def test_the_order_of_the_file_changes_nothing(tmp_path):
    shapes, names = [Point(1e3, 1e3), Point(2e3, 1e3), box(0, 0, 9, 9)], ["乙", "甲", "甲"]
    (one,), _ = read(tmp_path, shapes, names=names, label="NAME")
    (tmp_path / "base.gpkg").unlink()
    (other,), _ = read(tmp_path, shapes[::-1], names=names[::-1], label="NAME")
    assert one.frame.equals(other.frame)


def test_files_of_the_base_map_are_among_the_inputs(tmp_path):
    gpd.GeoDataFrame(geometry=[there(Point(1e3, 1e3))], crs="EPSG:4549").to_file(tmp_path / "base.gpkg")
    assert "base.gpkg" in input_files(study_of(tmp_path, {"path": "base.gpkg"}))


@pytest.mark.parametrize(
    "shapes",
    [
        [Point(1, 1), Point(2, 2)],
        [MultiPoint([(1, 1), (3, 3)]), Point(2, 2)],
        [LineString([(0, 0), (1, 1)])],
        [box(0, 0, 1, 1), MultiPolygon([box(2, 2, 3, 3), box(5, 5, 6, 6)])],
        [Point(1, 1), LineString([(0, 0), (1, 1)]), box(0, 0, 1, 1)],
    ],
)
def test_base_layers_come_back_equal(tmp_path, shapes):
    (base,), _ = read(tmp_path, shapes, names=[f"<b>{number}" for number in range(len(shapes))], label="NAME")
    result = dataclasses.replace(six_units(), bases=(base, dataclasses.replace(base, name="二", role="water")))
    back = read_result(publish(result, tmp_path / "out")).bases
    assert [(one.role, one.name) for one in back] == [("other", "河流"), ("water", "二")]
    for one, other in zip(result.bases, back, strict=True):
        assert (one.approval, one.source) == (other.approval, other.source)
        assert list(one.frame["label"]) == list(other.frame["label"])
        assert shapely.equals_identical(one.frame.geometry.to_numpy(), other.frame.geometry.to_numpy()).all()
        assert same_crs(CRS(one.frame.crs), CRS(other.frame.crs))
