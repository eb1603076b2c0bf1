"""Revisions of the real lists of 晋江: every kind of cell is marked, taken back and adopted."""

from __future__ import annotations

import zipfile

import pytest

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.xlsx import read_xlsx
from zoning.pipeline.adopting import adopt_list
from zoning.pipeline.revising import write_revisions
from zoning.redline import Revision, accept_all, reject_all

pytestmark = pytest.mark.real
ABOUT = Revision("甲局", "2026-05-04")


def edits_of(table, column, file):
    """An addition, a change and a removal in turn, one per cell of a column."""
    made = []
    cells = [row[column] for row in table.rows[1:] if len(row) > column]
    for number, cell in enumerate(one for one in cells if not one.merged_from and len(one.text) > 12):
        kind, size = number % 3, len(cell.text)
        start, end = ((size, size), (2, 8), (3, 6))[kind]
        new = ("\n另：2027年底前完成改造。", "改写之后", "")[kind]
        at = Address(file, table.sheet, cell.address, start, end)
        made.append(Edit(f"{cell.address}", at, cell.text[start:end], new, "", "S", reason="R"))
    return made


@pytest.mark.parametrize("name", ["access_list.xlsx", "access_list_2023.xlsx"])
def test_workbooks(real_data, tmp_path, name):
    source = real_data / "jinjiang" / name
    made = edits_of(read_xlsx(source, name)[0], 8, name)
    assert len(made) > 70
    written = write_revisions({"unit": source}, made, tmp_path, ABOUT)
    assert written.findings == ()
    assert adopt_list(tmp_path / written.lists[0].file, tmp_path).counts["OPEN"] == len(made)
    back = adopt_list(source, tmp_path)
    assert back.counts["REJECTED"] == len(made)
    assert back.further == ()


def test_document(real_data, tmp_path):
    name = "access_list_city.docx"
    source = real_data / "jinjiang" / name
    made = [edit for table in read_docx(source, name) for edit in edits_of(table, 2, name)]
    assert len(made) > 10
    written = write_revisions({"city": source}, made, tmp_path, ABOUT)
    assert written.findings == ()
    revised = tmp_path / written.lists[0].file
    for change, outcome in ((accept_all, "ACCEPTED"), (reject_all, "REJECTED")):
        with zipfile.ZipFile(revised) as archive, zipfile.ZipFile(tmp_path / "back.docx", "w") as back:
            for part in archive.namelist():
                content = archive.read(part)
                back.writestr(part, change(content) if part == "word/document.xml" else content)
        adoption = adopt_list(tmp_path / "back.docx", tmp_path)
        assert adoption.counts[outcome] == len(made)
        assert adoption.further == ()
