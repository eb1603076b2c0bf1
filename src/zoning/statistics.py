"""Arrays in, arrays out: the statistics the engine rests on, each small enough to check by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "correlation_of_ranks",
    "mann_kendall",
    "rank_correlation",
    "ranks",
    "residual_share",
    "shared_minimum",
    "within_group_sd",
]

_EXACT_UP_TO = 10  # values of which all orders are counted; the normal approximation is good beyond


def ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks from 1, ties sharing their mean rank.

    Examples
    --------
    >>> ranks(np.array([10.0, 30.0, 10.0])).tolist()
    [1.5, 3.0, 1.5]
    """
    order = np.argsort(values)
    ascending = values[order]
    begins = np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1])[: len(values)])
    counts = np.diff(np.append(begins, len(values)))
    found = np.empty(len(values))
    found[order] = np.repeat(begins + (counts + 1) / 2.0, counts)
    return found


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's rank correlation of two samples without NaN; NaN if either does not vary.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0]))
    1.0
    """
    return correlation_of_ranks(ranks(one), ranks(other))


def correlation_of_ranks(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the correlation of two samples that are ranks already; NaN if either does not vary.

    Examples
    --------
    >>> correlation_of_ranks(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
    -1.0
    """
    a, b = one - one.mean(), other - other.mean()
    spread = float(np.sqrt(np.sum(a * a) * np.sum(b * b)))
    return float(np.clip(np.sum(a * b) / spread, -1.0, 1.0)) if spread > 0 else float("nan")


def residual_share(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the share of Σ other² that a line through the origin on ``one`` leaves unexplained.

    Examples
    --------
    >>> residual_share(np.array([1.0, 2.0]), np.array([3.0, 6.0]))
    0.0
    """
    scale, size = float(np.sum(one * one)), float(np.sum(other * other))
    if scale == 0 or size == 0:
        return float("nan")
    slope = float(np.sum(one * other)) / scale
    return float(np.sum((other - slope * one) ** 2) / size)


def within_group_sd(
    values: NDArray[np.float64], groups: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the group numbers and the standard deviation (n) of the values within each group.

    Examples
    --------
    >>> within_group_sd(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 4]))[1].tolist()
    [1.0, 0.0]
    """
    labels, inverse = _numbered(groups)
    count = np.bincount(inverse)
    mean = np.bincount(inverse, values) / count
    square = np.bincount(inverse, (values - mean[inverse]) ** 2) / count
    return labels.astype(np.int64), np.sqrt(square)


def _numbered(groups: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct numbers, ascending, and which of them each is; small ones need no sorting."""
    if not len(groups) or groups.min() < 0 or groups.max() >= 2 * len(groups):
        labels, inverse = np.unique(groups, return_inverse=True)
        return labels, inverse
    there = np.bincount(groups) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[groups]


def shared_minimum(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return the overlap of two compositions, :math:`O = \sum_s \min(a_s, c_s)`, along the last axis.

    Parameters
    ----------
    one, other : ndarray (…, parts)
        Masses of the parts; NaN counts as no mass. Each is divided by its own sum.

    Returns
    -------
    ndarray (…)
        Between 0 (nothing shared) and 1 (same composition); NaN where either has no mass.

    Examples
    --------
    >>> float(shared_minimum(np.array([1.0, 1.0]), np.array([3.0, 1.0])))
    0.75
    """
    a, c = np.nan_to_num(one), np.nan_to_num(other)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = a / a.sum(axis=-1, keepdims=True), c / c.sum(axis=-1, keepdims=True)
        return np.asarray(np.minimum(*shares).sum(axis=-1), dtype=np.float64)


def mann_kendall(values: Sequence[float]) -> tuple[int, float]:
    """Return S = Σ sign(later − earlier) of a short series and its two-sided p (Mann–Kendall test of a trend).

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
    if count <= _EXACT_UP_TO and len(set(values)) == count:
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
