"""Numbers that would tell of single enterprises."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.edition.rules import limit
from zoning.result import Result
from zoning.supports import ControlUnits, Emitters

__all__ = ["Withheld", "withheld_numbers"]

Withheld = dict[tuple[str, int], frozenset[str]]
"""Species and year → units whose number is withheld."""


def withheld_numbers(result: Result) -> Withheld:
    """Return the units in which some enterprise emits a species in a year, but fewer than the table asks for.

    Were it one unit alone, its number would be the total less all others: the one with the next fewest is withheld too.

    Parameters
    ----------
    result : Result
        With its emitters, counted or for context; without any nothing is withheld.
    """
    if result.emitters is None or not len(result.emitters.frame):
        return {}
    return {key: _few(counts) for key, counts in _enterprises(result.emitters, result.units)}


def _few(counts: pd.Series[int]) -> frozenset[str]:
    """Return the units with too few, of unit → number of enterprises."""
    few = counts[counts < limit("enterprises")]
    if len(few) == 1 and len(counts) > 1:
        few = counts.sort_index().sort_values(kind="stable").iloc[:2]
    return frozenset(str(unit) for unit in few.index)


def _enterprises(emitters: Emitters, units: ControlUnits) -> Iterator[tuple[tuple[str, int], pd.Series[int]]]:
    """Give species and year with unit → number of enterprises that emit, for units with any."""
    points = emitters.frame.to_crs(units.crs)
    shapes = gpd.GeoDataFrame({"in_unit": np.asarray(units.codes)}, geometry=units.geometries, crs=points.crs)
    found = pd.DataFrame(gpd.sjoin(points, shapes, predicate="intersects"))
    for species in emitters.species:
        emitting = found[found[species] > 0]
        for year, of_year in emitting.groupby("year"):
            yield (species, int(str(year))), of_year.groupby("in_unit")["emitter"].nunique()
