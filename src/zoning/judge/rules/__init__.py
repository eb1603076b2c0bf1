"""The rule table (docs/method.md §5): each rule answers true, false or undetermined for one unit, with its evidence.

A rule is a pure function of a case and the limits; one file a family. Two laws hold for each: adding uncovered tonnes
never weakens the answer, adding a counting clause never strengthens it.
"""

from __future__ import annotations

import math

from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Reason
from zoning.judge.rules.emitters import key_emitter
from zoning.judge.rules.projects import new_projects
from zoning.judge.rules.regions import behind_path, no_burn_zone
from zoning.judge.rules.sinks import sink_clause
from zoning.judge.rules.tonnes import covered_by_list, uncovered_tonnes
from zoning.judge.rules.verdict import Rule, Verdict
from zoning.messages import say
from zoning.vocab import label

__all__ = ["RULES", "Rule", "answer_rules"]

RULES: tuple[Rule, ...] = (
    Rule("R1-KEY", ("key_emitter_co2", "key_emitter_energy"), "S", key_emitter),
    Rule("R2a-NOBURN", ("noburn_share",), "Z", no_burn_zone),
    Rule("R2b-CAP", ("behind_path", "material_share"), "Z", behind_path),
    Rule("R3-GAP", ("key_emitter_co2", "cells_per_unit", "grid_ratio"), "P", uncovered_tonnes),
    Rule("R8-NEW", ("key_emitter_co2",), "S", new_projects),
    Rule("S1-SINK", (), "S", sink_clause),
    Rule("S2-COV", ("key_emitter_co2", "full_grade"), "", covered_by_list),
)


def answer_rules(case: Case, limits: Limits) -> tuple[Reason, ...]:
    """Return the answers of every rule for one unit, in the order of the table."""
    return tuple(_in_words(rule, rule.judge(case, limits), case, limits) for rule in RULES)


def _in_words(rule: Rule, verdict: Verdict, case: Case, limits: Limits) -> Reason:
    shown: dict[str, object] = {name: _shown(limits[name], limits.row(name).unit) for name in rule.limits}
    shown |= {item.column: _shown(item.value, item.unit) for item in verdict.evidence}
    texts = {}
    for lang in ("zh", "en"):
        slots = shown | {"missing": say(verdict.missing, lang) if verdict.missing else ""}
        if "indicator" in shown:
            slots["indicator_label"] = label(str(shown["indicator"]), lang)
        texts[lang] = (say(verdict.key, lang, **slots), say(f"{verdict.key}.cf", lang, **slots))
    return Reason(
        rule=rule.code,
        unit=case.unit,
        answer=verdict.answer,
        gives=verdict.gives,
        evidence=verdict.evidence,
        threshold_ids=rule.limits,
        sentence_zh=texts["zh"][0],
        sentence_en=texts["en"][0],
        counterfactual_zh=texts["zh"][1],
        counterfactual_en=texts["en"][1],
        missing=verdict.missing,
        evidence_class=case.evidence_class,
    )


def _shown(value: float | str, unit: str) -> str:
    """Write a number as sentences carry it: shares as percent, tonnes and counts rounded, no data as a dash."""
    if isinstance(value, str):
        return value
    if math.isinf(value):
        return "∞"
    if math.isnan(value):
        return "—"
    if unit == "1":
        return f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
