"""Sums over units none of which has a number are no data, not 0."""

from __future__ import annotations

import math

import pandas as pd

from zoning.judge.shares import decision_counts, tier_table


def test_a_tier_without_numbers_has_no_total():
    decisions = pd.DataFrame({
        "decision": ["NEED", "NEED", "WATCH"], "tier": ["A", "B", "B"], "driving_rule": "R1-KEY",
        "uncovered_lo_t": [math.nan, math.nan, 5.0], "uncovered_hi_t": [math.nan, math.nan, 6.0],
    })  # fmt: skip
    lows = tier_table(decisions).set_index("tier")["uncovered_lo_t"]
    assert math.isnan(lows["A"])
    assert (lows["B"], lows["C"]) == (5.0, 0.0)
    counts = decision_counts(decisions).set_index("decision")["uncovered_hi_t"]
    assert math.isnan(counts["NEED"])
    assert (counts["WATCH"], counts["COVERED"]) == (6.0, 0.0)
