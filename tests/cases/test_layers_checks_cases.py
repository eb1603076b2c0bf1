"""Vector layers with one fault each: the finding names it with its code, place, size and remedy."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

from zoning.checks import check_units, check_zones
from zoning.checks.vector.offsets import check_layer_offset
from zoning.checks.vector.systems import looks_like, region_of
from zoning.crs import is_refused
from zoning.crs.gcj02 import SHIFTS, to_gcj02
from zoning.errors import Severity
from zoning.intake import RawLayer
from zoning.study import ZonesInput, parse_study
from zoning.supports import ControlUnits, ElementZones


def study(admin="350582"):
    content = {"study": {"name": "示例", "admin_code": admin}, "years": {"base": 2020}, "units": {"path": "u.gpkg"}}
    return parse_study(content, ".")


STUDY = study()
EAST, NORTH = 350_000.0, 2_720_000.0  # 118.5 E 24.6 N in EPSG:4549


def box(x, y, width=1000.0, height=1000.0):
    return shapely.box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


def code_of(number, digit=2, county="350582"):
    return f"ZH{county}{digit}{number:04d}"


def units(shapes=None, crs="EPSG:4549", declared=None, **columns):
    shapes = [box(0, 0), box(1000, 0)] if shapes is None else shapes
    codes = [code_of(number) for number in range(1, len(shapes) + 1)]
    table = {"HJGKDYBM": codes, "GKDYFL": ["重点管控单元"] * len(shapes), **columns}
    frame = gpd.GeoDataFrame(table, geometry=np.asarray(shapes, dtype=object), crs=crs)
    return RawLayer("u.gpkg", "u", frame, {"crs": "", **(declared or {})})


def judge(raw=None, admin="350582", **settings):
    return check_units(units(**settings) if raw is None else raw, study(admin))


def one(judged, code, severity=None):
    """The only finding of a code, held to its severity."""
    found = [finding for finding in judged.findings if finding.code == code]
    assert len(found) == 1, [(str(finding.code), finding.message_en) for finding in judged.findings]
    assert severity is None or found[0].severity == severity
    return found[0]


def only(judged, code, severity="error"):
    assert {str(finding.code) for finding in judged.findings} == {code}
    return one(judged, code, severity)


def moved(x=0.0, y=0.0, *, swap=False):
    def move(xy):
        shifted = xy + np.array([x, y])
        return shifted[:, ::-1] if swap else shifted

    return [shapely.transform(shape, move) for shape in (box(0, 0), box(1000, 0))]


def degrees(x=118.5, y=24.6, size=0.01):
    return [shapely.box(x, y, x + size, y + size), shapely.box(x + size, y, x + 2 * size, y + size)]


# Coordinate systems


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"crs": None}, "CRS_MISSING", ["EPSG:4549", "EPSG:4548", "6-digit", "118.5"]),
        ({"crs": None, "shapes": moved(40e6)}, "CRS_MISSING", ["EPSG:4528", "zone number"]),
        ({"crs": None, "shapes": moved(20e6 - 300_000)}, "CRS_MISSING", ["EPSG:4498", "117"]),
        ({"crs": None, "shapes": degrees()}, "CRS_MISSING", ["EPSG:4490", "degrees"]),
        ({"crs": None, "shapes": moved(swap=True)}, "CRS_MISSING", ["EPSG:4549", "northing first"]),
        ({"crs": None, "shapes": degrees(13_191_000, 2_824_000, 500)}, "CRS_MISSING", ["EPSG:3857", "Web Mercator"]),
        ({"crs": None, "declared": {"crs": "三度带"}}, "CRS_MISSING", ["三度带", "EPSG:4549"]),
        ({"shapes": degrees()}, "CRS_CONTRADICTS", ["EPSG:4549", "118.5", "EPSG:4490"]),
        ({"crs": "EPSG:4490"}, "CRS_CONTRADICTS", ["EPSG:4490", "350000", "EPSG:4549"]),
        ({"crs": "EPSG:4546"}, "CRS_CONTRADICTS", ["EPSG:4546", "EPSG:4549", "central meridian"]),
        ({"declared": {"crs": "EPSG:4548"}}, "CRS_CONTRADICTS", ["EPSG:4548", "EPSG:4549"]),
        ({"crs": "EPSG:4490", "shapes": degrees(0.5, 0.5)}, "CRS_CONTRADICTS", ["any national system"]),
        ({"shapes": moved(40e6)}, "CRS_ZONE_PREFIX", ["40", "EPSG:4528", "EPSG:4549"]),
        ({"shapes": moved(39e6)}, "CRS_ZONE_PREFIX", ["39", "EPSG:4527"]),
        ({"shapes": moved(21e6)}, "CRS_ZONE_PREFIX", ["21", "EPSG:4499"]),
        ({"crs": "EPSG:4528"}, "CRS_ZONE_PREFIX", ["40", "EPSG:4549"]),
        ({"crs": "EPSG:4498"}, "CRS_ZONE_PREFIX", ["20", "EPSG:4548"]),
        ({"crs": "EPSG:4528", "shapes": moved(39e6)}, "CRS_ZONE_PREFIX", ["39", "40", "EPSG:4527"]),
        ({"shapes": [moved(39e6)[0], moved(40e6)[0]]}, "CRS_ZONE_PREFIX", ["39、40", "mix"]),
        ({"crs": "EPSG:4490", "shapes": degrees(24.6, 118.5)}, "AXES_SWAPPED", ["24.6", "EPSG:4490"]),
        ({"shapes": moved(swap=True)}, "AXES_SWAPPED", ["EPSG:4549", "northing"]),
        ({"crs": "EPSG:4528", "shapes": moved(40e6, swap=True)}, "AXES_SWAPPED", ["EPSG:4528"]),
        ({"crs": "EPSG:4490", "shapes": degrees(114.3, 30.5)}, "ADMIN_MISMATCH", ["114.3", "115.5–121"]),
    ],
)  # fmt: skip
def test_a_wrong_system_is_named_with_its_candidates(settings, code, words):
    judged = judge(**settings)
    found = only(judged, code)
    said = f"{found.value} {found.message_en} {found.fix_en}"
    assert [word for word in words if word not in said] == []
    assert judged.value is None


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:3857", "EPSG:4326", "EPSG:32650", "EPSG:4528", "EPSG:4498"])
def test_a_right_system_gives_no_finding(crs):
    frame = units().frame.to_crs(crs)
    # the edges are straight in the file's own system: neighbours still match vertex by vertex
    assert judge(RawLayer("u.gpkg", "u", frame, {"crs": ""})).findings == ()


def test_a_wide_province_in_one_belt_is_no_mixture():
    east = [shapely.box(x, 4_600_000, x + 1000, 4_601_000) for x in (18_100_000, 19_000_500, 20_100_000)]
    judged = judge(admin="150000", shapes=east, crs="EPSG:4497", HJGKDYBM=[code_of(n, 2, "150100") for n in (1, 2, 3)])
    assert "CRS_ZONE_PREFIX" not in {finding.code for finding in judged.findings}


def test_features_far_from_all_others_are_named():
    for stray in (shapely.box(0, 0, 10, 10), shapely.box(EAST - 1e12, NORTH, EAST + 1e12, NORTH + 1)):
        judged = judge(shapes=[box(0, 0), box(1000, 0), stray])
        assert code_of(3) in one(judged, "CRS_CONTRADICTS", "error").message_en


KRASSOWSKY = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +ellps=krass +units=m +type=crs"
ESRI = (
    'PROJCS["Xian_1980_3_Degree_GK_CM_120E",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,'
    '298.257]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER'
    '["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER'
    '["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
LOCAL = 'LOCAL_CS["某市独立坐标系",UNIT["metre",1]]'


@pytest.mark.parametrize("crs", ["EPSG:2433", "EPSG:2382", "EPSG:4214", "EPSG:4610", KRASSOWSKY, ESRI, LOCAL])
def test_a_datum_without_an_exact_shift_is_refused_under_any_name(crs):
    assert is_refused(CRS.from_user_input(crs))
    shapes = degrees() if CRS.from_user_input(crs).is_geographic else None
    assert only(judge(crs=crs, shapes=shapes), "DATUM_SHIFT_UNKNOWN").value


SPHERE = "+proj=longlat +R=6370000"


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:3857", "EPSG:3785", "ESRI:102100", SPHERE])
def test_other_systems_are_not_refused(crs):
    assert not is_refused(CRS.from_user_input(crs))


def test_without_a_known_region_any_province_will_do():
    guess = looks_like(350_000, 2_720_000, None)
    assert {"EPSG:4543", "EPSG:4549"} <= {text.en.split()[0] for text in guess.candidates}
    assert not any("EPSG:4534" in text.en for text in guess.candidates)  # 75° E at this latitude is not in China
    assert region_of("990100", ["ZH35058210001", "ZH35058210002", "ZH42010010001"]).code == "35"


# Single geometries


def test_an_invalid_geometry_is_named_with_place_and_areas():
    bowtie = shapely.Polygon([(EAST, NORTH), (EAST + 300, NORTH + 100), (EAST + 300, NORTH), (EAST, NORTH + 200)])
    judged = judge(shapes=[bowtie, box(1000, 0)])
    found = one(judged, "GEOM_INVALID", "error")
    # the ring crosses at x = 200: triangles of 200 × 200 / 2 and 100 × 100 / 2, which cancel in the signed area
    assert all(word in found.message_en for word in (code_of(1), "350200.00", "2720066.67", "15000.0", "25000.0")) or (
        pytest.fail(found.message_en)
    )
    (shape,) = [shape for shape in judged.shapes if shape.code == "GEOM_INVALID"]
    assert shape.geometry.geom_type == "Point"
    assert shape.value == code_of(1)


def test_nothing_else_is_hidden_behind_a_faulty_geometry():
    bowtie = shapely.Polygon([(EAST, NORTH), (EAST + 1e3, NORTH + 1e3), (EAST + 1e3, NORTH), (EAST, NORTH + 1e3)])
    judged = judge(shapes=[bowtie, box(5000, 0), box(5500, 0), None])
    assert {str(finding.code) for finding in judged.findings} == {"GEOM_INVALID", "GEOM_EMPTY", "LAYER_OVERLAP"}
    assert code_of(4) in one(judged, "GEOM_EMPTY").message_zh


with np.errstate(invalid="ignore"):
    NOT_FINITE = shapely.from_wkt("POLYGON ((350000 2720000, 351000 2720000, nan 2721000, 350000 2720000))")


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        (shapely.Polygon([(EAST, NORTH), (EAST + 1, NORTH), (EAST + 2, NORTH)]), "after make_valid 0.0 m²"),
        (NOT_FINITE, "not a finite number"),
        (shapely.LineString([(EAST, NORTH), (EAST + 1, NORTH)]), "LineString"),
        (shapely.GeometryCollection([box(0, 0), shapely.Point(EAST, NORTH)]), "GeometryCollection"),
    ],
)
def test_shapes_that_are_no_areas(shape, word):
    judged = judge(shapes=[shape, box(1000, 0)])
    assert word in one(judged, "GEOM_INVALID", "error").message_en


def test_heights_are_named():
    flat, sloped = shapely.force_3d(box(0, 0), 12.5), shapely.force_3d(box(1000, 0), 12.5)
    assert "Z = 12.5" in only(judge(shapes=[flat, sloped]), "GEOM_Z", "info").message_zh
    sloped = shapely.force_3d(box(1000, 0), 20.0)
    assert "12.5 … 20" in only(judge(shapes=[flat, sloped]), "GEOM_Z", "info").value


# Features among each other


def true_area(shape):
    """The area by a second method: geodesics between close vertices on the ellipsoid."""
    dense = gpd.GeoSeries([shapely.segmentize(shape, 20)], crs="EPSG:4549").to_crs(4490).iloc[0]
    return abs(Geod(a=6378137.0, rf=298.257222101).geometry_area_perimeter(dense)[0])


def test_overlaps_are_named_with_pairs_areas_and_place():
    judged = judge(shapes=[box(0, 0), box(900, 0), box(5000, 0), box(5999, 0)])
    found = only(judged, "LAYER_OVERLAP")
    assert f"{code_of(1)} and {code_of(2)}" in found.message_en
    assert f"{code_of(3)} and {code_of(4)}" in found.message_en
    assert "2 pairs" in found.message_en
    assert "x 350950.00" in found.message_en
    first = max((shape for shape in judged.shapes), key=lambda shape: shape.area_m2)
    assert first.area_m2 == pytest.approx(true_area(box(900, 0, 100)), rel=1e-6)
    assert f"{first.area_m2:.1f} m²" in found.message_en
    assert first.geometry.bounds[0] == pytest.approx(118.5, abs=0.1)


def test_a_feature_inside_another_is_no_plain_overlap():
    judged = judge(shapes=[box(0, 0), box(100, 100, 200, 300)])
    assert f"{code_of(2)} and {code_of(1)}" in only(judged, "LAYER_NESTED").message_en
    assert judged.shapes[0].area_m2 == pytest.approx(true_area(box(100, 100, 200, 300)), rel=1e-6)


def test_a_feature_in_a_hole_of_another_is_sound():
    assert judge(shapes=[box(0, 0).difference(box(100, 100, 200, 200)), box(100, 100, 200, 200)]).findings == ()


def test_the_same_shape_twice():
    found = only(judge(shapes=[box(0, 0), box(0, 0), box(1000, 0)]), "LAYER_OVERLAP")
    assert "same shape" in found.message_en
    assert f"{code_of(1)}、{code_of(2)}" in found.value


def test_every_gap_is_named_largest_first():
    hole, other, filled = box(100, 100, 300, 300), box(600, 600, 50, 50), box(100, 700, 50, 50)
    judged = judge(shapes=[box(0, 0).difference(shapely.union_all([hole, other, filled])), filled, box(1000, 0)])
    found = only(judged, "LAYER_GAP")
    sizes = [true_area(hole), true_area(other)]
    positions = [found.message_en.index(f"{size:.1f} m²") for size in sizes]
    assert positions == sorted(positions)
    assert f"inside {code_of(1)}" in found.message_en
    assert [shape.area_m2 for shape in judged.shapes] == pytest.approx(sizes, rel=1e-6)


def test_a_gap_between_units_names_them():
    ring = [box(0, 0, 300, 100), box(0, 200, 300, 100), box(0, 100, 100, 100), box(200, 100, 100, 100)]
    found = only(judge(shapes=ring), "LAYER_GAP")
    assert all(code_of(number) in found.message_zh for number in range(1, 5))


def test_thin_features_warn_and_keep_their_value():
    judged = judge(shapes=[box(0, 0), box(1000, 0, 0.3), box(1000.3, 0)])
    found = only(judged, "LAYER_SLIVER", "warning")
    assert all(word in found.message_en for word in (code_of(2), f"{true_area(box(1000, 0, 0.3)):.1f} m²", "0.300 m"))
    assert len(judged.value) == 3


@pytest.mark.parametrize(("step", "key"), [(-0.05, "LAYER_SLIVER.overlaps"), (0.05, None)])
def test_slivers_between_features_are_an_info_with_their_total(step, key):
    judged = judge(shapes=[box(0, 0), box(1000 + step, 0)])
    assert [finding.key for finding in judged.findings] == ([key] if key else [])
    assert judged.value is not None
    if key:
        assert "total" not in judged.findings[0].message_zh
        assert " 50" in judged.findings[0].message_en


def test_a_closed_sliver_gap_is_an_info():
    hole = box(100, 100, 500, 0.05)
    judged = judge(shapes=[box(0, 0).difference(hole), box(1000, 0)])
    assert only(judged, "LAYER_SLIVER", "info").key == "LAYER_SLIVER.gaps"


def test_neighbours_that_differ_by_a_vertex_do_not_overlap():
    left = shapely.segmentize(box(0, 0), 300)
    assert judge(shapes=[left, box(1000, 0), box(0, 1000, 2000)]).findings == ()


# Codes, classes, fields


def zones(element="air", **columns):
    table = {
        "DQHJGKFQBM": ["YS3505822310001", "YS3505823310002"],
        "YSXL": ["大气环境高排放重点管控区", "大气环境一般管控区"],
    }
    if element == "water":
        table = {
            "SHJGKFQBM": ["YS3505822210001", "YS3505823210002"],
            "YSXL": ["工业污染重点管控区", "水环境一般管控区"],
        }
    frame = gpd.GeoDataFrame(table | columns, geometry=[box(0, 0), box(1000, 0)], crs="EPSG:4549")
    return check_zones(RawLayer("z.gpkg", "z", frame, {"crs": ""}), ZonesInput(element=element, path="z.gpkg"), STUDY)


def test_sound_zones():
    assert zones().findings == ()
    assert zones(element="water").findings == ()


@pytest.mark.parametrize(
    ("columns", "code", "severity", "words"),
    [
        ({"HJGKDYBM": [code_of(1), code_of(1)]}, "CODE_DUPLICATE", "error", [code_of(1), "rows 1, 2", "dissolve"]),
        ({"HJGKDYBM": ["", code_of(1)]}, "CODE_DUPLICATE", "error", ["rows 1"]),
        ({"HJGKDYBM": [code_of(1).lower(), code_of(2)]}, "CODE_PATTERN", "warning", [code_of(1), "zh35"]),
        ({"HJGKDYBM": ["ZH３５０５８２2 OOO1", code_of(2)]}, "CODE_PATTERN", "warning", [code_of(1)]),
        ({"HJGKDYBM": ["35058220001", code_of(2)]}, "CODE_PATTERN", "warning", ["35058220001"]),
        ({"HJGKDYBM": [code_of(1, 3), code_of(2)]}, "CLASS_MISMATCH", "error", [code_of(1, 3), "重点管控单元", "3"]),
        ({"GKDYFL": ["重点管控单圆", "重点管控单元"]}, "VALUE_UNKNOWN", "error", ["nearest “重点管控单元”"]),
        ({"GKDYFL": [2.0, np.nan]}, "VALUE_UNKNOWN", "error", ["“” (1 times"]),
        ({"HJGKDYBM": [code_of(1, 2, "350583"), code_of(2)]}, "ADMIN_MISMATCH", "error", ["350583", "350582"]),
        ({"XZQDM": [350582, 350505]}, "ADMIN_MISMATCH", "error", [code_of(2), "350505"]),
        ({"XZQDM": [350582.0, np.nan], "MJ": ["一", "1.0"]}, "VALUE_UNKNOWN", "warning", ["“一”"]),
        ({"BBH": ["2020", "2023"]}, "VERSION_MIXED", "warning", ["2020 × 1", "2023 × 1"]),
        ({"MJ": [1.0, 1.2]}, "AREA_MISMATCH", "warning", [code_of(2), "declared 1.2", "measured 0.99"]),
        ({"区域": ["<script>alert(1)</script>", "{x}"]}, "FIELD_UNKNOWN", "warning", ["区域"]),
    ],
)  # fmt: skip
def test_attributes(columns, code, severity, words):
    found = only(judge(**columns), code, severity)
    said = f"{found.value} {found.message_en} {found.fix_en} {found.message_zh}"
    assert [word for word in words if word not in said] == []


def test_script_in_a_name_is_only_a_name():
    names = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0 {field}"]
    judged = judge(HJGKDYMC=names)
    assert judged.findings == ()
    assert list(judged.value.frame["name"]) == names


def test_copies_and_different_features_of_one_code_are_told_apart():
    same = judge(shapes=[box(0, 0), box(0, 0)], HJGKDYBM=[code_of(1)] * 2)
    assert one(same, "CODE_DUPLICATE").key == "CODE_DUPLICATE.same"
    apart = judge(shapes=[box(0, 0), box(5000, 0)], HJGKDYBM=[code_of(1)] * 2)
    assert one(apart, "CODE_DUPLICATE").key == "CODE_DUPLICATE.features"


@pytest.mark.parametrize(("factor", "unit"), [(1e6, "平方米"), (100, "公顷"), (1500, "亩"), (0.01, "万公顷")])
def test_areas_in_another_unit_of_measure_are_recognised(factor, unit):
    judged = judge(MJ=[factor, factor * 1.0003])
    assert unit in one(judged, "UNIT_SLIP", "warning").message_zh
    assert "2 features" in one(judged, "AREA_MISMATCH", "warning").message_en


@pytest.mark.parametrize(
    ("columns", "code", "words"),
    [
        ({"DQHJGKFQBM": ["YS3505822210001", "YS3505823310002"]}, "ELEMENT_MISMATCH", ["YS3505822210001", "air"]),
        ({"HJYS": ["水", "大气"]}, "ELEMENT_MISMATCH", ["“水”"]),
        ({"GKFQFL": ["优先保护区", "一般管控区"]}, "CLASS_MISMATCH", ["YS3505822310001", "优先保护区"]),
        ({"DQHJGKFQBM": ["YS3505821310001", "YS3505823310002"]}, "CLASS_MISMATCH", ["YS3505821310001"]),
        ({"YSXL": ["高排方", "大气环境一般管控区"]}, "VALUE_UNKNOWN", ["“高排方”"]),
    ],
)
def test_zone_attributes(columns, code, words):
    found = only(zones(**columns), code)
    assert [word for word in words if word not in f"{found.value} {found.message_en}"] == []


def test_two_headers_of_one_field_and_a_declared_one():
    judged = judge(code=["甲", "乙"])
    assert judged.value.codes == (code_of(1), code_of(2))
    judged = judge(declared={"code": "真编码"}, HJGKDYBM=["甲", "乙"], 真编码=[code_of(8), code_of(9)])
    assert judged.value.codes == (code_of(8), code_of(9))
    found = one(judge(declared={"name": "没有这列"}), "FIELD_MISSING", "error")
    assert found.field == "name"
    assert "没有这列" in found.message_zh


def test_geometry_is_judged_even_without_a_code():
    frame = gpd.GeoDataFrame({"x": [1, 2]}, geometry=[box(0, 0), box(500, 0)], crs="EPSG:4549")
    judged = check_units(RawLayer("u.gpkg", "u", frame, {"crs": ""}), STUDY)
    assert "#1 and #2" in one(judged, "LAYER_OVERLAP").message_en


def test_many_faults_are_one_finding_with_ten_examples():
    shapes = [box(2000 * at, 0) for at in range(30)]
    found = only(judge(shapes=shapes, GKDYFL=["一般管控单元"] * 30), "CLASS_MISMATCH")
    assert found.message_en.count("(row ") == 10
    assert found.message_en.startswith("class digit and class disagree for 30 codes")
    assert found.message_en.endswith(" …")


def test_an_empty_layer_and_a_layer_of_nothing_but_empty_shapes():
    assert "no feature" in only(judge(shapes=[]), "GEOM_EMPTY").message_en
    assert one(judge(shapes=[None, shapely.Polygon()]), "GEOM_EMPTY").severity is Severity.ERROR


# Layers against each other


def test_the_published_formula_of_gcj02():
    # the test vector of the published implementations: a place in Shanghai
    np.testing.assert_allclose(to_gcj02(np.array([[121.5272106, 31.1774276]])), [[121.531541859215, 31.17530398364597]])


def tiles(side=6, size=0.01):
    at = [(118.5 + size * col, 24.6 + size * row) for col in range(side) for row in range(side)]
    return [shapely.segmentize(shapely.box(x, y, x + size, y + size), size / 7) for x, y in at]


def pair(shift=None, zone_shapes=None):
    shapes = tiles()
    codes = [code_of(number) for number in range(len(shapes))]
    table = {"code": codes, "name": codes, "unit_class": "KEY", "admin_code": "350582"}
    land = ControlUnits(gpd.GeoDataFrame(table, geometry=shapes, crs=4490).to_crs(4549))
    parts = zone_shapes or [shapely.union_all(shapes[:20]), shapely.union_all(shapes[20:])]
    parts = parts if shift is None else [shapely.transform(part, shift) for part in parts]
    names = [f"YS{at}" for at in range(len(parts))]
    frame = gpd.GeoDataFrame({"code": names, "name": names, "subtype": "AIR_HIGH"}, geometry=parts, crs=4490)
    return land, ElementZones("air", frame)


@pytest.mark.parametrize("name", sorted(SHIFTS))
def test_a_known_shift_is_recognised_with_its_metres(name):
    (found,) = check_layer_offset(*pair(SHIFTS[name]), "air.gpkg", STUDY)
    assert found.code == "DATUM_GCJ02_SUSPECTED"
    assert found.severity is Severity.WARNING
    assert name in found.message_zh
    place = np.array([[118.53, 24.63]])
    there = SHIFTS[name](place)[0]
    metres = Geod(ellps="GRS80").inv(*place[0], *there)[2]
    assert int(found.value.split()[0]) == pytest.approx(metres, rel=0.01)


@pytest.mark.parametrize("name", sorted(SHIFTS))
def test_a_known_shift_shows_in_the_outline_where_no_border_is_shared(name):
    ground = shapely.union_all(tiles()).buffer(-0.0003, join_style="mitre")
    assert check_layer_offset(*pair(None, [shapely.segmentize(ground, 0.002)]), "air.gpkg", STUDY) == ()
    (found,) = check_layer_offset(*pair(SHIFTS[name], [shapely.segmentize(ground, 0.002)]), "air.gpkg", STUDY)
    assert found.key == "DATUM_GCJ02_SUSPECTED.outline"
    assert name in found.message_en


def test_a_constant_step_is_another_datum():
    (found,) = check_layer_offset(*pair(lambda xy: xy + np.array([0.0007, -0.0006])), "air.gpkg", STUDY)
    assert found.key == "DATUM_SHIFT_UNKNOWN.offset"
    assert found.value == "97 m, 133°"


def test_sound_layers_and_layers_far_apart():
    assert check_layer_offset(*pair(), "air.gpkg", STUDY) == ()
    (found,) = check_layer_offset(*pair(lambda xy: xy + np.array([3, 0])), "air.gpkg", STUDY)
    assert found.key == "CRS_CONTRADICTS.apart"
    assert "297 km" in found.message_en
