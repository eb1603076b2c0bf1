"""How many units got which decision, whether that is a usable list, and the tiers if it is not."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from zoning.judge.limits import Limits
from zoning.messages import say
from zoning.vocab import DecisionCode, label

__all__ = ["decision_counts", "share_sentence", "tier_table"]

_TIERED = ("NEED", "UPGRADE", "WATCH", "UNDETERMINED")


def decision_counts(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return, per decision in their fixed order, units, share of units, uncovered t CO2 yr-1 (lo, hi), driving rule."""
    rows = []
    for code in DecisionCode:
        chosen = decisions[decisions["decision"] == code]
        rows.append({
            "decision": str(code),
            "units": len(chosen),
            "share": len(chosen) / len(decisions) if len(decisions) else float("nan"),
            "uncovered_lo_t": float(chosen["uncovered_lo_t"].sum(min_count=min(1, len(chosen)))),
            "uncovered_hi_t": float(chosen["uncovered_hi_t"].sum(min_count=min(1, len(chosen)))),
            "driving_rule": _commonest(chosen),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _commonest(decisions: pd.DataFrame) -> str:
    """Return the rule that drives most of these decisions, the first by name among equals; "" if none does."""
    counts = Counter(str(rule) for rule in decisions["driving_rule"] if rule)
    return min(counts, key=lambda rule: (-counts[rule], rule), default="")


def share_sentence(decisions: pd.DataFrame, limits: Limits, lang: str = "zh") -> str:
    """Say what share of the units is NEED and, outside the expected range, which rule drives it."""
    need = decisions[decisions["decision"] == "NEED"]
    share = len(need) / len(decisions) if len(decisions) else float("nan")
    slots = {
        "share": f"{share:.0%}",
        "count": len(need),
        "total": len(decisions),
        "low": f"{limits['need_share_low']:.0%}",
        "high": f"{limits['need_share_high']:.0%}",
        "rule": _commonest(need),
    }
    if limits["need_share_low"] <= share <= limits["need_share_high"]:
        return say("shares.inside", lang, **slots)
    if share > 0:
        return say("shares.outside", lang, **slots)
    slots["rule"] = _commonest(decisions)
    slots["decision"] = label(str(decisions["decision"].mode().iloc[0]), lang) if len(decisions) else ""
    return say("shares.none", lang, **slots)


def tier_table(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return units by tier of uncovered tonnes: rows A, B, C; t CO2 yr-1 and units per decision.

    Units that need a clause rank by the lower bound, those on watch or undetermined by the upper: where evidence is to
    be fetched first.
    """
    flagged = decisions[decisions["tier"] != ""]
    rows = []
    for tier in ("A", "B", "C"):
        chosen = flagged[flagged["tier"] == tier]
        rows.append({
            "tier": tier,
            "units": len(chosen),
            "uncovered_lo_t": float(chosen["uncovered_lo_t"].sum(min_count=min(1, len(chosen)))),
            "uncovered_hi_t": float(chosen["uncovered_hi_t"].sum(min_count=min(1, len(chosen)))),
            **{code: int((chosen["decision"] == code).sum()) for code in _TIERED},
        })  # fmt: skip
    return pd.DataFrame(rows)
