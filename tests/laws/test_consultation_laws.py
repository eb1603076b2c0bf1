"""Laws of coherence, comments and the register: order never matters, nothing is lost, nothing is guessed."""

from __future__ import annotations

import re
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from zoning.checks.table.comments import split_comments
from zoning.clauses import clauses_of_cell
from zoning.clauses.coherence import STANDINGS, VERDICTS, matrix, relations, typed
from zoning.consultation import Comment, Lists, match_comments

TEXTS = (
    "不得新建燃煤锅炉。", "水泥企业完成超低排放改造。", "新上用煤项目实行煤炭减量替代。", "落实抑尘措施。",
    "倡导绿色生活。", "开展碳排放评价。", "污水处理厂提标至准Ⅳ类。", "现状不涉及钢铁企业。", "沿岸补种红树林。",
    "高污染燃料禁燃区内禁止燃用散煤。",
)  # fmt: skip
TYPES = ("cap", "intensity", "share", "EIA", "sink", "peak", "any")


def _demand(number, kind):
    return SimpleNamespace(
        id=f"D{number}", level="national", region="全国", carrier="区域", object="碳排放", sector="all", codes=(),
        requirement_type=kind, text="碳排放总量", expired=False,
    )  # fmt: skip


clauses = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=6).map(
    lambda texts: [
        clause for number, text in enumerate(texts) for clause in clauses_of_cell(text, code=f"U{number}", level="unit")
    ]
)
demands = st.lists(st.sampled_from(TYPES), min_size=1, max_size=4).map(
    lambda kinds: [_demand(number, kind) for number, kind in enumerate(kinds)]
)


@given(clauses)
def test_every_clause_has_one_standing_and_kinds_only_where_it_is_typed(some):
    found = typed(some)
    assert [one.clause for one in found] == some
    assert all(one.standing in STANDINGS and bool(one.hits) == (one.standing == "TYPED") for one in found)


@given(clauses, demands, st.randoms(use_true_random=False))
def test_relations_do_not_depend_on_order(some, asked, random):
    before = {(one.clause, one.demand.id, one.rule, one.verdict) for one in relations(some, asked)}
    random.shuffle(some)
    random.shuffle(asked)
    assert {(one.clause, one.demand.id, one.rule, one.verdict) for one in relations(some, asked)} == before


@given(clauses, demands)
def test_nothing_with_a_condition_is_called_certain(some, asked):
    for one in relations(some, asked):
        assert one.verdict in VERDICTS
        assert (one.verdict in ("OPEN", "MAY_CONFLICT")) == bool(one.condition_zh)
        start, end = one.hit.span
        assert 0 <= start < end <= len(one.clause.text)


@given(clauses, demands)
def test_the_matrix_adds_up_to_the_pairs(some, asked):
    found = relations(some, asked)
    table = matrix(found, rows="clause")
    assert table[list(VERDICTS)].to_numpy().sum() == len({(one.clause.id, one.demand.id) for one in found})


@given(st.text(alphabet="1234567890、.（）()①②一二条款建议删除保留。；\n- ", max_size=40))
def test_splitting_a_cell_loses_only_numbers_and_blanks(text):
    kept = re.sub(r"\s", "", "".join(split_comments(text)))
    rest = iter(re.sub(r"\s", "", text))
    assert all(char in rest for char in kept)


@given(st.permutations(["U0 建议删除。", "“不得新建燃煤锅炉”应保留。", "无意见。", "全部单元应增加内容。"]))
def test_a_comment_is_matched_whatever_stands_beside_it(order):
    lists = Lists(())
    alone = {text: match_comments([Comment("c", "s", 1, 1, "甲", text)], lists)[0].notation for text in order}
    together = match_comments([Comment("c", "s", row, 1, "甲", text) for row, text in enumerate(order)], lists)
    assert {one.comment.text: one.notation for one in together} == alone
