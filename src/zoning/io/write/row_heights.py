"""Heights of rows with wrapped text: not every program finds them out when it opens a workbook."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["height_of"]

_FILLED = 0.85  # of a line: words and punctuation that are kept together leave the rest empty
_LINE = 15.0  # points, the height of a row of one line
_MOST = 409.0  # points, the largest height of a row that the format knows


def height_of(cells: Iterable[tuple[str, float]]) -> float:
    """Return the height in points of a row, from the text of each cell and the width of its column in letters.

    A Chinese character takes two letters.

    Examples
    --------
    >>> height_of([("甲", 10), ("一二三四五六", 8)])
    30.0
    """
    lines = (
        sum(max(1, math.ceil(len(part.encode("gb18030", "replace")) / (width * _FILLED))) for part in text.split("\n"))
        for text, width in cells
    )
    return min(_LINE * max(lines, default=1), _MOST)
