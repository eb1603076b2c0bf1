"""Enterprises out of pairs: the best pairs first, and never one that would put two valid codes into one enterprise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from zoning.inventory.linkage.evidence import Evidence
from zoning.inventory.linkage.review import Decision, pair_id
from zoning.inventory.linkage.scoring import Scored
from zoning.tables import numbers

__all__ = ["Clusters", "Pair", "join"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces of evidence (by position), how they compare, and what a person said."""

    id: str
    left: int
    right: int
    scored: Scored
    decision: Decision | None = None

    @property
    def word(self) -> str:
        """Return ``accept``, ``reject`` or ''."""
        return self.decision.decision if self.decision else ""


@dataclass
class Clusters:
    """Pieces of evidence as they are joined.

    Attributes
    ----------
    parents : list of int
        Forest of the pieces.
    joined : dict
        Piece → the pair that joined it.
    refused : dict
        Pair id → why it was not followed: ``codes`` (two valid codes), ``rejected`` (a person parted them),
        ``ambiguous`` (two candidates equally good).
    considered : tuple of Pair
        All pairs, in the order in which they were looked at.
    """

    parents: list[int]
    codes: list[set[str]]
    joined: dict[str, Pair] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    considered: tuple[Pair, ...] = ()

    def top(self, piece: int) -> int:
        """Return the piece that stands for the enterprise of a piece."""
        while self.parents[piece] != piece:
            self.parents[piece] = self.parents[self.parents[piece]]
            piece = self.parents[piece]
        return piece


def join(
    evidence: Sequence[Evidence], scored: Iterable[tuple[int, int, Scored]], said: Mapping[str, Decision]
) -> Clusters:
    """Join pieces of evidence to enterprises.

    What a person accepted comes first, then pairs by falling score (ties by their ids, so that no order of rows
    matters). A pair is not followed if it would join what a person parted, or two different valid codes without a
    person's word.

    Parameters
    ----------
    evidence : sequence of Evidence
    scored : iterable of (left, right, Scored)
    said : mapping
        Pair id → decision.

    Returns
    -------
    Clusters
    """
    pairs = [Pair(key, *one, said.get(key)) for one in scored for key in (pair_id(evidence[one[0]], evidence[one[1]]),)]
    pairs.sort(key=lambda pair: (pair.word != "accept", -pair.scored.log_odds, pair.id))
    parted = _parted(pairs)
    clusters = Clusters(list(range(len(evidence))), [{one.valid} - {""} for one in evidence], considered=tuple(pairs))
    doubtful = _ambiguous(pairs, evidence)
    for pair in pairs:
        if pair.word == "reject" or (pair.word != "accept" and pair.scored.level not in {"sure", "probable"}):
            continue
        reason = "ambiguous" if pair.id in doubtful else _objection(clusters, pair, parted)
        if reason:
            clusters.refused[pair.id] = reason
        else:
            _unite(clusters, pair, parted)
    return clusters


def _parted(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    parted: dict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        if pair.word == "reject":
            parted[pair.left].add(pair.right)
            parted[pair.right].add(pair.left)
    return parted


def _objection(clusters: Clusters, pair: Pair, parted: Mapping[int, set[int]]) -> str:
    left, right = clusters.top(pair.left), clusters.top(pair.right)
    if left == right:
        return ""
    if any(clusters.top(other) == right for other in parted.get(left, ())):
        return "rejected"
    if pair.word != "accept" and len(clusters.codes[left] | clusters.codes[right]) > max(
        1, len(clusters.codes[left]), len(clusters.codes[right])
    ):
        return "codes"
    return ""


def _unite(clusters: Clusters, pair: Pair, parted: dict[int, set[int]]) -> None:
    clusters.joined[pair.id] = pair
    left, right = sorted((clusters.top(pair.left), clusters.top(pair.right)))
    if left != right:
        clusters.parents[right] = left
        clusters.codes[left] |= clusters.codes[right]
        if right in parted:
            parted[left] |= parted[right]


def _ambiguous(pairs: Iterable[Pair], evidence: Sequence[Evidence]) -> set[str]:
    """Return the pairs of a row without a code that goes about as well with enterprises of different codes."""
    best: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.scored.level in {"sure", "probable"} and not pair.word:
            for piece, other in ((pair.left, pair.right), (pair.right, pair.left)):
                if not evidence[piece].valid and evidence[other].valid:
                    best[piece].append(pair)
    doubtful: set[str] = set()
    within = numbers("linkage_settings")["ambiguous"]
    for piece, offered in best.items():
        close = [one for one in offered if offered[0].scored.log_odds - one.scored.log_odds < within]
        codes = {evidence[one.right if one.left == piece else one.left].valid for one in close}
        if len(codes) > 1:
            doubtful.update(one.id for one in close)
    return doubtful
