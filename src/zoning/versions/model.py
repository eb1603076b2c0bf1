"""What two versions of a list are to each other: units with their counterparts, clauses with what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from zoning.clauses.model import Clause

__all__ = [
    "CARBON_CHANGES",
    "RECORD_KINDS",
    "UNIT_KINDS",
    "Change",
    "Comparison",
    "EntryChange",
    "Pair",
    "Record",
    "UnitMatch",
]

UNIT_KINDS = ("SAME", "RENUMBERED", "SPLIT", "MERGED", "RECUT", "NEW", "DROPPED")
"""What can become of units: SAME keeps its code; RECUT is several old ones become several new ones."""

RECORD_KINDS = (
    "ADDED", "REMOVED", "SPLIT", "MERGED", "MODALITY", "QUANTITY", "DEADLINE", "REWORDED", "MOVED", "RENUMBERED",
    "SAME",
)  # fmt: skip
"""What can become of clauses, the weightiest first: a record that shows several has the first as its kind."""

CARBON_CHANGES = ("ADDED", "REMOVED", "STRENGTHENED", "WEAKENED")
"""What can become of the carbon demand of a clause."""


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """Units of the old version and what they are in the new one.

    Attributes
    ----------
    kind : str
        One of ``UNIT_KINDS``.
    old, new : tuple of str
        Codes, sorted.
    score : float
        How well they fit, from 0 to 1; of several pairs the weakest. 0 without a counterpart.
    certainty : str
        ``sure, probable, possible``; "" without a counterpart.
    evidence : tuple of (str, float)
        What speaks for it: ``code, name, clauses, area`` with a number from 0 to 1 each.
    """

    kind: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    score: float = 0.0
    certainty: str = ""
    evidence: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed between two clauses.

    Attributes
    ----------
    aspect : str
        ``MODALITY, QUANTITY, DEADLINE, SUBJECT, WORDING, TAG, DIMENSION, NUMBER``.
    old, new : str
        From what to what, unit of measure included; of a wording nothing.
    direction : int
        1 stricter, -1 weaker, 0 neither can be said.
    """

    aspect: str
    old: str = ""
    new: str = ""
    direction: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """An old and a new clause that are held to be one, how alike they are, and what changed."""

    old: Clause
    new: Clause
    similarity: float
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What became of a clause: every clause of both versions is in exactly one record.

    Attributes
    ----------
    kind : str
        One of ``RECORD_KINDS``.
    match : int
        Index of its units in ``Comparison.matches``.
    old, new : tuple of Clause
        Empty where it was added or removed; several where units or the clause itself were split or merged.
    pairs : tuple of Pair
        Which is held to be which.
    carbon : str
        One of ``CARBON_CHANGES``; "" where its carbon demand is what it was, or there is none.
    absent : tuple of str
        Units of the match that do not have it any more (old → new) or did not have it (new → old).
    """

    kind: str
    match: int
    old: tuple[Clause, ...] = ()
    new: tuple[Clause, ...] = ()
    pairs: tuple[Pair, ...] = ()
    carbon: str = ""
    absent: tuple[str, ...] = ()

    @property
    def aspects(self) -> tuple[str, ...]:
        """Everything that changed, in the order of the pairs, each named once."""
        return tuple(dict.fromkeys(change.aspect for pair in self.pairs for change in pair.changes))


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What the list says otherwise of a unit: ``name, unit_class, subtypes, place, area`` or a column of its own."""

    match: int
    old_code: str
    new_code: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Comparison:
    """Two versions of a list, held against each other.

    Attributes
    ----------
    matches : tuple of UnitMatch
        Every unit of both versions is in exactly one.
    records : tuple of Record
        Every clause of both versions is in exactly one.
    entries : tuple of EntryChange
        What changed beside the clauses.
    headers : tuple of (str, str, str)
        Dimension, its header in the old and in the new list, where they differ.
    names : mapping of str to str
        Code → name, by version: ``names["old"], names["new"]``.
    """

    matches: tuple[UnitMatch, ...]
    records: tuple[Record, ...]
    entries: tuple[EntryChange, ...]
    headers: tuple[tuple[str, str, str], ...]
    names: dict[str, dict[str, str]]

    @cached_property
    def unit_counts(self) -> dict[str, int]:
        """Return how many matches there are of every kind."""
        found = Counter(match.kind for match in self.matches)
        return {kind: found[kind] for kind in UNIT_KINDS}

    @cached_property
    def record_counts(self) -> dict[str, int]:
        """Return how many records there are of every kind."""
        found = Counter(record.kind for record in self.records)
        return {kind: found[kind] for kind in RECORD_KINDS}

    @cached_property
    def carbon_counts(self) -> dict[str, int]:
        """Return how many records have each change of a carbon demand."""
        found = Counter(record.carbon for record in self.records)
        return {kind: found[kind] for kind in CARBON_CHANGES}
