"""A result on disk and back: every part equal, foreign and damaged folders refused, earlier outputs never harmed."""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
import xarray as xr
from pandas.testing import assert_frame_equal
from pyproj import CRS
from tests.cases.six_units import CODES, NAMES, six_units

from zoning.clauses import AccessList
from zoning.consultation import Comment, Suggestion
from zoning.crs import same_crs
from zoning.errors import ResultError
from zoning.io.read.results import read_result
from zoning.io.runs import FINDINGS, GEOPACKAGE, LEDGER, MANIFEST, run_folder, sha256, write_manifest
from zoning.io.write.finding_rows import write_findings
from zoning.io.write.geopackage import write_geopackage
from zoning.io.write.tables import recast, write_ledger, write_units
from zoning.judge import Standing, register_table
from zoning.ledger import Ledger
from zoning.register import Override, Register, Unapplied
from zoning.result import Result
from zoning.supports import ControlUnits, ElementZones
from zoning.vocab import DecisionCode
from zoning.workbook import write_workbook

FILES = (GEOPACKAGE, LEDGER, FINDINGS, "control_units.parquet", "workbook.xlsx")


def publish(result: Result, target: Path, lang: str = "zh") -> Path:
    with run_folder(target) as folder:
        write_geopackage(result, folder / GEOPACKAGE, lang)
        write_ledger(result.ledger, folder / LEDGER)
        write_findings(result.findings, folder / FINDINGS)
        write_units(result, folder / "control_units.parquet")
        write_workbook(result, folder / "workbook.xlsx", lang)
        write_manifest(folder, result, FILES)
    return target


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    return publish(six_units(), tmp_path_factory.mktemp("run") / "out")


@pytest.fixture
def copy(out, tmp_path) -> Path:
    for path in out.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def assert_same_frame(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Equal values, exact floats, equal column and index names; geometries by coordinates."""
    assert list(one.columns.drop("geometry", errors="ignore")) == list(other.columns.drop("geometry", errors="ignore"))
    plain, other_plain = (pd.DataFrame(frame.drop(columns="geometry", errors="ignore")) for frame in (one, other))
    assert_frame_equal(plain, other_plain, check_exact=True)
    if "geometry" in one:
        assert same_crs(CRS(one.crs), CRS(other.crs))
        assert shapely.equals_exact(one.geometry.to_numpy(), other.geometry.to_numpy(), 0.0).all()


def assert_same(one: Result, other: Result) -> None:
    assert (one.lists, one.findings, one.provenance) == (other.lists, other.findings, other.provenance)
    assert one.study.model_copy(update={"root": Path()}) == other.study
    assert repr(one.reasons) == repr(other.reasons)  # NaN is not equal to itself, its text is
    xr.testing.assert_identical(one.ledger.data, other.ledger.data)
    assert one.ledger.columns == other.ledger.columns
    for name in ("conservation", "proxy_audit", "decisions", "fragments"):
        assert_same_frame(getattr(one, name), getattr(other, name))
    assert_same_frame(one.units.frame, other.units.frame)
    assert [zones.element for zones in one.zones] == [zones.element for zones in other.zones]
    for zones, read in zip(one.zones, other.zones, strict=True):
        assert_same_frame(zones.frame, read.frame)
    if one.emitters is None or other.emitters is None:
        assert one.emitters is other.emitters
    else:
        assert_same_frame(one.emitters.frame, other.emitters.frame)
        assert (one.emitters.species, one.emitters.counted) == (other.emitters.species, other.emitters.counted)


def test_every_part_comes_back_equal(out):
    assert_same(six_units(), read_result(out))


def test_what_is_published_again_has_the_same_bytes(out, tmp_path):
    again = publish(read_result(out), tmp_path / "again")
    assert {path.name: sha256(path) for path in again.iterdir()} == {path.name: sha256(path) for path in out.iterdir()}


def test_the_example_city_comes_back_equal(demo_result, tmp_path):
    back = read_result(publish(demo_result, tmp_path / "out"))
    xr.testing.assert_identical(back.ledger.data, recast(demo_result.ledger.data, lambda text: text))
    assert_frame_equal(back.decisions, demo_result.decisions, check_exact=True)
    assert (back.lists, back.findings, back.provenance) == (
        demo_result.lists,
        demo_result.findings,
        demo_result.provenance,
    )
    assert back.emitters.species == demo_result.emitters.species
    for one, other in zip((back.units, *back.zones), (demo_result.units, *demo_result.zones), strict=True):
        assert one.codes == other.codes
        assert shapely.equals(one.geometries, other.geometries).all()
        assert (shapely.area(one.geometries) == shapely.area(other.geometries)).all()


def test_explain_works_on_what_was_read(out):
    assert read_result(out).explain(CODES[0]) == six_units().explain(CODES[0])


def test_an_empty_result_comes_back(tmp_path):
    result = six_units()
    empty = dataclasses.replace(
        result, zones=(), emitters=None, lists=(AccessList("unit"),), reasons=(), findings=(),
        fragments=result.fragments.iloc[:0], ledger=Ledger(result.ledger.data.isel(fragment=slice(0))),
        conservation=result.conservation.iloc[:0], proxy_audit=result.proxy_audit.iloc[:0],
    )  # fmt: skip
    assert_same(empty, read_result(publish(empty, tmp_path / "out")))


def test_emitters_that_are_context_only_stay_so(tmp_path):
    result = six_units()
    context = dataclasses.replace(result, emitters=dataclasses.replace(result.emitters, counted=False))
    assert read_result(publish(context, tmp_path / "out")).emitters.counted is False


def test_columns_a_geopackage_would_confuse_come_back(tmp_path):
    result = six_units()
    frame = result.units.frame.assign(
        FID=range(6), Code="x", geom="y", decision="theirs", list=[["a"], [], ["b", "c"], [], [], []]
    )
    odd = dataclasses.replace(result, units=ControlUnits(frame))
    back = read_result(publish(odd, tmp_path / "out"))
    assert_same(odd, back)
    assert list(back.units.frame["list"])[2] == ["b", "c"]
    layer = pyogrio.read_dataframe(tmp_path / "out" / GEOPACKAGE, layer="control_units")
    assert set(layer["decision"]) == set(result.decisions["decision"])  # ours keeps its name, theirs gets a number
    assert set(layer["decision_2"]) == {"theirs"}


def test_two_layers_of_one_element_and_a_projection_without_a_code(tmp_path):
    result = six_units()
    albers = "+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +datum=WGS84 +units=m"
    more = ElementZones("air", result.zones[0].frame.to_crs(albers))
    twice = dataclasses.replace(result, zones=(*result.zones, more))
    assert_same(twice, read_result(publish(twice, tmp_path / "out")))


def test_a_multipolygon_of_one_part_comes_back_as_its_polygon(tmp_path):
    result = six_units()
    frame = result.units.frame
    frame.geometry = [shapely.MultiPolygon([one]) if one.geom_type == "Polygon" else one for one in frame.geometry]
    back = read_result(publish(dataclasses.replace(result, units=ControlUnits(frame)), tmp_path / "out"))
    assert_same(result, back)


@pytest.mark.parametrize("name", [GEOPACKAGE, LEDGER, FINDINGS])
def test_a_changed_part_is_named(copy, name):
    with (copy / name).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(ResultError, match=re.escape(name)):
        read_result(copy)


@pytest.mark.parametrize("name", [GEOPACKAGE, LEDGER, FINDINGS])
def test_a_missing_part_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(ResultError, match=re.escape(name)):
        read_result(copy)


def test_deliverables_may_be_changed_or_missing(copy):
    (copy / "workbook.xlsx").write_bytes(b"notes of a planner")
    (copy / "control_units.parquet").unlink()
    assert_same(six_units(), read_result(copy))


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schema": 3}', '{"schema": 99, "outputs": {}}', '{"outputs": {}}', "\x00"]
)
def test_a_manifest_that_is_not_ours_is_refused(tmp_path, content):
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(ResultError):
        read_result(tmp_path)


def test_a_folder_without_manifest_is_refused_with_the_fix(tmp_path):
    with pytest.raises(ResultError) as caught:
        read_result(tmp_path)
    assert "run.json" in caught.value.zh
    assert "zoning run" in caught.value.en


def test_damage_behind_a_right_hash_is_no_traceback(copy):
    manifest = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    for name, content in ((FINDINGS, b"[{}]"), (GEOPACKAGE, b"no database")):
        kept = (copy / name).read_bytes()
        (copy / name).write_bytes(content)
        outputs = manifest["outputs"] | {name: sha256(copy / name)}
        (copy / MANIFEST).write_text(json.dumps(manifest | {"outputs": outputs}), encoding="utf-8")
        with pytest.raises(ResultError):
            read_result(copy)
        (copy / name).write_bytes(kept)


def test_the_manifest_has_hashes_but_no_dates_and_no_places(out):
    text = (out / MANIFEST).read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert list(manifest) == ["schema", "edition", "study", "seed", "versions", "inputs", "settings", "outputs"]
    assert manifest["outputs"] == {name: sha256(out / name) for name in FILES}
    assert "root" not in manifest["study"]
    assert str(out.parent) not in text
    assert "tolerance" not in manifest["study"]  # as given: what the user did not write is not there
    assert not re.search(r"20\d\d-\d\d-\d\d", text)


# The folder of a run -------------------------------------------------------------------------------------------------


def test_a_foreign_folder_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ResultError, match=r"run\.json"), run_folder(tmp_path):
        pytest.fail("the block must not start")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_run_json_of_another_program_does_not_make_a_folder_ours(tmp_path):
    (tmp_path / MANIFEST).write_text('{"name": "npm"}')
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ResultError), run_folder(tmp_path):
        pytest.fail("the block must not start")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(ResultError), run_folder(tmp_path / "out"):
        pytest.fail("the block must not start")


def test_missing_and_empty_folders_are_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new/deep"):
        with run_folder(tmp_path / name) as folder:
            (folder / "a.txt").write_text("a")
        assert [path.name for path in (tmp_path / name).iterdir()] == ["a.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "new"]


def test_files_of_the_user_beside_ours_are_kept(copy):
    (copy / "notes").mkdir()
    (copy / "notes" / "会议.txt").write_text("keep")
    publish(six_units(), copy)
    assert (copy / "notes" / "会议.txt").read_text() == "keep"
    assert_same(six_units(), read_result(copy))


def test_a_file_of_the_user_is_never_overwritten(copy):
    (copy / "map.html").write_text("theirs")
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    with pytest.raises(ResultError, match=r"map\.html"), run_folder(copy) as folder:
        (folder / "map.html").write_text("ours")
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


def test_outputs_a_new_run_does_not_make_are_gone(copy):
    with run_folder(copy) as folder:
        (folder / MANIFEST).write_text('{"schema": 3, "outputs": {}}')
    assert [path.name for path in copy.iterdir()] == [MANIFEST]


@pytest.mark.parametrize("after", ["moved", "swapped"])
def test_a_swap_that_the_machine_stopped_is_mended(tmp_path, after):
    old = publish(six_units(), tmp_path / "out")
    before = {path.name: path.read_bytes() for path in old.iterdir()}
    old.rename(tmp_path / ".out.previous")
    if after == "swapped":
        publish(six_units(), tmp_path / "fresh").rename(tmp_path / "out")
    with pytest.raises(RuntimeError), run_folder(tmp_path / "out"):
        raise RuntimeError
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_cannot_be_moved_is_a_plain_error(copy, monkeypatch):
    before = {path.name: path.read_bytes() for path in copy.iterdir()}

    def refuse(self, target):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ResultError, match="Excel"), run_folder(copy) as folder:
        (folder / MANIFEST).write_text("{}")
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


# What other programs see ---------------------------------------------------------------------------------------------


def test_geopackage_opens_styled_everywhere(out):
    with closing(sqlite3.connect(f"file:{out / GEOPACKAGE}?mode=ro", uri=True)) as book:
        assert book.execute("PRAGMA user_version").fetchone() == (10_300,)
        assert book.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert book.execute("PRAGMA foreign_key_check").fetchall() == []
        row = "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
        assert book.execute(row).fetchone() == ("attributes",)
        styles = book.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD, description FROM layer_styles"
        ).fetchall()
        aliases = dict(
            book.execute(
                "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'control_units'"
            ).fetchall()
        )
        dates = {row[0] for row in book.execute("SELECT last_change FROM gpkg_contents")}
    assert {row[1] for row in styles} == {"geom"}
    assert [row[0] for row in styles if row[2]] == ["control_units", "zones_air", "zones_energy"]
    default = next(row for row in styles if row[0] == "control_units" and row[2])
    assert 'attr="decision"' in default[3]
    assert "需要碳条款" in default[3]
    assert "<ogc:PropertyName>decision</ogc:PropertyName>" in default[4]
    assert 'field="CO2_all_2020_t" index="27" name="CO2 合计 2020（t/a）"' in default[3]
    assert (aliases["area_m2"], aliases["decision_label"]) == ("椭球面积（m²）", "决定")
    assert dates == {"2000-01-01T00:00:00.000Z"}


def test_index_of_an_alias_is_that_of_the_attribute_in_qgis(out):
    """QGIS counts fid first."""
    with closing(sqlite3.connect(out / GEOPACKAGE)) as book:
        names = [row[1] for row in book.execute("PRAGMA table_info('control_units')") if row[1] != "geom"]
        style = book.execute(
            "SELECT styleQML FROM layer_styles WHERE f_table_name = 'control_units' AND useAsDefault"
        ).fetchone()[0]
    shown = re.findall(r'<alias field="([^"]+)" index="(\d+)"', style)
    assert [(names[int(index)]) for _, index in shown] == [name for name, _ in shown]
    assert names[0] == "fid"


def test_the_layer_of_units_says_what_was_decided(out):
    layer = pyogrio.read_dataframe(out / GEOPACKAGE, layer="control_units").set_index("code")
    assert layer.loc[CODES[0], "decision_label"] == "需要碳条款"
    assert layer.loc[CODES[0], "reasons"] == "R1-KEY; R3-GAP"
    assert layer.loc[CODES[5], "resolution"] == "2"
    assert np.isnan(layer.loc[CODES[5], "uncovered_co2_lo_t"])
    assert layer.loc[CODES[1], "name"] == NAMES[1]
    assert CRS(layer.crs).to_epsg() == 4549


def test_english_geopackage(tmp_path):
    write_geopackage(six_units(), tmp_path / "en.gpkg", "en")
    layer = pyogrio.read_dataframe(tmp_path / "en.gpkg", layer="control_units").set_index("code")
    assert layer.loc[CODES[0], "decision_label"] == "needs a carbon clause"
    assert layer.loc[CODES[0], "sentence"] == "why 0"


def test_geoparquet_has_a_row_per_unit_units_in_names_and_a_box(out):
    table = gpd.read_parquet(out / "control_units.parquet").set_index("code")
    assert table.loc[CODES[0], "CO2_power_2020_t"] == 1_200_000.7
    assert np.isnan(table.loc[CODES[5], "CO2_residential_2020_t"])
    assert table.loc[CODES[0], "emission_located_SO2_power_2020_t"] == 901.5
    assert table.loc[CODES[3], "decision"] == "WATCH"
    assert CRS(table.crs).to_epsg() == 4549
    stored = pq.ParquetFile(out / "control_units.parquet")
    about = json.loads(stored.schema_arrow.metadata[b"geo"])
    assert about["version"] == "1.1.0"
    assert about["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert stored.metadata.row_group(0).column(0).compression == "ZSTD"
    assert stored.schema_arrow.field("CO2_power_2020_t").type == "double"
    near = gpd.read_parquet(out / "control_units.parquet", bbox=(4e5, 2.7e6, 4.001e5, 2.7001e6))
    assert list(near["code"]) == [CODES[0]]


def test_netcdf_is_plain_cf(out):
    data = xr.load_dataset(out / LEDGER)
    assert data.attrs["Conventions"].startswith("CF-")
    assert data["emission"].attrs["units"] == "t yr-1"
    assert all({"units", "long_name", "long_name_en", "source"} <= set(data[name].attrs) for name in data.data_vars)
    assert str(data["synergy_class"].sel(unit=CODES[0]).item()) == "KEY_SYNERGY"
    assert float(data["emission"].sel(unit=CODES[0], species="CO2", sector="power", year=2020)) == 1_200_000.7


def test_findings_are_rows(out):
    rows = json.loads((out / FINDINGS).read_text(encoding="utf-8"))
    assert rows[2] == {
        "code": "POINT_OUTSIDE", "severity": "warning", "file": "p.csv", "layer": "", "row": 7,
        "field": "lon", "value": "=1",
        "message_zh": "点在单元外", "message_en": "point outside", "fix_zh": "核对坐标", "fix_en": "check",
    }  # fmt: skip


def with_people() -> Result:
    """The six units with a register and with comments on their list."""
    made = Override(
        "OV1", CODES[0], None, DecisionCode.WATCH, "张三", "2024-01-02", "=已关停", valid_until="2024-12-31"
    )
    late = Unapplied("OV2", "decision", CODES[1], "", "WATCH", "李四", "", "", "reason")
    register = register_table(Register(unapplied=(late,)), [Standing(made, "reopened", "expired", "NEED", "abc")])
    comments = (
        Comment("意见.xlsx", "汇总", 3, 1, "甲局", f"{CODES[0]}，建议核实。"),
        Comment("意见.xlsx", "汇总", 4, 2, "乙局", "=1+1", place="第1条", answer="已采纳"),
    )
    known = (Suggestion("STUDY", "请核实", "look"), Suggestion("NONE", "无", "none"))
    return dataclasses.replace(six_units(), register=register, comments=comments, suggestions=known)


def test_register_and_comments_come_back_equal(tmp_path):
    one = with_people()
    two = read_result(publish(one, tmp_path / "out"))
    assert_same_frame(one.register, two.register)
    assert list(two.register["state"]) == ["expired", "refused"]
    assert (one.comments, one.suggestions) == (two.comments, two.suggestions)
    assert one.answers() == two.answers()
    assert [row.answer for row in two.answers("en")][1] == "已采纳"


def test_the_audit_of_what_was_read_is_that_of_the_run(out):
    one, two = six_units().audit, read_result(out).audit
    assert one.findings == two.findings
    for name, table in one.tables.items():
        assert_frame_equal(table, two.tables[name])
