"""Symbology: one table, complete for the vocabulary, readable in greyscale and with a red-green deficiency."""

from __future__ import annotations

import dataclasses
import itertools
import re
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pytest
from tests.cases.nine_units import nine_units
from tests.cases.six_units import six_units

from zoning import read_study
from zoning.clauses.model import CARBON_STATES
from zoning.errors import Severity, StudyError, TableError
from zoning.io.runs import read_manifest, write_manifest
from zoning.study import parse_study
from zoning.symbology import (
    HATCHES,
    NO_DATA,
    look_of,
    packaged_look,
    symbol,
    symbols,
    unit_text,
)
from zoning.symbology.checking import check_look
from zoning.symbology.figures import amount, bounds, number, share, species_text
from zoning.symbology.marks import example_mark, sheet_warnings
from zoning.symbology.qgis import qgis_style, sld_style
from zoning.symbology.seeing import DEFICIENCIES, difference, lightness
from zoning.tables import read
from zoning.vocab import DecisionCode, Element, UnitClass, label
from zoning.workbook import write_workbook

SE, OGC = "{http://www.opengis.net/se}", "{http://www.opengis.net/ogc}"
STATUSES = {"official-seen", "second-hand", "memory", "ours"}
LOOK = packaged_look()


def tree(text):
    return ET.fromstring(text)  # noqa: S314 - our own text


@pytest.mark.parametrize(
    ("colour", "expected"),
    [  # CIE L*a*b* of sRGB under D65, from published tables
        ("#FFFFFF", 100.0), ("#000000", 0.0), ("#FF0000", 53.24), ("#00FF00", 87.73), ("#0000FF", 32.30),
        ("#777777", 50.03), ("", 100.0),
    ],
)  # fmt: skip
def test_the_measure_of_lightness_itself(colour, expected):
    assert lightness(colour) == pytest.approx(expected, abs=0.02)


def test_the_difference_that_a_deficiency_leaves():
    assert difference("#FFFFFF", "#000000", "protanopia") == pytest.approx(100, abs=0.05)  # greys stay greys
    assert difference("#123456", "#123456", "deuteranopia") == 0
    for deficiency in DEFICIENCIES:
        red_green = difference("#D7301F", "#5F7A1E", deficiency)
        assert red_green < difference("#D7301F", "#2B7BB5", deficiency) / 3
    # by hand: pure red for a protanope is 0.152, 0.115, 0 of linear light: Y = 0.2126 x 0.152 + 0.7152 x 0.1145
    luminance = 0.2126729 * 0.152286 + 0.7151522 * 0.114503
    assert difference("#FF0000", "#000000", "protanopia") > 116 * luminance ** (1 / 3) - 16 > 36


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


ABOUT = {"study": {"name": "x", "admin_code": "350000"}, "years": {"base": 2020}, "units": {"path": "u"}}
CO2 = "density.CO2"


def stating(**own):
    return parse_study(ABOUT | {"symbology": own}, root=".")


def said(study):
    return [(str(found.code), found.key.partition(".")[2], found.layer, found.value) for found in check_look(study)]


def steps(*edges, fills=("#FFFFFF", "#999999", "#333333", "#000000")):
    """Return limits between edges, each pair one class, by fills that are told apart with ease."""
    return [
        {"lower": lower, "upper": upper, "fill": fill}
        for (lower, upper), fill in zip(itertools.pairwise(edges), fills, strict=False)
    ]


def test_the_packaged_look_stated_as_ones_own_has_no_fault():
    classes = {
        theme: {one.code: {"fill": one.fill, "outline": one.outline, "hatch": one.hatch} for one in symbols(theme)}
        for theme in LOOK.themes
    }
    limits = {
        theme: [{"lower": one.lower, "upper": one.upper, "fill": one.fill} for one in LOOK.class_limits(theme)]
        for theme in LOOK.numeric_themes
    }
    study = stating(classes=classes, limits=limits)
    assert check_look(study) == ()
    assert look_of(study) == LOOK
    assert check_look(parse_study(ABOUT, root=".")) == ()


def test_unknown_themes_classes_and_hatches_name_the_nearest():
    study = stating(
        classes={"desicion": {}, "decision": {"NED": {"fill": "#A50026"}}, "tier": {"A": {"hatch": "slahs"}}},
        limits={"density.CO": []},
    )
    assert said(study) == [
        ("SYMBOL_UNKNOWN", "theme", "desicion", "desicion"),
        ("SYMBOL_UNKNOWN", "theme", "density.CO", "density.CO"),
        ("SYMBOL_UNKNOWN", "class", "decision", "NED"),
        ("SYMBOL_UNKNOWN", "hatch", "tier", "slahs"),
    ]
    nearest = [found.message("en").rpartition(" ")[2] for found in check_look(study)]
    assert nearest == ["decision", CO2, "NEED", "slash"]
    with pytest.raises(TableError):
        look_of(study)


@pytest.mark.parametrize(
    ("theme", "limits", "expected"),
    [
        (CO2, steps(-np.inf, 10, np.inf), []),
        ("density.NOx", steps(0, 10, np.inf), []),
        ("density.NOx", steps(-np.inf, 10, np.inf), []),
        (CO2, [], ["empty"]),
        (CO2, steps(0, 10, np.inf), ["start"]),
        ("uncovered", steps(5, 10, np.inf), ["start"]),
        (CO2, steps(-np.inf, 10, 100), ["end"]),
        (CO2, steps(-np.inf, 10) + steps(20, np.inf, fills=["#000000"]), ["gap"]),
        (CO2, steps(-np.inf, 10) + steps(5, np.inf, fills=["#000000"]), ["overlap"]),
        (CO2, steps(10, np.inf) + steps(-np.inf, 10, fills=["#000000"]), ["unsorted"]),
        (CO2, [*steps(-np.inf, 10), {"lower": 10, "upper": 10, "fill": "#777777"},
               *steps(10, np.inf, fills=["#000000"])], ["reversed"]),
        (CO2, [{"lower": float("nan"), "fill": "#FFFFFF"}], ["reversed"]),
    ],
)  # fmt: skip
def test_limits_must_give_every_number_one_class(theme, limits, expected):
    found = said(stating(limits={theme: limits}))
    assert [key for _, key, _, _ in found][:1] == expected
    assert {code for code, *_ in found} == ({"LIMITS_FAULTY"} if expected else set())


def test_classes_that_look_alike_are_named_with_what_was_measured():
    # 1.0 L* apart in greyscale, red against green
    study = stating(classes={"unit_class": {"PRIORITY": {"fill": "#4E8C00"}, "KEY": {"fill": "#D05A00"}}})
    found = check_look(study)
    assert {(found.key.partition(".")[2], str(found.severity)) for found in found} >= {("grey", "warning")}
    assert all(f"{found.layer}" == "unit_class" for found in found)
    assert "PRIORITY" in found[0].message()
    assert f"{lightness('#4E8C00'):.0f}" in found[0].message()
    hatched = stating(
        classes={"unit_class": {"PRIORITY": {"fill": "#4E8C00"}, "KEY": {"fill": "#D05A00", "hatch": "slash"}}}
    )
    assert check_look(hatched) == ()


def test_steps_of_a_ramp_that_look_alike_are_named():
    found = said(stating(limits={"density.NOx": steps(0, 5, np.inf, fills=("#808080", "#838383"))}))
    assert found == [("SYMBOL_ALIKE", "step", "density.NOx", "#808080 #838383")]


STUDY = """
[study]
name = "示例"
admin_code = "350000"
[years]
base = 2020
[units]
path = "units.gpkg"
[symbology]
path = "图例/look.toml"
[symbology.classes.decision.NEED]
fill = "#111111"
[[symbology.limits.uncovered]]
fill = "#222222"
"""
FILE = """
[classes.decision.NEED]
fill = "#999999"
zh = "必须补充"
[classes.tier.A]
hatch = "slash"
[[limits.uncovered]]
fill = "#EEEEEE"
[[limits."density.CO2"]]
upper = 10
fill = "#FFFFFF"
[[limits."density.CO2"]]
lower = 10
upper = inf
fill = "#000000"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "图例").mkdir()
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "图例/look.toml").write_text(FILE, encoding="utf-8-sig")
    return tmp_path


def test_the_file_of_a_look_is_read_and_what_stands_inline_wins(folder):
    look = look_of(read_study(folder / "study.toml"))
    need = look.symbol("decision", "NEED")
    assert (need.fill, need.zh, need.en, need.outline) == ("#111111", "必须补充", "needs a carbon clause", "#4A4A4A")
    assert look.symbol("tier", "A").hatch == "slash"
    assert [one.fill for one in look.class_limits("uncovered")] == ["#222222"]
    assert look.class_of(CO2, 10).fill == "#000000"
    assert look.symbols("evidence_class") == symbols("evidence_class")


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (None, "PATH_MISSING", "symbology.path"),
        ("x =", "FILE_UNREADABLE", ""),
        ("path = 'other.toml'", "KEY_UNKNOWN", "path"),
        ("[class.decision]", "KEY_UNKNOWN", "symbology.class"),
        ("[classes.decision.NEED]\nfill = 'red'", "KEY_UNKNOWN", "symbology.classes.decision.NEED.fill"),
        ("[limits]\nuncovered = 3", "KEY_UNKNOWN", "symbology.limits.uncovered"),
        ("classes = 3", "KEY_UNKNOWN", "symbology.classes"),
    ],
)
def test_a_faulty_file_of_a_look_is_named(folder, content, code, field):
    place = folder / "图例/look.toml"
    place.unlink()
    if content is not None:
        place.write_text(content, encoding="utf-8")
    with pytest.raises(StudyError) as raised:
        read_study(folder / "study.toml")
    assert [(str(found.code), found.file, found.field) for found in raised.value.findings] == [
        (code, "图例/look.toml", field)
    ]


def test_a_colour_that_is_none_is_told_how_colours_are_written():
    with pytest.raises(StudyError) as raised:
        stating(classes={"decision": {"NEED": {"fill": "red"}}})
    assert "#RRGGBB" in raised.value.findings[0].message()


def test_a_look_survives_publishing_without_its_file(folder, tmp_path):
    study = read_study(folder / "study.toml")
    (tmp_path / "out").mkdir()
    write_manifest(tmp_path / "out", dataclasses.replace(nine_units(), study=study), ())
    (folder / "图例/look.toml").unlink()
    carried = read_manifest(tmp_path / "out")["study"]
    assert carried["symbology"]["path"] == "图例/look.toml"
    assert look_of(parse_study(carried, root=tmp_path / "out")) == look_of(study)


def test_a_look_changes_every_deliverable(folder, tmp_path):
    result = dataclasses.replace(six_units(), study=read_study(folder / "study.toml"))
    assert "17,17,17" in qgis_style("decision", look=look_of(result.study))
    write_workbook(result, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    found = [
        (cell.value, cell.fill.fgColor.rgb)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in {"必须补充", "需要碳条款"}
    ]
    assert ("必须补充", "FF111111") in found
    assert not [one for one in found if one == ("需要碳条款", "FFA50026")]
