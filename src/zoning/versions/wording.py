"""What changed, in words of both languages."""

from __future__ import annotations

from zoning.messages import say
from zoning.versions.backtest import Backtest, UnitOutcome
from zoning.versions.model import Change, Comparison, Record, UnitMatch
from zoning.vocab import label

__all__ = ["backtest_words", "change_words", "evidence_words", "outcome_words", "record_words", "unit_words"]


def change_words(change: Change, lang: str = "zh") -> str:
    """Return one change in words.

    Examples
    --------
    >>> change_words(Change("QUANTITY", "25%", "30%", 1), "en")
    'number 25% → 30% (stricter)'
    """
    aspect = say(f"versions.aspect.{change.aspect}", lang)
    told = change.old or change.new
    if not told:
        return aspect
    old, new = (_side(change.aspect, side, lang) for side in (change.old, change.new))
    words = say("versions.from_to", lang, aspect=aspect, old=old, new=new)
    return say(f"versions.direction.{change.direction}", lang, change=words) if change.direction else words


def _side(aspect: str, side: str, lang: str) -> str:
    if not side:
        return say("versions.nothing", lang)
    return say(f"versions.modality.{side}", lang) if aspect == "MODALITY" else label(side, lang)


def record_words(record: Record, comparison: Comparison, lang: str = "zh") -> str:
    """Return everything that changed in a record, and which units of its match do not have it."""
    changes = dict.fromkeys(change for pair in record.pairs for change in pair.changes)
    parts = [change_words(change, lang) for change in changes]
    if record.absent:
        match = comparison.matches[record.match]
        side = "new" if record.absent[0] in match.new else "old"
        parts.append(say(f"versions.absent.{side}", lang, codes=_joined(record.absent, lang)))
    return ("; " if lang == "en" else "；").join(parts)


def unit_words(match: UnitMatch, comparison: Comparison, lang: str = "zh") -> str:
    """Return the units of a match with their names, old → new."""
    sides = []
    for codes, side in ((match.old, "old"), (match.new, "new")):
        named = (" ".join(part for part in (code, comparison.names[side].get(code, "")) if part) for code in codes)
        sides.append(_joined(tuple(named), lang) or "—")
    return sides[0] if match.kind == "SAME" and sides[0] == sides[1] else " → ".join(sides)


def evidence_words(match: UnitMatch, lang: str = "zh") -> str:
    """Return what speaks for a match."""
    known = [(name, value) for name, value in match.evidence if name != "code"]
    return _joined(tuple(say(f"versions.evidence.{name}", lang, share=f"{value:.0%}") for name, value in known), lang)


def outcome_words(unit: UnitOutcome, lang: str = "zh") -> str:
    """Return what was expected of a unit and what its revision did, as a sentence."""
    slots = {
        "reason": unit.expectation.sentence.text(lang).rstrip("。."),
        "count": len(unit.more),
        "dimensions": _joined(tuple(label(one, lang) for one in unit.dimensions), lang),
        "missing": _joined(tuple(say(key, lang) for key in unit.expectation.missing), lang),
    }
    words = [say(f"versions.why.{unit.outcome}", lang, **slots)]
    if unit.in_place is False:
        expected = label(unit.expectation.dimension, lang)
        words.append(say("versions.why.elsewhere", lang, expected=expected))
    if unit.outcome == "UNEXPECTED" and unit.expectation.missing:
        words.append(say("versions.why.missing", lang, **slots))
    return (" " if lang == "en" else "").join(words)


def backtest_words(tested: Backtest, lang: str = "zh") -> str:
    """Return a backtest in one sentence of counts."""
    counts, overall = tested.counts, tested.overall
    return say(
        "backtest.lead",
        lang,
        units=overall.base.total,
        flagged=overall.precision.total,
        revised=overall.base.count,
        hits=counts["HIT"],
        unanswered=counts["UNANSWERED"],
        unexpected=counts["UNEXPECTED"],
        quiet=counts["QUIET"],
    )


def _joined(parts: tuple[str, ...], lang: str) -> str:
    return (", " if lang == "en" else "、").join(parts)
