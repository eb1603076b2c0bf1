"""Content tables: the packaged ones hold no fault, every kind of planted fault is found, a study extends them."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner

import zoning
from zoning.cli import cli
from zoning.content import UserTable, extend, extendable, overview, packaged, purposes, validate
from zoning.errors import InputError, Severity, StudyError, TableError
from zoning.io.read.extensions import extended_tables, read_extensions
from zoning.measures import SPECIES, Sign, measures, select
from zoning.study import parse_study
from zoning.tables import read

TABLES = Path(__file__).parents[2] / "src" / "zoning" / "tables"
MINIMAL = {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"}}


def planted(table, key, **cells):
    """The packaged tables with some cells of one row changed."""
    tables = packaged()
    rows = list(tables[table])
    place = next(i for i, one in enumerate(rows) if next(iter(one.cells.values())) == key)
    rows[place] = dataclasses.replace(rows[place], cells=MappingProxyType({**rows[place].cells, **cells}))
    return {**tables, table: tuple(rows)}, rows[place].row


def test_packaged_tables_hold_no_fault():
    assert validate(packaged()) == ()


FAULTS = [
    ("measures", "M001", {"SO2": "up"}, "SO2", "VALUE_UNKNOWN.content.choice"),
    ("measures", "M001", {"SO2": ""}, "SO2", "FIELD_MISSING.content"),
    ("measures", "M001", {"CO2": "0"}, "CO2", "VALUE_UNKNOWN.content.end_of_pipe"),
    ("measures", "M034", {"relation": "协同"}, "relation", "VALUE_UNKNOWN.content.relation"),
    ("measures", "M003", {"magnitude": "5"}, "magnitude", "EVIDENCE_MISSING.content"),
    ("measures", "M003", {"zone_subtypes": "AIR_HIGH;AIR_LOW"}, "zone_subtypes", "VALUE_UNKNOWN.content.reference"),
    ("measures", "M003", {"gb_t_4754": "4411;C30"}, "gb_t_4754", "VALUE_UNKNOWN.content.codes"),
    ("measures", "M003", {"sector": "industries"}, "sector", "VALUE_UNKNOWN.content.choice"),
    ("measures", "M003", {"status": "seen"}, "status", "VALUE_UNKNOWN.content.choice"),
    ("measures", "M003", {"source": ""}, "source", "FIELD_MISSING.content"),
    ("measures", "M003", {"source": "W60;W999"}, "source", "VALUE_UNKNOWN.content.source"),
    ("clause_templates", "T001", {"measure_ids": "M094;M999"}, "measure_ids", "VALUE_UNKNOWN.content.reference"),
    ("clause_templates", "T001", {"demand_ids": "CD999"}, "demand_ids", "VALUE_UNKNOWN.content.reference"),
    ("clause_templates", "T001", {"basis_id": "N999"}, "basis_id", "VALUE_UNKNOWN.content.reference"),
    ("clause_templates", "T001", {"basis_id": "N004"}, "basis_id", "VALUE_UNKNOWN.content.basis"),
    ("clause_templates", "T001", {"basis_id": "N019"}, "basis_id", "VALUE_UNKNOWN.content.basis"),
    ("clause_templates", "T001", {"basis_id": "N032"}, "basis_id", "VALUE_UNKNOWN.content.basis"),
    ("clause_templates", "T001", {"basis_id": "N043"}, "basis_print", "VALUE_UNKNOWN.content.basis_print"),
    ("clause_templates", "T001", {"demand_ids": "CD024"}, "demand_ids", "VALUE_UNKNOWN.content.baseless"),
    ("clause_templates", "T001", {"unit_class": "一般管控"}, "unit_class", "VALUE_UNKNOWN.content.unit_class"),
    ("clause_templates", "T001", {"industry": "industry:钢铁"}, "industry", "VALUE_UNKNOWN.content.codes"),
    ("clause_templates", "T001", {"text_zh": "{分区名称}下降17%。"}, "text_zh", "VALUE_UNKNOWN.content.digits"),
    ("clause_templates", "T001", {"text_zh": "全区。"}, "slots", "VALUE_UNKNOWN.content.slot_unused"),
    ("clause_templates", "T001", {"slots": ""}, "slots", "VALUE_UNKNOWN.content.slot_undeclared"),
    ("clause_templates", "T001", {"slots": "分区名称=unit.name"}, "slots", "VALUE_UNKNOWN.content.slot_column"),
    ("clause_templates", "T001", {"when_not": "公开版写{家数}"}, "slots", "VALUE_UNKNOWN.content.slot_unknown"),
    ("clause_templates", "T001", {"grade": "2"}, "grade", "VALUE_UNKNOWN.content.grade"),
    ("clause_templates", "T005", {"grade": "3"}, "grade", "VALUE_UNKNOWN.content.grade"),
    ("law_register", "N004", {"repealed_on": ""}, "legal_state", "EVIDENCE_MISSING.content"),
    ("law_register", "N051", {"superseded_or_amended_by": ""}, "legal_state", "EVIDENCE_MISSING.content"),
    ("law_register", "N033", {"citable_in_draft": "yes"}, "citable_in_draft", "VALUE_UNKNOWN.content.citable"),
    ("law_register", "N018", {"number": "9号", "status": "memory"}, "number", "VALUE_UNKNOWN.content.number_unseen"),
    ("law_register", "N013", {"number_unverified": "9号"}, "number", "VALUE_UNKNOWN.content.number_twice"),
    ("law_register", "N013", {"in_force_from": "2024年7月"}, "in_force_from", "VALUE_UNKNOWN.content.date"),
    ("limits_by_date", "LD001", {"value": "15 ug"}, "value", "VALUE_UNKNOWN.content.amount"),
    ("limits_by_date", "LD001", {"value": "-15"}, "value", "VALUE_UNKNOWN.content.amount"),
    ("limits_by_date", "LD034", {"valid_from": "2030-12-31"}, "valid_from", "VALUE_UNKNOWN.content.overlap"),
    ("limits_by_date", "LD001", {"valid_to": "2015-12-31"}, "valid_to", "VALUE_UNKNOWN.content.period"),
    ("carbon_demands", "CD003", {"basis_id": "N019"}, "basis_id", "VALUE_UNKNOWN.content.basis"),
    ("carbon_demands", "CD049", {"expired_at_2026": "no"}, "basis_id", "VALUE_UNKNOWN.content.basis"),
    ("carbon_demands", "CD003", {"unit": ""}, "quantity", "EVIDENCE_MISSING.content"),
    ("carbon_demands", "CD003", {"quantity": "约17"}, "quantity", "VALUE_UNKNOWN.content.number"),
    ("carbon_demands", "CD003", {"year": "十五五"}, "year", "VALUE_UNKNOWN.content.date"),
    ("coherence_rules", "CR001", {"check_columns": "coal"}, "check_columns", "VALUE_UNKNOWN.content.reference"),
    ("coherence_columns", "kwh", {"held_in": "IN99"}, "held_in", "VALUE_UNKNOWN.content.reference"),
    ("indicator_frames", "IF080", {"threshold_basis": ""}, "threshold", "EVIDENCE_MISSING.content"),
    ("indicator_frames", "IF080", {"threshold_basis": "N999"}, "threshold_basis", "VALUE_UNKNOWN.content.law"),
    ("indicator_frames", "IF007", {"weight": "0.2"}, "weight", "EVIDENCE_MISSING.content"),
    ("documents_outlines", "DO007", {"filled_by": "measures;D99"}, "filled_by", "VALUE_UNKNOWN.content.document"),
    ("documents_outlines", "DO007", {"doc_id": "D99"}, "doc_id", "VALUE_UNKNOWN.content.reference"),
    ("fuel_factors", "coke", {"ncv": "-"}, "ncv", "VALUE_UNKNOWN.content.amount"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "cells", "field", "expected"), FAULTS)
def test_every_kind_of_planted_fault_is_found_where_it_is(table, key, cells, field, expected):
    tables, row = planted(table, key, **cells)
    found = {(one.file, one.row, one.field, one.key) for one in validate(tables)}
    assert (f"{table}.csv", row, field, expected) in found


def test_two_rows_of_one_name_are_found():
    tables = packaged()
    twice = {**tables, "documents": (*tables["documents"], tables["documents"][3])}
    (found,) = validate(twice)
    assert (found.key, found.value) == ("CODE_DUPLICATE.content", "D04")


def test_every_packaged_table_has_one_purpose_in_both_languages():
    assert sorted(row["table"] for row in read("table_purposes")) == sorted(path.stem for path in TABLES.glob("*.csv"))
    assert all(row["zh"] and row["en"] for row in purposes().values())


def test_rules_name_columns_that_exist():
    for row in read("content_columns"):
        assert row["column"] in read(row["table"])[0], dict(row)


def test_said_changes_are_what_stands_in_the_tables():
    for row in read("content_changes"):
        cells = next(one for one in read(row["table"]) if one["id"] == row["id"])
        assert cells[row["column"]] == row["now"] != row["was"], dict(row)


def test_a_table_without_a_purpose_is_listed_all_the_same(monkeypatch):
    known = dict(purposes())
    known.pop("limits")
    monkeypatch.setattr("zoning.content.counts.purposes", lambda: known)
    last = overview()[-1]
    assert (last.name, last.zh, last.rows, last.extendable) == ("limits", "", len(read("limits")), False)


def test_counts_add_up():
    for one in overview():
        assert sum(one.statuses.values()) in (0, one.rows)


# ------------------------------------------------------------------------------------------------- rows of a study


def user(table, *lines):
    return UserTable(table, f"tables/{table}.csv", tuple(enumerate(lines, start=1)))


def keys(extended, severity=None):
    return [one.key for one in extended.findings if severity in (None, one.severity)]


SOURCE = ("id", "where_zh", "what_was_seen_en")


def test_a_new_row_is_added_and_may_be_referred_to():
    mine = user("sources", SOURCE, ("X1", "某市文件", "full text"))
    changed = user("measures", ("id", "source"), ("M001", "X1"))
    both = extend(packaged(), (mine, changed))
    assert keys(both) == ["VERSION_MIXED.content"]
    assert both.tables["sources"][-1].user
    assert len(both.rows("sources")) == len(read("sources")) + 1
    assert both.rows("measures")[0]["source"] == "X1"
    assert both.rows("measures")[0]["name_zh"] == read("measures")[0]["name_zh"]
    assert keys(extend(packaged(), (changed,)), Severity.ERROR) == ["VALUE_UNKNOWN.content.source"]


def test_a_row_in_place_of_a_packaged_one_is_said_with_what_it_changes():
    lines = [("id", "CO2", "reach", "source"), ("M003", "-", "both", "memory")]
    both = extend(packaged(), (user("measures", *lines),))
    (found,) = both.findings
    assert (found.severity, found.row, found.value) == (Severity.INFO, 2, "M003")
    assert found.message_en.endswith("changed: reach")
    assert [one.cells["id"] for one in both.tables["measures"] if one.user] == ["M003"]


def test_a_changed_cell_beside_a_packaged_source_is_a_warning():
    both = extend(packaged(), (user("limits_by_date", ("id", "value"), ("LD021", "31"), ("LD022", "35")),))
    (found,) = (one for one in both.findings if one.severity is Severity.WARNING)
    assert (found.key, found.row, found.field) == ("EVIDENCE_MISSING.content_kept", 2, "source")
    assert "W14;W17" in found.message_zh
    assert keys(both, Severity.INFO) == ["VERSION_MIXED.content"] * 2


def test_a_new_row_needs_what_the_table_needs():
    both = extend(packaged(), (user("measures", ("id", "name_zh"), ("M900", "新措施")),))
    missing = {one.field for one in both.findings if one.key == "FIELD_MISSING.content"}
    assert {"name_en", "sector", "SO2", "CO2", "source", "status"} <= missing
    assert {(one.row, one.file) for one in both.findings if one.severity is Severity.ERROR} == {
        (2, "tables/measures.csv")
    }


@pytest.mark.parametrize(
    ("table", "lines", "expected", "words"),
    [
        ("mesures", [("id",)], "KEY_UNKNOWN.table", "measures.csv"),
        ("messages", [("key",)], "KEY_UNKNOWN.table", "measures"),
        ("sources", [], "HEADER_UNKNOWN.content", "sources"),
        ("sources", [("id", "where")], "FIELD_UNKNOWN.content", "where_zh"),
        ("sources", [("id", "id")], "FIELD_UNKNOWN.content_twice", "id"),
        ("sources", [("where_zh",), ("某市文件",)], "FIELD_MISSING.content_column", "id"),
        ("sources", [SOURCE, ("X1", "某市文件")], "TABLE_RAGGED.content", "2"),
        ("sources", [SOURCE, ("", "某市文件", "x")], "FIELD_MISSING.content", "id"),
        ("sources", [SOURCE, ("X1", "甲", "x"), ("X1", "乙", "y")], "CODE_DUPLICATE.content", "2"),
    ],
)
def test_what_cannot_be_understood_is_an_error_and_left_out(table, lines, expected, words):
    both = extend(packaged(), (user(table, *lines),))
    (found,) = (one for one in both.findings if one.severity is Severity.ERROR)
    assert found.key == expected
    assert words in found.message_zh + found.fix_zh
    assert len(both.rows("sources")) <= len(read("sources")) + 1


def test_a_packaged_row_that_no_longer_fits_is_a_warning():
    repealed = user("law_register", ("id", "legal_state", "repealed_on", "citable_in_draft"),
                    ("N048", "repealed", "2027-01-01", "no"))  # fmt: skip
    both = extend(packaged(), (repealed,))
    bases = [one for one in both.findings if one.key == "VALUE_UNKNOWN.content.basis"]
    assert {one.file for one in bases} == {"clause_templates.csv"}
    assert len(bases) == sum(row["basis_id"] == "N048" for row in read("clause_templates"))
    assert {one.severity for one in bases} == {Severity.WARNING}


def test_it_is_said_of_a_table_that_a_run_reads_from_the_package_alone():
    lines = [("code", "note_zh", "source"), ("AIR_HIGH", "本市口径", "ours")]
    both = extend(packaged(), (user("zone_vocab", *lines),))
    assert keys(both, Severity.WARNING) == ["VERSION_MIXED.content_unused"]
    assert keys(both, Severity.INFO) == ["VERSION_MIXED.content"]


def test_composite_names():
    lines = [("fuel", "series", "ncv"), ("coke", "industry-guides", "28.5")]
    both = extend(packaged(), (user("fuel_factors", *lines),))
    assert keys(both, Severity.ERROR) == []
    assert [row["ncv"] for row in both.rows("fuel_factors") if row["fuel"] == "coke"].count("28.5") == 1
    assert len(both.rows("fuel_factors")) == len(read("fuel_factors"))


# ----------------------------------------------------------------------------------------------------- files


def study_in(folder, text="", name="tables"):
    (folder / "study.toml").write_text(
        '[study]\nname = "示例"\nadmin_code = "350582"\n[years]\nbase = 2020\n[units]\npath = "u.gpkg"\n' + text,
        encoding="utf-8",
    )
    (folder / name).mkdir(exist_ok=True)
    return folder / name


def test_a_folder_is_read_only_where_the_study_names_it(tmp_path):
    folder = study_in(tmp_path)
    (folder / "measures.csv").write_text("id,reach\nM003,both\n", encoding="utf-8")
    silent = parse_study(MINIMAL, tmp_path)
    assert read_extensions(silent) == ()
    named = parse_study({**MINIMAL, "tables": {"folder": "tables"}}, tmp_path)
    assert keys(extended_tables(named), Severity.INFO) == ["VERSION_MIXED.content"]
    with pytest.raises(StudyError):
        parse_study({**MINIMAL, "tables": {"folders": "tables"}}, tmp_path)


def test_files_as_spreadsheets_save_them(tmp_path):
    folder = study_in(tmp_path)
    (folder / "sources.csv").write_bytes(
        "id;where_zh;what_was_seen_en;;\r\nX1;某市文件;正文;;\r\n;;;;\r\n".encode("gb18030")
    )
    (folder / "notes.txt").write_text("not a table", encoding="utf-8")
    (folder / "measures.xlsx").write_bytes(b"PK\x03\x04")
    both = extended_tables(parse_study({**MINIMAL, "tables": {"folder": "tables"}}, tmp_path))
    assert both.rows("sources")[-1]["where_zh"] == "某市文件"
    assert keys(both) == ["KEY_UNKNOWN.table"]
    assert [one.file for one in both.findings if one.severity is Severity.ERROR] == ["tables/measures.xlsx"]


def test_a_missing_folder_and_unreadable_files_are_named(tmp_path):
    with pytest.raises(InputError) as raised:
        read_extensions(parse_study({**MINIMAL, "tables": {"folder": "没有"}}, tmp_path))
    assert [one.key for one in raised.value.findings] == ["PATH_MISSING.tables"]
    folder = study_in(tmp_path)
    for name in ("a.csv", "b.csv"):
        (folder / name).write_bytes(b'id\n"open\n')
    with pytest.raises(InputError) as raised:
        read_extensions(parse_study({**MINIMAL, "tables": {"folder": "tables"}}, tmp_path))
    assert [one.file for one in raised.value.findings] == ["tables/a.csv", "tables/b.csv"]


# ----------------------------------------------------------------------------------------------------- command


def run(*words):
    done = CliRunner().invoke(cli, ["--lang", "en", "tables", *map(str, words)])
    return done, list(csv.reader(io.StringIO(done.stdout)))


def test_tables_are_listed_with_how_far_they_are_verified():
    done, lines = run()
    assert done.exit_code == 0
    assert [line[0] for line in lines[1:]] == [row["table"] for row in read("table_purposes")]
    listed = dict(zip(lines[0], lines[1], strict=True))
    rows = read("measures")
    assert listed["rows"] == str(len(rows))
    assert listed["from memory"] == str(sum(row["status"] == "memory" for row in rows))
    assert dict(zip(lines[0], next(line for line in lines if line[0] == "messages"), strict=True))["ours"] == ""


def test_rows_of_one_table_come_back_as_they_are():
    _, lines = run("law_register", "--csv")
    assert [tuple(line[1:]) for line in lines[1:]] == [tuple(row.values()) for row in read("law_register")]
    assert {line[0] for line in lines[1:]} == {"packaged"}


def test_a_check_of_the_study_finds_them_too(tmp_path):
    folder = study_in(tmp_path, '[tables]\nfolder = "tables"\n')
    (folder / "measures.csv").write_text("id,reach\nM003,later\nM004,later\n", encoding="utf-8")
    found = [one for one in zoning.check(zoning.read_study(tmp_path / "study.toml")) if "content" in one.key]
    assert [(one.key, one.row, one.value) for one in found] == [
        ("VALUE_UNKNOWN.content.choice", 2, "later"),
        ("EVIDENCE_MISSING.content_kept", 2, "M003；M004"),
        ("VERSION_MIXED.content", 2, "M003；M004"),
    ]
    (tmp_path / "study.toml").write_text(
        (tmp_path / "study.toml").read_text(encoding="utf-8").replace('"tables"', '"none"'), encoding="utf-8"
    )
    said = [one.key for one in zoning.check(zoning.read_study(tmp_path / "study.toml"))]
    assert "PATH_MISSING.tables" in said


def test_an_unknown_table_names_the_nearest():
    done, _ = run("mesures")
    assert done.exit_code == 2
    assert "measures" in done.stderr


def test_rows_of_a_study_are_marked_and_its_faults_end_with_three(tmp_path):
    folder = study_in(tmp_path, '[tables]\nfolder = "tables"\n')
    (folder / "measures.csv").write_text("id,reach\nM003,both\n", encoding="utf-8")
    done, lines = run("measures", "--study", tmp_path / "study.toml")
    assert done.exit_code == 0
    assert [line[1] for line in lines if line[0] == "tables/measures.csv"] == ["M003"]
    _, lines = run("--study", tmp_path / "study.toml")
    assert [line[0] for line in lines[1:] if line[-1] == "1"] == ["measures"]
    assert {line[-1] for line in lines[2:]} == {""}
    (folder / "measures.csv").write_text("id,reach\nM003,later\n", encoding="utf-8")
    done, _ = run("measures", "--study", tmp_path / "study.toml")
    assert done.exit_code == 3
    assert "“later”" in done.stderr


# ----------------------------------------------------------------------------------------------------- measures


def test_measures_are_frozen_values_of_the_table():
    known = measures()
    assert [one.id for one in known] == [row["id"] for row in read("measures")]
    for one, row in zip(known, read("measures"), strict=True):
        assert {species: str(sign) for species, sign in one.signs.items()} == {name: row[name] for name in SPECIES}
        assert (one.magnitude is None) == (row["magnitude"] == "")
    with pytest.raises(dataclasses.FrozenInstanceError):
        known[0].id = "M999"
    with pytest.raises(TypeError):
        known[0].signs["SO2"] = Sign.NONE


def test_an_energy_penalty_is_an_increase():
    by_id = {one.id: one for one in measures()}
    assert by_id["M001"].energy is Sign.INCREASES
    assert by_id["M032"].energy is Sign.REDUCES
    assert by_id["M003"].signs["NOX"] is Sign.REDUCES


@pytest.mark.parametrize(
    ("asked", "within", "without"),
    [
        ({"industry": "3011"}, {"M002", "M041", "M042"}, {"M037", "M070"}),
        ({"industry": "C3011"}, {"M041"}, {"M043"}),
        ({"industry": "44"}, {"M001", "M036"}, {"M041"}),
        ({"sector": "transportation"}, {"M073", "M076"}, {"M001"}),
        ({"zone": "NOBURN_3"}, {"M018", "M019", "M034"}, {"M001"}),
        ({"industry": "4411", "zone": "AIR_RECEPTOR"}, {"M001", "M003"}, {"M025"}),
    ],
)
def test_measures_are_chosen_by_industry_sector_and_zone(asked, within, without):
    chosen = {one.id for one in select(measures(), **asked)}
    assert within <= chosen
    assert not without & chosen


def test_nothing_fits_an_industry_that_is_no_code():
    assert select(measures(), industry="C") == ()
    assert select(measures(), industry="9999") == ()
    assert len(select(measures())) == len(measures())


def test_an_unknown_sign_is_refused_with_its_row():
    row = {**read("measures")[0], "NH3": "x"}
    with pytest.raises(TableError, match=r"M001.*NH3"):
        measures([row])


def test_tables_that_may_be_extended_name_their_rows():
    for name in extendable():
        for column in purposes()[name]["key"].split(";"):
            assert column in read(name)[0]
