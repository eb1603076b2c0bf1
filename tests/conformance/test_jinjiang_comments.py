"""The 40 comments on the list of 晋江: matched to clauses as the open half of the truth says, all forty placed."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import openpyxl
import pytest

from zoning.checks import check_comments, check_list
from zoning.consultation import Known, Lists, Place, answer_rows, comment_findings, conflict_words, match_comments
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.spreadsheets import read_table
from zoning.io.write.answers import write_answers
from zoning.study import ListInput, TableInput

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def consulted(real_data):
    folder = real_data / "jinjiang"
    tables = read_table(folder / "access_list.xlsx", "access_list.xlsx")
    unit = check_list(tables, ListInput(unit="access_list.xlsx"), "unit", None).value
    documents = read_docx(folder / "access_list_city.docx", "access_list_city.docx")
    city = check_list(documents, ListInput(unit="-", city="access_list_city.docx"), "city", None, "350582").value
    rows = [[cell.text for cell in line] for line in tables[0].rows]
    places = {row[1]: Place(row[1], row[2], row[0], row[6]) for row in rows if row[1].startswith("ZH")}
    parks = {"示例经济开发区": "PK3505820001", "示例纺织印染循环园": "PK3505820003"}
    raw = read_table(folder / "tables" / "comments.xlsx", "comments.xlsx")
    judged = check_comments(raw, TableInput(path="comments.xlsx"))
    lists = Lists((unit, city), tuple(places.values()), parks)
    return SimpleNamespace(judged=judged, matched=match_comments(judged.value, lists), upper=city.clauses)


@pytest.fixture(scope="module")
def truth(real_data):
    with (real_data / "jinjiang" / "tables" / "comments_truth_open.csv").open(encoding="utf-8-sig") as rows:
        return {int(row["xlsx_row"]): row for row in csv.DictReader(rows)}


def test_every_comment_is_read_with_its_department(consulted, truth):
    by_row = {one.row: one for one in consulted.judged.value}
    assert sorted(by_row) == list(range(3, 43))
    assert {row: by_row[row].department for row in truth} == {row: one["department"] for row, one in truth.items()}


def test_target_action_and_conflict_are_those_of_the_open_truth(consulted, truth):
    found = {one.comment.row: one for one in consulted.matched}
    for row, wanted in truth.items():
        one = found[row]
        assert (one.notation, one.action) == (wanted["target"], wanted["action"]), one.comment.text
        assert conflict_words(one, consulted.matched) == wanted["conflict"]
        assert wanted["proposed_text"] in ("", one.proposed)


def test_the_other_half_has_a_clause_or_says_what_it_has_instead(consulted, truth):
    rest = {one.comment.row: one for one in consulted.matched if one.comment.row not in truth}
    without = {row: one.notation for row, one in rest.items() if not one.clauses}
    assert without == {
        8: "UNKNOWN:ZH35058220999||", 28: "CLASS=PRIORITY||", 32: "NONE||", 40: "NONE||", 42: "PARK=PK3505820003||",
    }  # fmt: skip
    assert [row for row, one in rest.items() if len(one.clauses) > 1] == [20]
    assert {one.clauses[0].dimension for row, one in rest.items() if row in (4, 6, 18, 22, 24, 26, 34, 36, 38)} == {
        "P", "R", "Z",
    }  # fmt: skip


def test_what_matches_nothing_and_who_contradicts_is_said(consulted):
    found = comment_findings(consulted.matched)
    assert {(str(one.code), one.row) for one in found} == {
        ("COMMENT_UNMATCHED", 8), ("COMMENT_UNMATCHED", 27), ("COMMENT_UNMATCHED", 37), ("COMMENT_CONFLICT", 7),
    }  # fmt: skip


def test_answers_rest_on_the_upper_list_and_are_written(consulted, tmp_path):
    rows = answer_rows(consulted.matched, Known(upper=consulted.upper))
    decisions = {row.comment.row: row.suggested.decision for row in rows}
    assert (decisions[3], decisions[7], decisions[8], decisions[21]) == ("PART", "STUDY", "STUDY", "NONE")
    assert decisions[15] == "PART"  # 严格控制 … is more than 按有关规定管理
    assert decisions[23] == "ADOPT"
    write_answers(rows, tmp_path / "answers.xlsx")
    book = openpyxl.load_workbook(tmp_path / "answers.xlsx")
    assert book.sheetnames == ["意见采纳情况", "对照明细"]
    assert [len(list(sheet.iter_rows())) for sheet in book] == [43, 43]
