"""The Mann–Kendall test of a trend in a short series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import combinations

__all__ = ["mann_kendall"]

_EXACT = 10


def mann_kendall(values: Sequence[float]) -> tuple[int, float]:
    """Return S = Σ sign(later − earlier) and its two-sided p.

    Parameters
    ----------
    values : sequence of float
        In order of time, no NaN.

    Returns
    -------
    S : int
        Positive if the series rises.
    p : float
        Exact for up to ten values without ties, else the normal approximation with the correction for ties (Kendall
        1975); NaN for fewer than two values.

    Examples
    --------
    >>> mann_kendall([1, 2, 3, 4])
    (6, 0.08333333333333333)
    >>> s, p = mann_kendall([5, 4, 3, 2, 1])
    >>> s, round(p, 4)
    (-10, 0.0167)
    """
    score = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    count = len(values)
    if count < 2:
        return score, math.nan
    if count <= _EXACT and len(set(values)) == count:
        return score, _exact(count, abs(score))
    variance = count * (count - 1) * (2 * count + 5)
    for one in set(values):
        tied = sum(value == one for value in values)
        variance -= tied * (tied - 1) * (2 * tied + 5)
    spread = math.sqrt(variance / 18)
    deviate = (abs(score) - 1) / spread if score and spread > 0 else 0.0
    return score, math.erfc(deviate / math.sqrt(2))


def _exact(count: int, score: int) -> float:
    """Return the share of orders whose |S| is at least the given one."""
    pairs = count * (count - 1) // 2
    orders = _inversions(count)
    extreme = sum(number for inverted, number in enumerate(orders) if abs(pairs - 2 * inverted) >= score)
    return extreme / math.factorial(count)


@cache
def _inversions(count: int) -> tuple[int, ...]:
    """Return how many orders of so many values have 0, 1, 2 … inversions."""
    if count == 1:
        return (1,)
    before = _inversions(count - 1)
    size = len(before) + count - 1
    return tuple(
        sum(before[place - step] for step in range(count) if 0 <= place - step < len(before)) for place in range(size)
    )
