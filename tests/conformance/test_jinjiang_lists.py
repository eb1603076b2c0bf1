"""The lists of 晋江, both versions and the city's, are read as their label files say: cell, number, tag, text."""

from __future__ import annotations

import csv
from collections import Counter

import openpyxl
import pytest

from zoning.checks import check_list
from zoning.io.read.table.documents import read_docx
from zoning.io.read.table.spreadsheets import read_table
from zoning.study import ListInput

pytestmark = pytest.mark.real


def labels(path):
    with path.open(encoding="utf-8-sig") as rows:
        return list(csv.DictReader(rows))


def units(folder, name):
    judged = check_list(read_table(folder / name, name), ListInput(unit=name), "unit", None)
    assert judged.findings == ()
    return judged.value


def test_every_labelled_clause_is_read_with_its_address(real_data):
    folder = real_data / "jinjiang"
    read = units(folder, "access_list.xlsx")
    truth = labels(folder / "access_list_labels.csv")
    labelled = {row["unit_code"] for row in truth}
    ours = Counter(
        (c.code, c.dimension, c.number.strip(".、()"), c.tag, c.text.rstrip("。"), c.address.cell)
        for c in read.clauses if c.code in labelled
    )  # fmt: skip
    # Of cells joined by ； the labels leave out the last stop.
    theirs = Counter(
        (
            r["unit_code"],
            r["dimension"],
            r["clause_no"].strip("、()"),
            r["bracket_tag"],
            r["text"].rstrip("。"),
            r["cell"],
        )
        for r in truth
    )
    assert len(truth) == 329
    assert ours == theirs


@pytest.mark.parametrize(("name", "count"), [("access_list.xlsx", 80), ("access_list_2023.xlsx", 82)])
def test_entries_hold_every_cell(real_data, name, count):
    read = units(real_data / "jinjiang", name)
    sheet = openpyxl.load_workbook(real_data / "jinjiang" / name).worksheets[0]
    assert len(read.entries) == count
    assert {clause.code for clause in read.clauses} <= {entry.code for entry in read.entries}
    for entry in read.entries:
        row = sheet[entry.address.cell].row
        said = [str(sheet.cell(row, column).value or "").strip() for column in range(1, 14)]
        assert [entry.code, entry.name, list(entry.place[:3])] == [said[1], said[2], said[3:6]]
        assert entry.unit_class == {"1": "PRIORITY", "2": "KEY", "3": "GENERAL"}[entry.code[8]]
        assert "".join(entry.subtypes) == said[7].replace("、", "").replace(";", "")
        assert {dimension for dimension, _ in entry.cells} == {"S", "P", "R", "Z"}
        assert [(header, text) for header, text, _ in entry.others] == [("序号", said[0]), ("备注", said[12])]
    held = {(at.cell, sheet[at.cell].value or "") for entry in read.entries for _, at in entry.cells}
    assert {cell.coordinate for row in sheet["I4:L140"] for cell in row if cell.value} <= {cell for cell, _ in held}
    for clause in read.clauses:
        text = str(sheet[clause.address.cell].value).strip()
        assert text[clause.address.start : clause.address.end] == clause.text


def test_the_list_of_the_city(real_data):
    folder = real_data / "jinjiang"
    path = folder / "access_list_city.docx"
    judged = check_list(read_docx(path, path.name), ListInput(unit="u", city=path.name), "city", None, "350582")
    truth = labels(folder / "access_list_city_labels.csv")
    assert judged.findings == ()
    assert [(c.dimension, c.number, c.text) for c in judged.value.clauses] == [
        (row["dimension"], row["clause_no"], row["text"]) for row in truth
    ]
    (entry,) = judged.value.entries
    assert entry.code == "350582"
    assert len(entry.cells) == len(truth)
