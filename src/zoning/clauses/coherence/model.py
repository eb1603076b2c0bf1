"""What the coherence analysis (协调性分析) says of one clause and one carbon demand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from zoning.clauses.coherence.types import TypeHit
from zoning.clauses.model import Clause
from zoning.messages import say

__all__ = ["RELATIONS", "VERDICTS", "Demand", "Relation"]

RELATIONS = ("CONFLICT", "ASK", "SYNERGY", "CONSISTENT", "NEUTRAL")
"""冲突, 须人工判断, 协同, 一致（互补）, 中性; the first of several names a cell of a matrix."""

VERDICTS = ("CONFLICT", "MAY_CONFLICT", "ASK", "SYNERGY", "CONSISTENT", "OPEN", "NEUTRAL")
"""Relations with those that hang on a condition nobody answered, in the order in which one names a cell: a conflict
that is certain, one that is possible, what a person must judge, what is certain and good, what is still open, neutral.
"""


class Demand(Protocol):
    """A carbon demand as this analysis reads it."""

    @property
    def id(self) -> str: ...  # noqa: D102 - the names are those of the table of demands
    @property
    def level(self) -> str: ...  # noqa: D102
    @property
    def region(self) -> str: ...  # noqa: D102
    @property
    def carrier(self) -> str: ...  # noqa: D102
    @property
    def object(self) -> str: ...  # noqa: D102
    @property
    def sector(self) -> str | Collection[str]: ...  # noqa: D102
    @property
    def codes(self) -> Collection[str]: ...  # noqa: D102
    @property
    def requirement_type(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def expired(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Relation:
    """How one clause stands to one carbon demand, by one rule.

    Attributes
    ----------
    clause : Clause
        The environmental clause.
    demand : Demand
        The carbon demand.
    relation : str
        One of :data:`RELATIONS`; of a rule with a condition, what it is if the condition holds.
    otherwise : str
        What it is if the condition does not hold (``ASK`` where the rule does not say); "" without a condition.
    rule : str
        Row of ``coherence_rules``.
    hit : TypeHit
        The words that make the clause one of the kind of the rule.
    condition_zh, reason_zh, reason_en, suggestion_zh : str
        As the rule says; the condition is written in the language of the lists.
    needs : tuple of str
        Data by which the condition is answered (rows of ``coherence_columns``).
    holds : bool or None
        Answer to the condition; None while nobody gave one.
    meeting : str
        Why they are about the same emitters: ``REGION, PARK, CODES, TWO_HIGH, SECTOR`` or ``ALL``.
    regional : bool
        The demand is the region's and is never that of one unit.
    status : str
        How far to trust the rule.
    """

    clause: Clause
    demand: Demand
    relation: str
    otherwise: str
    rule: str
    hit: TypeHit
    condition_zh: str
    reason_zh: str
    reason_en: str
    suggestion_zh: str
    needs: tuple[str, ...]
    holds: bool | None
    meeting: str
    regional: bool
    status: str

    @property
    def conditional(self) -> bool:
        """Whether it hangs on a condition that nobody has answered."""
        return bool(self.condition_zh) and self.holds is None

    @property
    def verdict(self) -> str:
        """One of :data:`VERDICTS`: the relation where it is known, else that it is open."""
        if self.conditional:
            return "MAY_CONFLICT" if "CONFLICT" in (self.relation, self.otherwise) else "OPEN"
        return self.relation if self.holds is not False else self.otherwise

    def words(self, lang: str = "zh") -> str:
        """Return it as printed: plain where it is known, else with its condition."""
        if not self.conditional:
            return say(f"coherence.{self.verdict}", lang)
        then, otherwise = (say(f"coherence.{code}", lang) for code in (self.relation, self.otherwise))
        return say("coherence.if", lang, condition=self.condition_zh, then=then, otherwise=otherwise)
