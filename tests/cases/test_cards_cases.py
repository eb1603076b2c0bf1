"""The card of a unit against numbers worked out by hand: nine squares with zones, clauses, reasons and drafts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from nine_units import AREA, CODES, nine_units

from zoning.cards import Cards, UnitCard
from zoning.clauses import AccessList, Address, Clause, classify
from zoning.drafts import Basis, Draft
from zoning.errors import ResultError
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.ledger import Column
from zoning.result import Result
from zoning.vocab import DecisionCode

_TEXTS = (
    "1-1.禁止新建燃煤锅炉。",
    "到2025年单位产值二氧化碳排放比2020年下降18%。",
    "工业废水应处理达标后排放。",
)


def _clause(code: str, text: str, level: str = "unit", number: str = "", file: str = "a/b/清单.xlsx") -> Clause:
    address = Address(file, "清单", "I5", int(number[2:3] or 0), len(text))
    return Clause(code, level, "P", text, number=number, address=address, label=classify(text))


def _with_zones(result: Result) -> Result:
    """Three pieces in the first two units: a quarter, a sliver within the tolerance, and a half without emission."""
    labels = {
        "fragment_unit": [CODES[0], CODES[0], CODES[1]],
        "fragment_zone": ["YS01", "YS02", "YS03"],
        "fragment_element": ["air", "air", "energy"],
        "fragment_subtype": ["AIR_HIGH", "AIR_GENERAL", "NOBURN_2"],
    }
    emission = np.full((3, 2, 3, 1), np.nan)
    emission[0, 0, :, 0] = (200_000.0, 100_000.0, 20_000.0)  # of 1,600,000 t of CO2
    ledger = result.ledger.with_labels("fragment", **labels)
    ledger = ledger.with_column(
        "fragment_area", ("fragment",), np.array([AREA / 4, 0.5, AREA / 2]), Column("m2", "面积", "area", "zones")
    ).with_column(
        "fragment_emission",
        ("fragment", "species", "sector", "year"),
        emission,
        Column("t yr-1", "排放", "emission", "zones"),
    )
    return replace(result, ledger=ledger)


def _with_lists(result: Result) -> Result:
    unit = AccessList("unit", [_clause(CODES[0], text, number=f"2-{n}.") for n, text in enumerate(_TEXTS, 1)])
    city = AccessList(
        "city",
        [
            _clause("350000", "淘汰35蒸吨/小时以下燃煤锅炉。", "city", "3.1", r"C:\lists\市.docx"),
            _clause("440000", "外省的总体要求。", "city"),
        ],
    )
    return replace(result, lists=(unit, city))


def _card(result: Result, code: str = CODES[0], lang: str = "zh") -> UnitCard:
    return Cards(result, lang).card(code)


def test_figures_have_units_and_say_no_data():
    known = {one.name: one.text.replace("\xa0", " ") for one in _card(nine_units()).figures}
    assert known["CO₂ 排放量（2020 年）"] == "1,600,000 t/a"
    assert known["NOx 排放量（2020 年）"] == "1,600 t/a"
    assert known["未覆盖的 CO₂"] == "1,200,000–1,300,000 t/a"
    assert known["可管控的 CO₂"] == "1,280,000 t/a"
    assert known["面积"] == "16 km²"
    assert known["未覆盖量档次"] == "A 档"
    empty = {one.name: one.text for one in _card(nine_units(), CODES[8]).figures}
    assert list(empty) == list(known)
    assert {empty[name] for name in ("CO₂ 排放量（2020 年）", "未覆盖的 CO₂", "可管控的 CO₂", "清单现状")} == {
        "无数据",
        "无数据；没有有效碳条款",
    }


def test_figures_of_the_ledger_are_shares_bounds_and_references():
    result = nine_units()
    of_unit = {name: np.full(9, value) for name, value in (("lo", 0.026), ("hi", 0.16))}
    ledger = result.ledger
    for end, values in of_unit.items():
        ledger = ledger.with_column(f"kappa_air_carbon_{end}", ("unit",), values, Column("1", "κ", "κ", "ours"))
        ledger = ledger.with_column(f"mutual_control_{end}", ("unit",), values, Column("1", "M", "M", "ours"))
    located = np.stack([np.full(9, 0.61), np.full(9, np.nan)], axis=1)
    ledger = ledger.with_column("located_share", ("unit", "species"), located, Column("1", "λ", "λ", "ours"))
    ledger = ledger.with_column(
        "common_origin", ("unit", "species"), 1 - located, Column("1", "同源", "origin", "ours")
    )
    reference = np.array([1.0, 0.25])
    ledger = ledger.with_column("common_origin_reference", ("species",), reference, Column("1", "参", "ref", "ours"))
    ledger = ledger.with_column("pressure_air", ("unit",), np.full(9, 1.08), Column("1", "压力", "pressure", "ours"))
    binding = np.array(["energy_total", *[""] * 8], dtype=object)
    ledger = ledger.with_column("binding_air", ("unit",), binding, Column("text", "约束", "binding", "ours"))
    known = {one.name: one.text for one in _card(replace(result, ledger=ledger)).figures}
    assert known["有效碳条款覆盖的 CO₂ 占比"] == "2.6%–16%"
    assert known["互促覆盖 M"] == "0.026–0.16"
    assert known["已定位 CO₂ 占比 λ"] == "61%"
    assert known["NOx 与 CO₂ 的同源程度"] == "无数据（全区 0.25）"
    assert known["区域大气压力（现状÷目标路径）"].startswith("1.08（约束指标：")


def test_masses_are_those_of_the_ledger_with_the_share_of_the_region():
    masses = _card(nine_units()).masses
    assert masses is not None
    assert (masses.year, masses.years, masses.species) == (2020, (2020, 2020), ("CO2", "NOx"))
    assert masses.values == ((800_000.0, 480_000.0, 320_000.0), (800.0, 480.0, 320.0))
    assert masses.shares == pytest.approx((1_600_000 / 2_214_400,) * 2)
    nothing = _card(nine_units(), CODES[8])
    assert (nothing.masses, nothing.masses_by_year) == (None, ())


def test_each_species_has_the_year_nearest_to_the_base_year():
    result = nine_units()
    emission = result.ledger["emission"].isel(year=0).values
    years = np.stack([emission, emission * 2, np.full_like(emission, np.nan)], axis=-1)
    years[:, 0, :, 1] = np.nan  # CO2 of 2018 alone, NOx of 2018 and 2021
    dims = ("unit", "species", "sector", "year")
    data = result.ledger.data.drop_vars("emission").drop_dims("year").assign_coords(year=[2018, 2021, 2030])
    ledger = type(result.ledger)(data).with_column("emission", dims, years, Column("t yr-1", "排放", "e", "grid"))
    cards = Cards(replace(result, ledger=ledger))
    card = cards.card(CODES[0])
    assert cards.years == (2018, 2021)
    assert card.masses is not None
    assert (card.masses.year, card.masses.years) == (2018, (2018, 2021))
    assert [sum(row) for row in card.masses.values] == pytest.approx([1_600_000.0, 3_200.0])
    assert [one.year for one in card.masses_by_year] == [2018, 2021]
    assert all(math.isnan(value) for value in card.masses_by_year[1].values[0])


def test_zones_have_area_share_and_share_of_the_carbon_largest_first():
    first = _card(_with_zones(nine_units())).zones
    assert [(one.code, one.name, one.subtype) for one in first] == [("YS01", "西区", "AIR_HIGH")]  # no sliver
    assert first[0].area_km2 == pytest.approx(4.0)
    assert first[0].area_share == pytest.approx(0.25)
    assert first[0].co2_share == pytest.approx(320_000 / 1_600_000)
    second = _card(_with_zones(nine_units()), CODES[1]).zones
    assert (second[0].element, second[0].area_share) == ("energy", pytest.approx(0.5))
    assert math.isnan(second[0].co2_share)


def test_reasons_that_hold_come_first_and_no_evidence_is_lost():
    evidence = (Evidence("uncovered_co2_lo", 92_574.8, "t yr-1"), Evidence("grid_ratio", math.nan, "factor"))
    answers = {"S1-SINK": Answer.FALSE, "R8-NEW": Answer.UNDETERMINED, "R3-GAP": Answer.TRUE}
    reasons = [
        Reason(rule, CODES[0], answer, DecisionCode.NEED, evidence, ("key_emitter_co2",), f"句{rule}", f"s {rule}",
               missing="missing.emitters" if answer is Answer.UNDETERMINED else "")
        for rule, answer in answers.items()
    ]  # fmt: skip
    card = _card(replace(nine_units(), reasons=tuple(reasons)))
    assert [(one.rule, one.answer) for one in card.reasons] == [
        ("R3-GAP", "true"),
        ("R8-NEW", "undetermined"),
        ("S1-SINK", "false"),
    ]
    assert all([item.text for item in one.evidence] == ["92,574.8 t/a", "无数据"] for one in card.reasons)
    assert card.reasons[0].evidence[0].name == "未覆盖可管控 CO₂（下限）"
    assert card.reasons[1].missing.startswith("缺企业排放台账")
    assert card.reasons[0].thresholds[0].startswith("重点排放单位年排放量（二手来源，待核）：26,000 t/a；出处：")


def test_own_clauses_come_before_upper_ones_that_reach_the_unit():
    card = _card(_with_lists(nine_units()))
    assert [(one.level, one.number) for one in card.clauses] == [
        ("unit", "2-1."),
        ("unit", "2-2."),
        ("unit", "2-3."),
        ("city", "3.1"),
    ]
    assert [one.place for one in card.clauses][::3] == ["清单.xlsx · 清单 · I5", "市.docx · 清单 · I5"]
    marked = [[one.text[start:end] for start, end in one.spans] for one in card.clauses]
    assert marked[2] == []
    assert all(words for place, words in enumerate(marked) if place != 2)
    assert [one.counts for one in card.clauses] == [False, True, False, True]
    assert [(one.level) for one in _card(_with_lists(nine_units()), CODES[1]).clauses] == ["city"]


def test_drafts_that_serve_the_unit_stand_nearest_list_first_then_by_rank():
    def draft(level: str, code: str, rank: int, units: tuple[str, ...], name: str) -> Draft:
        bases = (Basis("N1", "《甲》", True), Basis("N2", "《甲》", True))
        return Draft(f"{code}|R|{name}", level, code, "R", name, "P", "add", "", f"{name}文本", rank=rank, units=units,
                     bases=bases, why_zh="因", why_en="why")  # fmt: skip

    drafts = (
        draft("zone", "type:AIR_HIGH", 1, CODES[:2], "Z"),
        draft("unit", CODES[0], 2, (CODES[0],), "B"),
        draft("unit", CODES[0], 1, (CODES[0],), "A"),
        draft("unit", CODES[1], 1, (CODES[1],), "C"),
    )
    card = _card(replace(nine_units(), drafts=drafts))
    assert [(one.text, one.rank, one.shared) for one in card.drafts] == [
        ("A文本", 1, False),
        ("B文本", 2, False),
        ("Z文本", 1, True),
    ]
    assert {(one.basis, one.why, one.status) for one in card.drafts} == {("《甲》", "因", "本软件建议的写法")}
    assert _card(nine_units()).drafts == ()


def test_notes_tell_what_is_missing_what_hangs_on_the_grid_and_who_changed_the_decision():
    cards = Cards(nine_units())
    assert cards.card(CODES[8]).notes[0].startswith("缺企业排放台账")
    assert "两套格网" in cards.card(CODES[1]).notes[0]
    override = cards.card(CODES[2]).notes[0]
    assert all(word in override for word in ("张三", "2024-05-01", "已列入<搬迁>计划", "需要碳条款"))
    assert cards.card(CODES[4]).notes == ()


def test_an_unknown_unit_names_the_nearest():
    with pytest.raises(ResultError, match=CODES[0]):
        Cards(nine_units()).card(CODES[0] + "X")


def test_a_result_without_lists_emission_and_emitters_still_has_cards():
    result = nine_units()
    bare = replace(result, ledger=type(result.ledger)(result.ledger.data.drop_vars("emission")), reasons=())
    card = _card(bare)
    assert (card.masses, card.zones, card.reasons, card.clauses, card.drafts) == (None, (), (), (), ())
    assert card.decision == "NEED"
    assert card.figures


def test_thresholds_of_rules_are_cited_in_the_language_of_the_page():
    from zoning.judge import Limits
    from zoning.tables import read

    limits = Limits.of_study({})
    rules = [row["id"] for row in read("thresholds") if row["used_by"][0] in "RS"]
    assert "key_emitter_co2" in rules
    for name in rules:
        row = limits.row(name)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in row.cited("en") + row.name("en"))
    assert limits.row("key_emitter_co2").cited("zh") == limits.row("key_emitter_co2").source
    assert Limits.of_study({"key_emitter_co2": 1.0}).row("key_emitter_co2").cited("en") == "study.toml"


def test_a_decision_is_called_what_the_study_calls_it():
    from tests.cases.six_units import six_units

    from zoning.study import SymbolInput, SymbologyInput
    from zoning.symbology import look_of

    result = six_units()
    worded = SymbologyInput(classes={"decision": {"NEED": SymbolInput(zh="必须补碳条款")}})
    look = look_of(result.study.model_copy(update={"symbology": worded}))
    assert look.label("decision", "NEED", "zh") == "必须补碳条款"
    assert look.label("decision", "NEED", "en") == "needs a carbon clause"
