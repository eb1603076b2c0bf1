"""Points put on edges before a projection bends them."""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints

__all__ = ["densified"]


@njit(nogil=True, cache=True)
def densified(
    x: Floats,
    y: Floats,
    ring_ptr: Ints,
    step: float,
) -> tuple[Floats, Floats, Ints]:
    """Return vertices and ring pointers with points added, so that no edge is longer than ``step``.

    ::

        A •────·────·────• B      n = ⌈length / step⌉ equal parts, counted from the end that comes first by (x, y)
          0   1/3  2/3   1

    Because of that order two neighbours that run along one border in opposite directions get the same points bit for
    bit; counted along each ring's own direction they would differ by a rounding, and leave gaps of that width.
    """
    parts = np.ones(len(x), np.int64)  # of the edge that begins at a vertex
    total = 0
    for ring in range(len(ring_ptr) - 1):
        for i in range(ring_ptr[ring], ring_ptr[ring + 1] - 1):
            length = np.sqrt((x[i + 1] - x[i]) ** 2 + (y[i + 1] - y[i]) ** 2)
            parts[i] = max(1, int(np.ceil(length / step)))
            total += parts[i]
        total += 1 if ring_ptr[ring + 1] > ring_ptr[ring] else 0
    new_x = np.empty(total)
    new_y = np.empty(total)
    new_ptr = np.zeros(len(ring_ptr), np.int64)
    at = 0
    for ring in range(len(ring_ptr) - 1):
        for i in range(ring_ptr[ring], ring_ptr[ring + 1]):
            new_x[at] = x[i]
            new_y[at] = y[i]
            at += 1
            if i == ring_ptr[ring + 1] - 1:
                break
            n = parts[i]
            ahead = x[i] < x[i + 1] or (x[i] == x[i + 1] and y[i] < y[i + 1])
            a = i if ahead else i + 1
            b = i + 1 if ahead else i
            for k in range(1, n):
                t = (k if ahead else n - k) / n
                new_x[at] = x[a] + t * (x[b] - x[a])
                new_y[at] = y[a] + t * (y[b] - y[a])
                at += 1
        new_ptr[ring + 1] = at
    return new_x, new_y, new_ptr
