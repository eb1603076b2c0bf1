"""Laws of the rule table: uncovered tonnes never weaken, a counting clause never strengthens, order is nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.plain_case import LIMITS, clause, emitter, grid, plain_case

from zoning.indicators import covered
from zoning.judge import answer_rules, decide
from zoning.judge.case import Project
from zoning.vocab import DecisionCode

STRENGTH = [
    DecisionCode.NO_ACTION, DecisionCode.COVERED, DecisionCode.UPGRADE, DecisionCode.UNDETERMINED, DecisionCode.WATCH,
    DecisionCode.NEED,
]  # fmt: skip

tonnes = st.floats(0.0, 200_000.0)
industries = st.sampled_from(["3011", "3120", "2221", ""])
parts = st.lists(
    st.one_of(
        st.builds(
            emitter, tonnes, name=st.sampled_from("甲乙丙"), industry=industries, fuel=st.sampled_from(["coal", "gas"])
        ),
        st.builds(grid, tonnes, sector=st.sampled_from(["industry", "power", "residential"])),
    ),
    max_size=5,
)
counting = st.builds(
    clause,
    st.sampled_from(["CARBON", "CARBON_COUPLED"]),
    st.sampled_from([2, 3]),
    codes=st.sampled_from([(), ("3011",), ("31", "22")]),
    objects=st.sampled_from([(), ("SI064",)]),
    gate=st.sampled_from(["EXISTING", "PIPELINE", "BOTH"]),
    exact=st.booleans(),
    level=st.sampled_from(["unit", "city"]),
)
any_clause = st.one_of(
    counting,
    st.builds(clause, st.sampled_from(["NONE", "ENERGY_ONLY", "CARBON"]), st.sampled_from([0, 1])),
)
projects = st.lists(st.builds(Project, st.just("新"), industries, tonnes), max_size=2).map(tuple)
inputs = st.fixed_dictionaries(
    {
        "has_emitters": st.booleans(),
        "unit_class": st.sampled_from(["KEY", "PRIORITY"]),
        "cells": st.floats(0.5, 50.0),
        "projects": projects,
    }
)


def strength(case):
    return STRENGTH.index(decide(answer_rules(case, LIMITS)).outcome)


def sound(listed, switches):
    """A study without an emitter table has no located parts."""
    return [part for part in listed if switches["has_emitters"] or not part.located]


@settings(max_examples=300, deadline=None)
@given(parts, st.lists(any_clause, max_size=3), tonnes, inputs)
def test_uncovered_tonnes_never_weaken(listed, clauses, more, switches):
    listed = sound(listed, switches)
    before = plain_case(listed, clauses, **switches)
    free = emitter(more, name="新增", industry="9999") if switches["has_emitters"] else grid(more, sector="power")
    if covered(before.counting, free) != (0.0, 0.0):
        return
    # An industrial emitter makes the sink rule inapplicable: what weakens there is the type of the demand, not carbon.
    if switches["unit_class"] == "PRIORITY" and switches["has_emitters"]:
        return
    after = plain_case([*listed, free], clauses, **switches)
    assert strength(after) >= strength(before)


@settings(max_examples=300, deadline=None)
@given(parts, st.lists(any_clause, max_size=3), counting, inputs)
def test_a_counting_clause_never_strengthens(listed, clauses, further, switches):
    listed = sound(listed, switches)
    before = plain_case(listed, clauses, **switches)
    after = plain_case(listed, [*clauses, further], **switches)
    assert strength(after) <= strength(before)


@settings(max_examples=100, deadline=None)
@given(parts, st.lists(any_clause, max_size=4), inputs, st.randoms(use_true_random=False))
def test_order_never_matters(listed, clauses, switches, random):
    listed = sound(listed, switches)
    reasons = answer_rules(plain_case(listed, clauses, **switches), LIMITS)
    shuffled = list(reasons)
    random.shuffle(shuffled)
    assert decide(shuffled) == decide(reasons)
    mixed, other = list(listed), list(clauses)
    random.shuffle(mixed)
    random.shuffle(other)
    assert strength(plain_case(mixed, other, **switches)) == strength(plain_case(listed, clauses, **switches))


@settings(max_examples=200, deadline=None)
@given(st.lists(any_clause, max_size=4), any_clause, parts)
def test_coverage_bounds_are_ordered_and_only_grow(clauses, further, listed):
    for part in listed:
        low, high = covered(clauses, part)
        assert 0.0 <= low <= high <= 1.0
        more_low, more_high = covered([*clauses, further], part)
        assert more_low >= low
        assert more_high >= high
