"""What came out: one sentence, a bar, the share of NEED against what is expected, tiers, and what is missing."""

from __future__ import annotations

from collections import Counter

from zoning.frontpage.checks import verdict
from zoning.htmltree import Child, background, chip, table, tag
from zoning.judge.limits import Limits
from zoning.judge.shares import decision_counts, share_sentence, tier_table
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import Look, look_of
from zoning.symbology.figures import amount, bounds, named, share
from zoning.tables import numbers
from zoning.vocab import DecisionCode

__all__ = ["outcome", "overrides"]

_COMMA = {"zh": "，", "en": "; "}


def outcome(result: Result, lang: str) -> list[Child]:
    """Return the section that says what the run decided."""
    counts = Counter(str(code) for code in result.decisions["decision"])
    limits, look = Limits.of_study(result.study.thresholds), look_of(result.study)
    return [
        tag("h2", say("index.outcome", lang)),
        tag("p", _sentence(result, counts, lang), class_="lead"),
        _bar(counts, look, lang),
        verdict(result, lang),
        tag("p", share_sentence(result.decisions, limits, lang), "。" if lang == "zh" else "."),
        _driver(result, lang),
        _range(limits, lang),
        *_tiers(result, limits, lang),
        *_missing(result, lang),
    ]


def _sentence(result: Result, counts: Counter[str], lang: str) -> str:
    parts = [
        say("index.part", lang, label=one.label(lang), count=counts[one.code], share=share(_of(counts, one.code), lang))
        for one in look_of(result.study).symbols("decision")
        if counts[one.code]
    ]
    return say("index.sentence", lang, count=len(result.decisions), parts=_COMMA[lang].join(parts))


def _of(counts: Counter[str], code: str) -> float:
    total = counts.total()
    return counts[code] / total if total else float("nan")


def _bar(counts: Counter[str], look: Look, lang: str) -> Child:
    pieces = [
        tag(
            "span",
            tag("b", str(counts[one.code])),
            class_="piece",
            style=f"flex:{counts[one.code]};background:{background(one)}",
            title=one.label(lang),
        )
        for one in look.symbols("decision")
        if counts[one.code]
    ]
    keys = [chip(one, lang) for one in look.symbols("decision") if counts[one.code]]
    return tag("div", tag("div", *pieces, class_="bar"), tag("p", *keys, class_="keys"))


def _range(limits: Limits, lang: str) -> Child:
    """Say whose the expected range is: an unofficial one is printed as such."""
    status = say(f"index.status.{limits.row('need_share_low').status}", lang)
    return tag("p", say("index.share.source", lang, status=status), class_="soft")


def _driver(result: Result, lang: str) -> Child:
    """Name the rule that gave most of the NEED."""
    need = result.decisions[result.decisions["decision"] == DecisionCode.NEED]
    rule = str(decision_counts(result.decisions).set_index("decision").loc[DecisionCode.NEED, "driving_rule"])
    if not rule:
        return None
    count = int((need["driving_rule"] == rule).sum())
    return tag("p", say("index.driver", lang, rule=named(rule, lang), count=count, need=len(need)))


def _tiers(result: Result, limits: Limits, lang: str) -> list[Child]:
    edges = {"A": ("floor", "tier_a"), "B": ("floor", "tier_b"), "C": ("ceiling", "tier_b")}
    tiers, look = tier_table(result.decisions), look_of(result.study)
    flagged = [str(code) for code in DecisionCode if str(code) in tiers.columns]
    rows: list[list[Child]] = [
        [
            chip(look.symbol("tier", row["tier"]), lang),
            _edge(*edges[row["tier"]], limits, lang),
            *(str(row[code]) for code in ("units", *flagged)),
            bounds(row["uncovered_lo_t"], row["uncovered_hi_t"], "t yr-1", lang),
        ]
        for row in tiers.to_dict("records")
        if row["units"]
    ]
    if not rows:
        return []
    first = [say(f"index.tier.{name}", lang) for name in ("name", "limit", "units")]
    middle = [f"#{look.symbol('decision', code).label(lang)}" for code in flagged]
    header = [*first, *middle, say("index.tier.tonnes", lang)]
    note = tag("p", say("index.tiers.note", lang), class_="soft")
    return [tag("h3", say("index.tiers", lang)), table(header, rows), note]


def _edge(side: str, limit: str, limits: Limits, lang: str) -> str:
    return say(f"index.tier.{side}", lang, limit=amount(limits[limit], "t yr-1", lang))


def _missing(result: Result, lang: str) -> list[Child]:
    """List what would decide the undetermined units, most units first."""
    counts = Counter(str(key) for keys in result.decisions["missing"] for key in keys)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if not ranked:
        return []
    items = [tag("li", say("index.missing.item", lang, what=say(key, lang), count=count)) for key, count in ranked]
    return [tag("h3", say("index.missing", lang)), tag("ul", *items)]


def overrides(result: Result, lang: str) -> list[Child]:
    """Return the section on decisions that people changed: the first ``index_overrides``, the workbook has all."""
    changed = result.decisions[result.decisions["override_state"] != ""].sort_index()
    if not len(changed):
        return []
    look, most = look_of(result.study), int(numbers("limits")["index_overrides"])
    header = [say(f"index.override.{name}", lang) for name in ("unit", "computed", "now", "state", "who", "reason")]
    rows: list[list[Child]] = [
        [
            f"{code} {row['unit_name']}",
            look.symbol("decision", row["decision_computed"]).label(lang),
            look.symbol("decision", row["decision"]).label(lang),
            say(f"index.override.{row['override_state']}", lang),
            f"{row['override_by']} {row['override_date']}",
            str(row["override_reason"]),
        ]
        for code, row in changed.head(most).iterrows()
    ]
    more = say("index.overrides.rest", lang, count=len(changed), shown=most) if len(changed) > most else ""
    return [tag("h2", say("index.overrides", lang)), table(header, rows), tag("p", more) if more else None]
