"""减污降碳协同的生态环境分区管控引擎: units, zones, emissions and lists; exact overlay, reasons, decisions.

Nothing is imported until a name is asked for (PEP 562), so that ``import zoning`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoning.clauses import classify_clauses
    from zoning.indicators import CATALOGUE, Indicator
    from zoning.io.coverages import load_coverage, save_coverage
    from zoning.io.grids import Grid
    from zoning.io.read.results import read_result
    from zoning.io.read.studies import read_study
    from zoning.overlay import Coverage, combinations, fragments, intersection_areas
    from zoning.pipeline.checking import check
    from zoning.pipeline.inventorying import build_inventory
    from zoning.pipeline.overlaying import coverage
    from zoning.pipeline.publishing import publish
    from zoning.pipeline.running import run
    from zoning.result import Result

__all__ = [
    "CATALOGUE",
    "Coverage",
    "Grid",
    "Indicator",
    "Result",
    "build_inventory",
    "check",
    "classify_clauses",
    "combinations",
    "coverage",
    "fragments",
    "intersection_areas",
    "load_coverage",
    "publish",
    "read_result",
    "read_study",
    "run",
    "save_coverage",
]

__version__ = "0.1.0"

_HOMES = {
    "CATALOGUE": "zoning.indicators",
    "Coverage": "zoning.overlay",
    "Grid": "zoning.io.grids",
    "Indicator": "zoning.indicators",
    "Result": "zoning.result",
    "build_inventory": "zoning.pipeline.inventorying",
    "check": "zoning.pipeline.checking",
    "classify_clauses": "zoning.clauses",
    "combinations": "zoning.overlay",
    "coverage": "zoning.pipeline.overlaying",
    "fragments": "zoning.overlay",
    "intersection_areas": "zoning.overlay",
    "load_coverage": "zoning.io.coverages",
    "publish": "zoning.pipeline.publishing",
    "read_result": "zoning.io.read.results",
    "read_study": "zoning.io.read.studies",
    "run": "zoning.pipeline.running",
    "save_coverage": "zoning.io.coverages",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module's own attributes
    if name not in _HOMES:
        raise AttributeError(f"module 'zoning' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
