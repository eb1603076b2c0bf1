"""The workbook of an inventory, its way through a GeoPackage, and a review that a person fills in."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from tests.cases.plain_inventory import HOSTILE, plain_inventory
from tests.cases.six_units import six_units

import zoning
from zoning.errors import InputError, StudyError
from zoning.io.write.geopackage import write_geopackage
from zoning.messages import say
from zoning.pipeline.inventorying import publish_inventory
from zoning.study import parse_study
from zoning.workbook.cover import limits_of_trust
from zoning.workbook.inventory import inventory_sheets, write_inventory

ROOT = Path(__file__).parents[2]
CJK = re.compile("[\u4e00-\u9fff]")
NUMERIC = {"number", "integer", "share", "ratio", "small", "science", "year"}


@pytest.fixture(scope="module")
def study():
    return zoning.read_study(ROOT / "data" / "demo" / "inventory.toml")


@pytest.fixture(scope="module")
def inventory(study):
    return zoning.build_inventory(study)


@pytest.fixture
def city(tmp_path):
    """A copy of the example city that a test may change."""
    folder = tmp_path / "city"
    shutil.copytree(ROOT / "data" / "demo", folder)
    return folder


def bare_study():
    return parse_study(
        {"study": {"name": "示例", "admin_code": "990100"}, "years": {"base": 2020}, "units": {"path": "u.shp"}}, "."
    )


def sheet(inventory, study, key, lang="zh"):
    return next(one for one in inventory_sheets(inventory, study, lang) if one.key == key)


def cells(one, number=0):
    table = one.tables[number]
    return [dict(zip([column.name for column in table.columns], row, strict=True)) for row in table.rows]


def test_every_column_is_in_the_dictionary_and_no_number_is_without_unit(inventory, study):
    for lang in ("zh", "en"):
        sheets = inventory_sheets(inventory, study, lang)
        listed = {(row[0], row[1]) for row in sheets[-1].tables[0].rows}
        for one in sheets:
            for table in one.tables:
                for number, column in enumerate(table.columns):
                    values = [row[number] for row in table.rows]
                    assert (say(f"book.{one.key}.tab", lang), column.title) in listed
                    assert all((column.meaning_zh, column.meaning_en, column.source)), column
                    numeric = any(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
                    assert column.unit or not (numeric and column.kind in NUMERIC), column


def test_enterprises_by_hand():
    rows = cells(sheet(plain_inventory(), bare_study(), "inv_enterprises"))
    assert [row["name"] for row in rows] == ["示例热电", HOSTILE, "示例许可"], "largest first, unknown last"
    assert rows[0]["CO2"] == 207_636.0
    assert rows[2]["CO2"] != rows[2]["CO2"], "an enterprise that only a permit knows has no number and not 0"
    assert rows[0]["tier"] == "measured"
    assert rows[1]["rows"] == "排污许可 3；重点用能单位 3"


def test_cover_says_what_was_found_by_hand():
    said = {row["item"]: row["content"] for row in cells(sheet(plain_inventory(), bare_study(), "inv_cover"))}
    assert said[say("book.inv.fact.enterprises", "zh")] == "3"
    assert said[say("book.inv.fact.permit_only", "zh")] == "1"
    assert said[say("book.inv.fact.co2", "zh")].startswith("207,852")
    assert said[say("book.inv.fact.unsure", "zh")] == "1"


def test_pairs_that_are_held_as_one_come_first_and_can_be_answered(tmp_path):
    write_inventory(plain_inventory(), bare_study(), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    page = book[say("book.inv_pairs.tab", "zh")]
    (rule,) = page.data_validations.dataValidation
    assert rule.formula1 == '"accept,reject"'
    rows = cells(sheet(plain_inventory(), bare_study(), "inv_pairs"))
    assert [row["level"] for row in rows] == ["probable", "possible"]


def test_hostile_text_stays_text(tmp_path):
    write_inventory(plain_inventory(), bare_study(), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    types = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert "f" not in types
    assert any(cell.value == HOSTILE for page in book for row in page.iter_rows() for cell in row)


def test_charts_are_drawn_from_cells_of_their_own_sheet(inventory, study, tmp_path):
    write_inventory(inventory, study, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    drawn = {page.title: page._charts for page in book if page._charts}
    assert say("book.inv_eval_industries.tab", "zh") in drawn
    assert say("book.inv_enterprises.tab", "zh") in drawn
    for title, charts in drawn.items():
        for chart in charts:
            for series in chart.series:
                assert series.val.numRef.f.startswith((f"'{title}'!", f"{title}!"))


def test_english_book_has_no_chinese_of_ours(inventory, study):
    for one in inventory_sheets(inventory, study, "en"):
        assert not CJK.search(say(f"book.{one.key}.title", "en"))
        assert not any(CJK.search(line) for line in one.lines), one.key
        assert not any(CJK.search(column.title) for table in one.tables for column in table.columns), one.key


def test_the_same_inventory_gives_the_same_bytes(inventory, study, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        publish_inventory(inventory, study, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"one.xlsx", "two.xlsx"}, "nothing half-written is left"


def test_an_inventory_comes_back_from_its_geopackage(tmp_path):
    result = replace(six_units(), inventory=plain_inventory())
    zoning.publish(result, tmp_path / "out")
    back = zoning.read_result(tmp_path / "out").inventory
    ours = plain_inventory()
    assert back.year == ours.year
    assert back.corrections == ours.corrections
    pd.testing.assert_frame_equal(
        pd.DataFrame(back.enterprises.drop(columns="geometry")),
        pd.DataFrame(ours.enterprises.drop(columns="geometry")),
        check_dtype=False,
    )
    assert list(back.enterprises.geometry.isna()) == [False, False, True]
    for name in ("links", "pairs", "records", "purchased", "reconciliation", "disagreements", "areas", "uncertainty"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(ours, name), check_dtype=False)
    pd.testing.assert_frame_equal(back.evaluation["industries"], ours.evaluation["industries"], check_dtype=False)


def test_a_result_without_inventory_has_none(tmp_path):
    zoning.publish(six_units(), tmp_path / "out")
    assert zoning.read_result(tmp_path / "out").inventory is None
    write_geopackage(six_units(), tmp_path / "plain.gpkg")


def reviewed(city, inventory, study, answers, by="张工"):
    """Fill in the sheet of pairs as a person would, and name it in the study."""
    book_path = city / "review.xlsx"
    write_inventory(inventory, study, book_path)
    book = openpyxl.load_workbook(book_path)
    page = book[say("book.inv_pairs.tab", "zh")]
    top = next(row for row in range(1, 12) if page.cell(row, 1).value == "复核编号")
    place = {page.cell(top, column).value: column for column in range(1, page.max_column + 1)}
    for row in range(top + 1, page.max_row + 1):
        pair = page.cell(row, place["复核编号"]).value
        if pair in answers:
            page.cell(row, place["复核意见"]).value = answers[pair]
            page.cell(row, place["复核人"]).value = by
            page.cell(row, place["日期"]).value = "2026-11-20"
    book.save(book_path)
    text = (city / "inventory.toml").read_text(encoding="utf-8")
    named = re.sub(r"(?m)^#? *review *=.*\n", "", text)
    named = re.sub(r"(?m)^\[inventory\].*\n", '[inventory]\nreview = "review.xlsx"\n', named, count=1)
    (city / "inventory.toml").write_text(named, encoding="utf-8")
    return zoning.read_study(city / "inventory.toml")


def enterprise(inventory, ref):
    return inventory.links.set_index("ref").loc[ref, "enterprise"]


def test_what_a_person_rejects_is_apart_and_what_is_accepted_is_one(city, inventory, study):
    probable = inventory.pairs[inventory.pairs["level"] == "probable"]
    assert len(probable)
    one = probable.iloc[0]
    assert enterprise(inventory, one["left"]) == enterprise(inventory, one["right"])
    again = zoning.build_inventory(reviewed(city, inventory, study, {one["pair"]: "reject"}))
    assert enterprise(again, one["left"]) != enterprise(again, one["right"])
    kept = again.pairs.set_index("pair").loc[one["pair"]]
    assert (kept["decision"], kept["by"], kept["date"]) == ("reject", "张工", "2026-11-20")


def test_what_is_confirmed_is_no_longer_a_warning(city, inventory, study):
    probable = inventory.pairs[inventory.pairs["level"] == "probable"]
    again = zoning.build_inventory(reviewed(city, inventory, study, dict.fromkeys(probable["pair"], "accept")))
    assert not [one for one in again.findings if one.code == "FIRM_MATCH_UNCERTAIN"]
    assert len(again.enterprises) == len(inventory.enterprises)


def test_thresholds_of_the_study_hold_in_its_inventory(inventory, study):
    """Two departments that differ by less than the study tolerates do not differ; nor does any total."""
    own = {"sources_agree": 1e9, "key_emitter_co2": 123.0}
    again = zoning.build_inventory(study.model_copy(update={"thresholds": own}))
    assert len(inventory.disagreements[inventory.disagreements["left"] != "balance"])
    assert not len(again.disagreements[again.disagreements["left"] != "balance"])
    assert set(again.uncertainty["limit"].dropna()) == {123.0}


def test_a_decision_that_is_neither_is_an_error_with_its_address(city, inventory, study):
    pair = inventory.pairs.iloc[0]["pair"]
    with pytest.raises(InputError) as raised:
        zoning.build_inventory(reviewed(city, inventory, study, {pair: "也许"}))
    (found,) = [one for one in raised.value.findings if one.file == "review.xlsx" and one.value == "也许"]
    assert "接受" in found.fix_zh


def test_a_decision_without_a_name_is_refused(city, inventory, study):
    pair = inventory.pairs.iloc[0]["pair"]
    with pytest.raises(InputError) as raised:
        zoning.build_inventory(reviewed(city, inventory, study, {pair: "accept"}, by=""))
    assert [one.code for one in raised.value.findings if one.file == "review.xlsx"] == ["OVERRIDE_REASON_MISSING"]


def test_a_study_without_department_tables_says_so():
    with pytest.raises(StudyError, match=r"\[inventory\]"):
        zoning.build_inventory(zoning.read_study(ROOT / "data" / "demo" / "study.toml"))


def test_points_and_inventory_are_never_both_counted(city):
    text = (city / "inventory.toml").read_text(encoding="utf-8")
    points = '\n[points]\npath = "points/enterprises.csv"\ncrs = "EPSG:4490"\nin_grid = "no"\n'
    (city / "inventory.toml").write_text(text + points, encoding="utf-8")
    with pytest.raises(StudyError) as raised:
        zoning.read_study(city / "inventory.toml")
    assert "context" in raised.value.findings[0].fix_zh


def test_uncovered_records_add_up_to_what_the_units_leave_uncovered(demo_inventory_result):
    result = demo_inventory_result
    sums = result.inventory.evaluation["uncovered"].groupby("unit")[["uncovered_lo_t", "uncovered_hi_t"]].sum()
    for end in ("lo", "hi"):
        units = result.ledger[f"uncovered_located_co2_{end}"].to_series()
        ours = sums[f"uncovered_{end}_t"].reindex(units.index).fillna(0.0)
        assert (ours - units).abs().max() <= 1e-6
    assert sums["uncovered_hi_t"].sum() > 0


def test_double_high_cells_are_squares_of_their_side_around_their_centre(demo_inventory_result, tmp_path):
    zoning.publish(demo_inventory_result, tmp_path / "out")
    cells = gpd.read_file(tmp_path / "out" / "results.gpkg", layer="double_high_cells")
    assert (cells.area - cells["side_m"] ** 2).abs().max() < 1e-3
    centres = gpd.GeoSeries(gpd.points_from_xy(cells["lon"], cells["lat"]), crs="EPSG:4490").to_crs(cells.crs)
    assert cells.contains(centres).all()
    emitting = demo_inventory_result.inventory.evaluation["double_high"]
    placed = demo_inventory_result.inventory.enterprises.geometry.notna()
    assert cells["emitters"].sum() == int(placed.reindex(emitting["enterprise"]).sum())


def test_charts_of_some_rows_have_a_table_of_these_rows(demo_inventory_result):
    found = demo_inventory_result
    fields = sheet(found.inventory, found.study, "inv_eval_fields")
    assert {row["species"] for row in cells(fields)} == {"CO2"}
    assert len(fields.tables[-1].rows) == len(found.inventory.evaluation["fields"])
    for chart in fields.charts:
        assert {column.name for column in fields.tables[chart.table].columns} >= {chart.category, *chart.values}


def test_years_that_know_few_enterprises_are_said_to_be_no_trend(demo_inventory_result):
    known = demo_inventory_result.inventory.records.dropna(subset=["CO2"]).groupby("year")["enterprise"].nunique()
    assert known.max() > known.min(), "the verification of three years knows the largest only"
    assert any("不是趋势" in text for text in limits_of_trust(demo_inventory_result, "zh"))
