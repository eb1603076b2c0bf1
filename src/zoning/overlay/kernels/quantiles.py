"""Weighted quantiles of the values of each unit."""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints

__all__ = ["weighted_quantiles"]


@njit(nogil=True, cache=True)
def weighted_quantiles(ptr: Ints, x: Floats, w: Floats, q: Floats, out: Floats) -> None:
    """Write the quantiles ``q`` of each unit; out (units, quantiles), NaN where a unit has no value or no weight.

    ::

        x in order   x0    x1       x2          place of the i-th of n:  s = i × w_i + (n - 1) × Σ w before it
        s            0─────┼────────┼──→        quantile q: at q × (n - 1) × Σ w, between its neighbours on a straight
                               ↑                line; for equal weights the usual quantile of a sample

    Equal values keep the order in which they came.
    """
    for unit in range(len(ptr) - 1):
        own, n = x[ptr[unit] : ptr[unit + 1]], ptr[unit + 1] - ptr[unit]
        weight = w[ptr[unit] : ptr[unit + 1]]
        order = np.argsort(own, kind="mergesort")
        total = 0.0
        for i in range(n):
            total += weight[order[i]]
        for k in range(len(q)):
            out[unit, k] = np.nan
            if total <= 0:
                continue
            wanted = q[k] * total * (n - 1)
            before = s = 0.0
            left = own[order[0]]
            for i in range(1, n):
                before += weight[order[i - 1]]
                right, next_s = own[order[i]], i * weight[order[i]] + (n - 1) * before
                if next_s > wanted:
                    if wanted > s and right > left:
                        left += (wanted - s) * (right - left) / (next_s - s)
                    break
                left, s = right, next_s
            out[unit, k] = left
