"""Layers out of a real PostGIS, started for the test in a folder of its own and reached through a socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import geopandas as gpd
import psycopg
import pytest
import shapely

import zoning
from zoning.errors import InputError
from zoning.io.read.vector.vectors import read_layer
from zoning.study import LayerInput

pytestmark = pytest.mark.debian
DEMO = Path(__file__).parents[2] / "data" / "demo"
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
EXTENSION = max(Path("/usr/share/postgresql").glob("*/extension/postgis.control"), default=None)
SQUARES = [shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)]
TABLES = """
CREATE EXTENSION postgis;
CREATE SCHEMA "规划";
CREATE TABLE "规划"."环境管控单元" (id int PRIMARY KEY, "HJGKDYBM" text, "名 称" varchar(80),
    mj numeric(12, 3), since date, tags text[], geom geometry(Polygon, 4549));
INSERT INTO "规划"."环境管控单元" VALUES
    (2, 'ZH99010110002', '示例镇优先保护单元', NULL, '2020-01-02', '{a,b}', ST_MakeEnvelope(1000, 0, 2000, 1000, 4549)),
    (1, 'ZH99010120001', '示例镇重点管控单元', 1.5, NULL, NULL, ST_MakeEnvelope(0, 0, 1000, 1000, 4549));
CREATE VIEW public.units AS SELECT * FROM "规划"."环境管控单元" WHERE mj IS NOT NULL;
CREATE TABLE public.plain (a int);
CREATE TABLE public.empty (a int, geom geometry(Polygon, 4490));
CREATE TABLE public.mixed (a int, geom geometry);
INSERT INTO public.mixed VALUES (1, ST_MakeEnvelope(0, 0, 1, 1, 4490)), (2, ST_MakeEnvelope(0, 0, 1, 1, 4549));
CREATE TABLE public.nowhere (a int, geom geometry);
INSERT INTO public.nowhere VALUES (1, ST_MakeEnvelope(0, 0, 1, 1)), (2, NULL);
CREATE TABLE public.curves (a int, geom geometry(CurvePolygon, 4549));
INSERT INTO public.curves VALUES (1, ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(0 0, 1 1, 2 0, 1 -1, 0 0))', 4549));
CREATE TABLE public.globe (a int, geog geography(Polygon, 4326));
INSERT INTO public.globe VALUES (1, ST_MakeEnvelope(118, 24, 119, 25, 4326)::geography);
CREATE TABLE public.two (a int, one geometry(Polygon, 4549), other geometry(Point, 4549));
INSERT INTO public.two VALUES (1, ST_MakeEnvelope(0, 0, 1, 1, 4549), ST_SetSRID(ST_MakePoint(0, 0), 4549));
CREATE TABLE public.own (a int, geom geometry);
INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext) SELECT 990001, NULL, NULL, srtext
    FROM spatial_ref_sys WHERE srid = 4549;
INSERT INTO public.own VALUES (1, ST_MakeEnvelope(0, 0, 1, 1, 990001));
CREATE TABLE public."drop table x; --" (a int, geom geometry(Polygon, 4490));
INSERT INTO public."drop table x; --" VALUES (1, ST_MakeEnvelope(118, 24, 119, 25, 4490));
CREATE VIEW public.slow AS SELECT a, geom FROM public.own, pg_sleep(60);
CREATE ROLE reader LOGIN PASSWORD 's3cret@字';
GRANT USAGE ON SCHEMA "规划" TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public, "规划" TO reader;
"""


def run(*words):
    """Run a program of PostgreSQL, which refuses to be root."""
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return subprocess.run([*as_postgres, *map(str, words)], check=True, capture_output=True, timeout=120, cwd="/")


@pytest.fixture(scope="module")
def server():
    """Folder of the socket of a server with PostGIS and a few tables."""
    if PROGRAMS is None or EXTENSION is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("PostgreSQL with PostGIS is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # sockets have short names, and postgres must reach it
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, control = folder / "data", PROGRAMS.with_name("pg_ctl")
    try:
        run(PROGRAMS, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        (data / "pg_hba.conf").write_text("local all reader scram-sha-256\nlocal all all trust\n", encoding="ascii")
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run(control, "-D", data, "-o", settings, "-l", folder / "log", "-w", "start")
        try:
            with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE gis")
                connection.execute("CREATE DATABASE bare")
            with psycopg.connect(host=str(folder), user="postgres", dbname="gis") as connection:
                connection.execute(TABLES)
            yield folder
        finally:
            run(control, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def read(server, layer, database="gis", **declared):
    return read_layer(
        Path(), LayerInput(path=f"postgresql:///{database}?host={server}&user=postgres", layer=layer, **declared)
    )


def fault(server, layer, database="gis"):
    with pytest.raises(InputError) as raised:
        read(server, layer, database)
    (found,) = raised.value.findings
    assert found.file == f"postgresql://postgres@{server}/{database}"
    return found


@pytest.mark.parametrize("layer", ["环境管控单元", "规划.环境管控单元", "规划.环境管控单元.geom"])
def test_a_table_is_read_in_the_order_of_its_key(server, layer):
    raw = read(server, layer)
    assert raw.layer == "规划.环境管控单元"
    assert raw.frame["id"].tolist() == [1, 2]
    assert raw.frame["名 称"].tolist() == ["示例镇重点管控单元", "示例镇优先保护单元"]
    assert raw.frame["mj"].iloc[0] == 1.5
    assert raw.frame["mj"].isna().tolist() == [False, True]
    assert raw.frame["since"].tolist()[1] == "2020-01-02"
    assert raw.frame.crs.to_epsg() == 4549
    assert shapely.equals(raw.frame.geometry.to_numpy(), SQUARES).all()


def test_a_string_as_gdal_writes_it(server):
    declared = LayerInput(path=f"PG:host={server} user=postgres dbname=gis", layer="units", crs="EPSG:4549")
    raw = read_layer(Path(), declared)
    assert raw.frame["HJGKDYBM"].tolist() == ["ZH99010120001"]
    assert raw.declared["crs"] == "EPSG:4549"


def test_views_geographies_curves_and_own_systems(server):
    assert read(server, "units").frame["HJGKDYBM"].tolist() == ["ZH99010120001"]
    assert read(server, "globe").frame.crs.to_epsg() == 4326
    assert read(server, "curves").frame.geometry.iloc[0].area == pytest.approx(3.14159, rel=0.01)
    assert read(server, "own").frame.crs.name == "CGCS2000 / 3-degree Gauss-Kruger CM 120E"
    nowhere = read(server, "nowhere").frame
    assert nowhere.crs is None
    assert nowhere.geometry.isna().tolist() == [False, True]
    assert len(read(server, "drop table x; --").frame) == 1


@pytest.mark.parametrize(
    ("layer", "key", "named"),
    [
        ("", "PATH_MISSING.several", "规划.环境管控单元"),
        ("nothing", "PATH_MISSING.layer", "public.units"),
        ("plain", "FILE_UNREADABLE.nogeometry", ""),
        ("public.plain", "FILE_UNREADABLE.nogeometry", ""),
        ("empty", "FILE_UNREADABLE.nofeatures", "empty"),
        ("mixed", "CRS_CONTRADICTS.several", "4490"),
        ("two", "PATH_MISSING.several", "public.two.other"),
    ],
)
def test_what_cannot_be_read_says_why(server, layer, key, named):
    found = fault(server, layer)
    assert found.key == key
    assert named in found.message_zh
    assert named in found.message_en


def test_one_of_two_columns_is_named(server):
    assert read(server, "public.two.other").frame.geometry.iloc[0] == shapely.Point(0, 0)


def test_a_database_without_postgis(server):
    assert fault(server, "x", "bare").key == "FILE_UNREADABLE.postgis"


def test_a_database_that_is_not_there(server):
    found = fault(server, "x", "none")
    assert found.key == "FILE_UNREADABLE.database"
    assert "none" in found.message_en


def test_a_password_is_used_and_never_shown(server):
    path = f"postgresql://reader:s3cret%40%E5%AD%97@/gis?host={server}"
    raw = read_layer(Path(), LayerInput(path=path, layer="规划.环境管控单元"))
    assert len(raw.frame) == 2
    assert raw.file == f"postgresql://reader@{server}/gis"
    with pytest.raises(InputError) as raised:
        read_layer(Path(), LayerInput(path=path.replace("s3cret", "wr0ng"), layer="units"))
    (found,) = raised.value.findings
    assert found.key == "FILE_UNREADABLE.database"
    for text in (found.message_zh, found.message_en, found.fix_zh, found.file, str(raised.value), repr(found)):
        assert "wr0ng" not in text


def test_a_query_that_takes_too_long_is_given_up(server, monkeypatch):
    limits = {
        "connect_seconds": 10.0,
        "statement_seconds": 1.0,
        "layer_fields": 2000.0,
        "table_cells": 2e7,
        "vertices": 2e8,
    }
    monkeypatch.setattr("zoning.io.read.vector.postgis.numbers", lambda _: limits)
    found = fault(server, "slow")
    assert found.key == "FILE_UNREADABLE"
    assert "timeout" in found.message_en


def test_nothing_can_be_written(server):
    from zoning.io.read.vector.postgis import _connected

    with _connected(f"postgresql:///gis?host={server}&user=postgres", "gis") as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("DROP TABLE public.plain")
        connection.rollback()


def test_a_study_runs_on_units_from_the_database_and_keeps_no_password(server, tmp_path, demo_result):
    frame = gpd.read_file(DEMO / "units" / "HJGKDY_990100.shp")
    with psycopg.connect(host=str(server), user="postgres", dbname="gis") as connection:
        connection.execute(
            "CREATE TABLE public.hjgkdy (code text PRIMARY KEY, class text, geom geometry(Geometry, 4549))"
        )
        for code, written, shape in zip(frame["HJGKDYBM"], frame["GKDYFL"], frame.geometry, strict=True):
            row = (code, written, shapely.to_wkb(shape))
            connection.execute("INSERT INTO public.hjgkdy VALUES (%s, %s, ST_SetSRID(ST_GeomFromWKB(%s), 4549))", row)
        connection.execute("GRANT SELECT ON public.hjgkdy TO reader")
    shutil.copytree(DEMO, tmp_path / "study")
    study = tmp_path / "study" / "study.toml"
    path = f"postgresql://reader:s3cret%40%E5%AD%97@/gis?host={server}"
    lines = f'path = "{path}"\nlayer = "hjgkdy"\nfields = {{ code = "code", unit_class = "class" }}'
    text = study.read_text(encoding="utf-8").replace('path = "units/HJGKDY_990100.shp"', lines)
    study.write_text(text, encoding="utf-8")
    result = zoning.run(zoning.read_study(study))
    assert result.decisions["decision"].to_dict() == demo_result.decisions["decision"].to_dict()
    zoning.publish(result, tmp_path / "out")
    for file in sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file()):
        assert b"s3cret" not in file.read_bytes(), file.name
