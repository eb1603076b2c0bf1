"""Templates for departments and a study begun from their tables: what is written reads back."""

from __future__ import annotations

import tomllib

import openpyxl
import pytest

from zoning.checks import check_departments
from zoning.checks.table.kinds import guess_kind
from zoning.errors import Severity
from zoning.io.write.department_templates import write_department_templates
from zoning.io.write.new_study import write_new_study
from zoning.pipeline.beginning import begin_study
from zoning.pipeline.reading import tables_in
from zoning.pipeline.single import examine_file
from zoning.study import parse_study
from zoning.tables import read, text
from zoning.vocab import field_name

KINDS = tuple(dict.fromkeys(row["kind"] for row in read("department_tables")))


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return dict(zip(KINDS, write_department_templates(folder), strict=True))


def judged(kind, path):
    study = parse_study(
        {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u"},
         "inventory": {"crs": "EPSG:4490", "in_grid": "no", "series": "industry-guides",
                       "tables": [{"kind": kind, "path": path.name}]}}, ".",
    )  # fmt: skip
    return check_departments({0: tables_in(path, path.name)}, study)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_template_reads_back_without_a_fault(templates, kind):
    result = judged(kind, templates[kind])
    assert [found.key for found in result.findings] == ["HEADER_UNKNOWN.passed"]
    assert all(getattr(result.value, name).empty for name in ("firms", "uses", "balance", "areas"))
    assert {guess_kind(table)[0] for table in tables_in(templates[kind], "t")} == {kind, ""}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "energy_balance"])
def test_the_example_row_is_a_sound_row_once_it_is_numbered(templates, tmp_path, kind):
    book = openpyxl.load_workbook(templates[kind])
    for sheet in book:
        if sheet.cell(3, 1).value == "示例":
            sheet.cell(3, 1).value = "1"
    book.save(tmp_path / "t.xlsx")
    result = judged(kind, tmp_path / "t.xlsx")
    assert [found for found in result.findings if found.severity is Severity.ERROR] == []
    keys = {found.key for found in result.findings}
    assert keys <= {"HEADER_UNKNOWN.passed", "VALUE_UNKNOWN.coal", "FIRM_CODE_PATTERN"}  # its code is nobody's
    assert len(result.value.firms) + len(result.value.areas) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_says_what_each_column_is(templates, kind):
    book = openpyxl.load_workbook(templates[kind])
    guide = book["填写说明"]
    headers = [cell.value for sheet in book.worksheets[:-1] for cell in sheet[2]]
    assert [row[1].value for row in guide.iter_rows(min_row=2)] == headers
    assert all(row[6].value for row in guide.iter_rows(min_row=2))


def test_rows_of_templates_resolve():
    intake = {row["id"] for row in read("templates_intake")}
    for row in read("department_templates"):
        assert row["intake"] in intake | {""}
    for row in read("balance_items"):
        assert row["part_of"] in {"", *(other["item"] for other in read("balance_items"))}


def test_a_new_study_holds_the_templates_and_a_section_that_may_be_uncommented(tmp_path):
    write_new_study(tmp_path / "neu")
    assert (tmp_path / "neu" / "tables" / "环境统计.xlsx").is_file()
    section = text("new_study.toml").partition("# [inventory]")[2]
    lines = ["[inventory]", *(line.removeprefix("# ") for line in section.splitlines())]
    content = tomllib.loads("\n".join(lines))["inventory"]
    assert {table["kind"] for table in content["tables"]} <= set(KINDS)
    assert all((tmp_path / "neu" / table["path"]).is_file() for table in content["tables"])


def test_a_file_by_itself_and_by_its_name(templates):
    assert [found.key for found in examine_file(str(templates["permits"])).findings] == ["HEADER_UNKNOWN.passed"]
    found = examine_file(str(templates["permits"]), "锅炉").findings
    assert [(one.key, one.severity) for one in found] == [("HEADER_UNKNOWN.other_kind", Severity.ERROR)]
    assert "permits" in found[0].fix_zh


def test_a_study_begun_from_department_tables(templates, tmp_path):
    folder = tmp_path / "stadt"
    folder.mkdir()
    begun = begin_study(folder, [templates["env_statistics"], templates["energy_balance"]])
    content = tomllib.loads(begun.study.read_text(encoding="utf-8"))["inventory"]
    assert [table["kind"] for table in content["tables"]] == ["env_statistics", "energy_balance"]
    assert (content["crs"], content["in_grid"], content["series"]) == ("", "unknown", "")


def test_headers_of_a_template_are_known():
    for row in read("department_templates"):
        layer = ".".join(filter(None, (row["kind"], row["role"])))
        bare = row["header"].partition("(")[0]
        assert field_name(layer, row["header"]) or field_name(layer, bare), (layer, row["header"])
