"""What a rule answers for one unit, with the numbers it rests on, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zoning.vocab import DecisionCode

__all__ = ["Answer", "Evidence", "Reason"]


class Answer(StrEnum):
    """A rule is true, false, or undetermined because something is missing; never «no» for lack of evidence."""

    TRUE = "true"
    FALSE = "false"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number (or text) a reason rests on: ledger column, value, unit of measure."""

    column: str
    value: float | str
    unit: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Answer of one rule for one unit.

    Attributes
    ----------
    rule, unit : str
        Rule code (``R1-KEY``) and unit code.
    answer : Answer
        true, false or undetermined.
    gives : DecisionCode or None
        What the answer gives if true; for an undetermined rule what it could give.
    evidence : tuple of Evidence
        Numbers, with units.
    threshold_ids : tuple of str
        Rows of ``tables/thresholds.csv`` that were used.
    missing : str
        Key of what is missing (``missing.emitters`` …), empty unless undetermined.
    sentence_zh, sentence_en : str
        The answer as a sentence.
    counterfactual_zh, counterfactual_en : str
        What would change it.
    evidence_class : str
        A, B or C by located shares (docs/method.md §2).
    """

    rule: str
    unit: str
    answer: Answer
    gives: DecisionCode | None
    evidence: tuple[Evidence, ...]
    threshold_ids: tuple[str, ...]
    sentence_zh: str
    sentence_en: str
    counterfactual_zh: str = ""
    counterfactual_en: str = ""
    missing: str = ""
    evidence_class: str = "C"

    def sentence(self, lang: str = "zh") -> str:
        """Return the sentence in one language."""
        return self.sentence_en if lang == "en" else self.sentence_zh

    def counterfactual(self, lang: str = "zh") -> str:
        """Return what would change the answer, in one language."""
        return self.counterfactual_en if lang == "en" else self.counterfactual_zh
