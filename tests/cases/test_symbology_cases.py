"""Symbology: one table, complete for the vocabulary, readable in greyscale and with a red-green deficiency."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from tests.cases.nine_units import nine_units

from zoning.clauses.model import CARBON_STATES
from zoning.errors import Severity, TableError
from zoning.symbology import (
    HATCHES,
    NO_DATA,
    packaged_look,
    symbol,
    symbols,
    unit_text,
)
from zoning.symbology.figures import amount, bounds, number, share, species_text
from zoning.symbology.marks import example_mark, sheet_warnings
from zoning.symbology.qgis import qgis_style, sld_style
from zoning.tables import read
from zoning.vocab import DecisionCode, Element, UnitClass, label

SE, OGC = "{http://www.opengis.net/se}", "{http://www.opengis.net/ogc}"
STATUSES = {"official-seen", "second-hand", "memory", "ours"}
LOOK = packaged_look()

# Machado, Oliveira & Fernandes 2009, full severity, on linear RGB.
DEFICIENCIES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def tree(text):
    return ET.fromstring(text)  # noqa: S314 - our own text


def linear(colour):
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    white = np.array([0.95047, 1.0, 1.08883])
    x, y, z = (
        np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (XYZ @ np.clip(rgb, 0, 1)) / white
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def lightness(colour):
    return lab(linear(colour))[0]


def difference(one, other, deficiency):
    matrix = np.array(DEFICIENCIES[deficiency])
    return float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))


def test_the_measure_of_lightness_itself():
    assert lightness("#FFFFFF") == pytest.approx(100, abs=0.01)
    assert lightness("#000000") == pytest.approx(0, abs=0.01)
    assert lightness("#777777") == pytest.approx(50.03, abs=0.05)  # CIE L* of 50 % grey
    assert difference("#D7301F", "#2E8B2E", "deuteranopia") < difference("#D7301F", "#2B7BB5", "deuteranopia")


@pytest.mark.parametrize("row", [*read("symbology"), *read("class_limits")], ids=lambda row: row["theme"])
def test_rows_are_well_formed(row):
    assert row["status"] in STATUSES
    assert row["source"]
    assert re.fullmatch("#[0-9A-F]{6}", row["outline"])
    assert re.fullmatch("(#[0-9A-F]{6})?", row["fill"])
    assert row.get("hatch", "") in {"", *HATCHES}
    assert row["fill"] or row["hatch"], "a class must leave a trace"


def test_every_code_of_the_vocabulary_has_a_symbol_and_its_label():
    expected = {
        "unit_class": set(UnitClass),
        "decision": set(DecisionCode),
        "carbon_state": set(CARBON_STATES),
        "severity": set(Severity),
    }
    elements = {"air": "大气", "energy": "能源", "water": "水", "ecology": "生态"}
    assert set(elements) == set(Element)
    for element, zh in elements.items():
        expected[f"zones.{element}"] = {row["code"] for row in read("zone_vocab") if row["element_zh"] == zh}
    for theme, codes in expected.items():
        assert {one.code for one in symbols(theme)} == {str(code) for code in codes}
        for one in symbols(theme):
            assert (one.zh, one.en) == (label(one.code), label(one.code, "en"))


def test_decisions_stand_in_the_order_of_the_vocabulary_as_far_as_urgency_goes():
    assert [one.code for one in symbols("decision")] == [
        "NEED", "UPGRADE", "COVERED", "WATCH", "NO_ACTION", "UNDETERMINED",
    ]  # fmt: skip


@pytest.mark.parametrize("theme", LOOK.themes)
def test_classes_differ_in_greyscale_and_for_the_colour_blind(theme):
    for one, other in itertools.combinations(symbols(theme), 2):
        if one.hatch != other.hatch:
            continue
        assert abs(lightness(one.fill) - lightness(other.fill)) >= 8, (one.code, other.code)
        for deficiency in DEFICIENCIES:
            assert difference(one.fill, other.fill, deficiency) >= 12, (one.code, other.code, deficiency)


@pytest.mark.parametrize("theme", LOOK.numeric_themes)
def test_ramps_grow_darker_step_by_step_and_leave_no_gap(theme):
    limits = LOOK.class_limits(theme)
    assert limits[-1].upper == np.inf
    assert len({limit.unit for limit in limits}) == 1
    assert unit_text(limits[0].unit) != limits[0].unit, "the unit of a legend is written for readers"
    for lower, upper in itertools.pairwise(limits):
        assert lower.upper == upper.lower
    ramp = [lightness(limit.fill) for limit in limits if limit.lower >= 0]
    assert all(light - dark >= 5 for light, dark in itertools.pairwise(ramp))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-0.1, "< 0"), (0.0, "0–300"), (299.999, "0–300"), (300.0, "300–1,000"), (1e5, "≥ 100,000"), (1e12, "≥ 100,000")],
)
def test_a_limit_belongs_to_the_class_above_it(value, expected):
    assert LOOK.class_of("density.CO2", value).label() == expected


def test_absent_is_no_class_and_never_the_lowest():
    assert LOOK.class_of("density.CO2", float("nan")) is None
    assert LOOK.class_of("density.NOx", -1.0) is None  # pollutants have no sinks
    assert NO_DATA.hatch


@pytest.mark.parametrize(
    "ask", [lambda: symbols("nonsense"), lambda: symbol("decision", "X"), lambda: LOOK.class_limits("X")]
)
def test_what_is_not_in_the_table_is_refused(ask):
    with pytest.raises(TableError):
        ask()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", LOOK.themes)
def test_a_category_style_has_one_category_and_one_symbol_per_class(theme, lang):
    root = tree(qgis_style(theme, lang))
    categories = root.findall("renderer-v2/categories/category")
    assert [(one.get("value"), one.get("label")) for one in categories] == [
        (one.code, one.label(lang)) for one in symbols(theme)
    ]
    assert {one.get("symbol") for one in categories} == {
        one.get("name") for one in root.findall("renderer-v2/symbols/symbol")
    }
    rules = tree(sld_style(theme, lang).encode()).iter(f"{SE}Rule")
    assert [one.find(f"{OGC}Filter//{OGC}Literal").text for one in rules] == [one.code for one in symbols(theme)]


def test_a_hatch_is_drawn_once_per_angle_over_its_fill():
    root = tree(qgis_style("zones.energy"))
    layers = [
        [part.get("class") for part in one.findall("layer")] for one in root.findall("renderer-v2/symbols/symbol")
    ]
    assert layers == [["SimpleFill", "LinePatternFill"]] * 2 + [["SimpleFill", "LinePatternFill", "LinePatternFill"]]
    fill = root.find("renderer-v2/symbols/symbol/layer/prop[@k='style']")
    assert fill.get("v") == "no", "zones without fill leave what is below visible"
    dots = tree(qgis_style("zones.air")).find("renderer-v2/symbols/symbol/layer[@class='PointPatternFill']")
    assert dots is not None


def test_old_and_new_qgis_read_the_same_properties():
    for layer in tree(qgis_style("zones.air")).iter("layer"):
        old = {one.get("k"): one.get("v") for one in layer.findall("prop")}
        new = {one.get("name"): one.get("value") for one in layer.findall("Option/Option")}
        assert old == new
        assert old


def test_range_style_puts_the_class_that_is_closed_below_first():
    ranges = tree(qgis_style("density.CO2", field="co2")).findall("renderer-v2/ranges/range")

    def first(value):
        return next(one.get("label") for one in ranges if float(one.get("lower")) <= value <= float(one.get("upper")))

    for value in (-5.0, 0.0, 299.0, 300.0, 1000.0, 5e6):
        assert first(value) == LOOK.class_of("density.CO2", value).label()


def test_sld_rules_give_every_number_exactly_one_class():
    operators = {
        "PropertyIsGreaterThanOrEqualTo": lambda value, limit: value >= limit,
        "PropertyIsLessThan": lambda value, limit: value < limit,
    }
    rules = list(tree(sld_style("density.CO2", field="co2").encode()).iter(f"{SE}Rule"))
    for value in (-5.0, 0.0, 299.0, 300.0, 99_999.0, 100_000.0):
        holding = [
            rule.find(f"{SE}Description/{SE}Title").text
            for rule in rules
            if all(
                operators[test.tag.removeprefix(OGC)](value, float(test.find(f"{OGC}Literal").text))
                for test in rule.iter()
                if test.tag.removeprefix(OGC) in operators
            )
        ]
        assert holding == [LOOK.class_of("density.CO2", value).label()]


def test_aliases_and_fields_are_escaped():
    hostile = {'a"b<c>&': '名称"<&>', "decision": "判定"}
    root = tree(qgis_style("decision", field="x<y", aliases=hostile))
    aliases = root.findall("aliases/alias")
    assert [(one.get("field"), one.get("name"), one.get("index")) for one in aliases] == [
        ('a"b<c>&', '名称"<&>', "0"),
        ("decision", "判定", "1"),
    ]
    assert root.find("renderer-v2").get("attr") == "x<y"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"), (0.00123, "0.00123"), (0.9996, "1.00"), (9.996, "10.0"), (99.96, "100"), (999.6, "1,000"),
        (-1234.5, "-1,234"), (1e7, "10,000,000"), (4.0, "4"), (float("nan"), "无数据"),
    ],
)  # fmt: skip
def test_numbers_keep_three_figures_without_exponents(value, expected):
    assert number(value) == expected


def test_numbers_carry_their_unit():
    assert amount(12.04, "km2", "en") == "12.0\N{NO-BREAK SPACE}km²"
    assert bounds(0.0, 26_000.0, "t yr-1") == "0–26,000\N{NO-BREAK SPACE}t/a"
    assert bounds(float("nan"), float("nan"), "t yr-1") == "无数据"
    assert (share(0.0), share(0.0999), share(1.0)) == ("0%", "10%", "100%")
    assert (species_text("NH3"), species_text("PM10")) == ("NH₃", "PM10")


def test_every_sheet_prints_the_mark_and_each_warning_once():
    result = nine_units()
    assert sheet_warnings(result, "en") == {
        "year differs from the base year": ("grid year 2013 differs from base year 2020",),
        "two layers are copies of one proxy": ("NOx and CO2 are spread by one proxy",),
    }
    assert (example_mark(result), example_mark(nine_units(example=False))) == ("示例数据", "")
