"""Law of places: the reader of documents and the writer of revisions count paragraphs and cells alike."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.cases.word_numbers import mark

from zoning.io.read.table.documents import read_docx
from zoning.redline.paragraphs import Places, letters_of

KINDS = st.sampled_from(
    ("plain", "plain", "empty", "del", "ins", "moveFrom", "moveTo", "control", "table", "deleted row")
)


def add(made, kind, text):
    """Add a paragraph or a table of one kind."""
    if kind in ("table", "deleted row"):
        grid = made.add_table(rows=3, cols=2)
        for row in range(3):
            for column in range(2):
                grid.cell(row, column).text = f"{text}{row}{column}"
        if kind == "deleted row":
            grid.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:author="某"/>'))
            grid.cell(0, 0).merge(grid.cell(0, 1))
        return
    paragraph = made.add_paragraph("" if kind == "empty" else text)
    if kind in ("del", "ins", "moveFrom", "moveTo"):
        mark(paragraph, kind)
    if kind == "control":
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
        paragraph._p.addprevious(control)
        control[0].append(paragraph._p)


@given(st.lists(KINDS, min_size=1, max_size=10))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_place_that_is_read_is_found_again(kinds):
    made = docx.Document()
    for number, kind in enumerate(kinds):
        add(made, kind, f"甲{number}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "d.docx"
        made.save(str(path))
        places = Places(etree.fromstring(zipfile.ZipFile(path).read("word/document.xml")))
        for table in read_docx(path, path.name, paragraphs=True):
            for cell in (cell for line in table.rows for cell in line if cell.text):
                found = places.at(table.sheet, cell.address)
                assert found is not None, cell
                assert "".join(letter.text for letter in letters_of(found)).strip() == cell.text
