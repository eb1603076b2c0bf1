"""Which pairs of units are worth a look: the same code, names that share something rare, clauses that are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from zoning.tables import numbers
from zoning.versions.evidence import Unit
from zoning.versions.naming import Name

__all__ = ["near"]

_Pair = tuple[str, str]
_Table = NDArray[np.float64]
_Likeness = Callable[[sparse.csr_matrix, sparse.csr_matrix], _Table]
_BLOCK = 256  # rows of the table of likenesses that are held at once


def near(old: Mapping[str, Unit], new: Mapping[str, Unit], *, parts: bool = False) -> list[_Pair]:
    """Return the pairs that are worth a look, sorted; which of the two versions is the old one does not matter.

    Parameters
    ----------
    old, new : mapping of str to Unit
        Units of both versions.
    parts : bool
        Look for units that stand in larger ones, not for units that are alike.

    Examples
    --------
    >>> near({"A": Unit("A", "甲镇单元1")}, {"A": Unit("A"), "B": Unit("B", "甲镇单元7"), "C": Unit("C", "乙县片区")})
    [('A', 'A'), ('A', 'B')]
    """
    pairs = {(code, code) for code in old.keys() & new.keys()}
    pairs |= _by_name(old, new) | _by_clauses(old, new, parts=parts)
    return sorted(pairs)


def _by_name(old: Mapping[str, Unit], new: Mapping[str, Unit]) -> set[_Pair]:
    """Return the pairs with one stem, or with two letters of a name that few others have."""
    most = numbers("version_settings")["unit_candidates"]
    mine: dict[str, list[str]] = {}
    theirs: dict[str, list[str]] = {}
    for holders, side in ((mine, old), (theirs, new)):
        for code, unit in side.items():
            for word in _words(unit.name):
                holders.setdefault(word, []).append(code)
    return {
        (one, other)
        for word in mine.keys() & theirs.keys()
        if len(word) > 2 or len(mine[word]) * len(theirs[word]) <= most
        for one in mine[word]
        for other in theirs[word]
    }


def _words(name: str) -> set[str]:
    stem = Name.of(name).stem if name else ""
    return {stem, *(stem[at : at + 2] for at in range(len(stem) - 1))} - {""}


def _by_clauses(old: Mapping[str, Unit], new: Mapping[str, Unit], *, parts: bool) -> set[_Pair]:
    """Return the pairs that share at least ``unit_alike`` of their clauses, of each unit those that share most.

    Clauses weigh by how few units have them.
    """
    if not old or not new:
        return set()
    mine, theirs = _matrices(old.values(), new.values())
    most = int(numbers("version_settings")["unit_alike_most"])
    likeness = _inside if parts else _dice
    floors = _floors(mine, theirs, most, likeness), _floors(theirs, mine, most, likeness)
    codes, others = tuple(old), tuple(new)
    found: set[_Pair] = set()
    for start in range(0, mine.shape[0], _BLOCK):
        block = likeness(mine[start : start + _BLOCK], theirs)
        least = np.minimum(floors[0][start : start + _BLOCK, None], floors[1][None, :])
        found |= {(codes[start + i], others[j]) for i, j in np.argwhere(block >= least).tolist()}
    return found


def _matrices(old: Iterable[Unit], new: Iterable[Unit]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return units × clauses of both versions; a clause has the root of its weight, so that products are sums."""
    words = [sorted(unit.words) for unit in old], [sorted(unit.words) for unit in new]
    everything = [word for side in words for own in side for word in own]
    names, counts = np.unique(np.asarray(everything, dtype=object).astype(str), return_counts=True)
    roots = np.sqrt(np.log1p((len(words[0]) + len(words[1])) / counts))
    columns = {str(name): place for place, name in enumerate(names)}
    made = []
    for side in words:
        ends = np.cumsum([0, *(len(own) for own in side)])
        places = np.array([columns[word] for own in side for word in own], dtype=np.int64)
        made.append(sparse.csr_matrix((roots[places], places, ends), shape=(len(side), len(names))))
    return made[0], made[1]


def _dice(mine: sparse.csr_matrix, theirs: sparse.csr_matrix) -> _Table:
    shared, one, other = _sums(mine, theirs)
    whole = (one + other) / 2
    return np.round(shared / np.where(whole > 0, whole, 1.0), 9)


def _inside(mine: sparse.csr_matrix, theirs: sparse.csr_matrix) -> _Table:
    """Return the share of the smaller unit's clauses that the larger one has."""
    shared, one, other = _sums(mine, theirs)
    least = np.minimum(one, other)
    return np.round(shared / np.where(least > 0, least, 1.0), 9)


def _sums(mine: sparse.csr_matrix, theirs: sparse.csr_matrix) -> tuple[_Table, _Table, _Table]:
    """Return the weight that pairs share, and that of each unit as a column and as a row."""
    shared = np.asarray((mine @ theirs.T).todense())
    one, other = (np.asarray(side.multiply(side).sum(axis=1)).ravel() for side in (mine, theirs))
    return shared, one[:, None], other[None, :]


def _floors(mine: sparse.csr_matrix, theirs: sparse.csr_matrix, most: int, likeness: _Likeness) -> _Table:
    """Return, of each unit, the least likeness that is looked at: ``unit_alike``, or that of its ``most``-th best."""
    floor = numbers("version_settings")["unit_alike"]
    found = np.full(mine.shape[0], floor)
    if theirs.shape[0] > most:
        for start in range(0, mine.shape[0], _BLOCK):
            block = likeness(mine[start : start + _BLOCK], theirs)
            best = np.partition(block, -most, axis=1)[:, -most]
            found[start : start + _BLOCK] = np.maximum(best, floor)
    return found
