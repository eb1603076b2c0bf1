"""Quantities, deadlines and references of clauses, worked by hand."""

import pytest

from zoning.clauses.quantities import deadline, deadlines, quantities
from zoning.clauses.references import references
from zoning.quantities import convert


def said(text):
    return [(one.value, one.unit, one.comparator, one.year, one.base_year) for one in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("吨钢能耗2026年底前降至550千克标准煤/吨以下", [(550.0, "kgce t-1", "≤", 2026, None)]),
        ("置换比例不低于1.25:1", [(1.25, "times", "≥", None, None)]),
        ("按1:1.5实行倍量替代", [(1.5, "times", "=", None, None)]),
        ("到2027年园区碳排放较2021年下降16%", [(16.0, "percent", "↓", 2027, 2021)]),
        ("十四五期间累计压减用煤9万吨", [(9.0, "10kt", "↓", 2025, None)]),
        ("用电量300万千瓦时以上的企业", [(300.0, "wan_kWh", "≥", None, None)]),
        ("淘汰10蒸吨/小时及以下锅炉7台", [(10.0, "t h-1", "≤", None, None), (7.0, "台", "=", None, None)]),
        ("PUE不高于1.25", [(1.25, "1", "≤", None, None)]),
        ("按GB 13271-2014表3执行，颗粒物不超过10mg/m³", [(10.0, "mg m-3", "≤", None, None)]),
        ("利用率达到百分之九十五以上", [(95.0, "percent", "≥", None, None)]),
        ("绿电占比不少于三成", [(30.0, "percent", "≥", None, None)]),
        ("岸线一公里范围内", [(1.0, "km", "≤", None, None)]),
        ("两倍削减替代", [(2.0, "times", "=", None, None)]),
        ("含水率20~30%", [(20.0, "percent", "≥", None, None), (30.0, "percent", "≤", None, None)]),
        ("炉温800℃至900℃", [(800.0, "degC", "≥", None, None), (900.0, "degC", "≤", None, None)]),
        ("能源消费总量控制在120万吨标准煤以内", [(120.0, "10ktce", "≤", None, None)]),
        ("到２０２６年回用率提高到４５％", [(45.0, "percent", "≥", 2026, None)]),
        ("2024—2026年削减总磷30吨", [(30.0, "t", "↓", 2026, None)]),
        ("效率提高2个百分点", [(2.0, "percentage_point", "↑", None, None)]),
        ("2025年达到20%，2030年达到25%", [(20.0, "percent", "=", 2025, None), (25.0, "percent", "=", 2030, None)]),
        ("亩均税收不低于30万元/亩", [(30.0, "wan_CNY mu-1", "≥", None, None)]),
        ("淘汰1.2万辆老旧货车", [(12000.0, "辆", "=", None, None)]),
        ("执行Ⅱ类标准和二级限值，SO2排放按环环评〔2021〕45号、第三条，2025年3月31日前完成", []),
    ],
)
def test_quantities(text, expected):
    assert said(text) == expected


def test_a_span_is_the_number_with_its_unit_as_written_and_the_word_is_what_it_measures():
    text = "1-2. 【能源】单位工业增加值能耗 不高于 ０.５ 吨标准煤/万元。"
    (one,) = quantities(text)
    assert text[slice(*one.span)] == "０.５ 吨标准煤/万元"
    assert (one.word, one.unit) == ("单位工业增加值能耗", "tce wan_CNY-1")


def test_units_of_clauses_can_be_converted():
    (one,) = quantities("煤炭消费总量不超过2.5万吨")
    assert convert(one.value, one.unit, "t") == pytest.approx(25000.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年底前淘汰锅炉", (2025, 12)),
        ("到2025年建成", (2025, 12)),
        ("2025年12月31日前完成", (2025, 12)),
        ("2026年6月底前完成", (2026, 6)),
        ("2026年上半年完成改造", (2026, 6)),
        ("十四五末能耗下降10%", (2025, 12)),
        ("十五五期间压减8万吨", (2030, 12)),
        ("2023—2027年累计削减30吨", (2027, 12)),
        ("2025年底前完成一半，2024年上半年完成方案", (2024, 6)),
        ("以2020年为基准，较2020年下降", None),
        ("2025年起禁止新建", None),
        ("自2024年1月1日起执行", None),
        ("按《目录（2024年本）》和环环评〔2021〕45号执行", None),
        ("2022年用煤量为8.6万吨", None),
        ("已于2023年底前完成改造", None),
        ("2019年以前建成的锅炉应改造", None),
        ("应编制应急预案", None),
    ],
)
def test_deadline(text, expected):
    found = deadline(text)
    assert (found and found[:2]) == expected


def test_every_deadline_has_its_place():
    text = "(1)２０２６年６月底前完成10台，到2027年全部淘汰。"
    assert [text[slice(*span)] for _, _, span in deadlines(text)] == ["２０２６年６月底前", "到2027年"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("执行莆田市总体准入清单关于碳评价的规定", [("list", "莆田市总体准入清单", "city", "")]),
        ("污染物排放管控按龙岩市总体准入要求执行", [("list", "龙岩市总体准入要求", "city", "P")]),
        ("空间布局约束同全省总体清单", [("list", "全省总体清单", "province", "S")]),
        ("环境风险防控按省级准入清单执行", [("list", "省级准入清单", "province", "R")]),
        ("资源利用执行区域总体管控要求", [("list", "区域总体管控要求", "region", "Z")]),
        ("应符合本清单第三条", [("list", "本清单第三条", "own", "")]),
        ("同1-2条要求", [("list", "1-2条", "own", "")]),
        ("符合《锅炉排放标准》（GB 13271-2014）", [("standard", "《锅炉排放标准》（GB 13271-2014）", "", "")]),
        ("执行DB35/ 1311-2013和HJ1111", [("standard", "DB35/ 1311-2013", "", ""), ("standard", "HJ1111", "", "")]),
        ("按照《意见》（环环评〔2021〕45号）执行", [("law", "《意见》（环环评〔2021〕45号）", "", "")]),
        ("按照环环评〔2021〕45号执行", [("law", "环环评〔2021〕45号", "", "")]),
        ("禁止新建燃煤锅炉", []),
    ],
)
def test_references(text, expected):
    assert [(one.kind, one.text, one.level, one.dimension) for one in references(text)] == expected


def test_a_reference_stands_where_its_span_says():
    text = "1-1. 按照 《甲办法》 执行。"
    (one,) = references(text)
    assert text[slice(*one.span)] == one.text == "《甲办法》"
