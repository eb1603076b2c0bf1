"""Sheet of the consultation: what departments wrote, which clauses they mean, and the answer that is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zoning.consultation import AnswerRow, conflict_words
from zoning.messages import say
from zoning.result import Result
from zoning.tables import numbers
from zoning.workbook.sheet import Sheet, table

__all__ = ["comments_sheet"]


def comments_sheet(result: Result, lang: str) -> Sheet:
    """Return every comment with its clause, the proposal and its reason; a person decides."""
    rows = result.answers(lang)
    records = [_record(row, rows, lang) for row in rows]
    matched = sum(bool(row.matched.clauses) for row in rows)
    against = sum(bool(row.matched.conflicts) for row in rows)
    counts = {"total": len(rows), "matched": matched, "against": against}
    lines = (say("book.comments.found", lang, **counts), say("book.comments.read", lang))
    return Sheet("comments", lines, (table("comments", records, lang),), frozen=2)


def _record(row: AnswerRow, everyone: Sequence[AnswerRow], lang: str) -> dict[str, Any]:
    one, comment = row.matched, row.comment
    clauses = tuple(dict.fromkeys(clause.text for clause in one.clauses))
    shown = clauses[: int(numbers("consultation_settings")["shown"])]
    rest = [say("book.comments.more", lang, count=len(clauses) - len(shown))] if len(clauses) > len(shown) else []
    return {
        "id": comment.id,
        "department": comment.department,
        "text": comment.text,
        "target": one.notation,
        "how": say(f"consultation.how.{one.how}", lang),
        "before": "\n".join((*shown, *rest)),
        "action": say(f"consultation.action.{one.action}", lang),
        "proposed": one.proposed,
        "decision": say(f"consultation.{row.suggested.decision}", lang),
        "reason": row.suggested.reason_en if lang == "en" else row.suggested.reason_zh,
        "conflict": conflict_words(one, [other.matched for other in everyone], lang),
        "answer": row.answer,
        "place": f"{comment.file} {comment.sheet} {comment.row}".strip(),
    }
