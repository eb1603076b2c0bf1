"""Two versions of a list: every kind of change of units and clauses, counted by hand."""

from __future__ import annotations

import pytest

from zoning.clauses import AccessList, Address, Entry, clauses_of_cell
from zoning.versions import Ground, compare, marks
from zoning.versions.naming import Name

WATER = "2-1. 禁止新设入河排污口。\n2-2. 农村生活污水应纳入管网或就地处理达标排放。"


def listed(**cells):
    """Return a list: code of the unit → (name, {dimension: cell}); the class is told by the ninth digit."""
    clauses, entries = [], []
    for code, (name, columns) in cells.items():
        entries.append(Entry(code, name, unit_class=f"class {code[-2]}"))
        for dimension, text in columns.items():
            clauses += clauses_of_cell(
                text, code=code, level="unit", dimension=dimension, cell=f"{dimension}{code[-2:]}"
            )
    return AccessList("unit", clauses, entries)


def one(old, new, dimensions=("P", "P")):
    """Return the comparison of two cells of one unit."""
    return compare(listed(ZH11=("甲镇单元", {dimensions[0]: old})), listed(ZH11=("甲镇单元", {dimensions[1]: new})))


def kinds(comparison):
    return [record.kind for record in comparison.records]


def changes(comparison):
    return [(c.aspect, c.old, c.new, c.direction) for r in comparison.records for p in r.pairs for c in p.changes]


def test_the_same_words_in_another_dress_are_the_same():
    assert kinds(one("1、禁止新建２０蒸吨锅炉；", "1、禁止新建20蒸吨锅炉。")) == ["SAME"]


def test_a_clause_with_another_number_is_renumbered():
    found = one("2-1. 禁止新设入河排污口。", "2-3. 禁止新设入河排污口。")
    assert kinds(found) == ["RENUMBERED"]
    assert changes(found) == [("NUMBER", "2-1.", "2-3.", 0)]


@pytest.mark.parametrize(
    ("old", "new", "kind", "change"),
    [
        ("再生水利用率应达到25%。", "再生水利用率应达到30%。", "QUANTITY", ("QUANTITY", "25%", "30%", 1)),
        ("单位产品能耗不高于1.5吨标准煤。", "单位产品能耗不高于1.2吨标准煤。", "QUANTITY",
         ("QUANTITY", "1.5吨标准煤", "1.2吨标准煤", 1)),
        ("淘汰10蒸吨/小时及以下燃煤锅炉。", "淘汰35蒸吨/小时及以下燃煤锅炉。", "QUANTITY",
         ("QUANTITY", "10蒸吨/小时", "35蒸吨/小时", 1)),
        ("2027年底前完成管网改造。", "2025年底前完成管网改造。", "DEADLINE", ("DEADLINE", "2027年", "2025年", 1)),
        ("碳排放较2020年下降18%。", "碳排放较2015年下降18%。", "QUANTITY", ("QUANTITY", "2020年", "2015年", 0)),
        ("禁止新建燃煤锅炉。", "严格控制新建燃煤锅炉。", "MODALITY", ("MODALITY", "PROHIBIT", "RESTRICT", -1)),
        ("鼓励建设分布式光伏发电。", "应建设分布式光伏发电。", "MODALITY", ("MODALITY", "HORTATORY", "REQUIRE", 1)),
        ("PM2.5年均浓度达到30微克/立方米。", "PM2.5年均浓度达到25微克/立方米。", "QUANTITY",
         ("QUANTITY", "30微克/立方米", "25微克/立方米", 1)),
        ("SO2排放浓度不高于35mg/m3。", "SO2排放浓度不高于50mg/m3。", "QUANTITY",
         ("QUANTITY", "35mg/m3", "50mg/m3", -1)),
        ("禁止新建35蒸吨以下锅炉。", "禁止新建65蒸吨以下锅炉。", "QUANTITY", ("QUANTITY", "35蒸吨", "65蒸吨", 1)),
        ("严格限制新建35蒸吨以下锅炉。", "严格限制新建65蒸吨以下锅炉。", "QUANTITY",
         ("QUANTITY", "35蒸吨", "65蒸吨", 0)),
        ("每三年开展一次清洁生产审核。", "每两年开展一次清洁生产审核。", "QUANTITY", ("QUANTITY", "三年", "两年", 0)),
        ("单位产值能耗下降百分之十四。", "单位产值能耗下降百分之十六。", "QUANTITY",
         ("QUANTITY", "百分之十四", "百分之十六", 0)),
        ("十四五末煤炭消费总量零增长。", "十五五末煤炭消费总量零增长。", "DEADLINE",
         ("DEADLINE", "十四五", "十五五", -1)),
        ("印染行业应达到先进水平。", "制鞋行业应达到先进水平。", "REWORDED", ("SUBJECT", "印染", "制鞋", 0)),
        ("【大气/限制类】严控新增产能。", "【大气/禁止类】严控新增产能。", "REWORDED",
         ("TAG", "大气/限制类", "大气/禁止类", 0)),
        ("园区应建设事故废水拦截设施。", "园区须建设事故废水拦截设施。", "REWORDED", ("WORDING", "", "", 0)),
    ],
)  # fmt: skip
def test_what_changed_in_a_clause(old, new, kind, change):
    found = one(old, new)
    assert kinds(found) == [kind]
    assert changes(found)[0] == change


def test_a_clause_moved_to_another_dimension_is_moved():
    found = one("禁止新设入河排污口。", "禁止新设入河排污口。", ("P", "Z"))
    assert (kinds(found), changes(found)) == (["MOVED"], [("DIMENSION", "P", "Z", 0)])


def test_added_and_removed_clauses_are_told():
    found = one("禁止新设入河排污口。", "禁止新设入河排污口。新建项目应开展碳排放评价。")
    assert sorted(kinds(found)) == ["ADDED", "SAME"]
    assert found.carbon_counts == {"ADDED": 1, "REMOVED": 0, "STRENGTHENED": 0, "WEAKENED": 0}


def test_a_clause_that_was_split_is_one_record():
    found = one(
        "2-1. 禁止新建燃煤锅炉，现有燃煤锅炉应限期改用清洁能源。",
        "2-1. 禁止新建燃煤锅炉。\n2-2. 现有燃煤锅炉应限期改用清洁能源。",
    )
    assert kinds(found) == ["SPLIT"]
    assert (len(found.records[0].old), len(found.records[0].new)) == (1, 2)


@pytest.mark.parametrize(
    ("old", "new", "carbon"),
    [
        ("鼓励在宜林地开展固碳造林。", "应组织在宜林地开展固碳造林。", "STRENGTHENED"),
        ("2025年单位产品碳排放下降18%。", "2025年单位产品碳排放下降12%。", "WEAKENED"),
        ("新建项目应开展环境影响评价。", "新建项目应开展环境影响评价和碳排放评价。", "ADDED"),
        ("新建项目应开展环境影响评价和碳排放评价。", "新建项目应开展环境影响评价。", "REMOVED"),
    ],
)
def test_what_became_of_carbon(old, new, carbon):
    assert [record.carbon for record in one(old, new).records] == [carbon]


def test_a_renumbered_unit_is_known_by_name_and_clauses():
    found = compare(listed(ZH11=("甲镇优先保护单元1", {"P": WATER})), listed(ZH19=("甲镇优先保护单元9", {"P": WATER})))
    assert [(m.kind, m.old, m.new) for m in found.matches] == [("RENUMBERED", ("ZH11",), ("ZH19",))]
    assert kinds(found) == ["SAME", "SAME"]
    assert [(e.field, e.old, e.new) for e in found.entries] == [("name", "甲镇优先保护单元1", "甲镇优先保护单元9")]


def test_codes_that_moved_down_by_one_follow_the_names():
    first, second, third = ("乙镇单元一", {"S": "甲地禁止采石。"}), ("乙镇单元二", {"S": "乙地禁止围垦造地。"}), (
        "乙镇单元三", {"S": "丙地禁止新建养殖项目。"})  # fmt: skip
    found = compare(listed(ZH11=first, ZH12=second, ZH13=third), listed(ZH11=second, ZH12=third))
    assert [(m.kind, m.old, m.new) for m in found.matches] == [
        ("DROPPED", ("ZH11",), ()), ("RENUMBERED", ("ZH12",), ("ZH11",)), ("RENUMBERED", ("ZH13",), ("ZH12",)),
    ]  # fmt: skip


def test_a_split_unit_keeps_its_clauses_in_one_record_each():
    parts = {"ZH28": ("丙镇单元2-1", {"P": WATER}), "ZH29": ("丙镇单元2-2", {"P": "2-1. 禁止新设入河排污口。"})}
    found = compare(listed(ZH22=("丙镇单元2", {"P": WATER})), listed(**parts))
    assert [(m.kind, m.old, m.new) for m in found.matches] == [("SPLIT", ("ZH22",), ("ZH28", "ZH29"))]
    assert [(r.kind, len(r.old), len(r.new), r.absent) for r in found.records] == [
        ("SAME", 1, 2, ()), ("SAME", 1, 1, ("ZH29",)),
    ]  # fmt: skip


def test_a_part_that_was_cut_from_a_unit_that_stays_is_known_by_its_serial():
    parts = {"ZH22": ("丙镇单元2", {"P": WATER}), "ZH29": ("丙镇单元2a", {"P": WATER})}
    found = compare(listed(ZH22=("丙镇单元2", {"P": WATER})), listed(**parts))
    assert [m.kind for m in found.matches] == ["SPLIT"]


def test_a_new_unit_with_pasted_clauses_is_new():
    found = compare(
        listed(ZH22=("丙镇单元2", {"P": WATER})),
        listed(ZH22=("丙镇单元2", {"P": WATER}), ZH23=("丙镇单元3", {"P": WATER})),
    )
    assert [m.kind for m in found.matches] == ["SAME", "NEW"]
    assert kinds(found) == ["SAME", "SAME", "ADDED", "ADDED"]


def test_merged_units_are_compared_with_their_union():
    old = {"ZH31": ("丁镇单元1", {"P": WATER}), "ZH32": ("丁镇单元2", {"R": "3-1. 应编制应急预案并备案。"})}
    found = compare(listed(**old), listed(ZH37=("丁镇单元7", {"P": WATER, "R": "3-1. 应编制应急预案并备案。"})))
    assert [(m.kind, m.old, m.new) for m in found.matches] == [("MERGED", ("ZH31", "ZH32"), ("ZH37",))]
    assert kinds(found) == ["SAME", "SAME", "SAME"]


def test_the_ground_decides_where_it_is_known():
    """ZH1 keeps its code but not its place: three quarters of its ground are ZH9 now."""
    old = {"ZH11": ("甲镇单元1", {"P": WATER}), "ZH12": ("甲镇单元2", {"S": "甲地禁止采石。"})}
    new = {"ZH11": ("甲镇单元1", {"P": WATER}), "ZH19": ("甲镇单元9", {"P": WATER})}
    ground = Ground(
        {"ZH11": 4.0, "ZH12": 2.0}, {"ZH11": 2.0, "ZH19": 4.0},
        {("ZH11", "ZH19"): 3.0, ("ZH12", "ZH11"): 2.0, ("ZH11", "ZH11"): 0.5},
    )  # fmt: skip
    found = compare(listed(**old), listed(**new), ground)
    assert [(m.kind, m.old, m.new, m.score) for m in found.matches] == [
        ("RENUMBERED", ("ZH11",), ("ZH19",), 0.75), ("RENUMBERED", ("ZH12",), ("ZH11",), 1.0),
    ]  # fmt: skip


def test_what_the_list_says_otherwise_of_a_unit_is_told():
    at = Address()
    old = Entry("A", "甲镇单元", "KEY", ("受体敏感区",), ("某省", "某市"), at, (), (("备注", "示例", at),))
    new = Entry("A", "甲镇单元", "GENERAL", ("布局敏感区",), ("某省", "某市"), at, (), (("备注", "已更新", at),))
    found = compare(AccessList("unit", (), [old]), AccessList("unit", (), [new]), headers=({"P": "甲"}, {"P": "乙"}))
    assert [(e.field, e.old, e.new) for e in found.entries] == [
        ("unit_class", "KEY", "GENERAL"), ("subtypes", "受体敏感区", "布局敏感区"), ("备注", "示例", "已更新"),
    ]  # fmt: skip
    assert found.headers == (("P", "甲", "乙"),)


@pytest.mark.parametrize(
    ("name", "stem", "serial"),
    [
        ("甲镇城镇重点管控单元(一)", "甲镇城镇重点管控单元", (1,)),
        ("甲开发区Ⅱ", "甲开发区", (2,)),
        ("甲镇单元2①", "甲镇单元", (2, 1)),
        ("甲镇单元之二", "甲镇单元", (2,)),
        ("甲镇单元2号", "甲镇单元", (2,)),
        ("甲新区A片", "甲新区", (1,)),
        ("甲市一般单元（沿江片区）", "甲市一般单元(沿江片区)", ()),
        ("十", "十", ()),
    ],
)
def test_a_name_is_a_stem_and_a_serial(name, stem, serial):
    assert Name.of(name) == Name(stem, serial)


def test_a_clause_that_got_a_second_half_is_still_that_clause():
    found = one("推进集中供热。", "推进集中供热，鼓励使用可再生能源，新建项目开展碳排放评价。")
    assert [(record.kind, record.carbon) for record in found.records] == [("REWORDED", "ADDED")]


def test_marks_show_only_what_differs():
    assert marks("甲乙丙", "甲丁丙") == (("甲", "same"), ("乙", "removed"), ("丁", "added"), ("丙", "same"))
    assert marks("甲", "甲") == (("甲", "same"),)
    assert marks("", "甲") == (("甲", "added"),)
