"""Numbers that would tell of single enterprises."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.edition.rules import limit
from zoning.result import Result
from zoning.supports import ControlUnits, Emitters

__all__ = ["Withheld", "telling_species", "tells", "withheld_numbers"]

Withheld = dict[tuple[str, int], frozenset[str]]
"""Species and year → units whose number is withheld."""


def withheld_numbers(result: Result) -> Withheld:
    """Return the units in which some enterprise emits a species in a year, but too few of them, or one above all.

    What is withheld is the total of the region less what is shown: units are added, those with the fewest first, until
    the withheld ones together would pass as one unit too, so that no difference tells of an enterprise.

    Parameters
    ----------
    result : Result
        With its emitters, counted or for context; without any nothing is withheld.
    """
    if result.emitters is None or not len(result.emitters.frame):
        return {}
    return {key: _few(masses) for key, masses in _enterprises(result.emitters, result.units)}


def telling_species(result: Result) -> frozenset[str]:
    """Return the species whose total of the whole region would tell of a single enterprise, in any year."""
    if result.emitters is None:
        return frozenset()
    frame, found = result.emitters.frame, set()
    for species in result.emitters.species:
        for _, of_year in frame[frame[species] > 0].groupby("year"):
            if tells(of_year.groupby("emitter")[species].sum()):
                found.add(species)
    return frozenset(found)


def tells(masses: pd.Series[float]) -> bool:
    """Return whether a total of these enterprises would tell of one of them: too few, or one holds nearly all.

    Examples
    --------
    >>> tells(pd.Series([5.0, 4.0])), tells(pd.Series([5.0, 4.0, 3.0])), tells(pd.Series([98.0, 1.0, 1.0]))
    (True, False, True)
    """
    most = limit("enterprises", "largest_share") * float(masses.sum())
    return bool(len(masses) < limit("enterprises") or float(masses.max()) > most)


def _few(masses: pd.Series[float]) -> frozenset[str]:
    """Return the units that are withheld, of (unit, enterprise) → mass."""
    units = masses.groupby(level="unit")
    hidden = {str(unit) for unit, of_unit in units if tells(of_unit)}
    if not hidden:
        return frozenset()
    for unit in units.size().sort_index().sort_values(kind="stable").index:
        together = masses[masses.index.get_level_values("unit").isin(sorted(hidden))]
        if len(hidden) > 1 and not tells(together.groupby(level="enterprise").sum()):
            break
        hidden.add(str(unit))
    return frozenset(hidden)


def _enterprises(emitters: Emitters, units: ControlUnits) -> Iterator[tuple[tuple[str, int], pd.Series[float]]]:
    """Give species and year with (unit, enterprise) → mass, for those that emit."""
    points = emitters.frame.to_crs(units.crs)
    shapes = gpd.GeoDataFrame({"in_unit": np.asarray(units.codes)}, geometry=units.geometries, crs=points.crs)
    found = pd.DataFrame(gpd.sjoin(points, shapes, predicate="intersects"))
    for species in emitters.species:
        emitting = found[found[species] > 0]
        for year, of_year in emitting.groupby("year"):
            masses = of_year.groupby(["in_unit", "emitter"])[species].sum()
            yield (species, int(str(year))), masses.rename_axis(["unit", "enterprise"])
