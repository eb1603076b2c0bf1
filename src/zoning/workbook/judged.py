"""Sheets of what was decided: decisions, reasons with their evidence, tiers and counts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from zoning.judge.limits import Limits
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.judge.shares import share_sentence
from zoning.messages import say
from zoning.result import Result
from zoning.symbology.figures import number
from zoning.vocab import DecisionCode
from zoning.workbook.fields import code_label, fields, listed, said, unit_label
from zoning.workbook.sheet import Sheet, Table, table

__all__ = ["decision_record", "decisions_sheet", "outcome_lines", "reasons_sheet", "tiers_sheet"]

_TIERS = (("A", "tier_a"), ("B", "tier_b"), ("C", ""))


def decision_record(code: str, row: pd.Series[Any], lang: str) -> dict[str, Any]:
    """Return one row of the decisions with its texts in one language, lists joined and codes left as codes."""
    record: dict[str, Any] = {"unit_code": code} | {str(name): value for name, value in row.items()}
    record["sentence"] = row[f"sentence_{lang}"]
    record["counterfactual"] = row[f"counterfactual_{lang}"]
    record["reasons_text"] = _joined(rule_name(rule, lang) for rule in row["reasons"])
    record["undetermined_text"] = _joined(rule_name(rule, lang) for rule in row["undetermined"])
    record["missing_text"] = _joined(said(key, lang) for key in row["missing"])
    return record


def rule_name(rule: str, lang: str) -> str:
    """Return a rule code with what it asks, where the vocabulary says so."""
    named = code_label(rule, lang)
    return rule if named == rule else f"{rule} {named}"


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(parts))


def decisions_sheet(result: Result, lang: str) -> Sheet:
    """Return one row per unit: the decision, why, what would change it, what is missing, and the tonnes."""
    records = [decision_record(str(code), row, lang) for code, row in result.decisions.sort_index().iterrows()]
    lines = (*outcome_lines(result, lang), say("book.decisions.read", lang))
    return Sheet("decisions", lines, (table("decisions", records, lang),), frozen=2)


def outcome_lines(result: Result, lang: str) -> tuple[str, str]:
    """Return how many units got which decision, and whether that makes a usable list, as two sentences."""
    counts = result.decisions["decision"].value_counts()
    total = len(result.decisions)
    parts = [
        say("book.tally.part", lang, decision=code_label(code, lang), count=counts[code], share=counts[code] / total)
        for code in DecisionCode
        if code in counts.index
    ]
    tally = say("book.tally", lang, total=total, parts=listed(parts, lang))
    return tally, share_sentence(result.decisions, Limits.of_study(result.study.thresholds), lang)


def reasons_sheet(result: Result, lang: str) -> Sheet:
    """Return one row per unit and rule: the answer, the evidence with units, thresholds with source and status."""
    limits = Limits.of_study(result.study.thresholds)
    names, decided = result.decisions["unit_name"], result.decisions["decision"]
    columns = _evidence_names(result, lang)
    records = [
        {
            "unit_code": reason.unit,
            "unit_name": names.get(reason.unit, ""),
            "decision": decided.get(reason.unit, ""),
            "rule": reason.rule,
            "rule_name": code_label(reason.rule, lang),
            "answer": str(reason.answer),
            "gives": reason.gives or "",
            "sentence": reason.sentence(lang),
            "evidence_text": _joined(_evidence(one, columns, lang) for one in reason.evidence),
            "thresholds_text": _joined(_threshold(limits, name, lang) for name in reason.threshold_ids),
            "missing_text": said(reason.missing, lang) if reason.missing else "",
            "counterfactual": reason.counterfactual_en if lang == "en" else reason.counterfactual_zh,
            "evidence_class": reason.evidence_class,
        }
        for reason in result.reasons
    ]
    lines = (_answers_sentence(result.reasons, lang), say("book.reasons.read", lang))
    return Sheet("reasons", lines, (table("reasons", records, lang),), frozen=2)


def _evidence_names(result: Result, lang: str) -> dict[str, str]:
    """Return what the columns of evidence are called: as the ledger says, else as the table of fields says."""
    known = {one.name: one.en if lang == "en" else one.zh for one in fields("evidence")}
    name = "long_name_en" if lang == "en" else "long_name"
    known |= {one.name: one.en if lang == "en" else one.zh for one in fields("ledger")}
    return known | {one: str(result.ledger.data[one].attrs.get(name, "")) for one in result.ledger.columns}


def _evidence(one: Evidence, names: dict[str, str], lang: str) -> str:
    """Write ``name（column）= value unit``; the number has the digits that let it be found again in the ledger."""
    named = names.get(one.column, "")
    what = say("book.named_column", lang, name=named, column=one.column) if named else one.column
    if isinstance(one.value, str):
        return f"{what} = {code_label(one.value, lang)}"
    if math.isnan(one.value):
        return f"{what} = {say('legend.no_data', lang)}"
    unit = "" if one.unit == "1" else f" {unit_label(one.unit, lang)}"
    return f"{what} = {one.value:,.6g}{unit}" if abs(one.value) < 1e6 else f"{what} = {one.value:,.0f}{unit}"


def _threshold(limits: Limits, name: str, lang: str) -> str:
    if name not in limits.rows:
        return name
    row = limits.row(name)
    unit = "" if row.unit == "1" else f" {unit_label(row.unit, lang)}"
    return say("book.threshold", lang, name=row.name(lang), value=f"{row.value:,g}{unit}", source=row.cited(lang))


def _answers_sentence(reasons: tuple[Reason, ...], lang: str) -> str:
    counts = {answer: sum(reason.answer is answer for reason in reasons) for answer in Answer}
    return say(
        "book.reasons.found",
        lang,
        total=len(reasons),
        true=counts[Answer.TRUE],
        false=counts[Answer.FALSE],
        undetermined=counts[Answer.UNDETERMINED],
    )


def tiers_sheet(result: Result, lang: str) -> Sheet:
    """Return counts per decision, units per tier, and the rules that drive the decisions."""
    lines = (*outcome_lines(result, lang), say("book.tiers.read", lang))
    return Sheet("tiers", lines, (_counts(result, lang), _tiers(result, lang), _drivers(result, lang)))


def _total(frame: pd.DataFrame, column: str) -> float:
    """Sum a column of tonnes: no units have none, units without data have no data."""
    return float(frame[column].astype(float).sum(min_count=min(1, len(frame))))


def _counts(result: Result, lang: str) -> Table:
    records = []
    for code in DecisionCode:
        units = result.decisions[result.decisions["decision"] == code]
        applied = int((units["override_state"] == "applied").sum())
        records.append({"decision": str(code), "applied": applied} | _amounts(units, result))
    return table("counts", records, lang, say("book.counts.caption", lang))


def _tiers(result: Result, lang: str) -> Table:
    limits = Limits.of_study(result.study.thresholds)
    records = []
    for tier, limit in _TIERS:
        units = result.decisions[result.decisions["tier"] == tier]
        largest = units.sort_values("uncovered_lo_t", ascending=False, kind="stable")
        listed = [f"{code} {name}（{number(tonnes, lang)}）" for code, name, tonnes in _named(largest)]
        records.append(
            {
                "tier": tier,
                "limit": limits[limit] if limit else 0.0,
                "status": limits.row(limit).name(lang) if limit else "",
                "codes": "\n".join(listed),
            }
            | _amounts(units, result)
        )
    return table("tiers", records, lang, say("book.tiers.caption", lang))


def _amounts(units: pd.DataFrame, result: Result) -> dict[str, Any]:
    """Return what the three tables say of a group of units: number, share, tonnes."""
    share = len(units) / len(result.decisions) if len(result.decisions) else math.nan
    tonnes = {name: _total(units, name) for name in ("co2_t", "uncovered_lo_t", "uncovered_hi_t")}
    return {"units": len(units), "share": share} | tonnes


def _named(units: pd.DataFrame) -> Iterable[tuple[str, str, float]]:
    return zip(units.index.astype(str), units["unit_name"], units["uncovered_lo_t"].astype(float), strict=True)


def _drivers(result: Result, lang: str) -> Table:
    records = [
        {"decision": str(decision), "rule": str(rule), "rule_name": code_label(str(rule), lang)}
        | _amounts(units, result)
        for (decision, rule), units in result.decisions.groupby(["decision", "driving_rule"])
        if rule
    ]
    order = list(DecisionCode)
    records.sort(key=lambda record: (order.index(record["decision"]), -record["units"], record["rule"]))
    return table("drivers", records, lang, say("book.drivers.caption", lang))
