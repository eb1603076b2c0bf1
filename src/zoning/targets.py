"""Targets of regions: limits and uses, and the path between dated limits. A region's target is never a unit's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["PathState", "Target", "Targets"]


@dataclass(frozen=True, slots=True)
class Target:
    """One dated limit of one region.

    Attributes
    ----------
    region_code, region_name, level : str
        Region (6 digits county, 9 township …).
    indicator : str
        Code of ``value_aliases`` domain ``indicator``, or the text as it was given.
    unit : str
        Unit of measure as given.
    year : int
        Year the limit is due.
    limit : float
        The limit, in ``unit``.
    use, use_year : float, int
        Known use and its year; NaN if not known.
    source : str
        Where it was taken from.
    """

    region_code: str
    region_name: str
    level: str
    indicator: str
    unit: str
    year: int
    limit: float
    use: float
    use_year: int
    source: str


@dataclass(frozen=True, slots=True)
class PathState:
    """Where a region stands on its path: use ÷ path − 1 at the year of the use, and the cut to the next limit."""

    target: Target
    path: float
    deviation: float
    next_year: int
    next_cut: float


@dataclass(frozen=True)
class Targets:
    """All targets of a study, sorted.

    Examples
    --------
    >>> rows = (Target("1", "县", "county", "coal_total", "万吨", 2020, 300.0, 330.0, 2020, "t"),
    ...         Target("1", "县", "county", "coal_total", "万吨", 2025, 280.0, 330.0, 2020, "t"))
    >>> state = Targets(rows).state("1", "coal_total")
    >>> round(state.deviation, 3), state.next_year, round(state.next_cut, 3)
    (0.1, 2025, 0.152)
    """

    rows: tuple[Target, ...]

    def __post_init__(self) -> None:
        ordered = sorted(self.rows, key=lambda row: (row.region_code, row.indicator, row.year))
        object.__setattr__(self, "rows", tuple(ordered))

    def regions(self) -> tuple[str, ...]:
        """Return the region codes that have targets."""
        return tuple(sorted({row.region_code for row in self.rows}))

    def indicators(self, region: str) -> tuple[str, ...]:
        """Return the indicators that a region has targets for."""
        return tuple(sorted({row.indicator for row in self.rows if row.region_code == region}))

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str], list[Target]]:
        groups: dict[tuple[str, str], list[Target]] = {}
        for row in self.rows:
            groups.setdefault((row.region_code, row.indicator), []).append(row)
        return groups

    def state(self, region: str, indicator: str) -> PathState | None:
        """Return where a region stands on its path, or None if use or a limit on both sides of its year is not known.

        The path runs straight between dated limits. A use before the first limit has no path yet: it is not judged,
        except against the cut that the first limit asks for.
        """
        if (region, indicator) not in self._states:
            self._states[region, indicator] = self._state(self._by_key.get((region, indicator), []))
        return self._states[region, indicator]

    @cached_property
    def _states(self) -> dict[tuple[str, str], PathState | None]:
        """Hold what was asked before: all units of a region ask the same."""
        return {}

    @staticmethod
    def _state(rows: list[Target]) -> PathState | None:
        known = [row for row in rows if np.isfinite(row.use)]
        if not known:
            return None
        use, year = known[0].use, known[0].use_year
        years, limits = [row.year for row in rows], [row.limit for row in rows]
        on_path = years[0] <= year <= years[-1]
        path = float(np.interp(year, years, limits)) if on_path else float("nan")
        later = next((row for row in rows if row.year > year), rows[-1])
        return PathState(
            target=known[0],
            path=path,
            deviation=use / path - 1 if on_path and path > 0 else float("nan"),
            next_year=later.year,
            next_cut=1 - later.limit / use if use > 0 else float("nan"),
        )
