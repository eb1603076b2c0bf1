"""Laws of clause understanding: dress changes nothing, the strongest demand wins, splitting loses nothing."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from zoning.clauses import (
    CARBON_STATES,
    DIMENSIONS,
    MODALITIES,
    AccessList,
    Clause,
    classify,
    classify_clauses,
    clauses_of_cell,
    scope_of,
    split_cell,
)
from zoning.clauses.normalise import normalise, plain

TEXTS = (
    "新建合成氨项目未完成碳排放影响评价的，不得开工建设。",
    "城市建成区内严禁新建燃油锅炉。",
    "原则上不得新增氧化铝产能。",
    "现有砖瓦轮窑应在2026年底前全部关停。",
    "引导沿江化工企业搬迁进入合规园区。",
    "湿地公园范围内不得挖沙取土。",
    "支持矿山生态修复，增强森林碳汇功能。",
    "钢铁企业单位产品CO2排放2028年应降至1.6吨以下。",
    "电解槽产生的全氟化碳应纳入监测。",
    "碳化硅冶炼炉应密闭收尘。",
    "喷涂废气采用活性炭吸附的，应定期更换。",
    "煤炭堆场须建设防风抑尘网。",
    "港口应为靠港船舶提供岸电。",
    "燃煤热风炉应改为电加热。",
    "铝材熔炼炉须使用天然气。",
    "农村清洁取暖改造应于采暖季前完成。",
    "化工企业应加强VOCs泄漏检测与修复。",
    "小型餐饮单位无需安装油烟在线监测。",
    "危险化学品仓库应设置防泄漏围堰。",
    "干冰仓库须设置二氧化碳浓度报警器。",
    "到2030年全市煤炭消费量较2025年下降10%以上。",
    "工业余热应优先用于居民供暖。",
    "单位建筑面积能耗不得超过限额标准的90%。",
    "本镇全域属于Ⅲ类高污染燃料禁燃区。",
    "烟花爆竹禁燃区内禁止燃放鞭炮。",
    "万元工业增加值用水量2025年较2020年下降16%。",
    "提倡绿色出行，营造低碳生活氛围。",
    "各镇应将碳强度下降目标纳入年度考核。",
    "两高企业应安装门禁系统。",
    "推动砂石骨料运输由公路转向水路。",
)
NUMBERS = ("", "1-1.", "(3)", "（二）", "②", "三、", "4、", "2-3. ", "第五条 ")
TAGS = ("", "【大气/限制类】", "【禁止类】", "【碳/退出类】")
TRADITIONAL = dict(
    zip("应开业实减项区电机园环严执动会规划节锅炉", "應開業實減項區電機園環嚴執動會規劃節鍋爐", strict=True)
)

texts = st.sampled_from(TEXTS)


def full_width(text):
    return re.sub("[0-9A-Za-z%.,;()]", lambda match: chr(ord(match[0]) + 0xFEE0), text)


def traditional(text):
    return "".join(TRADITIONAL.get(char, char) for char in text)


def subscript(text):
    return text.replace("CO2", "CO₂")


@st.composite
def dressed(draw):
    """A clause and the same clause in other dress: number, tag, blanks, width, characters, stop."""
    text = draw(texts)
    body = draw(st.sampled_from([text, text.removesuffix("。"), text.removesuffix("。") + "；"]))
    for change in draw(st.lists(st.sampled_from([full_width, traditional, subscript]), unique=True, max_size=3)):
        body = change(body)
    gaps = draw(
        st.lists(st.sampled_from(["", " ", "\u3000", "\n", "\u00a0", "\ufeff"]), min_size=len(body), max_size=len(body))
    )
    body = "".join(char + gap for char, gap in zip(body, gaps, strict=True))
    return text, draw(st.sampled_from(NUMBERS)) + draw(st.sampled_from(TAGS)) + body


def judged(label):
    return label.carbon_state, label.dimension, label.modality, label.strength, label.grade, label.industries


def words(label, text):
    """What the evidence points at, without stops at its ends: a bare instruction is the whole clause."""
    return [(cue.decision, cue.value, cue.rule, plain(text[slice(*cue.span)]).strip("。;")) for cue in label.evidence]


@given(dressed())
def test_dress_changes_no_judgement_and_every_span_points_at_the_same_words(pair):
    text, other = pair
    one, two = classify(text), classify(other)
    assert judged(one) == judged(two)
    assert words(one, text) == words(two, other)
    assert scope_of(text) == scope_of(other)


@given(dressed())
def test_normal_text_is_a_fixed_point_and_its_way_back_grows(pair):
    normal = normalise(pair[1])
    assert normalise(normal.text).text == normal.text
    assert all(a <= b for a, b in zip(normal.at, normal.at[1:], strict=False))
    assert all(plain(pair[1][at]) for at in normal.at)
    assert len(normal.at) == len(normal.text)


@given(texts, texts)
def test_of_two_demands_the_stronger_wins_whatever_the_order(first, second):
    a, b = classify(first), classify(second)
    for one, two in ((first, second), (second, first)):
        joined = classify(f"{one.removesuffix('。')}；{two}")
        assert joined.carbon_state == min(a.carbon_state, b.carbon_state, key=CARBON_STATES.index)
        assert joined.modality == min(a.modality, b.modality, key=MODALITIES.index)
        assert joined.dimension == min(a.dimension, b.dimension, key=DIMENSIONS.index)
        assert set(joined.industries) == {*a.industries, *b.industries}


@given(texts)
def test_an_exception_at_the_end_judges_nothing_but_bounds_the_scope(text):
    other = f"{text.removesuffix('。')}，配建碳封存设施的应急保供项目除外。"
    assert judged(classify(other)) == judged(classify(text))
    assert scope_of(other).exception
    assert not scope_of(other).exact


@given(texts)
def test_a_carbon_purpose_makes_carbon_and_nothing_else(text):
    label = classify(text)
    other = classify(f"为落实碳中和要求，{text}")
    assert other.carbon_state == "CARBON"
    assert (other.dimension, other.modality, other.strength, other.industries) == (
        label.dimension, label.modality, label.strength, label.industries,
    )  # fmt: skip


@given(
    texts,
    st.sampled_from(
        ["碳中和大道以东，", "绿色低碳科技园范围内，", "《碳达峰行动方案》印发后，", "除碳排放另有规定外，"]
    ),
)
def test_names_titles_and_carved_out_words_change_nothing(text, place):
    assert judged(classify(place + text))[:4] == judged(classify(text))[:4]


@given(texts)
def test_weak_is_grade_0_and_strong_has_a_number(text):
    label = classify(text)
    assert (label.strength == "WEAK") == (label.grade == 0) == (label.modality in ("HORTATORY", "STATEMENT"))
    assert label.strength != "STRONG" or re.search("[0-9]", plain(text))


@given(st.permutations(TEXTS))
@settings(max_examples=10)
def test_labels_do_not_depend_on_the_company_of_other_texts(order):
    table = classify_clauses(order).set_index("text")
    alone = classify_clauses(TEXTS).set_index("text")
    assert table.loc[list(TEXTS)].equals(alone)


pieces_of_cells = st.lists(
    st.sampled_from(
        [
            *TEXTS[:8],
            "1-1.",
            "1-2. ",
            "(1)",
            "（2）",
            "①",
            "②",
            "一、",
            "2、",
            "；",
            "; ",
            "\n",
            "。",
            "：",
            "但",
            " ",
            "【水】",
        ]
    ),
    max_size=14,
).map("".join)


@given(st.one_of(pieces_of_cells, st.text(alphabet="1一①(（)）-.、。；;\n\r 【】甲但:：②2 \u3000", max_size=40)))
@example(" ;")
@settings(max_examples=200)
def test_splitting_loses_nothing(cell):
    pieces = split_cell(cell)
    assert "".join(cell[piece.start : piece.end] for piece in pieces) == (cell if cell.strip() else "")
    for piece in pieces:
        assert piece.start < piece.end
        assert piece.start <= piece.text_start <= piece.text_end <= piece.end


@given(st.lists(texts, min_size=2, max_size=6))
def test_numbered_clauses_come_out_one_by_one(chosen):
    cell = "\n".join(f"1-{number}. 【水/综合类】{text}" for number, text in enumerate(chosen, start=1))
    found = clauses_of_cell(cell, code="U", level="unit")
    assert [clause.text for clause in found] == chosen
    assert [clause.number for clause in found] == [f"1-{number}." for number in range(1, len(chosen) + 1)]
    for clause in found:
        assert cell[clause.address.start : clause.address.end] == clause.text
        assert clause.label == classify(clause.text)


@given(st.data())
def test_access_lists_do_not_know_the_order_they_came_in(data):
    clauses = [Clause(code, "unit", dimension, text) for code in "AB" for dimension in "SZ" for text in TEXTS[:3]]
    shuffled = data.draw(st.permutations(clauses))
    assert AccessList("unit", shuffled) == AccessList("unit", clauses)
    assert list(AccessList("unit", shuffled).by_code()) == ["A", "B"]


@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(["", "新建项目", "所有工业企业", "园区内"]))
def test_the_whole_unit_is_never_the_default(chosen, front):
    scope = scope_of(front + "；".join(text.removesuffix("。") for text in chosen) + "。")
    if scope.reach == "NONE":
        assert scope.gate in ("NONE", "PIPELINE")
    if scope.gate == "PIPELINE" or scope.exception or scope.reach != "ALL_INDUSTRY":
        assert not scope.exact
    assert scope.rules[0] == "SR01"
    assert len(set(scope.rules)) == len(scope.rules)
