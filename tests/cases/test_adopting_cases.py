"""A revision goes out, comes back in every state a reviewer leaves it in, and is adopted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
import xlwt

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.errors import ResultError
from zoning.pipeline.adopting import adopt_list
from zoning.pipeline.revising import read_edits, write_revisions
from zoning.redline import Revision, accept_all, read_review, reject_all
from zoning.redline.wording import revised

ABOUT = Revision("甲局", "2026-05-04")
NEW = "2027年底前淘汰35蒸吨/小时以下燃煤锅炉，年减排二氧化碳1000吨。"
CLAUSE = "1-1.禁止新建高污染项目。\n1-2.鼓励使用清洁能源。"
HEAD = ["序号", "单元编码", "单元名称", "空间布局约束", "污染物排放管控"]


def edits_of(codes, file="list.xlsx", sheet="清单"):
    """Per unit: one word of the first clause changed, one clause added behind the second."""
    made = []
    for row, code in enumerate(codes, start=2):
        where = {"file": file, "sheet": sheet, "cell": f"D{row}"}
        made.append(Edit(f"{code}|a", Address(**where, start=4, end=6), "禁止", "严禁", code, "S", reason="R1"))
        added = Address(**where, start=len(CLAUSE), end=len(CLAUSE))
        made.append(Edit(f"{code}|b", added, "", f"\n1-3.{NEW}", code, "S", after=NEW, reason="R3-GAP"))
    return made


CODES = [f"ZH3505822000{number}" for number in range(1, 6)]
EDITS = edits_of(CODES)


def book_of(path):
    book = openpyxl.Workbook()
    book.active.title = "清单"
    book.active.append(HEAD)
    for number, code in enumerate(CODES, start=1):
        book.active.append([number, code, f"单元{number}", CLAUSE, f"2-1.第{number}个单元达标排放。"])
    book.save(path)
    return path


@pytest.fixture
def run(tmp_path):
    """The folder of a run that has written a revised workbook."""
    folder = tmp_path / "run"
    folder.mkdir()
    written = write_revisions({"unit": book_of(tmp_path / "list.xlsx")}, EDITS, folder, ABOUT)
    assert written.findings == ()
    assert written.files == ("list_修订稿.xlsx", "edits.json")
    return folder


def outcomes(adoption):
    return {one.draft.removeprefix("ZH3505822000"): one.outcome.value for one in adoption.drafts}


def with_texts(folder, out, texts, verdicts=()):
    """The revised workbook as a reviewer leaves it: plain texts by row, verdicts by number of the table of changes."""
    book = openpyxl.load_workbook(folder / "list_修订稿.xlsx", rich_text=True)
    for row, text in texts.items():
        book["清单"][f"D{row}"].value = text
    for number, given in dict(verdicts).items():
        for column, text in zip("MNO", given, strict=False):
            book["修订说明"][f"{column}{number + 3}"].value = text or None
    book.save(out)
    return out


def test_edits_are_kept_as_they_were(run):
    assert read_edits(run).lists[0].edits == tuple(EDITS)
    assert read_edits(run / "edits.json").about == ABOUT


def test_an_untouched_revision_is_open(run):
    adoption = adopt_list(run / "list_修订稿.xlsx", run)
    assert adoption.counts == {"ACCEPTED": 0, "REJECTED": 0, "REWORDED": 0, "OPEN": 10, "LOST": 0}
    assert (adoption.further, adoption.findings) == ((), ())
    assert {flag.met for flag in adoption.flags} == {"OPEN"}


def test_the_text_that_stands_says_what_was_decided(run, tmp_path):
    both = revised(CLAUSE, EDITS[:2])
    first, second = revised(CLAUSE, EDITS[:1]), revised(CLAUSE, EDITS[1:2])
    other = both.replace("35蒸吨", "65蒸吨")
    texts = {2: both, 3: CLAUSE, 4: first, 5: second.replace("\n", "\r\n"), 6: other}
    adoption = adopt_list(with_texts(run, tmp_path / "审核.xlsx", texts), run, tmp_path / "out", {CODES[0]: "NEED"})
    assert outcomes(adoption) == {
        "1|a": "ACCEPTED", "1|b": "ACCEPTED", "2|a": "REJECTED", "2|b": "REJECTED", "3|a": "ACCEPTED",
        "3|b": "REJECTED", "4|a": "REJECTED", "4|b": "ACCEPTED", "5|a": "ACCEPTED", "5|b": "REWORDED",
    }  # fmt: skip
    reworded = adoption.drafts[-1]
    assert reworded.text == f"1-3.{NEW}".replace("35蒸吨", "65蒸吨")
    assert 0.8 < reworded.similarity < 1
    assert (adoption.flags[0].decision, adoption.flags[1].met) == ("NEED", "NOT_MET")
    assert json.loads((tmp_path / "out" / "adoption.json").read_text())["counts"]["ACCEPTED"] == 5
    assert openpyxl.load_workbook(tmp_path / "out" / "adoption.xlsx").sheetnames[0] == "草案采纳情况"
    clean = openpyxl.load_workbook(tmp_path / "out" / "审核_采纳稿.xlsx")["清单"]
    assert [clean[f"D{row}"].value for row in (2, 3, 4)] == [both, CLAUSE, first]


def test_the_table_of_changes_decides_first(run, tmp_path):
    given = {
        1: ("采纳", "好"), 2: ("不采纳", "无依据"), 3: ("修改后采纳", "", "从严控制"),
        4: ("修改后采纳", "", "2028年底前淘汰燃煤锅炉10台。"), 5: ("待定",), 6: ("同意",), 7: ("看着办",),
        8: ("修改后采纳",),
    }  # fmt: skip
    reviewed = with_texts(run, tmp_path / "审核.xlsx", {}, given)
    adoption = adopt_list(reviewed, run, tmp_path / "out")
    assert list(outcomes(adoption).values()) == [
        "ACCEPTED", "REJECTED", "REWORDED", "REWORDED", "OPEN", "ACCEPTED", "OPEN", "OPEN", "OPEN", "OPEN",
    ]  # fmt: skip
    assert [one.key for one in adoption.findings] == ["REVIEW_UNCLEAR.word", "REVIEW_UNCLEAR.notext"]
    assert adoption.drafts[1].note == "无依据"
    clean = openpyxl.load_workbook(tmp_path / "out" / "审核_采纳稿.xlsx", rich_text=True)["清单"]
    assert str(clean["D2"].value) == CLAUSE.replace("禁止", "严禁")
    assert str(clean["D3"].value) == CLAUSE.replace("禁止", "从严控制") + "\n1-3.2028年底前淘汰燃煤锅炉10台。"
    assert clean["D6"].value == CLAUSE  # nobody decided on it: it is no clause of the adopted list
    again = read_review(tmp_path / "out" / "审核_采纳稿.xlsx", tmp_path / "list.xlsx", EDITS)
    assert [one.outcome.value for one in again.reviewed[:3]] == ["ACCEPTED", "REJECTED", "REWORDED"]


def test_a_verdict_against_the_text_stays_open(run, tmp_path):
    reviewed = with_texts(run, tmp_path / "审核.xlsx", {2: CLAUSE}, {1: ("采纳",), 2: ("不采纳",)})
    adoption = adopt_list(reviewed, run)
    assert list(outcomes(adoption).values())[:2] == ["OPEN", "REJECTED"]
    assert [(one.code, one.field) for one in adoption.findings] == [("REVIEW_UNCLEAR", "D2")]


def test_rows_that_were_sorted_put_in_or_taken_out(run, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(["某市清单"])
    sheet.append(HEAD)
    for number in (5, 3, 1, 4):
        text = revised(CLAUSE, EDITS[:2]) if number % 2 else CLAUSE
        sheet.append([number, CODES[number - 1], f"单元{number}", text, f"2-1.第{number}个单元达标排放。"])
    sheet["E6"].value = "2-1.另行规定。"
    book.save(tmp_path / "审核.xlsx")
    adoption = adopt_list(tmp_path / "审核.xlsx", run)
    found = outcomes(adoption)
    assert {found[f"{unit}|a"] for unit in (1, 3, 5)} == {"ACCEPTED"}
    assert found["4|b"] == "REJECTED"
    assert found["2|a"] == found["2|b"] == "LOST"
    assert [one.key for one in adoption.findings] == ["REVIEW_UNCLEAR.lost"] * 2
    changed = {(one.before, one.after) for one in adoption.further}
    assert ("2-1.第4个单元达标排放。", "2-1.另行规定。") in changed
    assert ("", "某市清单") in changed
    assert ("单元2", "") in changed


def test_other_words_of_an_edited_cell_are_further_changes(run, tmp_path):
    both = revised(CLAUSE, EDITS[:2]).replace("鼓励使用", "优先使用")
    adoption = adopt_list(with_texts(run, tmp_path / "审核.xlsx", {2: both}), run)
    assert list(outcomes(adoption).values())[:2] == ["ACCEPTED", "ACCEPTED"]
    assert [(one.at.cell, one.before) for one in adoption.further] == [("D2", CLAUSE)]


def test_a_file_of_another_run_is_refused(run, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["别的表"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(ResultError, match="other"):
        adopt_list(tmp_path / "other.xlsx", run)
    with pytest.raises(ResultError, match="edits"):
        adopt_list(run / "list_修订稿.xlsx", tmp_path)


def document_of(path):
    made = docx.Document()
    made.add_paragraph("各单元执行本清单。")
    table = made.add_table(rows=1, cols=5)
    for cell, text in zip(table.rows[0].cells, HEAD, strict=True):
        cell.text = text
    for number, code in enumerate(CODES, start=1):
        cells = table.add_row().cells
        for cell, text in zip(
            cells, [str(number), code, f"单元{number}", "", f"2-1.第{number}个单元达标排放。"], strict=True
        ):
            cell.text = text
        first, second = CLAUSE.split("\n")
        cells[3].paragraphs[0].add_run(first).bold = True
        cells[3].add_paragraph(second)
    made.save(path)
    return path


@pytest.fixture
def documents(tmp_path):
    """The folder of a run that has written a revised document, with an edit of a paragraph too."""
    folder = tmp_path / "docs"
    folder.mkdir()
    made = [
        *edits_of(CODES, "list.docx", "表1"),
        Edit("p", Address("list.docx", "", "¶1", 9, 9), "", "\n有效期五年。", "", "S", reason="X"),
    ]
    written = write_revisions({"unit": document_of(tmp_path / "list.docx")}, made, folder, ABOUT)
    assert written.files == ("list_修订稿.docx", "list_修订说明.docx", "edits.json")
    return folder


def settled(path, out, change):
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as written:
        for name in archive.namelist():
            content = archive.read(name)
            written.writestr(name, change(content) if name == "word/document.xml" else content)
    return out


@pytest.mark.parametrize(
    ("change", "outcome"), [(lambda xml: xml, "OPEN"), (accept_all, "ACCEPTED"), (reject_all, "REJECTED")]
)
def test_a_document_comes_back_as_it_was_settled(documents, tmp_path, change, outcome):
    back = settled(documents / "list_修订稿.docx", tmp_path / "审核.docx", change)
    adoption = adopt_list(back, documents, tmp_path / "out")
    assert set(outcomes(adoption).values()) == {outcome}
    assert (adoption.further, adoption.findings) == ((), ())
    cell = docx.Document(tmp_path / "out" / "审核_采纳稿.docx").tables[0].cell(1, 3)
    assert ("严禁" in cell.text) == (outcome == "ACCEPTED")


def test_a_tracked_rewording_by_the_reviewer_names_him(documents, tmp_path):
    def reworded(xml):
        old = "35蒸吨".encode()
        parts = xml.split(old)
        before = parts[0].rindex(b"<w:ins ")
        ins = parts[0][before : parts[0].index(b">", before) + 1]
        theirs = ins.replace("甲局".encode(), "乙处".encode())
        opened = parts[0][parts[0].rindex(b"<w:r>") : parts[0].rindex(b"<w:t")]
        cut = b"</w:t></w:r></w:ins>"
        added = theirs + opened + "<w:t>65蒸吨</w:t></w:r></w:ins>".encode() + ins + opened + b"<w:t>"
        return parts[0] + cut + added + old.join(parts[1:])

    back = settled(documents / "list_修订稿.docx", tmp_path / "审核.docx", reworded)
    adoption = adopt_list(back, documents, tmp_path / "out")
    first = next(one for one in adoption.drafts if one.draft.endswith("1|b"))
    assert (first.outcome.value, first.by) == ("REWORDED", "乙处")
    assert "65蒸吨" in first.text
    clean = docx.Document(tmp_path / "out" / "审核_采纳稿.docx").tables[0].cell(1, 3)
    assert "65蒸吨/小时以下" in clean.text


def test_formats_without_marks_are_written_anew(tmp_path):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("清单")
    for column, title in enumerate(HEAD):
        sheet.write(0, column, title)
    for number, code in enumerate(CODES, start=1):
        for column, value in enumerate([number, code, f"单元{number}", CLAUSE, "=1+1"]):
            sheet.write(number, column, value)
    sheet.write_merge(7, 8, 0, 2, "合并")
    book.save(str(tmp_path / "list.xls"))
    folder = tmp_path / "run"
    folder.mkdir()
    written = write_revisions({"unit": tmp_path / "list.xls"}, edits_of(CODES, "list.xls"), folder, ABOUT)
    assert [(one.key, one.severity.value) for one in written.findings] == [("REDLINE_MOVED.format", "warning")]
    new = openpyxl.load_workbook(folder / "list_修订稿.xlsx")["清单"]
    assert new["E2"].value == "=1+1"
    assert new["E2"].data_type == "s"
    assert new["A8"].value == "合并"
    assert [str(one) for one in new.merged_cells.ranges] == ["A8:C9"]
    assert adopt_list(folder / "list_修订稿.xlsx", folder).counts["OPEN"] == 10


def test_a_csv_is_written_anew_and_an_edit_of_no_list_is_said(tmp_path):
    lines = [",".join(HEAD), *(f'{n},{code},单元{n},"{CLAUSE}",x' for n, code in enumerate(CODES, start=1))]
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="gb18030")
    folder = tmp_path / "run"
    folder.mkdir()
    made = [*edits_of(CODES, "a/list.csv", ""), Edit("z", Address("别处.xlsx", "", "A1"), "", "x", "U", "S")]
    written = write_revisions({"unit": tmp_path / "list.csv"}, made, folder, ABOUT)
    assert sorted(one.key for one in written.findings) == ["REDLINE_MOVED.format", "REDLINE_MOVED.nofile"]
    assert adopt_list(folder / "list_修订稿.xlsx", folder).counts["OPEN"] == 10


def test_names_of_files_never_leave_the_folder(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    source = book_of(tmp_path / "..甲:乙*.xlsx")
    written = write_revisions({"unit": source}, edits_of(CODES, source.name), folder, ABOUT)
    assert written.lists[0].file == "甲_乙__修订稿.xlsx"
    wrong = json.loads((folder / "edits.json").read_text())
    wrong["lists"][0]["file"] = "../../甲_乙__修订稿.xlsx"
    (folder / "edits.json").write_text(json.dumps(wrong))
    assert adopt_list(folder / written.lists[0].file, folder).counts["OPEN"] == 10


def soffice(path: Path, kind: str, folder: Path) -> Path:
    """Save a file with LibreOffice, with a profile of its own."""
    if shutil.which("soffice") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("libreoffice is not installed")
        pytest.skip("libreoffice is not installed")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    words = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(words, check=False, capture_output=True, timeout=180)
    made = folder / f"{path.stem}.{kind.partition(':')[0]}"
    if not made.is_file() and kind.startswith("docx") and os.environ.get("CI") != "true":
        pytest.skip("libreoffice-writer is not installed")
    return made


def test_a_workbook_saved_by_libreoffice_is_read_back(run, tmp_path):
    given = with_texts(run, tmp_path / "审核.xlsx", {2: revised(CLAUSE, EDITS[:2]), 3: CLAUSE}, {5: ("采纳",)})
    (tmp_path / "lo").mkdir()
    back = soffice(given, "xlsx", tmp_path / "lo")
    adoption = adopt_list(back, run, tmp_path / "out")
    expected = ["ACCEPTED"] * 2 + ["REJECTED"] * 2 + ["ACCEPTED"] + ["OPEN"] * 5
    assert list(outcomes(adoption).values()) == expected
    assert (adoption.further, adoption.findings) == ((), ())


def test_a_document_saved_by_libreoffice_is_read_back(documents, tmp_path):
    (tmp_path / "lo").mkdir()
    back = soffice(documents / "list_修订稿.docx", "docx:MS Word 2007 XML", tmp_path / "lo")
    for change, outcome in ((lambda xml: xml, "OPEN"), (accept_all, "ACCEPTED"), (reject_all, "REJECTED")):
        adoption = adopt_list(settled(back, tmp_path / "审核.docx", change), documents)
        assert set(outcomes(adoption).values()) == {outcome}
        assert (adoption.further, adoption.findings) == ((), ())


def test_what_was_adopted_in_a_row_that_is_gone_counts_as_nothing(run, tmp_path):
    book = openpyxl.load_workbook(run / "list_修订稿.xlsx", rich_text=True)
    book["清单"].delete_rows(3)
    for row in range(4, 14):
        book["修订说明"][f"M{row}"].value = "采纳"
    book["修订说明"]["M7"].value = "不采纳"
    book.save(tmp_path / "back.xlsx")
    adoption = adopt_list(tmp_path / "back.xlsx", run)
    found = outcomes(adoption)
    assert (found["1|b"], found["2|a"], found["2|b"]) == ("ACCEPTED", "LOST", "REJECTED")
    assert [one.key for one in adoption.findings] == ["REVIEW_UNCLEAR.gone"]


def test_an_empty_copy_of_the_table_of_changes_takes_no_verdict_back(run, tmp_path):
    book = openpyxl.load_workbook(run / "list_修订稿.xlsx", rich_text=True)
    book.copy_worksheet(book["修订说明"]).title = "备份"
    for row in range(4, 14):
        book["修订说明"][f"M{row}"].value = "采纳"
    book.save(tmp_path / "back.xlsx")
    assert adopt_list(tmp_path / "back.xlsx", run).counts["ACCEPTED"] == len(EDITS)


def test_a_number_of_thousands_of_figures_is_no_number_of_a_row(run, tmp_path):
    book = openpyxl.load_workbook(run / "list_修订稿.xlsx", rich_text=True)
    book["修订说明"]["A4"].value = "9" * 5000
    book["修订说明"]["M4"].value = "采纳"
    book.save(tmp_path / "back.xlsx")
    assert adopt_list(tmp_path / "back.xlsx", run).counts["ACCEPTED"] == 1


def test_an_author_with_characters_that_no_document_can_hold_is_read_back(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("单元编码", "空间布局约束", CODES[0], CLAUSE), strict=True):
        cell.text = text
    source, folder = tmp_path / "list.docx", tmp_path / "run"
    document.save(source)
    folder.mkdir()
    edits = edits_of(CODES[:1], "list.docx", "表1")
    edits = [replace(edit, at=replace(edit.at, cell="B2")) for edit in edits]
    written = write_revisions({"unit": source}, edits, folder, Revision("甲\x02局", "2026-05-04"))
    assert written.about.author == "甲局"
    assert adopt_list(folder / "list_修订稿.docx", folder).counts["OPEN"] == len(edits)


@pytest.mark.parametrize(("reason", "met"), [("R3-GAP", "NOT_MET"), ("R8-NEW", "MET")])
def test_a_clause_on_new_projects_mends_no_gap_of_existing_sources(tmp_path, reason, met):
    text = "新建水泥项目单位产品二氧化碳排放不高于0.8吨/吨，2027年底前由市生态环境局落实。"
    made = replace(EDITS[1], new=f"\n1-3.{text}", after=text, reason=reason)
    folder = tmp_path / "run"
    folder.mkdir()
    write_revisions({"unit": book_of(tmp_path / "list.xlsx")}, [made], folder, ABOUT)
    back = with_texts(folder, tmp_path / "back.xlsx", {2: f"{CLAUSE}{made.new}"})
    adoption = adopt_list(back, folder)
    assert outcomes(adoption) == {"1|b": "ACCEPTED"}
    assert [flag.met for flag in adoption.flags] == [met]


def test_a_list_with_a_long_chinese_name_is_revised_and_adopted(tmp_path):
    name = f"{'晋' * 80}.xlsx"
    folder = tmp_path / "run"
    folder.mkdir()
    written = write_revisions({"unit": book_of(tmp_path / name)}, edits_of(CODES, name), folder, ABOUT)
    adoption = adopt_list(folder / written.files[0], folder, tmp_path / "out")
    assert adoption.counts["OPEN"] == len(EDITS)
    assert (tmp_path / "out" / adoption.files[0]).is_file()


def test_a_record_with_a_paragraph_of_thousands_of_figures_is_none_of_ours(run):
    record = json.loads((run / "edits.json").read_text(encoding="utf-8"))
    record["lists"][0]["edits"][0]["at"]["cell"] = "¶" + "9" * 5000
    (run / "edits.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ResultError):
        read_edits(run)
