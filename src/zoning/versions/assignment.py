"""The pairing with the largest sum of scores; of equal ones that which keeps the order."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from scipy.optimize import linear_sum_assignment

__all__ = ["assigned"]

A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=Hashable)
_TIE = 1e-7  # of the largest squared distance of ranks: less than any difference of scores that means something


def assigned(rows: Sequence[A], columns: Sequence[B], scores: Mapping[tuple[A, B], float]) -> set[tuple[A, B]]:
    """Return the pairs of the assignment with the largest sum of scores; what has no score is never paired.

    Parameters
    ----------
    rows, columns : sequence
        In the order that decides between equal scores: squared distances of ranks are taken off, so that the pairing
        in order is the only best one, whichever of the two is called the rows.
    scores : mapping
        Pair → score, above 0.

    Examples
    --------
    >>> sorted(assigned("ab", "xy", {("a", "x"): 0.9, ("a", "y"): 0.8, ("b", "x"): 0.8}))
    [('a', 'y'), ('b', 'x')]
    >>> sorted(assigned("ab", "xy", {(one, other): 1.0 for one in "ab" for other in "xy"}))
    [('a', 'x'), ('b', 'y')]
    """
    found: set[tuple[A, B]] = set()
    ranks = {row: rank for rank, row in enumerate(rows)}, {column: rank for rank, column in enumerate(columns)}
    reach = max(len(rows), len(columns), 1) ** 2
    for group in _groups(scores):
        own = sorted({row for row, _ in group}, key=ranks[0].__getitem__)
        other = sorted({column for _, column in group}, key=ranks[1].__getitem__)
        at = {row: place for place, row in enumerate(own)}, {column: place for place, column in enumerate(other)}
        gains = np.zeros((len(own), len(other)))
        for row, column in group:
            distance = (ranks[0][row] - ranks[1][column]) ** 2
            gains[at[0][row], at[1][column]] = scores[row, column] - _TIE * distance / reach
        for i, j in zip(*linear_sum_assignment(gains, maximize=True), strict=True):
            if gains[i, j] > 0:
                found.add((own[i], other[j]))
    return found


def _groups(pairs: Mapping[tuple[A, B], float]) -> list[list[tuple[A, B]]]:
    """Return the pairs by what hangs together: each group is an assignment of its own."""
    parent: dict[tuple[int, Hashable], tuple[int, Hashable]] = {}

    def root(node: tuple[int, Hashable]) -> tuple[int, Hashable]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for row, column in pairs:
        parent[root((0, row))] = root((1, column))
    groups: dict[tuple[int, Hashable], list[tuple[A, B]]] = {}
    for row, column in pairs:
        groups.setdefault(root((0, row)), []).append((row, column))
    return list(groups.values())
