"""Laws of reading lists: texts stand at their addresses, the order of sheets is nothing, no text is lost silently."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.checks import check_list
from zoning.checks.table.list_words import segments
from zoning.intake import RawCell, RawTable
from zoning.study import ListInput

FOUR = ("空间布局约束", "污染物排放管控", "环境风险防控", "资源利用效率")
SENTENCES = (
    "禁止新建燃煤锅炉。",
    "1.应达标。2.应建账。",
    "/",
    "",
    "应节水；应节能。",
    "注：甲",
    "合计",
    "禁燃区要求：禁止燃煤。",
    "某话",
)
LOOSE = st.sampled_from((*SENTENCES, "某县", "ZH35058220007", "单元名称", "空间布局约束", "3"))


def table(rows, sheet="表"):
    cells = (
        tuple(RawCell(text, number, column) for column, text in enumerate(row, start=1))
        for number, row in enumerate(rows, start=1)
    )
    return RawTable("l.xlsx", tuple(cells), sheet)


def read(*tables):
    return check_list(tables, ListInput(unit="l.xlsx"), "unit", None)


rows_of_units = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=4, max_size=4), min_size=1, max_size=6)


@given(rows_of_units, st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_sheets_in_any_order_give_one_list_with_texts_at_their_addresses(rows, long, chance):
    sheets = []
    for number, texts in enumerate(rows):
        code = f"ZH3505822{number:04d}"
        if long:
            lines = [
                ["单元编码", "管控维度", "管控要求"],
                *([code, name, text] for name, text in zip(FOUR, texts, strict=True)),
            ]
        else:
            lines = [["单元编码", *FOUR], [code, *texts]]
        sheets.append(table(lines, f"表{number}"))
    judged = read(*sheets)
    shuffled = chance.sample(sheets, len(sheets))
    again = read(*shuffled)
    assert judged.value == again.value
    if judged.value is None:
        return
    texts = {(one.sheet, cell.address): cell.text for one in sheets for line in one.rows for cell in line}
    for clause in judged.value.clauses:
        at = clause.address
        assert texts[at.sheet, at.cell][at.start : at.end] == clause.text
    for entry in judged.value.entries:
        for _, at in entry.cells:
            assert 0 <= at.start <= at.end <= len(texts[at.sheet, at.cell])


@given(st.lists(st.lists(LOOSE, min_size=6, max_size=6), min_size=1, max_size=8))
@settings(max_examples=400, deadline=None)
def test_no_text_is_lost_silently(rows):
    header = ["单元编码", "单元名称", *FOUR[:3], "备注"]
    whole = table([header, ["ZH35058210001", "甲", "禁止。", "", "", ""], *rows])
    judged = read(whole)
    if judged.value is None:
        return
    held = {at.cell for entry in judged.value.entries for _, at in entry.cells}
    held |= {at.cell for entry in judged.value.entries for _, _, at in entry.others}
    held |= {entry.address.cell for entry in judged.value.entries}
    held |= {clause.address.cell for clause in judged.value.clauses}
    words = {text for entry in judged.value.entries for text in (entry.code, entry.name, *entry.subtypes, *entry.place)}
    named = " ".join(f"{one.value} {one.message_zh}" for one in judged.findings)
    for line in whole.rows[1:]:
        for cell in line:
            if cell.text and cell.text not in header:
                assert cell.address in held or cell.text in words or cell.text in named, (cell, judged.findings)


@given(st.lists(st.sampled_from([*SENTENCES, "空间布局约束：", "【污染物排放管控】", "禁燃区要求", "\n"]), max_size=8))
def test_segments_are_in_order_and_hold_all_but_headings(parts):
    cell = "\n".join(parts)
    cut = segments(cell)
    ends = [0, *(one.end for one in cut)]
    assert all(end <= one.start <= one.end for end, one in zip(ends, cut, strict=False))
    kept = "".join(cell[one.start : one.end] for one in cut)
    left = cell
    for heading in ("空间布局约束：", "【污染物排放管控】", "禁燃区要求：", "禁燃区要求"):
        left, kept = left.replace(heading, ""), kept.replace(heading, "")
    assert "".join(kept.split()) == "".join(left.split())
