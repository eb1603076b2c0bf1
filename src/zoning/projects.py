"""Planned projects (在建拟建项目): where they will stand and what they add."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

__all__ = ["PlannedProjects"]


@dataclass(frozen=True)
class PlannedProjects:
    """Projects that are planned or approved and not yet working.

    Attributes
    ----------
    frame : GeoDataFrame
        ``code, name, industry, status`` (``planned, approved``), ``co2_t`` (t yr-1, NaN: not stated), points.
    """

    frame: gpd.GeoDataFrame

    def __len__(self) -> int:
        return len(self.frame)
