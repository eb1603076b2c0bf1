"""Every fault that ``check`` names, on inputs with that one fault."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine

from zoning.checks import (
    check_emissions,
    check_list,
    check_overrides,
    check_points,
    check_targets,
    check_units,
    check_zones,
)
from zoning.errors import Severity
from zoning.intake import ArrayBlocks, RawCell, RawLayer, RawRaster, RawTable
from zoning.study import EmissionsInput, ListInput, PointsInput, TableInput, ZonesInput, parse_study

STUDY = parse_study(
    {"study": {"name": "示例", "admin_code": "990100"}, "years": {"base": 2020}, "units": {"path": "units.gpkg"}}, "."
)


def box(x, y, size=1000.0):
    return shapely.box(500_000 + x, 2_750_000 + y, 500_000 + x + size, 2_750_000 + y + size)


def layer(shapes=None, codes=None, classes=None, crs="EPSG:4549", **columns):
    shapes = shapes or [box(0, 0), box(1000, 0)]
    codes = codes or [f"ZH990101{2}{number:04d}" for number in range(1, len(shapes) + 1)]
    classes = classes or ["重点管控单元"] * len(shapes)
    frame = {"HJGKDYBM": codes, "HJGKDYMC": codes, "GKDYFL": classes, **columns}
    return RawLayer("units.gpkg", "units", gpd.GeoDataFrame(frame, geometry=shapes, crs=crs), {"crs": ""})


def table(*rows, file="t.csv"):
    cells = tuple(
        tuple(RawCell(str(text), row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(rows, start=1)
    )
    return RawTable(file, cells)


def codes_of(judged, severity=None):
    return {str(found.code) for found in judged.findings if severity is None or found.severity is severity}


def test_a_sound_layer_has_no_finding():
    judged = check_units(layer(), STUDY)
    assert judged.findings == ()
    assert judged.value.codes == ("ZH9901012000"[:8] + "20001", "ZH99010120002")


bowtie = shapely.Polygon([(500_000, 2_750_000), (501_000, 2_751_000), (501_000, 2_750_000), (500_000, 2_751_000)])


@pytest.mark.parametrize(
    ("raw", "code", "severity"),
    [
        (layer(codes=["ZH99010120001"] * 2), "CODE_DUPLICATE", "error"),
        (layer(codes=["", "ZH99010120002"]), "CODE_DUPLICATE", "error"),
        (layer(codes=["甲1", "ZH99010120002"]), "CODE_PATTERN", "warning"),
        (layer(codes=["ZH35010120001", "ZH99010120002"]), "ADMIN_MISMATCH", "error"),
        (layer(classes=["优先保护单元", "重点管控单元"]), "CLASS_MISMATCH", "error"),
        (layer(classes=["特殊", "2"]), "VALUE_UNKNOWN", "error"),
        (layer(crs=None), "CRS_MISSING", "error"),
        (layer(crs="EPSG:4490"), "CRS_CONTRADICTS", "error"),
        (layer(shapes=[shapely.box(118.5, 24.6, 118.6, 24.7)]), "CRS_CONTRADICTS", "error"),
        (layer(shapes=[shapely.box(40_500_000, 2_750_000, 40_501_000, 2_751_000)]), "CRS_ZONE_PREFIX", "error"),
        (layer(crs="EPSG:4555"), "DATUM_SHIFT_UNKNOWN", "error"),
        (layer(crs="EPSG:2433"), "DATUM_SHIFT_UNKNOWN", "error"),
        (layer(shapes=[box(0, 0), None]), "GEOM_EMPTY", "error"),
        (layer(shapes=[box(0, 0), bowtie]), "GEOM_INVALID", "error"),
        (layer(shapes=[box(0, 0), shapely.Point(500_000, 2_750_000)]), "GEOM_INVALID", "error"),
        (layer(shapes=[box(0, 0), shapely.force_3d(box(1000, 0))]), "GEOM_Z", "info"),
        (layer(shapes=[shapely.union(box(0, 0), box(5000, 0)), box(1000, 0)]), "GEOM_MULTIPART", "info"),
        (layer(shapes=[box(0, 0), box(990, 0)]), "LAYER_OVERLAP", "error"),
        (layer(shapes=[box(0, 0, 3000).difference(box(1000, 1000)), box(3000, 0)]), "LAYER_GAP", "error"),
        (layer(shapes=[box(0, 0), shapely.box(501_000, 2_750_000, 501_000.05, 2_751_000)]), "LAYER_SLIVER", "warning"),
        (layer(MJ=[1.0, 1.2]), "AREA_MISMATCH", "warning"),
        (layer(XXX=["a", "b"]), "FIELD_UNKNOWN", "warning"),
    ],
)
def test_units(raw, code, severity):
    judged = check_units(raw, STUDY)
    assert codes_of(judged) == {code}
    assert {found.severity for found in judged.findings} == {Severity(severity)}
    assert (judged.value is None) == (severity == "error")


@pytest.mark.parametrize(
    ("declared", "codes"), [("EPSG:4549", set()), ("EPSG:4490", {"CRS_CONTRADICTS"}), ("bad", {"CRS_MISSING"})]
)
def test_a_declared_system_never_wins_over_the_files_own(declared, codes):
    raw = layer()
    judged = check_units(RawLayer(raw.file, raw.layer, raw.frame, {"crs": declared}), STUDY)
    assert codes_of(judged) == codes
    assert codes_of(emissions({"industry": raster()}, crs=declared)) == (codes)


def test_tolerances_part_error_from_info():
    wide = STUDY.model_copy(update={"tolerance": STUDY.tolerance.model_copy(update={"area": 20_000.0})})
    judged = check_units(layer(shapes=[box(0, 0), box(990, 0)]), wide)
    assert codes_of(judged) == codes_of(judged, Severity.INFO) == {"LAYER_SLIVER"}


def test_a_missing_field_lists_the_headers_that_are_there():
    frame = gpd.GeoDataFrame({"编号": ["1"]}, geometry=[box(0, 0)], crs="EPSG:4549")
    judged = check_units(RawLayer("units.gpkg", "units", frame, {"crs": ""}), STUDY)
    missing = [found for found in judged.findings if found.code == "FIELD_MISSING"]
    assert {found.field for found in missing} == {"code", "unit_class"}
    assert all("编号" in found.fix_zh for found in missing)


def test_dialects_and_dirty_headers_are_understood():
    for headers in (
        ("HJZHGKDYBM", "ZHGKDYFL"),
        ("unit_code", "unit_category"),
        (" 环境管控单元编码\n", "\ufeff管控单元\n分类"),
    ):
        frame = {headers[0]: ["ZH99010120001"], headers[1]: ["2"]}
        raw = RawLayer("u", "u", gpd.GeoDataFrame(frame, geometry=[box(0, 0)], crs="EPSG:4549"), {"crs": ""})
        judged = check_units(raw, STUDY)
        assert judged.value is not None, judged.findings
        assert judged.value.frame["unit_class"].tolist() == ["KEY"]


def zones(code="YS9901012310001", subtype="大气环境高排放重点管控区", shapes=None):
    shapes = shapes or [box(0, 0)]
    frame = {"DQHJGKFQBM": [f"{code[:-1]}{i}" for i in range(len(shapes))], "YSXL": [subtype] * len(shapes)}
    raw = RawLayer("air.geojson", "air", gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4549"), {"crs": ""})
    return check_zones(raw, ZonesInput(element="air", path="air.geojson"), STUDY)


@pytest.mark.parametrize(
    ("judged", "code"),
    [
        (zones(code="YS9901012210001"), "ELEMENT_MISMATCH"),
        (zones(subtype="其余的"), "VALUE_UNKNOWN"),
        (zones(code="YS9901010000001"), "CODE_PATTERN"),
    ],
)
def test_zone_faults(judged, code):
    assert codes_of(judged) == {code}


def test_zones_of_one_element_may_overlap_aloud():
    judged = zones(shapes=[box(0, 0), box(500, 0)])
    assert codes_of(judged, Severity.WARNING) == {"LAYER_OVERLAP"}
    assert judged.value is not None


VALUES = np.arange(16.0).reshape(4, 4)


def raster(values=VALUES, crs="EPSG:4549", nodata=-1.0, **further):
    transform = Affine(500, 0, 500_000, 0, -500, 2_752_000)
    return RawRaster("co2.tif", ArrayBlocks(np.asarray(values)), crs, transform, nodata, **further)


def emissions(rasters=None, total=None, **changes):
    settings = {"species": "CO2", "mass_basis": "CO2", "unit": "t", "kind": "total", "year": 2020}
    declared = EmissionsInput(**settings | {"sectors": {"industry": "co2.tif"}} | changes)
    return check_emissions(rasters or {"industry": raster()}, total, declared, STUDY)


@pytest.mark.parametrize(
    ("judged", "code", "severity"),
    [
        (emissions({"industry": raster(crs="")}), "CRS_MISSING", "error"),
        (emissions({"industry": raster(crs="EPSG:4214")}), "DATUM_SHIFT_UNKNOWN", "error"),
        (emissions({"industry": raster(VALUES - 3)}), "NEGATIVE_CELLS", "error"),
        (
            emissions({"industry": raster(np.where(VALUES > 3, VALUES, -9999), nodata=None)}),
            "NODATA_UNDECLARED",
            "error",
        ),
        (emissions(unit="tons"), "UNIT_MISSING", "error"),
        (emissions(unit="kg m-2 s-1"), "KIND_MISSING", "error"),
        (emissions(kind="flux"), "KIND_MISSING", "error"),
        (emissions(mass_basis="NO2"), "SPECIES_BASIS", "error"),
        (emissions({"industry": raster(unit_tag="kt")}), "UNIT_UNCLEAR", "warning"),
        (emissions(year=2013), "YEAR_DIFFERS", "warning"),
        (emissions(total=raster(VALUES * 1.01)), "TOTAL_MISMATCH", "error"),
        (emissions(published_total=500.0), "TOTAL_MISMATCH", "error"),
        (emissions({"工厂": raster()}), "VALUE_UNKNOWN", "error"),
        (emissions(species="Hg"), "VALUE_UNKNOWN", "error"),
    ],
)
def test_rasters(judged, code, severity):
    assert codes_of(judged) == {code}
    assert {found.severity for found in judged.findings} == {Severity(severity)}


def test_declared_sinks_may_be_negative_and_equal_totals_are_silent():
    assert codes_of(emissions({"industry": raster(VALUES - 3)}, sinks=True), Severity.INFO) == {"NEGATIVE_CELLS"}
    assert emissions(total=raster(VALUES), published_total=120.0).findings == ()


def units():
    return check_units(layer(), STUDY).value


def points(*rows, in_grid="column", use="count"):
    header = ("企业名称", "行业代码", "部门", "燃料", "年份", "经度", "纬度", "是否已含于格网", "CO2")
    declared = PointsInput(path="p.csv", crs="EPSG:4549", in_grid=in_grid, use=use)
    return check_points(table(header, *rows), declared, units(), STUDY)


SOUND = ("甲厂", "C3011", "工业", "烟煤", "2020", "500100", "2750100", "是", "1,234.5")


def test_a_sound_emitter():
    judged = points(SOUND)
    assert judged.findings == ()
    row = judged.value.frame.iloc[0]
    assert (row["industry"], row["sector"], row["fuel"], row["in_grid"], row["CO2"]) == (
        "3011", "industry", "coal", "yes", 1234.5,
    )  # fmt: skip


def changed(**cells):
    order = ("name", "industry", "sector", "fuel", "year", "lon", "lat", "in_grid", "co2")
    return tuple(cells.get(name, SOUND[number]) for number, name in enumerate(order))


@pytest.mark.parametrize(
    ("row", "code", "severity"),
    [
        (changed(lon="509000"), "POINT_OUTSIDE", "error"),
        (changed(lon="2750100", lat="500100"), "POINT_AXES_SWAPPED", "error"),
        (changed(lon="118°30′"), "POINT_FORMAT", "error"),
        (changed(lon=""), "POINT_OUTSIDE", "error"),
        (changed(co2="很多"), "VALUE_UNKNOWN", "error"),
        (changed(co2="-5"), "VALUE_UNKNOWN", "error"),
        (changed(in_grid="也许"), "VALUE_UNKNOWN", "error"),
        (changed(in_grid="不明"), "POINT_IN_GRID_UNKNOWN", "warning"),
        (changed(sector="别的"), "VALUE_UNKNOWN", "error"),
        (changed(sector="", industry=""), "VALUE_UNKNOWN", "error"),
        (changed(sector="", industry="4500"), "VALUE_UNKNOWN", "error"),
        (changed(fuel="神秘燃料"), "VALUE_UNKNOWN", "warning"),
    ],
)
def test_emitters(row, code, severity):
    judged = points(row)
    assert (code, Severity(severity)) in {(str(found.code), found.severity) for found in judged.findings}


@pytest.mark.parametrize(
    ("industry", "sector"), [("3011", "industry"), ("D4411", "power"), ("C1952", "industry"), ("5412", "transport")]
)
def test_a_record_without_a_sector_gets_that_of_its_trade(industry, sector):
    assert points(changed(sector="", industry=industry)).value.frame["sector"].tolist() == [sector]


def test_context_points_may_lie_outside():
    judged = points(changed(lon="509000"), use="context", in_grid="unknown")
    assert codes_of(judged, Severity.ERROR) == set()
    assert not judged.value.counted


def targets(**cells):
    row = {
        "region_code": "990101",
        "指标": "煤炭消费总量",
        "单位": "万吨",
        "年份": "2025",
        "limit": "100",
        "use": "90",
    } | cells
    return check_targets(table(row.keys(), row.values()), TableInput(path="t.csv"), STUDY)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"单位": "吨煤"}, "UNIT_MISSING"), ({"limit": "-1"}, "TARGET_RANGE"), ({"limit": "多"}, "VALUE_UNKNOWN"),
        ({"年份": ""}, "TARGET_RANGE"),
    ],
)  # fmt: skip
def test_targets(cells, code):
    assert codes_of(targets(**cells)) == {code}


def test_a_target_row():
    target = targets().value.rows[0]
    assert (target.indicator, target.limit, target.use, target.use_year) == ("coal_total", 100.0, 90.0, 2020)


def access_list(*rows):
    header = ("环境管控单元编码", "空间布局约束", "污染物排放管控")
    return check_list((table(header, *rows, file="list.xlsx"),), ListInput(unit="list.xlsx"), "unit", units().codes)


def test_a_list_and_its_faults():
    judged = access_list(("ZH99010120001", "禁止新建燃煤锅炉。", ""), ("ZH99010120002", "", "应安装在线监测。"))
    assert judged.findings == ()
    assert [clause.dimension for clause in judged.value.clauses] == ["S", "P"]
    judged = access_list(("ZH99010120001", "甲。", ""), ("ZH99010199999", "乙。", ""), ("ZH99010120001", "丙。", ""))
    assert codes_of(judged) == {"LIST_CODE_UNKNOWN", "UNIT_WITHOUT_LIST", "LIST_DUPLICATE"}


def test_a_table_that_is_no_list():
    judged = check_list((table(("甲", "乙"), ("1", "2")),), ListInput(unit="x"), "unit", None)
    assert codes_of(judged) == {"HEADER_UNKNOWN"}


def overrides(**cells):
    row = {
        "target": "ZH99010120001",
        "to_value": "WATCH",
        "reason": "因",
        "decided_by": "某局",
        "date": "2021-01-01",
    } | cells
    return check_overrides(table(row.keys(), row.values()), TableInput(path="o.csv"), units())


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"target": "ZH99010129999"}, "OVERRIDE_TARGET_UNKNOWN"),
        ({"reason": ""}, "OVERRIDE_REASON_MISSING"),
        ({"decided_by": ""}, "OVERRIDE_REASON_MISSING"),
        ({"to_value": "也许"}, "VALUE_UNKNOWN"),
    ],
)
def test_overrides(cells, code):
    assert codes_of(overrides(**cells)) == {code}


def test_a_sound_override():
    assert overrides().value[0].decision == "WATCH"


def test_every_finding_speaks_both_languages():
    judged = access_list(("ZH99010199999", "乙。", ""))
    for found in judged.findings:
        for text in (found.message_zh, found.message_en, found.fix_zh, found.fix_en):
            assert text
            assert "{" not in text
