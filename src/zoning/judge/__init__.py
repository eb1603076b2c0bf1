"""Rules over cases → reasons → decisions, with the thresholds, counterfactuals and people's overrides."""

from zoning.judge.case import Case, cases_of
from zoning.judge.decide import Decision, decide, decision_table
from zoning.judge.limits import Limit, Limits
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.judge.rules import RULES, Rule, answer_rules
from zoning.judge.shares import decision_counts, share_sentence, tier_table
from zoning.judge.standing import (
    Standing,
    apply_readings,
    decision_standings,
    evidence_digest,
    register_table,
    reopened_findings,
    text_digest,
)

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
    "Standing",
    "answer_rules",
    "apply_readings",
    "cases_of",
    "decide",
    "decision_counts",
    "decision_standings",
    "decision_table",
    "evidence_digest",
    "register_table",
    "reopened_findings",
    "share_sentence",
    "text_digest",
    "tier_table",
]
