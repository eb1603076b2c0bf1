"""Which clause became which, inside units that belong together.

Between each old and each new unit of a match the clauses with equal words are paired first (in their dimension, then
across), then the others by the assignment with the largest sum of similarities. A clause whose words another unit of
the match has already is only paired with a near variant. What is left over may be a part of a clause that was split, or
of one that was merged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from zoning.clauses.model import DIMENSIONS, Clause
from zoning.tables import numbers
from zoning.versions.assignment import assigned
from zoning.versions.similarity import comparable, contained, similarity

__all__ = ["aligned", "in_order"]

_Pair = tuple[int, int]
_Keys = tuple[Callable[[Clause], tuple[str, ...]], ...]


def in_order(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Return clauses by dimension and their place in it: the order that decides between equal pairings."""
    ranks = {dimension: rank for rank, dimension in enumerate(DIMENSIONS)}
    return tuple(
        sorted(
            clauses,
            key=lambda one: (one.code, ranks.get(one.dimension, len(ranks)), one.dimension, one.ordinal, one.text),
        )
    )


def aligned(old: Sequence[Sequence[Clause]], new: Sequence[Sequence[Clause]]) -> list[tuple[Clause, Clause]]:
    """Return the pairs of clauses of the units of one match.

    Parameters
    ----------
    old, new : sequence of sequence of Clause
        Clauses of every old and of every new unit, each in order.

    Examples
    --------
    >>> one = [Clause("A", "unit", "S", "禁止新建锅炉。"), Clause("A", "unit", "P", "废水应达标。")]
    >>> other = [Clause("A", "unit", "S", "严禁新建锅炉。")]
    >>> [(a.text, b.text) for a, b in aligned([one], [other])]
    [('禁止新建锅炉。', '严禁新建锅炉。')]
    """
    units = [(one, other) for one in old for other in new]
    equal = [_equal(one, other) for one, other in units]
    taken = _taken(units, equal, 0), _taken(units, equal, 1)
    found: list[tuple[Clause, Clause]] = []
    for (one, other), same in zip(units, equal, strict=True):
        pairs = same | _alike(one, other, same, taken)
        pairs |= _parts(one, other, pairs, taken) if len(units) == 1 else set()
        found += [(one[i], other[j]) for i, j in sorted(pairs)]
    return found


def _taken(units: list[tuple[Sequence[Clause], Sequence[Clause]]], equal: list[set[_Pair]], side: int) -> set[int]:
    """Return the clauses (by identity) of one side that have their words somewhere in the match."""
    return {id(pair_of[side][link[side]]) for pair_of, links in zip(units, equal, strict=True) for link in links}


def _equal(old: Sequence[Clause], new: Sequence[Clause]) -> set[_Pair]:
    """Return the pairs with equal words: each clause once, in order; those that stayed in their dimension first."""
    keys: _Keys = (
        lambda one: (comparable(one.text), one.dimension, one.tag, one.number),
        lambda one: (comparable(one.text), one.dimension),
        lambda one: (comparable(one.text),),
    )
    found: set[_Pair] = set()
    for key in keys:
        had = {i for i, _ in found}, {j for _, j in found}
        places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for j, clause in enumerate(new):
            if j not in had[1]:
                places[key(clause)].append(j)
        for i, clause in enumerate(old):
            if i not in had[0] and places[key(clause)]:
                found.add((i, places[key(clause)].pop(0)))
    return found


def _alike(
    old: Sequence[Clause], new: Sequence[Clause], same: set[_Pair], taken: tuple[set[int], set[int]]
) -> set[_Pair]:
    known = numbers("version_settings")
    rows, columns = _left(old, same, 0), _left(new, same, 1)
    scores: dict[_Pair, float] = {}
    for i in rows:
        for j in columns:
            claimed = id(old[i]) in taken[0] or id(new[j]) in taken[1]
            moved = known["other_dimension"] if old[i].dimension != new[j].dimension else 0.0
            score = similarity(comparable(old[i].text), comparable(new[j].text)) - moved
            if score >= known["variant" if claimed else "pair"]:
                scores[i, j] = score
    return assigned(rows, columns, scores)


def _left(clauses: Sequence[Clause], pairs: set[_Pair], side: int) -> list[int]:
    had = {pair[side] for pair in pairs}
    return [place for place in range(len(clauses)) if place not in had]


def _parts(
    old: Sequence[Clause], new: Sequence[Clause], pairs: set[_Pair], taken: tuple[set[int], set[int]]
) -> set[_Pair]:
    """Return the further pairs of clauses that were split (several new ones) or merged (several old ones)."""
    found: set[_Pair] = set()
    for side, (wholes, parts) in enumerate(((old, new), (new, old))):
        partner = {pair[side]: pair[1 - side] for pair in pairs if id(wholes[pair[side]]) not in taken[side]}
        for place in _left(parts, pairs | found, 1 - side):
            gains = {whole: _gain(wholes[whole], parts[first], parts[place]) for whole, first in partner.items()}
            best = max(sorted(gains), key=gains.__getitem__, default=None)
            if best is not None and gains[best] > 0:
                found.add((best, place) if side == 0 else (place, best))
    return found


def _gain(whole: Clause, first: Clause, second: Clause) -> float:
    """Return by how much two clauses together are more alike to a third than one; 0 where the second is no part."""
    known = numbers("version_settings")
    text, one, other = (comparable(clause.text) for clause in (whole, first, second))
    if contained(other, text) < known["part_share"]:
        return 0.0
    both = max(similarity(text, one + other), similarity(text, other + one))
    gain = both - similarity(text, one)
    return gain if gain >= known["part_gain"] and both >= known["pair"] else 0.0
