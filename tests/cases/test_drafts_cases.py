"""Which clause is drafted for which unit, what fills it, where it is written: known by hand."""

from dataclasses import replace

import pytest
from tests.cases.drafting_basis import access_list, basis, firm, project, reason, rewritten, target, unit

from zoning.clauses import AccessList, clauses_of_cell
from zoning.drafts import draft_clauses, edits_of
from zoning.tables import read
from zoning.vocab import DecisionCode


def written(drafts, level="unit"):
    return [one for one in drafts if one.rank == 1 and one.level == level]


def shoe_town(code="U1"):
    return unit(code, "示例镇重点管控单元", rules=["R1-KEY"], parts=[firm(code, "甲鞋厂", "1952", 40_000.0)])


def test_a_shoe_town_gets_the_clause_on_shoes_and_no_steel():
    (best,) = written(draft_clauses(basis(shoe_town())))
    assert best.template == "T071"
    assert best.text == "示例镇重点管控单元内制鞋、皮革企业优先使用低VOCs胶粘剂和烘干余热回收，外购电应单列统计。"
    assert not any("钢铁" in one.text or "水泥" in one.text for one in draft_clauses(basis(shoe_town())))


@pytest.mark.parametrize(
    ("industry", "template"), [("3120", "T059"), ("3011", "T061"), ("4412", "T057"), ("1713", "T069"), ("3525", "T078")]
)
def test_industry_decides_the_template_and_any_is_the_last_resort(industry, template):
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", industry, 90_000.0)])
    assert written(draft_clauses(basis(place)))[0].template == template


def test_a_gas_fired_plant_is_not_given_the_clause_on_new_coal_power():
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲燃气", "4411", 90_000.0, fuel="gas")])
    assert written(draft_clauses(basis(place)))[0].template == "T078"


def test_an_emitter_of_the_trading_system_is_told_to_comply():
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲电厂", "4411", 900_000.0, ets=True)])
    (best,) = written(draft_clauses(basis(place)))
    assert best.template == "T056"
    assert best.gaps == ("目标年", "数值", "单位")
    assert "到【待核定：目标年】不高于【待核定：数值】【待核定：单位】" in best.text
    assert best.grade == 1


def test_an_industry_that_is_a_small_part_of_the_tonnes_is_not_the_units():
    parts = [firm("U1", "甲鞋厂", "1952", 1_000.0), firm("U1", "乙机械", "3525", 90_000.0)]
    assert written(draft_clauses(basis(unit("U1", rules=["R3-GAP"], parts=parts))))[0].template == "T090"


def test_the_key_emitters_of_the_reason_say_the_industry_not_the_rest():
    parts = [firm("U1", "甲鞋厂", "1952", 30_000.0), firm("U1", "乙机械", "3525", 90_000.0)]
    place = unit("U1", rules=[reason("U1", "R1-KEY", emitters="甲鞋厂")], parts=parts)
    assert written(draft_clauses(basis(place)))[0].template == "T071"


def test_a_sink_clause_for_a_priority_unit():
    (best,) = written(draft_clauses(basis(unit("U1", klass="PRIORITY", rules=["S1-SINK"]))))
    assert (best.template, best.dimension, best.carbon_state) == ("T146", "S", "CARBON")
    read_again = clauses_of_cell(f"1、{best.text}", code="U1", level="unit", dimension="S")[0]
    assert read_again.scope.reach == "SINK"


def test_planned_projects_choose_their_own_clause():
    place = unit("U1", rules=["R8-NEW"], projects=(project("甲水泥项目", "3011", 60_000.0),))
    (best,) = written(draft_clauses(basis(place)))
    assert best.reason == "R8-NEW"
    assert best.template == "T120"
    other = unit("U1", rules=["R8-NEW"], projects=(project("甲食品项目", "1361", 60_000.0),))
    assert written(draft_clauses(basis(other)))[0].template == "T118"


def test_names_stand_in_the_internal_edition_only():
    parts = [firm("U1", "甲机械", "3525", 30_000.0), firm("U1", "乙机械", "3525", 90_000.0)]
    found = draft_clauses(basis(unit("U1", rules=["R1-KEY"], parts=parts)))
    listed = next(one for one in found if one.template == "T078")
    assert "2家重点排放单位" in listed.text
    assert "机械" not in listed.text
    assert "乙机械、甲机械应于【待核定：期限】前" in listed.internal
    assert not any("机械" in one.text for one in found)


def test_a_watch_unit_gets_none_and_an_undetermined_one_none():
    watch = unit("U1", decision="WATCH", rules=[reason("U1", "R3-GAP", gives=DecisionCode.WATCH)])
    open_ = unit("U2", decision="UNDETERMINED")
    quiet = unit("U3", decision="NO_ACTION")
    assert draft_clauses(basis(watch, open_, quiet)) == ()


def test_a_watch_unit_with_adverse_clauses_is_told_to_weigh_them():
    place = unit("U1", decision="WATCH", rules=[reason("U1", "R6-ANT", gives=DecisionCode.WATCH)])
    assert {one.reason for one in written(draft_clauses(basis(place)))} == {"R6-ANT"}


def test_a_reason_that_gives_watch_is_not_drafted_in_a_unit_that_needs_another():
    rules = [reason("U1", "R8-NEW"), reason("U1", "R3-GAP", gives=DecisionCode.WATCH)]
    place = unit("U1", rules=rules, projects=(project("甲", "1361", 60_000.0),))
    assert {one.reason for one in written(draft_clauses(basis(place)))} == {"R8-NEW"}


def test_a_persons_override_is_served_too():
    (best,) = written(draft_clauses(basis(unit("U1", klass="GENERAL", decision="NEED"))))
    assert best.why_zh.startswith("由人工调整")
    assert best.units == ("U1",)


def test_what_many_units_need_is_written_once_for_their_class():
    shoes = [shoe_town(f"U{number}") for number in range(1, 7)]
    found = draft_clauses(basis(*shoes, unit("U9", decision="NO_ACTION")))
    (best,) = [one for one in written(found, "city") if one.code == "class:key"]
    assert best.text.startswith("重点管控单元内制鞋、皮革企业")
    assert best.units == ("U1", "U2", "U3", "U4", "U5", "U6")
    assert written(found) == []


def test_two_of_many_units_keep_their_own_clause():
    found = draft_clauses(basis(shoe_town("U1"), *(unit(f"V{n}", decision="NO_ACTION") for n in range(9))))
    assert [one.code for one in written(found)] == ["U1"]


def test_shared_text_goes_to_the_zone_list_where_there_is_one():
    zones = access_list("zone", [("AIR_HIGH", "P", "B2", "1、企业应达标排放。")])
    units = [unit(f"U{n}", rules=["R2b-CAP"], zones={"AIR_HIGH": 1.0}) for n in range(5)]
    found = draft_clauses(basis(*units, lists=[zones]))
    shared = [one for one in written(found, "zone") if one.reason == "R2b-CAP"]
    assert [(one.code, one.template) for one in shared] == [("type:AIR_HIGH", "T086")]
    assert shared[0].text.startswith("位于大气环境高排放重点管控区的单元")


def test_a_set_for_every_zone_type():
    found = draft_clauses(basis(unit("U1", decision="NO_ACTION", zones={"AIR_HIGH": 0.5, "NOBURN_2": 0.2})))
    sets = {(one.code, one.dimension): one for one in written(found, "zone")}
    assert set(sets) == {
        ("type:AIR_HIGH", "S"), ("type:AIR_HIGH", "P"), ("type:AIR_HIGH", "Z"), ("type:AIR_HIGH", "R"),
        ("type:NOBURN_2", "S"), ("type:NOBURN_2", "P"),
    }  # fmt: skip
    assert sets["type:NOBURN_2", "S"].text.startswith("Ⅱ类禁燃区新建、扩建项目不得使用")
    assert sets["type:AIR_HIGH", "S"].id == "zone:AIR_HIGH|ZONE|T004"
    assert (
        "【待核定：两高目录版本】" in sets["type:AIR_HIGH", "S"].text
    )  # the catalogue of this province was not obtained


def test_a_regions_ceiling_fills_a_sentence_about_the_region_in_a_year_to_come():
    rows = [target("energy_total", 2025, 1215.0), target("energy_total", 2035, 1290.0)]
    found = draft_clauses(basis(unit("U1", klass="GENERAL", rules=["R2b-CAP"]), targets=rows))
    cap = next(one for one in found if one.template == "T081")
    assert cap.text.startswith("示例市能源消费总量2035年不超过1290万吨标准煤，")
    assert cap.grade == 2
    assert {slot.name: slot.column for slot in cap.slots}["能源上限"] == "target.energy_ceiling:350582"


def test_a_regions_ceiling_is_never_a_units():
    rows = [target("coal_total", 2035, 190.0, measure="万吨")]
    found = draft_clauses(basis(unit("U1", rules=["R2a-NOBURN"], zones={"NOBURN_2": 0.9}), targets=rows))
    assert "T080" not in {one.template for one in found}
    assert not any("190" in one.text for one in found if one.level == "unit")


def test_a_limit_of_the_unit_itself_is_its_own():
    rows = [target("coal_total", 2035, 3.5, measure="万吨", code="U1")]
    found = draft_clauses(basis(unit("U1", rules=["R2a-NOBURN"], zones={"NOBURN_2": 0.9}), targets=rows))
    cap = next(one for one in found if one.template == "T080")
    assert "到2035年控制在3.5万吨以内" in cap.text
    assert "责任主体" in cap.gaps


def test_without_a_year_to_come_a_regional_sentence_is_not_written():
    found = draft_clauses(basis(unit("U1", klass="GENERAL", rules=["R2b-CAP"]),
                                targets=[target("energy_total", 2025, 1215.0)]))  # fmt: skip
    assert "T081" not in {one.template for one in found}
    assert not any("1215" in one.text for one in found)


def test_a_basis_is_printed_with_its_seen_number_only():
    laws = {row["id"]: row for row in read("law_register")}
    zones = {"ECO_SPACE": 1.0, "NOBURN_2": 1.0}
    units = [unit("U1", klass="PRIORITY", rules=["S1-SINK"], zones=zones), unit("U2", rules=["R3-GAP"], zones=zones)]
    for one in draft_clauses(basis(*units)):
        for base in one.bases:
            law = laws[base.id]
            assert not law["number_unverified"] or law["number_unverified"] not in base.printed
            assert base.printed == "【依据待核】" or f"《{law['title']}》" in base.printed


def test_a_law_that_is_not_yet_in_force_is_no_basis():
    place = unit("U1", rules=["R8-NEW"], projects=(project("甲", "1361", 60_000.0),))
    early = [one for one in draft_clauses(basis(place, as_of="2020-01-01")) if one.template == "T118"]
    now = [one for one in draft_clauses(basis(place)) if one.template == "T118"]
    assert early[0].bases[0].printed == "【依据待核】"
    assert now[0].bases[0].printed == "《固定资产投资项目节能审查和碳排放评价办法》（国家发展改革委令2025年第31号）"


def test_a_measure_that_worsens_the_pollutant_that_binds_is_not_asked_for():
    # T066 rests on capture (M049); wherever a sign is adverse to what binds, the template is left out
    parts = [firm("U1", "甲", "2521", 90_000.0)]
    free = draft_clauses(basis(unit("U1", rules=["R1-KEY"], parts=parts)))
    rows = tuple({**row, "VOC": "-"} if row["id"] in ("M090", "M035", "M019") else row for row in read("measures"))
    bound = draft_clauses(basis(unit("U1", rules=["R1-KEY"], parts=parts, pollutant="voc_allowed"),
                                tables={"measures": rows}))  # fmt: skip
    assert written(free)[0].template == "T078"
    assert not {"T079", "T078", "T091"} & {one.template for one in bound}


def test_a_number_of_a_demand_whose_year_is_over_is_not_written():
    row = next(row for row in read("clause_templates") if row["id"] == "T091")
    old = {**row, "id": "T900", "grade": "2", "text_zh": "{单元名称}单位产品碳排放应下降18%。", "demand_ids": "CD001"}
    place = unit("U1", rules=["R3-GAP"], parts=[firm("U1", "甲", "3525", 9e4)])
    found = draft_clauses(basis(place, tables={"clause_templates": (*read("clause_templates"), old)}))
    assert "T900" not in {one.template for one in found}
    new = {**old, "text_zh": "{单元名称}单位产品碳排放应下降17%。", "demand_ids": "CD003"}
    found = draft_clauses(basis(place, tables={"clause_templates": (*read("clause_templates"), new)}))
    assert "T900" in {one.template for one in found}


def test_an_upgrade_keeps_the_words_and_asks_for_what_is_missing():
    cells = [("U1", "P", "D2", "1、企业应达标排放。2、现有供热企业单位供热量二氧化碳排放不得高于0.11吨/吉焦。")]
    source = access_list("unit", cells)
    place = unit("U1", decision="UPGRADE", rules=[reason("U1", "S2-COV", gives=DecisionCode.UPGRADE)])
    found = draft_clauses(basis(place, lists=[source]))
    (best,) = written(found)
    assert best.action == "replace"
    assert best.target == "U1|P|2|2"
    assert best.text == "现有供热企业单位供热量二氧化碳排放不得高于0.11吨/吉焦，在【待核定：期限】前落实到位。"
    texts = rewritten(cells, edits_of(found, [source]))
    assert texts["D2"] == f"1、企业应达标排放。2、{best.text}"


def test_an_inherited_clause_is_strengthened_where_it_stands_once_for_all():
    city = access_list("city", [("350582", "P", "C3", "现有供热企业单位供热量二氧化碳排放不得高于0.11吨/吉焦。")])
    rule = [reason("U1", "S2-COV", gives=DecisionCode.UPGRADE)]
    units = [unit(code, decision="UPGRADE", rules=rule) for code in ("U1", "U2")]
    (best,) = written(draft_clauses(basis(*units, lists=[city])), "city")
    assert (best.level, best.units, best.action) == ("city", ("U1", "U2"), "replace")


def test_a_slogan_on_the_same_subject_can_give_its_place():
    cells = [("U1", "P", "D2", "鼓励企业开展碳排放核算。")]
    source = access_list("unit", cells)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    found = draft_clauses(basis(place, lists=[source]))
    best = written(found)[0]
    second = next(one for one in found if one.code == "U1" and one.rank == 2)
    assert (second.action, second.target, second.before) == ("replace", "U1|P||1", "鼓励企业开展碳排放核算。")
    assert second.text == best.text


LAYOUTS = {
    "numbered, tagged, line breaks": (
        "2-1. 【水/综合类】污水应达标排放。\n2-2. 【大气/限制类】企业应控制无组织排放。",
        "\n2-3. 【大气/综合类】{text}",
    ),
    "numbered without breaks": ("1、污水应达标排放。2、企业应控制无组织排放。", "3、{text}"),
    "joined by semicolons": ("污水应达标排放；企业应控制无组织排放。", "{text}"),
    "joined by semicolons, open end": ("污水应达标排放；企业应控制无组织排放", "；{bare}"),
    "circled": ("①污水应达标排放；②企业应控制无组织排放；", "③{text}；"),
    "Chinese figures": ("一、污水应达标排放。\n二、企业应控制无组织排放。", "\n三、{text}"),
    "brackets": ("（1）污水应达标排放。\n（2）企业应控制无组织排放。", "\n（3）{text}"),
    "one clause": ("（1）污水应达标排放。", "\n（2）{text}"),
}


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_new_clause_is_written_as_the_cell_writes(name):
    before, new = LAYOUTS[name]
    cells = [("U1", "S", "C2", before), ("U1", "P", "D2", before), ("U1", "R", "E2", before)]
    source = access_list("unit", cells)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    found = draft_clauses(basis(place, lists=[source]))
    text = written(found)[0].text
    assert rewritten(cells, edits_of(found, [source]))["D2"] == before + new.format(text=text, bare=text)
    assert text.endswith("。") == before.rstrip("；").endswith("。") or "①" in before


def test_an_empty_cell_gets_the_first_number_of_its_dimension():
    cells = [
        ("U1", "S", "C2", "1-1. 【空间/限制类】严格控制新增用地。"), ("U1", "P", "D2", ""),
        ("U2", "S", "C3", "1-1. 【空间/限制类】严格控制新增用地。"),
        ("U2", "P", "D3", "2-1. 【碳/综合类】企业应达标排放。"),
    ]  # fmt: skip
    source = access_list("unit", cells)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    found = draft_clauses(basis(place, lists=[source]))
    assert rewritten(cells, edits_of(found, [source]))["D2"].startswith("2-1. 【碳/综合类】")


@pytest.mark.parametrize("word", ["/", "无", "—"])
def test_a_word_for_nothing_is_written_over(word):
    cells = [("U1", "S", "C2", "1、严格控制新增用地。"), ("U1", "P", "D2", word)]
    source = access_list("unit", cells)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    found = draft_clauses(basis(place, lists=[source]))
    assert rewritten(cells, edits_of(found, [source]))["D2"] == f"1、{written(found)[0].text}"


def test_a_unit_over_several_rows_gets_its_next_empty_cell():
    cells = [("U1", "S", "C2", "(1)严格控制新增用地。"), ("U1", "P", "D2", "(1)污水应达标排放。"),
             ("U1", "S", "C3", "(2)不得占用岸线。"), ("U1", "P", "D3", "")]  # fmt: skip
    source = access_list("unit", cells)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    found = draft_clauses(basis(place, lists=[source]))
    texts = rewritten(cells, edits_of(found, [source]))
    assert texts["D3"] == f"(2){written(found)[0].text}"
    assert texts["D2"] == "(1)污水应达标排放。"


def test_one_row_a_clause_gets_a_line_break_in_the_last_cell_of_the_category():
    cells = [("350582", "P", "C3", "污水应达标排放。"), ("350582", "P", "C4", "企业应控制无组织排放。"),
             ("350582", "R", "C5", "应编制应急预案。")]  # fmt: skip
    city = access_list("city", cells)
    shoes = [shoe_town(f"U{number}") for number in range(1, 7)]
    found = draft_clauses(basis(*shoes, lists=[city]))
    assert rewritten(cells, edits_of(found, [city]))["C4"].startswith("企业应控制无组织排放。\n重点管控单元内制鞋")


def test_two_clauses_in_one_cell_count_on():
    cells = [("U1", "P", "D2", "2-1. 污水应达标排放。")]
    source = access_list("unit", cells)
    parts = [firm("U1", "甲鞋厂", "1952", 3e4), firm("U1", "乙机械", "3525", 9e4)]
    place = unit("U1", rules=[reason("U1", "R1-KEY", emitters="甲鞋厂"), "R3-GAP"], parts=parts)
    found = draft_clauses(basis(place, lists=[source]))
    texts = rewritten(cells, edits_of(found, [source]))
    again = clauses_of_cell(texts["D2"], code="U1", level="unit", dimension="P")
    assert [one.number for one in again] == ["2-1.", "2-2.", "2-3."]


def test_a_cell_merged_over_units_is_left_alone():
    cells = [("U1", "P", "D2", "污水应达标排放。"), ("U2", "P", "D2", "污水应达标排放。")]
    source = access_list("unit", cells)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    found = draft_clauses(basis(place, lists=[source]))
    assert edits_of(found, [source]) == ()
    assert written(found)


def test_the_unit_is_called_as_its_list_calls_it():
    source = access_list("unit", [("U1", "P", "D2", "1、本单元污水应达标排放。")])
    place = unit("U1", "示例镇重点管控单元", rules=["R1-KEY"], parts=[firm("U1", "甲鞋厂", "1952", 9e4)])
    assert written(draft_clauses(basis(place, lists=[source])))[0].text.startswith("本单元内制鞋")


def test_a_list_that_cites_gets_a_citation():
    cells = [("U1", "P", "D2", "1、污水应达标排放（依据《某某条例》）。")]
    source = access_list("unit", cells)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲鞋厂", "1952", 9e4)])
    best = written(draft_clauses(basis(place, lists=[source])))[0]
    assert best.text.endswith("应单列统计（依据《减污降碳协同增效实施方案》（环综合〔2022〕42号））。")


def test_without_entries_the_clauses_tell_the_cells():
    cells = [("U1", "P", "D2", "1、污水应达标排放。")]
    source = access_list("unit", cells, entries=False)
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲鞋厂", "1952", 9e4)])
    found = draft_clauses(basis(place, lists=[source]))
    assert rewritten(cells, edits_of(found, [source]))["D2"].startswith("1、污水应达标排放。\n2、")


def test_a_level_without_a_list_has_drafts_and_no_edits():
    found = draft_clauses(basis(*[shoe_town(f"U{number}") for number in range(5)]))
    assert found
    assert edits_of(found, []) == ()


def test_two_clauses_in_an_empty_cell_of_a_list_without_numbers():
    cells = [("U1", "S", "C2", "严格控制新增用地；不得占用岸线。"), ("U1", "P", "D2", "")]
    source = access_list("unit", cells)
    parts = [firm("U1", "甲鞋厂", "1952", 3e4), firm("U1", "乙机械", "3525", 9e4)]
    place = unit("U1", rules=[reason("U1", "R1-KEY", emitters="甲鞋厂"), "R3-GAP"], parts=parts)
    found = draft_clauses(basis(place, lists=[source]))
    texts = rewritten(cells, edits_of(found, [source]))
    assert texts["D2"] == "".join(one.text for one in written(found))


def test_a_cell_whose_text_is_no_clause_is_not_written_into():
    source = access_list("unit", [("U1", "S", "C2", "1、严格控制新增用地。"), ("U1", "P", "D2", "")])
    (entry,) = source.entries
    odd = replace(entry, cells=(entry.cells[0], ("P", replace(entry.cells[1][1], end=7))))
    source = AccessList("unit", source.clauses, (odd,))
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    assert edits_of(draft_clauses(basis(place, lists=[source])), [source]) == ()


def test_every_zone_of_a_type_gets_its_set_with_its_own_number():
    cells = [("YS1", "P", "D2", "1、企业应达标排放。"), ("YS2", "P", "D3", "企业应达标排放；不得露天堆放。"),
             ("YS3", "P", "D4", "1、污水应达标排放。"), ("YS1", "S", "C2", "")]  # fmt: skip
    names = {"YS1": "大气环境高排放重点管控区", "YS2": "大气高排放区（二片）", "YS3": "水环境优先保护区"}
    source = access_list("zone", cells)
    source = AccessList("zone", source.clauses, [replace(one, name=names[one.code]) for one in source.entries])
    place = unit("U1", decision="NO_ACTION", zones={"AIR_HIGH": 0.5})
    found = draft_clauses(basis(place, lists=[source]))
    texts = rewritten(cells, edits_of(found, [source]))
    assert texts["D2"].startswith("1、企业应达标排放。\n2、大气环境高排放重点管控区应统筹")
    assert texts["D3"].startswith("企业应达标排放；不得露天堆放。大气环境高排放重点管控区应统筹")
    assert texts["D4"] == "1、污水应达标排放。"
    assert texts["C2"].startswith("1、大气环境高排放重点管控区应控制两高项目规模")
