"""Environmental clauses against carbon demands: kinds by words, the same emitters, conditions never guessed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from zoning.clauses import clauses_of_cell
from zoning.clauses.coherence import VERDICTS, gaps, matrix, penalties, relations, typed, types_of, wide
from zoning.tables import read


@dataclass(frozen=True)
class Asked:
    """A carbon demand written down for a test."""

    id: str = "D1"
    level: str = "national"
    region: str = "全国"
    carrier: str = "区域"
    object: str = "碳排放总量"
    sector: str = "all"
    codes: tuple[str, ...] = ()
    requirement_type: str = "cap"
    text: str = "碳排放总量达峰"
    expired: bool = False


def _clauses(*texts: str, code: str = "U1", dimension: str = "", level: str = "unit"):
    cell = "\n".join(f"{number}、{text}" for number, text in enumerate(texts, start=1))
    return clauses_of_cell(cell, code=code, level=level, dimension=dimension)


def _kinds(text: str) -> set[str]:
    return {hit.type for hit in types_of(text)}


EXAMPLES = {
    "煤炭消费减量替代": "用煤项目须以等量替代方式落实煤炭指标。",
    "禁燃区禁止燃用高污染燃料": "划定的高污染燃料禁燃区里，不得再烧散煤。",
    "禁燃区Ⅲ类与生物质": "城区生物质锅炉限期拆除。",
    "集中供热替代分散锅炉": "热网到户后，自备小锅炉须拆除并接入集中供热。",
    "产能淘汰退出": "落后造纸产能于明年关停。",
    "产能等量减量置换": "炼钢项目须按减量置换方案实施。",
    "两高项目准入": "新建两高项目未列入清单的，一律不予审批。",
    "区域污染物削减": "新建项目须落实区域污染物削减方案。",
    "能效准入": "新上合成氨装置能效须达到标杆水平。",
    "单位产品能耗、清洁生产水平": "造纸企业单位产品综合能耗降低一成。",
    "大气排放限值": "玻璃窑炉氮氧化物执行特别排放限值。",
    "钢铁水泥超低排放": "水泥企业完成超低排放改造。",
    "煤电超低排放": "煤电机组应稳定运行脱硫脱硝设施。",
    "脱硫（石灰石）": "锅炉应建设石灰石—石膏湿法脱硫设施。",
    "VOCs治理（RTO）": "涂装线废气应引入RTO处理。",
    "VOCs治理（替代）": "家具企业改用水性漆。",
    "低效治理设施淘汰": "限期淘汰光氧、低温等离子等低效治理设施。",
    "NOx、VOCs等量倍量替代": "新增氮氧化物实行两倍削减量替代。",
    "散煤治理": "城中村散煤年底前清零。",
    "散煤治理（天然气）": "农户取暖实施煤改气。",
    "热泵与电采暖": "学校推广空气源热泵。",
    "机动车淘汰更新": "淘汰国四及以下柴油货车。",
    "新能源车替代": "公交车全部更换为新能源公交。",
    "清洁运输比例": "大宗货物公转铁比例达到六成。",
    "船舶与港口": "靠港船舶应使用岸电。",
    "非道路机械": "禁止使用高排放非道路移动机械。",
    "餐饮油烟治理": "餐馆安装油烟净化器。",
    "扬尘、堆场": "工地落实抑尘措施。",
    "清洁生产审核": "重点企业实施强制性清洁生产审核。",
    "污水提标改造": "污水处理厂提标至准Ⅳ类。",
    "污水节能改造": "污水处理厂推行精确曝气。",
    "再生水利用": "电厂冷却优先使用中水。",
    "污泥与厌氧": "污泥采用厌氧消化处理。",
    "填埋场治理": "填埋场建设填埋气收集系统。",
    "垃圾焚烧替代填埋": "以焚烧替代填埋处理生活垃圾。",
    "养殖粪污治理": "畜禽粪污全部资源化。",
    "稻田甲烷控制": "水稻推行间歇灌溉。",
    "化肥减量": "农田化肥施用量逐年减少。",
    "工业固废综合利用": "粉煤灰综合利用率达到九成。",
    "余热利用": "焦炉余热须回收。",
    "园区集约布局": "新建电镀项目须布设在工业园区。",
    "企业搬迁": "城区化工企业限期搬迁。",
    "建筑节能": "新建公共建筑执行绿色建筑标准。",
    "工业节水": "印染行业节水改造。",
    "碳捕集（CCUS）": "水泥厂开展碳捕集示范。",
    "新能源项目选址": "坡地建设集中式光伏电站。",
    "生态修复增汇": "沿岸补种红树林。",
    "湿地修复": "退塘还湿。",
    "滨海养殖碳汇": "发展贝藻养殖碳汇。",
    "规划环评": "园区规划环评应及时修编。",
    "排污许可": "排污单位持证排污。",
    "错峰生产": "砖瓦窑冬季错峰生产。",
    "应急减排（重污染）": "重污染天气按绩效分级实施管控。",
    "环境风险防控": "储罐区设置围堰并定期演练。",
    "土壤修复": "污染地块须完成修复后方可开发。",
    "地下水管控": "压减深层地下水开采量。",
    "近岸海域控制": "削减入海总氮。",
    "能耗双控": "落实能耗双控目标。",
    "绿电占比": "园区绿电比例不低于五成。",
    "碳汇抵消": "可用林业碳汇抵消部分碳排放。",
    "区域总量分解": "能源消费总量目标分解到各镇。",
    "燃煤锅炉炉窑淘汰替代": "2027年前淘汰燃煤热风炉。",
    "禁止新建燃煤设施": "不得新建燃煤锅炉。",
    "高耗能产能新增管控": "严禁新增电解铝产能。",
    "短流程炼钢": "钢厂提高废钢比。",
    "工业燃料清洁替代": "陶瓷窑炉改烧天然气。",
    "污水收集处理": "生活污水应纳管。",
    "生态空间管控": "一般生态空间内严控开发。",
    "水环境源头管控": "不得新设入河排污口。",
    "布局与防护距离": "与住宅之间保持防护距离。",
    "烟花爆竹禁放": "建成区禁放烟花。",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), EXAMPLES.items())
def test_every_kind_is_known_by_its_words(kind: str, text: str) -> None:
    assert kind in _kinds(text)


def test_every_kind_of_the_rules_has_words_or_is_of_a_whole_list() -> None:
    kinds = {row["env_clause_type"] for row in read("coherence_rules")}
    assert kinds - set(EXAMPLES) == {"机制缺失（无碳要求）"}
    assert kinds == {row["value"] for row in read("coherence_types") if row["kind"] != "coherence.measure"}


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("城区烟花爆竹禁燃区内不得燃放。", "禁燃区禁止燃用高污染燃料"),
        ("提高水泥行业单位产品能效，其中水泥企业先行。", "再生水利用"),
        ("焊接车间二氧化碳汇流排应定期检查。", "生态修复增汇"),
        ("禁止毁林造地。", "生态修复增汇"),
        ("结果纳入园区年度考核。", "园区集约布局"),
        ("禁止新建垃圾焚烧项目。", "垃圾焚烧替代填埋"),
        ("红线内不得建设光伏电站。", "新能源项目选址"),
        ("重点用能单位能耗数据应联网。", "单位产品能耗、清洁生产水平"),
        ("储罐应开展泄漏检测与修复。", "环境风险防控"),
        ("停产地块应开展土壤污染状况调查。", "土壤修复"),
        ("严格控制燃煤锅炉烟气排放浓度。", "禁止新建燃煤设施"),
        ("除国家规划的岸电项目外，其余按原要求执行。", "船舶与港口"),
        ("碳汇大道股份有限公司应完善废水台账。", "生态修复增汇"),
        ("本单元不涉及光伏电站。", "新能源项目选址"),
    ],
)
def test_what_only_looks_like_a_kind_is_none(text: str, never: str) -> None:
    assert never not in _kinds(text)


def test_a_clause_without_a_kind_is_said_to_have_none() -> None:
    texts = (
        "实施错峰生产。",
        "开展碳排放评价。",
        "执行全市总体准入清单。",
        "本单元现状不涉及钢铁企业。",
        "加强队伍建设。",
    )
    found = typed(_clauses(*texts))
    assert [one.standing for one in found] == ["TYPED", "CARBON", "REFERENCE", "STATEMENT", "UNTYPED"]
    assert [one.hits == () for one in found] == [False, True, True, True, True]
    assert relations(_clauses(*texts[1:]), [Asked()]) == ()


def test_the_words_behind_a_kind_are_shown_as_the_user_wrote_them() -> None:
    (clause,) = _clauses("鋼廠須提高 废 钢 比。")
    (one,) = typed([clause])
    assert clause.text[slice(*one.hits[0].span)] == "废 钢 比"


def test_a_condition_is_printed_until_it_is_answered() -> None:
    clauses = _clauses("新上用煤项目实行煤炭减量替代。")
    (open_,) = relations(clauses, [Asked()])
    assert (open_.rule, open_.relation, open_.otherwise, open_.holds) == ("CR001", "SYNERGY", "CONFLICT", None)
    assert (open_.conditional, open_.verdict) == (True, "MAY_CONFLICT")
    assert open_.words() == "若“替代来源为核销的燃煤设施，且不是高污染燃料”成立，则协同；否则冲突"
    assert open_.needs == ("pipeline.coal_t", "replacement_source")
    (yes,) = relations(clauses, [Asked()], answers={"CR001": True})
    (no,) = relations(clauses, [Asked()], answers={"CR001": True, "U1|CR001": False})
    assert (yes.verdict, yes.words(), no.verdict, no.words("en")) == ("SYNERGY", "协同", "CONFLICT", "conflict")


def test_where_the_rule_does_not_say_what_else_a_person_is_asked() -> None:
    (one,) = relations(_clauses("镇区生物质锅炉限期拆除。"), [Asked(requirement_type="share", text="非化石能源占比")])
    assert (one.rule, one.relation, one.otherwise, one.verdict) == ("CR004", "CONFLICT", "ASK", "MAY_CONFLICT")
    (no,) = relations([one.clause], [one.demand], answers={"CR004": False})
    assert no.verdict == "ASK"


def test_a_rule_without_condition_is_plain() -> None:
    (one,) = relations(_clauses("不得新建燃煤锅炉。"), [Asked()], answers={"CR068": False})
    assert (one.rule, one.verdict, one.conditional, one.otherwise, one.holds) == ("CR068", "SYNERGY", False, "", None)


def test_a_rule_for_any_demand_gives_way_to_one_of_its_own() -> None:
    clauses = _clauses("一般生态空间内严控开发。")
    sink = Asked("S", requirement_type="sink", sector="land_sink", carrier="现有源", text="森林蓄积量")
    assert [(one.demand.id, one.rule) for one in relations(clauses, [Asked(), sink])] == [
        ("D1", "CR074"),
        ("S", "CR073"),
    ]


def test_one_fast_species_is_a_matter_of_its_own_words() -> None:
    sink = Asked(requirement_type="sink", text="森林蓄积量")
    assert {one.rule for one in relations(_clauses("荒山植树造林。"), [sink])} == {"CR050"}
    assert {one.rule for one in relations(_clauses("荒山种植桉树速生林，扩大造林。"), [sink])} == {"CR050", "CR051"}


@pytest.mark.parametrize(
    ("text", "demand", "why"),
    [
        (
            "钢铁企业单位产品能耗降低一成。",
            Asked(requirement_type="intensity", sector="industry", codes=("31",)),
            "CODES",
        ),
        ("造纸企业单位产品能耗降低一成。", Asked(requirement_type="intensity", sector="industry", codes=("31",)), ""),
        ("造纸企业单位产品能耗降低一成。", Asked(requirement_type="intensity", sector="park", carrier="园区"), "PARK"),
        ("污水处理厂出水提标至准Ⅳ类。", Asked(requirement_type="intensity", sector="park", carrier="园区"), ""),
        (
            "水泥企业能效达到标杆水平。",
            Asked(requirement_type="intensity", sector="two_high", carrier="现有源"),
            "TWO_HIGH",
        ),
        ("食品企业能效达到标杆水平。", Asked(requirement_type="intensity", sector="two_high", carrier="现有源"), ""),
        ("新建印染项目进入园区，远离居民区。", Asked(requirement_type="intensity", sector="residential"), ""),
        ("造纸企业单位产品能耗降低一成。", Asked(requirement_type="intensity"), "REGION"),
        ("造纸企业单位产品能耗降低一成。", Asked(requirement_type="intensity", carrier="全部"), "ALL"),
        ("现有造纸企业单位产品能耗降低一成。", Asked(requirement_type="intensity", carrier="新建项目"), ""),
    ],
)
def test_both_must_be_about_the_same_emitters(text: str, demand: Asked, why: str) -> None:
    found = relations(_clauses(text), [demand])
    assert {one.meeting for one in found} == ({why} if why else set())
    assert {one.regional for one in found} <= {demand.carrier == "区域"}


def test_a_demand_of_another_region_does_not_hold_here() -> None:
    clauses = _clauses("不得新建燃煤锅炉。")
    of_city = Asked(level="city", region="河池")
    assert relations(clauses, [of_city]) == ()
    assert relations(clauses, [of_city], places=("福建省", "泉州市")) == ()
    assert len(relations(clauses, [of_city], places=("广西", "河池市"))) == 1
    assert len(relations(clauses, [Asked(level="city", region="")])) == 1  # a document of the user


def test_a_demand_whose_year_is_over_is_taken_only_if_asked_for() -> None:
    clauses = _clauses("不得新建燃煤锅炉。")
    assert relations(clauses, [Asked(expired=True)]) == ()
    assert len(relations(clauses, [Asked(expired=True)], expired=True)) == 1


def test_a_share_of_water_says_nothing_to_boilers() -> None:
    clauses = _clauses("2027年前淘汰燃煤热风炉。", "工业用水重复利用率达到八成。")
    water = Asked(
        requirement_type="share", sector="park", carrier="园区", object="工业用水重复利用率", text="不低于80%"
    )
    assert [(one.clause.number, one.rule) for one in relations(clauses, [water])] == [("2、", "CR047")]


def test_penalties_are_named_with_their_measure_and_number_only_where_there_is_one() -> None:
    texts = (
        "锅炉须建设石灰石湿法脱硫设施。",
        "喷涂废气采用蓄热燃烧处理。",
        "活性炭每月更换并记入台账。",
        "单元内现有12套RTO。",
    )
    found = penalties(_clauses(*texts))
    assert [(one.clause.number, one.measure.id) for one in found] == [("1、", "M002"), ("2、", "M009")]
    assert found[0].measure.magnitude is not None
    assert found[0].measure.magnitude.text == "0.69"
    assert found[1].measure.magnitude is None
    assert found[1].clause.text[slice(*found[1].span)] == "蓄热燃烧"


def test_the_matrix_counts_pairs_and_names_a_cell_by_its_worst_verdict() -> None:
    clauses = (
        *_clauses("煤炭消费减量替代。", "不得新建燃煤锅炉。", "严禁新建燃煤机组。"),
        *_clauses("荒山植树。", code="U2"),
    )
    found = relations(clauses, [Asked(), Asked("D2")])
    table = matrix(found)
    assert set(table["group"]) == {"U1"}  # nothing of U2 meets a cap
    cells = table.set_index("row")
    assert cells.loc["禁止新建燃煤设施", ["pairs", "SYNERGY", "dominant", "regional"]].tolist() == [4, 4, "SYNERGY", 4]
    assert cells.loc["煤炭消费减量替代", ["pairs", "MAY_CONFLICT", "dominant"]].tolist() == [2, 2, "MAY_CONFLICT"]
    assert table[list(VERDICTS)].to_numpy().sum() == table["pairs"].sum() == 6
    assert wide(table)["cap"].tolist() == [
        {"禁止新建燃煤设施": "SYNERGY", "煤炭消费减量替代": "MAY_CONFLICT"}[row] for _, _, row in wide(table).index
    ]
    assert wide(table, "SYNERGY")["cap"].sum() == 4


def test_zones_are_counted_through_their_units_and_rows_can_be_clauses() -> None:
    clauses = (*_clauses("不得新建燃煤锅炉。"), *_clauses("不得新建燃煤锅炉。", code="U2"))
    found = relations(clauses, [Asked()])
    table = matrix(found, "zone", zones={"U1": ("NOBURN", "AIR_HIGH"), "U2": ("NOBURN",)})
    assert dict(zip(table["group"], table["pairs"], strict=True)) == {"AIR_HIGH": 1, "NOBURN": 2}
    assert matrix(found, "list")["pairs"].tolist() == [2]
    assert len(matrix(found, rows="clause")) == 2
    assert matrix(()).empty
    assert wide(matrix(())).empty
    with pytest.raises(ValueError, match="zones"):
        matrix(found, "zone")


def test_the_order_of_clauses_and_demands_changes_no_count() -> None:
    clauses = _clauses("煤炭消费减量替代。", "不得新建燃煤锅炉。", "严禁新建燃煤机组。")
    demands = [Asked(), Asked("D2", requirement_type="intensity")]
    assert matrix(relations(clauses, demands)).equals(matrix(relations(clauses[::-1], demands[::-1])))


def test_a_list_that_writes_of_pollutants_only_has_a_gap() -> None:
    clauses = (*_clauses("落实抑尘措施。"), *_clauses("不得新建燃煤锅炉。", "落实抑尘措施。", code="U2"))
    (gap,) = gaps(clauses, [Asked(), Asked("P", requirement_type="plan", carrier="分区与清单")])
    assert (gap.code, gap.demand.id, gap.rule, gap.relation) == ("U1", "P", "CR062", "CONSISTENT")
    assert gaps(clauses, [Asked()]) == ()
