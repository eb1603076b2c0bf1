"""One division of space laid over another, exactly: units × cells, units × zones, and the pieces they share.

=============================  ==============================================================================
:func:`coverage`               polygons × grid → :class:`Coverage`, multiplied by any number of layers
:func:`intersection_areas`     polygons × polygons → table of shared areas, without geometry
:func:`fragments`              polygons × polygons → the pieces themselves
:func:`combinations`           any number of layers → parts, each with the polygons of every layer that lie on it
:func:`take_out`               emitters × cells → a field without the emitters that it contains
:class:`Laying`                how a run lays them: longest edge, store of coverages, executor of the layers
:func:`warm_up`                compile (once) or load the kernels now, rather than at the first use
=============================  ==============================================================================
"""

from zoning.overlay.coverage import Coverage
from zoning.overlay.emitters import TakenOut, take_out
from zoning.overlay.kernels import KERNELS
from zoning.overlay.laying import CoverageStore, Laying, MemoryStore, coverage_key
from zoning.overlay.onto_grid import coverage
from zoning.overlay.pairs.combinations import combinations
from zoning.overlay.pairs.fragments import fragments
from zoning.overlay.pairs.intersections import intersection_areas
from zoning.overlay.polygons import WkbPolygons
from zoning.overlay.warming import warm_up

__all__ = [
    "KERNELS",
    "Coverage",
    "CoverageStore",
    "Laying",
    "MemoryStore",
    "TakenOut",
    "WkbPolygons",
    "combinations",
    "coverage",
    "coverage_key",
    "fragments",
    "intersection_areas",
    "take_out",
    "warm_up",
]
