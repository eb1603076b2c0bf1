"""Clauses of two levels: every planted clash is found with its reason, no lookalike is taken for one."""

import pytest
from clause_pairs import FALSE, TRUE

from zoning.clauses import Clause
from zoning.clauses.comparison import CONTRADICTION, WEAKER, clashes, subject_label
from zoning.clauses.comparison.pairs import REASONS
from zoning.clauses.inheritance import Held
from zoning.messages import say


def between(upper, *lower):
    own = [Held("U", Clause("U", "unit", "P", words, ordinal=number)) for number, words in enumerate(lower, start=1)]
    return clashes([*own, Held("U", Clause("350500", "city", "P", upper), "350500")])


@pytest.mark.parametrize(("reason", "upper", "lower"), TRUE)
def test_planted_clashes_are_found(reason, upper, lower):
    (clash,) = between(upper, lower)
    assert clash.reason == reason
    assert clash.kind == {name: kind for name, kind, _ in REASONS}[reason]
    assert clash.upper_words
    assert clash.upper_words in upper
    assert clash.lower_words
    assert clash.lower_words in lower


@pytest.mark.parametrize(("upper", "lower"), FALSE)
def test_lookalikes_are_none(upper, lower):
    assert between(upper, lower) == ()


@pytest.mark.parametrize(("upper", "lower"), [(upper, lower) for _, upper, lower in TRUE])
def test_a_stricter_lower_clause_is_never_weaker(upper, lower):
    assert [clash.reason for clash in between(lower, upper) if clash.kind == WEAKER] == []


def test_every_kind_is_planted():
    assert {reason for reason, *_ in TRUE} == {name for name, *_ in REASONS}
    assert len(TRUE) >= 30
    assert len(FALSE) >= 30


def test_a_weaker_clause_beside_one_that_meets_the_upper_is_no_clash():
    upper = "2025年底前淘汰35蒸吨/小时以下燃煤锅炉。"
    weaker = "2025年底前淘汰10蒸吨/小时以下燃煤锅炉。"
    assert len(between(upper, weaker)) == 1
    assert between(upper, weaker, "全部淘汰35蒸吨/小时以下燃煤锅炉，2024年底前完成。") == ()


def test_a_clash_of_uncertain_clauses_is_uncertain():
    upper = Held("U", Clause("沿海", "region", "P", "禁止新设入河排污口。"), "沿海", certain=False)
    (clash,) = clashes([upper, Held("U", Clause("U", "unit", "P", "严格控制新设入河排污口。"))])
    assert (clash.kind, clash.certain, clash.unit) == (WEAKER, False, "U")
    assert subject_label(clash.subject) == "新建·排污口"


@pytest.mark.parametrize("reason", [name for name, *_ in REASONS])
def test_every_reason_has_its_texts(reason):
    for lang in ("zh", "en"):
        assert "甲" in say(f"clash.{reason}", lang, upper="甲", lower="乙", subject="丙")
        assert say(f"clash.{reason}.fix", lang)


def test_contradictions_are_graver_than_weaker_words():
    (clash,) = between("禁止新建燃煤锅炉。", "严格控制新建燃煤锅炉；可新建10蒸吨及以下燃煤锅炉。")
    assert clash.kind == CONTRADICTION
