"""Laws of drafting: every flagged unit served, nothing made up, no order matters, no clause of a list is touched."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.drafting_basis import access_list, basis, firm, project, reason, rewritten, target, unit

from zoning.clauses import classify, clauses_of_cell
from zoning.drafts import draft_clauses, edits_of
from zoning.tables import read
from zoning.vocab import DecisionCode

INDUSTRIES = ("1952", "3120", "3011", "4411", "4412", "1713", "3071", "2614", "3525", "1361", "2221", "6450", "")
ZONES = ("AIR_HIGH", "AIR_RECEPTOR", "NOBURN_2", "NOBURN_3", "ECO_SPACE", "WATER_IND", "COAST_PRIORITY")
NAMES = (
    "示例镇{code}单元",
    "示例镇{code}单元",
    "碳谷产业园{code}",
    "甲、乙（{code}）；丙片",
    "=HYPERLINK({code})",
    "{code}",
    "禁燃 {code}\n单元9",
)
RULES = ("R1-KEY", "R2a-NOBURN", "R2b-CAP", "R3-GAP", "R8-NEW")
SENTENCES = (
    "污水应达标排放", "企业应控制无组织排放", "鼓励企业开展碳排放核算", "严格控制新增建设用地", "禁止新建燃煤锅炉",
    "单位产品能耗不得高于2吨标准煤", "应编制环境应急预案", "到2030年化肥使用量应下降5%",
)  # fmt: skip
TAGS = ("", "【大气/限制类】", "【能源】", "【碳/综合类】")
LAWS = {row["id"]: row for row in read("law_register")}
PLACEHOLDERS = {row["slot"]: row["placeholder_when_missing"] for row in read("clause_slots")}
NEVER = ("年份", "责任主体")


@st.composite
def units(draw, code):
    klass = draw(st.sampled_from(["KEY", "KEY", "GENERAL", "PRIORITY"]))
    decision = draw(st.sampled_from(["NEED", "NEED", "NEED", "WATCH", "UPGRADE", "UNDETERMINED", "NO_ACTION"]))
    parts = [firm(code, f"企业{code}{n}", draw(st.sampled_from(INDUSTRIES)), draw(st.floats(1.0, 1e6)),
                  fuel=draw(st.sampled_from(["coal", "gas", ""])), ets=draw(st.booleans()))
             for n in range(draw(st.integers(0, 3)))]  # fmt: skip
    rules = draw(st.lists(st.sampled_from(("S1-SINK",) if klass == "PRIORITY" else RULES), max_size=3, unique=True))
    given = [reason(code, rule) for rule in rules] if decision == "NEED" else []
    if decision in ("WATCH", "UPGRADE"):
        given = [reason(code, "R3-GAP" if decision == "WATCH" else "S2-COV", gives=DecisionCode(decision))]
    held = draw(st.dictionaries(st.sampled_from(ZONES), st.floats(0.01, 1.0), max_size=3))
    plans = tuple(
        project(f"项目{n}", draw(st.sampled_from(INDUSTRIES)), 40_000.0) for n in range(draw(st.integers(0, 2)))
    )
    pollutant = draw(st.sampled_from(["", "voc_allowed", "nox_allowed", "pm25_concentration"]))
    name = draw(st.sampled_from(NAMES)).format(code=code)
    return unit(code, name, klass=klass, decision=decision, rules=given, parts=parts, zones=held,
                projects=plans, pollutant=pollutant)  # fmt: skip


@st.composite
def cells_of(draw, code):
    """Cells of one unit in one layout: numbers of one style with or without breaks, joined by ；, or a row a clause."""
    layout = draw(st.sampled_from(["1-1.", "1-1. ", "（1）", "①", "1、", "一、", "；", "。", "rows", "long"]))
    breaks = draw(st.sampled_from(["\n", ""]))
    tag = draw(st.sampled_from(TAGS))
    found = []
    for place, dimension in enumerate("SPRZ", start=1):
        texts = draw(st.lists(st.sampled_from(SENTENCES), max_size=4))
        column = "CDEF"[place - 1]
        numbers = [_number(layout, place, n) for n in range(1, len(texts) + 1)]
        if layout in ("rows", "long"):
            for row in range(4):
                text = f"{numbers[row]}{texts[row]}。" if row < len(texts) else ""
                found += [(code, dimension, f"{column}{code[1:]}{row}", text)]
            continue
        pieces = [f"{number}{tag}{text}" for number, text in zip(numbers, texts, strict=True)]
        joint = "；" if layout == "；" else "。" if layout == "。" else f"。{breaks}"
        found.append((code, dimension, f"{column}{code[1:]}", f"{joint.join(pieces)}。" if pieces else ""))
    return found


def _number(layout, place, n):
    if layout in ("；", "。", "long"):
        return ""
    if layout == "rows":
        return f"({n})"
    figures = {"①": "①②③④"[n - 1], "一、": "一二三四"[n - 1] + "、", "（1）": f"（{n}）", "1、": f"{n}、"}
    return figures.get(layout) or layout.replace("1-1", f"{place}-{n}")


@st.composite
def regions(draw, *, lists=True):
    codes = [f"U{n}" for n in range(1, draw(st.integers(2, 7)))]
    known = [draw(units(code)) for code in codes]
    cells = [cell for code in codes for cell in draw(cells_of(code))] if lists else []
    years = draw(st.lists(st.sampled_from([2020, 2025, 2030, 2035]), max_size=3, unique=True))
    rows = [
        target(name, year, 100.5 + year, measure="万吨")
        for year in years
        for name in ("coal_total", "energy_total", "co2_total")
    ]
    source = [access_list("unit", cells, entries=draw(st.booleans()))] if cells else []
    return basis(*known, lists=source, targets=rows), cells


@settings(max_examples=60, deadline=None)
@given(regions())
def test_every_flagged_unit_is_served_and_no_other(region):
    found, _ = region
    own = [one for one in draft_clauses(found) if one.reason != "ZONE" and one.level not in ("city", "province")]
    own += [one for one in draft_clauses(found) if one.code.startswith("class:")]
    served = {code for one in own if one.rank == 1 for code in one.units}
    assert served == {one.code for one in found.units if one.decision in ("NEED", "UPGRADE")}


@settings(max_examples=60, deadline=None)
@given(regions())
def test_nothing_is_made_up(region):
    found, _ = region
    limits = {f"{row.limit:.10g}" for row in found.targets.rows} if found.targets else set()
    for one in draft_clauses(found):
        assert one.evidence
        assert one.units or one.reason == "ZONE"
        assert one.why("zh")
        assert one.why("en")
        for slot in one.slots:
            assert slot.filled != (slot.value == PLACEHOLDERS[slot.name])
            assert slot.filled or slot.value in one.text
            assert not (slot.name in NEVER and slot.filled)
        if one.action == "add" and one.template:
            row = next(row for row in read("clause_templates") if row["id"] == one.template)
            of_units = [text for u in found.units for text in (u.name, u.code)]
            bare = one.text
            for name in sorted(of_units, key=len, reverse=True):
                bare = bare.replace(name, "")
            numbers = set(re.findall(r"[0-9]{2,}(?:\.[0-9]+)?", bare))
            allowed = set(re.findall(r"[0-9]{2,}(?:\.[0-9]+)?", row["text_zh"])) | limits | {"2020", "2030", "2035"}
            assert numbers <= allowed


@settings(max_examples=60, deadline=None)
@given(regions())
def test_the_engine_reads_a_draft_as_its_template_promises(region):
    found, _ = region
    templates = {row["id"]: row for row in read("clause_templates")}
    for one in draft_clauses(found):
        label = classify(one.text)
        assert (one.carbon_state, one.modality, one.grade) == (label.carbon_state, label.modality, label.grade)
        if one.template:
            assert label.carbon_state == templates[one.template]["carbon_state_expected"]
            assert label.grade >= 1


@settings(max_examples=40, deadline=None)
@given(regions(), st.sampled_from(["2020-06-30", "2024-12-31", "2026-11-20"]))
def test_no_basis_is_printed_that_may_not_be_cited(region, day):
    found, _ = region
    demands = {row["id"]: row for row in read("carbon_demands")}
    for one in draft_clauses(replace(found, as_of=day)):
        for base in one.bases:
            law = LAWS[base.id]
            if base.printed == "【依据待核】":
                assert not base.citable
                continue
            assert law["citable_in_draft"] == "yes"
            assert law["legal_state"] == "in_force"
            assert law["in_force_from"][:7] <= day[: len(law["in_force_from"][:7])]
            assert not law["repealed_on"] or law["repealed_on"] > day
            assert not law["number_unverified"] or law["number_unverified"] not in base.printed
        assert all(not demands[name]["year"] or int(demands[name]["year"]) >= int(day[:4]) for name in one.demands)


@settings(max_examples=40, deadline=None)
@given(regions(), st.randoms(use_true_random=False))
def test_no_order_matters(region, chance):
    found, _ = region
    shuffled = [
        replace(one, parts=tuple(chance.sample(one.parts, len(one.parts))),
                reasons=tuple(chance.sample(one.reasons, len(one.reasons))))
        for one in chance.sample(found.units, len(found.units))
    ]  # fmt: skip
    zones = tuple(chance.sample(found.zone_types, len(found.zone_types)))
    other = replace(found, units=tuple(shuffled), zone_types=zones)
    assert draft_clauses(other) == draft_clauses(found)
    assert edits_of(draft_clauses(other), other.lists) == edits_of(draft_clauses(found), found.lists)


@settings(max_examples=150, deadline=None)
@given(regions())
def test_a_revised_cell_reads_as_its_old_clauses_and_the_new_ones(region):
    found, cells = region
    drafts = draft_clauses(found)
    edits = edits_of(drafts, found.lists)
    by_id = {one.id: one for one in drafts}
    texts = rewritten(cells, edits)
    for code, dimension, name, before in cells:
        here = [edit for edit in edits if edit.at.cell == name]
        old = [one.text for one in clauses_of_cell(before, code=code, level="unit", dimension=dimension)]
        now = clauses_of_cell(texts[name], code=code, level="unit", dimension=dimension)
        swaps = {edit.before: edit.after for edit in here if edit.clause}
        added = [edit for edit in here if not edit.clause]
        assert [one.text for one in now[: len(old)]] == [swaps.get(text, text) for text in old]
        assert [one.text for one in now[len(old) :]] == [edit.after for edit in added]
        assert [one.number for one in now[len(old) :]] == [by_id[edit.id].number for edit in added]
    assert not found.lists or all(edit.old or edit.at.start == edit.at.end for edit in edits)


@settings(max_examples=80, deadline=None)
@given(regions())
def test_every_clause_of_a_unit_that_has_a_cell_is_written(region):
    found, cells = region
    drafts = draft_clauses(found)
    done = {edit.id for edit in edits_of(drafts, found.lists)}
    known = {
        (code, dimension) for code, dimension, _, text in cells if text or (found.lists and found.lists[0].entries)
    }
    for one in drafts:
        if one.rank == 1 and one.level == "unit" and one.action == "add" and (one.code, one.dimension) in known:
            assert one.id in done


NUMBERS = {
    "2-1.": [f"2-{n}." for n in range(1, 15)],
    "（1）": [f"（{n}）" for n in range(1, 15)],
    "1、": [f"{n}、" for n in range(1, 15)],
    "①": [chr(ord("①") + n) for n in range(14)],
    "一、": [f"{n}、" for n in (*"一二三四五六七八九十", "十一", "十二", "十三", "十四")],
}


@pytest.mark.parametrize("layout", sorted(NUMBERS))
@pytest.mark.parametrize("count", [1, 9, 12])
def test_numbers_go_on(layout, count):
    numbers = NUMBERS[layout]
    text = "\n".join(f"{number}污水应达标排放。" for number in numbers[:count])
    source = access_list("unit", [("U1", "P", "D2", text)])
    place = unit("U1", rules=["R1-KEY"], parts=[firm("U1", "甲", "3525", 9e4)])
    (edit,) = edits_of(draft_clauses(basis(place, lists=[source])), [source])
    assert edit.new.startswith(f"\n{numbers[count]}")
