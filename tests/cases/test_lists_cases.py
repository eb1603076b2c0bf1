"""Access lists as provinces publish them: layouts, levels, versions of a document, and parts that cannot be read."""

from __future__ import annotations

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from zoning.errors import InputError, Severity
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.spreadsheets import read_table
from zoning.pipeline.listing import ListFiles, audit_files
from zoning.pipeline.lists import read_lists
from zoning.tables import numbers

A, B, C = "ZH35058220001", "ZH35058210002", "ZH35058230003"
CODES = ["环境管控单元编码", "环境管控单元名称"]
FOUR = ["空间布局约束", "污染物排放管控", "环境风险防控", "资源利用效率"]


def book(path, **sheets):
    """Write sheets, each rows and merged ranges."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, (rows, *merges) in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for area in merges:
            sheet.merge_cells(area)
    made.save(path)
    return path


def document(path, *parts):
    """Write paragraphs (texts) and tables (lists of rows)."""
    made = docx.Document()
    for part in parts:
        if isinstance(part, str):
            made.add_paragraph(part)
            continue
        grid = made.add_table(rows=len(part), cols=len(part[0]))
        for line, row in enumerate(part):
            for column, text in enumerate(row):
                grid.cell(line, column).text = text
    made.save(str(path))
    return path


def said(read, level="unit"):
    """(code, dimension, tag, text, cell) of every clause of a level."""
    (one,) = (one for one in read.lists if one.level == level)
    return [(c.code, c.dimension, c.tag, c.text, c.address.cell) for c in one.clauses]


def codes(read, severity=None):
    return sorted(str(one.code) for one in read.findings if severity is None or one.severity is severity)


BOTH = [(B, "S", "", "禁止乙。"), (A, "S", "", "禁止甲。"), (A, "P", "", "应达标。")]
PLAIN = {
    "wide": ([[*CODES, *FOUR[:2]], [A, "甲", "禁止甲。", "应达标。"], [B, "乙", "禁止乙。", None]],),
    "titles and numbers": (
        [
            ["某市准入清单", None, None, None], ["单位：某局", None, None, None], [*CODES, *FOUR[:2]], [1, 2, 3, 4],
            [A, "甲", "禁止甲。", "应达标。"], [B, "乙", "禁止乙。", None],
        ], "A1:D1",
    ),
    "newlines in headers": (
        [["\ufeff环境管控\n单元编码", "单元\n名称", " 区域布局\n管控 ", "污染物和碳\n排放控制"],
         [A, "甲", "禁止甲。", "应达标。"], [B, "乙", "禁止乙。", None]],
    ),
    "guangdong": ([[*CODES, "区域布局管控", "能源资源利用", "污染物排放管控"], [A, "甲", "禁止甲。", None, "应达标。"],
                   [B, "乙", "禁止乙。", None, None]],),
    "dialect b": ([["HJGKDYBM", "HJGKDYMC", "KJBJYS", "PWWPFGK", "HJFXFK", "ZYKFXLYQ"],
                   [A, "甲", "禁止甲。", "应达标。", None, None], [B, "乙", "禁止乙。", None, None, None]],),
    "dialect c": ([["unit_code", "unit_name", "unit_category", "spatial_layout_guidance", "pollutant_emission_control"],
                   [A, "甲", "重点", "禁止甲。", "应达标。"], [B, "乙", "优先", "禁止乙。", None]],),
    "long merged": (
        [[*CODES, "管控维度", "管控要求"], [A, "甲", FOUR[0], "禁止甲。"], [None, None, FOUR[1], "应达标。"],
         [B, "乙", FOUR[0], "禁止乙。"]], "A2:A3", "B2:B3",
    ),
    "long blank below": (
        [[*CODES, "管控维度", "管控要求"], [A, "甲", FOUR[0], "禁止甲。"], [None, None, FOUR[1], "应达标。"],
         [B, "乙", FOUR[0], "禁止乙。"]],
    ),
    "long repeated": (
        [["序号", *CODES, "管控类别", "管控要求"], [1, A, "甲", FOUR[0], "禁止甲。"], [2, A, "甲", FOUR[1], "应达标。"],
         [3, B, "乙", FOUR[0], "禁止乙。"]],
    ),
    "demands over two columns": (
        [["编码", "名称", "管控要求", None], [A, "甲", FOUR[0], "禁止甲。"], [None, None, FOUR[1], "应达标。"],
         [B, "乙", FOUR[0], "禁止乙。"]], "C1:D1", "A2:A3", "B2:B3",
    ),
    "one cell": (
        [[*CODES, "管控要求"], [A, "甲", "空间布局约束：\n禁止甲。\n【污染物排放管控】应达标。"],
         [B, "乙", "（一）空间布局引导\n禁止乙。"]],
    ),
    "stacked pairs": (
        [["单元编码", A], ["单元名称", "甲"], [FOUR[0], "禁止甲。"], [FOUR[1], "应达标。"], ["单元编码", B],
         ["单元名称", "乙"], [FOUR[0], "禁止乙。"]],
    ),
    "pairs side by side": (
        [["单元编码", A, "单元名称", "甲"], ["管控要求", FOUR[0], "禁止甲。", None], [None, FOUR[1], "应达标。", None],
         ["单元编码", B, "单元名称", "乙"], ["管控要求", FOUR[0], "禁止乙。", None]],
        "A2:A3", "C2:D2", "C3:D3", "C5:D5",
    ),
    "heading rows": (
        [["管控维度", "管控要求"], [f"{A} 甲", None], [FOUR[0], "禁止甲。"], [FOUR[1], "应达标。"], [f"{B} 乙", None],
         [FOUR[0], "禁止乙。"]], "A2:B2", "A5:B5",
    ),
    "header in mid sheet": (
        [[*CODES, *FOUR[:2]], [A, "甲", "禁止甲。", "应达标。"], [*CODES, *FOUR[:2]], [B, "乙", "禁止乙。", None]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", PLAIN)
def test_one_list_in_many_layouts(tmp_path, layout):
    read = read_lists({"unit": book(tmp_path / "l.xlsx", 单元清单=PLAIN[layout])})
    assert codes(read, Severity.ERROR) + codes(read, Severity.WARNING) == []
    assert [(code, dimension, tag, text) for code, dimension, tag, text, _ in said(read)] == BOTH
    entries = {entry.code: entry for entry in read.lists[0].entries}
    assert {code: entry.name for code, entry in entries.items()} == {A: "甲", B: "乙"}
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx").active
    for clause in read.lists[0].clauses:
        at = clause.address
        assert str(sheet[at.cell].value).strip()[at.start : at.end] == clause.text
        assert at.cell in {one.cell for dimension, one in entries[clause.code].cells if dimension == clause.dimension}


def test_lists_split_over_sheets_by_dimension_and_by_county(tmp_path):
    rows = {"空间布局约束": "禁止甲。", "污染物排放管控": "应达标。"}
    sheets = {name: ([[*CODES, "管控要求"], [A, "甲", text]],) for name, text in rows.items()}
    sheets["乙县"] = ([[*CODES, *FOUR], [B, "乙", "禁止乙。", None, None, None]],)
    read = read_lists({"unit": book(tmp_path / "l.xlsx", **sheets)})
    assert read.findings == ()
    assert [(c, d, t, text) for c, d, t, text, _ in said(read)] == [
        BOTH[0], (A, "P", "", "应达标。"), (A, "S", "", "禁止甲。"),
    ]  # fmt: skip
    again = read_lists({"unit": book(tmp_path / "l.xlsx", **dict(reversed(sheets.items())))})
    assert again.lists == read.lists


def test_sub_items_are_columns_below_a_dimension(tmp_path):
    head = [
        [*CODES, "空间布局约束", None, None, "资源利用效率"],
        [None, None, "禁止开发建设活动", "其他要求", "退出", "禁燃区要求"],
    ]
    rows = [*head, [A, "甲", "禁止甲。", "其他乙。", "应退出。", "禁止燃煤。"]]
    for merges in ([], ["C1:E1", "A1:A2", "B1:B2"]):
        read = read_lists({"unit": book(tmp_path / "l.xlsx", 表=(rows, *merges))})
        assert said(read) == [
            (A, "S", "禁止开发建设活动", "禁止甲。", "C3"), (A, "S", "其他要求", "其他乙。", "D3"),
            (A, "S", "退出", "应退出。", "E3"), (A, "Z", "禁燃区要求", "禁止燃煤。", "F3"),
        ]  # fmt: skip


def test_an_entry_holds_every_cell_of_its_row(tmp_path):
    head = ["序号", *CODES, "省", "市", "县", "乡镇", "管控单元分类", "要素细类", "面积", *FOUR, "备注", "某列"]
    row = ["1", A, "甲", "某省", "某市", "某县", "某镇", "重点管控单元", "水环境一般管控区、大气环境一般管控区", 3.5,
           "禁止甲。", None, "/", "应节水。", None, "某话"]  # fmt: skip
    (unit,) = read_lists({"unit": book(tmp_path / "l.xlsx", 表=([head, row],))}).lists
    (entry,) = unit.entries
    assert (entry.unit_class, entry.place) == ("KEY", ("某省", "某市", "某县", "某镇"))
    assert entry.subtypes == ("水环境一般管控区", "大气环境一般管控区")
    assert [(d, a.cell, a.start, a.end) for d, a in entry.cells] == [
        ("S", "K2", 0, 4), ("P", "L2", 0, 0), ("R", "M2", 0, 1), ("Z", "N2", 0, 4),
    ]  # fmt: skip
    assert [(h, t) for h, t, _ in entry.others] == [
        ("序号", "1"), ("面积", "3.5"), ("备注", ""), ("某列", "某话"),
    ]  # fmt: skip
    assert [clause.dimension for clause in unit.clauses] == ["S", "Z"]


LEVELS = {
    "省级总体": ([["管控维度", "管控要求"], [FOUR[0], "全省禁止。"]],),
    "区域总体": ([["区域", *FOUR[:2]], ["闽东南沿海", "沿海禁止。", None]],),
    "市级总体": ([["管控维度", "管控要求"], [FOUR[0], "全市禁止。"]],),
    "要素分区": ([["分区类型", *FOUR[:2]], ["大气环境高排放重点管控区", "高排放区禁止。", None]],),
    "单元清单": ([[*CODES, *FOUR[:2]], [A, "甲", "禁止甲。", None]],),
}
OWNERS = {
    "province": "350000", "region": "闽东南沿海", "city": "350582", "zone": "type:AIR_HIGH", "unit": A,
}  # fmt: skip


def test_one_file_with_every_level(tmp_path):
    path = book(tmp_path / "l.xlsx", **LEVELS)
    read = read_lists({"unit": path})
    assert read.findings == ()
    assert {one.level: one.clauses[0].code for one in read.lists} == OWNERS
    twice = read_lists({"unit": path, "city": path})
    assert twice.lists == read.lists


def test_a_level_that_nobody_says(tmp_path):
    read = read_lists({"unit": book(tmp_path / "l.xlsx", 表1=LEVELS["市级总体"])})
    assert codes(read) == ["LIST_LEVEL_UNCLEAR"]
    assert [one.level for one in read.lists] == ["city"]
    assert read_lists({"province": tmp_path / "l.xlsx"}).findings == ()


def test_zones_by_code_and_of_no_known_type(tmp_path):
    rows = [["分区编码", "分区名称", *FOUR[:2]], ["YS3505822310001", "某高排放区", "禁止。", None]]
    read = read_lists({"zone": book(tmp_path / "l.xlsx", 表=(rows,))})
    assert said(read, "zone")[0][0] == "YS3505822310001"
    rows = [["分区类型", *FOUR[:2]], ["高污染燃料禁燃区", "禁止。", None], ["某区", "禁止某。", None]]
    read = read_lists({"zone": book(tmp_path / "l.xlsx", 表=(rows,))})
    assert [one[0] for one in said(read, "zone")] == ["type:NOBURN_3"]
    assert ["A3" in one.value for one in read.findings] == [True]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ([f"{A}、{B}", "甲乙", "禁止。"], "LIST_TWO_UNITS", f"{A}、{B}"),
        (["ＺＨ３５０５８２２０００１", "甲", "禁止。"], "CODE_PATTERN", A),
        ([None, "无编码单元", "禁止。"], "LIST_PART_UNREAD", "无编码单元"),
        (["合计", "3", None], "LIST_PART_UNREAD", "合计"),
        (["注：本表自印发之日起施行。", None, None], "LIST_PART_UNREAD", "注"),
        (["某县", None, None], "LIST_PART_UNREAD", "某县"),
    ],
)
def test_rows_that_are_no_sound_unit(tmp_path, row, code, words):
    rows = [[*CODES, FOUR[0]], [C, "丙", "禁止丙。"], row]
    read = read_lists({"unit": book(tmp_path / "l.xlsx", 表=(rows,))})
    (found,) = read.findings
    assert (str(found.code), found.row) == (code, 3)
    assert words in found.value + found.message_zh
    kept = [one[0] for listed in read.lists for one in said(read, listed.level)]
    expected = {"LIST_TWO_UNITS": [B, A, C], "CODE_PATTERN": [A, C]}.get(code, [C])
    assert kept == expected


def test_a_code_and_a_name_in_one_cell(tmp_path):
    rows = [["单元编码及名称", FOUR[0], FOUR[1]], [f"{A}\n（甲单元）", "禁止甲。", None]]
    (unit,) = read_lists({"unit": book(tmp_path / "l.xlsx", 表=(rows,))}).lists
    assert [(entry.code, entry.name) for entry in unit.entries] == [(A, "甲单元")]


def test_what_two_units_share_is_a_clause_of_both(tmp_path):
    rows = [[*CODES, *FOUR[:2]], [A, "甲", "禁止。", "达标。"], [B, "乙", None, "治理。"]]
    read = read_lists({"unit": book(tmp_path / "l.xlsx", 表=(rows, "C2:C3"))})
    assert {(one[0], one[4]) for one in said(read) if one[1] == "S"} == {(A, "C2"), (B, "C2")}


# -------------------------------------------------------------------------------------------------------- documents


def test_paragraphs_of_a_city(tmp_path):
    path = document(
        tmp_path / "c.docx", "某市总体准入清单", "", "一、空间布局约束", "1.禁止新建。", "（一）限制开发建设活动：",
        "1.限制丙。", "二、污染物排放管控", "应达标。", "三、附则", "自印发之日起施行。",
    )  # fmt: skip
    read = read_lists({"city": path})
    assert [one[1:] for one in said(read, "city")] == [
        ("S", "", "禁止新建。", "¶4"), ("S", "限制开发建设活动", "限制丙。", "¶6"), ("P", "", "应达标。", "¶8"),
    ]  # fmt: skip
    (found,) = read.findings
    assert ("¶1" in found.value, "¶9" in found.value, "¶10" in found.value) == (True, True, True)


def test_paragraphs_of_units_and_of_regions(tmp_path):
    path = document(
        tmp_path / "u.docx", f"{A} 甲单元", FOUR[0], "禁止甲。", "污染物排放管控：应达标。", B, FOUR[0], "禁止乙。"
    )
    read = read_lists({"unit": path})
    assert [(c, d, t, text) for c, d, t, text, _ in said(read)] == BOTH
    path = document(
        tmp_path / "r.docx",
        "一、闽东南沿海",
        "（一）空间布局约束",
        "禁止甲。",
        "二、闽西北",
        "（一）空间布局约束",
        "禁止乙。",
    )
    assert [(one[0], one[3]) for one in said(read_lists({"region": path}), "region")] == [
        ("闽东南沿海", "禁止甲。"), ("闽西北", "禁止乙。"),
    ]  # fmt: skip


def test_tables_of_a_document(tmp_path):
    path = document(
        tmp_path / "t.docx", f"一、甲（{A}）", [[FOUR[0], "禁止甲。"], [FOUR[1], "应达标。"]],
        [["单元编码", B], ["单元名称", "乙"], [FOUR[0], "禁止乙。"]],
    )  # fmt: skip
    read = read_lists({"unit": path})
    assert [(c, d, t, text) for c, d, t, text, _ in said(read)] == BOTH
    assert [entry.name for entry in read.lists[0].entries] == ["乙", "甲"]


def test_a_table_goes_on_with_the_next_page(tmp_path):
    first = [[*CODES, *FOUR[:2]], [A, "甲", "禁止甲。", "应达标。"]]
    read = read_lists({"unit": document(tmp_path / "t.docx", first, "", [[B, "乙", "禁止乙。", ""]])})
    assert [(c, d, t, text) for c, d, t, text, _ in said(read)] == BOTH
    assert read.findings == ()


def test_a_plan_for_carbon_is_kept_apart(tmp_path):
    path = document(
        tmp_path / "c.docx", "某市碳达峰实施方案", "一、总体要求", "到2025年，碳排放强度下降18%。", "二、重点任务"
    )
    read = read_lists({"carbon": path})
    assert read.lists == ()
    (clause,) = read.carbon[0].clauses
    assert (clause.level, clause.tag, clause.address.cell) == ("city", "总体要求", "¶3")


def part(name, **attributes):
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def run(text, name="t"):
    made, inner = part("r"), part(name)
    inner.text = text
    made.append(inner)
    return made


def revised(path):
    """«1.禁止[-旧-][+新+]。», an inserted paragraph, a deleted one, an inserted and a deleted row."""
    made = docx.Document()
    made.add_paragraph("一、空间布局约束")
    line = made.add_paragraph("1.禁止")._p
    for kind, inner, author in (("del", run("旧", "delText"), "李四"), ("ins", run("新"), "张三")):
        change = part(kind, author=author)
        change.append(inner)
        line.append(change)
    line.append(run("。"))
    for kind, inner in (("ins", run("2.增。")), ("del", run("2.减。", "delText"))):
        whole, mark = made.add_paragraph()._p, part("rPr")
        mark.append(part(kind, author="张三"))
        whole.get_or_add_pPr().append(mark)
        change = part(kind, author="张三")
        change.append(inner)
        whole.append(change)
    made.add_paragraph("二、环境风险防控")
    made.add_paragraph("应建账。")
    grid = made.add_table(rows=4, cols=2)
    for row, (label, text) in enumerate(
        (("管控维度", "管控要求"), (FOUR[1], "增行。"), (FOUR[1], "减行。"), (FOUR[1], "定行。"))
    ):
        grid.cell(row, 0).text, grid.cell(row, 1).text = label, text
    for row, kind in ((1, "ins"), (2, "del")):
        grid.rows[row]._tr.get_or_add_trPr().append(part(kind, author="王五"))
    made.save(str(path))
    return path


def test_both_versions_of_a_document(tmp_path):
    path = revised(tmp_path / "r.docx")
    texts = {
        version: {(one[3], one[4]) for one in said(read_lists({"city": path}, version=version), "city")}
        for version in ("accepted", "original")
    }
    assert texts["accepted"] == {
        ("禁止新。", "¶2"), ("增。", "¶3"), ("应建账。", "¶5"), ("增行。", "B2"), ("定行。", "B3"),
    }  # fmt: skip
    assert texts["original"] == {
        ("禁止旧。", "¶2"), ("减。", "¶3"), ("应建账。", "¶5"), ("减行。", "B2"), ("定行。", "B3"),
    }  # fmt: skip
    (found,) = (one for one in read_lists({"city": path}).findings if one.code == "LIST_REVISIONS_OPEN")
    assert "张三、李四、王五" in found.message_zh
    with pytest.raises(ValueError, match="both"):
        read_docx(path, "r.docx", version="both")


def test_what_a_document_holds_beside_its_text(tmp_path):
    made = docx.Document()
    grid = made.add_table(rows=2, cols=2)
    for column, (label, text) in enumerate((("管控维度", FOUR[0]), ("管控要求", "禁止。"))):
        grid.cell(0, column).text, grid.cell(1, column).text = label, text
    grid.cell(1, 1).add_table(rows=1, cols=1).cell(0, 0).text = "内表"
    struck = grid.cell(1, 0).paragraphs[0].runs[0]
    struck.font.strike = True
    box, inner = part("txbxContent"), part("p")
    inner.append(run("框内文字"))
    box.append(inner)
    holder = part("pict")
    holder.append(box)
    made.add_paragraph("").add_run()._r.append(holder)
    made.add_comment(made.add_paragraph("甲").runs, "请核实", "某人", "某")
    made.save(str(tmp_path / "d.docx"))
    read = read_lists({"city": tmp_path / "d.docx"})
    found = {one.field: (one.severity, one.value) for one in read.findings}
    assert found["table"] == (Severity.WARNING, "B2 内表")
    assert found["box"] == (Severity.WARNING, "¶1 框内文字")
    assert found["comment"] == (Severity.INFO, "请核实")
    assert found["struck"] == (Severity.INFO, f"A2 {FOUR[0]}")
    assert [one[3] for one in said(read, "city")] == ["禁止。"]


def test_what_a_workbook_holds_beside_its_text(tmp_path):
    made = openpyxl.Workbook()
    sheet = made.active
    for row in ([*CODES, *FOUR[:2]], [A, "甲", None, "应达标。"]):
        sheet.append(row)
    sheet["C2"] = CellRichText("禁止", TextBlock(InlineFont(strike=True), "新建"), "甲。")
    sheet["D2"].comment = Comment("请核实", "某人")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    made.save(tmp_path / "l.xlsx")
    read = read_lists({"unit": tmp_path / "l.xlsx"})
    assert [one[3] for one in said(read)] == ["禁止新建甲。", "应达标。"]
    found = {one.field: one.value for one in read.findings}
    assert {name: found[name] for name in ("struck", "comment")} == {"struck": "C2 新建", "comment": "D2 请核实"}
    assert set(found["hidden"].split("；")) == {"2", "B"}
    assert codes(read, Severity.ERROR) == []


# ------------------------------------------------------------------------------------------------------- bad files


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("l.doc", "word", ".docx"), ("l.wps", "word", ".docx"), ("l.et", "sheet", ".xlsx"), ("l.pdf", "page", ".docx"),
        ("l.png", "page", "Word"), ("l.ods", "open", ".xlsx"), ("l.odt", "open", ".docx"),
    ],
)  # fmt: skip
def test_formats_that_cannot_be_read_say_what_to_do(tmp_path, name, key, words):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(InputError) as raised:
        read_table(tmp_path / name, name)
    (found,) = raised.value.findings
    assert found.key == f"FILE_UNREADABLE.{key}"
    assert words in found.fix_zh


def test_every_fault_of_every_file_at_once(tmp_path):
    (tmp_path / "p.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (tmp_path / "z.csv").write_bytes("分区类型,空间布局约束\n某区,禁止。\n".encode("gbk"))
    path = book(tmp_path / "l.xlsx", 表=PLAIN["wide"])
    read = read_lists({"province": "p.docx", "city": "nowhere.xlsx", "zone": "z.csv", "unit": path}, root=tmp_path)
    assert {"FILE_UNREADABLE", "PATH_MISSING", "ENCODING_UNDECLARED", "LIST_PART_UNREAD"} <= set(codes(read))
    assert [one.level for one in read.lists] == ["unit"]
    with pytest.raises(ValueError, match="parish"):
        read_lists({"parish": path})


def test_a_list_whose_clauses_would_not_fit_into_memory_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["单元编码", "空间布局约束", "污染物排放管控"])
    book.active.append(["ZH35058220001", "甲。" * 5_000, "乙。"])
    book.save(path)
    monkeypatch.setattr("zoning.io.read.guard.numbers", lambda name: {**numbers(name), "table_letters": 9_000.0})
    read = read_lists({"unit": path})
    assert [found.key for found in read.findings] == ["FILE_UNREADABLE.letters"]
    assert read.lists == ()


def test_an_audit_can_go_by_the_text_before_tracked_changes(tmp_path):
    path = tmp_path / "city.docx"
    document = docx.Document()
    document.add_paragraph("示例市总体准入清单")
    document.add_paragraph("一、污染物排放管控")
    paragraph = document.add_paragraph("1.锅炉应达标排放")
    inserted = docx.oxml.parse_xml(
        '<w:ins xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:id="9" w:author="甲">'
        "<w:r><w:t>并核算碳排放</w:t></w:r></w:ins>"
    )
    paragraph._p.append(inserted)
    document.save(path)
    states = [
        audit_files(ListFiles(str(path), original=original)).tables["clauses"]["carbon_state"].tolist()
        for original in (False, True)
    ]
    assert states == [["CARBON"], ["NONE"]]
