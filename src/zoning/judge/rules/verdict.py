"""What a rule is, and what it finds before it is put into words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer, Evidence
from zoning.vocab import DecisionCode

__all__ = ["Rule", "Verdict", "count", "false", "share", "tonnes", "undetermined"]


@dataclass(frozen=True)
class Verdict:
    """What a rule found, before it is put into words: answer, what it gives, numbers, and the text key."""

    answer: Answer
    key: str
    gives: DecisionCode | None = None
    evidence: tuple[Evidence, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of the rule table.

    Attributes
    ----------
    code : str
        ``R1-KEY`` …
    limits : tuple of str
        Thresholds it uses.
    dimension : str
        Dimension of the list that is to be edited where it is true (S, P, R, Z).
    judge : callable
        Case, limits → verdict.
    """

    code: str
    limits: tuple[str, ...]
    dimension: str
    judge: Callable[[Case, Limits], Verdict]


def tonnes(column: str, value: float) -> Evidence:
    """Return evidence in t yr-1."""
    return Evidence(column, float(value), "t yr-1")


def share(column: str, value: float) -> Evidence:
    """Return evidence that is a share."""
    return Evidence(column, float(value), "1")


def count(column: str, value: float) -> Evidence:
    """Return evidence that is a count."""
    return Evidence(column, float(value), "count")


def false(key: str, *evidence: Evidence) -> Verdict:
    """Return the verdict «false»."""
    return Verdict(Answer.FALSE, key, None, evidence)


def undetermined(key: str, missing: str, gives: DecisionCode, *evidence: Evidence) -> Verdict:
    """Return the verdict «undetermined»: what is missing, and what it could give."""
    return Verdict(Answer.UNDETERMINED, key, gives, evidence, missing)
