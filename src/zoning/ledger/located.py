"""Emitters placed exactly: which unit and which zones hold each record."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import as_crs, project
from zoning.supports import ControlUnits, ElementZones, Emitters

__all__ = ["PLACED", "holders", "place"]

PLACED = ("unit", "emitter", "record", "name", "industry", "sector", "fuel", "year")
"""Columns that every table of placed records has, the empty one too."""


def holders(points: gpd.GeoSeries, shapes: NDArray[np.object_], crs: object, labels: tuple[str, ...]) -> list[str]:
    """Return, for every point, the label of the first shape (in label order) that holds it; empty if none does.

    A point on a shared border belongs to exactly one shape, so that nothing is counted twice.
    """
    target = as_crs(crs)
    placed = project(points.to_numpy(), as_crs(points.crs), target)
    shape, which = shapely.STRtree(placed).query(shapes, predicate="intersects")  # prepared once, for all its points
    found = np.full(len(points), len(labels))
    np.minimum.at(found, which, shape)
    return [labels[position] if position < len(labels) else "" for position in found]


def place(emitters: Emitters, units: ControlUnits, zones: tuple[ElementZones, ...]) -> pd.DataFrame:
    """Return the counted records with the unit that holds them and, per element, the zone (``zone_air`` …).

    Records whose ``in_grid`` is unknown are context and left out.
    """
    frame = emitters.frame[emitters.frame["in_grid"].isin(["yes", "no"])] if emitters.counted else emitters.frame[:0]
    points = gpd.GeoSeries(frame.geometry)
    table = pd.DataFrame(frame.drop(columns="geometry"))
    table["unit"] = holders(points, units.geometries, units.crs, units.codes)
    for layer in zones:
        table[f"zone_{layer.element}"] = holders(points, layer.geometries, layer.crs, layer.codes)
    return table.sort_values(["unit", "emitter", "record"], kind="stable").reset_index(drop=True)
