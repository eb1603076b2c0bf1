"""Shares with their interval: Wilson's score interval, which is right for few cases and for shares near 0 or 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zoning.tables import numbers

__all__ = ["Share"]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many.

    Examples
    --------
    >>> Share(8, 10).value, [round(bound, 3) for bound in Share(8, 10).interval]
    (0.8, [0.49, 0.943])
    """

    count: int
    total: int

    @property
    def value(self) -> float:
        """Share, NaN of none."""
        return self.count / self.total if self.total else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson (1927): (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n); 0 to 1 of none."""
        n, z = self.total, numbers("version_settings")["interval"]
        if not n:
            return 0.0, 1.0
        p = self.count / n
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
        return (0.0 if self.count == 0 else low), (1.0 if self.count == n else high)
