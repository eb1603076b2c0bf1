"""Parts of the map page that hold the cards: nothing is lost in packing, and a nation fits into its page."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace

import pytest
from tests.cases.nine_units import CLASSES, CODES, DECISIONS, nine_units

from zoning.cards import Cards
from zoning.cards.model import ClauseLine, DraftLine, Figure, Masses, ReasonLine, UnitCard, ZoneLine
from zoning.symbology import HATCHES, packaged_look
from zoning.tables import numbers
from zoning.webmap.card_parts import card_parts
from zoning.webmap.filter_part import filter_part
from zoning.webmap.packing import part_block

LETTERS = "新建项目应执行区域污染物等量削减并开展环境影响评价禁止燃煤锅炉窑炉实施清洁能源替代加强园区水土壤风险防控"
FIELDS = ("code", "name", "unit_class", "decision", "sentence", "counterfactual", "figures", "masses", "zones",
          "reasons", "clauses", "drafts", "notes")  # fmt: skip
SPECIES = ("CO2", "SO2", "NOx", "PM2.5", "VOC")
SECTORS = ("industry", "power", "residential", "transport")


def made(place, clauses):
    """Return a full card: ten clauses of its own and of the city, numbers of its own."""
    lot = random.Random(place)  # noqa: S311 - the same cards every time
    rows = tuple(tuple(lot.lognormvariate(7.0, 3.0) for _ in SECTORS) for _ in SPECIES)
    masses = Masses(2020, SPECIES, SECTORS, SECTORS, rows, (2020,) * 5, tuple(lot.random() for _ in SPECIES))
    figures = tuple(
        Figure(f"指标{one}", f"{lot.lognormvariate(7.0, 3.0):,.3g}\N{NO-BREAK SPACE}t/a") for one in range(20)
    )
    reasons = tuple(
        ReasonLine(
            f"R{one}", f"规则{one}", "false", f"未覆盖 {lot.random():.4g} kt，低于阈值", "", "", figures[:2], ("阈值",)
        )
        for one in range(6)
    )
    zones = tuple(
        ZoneLine("air", "AIR_HIGH", f"YS{lot.randrange(9999)}", "某区", lot.random(), lot.random(), lot.random())
        for _ in range(5)
    )
    text = tuple("".join(lot.choices(LETTERS, k=80)) for _ in range(clauses))
    own = tuple(ClauseLine("unit", f"1-{at}.", "P", one, "NONE", 1, ((3, 5),), f"清单.xlsx · K{place}", counts=False)
                for at, one in enumerate(text))  # fmt: skip
    city = tuple(
        ClauseLine("city", f"{at}.", "S", "全市" * 40, "CARBON", 2, (), "清单.xlsx", counts=True) for at in range(20)
    )
    return UnitCard(code=f"ZH{place:011d}", name=f"第{place}单元", unit_class="KEY", decision="NEED", tier="B",
                    carbon_state="NONE", evidence_class="A", sentence=f"{lot.random():.4g} kt 未被覆盖",
                    counterfactual="", figures=figures, masses=masses, masses_by_year=(masses,), zones=zones,
                    reasons=reasons, clauses=own + city, drafts=(), notes=())  # fmt: skip


def bytes_of(cards):
    return sum(len(part_block(name, value)) for name, value in card_parts(cards, packaged_look()))


def resolved(value, texts):
    if isinstance(value, dict):
        return texts[value["t"]]
    return [resolved(one, texts) for one in value] if isinstance(value, list) else value


def opened(parts, place):
    """Return one card as the page has it after unpacking, texts in place."""
    chunk = parts[f"cards-{place // parts['cards']['size']}"]
    at = place % parts["cards"]["size"]
    return dict(zip(FIELDS, (resolved(column[at], chunk["texts"]) for column in chunk["columns"]), strict=True))


def test_every_card_comes_out_as_it_went_in():
    cards = [made(place, 3) for place in range(401)]
    parts = json.loads(json.dumps(dict(card_parts(cards, packaged_look()))))
    assert list(parts) == ["cards-0", "cards-1", "cards-2", "cards"]
    once = parts["cards"]["once"]
    for place in (0, 199, 200, 400):
        card, found = cards[place], opened(parts, place)
        assert [found["code"], found["name"], found["sentence"]] == [card.code, card.name, card.sentence]
        assert once["figures"][found["figures"][0]] == [figure.name for figure in card.figures]
        assert found["figures"][1:] == [figure.text for figure in card.figures]
        own, city = found["clauses"][:3], found["clauses"][3:]
        assert [line[3] for line in own] == [line.text for line in card.clauses[:3]]
        assert [once["clauses"][line][3] for line in city] == [line.text for line in card.clauses[3:]]
        assert [once["zones"][zone[0]][2] for zone in found["zones"]] == [zone.code for zone in card.zones]
        assert [once["rules"][reason[0]][0] for reason in found["reasons"]] == [reason.rule for reason in card.reasons]
    assert len(once["clauses"]) == 20  # clauses of the city stand once, however many units they speak to


def test_numbers_keep_the_digits_that_are_shown_and_no_data_is_none():
    nan = math.nan
    masses = Masses(
        2020,
        ("CO2", "CH4"),
        ("a", "b"),
        ("甲", "乙"),
        ((1234567.4, 0.012345), (nan, nan)),
        (2020, 2013),
        (0.12345, nan),
    )
    card = made(1, 0)
    parts = dict(card_parts([UnitCard(**{**_fields(card), "masses": masses, "masses_by_year": ()})], packaged_look()))
    near, (line,) = parts["cards-0"]["columns"][7][0]
    assert near == 0
    assert line[0], line[2] == (2020, [2020, 2013])
    assert line[3:] == [[[1234567, 0.0123], [None, None]], [1234567, None], [0.123, None]]
    assert parts["cards"]["labels"]["species"] == {"CH4": "CH₄", "CO2": "CO₂"}


def _fields(card):
    return {name: getattr(card, name) for name in UnitCard.__dataclass_fields__}


def test_more_sectors_than_colours_are_told_apart_by_hatch():
    sectors = tuple(f"s{number}" for number in range(9))
    masses = Masses(2020, ("CO2",), sectors, sectors, ((1.0,) * 9,), (2020,), (1.0,))
    card = UnitCard(**{**_fields(made(1, 0)), "masses": masses, "masses_by_year": (masses,)})
    looks = dict(card_parts([card], packaged_look()))["cards"]["sectors"]
    assert len({(one["fill"], one["hatch"]) for one in looks.values()}) == 9
    assert looks["s0"]["hatch"] == ""
    assert looks["s8"]["hatch"] in HATCHES


def test_a_shared_draft_stands_once():
    draft = DraftLine("add", "unit", "P", "条款", "", "", "", "", 1, shared=True)
    own = DraftLine("add", "unit", "P", "条款二", "", "", "", "", 1)
    cards = [UnitCard(**{**_fields(made(place, 0)), "drafts": (draft, own)}) for place in range(3)]
    parts = dict(card_parts(cards, packaged_look()))
    assert len(parts["cards"]["once"]["drafts"]) == 1
    assert [line[0] for line in parts["cards-0"]["columns"][11]] == [0, 0, 0]


def test_three_thousand_cards_with_ten_clauses_leave_room_for_the_map():
    sample = [made(place, 10) for place in range(600)]
    assert bytes_of(sample) / 600 * 3000 < 6.0e6  # of 8 MB


def test_cards_of_a_nation_are_cut_short_and_say_so(monkeypatch):
    settings = {**numbers("map_settings"), "full_cards": 2.0}
    monkeypatch.setattr("zoning.webmap.card_parts.numbers", lambda _: settings)
    cards = [made(place, 2) for place in range(3)]
    late = replace(cards[1].clauses[0], spans=((3, 5), (11, 14)))
    cards[1] = replace(cards[1], clauses=(late, *cards[1].clauses[1:]))
    full, lean = (json.loads(json.dumps(dict(card_parts(some, packaged_look())))) for some in (cards[:2], cards))
    assert opened(full, 0)["clauses"][0][3] == cards[0].clauses[0].text
    assert opened(lean, 0)["clauses"][0][3] == cards[0].clauses[0].text[:12] + "…"
    assert opened(lean, 0)["clauses"][0][6] == [3, 5]
    assert opened(lean, 1)["clauses"][0][6] == [3, 5]  # the other mark is cut off
    assert lean["cards"]["once"]["clauses"] == full["cards"]["once"]["clauses"]  # clauses about carbon stay whole
    assert all(len(reason[3]) == 1 for reason in opened(lean, 0)["reasons"])
    assert len(opened(lean, 0)["notes"]) == 1


def test_parts_of_a_result_are_the_same_every_time_and_name_every_code():
    result = nine_units()
    first, again = (dict(card_parts(Cards(result), packaged_look(), "en")) for _ in range(2))
    assert first == again
    assert first["cards-0"]["columns"][0] == list(CODES)
    assert first["cards"]["labels"]["answer"] == {"true": "true"}
    assert first["cards"]["symbols"]["decision"]["NEED"]["label"] == "needs a carbon clause"


@pytest.mark.parametrize("reverse", [False, True])
def test_choices_are_in_the_order_of_the_legend_and_hold_every_unit(reverse):
    groups = {group["id"]: group for group in filter_part(nine_units(reverse=reverse))["groups"]}
    assert list(groups) == ["decision", "unit_class", "reasons", "carbon_state", "evidence_class", "tier"]
    for name, expected in (("decision", DECISIONS), ("unit_class", CLASSES)):
        group = groups[name]
        assert tuple(group["entries"][place]["key"] for place in group["places"]) == expected
    assert [entry["key"] for entry in groups["unit_class"]["entries"]] == ["PRIORITY", "KEY", "GENERAL"]
    assert groups["tier"]["entries"][-1] == {"key": "NO_DATA", "label": "不分档"}
    rules = [entry["key"] for entry in groups["reasons"]["entries"]]
    found = [rules[one] if isinstance(one, int) else {rules[each] for each in one}
             for one in groups["reasons"]["places"]]  # fmt: skip
    assert found[:3] == [{"R1-KEY", "R3-GAP"}, "R1-KEY", "R3-GAP"]
    assert found[5:] == ["NO_DATA"] * 4
