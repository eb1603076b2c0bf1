"""Access-list clauses worked by hand: normal text, splitting, every judgement, scope, and what counts."""

import pytest

from zoning.clauses import (
    AccessList,
    Clause,
    classify,
    classify_clauses,
    clauses_of_cell,
    counts_for_carbon,
    counts_for_energy,
    default_lexicon,
    scope_of,
    split_cell,
)
from zoning.clauses.normalise import normalise, plain
from zoning.clauses.strength import numbers
from zoning.errors import TableError


def judged(text):
    label = classify(text)
    return label.dimension, label.carbon_state, label.modality, label.strength


# ---------------------------------------------------------------- normal text


@pytest.mark.parametrize(
    ("written", "text", "number"),
    [
        ("1-1.2026年底前关停", "2026年底前关停", "1-1."),
        ("1-1 2026年底前关停", "2026年底前关停", "1-1"),
        ("（三）禁止新建", "禁止新建", "（三）"),
        ("③禁止新建", "禁止新建", "③"),
        ("３、禁止新建", "禁止新建", "３、"),
        ("2.1 公共机构应节能", "公共机构应节能", "2.1"),
        ("第十二条 禁止新建", "禁止新建", "第十二条"),
        ("1.5倍削减替代", "1.5倍削减替代", ""),
        ("10-20蒸吨锅炉应改造", "10-20蒸吨锅炉应改造", ""),
        ("35蒸吨以下锅炉", "35蒸吨以下锅炉", ""),
    ],
)
def test_numbers_of_clauses_are_taken_off_and_measures_are_not(written, text, number):
    normal = normalise(written)
    assert (normal.text, normal.number) == (text, number)


def test_tags_are_taken_off_wherever_they_stand():
    normal = normalise("【大气/限制类】严禁新增【示例】燃煤锅炉")
    assert (normal.text, normal.tags) == ("严禁新增燃煤锅炉", ("大气/限制类", "示例"))


def test_one_character_that_becomes_several_keeps_its_place():
    written = "燃用Ⅲ类，面积5㎡"
    normal = normalise(written)
    assert normal.text == "燃用III类,面积5m2"
    assert written[slice(*normal.span(2, 5))] == "Ⅲ"
    assert written[slice(*normal.span(10, 12))] == "㎡"


def test_traditional_characters_become_simplified():
    assert plain("單位產品能耗應符合強制性限額標準") == "单位产品能耗应符合强制性限额标准"


# ---------------------------------------------------------------- splitting

CELLS = {
    "numbered lines": ("1-1. 【水】甲应建账；乙除外。\n1-2. 丙应停用。", ["甲应建账；乙除外。", "丙应停用。"]),
    "numbered in one line": ("1、甲应建账。2、乙应停用。3、丙应报告。", ["甲应建账。", "乙应停用。", "丙应报告。"]),
    "joined": ("禁止甲；严禁乙；丙应报告。", ["禁止甲", "严禁乙", "丙应报告。"]),
    "continued": ("不予批准甲；确需使用的应减量；但乙除外。", ["不予批准甲；确需使用的应减量；但乙除外。"]),
    "broken line": ("甲企业应按期\n报送报告。乙应停用。", ["甲企业应按期\n报送报告。", "乙应停用。"]),
    "list inside": ("应符合以下要求：①甲达标；②乙建账。", ["应符合以下要求：①甲达标；②乙建账。"]),
    "heading": ("总体要求如下。一、甲达标。二、乙建账。", ["总体要求如下。", "甲达标。", "乙建账。"]),
    "brackets": ("(1)甲达标。\n(2)乙达标：（1）丙；（2）丁。", ["甲达标。", "乙达标：（1）丙；（2）丁。"]),
    "gap in the numbers": ("1、甲达标。3、乙建账。", ["甲达标。", "乙建账。"]),
    "semicolon in half width": ("甲达标;乙建账", ["甲达标", "乙建账"]),
    "a number is no number": ("2.5倍削减。1.2:1替代。", ["2.5倍削减。", "1.2:1替代。"]),
}


@pytest.mark.parametrize("case", CELLS)
def test_cells_are_split(case):
    cell, texts = CELLS[case]
    pieces = split_cell(cell)
    got = [cell[piece.text_start : piece.text_end] for piece in pieces]
    assert got == texts
    assert "".join(cell[piece.start : piece.end] for piece in pieces) == cell


def test_an_empty_cell_has_no_clauses():
    assert split_cell(" \n") == ()
    assert clauses_of_cell("1、", code="U", level="unit") == ()


def test_a_clause_knows_where_it_stands_and_the_column_wins():
    cell = "1-1. 【水/禁止类】禁止新设入河排污口。\n1-2. 水泥企业应核算二氧化碳排放量；"
    first, second = clauses_of_cell(
        cell, code="ZH1", level="unit", dimension="Z", file="list.xlsx", sheet="清单", cell="L5"
    )
    assert (first.number, first.tag, first.text) == ("1-1.", "水/禁止类", "禁止新设入河排污口。")
    assert (second.dimension, second.label.dimension) == ("Z", "P")
    assert cell[second.address.start : second.address.end] == second.text == "水泥企业应核算二氧化碳排放量"
    assert cell[slice(*second.span)].startswith("二氧化碳")
    assert str(second.address).startswith("list.xlsx!清单!L5[")
    assert first.span is None


def test_access_lists_order_cells_as_people_count():
    clauses = [c for cell in ("I10", "I9") for c in clauses_of_cell("甲应建账。", code="U", level="unit", cell=cell)]
    assert [c.address.cell for c in AccessList("unit", clauses).clauses] == ["I9", "I10"]
    assert list(AccessList("unit", [*clauses, Clause("A", "unit", "S", "乙")]).by_code()) == ["A", "U"]


# ---------------------------------------------------------------- carbon state


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("玻璃企业应报送CO₂排放量。", "CARBON"),
        ("玻璃企业应监测CO浓度。", "NONE"),
        ("废水总有机碳排放应达标。", "NONE"),
        ("氢氟碳化物使用单位应依法备案。", "CARBON"),
        ("瓶装二氧化碳库应通风。", "NONE"),
        ("捕集的二氧化碳应封存。", "CARBON"),
        ("沼气池检修前应检测甲烷浓度，严禁明火。", "NONE"),
        ("煤矿应减少甲烷排放。", "CARBON"),
        ("除温室气体外，其他污染物应按季监测。", "NONE"),
        ("小型项目可不开展碳排放评价。", "NONE"),
        ("不属于碳排放核查范围的企业应公开能耗。", "ENERGY_ONLY"),
        ("未完成碳排放评价的项目不予审批。", "CARBON"),
        ("不得以任何理由免除碳排放报告义务。", "CARBON"),
        ("零碳路以北应建绿地。", "NONE"),
        ("应落实《城市碳达峰方案》。", "CARBON"),
        ("《城市碳达峰方案》发布后新建的道路应植树。", "NONE"),
        ("引导低碳消费。", "NONE"),
        ("严控炼油产能。", "CARBON_COUPLED"),
        ("炼油企业应达标排放。", "NONE"),
        ("燃油锅炉应加装除尘器。", "NONE"),
        ("燃油锅炉应改用天然气。", "CARBON_COUPLED"),
        ("锅炉应使用天然气。", "ENERGY_ONLY"),
        ("高污染燃料禁燃区内禁止燃用散煤。", "ENERGY_ONLY"),
        ("禁燃区内禁止燃放鞭炮。", "NONE"),
        ("低速电动叉车应登记。", "CARBON_COUPLED"),
        ("全镇现有燃煤茶炉12台。", "CARBON_COUPLED"),
        ("本镇现状无燃煤茶炉。", "NONE"),
    ],
)
def test_carbon_state(text, state):
    assert classify(text).carbon_state == state


def test_a_none_says_what_was_left_out_and_by_which_rule():
    text = "1. 使用 非甲烷总烃 在线监测。"
    label = classify(text)
    assert (label.carbon_state, label.rule) == ("NONE", "LO12")
    assert plain(text[slice(*label.span)]) == "非甲烷总烃"


# ---------------------------------------------------------------- modality and strength


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("原则上不再新建焦炉。", "RESTRICT"),
        ("水耗不得高于3吨。", "REQUIRE"),
        ("不得降低节能标准。", "PROHIBIT"),
        ("引导淘汰老旧锅炉。", "HORTATORY"),
        ("鼓励使用中水，提高回用比例。", "HORTATORY"),
        ("鼓励使用中水，回用比例应提高。", "REQUIRE"),
        ("推进管网建设。", "HORTATORY"),
        ("推进管网建设，2028年完工。", "REQUIRE"),
        ("有序退出采石场。", "EXIT"),
        ("加强应急响应能力。", "HORTATORY"),
        ("本区已完成管网建设。", "STATEMENT"),
        ("小型餐饮无需安装在线监测。", "STATEMENT"),
        ("排放要求与市级清单一致。", "REQUIRE"),
        ("限制类项目应改造。", "REQUIRE"),
        ("建立联防联控机制。", "REQUIRE"),
        ("建立台账，鼓励公众监督。", "REQUIRE"),
        ("具备条件的园区，鼓励使用中水。", "HORTATORY"),
    ],
)
def test_modality(text, modality):
    assert classify(text).modality == modality


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("到2027年水耗应下降12%。", "STRONG"),
        ("到2027年水耗应下降百分之十二。", "MEDIUM"),
        ("十五五期间压减水耗8万吨。", "STRONG"),
        ("2027年12月31日前应按GB13271-2014达标，SO2稳定。", "MEDIUM"),
        ("2027年前2号锅炉应较2020年减排。", "MEDIUM"),
        ("鼓励2027年降低12%。", "WEAK"),
    ],
)
def test_strength(text, strength):
    assert classify(text).strength == strength


def test_numbers_keep_their_place_and_ranges_of_years_are_years():
    found = numbers("2025-2030年每年下降3.5%,PM2.5达标", default_lexicon())
    assert (found.year.start, found.year.end) == (0, 10)
    assert [(hit.start, hit.end) for hit in found.counts] == [(14, 17)]


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("鼓励水泥企业2027年降低能耗12%。", 0),
        ("水泥企业应核算碳排放。", 1),
        ("水泥企业能耗应达到2级。", 1),
        ("水泥企业能耗应降低12%。", 2),
        ("能耗2027年应降低12%。", 2),
        ("水泥企业能耗2027年应降低12%。", 3),
        ("单位产品能耗2027年应降低12%。", 2),
    ],
)
def test_grade_wants_unit_then_year_and_body(text, grade):
    assert classify(text).grade == grade


# ---------------------------------------------------------------- dimension and industries


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("化工企业应开展LDAR。", "P"),
        ("储罐应设防渗围堰。", "R"),
        ("严禁新建采石场。", "S"),
        ("严禁新设排污口。", "P"),
        ("严禁新打水井。", "Z"),
        ("淘汰燃煤热风炉。", "P"),
        ("关停炼焦产能。", "S"),
        ("单位增加值二氧化碳排放应下降。", "Z"),
        ("企业应核算二氧化碳排放。", "P"),
        ("为减少水污染，严禁新建印染项目。", "S"),
        ("烘房应采用天然气加热。", "P"),
        ("烘干工序应回收余热。", "Z"),
        ("储罐应防渗；严禁新建采石场。", "R"),
    ],
)
def test_dimension(text, dimension):
    assert classify(text).dimension == dimension


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("钢铁、焦化和建筑陶瓷企业应报告。", ("钢铁", "焦化", "建筑陶瓷")),
        ("煤化工、石油化工项目应报告。", ("煤化工", "石化")),
        ("项目应进入化工园区。", ()),
        ("化工园区应建预案。", ("化工",)),
        ("印染废水应接入污水处理厂。", ("印染",)),
        ("化肥、农药施用量应下降。", ("农业",)),
        ("农药企业应报告。", ("化工",)),
        ("除热电外，禁止新建煤电。", ("火电",)),
        ("水泥路面应洒水。", ()),
    ],
)
def test_industries(text, tags):
    assert classify(text).industries == tags


def test_the_table_of_labels_has_the_promised_columns():
    table = classify_clauses(["1-1.钢铁、水泥企业2027年碳排放应下降12%。", "倡导低碳生活。"])
    assert list(table.columns) == [
        "text", "dimension", "carbon_state", "modality", "strength", "grade", "industries", "span",
    ]  # fmt: skip
    assert table.loc[0, "industries"] == "钢铁;水泥"
    start, end = table.loc[0, "span"]
    assert table.loc[0, "text"][start:end] == "碳排放"
    assert table.loc[1, "span"] is None


# ---------------------------------------------------------------- scope


def scope(text, **options):
    found = scope_of(text, **options)
    return found.gate, found.reach, found.industry_codes, found.zone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建水泥项目应开展碳排放评价。", ("PIPELINE", "INDUSTRY", ("3011",), "")),
        ("现有水泥企业碳排放应下降5%。", ("EXISTING", "INDUSTRY", ("3011",), "")),
        ("新建和现有水泥企业碳排放应下降5%。", ("BOTH", "INDUSTRY", ("3011",), "")),
        ("新建项目一律不得使用散煤。", ("PIPELINE", "OBJECT", (), "")),
        ("淘汰10蒸吨以下燃煤锅炉。", ("EXISTING", "OBJECT", (), "")),
        ("水泥企业回转窑应改造。", ("BOTH", "INTERSECTION", ("3011",), "")),
        ("两高项目不予审批。", ("PIPELINE", "LIST", ("25", "26", "30", "31", "321", "4411", "4412"), "")),
        ("重点排放单位应报送碳排放报告。", ("BOTH", "USER_LIST", (), "")),
        ("到2030年全市碳排放总量下降5%。", ("BOTH", "REGION", (), "")),
        ("企业应报告碳排放。", ("NONE", "NONE", (), "")),
        ("倡导低碳生活。", ("NONE", "NONE", (), "")),
        ("受体敏感重点管控区内淘汰燃煤锅炉。", ("EXISTING", "OBJECT", (), "AIR_RECEPTOR")),
        ("高污染燃料禁燃区内禁止燃用散煤。", ("BOTH", "OBJECT", (), "NOBURN")),
        ("数据中心PUE不高于1.3。", ("BOTH", "SCOPE2", ("6450",), "")),
        ("柴油货车应淘汰。", ("EXISTING", "TRANSPORT", (), "")),
        ("养殖场应减少甲烷排放。", ("BOTH", "NON_CO2", ("03",), "")),
        ("红树林碳汇应提升。", ("BOTH", "SINK", (), "")),
        ("碳排放要求按市级总体清单执行。", ("BOTH", "REFERENCE", (), "")),
        ("颗粒物执行GB13271-2014。", ("BOTH", "STANDARD", (), "")),
        ("水泥制品企业应节能。", ("BOTH", "INDUSTRY", ("30",), "")),
    ],
)
def test_scope(text, expected):
    assert scope(text) == expected


def test_only_all_industry_is_reached_exactly():
    assert scope_of("所有工业企业碳排放应下降5%。").exact
    assert scope_of("所有工业企业碳排放应下降5%。").sectors == ("industry",)
    assert not scope_of("所有工业企业碳排放应下降5%，食品企业除外。").exact
    assert not scope_of("新建水泥项目应节能。").exact
    assert not scope_of("现有水泥企业应节能。").exact


def test_rules_stand_in_the_order_of_their_table_and_exceptions_are_told():
    found = scope_of("除热电外，禁燃区内现有水泥企业应淘汰燃煤锅炉。")
    assert found.rules == ("SR01", "SR03", "SR08", "SR13", "SR14", "SR17", "SR29")
    assert found.exception
    assert found.fuels == ("coal",)


def test_what_is_missing_is_named():
    text = "建成区内淘汰燃煤锅炉。"
    assert scope_of(text).missing == ("registry",)
    assert scope_of(text, zones=("PARK",)).missing == ("registry", "zone")
    assert scope_of(text, zones=("BUILT_UP",)).missing == ("registry",)


def test_no_burn_zones_without_named_fuel_limit_their_class():
    assert scope_of("高污染燃料禁燃区内禁止燃用Ⅲ类燃料。").fuels == ("biomass", "coal", "oil", "petcoke")
    assert scope_of("高污染燃料禁燃区内禁止燃用Ⅱ类燃料。").fuels == ("coal", "oil", "petcoke")


def test_pollutants_and_end_of_pipe_are_remarked():
    assert {"SR19", "SR20"} <= set(scope_of("水泥企业应安装脱硝设施，氮氧化物达标。").rules)


# ---------------------------------------------------------------- what counts


@pytest.mark.parametrize(
    ("text", "carbon", "energy"),
    [
        ("水泥企业碳排放应下降5%。", True, False),
        ("水泥企业应核算碳排放。", False, False),
        ("2027年底前淘汰15台燃煤锅炉。", True, True),
        ("数据中心PUE不高于1.3。", False, True),
        ("水泥企业颗粒物不高于10毫克/立方米。", False, False),
        ("鼓励水泥企业碳排放下降5%。", False, False),
    ],
)
def test_what_counts(text, carbon, energy):
    label = classify(text)
    assert (counts_for_carbon(label), counts_for_energy(label)) == (carbon, energy)
    clause = clauses_of_cell(text, code="U", level="unit")[0]
    assert (counts_for_carbon(clause), counts_for_energy(clause)) == (carbon, energy)


# ---------------------------------------------------------------- the lexicon of a user


def test_a_users_row_comes_first_and_replaces_by_id():
    plus = default_lexicon().extended([{"id": "U1", "kind": "carbon.CARBON", "pattern": "绿码等级"}])
    assert classify("企业应公示绿码等级。").carbon_state == "NONE"
    assert (classify("企业应公示绿码等级。", plus).rule, judged("企业应公示绿码等级。")[0]) == ("U1", "P")
    assert scope_of("水泥企业应公示绿码等级。", lexicon=plus).industry_codes == ("3011",)
    less = default_lexicon().extended([{"id": "LO10", "kind": "mask.friend", "pattern": "无此词"}])
    assert len(less.rules("mask.friend")) == len(default_lexicon().rules("mask.friend"))


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"pattern": "碳("}, "pattern"),
        ({"pattern": "<NOWHERE>"}, "pattern"),
        ({"pattern": "碳", "where": "page"}, "page"),
    ],
)
def test_a_malformed_row_is_refused_by_name(row, word):
    broken = default_lexicon().extended([{"id": "U9", "kind": "carbon.CARBON", **row}])
    with pytest.raises(TableError, match=f"U9.*{word}"):
        classify("企业应报告。", broken)
