"""Findings on comments: what matches no clause, and departments that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zoning.consultation.model import Comment, Matched
from zoning.errors import Finding
from zoning.messages import Both, finding, knows, say

__all__ = ["comment_findings", "conflict_words", "not_there"]

_SHOWN = 60
_UNKNOWN = "UNKNOWN:"


def comment_findings(matched: Iterable[Matched]) -> tuple[Finding, ...]:
    """Return the findings on comments in their order.

    A comment that names a unit or clause the lists do not have, one that names a unit and whose clause is not found,
    and one that names nothing are warnings; contradictions are named once, at the earlier comment.
    """
    found: list[Finding] = []
    told: set[frozenset[str]] = set()
    for one in matched:
        found += _unmatched(one)
        for other in one.conflicts:
            pair = frozenset({one.comment.id, other.id})
            if pair not in told:
                told.add(pair)
                named = f"{one.comment.department}、{other.department}"
                where = _where(one.comment)
                found.append(finding("COMMENT_CONFLICT", where=where, other=other.id, named=named, target=one.notation))
    return tuple(found)


def not_there(one: Matched) -> Both | None:
    """Return what a comment names and the lists do not have, in words; None where it names nothing of the kind."""
    unknown = [t.notation.strip("|").removeprefix(_UNKNOWN) for t in one.targets if t.notation.startswith(_UNKNOWN)]
    if not unknown:
        return None
    words = [_named(name) for name in unknown]
    return Both("、".join(word.zh for word in words), ", ".join(word.en for word in words))


def _named(name: str) -> Both:
    kind, _, number = name.partition(" ")
    key = f"consultation.unknown.{kind}"
    return Both(say(key, "zh", number=number), say(key, "en", number=number)) if knows(key) else Both(name, name)


def _unmatched(one: Matched) -> list[Finding]:
    where = _where(one.comment)
    named = not_there(one)
    if named is not None:
        return [finding("COMMENT_UNMATCHED", where=where, named=named)]
    if one.action == "none":
        return []
    if one.how == "none":
        return [finding("COMMENT_UNMATCHED", "nothing", where=where)]
    open_ = [
        t.notation for t in one.targets if not t.clauses and not t.notation.startswith(("PARK=", "ALL|", "CLASS="))
    ]
    if open_ and one.action != "add":
        return [finding("COMMENT_UNMATCHED", "clause", where=where, named="、".join(open_))]
    return []


def _where(comment: Comment) -> dict[str, object]:
    text = comment.text if len(comment.text) <= _SHOWN else f"{comment.text[:_SHOWN]}…"
    return {"file": comment.file, "layer": comment.sheet, "row": comment.row, "field": "comment", "value": text}


def conflict_words(one: Matched, everyone: Sequence[Matched], lang: str = "zh") -> str:
    """Return who asks for the opposite of the same clause; "" where nobody does."""
    actions = {other.comment: other.action for other in everyone}
    parts = [
        say("consultation.against", lang, department=other.department,
            action=Both(*(say(f"consultation.action.{actions[other]}", tongue) for tongue in ("zh", "en"))).text(lang))
        for other in one.conflicts
    ]  # fmt: skip
    return "；".join(parts)
