"""What users add to the reading of clauses, lists of 两高, sub-items, and which rules are tried at all."""

import csv
from io import StringIO
from pathlib import Path
from types import MappingProxyType

import pytest
from tests.cases.test_content_cases import study_in

import zoning
from zoning.clauses import (
    AccessList,
    classify,
    clauses_of_cell,
    default_lexicon,
    judged_again,
    lexicon_with,
    scope_of,
    split_cell,
    two_high_codes,
    two_high_list,
)
from zoning.clauses.keys import keys_in, keys_of
from zoning.content import UserTable, extend, packaged
from zoning.pipeline.wording import worded
from zoning.tables import read

TEXTS = [
    row["text"]
    for row in csv.DictReader(StringIO((Path(__file__).parent / "clauses_own.csv").read_text(encoding="utf-8")))
]

# ---------------------------------------------------------------- 两高


@pytest.mark.parametrize(
    ("province", "year", "expected"),
    [
        ("广东", 2022, "L-GD-2022"),
        ("广东省", 2030, "L-GD-2022"),  # the version of 2025 is not known in content
        ("广东省", 2021, "L-NAT-45"),
        ("福建省", 2024, "L-NAT-45"),  # its list was not obtained
        ("浙江省", 2024, "L-NAT-45"),  # nine trades whose carbon is assessed are no list of 两高
        ("重庆市", None, "L-NAT-45"),
        ("", None, "L-NAT-45"),
    ],
)
def test_the_list_of_the_province_that_is_known_then(province, year, expected):
    assert two_high_list(province, year) == expected


def test_a_list_of_the_users_own_counts_for_its_province_and_its_codes_for_the_reach():
    own = {**dict.fromkeys(read("lianggao_membership")[0], ""), "id": "X1", "list_id": "L-MINE", "province": "福建"}
    own |= {"list_name_zh": "本市两高目录", "date_or_version": "2024", "gb_t_4754": "3011;30"}
    rows = [*read("lianggao_membership"), MappingProxyType(own)]
    chosen = two_high_list("福建省", 2025, rows)
    codes = two_high_codes(chosen, rows)
    assert (chosen, codes) == ("L-MINE", ("30",))
    scope = scope_of("严格控制两高项目新增产能。", two_high=codes)
    assert (scope.reach, scope.industry_codes) == ("LIST", ("30",))


# ---------------------------------------------------------------- words of the user


def table(name, *rows):
    header = tuple(rows[0])
    lines = ((1, header), *((2 + at, tuple(row.values())) for at, row in enumerate(rows)))
    return UserTable(name, f"tables/{name}.csv", lines)


RULE = {"id": "X1", "kind": "carbon.CARBON", "value": "CARBON", "pattern": "碳画像", "source": "本市", "status": "ours"}
TRADE = {"id": "X2", "tag": "建筑陶瓷", "pattern": "紫砂", "source": "本市", "status": "ours"}


def test_rows_of_a_study_are_asked_before_the_packaged_ones():
    both = extend(packaged(), (table("clause_lexicon", RULE), table("clause_industries", TRADE)))
    assert both.findings == ()
    lexicon = lexicon_with(both.rows("clause_lexicon"), both.rows("clause_industries"))
    text = "紫砂企业应建立碳画像。"
    before, after = classify(text), classify(text, lexicon)
    assert (before.industries, after.industries) == ((), ("建筑陶瓷",))
    assert (after.carbon_state, after.rule, after.span) == ("CARBON", "X1", (7, 10))
    lists = AccessList("unit", clauses_of_cell(text, code="U", level="unit", dimension="Z"))
    (again,) = judged_again(lists, lexicon).clauses
    assert (again.label, again.dimension, again.address) == (after, "Z", lists.clauses[0].address)


def test_without_rows_of_its_own_a_study_reads_by_the_packaged_lexicon():
    assert lexicon_with(read("clause_lexicon"), read("clause_industries")) is default_lexicon()


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        ({"pattern": "碳(画像"}, "VALUE_UNKNOWN.content.pattern", "pattern"),
        ({"pattern": "(碳+)+画像"}, "VALUE_UNKNOWN.content.pattern_slow", "pattern"),
        ({"pattern": "<NOBODY>画像"}, "VALUE_UNKNOWN.content.macro", "pattern"),
        ({"kind": "carbon.SOME"}, "VALUE_UNKNOWN.content.choice", "kind"),
        ({"value": "CARBONATE"}, "VALUE_UNKNOWN.content.word", "value"),
        ({"pattern": ""}, "FIELD_MISSING.content", "pattern"),
    ],
)
def test_a_faulty_row_is_named_with_file_and_row(change, key, field):
    both = extend(packaged(), (table("clause_lexicon", {**RULE, **change}),))
    (one,) = both.findings
    assert (one.key, one.file, one.row, one.field) == (key, "tables/clause_lexicon.csv", 2, field)
    assert one.fix_zh
    assert one.fix_en


def test_an_unknown_trade_is_named():
    both = extend(packaged(), (table("clause_industries", {**TRADE, "tag": "紫砂业"}),))
    assert [one.key for one in both.findings] == ["VALUE_UNKNOWN.content.choice"]


# ---------------------------------------------------------------- which rules are tried


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(?:严禁|禁止)[^,]*|退出", {"严禁", "禁止", "退出"}),
        ("[降减]碳(?!源)", {"降碳", "减碳"}),
        ("(?:甲乙)?丙丁", {"丙丁"}),
        ("(?:甲|乙{0,3})丙", {"丙"}),
        ("(?:甲乙)+", {"甲乙"}),
        ("(?=甲乙)[^,]+", {"甲乙"}),
        ("[^,]*", None),
        (r"\u4e00", None),
        ("(?i)co2", None),
    ],
)
def test_keys_of_a_pattern(pattern, expected):
    found = keys_of(pattern)
    assert found == (None if expected is None else frozenset(expected))


def test_no_rule_matches_a_text_without_its_keys():
    lexicon = default_lexicon()
    kinds = {row["kind"] for row in lexicon.rows} - {"macro"}
    rules = [(rule, keys_of(rule.pattern.pattern)) for kind in sorted(kinds) for rule in lexicon.rules(kind)]
    assert sum(keys is not None for _, keys in rules) > 200
    for text in TEXTS[::5]:
        present = keys_in(text)
        missed = [
            rule.id for rule, keys in rules if keys is not None and not keys & present and rule.pattern.search(text)
        ]
        assert not missed, text


# ---------------------------------------------------------------- numbers and sub-items in a cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a)禁止甲；b)严控乙。", [("a)", "", "禁止甲"), ("b)", "", "严控乙。")]),
        ("A.禁止甲。B.严控乙。", [("A.", "", "禁止甲。"), ("B.", "", "严控乙。")]),
        ("［1］禁止甲。［2］严控乙。", [("［1］", "", "禁止甲。"), ("［2］", "", "严控乙。")]),
        ("Ⅰ.禁止甲。\nⅡ.严控乙。", [("Ⅰ.", "", "禁止甲。"), ("Ⅱ.", "", "严控乙。")]),
        ("A类企业应改造。", [("", "", "A类企业应改造。")]),
        (
            "允许排放量要求：氨氮不超过5吨。\n现有源提标升级改造：\n（1）甲应改造。\n（2）乙应改造。",
            [
                ("", "允许排放量要求", "氨氮不超过5吨。"),
                ("（1）", "现有源提标升级改造", "甲应改造。"),
                ("（2）", "现有源提标升级改造", "乙应改造。"),
            ],
        ),
        ("能源利用总量及效率要求：甲。禁燃区要求：乙。", [
            ("", "能源利用总量及效率要求", "甲。"), ("", "禁燃区要求", "乙。"),
        ]),
        ("禁燃区要求\n1.【能源/禁止类】禁止甲。", [("1.", "禁燃区要求；能源/禁止类", "禁止甲。")]),
    ],
)  # fmt: skip
def test_numbers_and_sub_items(cell, expected):
    pieces = split_cell(cell)
    assert [(one.number, one.tag, cell[one.text_start : one.text_end]) for one in pieces] == expected
    assert "".join(cell[one.start : one.end] for one in pieces) == cell


def test_a_heading_without_clauses_is_no_clause_and_not_lost():
    cell = "禁止开发建设活动的要求：\n限制开发建设活动的要求：限制甲。"
    first, second = split_cell(cell)
    assert (first.tag, first.text_start == first.text_end) == ("禁止开发建设活动的要求", True)
    assert cell[second.text_start : second.text_end] == "限制甲。"
    assert [one.text for one in clauses_of_cell(cell, code="U", level="unit")] == ["限制甲。"]


def test_a_study_reads_its_lists_by_its_own_words_unless_its_table_is_faulty(tmp_path):
    folder = study_in(tmp_path, '[tables]\nfolder = "tables"\n')
    rule = "id,kind,value,pattern,source,status\nX1,carbon.CARBON,CARBON,{},本市,ours\n"
    lists = (AccessList("unit", clauses_of_cell("企业应建立碳画像系统和碳谱。", code="U", level="unit")),)
    (folder / "clause_lexicon.csv").write_text(rule.format("碳谱"), encoding="utf-8")
    study = zoning.read_study(tmp_path / "study.toml")
    (clause,) = worded(study, lists)[0].clauses
    assert clause.label.rule == "X1"
    (folder / "clause_lexicon.csv").write_text(rule.format("碳(谱"), encoding="utf-8")
    assert worded(study, lists) is lists
    assert "VALUE_UNKNOWN.content.pattern" in [one.key for one in zoning.check(study)]
