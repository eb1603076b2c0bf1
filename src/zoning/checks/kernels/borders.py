"""Which edges of a layer are no common border of two features, bit for bit: found by hashing, without any geometry.

In a gap-free layer every edge is drawn twice, once in each direction. What is left over is the outline of the layer,
and every fault that features can have with each other: ::

    ┌──▸──┬──▸──┐        ↑↓ matched: one edge up, one edge down between the same two vertices
    ↑  A  ↓↑ B  ↓        ▸ lone: nobody has it the other way round
    └──◂──┴──◂──┘

Edges go to buckets by their hash first, so that the table of a bucket stays in the cache and buckets go to threads.
"""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Flags, Ints

__all__ = ["BUCKETS", "bucket_counts", "lone_edges", "scattered"]

BUCKETS = 512
_SHIFT = np.uint64(55)  # 64 bits less the 9 of a bucket
_MIX_A, _MIX_B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)  # splitmix64, doi:10.1145/2660193.2660195


@njit(nogil=True, cache=True)
def _mixed(bits: np.uint64) -> np.uint64:
    """Return 64 bits that all depend on all bits given."""
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_B
    return (bits ^ (bits >> np.uint64(27))) * _MIX_A


@njit(nogil=True, cache=True)
def _hashed(x: Ints, y: Ints, i: int) -> np.uint64:
    """Return the hash of an edge, the same for both of its directions."""
    one = _mixed(np.uint64(x[i]) * _MIX_A ^ _mixed(np.uint64(y[i])))
    other = _mixed(np.uint64(x[i + 1]) * _MIX_A ^ _mixed(np.uint64(y[i + 1])))
    mixed = _mixed(one + other)
    return mixed ^ (mixed >> np.uint64(32))


@njit(nogil=True, cache=True)
def bucket_counts(x: Ints, y: Ints, ring_ptr: Ints, begin: int, end: int) -> Ints:
    """Return how many edges of the rings ``begin ≤ ring < end`` go to each bucket; an edge of no length goes to none.

    ::

        edge ─▸ hash ─▸ │ 0 │ 1 │ 2 │ … │ 511 │

    ``x`` and ``y`` are the bits of the coordinates, with one zero only.
    """
    counts = np.zeros(BUCKETS, np.int64)
    for ring in range(begin, end):
        for i in range(ring_ptr[ring], ring_ptr[ring + 1] - 1):
            if x[i] != x[i + 1] or y[i] != y[i + 1]:
                counts[np.int64(_hashed(x, y, i) >> _SHIFT)] += 1
    return counts


@njit(nogil=True, cache=True)
def scattered(
    x: Ints,
    y: Ints,
    ring_ptr: Ints,
    inward: Flags,
    begin: int,
    end: int,
    places: Ints,
    edges: Ints,
    hashes: Ints,
) -> None:
    """Put the edges of some rings into their buckets, from ``places`` on: 2 × edge, 1 more if it runs backward.

    ::

        backward: from the larger vertex to the smaller one (by bits) in a ring that has its polygon on the left, or
        from the smaller to the larger in one that has it on the right (``inward``)
    """
    for ring in range(begin, end):
        turned = inward[ring]
        for i in range(ring_ptr[ring], ring_ptr[ring + 1] - 1):
            if x[i] != x[i + 1] or y[i] != y[i + 1]:
                hashed = _hashed(x, y, i)
                bucket = np.int64(hashed >> _SHIFT)
                back = x[i] > x[i + 1] or (x[i] == x[i + 1] and y[i] > y[i + 1])
                at = places[bucket]
                edges[at] = 2 * i + (1 if back != turned else 0)
                hashes[at] = np.int64(hashed)
                places[bucket] = at + 1


@njit(nogil=True, cache=True)
def _same(x: Ints, y: Ints, i: int, j: int) -> bool:
    """Tell whether two edges join the same two vertices."""
    ahead = x[i] == x[j] and y[i] == y[j] and x[i + 1] == x[j + 1] and y[i + 1] == y[j + 1]
    back = x[i] == x[j + 1] and y[i] == y[j + 1] and x[i + 1] == x[j] and y[i + 1] == y[j]
    return bool(ahead or back)


@njit(nogil=True, cache=True)
def lone_edges(
    x: Ints, y: Ints, edges: Ints, hashes: Ints, bucket_ptr: Ints, begin: int, end: int, lone: Flags
) -> None:
    """Mark the edges of some buckets that are not drawn exactly once in each direction.

    ::

        slot │ · │ e │ · │ f │ g │ · │     open addressing; a slot counts how often its edge runs forward and backward
                   1,1     1,0             1,1 is a common border
    """
    for bucket in range(begin, end):
        first, last = bucket_ptr[bucket], bucket_ptr[bucket + 1]
        size = 16
        while size < 2 * (last - first):
            size *= 2
        table = np.full(size, -1, np.int64)
        drawn = np.zeros((size, 2), np.int32)
        slots = np.empty(last - first, np.int64)
        for at in range(first, last):
            slot = hashes[at] & (size - 1)
            while table[slot] >= 0:
                held = table[slot]
                if hashes[held] == hashes[at] and _same(x, y, edges[held] >> 1, edges[at] >> 1):
                    break
                slot = (slot + 1) & (size - 1)
            if table[slot] < 0:
                table[slot] = at
            drawn[slot, edges[at] & 1] += 1
            slots[at - first] = slot
        for at in range(first, last):
            slot = slots[at - first]
            lone[edges[at] >> 1] = drawn[slot, 0] != 1 or drawn[slot, 1] != 1
