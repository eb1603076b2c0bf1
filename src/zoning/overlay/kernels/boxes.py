"""Which boxes of two layers meet: a packed tree of boxes, for boxes of any size and any order."""

import numpy as np
from numba import njit

from zoning.overlay.kernels.arrays import Floats, Ints, grown

__all__ = ["box_tree", "curve_place", "meeting"]

NODE = 16  # boxes in a node


@njit(nogil=True, cache=True)
def curve_place(boxes: Floats) -> Ints:
    """Return where the middle of each box lies on a curve through all of them; boxes near on the curve are near.

    ::

        ╭╮╭╮      Hilbert's curve, 2^16 steps a side; a box of NaN is last
        ╰╮╭╯
        ╭╯╰╮
    """
    places = np.empty(len(boxes), np.int64)
    low_x, low_y, high_x, high_y = np.inf, np.inf, -np.inf, -np.inf
    for i in range(len(boxes)):
        if boxes[i, 0] <= boxes[i, 2]:  # not so for NaN
            x, y = boxes[i, 0] + boxes[i, 2], boxes[i, 1] + boxes[i, 3]
            low_x, low_y, high_x, high_y = min(low_x, x), min(low_y, y), max(high_x, x), max(high_y, y)
    per_x = 65535.0 / (high_x - low_x) if high_x > low_x else 0.0
    per_y = 65535.0 / (high_y - low_y) if high_y > low_y else 0.0
    for i in range(len(boxes)):
        if not (boxes[i, 0] <= boxes[i, 2]):
            places[i] = 1 << 40
            continue
        x = int((boxes[i, 0] + boxes[i, 2] - low_x) * per_x)
        y = int((boxes[i, 1] + boxes[i, 3] - low_y) * per_y)
        place = 0
        side = 1 << 15
        while side > 0:
            right = 1 if x & side else 0
            upper = 1 if y & side else 0
            place += side * side * ((3 * right) ^ upper)
            if upper == 0:
                if right == 1:
                    x, y = 65535 - x, 65535 - y
                x, y = y, x
            side >>= 1
        places[i] = place
    return places


@njit(nogil=True, cache=True)
def box_tree(boxes: Floats, order: Ints) -> tuple[Floats, Ints]:
    """Return a tree of boxes over boxes in an order that keeps near ones together; levels from the leaves up.

    ::

        ┌───────root──────┐        nodes (x0, y0, x1, y1), 16 below each;
        ╭╯ ╭╯ ╭╯     ╰╮ ╰╮         level (levels + 1,): where each level begins
        ▫▫▫▫▫▫▫▫▫ …  ▫▫▫▫▫  boxes in order
    """
    level = np.zeros(20, np.int64)
    count, levels, total = len(order), 1, len(order)
    level[1] = total
    while count > 1:
        count = (count + NODE - 1) // NODE
        total += count
        levels += 1
        level[levels] = total
    nodes = np.empty((total, 4))
    for i in range(len(order)):
        for k in range(4):
            nodes[i, k] = boxes[order[i], k]
    for above in range(1, levels):
        for i in range(level[above + 1] - level[above]):
            x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
            for child in range(level[above - 1] + i * NODE, min(level[above - 1] + (i + 1) * NODE, level[above])):
                x0, y0 = min(x0, nodes[child, 0]), min(y0, nodes[child, 1])
                x1, y1 = max(x1, nodes[child, 2]), max(y1, nodes[child, 3])
            at = level[above] + i
            nodes[at, 0], nodes[at, 1], nodes[at, 2], nodes[at, 3] = x0, y0, x1, y1
    return nodes, level[: levels + 1]


@njit(nogil=True, cache=True)
def meeting(nodes: Floats, level: Ints, order: Ints, boxes: Floats, begin: int, end: int) -> tuple[Ints, int]:
    """Return a table of pairs (i, j) and how many rows it holds: boxes begin ≤ i < end that share more than a border.

    ::

        ┌───┐            sorted by i; the boxes j of the tree in no order
        │ ┌─┼──┐
        └─┼─┘  │
          └────┘
    """
    pairs = np.empty((1024, 2), np.int64)
    count = 0
    stack = np.empty((NODE * 20, 2), np.int64)
    top_level = len(level) - 2
    if level[1] == 0:
        return pairs, 0
    for i in range(begin, end):
        x0, y0, x1, y1 = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        if not (x0 < x1 and y0 < y1):
            continue
        stack[0, 0], stack[0, 1] = level[top_level], top_level
        size = 1
        while size > 0:
            size -= 1
            node, at = stack[size, 0], stack[size, 1]
            if not (nodes[node, 0] < x1 and nodes[node, 2] > x0 and nodes[node, 1] < y1 and nodes[node, 3] > y0):
                continue
            if at == 0:
                if count + 1 > len(pairs):
                    pairs = grown(pairs, count + 1)
                pairs[count, 0], pairs[count, 1] = i, order[node]
                count += 1
                continue
            child = level[at - 1] + (node - level[at]) * NODE
            for k in range(child, min(child + NODE, level[at])):
                stack[size, 0], stack[size, 1] = k, at - 1
                size += 1
    return pairs, count
