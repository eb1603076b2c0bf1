"""Laws of inheritance and comparison: order-free, own clauses stay, copies never clash, stricter is never weaker."""

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.clauses import AccessList, Clause, clauses_of_cell
from zoning.clauses.comparison import WEAKER, clashes
from zoning.clauses.demands import answering, carbon_demands
from zoning.clauses.inheritance import Held, inherited

sys.path.insert(0, str(Path(__file__).parents[1] / "cases"))
from clause_pairs import FALSE, TRUE

TEXTS = sorted({words for _, *pair in TRUE for words in pair} | {words for pair in FALSE for words in pair})
UNITS = ("ZH35058210001", "ZH35058220002", "ZH35062430003")
REGIONS = {"province": ("350000", "440000"), "city": ("350500", "350600"), "region": ("", "闽南")}

texts = st.sampled_from(TEXTS)
lists_of_texts = st.lists(texts, min_size=1, max_size=5)


def listed(level, code, words):
    cell = "\n".join(f"{number}、{text}" for number, text in enumerate(words, start=1))
    return clauses_of_cell(cell, code=code, level=level, dimension="P")


own_lists = st.dictionaries(st.sampled_from(UNITS), lists_of_texts, min_size=1).map(
    lambda units: AccessList("unit", [one for code, words in units.items() for one in listed("unit", code, words)])
)
upper_lists = st.sampled_from(sorted(REGIONS)).flatmap(
    lambda level: st.builds(
        lambda code, words: AccessList(level, listed(level, code, words)),
        st.sampled_from(REGIONS[level]),
        lists_of_texts,
    )
)


def between(upper, lower):
    return clashes(
        [Held("U", Clause("350500", "city", "P", upper), "350500"), Held("U", Clause("U", "unit", "P", lower))]
    )


@settings(max_examples=60, deadline=None)
@given(own_lists, st.lists(upper_lists, max_size=3), st.randoms())
def test_order_never_matters(own, uppers, random):
    lists = [own, *uppers]
    found = inherited(lists)
    random.shuffle(lists)
    again = inherited([AccessList(one.level, sorted(one.clauses, key=lambda _: random.random())) for one in lists])
    assert {unit: set(held) for unit, held in found.items()} == {unit: set(held) for unit, held in again.items()}
    assert {u: set(clashes(held)) for u, held in found.items()} == {u: set(clashes(held)) for u, held in again.items()}


@settings(max_examples=60, deadline=None)
@given(own_lists, st.lists(upper_lists, max_size=3))
def test_an_own_clause_is_held_once_whatever_lists_are_added(own, uppers):
    for unit, held in inherited([own, *uppers]).items():
        kept = [one.clause for one in held if one.via == "own"]
        assert kept == [clause for clause in own.clauses if clause.code == unit]


@settings(max_examples=60, deadline=None)
@given(own_lists, st.lists(upper_lists, max_size=2), upper_lists)
def test_a_further_list_takes_nothing_away(own, uppers, more):
    before, after = inherited([own, *uppers]), inherited([own, *uppers, more])
    for unit, held in before.items():
        assert {one.clause.text.rstrip("。") for one in held} <= {one.clause.text.rstrip("。") for one in after[unit]}


@given(texts, st.sampled_from(("", "1-1.", "(3)", "【大气/限制类】")), st.sampled_from(("", "。", "；")))
def test_a_clause_clashes_with_no_copy_of_itself(text, head, stop):
    assert between(text, f"{head}{text.rstrip('。')}{stop}") == ()


@given(texts, texts)
def test_of_two_clauses_at_most_one_is_the_weaker(first, second):
    there = any(clash.kind == WEAKER for clash in between(first, second))
    back = any(clash.kind == WEAKER for clash in between(second, first))
    assert not (there and back)


AT_LEAST = ("工业用水重复利用率应达到{}%以上。", "新增工业用地容积率不低于{}。", "新增VOCs排放量实行{}倍削减替代。")
AT_MOST = ("锅炉颗粒物排放浓度不高于{}毫克/立方米。", "新建数据中心PUE不高于{}。", "煤炭消费总量控制在{}万吨以内。")
values = st.integers(2, 90)


@given(st.sampled_from((*AT_LEAST, *AT_MOST)), values, values)
def test_a_number_is_weaker_just_if_it_asks_for_less(form, upper, lower):
    found = between(form.format(upper), form.format(lower))
    less = lower < upper if form in AT_LEAST else lower > upper
    assert [clash.kind for clash in found] == ([WEAKER] if less else [])


@given(st.integers(2024, 2035), st.integers(2024, 2035))
def test_a_date_is_weaker_just_if_it_is_later(upper, lower):
    form = "{}年底前淘汰35蒸吨/小时以下燃煤锅炉。"
    found = between(form.format(upper), form.format(lower))
    assert [clash.reason for clash in found] == (["later"] if lower > upper else [])


@settings(max_examples=30, deadline=None)
@given(own_lists, upper_lists)
def test_a_further_list_never_takes_an_answer_away(own, more):
    demands = carbon_demands(at=2026)
    before, after = inherited([own]), inherited([own, more])
    for unit, held in before.items():
        answers = {one.demand.id: one.extent for one in answering(demands, held)}
        later = {one.demand.id: one.extent for one in answering(demands, after[unit])}
        assert all(later[key] != "NONE" for key, extent in answers.items() if extent != "NONE")
