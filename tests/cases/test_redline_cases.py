"""Revisions by hand: what the marked file says, what is refused, and that nothing else changes."""

from __future__ import annotations

import re
import time
import zipfile
from io import BytesIO

import docx
import openpyxl
import pytest
import xlsxwriter

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.errors import InputError
from zoning.redline import Revision, changes_docx, redline_docx, redline_xlsx

ABOUT = Revision(
    "甲局", "2026-05-04", "某市修订说明", example=True, names={"ZH1": "一单元"}, evidence={"D1": "二氧化碳 3 吨"}
)
TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def edit(cell, old, new, start=0, sheet="清单", **more):
    at = Address("list.xlsx", sheet, cell, start, start + len(old))
    return Edit(more.pop("id", "D1"), at, old, new, more.pop("code", "ZH1"), "S", **more)


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(*given):
    inner = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in given)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def hand_made(path, data, *, main=TRANSITIONAL, strings="", prefix=""):
    """A workbook written letter by letter, as other programs write it."""
    office = "http://purl.oclc.org/ooxml/officeDocument/relationships" if main == STRICT else OFFICE
    spaces = f'xmlns:{prefix}="{main}"' if prefix else f'xmlns="{main}"'
    p = f"{prefix}:" if prefix else ""
    parts_of_book = [("rId1", f"{office}/worksheet", "worksheets/sheet1.xml")]
    if strings:
        parts_of_book.append(("rId2", f"{office}/sharedStrings", "sharedStrings.xml"))
    sheets = '<sheets><sheet name="清单" sheetId="7" r:id="rId1"/></sheets>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations(("r", f"{office}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": relations(*parts_of_book),
        "xl/worksheets/sheet1.xml": f"<{p}worksheet {spaces}>{data}</{p}worksheet>",
    }
    if strings:
        files["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def text_cell(address, text, given=""):
    return f'<c r="{address}"{given} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def rows(*given):
    """Rows of (attributes, inner)."""
    return f"<sheetData>{''.join(f'<row {about}>{inner}</row>' for about, inner in given)}</sheetData>"


def sheet_of(path):
    return parts(path)["xl/worksheets/sheet1.xml"].decode()


def test_only_the_changed_cell_of_a_sheet_changes(tmp_path):
    data = rows(('r="2" ht="15"', text_cell("A2", "甲乙", ' s="0"') + '<!-- x --><c r="B2"><v>1</v></c>'))
    source = hand_made(tmp_path / "list.xlsx", data)
    assert redline_xlsx(source, [edit("A2", "乙", "丙", 1)], tmp_path / "out.xlsx", ABOUT) == ()
    new = sheet_of(tmp_path / "out.xlsx")
    assert re.sub(r'<c r="A2".*?</c>', "", new) == re.sub(r'<c r="A2".*?</c>', "", sheet_of(source)).replace(
        ' ht="15"', ""
    )
    assert '<strike/><color rgb="FFC8102E"/></rPr><t xml:space="preserve">乙</t>' in new
    assert '<u/><color rgb="FF0A4FD6"/></rPr><t xml:space="preserve">丙</t>' in new
    assert parts(tmp_path / "out.xlsx")["_rels/.rels"] == parts(source)["_rels/.rels"]


def test_a_height_that_a_person_fixed_stays(tmp_path):
    data = rows(('r="2" ht="15" customHeight="1"', text_cell("A2", "甲")))
    redline_xlsx(hand_made(tmp_path / "list.xlsx", data), [edit("A2", "甲", "乙")], tmp_path / "out.xlsx", ABOUT)
    assert '<row r="2" ht="15" customHeight="1">' in sheet_of(tmp_path / "out.xlsx")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("<sheetData/>", r'<sheetData><row r="2"><c r="B2"'),
        ('<sheetData><row r="2"/></sheetData>', r'<row r="2"><c r="B2".*</c></row></sheetData>'),
        (rows(('r="2"', '<c r="A2"/><c r="C2"/>')), r'<c r="A2"/><c r="B2".*</c><c r="C2"/>'),
        ('<sheetData><row r="1"/><row r="3"/></sheetData>', r'<row r="1"/><row r="2"><c r="B2".*</row><row r="3"/>'),
        (rows(("", "<c/>"), ("", "<c/><c/>")), r'<row ><c/></row><row ><c/><c r="B2".*</c></row>'),
        (rows(('r="1"', '<c r="B1" s="0"/>')), r'<c r="B2" s="0" t="inlineStr">'),
    ],
)
def test_a_cell_that_is_missing_is_made_in_its_place(tmp_path, data, expected):
    source = hand_made(tmp_path / "list.xlsx", data)
    assert redline_xlsx(source, [edit("B2", "", "新")], tmp_path / "out.xlsx", ABOUT) == ()
    assert re.search(expected, sheet_of(tmp_path / "out.xlsx"))


def test_shared_strings_with_formats_and_phonetic_runs(tmp_path):
    strings = (
        '<si><r><t>甲</t></r><r><rPr><b/><sz val="9"/></rPr><t>乙丙</t></r><rPh sb="0" eb="1"><t>jia</t></rPh></si>'
    )
    data = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
    source = hand_made(tmp_path / "list.xlsx", data, strings=strings)
    assert redline_xlsx(source, [edit("A1", "丙", "丁", 2)], tmp_path / "out.xlsx", ABOUT) == ()
    new = sheet_of(tmp_path / "out.xlsx")
    assert '<r><rPr><b/><sz val="9"/></rPr><t xml:space="preserve">乙</t></r>' in new
    assert '<rPr><b/><u/><sz val="9"/><color rgb="FF0A4FD6"/></rPr><t xml:space="preserve">丁</t>' in new
    assert "jia" not in new
    assert parts(tmp_path / "out.xlsx")["xl/sharedStrings.xml"] == parts(source)["xl/sharedStrings.xml"]


@pytest.mark.parametrize(("main", "prefix"), [(STRICT, ""), (TRANSITIONAL, "x"), (STRICT, "s")])
def test_strict_files_and_prefixed_names(tmp_path, main, prefix):
    p = f"{prefix}:" if prefix else ""
    cell = f'<{p}c r="A1" t="inlineStr"><{p}is><{p}t>甲</{p}t></{p}is></{p}c>'
    data = f'<{p}sheetData><{p}row r="1">{cell}</{p}row></{p}sheetData>'
    source = hand_made(tmp_path / "list.xlsx", data, main=main, prefix=prefix)
    assert redline_xlsx(source, [edit("A1", "甲", "乙")], tmp_path / "out.xlsx", ABOUT) == ()
    assert f"<{p}r><{p}rPr><{p}strike/>" in sheet_of(tmp_path / "out.xlsx")
    added = parts(tmp_path / "out.xlsx")["xl/worksheets/sheet2.xml"].decode()
    assert f'<worksheet xmlns="{main}">' in added


@pytest.mark.parametrize(
    ("written", "read", "start"),
    [
        ("甲_x000D_\n乙丙", "甲_x000D_\n乙丙", 9),
        ("甲_x000D_\n乙丙", "甲\r\n乙丙", 3),
        ("甲_x000D_\n乙丙", "甲\n乙丙", 2),
        (" 甲乙丙 ", "甲乙丙", 1),
    ],
)
def test_offsets_count_as_the_reader_counted(tmp_path, written, read, start):
    data = rows(('r="1"', text_cell("A1", written)))
    assert read[start] == "乙"
    source = hand_made(tmp_path / "list.xlsx", data)
    assert redline_xlsx(source, [edit("A1", "乙", "丁", start)], tmp_path / "out.xlsx", ABOUT) == ()
    shown = re.findall(r"<t[^>]*>([^<]*)</t>", sheet_of(tmp_path / "out.xlsx"))
    assert "".join(shown) == written.replace("乙", "乙丁")


def test_an_address_inside_a_merged_range_is_its_first_cell(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "清单"
    book.active["A1"] = "甲"
    book.active.merge_cells("A1:B3")
    book.save(tmp_path / "list.xlsx")
    assert redline_xlsx(tmp_path / "list.xlsx", [edit("B2", "甲", "乙")], tmp_path / "out.xlsx", ABOUT) == ()
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["清单"]["A1"].value == "甲乙"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (edit("A1", "甲", "乙"), "REDLINE_MOVED.formula"),
        (edit("B1", "丁", "乙"), "REDLINE_MOVED"),
        (edit("B1", "", "乙", start=90), "REDLINE_MOVED"),
        (edit("B1", "甲", "乙", sheet="别处"), "REDLINE_MOVED.sheet"),
        (edit("表", "甲", "乙"), "REDLINE_MOVED.address"),
        (edit("B1", "甲", "乙" * 40000), "REDLINE_MOVED.long"),
    ],
)
def test_nothing_at_all_is_written_if_one_edit_has_no_place(tmp_path, wrong, key):
    book = openpyxl.Workbook()
    book.active.title = "清单"
    book.active["A1"], book.active["B1"], book.active["C1"] = "=1+1", "甲", "丙"
    book.save(tmp_path / "list.xlsx")
    found = redline_xlsx(tmp_path / "list.xlsx", [edit("C1", "丙", "好", id="D9"), wrong], tmp_path / "out.xlsx", ABOUT)
    assert [one.key for one in found] == [key]
    assert found[0].severity == "error"
    assert found[0].file == "list.xlsx"
    assert not (tmp_path / "out.xlsx").exists()


def test_two_edits_of_one_passage_are_refused(tmp_path):
    data = rows(('r="1"', text_cell("A1", "甲乙丙")))
    source = hand_made(tmp_path / "list.xlsx", data)
    made = [edit("A1", "甲乙", "x"), edit("A1", "乙丙", "y", 1, id="D2")]
    assert [one.key for one in redline_xlsx(source, made, tmp_path / "out.xlsx", ABOUT)] == ["REDLINE_MOVED.overlap"]


def full_book(path):
    """A workbook with everything that must survive."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("清单")
        other = book.add_worksheet("O'Brien 的表")
        look = book.add_format({"bg_color": "#FFEE00", "text_wrap": True})
        sheet.write_row(0, 0, ["编码", "要求"], look)
        for number in range(1, 6):
            sheet.write_string(number, 0, f"ZH{number}", look)
            sheet.write_string(number, 1, f"第{number}条要求。", look)
        sheet.write_formula("D2", "=1+1", None, 2)
        sheet.set_column(1, 1, 40)
        sheet.autofilter("A1:B6")
        sheet.freeze_panes(1, 0)
        sheet.write_comment("A2", "批注")
        sheet.data_validation("C2", {"validate": "list", "source": ["是", "否"]})
        sheet.conditional_format("A2:A6", {"type": "duplicate", "format": look})
        sheet.print_area("A1:B6")
        book.define_name("区域", "=清单!$A$1:$B$6")
        other.write_string("A1", "留")
        other.insert_image("B2", "logo.png", {"image_data": BytesIO(PIXEL)})
    return path


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


def test_everything_else_of_a_workbook_survives(tmp_path):
    source = full_book(tmp_path / "list.xlsx")
    assert redline_xlsx(source, [edit("B2", "要求", "规定", 3)], tmp_path / "out.xlsx", ABOUT) == ()
    before, after = parts(source), parts(tmp_path / "out.xlsx")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
        "docProps/app.xml", "xl/styles.xml",
    }  # fmt: skip
    assert list(after)[: len(before)] == list(before)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["清单", "O'Brien 的表", "修订说明"]
    sheet = book["清单"]
    assert sheet.auto_filter.ref == "A1:B6"
    assert sheet["A2"].comment.text == "批注"
    assert sheet["B2"].fill.fgColor.rgb == "FFFFEE00"
    assert sheet["D2"].value == "=1+1"
    assert "修订说明" in after["docProps/app.xml"].decode()
    assert b'_xlnm.Print_Area" localSheetId="0"' in after["xl/workbook.xml"]


def test_the_sheet_of_changes_says_everything_and_computes_nothing(tmp_path):
    source = full_book(tmp_path / "list.xlsx")
    made = [
        edit(
            "B2",
            "要求",
            '=HYPERLINK("x")',
            3,
            before="第1条要求。",
            after="=1+1",
            why="@因为",
            reason="R3-GAP",
            basis="-依据",
        ),
        edit("B3", "", "\n新", 6, id="D2", code="ZH2"),
        edit("A1", "甲", "", sheet="别处", id="D3"),
    ][:2]
    redline_xlsx(source, made, tmp_path / "out.xlsx", ABOUT)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["修订说明"]
    assert sheet["A1"].value == "某市修订说明（示例数据）"
    assert [cell.value for cell in sheet[3]] == [
        "序号", "单元编码", "单元名称", "维度", "单元格", "修订类型", "修订前", "修订后", "理由代码", "理由", "证据",
        "依据", "审核结论", "审核意见", "审核后文本",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[4]] == [
        "1", "ZH1", "一单元", "空间布局约束", "清单!B2", "修改", "第1条要求。", "=1+1", "R3-GAP", "@因为",
        "二氧化碳 3 吨", "-依据", None, None, None,
    ]  # fmt: skip
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} <= {"s", "inlineStr"}
    assert sheet["H4"].number_format == "@"
    assert sheet["F5"].value == "新增"
    assert sheet["E4"].hyperlink.location == "'清单'!B2"
    rule = sheet.data_validations.dataValidation[0]
    assert (rule.formula1, str(rule.sqref)) == ('"采纳,不采纳,修改后采纳,待定"', "M4:M5")


def test_a_sheet_of_that_name_gets_a_neighbour(tmp_path):
    source = full_book(tmp_path / "list.xlsx")
    redline_xlsx(source, [edit("B2", "要求", "规定", 3)], tmp_path / "one.xlsx", ABOUT)
    redline_xlsx(tmp_path / "one.xlsx", [edit("B3", "要求", "规定", 3)], tmp_path / "two.xlsx", ABOUT)
    assert openpyxl.load_workbook(tmp_path / "two.xlsx").sheetnames[2:] == ["修订说明", "修订说明2"]


def test_macros_stay(tmp_path):
    source = full_book(tmp_path / "list.xlsm")
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    redline_xlsx(source, [edit("B2", "要求", "规定", 3)], tmp_path / "out.xlsm", ABOUT)
    assert parts(tmp_path / "out.xlsm")["xl/vbaProject.bin"] == b"macro"


@pytest.mark.parametrize("kind", ["entity", "bomb", "text", "locked"])
def test_hostile_files_are_refused_and_leave_nothing(tmp_path, kind):
    path = tmp_path / "list.xlsx"
    if kind == "entity":
        hand_made(path, rows(('r="1"', text_cell("A1", "&a;"))))
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        files["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE w [<!ENTITY a "x">]>' + files["xl/worksheets/sheet1.xml"]
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    elif kind == "bomb":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 20_000_000)
    else:
        path.write_bytes(b"no zip" if kind == "text" else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(InputError) as raised:
        redline_xlsx(path, [edit("A1", "甲", "乙")], tmp_path / "out.xlsx", ABOUT)
    assert raised.value.findings[0].code == "FILE_UNREADABLE"
    assert {one.name for one in tmp_path.iterdir()} == {"list.xlsx"}


def test_a_large_sheet_is_quick(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "list.xlsx")) as book:
        sheet = book.add_worksheet("清单")
        for row in range(2000):
            for column in range(10):
                sheet.write_string(row, column, f"{row}-{column} 禁止新建、扩建高污染项目。")
    made = [edit(f"C{row}", "禁止", "严禁", len(f"{row - 1}-2 "), id=str(row)) for row in range(1, 2001, 2)]
    begun = time.perf_counter()
    assert redline_xlsx(tmp_path / "list.xlsx", made, tmp_path / "out.xlsx", ABOUT) == ()
    assert time.perf_counter() - begun < 3


def document(path):
    made = docx.Document()
    made.add_paragraph("前言")
    table = made.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "类别"
    table.cell(1, 1).text = "1.禁止新建。"
    table.cell(0, 1).merge(table.cell(0, 0))
    made.save(path)
    return path


def test_a_document_gets_tracked_changes_by_our_author(tmp_path):
    source = document(tmp_path / "list.docx")
    made = [Edit("D1", Address("list.docx", "表1", "B2", 7, 7), "", "\n2.限期退出。", "U", "S")]
    assert redline_docx(source, made, tmp_path / "out.docx", ABOUT) == ()
    xml = parts(tmp_path / "out.docx")["word/document.xml"].decode()
    assert re.search(r'<w:ins w:id="\d+" w:author="甲局" w:date="2026-05-04T00:00:00Z"><w:r>', xml)
    assert re.search(r"<w:pPr><w:rPr><w:ins [^>]*/></w:rPr></w:pPr>", xml)
    assert [one.text for one in docx.Document(tmp_path / "out.docx").tables[0].cell(1, 1).paragraphs] == [
        "1.禁止新建。",
        "",
    ]
    before, after = parts(source), parts(tmp_path / "out.docx")
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml"}


def test_a_document_that_was_changed_is_left_alone(tmp_path):
    source = document(tmp_path / "list.docx")
    wrong = [
        Edit("D1", Address("list.docx", "表1", "B2", 0, 2), "别的", "x", "U", "S"),
        Edit("D2", Address("", "表9", "A1"), "", "x", "U", "S"),
    ]
    found = redline_docx(source, wrong, tmp_path / "out.docx", ABOUT)
    assert sorted(one.key for one in found) == ["REDLINE_MOVED", "REDLINE_MOVED.address"]
    assert not (tmp_path / "out.docx").exists()


def test_the_table_of_changes_as_a_document(tmp_path):
    made = [edit("B2", "要求", "规定", 3, before="第1条要求。", after="第1条规定。", basis="【依据待核】")]
    changes_docx(made, tmp_path / "one.docx", ABOUT)
    changes_docx(made, tmp_path / "two.docx", ABOUT)
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()
    written = docx.Document(tmp_path / "one.docx")
    assert written.paragraphs[0].text == "某市修订说明（示例数据）"
    assert written.paragraphs[0].style.name == "Heading 1"
    table = written.tables[0]
    assert [cell.text for cell in table.rows[1].cells][6:8] == ["第1条要求。", "第1条规定。"]
    struck = [run.text for run in table.rows[1].cells[6].paragraphs[0].runs if run.font.strike]
    assert struck == ["要求"]
    assert "tblHeader" in table.rows[0]._tr.xml
