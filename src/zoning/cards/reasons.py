"""The answers of the rules for one unit, with the numbers and the thresholds they rest on, each with its name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from zoning.cards.model import Figure, ReasonLine
from zoning.judge import Limits
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.messages import say
from zoning.result import Result
from zoning.symbology.figures import named
from zoning.tables import read
from zoning.vocab import label

__all__ = ["ReasonBook"]

_ORDER = {Answer.TRUE: 0, Answer.UNDETERMINED: 1, Answer.FALSE: 2}
_BARE = ("1", "count", "text")
_WHOLE = 1e6  # from here on figures after the point say nothing


class ReasonBook:
    """Reasons of a result by unit, worded in one language."""

    def __init__(self, result: Result, lang: str) -> None:
        self._lang = lang
        self._names = _column_names(result, lang)
        self._limits = _threshold_texts(Limits.of_study(result.study.thresholds), lang)
        self._reasons: dict[str, list[Reason]] = {}
        for reason in result.reasons:
            self._reasons.setdefault(reason.unit, []).append(reason)

    def of_unit(self, code: str) -> tuple[ReasonLine, ...]:
        """Return the answers on one unit: true ones first, then open ones, then false ones, each by rule."""
        reasons = sorted(self._reasons.get(code, ()), key=lambda one: (_ORDER[one.answer], one.rule))
        return tuple(self._line(reason) for reason in reasons)

    def _line(self, reason: Reason) -> ReasonLine:
        name = named(reason.rule, self._lang).removeprefix(reason.rule).strip()
        return ReasonLine(
            rule=reason.rule,
            name=name or reason.rule,
            answer=str(reason.answer),
            sentence=reason.sentence(self._lang),
            counterfactual=reason.counterfactual(self._lang),
            missing=say(reason.missing, self._lang) if reason.missing else "",
            evidence=tuple(self._figure(item) for item in reason.evidence),
            thresholds=tuple(self._limits.get(name, name) for name in reason.threshold_ids),
        )

    def _figure(self, item: Evidence) -> Figure:
        return Figure(self._names.get(item.column) or item.column, _value(item, self._lang))


def _value(item: Evidence, lang: str) -> str:
    """Return a number with the digits by which it is found again in the ledger, and its unit of measure."""
    if isinstance(item.value, str):
        return label(item.value, lang)
    if math.isnan(item.value):
        return say("legend.no_data", lang)
    figures = f"{item.value:,.6g}" if abs(item.value) < _WHOLE else f"{item.value:,.0f}"
    return f"{figures} {_unit(item.unit, lang)}".rstrip()


def _unit(unit: str, lang: str) -> str:
    """Return a unit of measure as readers write it; shares and counts have none."""
    return "" if unit in _BARE else _units().get(unit, {"zh": unit, "en": unit})[lang]


@cache
def _units() -> Mapping[str, Mapping[str, str]]:
    return {row["field"]: row for row in read("deliverable_fields") if row["sheet"] == "unit"}


def _column_names(result: Result, lang: str) -> Mapping[str, str]:
    """Return what the columns of evidence are called: as the table of fields says, else as the ledger says."""
    long_name = "long_name_en" if lang == "en" else "long_name"
    known = {name: str(result.ledger.data[name].attrs.get(long_name, "")) for name in result.ledger.columns}
    rows = read("deliverable_fields")
    for sheet in ("ledger", "evidence"):
        known |= {row["field"]: row[lang] for row in rows if row["sheet"] == sheet}
    return known


def _threshold_texts(limits: Limits, lang: str) -> Mapping[str, str]:
    return {name: _threshold(limits, name, lang) for name in limits.rows}


def _threshold(limits: Limits, name: str, lang: str) -> str:
    row = limits.row(name)
    value = f"{row.value:,g} {_unit(row.unit, lang)}".rstrip()
    return say("book.threshold", lang, name=row.name(lang), value=value, source=row.cited(lang))
