"""What a comment asks for, and the text it proposes for the clause."""

from __future__ import annotations

from collections.abc import Sequence

from zoning.clauses import Clause
from zoning.clauses.normalise import plain
from zoning.consultation.mentions import Mentions, consultation_words

__all__ = ["action_of", "proposed_text", "softens"]

_STOPS = "。；;，, "


def action_of(text: str, mentions: Mentions, clauses: Sequence[Clause]) -> tuple[str, str]:
    """Return one of :data:`~zoning.consultation.model.ACTIONS` and the words that decided it.

    A quotation that is to take a place is a change of the clause, as is something added to a clause that is named.
    A comment in which no words speak asks a question: somebody has to read it.

    Examples
    --------
    >>> action_of("无意见。", Mentions(), ()), action_of("建议删除。", Mentions(), ())
    (('none', '无意见。'), ('delete', '删除'))
    """
    normal = plain(text)
    hit = consultation_words().first("consult.action", normal)
    action = hit.value if hit else "question"
    words = normal[hit.start : hit.end] if hit else ""
    replaced = any(quote.kind == "replace" for quote in mentions.quotes)
    if action in ("question", "add", "support") and replaced:
        return "modify", words
    if action == "add" and clauses and (mentions.cited() or mentions.numbers or mentions.ordinals):
        return "modify", words
    return action, words


def proposed_text(mentions: Mentions, clauses: Sequence[Clause]) -> str:
    """Return the text that a comment proposes for its clause; "" where it gives none.

    What is to be put in is put behind the clause. A quotation that takes the place of another is returned as it stands:
    whether the cited words are all of the clause or a part of it cannot be told, for departments cut them short.
    """
    given = next((quote for quote in mentions.quotes if quote.kind in ("replace", "insert")), None)
    if given is None:
        return ""
    texts = {clause.text for clause in clauses}
    if len(texts) != 1:
        return given.text if given.kind == "replace" else ""
    clause = texts.pop()
    if given.kind == "insert":
        return f"{clause.rstrip(_STOPS)}，{given.text}"
    return given.text


def softens(text: str) -> bool:
    """Tell whether a comment asks for less than a clause demands (鼓励性表述, 延后, 放宽 …).

    Examples
    --------
    >>> softens("期限偏紧，建议延后两年。"), softens("建议明确责任单位。")
    (True, False)
    """
    return consultation_words().first("consult.soften", plain(text)) is not None
