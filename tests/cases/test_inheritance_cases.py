"""What a unit's list really demands: chains, zones, addressees, copies, references, worked by hand."""

import pytest

from zoning.clauses import AccessList, Address, Clause, Entry, clauses_of_cell
from zoning.clauses.addressees import Bearer, addressed, bearer_of, place_names, zone_types
from zoning.clauses.inheritance import bearers, inherited
from zoning.clauses.pointing import dead, pointers, resolve

UNIT = "ZH35058220002"
ENTRY = Entry(
    UNIT,
    name="晋江市安海镇重点管控单元2",
    place=("福建省", "泉州市", "晋江市"),
    subtypes=("大气环境高排放重点管控区", "水环境工业污染重点管控区"),
)
ELEMENTS = frozenset({"AIR", "WATER"})
BEARER = bearer_of(ENTRY, elements=ELEMENTS)


def listed(level, code, *texts, entries=(), dimension="P"):
    cell = "\n".join(f"{number}、{text}" for number, text in enumerate(texts, start=1))
    return AccessList(level, clauses_of_cell(cell, code=code, level=level, dimension=dimension), entries)


def held(*lists, unit=UNIT, **how):
    return [(one.via, one.clause.text, one.certain) for one in inherited(lists, **how)[unit]]


OWN = listed("unit", UNIT, "废水应接入管网。", entries=[ENTRY])


# ---------------------------------------------------------------------------------------------------- addressees


@pytest.mark.parametrize(
    ("text", "holds", "certain"),
    [
        ("重点管控单元内严格控制新建两高项目。", True, True),
        ("优先保护单元禁止新建工业项目。", False, True),
        ("优先保护单元、重点管控单元内禁止新设排污口。", True, True),
        ("优先保护、一般管控单元应加强巡查。", False, True),
        ("应做好与优先保护单元的衔接。", True, True),
        ("大气受体敏感区禁止新建涉气项目。", False, True),
        ("大气环境重点管控区内应开展深度治理。", True, True),
        ("大气环境高排放重点管控区应实施倍量替代。", True, True),
        ("生态保护红线内禁止开发。", True, False),  # no unit says anything of ecology
        ("晋江市、石狮市应淘汰燃煤锅炉。", True, True),
        ("石狮市、南安市应淘汰燃煤锅炉。", False, True),
        ("泉州市晋江市安海镇应整治印染企业。", True, True),
        ("东石镇、磁灶镇应整治陶瓷企业。", False, True),
        ("除晋江市外，其他县市禁止新建。", False, True),
        ("除石狮市外，各县市禁止新建。", True, True),
        ("各县（市、区）应建立台账。", True, True),
        ("城市建成区内禁止新建燃煤锅炉。", True, True),
        ("全市严格控制两高项目。", True, True),
        ("工业园区应建设集中供热设施。", True, True),
    ],
)
def test_a_clause_holds_for_those_it_names(text, holds, certain):
    answer = addressed(Clause("350500", "city", "S", text), BEARER)
    assert (answer.holds, answer.certain) == (holds, certain)


def test_without_knowledge_of_the_unit_a_named_place_is_uncertain():
    clause = Clause("350500", "city", "S", "石狮市应淘汰燃煤锅炉。")
    assert addressed(clause, Bearer("U")) == addressed(clause, Bearer("U"))
    assert addressed(clause, Bearer("U")).holds
    assert not addressed(clause, Bearer("U")).certain


def test_names_of_places_are_not_names_of_areas():
    assert place_names("重点管控区、建成区、各县城市、经济开发区") == frozenset()
    assert place_names("丰泽区和鲤城区") == {"丰泽区", "鲤城区"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("生态保护红线", "ECO_REDLINE"), ("一般生态空间", "ECO_SPACE"), ("水环境优先保护区", "WATER_PRIORITY"),
        ("高污染燃料禁燃区(Ⅲ类)", "NOBURN_3"), ("大气环境弱扩散重点管控区", "AIR_WEAK"),
        ("近岸海域重点管控区", "COAST_KEY"), ("建设用地污染风险重点管控区", "SOIL_BUILD"),
    ],
)  # fmt: skip
def test_types_of_zones_are_read_from_the_list(written, code):
    assert zone_types(written) == (code,)


# ---------------------------------------------------------------------------------------------------- chains


def test_lists_of_the_own_regions_reach_a_unit_the_nearest_first():
    found = held(
        OWN,
        listed("province", "350000", "甲应建账。"),
        listed("city", "350500", "乙应建账。"),
        listed("city", "350600", "丙。"),
    )
    assert [via for via, *_ in found] == ["own", "350500", "350000"]


def test_lists_named_after_places_reach_the_units_there():
    other = Entry("ZH35060020001", place=("福建省", "漳州市"))
    lists = (listed("unit", other.code, "甲。", entries=[other]), OWN, listed("city", "泉州市", "乙应建账。"))
    assert ("泉州市", "乙应建账。", True) in held(*lists)
    assert all(via == "own" for via, *_ in held(*lists, unit=other.code))


def test_a_region_holds_for_its_members_and_is_uncertain_without_them():
    members = Entry("沿海", name="沿海片区", others=(("范围", "晋江市、石狮市", Address()),))
    others = Entry("山区", name="山区片区", others=(("范围", "安溪县、永春县", Address()),))
    lists = (
        OWN,
        listed("region", "沿海", "甲应建账。", entries=[members]),
        listed("region", "山区", "乙应建账。", entries=[others]),
        listed("region", "", "丙应建账。"),
    )
    assert held(*lists)[1:] == [("region", "丙应建账。", False), ("沿海", "甲应建账。", True)]


def test_given_chains_win_over_the_code():
    lists = (OWN, listed("city", "350600", "乙应建账。"))
    assert held(*lists) == [("own", "废水应接入管网。", True)]
    assert held(*lists, chains={UNIT: ("350681", "350600")})[1][0] == "350600"


# ---------------------------------------------------------------------------------------------------- zones


def test_lists_of_types_of_zones_reach_units_by_their_sub_types():
    lists = (
        OWN,
        listed("zone", "大气环境高排放重点管控区", "甲应建账。"),
        listed("zone", "大气环境弱扩散重点管控区", "乙。"),
    )
    assert held(*lists)[1:] == [("type:AIR_HIGH", "甲应建账。", True)]


def test_lists_of_single_zones_reach_units_by_geometry():
    lists = (OWN, listed("zone", "YS3505822310001", "甲应建账。"), listed("zone", "YS3505822310002", "乙。"))
    zones = {UNIT: (("YS3505822310001", "AIR_HIGH"),)}
    assert held(*lists, zones=zones)[1:] == [("YS3505822310001", "甲应建账。", True)]


def test_units_without_a_row_are_known_by_their_code():
    (one,) = bearers([], {}, {UNIT: (("Z", "AIR_HIGH"),)})
    assert (one.code, one.unit_class, one.elements) == (UNIT, "KEY", frozenset({"AIR"}))


# ---------------------------------------------------------------------------------------------------- copies


def test_a_copy_counts_once_as_the_unit_s_own_and_names_its_origin():
    unit = listed("unit", UNIT, "【水/禁止类】禁止新设入河排污口", entries=[ENTRY])
    city, province = (
        listed("city", "350500", "禁止新设 入河排污口。"),
        listed("province", "350000", "禁止新设入河排污口；"),
    )
    found = inherited([unit, city, province])[UNIT]
    assert [(one.via, one.copied_from) for one in found] == [("own", province.clauses[0].id)]


def test_the_same_clause_twice_in_the_own_list_stays_twice():
    assert len(inherited([listed("unit", UNIT, "禁止新设入河排污口。", "禁止新设入河排污口。")])[UNIT]) == 2


# ---------------------------------------------------------------------------------------------------- references

CITY = AccessList(
    "city",
    [
        *clauses_of_cell("1.1 禁止新建燃煤锅炉。", code="350500", level="city", dimension="S"),
        *clauses_of_cell("2.1 应开展碳排放评价。\n2.2 废水应达标排放。", code="350500", level="city", dimension="P"),
    ],
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("执行市级总体准入清单污染物排放管控要求。", ["应开展碳排放评价。", "废水应达标排放。"]),
        ("碳排放控制应执行泉州市总体准入清单。", ["应开展碳排放评价。"]),
        ("执行市级总体准入清单第2.2条。", ["废水应达标排放。"]),
        ("空间布局约束同市级清单。", ["禁止新建燃煤锅炉。"]),
        ("执行市级总体准入清单环境风险防控要求。", []),
        ("执行市级总体准入清单第9.9条。", []),
        ("废水应达标排放。", []),
    ],
)
def test_references_lead_to_the_clauses_they_mean(text, meant):
    assert [one.text for one in resolve(Clause(UNIT, "unit", "P", text), [CITY])] == meant


def test_a_reference_is_dead_only_if_its_list_is_at_hand():
    clause = Clause(UNIT, "unit", "P", "执行市级总体准入清单环境风险防控要求。")
    assert len(dead(clause, [CITY])) == 1
    assert dead(clause, []) == ()
    assert pointers(clause)[0].dimension == "R"


def test_what_is_referred_to_says_so():
    unit = listed("unit", UNIT, "执行市级总体准入清单第2.2条。", entries=[ENTRY])
    cited = {one.clause.text: one.cited_by for one in inherited([unit, CITY])[UNIT]}
    assert cited["废水应达标排放。"] == (unit.clauses[0].id,)
    assert cited["禁止新建燃煤锅炉。"] == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("执行重点管控单元市级总体要求第八条、第九条和第二十五条。", ["第八", "第九", "第二十五"]),
        ("执行市级总体清单第4.1条、第9.9条，做好治理。", ["第4.1", "第9.9"]),
        ("执行市级总体要求第八条第二款。", ["第八"]),
    ],
)
def test_every_number_of_an_enumeration_is_a_reference(text, numbers):
    assert [one.number for one in pointers(Clause("ZH1", "unit", "P", text))] == numbers
