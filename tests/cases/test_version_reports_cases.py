"""Backtests by hand, and what the commands on versions of a list leave behind."""

from __future__ import annotations

import json
import math

import click
import geopandas as gpd
import openpyxl
import pytest
import shapely
from click.testing import CliRunner

from zoning.clauses import AccessList, Entry, clauses_of_cell
from zoning.cli import Setting
from zoning.cli.versions import backtest as backtest_command
from zoning.cli.versions import diff as diff_command
from zoning.errors import InputError
from zoning.listpage.revised import render_backtest
from zoning.listpage.versions import render_versions
from zoning.messages import Both
from zoning.pipeline.comparing import compare_lists
from zoning.versions import Expectation, Ground, Share, backtest, compare, expected_by_words

HEAD = ["环境管控单元编码", "环境管控单元名称", "管控单元分类", "空间布局约束", "污染物排放管控"]
SILENT, CARBON = "1-1. 禁止新设入河排污口。", "1-2. 新建项目应开展碳排放评价并报市生态环境局备案。"
SOFT = "1-1. 鼓励开展固碳造林。"


def whole(**cells):
    clauses = [
        one
        for code, text in cells.items()
        for one in clauses_of_cell(text, code=code, level="unit", dimension="S", cell=code)
    ]
    return AccessList("unit", clauses, [Entry(code, f"示例{code}") for code in cells])


def revised():
    """U1 is silent and gets a clause, U2 is silent and gets none, U3 binds and gets one more, U4 binds and stays."""
    old = whole(U1=SILENT, U2=SILENT, U3=CARBON, U4=CARBON, U5=SOFT)
    new = whole(U1=SILENT + "\n" + CARBON, U2=SILENT, U3=CARBON + "\n2-1. 单位产品碳排放2025年下降10%。", U4=CARBON)
    return backtest(compare(old, new), expected_by_words(old))


def test_hits_misses_and_the_unexpected_are_counted():
    found = revised()
    assert found.counts == {"HIT": 1, "UNANSWERED": 1, "UNEXPECTED": 1, "QUIET": 1, "DROPPED": 1}
    overall = found.overall
    assert (overall.precision, overall.recall, overall.base) == (Share(1, 2), Share(1, 2), Share(2, 4))
    assert overall.lift == 1.0
    assert [(one.name, one.precision) for one in found.by_reason] == [("SILENT", Share(1, 2))]


def test_reasons_of_the_words_are_rows_of_the_table():
    old = whole(U1=SILENT, U2=SOFT, U3=CARBON, U4="1-1. 推广节能灯具。", U5="1-1. 禁止新建燃煤锅炉。")
    assert [(one.reason, one.flagged) for one in expected_by_words(old)] == [
        ("SILENT", True), ("SOFT", True), ("BOUND", False), ("ENERGY_ONLY", True), ("COUPLED", False),
    ]  # fmt: skip


def test_wilson_interval_of_eight_in_ten():
    """By hand: (0.8 + 0.19207 ± 1.96·√(0.016 + 0.0096036)) / 1.38415, 3.8415 being 1.96²."""
    low, high = Share(8, 10).interval
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert Share(0, 10).interval[0] == 0.0
    assert Share(10, 10).interval[1] == 1.0
    assert math.isnan(Share(0, 0).value)


def test_a_clause_in_another_dimension_than_expected_is_told():
    old, new = whole(U1=SILENT), whole(U1=SILENT + "\n" + CARBON)
    for dimension, right in (("S", True), ("P", False)):
        expected = Expectation("U1", True, "R1-KEY", Both("甲", "a"), dimension, decision="NEED")
        found = backtest(compare(old, new), [expected], with_study=True)
        assert found.units[0].in_place is right
        assert found.by_decision == (("NEED", Share(1, 1)),)


def test_in_a_merged_unit_only_the_old_owner_of_a_strengthened_clause_is_a_hit():
    old = AccessList("unit", whole(U1=SOFT, U2="2-1. 禁止采石取土。").clauses)
    new = AccessList("unit", whole(U9="1-1. 应组织开展固碳造林。\n2-1. 禁止采石取土。").clauses)
    ground = Ground({"U1": 1.0, "U2": 1.0}, {"U9": 2.0}, {("U1", "U9"): 1.0, ("U2", "U9"): 1.0})
    comparison = compare(old, new, ground)
    assert comparison.unit_counts["MERGED"] == 1
    found = backtest(comparison, expected_by_words(old))
    assert {unit.expectation.unit: bool(unit.more) for unit in found.units} == {"U1": True, "U2": False}


def test_the_pages_say_that_the_revision_is_not_the_truth_and_escape_what_users_write():
    found = revised()
    for lang, words in (("zh", "修订不等于正确答案"), ("en", "The revision is not the truth")):
        page = render_backtest(found, ("a<b>.xlsx", "c.xlsx"), "", lang)
        assert words in page
        assert "a&lt;b&gt;.xlsx" in page
    nasty = whole(U1="1-1. 禁止<script>alert(1)</script>项目。")
    page = render_versions(compare(nasty, nasty.__class__("unit")), "a", "b")
    assert "<script>alert" not in page
    assert page == render_versions(compare(nasty, nasty.__class__("unit")), "a", "b")


@pytest.fixture
def lists(tmp_path):
    """Two workbooks: ZH2 renumbered, a number changed, a carbon clause added; one cell looks like a formula."""
    rows = {
        "old.xlsx": [
            ["ZH35058220001", "甲镇单元1", "重点管控单元", SILENT, "2-1. 再生水利用率应达到25%。"],
            ["ZH35058220002", "乙镇重点管控单元", "重点管控单元", "1-1. 禁止围垦湿地。", "2-1. 废水应达标排放。"],
        ],
        "new.xlsx": [
            ["ZH35058220001", "甲镇单元1", "重点管控单元", f"{SILENT}\n{CARBON}", "2-1. 再生水利用率应达到30%。"],
            ["ZH35058220009", "乙镇重点管控单元", "重点管控单元", "1-1. 禁止围垦湿地。", "2-1. 废水应达标排放。"],
        ],
    }  # fmt: skip
    for name, lines in rows.items():
        book = openpyxl.Workbook()
        for line in (HEAD, *lines):
            book.active.append(line)
        book.save(tmp_path / name)
    return tmp_path


def called(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words], obj=Setting("zh", debug=False))


def test_diff_writes_page_workbook_and_rows_and_ends_with_0(lists):
    done = called(diff_command, lists / "old.xlsx", lists / "new.xlsx", "-o", lists / "out")
    assert done.exit_code == 0, done.output
    assert "改编号 1" in done.output
    rows = json.loads((lists / "out" / "diff.json").read_text(encoding="utf-8"))
    assert rows["counts"]["units"]["RENUMBERED"] == 1
    assert {kind: n for kind, n in rows["counts"]["clauses"].items() if n} == {"QUANTITY": 1, "ADDED": 1, "SAME": 3}
    book = openpyxl.load_workbook(lists / "out" / "diff.xlsx", rich_text=True)
    assert [sheet.title for sheet in book] == ["账", "单元", "条款变化", "其他变化", "数据字典"]
    marked = [
        str(cell.value) for row in book["条款变化"] for cell in row if type(cell.value).__name__ == "CellRichText"
    ]
    assert "再生水利用率应达到2530%。" in marked


def test_the_same_files_give_the_same_bytes(lists):
    for folder in ("a", "b"):
        called(diff_command, lists / "old.xlsx", lists / "new.xlsx", "-o", lists / folder)
        called(backtest_command, lists / "old.xlsx", lists / "new.xlsx", "-o", lists / folder)
    for name in ("diff.html", "diff.xlsx", "diff.json", "backtest.html", "backtest.xlsx", "backtest.json"):
        assert (lists / "a" / name).read_bytes() == (lists / "b" / name).read_bytes()


def test_backtest_without_a_study_rests_on_the_words(lists):
    done = called(backtest_command, lists / "old.xlsx", lists / "new.xlsx", "-o", lists / "out")
    assert done.exit_code == 0, done.output
    assert "修订不等于正确答案" in done.output
    rows = json.loads((lists / "out" / "backtest.json").read_text(encoding="utf-8"))
    assert (rows["counts"]["HIT"], rows["counts"]["UNANSWERED"], rows["with_study"]) == (1, 1, False)


def test_one_layer_alone_is_a_fault_of_usage(lists):
    with pytest.raises(click.UsageError):
        diff_command.main(
            [str(lists / "old.xlsx"), str(lists / "new.xlsx"), "--old-units", "x.gpkg"],
            standalone_mode=False, obj=Setting("zh", debug=False),
        )  # fmt: skip


def test_a_file_that_is_no_list_is_an_error_with_every_finding(lists):
    (lists / "bad.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(InputError) as raised:
        compare_lists(lists / "bad.xlsx", lists / "absent.xlsx")
    assert {one.file for one in raised.value.findings} == {"bad.xlsx", "absent.xlsx"}


def test_lists_of_two_levels_are_not_compared(lists):
    book = openpyxl.Workbook()
    book.active.append(["管控类别", "管控要求"])
    book.active.append(["空间布局约束", "1-1. 全市禁止新建燃煤锅炉。"])
    book.save(lists / "city.xlsx")
    with pytest.raises(InputError) as raised:
        compare_lists(lists / "city.xlsx", lists / "new.xlsx")
    assert "LIST_LEVEL_UNCLEAR" in {str(one.code) for one in raised.value.findings}


def layer(path, shapes):
    rows = {
        "HJGKDYBM": list(shapes),
        "HJGKDYMC": [f"单元{code[-1]}" for code in shapes],
        "GKDYFL": ["重点管控单元"] * len(shapes),
    }
    frame = gpd.GeoDataFrame(rows, geometry=list(shapes.values()), crs="EPSG:4549")
    frame.to_file(path, driver="GPKG", layer="HJGKDY")
    return path


def test_layers_decide_which_unit_became_which(lists):
    """ZH…2 is cut in two, whatever the list says: one half is called ZH…9, the other is not in the new list."""
    left, right = (
        shapely.box(500_000, 2_740_000, 501_000, 2_741_000),
        shapely.box(501_000, 2_740_000, 502_000, 2_741_000),
    )
    old = layer(lists / "old.gpkg", {"ZH35058220001": left, "ZH35058220002": right})
    new = layer(lists / "new.gpkg", {"ZH35058220001": right, "ZH35058220009": left})
    found = compare_lists(lists / "old.xlsx", lists / "new.xlsx", old, new).comparison
    assert [(match.old, match.new, dict(match.evidence)["area"]) for match in found.matches] == [
        (("ZH35058220001",), ("ZH35058220009",), 1.0), (("ZH35058220002",), ("ZH35058220001",), 1.0),
    ]  # fmt: skip
