"""Law of layouts: a list says the same however it is laid out; no clause is lost, doubled or given to another unit."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.list_layouts import CLASSES, DIMENSIONS, LAYOUTS, WITHOUT_CLASS, Unit

from zoning.errors import Severity
from zoning.pipeline.lists import read_lists
from zoning.vocab import value

TEXTS = (
    "",
    "禁止新建燃煤锅炉。",
    "1.应达标排放。\n2.应建立台账。",
    "1-1.【大气/限制类】严格控制新增产能。\n1-2.【水/禁止类】禁止新设排污口。",
    "/",
    "不涉及",
    "执行某市总体准入要求中第1条。",
    "应节水；应节能。",
)
NAMES = ("某镇重点管控单元", "北部山地", "甲区2号单元", "临港工业园区")


@st.composite
def units(draw) -> list[Unit]:
    """Draw two to five units, the first of which says something."""
    made = []
    for number in range(draw(st.integers(2, 5))):
        head = draw(st.sampled_from(("ZH350582", "HY350500")))
        code = f"{head}{draw(st.sampled_from(sorted(CLASSES)))}{number + 1:04d}"
        texts = [(dimension, draw(st.sampled_from(TEXTS))) for dimension in DIMENSIONS]
        texts[0] = ("S", TEXTS[1]) if not number else texts[0]
        made.append(Unit(code, draw(st.sampled_from(NAMES)), tuple(texts)))
    return made


def told(read, *, classes):
    """(code, name, class) of the entries, (code, dimension, number, tag, text) of the clauses."""
    (one,) = read.lists
    entries = sorted((entry.code, entry.name, entry.unit_class if classes else "") for entry in one.entries)
    clauses = sorted((c.code, c.dimension, c.number, c.tag, c.text) for c in one.clauses)
    return entries, clauses


@pytest.mark.parametrize("layout", LAYOUTS)
@given(units())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_one_list_in_every_layout(layout, listed):
    with TemporaryDirectory() as folder:
        plain, path = Path(folder) / "plain.xlsx", Path(folder) / layout
        LAYOUTS["wide.xlsx"](listed, plain)
        LAYOUTS[layout](listed, path)
        classes = path.stem not in WITHOUT_CLASS
        read = read_lists({"unit": path})
        assert [found.message_zh for found in read.findings if found.severity is Severity.ERROR] == []
        assert told(read, classes=classes) == told(read_lists({"unit": plain}), classes=classes)
        entries = [(u.code, u.name, value("unit_class", u.unit_class) if classes else "") for u in listed]
        assert told(read, classes=classes)[0] == sorted(entries)
