"""The page of a backtest: how far what was expected of an old list and what its revision did agree, unit by unit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from zoning.htmltree import Child, table, tag
from zoning.listpage.versions import carbon_mark, version_page
from zoning.messages import say
from zoning.symbology.figures import named
from zoning.versions import Backtest, Score, Share, UnitOutcome
from zoning.versions.wording import backtest_words, outcome_words
from zoning.vocab import label

__all__ = ["render_backtest"]

_LISTED = ("HIT", "UNANSWERED", "UNEXPECTED", "DROPPED")


def render_backtest(tested: Backtest, files: tuple[str, str], study: str = "", lang: str = "zh") -> str:
    """Return the page of a backtest as one HTML page that needs no network; equal backtests give equal bytes.

    Parameters
    ----------
    tested : Backtest
        From :func:`zoning.versions.backtest`.
    files : tuple of str
        Names of the old and of the new list.
    study : str
        Name of the study that was run; "" where the words of the old list had to do.
    lang : str
        ``zh`` or ``en``; words of the lists are never translated.
    """
    source = say("backtest.by_study", lang, study=study) if tested.with_study else say("backtest.by_words", lang)
    body: list[Child] = [
        tag("p", say("backtest.caution", lang), class_="caution"),
        tag("p", backtest_words(tested, lang), class_="lead"),
        tag("p", source),
        *_scores(tested, lang),
        *(part for outcome in _LISTED for part in _outcome(tested, outcome, lang)),
    ]
    return version_page(
        say("backtest.title", lang), say("versions.files", lang, old=files[0], new=files[1]), body, lang
    )


def _scores(tested: Backtest, lang: str) -> list[Child]:
    note = tag("p", say("backtest.scores.note", lang), class_="soft")
    parts: list[Child] = [tag("h2", say("backtest.scores", lang)), _score_table([tested.overall], lang), note]
    for name, scores in (("reason", tested.by_reason), ("dimension", tested.by_dimension)):
        if scores:
            parts += [tag("h3", say(f"backtest.by_{name}", lang)), _score_table(scores, lang)]
    if tested.by_decision:
        parts += [tag("h3", say("backtest.by_decision", lang)), _decisions(tested, lang)]
    placed = [unit.in_place for unit in tested.units if unit.in_place is not None]
    if placed:
        right = sum(placed)
        parts.append(tag("p", say("backtest.in_place", lang, right=right, wrong=len(placed) - right)))
    return parts


def _decisions(tested: Backtest, lang: str) -> Child:
    words = ("decision", "decision.units", "decision.revised", "decision.share")
    rows: list[list[Child]] = [
        [label(name, lang), str(one.total), str(one.count), _share(one)] for name, one in tested.by_decision
    ]
    return table([say(f"backtest.{word}", lang) for word in words], rows)


def _score_table(scores: Sequence[Score], lang: str) -> Child:
    names = ("name", "flagged", "hits", "precision", "recall", "base", "lift")
    header = [say(f"backtest.score.{name}", lang) for name in names]
    rows: list[list[Child]] = [
        [
            _name(one.name, lang),
            str(one.precision.total),
            str(one.precision.count),
            _share(one.precision),
            _share(one.recall),
            _share(one.base),
            _lift(one),
        ]
        for one in scores
    ]
    return table(header, rows)


def _name(name: str, lang: str) -> str:
    if not name:
        return say("backtest.score.all", lang)
    return label(name, lang) if label(name, lang) != name else named(name, lang)


def _share(one: Share) -> str:
    if not one.total:
        return "—"
    low, high = one.interval
    return f"{one.value:.0%} [{low:.0%}, {high:.0%}]"


def _lift(one: Score) -> str:
    low, high = one.lift_interval
    return "—" if math.isnan(one.lift) else f"{one.lift:.2f} [{low:.2f}, {high:.2f}]"


def _outcome(tested: Backtest, outcome: str, lang: str) -> list[Child]:
    units = [unit for unit in tested.units if unit.outcome == outcome]
    if not units:
        return []
    asked = outcome == "UNEXPECTED" and tested.with_study
    names = ("unit", "why", "did", *(("counterfactual",) if asked else ()))
    rows = [_unit(unit, tested, lang, asked=asked) for unit in units]
    title = f"{say(f'versions.outcome.{outcome}', lang)} · {len(units)}"
    return [tag("h2", title), table([say(f"backtest.{name}", lang) for name in names], rows)]


def _unit(unit: UnitOutcome, tested: Backtest, lang: str, *, asked: bool) -> list[Child]:
    code = unit.expectation.unit
    name = tested.comparison.names["old"].get(code, "")
    did = [
        tag("p", carbon_mark(record, lang), " ", clause.text)
        for record in (*unit.more, *unit.less)
        for clause in (record.new or record.old)
    ]
    row: list[Child] = [
        tag("div", tag("div", code, class_="code"), tag("div", name), _decision(unit, lang)),
        outcome_words(unit, lang),
        tag("div", *did) if did else "—",
    ]
    other = unit.expectation.counterfactual
    return [*row, (other.text(lang) if other else "") or "—"] if asked else row


def _decision(unit: UnitOutcome, lang: str) -> Child:
    decision = unit.expectation.decision
    return tag("span", label(decision, lang), class_="outcome") if decision else None
