"""Rules over cases → reasons → decisions, with the thresholds, counterfactuals and people's overrides."""

from zoning.judge.case import Case, cases_of
from zoning.judge.decide import Decision, decide, decision_table
from zoning.judge.limits import Limit, Limits
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.judge.rules import RULES, Rule, answer_rules
from zoning.judge.shares import decision_counts, share_sentence, tier_table

__all__ = [
    "RULES",
    "Answer",
    "Case",
    "Decision",
    "Evidence",
    "Limit",
    "Limits",
    "Reason",
    "Rule",
    "answer_rules",
    "cases_of",
    "decide",
    "decision_counts",
    "decision_table",
    "share_sentence",
    "tier_table",
]
