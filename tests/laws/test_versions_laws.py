"""Laws of the comparison of two lists: nothing is lost or told twice, and the two versions are mirror images."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from zoning.clauses import AccessList, Entry, clauses_of_cell
from zoning.versions import compare, marks

SENTENCES = (
    "禁止新设入河排污口。", "严禁新设入河排污口。", "农村生活污水应纳入管网或就地处理达标排放。",
    "再生水利用率2025年应达到25%。", "再生水利用率2027年应达到30%。", "鼓励在宜林地开展固碳造林。",
    "应组织在宜林地开展固碳造林。", "新建项目应开展碳排放评价，单位产值碳排放高于先进值的不予准入。",
    "新建项目应开展碳排放评价。", "单位产值碳排放高于先进值的不予准入。", "园区应建设事故废水三级拦截设施。",
    "涉危险化学品企业应编制突发环境事件应急预案并备案。",
)  # fmt: skip
NAMES = ("甲镇重点管控单元1", "甲镇重点管控单元2", "甲镇重点管控单元2-1", "乙镇优先保护单元", "乙镇一般管控单元", "")
MIRROR = {"ADDED": "REMOVED", "REMOVED": "ADDED", "SPLIT": "MERGED", "MERGED": "SPLIT"}
CARBON = {"ADDED": "REMOVED", "REMOVED": "ADDED", "STRENGTHENED": "WEAKENED", "WEAKENED": "STRENGTHENED"}
UNITS = {"NEW": "DROPPED", "DROPPED": "NEW", "SPLIT": "MERGED", "MERGED": "SPLIT"}


@st.composite
def lists(draw):
    codes = draw(st.sets(st.sampled_from(["ZH1", "ZH2", "ZH3", "ZH4", "ZH5"]), max_size=4))
    clauses, entries = [], []
    for code in sorted(codes):
        entries.append(Entry(code, draw(st.sampled_from(NAMES))))
        for dimension in draw(st.sets(st.sampled_from("SPRZ"))):
            own = draw(st.lists(st.sampled_from(SENTENCES), max_size=4))
            text = "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(own, start=1))
            clauses += clauses_of_cell(text, code=code, level="unit", dimension=dimension, cell=dimension)
    return AccessList("unit", clauses, entries)


@given(lists(), lists())
def test_every_unit_and_every_clause_stands_exactly_once(old, new):
    found = compare(old, new)
    for side, one in (("old", old), ("new", new)):
        codes = Counter(code for match in found.matches for code in getattr(match, side))
        assert codes == Counter({entry.code for entry in one.entries} | {clause.code for clause in one.clauses})
        clauses = Counter(clause.id for record in found.records for clause in getattr(record, side))
        assert clauses == Counter(clause.id for clause in one.clauses)
    assert sum(found.record_counts.values()) == len(found.records)


@given(lists())
def test_a_list_is_the_same_as_itself(one):
    found = compare(one, one)
    assert {match.kind for match in found.matches} <= {"SAME"}
    assert {record.kind for record in found.records} <= {"SAME"}
    assert not any(record.carbon or record.absent for record in found.records)
    assert found.entries == found.headers == ()


def told(found, turned):
    sides = ("new", "old") if turned else ("old", "new")
    units = Counter(
        (UNITS.get(m.kind, m.kind) if turned else m.kind, *(getattr(m, s) for s in sides)) for m in found.matches
    )
    clauses = Counter(
        (
            MIRROR.get(r.kind, r.kind) if turned else r.kind,
            CARBON.get(r.carbon, r.carbon) if turned else r.carbon,
            *(tuple(sorted(clause.id for clause in getattr(r, s))) for s in sides),
        )
        for r in found.records
    )
    return units, clauses


@given(lists(), lists())
def test_the_versions_turned_round_are_the_mirror_image(old, new):
    assert told(compare(new, old), turned=True) == told(compare(old, new), turned=False)


@given(lists(), lists(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(old, new, random):
    def shuffled(one):
        clauses, entries = list(one.clauses), list(one.entries)
        random.shuffle(clauses)
        random.shuffle(entries)
        return AccessList("unit", clauses, entries)

    assert compare(shuffled(old), shuffled(new)) == compare(old, new)


@given(st.text(max_size=30), st.text(max_size=30))
def test_marks_hold_both_texts(old, new):
    found = marks(old, new)
    assert "".join(text for text, kind in found if kind != "added") == old
    assert "".join(text for text, kind in found if kind != "removed") == new
