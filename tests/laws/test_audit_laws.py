"""Laws of the audit: the order of rows never matters, a later day never has fewer dates behind it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.audit import audit_lists
from zoning.clauses import AccessList, clauses_of_cell
from zoning.listpage import render_audit

TEXTS = ("2024年底前完成锅炉改造。", "依据《大气污染防治法》管控。", "企业应建立治理台账并报送。",
         "执行市级总体清单第9.9条。", "/", "应达标排放。",
         "新建涂装项目应使用低挥发性原辅材料。",
         "到2030年碳排放强度下降20%。", "“十四五”期间完成治理。")  # fmt: skip
ROWS = st.lists(st.tuples(st.integers(1, 6), st.sampled_from("SPRZ"), st.sampled_from(TEXTS)), min_size=1, max_size=20)


def clauses(rows):
    return [
        clause
        for at, (unit, dimension, text) in enumerate(rows, start=1)
        for clause in clauses_of_cell(text, code=f"ZH350582200{unit:02d}", level="unit", dimension=dimension,
                                      file="a.xlsx", sheet="清单", cell=f"I{at}")
    ]  # fmt: skip


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_clauses_never_matters(rows, random):
    own = clauses(rows)
    mixed = list(own)
    random.shuffle(mixed)
    one, other = (audit_lists([AccessList("unit", several)], date="2026-11-20") for several in (own, mixed))
    assert one.findings == other.findings
    assert render_audit("a", one) == render_audit("a", other)
    for name, table in one.tables.items():
        assert table.equals(other.tables[name]), name


@given(ROWS, st.dates(), st.dates())
@settings(max_examples=40, deadline=None)
def test_a_later_day_never_has_fewer_dates_behind_it(rows, one, other):
    first, last = sorted((one.isoformat(), other.isoformat()))
    own = AccessList("unit", clauses(rows))
    counts = [
        sum(found.code == "DEADLINE_PASSED" for found in audit_lists([own], date=day).findings)
        for day in (first, last)
    ]  # fmt: skip
    assert counts[0] <= counts[1]


@pytest.mark.parametrize("text", TEXTS)
def test_every_finding_on_a_clause_names_its_cell(text):
    own = clauses_of_cell(
        text, code="ZH35058220001", level="unit", dimension="P", file="a.xlsx", sheet="清单", cell="J7"
    )
    found = audit_lists([AccessList("unit", own)], date="2026-11-20").findings
    assert found
    assert all("清单!J7" in one.message_zh for one in found if one.row == 7 and one.field == "dimension:P")
