"""Consultation (征求意见): comments of departments matched to clauses, and the table 意见—采纳情况—理由."""

from zoning.consultation.answering import AnswerRow, Known, answer_rows, answered, suggestion
from zoning.consultation.findings import comment_findings, conflict_words
from zoning.consultation.matching import Lists, match_comments, places_of
from zoning.consultation.mentions import mentions_of
from zoning.consultation.model import ACTIONS, DECISIONS, Comment, Matched, Place, Suggestion, Target

__all__ = [
    "ACTIONS",
    "DECISIONS",
    "AnswerRow",
    "Comment",
    "Known",
    "Lists",
    "Matched",
    "Place",
    "Suggestion",
    "Target",
    "answer_rows",
    "answered",
    "comment_findings",
    "conflict_words",
    "match_comments",
    "mentions_of",
    "places_of",
    "suggestion",
]
