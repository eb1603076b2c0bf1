"""Demands on carbon and of zones against the clauses of a unit, worked by hand."""

import pytest

from zoning.clauses import AccessList, Entry, clauses_of_cell
from zoning.clauses.addressees import Bearer, bearer_of
from zoning.clauses.demands import FULL, NONE, PARTLY, answering, applies, carbon_demands
from zoning.clauses.inheritance import Held
from zoning.clauses.topics import requirement_of, topics_of
from zoning.clauses.zone_demands import unanswered, zone_demands

UNIT = Bearer(
    "ZH35058220002",
    name="安海镇重点管控单元",
    place=("福建省", "泉州市", "晋江市"),
    chain=("350582", "350500", "350000"),
)


def clauses(*texts, code=UNIT.code, level="unit"):
    return [one for text in texts for one in clauses_of_cell(text, code=code, level=level, dimension="P")]


def own(*texts):
    return [Held(UNIT.code, one) for one in clauses(*texts)]


def by_id(demands):
    return {one.id: one for one in demands}


def extents(held, **how):
    return {one.demand.id: one.extent for one in answering(carbon_demands(at=2026), held, UNIT, **how)}


# ---------------------------------------------------------------------------------------------------- the demands


def test_packaged_demands_say_what_has_expired():
    demands = by_id(carbon_demands(at=2026))
    assert demands["CD001"].expired  # 2025
    assert demands["CD049"].expired  # no year, noted as expired in 2026
    assert not demands["CD003"].expired  # 2030
    assert not any(one.expired for one in carbon_demands(at=2020))
    assert not any(one.expired for one in carbon_demands())


def test_a_user_s_row_replaces_the_packaged_one_and_others_are_added():
    rows = [{"id": "CD003", "text_zh": "甲", "year": "2031"}, {"id": "OWN1", "text_zh": "乙"}]
    demands = by_id(carbon_demands(rows))
    assert (demands["CD003"].text, demands["CD003"].year, demands["OWN1"].sectors) == ("甲", 2031, ("all",))
    assert len(demands) == len(carbon_demands()) + 1


def test_clauses_of_a_carbon_plan_are_demands():
    plan = AccessList(
        "city",
        clauses(
            "到2030年单位地区生产总值二氧化碳排放较2025年下降20%。",
            "现有水泥企业2027年底前单位产品碳排放降至800千克/吨以下。",
            "加强组织领导。",
            code="350500",
            level="city",
        ),
    )
    first, second = (one for one in carbon_demands(lists=[plan], at=2028) if one.clause)
    assert (first.applies_to, first.quantity, first.unit, first.year) == ("region", "20", "percent", 2030)
    assert (second.applies_to, second.codes, second.expired) == ("existing", ("3011",), True)
    assert first.requirement_type == "intensity"


def test_every_packaged_demand_has_a_topic():
    assert [one.id for one in carbon_demands() if not one.topics] == []
    assert requirement_of(topics_of("纳入碳市场的企业应清缴配额。")) == "trading"


# ---------------------------------------------------------------------------------------------------- whom


@pytest.mark.parametrize(
    ("key", "texts", "holds"),
    [
        ("CD003", ["水泥企业应建账。"], False),  # a region's target
        ("CD016", ["水泥企业应建账。"], False),  # the plan's
        ("CD018", ["水泥企业应建账。"], True),  # 3011 is covered by the carbon market
        ("CD018", ["制鞋企业应建账。"], False),
        ("CD012", ["严格控制两高项目。"], True),
        ("CD012", ["制鞋企业应建账。"], False),
        ("CD028", ["园区应建设集中供热设施。"], True),
        ("CD028", ["制鞋企业应建账。"], False),
        ("CD050", ["水泥企业应建账。"], False),  # Zhejiang
        ("CD010", ["制鞋企业应建账。"], True),  # every new project
    ],
)
def test_a_demand_applies_to_units_that_have_what_it_is_about(key, texts, holds):
    demand = by_id(carbon_demands())[key]
    assert applies(demand, own(*texts), UNIT) is holds


def test_emitters_make_demands_apply_where_no_clause_names_them():
    demand = by_id(carbon_demands())["CD018"]
    assert not applies(demand, own("应建账。"), UNIT)
    assert applies(demand, own("应建账。"), UNIT, codes=("3011",))


def test_demands_of_a_province_are_for_its_units():
    demand = by_id(carbon_demands())["CD050"]
    hangzhou = Bearer("U", place=("浙江省", "杭州市"))
    assert applies(demand, own("水泥企业应建账。"), hangzhou)


# ---------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("新建耗煤项目应实行煤炭消费减量替代，不得使用高污染燃料作替代。", FULL),
        ("新建耗煤项目应实行煤炭消费减量替代，替代比例不低于1.1:1。", PARTLY),  # leaves out the fuels of the demand
        ("鼓励耗煤项目实行煤炭消费减量替代。", PARTLY),
        ("新建火电项目应达标排放。", NONE),
    ],
)
def test_how_far_a_clause_answers(text, extent):
    assert extents(own(text), codes=("4411",))["CD047"] == extent


def test_a_number_in_another_unit_answers_in_part():
    held = own("园区单位工业增加值二氧化碳排放2030年较2025年下降20%。")
    assert extents(held)["CD028"] == PARTLY


def test_a_region_s_target_answers_no_unit():
    held = [
        *own("园区应建账。"),
        Held(
            UNIT.code, clauses("2030年全市单位地区生产总值二氧化碳排放下降20%。", code="3505", level="city")[0], "3505"
        ),
    ]
    assert extents(held)["CD028"] == NONE


def test_expired_demands_are_asked_of_nobody():
    assert "CD026" not in extents(own("城镇污水处理厂应建账。"))


def test_demands_on_key_regions_are_uncertain():
    answers = answering(carbon_demands(), own("新建耗煤项目应建账。"), UNIT, codes=("4411",))
    certain = {one.demand.id: one.certain for one in answers}
    assert certain["CD047"] is False
    assert certain["CD010"] is True


# ---------------------------------------------------------------------------------------------------- zones


NOBURN = bearer_of(Entry(UNIT.code, subtypes=("高污染燃料禁燃区(Ⅱ类)",)))


def test_types_without_a_list_are_asked_by_the_packaged_check_list():
    found = zone_demands(NOBURN)
    assert {one.zone_type for one in found} == {"NOBURN_2"}
    assert all(one.ours for one in found)
    assert unanswered(NOBURN, own("工业用地容积率不低于1.5。")) == found
    left = unanswered(NOBURN, own("禁止销售、燃用高污染燃料。"))
    assert {one.id for one in left} < {one.id for one in found}


def test_a_list_of_zones_is_asked_instead():
    texts = ("禁燃区内禁止燃用高污染燃料。", "禁燃区内应发展屋顶光伏。")
    zones = AccessList("zone", clauses(*texts, code="高污染燃料禁燃区(Ⅱ类)", level="zone"))
    assert {one.text for one in zone_demands(NOBURN, [zones])} == set(texts)
    assert [one.text for one in unanswered(NOBURN, own("禁止燃用高污染燃料。"), [zones])] == [texts[1]]


def test_a_list_of_zones_does_not_answer_itself():
    (clause,) = clauses("禁燃区内应发展屋顶光伏。", code="高污染燃料禁燃区(Ⅱ类)", level="zone")
    zones = AccessList("zone", [clause])
    assert len(unanswered(NOBURN, [Held(UNIT.code, clause, "type:NOBURN_2")], [zones])) == 1


def test_every_template_of_a_zone_has_a_topic():
    assert [
        one.id
        for one in zone_demands(Bearer("U", zones=tuple(("", k) for k in ("AIR_HIGH", "COAST_KEY", "ECO_SPACE"))))
        if not one.topics
    ] == []
