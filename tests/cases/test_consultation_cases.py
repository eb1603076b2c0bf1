"""Comments of departments: what they name, what they ask for, who contradicts whom, what is proposed, what is kept."""

from __future__ import annotations

import openpyxl
import pytest

from zoning.checks import check_comments
from zoning.checks.table.comments import split_comments
from zoning.clauses import AccessList, clauses_of_cell
from zoning.consultation import Comment, Known, Lists, Place, answer_rows, comment_findings, match_comments, places_of
from zoning.consultation.answering import suggestion
from zoning.consultation.model import Matched, Target
from zoning.intake import RawCell, RawTable
from zoning.io.write.answers import write_answers
from zoning.study import TableInput
from zoning.targets import Target as Limit

A, B, C = "ZH11010120001", "ZH11010120002", "ZH11010110003"


def _list() -> Lists:
    cells = {
        (A, "P", "I1"): "2-1. 水泥企业完成超低排放改造。\n2-2. 涉VOCs项目实行2倍削减量替代。",
        (A, "S", "H1"): "1-1. 严禁新增水泥熟料产能。\n1-2. 淘汰燃煤锅炉。",
        (B, "P", "I2"): "（1）印染废水应接入污水处理厂；（2）活性炭每月更换。",
        (B, "Z", "K2"): "落实煤炭消费减量替代。新建项目开展节能审查。",
        (C, "S", "H3"): "一般生态空间内严格控制建设。",
    }
    clauses = [
        clause for (code, dimension, cell), text in cells.items()
        for clause in clauses_of_cell(text, code=code, level="unit", dimension=dimension, cell=cell)
    ]  # fmt: skip
    city = clauses_of_cell(
        "1.1 严禁新增水泥熟料产能。\n1.2 2030年全市煤炭消费总量控制在90万吨以内。",
        code="110101",
        level="city",
        dimension="S",
    )
    places = (
        Place(A, "示例市甲镇重点管控单元1", "1", "重点管控单元"),
        Place(B, "示例市甲镇重点管控单元12", "2", "重点管控单元"),
        Place(C, "示例市（乙片）优先保护单元", "3", "优先保护单元"),
    )
    return Lists((AccessList("unit", clauses), AccessList("city", city)), places, {"示例开发区": "PK1"})


def _match(*texts: str, department: str = "甲局", lists: Lists | None = None):
    comments = [Comment("c.xlsx", "表", row, 1, department, text) for row, text in enumerate(texts, start=3)]
    return match_comments(comments, lists or _list())


@pytest.mark.parametrize(
    ("text", "notation", "how"),
    [
        (f"{A} 污染物排放管控 2-1条表述请修改。", f"{A}|P|2-1|1", "code"),
        (f"{A}第2-2条建议删除。", f"{A}|P|2-2|2", "code"),
        (f"{A}（2-1、2-2条）建议修改。", f"{A}|P|2-1|1;{A}|P|2-2|2", "code"),
        ("ＺＨ１１０１０１２０００１空间布局约束第2条建议删除。", f"{A}|S|1-2|2", "code"),
        ("zh11010120001 1-2条：同意。", f"{A}|S|1-2|2", "code"),
        ("ZH1101…20002 资源利用效率第2条，建议明确。", f"{B}|Z||2", "code"),
        ("ZH110101…0001 2-1条：同意。", f"{A}|P|2-1|1", "code"),
        ("第2号单元污染物排放管控第（2）条建议修改。", f"{B}|P|（2）|2", "serial"),
        ("清单序号2，污染物排放管控第2条建议修改。", f"{B}|P|（2）|2", "serial"),
        ("示例市甲镇重点管控单元12污染物排放管控第1条，请说明依据。", f"{B}|P|（1）|1", "name"),
        ("示例市甲镇重点管控单元1污染物排放管控2-1，请说明依据。", f"{A}|P|2-1|1", "name"),
        ("示例市(乙片)优先保护单元第一列第1条建议细化。", f"{C}|S||1", "name"),
        ("“涉VOCs项目实行2倍…”过严，建议放宽。", f"{A}|P|2-2|2", "quote"),
        ("“活性炭每个月更换”建议改为“活性炭按设计周期更换”。", f"{B}|P|（2）|2", "quote"),
        (f"{B}“落实煤炭消费减量替代”建议补充“替代比例不低于1.2:1”。", f"{B}|Z||1", "code"),
        (f"{B}环境风险防控建议增加应急演练要求。", f"{B}|R|", "code"),
        (f"{B}建议增加应急演练要求。", f"{B}||", "code"),
        ("总体准入清单1.2条数值请核实。", "CITY|S|1.2", "level"),
        ("全市清单9.9条请核实。", "UNKNOWN:CITY 9.9||", "level"),
        ("环境风险防控部分全部单元应增加演练。", "ALL|R|", "all"),
        ("重点管控单元建议增加碳排放评价要求。", "CLASS=KEY||", "class"),
        ("涉及煤炭消费减量替代的条款建议统一口径。", "THEME=煤炭消费减量替代|Z|", "theme"),
        ("ZH11010129999建议核实。", "UNKNOWN:ZH11010129999||", "code"),
        ("第 81 号单元未见附图。", "UNKNOWN:serial 81||", "serial"),
        ("建议进一步优化文字。", "NONE||", "none"),
        ("无意见。", "NONE||", "none"),
    ],
)
def test_what_a_comment_is_about(text: str, notation: str, how: str) -> None:
    (one,) = _match(text)
    assert (one.notation, one.how) == (notation, how)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("无意见", "none"), ("我局无修改意见。", "none"), ("经研究，我局无意见。", "none"), ("/", "none"),
        (f"{A} 2-1条：同意。", "support"), (f"{A} 2-1条不同意。", "question"),
        (f"{A} 2-1条建议删除。", "delete"), (f"{A} 2-1条不应删除。", "keep"), (f"{A} 2-1条应予保留。", "keep"),
        (f"{A} 2-1条依据不足，请核实。", "question"), (f"{A} 2-1条期限建议延后一年。", "modify"),
        (f"{A} 2-1条请核实后改为“完成改造”。", "modify"), (f"{A} 2-1条建议补充“并公开结果”。", "modify"),
        ("环境风险防控各单元应增加演练。", "add"), (f"{A}污染物排放管控中建议增加碳排放评价要求。", "add"),
        (f"{A} 2-1条很重要。", "question"),
    ],
)  # fmt: skip
def test_what_a_comment_asks_for(text: str, action: str) -> None:
    assert _match(text)[0].action == action


def test_the_proposed_text_is_whole() -> None:
    replaced, inserted, cited = _match(
        f"{A} 2-1条“水泥企业完成…”统一为“水泥企业2027年前完成超低排放改造”。",
        f"{B}“落实煤炭消费减量替代”建议补充“逐年核销”。",
        f"{A} 2-1条“水泥企业完成”表述不清，请核实。",
    )
    assert replaced.proposed == "水泥企业2027年前完成超低排放改造"
    assert inserted.proposed == "落实煤炭消费减量替代，逐年核销"
    assert cited.proposed == ""


def test_departments_that_contradict_each_other_are_named_once() -> None:
    comments = [
        Comment("c.xlsx", "表", 3, 1, "甲局", f"{A} 1-1条建议删除。"),
        Comment("c.xlsx", "表", 4, 1, "乙局", f"{A} 1-1条应保留。"),
        Comment("c.xlsx", "表", 5, 1, "甲局", f"{A} 1-2条建议删除。"),
        Comment("c.xlsx", "表", 6, 1, "甲局", f"{A} 1-2条应保留。"),
    ]
    matched = match_comments(comments, _list())
    assert [[one.department for one in each.conflicts] for each in matched] == [["乙局"], ["甲局"], [], []]
    (found,) = comment_findings(matched)
    assert (str(found.code), found.row) == ("COMMENT_CONFLICT", 3)
    assert suggestion(matched[0], Known()).decision == "STUDY"


def test_what_matches_nothing_is_a_finding_with_its_row() -> None:
    found = comment_findings(
        _match("ZH11010129999建议核实。", "无意见。", "建议优化。", f"{A} 7-7条建议删除。", f"{A} 2-1条同意。")
    )
    assert [(one.key, one.row) for one in found] == [
        ("COMMENT_UNMATCHED", 3), ("COMMENT_UNMATCHED.nothing", 5), ("COMMENT_UNMATCHED.clause", 6),
    ]  # fmt: skip


def _decided(text: str, **known) -> str:
    return suggestion(_match(text)[0], Known(**known)).decision


def test_proposals_follow_the_rules() -> None:
    city = _list().of_level("city")
    rewrites = {f"{B}|Z||1": "新建耗煤项目替代比例不低于1.2:1。"}
    limits = (Limit("110101", "示例市", "county", "coal_total", "万吨", 2030, 90.0, 80.0, 2020, "targets.csv"),)
    assert _decided("无意见。") == "NONE"
    assert _decided(f"{A} 1-1条：同意。") == "ADOPT"
    assert _decided(f"{A} 1-1条建议删除。", upper=city) == "REJECT"
    assert _decided(f"{A} 1-1条建议改为鼓励性表述。", upper=city) == "PART"
    assert _decided(f"{A} 1-2条建议删除。", upper=city) == "STUDY"
    assert _decided(f"{B}“落实煤炭消费减量替代”建议细化。", rewrites=rewrites) == "PART"
    assert _decided("总体准入清单1.2条数值与规划不一致，请核实。", targets=limits) == "REJECT"
    assert _decided("总体准入清单1.2条数值与规划不一致，请核实。") == "STUDY"
    assert _decided(f"{A} 1-1条改为“引导水泥行业有序发展”。") == "PART"
    assert _decided(f"{B}“落实煤炭消费减量替代”建议改为“落实产业政策”。") == "PART"
    assert _decided(f"{A} 2-2条改为“涉VOCs项目须替代”。") == "PART"
    assert _decided(f"{A} 2-1条改为“水泥企业于2027年前完成超低排放改造”。") == "ADOPT"
    assert _decided("ZH11010129999建议核实。") == "STUDY"


def test_a_number_inside_another_is_not_the_target() -> None:
    limits = (Limit("110101", "示例市", "county", "coal_total", "万吨", 2030, 9.0, 80.0, 2020, "t"),)
    assert _decided("总体准入清单1.2条请核实。", targets=limits) == "STUDY"


@pytest.mark.parametrize(("amount", "limit"), [("20", 20.0), ("1330971", 1330971.0)])
def test_a_target_is_found_behind_figures_that_hold_it_and_with_all_its_digits(amount: str, limit: float) -> None:
    clauses = clauses_of_cell(f"到2030年煤炭消费量不高于{amount}吨。", code=A, level="unit", dimension="P")
    limits = (Limit("110101", "示例市", "county", "coal_total", "吨", 2030, limit, 80.0, 2020, "t"),)
    comment = Comment("c.xlsx", "表", 3, 1, "甲局", "请核实。")
    asked = Matched(comment, (Target(f"{A}|P||1", clauses),), "code", "question")
    found = suggestion(asked, Known(targets=limits))
    assert found.decision == "REJECT"
    assert f"{amount} 吨" in found.reason_zh


def test_what_a_person_answered_stays_and_proposals_are_made_anew(tmp_path) -> None:
    comments = [
        Comment("c.xlsx", "表", 3, 1, "甲局", f"{A} 2-1条：同意。", answer="已采纳，见修订稿。"),
        Comment("c.xlsx", "表", 4, 1, "=cmd()", "+无意见", answer="【建议】待研究：旧的"),
    ]
    rows = answer_rows(match_comments(comments, _list()), Known())
    assert next((row.answer, row.by_person) for row in rows) == ("已采纳，见修订稿。", True)
    assert rows[1].answer.startswith("【建议】")
    assert "旧的" not in rows[1].answer
    for name in ("a.xlsx", "b.xlsx"):
        write_answers(rows, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[3]] == ["意见单位", "意见和建议", "采纳情况及说明"]
    assert [cell.value for cell in sheet[4]] == ["甲局", f"{A} 2-1条：同意。", "已采纳，见修订稿。"]
    assert (sheet["A5"].value, sheet["A5"].data_type, sheet["A5"].quotePrefix) == ("=cmd()", "s", True)


def _table(*rows: tuple[str, ...], merged: tuple[tuple[int, int], ...] = ()) -> RawTable:
    lines = tuple(
        tuple(
            RawCell(text, row, column, "A3" if (row, column) in merged else "")
            for column, text in enumerate(line, start=1)
        )
        for row, line in enumerate(rows, start=1)
    )
    return RawTable("c.xlsx", lines, "意见汇总")


def test_a_table_of_comments_is_read() -> None:
    raw = _table(
        ("征求意见汇总表", "", "", ""),
        ("序号", "意见单位", "修改意见", "采纳情况"),
        ("1", "甲局", "1、2-1条建议删除。\n2、其余无意见。", ""),
        ("2", "", "无意见。", "不需处理"),
        ("3", "乙局", "", ""),
        ("注：以上为示例", "", "", ""),
    )
    judged = check_comments([raw], TableInput(path="c.xlsx"))
    assert [(one.id, one.department, one.text, one.answer) for one in judged.value] == [
        ("3", "甲局", "2-1条建议删除。", ""),
        ("3-2", "甲局", "其余无意见。", ""),
        ("4", "甲局", "无意见。", "不需处理"),
    ]  # fmt: skip
    assert [one.key for one in judged.findings] == ["COMMENT_UNMATCHED.empty"]


def test_a_column_of_the_clause_is_read_with_the_comment() -> None:
    raw = _table(("意见单位", "原条款", "意见"), ("甲局", f"{A} 污染物排放管控2-1", "建议删除。"))
    judged = check_comments([raw], TableInput(path="c.xlsx"))
    assert match_comments(judged.value, _list())[0].notation == f"{A}|P|2-1|1"


def test_a_table_without_its_header_is_refused() -> None:
    judged = check_comments([_table(("甲", "乙"), ("1", "2"))], TableInput(path="c.xlsx"))
    assert judged.value is None
    assert any(one.severity.value == "error" for one in judged.findings)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("一、删除2-1条。二、同意。", ("删除2-1条。", "同意。")),
        ("（1）删除；（2）同意", ("删除；", "同意")),
        ("①删除。②同意。③无。", ("删除。", "同意。", "无。")),
        ("1.删除2.5吨的规定。\n2.同意", ("删除2.5吨的规定。", "同意")),
        ("删除2-1条。同意其余。", ("删除2-1条。同意其余。",)),
        ("2、3条建议合并。", ("2、3条建议合并。",)),
        ("1、2条建议合并。", ("1、2条建议合并。",)),
    ],
)
def test_several_comments_in_one_cell_are_split(text: str, parts: tuple[str, ...]) -> None:
    assert split_comments(text) == parts


def test_units_are_named_by_the_entries_of_the_list() -> None:
    found = places_of(_list().lists)
    assert [(one.code, one.name) for one in found] == [(C, ""), (A, ""), (B, "")]
