"""Laws of the cards: nothing lost, nothing twice, whatever the order of the rows."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nine_units import CODES, nine_units

from zoning.cards import Cards
from zoning.cards.clauses import marked
from zoning.clauses import AccessList, Clause, classify
from zoning.clauses.model import Cue

_WORDS = ("二氧化碳", "燃煤锅炉", "能耗", "禁止新建", "甲", "，", "2025年", "18%", "abc", "　", "碳排放")
_TEXTS = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=30).map("".join)
_SPANS = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=6)


@given(text=_TEXTS, spans=_SPANS)
def test_marked_words_lie_inside_the_text_in_order_without_overlap(text, spans):
    label = classify(text)
    cues = tuple(Cue("carbon_state", "CARBON", "r", span) for span in spans)
    clause = Clause("U", "unit", "P", text, label=replace(label, evidence=(*label.evidence, *cues)))
    found = marked(clause)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(first[1] < second[0] for first, second in itertools.pairwise(found))
    covered = {at for start, end in found for at in range(start, end)}
    wanted = {at for start, end in spans for at in range(max(0, start), min(len(text), end))}
    assert wanted <= covered


@given(order=st.permutations(range(9)), texts=st.lists(_TEXTS, min_size=1, max_size=5))
def test_cards_do_not_depend_on_the_order_of_rows(order, texts):
    result = nine_units()
    clauses = [Clause(CODES[place % 9], "unit", "P", text, label=classify(text)) for place, text in enumerate(texts)]
    plain = replace(result, lists=(AccessList("unit", clauses),))
    shuffled = replace(
        plain,
        decisions=result.decisions.iloc[list(order)],
        reasons=result.reasons[::-1],
        lists=(AccessList("unit", clauses[::-1]),),
        units=type(result.units)(result.units.frame.iloc[list(order)]),
        ledger=type(result.ledger)(result.ledger.data.isel(unit=list(order))),
    )
    one, other = Cards(plain), Cards(shuffled)
    assert set(other.codes) == set(one.codes)
    for code in CODES:  # NaN is unlike itself, its text is not
        assert repr(one.card(code)) == repr(other.card(code))


@given(texts=st.lists(_TEXTS, min_size=1, max_size=12))
def test_every_clause_of_a_unit_is_on_its_card(texts):
    clauses = [Clause(CODES[0], "unit", "P", text, label=classify(text)) for text in texts]
    card = Cards(replace(nine_units(), lists=(AccessList("unit", clauses),))).card(CODES[0])
    assert sorted(one.text for one in card.clauses) == sorted(texts)


def test_masses_add_up_to_the_ledger():
    result = nine_units()
    cards = list(Cards(result))
    for place, species in enumerate(("CO2", "NOx")):
        added = np.nansum([np.nansum(card.masses.values[place]) for card in cards if card.masses])
        assert added == pytest.approx(float(np.nansum(result.ledger.of_unit("emission", species=species))), rel=1e-9)
        assert np.nansum([card.masses.shares[place] for card in cards if card.masses]) == pytest.approx(1.0)
