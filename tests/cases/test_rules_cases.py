"""Every rule of the table: true, false and undetermined on hand-made cases, and the decisions they give."""

from __future__ import annotations

import math

import pytest
from tests.cases.plain_case import LIMITS, clause, emitter, grid, plain_case

from zoning.judge import (
    Answer,
    answer_rules,
    decide,
    decision_counts,
    decision_table,
    share_sentence,
    tier_table,
)
from zoning.judge.case import Project
from zoning.register import Override
from zoning.targets import PathState, Target
from zoning.vocab import DecisionCode

COVERING = clause("CARBON", grade=3, codes=("3011",))
WEAKER = clause("CARBON", grade=2, codes=("3011",))
ON_NEW = clause("CARBON", grade=2, codes=("3011",), gate="PIPELINE")


def answer(case, rule):
    return next(reason for reason in answer_rules(case, LIMITS) if reason.rule == rule)


def path(deviation):
    target = Target("990101", "示例区", "county", "coal_total", "万吨", 2020, 100.0, 100.0 * (1 + deviation), 2020, "t")
    return PathState(target, 100.0, deviation, 2025, 0.1)


def test_a_key_energy_user_is_told_by_its_energy_and_not_by_tonnes_it_does_not_emit():
    found = answer(plain_case(parts=(emitter(0.0, energy=12_000.0),)), "R1-KEY")
    assert found.answer is Answer.TRUE
    assert "12,000 tce" in found.sentence("zh")
    assert "12,000 tce" in found.sentence("en")
    both = answer(plain_case(parts=(emitter(26_000.0, energy=12_000.0),)), "R1-KEY")
    assert "tce" not in both.sentence("zh")


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (plain_case(parts=(emitter(26_000.0),)), Answer.TRUE),
        (plain_case(parts=(emitter(25_999.0),)), Answer.FALSE),
        (plain_case(parts=(emitter(10.0, energy=10_000.0),)), Answer.TRUE),
        (plain_case(parts=(emitter(10.0, ets=True),)), Answer.TRUE),
        (plain_case(parts=(emitter(30_000.0),), clauses=(COVERING,)), Answer.FALSE),
        (plain_case(parts=(emitter(30_000.0),), clauses=(ON_NEW,)), Answer.TRUE),
        (plain_case(parts=(emitter(30_000.0),), clauses=(clause("CARBON", grade=1, codes=("3011",)),)), Answer.TRUE),
        (plain_case(parts=(emitter(30_000.0),), clauses=(clause("ENERGY_ONLY", 2, codes=("3011",)),)), Answer.TRUE),
        (plain_case(parts=(emitter(30_000.0),), clauses=(clause("CARBON", 2, codes=("31",)),)), Answer.TRUE),
        (
            plain_case(parts=(emitter(30_000.0),), clauses=(clause("CARBON", 2, objects=("SI064",)),)),
            Answer.UNDETERMINED,
        ),
        (plain_case(parts=(grid(90_000.0),), has_emitters=False), Answer.UNDETERMINED),
        (plain_case(parts=(emitter(math.nan),)), Answer.UNDETERMINED),  # not stated is never «no»
        (plain_case(parts=(emitter(math.nan), emitter(30_000.0, name="乙"))), Answer.TRUE),
        (
            plain_case(parts=(emitter(13_000.0), emitter(13_000.0, fuel="gas"))),
            Answer.TRUE,
        ),  # one enterprise, two fuels
    ],
)
def test_r1_key_emitter(case, expected):
    assert answer(case, "R1-KEY").answer is expected


@pytest.mark.parametrize(
    ("settings", "expected", "gives"),
    [
        ({"noburn_fuel": 0.2}, Answer.TRUE, "NEED"),
        ({"noburn_fuel": 0.19}, Answer.FALSE, None),
        ({"noburn_fuel": math.nan, "noburn_area": 0.9}, Answer.FALSE, None),
        ({"has_emitters": False, "noburn_area": 0.2}, Answer.TRUE, "WATCH"),
        ({"has_emitters": False, "noburn_area": 0.1}, Answer.UNDETERMINED, "NEED"),
        ({"has_emitters": False, "noburn_area": 0.0}, Answer.FALSE, None),
        ({"has_energy_zones": False}, Answer.UNDETERMINED, "NEED"),
        ({"noburn_fuel": 0.9, "clauses": (clause("ENERGY_ONLY", 0),)}, Answer.FALSE, None),
    ],
)
def test_r2a_no_burn(settings, expected, gives):
    reason = answer(plain_case(**settings), "R2a-NOBURN")
    assert (reason.answer, reason.gives) == (expected, gives)


@pytest.mark.parametrize(
    ("settings", "expected", "gives"),
    [
        ({"path": path(0.05), "region_share_located": 0.05}, Answer.TRUE, "NEED"),
        ({"path": path(0.049), "region_share_located": 0.5}, Answer.FALSE, None),
        ({"path": path(0.2), "region_share_located": 0.04}, Answer.FALSE, None),
        ({"path": path(0.2), "has_emitters": False, "region_share": 0.3}, Answer.TRUE, "WATCH"),
        ({"path": None}, Answer.UNDETERMINED, "NEED"),
        ({"path": None, "has_targets": False}, Answer.UNDETERMINED, "NEED"),
        ({"path": path(0.2), "region_share_located": 0.9, "clauses": (COVERING,)}, Answer.FALSE, None),
    ],
)
def test_r2b_behind_path(settings, expected, gives):
    reason = answer(plain_case(**settings), "R2b-CAP")
    assert (reason.answer, reason.gives) == (expected, gives)


def test_an_inherited_clause_breaks_silence_only_where_it_surely_reaches():
    cement = clause("CARBON", grade=1, codes=("3011",), level="city")
    steel = clause("CARBON", grade=1, codes=("31",), level="city")
    assert not plain_case(parts=(emitter(1.0),), clauses=(cement,)).silent
    assert plain_case(parts=(emitter(1.0),), clauses=(steel,)).silent
    assert plain_case(parts=(grid(1.0),), clauses=(cement,)).silent


@pytest.mark.parametrize(
    ("case", "expected", "gives"),
    [
        (plain_case(parts=(emitter(20_000.0), emitter(6_000.0, name="乙"))), Answer.TRUE, "NEED"),
        (plain_case(parts=(grid(26_000.0),)), Answer.TRUE, "WATCH"),
        (plain_case(parts=(grid(25_999.0),)), Answer.FALSE, None),
        (plain_case(grid_known=False), Answer.UNDETERMINED, "WATCH"),
        (plain_case(parts=(emitter(math.nan), emitter(9.0, name="乙"))), Answer.UNDETERMINED, "NEED"),
        (plain_case(parts=(grid(90_000.0),), cells=3.9), Answer.UNDETERMINED, "WATCH"),
        (plain_case(parts=(grid(90_000.0),), grid_swap=1 / 1.6), Answer.UNDETERMINED, "WATCH"),
        (plain_case(parts=(grid(90_000.0),), grid_swap=1.5), Answer.TRUE, "WATCH"),
        (plain_case(parts=(grid(90_000.0),), grid_swap=0.0), Answer.UNDETERMINED, "WATCH"),  # the other grid holds none
        (plain_case(parts=(grid(90_000.0),), grid_swap=math.inf), Answer.UNDETERMINED, "WATCH"),
        (plain_case(parts=(grid(90_000.0, sector="residential"),)), Answer.FALSE, None),
        (plain_case(parts=(grid(90_000.0),), clauses=(COVERING,)), Answer.UNDETERMINED, "WATCH"),
        (
            plain_case(parts=(emitter(30_000.0),), clauses=(clause("CARBON", 2, objects=("SI064",)),)),
            Answer.UNDETERMINED,
            "NEED",
        ),
        (plain_case(parts=(emitter(30_000.0),), clauses=(COVERING,)), Answer.FALSE, None),
    ],
)
def test_r3_uncovered_tonnes(case, expected, gives):
    reason = answer(case, "R3-GAP")
    assert (reason.answer, reason.gives) == (expected, gives)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (plain_case(projects=(Project("新", "3011", 26_000.0),)), Answer.TRUE),
        (plain_case(projects=(Project("新", "3011", 25_000.0),)), Answer.FALSE),
        (plain_case(parts=(emitter(10_000.0),), projects=(Project("新", "3011", 9_000.0),)), Answer.FALSE),
        (plain_case(projects=(Project("新", "3011", 90_000.0),), clauses=(ON_NEW,)), Answer.FALSE),
        (plain_case(projects=(Project("新", "3011", 90_000.0),), clauses=(COVERING,)), Answer.TRUE),  # existing only
        (plain_case(projects=(Project("新", "3120", 90_000.0),), clauses=(ON_NEW,)), Answer.TRUE),
        (plain_case(projects=(Project("新", "3011", math.nan),)), Answer.UNDETERMINED),
        (plain_case(has_projects=False), Answer.UNDETERMINED),
    ],
)
def test_r8_new_projects(case, expected):
    assert answer(case, "R8-NEW").answer is expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"unit_class": "PRIORITY"}, Answer.TRUE),
        ({"unit_class": "KEY"}, Answer.FALSE),
        ({"unit_class": "PRIORITY", "parts": (emitter(1.0),)}, Answer.FALSE),
        ({"unit_class": "PRIORITY", "has_emitters": False}, Answer.UNDETERMINED),
        ({"unit_class": "PRIORITY", "clauses": (clause("CARBON", 0, reach="SINK"),)}, Answer.FALSE),
        ({"unit_class": "PRIORITY", "clauses": (clause("CARBON", 0, reach="SINK", level="city"),)}, Answer.TRUE),
        ({"unit_class": "PRIORITY", "clauses": (clause("NONE", 1, reach="SINK"),)}, Answer.TRUE),
    ],
)
def test_s1_sink(settings, expected):
    assert answer(plain_case(**settings), "S1-SINK").answer is expected


@pytest.mark.parametrize(
    ("case", "expected", "gives"),
    [
        (plain_case(parts=(emitter(30_000.0),), clauses=(COVERING,)), Answer.TRUE, "COVERED"),
        (plain_case(parts=(emitter(30_000.0),), clauses=(WEAKER,)), Answer.TRUE, "UPGRADE"),
        (plain_case(parts=(emitter(30_000.0),)), Answer.FALSE, None),
        (plain_case(parts=(emitter(20_000.0),), clauses=(COVERING,)), Answer.FALSE, None),
        (plain_case(parts=(grid(90_000.0),), clauses=(COVERING,)), Answer.UNDETERMINED, "COVERED"),
        (plain_case(parts=(emitter(30_000.0), emitter(30_000.0, name="乙", industry="31")), clauses=(COVERING,)),
         Answer.FALSE, None),
    ],
)  # fmt: skip
def test_s2_covered(case, expected, gives):
    reason = answer(case, "S2-COV")
    assert (reason.answer, reason.gives) == (expected, gives)


@pytest.mark.parametrize(
    ("case", "outcome", "driving"),
    [
        (plain_case(parts=(emitter(30_000.0),)), "NEED", "R1-KEY"),
        (plain_case(parts=(emitter(30_000.0),), clauses=(COVERING,)), "COVERED", "S2-COV"),
        (plain_case(parts=(emitter(30_000.0),), clauses=(clause("CARBON", 2, codes=("3011",)),)), "UPGRADE", "S2-COV"),
        (plain_case(parts=(grid(90_000.0),)), "WATCH", "R3-GAP"),
        (plain_case(parts=(grid(9.0),), has_emitters=False), "UNDETERMINED", "R1-KEY"),
        (plain_case(parts=(grid(9.0),)), "NO_ACTION", ""),
    ],
)
def test_decisions(case, outcome, driving):
    decision = decide(answer_rules(case, LIMITS))
    assert decision.outcome == outcome
    assert (decision.driving.rule if decision.driving else "") == driving


def test_undetermined_names_what_is_missing_and_who_holds_it():
    case = plain_case(parts=(grid(9.0),), has_emitters=False, has_projects=False)
    decision = decide(answer_rules(case, LIMITS))
    assert decision.missing[:2] == ("missing.emitters", "missing.projects")
    assert "生态环境局" in decision.driving.sentence_zh
    assert "ecology bureau" in decision.driving.sentence_en


def override(computed, decision="WATCH"):
    return Override("OV1", "U", DecisionCode(computed), DecisionCode(decision), "某局", "2021-01-01", "因故")


@pytest.mark.parametrize(
    ("entry", "decision", "state"),
    [
        (override("NEED"), "WATCH", "applied"),
        (override("WATCH", "NO_ACTION"), "NEED", "reopened"),  # made against another outcome: its evidence changed
        (None, "NEED", ""),
    ],
)
def test_overrides_sit_on_top_and_reopen(entry, decision, state):
    case = plain_case(parts=(emitter(30_000.0),))
    reasons = {"U": answer_rules(case, LIMITS)}
    row = decision_table([case], reasons, (entry,) if entry else (), {"U": "甲单元"}, LIMITS).loc["U"]
    assert (row["decision"], row["decision_computed"], row["override_state"]) == (decision, "NEED", state)
    assert row["tier"] == "C"
    assert row["override_reason"] == ("因故" if entry else "")


@pytest.mark.parametrize(("co2", "tier"), [(26_000.0, "C"), (78_000.0, "B"), (260_000.0, "A")])
def test_tiers_by_tonnes(co2, tier):
    case = plain_case(parts=(emitter(co2),))
    table = decision_table([case], {"U": answer_rules(case, LIMITS)}, (), {"U": "甲单元"}, LIMITS)
    assert table.loc["U", "tier"] == tier
    counts = tier_table(table).set_index("tier")
    assert counts.loc[tier, "NEED"] == 1
    assert decision_counts(table).set_index("decision").loc["NEED", "share"] == 1.0
    assert "100%" in share_sentence(table, LIMITS)
    assert "R1-KEY" in share_sentence(table, LIMITS, "en")


def test_every_reason_has_evidence_words_and_a_counterfactual_in_both_languages():
    for case in (plain_case(), plain_case(parts=(emitter(30_000.0), grid(90_000.0)), unit_class="PRIORITY")):
        for reason in answer_rules(case, LIMITS):
            for text in (reason.sentence_zh, reason.sentence_en, reason.counterfactual_zh, reason.counterfactual_en):
                assert text
                assert "{" not in text
