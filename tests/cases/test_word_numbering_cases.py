"""Numbers that Word shows by itself become numbers of clauses; addresses are those of the text without them."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from tests.cases.word_numbers import document, mark, numbered, numbering

from zoning.io.read.table.documents import PARAGRAPHS, read_docx
from zoning.pipeline.lists import read_lists

A = "ZH35058220001"


def shown(path, version="accepted"):
    """Numbers and texts of the paragraphs."""
    rows = read_docx(path, path.name, version=version, paragraphs=True)[-1].rows
    return ["".join(number for _, number in cell.numbers) + cell.text for (cell,) in rows]


def clauses(path, level="city"):
    (one,) = read_lists({level: path}).lists
    return [(c.dimension, c.tag, c.number, c.text, c.address.cell, c.address.start, c.address.end) for c in one.clauses]


def test_a_list_of_paragraphs(tmp_path):
    path = document(tmp_path / "c.docx", [
        (None, "某市总体准入清单"), (0, "空间布局约束"), (2, "禁止甲。应退出乙。"), (2, "2025年底前完成丙。"),
        (1, "限制开发建设活动："),
        (2, "限制丁。"), (0, "污染物排放管控"), (3, "应达标。"), (0, "附则"), (None, "自印发之日起施行。"),
    ])  # fmt: skip
    assert shown(path) == [
        "某市总体准入清单", "一、空间布局约束", "1.禁止甲。应退出乙。", "2.2025年底前完成丙。",
        "（一）限制开发建设活动：", "1.限制丁。", "二、污染物排放管控", "(1)应达标。", "三、附则", "自印发之日起施行。",
    ]  # fmt: skip
    assert clauses(path) == [
        ("S", "", "1.", "禁止甲。应退出乙。", "¶3", 0, 9), ("S", "", "2.", "2025年底前完成丙。", "¶4", 0, 11),
        ("S", "限制开发建设活动", "1.", "限制丁。", "¶6", 0, 4), ("P", "", "(1)", "应达标。", "¶8", 0, 4),
    ]  # fmt: skip


def test_a_cell_of_numbered_paragraphs(tmp_path):
    made = docx.Document()
    numbering(made, (("decimal", "%1-1."), ("decimal", "%1-%2.")))
    grid = made.add_table(rows=2, cols=3)
    for column, text in enumerate(("单元编码", "空间布局约束", "污染物排放管控")):
        grid.cell(0, column).text = text
    grid.cell(1, 0).text = A
    cell = grid.cell(1, 1)
    numbered(cell.paragraphs[0], 1).add_run("  【大气/限制类】禁止甲。应退出乙。")
    numbered(cell.add_paragraph("禁止丙。"), 1)
    cell.add_paragraph("无号之条。")
    numbered(grid.cell(1, 2).paragraphs[0], 0).add_run("应达标。")
    made.save(str(tmp_path / "u.docx"))
    (one,) = read_lists({"unit": tmp_path / "u.docx"}).lists
    text = "【大气/限制类】禁止甲。应退出乙。\n禁止丙。\n无号之条。"
    for clause in one.clauses[:3]:
        assert text[clause.address.start : clause.address.end] == clause.text
    assert [(c.number, c.tag, c.text) for c in one.clauses] == [
        ("1-1.", "大气/限制类", "禁止甲。应退出乙。"), ("1-2.", "", "禁止丙。"), ("", "", "无号之条。"),
        ("1-1.", "", "应达标。"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "numbers"),
    [
        ("decimal", "%1.", ["9.", "10.", "11."]), ("decimal", "（%1）", ["（9）", "（10）", "（11）"]),
        ("chineseCountingThousand", "第%1条", ["第九条", "第十条", "第十一条"]), ("bullet", "·", ["", "", ""]),
        ("decimalEnclosedCircleChinese", "%1", ["⑨", "⑩", "⑪"]), ("lowerLetter", "%1)", ["i)", "j)", "k)"]),
        ("upperRoman", "%1.", ["IX.", "X.", "XI."]), ("decimalZero", "%1", ["09", "10", "11"]),
        ("decimalFullWidth", "%1、", ["９、", "１０、", "１１、"]), ("none", "", ["", "", ""]),
    ],
)  # fmt: skip
def test_figures(tmp_path, kind, text, numbers):
    path = document(tmp_path / "c.docx", [(0, "甲。")] * 3, levels=((kind, text),), start=9)
    assert shown(path) == [f"{number}甲。" for number in numbers]


def test_levels_restarts_and_styles(tmp_path):
    made = docx.Document()
    numbering(made, (("decimal", "%1."), ("decimal", "%1.%2")), override=5)
    style = made.styles["Heading 3"].element
    style.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>'))
    for level, number in ((0, 90), (1, 90), (1, 90), (0, 90), (1, 90), (0, 91), (0, 91), (0, 0)):
        numbered(made.add_paragraph("甲"), level, number)
    made.add_heading("甲", 3)
    made.save(str(tmp_path / "c.docx"))
    assert shown(tmp_path / "c.docx") == [
        "1.甲", "1.1甲", "1.2甲", "2.甲", "2.1甲", "5.甲", "6.甲", "甲", "7.甲",
    ]  # fmt: skip


def test_paragraphs_that_are_not_there_do_not_count(tmp_path):
    made = docx.Document()
    numbering(made, (("decimal", "%1."),))
    lines = [numbered(made.add_paragraph(text), 0) for text in ("甲", "乙", "丙", "丁")]
    mark(lines[1], "del")
    mark(lines[2], "ins")
    made.save(str(tmp_path / "c.docx"))
    assert shown(tmp_path / "c.docx") == ["1.甲", "2.丙", "3.丁"]
    assert shown(tmp_path / "c.docx", "original") == ["1.甲", "2.乙", "3.丁"]
    assert PARAGRAPHS == "正文"


def test_numbers_beyond_reason_are_figures(tmp_path):
    path = document(tmp_path / "c.docx", [(0, "甲。")], levels=(("upperRoman", "%1."),), start=999_999_999)
    assert shown(path) == ["999999999.甲。"]
