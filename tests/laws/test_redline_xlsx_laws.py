"""Laws of revised workbooks: without what is struck the new text, without what is underlined the old one."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.io.read.table.xlsx import read_xlsx
from zoning.redline import Revision, redline_xlsx
from zoning.redline.wording import DEL, INS, changes, revised
from zoning.tables import read

ABOUT = Revision("甲", "2026-05-04")
COLOURS = {row["mark"]: "FF" + row["colour"].lstrip("#") for row in read("redline_marks")}
TEXTS = st.text(st.sampled_from("甲乙丙丁 ；。\n12=<&"), max_size=14)


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def side(value, left_out):
    """Text of a cell without the runs that carry one mark."""
    if not isinstance(value, CellRichText):
        return str(value or "")
    kept = []
    for run in value:
        font = run.font if isinstance(run, TextBlock) else None
        colour = font.color.rgb if font is not None and font.color is not None and font.color.type == "rgb" else ""
        line = font is not None and (font.strike if left_out == DEL else font.u)
        if not (line and colour == COLOURS[left_out]):
            kept.append(str(run.text if isinstance(run, TextBlock) else run))
    return "".join(kept)


def written(kind, path, cells):
    """A small workbook of one program, every cell in A1:B2, the second one of two formats."""
    if kind == "openpyxl":
        book = openpyxl.Workbook()
        for address, text in cells.items():
            book.active[address].value = text
            book.active[address].data_type = "s"
        book.save(path)
    else:
        book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False})
        sheet, bold = book.add_worksheet("Sheet"), book.add_format({"bold": True})
        for address, text in cells.items():
            if address == "B1" and len(text) > 2:
                sheet.write_rich_string(address, text[:1], bold, text[1:2], text[2:])
            else:
                sheet.write_string(address, text)
        book.close()


@st.composite
def edits(draw, texts):
    made = []
    for cell in ("A1", "B1", "A2", "C3"):
        text = texts.get(cell, "")
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
        for number, (start, end) in enumerate(zip(cuts[::2], cuts[1::2], strict=False)):
            new = draw(TEXTS) or "新"
            made.append(
                Edit(f"{cell}{number}", Address("x.xlsx", "Sheet", cell, start, end), text[start:end], new, "U", "S")
            )
    return made


@pytest.mark.parametrize("kind", ["openpyxl", "xlsxwriter"])
@given(data=st.data())
def test_each_side_of_the_marks_is_one_of_the_two_texts(kind, data, tmp_path_factory):
    folder = Path(tmp_path_factory.getbasetemp())
    source, out = folder / f"{kind}.xlsx", folder / f"{kind}_out.xlsx"
    written(kind, source, {address: data.draw(TEXTS) for address in ("A1", "B1", "A2", "B2")})
    read_back = {cell.address: cell.text for row in read_xlsx(source, "x.xlsx")[0].rows for cell in row}
    made = data.draw(edits(read_back))
    assert redline_xlsx(source, made, out, ABOUT) == ()
    before, after = openpyxl.load_workbook(source, rich_text=True), openpyxl.load_workbook(out, rich_text=True)
    for row in after["Sheet"].iter_rows():
        for cell in row:
            mine = [edit for edit in made if edit.at.cell == cell.coordinate]
            old = before["Sheet"][cell.coordinate].value
            if not mine:
                assert str(cell.value) == str(old)
                continue
            assert side(cell.value, INS) == str(old if old is not None else "")
            assert side(cell.value, DEL).strip() == revised(read_back.get(cell.coordinate, ""), mine).strip()
            assert cell.data_type in ("s", "inlineStr", "n")
    untouched = {"xl/theme/theme1.xml", "docProps/core.xml", "_rels/.rels", "xl/sharedStrings.xml"}
    for name, content in parts(source).items():
        assert name not in untouched or parts(out)[name] == content
    again = folder / f"{kind}_again.xlsx"
    redline_xlsx(source, made[::-1], again, ABOUT)
    assert again.read_bytes() == out.read_bytes()


@given(old=TEXTS, new=TEXTS)
def test_pieces_add_up_to_both_texts(old, new):
    pieces = changes(old, new)
    assert "".join(piece.text for piece in pieces if piece.state != INS) == old
    assert "".join(piece.text for piece in pieces if piece.state != DEL) == new
    assert all(one.state != two.state for one, two in pairwise(pieces))
