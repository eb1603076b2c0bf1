"""The array types that kernels take, and arrays that grow while a kernel fills them."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Flags", "Floats", "Ints", "ShortInts", "grown"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ShortInts = NDArray[np.int32]
Flags = NDArray[np.bool_]


@njit(nogil=True, cache=True)
def grown(array: NDArray[Any], size: int) -> NDArray[Any]:
    """Return a table with room for at least ``size`` rows, what it held kept in front.

    ::

        │ a b c │  →  │ a b c · · · │      at least doubled, so that growing stays cheap
    """
    if size <= len(array):
        return array
    wider = np.empty((max(size, 2 * len(array)), array.shape[1]), array.dtype)
    for i in range(len(array)):
        for k in range(array.shape[1]):
            wider[i, k] = array[i, k]
    return wider
