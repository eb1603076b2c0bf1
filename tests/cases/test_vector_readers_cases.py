"""Every vector format and its traps: what is read is what was written, and what cannot be read says why."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from zoning.errors import InputError
from zoning.io.read.vector.encodings import Choice, Encoding, Misfit, Text, choose, decoded, named
from zoning.io.read.vector.vectors import VECTOR_SUFFIXES, is_database, layer_files, masked, read_layer
from zoning.study import LayerInput

NAMES = ["示例镇甲重点管控单元", "示例镇乙优先保护单元"]
UNITS = gpd.GeoDataFrame(
    {"HJGKDYBM": ["ZH99010120001", "ZH99010110002"], "HJGKDYMC": NAMES, "MJ": [1.5, np.nan]},
    geometry=[shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)],
    crs="EPSG:4549",
)
GEOGRAPHIC = UNITS.set_geometry(
    [shapely.box(118, 24, 118.1, 24.1), shapely.box(118.1, 24, 118.2, 24.1)], crs="EPSG:4490"
)


def shapefile(folder, encoding="GBK", *, cpg=None, ldid=None, frame=UNITS, name="units"):
    """Write a shapefile; ``cpg`` is the text of its .cpg ("" for none), ``ldid`` the language byte of its DBF."""
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / f"{name}.shp"
    codec = {"BIG5": "cp950"}.get(encoding, encoding)
    plain = frame.copy()
    for column in frame.columns.drop("geometry"):
        if not pd.api.types.is_numeric_dtype(frame[column]):
            plain[column] = [cell.encode(codec).decode("latin-1") for cell in frame[column]]
    plain.columns = [str(column).encode(codec).decode("latin-1") for column in frame.columns]
    pyogrio.write_dataframe(plain, path, driver="ESRI Shapefile", encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink()
    if cpg:
        path.with_suffix(".cpg").write_text(cpg, encoding="utf-8")
    if ldid is not None:
        content = bytearray(path.with_suffix(".dbf").read_bytes())
        content[29] = ldid
        path.with_suffix(".dbf").write_bytes(content)
    return path


def read(path, **declared):
    return read_layer(path, LayerInput(path=path.name, **declared))


def fault(path, **declared):
    """Return the one finding of a layer that cannot be read; it names the file in both languages."""
    with pytest.raises(InputError) as raised:
        read(path, **declared)
    (found,) = raised.value.findings
    assert found.file == path.name
    assert found.fix_zh
    assert found.fix_en
    for text in (found.message_zh, found.message_en, found.fix_zh, found.fix_en):
        assert str(path.parent) not in text
        assert "{" not in text
    return found


# --- text of shapefiles -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "cpg", "ldid", "shown", "source"),
    [
        ("GBK", "GBK", 0, "GBK", "cpg"),
        ("GBK", "936", 0, "GBK", "cpg"),
        ("GBK", "ANSI 936", 0x57, "GBK", "cpg"),
        ("GBK", "GB2312", 0, "GBK", "cpg"),
        ("GB18030", "GB18030", 0, "GB18030", "cpg"),
        ("UTF-8", "UTF-8", 0, "UTF-8", "cpg"),
        ("UTF-8", "65001", 0, "UTF-8", "cpg"),
        ("GBK", "", 0x4D, "GBK", "ldid"),
        ("GBK", "", 0x57, "GB18030", "guessed"),
        ("GBK", "", 0x03, "GB18030", "guessed"),
        ("GBK", "", 0x78, "GB18030", "guessed"),
        ("GBK", "", 0, "GB18030", "guessed"),
        ("GBK", "OEM", 0, "GB18030", "guessed"),
        ("GBK", "nonsense", 0, "GB18030", "guessed"),
        ("UTF-8", "", 0, "UTF-8", "guessed"),
        ("UTF-8", "", 0x4D, "UTF-8", "guessed"),
        ("UTF-8", "", 0x57, "UTF-8", "guessed"),
    ],
)
def test_text_of_a_shapefile_is_decoded_by_evidence(tmp_path, encoding, cpg, ldid, shown, source):
    raw = read(shapefile(tmp_path, encoding, cpg=cpg, ldid=ldid))
    assert raw.frame["HJGKDYMC"].tolist() == NAMES
    assert (raw.encoding, raw.encoding_source) == (shown, source)
    assert raw.frame["MJ"].tolist()[0] == 1.5
    assert np.isnan(raw.frame["MJ"].tolist()[1])


def test_text_of_taiwan_is_told_from_that_of_the_mainland(tmp_path):
    frame = UNITS.assign(HJGKDYMC=["臺灣環境管控單元", "重點保護"])
    raw = read(shapefile(tmp_path, "BIG5", frame=frame))
    assert raw.frame["HJGKDYMC"].tolist() == ["臺灣環境管控單元", "重點保護"]
    assert (raw.encoding, raw.encoding_source) == ("BIG5", "guessed")
    assert read(shapefile(tmp_path / "b", "BIG5", frame=frame, ldid=0x78)).encoding_source == "ldid"


def test_characters_beyond_gbk_and_beyond_gb2312(tmp_path):
    frame = UNITS.assign(HJGKDYMC=["鄠邑重点管控单元", "㵐溪优先保护单元"])
    raw = read(shapefile(tmp_path, "GB18030", frame=frame, cpg="GB2312"))
    assert raw.frame["HJGKDYMC"].tolist() == ["鄠邑重点管控单元", "㵐溪优先保护单元"]


@pytest.mark.parametrize(
    ("encoding", "cpg", "better"),
    [("GBK", "UTF-8", "GB18030"), ("UTF-8", "GBK", "UTF-8"), ("GBK", "ISO-8859-1", "GB18030"),
     ("GBK", "BIG5", "GB18030"), ("UTF-8", "ANSI 1252", "UTF-8")],
)  # fmt: skip
def test_a_cpg_that_lies_is_an_error_with_samples_both_ways(tmp_path, encoding, cpg, better):
    found = fault(shapefile(tmp_path, encoding, cpg=cpg))
    assert (found.code, found.key) == ("ENCODING_WRONG", "ENCODING_WRONG.declared")
    assert found.value == named(cpg).name
    assert better in found.message_zh
    assert "示例镇甲重点管控单元" in found.message_en
    assert ".cpg" in found.message_zh


def test_a_declared_encoding_that_lies_is_an_error_and_a_right_one_wins(tmp_path):
    path = shapefile(tmp_path, "GBK", cpg="UTF-8")
    assert read(path, encoding="GBK").frame["HJGKDYMC"].tolist() == NAMES
    assert read(path, encoding="gb18030").encoding_source == "declared"
    assert fault(path, encoding="UTF-8").key == "ENCODING_WRONG.declared"
    found = fault(path, encoding="GBKK")
    assert (found.key, found.value) == ("ENCODING_WRONG.name", "GBKK")
    assert "GB18030" in found.message_zh


def test_names_of_places_alone_do_not_look_like_another_encoding():
    places = [Text(word.encode("gbk")) for word in ("晋江", "石狮", "南安", "惠安")]
    assert choose(places) == Choice(Encoding("GB18030", "gb18030"), "guessed")
    assert choose(places, cpg="GBK") == Choice(Encoding("GBK", "gb18030"), "cpg")
    latin = choose(places, cpg="ISO-8859-1")
    assert isinstance(latin, Misfit)
    assert latin.better.name == "GB18030"
    utf8 = [Text(word.encode()) for word in ("晋江", "石狮")]
    assert choose(utf8).encoding.name == "UTF-8"
    assert isinstance(choose(utf8, cpg="GBK"), Misfit)
    assert choose([Text(b"ZH1")]).source == "ascii"


def test_a_text_cut_inside_a_character_loses_that_character_only(tmp_path):
    long = "管控要求" * 40
    for encoding, kept in (("GBK", 127), ("UTF-8", 84)):
        width = 254
        frame = UNITS.assign(HJGKDYMC=["x" * width, "y" * width])
        path = shapefile(tmp_path / encoding, encoding, frame=frame)
        content = path.with_suffix(".dbf").read_bytes()
        cut = long.encode(encoding)[: width - 1] + long.encode(encoding)[:1] if encoding == "GBK" else None
        cut = cut or long.encode(encoding)[:width]
        path.with_suffix(".dbf").write_bytes(content.replace(b"x" * width, cut))
        text = read(path).frame["HJGKDYMC"].iloc[0]
        assert text.startswith(long[: kept - 1])
        assert "�" not in text
    assert decoded(Text("管".encode("gbk")[:1], full=False), Encoding("GBK", "gb18030")) is None


def test_chinese_field_names_are_decoded_even_when_cut(tmp_path):
    frame = UNITS.rename(columns={"HJGKDYMC": "单元名称", "MJ": "面积平方千"})
    raw = read(shapefile(tmp_path / "a", "GBK", frame=frame))
    assert list(raw.frame.columns) == ["HJGKDYBM", "单元名称", "面积平方千", "geometry"]
    path = shapefile(tmp_path / "b", "UTF-8", frame=UNITS.rename(columns={"HJGKDYMC": "xxxxxxxxxx"}))
    content = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(content.replace(b"xxxxxxxxxx", "单元名称".encode()[:10]))
    assert list(read(path).frame.columns)[1] == "单元名"


def test_two_names_cut_to_one_stay_apart(tmp_path):
    frame = UNITS.rename(columns={"HJGKDYBM": "单元名一", "HJGKDYMC": "单元名二"})
    path = shapefile(tmp_path, "GBK", frame=frame)
    content = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(content.replace("单元名二".encode("gbk"), "单元名一".encode("gbk")))
    raw = read(path)
    assert list(raw.frame.columns)[:2] == ["单元名一", "单元名一_2"]
    assert raw.frame["单元名一_2"].tolist() == NAMES


def test_a_cell_that_fits_no_encoding_is_named(tmp_path):
    path = shapefile(tmp_path, "GBK")
    content = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(content.replace("乙".encode("gbk"), b"\xff\xff"))
    found = fault(path)
    assert (found.key, found.row, found.field) == ("ENCODING_WRONG.none", 2, "HJGKDYMC")


# --- parts of shapefiles ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".dbf", ".shx"])
def test_a_missing_part_is_named_and_nothing_is_written_beside_the_file(tmp_path, suffix):
    path = shapefile(tmp_path)
    path.with_suffix(suffix).unlink()
    before = sorted(tmp_path.iterdir())
    found = fault(path)
    assert found.key == "FILE_UNREADABLE.sidecar"
    assert suffix in found.message_zh
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_prj_leaves_the_layer_without_a_system(tmp_path):
    path = shapefile(tmp_path)
    path.with_suffix(".prj").unlink()
    assert read(path).frame.crs is None


def test_a_prj_that_is_not_understood_is_named_unless_the_study_says_the_system(tmp_path):
    path = shapefile(tmp_path)
    path.with_suffix(".prj").write_bytes("PROJCS[坏".encode("gbk"))
    found = fault(path)
    assert (found.code, found.key) == ("CRS_MISSING", "CRS_MISSING.prj")
    assert found.value == "PROJCS[坏"
    assert read(path, crs="EPSG:4549").frame.crs is None


ESRI = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    'UNIT["Meter",1.0]]'
)


def test_the_names_of_esri_are_known(tmp_path):
    path = shapefile(tmp_path)
    path.with_suffix(".prj").write_text(ESRI, encoding="ascii")
    assert read(path).frame.crs.to_epsg() == 4549


def test_parts_of_two_exports_do_not_go_together(tmp_path):
    path = shapefile(tmp_path / "a")
    other = shapefile(tmp_path / "b", frame=pd.concat([UNITS, UNITS], ignore_index=True))
    shutil.copy(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    found = fault(path)
    assert found.key == "FILE_UNREADABLE.rows"
    assert "4" in found.message_zh
    assert "2" in found.message_zh


@pytest.mark.parametrize("suffix", [".shp", ".dbf", ".shx"])
def test_a_part_that_is_cut_short_is_named(tmp_path, suffix):
    path = shapefile(tmp_path)
    part = path.with_suffix(suffix)
    part.write_bytes(part.read_bytes()[:-3])
    found = fault(path)
    assert found.key == "FILE_UNREADABLE.partcut"
    assert part.name in found.message_zh


def test_a_damaged_dbf_is_never_a_layer_without_attributes(tmp_path):
    path = shapefile(tmp_path)
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[32 + 16] = 200  # the first field says it is wider than the row
    path.with_suffix(".dbf").write_bytes(content)
    assert fault(path).key == "FILE_UNREADABLE.partheader"


@pytest.mark.parametrize("change", [str.upper, str.title])
def test_names_in_any_case_are_one_shapefile(tmp_path, change):
    path = shapefile(tmp_path / "a", cpg="GBK")
    folder = tmp_path / "b"
    folder.mkdir()
    for part in path.parent.iterdir():
        shutil.copy(part, folder / (change(part.name) if part.suffix != ".shp" else "UNITS.SHP"))
    raw = read(folder / "UNITS.SHP")
    assert raw.frame["HJGKDYMC"].tolist() == NAMES
    assert raw.encoding_source == "cpg"
    assert raw.frame.crs.to_epsg() == 4549
    assert len(layer_files(folder / "UNITS.SHP")) == 5


# --- GeoPackage ---------------------------------------------------------------------------------------------------


def geopackage(path, *layers):
    for layer in layers:
        pyogrio.write_dataframe(UNITS, path, layer=layer, driver="GPKG", append=path.exists())
    return path


def without_triggers(database):
    """Drop what calls functions that only GDAL knows."""
    for name in [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        database.execute(f'DROP TRIGGER "{name}"')


def test_several_layers_and_none_named_are_listed(tmp_path):
    path = geopackage(tmp_path / "u.gpkg", "单元", "旧版")
    found = fault(path)
    assert (found.code, found.key) == ("PATH_MISSING", "PATH_MISSING.several")
    assert "单元、旧版" in found.message_zh
    assert read(path, layer="旧版").layer == "旧版"
    assert "单元" in fault(path, layer="新版").message_zh


def test_attribute_tables_are_no_layers(tmp_path):
    path = geopackage(tmp_path / "u.gpkg", "单元")
    pyogrio.write_dataframe(pd.DataFrame(UNITS.drop(columns="geometry")), path, layer="layer_styles", append=True)
    assert read(path).layer == "单元"
    assert fault(path, layer="layer_styles").key == "FILE_UNREADABLE.nogeometry"


def test_a_geopackage_without_geometry(tmp_path):
    path = tmp_path / "t.gpkg"
    pyogrio.write_dataframe(pd.DataFrame(UNITS.drop(columns="geometry")), path, layer="t", driver="GPKG")
    assert fault(path).key == "FILE_UNREADABLE.nogeometry"


def test_another_sqlite_file_is_no_geopackage(tmp_path):
    path = tmp_path / "t.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a)")
    database.close()
    assert fault(path).key == "FILE_UNREADABLE.magic"


VIEW = (
    "ALTER TABLE u RENAME TO v; CREATE VIEW u AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x FROM r)"
    " SELECT x AS fid, v.geom FROM r, v"
)


@pytest.mark.parametrize("change", ["ALTER TABLE u ADD COLUMN bomb AS (zeroblob(1000000000))", VIEW])
def test_queries_inside_a_geopackage_are_not_run(tmp_path, change):
    path = geopackage(tmp_path / "u.gpkg", "u")
    with sqlite3.connect(path) as database:
        without_triggers(database)
        database.execute("PRAGMA legacy_alter_table = ON")
        database.executescript(change)
        if change == VIEW:
            database.execute("UPDATE gpkg_contents SET table_name = 'u'")
    database.close()
    assert fault(path).key == "FILE_UNREADABLE.view"


@pytest.mark.parametrize("count", [1, 9, None])
def test_a_count_of_features_that_is_out_of_date_cuts_nothing_off(tmp_path, count):
    path = geopackage(tmp_path / "u.gpkg", "u")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", (count,))
    database.close()
    assert read(path).frame["HJGKDYMC"].tolist() == NAMES


def test_a_geopackage_open_elsewhere_is_read_with_its_latest_edits_and_left_alone(tmp_path):
    path = geopackage(tmp_path / "u.gpkg", "u")
    editor = sqlite3.connect(path)
    editor.execute("PRAGMA journal_mode = WAL")
    editor.execute("PRAGMA wal_autocheckpoint = 0")
    without_triggers(editor)
    editor.execute("UPDATE u SET HJGKDYMC = '改名单元' WHERE fid = 1")
    editor.commit()
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir() if not one.name.endswith("-shm")}
    assert read(path).frame["HJGKDYMC"].tolist() == ["改名单元", NAMES[1]]
    assert [part.name for part in layer_files(path)] == ["u.gpkg", "u.gpkg-wal"]
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if not one.name.endswith("-shm")} == before
    editor.close()


def test_a_geopackage_in_write_ahead_mode_leaves_nothing_behind(tmp_path):
    path = geopackage(tmp_path / "u.gpkg", "u")
    editor = sqlite3.connect(path)
    editor.execute("PRAGMA journal_mode = WAL")
    editor.close()
    path.chmod(stat.S_IREAD)
    tmp_path.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        assert len(read(path).frame) == 2
        assert [one.name for one in tmp_path.iterdir()] == ["u.gpkg"]
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_text_of_a_geopackage_is_always_utf8(tmp_path):
    path = geopackage(tmp_path / "u.gpkg", "u")
    assert fault(path, encoding="GBK").key == "ENCODING_WRONG.contrary"
    assert len(read(path, encoding="UTF-8").frame) == 2
    with sqlite3.connect(path) as database:
        without_triggers(database)
        database.execute("UPDATE u SET HJGKDYMC = CAST(? AS TEXT)", ("重点管控单元".encode("gbk"),))
    database.close()
    found = fault(path)
    assert found.key == "ENCODING_WRONG.fixed"
    assert "GB18030" in found.message_zh
    assert "重点管控单元" in found.message_en


# --- GeoJSON ------------------------------------------------------------------------------------------------------

SQUARE = shapely.geometry.mapping(shapely.box(118, 24, 118.1, 24.1))


def feature(geometry=SQUARE, **properties):
    return {"type": "Feature", "properties": properties or {"名称": "重点管控单元"}, "geometry": geometry}


def collection(*features, **members):
    return {"type": "FeatureCollection", **members, "features": list(features)}


def written(folder, content, encoding="utf-8", name="u.geojson"):
    path = folder / name
    path.write_bytes(json.dumps(content, ensure_ascii=False).encode(encoding))
    return path


def named_crs(name):
    return {"type": "name", "properties": {"name": name}}


def test_geojson_is_wgs84_unless_it_names_another_system(tmp_path):
    assert read(written(tmp_path, collection(feature()))).frame.crs.to_epsg() == 4326
    for name in ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"):
        assert read(written(tmp_path, collection(feature(), crs=named_crs(name)))).frame.crs.to_epsg() == 4490
    after = collection(feature()) | {"crs": named_crs("EPSG:4490")}
    assert read(written(tmp_path, after)).frame.crs.to_epsg() == 4490
    assert (
        read(written(tmp_path, collection(feature(), crs={"type": "EPSG", "properties": {"code": 4490}}))).frame.crs
        == 4490
    )


def test_a_system_geojson_does_not_know_is_never_taken_for_wgs84(tmp_path):
    assert read(written(tmp_path, collection(feature(), crs=None))).frame.crs is None
    found = fault(written(tmp_path, collection(feature(), crs=named_crs("示例独立坐标系"))))
    assert (found.key, found.value) == ("CRS_MISSING.prj", "示例独立坐标系")
    declared = read(written(tmp_path, collection(feature(), crs=named_crs("示例独立坐标系"))), crs="EPSG:4490")
    assert declared.frame.crs is None


@pytest.mark.parametrize(
    ("content", "rows"),
    [(feature(), 1), (SQUARE, 1), (collection(feature(), feature(None)), 2),
     (collection(feature(), feature({"type": "Point", "coordinates": [118, 24]})), 2)],
)  # fmt: skip
def test_geojson_of_other_shapes(tmp_path, content, rows):
    assert len(read(written(tmp_path, content)).frame) == rows


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (collection(), "FILE_UNREADABLE.nofeatures"),
        ({"type": "Topology", "objects": {}, "arcs": []}, "FILE_UNREADABLE.topojson"),
        ([1, 2], "FILE_UNREADABLE.geojson"),
        ({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read x.shp"}, "FILE_UNREADABLE.geojson"),
        (
            {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read other.shp", "a": feature()},
            "FILE_UNREADABLE",
        ),
    ],
)
def test_other_json_is_refused(tmp_path, content, key):
    shapefile(tmp_path, name="other")
    assert fault(written(tmp_path, content)).key == key


def test_json_of_arcgis(tmp_path):
    content = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4490},
        "fields": [{"name": "MC", "type": "esriFieldTypeString"}],
        "features": [
            {"attributes": {"MC": "甲"}, "geometry": {"rings": [[[118, 24], [118, 25], [119, 25], [118, 24]]]}}
        ],
    }
    raw = read(written(tmp_path, content, name="u.json"))
    assert raw.frame["MC"].tolist() == ["甲"]
    assert raw.frame.crs.to_epsg() == 4490


def test_geojson_in_other_encodings(tmp_path):
    assert read(written(tmp_path, collection(feature()), "utf-8-sig")).frame["名称"].tolist() == ["重点管控单元"]
    path = written(tmp_path, collection(feature()), "gbk")
    found = fault(path)
    assert (found.code, found.key) == ("ENCODING_WRONG", "ENCODING_WRONG.fixed")
    assert "GB18030" in found.message_zh
    assert "重点管控单元" in found.message_zh
    raw = read(path, encoding="GBK")
    assert (raw.frame["名称"].tolist(), raw.encoding_source) == (["重点管控单元"], "declared")
    assert fault(written(tmp_path, collection(feature())), encoding="GBK").key == "ENCODING_WRONG.declared"
    assert "UTF-16" in fault(written(tmp_path, collection(feature()), "utf-16")).message_zh


def test_a_geojson_of_very_many_fields_is_refused(tmp_path):
    path = written(tmp_path, collection(feature(**{f"f{number}": 1 for number in range(2001)})))
    assert fault(path).key == "FILE_UNREADABLE.fields"


def test_an_attribute_with_the_name_of_the_shape_is_not_lost_in_silence(tmp_path):
    found = fault(written(tmp_path, collection(feature() | {"properties": {"geometry": "x"}})))
    assert (found.key, found.field) == ("FILE_UNREADABLE.fieldname", "geometry")


def test_repeated_feature_ids_warn_nobody(tmp_path):
    path = written(tmp_path, collection(feature() | {"id": 1}, feature() | {"id": 1}))
    assert len(read(path).frame) == 2


# --- geodatabase, FlatGeobuf, GeoParquet ----------------------------------------------------------------------------


def geodatabase(path, *layers):
    for layer in layers:
        pyogrio.write_dataframe(UNITS, path, layer=layer, driver="OpenFileGDB", append=path.exists())
    return path


def test_a_geodatabase_and_its_layers(tmp_path):
    path = geodatabase(tmp_path / "u.gdb", "环境管控单元")
    raw = read(path)
    assert (raw.layer, raw.frame["HJGKDYMC"].tolist(), raw.frame.crs.to_epsg()) == ("环境管控单元", NAMES, 4549)
    assert {part.name for part in layer_files(path)} == {part.name for part in path.iterdir()}
    geodatabase(path, "旧版")
    assert fault(path).key == "PATH_MISSING.several"
    assert read(path, layer="旧版").layer == "旧版"


def test_a_folder_that_only_calls_itself_a_geodatabase(tmp_path):
    path = tmp_path / "u.gdb"
    shapefile(path)
    assert fault(path).key == "FILE_UNREADABLE.geodatabase"
    (path / "a00000001.gdbtable").write_bytes(b"\x00" * 100)
    assert fault(path).code == "FILE_UNREADABLE"
    assert fault(tmp_path / "none.gdb").code == "PATH_MISSING"


@pytest.mark.parametrize("name", ["u.fgb", "u.parquet", "u.geoparquet"])
def test_flatgeobuf_and_geoparquet(tmp_path, name):
    path = tmp_path / name
    UNITS.to_file(path, driver="FlatGeobuf") if name == "u.fgb" else UNITS.to_parquet(path)
    raw = read(path)
    assert sorted(raw.frame["HJGKDYMC"]) == sorted(NAMES)
    assert raw.frame.crs.to_epsg() == 4549
    assert raw.layer == "u"


def test_geoparquet_without_system_or_geometry(tmp_path):
    path = tmp_path / "u.parquet"
    GEOGRAPHIC.set_crs(None, allow_override=True).to_parquet(path)
    assert read(path).frame.crs is None
    pd.DataFrame(UNITS.drop(columns="geometry")).to_parquet(path)
    assert fault(path).key == "FILE_UNREADABLE.nogeometry"


def test_a_stored_index_of_geoparquet_is_a_column(tmp_path):
    path = tmp_path / "u.parquet"
    UNITS.set_index("HJGKDYBM").to_parquet(path)
    assert read(path).frame["HJGKDYBM"].tolist() == UNITS["HJGKDYBM"].tolist()


# --- archives -------------------------------------------------------------------------------------------------------


def packed(path, *parts, under=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, f"{under}{part.name}")
    return path


def test_zipped_layers_of_every_kind(tmp_path):
    shp = shapefile(tmp_path / "a", "GBK", cpg="GBK")
    gdb = geodatabase(tmp_path / "b.gdb", "单元")
    gpkg = geopackage(tmp_path / "c.gpkg", "单元")
    archives = [
        packed(tmp_path / "a.zip", *shp.parent.iterdir(), under="数据/"),
        packed(tmp_path / "b.gdb.zip", *gdb.iterdir(), under="b.gdb/"),
        packed(tmp_path / "b.zip", *gdb.iterdir()),
        packed(tmp_path / "c.zip", gpkg),
        packed(tmp_path / "d.zip", written(tmp_path, collection(feature(HJGKDYMC="甲")))),
    ]
    raws = [read(path) for path in archives]
    assert [raw.layer for raw in raws] == ["units", "单元", "单元", "单元", "u"]
    assert [raw.frame["HJGKDYMC"].iloc[0] for raw in raws] == [NAMES[0]] * 4 + ["甲"]
    assert raws[0].encoding_source == "cpg"


def test_names_in_a_zip_of_a_chinese_windows(tmp_path):
    shp = shapefile(tmp_path / "a", "GBK")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in shp.parent.iterdir():
            about = zipfile.ZipInfo(f"AAAAAAAA{part.suffix}")
            archive.writestr(about, part.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"AAAAAAAA", "管控单元".encode("gbk")))
    raw = read(path)
    assert (raw.layer, raw.frame["HJGKDYMC"].tolist()) == ("管控单元", NAMES)


def test_a_zip_of_several_layers_asks_which(tmp_path):
    one, two = shapefile(tmp_path / "a", name="单元"), shapefile(tmp_path / "b", name="旧版")
    path = packed(tmp_path / "a.zip", *one.parent.iterdir(), *two.parent.iterdir())
    assert "单元、旧版" in fault(path).message_zh
    assert read(path, layer="旧版").layer == "旧版"
    assert fault(path, layer="新版").key == "PATH_MISSING.layer"


def test_zips_that_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    packed(path, written(tmp_path, {}, name="readme.txt"))
    assert fault(path).key == "FILE_UNREADABLE.nolayer"
    shp = shapefile(tmp_path / "a")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(shp, "../units.shp")
    assert fault(path).key == "FILE_UNREADABLE.traversal"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("units.geojson", b" " * 50_000_000)
    assert fault(path).key == "FILE_UNREADABLE.bomb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(shp, "units.shp")
    assert fault(path).key == "FILE_UNREADABLE.sidecar"


# --- what no format may do --------------------------------------------------------------------------------------------

VIRTUAL = (
    b'<OGRVRTDataSource><OGRVRTLayer name="u"><SrcDataSource>u.shp</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
)


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".zip"])
def test_a_virtual_layer_under_another_name_is_not_opened(tmp_path, suffix):
    path = tmp_path / f"u{suffix}"
    path.write_bytes(VIRTUAL)
    assert fault(path).key == "FILE_UNREADABLE.magic"


@pytest.mark.parametrize("suffix", VECTOR_SUFFIXES)
def test_what_is_missing_empty_or_a_folder(tmp_path, suffix):
    path = tmp_path / f"u{suffix}"
    assert fault(path).code == "PATH_MISSING"
    path.write_bytes(b"")
    assert fault(path).code == "FILE_UNREADABLE"
    path.unlink()
    path.mkdir()
    assert fault(path).code == "FILE_UNREADABLE"


def test_formats_that_are_not_read_are_listed(tmp_path):
    path = tmp_path / "u.kml"
    assert fault(path).code == "PATH_MISSING"
    path.write_text("<kml/>", encoding="ascii")
    found = fault(path)
    assert found.key == "FILE_UNREADABLE.format"
    assert ".gpkg" in found.message_zh


def test_links_and_odd_names_lead_to_the_file_that_is_meant(tmp_path):
    plain, folder = tmp_path / "plain", tmp_path / "数据!a.zip (1) #?%20"
    shapefile(plain)
    geopackage(plain / "u.gpkg", "u")
    written(plain, collection(feature(HJGKDYMC=NAMES[0])))
    geodatabase(plain / "u.gdb", "u")
    UNITS.to_file(plain / "u.fgb", driver="FlatGeobuf")
    UNITS.to_parquet(plain / "u.parquet")
    packed(plain / "u.zip", plain / "u.gpkg")
    shutil.copytree(plain, folder)
    for name in ("units.shp", "u.gpkg", "u.geojson", "u.gdb", "u.fgb", "u.parquet", "u.zip"):
        assert NAMES[0] in read(folder / name).frame["HJGKDYMC"].tolist()
    link = tmp_path / "link.gpkg"
    link.symlink_to(folder / "u.gpkg")
    assert len(read(link).frame) == 2


def test_relative_paths_are_read_from_the_current_folder(tmp_path, monkeypatch):
    shapefile(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert len(read(Path("units.shp")).frame) == 2


def test_geometry_that_no_overlay_knows_is_an_error(tmp_path):
    path = geopackage(tmp_path / "u.gpkg", "u")
    triangle = struct.pack("<BII", 1, 17, 1) + struct.pack("<I", 4) + struct.pack("<8d", 0, 0, 0, 1, 1, 1, 0, 0)
    tin = struct.pack("<BII", 1, 16, 1) + triangle
    with sqlite3.connect(path) as database:
        without_triggers(database)
        head = database.execute("SELECT substr(geom, 1, 8) FROM u").fetchone()[0]
        database.execute("UPDATE u SET geom = ?", (head[:3] + bytes([head[3] & 1]) + head[4:8] + tin,))
    database.close()
    assert fault(path).key == "FILE_UNREADABLE.geometry"


def test_rings_that_are_not_closed_are_named_by_row(tmp_path):
    open_ring = {"type": "Polygon", "coordinates": [[[118, 24], [118, 25], [119, 25]]]}
    found = fault(written(tmp_path, collection(feature(), feature(open_ring), feature(None), feature(open_ring))))
    assert (found.code, found.key) == ("GEOM_INVALID", "GEOM_INVALID.unbuilt")
    assert (found.row, found.value) == (2, "2、4")


def test_curves_become_lines(tmp_path):
    path = geopackage(tmp_path / "u.gpkg", "u")
    arc = struct.pack("<BII", 1, 8, 5) + struct.pack("<10d", 0, 0, 1, 1, 2, 0, 1, -1, 0, 0)
    curve = struct.pack("<BII", 1, 10, 1) + arc
    with sqlite3.connect(path) as database:
        without_triggers(database)
        head = database.execute("SELECT substr(geom, 1, 8) FROM u").fetchone()[0]
        database.execute("UPDATE u SET geom = ?", (head[:3] + bytes([head[3] & 1]) + head[4:8] + curve,))
    database.close()
    shape = read(path).frame.geometry.iloc[0]
    assert shape.geom_type in ("Polygon", "MultiPolygon")
    assert shape.area == pytest.approx(np.pi, rel=0.01)


def test_connection_strings_are_shown_without_passwords():
    for path in (
        "postgresql://me:s3cret@db:5433/gis",
        "postgres://me@db:5433/gis?password=s3cret&sslmode=require",
        "PG:host=db port=5433 dbname=gis user=me password='s3cret'",
    ):
        assert is_database(path)
        assert masked(path) == "postgresql://me@db:5433/gis"
    assert masked("postgresql://me:s3cret@[broken") == "postgresql://…"
    with pytest.raises(InputError) as raised:
        read_layer(None, LayerInput(path="PG:host=db s3cret"))
    assert "s3cret" not in str(raised.value.findings)
    assert raised.value.findings[0].key == "FILE_UNREADABLE.connection"
