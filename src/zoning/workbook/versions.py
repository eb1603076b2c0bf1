"""The workbooks of two versions of a list: the account, units, clauses letter by letter; and of what a revision did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from zoning.clauses import Clause
from zoning.messages import say
from zoning.symbology.figures import named
from zoning.versions import (
    CARBON_CHANGES,
    RECORD_KINDS,
    UNIT_KINDS,
    Backtest,
    Comparison,
    EntryChange,
    Record,
    Score,
    Share,
    UnitMatch,
    UnitOutcome,
    marks,
)
from zoning.versions.wording import outcome_words, record_words
from zoning.vocab import label
from zoning.workbook.dictionary import dictionary_sheet
from zoning.workbook.fields import listed
from zoning.workbook.paint import paint
from zoning.workbook.sheet import Sheet, Table, table

__all__ = ["backtest_sheets", "version_sheets", "write_backtest_book", "write_versions_book"]

_NAMED = ("name", "unit_class", "subtypes", "place", "area")


def write_versions_book(comparison: Comparison, files: tuple[str, str], path: str | Path, lang: str = "zh") -> None:
    """Write the workbook of a comparison; equal comparisons give equal bytes, no cell is a formula or a link.

    Parameters
    ----------
    comparison : Comparison
        From :func:`zoning.versions.compare`.
    files : tuple of str
        Names of the old and of the new list.
    path : str or Path
        File to write.
    lang : str
        ``zh`` or ``en``.
    """
    sheets = version_sheets(comparison, files, lang)
    paint((*sheets, dictionary_sheet(sheets, lang)), Path(path), lang, study=" → ".join(files), example=False)


def write_backtest_book(
    tested: Backtest, files: tuple[str, str], study: str, path: str | Path, lang: str = "zh"
) -> None:
    """Write the workbook of a backtest, with the sheets of its comparison behind; see :func:`write_versions_book`."""
    sheets = (*backtest_sheets(tested, study, lang), *version_sheets(tested.comparison, files, lang))
    paint((*sheets, dictionary_sheet(sheets, lang)), Path(path), lang, study=" → ".join(files), example=False)


def version_sheets(found: Comparison, files: tuple[str, str], lang: str) -> tuple[Sheet, ...]:
    """Return the sheets of a comparison."""
    note = say("versions.files", lang, old=files[0], new=files[1])
    quiet = ("SAME", "RENUMBERED")
    clauses = (_clause(record, found, lang) for record in sorted(found.records, key=lambda one: one.kind in quiet))
    return (
        Sheet("versions_account", (note, say("book.versions_account.read", lang)), _account(found, lang)),
        Sheet(
            "versions_units",
            (say("versions.units.note", lang),),
            (table("versions_units", (_match(one, found, lang) for one in found.matches), lang),),
            frozen=2,
        ),
        Sheet(
            "versions_clauses",
            (say("book.versions_clauses.read", lang),),
            (table("versions_clauses", clauses, lang),),
            frozen=4,
        ),
        Sheet(
            "versions_entries",
            (say("book.versions_entries.read", lang),),
            (table("versions_entries", (_entry(one, lang) for one in _entries(found)), lang),),
            frozen=2,
        ),
    )


def _account(found: Comparison, lang: str) -> tuple[Table, ...]:
    units = [(match.kind, len(match.old), len(match.new)) for match in found.matches]
    clauses = [(record.kind, len(record.old), len(record.new)) for record in found.records]
    carbon = [(record.carbon, len(record.old), len(record.new)) for record in found.records if record.carbon]
    return (
        _sums(say("versions.account.units", lang), "unit", UNIT_KINDS, units, lang),
        _sums(say("versions.account.clauses", lang), "kind", RECORD_KINDS, clauses, lang),
        _sums(say("versions.filter.carbon", lang), "carbon", CARBON_CHANGES, carbon, lang),
    )


def _sums(title: str, kind: str, kinds: Sequence[str], rows: Sequence[tuple[str, int, int]], lang: str) -> Table:
    records = [_sum(say(f"versions.{kind}.{one}", lang), [row for row in rows if row[0] == one]) for one in kinds]
    records.append(_sum(say("versions.account.total", lang), rows))
    return table("versions_account", records, lang, title)


def _sum(name: str, rows: Sequence[tuple[str, int, int]]) -> dict[str, Any]:
    return {"kind": name, "count": len(rows), "old": sum(row[1] for row in rows), "new": sum(row[2] for row in rows)}


def _match(match: UnitMatch, found: Comparison, lang: str) -> dict[str, Any]:
    names = (
        [found.names[side].get(code, "") for code in codes] for side, codes in (("old", match.old), ("new", match.new))
    )
    evidence = {name: value for name, value in match.evidence if name != "code"}
    return evidence | {
        "kind": say(f"versions.unit.{match.kind}", lang),
        "old_codes": "\n".join(match.old),
        "old_names": "\n".join(next(names)),
        "new_codes": "\n".join(match.new),
        "new_names": "\n".join(next(names)),
        "certainty": match.certainty,
        "score": match.score if match.certainty else None,
    }


def _clause(record: Record, found: Comparison, lang: str) -> dict[str, Any]:
    single = record.pairs[0] if len(record.pairs) == 1 else None
    old, new = (_joined(clause.text for clause in side) for side in (record.old, record.new))
    side, own = ("new", record.new) if record.new else ("old", record.old)
    return {
        "kind": say(f"versions.kind.{record.kind}", lang),
        "carbon": say(f"versions.carbon.{record.carbon}", lang) if record.carbon else "",
        "name": _joined(found.names[side].get(clause.code, "") for clause in own),
        "old_text": old,
        "new_text": new,
        "marks": marks(single.old.text, single.new.text) if single else marks(old, new),
        "changes": record_words(record, found, lang),
        "similarity": min((pair.similarity for pair in record.pairs), default=None),
    } | {
        f"{when}_{name}": value
        for when, clauses in (("old", record.old), ("new", record.new))
        for name, value in _side(clauses).items()
    }


def _side(clauses: Sequence[Clause]) -> dict[str, str]:
    return {
        "code": _joined(clause.code for clause in clauses),
        "dimension": next((clause.dimension for clause in clauses), ""),
        "number": _joined(clause.number for clause in clauses),
        "place": _joined(str(clause.address) for clause in clauses),
    }


def _joined(texts: Iterable[str]) -> str:
    """Return texts one below the other, each once."""
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _entries(found: Comparison) -> list[EntryChange]:
    headers = [EntryChange(-1, "", "", dimension, old, new) for dimension, old, new in found.headers]
    return [*headers, *found.entries]


def _entry(one: EntryChange, lang: str) -> dict[str, Any]:
    item = say(f"versions.field.{one.field}", lang) if one.field in _NAMED else label(one.field, lang)
    return {"old_code": one.old_code, "new_code": one.new_code, "item": item, "old": one.old, "new": one.new}


def backtest_sheets(tested: Backtest, study: str, lang: str) -> tuple[Sheet, ...]:
    """Return the sheets of a backtest."""
    source = say("backtest.by_study", lang, study=study) if tested.with_study else say("backtest.by_words", lang)
    lines = (say("backtest.caution", lang), source, say("backtest.scores.note", lang))
    scores = (
        table("backtest_scores", [_score(one, lang) for one in group], lang, caption)
        for group, caption in (
            ((tested.overall,), say("backtest.score.all", lang)),
            (tested.by_reason, say("backtest.by_reason", lang)),
            (tested.by_dimension, say("backtest.by_dimension", lang)),
        )
        if group
    )
    decided = table(
        "backtest_decisions", (_decided(*pair) for pair in tested.by_decision), lang, say("backtest.by_decision", lang)
    )
    units = table("backtest_units", (_unit(one, tested, lang) for one in tested.units), lang)
    return (
        Sheet("backtest_scores", lines, (*scores, *([decided] if tested.by_decision else [])), frozen=1),
        Sheet("backtest_units", (say("backtest.caution", lang),), (units,), frozen=3),
    )


def _score(one: Score, lang: str) -> dict[str, Any]:
    intervals = {"precision": one.precision.interval, "recall": one.recall.interval, "lift": one.lift_interval}
    bounds = {
        f"{name}_{end}": value
        for name, pair in intervals.items()
        for end, value in zip(("low", "high"), pair, strict=True)
    }
    return bounds | {
        "name": _reason(one.name, lang) or say("backtest.score.all", lang),
        "flagged": one.precision.total,
        "hits": one.precision.count,
        "revised": one.base.count,
        "units": one.base.total,
        "precision": one.precision.value,
        "recall": one.recall.value,
        "base": one.base.value,
        "lift": one.lift,
    }


def _decided(decision: str, revised: Share) -> dict[str, Any]:
    low, high = revised.interval
    shares = {"share": revised.value, "share_low": low, "share_high": high}
    return {"name": decision, "units": revised.total, "revised": revised.count} | shares


def _reason(name: str, lang: str) -> str:
    if not name:
        return ""
    return label(name, lang) if label(name, lang) != name else named(name, lang)


def _unit(unit: UnitOutcome, tested: Backtest, lang: str) -> dict[str, Any]:
    expected = unit.expectation
    clauses = (
        say("book.backtest.clause", lang, change=say(f"versions.carbon.{record.carbon}", lang), text=clause.text)
        for record in (*unit.more, *unit.less)
        for clause in (record.new or record.old)
    )
    other = expected.counterfactual if unit.outcome == "UNEXPECTED" else None
    return {
        "unit_code": expected.unit,
        "unit_name": tested.comparison.names["old"].get(expected.unit, ""),
        "outcome": say(f"versions.outcome.{unit.outcome}", lang),
        "decision": expected.decision,
        "reason": _reason(expected.reason, lang),
        "expected_dimension": expected.dimension,
        "dimensions": listed((label(one, lang) for one in unit.dimensions), lang),
        "why": outcome_words(unit, lang),
        "counterfactual": other.text(lang) if other else "",
        "undetermined": listed(expected.undetermined, lang),
        "clauses": _joined(clauses),
    }
